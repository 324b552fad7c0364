//! Refunds: one row per ask, followed to Amazon's decision; and those of Seller Central, while Amazon decides them.

use super::{Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::api::{CancelReason, RefundProgress};
use shared::id::{OperatorId, OrderId, RefundId, ShopId};
use shared::money::Yen;

/// A refund as stored.
#[derive(Debug, Clone)]
pub struct RefundRow {
    /// The order.
    pub order_id: OrderId,
    /// The attempt of its intent, from 1.
    pub number: i64,
    /// Amazon's, once it answered.
    pub amazon_id: Option<RefundId>,
    /// Yen.
    pub amount: Yen,
    /// How far it is.
    pub progress: RefundProgress,
    /// Why it was asked.
    pub cause: CancelReason,
    /// The operator's words.
    pub note: Option<String>,
    /// Amazon's code, where it refused.
    pub refused: Option<String>,
    /// Who asked.
    pub operator: OperatorId,
    /// Unix ms.
    pub asked_at: i64,
    /// Unix ms.
    pub ended_at: Option<i64>,
}

const COLUMNS: &str =
    "order_id, refund_number, amazon_refund_id, amount, refund_state, cause, note, refused_code,
    operator_id, asked_at, ended_at";

/// A refund that is about to be asked.
pub fn insert(shop: &ShopId, refund: &RefundRow) -> Statement {
    Statement::new(
        "insert into refund (shop_id, order_id, refund_number, amount, refund_state, cause, note, operator_id, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        values![
            shop,
            &refund.order_id,
            refund.number,
            refund.amount,
            refund.progress.name(),
            refund.cause.name(),
            refund.note.as_ref(),
            &refund.operator,
            refund.asked_at
        ],
    )
    .touching(1)
    .or(Unmet::Busy("refund"))
}

/// What became of a refund; one that has ended stays as it is ([`Unmet::Lost`]).
#[derive(Debug, Clone)]
pub struct RefundNews<'a> {
    /// Amazon's id, where it answered.
    pub amazon_id: Option<&'a RefundId>,
    /// How far it is now.
    pub progress: RefundProgress,
    /// Amazon's code, where it refused.
    pub refused: Option<&'a str>,
    /// Unix ms; when it ended.
    pub ended_at: Option<i64>,
}

/// Records `news`.
pub fn record(shop: &ShopId, order: &OrderId, number: i64, news: &RefundNews<'_>) -> Statement {
    Statement::new(
        "update refund set amazon_refund_id = coalesce($1, amazon_refund_id), refund_state = $2,
           refused_code = $3, ended_at = $4
         where shop_id = $5 and order_id = $6 and refund_number = $7 and ended_at is null",
        values![news.amazon_id, news.progress.name(), news.refused, news.ended_at, shop, order, number],
    )
    .touching(1)
    .or(Unmet::Lost("refund"))
}

/// The order's refunds, oldest first.
pub async fn of(reader: &Reader, shop: &ShopId, order: &OrderId) -> Result<Vec<RefundRow>, StoreError> {
    let rows = reader
        .rows(
            format!(
                "select {COLUMNS} from refund where shop_id = $1 and order_id = $2 order by refund_number"
            ),
            values![shop, order],
        )
        .await?;
    Ok(rows
        .iter()
        .map(refund_of)
        .collect::<Result<_, _>>()
        .map_err(|error: RowError| error.of("refund", order.as_str()))?)
}

/// The order of Amazon's refund.
pub async fn find_order(reader: &Reader, shop: &ShopId, refund: &str) -> Result<Option<OrderId>, StoreError> {
    let sql = "select order_id from refund where shop_id = $1 and amazon_refund_id = $2";
    let row = reader.row(sql, values![shop, refund]).await?;
    Ok(row.map(|row| row.parse("order_id")).transpose()?)
}

/// A refund that somebody made in Seller Central, while Amazon decides it.
#[derive(Debug, Clone)]
pub struct ForeignRefund {
    /// Amazon's.
    pub id: RefundId,
    /// When it was heard of, Unix ms.
    pub found_at: i64,
}

/// Amazon decides a refund that none of ours is; heard of twice it is one.
pub fn found_elsewhere(shop: &ShopId, order: &OrderId, refund: &RefundId, now: i64) -> Statement {
    Statement::new(
        "insert into foreign_refund (shop_id, order_id, amazon_refund_id, found_at) values ($1, $2, $3, $4)
         on conflict do nothing",
        values![shop, order, refund, now],
    )
}

/// Amazon decides it no more.
pub fn ended_elsewhere(shop: &ShopId, order: &OrderId, refund: &RefundId) -> Statement {
    Statement::new(
        "delete from foreign_refund where shop_id = $1 and order_id = $2 and amazon_refund_id = $3",
        values![shop, order, refund],
    )
}

/// The order's refunds of Seller Central that Amazon decides, as far as they were heard of.
///
/// # Errors
/// The database failed.
pub async fn under_way_elsewhere(
    reader: &Reader,
    shop: &ShopId,
    order: &OrderId,
) -> Result<Vec<ForeignRefund>, StoreError> {
    let sql = "select amazon_refund_id, found_at from foreign_refund
                where shop_id = $1 and order_id = $2 order by amazon_refund_id limit 100";
    let rows = reader.rows(sql, values![shop, order]).await?;
    Ok(rows
        .iter()
        .map(|row| Ok(ForeignRefund { id: row.parse("amazon_refund_id")?, found_at: row.int("found_at")? }))
        .collect::<Result<_, RowError>>()
        .map_err(|error| error.of("foreign_refund", order.as_str()))?)
}

fn refund_of(row: &Row) -> Result<RefundRow, RowError> {
    Ok(RefundRow {
        order_id: row.parse("order_id")?,
        number: row.int("refund_number")?,
        amazon_id: row.opt_parse("amazon_refund_id")?,
        amount: row.number("amount")?,
        progress: RefundProgress::from_name(row.text("refund_state")?)
            .ok_or_else(|| RowError::new("refund_state is unknown"))?,
        cause: CancelReason::from_name(row.text("cause")?)
            .ok_or_else(|| RowError::new("cause is unknown"))?,
        note: row.opt_text("note")?.map(str::to_owned),
        refused: row.opt_text("refused_code")?.map(str::to_owned),
        operator: row.parse("operator_id")?,
        asked_at: row.int("asked_at")?,
        ended_at: row.opt_int("ended_at")?,
    })
}
