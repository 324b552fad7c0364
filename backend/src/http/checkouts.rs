//! The shopper's side: quote, start, claim, review, order, complete, result.

use super::error::ApiError;
use super::extract::{Bearer, ClaimCookie, Json, Path};
use super::origin::ShopperOrigin;
use crate::app::App;
use crate::service::open_checkout::Pass;
use crate::service::{complete_checkout, press_order, products, quote, review_checkout, start_checkout};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use shared::api::{
    Code, PlaceOrderRequest, PlaceOrderView, ProductView, QuoteRequest, QuoteView, ResultView, ReviewView,
    SessionRequest, StartCheckoutRequest, StartedCheckout,
};
use shared::id::{CheckoutId, ShopId};

/// Routes below the guard of origins.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/shops/{shop}/products", get(get_products))
        .route("/api/shops/{shop}/quotes", post(post_quote))
        .route("/api/shops/{shop}/checkouts", post(post_checkout))
        .route("/api/shops/{shop}/checkouts/{id}/claim", post(post_claim))
        .route("/api/shops/{shop}/checkouts/{id}/review", post(post_review))
        .route("/api/shops/{shop}/checkouts/{id}/order", post(post_order))
        .route("/api/shops/{shop}/checkouts/{id}/complete", post(post_complete))
        .route("/api/shops/{shop}/checkouts/{id}/result", get(get_result))
}

/// `GET …/products`: what the shop sells.
async fn get_products(
    State(app): State<App>,
    shopper: ShopperOrigin,
) -> Result<Json<Vec<ProductView>>, ApiError> {
    Ok(Json(products::products(&app, &shopper.shop).await?))
}

/// `POST …/quotes`: what it would cost, and whether Amazon Pay is offered.
async fn post_quote(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Json(request): Json<QuoteRequest>,
) -> Result<Json<QuoteView>, ApiError> {
    Ok(Json(quote::quote(&app, &shopper.shop, &request).await?))
}

/// `POST …/checkouts`: the button was pressed.
async fn post_checkout(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Json(request): Json<StartCheckoutRequest>,
) -> Result<(StatusCode, Json<StartedCheckout>), ApiError> {
    let started = start_checkout::start_checkout(&app, &shopper.shop, &request).await?;
    Ok((StatusCode::CREATED, Json(started)))
}

/// `POST …/checkouts/{id}/claim`: a hosted page arrives; only pages of our own origin get the cookie.
async fn post_claim(
    State(app): State<App>,
    shopper: ShopperOrigin,
    ClaimCookie(claim): ClaimCookie,
    Path((_, id)): Path<(ShopId, CheckoutId)>,
    Json(request): Json<SessionRequest>,
) -> Result<Response, ApiError> {
    if !shopper.is_own {
        return Err(Code::OriginNotAllowed.into());
    }
    let session = &request.amazon_checkout_session_id;
    let token = review_checkout::claim_checkout(&app, &shopper.shop, &id, session, claim.as_ref()).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(token) = token {
        response.headers_mut().append(header::SET_COOKIE, ClaimCookie::set(&app, &id, &token));
    }
    Ok(response)
}

/// `POST …/checkouts/{id}/review`: the shopper came back; what the review page shows.
async fn post_review(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Bearer(bearer): Bearer,
    ClaimCookie(claim): ClaimCookie,
    Path((_, id)): Path<(ShopId, CheckoutId)>,
    Json(request): Json<SessionRequest>,
) -> Result<Json<ReviewView>, ApiError> {
    let pass = pass(&shopper, bearer, claim);
    let session = &request.amazon_checkout_session_id;
    Ok(Json(review_checkout::review_checkout(&app, &shopper.shop, &id, &pass, session).await?))
}

/// `POST …/checkouts/{id}/order`: 注文する.
async fn post_order(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Bearer(bearer): Bearer,
    ClaimCookie(claim): ClaimCookie,
    Path((_, id)): Path<(ShopId, CheckoutId)>,
    Json(request): Json<PlaceOrderRequest>,
) -> Result<Json<PlaceOrderView>, ApiError> {
    let pass = pass(&shopper, bearer, claim);
    Ok(Json(press_order::press_order(&app, &shopper.shop, &id, &pass, &request).await?))
}

/// `POST …/checkouts/{id}/complete`: back from Amazon's processing page.
async fn post_complete(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Bearer(bearer): Bearer,
    ClaimCookie(claim): ClaimCookie,
    Path((_, id)): Path<(ShopId, CheckoutId)>,
    Json(request): Json<SessionRequest>,
) -> Result<Json<ResultView>, ApiError> {
    let pass = pass(&shopper, bearer, claim);
    let session = &request.amazon_checkout_session_id;
    Ok(Json(complete_checkout::complete_checkout(&app, &shopper.shop, &id, &pass, session).await?))
}

/// `GET …/checkouts/{id}/result`: what became of it, as stored.
async fn get_result(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Bearer(bearer): Bearer,
    ClaimCookie(claim): ClaimCookie,
    Path((_, id)): Path<(ShopId, CheckoutId)>,
) -> Result<Json<ResultView>, ApiError> {
    let pass = pass(&shopper, bearer, claim);
    Ok(Json(complete_checkout::result(&app, &shopper.shop, &id, &pass).await?))
}

/// A cookie counts on our own pages only.
fn pass(
    shopper: &ShopperOrigin,
    bearer: Option<shared::api::Token>,
    claim: Option<shared::api::Token>,
) -> Pass {
    Pass { bearer, claim: claim.filter(|_| shopper.is_own) }
}
