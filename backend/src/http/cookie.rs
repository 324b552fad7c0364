//! Our two cookies: an operator's session, and a hosted page's claim to its checkout.
//!
//! Both are `__Host-`, `Secure`, `HttpOnly`, for the whole origin. On loopback without https browsers refuse that, so
//! there, and nowhere else, the prefix and `Secure` are left out.

use crate::app::App;
use axum::http::{HeaderMap, HeaderValue, header};
use shared::api::Token;

fn is_secure(app: &App) -> bool {
    app.settings.public_url.is_secure() || !app.settings.public_url.is_loopback()
}

fn full_name(app: &App, name: &str) -> String {
    let prefix = if is_secure(app) { "__Host-" } else { "" };
    format!("{prefix}noren-{name}")
}

/// The cookie `noren-{name}`, if the browser sent it.
pub fn get(app: &App, headers: &HeaderMap, name: &str) -> Option<Token> {
    let wanted = full_name(app, name);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| Token(value.to_owned()))
}

/// `Set-Cookie` with `token` (URL-safe base64) for `seconds`; 0 removes the cookie.
pub fn set(app: &App, name: &str, token: &Token, same_site: &str, seconds: i64) -> HeaderValue {
    let secure = if is_secure(app) { "; Secure" } else { "" };
    let text = format!(
        "{}={}; Path=/; HttpOnly; SameSite={same_site}; Max-Age={seconds}{secure}",
        full_name(app, name),
        token.0
    );
    let mut value = HeaderValue::try_from(text).expect("names and tokens are visible ASCII");
    value.set_sensitive(true);
    value
}
