//! What the widget asks Noren for. Holds no state; a request ends within its time-out.

use super::json::{FromJs, ToJs, object};
use js_sys::JSON;
use shared::api::*;
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestCredentials, RequestInit, Response};

/// Longest wait for an answer, in milliseconds; the server's own calls to Amazon end well before.
const PATIENCE: u32 = 40_000;

/// The codes that a page acts on, as they stand in JSON. Taken when the page is built, so that it does not carry the
/// names of all codes.
pub mod code {
    use shared::api::Code;

    macro_rules! codes {
        ($($name:ident = $code:ident;)+) => {$(
            #[doc = concat!("[`Code::", stringify!($code), "`].")]
            pub const $name: &str = Code::$code.name();
        )+};
    }

    codes! {
        CART_ALREADY_ORDERED = CartAlreadyOrdered;
        CHECKOUT_ENDED = CheckoutEnded;
        CHECKOUT_TOKEN_INVALID = CheckoutTokenInvalid;
        NOT_FOUND = NotFound;
        NOT_SIGNED_IN = NotSignedIn;
        PAYMENT_IN_PROGRESS = PaymentInProgress;
        SESSION_MISMATCH = SessionMismatch;
        SUBSCRIPTION_CHANGED = SubscriptionChanged;
        SUBSCRIPTION_ENDED = SubscriptionEnded;
        SUBSCRIPTION_STATE = SubscriptionState;
    }
}

/// The lowest status with which a later try may be answered well.
const MAY_PASS: u16 = Code::TooManyRequests.status();

/// What a page keeps of a [`Problem`].
#[derive(Clone)]
pub struct Refusal {
    /// What happened.
    pub title: String,
    /// What is safe, what to do next.
    pub detail: String,
    /// HTTP status.
    pub status: u16,
    /// Stable; one that this page does not know still has words.
    pub code: String,
    /// The fields to be typed again, where it is about such.
    pub fields: Option<Vec<Fault>>,
}

/// What a page keeps of a [`FieldFault`].
#[derive(Clone)]
pub struct Fault {
    /// Its name in the request.
    pub field: String,
    /// What to type instead.
    pub text: String,
}

/// What the review page shows.
pub type Review = ReviewView<Refusal>;

/// Why there is no answer.
#[derive(Clone)]
pub enum Failure {
    /// The server said no; its words are for the shopper.
    Problem(Arc<Refusal>),
    /// No answer, or one that cannot be read. Whether the request arrived is not known.
    NoAnswer,
}

impl Failure {
    /// Whether the server refused with this one of the [`code`]s.
    pub fn is(&self, code: &str) -> bool {
        self.name() == code
    }

    /// Whether the same request may be answered well another time.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Problem(problem) => problem.status >= MAY_PASS,
            Self::NoAnswer => true,
        }
    }

    /// The stable name: for events.
    pub fn name(&self) -> &str {
        match self {
            Self::Problem(problem) => &problem.code,
            Self::NoAnswer => "no_answer",
        }
    }

    /// What is wrong with the field of that name.
    pub fn of_field(&self, name: &str) -> Option<&str> {
        let fault = self.faults().iter().find(|fault| fault.field == name)?;
        Some(&fault.text)
    }

    /// The fields to be typed again.
    pub fn faults(&self) -> &[Fault] {
        match self {
            Self::Problem(problem) => problem.fields.as_deref().unwrap_or_default(),
            Self::NoAnswer => &[],
        }
    }
}

/// An answer or why there is none.
pub type Answer<T> = Result<T, Failure>;

/// The shopper's side of one shop.
#[derive(Clone)]
pub struct Shopper {
    /// `https://noren.example/api/shops/{shop}/`.
    pub root: String,
    /// Language of problems.
    pub language: Language,
}

impl Shopper {
    /// What would it cost, and is Amazon Pay offered.
    pub async fn quote(&self, request: &QuoteRequest) -> Answer<QuoteView> {
        read(self.send("quotes", Some(request.to_js()), None).await?)
    }

    /// The button was pressed.
    pub async fn start_checkout(&self, request: &StartCheckoutRequest) -> Answer<StartedCheckout> {
        read(self.send("checkouts", Some(request.to_js()), None).await?)
    }

