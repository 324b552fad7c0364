//! マイページ: a member's own subscriptions, behind the member's token.

use super::error::{ApiError, language_of};
use super::extract::{Bearer, Json, Path, Query};
use super::origin::ShopperOrigin;
use crate::app::App;
use crate::service::my_page::act::{Wish, act};
use crate::service::my_page::{amazon_address, buyer, change_address, list, orders, sign_out};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use serde::Deserialize;
use shared::api::{
    AddressChangeView, AmazonAddressRequest, ChangeAddressRequest, Code, MoveDeliveryRequest, MyOrders,
    MySubscription, MySubscriptions, SeenRequest, StartedSignIn, SubscriptionQuantityRequest,
};
use shared::id::{ShopId, SubscriptionId};

/// Routes below the guard of origins.
pub fn routes() -> Router<App> {
    const ONE: &str = "/api/shops/{shop}/member/subscriptions/{id}";
    Router::new()
        .route("/api/shops/{shop}/member/subscriptions", get(get_subscriptions))
        .route("/api/shops/{shop}/member/orders", get(get_orders))
        .route("/api/shops/{shop}/member/sign-out", post(post_sign_out))
        .route(&format!("{ONE}/date"), post(post_date))
        .route(&format!("{ONE}/quantity"), post(post_quantity))
        .route(&format!("{ONE}/address/preview"), post(post_preview))
        .route(&format!("{ONE}/address/amazon"), post(post_amazon))
        .route(&format!("{ONE}/address"), post(post_address))
        .route("/api/shops/{shop}/member/subscriptions/{id}/{what}", post(post_seen))
}

/// `GET …/member/subscriptions`: 定期購入リスト.
async fn get_subscriptions(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Bearer(token): Bearer,
    headers: HeaderMap,
) -> Result<Json<MySubscriptions>, ApiError> {
    let buyer = buyer(&app, &shopper.shop, token.as_ref()).await?;
    Ok(Json(list::list(&app, &shopper.shop, &buyer, language_of(&headers)).await?))
}

/// Where a page of orders begins.
#[derive(Debug, Deserialize)]
struct OrdersQuery {
    before: Option<String>,
}

/// `GET …/member/orders`: ご注文履歴.
async fn get_orders(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Bearer(token): Bearer,
    Query(query): Query<OrdersQuery>,
    headers: HeaderMap,
) -> Result<Json<MyOrders>, ApiError> {
    let buyer = buyer(&app, &shopper.shop, token.as_ref()).await?;
    let before = query.before.as_deref();
    Ok(Json(orders::list(&app, &shopper.shop, &buyer, before, language_of(&headers)).await?))
}

/// `POST …/member/sign-out`: the token opens nothing any more.
async fn post_sign_out(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Bearer(token): Bearer,
) -> Result<StatusCode, ApiError> {
    sign_out(&app, &shopper.shop, token.as_ref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST …/{id}/skip`, `…/pause`, `…/resume`, `…/cancel`.
async fn post_seen(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Bearer(token): Bearer,
    Path((_, id, what)): Path<(ShopId, SubscriptionId, String)>,
    Json(request): Json<SeenRequest>,
) -> Result<Json<MySubscription>, ApiError> {
    let wish = match what.as_str() {
        "skip" => Wish::Skip,
        "pause" => Wish::Pause,
        "resume" => Wish::Resume,
        "cancel" => Wish::Cancel,
        _ => return Err(Code::NotFound.into()),
    };
    let buyer = buyer(&app, &shopper.shop, token.as_ref()).await?;
    Ok(Json(act(&app, &shopper.shop, &buyer, &id, request.version, wish).await?))
}

/// `POST …/{id}/date`: the next delivery on another day.
async fn post_date(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Bearer(token): Bearer,
    Path((_, id)): Path<(ShopId, SubscriptionId)>,
    Json(request): Json<MoveDeliveryRequest>,
) -> Result<Json<MySubscription>, ApiError> {
    let buyer = buyer(&app, &shopper.shop, token.as_ref()).await?;
    Ok(Json(act(&app, &shopper.shop, &buyer, &id, request.version, Wish::Move(request.date.into())).await?))
}

/// `POST …/{id}/quantity`: so many pieces from the next delivery on.
async fn post_quantity(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Bearer(token): Bearer,
    Path((_, id)): Path<(ShopId, SubscriptionId)>,
    Json(request): Json<SubscriptionQuantityRequest>,
) -> Result<Json<MySubscription>, ApiError> {
    let buyer = buyer(&app, &shopper.shop, token.as_ref()).await?;
    let wish = Wish::Quantity(request.quantity);
    Ok(Json(act(&app, &shopper.shop, &buyer, &id, request.version, wish).await?))
}

/// `POST …/{id}/address/preview`: what the change would reach.
async fn post_preview(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Bearer(token): Bearer,
    Path((_, id)): Path<(ShopId, SubscriptionId)>,
    headers: HeaderMap,
    Json(request): Json<ChangeAddressRequest>,
) -> Result<Json<AddressChangeView>, ApiError> {
    let buyer = buyer(&app, &shopper.shop, token.as_ref()).await?;
    let language = language_of(&headers);
    Ok(Json(change_address::preview(&app, &shopper.shop, &buyer, &id, &request, language).await?))
}

/// `POST …/{id}/address/amazon`: what Amazon's button needs to let an address be chosen there.
async fn post_amazon(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Bearer(token): Bearer,
    Path((_, id)): Path<(ShopId, SubscriptionId)>,
    headers: HeaderMap,
    Json(request): Json<AmazonAddressRequest>,
) -> Result<Json<StartedSignIn>, ApiError> {
    let buyer = buyer(&app, &shopper.shop, token.as_ref()).await?;
    let language = language_of(&headers);
    Ok(Json(amazon_address::begin(&app, &shopper.shop, &buyer, &id, &request, language).await?))
}

/// `POST …/{id}/address`: お届け先変更.
async fn post_address(
    State(app): State<App>,
    shopper: ShopperOrigin,
    Bearer(token): Bearer,
    Path((_, id)): Path<(ShopId, SubscriptionId)>,
    headers: HeaderMap,
    Json(request): Json<ChangeAddressRequest>,
) -> Result<Json<AddressChangeView>, ApiError> {
    let buyer = buyer(&app, &shopper.shop, token.as_ref()).await?;
    let language = language_of(&headers);
    Ok(Json(change_address::change_address(&app, &shopper.shop, &buyer, &id, &request, language).await?))
}
