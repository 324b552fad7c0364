//! Filters of the order list that operators keep under a name.

use super::{Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::id::{OperatorId, ShopId};

/// A view as stored.
#[derive(Debug, Clone)]
pub struct ViewRow {
    /// Sorts by time.
    pub id: String,
    /// Whose it is.
    pub operator: OperatorId,
    /// As the operator calls it.
    pub name: String,
    /// As in the page's address.
    pub query: String,
    /// Every operator of the shop sees it.
    pub shared: bool,
}

/// Keeps a view.
pub fn insert(shop: &ShopId, view: &ViewRow, now: i64) -> Statement {
    Statement::new(
        "insert into saved_view (shop_id, view_id, operator_id, name, query, shared, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        values![shop, &view.id, &view.operator, &view.name, &view.query, view.shared, now],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("saved_view"))
}

/// Removes a view of that operator's ([`Unmet::Missing`] where there is none).
pub fn remove(shop: &ShopId, view: &str, operator: &OperatorId) -> Statement {
    Statement::new(
        "delete from saved_view where shop_id = $1 and view_id = $2 and operator_id = $3",
        values![shop, view, operator],
    )
    .touching(1)
    .or(Unmet::Missing("saved_view"))
}

/// What the operator sees, the oldest first.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn seen_by(
    reader: &Reader,
    shop: &ShopId,
    operator: &OperatorId,
) -> Result<Vec<ViewRow>, StoreError> {
    let rows = reader
        .rows(
            "select view_id, operator_id, name, query, shared from saved_view
             where shop_id = $1 and (shared = 1 or operator_id = $2) order by view_id limit 100",
            values![shop, operator],
        )
        .await?;
    let read = |row: &Row| {
        Ok::<_, RowError>(ViewRow {
            id: row.text("view_id")?.to_owned(),
            operator: row.parse("operator_id")?,
            name: row.text("name")?.to_owned(),
            query: row.text("query")?.to_owned(),
            shared: row.flag("shared")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}
