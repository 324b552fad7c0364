//! The built pages and scripts of `dist/`: the loader, the widget and my page for shops, the console's two programs for operators.
//!
//! Files are sent as they lie there, compressed beforehand. A name with a hash never changes and is kept for a year;
//! everything else is asked for again. Dot files and paths that lead elsewhere are not found.

use super::error::{ApiError, OwnBody};
use super::{built, headers};
use crate::app::App;
use crate::secret;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use shared::api::Code;

/// The addresses of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(async || Redirect::temporary("/console")))
        .route(
            "/noren.js",
            get(async |State(app): State<App>, asked: HeaderMap| script(&app, &asked, "noren.js").await),
        )
        .route("/v/{*path}", get(get_versioned))
        .route("/widget/{*path}", get(get_widget))
        .route("/my_page/{*path}", get(get_my_page))
        .route("/console", get(get_home))
        .route("/console/", get(get_home))
        .route("/console/{*path}", get(get_console))
        .route("/settings/{*path}", get(get_settings))
}

/// `GET /v/{hash}/noren.js`: the loader of one version.
async fn get_versioned(State(app): State<App>, Path(path): Path<String>, asked: HeaderMap) -> Response {
    script(&app, &asked, &format!("v/{path}")).await
}

/// `GET /widget/…`: what the loader fetches.
async fn get_widget(State(app): State<App>, Path(path): Path<String>, asked: HeaderMap) -> Response {
    script(&app, &asked, &format!("widget/{path}")).await
}

/// `GET /my_page/…`: what the loader fetches for `noren-subscriptions`.
async fn get_my_page(State(app): State<App>, Path(path): Path<String>, asked: HeaderMap) -> Response {
    script(&app, &asked, &format!("my_page/{path}")).await
}

/// `GET /console`: on to the first shop.
async fn get_home(State(app): State<App>, asked: HeaderMap) -> Response {
    page(&app, &asked, "console").await
}

/// `GET /console/…`: a file of the console, or the page of the program that has the address.
async fn get_console(State(app): State<App>, Path(path): Path<String>, asked: HeaderMap) -> Response {
    let is_file = path.rsplit_once('.').is_some_and(|(_, ending)| kind_of(ending).is_some());
    if !is_file || path == "index.html" {
        return page(&app, &asked, program_of(&path)).await;
    }
    file(&app, &asked, &format!("console/{path}")).await.unwrap_or_else(IntoResponse::into_response)
}

/// `GET /settings/…`: what the page of the settings loads. The page itself has the console's addresses.
async fn get_settings(State(app): State<App>, Path(path): Path<String>, asked: HeaderMap) -> Response {
    if path.ends_with(".html") {
        return ApiError::from(Code::NotFound).into_response();
    }
    file(&app, &asked, &format!("settings/{path}")).await.unwrap_or_else(IntoResponse::into_response)
}

/// Which of the console's programs has the address `/console/{path}`.
fn program_of(path: &str) -> &'static str {
    if path.split('/').nth(1) == Some("settings") { "settings" } else { "console" }
}

/// A file any page may load.
async fn script(app: &App, asked: &HeaderMap, path: &str) -> Response {
    let mut response = match file(app, asked, path).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    response
}

/// The page of one of the console's programs.
async fn page(app: &App, asked: &HeaderMap, program: &str) -> Response {
    match file(app, asked, &format!("{program}/index.html")).await {
        Ok(mut response) => {
            response
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(headers::CONSOLE));
            response
        }
        Err(error) if error.code() == Code::NotFound => {
            let mut response =
                (StatusCode::SERVICE_UNAVAILABLE, "The pages are not built: run `cargo xtask pages`.\n")
                    .into_response();
            response.extensions_mut().insert(OwnBody);
            response
        }
        Err(error) => error.into_response(),
    }
}

/// The content type of a file we serve; nothing else is served.
fn kind_of(ending: &str) -> Option<&'static str> {
    Some(match ending {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// Whether `path` stays below the built pages and names no dot file.
fn stays_inside(path: &str) -> bool {
    let plain = |part: &str| {
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        !part.is_empty() && !part.starts_with('.') && part.chars().all(known)
    };
    path.split('/').all(plain)
}

/// Whether what lies at `path` never changes: the version, or a hash before the ending, stands in it.
fn is_immutable(path: &str) -> bool {
    let is_hash =
        |text: &str| text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let mut parts = path.split('/');
    if parts.next() == Some("v") {
        return parts.next().is_some_and(is_hash);
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().map(|stem| stem.strip_suffix("_bg").unwrap_or(stem));
    stem.and_then(|stem| stem.rsplit_once('-')).is_some_and(|(_, hash)| is_hash(hash))
}

async fn file(app: &App, asked: &HeaderMap, path: &str) -> Result<Response, ApiError> {
    let kind = path.rsplit_once('.').and_then(|(_, ending)| kind_of(ending)).ok_or(Code::NotFound)?;
    if !stays_inside(path) {
        return Err(Code::NotFound.into());
    }
    let mut found = None;
    for (encoding, ending) in [("br", ".br"), ("gzip", ".gz")] {
        if accepts(asked, encoding)
            && let Some(body) = built::read(app, &format!("{path}{ending}")).await
        {
            found = Some((body, Some(encoding)));
            break;
        }
    }
    let (body, encoding) = match found {
        Some(found) => found,
        None => (built::read(app, path).await.ok_or(Code::NotFound)?, None),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    let caching = match (is_immutable(path), kind.starts_with("text/html")) {
        (true, _) => "public, max-age=31536000, immutable",
        (false, true) => "no-cache",
        (false, false) => "public, max-age=300, must-revalidate",
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    let tag = entity_tag(&body);
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known =
        known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, body).into_response())
}

fn entity_tag(body: &[u8]) -> String {
    let [a, b, c, d, e, f, g, h, ..] = secret::sha256(body);
    format!("\"{:016x}\"", u64::from_be_bytes([a, b, c, d, e, f, g, h]))
}

fn accepts(asked: &HeaderMap, encoding: &str) -> bool {
    asked
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|entry| {
            let mut parts = entry.split(';');
            let name = parts.next().unwrap_or("").trim();
            let refused =
                parts.any(|part| part.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0)));
            name.eq_ignore_ascii_case(encoding) && !refused
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_or_a_version_are_kept_for_a_year() {
        for kept in [
            "v/0123456789abcdef/noren.js",
            "widget/widget-0123456789abcdef.js",
            "console/console-0123456789abcdef_bg.wasm",
        ] {
            assert!(is_immutable(kept), "{kept}");
        }
        for asked in [
            "noren.js",
            "v/latest/noren.js",
            "console/index.html",
            "widget/widget-0123.js",
            "widget/widget-0123456789abcdeX.js",
        ] {
            assert!(!is_immutable(asked), "{asked}");
        }
    }

    #[test]
    fn an_encoding_is_sent_to_those_who_take_it() {
        let asked = |value: &str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, value.parse().unwrap())]);
        assert!(accepts(&asked("gzip, deflate, br"), "br") && accepts(&asked("GZIP;q=0.5"), "gzip"));
        assert!(!accepts(&asked("br;q=0, gzip"), "br") && !accepts(&asked("identity"), "br"));
        assert!(!accepts(&HeaderMap::new(), "br"));
    }
}
