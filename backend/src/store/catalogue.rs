//! Products.

use super::{Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::catalogue::Product;
use shared::id::{ProductId, ShopId};
use shared::money::{TaxRate, Yen};

const COLUMNS: &str = "product_id, name, price, tax_percent, on_sale, amazon_pay, subscription";

/// The product, if the shop has one of that code.
pub async fn find(
    reader: &Reader,
    shop: &ShopId,
    product: &ProductId,
) -> Result<Option<Product>, StoreError> {
    let row = reader
        .row(
            format!("select {COLUMNS} from product where shop_id = $1 and product_id = $2"),
            values![shop, product],
        )
        .await?;
    Ok(row.map(|row| product_of(&row)).transpose()?)
}

/// The shop's products, by code; at most 500.
pub async fn all(reader: &Reader, shop: &ShopId) -> Result<Vec<Product>, StoreError> {
    let rows = reader
        .rows(
            format!("select {COLUMNS} from product where shop_id = $1 order by product_id limit 500"),
            values![shop],
        )
        .await?;
    Ok(rows.iter().map(product_of).collect::<Result<_, _>>()?)
}

/// Adds the product, or replaces the one of that code.
pub fn put(shop: &ShopId, product: &Product, now: i64) -> Statement {
    Statement::new(
        "insert into product (shop_id, product_id, name, price, tax_percent, on_sale, amazon_pay,
           subscription, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (shop_id, product_id) do update set name = excluded.name, price = excluded.price,
           tax_percent = excluded.tax_percent, on_sale = excluded.on_sale, amazon_pay = excluded.amazon_pay,
           subscription = excluded.subscription, updated_at = excluded.updated_at",
        values![
            shop,
            &product.id,
            &product.name,
            product.price,
            product.tax_rate.percent(),
            product.on_sale,
            product.amazon_pay,
            product.subscription.as_ref().map(super::json_text),
            now
        ],
    )
    .touching(1)
    .or(Unmet::Missing("product"))
}

fn product_of(row: &Row) -> Result<Product, RowError> {
    let tax_rate = match row.int("tax_percent")? {
        8 => TaxRate::Reduced,
        10 => TaxRate::Standard,
        _ => return Err(RowError::new("tax_percent is neither 8 nor 10")),
    };
    Ok(Product {
        id: row.parse("product_id")?,
        name: row.text("name")?.to_owned(),
        price: Yen::new(row.int("price")?).map_err(|_| RowError::new("price is not an amount of yen"))?,
        tax_rate,
        on_sale: row.flag("on_sale")?,
        amazon_pay: row.flag("amazon_pay")?,
        subscription: super::opt_json(row, "subscription")?,
    })
}
