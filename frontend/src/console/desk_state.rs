//! Sheets that change a state: 再与信, 決済方法の変更 and 受注ステータス with the shipping guard (R44, R48, R50).

use super::desk_cancel::Consequence;
use super::desk_fields::{area, filled, radios};
use super::desk_sheet::Shell;
use super::notice::{Tone, notice};
use super::{Sentence, say, use_console};
use crate::api::desk::Act;
use leptos::prelude::*;
use shared::api::{ChangeMethodRequest, OrderView, SetStatusRequest, VersionRequest};
use shared::order::OrderStatus;
use shared::order_action::{ActionRefused, OrderAction, may_choose, needs_identity};
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
#[component]
pub fn ReauthorizeSheet(order: OrderView, newest: Signal<i64>) -> impl IntoView {
    let console = use_console();
    let version = order.row.version;
    let total = order.totals.total.to_string();
    let send = move |()| {
        console.act(OrderAction::Reauthorize, Act::Reauthorize(VersionRequest { version }));
    };
    let submit = Signal::stored(Some(desk_words::reauthorize_run as Sentence));
    view! {
        <Shell action=OrderAction::Reauthorize version newest submit blocked=Signal::stored(None::<String>) send>
            <dl class="live-total"><div class="sum"><dt>{say(desk_words::total_now)}</dt><dd>{total}</dd></div></dl>
            <Consequence>
                <li>{say(desk_words::reauthorize_lead)}</li>
                <li>{say(desk_words::reauthorize_may_fail)}</li>
            </Consequence>
        </Shell>
    }
}

/// 決済方法の変更, with what is missing for it.
#[component]
pub fn MethodSheet(order: OrderView, newest: Signal<i64>) -> impl IntoView {
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
    let send = move |()| {
        let Some(method) = chosen.get_untracked() else { return };
        console.act(OrderAction::ChangeMethod, Act::Method(ChangeMethodRequest { version, method }));
    };
    let submit = Signal::stored(Some(desk_words::change_run as Sentence));
    let gaps = move || {
        missing().then(|| {
            let language = spoken.get();
            let gap = |blocker: &shared::order_action::MethodBlocker| {
                let place = match (blocker.in_delivery_address, is_member) {
                    (true, _) => desk_words::in_delivery,
                    (false, true) => desk_words::in_profile,
                    (false, false) => desk_words::in_buyer_data,
                };
                let what = desk_words::identity_gap(blocker.gap, language);
                view! { <li>{place(language)} ": " <span class="missing">{what}</span></li> }
            };
            view! {
                <div class="blockers" role="group" aria-labelledby="blockers-heading">
                    <h3 id="blockers-heading">{desk_words::blocked_title(language)}</h3>
                    <ul>{blockers.iter().map(gap).collect_view()}</ul>
                    <button
                        type="button"
                        class="button quiet compact"
                        on:click=move |_| console.desk.show(OrderAction::EditBuyer)
                    >
                        {say(desk_words::fill_in)}
                    </button>
                </div>
            }
        })
    };
    let choices = METHODS.into_iter().filter(|method| may_choose(present, *method).is_ok()).collect();
    let lead: Sentence = if present == PaymentMethod::AmazonPay {
        desk_words::method_lead
    } else {
        desk_words::method_lead_other
    };
    view! {
        <Shell action=OrderAction::ChangeMethod version newest submit blocked send>
            <p class="lead">{say(lead)}</p>
            {radios(
                "method",
                desk_words::method,
                choices,
                move |one| text::payment_method(one, spoken.get()),
                chosen,
            )}
            <div aria-live="polite">{gaps}</div>
        </Shell>
    }
}

/// 出荷準備中 or 発送済; what is not captured is shipped with a reason only.
#[component]
pub fn StatusSheet(
    order: OrderView,
    newest: Signal<i64>,
    /// The new status.
    to: OrderStatus,
) -> impl IntoView {
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
    let send = move |()| {
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
        view! {
            {warning}
            {area("ship-reason", desk_words::reason, Some(desk_words::reason_hint), LONGEST, reason)}
        }
    });
    view! {
        <Shell action version newest submit=Signal::stored(Some(button)) blocked send>
            <p class="lead">{say(lead)}</p>
            {guard}
        </Shell>
    }
}
