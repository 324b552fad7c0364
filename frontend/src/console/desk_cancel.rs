//! Sheets that give money back or let it go: キャンセル, 一部返金, and the record of a remedy (R35, R36, R37).

use super::desk_fields::{Kind, area, filled, radios, said_line, yen};
use super::desk_sheet::{Shell, always, shell};
use super::desk_state::mail_tick;
use super::pieces::{said, said_in, typed};
use super::use_console;
use crate::api::desk::Act;
use crate::ui::el::{El, classed, el, group};
use crate::ui::moment::moment_short;
use crate::ui::signal::{RwSignal, Signal};
use shared::api::{
    CancelReason, CancelRequest, Language, OrderView, RefundRequest, Remedy, RemedyRequest, RemedyView,
};
use shared::money::Yen;
use shared::order::OrderStatus;
use shared::order_action::OrderAction;
use shared::payment::PaymentStatus;
use shared::payment_method::PaymentMethod;
use shared::status_icon::StatusIcon;
use shared::text::{self, desk_words};

const LONGEST: u32 = 500;

/// What a cancel will do to the money; of what was captured by mistake also the way on from there (R38).
fn consequence(order: &OrderView, reason: Option<CancelReason>, language: Language) -> Vec<String> {
    use StatusIcon as I;
    let row = &order.row;
    let mut told = vec![desk_words::cancel_status(language).to_owned()];
    if row.method != PaymentMethod::AmazonPay {
        told.push(desk_words::cancel_elsewhere(language).to_owned());
    } else if row.payment_status == PaymentStatus::Captured {
        let is_mistake = reason == Some(CancelReason::Mistake);
        if is_mistake {
            told.push(desk_words::mistake_first(language).to_owned());
        }
        told.push(desk_words::cancel_refunds(order.desk.refundable, language));
        told.push(desk_words::cancel_review(language).to_owned());
        if is_mistake {
            told.push(desk_words::mistake_then(language).to_owned());
        }
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

/// What was done for the buyer outside Amazon Pay: read before money is given back a second time (R36).
fn remedied(order: &OrderView) -> Option<El> {
    let console = use_console();
    let remedies = order.desk.remedies.clone();
    let told = move || {
        let language = console.spoken.get();
        let line = |one: &RemedyView| {
            let what = [text::remedy(one.remedy, language), " ", &one.amount.to_string(), " · "].concat();
            el("p").child(what).child(typed(&one.by)).child(" · ").child(moment_short(one.at, language))
        };
        classed("div", "notice caution")
            .child(classed("p", "title").child(desk_words::remedied(language)))
            .child(remedies.iter().map(line).collect::<Vec<_>>())
            .child(el("p").child(desk_words::remedied_twice(language)))
    };
    (!order.desk.remedies.is_empty()).then(|| group().live(told))
}

/// キャンセル, also once more after a キャンセルエラー.
pub fn cancel_sheet(order: OrderView, newest: Signal<i64>) -> El {
    let console = use_console();
    let spoken = console.spoken;
    let version = order.row.version;
    let (reason, note) = (RwSignal::new(None), RwSignal::new(String::new()));
    let blocked = Signal::derive(move || {
        reason.get().is_none().then(|| desk_words::reason_unchosen(spoken.get()).to_owned())
    });
    let mail = RwSignal::new(false);
    let send = move || {
        let Some(reason) = reason.get_untracked() else { return };
        let note = filled(&note.get_untracked());
        let send_mail = mail.get_untracked();
        console.act(OrderAction::Cancel, Act::Cancel(CancelRequest { version, reason, note, send_mail }));
    };
    let remedied = remedied(&order);
    let tick = mail_tick(&order, OrderStatus::Canceled, mail);
    let told = move || {
        let told = consequence(&order, reason.get(), spoken.get());
        told.into_iter().map(|it| el("li").child(it)).collect::<Vec<_>>()
    };
    let fields = group()
        .child(remedied)
        .child(consequences(el("ul").live(told)))
        .child(reasons("cancel-reason", reason))
        .child(area("cancel-note", desk_words::note, None, LONGEST, note))
        .child(tick);
    let (action, submit) = (OrderAction::Cancel, always(desk_words::cancel_run));
    shell(Shell { action, version, newest, submit, blocked, send: Box::new(send) }, fields)
}

/// Why, to choose from.
fn reasons(name: &'static str, chosen: RwSignal<Option<CancelReason>>) -> El {
    let spoken = use_console().spoken;
    let words = move |one| text::cancel_reason(one, spoken.get());
    radios(name, desk_words::reason, CancelReason::ALL.to_vec(), words, chosen)
}

/// What will happen, as a list.
pub fn consequences(list: El) -> El {
    classed("section", "consequence")
        .set("aria-labelledby", "consequence-heading")
        .child(said("h3", desk_words::consequence).set("id", "consequence-heading"))
        .child(list)
}

/// 一部返金.
pub fn refund_sheet(order: &OrderView, newest: Signal<i64>) -> El {
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
    let send = move || {
        let (Some(reason), Some(amount)) =
            (reason.get_untracked(), typed.with_untracked(|typed| amount(typed)))
        else {
            return;
        };
        let note = filled(&note.get_untracked());
        console.act(OrderAction::PartialRefund, Act::Refund(RefundRequest { version, amount, reason, note }));
    };
    let told = move || {
        let language = spoken.get();
        let amount = typed.with(|typed| amount(typed));
        let line = |words: &str| el("li").child(words);
        group()
            .child(amount.map(|amount| line(&desk_words::cancel_refunds(amount, language))))
            .child(line(desk_words::cancel_review(language)))
            .child(line(desk_words::refund_stays(language)))
    };
    let fields = group()
        .child(remedied(order))
        .child(classed("p", "lead").live(move || desk_words::refundable(most, spoken.get())))
        .child(said_line("refund-amount", desk_words::refund_amount, Kind::Digits, typed))
        .child(reasons("refund-reason", reason))
        .child(area("refund-note", desk_words::note, None, LONGEST, note))
        .child(consequences(el("ul").live(told)));
    let (action, submit) = (OrderAction::PartialRefund, always(desk_words::refund_run));
    shell(Shell { action, version, newest, submit, blocked, send: Box::new(send) }, fields)
}

/// How the buyer was made good after a キャンセルエラー.
pub fn remedy_sheet(order: &OrderView, newest: Signal<i64>) -> El {
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
    let send = move || {
        let Some(remedy) = kind.get_untracked() else { return };
        let amount = typed.with_untracked(|typed| yen(typed)).unwrap_or(Yen::ZERO);
        let note = filled(&note.get_untracked());
        console.act(OrderAction::RecordRemedy, Act::Remedy(RemedyRequest { version, remedy, amount, note }));
    };
    let words = move |one| text::remedy(one, spoken.get());
    let fields = group()
        .child(said_in("p", "lead", desk_words::remedy_lead))
        .child(radios("remedy-kind", desk_words::remedy_kind, Remedy::ALL.to_vec(), words, kind))
        .child(said_line("remedy-amount", desk_words::remedy_amount, Kind::Digits, typed))
        .child(area("remedy-note", desk_words::note, None, LONGEST, note));
    let (action, submit) = (OrderAction::RecordRemedy, always(desk_words::record));
    shell(Shell { action, version, newest, submit, blocked, send: Box::new(send) }, fields)
}
