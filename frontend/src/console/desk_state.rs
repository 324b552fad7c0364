//! Sheets that change a state: 再与信, 決済方法の変更 and 受注ステータス with the shipping guard (R44, R48, R50).

use super::desk_cancel::consequences;
use super::desk_fields::{area, filled, radios};
use super::desk_sheet::{Shell, always, never_blocked, shell};
use super::pieces::{Tone, button, check, notice, said, said_in};
use super::{Sentence, use_console};
use crate::api::desk::Act;
use crate::ui::el::{El, classed, el, group};
use crate::ui::signal::{RwSignal, Signal};
use leptos::prelude::*;
use shared::api::{ChangeMethodRequest, Language, OrderView, SetStatusRequest, VersionRequest};
use shared::order::OrderStatus;
use shared::order_action::{ActionRefused, MethodBlocker, OrderAction, may_choose, needs_identity};
use shared::payment_method::PaymentMethod;
use shared::text::{self, bulk_words, desk_words};

const LONGEST: u32 = 500;

/// 再与信.
pub fn reauthorize_sheet(order: &OrderView, newest: Signal<i64>) -> El {
    let console = use_console();
    let version = order.row.version;
    let total = order.totals.total.to_string();
    let send = move || {
        console.act(OrderAction::Reauthorize, Act::Reauthorize(VersionRequest { version }));
    };
    let sum = classed("div", "sum").child(said("dt", desk_words::total_now)).child(el("dd").child(total));
    let list = el("ul")
        .child(said("li", desk_words::reauthorize_lead))
        .child(said("li", desk_words::reauthorize_may_fail));
    let fields = group().child(classed("dl", "live-total").child(sum)).child(consequences(list));
    let (action, submit) = (OrderAction::Reauthorize, always(desk_words::reauthorize_run));
    let blocked = never_blocked();
    shell(Shell { action, version, newest, submit, blocked, send: Box::new(send) }, fields)
}

/// 決済方法の変更, with what is missing for it.
pub fn method_sheet(order: &OrderView, newest: Signal<i64>) -> El {
    let console = use_console();
    let spoken = console.spoken;
    let version = order.row.version;
    let present = order.row.method;
    let blockers = order.desk.identity.blockers.clone();
    let is_member = order.desk.identity.is_member;
    let chosen = RwSignal::new(None::<PaymentMethod>);
    let is_blocked = !blockers.is_empty();
    let missing = move || is_blocked && chosen.get().is_some_and(needs_identity);
    let blocked = Signal::derive(move || {
        let language = spoken.get();
        match chosen.get() {
            None => Some(desk_words::method_unchosen(language).to_owned()),
            Some(_) if missing() => Some(desk_words::blocked_title(language).to_owned()),
            Some(_) => None,
        }
    });
    let send = move || {
        let Some(method) = chosen.get_untracked() else { return };
        console.act(OrderAction::ChangeMethod, Act::Method(ChangeMethodRequest { version, method }));
    };
    let gaps = move || {
        missing().then(|| {
            let language = spoken.get();
            needed(&blockers, is_member, language).child(button(
                "quiet compact",
                desk_words::fill_in,
                move |_| {
                    console.desk.show(OrderAction::EditBuyer);
                },
            ))
        })
    };
    let choices =
        PaymentMethod::ALL.into_iter().filter(|method| may_choose(present, *method).is_ok()).collect();
    let lead: Sentence = if present == PaymentMethod::AmazonPay {
        desk_words::method_lead
    } else {
        desk_words::method_lead_other
    };
    let words = move |one| text::payment_method(one, spoken.get());
    let fields = group()
        .child(said_in("p", "lead", lead))
        .child(radios("method", desk_words::method, choices, words, chosen))
        .child(el("div").set("aria-live", "polite").live(gaps));
    let (action, submit) = (OrderAction::ChangeMethod, always(desk_words::change_run));
    shell(Shell { action, version, newest, submit, blocked, send: Box::new(send) }, fields)
}

