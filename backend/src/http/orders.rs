//! The order list, the order detail and bulk capture, for the console.

use super::error::ApiError;
use super::extract::{Json, Path, Query};
use super::operator::{MayCapture, MayView, ShopOperator};
use crate::app::App;
use crate::service::{bulk_capture, order_views, shops};
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use serde::Deserialize;
use shared::api::{BulkCaptureRequest, BulkRunView, OrderPage, OrderView};
use shared::id::{BulkRunId, OrderId, ShopId};

/// Rows of a page where none are named.
const DEFAULT_ROWS: i64 = 50;

/// Routes behind the operator's session.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/shops/{shop}/orders", get(get_orders))
        .route("/api/shops/{shop}/orders/{id}", get(get_order))
        .route("/api/shops/{shop}/bulk-captures", post(post_bulk_capture))
        .route("/api/shops/{shop}/bulk-captures/{run}", get(get_bulk_capture))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageQuery {
    before: Option<String>,
    limit: Option<i64>,
}

/// `GET …/orders?before=CURSOR&limit=50`: newest first.
async fn get_orders(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    Query(query): Query<PageQuery>,
) -> Result<Json<OrderPage>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    let limit = query.limit.unwrap_or(DEFAULT_ROWS);
    Ok(Json(order_views::page(&app, &shop, query.before.as_deref(), limit).await?))
}

/// `GET …/orders/{id}`: everything about one order.
#[tracing::instrument(skip_all, fields(order.id = %id))]
async fn get_order(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    Path((_, id)): Path<(ShopId, OrderId)>,
) -> Result<Json<OrderView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(order_views::detail(&app, &shop, &id).await?))
}

/// `POST …/bulk-captures`: 「決済済に変更する」; the same run id again finds the first run.
async fn post_bulk_capture(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    headers: HeaderMap,
    Json(request): Json<BulkCaptureRequest>,
) -> Result<Json<BulkRunView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    let language = super::error::language_of(&headers);
    Ok(Json(bulk_capture::start(&app, &shop, &operator.id, &request, language).await?))
}

/// `GET …/bulk-captures/{run}`: how far it is.
async fn get_bulk_capture(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    headers: HeaderMap,
    Path((_, run)): Path<(ShopId, BulkRunId)>,
) -> Result<Json<BulkRunView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    let language = super::error::language_of(&headers);
    Ok(Json(bulk_capture::view(&app, &shop, &run, language).await?))
}
