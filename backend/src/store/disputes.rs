//! Disputes Amazon told of.

use super::order_list::Sql;
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

/// Where a page of disputes ended: whether among the answered ones, the moment that half is sorted by (Unix ms), and
/// Amazon's object.
pub type DisputeKey = (bool, i64, String);

/// The query of one half of [`page`], for those who look at how a database answers it: open ones by the date to answer
/// by; `answered`: the others, the latest to arrive first.
pub fn page_query(shop: &ShopId, answered: bool, after: Option<(i64, &str)>, limit: i64) -> Sql {
    let (is, moment, than, way) = if answered {
        ("is not null", "received_at", "<", "desc")
    } else {
        ("is null", "answer_by", ">", "asc")
    };
    let mut values = values![shop, limit];
    let mut from = String::new();
    if let Some((at, id)) = after {
        values.extend(values![at, id]);
        from = format!("and ({moment}, dispute_id) {than} ($3, $4)");
    }
    let text = format!(
        "select {COLUMNS} from dispute where shop_id = $1 and answered_at {is} {from}
          order by {moment} {way}, dispute_id {way} limit $2"
    );
    Sql { text, values }
}

/// The shop's disputes from after `after`, at most `limit`: open ones by the date to answer by, then the answered ones,
/// the latest to arrive first.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn page(
    reader: &Reader,
    shop: &ShopId,
    after: Option<&DisputeKey>,
    limit: usize,
) -> Result<Vec<DisputeRow>, StoreError> {
    let mut found = Vec::new();
    for answered in [false, true] {
        let from = match after {
            Some((true, ..)) if !answered => continue,
            Some((half, at, id)) if *half == answered => Some((*at, id.as_str())),
            _ => None,
        };
        let left = limit.saturating_sub(found.len());
        if left > 0 {
            let sql = page_query(shop, answered, from, i64::try_from(left).unwrap_or(i64::MAX));
            for row in reader.rows(sql.text, sql.values).await? {
                found.push(dispute_of(&row)?);
            }
        }
    }
    Ok(found)
}

/// One dispute.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn find(reader: &Reader, shop: &ShopId, id: &str) -> Result<Option<DisputeRow>, StoreError> {
    let sql = format!("select {COLUMNS} from dispute where shop_id = $1 and dispute_id = $2");
    let row = reader.row(sql, values![shop, id]).await?;
    Ok(row.as_ref().map(dispute_of).transpose()?)
}

/// Whether the order has another open dispute than `id`.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn has_other_open(
    reader: &Reader,
    shop: &ShopId,
    order: &OrderId,
    id: &str,
) -> Result<bool, StoreError> {
    let sql = "select dispute_id from dispute
                where shop_id = $1 and order_id = $2 and dispute_id <> $3 and answered_at is null limit 1";
    Ok(reader.row(sql, values![shop, order, id]).await?.is_some())
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
