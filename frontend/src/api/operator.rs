//! Every request of the console. Holds no state: language and token come in with each call.
//!
//! Bodies are those of [`shared::api`], read and written by [`super::json`]. An answer that is no success becomes a
//! [`Failure`], which says what happened and what is safe.

use super::json::{FromJs, ToJs, field};
use js_sys::JSON;
use shared::api::{
    BulkPreview, BulkRunRequest, BulkRunView, BulkRuns, Code, FirstOperatorRequest, Language, LetGoRequest,
    OperatorView, OrderPage, OrderView, SignInRequest, Token,
};
use shared::id::{BulkRunId, OrderId, ShopId};
use shared::text::{desk_words, words};
use std::pin::Pin;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, EventSource, Request, RequestInit, Response};

/// After that many milliseconds without an answer the network is taken for lost.
const PATIENCE: u32 = 30_000;

/// Why a request brought nothing.
#[derive(Clone, PartialEq, Eq)]
pub enum Failure {
    /// The server said no.
    Problem {
        /// What happened.
        title: String,
        /// What is safe, what to do.
        detail: String,
        /// Stable code, if this page knows it.
        code: Option<Code>,
        /// For support.
        request_id: Option<String>,
    },
    /// No answer to a question that changes nothing.
    Offline,
    /// No answer that could be read to what changes something: nobody knows whether it was done.
    Unheard,
    /// Somebody else has signed in in another tab; nothing was done in their name.
    OtherOperator,
    /// An answer that is not what was agreed.
    Unreadable,
}

impl Failure {
    /// What happened.
    pub fn title(&self, language: Language) -> String {
        match self {
            Self::Problem { title, .. } => title.clone(),
            Self::Offline => words::offline_title(language).to_owned(),
            Self::Unheard => desk_words::unheard_title(language).to_owned(),
            Self::OtherOperator => words::other_operator_title(language).to_owned(),
            Self::Unreadable => words::unreadable_title(language).to_owned(),
        }
    }

    /// What is safe, what to do.
    pub fn detail(&self, language: Language) -> String {
        match self {
            Self::Problem { detail, .. } => detail.clone(),
            Self::Offline => words::offline_detail(language).to_owned(),
            Self::Unheard => words::unheard_detail(language).to_owned(),
            Self::OtherOperator => words::other_operator_detail(language).to_owned(),
            Self::Unreadable => words::unreadable_detail(language).to_owned(),
        }
    }

    /// The same, said of `what` where that is not on the screen any more.
    pub fn about(self, what: &str, language: Language) -> Self {
        Self::Problem {
            title: [what, ": ", &self.title(language)].concat(),
            detail: self.detail(language),
            code: self.code(),
            request_id: self.request_id().map(ToOwned::to_owned),
        }
    }

    /// The stable code, if the server gave one.
    pub const fn code(&self) -> Option<Code> {
        match self {
            Self::Problem { code, .. } => *code,
            _ => None,
        }
    }

    /// Without an answer nobody knows what became of a request that `changes` something.
    pub fn of_change(self, changes: bool) -> Self {
        if changes && matches!(self, Self::Offline | Self::Unreadable) { Self::Unheard } else { self }
    }

    /// For support.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Problem { request_id, .. } => request_id.as_deref(),
            _ => None,
        }
    }
}

/// Who is signed in.
///
/// # Errors
/// `not_signed_in`, or no answer.
pub async fn operator(language: Language) -> Result<OperatorView, Failure> {
    read(call("GET", "/api/operator", language)).await
}

/// Registers the first operator by the one-time link, and signs in.
///
/// # Errors
/// `link_invalid`, `password_too_weak`, `operator_invalid`, or no answer.
pub async fn register_first(
    request: &FirstOperatorRequest,
    language: Language,
) -> Result<OperatorView, Failure> {
    read(call("POST", "/api/operator/first", language).body(request)).await
}

