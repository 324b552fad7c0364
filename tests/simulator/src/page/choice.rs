//! Address book and wallet: both at first, one of them when the shop sends the buyer back to change it.

use super::html::{Layout, esc, typed};
use super::sign_in::cancel_form;
use super::{not_found, refused, see_other};
use crate::app::App;
use crate::world::{
    Address, CARDS, CardOutcome, FrequencyUnit, PermissionKind, ProductType, RecurringMetadata, Session,
};
use axum::extract::{Form, Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use shared::charge::CheckoutSessionState;
use std::fmt::Write as _;
use std::sync::Arc;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Chosen {
    address: Option<usize>,
    card: Option<String>,
    /// `processing`: back to Amazon's processing page, not to the shop.
    then: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Both,
    Address,
    Payment,
}

/// `GET /checkout/{id}/choose`.
pub(super) async fn get_choose(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    show(&app, &id, Part::Both, None).await
}

/// `GET /checkout/{id}/change-address`.
pub(super) async fn get_address(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    show(&app, &id, Part::Address, None).await
}

/// `GET /checkout/{id}/change-payment`.
pub(super) async fn get_payment(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(query): Query<Chosen>,
) -> Response {
    show(&app, &id, Part::Payment, query.then).await
}

async fn show(app: &App, id: &str, part: Part, then: Option<String>) -> Response {
    let Some(session) = app.world(|world, _| world.sessions.get(id).cloned()) else {
        return not_found().await;
    };
    if session.state != CheckoutSessionState::Open || session.approved {
        return see_other(&session.result_return());
    }
    if session.choice.buyer.is_none() {
        return see_other(&format!("/checkout/{id}/sign-in"));
    }
    let title = match part {
        Part::Both => "お届け先とお支払い方法",
        Part::Address => "お届け先の変更",
        Part::Payment => "お支払い方法の変更",
    };
    let mut fields = agreement(session.kind, session.recurring.as_ref());
    if part != Part::Payment {
        fields.push_str(&address_fields(&session));
    }
    if part != Part::Address {
        fields.push_str(&card_fields(&session));
    }
    let then = then.map_or_else(String::new, |then| {
        format!(r#"<input type="hidden" name="then" value="{}">"#, esc(&then))
    });
    let id = esc(id);
    let back = if part == Part::Both {
        cancel_form(&format!("/checkout/{id}/cancel"))
    } else {
        let review = esc(&session.review_return());
        format!(
            r#"<a class="button" href="{review}" data-test="cancel" rel="noreferrer">変更しない <span lang="en">Keep</span></a>"#
        )
    };
    let body = format!(
        r#"<h1>{title} <small lang="en">{}</small></h1>
<form method="post" action="/checkout/{id}/choose">{then}{fields}
<button class="primary" data-test="continue">この内容で続ける <span lang="en">Continue</span></button></form>
<div class="actions">{back}</div>"#,
        match part {
            Part::Both => "Address and payment",
            Part::Address => "Change the address",
            Part::Payment => "Change the payment method",
        }
    );
    Layout::new(title).page(&body).into_response()
}

fn address_fields(session: &Session) -> String {
    if session.product_type == Some(ProductType::PayOnly) || session.urls.process_order {
        return session.choice.address.as_ref().map_or_else(String::new, |address| {
            format!(
                r#"<div class="card"><h2>お届け先 <small lang="en">Address</small></h2>{}</div>"#,
                lines(address)
            )
        });
    }
    let mut fields = String::from(r#"<fieldset><legend>お届け先 <small lang="en">Address</small></legend>"#);
    let book = session.choice.buyer.map_or(&[][..], |buyer| buyer.addresses.as_slice());
    let chosen =
        book.iter().position(|address| Some(address) == session.choice.address.as_ref()).unwrap_or(0);
    for (position, address) in book.iter().enumerate() {
        let checked = if position == chosen { " checked" } else { "" };
        let _ = write!(
            fields,
            r#"<label class="choice"><input type="radio" name="address" value="{position}" data-test="address-{position}"{checked}><span>{}</span></label>"#,
            lines(address)
        );
    }
    fields + "</fieldset>"
}

/// What a recurring agreement is shown with: how often, and how much each time where that never varies (section 7.1).
/// Nothing for other agreements.
pub(super) fn agreement(kind: PermissionKind, recurring: Option<&RecurringMetadata>) -> String {
    if kind != PermissionKind::Recurring {
        return String::new();
    }
    let every = recurring.and_then(|recurring| recurring.frequency.as_ref());
    let (ja, en) =
        every.map_or_else(|| ("—".to_owned(), String::new()), |(unit, value)| how_often(*unit, value));
    let amount = recurring.and_then(|recurring| recurring.amount);
    let amount = amount.map_or_else(
        || r#"金額は毎回変わることがあります <small lang="en">The amount may vary</small>"#.to_owned(),
        |amount| format!(r#"毎回 {amount} <small lang="en">{amount} each time</small>"#),
    );
    format!(
        r#"<div class="card" data-test="recurring"><h2>定期購入のお支払い契約 <small lang="en">Recurring payment</small></h2>
<dl><dt>頻度</dt><dd data-test="frequency">{ja} <small lang="en">{en}</small></dd><dt>金額</dt><dd data-test="recurring-amount">{amount}</dd></dl>
<p><small>この契約により、お店は今後のお支払いをお客様の確認なしに請求できます。<span lang="en">The shop may charge later payments without asking again.</span></small></p></div>"#
    )
}

fn how_often(unit: FrequencyUnit, value: &str) -> (String, String) {
    let (ja, en) = match unit {
        FrequencyUnit::Year => ("年", "year"),
        FrequencyUnit::Month => ("か月", "month"),
        FrequencyUnit::Week => ("週間", "week"),
        FrequencyUnit::Day => ("日", "day"),
        FrequencyUnit::Variable => return ("そのつど".to_owned(), "at varying times".to_owned()),
    };
    let value = esc(value);
    let plural = if value == "1" { "" } else { "s" };
    (format!("{value}{ja}ごと"), format!("every {value} {en}{plural}"))
}

/// An address as people read it.
pub(super) fn lines(address: &Address) -> String {
    let mut text = format!("<b>{}</b>", typed(&address.name));
    let place = [
        Some(format!("〒{}", address.postal_code)),
        Some(format!("{} {}", address.state_or_region, address.line1)),
        address.line2.clone(),
        address.line3.clone(),
        address.phone.clone(),
    ];
    for (position, line) in place.into_iter().flatten().enumerate() {
        text.push_str(if position == 0 { "" } else { "<br>" });
        text.push_str(&typed(&line));
    }
    text
}

fn card_fields(session: &Session) -> String {
    let mut fields =
        String::from(r#"<fieldset><legend>お支払い方法 <small lang="en">Payment method</small></legend>"#);
    let chosen = session.choice.card.map_or("1111", |card| card.digits);
    for card in &CARDS {
        let checked = if card.digits == chosen { " checked" } else { "" };
        let (digits, name) = (card.digits, esc(&card.descriptor()));
        let _ = write!(
            fields,
            r#"<label class="choice"><input type="radio" name="card" value="{digits}" data-test="card-{digits}"{checked}><span><b>{name}</b><small>{}</small></span></label>"#,
            outcome(card.outcome)
        );
    }
    fields + "</fieldset>"
}

/// What a card does, for the tester.
pub(super) const fn outcome(outcome: CardOutcome) -> &'static str {
    match outcome {
        CardOutcome::Approved => "成功します / succeeds",
        CardOutcome::BuyerCanceled => "お客様が取りやめた扱いになります / ends as BuyerCanceled",
        CardOutcome::Declined => "承認されません / declined",
        CardOutcome::PendingThenAuthorized => "保留ののち承認されます / pending, then authorized",
        CardOutcome::PendingThenDeclined => "保留ののち承認されません / pending, then declined",
    }
}

/// `POST /checkout/{id}/choose`: takes what was chosen and goes on, to the shop or to pay.
pub(super) async fn post_choose(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Response {
    let next = app.world(|world, now| {
        if let Some(position) = chosen.address {
            world.choose_address(&id, position, now)?;
        }
        if let Some(card) = &chosen.card {
            world.choose_card(&id, card, now)?;
        }
        world
            .sessions
            .get(&id)
            .map(|session| {
                if session.urls.process_order || chosen.then.as_deref() == Some("processing") {
                    format!("/checkout/{id}/processing")
                } else {
                    session.review_return()
                }
            })
            .ok_or_else(|| crate::error::ApiError::not_found("Checkout Session"))
    });
    match next {
        Ok(next) => see_other(&next),
        Err(refusal) => refused(&refusal),
    }
}
