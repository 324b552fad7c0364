//! Disputes Amazon told of.

use super::{Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::id::{OperatorId, OrderId, ShopId};

/// A dispute as stored.
#[derive(Debug, Clone)]
pub struct DisputeRow {
    /// Amazon's object.
    pub id: String,
    /// The order, where it is known.
    pub order_id: Option<OrderId>,
    /// Unix ms.
    pub received_at: i64,
    /// Unix ms.
    pub answer_by: i64,
    /// When (Unix ms) and by whom it was marked as answered.
    pub answered: Option<(i64, OperatorId)>,
    /// The operator's words.
    pub note: Option<String>,
}

/// A dispute Amazon told of; told again, the first telling counts. Whether it is new shows in the rows touched.
pub fn receive(
    shop: &ShopId,
    id: &str,
    order: Option<&OrderId>,
    received_at: i64,
    answer_by: i64,
) -> Statement {
    Statement::new(
        "insert into dispute (shop_id, dispute_id, order_id, received_at, answer_by)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
        values![shop, id, order, received_at, answer_by],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("dispute"))
}

/// It was answered in Seller Central; the first answer stays.
pub fn answer(shop: &ShopId, id: &str, by: &OperatorId, note: Option<&str>, now: i64) -> Statement {
    Statement::new(
        "update dispute set answered_at = $1, answered_by = $2, note = $3
         where shop_id = $4 and dispute_id = $5 and answered_at is null",
        values![now, by, note, shop, id],
    )
    .touching(1)
    .or(Unmet::Missing("dispute"))
}

const COLUMNS: &str = "dispute_id, order_id, received_at, answer_by, answered_at, answered_by, note";

/// The shop's disputes, newest first; at most 500.
pub async fn all(reader: &Reader, shop: &ShopId) -> Result<Vec<DisputeRow>, StoreError> {
    let sql = format!("select {COLUMNS} from dispute where shop_id = $1 order by received_at desc limit 500");
    let rows = reader.rows(sql, values![shop]).await?;
    Ok(rows.iter().map(dispute_of).collect::<Result<_, _>>()?)
}

/// The order's disputes, newest first.
pub async fn of(reader: &Reader, shop: &ShopId, order: &OrderId) -> Result<Vec<DisputeRow>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from dispute where shop_id = $1 and order_id = $2 order by received_at desc limit 20"
    );
    let rows = reader.rows(sql, values![shop, order]).await?;
    Ok(rows.iter().map(dispute_of).collect::<Result<_, _>>()?)
}

fn dispute_of(row: &Row) -> Result<DisputeRow, RowError> {
    let answered = match (row.opt_int("answered_at")?, row.opt_parse("answered_by")?) {
        (Some(at), Some(by)) => Some((at, by)),
        _ => None,
    };
    Ok(DisputeRow {
        id: row.text("dispute_id")?.to_owned(),
        order_id: row.opt_parse("order_id")?,
        received_at: row.int("received_at")?,
        answer_by: row.int("answer_by")?,
        answered,
        note: row.opt_text("note")?.map(str::to_owned),
    })
}
