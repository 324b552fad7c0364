//! The buyer's page at Amazon: agreements, their card, and ending them.

use super::choice::{lines, outcome};
use super::html::{Layout, esc, typed};
use super::{not_found, refused, see_other};
use crate::app::App;
use crate::error::ApiError;
use crate::world::{CARDS, Card, Permission, PermissionKind, PermissionReason};
use axum::extract::{Form, Path, State};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use shared::charge::ChargePermissionState;
use std::fmt::Write as _;
use std::sync::Arc;

/// `GET /buyer`: every agreement, the newest first.
pub(super) async fn get_agreements(State(app): State<Arc<App>>) -> Html<String> {
    let mut permissions: Vec<Permission> =
        app.world(|world, _| world.permissions.values().cloned().collect());
    permissions.sort_by_key(|permission| std::cmp::Reverse(permission.created));
    let mut list = String::new();
    for permission in permissions.iter().take(200) {
        let id = esc(&permission.id);
        let _ = write!(
            list,
            r#"<div class="card"><dl><dt>お客様</dt><dd>{}</dd><dt>番号</dt><dd><code>{id}</code></dd><dt>種類</dt><dd>{}</dd><dt>状態</dt><dd>{}</dd></dl>
<p><a href="/buyer/agreements/{id}" data-test="agreement-{id}">確認・変更 <small lang="en">Details</small></a></p></div>"#,
            typed(&permission.buyer.name),
            kind(permission.kind),
            state(permission.state),
        );
    }
    if list.is_empty() {
        list.push_str(r#"<div class="card"><p>お支払い契約はまだありません。<small lang="en">No agreements yet.</small></p></div>"#);
    }
    let body = format!(r#"<h1>お支払い契約 <small lang="en">Agreements</small></h1>{list}"#);
    Layout::new("お支払い契約").page(&body)
}

const fn kind(kind: PermissionKind) -> &'static str {
    match kind {
        PermissionKind::OneTime => "1回のお買い物",
        PermissionKind::Recurring => "定期購入",
        PermissionKind::PaymentMethodOnFile => "お支払い方法の登録",
    }
}

const fn state(state: ChargePermissionState) -> &'static str {
    match state {
        ChargePermissionState::Chargeable => "有効",
        ChargePermissionState::NonChargeable => "お支払い方法の確認が必要",
        ChargePermissionState::Closed => "終了",
    }
}

/// `GET /buyer/agreements/{id}`, and the address that shops link to in Japan.
pub(super) async fn get_agreement(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    let Some(permission) = app.world(|world, _| world.permissions.get(&id).cloned()) else {
        return not_found().await;
    };
    let id = esc(&permission.id);
    let mut body = format!(
        r#"<h1>お支払い契約 <small lang="en">Agreement</small></h1>
<div class="card"><dl><dt>番号</dt><dd><code>{id}</code></dd><dt>種類</dt><dd>{}</dd><dt>状態</dt><dd data-test="state">{}</dd>
<dt>お支払い方法</dt><dd data-test="payment-method">{}</dd>{}</dl></div>"#,
        kind(permission.kind),
        state(permission.state),
        esc(&permission.card.descriptor()),
        permission
            .address
            .as_ref()
            .map_or_else(String::new, |a| format!("<dt>お届け先</dt><dd>{}</dd>", lines(a))),
    );
    if permission.state != ChargePermissionState::Closed {
        let mut cards = String::new();
        for card in &CARDS {
            let checked = if card == permission.card { " checked" } else { "" };
            let (digits, name) = (card.digits, esc(&card.descriptor()));
            let _ = write!(
                cards,
                r#"<label class="choice"><input type="radio" name="card" value="{digits}" data-test="card-{digits}"{checked}><span><b>{name}</b><small>{}</small></span></label>"#,
                outcome(card.outcome)
            );
        }
        let _ = write!(
            body,
            r#"<form method="post" action="/buyer/agreements/{id}/card"><fieldset><legend>お支払い方法の変更 <small lang="en">Change the payment method</small></legend>{cards}</fieldset>
<button class="primary" data-test="change-card">変更する <span lang="en">Change</span></button></form>
<div class="actions"><form method="post" action="/buyer/agreements/{id}/close"><button data-test="close-agreement">この契約を終了する <span lang="en">End this agreement</span></button></form></div>"#
        );
    }
    Layout::new("お支払い契約").page(&body).into_response()
}

#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    card: String,
}

/// `POST /buyer/agreements/{id}/card`.
pub(super) async fn post_card(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Response {
    let result = app.world(|world, now| {
        let card = Card::find(&chosen.card).ok_or_else(|| ApiError::not_found("card"))?;
        world.change_card(&id, card, now)
    });
    back(&app, &id, result)
}

/// `POST /buyer/agreements/{id}/close`.
pub(super) async fn post_close(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    let result = app.world(|world, now| {
        let reason = Some(PermissionReason::BuyerClosed);
        world.move_permission(&id, ChargePermissionState::Closed, reason, now)
    });
    back(&app, &id, result)
}

fn back(app: &App, id: &str, result: Result<(), ApiError>) -> Response {
    app.notify_changes();
    match result {
        Ok(()) => see_other(&format!("/buyer/agreements/{id}")),
        Err(refusal) => refused(&refusal),
    }
}
