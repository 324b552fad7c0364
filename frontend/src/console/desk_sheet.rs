//! The sheet of an action: its frame, and which one is due.
//!
//! A sheet is built on the order as it was when it opened, and sends that version; an order that changed
//! meanwhile is told, never overwritten.

use super::desk_amount::{amount_sheet, swap_sheet};
use super::desk_bundle::bundle_sheet;
use super::desk_buyer::buyer_sheet;
use super::desk_cancel::{cancel_sheet, refund_sheet, remedy_sheet};
use super::desk_link::link_sheet;
use super::desk_state::{method_sheet, reauthorize_sheet, status_sheet};
use super::failure::failure_notice;
use super::pieces::{Tone, bare_button, button, notice, sheet_head, sheet_heading, submit, while_true};
use super::{Console, Sentence, use_console};
use crate::api::operator::Failure;
use crate::ui::dialog::{dialog, dismiss};
use crate::ui::el::{El, Node, Row, classed, el, group};
use crate::ui::signal::{Memo, RwSignal, Signal, StoredValue, effect};
use leptos::prelude::*;
use shared::api::{Code, Language, OrderView};
use shared::order::OrderStatus;
use shared::order_action::OrderAction;
use shared::text::{desk_words, words};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

/// The open sheet of the order, if one is; `view` is its newest version.
pub fn action_sheet(view: Memo<OrderView>) -> El {
    let desk = use_console().desk;
    let which = Memo::new(move |_| desk.open.get().map(|action| (action, desk.round.get())));
    // Keyed by the round: another sheet is another dialog, with the focus on its own heading.
    group().each(move || {
        let row = |(action, round): (OrderAction, u32)| -> Row {
            (round.to_string(), Box::new(move || untrack(|| sheet(action, view))))
        };
        which.get().map(row).into_iter().collect()
    })
}

fn sheet(action: OrderAction, view: Memo<OrderView>) -> El {
    let order = view.get_untracked();
    // Noren's own look at Amazon raises the version, too; what changes nothing of what the sheet goes by leaves it open.
    let known = StoredValue::new(order.clone());
    let newest = Signal::derive(move || {
        view.with(|view| {
            known.with_value(|known| if is_as_shown(action, known, view) { known } else { view }.row.version)
        })
    });
    match action {
        OrderAction::Cancel => cancel_sheet(order, newest),
        OrderAction::PartialRefund => refund_sheet(&order, newest),
        OrderAction::RecordRemedy => remedy_sheet(&order, newest),
        OrderAction::ChangeAmount => amount_sheet(&order, newest),
        OrderAction::SwapItem => swap_sheet(&order, newest),
        OrderAction::Reauthorize => reauthorize_sheet(&order, newest),
        OrderAction::ChangeMethod => method_sheet(&order, newest),
        OrderAction::Prepare => status_sheet(&order, newest, OrderStatus::Preparing),
        OrderAction::Ship => status_sheet(&order, newest, OrderStatus::Shipped),
        OrderAction::EditBuyer => buyer_sheet(&order, newest),
        OrderAction::SendPaymentLink => link_sheet(&order, newest),
        OrderAction::Bundle => bundle_sheet(&order, newest),
        // These have no sheet: the bulk preview, the part of Amazon's objects.
        OrderAction::Capture | OrderAction::Refetch => group(),
    }
}

/// Whether `now` is, as far as `action` goes by it, the order the sheet shows. Amounts and the buyer's data are changed on
/// the very version that was read; the server judges by its own terms in any case.
fn is_as_shown(action: OrderAction, shown: &OrderView, now: &OrderView) -> bool {
    if shown.row.version == now.row.version {
        return true;
    }
    if matches!(action, OrderAction::ChangeAmount | OrderAction::SwapItem | OrderAction::EditBuyer) {
        return false;
    }
    // What a look at Amazon may bring without changing anything that is decided here.
    let mut then = shown.clone();
    let (row, new) = (&mut then.row, &now.row);
    (row.version, row.beside, row.payment_since) = (new.version, new.beside, new.payment_since);
    (row.request_id, row.expiry_warning) = (new.request_id.clone(), new.expiry_warning);
    (then.timeline, then.charge_id) = (now.timeline.clone(), now.charge_id.clone());
    (then.desk.expires_at, then.desk.expiry_warning) = (now.desk.expires_at, now.desk.expiry_warning);
    then == *now
}

/// Head, body and foot of a sheet that sends something.
pub struct Shell {
    /// The action.
    pub action: OrderAction,
    /// Version the sheet was built on.
    pub version: i64,
    /// Version of the newest order that differs from what the sheet shows; else the sheet's own.
    pub newest: Signal<i64>,
    /// Its button; absent where nothing is left to send.
    pub submit: Signal<Option<Sentence>>,
    /// Why it cannot be sent yet.
    pub blocked: Signal<Option<String>>,
    /// Sends it.
    pub send: Box<dyn Fn()>,
}

