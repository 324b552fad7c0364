//! The outermost layer: every request gets an id and a span, and its answer carries the id.
//!
//! Logs name the route's template, never the address: addresses carry tokens and sessions.

use super::error::RequestId;
use crate::secret;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tracing::Instrument;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Layer: id, span, and one line per answer.
pub async fn trace(mut request: Request, next: Next) -> Response {
    let id = secret::random_id();
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let method = request.method().to_string();
    let span = tracing::info_span!("request", request.id = %id, http.method = %method, http.route = %route);
    request.extensions_mut().insert(RequestId(id.as_str().into()));
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| {
        let status = response.status().as_u16();
        tracing::debug!(http.status = status, duration.ms = begun.elapsed().as_millis(), "answered");
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}
