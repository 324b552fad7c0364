//! Parts of a request, with our own refusals in place of the framework's.
//!
//! A body is JSON of the expected shape or a problem; an address with an odd id is simply not found.

use super::cookie;
use super::error::ApiError;
use crate::app::App;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::api::{Code, Token};
use shared::id::CheckoutId;

/// A JSON body, of at most 64 kB (a layer sees to that).
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(Code::NotJson.into());
        }
        let body = Bytes::from_request(request, state).await.map_err(unread)?;
        // serde's message quotes the body, which may hold anything: it goes nowhere.
        serde_json::from_slice(&body).map(Self).map_err(|_| Code::BadRequest.into())
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Why a body could not be read: it is too large, or the line broke.
pub fn unread(rejection: BytesRejection) -> ApiError {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge.into(),
        _ => Code::BadRequest.into(),
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => {
                let headers = [
                    (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
                    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
                ];
                (headers, body).into_response()
            }
            Err(error) => ApiError::because(Code::Internal, error).into_response(),
        }
    }
}

/// Ids in the address; a text that is no id names nothing.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let axum::extract::Path(ids) =
            axum::extract::Path::from_request_parts(parts, state).await.map_err(|_| Code::NotFound)?;
        Ok(Self(ids))
    }
}

/// What follows the `?`.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let axum::extract::Query(query) =
            axum::extract::Query::from_request_parts(parts, state).await.map_err(|_| Code::BadRequest)?;
        Ok(Self(query))
    }
}

/// The token after `Authorization: Bearer`, if one was sent.
#[derive(Debug, Clone)]
pub struct Bearer(pub Option<Token>);

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| Token(token.trim().to_owned()));
        Ok(Self(token))
    }
}

/// The cookie by which a hosted page claimed the checkout `{id}` of the address, if the browser has it.
#[derive(Debug, Clone)]
pub struct ClaimCookie(pub Option<Token>);

impl ClaimCookie {
    /// `Set-Cookie` for the browser that claimed `checkout` first; ends with Amazon's session.
    pub fn set(app: &App, checkout: &CheckoutId, token: &Token) -> HeaderValue {
        let life = shared::checkout::SESSION_LIFE.as_secs();
        cookie::set(app, &claim_name(checkout.as_str()), token, "Strict", life)
    }
}

fn claim_name(checkout: &str) -> String {
    format!("checkout-{checkout}")
}

impl FromRequestParts<App> for ClaimCookie {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Code::NotFound)?;
        let id = params.iter().find(|(name, _)| *name == "id").map(|(_, id)| id.to_owned());
        Ok(Self(id.and_then(|id| cookie::get(app, &parts.headers, &claim_name(&id)))))
    }
}
