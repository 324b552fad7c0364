//! What operators do with orders: cancel, refund, change, authorize anew, and the lists that wait for them.
//!
//! Each handler calls one use case and answers with the order as it is afterwards.

use super::error::ApiError;
use super::extract::{Json, Path, Query};
use super::operator::{MayCapture, MayRefund, MayView, ShopOperator};
use crate::app::App;
use crate::service::desk::DeskError;
use crate::service::shops::{self, OpenShop};
use crate::service::{
    bundle_orders, cancel_order, change_amount, change_method, desk_inbox, edit_buyer, enter_order,
    order_views, reauthorize_order, receive_dispute, record_remedy, refetch_order, refund_order,
    send_payment_link, set_status, swap_item,
};
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde::Deserialize;
use shared::amount_change::ChangeRefused;
use shared::api::{
    AmountChangeRequest, AnswerDisputeRequest, BundleRequest, CancelErrorList, CancelRequest,
    ChangeMethodRequest, Code, CorrectionList, CorrectionRequest, DisputeList, EditBuyerRequest,
    EnterOrderRequest, EnteredQuoteRequest, OrderPage, OrderView, PaymentLinkView, RefetchView,
    RefundRequest, RemedyRequest, SetStatusRequest, SwapItemRequest, VersionRequest,
};
use shared::cart::Totals;
use shared::id::{OrderId, ShopId};
use std::sync::Arc;

/// Routes behind the operator's session.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/shops/{shop}/orders/{id}/cancel", post(post_cancel))
        .route("/api/shops/{shop}/orders/{id}/refunds", post(post_refund))
        .route("/api/shops/{shop}/orders/{id}/remedies", post(post_remedy))
        .route("/api/shops/{shop}/orders/{id}/amount", post(post_amount))
        .route("/api/shops/{shop}/orders/{id}/swap", post(post_swap))
        .route("/api/shops/{shop}/orders/{id}/reauthorize", post(post_reauthorize))
        .route("/api/shops/{shop}/orders/{id}/method", post(post_method))
        .route("/api/shops/{shop}/orders/{id}/status", post(post_status))
        .route("/api/shops/{shop}/orders/{id}/bundle", get(get_bundle).post(post_bundle))
        .route("/api/shops/{shop}/orders/{id}/buyer", post(post_buyer))
        .route("/api/shops/{shop}/orders/{id}/payment-link", post(post_payment_link))
        .route("/api/shops/{shop}/orders/{id}/refetch", post(post_refetch))
        .route("/api/shops/{shop}/entered-orders", post(post_entered_order))
        .route("/api/shops/{shop}/entered-orders/quote", post(post_entered_quote))
        .route("/api/shops/{shop}/corrections", get(get_corrections))
        .route("/api/shops/{shop}/corrections.csv", get(get_corrections_csv))
        .route("/api/shops/{shop}/corrections/{id}", post(post_correction))
        .route("/api/shops/{shop}/disputes", get(get_disputes))
        .route("/api/shops/{shop}/disputes/{id}", post(post_dispute))
        .route("/api/shops/{shop}/cancel-errors", get(get_cancel_errors))
}

/// What Amazon says where the month has no room; we say it without asking.
const OVER_CAP: &str = crate::service::monthly_cap::OVER_CAP;

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        use DeskError as E;
        let code = match &error {
            E::Unknown => Code::NotFound,
            E::Changed => Code::OrderChanged,
            E::Refused(refused) => (*refused).into(),
            E::Change(refused) => match refused {
                ChangeRefused::Increase => Code::AmountIncrease,
                ChangeRefused::ToZero => Code::AmountZero,
                ChangeRefused::Line => Code::LineUnknown,
                ChangeRefused::Nothing => Code::NothingToDo,
                ChangeRefused::TooLarge => Code::CartTooLarge,
            },
            E::ReasonMissing => Code::ReasonMissing,
            E::RefundTooMuch => Code::RefundTooMuch,
            E::IdentityMissing => Code::IdentityMissing,
            E::ParcelsDiffer => Code::ParcelsDiffer,
            E::TotalChanged => Code::TotalChanged,
            E::Invalid => Code::BuyerInvalid,
            E::Shape => Code::BadRequest,
            E::NotOffered => Code::AmazonPayNotOffered,
            E::AmazonRefused(reason) if reason.code() == OVER_CAP => Code::MonthlyCapReached,
            E::AmazonRefused(_) => Code::AmazonRefused,
            E::AmazonUnavailable(_) => Code::AmazonUnavailable,
            E::Quote(_) | E::Store(_) => Code::Internal,
        };
        match error {
            E::Quote(error) => error.into(),
            E::Store(error) => error.into(),
            error => Self::because(code, error),
        }
    }
}

