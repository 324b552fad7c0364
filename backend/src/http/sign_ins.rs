//! A shopper signs in with Amazon.

use super::error::{ApiError, language_of};
use super::extract::Json;
use super::origin::ShopperOrigin;
use crate::app::App;
use crate::service::sign_in_buyer::{finish_sign_in, start_sign_in};
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use shared::api::{FinishSignInRequest, MemberView, StartSignInRequest, StartedSignIn};

/// Routes below the guard of origins.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/shops/{shop}/sign-ins", post(post_sign_in))
        .route("/api/shops/{shop}/sign-ins/finish", post(post_finish))
}

/// `POST …/sign-ins`: the login button was pressed.
async fn post_sign_in(
    State(app): State<App>,
    shopper: ShopperOrigin,
    headers: HeaderMap,
    Json(request): Json<StartSignInRequest>,
) -> Result<Json<StartedSignIn>, ApiError> {
    Ok(Json(start_sign_in(&app, &shopper.shop, &request, language_of(&headers))?))
}

/// `POST …/sign-ins/finish`: back from Amazon.
async fn post_finish(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Json(request): Json<FinishSignInRequest>,
) -> Result<Json<MemberView>, ApiError> {
    Ok(Json(finish_sign_in(&app, &shopper.shop, &request).await?))
}
