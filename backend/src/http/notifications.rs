//! Amazon's notifications come in here.

use super::error::ApiError;
use super::extract::{Path, unread};
use crate::app::App;
use crate::service::receive_notification::receive_notification;
use crate::service::shops;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::routing::post;
use shared::id::ShopId;

/// The addresses of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/notifications/{shop}/{key}", post(post_notification))
}

/// `POST /notifications/{shop}/{random}`: 200 once it is stored, also when it was known.
async fn post_notification(
    State(app): State<App>,
    Path((shop, key)): Path<(ShopId, String)>,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ApiError> {
    let body = body.map_err(unread)?;
    let shop = shops::open(&app, &shop).await?;
    receive_notification(&app, &shop, &key, &body).await?;
    Ok(StatusCode::OK)
}
