//! What was done for buyers after a cancel error. Rows are only added.

use super::{Reader, RowError, Statement, StoreError, Unmet, values};
use shared::api::Remedy;
use shared::id::{OperatorId, OrderId, ShopId};
use shared::money::Yen;

/// A recorded remedy.
#[derive(Debug, Clone)]
pub struct RemedyRow {
    /// What was done.
    pub remedy: Remedy,
    /// Yen.
    pub amount: Yen,
    /// The operator's words.
    pub note: Option<String>,
    /// Who.
    pub operator: OperatorId,
    /// Unix ms.
    pub at: i64,
}

/// Adds a remedy.
pub fn add(shop: &ShopId, order: &OrderId, remedy_id: &str, row: &RemedyRow) -> Statement {
    Statement::new(
        "insert into remedy (shop_id, order_id, remedy_id, remedy, amount, note, operator_id, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        values![
            shop,
            order,
            remedy_id,
            row.remedy.name(),
            row.amount,
            row.note.as_ref(),
            &row.operator,
            row.at
        ],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("remedy"))
}

/// The order's remedies, oldest first.
pub async fn of(reader: &Reader, shop: &ShopId, order: &OrderId) -> Result<Vec<RemedyRow>, StoreError> {
    let rows = reader
        .rows(
            "select remedy, amount, note, operator_id, at from remedy
             where shop_id = $1 and order_id = $2 order by remedy_id limit 100",
            values![shop, order],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| {
            Ok(RemedyRow {
                remedy: Remedy::from_name(row.text("remedy")?)
                    .ok_or_else(|| RowError::new("remedy is unknown"))?,
                amount: row.number("amount")?,
                note: row.opt_text("note")?.map(str::to_owned),
                operator: row.parse("operator_id")?,
                at: row.int("at")?,
            })
        })
        .collect::<Result<_, RowError>>()
        .map_err(|error| error.of("remedy", order.as_str()))?)
}
