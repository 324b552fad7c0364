//! One attempt: sign, send, and sort what comes back.

use super::Client;
use crate::error::{AmazonMessage, Ambiguity, Error};
use crate::signing::{Authorization, canonical_request, string_to_sign};
use crate::wire::{Refusal, Timestamp};
use crate::{Answer, PreparedRequest, Reason};
use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue};
use reqwest::Url;
use std::time::Duration;

/// No answer of this API comes near it.
const LARGEST_BODY: usize = 1 << 20;
const REQUEST_ID: &str = "x-amz-pay-request-id";

/// What one attempt came to.
pub(super) enum Outcome {
    /// Yes.
    Answered(Answer),
    /// No, or not understood: a repeat would bring the same.
    Final(Error),
    /// Amazon did nothing; any request may be repeated, after `wait` if it asked for one.
    NothingDone { error: Error, wait: Option<Duration> },
    /// Nobody knows; only a repeatable request may be repeated.
    Unclear(Error),
}

impl Outcome {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Answered(_) => "answered",
            Self::Final(_) => "refused",
            Self::NothingDone { .. } => "not done",
            Self::Unclear(_) => "unclear",
        }
    }

    pub(super) fn request_id(&self) -> Option<&str> {
        match self {
            Self::Answered(answer) => answer.request_id(),
            Self::Final(error) | Self::NothingDone { error, .. } | Self::Unclear(error) => error.request_id(),
        }
    }
}

impl Client {
    /// Sends `request` once, signed as of `now`.
    pub(super) async fn attempt(&self, request: &PreparedRequest, now: jiff::Timestamp) -> Outcome {
        let Some((url, headers)) = self.signed(request, now) else {
            // An address that cannot be written down was never reached.
            return Outcome::Final(Error::NotSent);
        };
        let method = match request.method() {
            crate::Method::Get => reqwest::Method::GET,
            crate::Method::Post => reqwest::Method::POST,
            crate::Method::Patch => reqwest::Method::PATCH,
            crate::Method::Delete => reqwest::Method::DELETE,
        };
        let mut call = self.http.request(method, url).headers(headers).timeout(self.config.attempt_timeout);
        if !request.body().is_empty() {
            call = call.body(request.body().to_owned());
        }
        let response = match call.send().await {
            Ok(response) => response,
            // Connecting failed, so not a byte of the request has left.
            Err(error) if error.is_connect() => {
                return Outcome::NothingDone { error: Error::NotSent, wait: None };
            }
            Err(error) => return Outcome::Unclear(unconfirmed(ambiguity(&error), None)),
        };
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let request_id = text_of(&headers, REQUEST_ID);
        match body_of(response).await {
            Ok(body) => sort(status, &headers, body, request_id),
            // A refusal is in its status; the lost body held only the reason.
            Err(_) if (400..500).contains(&status) => sort(status, &headers, Bytes::new(), request_id),
            Err(lost) => Outcome::Unclear(unconfirmed(lost, request_id)),
        }
    }

    /// Address and headers of `request`, signature included.
    fn signed(&self, request: &PreparedRequest, now: jiff::Timestamp) -> Option<(Url, HeaderMap)> {
        let config = &self.config;
        let mut url = config.base_url.clone();
        url.set_path(&format!("{}{}", config.credentials.path_prefix(), request.path()));
        url.set_query(Some(request.query()).filter(|query| !query.is_empty()));
        let host = match url.port() {
            Some(port) => format!("{}:{port}", url.host_str()?),
            None => url.host_str()?.to_owned(),
        };
        let json = HeaderValue::from_static("application/json");
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, json.clone());
        headers.insert(CONTENT_TYPE, json);
        let date = Timestamp::new(now).to_string();
        headers.insert("x-amz-pay-date", HeaderValue::from_str(&date).ok()?);
        headers.insert("x-amz-pay-host", HeaderValue::from_str(&host).ok()?);
        headers.insert("x-amz-pay-region", HeaderValue::from_static(config.region.name()));
        if let Some(key) = request.idempotency_key() {
            headers.insert("x-amz-pay-idempotency-key", HeaderValue::from_str(key.as_str()).ok()?);
        }
        if let Some(code) = request.simulation_code() {
            headers.insert("x-amz-pay-simulation-code", HeaderValue::from_str(code).ok()?);
        }
        let mut names: Vec<&str> = headers.keys().map(http::HeaderName::as_str).collect();
        names.sort_unstable();
        let signed_headers = names.join(";");
        let canonical = canonical_request(
            request.method().name(),
            url.path(),
            url.query().unwrap_or_default(),
            &headers,
            &signed_headers,
            request.body().as_bytes(),
        );
        let to_sign = string_to_sign(config.algorithm, &canonical);
        let authorization = Authorization {
            algorithm: config.algorithm,
            public_key_id: config.credentials.public_key_id.as_str().to_owned(),
            signed_headers,
            signature: config.credentials.key.sign(config.algorithm, to_sign.as_bytes()),
        };
        let mut value = HeaderValue::from_str(&authorization.to_string()).ok()?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
        Some((url, headers))
    }
}

/// Sorts an answer that came whole.
fn sort(status: u16, headers: &HeaderMap, body: Bytes, request_id: Option<String>) -> Outcome {
    let refusal =
        serde_json::from_slice::<Refusal>(&body).unwrap_or(Refusal { reason_code: None, message: None });
    let reason = Reason::from_code(refusal.reason_code.as_deref().unwrap_or_default());
    match status {
        200..=299 => Outcome::Answered(Answer::new(status, body, request_id)),
        429 => {
            let wait = text_of(headers, RETRY_AFTER.as_str()).and_then(|text| text.parse().ok());
            let wait = wait.map(Duration::from_secs);
            Outcome::NothingDone { error: Error::Throttled { retry_after: wait, request_id }, wait }
        }
        // Too Early: not processed, by its definition.
        425 => Outcome::NothingDone { error: unconfirmed(Ambiguity::Status(status), request_id), wait: None },
        500 if reason != Reason::ProcessingFailure => {
            Outcome::Unclear(unconfirmed(Ambiguity::Status(500), request_id))
        }
        408 | 501..=599 => Outcome::Unclear(unconfirmed(Ambiguity::Status(status), request_id)),
        // 500 with `ProcessingFailure` is a decline.
        400..=500 => Outcome::Final(Error::Refused {
            status,
            reason,
            message: refusal.message.map(AmazonMessage),
            request_id,
        }),
        _ => Outcome::Final(Error::Malformed { status, what: "neither yes nor no".to_owned(), request_id }),
    }
}

const fn unconfirmed(ambiguity: Ambiguity, request_id: Option<String>) -> Error {
    Error::Unconfirmed { ambiguity, request_id }
}

fn ambiguity(error: &reqwest::Error) -> Ambiguity {
    if error.is_timeout() { Ambiguity::TimedOut } else { Ambiguity::Disconnected }
}

async fn body_of(mut response: reqwest::Response) -> Result<Bytes, Ambiguity> {
    let mut body = BytesMut::new();
    while let Some(piece) = response.chunk().await.map_err(|error| ambiguity(&error))? {
        if body.len() + piece.len() > LARGEST_BODY {
            return Err(Ambiguity::Disconnected);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

fn text_of(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.chars().take(128).collect())
}
