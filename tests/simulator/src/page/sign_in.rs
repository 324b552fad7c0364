//! Sign-in: the visitor says which test buyer to be. For a checkout, or only to sign in at the shop.

use super::html::{Layout, esc, typed};
use super::{not_found, see_other};
use crate::app::App;
use crate::id;
use crate::rule::hosted::with_query;
use crate::world::{Buyer, Owner, buyers};
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// Sign-ins that have begun and not ended.
#[derive(Debug, Default)]
pub(crate) struct SignInRequests(HashMap<String, SignInRequest>);

/// A shop that wants to know who the buyer is.
#[derive(Debug, Clone)]
pub(crate) struct SignInRequest {
    pub owner: Owner,
    pub return_url: String,
    pub cancel_url: Option<String>,
    pub scopes: Vec<String>,
}

impl SignInRequests {
    /// Begins one; gives its id.
    pub fn add(
        &mut self,
        owner: Owner,
        return_url: String,
        cancel_url: Option<String>,
        scopes: Vec<String>,
    ) -> String {
        let id = id::uuid();
        self.0.insert(id.clone(), SignInRequest { owner, return_url, cancel_url, scopes });
        id
    }

    pub fn get(&self, id: &str) -> Option<SignInRequest> {
        self.0.get(id).cloned()
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    buyer: Option<String>,
}

fn page(action: &str, cancel: &str) -> Response {
    let mut people = String::new();
    for buyer in buyers() {
        let (key, name, email) = (esc(buyer.key), typed(&buyer.name), esc(buyer.email));
        let _ = write!(
            people,
            r#"<button class="person" name="buyer" value="{key}" data-test="buyer-{key}"><span>{name}<br><small>{email}</small></span></button>"#
        );
    }
    let body = format!(
        r#"<h1>サインイン <small lang="en">Sign in</small></h1>
<p>テスト用のお客様を選んでください。<small lang="en">Choose a test buyer.</small></p>
<form method="post" action="{action}">{people}</form>
<div class="actions">{cancel}</div>"#
    );
    Layout::new("サインイン").page(&body).into_response()
}

/// The button that leads back to the shop.
pub(super) fn cancel_form(action: &str) -> String {
    format!(
        r#"<form method="post" action="{action}"><button data-test="cancel">お店に戻る <span lang="en">Back to the shop</span></button></form>"#
    )
}

/// `GET /checkout/{id}/sign-in`.
pub(super) async fn get_checkout(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    if !app.world(|world, _| world.sessions.contains_key(&id)) {
        return not_found().await;
    }
    let id = esc(&id);
    page(&format!("/checkout/{id}/sign-in"), &cancel_form(&format!("/checkout/{id}/cancel")))
}

/// `POST /checkout/{id}/sign-in`.
pub(super) async fn post_checkout(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Response {
    let buyer = chosen.buyer.unwrap_or_default();
    match app.world(|world, now| world.choose_buyer(&id, &buyer, now)) {
        Ok(()) => see_other(&format!("/checkout/{id}/choose")),
        Err(refusal) => super::refused(&refusal),
    }
}

/// `GET /sign-in/{id}`.
pub(super) async fn get_only(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    if app.world(|world, _| world.sign_in_requests.get(&id)).is_none() {
        return not_found().await;
    }
    let action = format!("/sign-in/{}", esc(&id));
    page(&action, &cancel_form(&action))
}

/// `POST /sign-in/{id}`: with a buyer to the shop with a token, without one to the shop without.
pub(super) async fn post_only(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Response {
    let Some(request) = app.world(|world, _| world.sign_in_requests.get(&id)) else {
        return not_found().await;
    };
    match chosen.buyer.as_deref() {
        None => see_other(request.cancel_url.as_ref().unwrap_or(&request.return_url)),
        Some(key) => match Buyer::find(key) {
            None => not_found().await,
            Some(buyer) => {
                let token = app.world(|world, _| world.sign_in(&request.owner, buyer, request.scopes));
                see_other(&with_query(&request.return_url, "buyerToken", &token))
            }
        },
    }
}
