//! What can be done with the open order, and why not what people would look for.

use super::{say, use_console};
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
#[component]
pub fn Actions(view: Memo<OrderView>) -> impl IntoView {
    let console = use_console();
    let spoken = console.spoken;
    let row = Signal::derive(move || view.with(|view| view.row.clone()));
    let may_capture = Memo::new(move |_| view.with(|view| view.row.may_capture));
    let capture = move || {
        if may_capture.get() {
            let capture = move |_| console.preview_capture(vec![row.get_untracked()]);
            view! {
                <button type="button" class="button compact" on:click=capture>{say(words::capture_one)}</button>
            }
            .into_any()
        } else {
            // Forbidden actions are absent and say why.
            let why = move || words::why_excluded(&row.get(), spoken.get());
            view! { <p class="detail-why">{say(words::capture_one)} ": " {why}</p> }.into_any()
        }
    };
    let actions = Memo::new(move |_| {
        view.with(|view| (view.desk.actions.clone(), view.row.order_status == OrderStatus::Canceled))
    });
    let buttons = move || {
        let (actions, is_canceled) = actions.get();
        let button = |wanted: OrderAction| {
            actions.iter().find(|one| one.action == wanted && is_offered(one))?;
            let label = move || {
                let language = spoken.get();
                match wanted {
                    OrderAction::Cancel if is_canceled => desk_words::cancel_again(language),
                    other => desk_words::action(other, language),
                }
            };
            Some(view! {
                <button
                    type="button"
                    class="button quiet compact"
                    aria-haspopup="dialog"
                    on:click=move |_| console.desk.show(wanted)
                >
                    {label}
                </button>
            })
        };
        OFFERED.into_iter().filter_map(button).collect_view()
    };
    let refusals = move || {
        let (actions, _) = actions.get();
        let language = spoken.get();
        let why = |wanted: OrderAction| {
            let refused = actions.iter().find(|one| one.action == wanted && !is_offered(one))?.refused?;
            Some(view! {
                <li>{desk_words::action(wanted, language)} ": " {desk_words::refused(refused, language)}</li>
            })
        };
        let lines: Vec<_> = EXPLAINED.into_iter().filter_map(why).collect();
        (!lines.is_empty()).then(|| {
            view! {
                <details class="refusals">
                    <summary>{desk_words::refusals(language)}</summary>
                    <ul>{lines}</ul>
                </details>
            }
        })
    };
    view! {
        <div class="detail-act" role="group" aria-label=say(desk_words::actions)>{capture} {buttons}</div>
        <div class="detail-refusals">{refusals}</div>
    }
}
