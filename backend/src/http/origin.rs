//! Who may call the shopper's addresses: pages of origins in the shop's settings, and our own hosted pages.
//!
//! [`guard`] is the layer around them. It refuses before anything is read or done, answers preflights, and lets the
//! page read the answer. Credentials are never allowed across origins.

use super::error::ApiError;
use crate::app::App;
use crate::service::shops::{self, OpenShop};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::api::Code;
use shared::id::ShopId;
use std::sync::Arc;

/// The shop of the address, named by a page that may name it.
#[derive(Debug, Clone)]
pub struct ShopperOrigin {
    /// The shop.
    pub shop: Arc<OpenShop>,
    /// Whether the page is one of ours: only those may use cookies.
    pub is_own: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for ShopperOrigin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // Missing only where a route stands outside the guard: refuse rather than serve.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Code::OriginNotAllowed.into())
    }
}

/// Layer around every address a shopper's page calls.
pub async fn guard(
    State(app): State<App>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(origin) = origin_of(&app, &request) else {
        return ApiError::new(Code::OriginNotAllowed).into_response();
    };
    let Ok(params) = params else { return ApiError::new(Code::NotFound).into_response() };
    let shopper = match admit(&app, &params, &origin).await {
        Ok(shopper) => shopper,
        Err(error) => return error.into_response(),
    };
    let foreign = !shopper.is_own;
    let mut response = if request.method() == Method::OPTIONS {
        preflight()
    } else if app.rates.shops.take(shopper.shop.id.as_str()) {
        request.extensions_mut().insert(shopper);
        next.run(request).await
    } else {
        ApiError::new(Code::TooManyRequests).retry_after(10).into_response()
    };
    if foreign {
        allow(response.headers_mut(), &origin);
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Origin"));
    response
}

/// The page's origin as its browser says; a same-origin GET carries no `Origin`, but a header no script can write.
fn origin_of(app: &App, request: &Request) -> Option<String> {
    let headers = request.headers();
    match headers.get(header::ORIGIN) {
        Some(origin) => origin.to_str().ok().map(str::to_owned),
        None if matches!(*request.method(), Method::GET | Method::HEAD)
            && headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin") =>
        {
            Some(app.settings.public_url.to_string())
        }
        None => None,
    }
}

async fn admit(app: &App, params: &RawPathParams, origin: &str) -> Result<ShopperOrigin, ApiError> {
    let shop = params.iter().find(|(name, _)| *name == "shop").map(|(_, shop)| shop);
    let shop = shop.and_then(|shop| ShopId::new(shop).ok()).ok_or(Code::NotFound)?;
    let shop = shops::open(app, &shop).await?;
    let is_own = origin == app.settings.public_url.as_str();
    if is_own || shop.settings.origins.iter().any(|listed| listed == origin) {
        Ok(ShopperOrigin { shop, is_own })
    } else {
        Err(Code::OriginNotAllowed.into())
    }
}

fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, Accept-Language"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn allow(headers: &mut HeaderMap, origin: &str) {
    if let Ok(origin) = HeaderValue::from_str(origin) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("X-Request-Id, Retry-After, Content-Language"),
        );
    }
}
