//! Corrections the shop has to make in its own points and coupons.

use super::order_list::Sql;
use super::{Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::api::CorrectionKind;
use shared::id::{OperatorId, OrderId, OrderNumber, ShopId};

/// A correction as stored.
#[derive(Debug, Clone)]
pub struct CorrectionRow {
    /// Sorts by time.
    pub id: String,
    /// The order.
    pub order_id: OrderId,
    /// As people say it.
    pub order_number: OrderNumber,
    /// Points or coupon.
    pub kind: CorrectionKind,
    /// Yen the buyer gets back; below zero: is to be taken.
    pub amount: i64,
    /// `amount_change`, `cancel`, `replaced` or `compensation`.
    pub cause: String,
    /// Unix ms.
    pub since: i64,
    /// When (Unix ms) and by whom it was made.
    pub done: Option<(i64, OperatorId)>,
}

/// Adds a correction that is due.
pub fn add(
    shop: &ShopId,
    order: &OrderId,
    id: &str,
    kind: CorrectionKind,
    amount: i64,
    cause: &str,
    now: i64,
) -> Statement {
    Statement::new(
        "insert into correction (shop_id, correction_id, order_id, kind, amount, cause, since)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        values![shop, id, order, kind.name(), amount, cause, now],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("correction"))
}

/// 反映済, or 未反映 again; [`Unmet::Stale`] where it is so already.
pub fn mark(shop: &ShopId, id: &str, done: Option<(i64, &OperatorId)>) -> Statement {
    let before = if done.is_some() { "done_at is null" } else { "done_at is not null" };
    let (at, by) = done.unzip();
    Statement::new(
        format!(
            "update correction set done_at = $1, done_by = $2
             where shop_id = $3 and correction_id = $4 and {before}"
        ),
        values![at, by, shop, id],
    )
    .touching(1)
    .or(Unmet::Stale("correction"))
}

const SELECT: &str = "select correction_id, correction.order_id, order_number, kind, amount, cause, since, done_at, done_by
    from correction join orders on orders.shop_id = correction.shop_id and orders.order_id = correction.order_id";

/// The query of [`page`], for those who look at how a database answers it.
pub fn page_query(shop: &ShopId, done: bool, after: Option<&str>, limit: i64) -> Sql {
    let (not, than, way) = if done { ("not", "<", "desc") } else { ("", ">", "asc") };
    let mut values = values![shop, limit];
    let mut from = String::new();
    if let Some(id) = after {
        values.extend(values![id]);
        from = format!("and correction_id {than} $3");
    }
    let text = format!(
        "{SELECT} where correction.shop_id = $1 and done_at is {not} null {from}
          order by correction_id {way} limit $2"
    );
    Sql { text, values }
}

/// The shop's corrections from after the one named `after`, at most `limit`: those that are due, the oldest first;
/// `done`: those that are made, the newest first.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn page(
    reader: &Reader,
    shop: &ShopId,
    done: bool,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<CorrectionRow>, StoreError> {
    let sql = page_query(shop, done, after, limit);
    let rows = reader.rows(sql.text, sql.values).await?;
    Ok(rows.iter().map(correction_of).collect::<Result<_, _>>()?)
}

/// The correction with that id.
///
/// # Errors
/// As [`Reader::row`].
pub async fn find(reader: &Reader, shop: &ShopId, id: &str) -> Result<Option<CorrectionRow>, StoreError> {
    let sql = format!("{SELECT} where correction.shop_id = $1 and correction_id = $2");
    let row = reader.row(sql, values![shop, id]).await?;
    Ok(row.as_ref().map(correction_of).transpose()?)
}

/// The order's corrections, oldest first.
pub async fn of(reader: &Reader, shop: &ShopId, order: &OrderId) -> Result<Vec<CorrectionRow>, StoreError> {
    let rows = reader
        .rows(
            format!("{SELECT} where correction.shop_id = $1 and correction.order_id = $2 order by correction_id limit 200"),
            values![shop, order],
        )
        .await?;
    Ok(rows.iter().map(correction_of).collect::<Result<_, _>>()?)
}

fn correction_of(row: &Row) -> Result<CorrectionRow, RowError> {
    let done = match (row.opt_int("done_at")?, row.opt_parse("done_by")?) {
        (Some(at), Some(by)) => Some((at, by)),
        _ => None,
    };
    Ok(CorrectionRow {
        id: row.text("correction_id")?.to_owned(),
        order_id: row.parse("order_id")?,
        order_number: row.parse("order_number")?,
        kind: match row.text("kind")? {
            "points" => CorrectionKind::Points,
            "coupon" => CorrectionKind::Coupon,
            _ => return Err(RowError::new("kind is unknown")),
        },
        amount: row.int("amount")?,
        cause: row.text("cause")?.to_owned(),
        since: row.int("since")?,
        done,
    })
}
