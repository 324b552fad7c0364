//! Requests of the order desk: what is done with one order, and the inboxes of refunds and disputes.

use super::json::{FromJs, ToJs};
use super::operator::{Failure, call, read};
use shared::api::{
    AmountChangeRequest, AnswerDisputeRequest, BundleRequest, CancelErrorList, CancelRequest,
    ChangeMethodRequest, CorrectionList, CorrectionRequest, DashboardView, DisputeList, EditBuyerRequest,
    EnterOrderRequest, EnteredQuoteRequest, Language, OrderPage, OrderView, PaymentLinkView, PostalCodeView,
    ProductView, RefetchView, RefundRequest, RemedyRequest, SetStatusRequest, SwapItemRequest, Token,
    VersionRequest,
};
use shared::cart::Totals;
use shared::id::{OrderId, ShopId};

/// Something done with one order; the answer is the order as it is afterwards.
#[derive(Clone)]
pub enum Act {
    /// キャンセル.
    Cancel(CancelRequest),
    /// 一部返金.
    Refund(RefundRequest),
    /// 対応の記録.
    Remedy(RemedyRequest),
    /// 金額変更.
    Amount(AmountChangeRequest),
    /// 商品の切り替え.
    Swap(SwapItemRequest),
    /// 再与信.
    Reauthorize(VersionRequest),
    /// 決済方法の変更.
    Method(ChangeMethodRequest),
    /// 受注ステータス.
    Status(SetStatusRequest),
    /// お届け先・購入者情報.
    Buyer(EditBuyerRequest),
    /// 同梱.
    Bundle(BundleRequest),
}

/// Does `act` with an order.
///
/// # Errors
/// Any problem, or no answer.
pub async fn act(
    shop: &ShopId,
    order: &OrderId,
    act: &Act,
    csrf: &Token,
    language: Language,
) -> Result<OrderView, Failure> {
    let to =
        |name: &str| call("POST", &format!("/api/shops/{shop}/orders/{order}/{name}"), language).csrf(csrf);
    let call = match act {
        Act::Cancel(body) => to("cancel").body(body),
        Act::Refund(body) => to("refunds").body(body),
        Act::Remedy(body) => to("remedies").body(body),
        Act::Amount(body) => to("amount").body(body),
        Act::Swap(body) => to("swap").body(body),
        Act::Reauthorize(body) => to("reauthorize").body(body),
        Act::Method(body) => to("method").body(body),
        Act::Status(body) => to("status").body(body),
        Act::Buyer(body) => to("buyer").body(body),
        Act::Bundle(body) => to("bundle").body(body),
    };
    read(call).await
}

/// The orders this one may be shipped with.
///
/// # Errors
/// Any problem, or no answer.
pub async fn bundle_candidates(
    shop: &ShopId,
    order: &OrderId,
    language: Language,
) -> Result<OrderPage, Failure> {
    get(&format!("/api/shops/{shop}/orders/{order}/bundle"), language).await
}

/// Makes a payment link.
///
/// # Errors
/// Any problem, or no answer.
pub async fn payment_link(
    shop: &ShopId,
    order: &OrderId,
    request: VersionRequest,
    csrf: &Token,
    language: Language,
) -> Result<PaymentLinkView, Failure> {
    post(&format!("/api/shops/{shop}/orders/{order}/payment-link"), &request, csrf, language).await
}

/// Enters an order; the same id again finds the first one.
///
/// # Errors
/// Any problem, or no answer.
pub async fn enter_order(
    shop: &ShopId,
    request: &EnterOrderRequest,
    csrf: &Token,
    language: Language,
) -> Result<OrderView, Failure> {
    post(&format!("/api/shops/{shop}/entered-orders"), request, csrf, language).await
}

/// What an entered order of these lines would come to.
///
/// # Errors
/// Any problem, or no answer.
pub async fn entered_quote(
    shop: &ShopId,
    request: &EnteredQuoteRequest,
    csrf: &Token,
    language: Language,
) -> Result<Totals, Failure> {
    let path = ["/api/shops/", shop.as_str(), "/entered-orders/quote"].concat();
    read(call("POST", &path, language).harmless().csrf(csrf).body(request)).await
}

/// The places of a postal code of seven digits.
///
/// # Errors
/// Any problem, or no answer.
pub async fn postal_code(shop: &ShopId, code: &str, language: Language) -> Result<PostalCodeView, Failure> {
    get(&format!("/api/shops/{shop}/postal-codes/{code}"), language).await
}

