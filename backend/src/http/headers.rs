//! Headers every answer carries, and the policies of our own pages.

use crate::app::App;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// Layer: what holds for everything we serve.
pub async fn secure(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    // Pages bring their own policy; anything else is no page and may do nothing.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    if app.settings.public_url.is_secure() && !app.settings.public_url.is_loopback() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
    response
}

/// Policy of the console.
pub const CONSOLE: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// Policy of the hosted pages: as the console's, and Amazon's script with what it shows and calls.
pub fn hosted(app: &App) -> HeaderValue {
    let amazon = if app.settings.amazon_pay.simulator.is_some() {
        app.settings.amazon_pay.script_origin().to_owned()
    } else {
        [
            "https://static-fe.payments-amazon.com",
            "https://payments.amazon.co.jp",
            "https://apay-us.amazon.com",
            "https://m.media-amazon.com",
        ]
        .join(" ")
    };
    let script = app.settings.amazon_pay.script_origin();
    let text = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {script}; style-src 'self'; \
         img-src 'self' data: {amazon}; font-src 'self'; connect-src 'self' {amazon}; frame-src {amazon}; \
         form-action 'self' {amazon}; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(CONSOLE))
}