    /// Binds a checkout to this browser, on Noren's own pages.
    pub async fn claim(&self, checkout: &str, request: &SessionRequest) -> Answer<()> {
        self.send(&["checkouts/", checkout, "/claim"].concat(), Some(request.to_js()), None).await.map(drop)
    }

    /// The review page's content.
    pub async fn review(&self, key: &CheckoutKey, request: &SessionRequest) -> Answer<Review> {
        read(self.of_checkout(key, "/review", Some(request.to_js())).await?)
    }

    /// 注文する.
    pub async fn place_order(
        &self,
        key: &CheckoutKey,
        request: &PlaceOrderRequest,
    ) -> Answer<PlaceOrderView> {
        read(self.of_checkout(key, "/order", Some(request.to_js())).await?)
    }

    /// Back from Amazon: completes the purchase once, however often it is asked.
    pub async fn complete(&self, key: &CheckoutKey, request: &SessionRequest) -> Answer<ResultView> {
        read(self.of_checkout(key, "/complete", Some(request.to_js())).await?)
    }

    /// What became of it.
    pub async fn result(&self, key: &CheckoutKey) -> Answer<ResultView> {
        read(self.of_checkout(key, "/result", None).await?)
    }

    /// What the login button needs.
    pub async fn start_sign_in(&self, request: &StartSignInRequest) -> Answer<StartedSignIn> {
        read(self.send("sign-ins", Some(request.to_js()), None).await?)
    }

    /// Exchanges Amazon's token, once.
    pub async fn finish_sign_in(&self, request: &FinishSignInRequest) -> Answer<MemberView> {
        read(self.send("sign-ins/finish", Some(request.to_js()), None).await?)
    }

    async fn of_checkout(&self, key: &CheckoutKey, what: &str, body: Option<JsValue>) -> Answer<JsValue> {
        self.send(&["checkouts/", &key.checkout, what].concat(), body, key.token.as_deref()).await
    }

    /// Not generic, so that it stands in the program once.
    pub(super) async fn send(
        &self,
        path: &str,
        body: Option<JsValue>,
        bearer: Option<&str>,
    ) -> Answer<JsValue> {
        let (ok, body) = self.exchange(path, body, bearer).await.map_err(|_| Failure::NoAnswer)?;
        if ok {
            Ok(body)
        } else {
            Err(Refusal::from_js(&body)
                .map_or(Failure::NoAnswer, |problem| Failure::Problem(Arc::new(problem))))
        }
    }

    async fn exchange(
        &self,
        path: &str,
        body: Option<JsValue>,
        bearer: Option<&str>,
    ) -> Result<(bool, JsValue), JsValue> {
        let headers = object(&[("accept-language", JsValue::from_str(self.language.tag()))]);
        let init = RequestInit::new();
        if let Some(body) = body {
            set(&headers, "content-type", "application/json");
            init.set_method("POST");
            init.set_body(&JsValue::from(JSON::stringify(&body)?));
        }
        if let Some(token) = bearer {
            set(&headers, "authorization", &["Bearer ", token].concat());
        }
        init.set_headers(&headers);
        // The cookie of a claimed checkout on Noren's own pages; nothing across origins.
        init.set_credentials(RequestCredentials::SameOrigin);
        init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));

        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let answer =
            JsFuture::from(window.fetch_with_str_and_init(&[&self.root, path].concat(), &init)).await?;
        let answer: Response = answer.unchecked_into();
        let text = JsFuture::from(answer.text()?).await?.as_string().unwrap_or_default();
        Ok((answer.ok(), if text.is_empty() { JsValue::NULL } else { JSON::parse(&text)? }))
    }
}

/// Which checkout, and what opens it.
#[derive(Clone)]
pub struct CheckoutKey {
    /// From the page's address.
    pub checkout: String,
    /// This page's own token; on Noren's pages the cookie of the claim stands for it.
    pub token: Option<String>,
}

pub(super) fn read<T: FromJs>(body: JsValue) -> Answer<T> {
    T::from_js(&body).ok_or(Failure::NoAnswer)
}

fn set(headers: &JsValue, name: &str, value: &str) {
    // Setting a plain property of a plain object does not fail.
    let _ = js_sys::Reflect::set(headers, &JsValue::from_str(name), &JsValue::from_str(value));
}
