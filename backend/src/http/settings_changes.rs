//! The record of changed settings, for the console.

use super::error::ApiError;
use super::extract::{Json, Query};
use super::operator::{MaySettings, ShopOperator};
use crate::app::App;
use crate::service::{settings_changes, shops};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::Deserialize;
use shared::api::SettingsChanges;

/// Routes behind the operator's session.
pub fn routes() -> Router<App> {
    Router::new().route("/api/shops/{shop}/settings-changes", get(get_changes))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    before: Option<String>,
}

/// `GET …/settings-changes?before=ID`: who changed what, the latest first.
async fn get_changes(
    State(app): State<App>,
    operator: ShopOperator<MaySettings>,
    Query(query): Query<Before>,
) -> Result<Json<SettingsChanges>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(settings_changes::list(&app, &shop, query.before.as_deref()).await?))
}
