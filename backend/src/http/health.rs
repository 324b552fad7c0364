//! Whether the server runs, and whether it can work.

use super::error::ApiError;
use crate::app::App;
use crate::service;
use axum::Router;
use axum::extract::State;
use axum::routing::get;

/// The addresses of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/health", get(async || "alive\n")).route("/health/ready", get(ready))
}

/// `GET /health/ready`: the database answers.
async fn ready(State(app): State<App>) -> Result<&'static str, ApiError> {
    service::check_storage(&app).await?;
    Ok("ready\n")
}