/// What 後払い still needs, and where.
pub fn needed(blockers: &[MethodBlocker], is_member: bool, language: Language) -> El {
    let gap = |blocker: &MethodBlocker| {
        let place = match (blocker.in_delivery_address, is_member) {
            (true, _) => desk_words::in_delivery,
            (false, true) => desk_words::in_profile,
            (false, false) => desk_words::in_buyer_data,
        };
        let what = desk_words::identity_gap(blocker.gap, language);
        el("li").child([place(language), ": "].concat()).child(classed("span", "missing").child(what))
    };
    let list: Vec<El> = blockers.iter().map(gap).collect();
    classed("div", "blockers")
        .set("role", "group")
        .set("aria-labelledby", "blockers-heading")
        .child(el("strong").set("id", "blockers-heading").child(desk_words::blocked_title(language)))
        .child(el("ul").child(list))
}

/// 出荷準備中 or 発送済, as `to` says; what is not captured is shipped with a reason only.
pub fn status_sheet(order: &OrderView, newest: Signal<i64>, to: OrderStatus) -> El {
    let console = use_console();
    let spoken = console.spoken;
    let version = order.row.version;
    let action = if to == OrderStatus::Shipped { OrderAction::Ship } else { OrderAction::Prepare };
    let guarded = order
        .desk
        .actions
        .iter()
        .any(|one| one.action == action && one.refused == Some(ActionRefused::NotCaptured));
    let reason = RwSignal::new(String::new());
    let blocked = Signal::derive(move || {
        let empty = guarded && reason.with(|reason| filled(reason)).is_none();
        empty.then(|| desk_words::reason_wanted(spoken.get()).to_owned())
    });
    let mail = RwSignal::new(false);
    let send = move || {
        let reason = reason.with_untracked(|reason| filled(reason)).filter(|_| guarded);
        let send_mail = mail.get_untracked();
        console.act(action, Act::Status(SetStatusRequest { version, status: to, reason, send_mail }));
    };
    let (button, lead): (Sentence, Sentence) = if to == OrderStatus::Shipped {
        (|language| desk_words::action(OrderAction::Ship, language), desk_words::ship_lead)
    } else {
        (|language| desk_words::action(OrderAction::Prepare, language), desk_words::prepare_lead)
    };
    let guard = guarded.then(|| {
        let warning = move || {
            let language = spoken.get();
            let (title, detail) =
                (desk_words::ship_guard_title(language), desk_words::ship_guard_detail(language));
            notice(Tone::Caution, title, detail, None)
        };
        group().live(warning).child(area(
            "ship-reason",
            desk_words::reason,
            Some(desk_words::reason_hint),
            LONGEST,
            reason,
        ))
    });
    let fields = group().child(said_in("p", "lead", lead)).child(guard).child(mail_tick(order, to, mail));
    let submit = always(button);
    shell(Shell { action, version, newest, submit, blocked, send: Box::new(send) }, fields)
}

/// 受注対応メールを送信する, with the template that goes out, and of a cancel when; where none can, why not, and
/// nothing to tick (R33).
pub fn mail_tick(order: &OrderView, to: OrderStatus, mail: RwSignal<bool>) -> El {
    let spoken = use_console().spoken;
    let why: Option<Sentence> = if !order.desk.mail_server {
        Some(bulk_words::no_server)
    } else if order.buyer_mail.is_none() {
        Some(bulk_words::no_address)
    } else {
        None
    };
    let input = el("input")
        .set("type", "checkbox")
        .prop("disabled", move || why.is_some())
        .prop("checked", move || mail.get())
        .on("change", move |event| mail.set(event_target_checked(&event)));
    let hint = move || {
        let language = spoken.get();
        match why {
            Some(why) => why(language).to_owned(),
            None if to == OrderStatus::Canceled => desk_words::cancel_mail(language),
            None => bulk_words::mail_hint(Some(to), language),
        }
    };
    let words = classed("span", "bulk-tick")
        .child(said("span", bulk_words::send_mail))
        .child(classed("span", "field-hint").live(hint));
    classed("div", "bulk-step").child(check(input).child(words))
}
