//! Who changed which setting of a shop.

use super::{Reader, Row, RowError, Statement, StoreError, json, json_text, values};
use shared::api::{FieldChange, SettingsArea};
use shared::id::{OperatorId, ShopId};

/// A change as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// Sorts by time.
    pub entry_id: String,
    /// Unix ms.
    pub at: i64,
    /// Who.
    pub operator: OperatorId,
    /// Which settings.
    pub area: SettingsArea,
    /// What of them.
    pub changes: Vec<FieldChange>,
}

/// Keeps a change.
pub fn add(shop: &ShopId, row: &ChangeRow) -> Statement {
    Statement::new(
        "insert into settings_change (shop_id, entry_id, at, operator_id, area, changes)
         values ($1, $2, $3, $4, $5, $6)",
        values![shop, &row.entry_id, row.at, &row.operator, row.area.name(), json_text(&row.changes)],
    )
}

/// The latest changes first, strictly before `before`.
///
/// # Errors
/// The database failed.
pub async fn page(
    reader: &Reader,
    shop: &ShopId,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<ChangeRow>, StoreError> {
    let columns = "select entry_id, at, operator_id, area, changes from settings_change where shop_id = $1";
    let rows = match before {
        Some(before) => {
            let sql = format!("{columns} and entry_id < $2 order by entry_id desc limit $3");
            reader.rows(sql, values![shop, before, limit]).await?
        }
        None => {
            reader.rows(format!("{columns} order by entry_id desc limit $2"), values![shop, limit]).await?
        }
    };
    Ok(rows.iter().map(row_of).collect::<Result<_, _>>()?)
}

fn row_of(row: &Row) -> Result<ChangeRow, RowError> {
    Ok(ChangeRow {
        entry_id: row.text("entry_id")?.to_owned(),
        at: row.int("at")?,
        operator: row.parse("operator_id")?,
        area: SettingsArea::from_name(row.text("area")?).ok_or_else(|| RowError::new("area is unknown"))?,
        changes: json(row, "changes")?,
    })
}
