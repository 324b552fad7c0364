//! Links by which a buyer pays an order again.

use super::{Reader, Statement, StoreError, Unmet, values};
use shared::id::{OperatorId, OrderId, ShopId};

/// A new link; only the hash of its token is kept.
pub fn insert(
    shop: &ShopId,
    token_hash: &[u8],
    order: &OrderId,
    operator: &OperatorId,
    now: i64,
    expires_at: i64,
) -> Statement {
    Statement::new(
        "insert into payment_link (shop_id, token_hash, order_id, operator_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        values![shop, token_hash, order, operator, now, expires_at],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("payment_link"))
}

/// Ends the links of the order that still open: the newest one alone does.
pub fn end_all(shop: &ShopId, order: &OrderId, now: i64) -> Statement {
    Statement::new(
        "update payment_link set expires_at = $1 where shop_id = $2 and order_id = $3 and expires_at > $1",
        values![now, shop, order],
    )
}

/// The order whose lines the link opens, while it has not ended.
pub async fn find(
    reader: &Reader,
    shop: &ShopId,
    token_hash: &[u8],
    now: i64,
) -> Result<Option<OrderId>, StoreError> {
    let sql = "select order_id from payment_link where shop_id = $1 and token_hash = $2 and expires_at > $3";
    let row = reader.row(sql, values![shop, token_hash, now]).await?;
    Ok(row.map(|row| row.parse("order_id")).transpose()?)
}

/// When the order's last link ends, Unix ms.
pub async fn open_until(reader: &Reader, shop: &ShopId, order: &OrderId) -> Result<Option<i64>, StoreError> {
    let sql = "select max(expires_at) as last from payment_link where shop_id = $1 and order_id = $2";
    let row = reader.row(sql, values![shop, order]).await?;
    Ok(row.map(|row| row.opt_int("last")).transpose()?.flatten())
}
