//! The ledger: each change of an order's terms. Lines are only added.

use super::{Reader, RowError, Statement, StoreError, Unmet, values};
use shared::api::LedgerField;
use shared::id::{OperatorId, OrderId, ShopId};

/// One line; old and new may be a person's data.
#[derive(Clone)]
pub struct LedgerRow {
    /// Unix ms.
    pub at: i64,
    /// Who.
    pub operator: OperatorId,
    /// What.
    pub field: LedgerField,
    /// Name of the product, for lines of goods.
    pub subject: Option<String>,
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
    /// The operator's words.
    pub reason: String,
}

/// Adds a line.
pub fn add(shop: &ShopId, order: &OrderId, line_id: &str, line: &LedgerRow) -> Statement {
    Statement::new(
        "insert into ledger (shop_id, order_id, line_id, at, operator_id, field, subject, old_value, new_value, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing",
        values![
            shop,
            order,
            line_id,
            line.at,
            &line.operator,
            line.field.name(),
            line.subject.as_ref(),
            &line.old,
            &line.new,
            &line.reason
        ],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("ledger"))
}

/// The order's lines, oldest first; at most 500.
pub async fn of(reader: &Reader, shop: &ShopId, order: &OrderId) -> Result<Vec<LedgerRow>, StoreError> {
    let rows = reader
        .rows(
            "select at, operator_id, field, subject, old_value, new_value, reason from ledger
             where shop_id = $1 and order_id = $2 order by line_id limit 500",
            values![shop, order],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| {
            Ok(LedgerRow {
                at: row.int("at")?,
                operator: row.parse("operator_id")?,
                field: LedgerField::from_name(row.text("field")?)
                    .ok_or_else(|| RowError::new("field is unknown"))?,
                subject: row.opt_text("subject")?.map(str::to_owned),
                old: row.text("old_value")?.to_owned(),
                new: row.text("new_value")?.to_owned(),
                reason: row.text("reason")?.to_owned(),
            })
        })
        .collect::<Result<_, RowError>>()
        .map_err(|error| error.of("ledger", order.as_str()))?)
}
