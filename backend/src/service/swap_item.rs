//! 商品の切り替え (R40): another product in the place of a line, at the catalogue's price, if the total falls.

use super::change_amount;
use super::desk::{self, DeskError};
use super::shops::OpenShop;
use crate::app::App;
use crate::store::catalogue;
use shared::amount_change::{ChangeRefused, Terms, swap};
use shared::api::{LedgerField, SwapItemRequest};
use shared::cart::{CartError, CartLine};
use shared::id::{OperatorId, OrderId};
use shared::order_action::OrderAction;
use shared::payment_method::PaymentMethod;

/// Swaps the item.
///
/// # Errors
/// [`DeskError`].
pub async fn swap_item(
    app: &App,
    shop: &OpenShop,
    id: &OrderId,
    operator: &OperatorId,
    request: &SwapItemRequest,
) -> Result<(), DeskError> {
    let order = desk::load(app, shop, id, request.version, OrderAction::SwapItem).await?;
    let reason = desk::reason(&request.reason)?;
    let reader = app.store.reader().await?;
    let product = catalogue::find(&reader, &shop.id, &request.product).await?;
    drop(reader);
    let product = product.ok_or_else(|| CartError::UnknownProduct(request.product.clone()))?;
    if !product.on_sale {
        return Err(CartError::NotOnSale(product.id).into());
    }
    if !product.amazon_pay && order.method == PaymentMethod::AmazonPay {
        return Err(DeskError::NotOffered);
    }
    let by = CartLine {
        product_id: product.id,
        name: product.name,
        unit_price: product.price,
        quantity: request.quantity,
        tax_rate: product.tax_rate,
    };
    let shown = |line: &CartLine| format!("{} × {}", line.name, line.quantity);
    let before = order.lines.get(request.line).ok_or(ChangeRefused::Line)?;
    let line = (LedgerField::Item, None, shown(before), shown(&by));
    let new = swap(&Terms { lines: order.lines.clone(), totals: order.totals }, request.line, by)?;
    change_amount::store(app, order, new, vec![line], operator, &reason, OrderAction::SwapItem).await
}
