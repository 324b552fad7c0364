//! The page at `amazonPayRedirectUrl`: the buyer confirms, the card decides, the way leads to the shop.

use super::choice::{agreement, lines};
use super::html::{Layout, esc};
use super::sign_in::cancel_form;
use super::{not_found, refused, see_other};
use crate::app::App;
use crate::rule::hosted::Processed;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use shared::charge::CheckoutSessionState;
use std::sync::Arc;

/// `GET /checkout/{id}/processing`.
pub(super) async fn get_processing(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    let Some(session) = app.world(|world, _| world.sessions.get(&id).cloned()) else {
        return not_found().await;
    };
    if session.state != CheckoutSessionState::Open || session.approved {
        return see_other(&session.result_return());
    }
    if !session.constraints().is_empty() {
        return refused(&crate::error::ApiError::session_status("Open"));
    }
    let id = esc(&id);
    let amount = session.payment.charge_amount.map_or_else(|| "—".to_owned(), |amount| amount.to_string());
    let card = session.choice.card.map_or_else(String::new, |card| esc(&card.descriptor()));
    let address = session
        .choice
        .address
        .as_ref()
        .map_or_else(String::new, |address| format!("<dt>お届け先</dt><dd>{}</dd>", lines(address)));
    let store = session
        .metadata
        .store_name
        .as_deref()
        .map_or_else(String::new, |name| format!("<dt>お店</dt><dd>{}</dd>", super::html::typed(name)));
    let agreement = agreement(session.kind, session.recurring.as_ref());
    let body = format!(
        r#"<h1>お支払いの処理 <small lang="en">Processing</small></h1>
<div class="card"><p class="amount" data-test="amount">{amount}</p>
<dl>{store}<dt>お支払い方法</dt><dd data-test="payment-method">{card}</dd>{address}</dl></div>{agreement}
<form method="post" action="/checkout/{id}/processing"><button class="primary" data-test="pay">支払う <span lang="en">Pay</span></button></form>
<div class="actions">{}</div>"#,
        cancel_form(&format!("/checkout/{id}/cancel"))
    );
    Layout::new("お支払いの処理").page(&body).into_response()
}

/// `POST /checkout/{id}/processing`.
pub(super) async fn post_processing(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    match app.world(|world, now| world.process(&id, now)) {
        Ok(Processed::Return(url)) => see_other(&url),
        Ok(Processed::Declined) => see_other(&format!("/checkout/{id}/declined")),
        Err(refusal) => refused(&refusal),
    }
}

/// `GET /checkout/{id}/declined`: Amazon's own page after a decline.
pub(super) async fn get_declined(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    if !app.world(|world, _| world.sessions.contains_key(&id)) {
        return not_found().await;
    }
    let id = esc(&id);
    let body = format!(
        r#"<h1 data-test="declined">お支払いが承認されませんでした <small lang="en">Payment declined</small></h1>
<div class="card notice critical"><p>別のお支払い方法を選ぶか、お店にお戻りください。
<small lang="en">Choose another payment method or go back to the shop.</small></p></div>
<div class="actions">
<a class="button" href="/checkout/{id}/change-payment?then=processing" data-test="choose-another-card">別の支払い方法を選ぶ <span lang="en">Choose another</span></a>
{}</div>"#,
        cancel_form(&format!("/checkout/{id}/cancel"))
    );
    Layout::new("お支払いが承認されませんでした").page(&body).into_response()
}

/// `POST /checkout/{id}/cancel`: back to the shop without paying.
pub(super) async fn post_cancel(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    match app.world(|world, now| world.leave(&id, now)) {
        Ok(url) => see_other(&url),
        Err(refusal) => refused(&refusal),
    }
}
