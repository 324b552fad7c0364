//! What a failed request is answered with: a problem with a stable code, in the reader's language.
//!
//! A handler returns [`ApiError`]; each use case's error becomes one here, in one `match` per error. The language and
//! the request's id are known to the outermost layer only ([`render`]), which also turns the framework's own refusals
//! into problems and logs the chain of causes, once.

use crate::service::StoreError;
use crate::service::bulk_run::BulkError;
use crate::service::checkout_error::CheckoutError;
use crate::service::mail_settings::MailError;
use crate::service::my_page::MyPageError;
use crate::service::operators::OperatorError;
use crate::service::order_views::ViewError;
use crate::service::quote::QuoteError;
use crate::service::receive_notification::NotificationError;
use crate::service::shops::ShopError;
use crate::service::sign_in_buyer::SignInError;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::address_form::FieldError;
use shared::api::{Code, Language, Problem};
use shared::cart::{CartError, NotOffered};
use shared::id::OrderNumber;
use shared::money::Yen;
use shared::subscription::SubscriptionRefused;
use std::error::Error;
use std::sync::Arc;

/// A refusal: its code, and for the log its cause.
#[derive(Debug, Clone)]
pub struct ApiError {
    code: Code,
    cause: Option<Arc<dyn Error + Send + Sync>>,
    retry_after: Option<u32>,
    /// Used of the month's cap and left of it, where that is the reason.
    month: Option<(Yen, Yen)>,
    /// Under which number the order was placed, where that is the reason.
    number: Option<OrderNumber>,
    /// Fields of the name to be typed again, where that is the reason.
    name: Vec<FieldError>,
}

impl ApiError {
    /// A refusal without a cause worth a line in the log.
    pub const fn new(code: Code) -> Self {
        Self { code, cause: None, retry_after: None, month: None, number: None, name: Vec::new() }
    }

    /// A refusal because of `cause`, which is logged and never shown.
    pub fn because(code: Code, cause: impl Error + Send + Sync + 'static) -> Self {
        Self { cause: Some(Arc::new(cause)), ..Self::new(code) }
    }

    /// Names the seconds after which it may be tried again.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The month's cap has no room (R19).
    pub fn over_cap(used: Yen, remaining: Yen) -> Self {
        Self { month: Some((used, remaining)), ..Self::new(Code::MonthlyCapReached) }
    }

    /// The purchase was placed already, under `number` (R89).
    pub fn placed_already(number: OrderNumber) -> Self {
        Self { number: Some(number), ..Self::new(Code::OrderPlacedAlready) }
    }

    /// The answer to the question for the buyer's name cannot be read (R45).
    pub fn name_invalid(errors: Vec<FieldError>) -> Self {
        Self { name: errors, ..Self::new(Code::NameInvalid) }
    }

    /// What is answered.
    pub const fn code(&self) -> Code {
        self.code
    }
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::because(Code::Busy, error).retry_after(2),
            error => Self::because(Code::Internal, error),
        }
    }
}

impl From<ShopError> for ApiError {
    fn from(error: ShopError) -> Self {
        match error {
            ShopError::Unknown => Code::NotFound.into(),
            ShopError::Key => Self::because(Code::Internal, error),
            ShopError::Store(error) => error.into(),
        }
    }
}

impl From<QuoteError> for ApiError {
    fn from(error: QuoteError) -> Self {
        let code = match &error {
            QuoteError::Cart(cart) => match cart {
                CartError::Empty => Code::CartEmpty,
                CartError::TooManyLines | CartError::TooLarge => Code::CartTooLarge,
                CartError::Quantity(_) | CartError::Twice(_) => Code::QuantityOutOfRange,
                CartError::UnknownProduct(_) => Code::UnknownProduct,
                CartError::NotOnSale(_) => Code::ProductNotOnSale,
                CartError::NoSubscription(_) => Code::SubscriptionNotSold,
                CartError::CycleNotOffered(_) => Code::CycleNotOffered,
                CartError::DiscountExceedsTotal => Code::DiscountExceedsTotal,
            },
            QuoteError::Forged => Code::SignedCartForged,
            QuoteError::Expired => Code::SignedCartExpired,
            QuoteError::Foreign => Code::SignedCartForeign,
            QuoteError::LinkInvalid => Code::PaymentLinkInvalid,
            QuoteError::PlacedAlready(number) => return Self::placed_already(number.clone()),
            QuoteError::Store(_) => Code::Internal,
        };
        match error {
            QuoteError::Store(error) => error.into(),
            error => Self::because(code, error),
        }
    }
}

