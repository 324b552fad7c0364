//! Filters that operators keep under a name: their own, or everybody's of the shop.

use crate::app::App;
use crate::secret;
use crate::store::saved_views::{self, ViewRow};
use crate::store::{StoreError, Unmet};
use shared::api::{SaveViewRequest, SavedView, SavedViews};
use shared::id::{OperatorId, ShopId};
use shared::order_query::{LONGEST_QUERY, OrderFilter};

/// Longest name, in characters.
const LONGEST_NAME: usize = 40;
/// Most views that an operator sees.
const MOST_VIEWS: usize = 30;

/// Why a view was not kept or removed.
#[derive(Debug, thiserror::Error)]
pub enum SaveViewError {
    /// No name, or too long, or the query is no filter.
    #[error("name or filter of the view cannot be kept")]
    Shape,
    /// There are as many as there may be.
    #[error("there are {MOST_VIEWS} views already")]
    TooMany,
    /// No view of this operator's has that id.
    #[error("the view does not exist")]
    Unknown,
    /// The database failed.
    #[error("the view could not be stored")]
    Store(#[from] StoreError),
}

/// What the operator sees.
///
/// # Errors
/// [`SaveViewError::Store`].
pub async fn list(app: &App, shop: &ShopId, operator: &OperatorId) -> Result<SavedViews, SaveViewError> {
    let reader = app.store.reader().await?;
    let rows = saved_views::seen_by(&reader, shop, operator).await?;
    let view = |row: ViewRow| SavedView {
        mine: row.operator == *operator,
        id: row.id,
        name: row.name,
        query: row.query,
        shared: row.shared,
    };
    Ok(SavedViews { views: rows.into_iter().map(view).collect() })
}

/// Keeps a filter; its query is written anew from what was read, so nothing else is kept. `pairs` are those of
/// the request's query, decoded.
///
/// # Errors
/// [`SaveViewError`].
pub async fn save(
    app: &App,
    shop: &ShopId,
    operator: &OperatorId,
    request: &SaveViewRequest,
    filter: &OrderFilter,
) -> Result<SavedViews, SaveViewError> {
    let name = request.name.trim();
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if !fits || filter.is_empty() || request.query.len() > LONGEST_QUERY {
        return Err(SaveViewError::Shape);
    }
    if list(app, shop, operator).await?.views.len() >= MOST_VIEWS {
        return Err(SaveViewError::TooMany);
    }
    let now = app.clock.now();
    let view = ViewRow {
        id: secret::timed_id(now),
        operator: operator.clone(),
        name: name.to_owned(),
        query: request.query.trim_start_matches('?').to_owned(),
        shared: request.shared,
    };
    app.store.write(saved_views::insert(shop, &view, now.as_millisecond())).await?;
    list(app, shop, operator).await
}

/// Removes a view of the operator's.
///
/// # Errors
/// [`SaveViewError`].
pub async fn remove(
    app: &App,
    shop: &ShopId,
    operator: &OperatorId,
    view: &str,
) -> Result<SavedViews, SaveViewError> {
    match app.store.write(saved_views::remove(shop, view, operator)).await {
        Err(StoreError::Unmet(Unmet::Missing(_))) => return Err(SaveViewError::Unknown),
        done => done.map(drop)?,
    }
    list(app, shop, operator).await
}
