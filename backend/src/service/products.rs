//! What a shop sells, as pages may show it.

use super::quote;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::{StoreError, catalogue};
use shared::api::ProductView;

/// The shop's products, by code.
///
/// # Errors
/// The database failed.
pub async fn products(app: &App, shop: &OpenShop) -> Result<Vec<ProductView>, StoreError> {
    let reader = app.store.reader().await?;
    let products = catalogue::all(&reader, &shop.id).await?;
    Ok(products
        .into_iter()
        .map(|product| ProductView {
            id: product.id,
            name: product.name,
            price: product.price,
            tax_percent: quote::percent(product.tax_rate),
            on_sale: product.on_sale,
            amazon_pay: product.amazon_pay,
            subscription: product.subscription,
        })
        .collect())
}