impl From<CheckoutError> for ApiError {
    fn from(error: CheckoutError) -> Self {
        let code = match &error {
            CheckoutError::NotYours => Code::CheckoutTokenInvalid,
            CheckoutError::NotOffered(NotOffered::ZeroTotal) => Code::ZeroTotal,
            CheckoutError::NotOffered(NotOffered::DearerThanCap) => Code::DearerThanCap,
            CheckoutError::NotOffered(NotOffered::TooMuch | NotOffered::MarkedNot) => {
                Code::AmazonPayNotOffered
            }
            CheckoutError::OverCap { used, remaining } => return Self::over_cap(*used, *remaining),
            CheckoutError::NoSuchPage(_) => Code::ReturnUrlNotAllowed,
            CheckoutError::SessionMismatch => Code::SessionMismatch,
            CheckoutError::Ended => Code::CheckoutEnded,
            CheckoutError::AreaNotServed => Code::AreaNotServed,
            CheckoutError::ConsentMissing => Code::ConsentMissing,
            CheckoutError::NameInvalid(errors) => return Self::name_invalid(errors.clone()),
            CheckoutError::CartTaken => Code::CartAlreadyOrdered,
            CheckoutError::PlacedAlready(number) => return Self::placed_already(number.clone()),
            CheckoutError::InProgress => Code::PaymentInProgress,
            CheckoutError::AmazonUnavailable(_) => Code::AmazonUnavailable,
            CheckoutError::AmazonRefused(_) => Code::AmazonRefused,
            CheckoutError::Quote(_) | CheckoutError::Store(_) => Code::Internal,
        };
        match error {
            CheckoutError::Quote(error) => error.into(),
            CheckoutError::Store(error) => error.into(),
            error => Self::because(code, error),
        }
    }
}

impl From<NotificationError> for ApiError {
    fn from(error: NotificationError) -> Self {
        use NotificationError as E;
        match error {
            E::Address => Code::NotFound.into(),
            E::TooMany => Self::new(Code::TooManyRequests).retry_after(60),
            E::Store(error) => error.into(),
            // The certificate could not be fetched: Amazon is to send it again.
            error if error.may_pass_later() => Self::because(Code::Busy, error).retry_after(60),
            error => Self::because(Code::NotificationForged, error),
        }
    }
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        use SignInError as E;
        match error {
            E::State => Code::BadRequest.into(),
            E::NoSuchPage(_) => Code::ReturnUrlNotAllowed.into(),
            E::TokenInvalid => Code::BuyerTokenInvalid.into(),
            E::AmazonRefused(_) => Self::because(Code::AmazonRefused, error),
            E::AmazonUnavailable(_) => Self::because(Code::AmazonUnavailable, error).retry_after(5),
            E::Store(error) => error.into(),
        }
    }
}

impl From<MyPageError> for ApiError {
    fn from(error: MyPageError) -> Self {
        use MyPageError as E;
        use SubscriptionRefused as R;
        match error {
            E::NotSignedIn => Code::NotSignedIn.into(),
            E::Unknown => Code::NotFound.into(),
            E::Refused(R::Changed) => Code::SubscriptionChanged.into(),
            E::Refused(R::Ended) => Code::SubscriptionEnded.into(),
            E::Refused(R::State) => Code::SubscriptionState.into(),
            E::Refused(R::ShopperOnly) => Code::ShopperOnly.into(),
            E::Refused(R::Date) => Code::DeliveryDate.into(),
            E::Refused(R::Quantity) => Code::SubscriptionQuantity.into(),
            E::DearerThanCap => Code::DeliveryDearerThanCap.into(),
            E::OverCap { used, remaining } => Self::over_cap(used, remaining),
            E::Address => Code::AddressInvalid.into(),
            E::State | E::Cursor => Code::BadRequest.into(),
            E::NoSuchPage(_) => Code::ReturnUrlNotAllowed.into(),
            E::NoAmazonAddress => Code::AddressNotFromAmazon.into(),
            E::AmazonUnavailable(_) => Self::because(Code::AmazonUnavailable, error).retry_after(5),
            E::AreaNotServed => Code::AreaNotServed.into(),
            E::Store(error) => error.into(),
        }
    }
}

impl From<OperatorError> for ApiError {
    fn from(error: OperatorError) -> Self {
        use OperatorError as E;
        match error {
            E::LinkInvalid => Code::LinkInvalid.into(),
            E::Invalid => Code::OperatorInvalid.into(),
            E::PasswordTooWeak => Code::PasswordTooWeak.into(),
            E::SignInFailed => Code::SignInFailed.into(),
            E::TooManyTries => Self::new(Code::TooManyRequests).retry_after(60),
            E::NotSignedIn => Code::NotSignedIn.into(),
            E::NoSuchShop => Code::NotFound.into(),
            E::NotAllowed => Code::NotAllowed.into(),
            E::Store(error) => error.into(),
        }
    }
}

impl From<ViewError> for ApiError {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Unknown => Self::new(Code::NotFound),
            ViewError::Cursor => Self::because(Code::BadRequest, error),
            ViewError::Store(error) => error.into(),
        }
    }
}

impl From<BulkError> for ApiError {
    fn from(error: BulkError) -> Self {
        match error {
            BulkError::Unknown => Self::new(Code::NotFound),
            BulkError::Shape => Self::because(Code::BadRequest, error),
            BulkError::Store(error) => error.into(),
        }
    }
}

