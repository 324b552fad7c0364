//! Every request of the console. Holds no state: language and token come in with each call.
//!
//! Bodies are those of [`shared::api`], read and written by serde. An answer that is no success becomes a
//! [`Failure`], which says what happened and what is safe.

use js_sys::{JSON, Reflect};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::api::{
    BulkCaptureRequest, BulkRunView, Code, FirstOperatorRequest, Language, OperatorView, OrderPage,
    OrderView, SignInRequest, Token,
};
use shared::id::{BulkRunId, OrderId, ShopId};
use shared::text::words;
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
    /// No answer: nobody knows whether the request arrived.
    Offline,
    /// An answer that is not what was agreed.
    Unreadable,
}

impl Failure {
    /// What happened.
    pub fn title(&self, language: Language) -> String {
        match self {
            Self::Problem { title, .. } => title.clone(),
            Self::Offline => words::offline_title(language).to_owned(),
            Self::Unreadable => words::unreadable_title(language).to_owned(),
        }
    }

    /// What is safe, what to do.
    pub fn detail(&self, language: Language) -> String {
        match self {
            Self::Problem { detail, .. } => detail.clone(),
            Self::Offline => words::offline_detail(language).to_owned(),
            Self::Unreadable => words::unreadable_detail(language).to_owned(),
        }
    }

    /// The stable code, if the server gave one.
    pub const fn code(&self) -> Option<Code> {
        match self {
            Self::Problem { code, .. } => *code,
            _ => None,
        }
    }

    /// For support.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Problem { request_id, .. } => request_id.as_deref(),
            _ => None,
        }
    }
}

/// A problem as loosely as it may be read: a code this page does not know yet still has words.
#[derive(Deserialize)]
struct ProblemText {
    title: String,
    detail: String,
    code: String,
    #[serde(default)]
    request_id: Option<String>,
}

/// Who is signed in.
///
/// # Errors
/// `not_signed_in`, or no answer.
pub async fn operator(language: Language) -> Result<OperatorView, Failure> {
    read(&call("GET", "/api/operator", language).send().await?).await
}

/// Registers the first operator by the one-time link, and signs in.
///
/// # Errors
/// `link_invalid`, `password_too_weak`, `operator_invalid`, or no answer.
pub async fn register_first(
    request: &FirstOperatorRequest,
    language: Language,
) -> Result<OperatorView, Failure> {
    read(&call("POST", "/api/operator/first", language).body(request)?.send().await?).await
}

/// Signs in.
///
/// # Errors
/// `sign_in_failed`, `too_many_requests`, or no answer.
pub async fn sign_in(request: &SignInRequest, language: Language) -> Result<OperatorView, Failure> {
    read(&call("POST", "/api/operator/sign-in", language).body(request)?.send().await?).await
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
    read(&call("GET", &path, language).send().await?).await
}

/// One order.
///
/// # Errors
/// `not_found`, or no answer.
pub async fn order(shop: &ShopId, order: &OrderId, language: Language) -> Result<OrderView, Failure> {
    read(&call("GET", &format!("/api/shops/{shop}/orders/{order}"), language).send().await?).await
}

/// Starts a bulk capture; the same run id a second time finds the first run.
///
/// # Errors
/// `csrf_failed`, `not_allowed`, or no answer.
pub async fn start_bulk_capture(
    shop: &ShopId,
    request: &BulkCaptureRequest,
    csrf: &Token,
    language: Language,
) -> Result<BulkRunView, Failure> {
    let path = format!("/api/shops/{shop}/bulk-captures");
    read(&call("POST", &path, language).csrf(csrf).body(request)?.send().await?).await
}

/// How far a run is.
///
/// # Errors
/// `not_found`, or no answer.
pub async fn bulk_capture(
    shop: &ShopId,
    run: &BulkRunId,
    language: Language,
) -> Result<BulkRunView, Failure> {
    read(&call("GET", &format!("/api/shops/{shop}/bulk-captures/{run}"), language).send().await?).await
}

/// The feed of changed orders: events named `order`, each a [`shared::api::LiveHint`].
///
/// # Errors
/// Where the browser refuses the address.
pub fn live(shop: &ShopId) -> Result<EventSource, JsValue> {
    EventSource::new(&format!("/api/shops/{shop}/live"))
}

/// Reads a live hint.
pub fn live_hint(text: &str) -> Option<shared::api::LiveHint> {
    serde_wasm_bindgen::from_value(JSON::parse(text).ok()?).ok()
}

/// A request being made.
pub(super) struct Call {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
}

/// Begins a request.
pub(super) fn call(method: &'static str, path: &str, language: Language) -> Call {
    let headers = vec![("Accept", "application/json".into()), ("Accept-Language", language.tag().into())];
    Call { method, path: path.to_owned(), headers, body: None }
}

impl Call {
    pub(super) fn csrf(mut self, token: &Token) -> Self {
        self.headers.push(("X-Noren-CSRF", token.0.clone()));
        self
    }

    pub(super) fn body(mut self, body: &impl Serialize) -> Result<Self, Failure> {
        let value = body
            .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
            .map_err(|_| Failure::Unreadable)?;
        self.body = Some(JSON::stringify(&value).map_err(|_| Failure::Unreadable)?.into());
        self.headers.push(("Content-Type", "application/json".into()));
        Ok(self)
    }

    pub(super) async fn send(self) -> Result<Response, Failure> {
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
        if response.ok() { Ok(response) } else { Err(failure(&response).await) }
    }
}

async fn json(response: &Response) -> Result<JsValue, Failure> {
    let body = response.json().map_err(|_| Failure::Unreadable)?;
    JsFuture::from(body).await.map_err(|error| {
        // The body may break off with the network, and that is no fault of its text.
        let name = Reflect::get(&error, &JsValue::from_str("name")).ok().and_then(|name| name.as_string());
        if name.as_deref() == Some("SyntaxError") { Failure::Unreadable } else { Failure::Offline }
    })
}

/// Reads an answer.
pub(super) async fn read<T: DeserializeOwned>(response: &Response) -> Result<T, Failure> {
    serde_wasm_bindgen::from_value(json(response).await?).map_err(|_| Failure::Unreadable)
}

async fn failure(response: &Response) -> Failure {
    let status = response.status();
    let problem =
        json(response).await.ok().and_then(|value| serde_wasm_bindgen::from_value::<ProblemText>(value).ok());
    match problem {
        Some(ProblemText { title, detail, code, request_id }) => {
            let code = Code::ALL.iter().copied().find(|known| known.name() == code);
            Failure::Problem { title, detail, code, request_id }
        }
        // A gateway in between answers for a server that is away.
        None if matches!(status, 502..=504) => Failure::Offline,
        None => Failure::Unreadable,
    }
}
