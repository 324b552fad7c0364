//! 設定 > 決済, for the console: what the shop has set for its payments.

use super::error::ApiError;
use super::extract::Json;
use super::operator::{MaySettings, ShopOperator};
use crate::app::App;
use crate::service::{payment_settings, shops};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use shared::api::PaymentSettingsView;

/// Routes behind the operator's session.
pub fn routes() -> Router<App> {
    Router::new().route("/api/shops/{shop}/payment-settings", get(get_settings).put(put_settings))
}

/// `GET …/payment-settings`.
async fn get_settings(
    State(app): State<App>,
    operator: ShopOperator<MaySettings>,
) -> Result<Json<PaymentSettingsView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(payment_settings::view(&shop)))
}

/// `PUT …/payment-settings`: with the version shown.
async fn put_settings(
    State(app): State<App>,
    operator: ShopOperator<MaySettings>,
    Json(request): Json<PaymentSettingsView>,
) -> Result<Json<PaymentSettingsView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(payment_settings::put(&app, &shop, &operator.id, request).await?))
}
