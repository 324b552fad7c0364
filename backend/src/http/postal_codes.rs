//! `GET /api/shops/{shop}/postal-codes/{code}`: what an address form fills in.

use super::error::ApiError;
use super::extract::Json;
use super::origin::ShopperOrigin;
use crate::app::App;
use crate::service::postal_codes::places;
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;
use shared::api::PostalCodeView;
use shared::id::ShopId;

/// Kept by the browser for a day: Japan Post changes its list once a month at most.
const CACHING: HeaderValue = HeaderValue::from_static("private, max-age=86400");

/// Routes below the guard of origins.
pub fn routes() -> Router<App> {
    Router::new().route("/api/shops/{shop}/postal-codes/{code}", get(get_postal_code))
}

async fn get_postal_code(
    _: ShopperOrigin,
    Path((_, code)): Path<(ShopId, String)>,
) -> Result<impl IntoResponse, ApiError> {
    let mut answer = Json(PostalCodeView { places: places(&code) }).into_response();
    answer.headers_mut().insert(header::CACHE_CONTROL, CACHING);
    Ok(answer)
}
