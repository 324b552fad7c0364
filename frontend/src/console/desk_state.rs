//! Sheets that change a state: 再与信, 決済方法の変更 and 受注ステータス with the shipping guard (R44, R48, R50).

use super::desk_cancel::consequences;
use super::desk_fields::{area, filled, radios};
use super::desk_sheet::{Shell, always, never_blocked, shell};
use super::pieces::{Tone, button, notice, said, said_in};
use super::{Sentence, use_console};
use crate::api::desk::Act;
use crate::ui::el::{El, classed, el, group};
use leptos::prelude::*;
use shared::api::{ChangeMethodRequest, OrderView, SetStatusRequest, VersionRequest};
use shared::order::OrderStatus;
use shared::order_action::{ActionRefused, MethodBlocker, OrderAction, may_choose, needs_identity};
use shared::payment_method::PaymentMethod;
use shared::text::{self, desk_words};

const LONGEST: u32 = 500;
const METHODS: [PaymentMethod; 4] = [
    PaymentMethod::AmazonPay,
    PaymentMethod::BankTransfer,
    PaymentMethod::CashOnDelivery,
    PaymentMethod::Deferred,
];

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
            let heading = el("h3").set("id", "blockers-heading").child(desk_words::blocked_title(language));
            classed("div", "blockers")
                .set("role", "group")
                .set("aria-labelledby", "blockers-heading")
                .child(heading)
                .child(el("ul").child(list))
                .child(button("quiet compact", desk_words::fill_in, move |_| {
                    console.desk.show(OrderAction::EditBuyer);
                }))
        })
    };
    let choices = METHODS.into_iter().filter(|method| may_choose(present, *method).is_ok()).collect();
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
    let send = move || {
        let reason = reason.with_untracked(|reason| filled(reason)).filter(|_| guarded);
        console.act(action, Act::Status(SetStatusRequest { version, status: to, reason, send_mail: false }));
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
    let fields = group().child(said_in("p", "lead", lead)).child(guard);
    let submit = always(button);
    shell(Shell { action, version, newest, submit, blocked, send: Box::new(send) }, fields)
}