/// `{shop}` and `{id}` of an address.
type OfOrder = Path<(ShopId, OrderId)>;

async fn view(app: &App, shop: &OpenShop, id: &OrderId) -> Result<Json<OrderView>, ApiError> {
    Ok(Json(order_views::detail(app, shop, id).await?))
}

async fn opened<R>(app: &App, operator: &ShopOperator<R>) -> Result<Arc<OpenShop>, ApiError> {
    Ok(shops::open(app, &operator.shop).await?)
}

/// A handler of one action on one order that answers with the order.
macro_rules! actions {
    ($($(#[$about:meta])* $handler:ident($right:ty, $body:ty) = |$app:ident, $shop:ident, $id:ident, $by:ident, $request:ident| $call:expr;)+) => {$(
        $(#[$about])*
        #[tracing::instrument(skip_all, fields(order.id = %$id))]
        async fn $handler(
            State(app): State<App>,
            operator: ShopOperator<$right>,
            Path((_, $id)): OfOrder,
            Json($request): Json<$body>,
        ) -> Result<Json<OrderView>, ApiError> {
            let shop = opened(&app, &operator).await?;
            let ($app, $shop, $by) = (&app, &shop, &operator.id);
            $call.await?;
            view(&app, &shop, &$id).await
        }
    )+};
}

actions! {
    /// `POST …/orders/{id}/cancel`: 受注ステータス キャンセル.
    post_cancel(MayRefund, CancelRequest) = |app, shop, id, by, request|
        cancel_order::cancel_order(app, shop, &id, by, &request);
    /// `POST …/orders/{id}/refunds`: 一部返金.
    post_refund(MayRefund, RefundRequest) = |app, shop, id, by, request|
        refund_order::refund_order(app, shop, &id, by, &request);
    /// `POST …/orders/{id}/remedies`: 対応の記録.
    post_remedy(MayRefund, RemedyRequest) = |app, shop, id, by, request|
        record_remedy::record_remedy(app, shop, &id, by, &request);
    /// `POST …/orders/{id}/amount`: 金額変更.
    post_amount(MayCapture, AmountChangeRequest) = |app, shop, id, by, request|
        change_amount::change_amount(app, shop, &id, by, &request);
    /// `POST …/orders/{id}/swap`: 商品の切り替え.
    post_swap(MayCapture, SwapItemRequest) = |app, shop, id, by, request|
        swap_item::swap_item(app, shop, &id, by, &request);
    /// `POST …/orders/{id}/reauthorize`: 再与信.
    post_reauthorize(MayCapture, VersionRequest) = |app, shop, id, by, request|
        reauthorize_order::reauthorize_order(app, shop, &id, by, request.version);
    /// `POST …/orders/{id}/method`: 決済方法の変更.
    post_method(MayCapture, ChangeMethodRequest) = |app, shop, id, by, request|
        change_method::change_method(app, shop, &id, by, &request);
    /// `POST …/orders/{id}/status`: 出荷準備中, 発送済.
    post_status(MayCapture, SetStatusRequest) = |app, shop, id, by, request|
        set_status::set_status(app, shop, &id, by, &request);
    /// `POST …/orders/{id}/bundle`: 同梱.
    post_bundle(MayCapture, BundleRequest) = |app, shop, id, by, request|
        bundle_orders::bundle_orders(app, shop, &id, by, &request);
    /// `POST …/orders/{id}/buyer`: お届け先・購入者情報の編集.
    post_buyer(MayCapture, EditBuyerRequest) = |app, shop, id, by, request|
        edit_buyer::edit_buyer(app, shop, &id, by, &request);
}

/// `GET …/orders/{id}/bundle`: the orders it may be shipped with.
#[tracing::instrument(skip_all, fields(order.id = %id))]
async fn get_bundle(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    Path((_, id)): OfOrder,
) -> Result<Json<OrderPage>, ApiError> {
    let shop = opened(&app, &operator).await?;
    Ok(Json(bundle_orders::candidates(&app, &shop, &id).await?))
}

/// `POST …/orders/{id}/payment-link`: 再決済のご案内.
#[tracing::instrument(skip_all, fields(order.id = %id))]
async fn post_payment_link(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    Path((_, id)): OfOrder,
    Json(request): Json<VersionRequest>,
) -> Result<Json<PaymentLinkView>, ApiError> {
    let shop = opened(&app, &operator).await?;
    Ok(Json(send_payment_link::send_payment_link(&app, &shop, &id, &operator.id, request.version).await?))
}

/// `POST …/orders/{id}/refetch`: Amazon's objects beside ours.
#[tracing::instrument(skip_all, fields(order.id = %id))]
async fn post_refetch(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    Path((_, id)): OfOrder,
    Json(_): Json<VersionRequest>,
) -> Result<Json<RefetchView>, ApiError> {
    let shop = opened(&app, &operator).await?;
    let amazon = refetch_order::refetch_order(&app, &shop, &id).await?;
    Ok(Json(RefetchView { order: order_views::detail(&app, &shop, &id).await?, amazon }))
}

/// `POST …/entered-orders`: 管理画面より新規受注.
async fn post_entered_order(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    Json(request): Json<EnterOrderRequest>,
) -> Result<Json<OrderView>, ApiError> {
    let shop = opened(&app, &operator).await?;
    enter_order::enter_order(&app, &shop, &operator.id, &request).await?;
    view(&app, &shop, &request.order_id).await
}

/// `POST …/entered-orders/quote`: what it would come to; nothing is stored.
async fn post_entered_quote(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    Json(request): Json<EnteredQuoteRequest>,
) -> Result<Json<Totals>, ApiError> {
    let shop = opened(&app, &operator).await?;
    Ok(Json(enter_order::quote(&app, &shop, &request).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CorrectionQuery {
    done: Option<bool>,
    after: Option<String>,
}

/// `GET …/corrections?done=false&after=…`: what is due, what is made, or both, page by page.
async fn get_corrections(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    Query(query): Query<CorrectionQuery>,
) -> Result<Json<CorrectionList>, ApiError> {
    let shop = opened(&app, &operator).await?;
    Ok(Json(desk_inbox::list_corrections(&app, &shop, query.done, query.after.as_deref()).await?))
}

/// `GET …/corrections.csv`: all of them, for the shop's own system.
async fn get_corrections_csv(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
) -> Result<impl IntoResponse, ApiError> {
    let shop = opened(&app, &operator).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"corrections.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, desk_inbox::corrections_csv(&app, &shop).await?))
}

/// `POST …/corrections/{id}`: 反映済, or 未反映 again.
async fn post_correction(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    Path((_, id)): Path<(ShopId, String)>,
    Json(request): Json<CorrectionRequest>,
) -> Result<Json<CorrectionList>, ApiError> {
    let shop = opened(&app, &operator).await?;
    desk_inbox::mark_correction(&app, &shop, &id, &operator.id, request.done).await?;
    Ok(Json(desk_inbox::list_corrections(&app, &shop, None, None).await?))
}

/// Where a page begins.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AfterQuery {
    after: Option<String>,
}

/// `GET …/disputes?after=…`: the inbox, page by page.
async fn get_disputes(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    Query(query): Query<AfterQuery>,
) -> Result<Json<DisputeList>, ApiError> {
    let shop = opened(&app, &operator).await?;
    Ok(Json(desk_inbox::list_disputes(&app, &shop, query.after.as_deref()).await?))
}

/// `POST …/disputes/{id}`: it was answered in Seller Central.
async fn post_dispute(
    State(app): State<App>,
    operator: ShopOperator<MayCapture>,
    Path((_, id)): Path<(ShopId, String)>,
    Json(request): Json<AnswerDisputeRequest>,
) -> Result<Json<DisputeList>, ApiError> {
    let shop = opened(&app, &operator).await?;
    receive_dispute::answer_dispute(&app, &shop, &id, &operator.id, request.note.as_deref()).await?;
    Ok(Json(desk_inbox::list_disputes(&app, &shop, None).await?))
}

/// `GET …/cancel-errors?after=…`: the queue of R36, page by page.
async fn get_cancel_errors(
    State(app): State<App>,
    operator: ShopOperator<MayView>,
    Query(query): Query<AfterQuery>,
) -> Result<Json<CancelErrorList>, ApiError> {
    let shop = opened(&app, &operator).await?;
    Ok(Json(desk_inbox::list_cancel_errors(&app, &shop, query.after.as_deref()).await?))
}
