//! 定期管理, for the console: lists, one subscription with everything, and what operators do with it.
//!
//! Each change answers with the subscription as it is afterwards.

use super::error::ApiError;
use super::extract::{Json, Path, Query};
use super::operator::{MayCapture, MayRefund, MaySettings, MayView, ShopOperator};
use crate::app::App;
use crate::service::my_page::act::Wish;
use crate::service::shops::{self, OpenShop};
use crate::service::subscription_desk::{act, list, view};
use crate::service::subscription_settings::{self, SettingsError};
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use shared::api::{
    Code, DeliveryOverview, MoveDeliveryRequest, SeenRequest, SubscriptionCounts, SubscriptionFilter,
    SubscriptionPage, SubscriptionQuantityRequest, SubscriptionSettingsView, SubscriptionView,
};
use shared::id::{OperatorId, ShopId, SubscriptionId};

/// Rows of a page where none are named.
const DEFAULT_ROWS: i64 = 50;

/// Routes behind the operator's session.
pub fn routes() -> Router<App> {
    const ONE: &str = "/api/shops/{shop}/subscriptions/{id}";
    Router::new()
        .route("/api/shops/{shop}/subscriptions", get(get_subscriptions))
        .route("/api/shops/{shop}/subscriptions/counts", get(get_counts))
        .route("/api/shops/{shop}/subscriptions/days", get(get_days))
        .route(ONE, get(get_subscription))
        .route(&format!("{ONE}/cancel"), post(post_cancel))
        .route(&format!("{ONE}/date"), post(post_date))
        .route(&format!("{ONE}/quantity"), post(post_quantity))
        .route(&format!("{ONE}/address"), post(post_address))
        .route(&format!("{ONE}/acknowledge"), post(post_acknowledge))
        .route("/api/shops/{shop}/subscriptions/{id}/{what}", post(post_seen))
        .route("/api/shops/{shop}/subscription-settings", get(get_settings).put(put_settings))
}

/// `GET …/subscriptions?before=CURSOR&limit=50&state=active`: a page of what one filter shows, or a search finds.
async fn get_subscriptions(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<SubscriptionPage>, ApiError> {
    let known = |name: &str| {
        SubscriptionFilter::NAMES.contains(&name) || ["before", "limit", "search"].contains(&name)
    };
    if pairs.iter().any(|(name, _)| !known(name)) {
        return Err(Code::BadRequest.into());
    }
    let filter = SubscriptionFilter::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .map_err(|error| ApiError::because(Code::BadRequest, error))?;
    let value =
        |name: &str| pairs.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let limit = match value("limit") {
        Some(limit) => limit.parse().map_err(|_| Code::BadRequest)?,
        None => DEFAULT_ROWS,
    };
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(list::page(&app, &shop, filter, value("search"), value("before"), limit).await?))
}

/// `GET …/subscriptions/counts`: how many each filter finds that is offered with one press.
async fn get_counts(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
) -> Result<Json<SubscriptionCounts>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(list::counts(&app, &shop).await?))
}

/// `GET …/subscriptions/days`: what comes on each of the next 31 days.
async fn get_days(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
) -> Result<Json<DeliveryOverview>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(list::days(&app, &shop).await?))
}

type One = Path<(ShopId, SubscriptionId)>;
type Answer = Result<Json<SubscriptionView>, ApiError>;

/// `GET …/subscriptions/{id}`: everything of it.
async fn get_subscription(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    Path((_, id)): One,
) -> Answer {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(view::view(&app, &shop, &id).await?))
}

async fn done(
    app: &App,
    shop: &OpenShop,
    operator: &OperatorId,
    id: &SubscriptionId,
    (version, wish): (i64, Wish),
) -> Answer {
    act::act(app, shop, operator, id, version, wish).await?;
    Ok(Json(view::view(app, shop, id).await?))
}

/// `POST …/{id}/skip`, `…/pause`, `…/resume`.
async fn post_seen(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    Path((_, id, what)): Path<(ShopId, SubscriptionId, String)>,
    Json(request): Json<SeenRequest>,
) -> Answer {
    let wish = match what.as_str() {
        "skip" => Wish::Skip,
        "pause" => Wish::Pause,
        "resume" => Wish::Resume,
        _ => return Err(Code::NotFound.into()),
    };
    let shop = shops::open(&app, &operator.shop).await?;
    done(&app, &shop, &operator.id, &id, (request.version, wish)).await
}

/// `POST …/{id}/cancel`: for good, and at Amazon too.
async fn post_cancel(
    State(app): State<App>,
    operator: ShopOperator<MayRefund>,
    Path((_, id)): One,
    Json(request): Json<SeenRequest>,
) -> Answer {
    let shop = shops::open(&app, &operator.shop).await?;
    done(&app, &shop, &operator.id, &id, (request.version, Wish::Cancel)).await
}

/// `POST …/{id}/date`: the next delivery on another day.
async fn post_date(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    Path((_, id)): One,
    Json(request): Json<MoveDeliveryRequest>,
) -> Answer {
    let shop = shops::open(&app, &operator.shop).await?;
    done(&app, &shop, &operator.id, &id, (request.version, Wish::Move(request.date.into()))).await
}

/// `POST …/{id}/quantity`: so many pieces from the next delivery on.
async fn post_quantity(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    Path((_, id)): One,
    Json(request): Json<SubscriptionQuantityRequest>,
) -> Answer {
    let shop = shops::open(&app, &operator.shop).await?;
    done(&app, &shop, &operator.id, &id, (request.version, Wish::Quantity(request.quantity))).await
}

/// `POST …/{id}/address`: refused, whatever it says; the shopper changes it on my page (R90).
async fn post_address(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    Path((_, id)): One,
) -> Answer {
    let shop = shops::open(&app, &operator.shop).await?;
    act::change_address(&app, &shop, &id).await?;
    Ok(Json(view::view(&app, &shop, &id).await?))
}

/// `POST …/{id}/acknowledge`: the agreement ended at Amazon was seen to (R24).
async fn post_acknowledge(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    Path((_, id)): One,
    Json(request): Json<SeenRequest>,
) -> Answer {
    let shop = shops::open(&app, &operator.shop).await?;
    act::acknowledge(&app, &shop, &operator.id, &id, request.version).await?;
    Ok(Json(view::view(&app, &shop, &id).await?))
}

/// `GET …/subscription-settings`.
async fn get_settings(
    State(app): State<App>,
    operator: ShopOperator<MaySettings>,
) -> Result<Json<SubscriptionSettingsView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(subscription_settings::view(&shop)))
}

/// `PUT …/subscription-settings`: with the version shown.
async fn put_settings(
    State(app): State<App>,
    operator: ShopOperator<MaySettings>,
    Json(request): Json<SubscriptionSettingsView>,
) -> Result<Json<SubscriptionSettingsView>, ApiError> {
    let shop = shops::open(&app, &operator.shop).await?;
    Ok(Json(subscription_settings::put(&app, &shop, &operator.id, request).await?))
}

impl From<SettingsError> for ApiError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Fault(_) => Self::because(Code::SubscriptionSettingsInvalid, error),
            SettingsError::Changed => Code::SettingsChanged.into(),
            SettingsError::Store(error) => error.into(),
        }
    }
}