impl From<MailError> for ApiError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Unknown => Code::NotFound.into(),
            MailError::Template => Code::MailTemplateInvalid.into(),
            MailError::Settings => Code::MailSettingsInvalid.into(),
            MailError::NotConfigured => Code::MailNotConfigured.into(),
            MailError::NotResendable => Code::MailNotResendable.into(),
            MailError::Changed => Code::SettingsChanged.into(),
            MailError::TooMany => Self::new(Code::TooManyRequests).retry_after(60),
            MailError::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = status_of(self.code).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

fn status_of(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The request's own id, put into its extensions by the outermost layer.
#[derive(Debug, Clone)]
pub struct RequestId(pub Arc<str>);

/// Layer: writes refusals out as problems, whoever refused.
pub async fn render(request: Request, next: Next) -> Response {
    let language = language_of(request.headers());
    let id = request.extensions().get::<RequestId>().map(|id| Arc::clone(&id.0));
    let without_body = request.method() == Method::HEAD;
    let response = next.run(request).await;
    let has_body = response.extensions().get::<OwnBody>().is_some();
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let error = match response.extensions().get::<ApiError>() {
        Some(error) => error.clone(),
        None if failed && !has_body => ApiError::new(code_of(response.status())),
        None => return response,
    };
    log(&error);
    if has_body {
        return response;
    }
    let mut problem = match (error.month, &error.number) {
        (Some((used, remaining)), _) => Problem::over_cap(used, remaining, language),
        (None, Some(number)) => Problem::placed_already(number, language),
        (None, None) if !error.name.is_empty() => Problem::name_invalid(&error.name, language),
        (None, None) => Problem::new(error.code, language),
    };
    problem.request_id = id.map(|id| id.to_string());
    let body = serde_json::to_vec(&problem).expect("a problem is plain JSON");
    let (parts, _) = response.into_parts();
    let mut answer = (status_of(error.code), if without_body { Vec::new() } else { body }).into_response();
    // What an inner layer said about the answer stays: Allow, Access-Control-*, Vary.
    for (name, value) in &parts.headers {
        if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
            answer.headers_mut().append(name, value.clone());
        }
    }
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = error.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// Marks an answer with a failing status whose body is to stay as it is (a page for people).
#[derive(Debug, Clone, Copy)]
pub struct OwnBody;

/// The framework's refusals: no such route or method, a body too large, a broken request.
fn code_of(status: StatusCode) -> Code {
    match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::NotJson,
        StatusCode::TOO_MANY_REQUESTS => Code::TooManyRequests,
        StatusCode::SERVICE_UNAVAILABLE => Code::Busy,
        status if status.is_client_error() => Code::BadRequest,
        _ => Code::Internal,
    }
}

fn log(error: &ApiError) {
    let code = error.code.name();
    let cause = error.cause.as_deref().map(chain);
    let cause = cause.as_deref().unwrap_or("");
    match error.code {
        Code::Internal => tracing::error!(problem.code = code, cause, "request failed"),
        Code::Busy | Code::AmazonUnavailable | Code::AmazonRefused | Code::NotificationForged => {
            tracing::warn!(problem.code = code, cause, "request refused");
        }
        _ => tracing::debug!(problem.code = code, cause, "request refused"),
    }
}

/// The causes of an error, from ours to theirs, in one line.
pub fn chain(error: &(dyn Error + Send + Sync + 'static)) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}

/// The first of Japanese and English in `Accept-Language`; Japanese where neither is named.
pub fn language_of(headers: &HeaderMap) -> Language {
    headers
        .get_all(header::ACCEPT_LANGUAGE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|entry| {
            let mut parts = entry.split(';');
            let tag = parts.next()?.trim().to_ascii_lowercase();
            let weight =
                parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            let known = ["ja", "en"].iter().any(|two| tag == *two || tag.starts_with(&format!("{two}-")));
            (known && weight > 0.0).then(|| (weight, Language::from_tag(&tag)))
        })
        // The first of the heaviest: `max_by` would take the last.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map_or_else(Language::default, |(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(accept: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
        language_of(&headers)
    }

    #[test]
    fn the_readers_language_is_the_heaviest_we_have_and_japanese_else() {
        assert_eq!(language_of(&HeaderMap::new()), Language::Ja);
        assert_eq!(language("fr-FR, de"), Language::Ja);
        assert_eq!(language("en-US,en;q=0.9,ja;q=0.8"), Language::En);
        assert_eq!(language("ja,en;q=0.9"), Language::Ja);
        assert_eq!(language("en;q=0.4, ja-JP;q=0.5"), Language::Ja);
        assert_eq!(language("fr, en;q=0"), Language::Ja);
        assert_eq!(language("fr, en;q=0.1"), Language::En);
    }

    #[test]
    fn a_cause_is_told_as_one_line_of_the_whole_chain() {
        let error = StoreError::from(crate::store::Unmet::Stale("orders"));
        assert_eq!(chain(&error), "nothing was stored: orders has changed since it was read");
    }
}