/// Reads Amazon's objects of an order.
///
/// # Errors
/// Any problem, or no answer.
pub async fn refetch(
    shop: &ShopId,
    order: &OrderId,
    request: VersionRequest,
    csrf: &Token,
    language: Language,
) -> Result<RefetchView, Failure> {
    post(&format!("/api/shops/{shop}/orders/{order}/refetch"), &request, csrf, language).await
}

/// What the shop sells.
///
/// # Errors
/// Any problem, or no answer.
pub async fn products(shop: &ShopId, language: Language) -> Result<Vec<ProductView>, Failure> {
    get(&format!("/api/shops/{shop}/products"), language).await
}

/// What waits for somebody, and how authorizations went.
///
/// # Errors
/// Any problem, or no answer.
pub async fn dashboard(shop: &ShopId, language: Language) -> Result<DashboardView, Failure> {
    get(&format!("/api/shops/{shop}/dashboard"), language).await
}

/// A page of orders whose refund Amazon is deciding on, newest first; `before` is the cursor of the page before it.
///
/// # Errors
/// Any problem, or no answer.
pub async fn pending_refunds(
    shop: &ShopId,
    before: Option<&str>,
    language: Language,
) -> Result<OrderPage, Failure> {
    let path = format!("/api/shops/{shop}/orders?icon=refund_pending&limit=100");
    get(&at(path, "&before=", before), language).await
}

/// A page of the queue of キャンセルエラー; `after` is the cursor of the page before it.
///
/// # Errors
/// Any problem, or no answer.
pub async fn cancel_errors(
    shop: &ShopId,
    after: Option<&str>,
    language: Language,
) -> Result<CancelErrorList, Failure> {
    get(&at(format!("/api/shops/{shop}/cancel-errors"), "?after=", after), language).await
}

/// A page of corrections of points and coupons; `after` is the cursor of the page before it.
///
/// # Errors
/// Any problem, or no answer.
pub async fn corrections(
    shop: &ShopId,
    done: bool,
    after: Option<&str>,
    language: Language,
) -> Result<CorrectionList, Failure> {
    get(&at(format!("/api/shops/{shop}/corrections?done={done}"), "&after=", after), language).await
}

/// Where the corrections are a file.
pub fn corrections_csv(shop: &ShopId) -> String {
    format!("/api/shops/{shop}/corrections.csv")
}

/// Marks a correction.
///
/// # Errors
/// Any problem, or no answer.
pub async fn correct(
    shop: &ShopId,
    id: &str,
    done: bool,
    csrf: &Token,
    language: Language,
) -> Result<CorrectionList, Failure> {
    post(
        &format!("/api/shops/{shop}/corrections/{}", encoded(id)),
        &CorrectionRequest { done },
        csrf,
        language,
    )
    .await
}

/// A page of the inbox of disputes; `after` is the cursor of the page before it.
///
/// # Errors
/// Any problem, or no answer.
pub async fn disputes(
    shop: &ShopId,
    after: Option<&str>,
    language: Language,
) -> Result<DisputeList, Failure> {
    get(&at(format!("/api/shops/{shop}/disputes"), "?after=", after), language).await
}

/// Marks a dispute as answered.
///
/// # Errors
/// Any problem, or no answer.
pub async fn answer_dispute(
    shop: &ShopId,
    id: &str,
    request: &AnswerDisputeRequest,
    csrf: &Token,
    language: Language,
) -> Result<DisputeList, Failure> {
    post(&format!("/api/shops/{shop}/disputes/{}", encoded(id)), request, csrf, language).await
}

/// The address of a page: the first, or the one at a cursor.
fn at(path: String, name: &str, cursor: Option<&str>) -> String {
    match cursor {
        Some(cursor) => [&path, name, &encoded(cursor)].concat(),
        None => path,
    }
}

fn encoded(part: &str) -> String {
    js_sys::encode_uri_component(part).into()
}

async fn get<T: FromJs>(path: &str, language: Language) -> Result<T, Failure> {
    read(call("GET", path, language)).await
}

async fn post<T: FromJs>(
    path: &str,
    body: &impl ToJs,
    csrf: &Token,
    language: Language,
) -> Result<T, Failure> {
    read(call("POST", path, language).csrf(csrf).body(body)).await
}
