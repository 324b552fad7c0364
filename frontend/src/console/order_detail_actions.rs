//! What can be done with the open order, and why not what people would look for.

use super::pieces::{Say, bare_button, button, said_in};
use super::use_console;
use crate::ui::el::{El, classed, el, group};
use leptos::prelude::*;
use shared::api::{ActionView, OrderView};
use shared::order::OrderStatus;
use shared::order_action::{ActionRefused, OrderAction};
use shared::text::{desk_words, words};

/// Actions with a sheet, as they stand beside each other; a cancel comes last.
const OFFERED: [OrderAction; 11] = [
    OrderAction::Ship,
    OrderAction::Prepare,
    OrderAction::ChangeAmount,
    OrderAction::SwapItem,
    OrderAction::EditBuyer,
    OrderAction::ChangeMethod,
    OrderAction::Reauthorize,
    OrderAction::SendPaymentLink,
    OrderAction::PartialRefund,
    OrderAction::RecordRemedy,
    OrderAction::Cancel,
];
/// Refusals people would look for; the others are absent.
const EXPLAINED: [OrderAction; 7] = [
    OrderAction::ChangeAmount,
    OrderAction::SwapItem,
    OrderAction::ChangeMethod,
    OrderAction::PartialRefund,
    OrderAction::Cancel,
    OrderAction::Reauthorize,
    OrderAction::Bundle,
];

fn is_offered(one: &ActionView) -> bool {
    match one.refused {
        None => true,
        // What is not captured may be shipped with a reason.
        Some(ActionRefused::NotCaptured) => one.action == OrderAction::Ship,
        Some(_) => false,
    }
}

/// Buttons and reasons.
pub fn actions(view: Memo<OrderView>) -> El {
    let console = use_console();
    let spoken = console.spoken;
    let row = Signal::derive(move || view.with(|view| view.row.clone()));
    let may_capture = Memo::new(move |_| view.with(|view| view.row.may_capture));
    let capture = move || {
        if may_capture.get() {
            let capture = move |_| console.preview_capture(vec![row.get_untracked()]);
            button("compact", words::capture_one, capture)
        } else {
            // Forbidden actions are absent and say why.
            let why = move || words::why_excluded(&row.get(), spoken.get());
            said_in("p", "detail-why", words::capture_one).child(": ").live(why)
        }
    };
    let actions = Memo::new(move |_| {
        view.with(|view| (view.desk.actions.clone(), view.row.order_status == OrderStatus::Canceled))
    });
    let buttons = move || {
        let (actions, is_canceled) = actions.get();
        let one = |wanted: OrderAction| {
            actions.iter().find(|one| one.action == wanted && is_offered(one))?;
            let label = move || {
                let language = spoken.get();
                match wanted {
                    OrderAction::Cancel if is_canceled => desk_words::cancel_again(language),
                    other => desk_words::action(other, language),
                }
            };
            let show = move |_| console.desk.show(wanted);
            Some(bare_button("quiet compact", show).set("aria-haspopup", "dialog").live(label))
        };
        OFFERED.into_iter().filter_map(one).collect::<Vec<_>>()
    };
    let refusals = move || {
        let (actions, _) = actions.get();
        let language = spoken.get();
        let why = |wanted: OrderAction| {
            let refused = actions.iter().find(|one| one.action == wanted && !is_offered(one))?.refused?;
            let what = desk_words::action(wanted, language);
            Some(el("li").child([what, ": ", desk_words::refused(refused, language)].concat()))
        };
        let lines: Vec<_> = EXPLAINED.into_iter().filter_map(why).collect();
        (!lines.is_empty()).then(|| {
            classed("details", "refusals")
                .child(el("summary").child(desk_words::refusals(language)))
                .child(el("ul").child(lines))
        })
    };
    let act = classed("div", "detail-act")
        .set("role", "group")
        .say_as("aria-label", desk_words::actions)
        .live(capture)
        .live(buttons);
    group().child(act).child(classed("div", "detail-refusals").live(refusals))
}
