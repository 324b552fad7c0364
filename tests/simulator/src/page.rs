//! The hosted pages and checkout.js: plain HTML from the server, no script, the word SIMULATOR on each.

mod agreement;
mod checkout;
mod choice;
mod html;
mod merchant;
mod processing;
mod sign_in;
mod upgrade;

pub(crate) use checkout::{Posted, Started, initiate};
pub(crate) use sign_in::SignInRequests;
pub(crate) use upgrade::Upgrade;

use crate::api::document;
use crate::app::App;
use crate::error::ApiError;
use crate::notice;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use html::{Layout, error_page};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::sync::Arc;

/// All pages for people.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(index))
        .route("/health", get(|| async { "ok" }))
        .route("/checkout.js", get(checkout_js))
        .route("/simulator.css", get(css))
        .route("/reports/{document}", get(report))
        .route("/sns/{file}", get(certificate))
        .route("/merchant", get(merchant::get_merchant))
        .route("/merchant/settings", post(merchant::post_settings))
        .route("/merchant/clock", post(merchant::post_clock))
        .route("/merchant/charges/{id}/{verb}", post(merchant::post_charge))
        .route("/merchant/refunds/{id}/{verb}", post(merchant::post_refund))
        .route("/buyer", get(agreement::get_agreements))
        .route("/buyer/agreements/{id}", get(agreement::get_agreement))
        .route("/jp/jr/your-account/ba/{id}", get(agreement::get_agreement))
        .route("/buyer/agreements/{id}/card", post(agreement::post_card))
        .route("/buyer/agreements/{id}/close", post(agreement::post_close))
        .route("/checkout/initiate", post(checkout::post_initiate))
        .route("/checkout/upgrade", post(upgrade::post_upgrade))
        .route("/upgrade/{id}", get(upgrade::get_upgrade).post(upgrade::post_agree))
        .route("/checkout/{id}/sign-in", get(sign_in::get_checkout).post(sign_in::post_checkout))
        .route("/sign-in/{id}", get(sign_in::get_only).post(sign_in::post_only))
        .route("/checkout/{id}/choose", get(choice::get_choose).post(choice::post_choose))
        .route("/checkout/{id}/change-address", get(choice::get_address).post(choice::post_choose))
        .route("/checkout/{id}/change-payment", get(choice::get_payment).post(choice::post_choose))
        .route("/checkout/{id}/processing", get(processing::get_processing).post(processing::post_processing))
        .route("/checkout/{id}/declined", get(processing::get_declined))
        .route("/checkout/{id}/cancel", post(processing::post_cancel))
}

async fn index() -> Html<String> {
    let body = r#"<h1>Amazon Pay シミュレーター <small lang="en">Simulator</small></h1>
<div class="card"><p>このサイトはテスト用です。実際のお支払いは行われません。
<small lang="en">This site is for tests. No money moves.</small></p></div>"#;
    Layout::new("Amazon Pay シミュレーター").page(body)
}

async fn checkout_js() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("assets/checkout.js")).into_response()
}

async fn css() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("assets/simulator.css"))
        .into_response()
}

/// The certificate of this process, under its present name and under `cert.pem`.
async fn certificate(Path(file): Path<String>) -> Response {
    if file == "cert.pem" || notice::certificate_path().ends_with(&format!("/{file}")) {
        let kind = [(header::CONTENT_TYPE, "application/x-pem-file")];
        return (kind, notice::certificate_pem()).into_response();
    }
    not_found().await
}

async fn report(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    match app.world(|world, _| document(world, &id)) {
        Some(text) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response(),
        None => not_found().await,
    }
}

/// What stands at addresses that nobody knows.
pub(crate) async fn not_found() -> Response {
    error_page(StatusCode::NOT_FOUND, "ページが見つかりません", "Page not found", "")
}

/// To `url`, which may be another site's, by GET.
fn see_other(url: &str) -> Response {
    let mut headers = HeaderMap::new();
    match HeaderValue::from_str(&encode(url)) {
        Ok(value) => {
            headers.insert(header::LOCATION, value);
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Err(_) => Redirect::to("/").into_response(),
    }
}

/// Percent-encodes what is no ASCII, so that the address fits into a header.
fn encode(url: &str) -> String {
    use std::fmt::Write as _;
    url.bytes().fold(String::with_capacity(url.len()), |mut out, byte| {
        if byte.is_ascii_graphic() {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// What is shown when a page cannot do what was asked.
fn refused(refusal: &ApiError) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    let detail = format!("{}: {}", refusal.reason_code, refusal.message);
    error_page(status, "このお支払いは続けられません", "This checkout cannot go on", &detail)
}
