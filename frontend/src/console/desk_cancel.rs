//! Sheets that give money back or let it go: キャンセル, 一部返金, and the record of a remedy (R35, R36, R37).

use super::desk_fields::{Kind, area, filled, line, radios, yen};
use super::desk_sheet::Shell;
use super::{Sentence, say, use_console};
use crate::api::desk::Act;
use leptos::prelude::*;
use shared::api::{CancelReason, CancelRequest, Language, OrderView, RefundRequest, Remedy, RemedyRequest};
use shared::money::Yen;
use shared::order_action::OrderAction;
use shared::payment::PaymentStatus;
use shared::payment_method::PaymentMethod;
use shared::status_icon::StatusIcon;
use shared::text::{self, desk_words};

const LONGEST: u32 = 500;

/// What a cancel will do to the money.
fn consequence(order: &OrderView, language: Language) -> Vec<String> {
    use StatusIcon as I;
    let row = &order.row;
    let mut told = vec![desk_words::cancel_status(language).to_owned()];
    if row.method != PaymentMethod::AmazonPay {
        told.push(desk_words::cancel_elsewhere(language).to_owned());
    } else if row.payment_status == PaymentStatus::Captured {
        told.push(desk_words::cancel_refunds(order.desk.refundable, language));
        told.push(desk_words::cancel_review(language).to_owned());
    } else {
        let stands = matches!(
            row.icon,
            Some(I::Authorized | I::AuthorizationPending | I::CaptureError | I::CancelErrorNotCharged)
        );
        let sentence = if stands { desk_words::cancel_releases } else { desk_words::cancel_nothing };
        told.push(sentence(language).to_owned());
    }
    told
}

/// キャンセル, also once more after a キャンセルエラー.
#[component]
pub fn CancelSheet(order: OrderView, newest: Signal<i64>) -> impl IntoView {
    let console = use_console();
    let spoken = console.spoken;
    let version = order.row.version;
    let (reason, note) = (RwSignal::new(None), RwSignal::new(String::new()));
    let blocked = Signal::derive(move || {
        reason.get().is_none().then(|| desk_words::reason_unchosen(spoken.get()).to_owned())
    });
    let send = move |()| {
        let Some(reason) = reason.get_untracked() else { return };
        let note = filled(&note.get_untracked());
        console.act(OrderAction::Cancel, Act::Cancel(CancelRequest { version, reason, note }));
    };
    let submit = Signal::stored(Some(desk_words::cancel_run as Sentence));
    let told = move || {
        consequence(&order, spoken.get()).into_iter().map(|it| view! { <li>{it}</li> }).collect_view()
    };
    view! {
        <Shell action=OrderAction::Cancel version newest submit blocked send>
            <Consequence>{told}</Consequence>
            {radios(
                "cancel-reason",
                desk_words::reason,
                CancelReason::ALL.to_vec(),
                move |one| text::cancel_reason(one, spoken.get()),
                reason,
            )}
            {area("cancel-note", desk_words::note, None, LONGEST, note)}
        </Shell>
    }
}

/// What will happen, as a list.
#[component]
pub fn Consequence(children: Children) -> impl IntoView {
    view! {
        <section class="consequence" aria-labelledby="consequence-heading">
            <h3 id="consequence-heading">{say(desk_words::consequence)}</h3>
            <ul>{children()}</ul>
        </section>
    }
}

/// 一部返金.
#[component]
pub fn RefundSheet(order: OrderView, newest: Signal<i64>) -> impl IntoView {
    let console = use_console();
    let spoken = console.spoken;
    let version = order.row.version;
    let most = order.desk.refundable;
    let typed = RwSignal::new(String::new());
    let (reason, note) = (RwSignal::new(None), RwSignal::new(String::new()));
    let amount = move |typed: &str| yen(typed).filter(|amount| !amount.is_zero() && *amount <= most);
    let blocked = Signal::derive(move || {
        if typed.with(|typed| amount(typed)).is_none() {
            Some(desk_words::refund_wrong(spoken.get()).to_owned())
        } else {
            reason.get().is_none().then(|| desk_words::reason_unchosen(spoken.get()).to_owned())
        }
    });
    let send = move |()| {
        let (Some(reason), Some(amount)) =
            (reason.get_untracked(), typed.with_untracked(|typed| amount(typed)))
        else {
            return;
        };
        let note = filled(&note.get_untracked());
        console.act(OrderAction::PartialRefund, Act::Refund(RefundRequest { version, amount, reason, note }));
    };
    let submit = Signal::stored(Some(desk_words::refund_run as Sentence));
    let told = move || {
        let language = spoken.get();
        let amount = typed.with(|typed| amount(typed));
        view! {
            {amount.map(|amount| view! { <li>{desk_words::cancel_refunds(amount, language)}</li> })}
            <li>{desk_words::cancel_review(language)}</li>
            <li>{desk_words::refund_stays(language)}</li>
        }
    };
    view! {
        <Shell action=OrderAction::PartialRefund version newest submit blocked send>
            <p class="lead">{move || desk_words::refundable(most, spoken.get())}</p>
            {line("refund-amount", move || desk_words::refund_amount(spoken.get()).to_owned(), Kind::Digits, typed)}
            {radios(
                "refund-reason",
                desk_words::reason,
                CancelReason::ALL.to_vec(),
                move |one| text::cancel_reason(one, spoken.get()),
                reason,
            )}
            {area("refund-note", desk_words::note, None, LONGEST, note)}
            <Consequence>{told}</Consequence>
        </Shell>
    }
}

/// How the buyer was made good after a キャンセルエラー.
#[component]
pub fn RemedySheet(order: OrderView, newest: Signal<i64>) -> impl IntoView {
    let console = use_console();
    let spoken = console.spoken;
    let version = order.row.version;
    let owed = order.desk.refundable;
    let (kind, note) = (RwSignal::new(None::<Remedy>), RwSignal::new(String::new()));
    let typed = RwSignal::new(if owed.is_zero() { "0".to_owned() } else { owed.get().to_string() });
    let blocked = Signal::derive(move || {
        if kind.get().is_none() {
            Some(desk_words::remedy_unchosen(spoken.get()).to_owned())
        } else {
            typed
                .with(|typed| yen(typed))
                .is_none()
                .then(|| desk_words::amount_wrong(spoken.get()).to_owned())
        }
    });
    let send = move |()| {
        let Some(remedy) = kind.get_untracked() else { return };
        let amount = typed.with_untracked(|typed| yen(typed)).unwrap_or(Yen::ZERO);
        let note = filled(&note.get_untracked());
        console.act(OrderAction::RecordRemedy, Act::Remedy(RemedyRequest { version, remedy, amount, note }));
    };
    let submit = Signal::stored(Some(desk_words::record as Sentence));
    view! {
        <Shell action=OrderAction::RecordRemedy version newest submit blocked send>
            <p class="lead">{say(desk_words::remedy_lead)}</p>
            {radios(
                "remedy-kind",
                desk_words::remedy_kind,
                Remedy::ALL.to_vec(),
                move |one| text::remedy(one, spoken.get()),
                kind,
            )}
            {line("remedy-amount", move || desk_words::remedy_amount(spoken.get()).to_owned(), Kind::Digits, typed)}
            {area("remedy-note", desk_words::note, None, LONGEST, note)}
        </Shell>
    }
}
