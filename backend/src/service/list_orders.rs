//! The order list: a page of what a filter shows, and how many there are (R51).
//!
//! The database finds keys by an index; each order is then read and judged by the filter itself, so that the page
//! never shows what the filter does not mean. Start at [`page`].

use super::index_order;
use super::order_views;
use crate::app::App;
use crate::store::order_list::{self, Key, Plan};
use crate::store::orders::{self, Order};
use crate::store::{Reader, StoreError};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use shared::api::{FilterCount, OrderCounts, OrderListPage};
use shared::id::{OrderId, ShopId};
use shared::order_query::{COUNT_LIMIT, OrderFilter, chips};
use shared::order_term::Search;

/// Most rows of one page.
pub const MAX_ROWS: i64 = 200;
/// Orders that are read and then not shown before the search stops for this time.
const MOST_READ: usize = 600;

/// Why the list could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The cursor is none of ours.
    #[error("the cursor is not readable")]
    Cursor,
    /// The database failed.
    #[error("the orders could not be read")]
    Store(#[from] StoreError),
}

/// Orders of one page.
pub struct Found {
    /// Newest first.
    pub orders: Vec<Order>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// The search stopped before the page was full.
    pub bounded: bool,
}

/// A page of what `filter` shows, newest first; `before` is the cursor of the page before it.
///
/// # Errors
/// [`ListError`].
pub async fn page(
    app: &App,
    shop: &ShopId,
    filter: &OrderFilter,
    before: Option<&str>,
    limit: i64,
) -> Result<OrderListPage, ListError> {
    let now = app.clock.now();
    let reader = app.store.reader().await?;
    let found = find(&reader, shop, filter, before, limit, now).await?;
    drop(reader);
    Ok(OrderListPage {
        orders: found.orders.iter().map(|order| order_views::row(order, now)).collect(),
        next: found.next,
        bounded: found.bounded,
    })
}

/// The orders of a page.
///
/// # Errors
/// [`ListError`].
pub async fn find(
    reader: &Reader,
    shop: &ShopId,
    filter: &OrderFilter,
    before: Option<&str>,
    limit: i64,
    now: Timestamp,
) -> Result<Found, ListError> {
    let limit = usize::try_from(limit.clamp(1, MAX_ROWS)).unwrap_or(1);
    let mut before = before.map(read_cursor).transpose()?;
    let search = match filter.search.as_deref().map(Search::new) {
        // What is left of the typed text is nothing that any order could have.
        Some(None) => return Ok(Found { orders: Vec::new(), next: None, bounded: false }),
        search => search.flatten(),
    };
    let smallest = match &search {
        Some(search) => order_list::smallest_piece(reader, shop, search).await?,
        None => None,
    };
    let plan = Plan::new(shop, filter, search.as_ref(), smallest.as_deref(), now.as_millisecond());
    let shows = |order: &Order| {
        filter.fits(&order_views::row(order, now))
            && (filter.origins.is_empty() || filter.origins.contains(&order.origin))
    };
    let mut shown: Vec<Order> = Vec::new();
    let mut read = 0;
    loop {
        let missing = limit + 1 - shown.len();
        let want = if filter.is_rough() { missing.max(200) } else { missing };
        let found = plan.keys(reader, shop, before.as_ref(), i64::try_from(want).unwrap_or(1)).await?;
        let complete = found.keys.len() < want;
        let orders =
            try_join_all(found.keys.iter().map(|key| orders::find(reader, shop, &key.order_id))).await?;
        read += orders.len();
        for order in orders.into_iter().flatten() {
            if !shows(&order) || !searched(reader, search.as_ref(), &order).await? {
                continue;
            }
            if shown.len() == limit {
                let next = shown.last().map(cursor_of);
                return Ok(Found { orders: shown, next, bounded: false });
            }
            shown.push(order);
        }
        if complete || read >= MOST_READ {
            let last = if complete { found.stopped_at } else { found.keys.last().cloned() };
            let next = last.as_ref().map(cursor);
            return Ok(Found { orders: shown, bounded: next.is_some(), next });
        }
        before = found.keys.last().cloned();
    }
}

/// Whether `order` is what was searched for; without a search every one is.
async fn searched(reader: &Reader, search: Option<&Search>, order: &Order) -> Result<bool, StoreError> {
    match search {
        Some(search) => index_order::finds(reader, search, order).await,
        None => Ok(true),
    }
}

/// How many orders each filter finds that is offered with one press.
///
/// # Errors
/// [`ListError`].
pub async fn counts(app: &App, shop: &ShopId) -> Result<OrderCounts, ListError> {
    let now = app.clock.now_ms();
    let reader = app.store.reader().await?;
    let mut counted = Vec::new();
    for filter in chips() {
        let plan = Plan::new(shop, &filter, None, None, now);
        let (count, more) = plan.count(&reader, shop, COUNT_LIMIT).await?;
        counted.push(FilterCount { query: filter.query(), count: u32::try_from(count).unwrap_or(0), more });
    }
    Ok(OrderCounts { chips: counted })
}

fn cursor_of(order: &Order) -> String {
    format!("{}_{}", order.placed_at, order.id)
}

fn cursor(key: &Key) -> String {
    format!("{}_{}", key.placed_at, key.order_id)
}

fn read_cursor(text: &str) -> Result<Key, ListError> {
    let (placed_at, order_id) = text.split_once('_').ok_or(ListError::Cursor)?;
    Ok(Key {
        placed_at: placed_at.parse().map_err(|_| ListError::Cursor)?,
        order_id: OrderId::new(order_id).map_err(|_| ListError::Cursor)?,
    })
}
