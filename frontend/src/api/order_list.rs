//! Requests of the order list: pages by filter, counts, saved views, the file's address.

use super::operator::{Failure, call, read};
use shared::api::{
    CsvColumn, Language, OrderCounts, OrderListPage, SaveViewRequest, SavedViews, Token, UnwritableView,
};
use shared::id::ShopId;
use shared::order_query::OrderFilter;
use web_sys::UrlSearchParams;

/// A filter as the query of an address, encoded, without `?`.
pub fn query(filter: &OrderFilter) -> String {
    let encode = |text: &str| String::from(js_sys::encode_uri_component(text));
    let pairs = filter.pairs().into_iter().map(|(name, value)| [name, "=", &encode(&value)].concat());
    pairs.collect::<Vec<_>>().join("&")
}

/// The filter of an address's query; one that cannot be read shows everything.
pub fn filter(query: &str) -> OrderFilter {
    let Ok(params) = UrlSearchParams::new_with_str(query) else { return OrderFilter::default() };
    let pairs: Vec<(&str, String)> =
        OrderFilter::NAMES.iter().filter_map(|name| params.get(name).map(|value| (*name, value))).collect();
    OrderFilter::read(pairs.iter().map(|(name, value)| (*name, value.as_str()))).unwrap_or_default()
}

/// A page of what `filter` shows, newest first; `before` is the cursor of the page before it.
///
/// # Errors
/// Any problem, or no answer.
pub async fn orders(
    shop: &ShopId,
    filter: &OrderFilter,
    before: Option<&str>,
    limit: usize,
    language: Language,
) -> Result<OrderListPage, Failure> {
    let mut path = format!("/api/shops/{shop}/orders?limit={limit}");
    let query = query(filter);
    if !query.is_empty() {
        path.push('&');
        path.push_str(&query);
    }
    if let Some(cursor) = before {
        path.push_str("&before=");
        path.push_str(&String::from(js_sys::encode_uri_component(cursor)));
    }
    read(call("GET", &path, language)).await
}

/// How many orders each filter finds that is offered with one press.
///
/// # Errors
/// Any problem, or no answer.
pub async fn counts(shop: &ShopId, language: Language) -> Result<OrderCounts, Failure> {
    read(call("GET", &format!("/api/shops/{shop}/orders/counts"), language)).await
}

/// Saved views.
///
/// # Errors
/// Any problem, or no answer.
pub async fn views(shop: &ShopId, language: Language) -> Result<SavedViews, Failure> {
    read(call("GET", &format!("/api/shops/{shop}/order-views"), language)).await
}

/// Keeps a view.
///
/// # Errors
/// Any problem, or no answer.
pub async fn save_view(
    shop: &ShopId,
    request: &SaveViewRequest,
    csrf: &Token,
    language: Language,
) -> Result<SavedViews, Failure> {
    let path = format!("/api/shops/{shop}/order-views");
    read(call("POST", &path, language).csrf(csrf).body(request)).await
}

/// Removes a view.
///
/// # Errors
/// Any problem, or no answer.
pub async fn remove_view(
    shop: &ShopId,
    view: &str,
    csrf: &Token,
    language: Language,
) -> Result<SavedViews, Failure> {
    let path = format!("/api/shops/{shop}/order-views/{view}");
    read(call("DELETE", &path, language).csrf(csrf)).await
}

/// The address of the file of what `filter` shows.
pub fn csv_path(
    shop: &ShopId,
    filter: &OrderFilter,
    columns: &[CsvColumn],
    shift_jis: bool,
    language: Language,
) -> String {
    let columns = columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(",");
    let encoding = if shift_jis { "shift_jis" } else { "utf-8" };
    let query = query(filter);
    let and = if query.is_empty() { "" } else { "&" };
    format!(
        "/api/shops/{shop}/orders.csv?columns={columns}&encoding={encoding}&lang={}{and}{query}",
        language.tag()
    )
}

/// What a file in Shift_JIS cannot hold of the next orders that `filter` shows; `before` is the `next` of the answer
/// before.
///
/// # Errors
/// Any problem, or no answer.
pub async fn unwritable(
    shop: &ShopId,
    filter: &OrderFilter,
    columns: &[CsvColumn],
    before: Option<&str>,
    language: Language,
) -> Result<UnwritableView, Failure> {
    let columns = columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(",");
    let mut path =
        format!("/api/shops/{shop}/orders.csv/unwritable?columns={columns}&lang={}", language.tag());
    let query = query(filter);
    if !query.is_empty() {
        path.push('&');
        path.push_str(&query);
    }
    if let Some(cursor) = before {
        path.push_str("&before=");
        path.push_str(&String::from(js_sys::encode_uri_component(cursor)));
    }
    read(call("GET", &path, language)).await
}