/// Signs in.
///
/// # Errors
/// `sign_in_failed`, `too_many_requests`, or no answer.
pub async fn sign_in(request: &SignInRequest, language: Language) -> Result<OperatorView, Failure> {
    read(call("POST", "/api/operator/sign-in", language).harmless().body(request)).await
}

/// Ends the session.
///
/// # Errors
/// `csrf_failed`, `not_signed_in`, or no answer.
pub async fn sign_out(csrf: &Token, language: Language) -> Result<(), Failure> {
    call("POST", "/api/operator/sign-out", language).csrf(csrf).send().await.map(drop)
}

/// A page of orders, newest first; `before` is the cursor of the page before it.
///
/// # Errors
/// Any problem, or no answer.
pub async fn orders(
    shop: &ShopId,
    before: Option<&str>,
    limit: usize,
    language: Language,
) -> Result<OrderPage, Failure> {
    let mut path = format!("/api/shops/{shop}/orders?limit={limit}");
    if let Some(cursor) = before {
        path.push_str("&before=");
        path.push_str(&String::from(js_sys::encode_uri_component(cursor)));
    }
    read(call("GET", &path, language)).await
}

/// One order.
///
/// # Errors
/// `not_found`, or no answer.
pub async fn order(shop: &ShopId, order: &OrderId, language: Language) -> Result<OrderView, Failure> {
    read(call("GET", &format!("/api/shops/{shop}/orders/{order}"), language)).await
}

/// What a 一括処理 would do; nothing is stored.
///
/// # Errors
/// `csrf_failed`, `not_allowed`, or no answer.
pub async fn preview_bulk(
    shop: &ShopId,
    request: &BulkRunRequest,
    csrf: &Token,
    language: Language,
) -> Result<BulkPreview, Failure> {
    let path = ["/api/shops/", shop.as_str(), "/bulk-previews"].concat();
    read(call("POST", &path, language).harmless().csrf(csrf).body(request)).await
}

/// Starts a 一括処理; the same run id a second time finds the first run.
///
/// # Errors
/// `csrf_failed`, `not_allowed`, or no answer.
pub async fn start_bulk(
    shop: &ShopId,
    request: &BulkRunRequest,
    csrf: &Token,
    language: Language,
) -> Result<BulkRunView, Failure> {
    let path = ["/api/shops/", shop.as_str(), "/bulk-runs"].concat();
    read(call("POST", &path, language).csrf(csrf).body(request)).await
}

/// The newest runs, whoever started them.
///
/// # Errors
/// Any problem, or no answer.
pub async fn bulk_runs(shop: &ShopId, language: Language) -> Result<BulkRuns, Failure> {
    let path = ["/api/shops/", shop.as_str(), "/bulk-runs"].concat();
    read(call("GET", &path, language)).await
}

/// How far a run is.
///
/// # Errors
/// `not_found`, or no answer.
pub async fn bulk_run(shop: &ShopId, run: &BulkRunId, language: Language) -> Result<BulkRunView, Failure> {
    let path = ["/api/shops/", shop.as_str(), "/bulk-runs/", run.as_str()].concat();
    read(call("GET", &path, language)).await
}

/// The operator takes what is left of an unconfirmed order's steps upon themselves.
///
/// # Errors
/// `csrf_failed`, `not_allowed`, or no answer.
pub async fn let_go(
    shop: &ShopId,
    run: &BulkRunId,
    request: &LetGoRequest,
    csrf: &Token,
    language: Language,
) -> Result<BulkRunView, Failure> {
    let path = ["/api/shops/", shop.as_str(), "/bulk-runs/", run.as_str(), "/let-go"].concat();
    read(call("POST", &path, language).csrf(csrf).body(request)).await
}

/// The feed of what changes: events named `order`, each a [`shared::api::LiveHint`], and `subscription`, each a
/// [`shared::api::SubscriptionHint`].
///
/// # Errors
/// Where the browser refuses the address.
pub fn live(shop: &ShopId) -> Result<EventSource, JsValue> {
    EventSource::new(&format!("/api/shops/{shop}/live"))
}

