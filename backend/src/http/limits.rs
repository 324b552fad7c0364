//! Layer: how often one address may ask, and how long one request may take. Real time, not the shop's clock.

use super::error::ApiError;
use crate::app::App;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::api::Code;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// The client's address: the connection's, or the one the proxy in front has written last.
///
/// Of an IPv6 address the network part counts, because one household has all the rest.
pub fn client(app: &App, headers: &HeaderMap, connection: Option<SocketAddr>) -> String {
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|value| value.trim().parse::<IpAddr>().ok())
        .filter(|_| app.settings.behind_proxy);
    match forwarded.or_else(|| connection.map(|peer| peer.ip())).map(|address| address.to_canonical()) {
        Some(IpAddr::V6(six)) => {
            let [a, b, c, d, ..] = six.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
        }
        Some(four) => four.to_string(),
        None => "unknown".to_owned(),
    }
}

/// The client's address, as an extension for whoever counts by it.
#[derive(Debug, Clone)]
pub struct Client(pub Arc<str>);

/// Layer: rate by address, and the time limit.
pub async fn limit(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let connection = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    let client = client(&app, request.headers(), connection);
    if !app.rates.addresses.take(&client) {
        return ApiError::new(Code::TooManyRequests).retry_after(10).into_response();
    }
    request.extensions_mut().insert(Client(client.into()));
    match tokio::time::timeout(app.settings.limits.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(late) => ApiError::because(Code::Busy, late).retry_after(5).into_response(),
    }
}
