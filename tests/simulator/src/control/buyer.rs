//! The buyer without a browser: begins a checkout, chooses, pays, leaves, signs in.

use super::{read, reply};
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::page::{Posted, Started, initiate};
use crate::rule::hosted::{Processed, with_query};
use crate::world::Buyer;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// `POST /control/checkout/initiate`: what checkout.js posts, as JSON; the session's id comes back.
pub(super) async fn post_initiate(State(app): State<Arc<App>>, body: Bytes) -> Response {
    let base = &app.base_url;
    reply(read::<Posted>(&body).and_then(|posted| initiate(&app, &posted)).map(|started| match started {
        Started::Checkout(id) => {
            json!({ "checkoutSessionId": id, "redirectUrl": format!("{base}/checkout/{id}/sign-in") })
        }
        Started::SignIn(id) => json!({ "signInId": id, "redirectUrl": format!("{base}/sign-in/{id}") }),
    }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    buyer: Option<String>,
    address: Option<usize>,
    card: Option<String>,
}

/// `POST /control/sign-in/{id} {buyer}`: signs in; the return address with the token comes back.
pub(super) async fn post_sign_in(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    reply(read::<Choice>(&body).and_then(|choice| {
        let key = choice.buyer.unwrap_or_else(|| "hanako".to_owned());
        let buyer = Buyer::find(&key).ok_or_else(|| ApiError::not_found("buyer"))?;
        app.world(|world, _| {
            let request = world.sign_in_requests.get(&id).ok_or_else(|| ApiError::not_found("sign-in"))?;
            let token = world.sign_in(&request.owner, buyer, request.scopes);
            Ok(redirect(&with_query(&request.return_url, "buyerToken", &token)))
        })
    }))
}

fn redirect(url: &str) -> Value {
    json!({ "redirectUrl": url })
}

/// `POST /control/sessions/{id}/buyer {buyer?, address?, card?}`: what is left out keeps its last choice, or
/// becomes hanako, address 0 and card 1111.
pub(super) async fn post_buyer(State(app): State<Arc<App>>, Path(id): Path<String>, body: Bytes) -> Response {
    reply(read::<Choice>(&body).and_then(|choice| {
        app.world(|world, now| {
            let known = world.sessions.get(&id).map(|session| session.choice.clone());
            let known = known.ok_or_else(|| ApiError::not_found("Checkout Session"))?;
            if choice.buyer.is_some() || known.buyer.is_none() {
                world.choose_buyer(&id, choice.buyer.as_deref().unwrap_or("hanako"), now)?;
            }
            if choice.address.is_some() || known.address.is_none() {
                world.choose_address(&id, choice.address.unwrap_or(0), now)?;
            }
            if choice.card.is_some() || known.card.is_none() {
                world.choose_card(&id, choice.card.as_deref().unwrap_or("1111"), now)?;
            }
            let session = world.sessions.get(&id).ok_or_else(|| ApiError::not_found("Checkout Session"))?;
            Ok(redirect(&session.review_return()))
        })
    }))
}

/// `POST /control/sessions/{id}/pay`: the buyer passes the processing page; the shop's address comes back, with
/// or without success.
pub(super) async fn post_pay(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    let result: ApiResult<Value> = app.world(|world, now| {
        Ok(match world.process(&id, now)? {
            Processed::Return(url) => redirect(&url),
            Processed::Declined => redirect(&format!("{}/checkout/{id}/declined", app.base_url)),
        })
    });
    reply(result)
}

/// `POST /control/sessions/{id}/cancel`: the buyer leaves Amazon's pages.
pub(super) async fn post_cancel(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    reply(app.world(|world, now| world.leave(&id, now)).map(|url| redirect(&url)))
}