/// Reads a live hint.
pub fn live_hint<T: FromJs>(text: &str) -> Option<T> {
    T::from_js(&JSON::parse(text).ok()?)
}

/// A request being made.
pub(super) struct Call {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
    /// Whether a lost answer leaves open if something was done.
    changes: bool,
}

/// Begins a request.
pub(super) fn call(method: &'static str, path: &str, language: Language) -> Call {
    let headers = vec![("Accept", "application/json".into()), ("Accept-Language", language.tag().into())];
    Call { method, path: path.to_owned(), headers, body: None, changes: method != "GET" }
}

/// An answer on its way: a box, so that each request adds no copy of this machinery to the program.
type Answer = Pin<Box<dyn Future<Output = Result<JsValue, Failure>>>>;

impl Call {
    pub(super) fn csrf(mut self, token: &Token) -> Self {
        self.headers.push(("X-Noren-CSRF", token.0.clone()));
        self
    }

    /// Whatever its method, it changes nothing that a second try would do twice.
    pub(super) const fn harmless(mut self) -> Self {
        self.changes = false;
        self
    }

    pub(super) fn body(self, body: &impl ToJs) -> Self {
        self.json(&body.to_js())
    }

    pub(super) fn json(mut self, body: &JsValue) -> Self {
        // What `to_js` makes are plain objects, and of those there is always a text.
        self.body = JSON::stringify(body).ok().map(Into::into);
        self.headers.push(("Content-Type", "application/json".into()));
        self
    }

    /// Sends it; the answer's body is `undefined` where there is none.
    ///
    /// # Errors
    /// [`Failure`], if the server said no or did not answer.
    pub(super) fn send(self) -> Answer {
        let changes = self.changes;
        Box::pin(async move { self.exchange().await.map_err(|failure| failure.of_change(changes)) })
    }

    async fn exchange(self) -> Result<JsValue, Failure> {
        let init = RequestInit::new();
        init.set_method(self.method);
        if let Some(body) = &self.body {
            init.set_body(&JsValue::from_str(body));
        }
        init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
        let request = Request::new_with_str_and_init(&self.path, &init).map_err(|_| Failure::Unreadable)?;
        for (name, value) in &self.headers {
            request.headers().set(name, value).map_err(|_| Failure::Unreadable)?;
        }
        let window = web_sys::window().ok_or(Failure::Offline)?;
        let answer = JsFuture::from(window.fetch_with_request(&request)).await;
        let response: Response = answer.map_err(|_| Failure::Offline)?.unchecked_into();
        // The body may break off with the network, and that is no fault of its text.
        let text = JsFuture::from(response.text().map_err(|_| Failure::Unreadable)?).await;
        let text = text.ok().and_then(|text| text.as_string());
        if response.ok() {
            return match text.as_deref() {
                None => Err(Failure::Offline),
                Some("") => Ok(JsValue::UNDEFINED),
                Some(text) => JSON::parse(text).map_err(|_| Failure::Unreadable),
            };
        }
        let problem = text.and_then(|text| JSON::parse(&text).ok());
        Err(problem.and_then(|problem| problem_of(&problem)).unwrap_or(match response.status() {
            // A gateway in between answers for a server that is away.
            502..=504 => Failure::Offline,
            _ => Failure::Unreadable,
        }))
    }
}

/// Sends `call` and reads the answer.
pub(super) async fn read<T: FromJs>(call: Call) -> Result<T, Failure> {
    let changes = call.changes;
    T::from_js(&call.send().await?).ok_or(Failure::Unreadable.of_change(changes))
}

/// As loosely as it may be read: a code this page does not know yet still has words.
fn problem_of(value: &JsValue) -> Option<Failure> {
    Some(Failure::Problem {
        title: field(value, "title")?,
        detail: field(value, "detail")?,
        code: field(value, "code").flatten(),
        request_id: field(value, "request_id").flatten(),
    })
}
