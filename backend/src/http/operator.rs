//! Who is asking, at the console: the operator of a session, and what they may do in the shop of the address.
//!
//! Whatever changes something needs our own origin and the session's token beside the cookie, so that another site
//! cannot use an operator's browser.

use super::cookie;
use super::error::ApiError;
use crate::app::App;
use crate::service::operators::{self, Right};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, header};
use shared::api::{Code, Token};
use shared::id::{OperatorId, ShopId};
use std::marker::PhantomData;

/// Name of the session's cookie, after `noren-`.
const COOKIE: &str = "session";

/// An operator who is signed in.
#[derive(Debug, Clone)]
pub struct Operator {
    /// Who.
    pub id: OperatorId,
    /// Shown name.
    pub name: String,
    /// What the cookie holds.
    pub session: Token,
}

impl FromRequestParts<App> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let session = cookie::get(app, &parts.headers, COOKIE).ok_or(Code::NotSignedIn)?;
        let operator = operators::signed_in(app, &session).await?;
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            let given = parts.headers.get("x-noren-csrf").and_then(|value| value.to_str().ok());
            let fits = given.is_some_and(|given| operators::csrf_matches(&session, given));
            if !fits || !is_own_origin(app, parts) {
                return Err(Code::CsrfFailed.into());
            }
        }
        Ok(Self { id: operator.id, name: operator.name, session })
    }
}

/// Proof that a request without a session comes from a page of ours: for signing in.
#[derive(Debug, Clone, Copy)]
pub struct OwnPage;

impl FromRequestParts<App> for OwnPage {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if is_own_origin(app, parts) { Ok(Self) } else { Err(Code::CsrfFailed.into()) }
    }
}

fn is_own_origin(app: &App, parts: &Parts) -> bool {
    parts
        .headers
        .get(header::ORIGIN)
        .is_some_and(|origin| origin.as_bytes() == app.settings.public_url.as_bytes())
}

/// What a handler asks of the operator, as a type.
pub trait Asked: Send + Sync {
    /// The right.
    const RIGHT: Right;
}

/// May see orders.
#[derive(Debug, Clone, Copy)]
pub struct MayView;

/// May mark orders 決済済.
#[derive(Debug, Clone, Copy)]
pub struct MayCapture;

/// May cancel orders and give money back.
#[derive(Debug, Clone, Copy)]
pub struct MayRefund;

impl Asked for MayRefund {
    const RIGHT: Right = Right::Refund;
}

/// May change the shop's settings.
#[derive(Debug, Clone, Copy)]
pub struct MaySettings;

impl Asked for MaySettings {
    const RIGHT: Right = Right::Settings;
}

impl Asked for MayView {
    const RIGHT: Right = Right::View;
}

impl Asked for MayCapture {
    const RIGHT: Right = Right::Capture;
}

/// An operator with the right `R` in the shop `{shop}` of the address. Another's shop is not found.
#[derive(Debug, Clone)]
pub struct ShopOperator<R> {
    /// Who.
    pub id: OperatorId,
    /// The shop of the address.
    pub shop: ShopId,
    right: PhantomData<R>,
}

impl<R: Asked> FromRequestParts<App> for ShopOperator<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Operator { id, .. } = Operator::from_request_parts(parts, app).await?;
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Code::NotFound)?;
        let shop = params.iter().find(|(name, _)| *name == "shop").map(|(_, shop)| shop);
        let shop = shop.and_then(|shop| ShopId::new(shop).ok()).ok_or(Code::NotFound)?;
        operators::require(app, &id, &shop, R::RIGHT).await?;
        Ok(Self { id, shop, right: PhantomData })
    }
}

/// `Set-Cookie` that begins a session.
pub fn begin(app: &App, session: &Token) -> HeaderValue {
    cookie::set(app, COOKIE, session, "Lax", operators::SESSION_LIFE.as_secs())
}

/// `Set-Cookie` that ends it.
pub fn end(app: &App) -> HeaderValue {
    cookie::set(app, COOKIE, &Token(String::new()), "Lax", 0)
}
