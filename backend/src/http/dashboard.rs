//! The dashboard, for the console.

use super::error::ApiError;
use super::extract::Json;
use super::operator::{MayView, ShopOperator};
use crate::app::App;
use crate::service::{dashboard, shops};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use shared::api::DashboardView;

/// Routes behind the operator's session.
pub fn routes() -> Router<App> {
    Router::new().route("/api/shops/{shop}/dashboard", get(get_dashboard))
}

/// `GET …/dashboard`: counts that stop at 1,000, and thirty days of Amazon's decisions.
async fn get_dashboard(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
) -> Result<Json<DashboardView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(dashboard::dashboard(&app, &shop).await?))
}
