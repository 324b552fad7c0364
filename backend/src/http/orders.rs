//! The order detail and 一括処理, for the console.

use super::error::ApiError;
use super::extract::{Json, Path};
use super::operator::{MayCapture, MayView, ShopOperator};
use crate::app::App;
use crate::service::operators::{self, Right};
use crate::service::{bulk_preview, bulk_run, order_views, shops};
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use shared::api::{BulkPreview, BulkRunRequest, BulkRunView, BulkRuns, LetGoRequest, OrderView};
use shared::id::{BulkRunId, OrderId, ShopId};

/// Routes behind the operator's session.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/shops/{shop}/orders/{id}", get(get_order))
        .route("/api/shops/{shop}/bulk-previews", post(post_bulk_preview))
        .route("/api/shops/{shop}/bulk-runs", get(get_bulk_runs).post(post_bulk_run))
        .route("/api/shops/{shop}/bulk-runs/{run}", get(get_bulk_run))
        .route("/api/shops/{shop}/bulk-runs/{run}/let-go", post(post_let_go))
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

/// `POST …/bulk-previews`: what a run would do, and which orders it leaves out and why; nothing is stored.
async fn post_bulk_preview(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    headers: HeaderMap,
    Json(request): Json<BulkRunRequest>,
) -> Result<Json<BulkPreview>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    let language = super::error::language_of(&headers);
    Ok(Json(bulk_preview::preview(&app, &shop, &request, language).await?))
}

/// `POST …/bulk-runs`: 一括処理; キャンセル needs the right to refund as well. The same run id again finds the first run.
async fn post_bulk_run(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    headers: HeaderMap,
    Json(request): Json<BulkRunRequest>,
) -> Result<Json<BulkRunView>, ApiError> {
    if request.steps.cancels() {
        operators::require(&app, &operator.id, &operator.shop, Right::Refund).await?;
    }
    let shop = shops::open(&app, &operator.shop).await?;
    let language = super::error::language_of(&headers);
    Ok(Json(bulk_run::start(&app, &shop, &operator.id, &request, language).await?))
}

/// `GET …/bulk-runs`: the newest runs, whoever started them.
async fn get_bulk_runs(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
) -> Result<Json<BulkRuns>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(bulk_run::newest(&app, &shop).await?))
}

/// `GET …/bulk-runs/{run}`: how far it is.
async fn get_bulk_run(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    headers: HeaderMap,
    Path((_, run)): Path<(ShopId, BulkRunId)>,
) -> Result<Json<BulkRunView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    let language = super::error::language_of(&headers);
    Ok(Json(bulk_run::view(&app, &shop, &run, language).await?))
}

/// `POST …/bulk-runs/{run}/let-go`: the operator takes what is left of an unconfirmed order's steps upon themselves.
async fn post_let_go(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    headers: HeaderMap,
    Path((_, run)): Path<(ShopId, BulkRunId)>,
    Json(request): Json<LetGoRequest>,
) -> Result<Json<BulkRunView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    let language = super::error::language_of(&headers);
    Ok(Json(bulk_run::let_go(&app, &shop, &run, &request, language).await?))
}