/// A button that stays.
pub fn always(sentence: Sentence) -> Signal<Option<Sentence>> {
    Signal::stored(Some(sentence))
}

/// Nothing stands against it.
pub fn never_blocked() -> Signal<Option<String>> {
    Signal::stored(None)
}

/// The sheet of an order around `fields`.
pub fn shell(shell: Shell, fields: El) -> El {
    let Shell { action, version, newest, submit, blocked, send } = shell;
    let console = use_console();
    let around = Around {
        heading: Box::new(move |language| desk_words::action(action, language)),
        again: Callback::new(move |()| console.reopen_sheet()),
        closed: Box::new(|| ()),
    };
    framed(around, version, newest, submit, blocked, send, fields)
}

/// What a sheet takes from the screen it stands on.
pub struct Around {
    /// What is done.
    pub heading: Box<dyn Fn(Language) -> &'static str + Send>,
    /// Opens the sheet anew on what is there now.
    pub again: Callback<()>,
    /// Told when it was closed.
    pub closed: Box<dyn Fn()>,
}

/// Head, body and foot of a sheet that sends something; see [`Shell`] for what is given.
pub fn framed(
    around: Around,
    version: i64,
    newest: Signal<i64>,
    label: Signal<Option<Sentence>>,
    blocked: Signal<Option<String>>,
    send: Box<dyn Fn()>,
    fields: El,
) -> El {
    let Around { heading, again, closed } = around;
    let console = use_console();
    let desk = console.desk;
    let spoken = console.spoken;
    let node = Node::new();
    let tried = RwSignal::new(false);
    let done = desk.done.get_untracked();
    let sheet = desk.turn();
    effect(move || {
        if desk.done.get() != done {
            dismiss(node);
        }
    });
    let changed =
        Memo::new(move |_| newest.get() != version && !desk.busy.get() && desk.link.with(Option::is_none));
    let told = move || told(console, changed.get(), tried.get(), blocked, again);
    let sent = move |event: Event| {
        event.prevent_default();
        if desk.busy.get_untracked() || changed.get_untracked() {
            return;
        }
        tried.set(true);
        if blocked.get_untracked().is_none() {
            send();
        }
    };
    let closed = move || {
        // A sheet built anew has taken its place by now; else nothing is open any more.
        if desk.is_at(sheet) {
            desk.close();
            closed();
        }
        // The button that opened the sheet may be gone with the state that offered it.
        let lost = document().active_element().is_none_or(|focus| focus.tag_name() == "BODY");
        if lost
            && let Some(heading) = document().get_element_by_id("detail-heading")
            && let Some(heading) = heading.dyn_ref::<HtmlElement>()
        {
            let _ = heading.focus();
        }
    };
    let go = move || {
        label.get().map(|label| {
            submit("compact")
                .follow_maybe("aria-disabled", move || while_true(desk.busy.get() || changed.get()))
                .follow_maybe("aria-busy", move || while_true(desk.busy.get()))
                .live(move || {
                    let words = if desk.busy.get() { desk_words::sending } else { label };
                    words(spoken.get())
                })
        })
    };
    let stop = bare_button("quiet compact", move |_| dismiss(node)).live(move || {
        // What is under way is not stopped by it.
        let may_stop = label.get().is_some() && !desk.busy.get();
        let words = if may_stop { words::stop } else { words::close };
        words(spoken.get())
    });
    let heading = sheet_heading("action-heading").live(move || heading(spoken.get()));
    let body = classed("div", "sheet-body").child(fields).child(el("div").set("role", "status").live(told));
    let form = classed("form", "sheet-form")
        .set("novalidate", "")
        .on("submit", sent)
        .child(sheet_head(heading))
        .child(body)
        .child(classed("div", "sheet-foot").child(stop).live(go));
    dialog("action-heading", closed, node, form)
}

/// What stands against it, or what became of it.
fn told(
    console: Console,
    changed: bool,
    tried: bool,
    blocked: Signal<Option<String>>,
    again: Callback<()>,
) -> Option<El> {
    let language = console.spoken.get();
    let again = |sentence: Sentence| button("quiet small", sentence, move |_| again.run(()));
    let stale = || {
        let (title, detail) = (desk_words::changed_title(language), desk_words::changed_detail(language));
        notice(Tone::Caution, title, detail, Some(again(desk_words::reopen)))
    };
    match console.desk.failure.get() {
        Some(failure) if matches!(failure.code(), Some(Code::OrderChanged | Code::SubscriptionChanged)) => {
            Some(stale())
        }
        // Whether it arrived is not known; the version keeps it from being done twice.
        Some(Failure::Unheard) => {
            let (title, detail) = (desk_words::unheard_title(language), desk_words::unheard_detail(language));
            Some(notice(Tone::Caution, title, detail, Some(again(desk_words::reload))))
        }
        Some(failure) => Some(failure_notice(failure, None, None)),
        None if changed => Some(stale()),
        None => blocked
            .get()
            .filter(|_| tried)
            .map(|why| classed("p", "sheet-blocked").set("role", "alert").child(why)),
    }
}
