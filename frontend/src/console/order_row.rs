//! One row of the order list.

use super::orders::{Entry, Opened};
use super::route::{Link, Route};
use super::use_console;
use crate::ui::moment::moment_short;
use crate::ui::payment_icon::PaymentIcon;
use leptos::ev::{FocusEvent, MouseEvent};
use leptos::prelude::*;
use shared::payment::PaymentStatus;
use shared::status_icon::Beside;
use shared::text::{self, console_list, visible, words};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Id of the row's link, where the keyboard goes.
pub fn link_id(order: &shared::id::OrderId) -> String {
    format!("order-{order}")
}

/// The row. Pressing it anywhere opens the order; the number is the link for keyboard and screen reader.
#[component]
pub fn OrderRowView(
    /// The row and what the page keeps beside it.
    entry: Entry,
) -> impl IntoView {
    let console = use_console();
    let orders = console.orders;
    let spoken = console.spoken;
    let Entry { id, row, chosen, fresh } = entry;
    let Some(shop) = orders.shop() else { return ().into_any() };
    let route = Route::Orders { shop, order: Some(id.clone()) };
    // Neither number nor time nor name ever changes.
    let (number, placed_at, name) = row
        .with_untracked(|row| (row.number.to_string(), row.placed_at, visible(&row.buyer_name).into_owned()));
    let total = {
        let row = row.clone();
        move || row.with(|row| row.total.to_string())
    };
    let order_status = {
        let row = row.clone();
        move || text::order_status(row.with(|row| row.order_status), spoken.get())
    };
    let payment = {
        let row = row.clone();
        move || row.with(|row| row.payment_status)
    };
    let payment_words = {
        let payment = payment.clone();
        move || text::payment_status(payment(), spoken.get())
    };
    let opened = {
        let id = id.clone();
        Memo::new(move |_| {
            orders.opened.with(|opened| match opened {
                Opened::Nothing => false,
                Opened::Loading(open) | Opened::Failed(open, _) => *open == id,
                Opened::Ready(view) => view.row.id == id,
            })
        })
    };
    let open = {
        let route = route.clone();
        move |event: MouseEvent| {
            if !is_own_control(&event) && !text_is_marked() {
                console.router.go(route.clone());
            }
        }
    };
    let here = {
        let id = id.clone();
        move |_: FocusEvent| orders.at.set(Some(id.clone()))
    };
    let choose = {
        let id = id.clone();
        move |event: MouseEvent| {
            // A click follows the key as well; both have set the box by now.
            let ticked = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok());
            if let Some(input) = ticked {
                orders.choose(&id, input.checked(), event.shift_key());
            }
        }
    };
    let is_chosen = {
        let chosen = chosen.clone();
        move || chosen.get()
    };
    let choose_label = {
        let number = number.clone();
        move || words::choose_order(&number, spoken.get())
    };
    let days = {
        let row = row.clone();
        move || match row.with(|row| row.beside) {
            Beside::DaysLeft { days } => Some(days),
            _ => None,
        }
    };
    let days_words = {
        let days = days.clone();
        move || days().map(|days| console_list::days(days, spoken.get()))
    };
    let row_signal = Signal::derive(move || row.get());
    view! {
        <tr
            role="row"
            class="order"
            class:is-chosen=move || chosen.get()
            class:is-open=move || opened.get()
            class:is-fresh=move || fresh.get()
            on:click=open
            on:focusin=here
        >
            <td role="cell" class="cell-choose">
                <label class="choose">
                    <input type="checkbox" aria-label=choose_label prop:checked=is_chosen on:click=choose/>
                </label>
            </td>
            <td role="cell" class="cell-number">
                <Link route id=link_id(&id) class="order-link" current=opened>
                    <span translate="no">{number}</span>
                </Link>
            </td>
            <td role="cell" class="cell-placed">{move || moment_short(placed_at, spoken.get())}</td>
            <td role="cell" class="cell-buyer"><bdi>{name}</bdi></td>
            <td role="cell" class="cell-amount">{total}</td>
            <td role="cell" class="cell-order-status">{order_status}</td>
            <td role="cell" class="cell-payment-status">
                <span class="paid" class:is-captured=move || payment() == PaymentStatus::Captured>{payment_words}</span>
            </td>
            <td role="cell" class="cell-payment"><PaymentIcon row=row_signal place="list" language=spoken/></td>
            <td role="cell" class="cell-days" class:is-soon=move || days().is_some_and(|days| days <= 7)>{days_words}</td>
        </tr>
    }
    .into_any()
}

/// Boxes, links and icons act for themselves.
fn is_own_control(event: &MouseEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let control =
        target.and_then(|target| target.closest("a, button, input, label, .popover").ok().flatten());
    control.is_some() || event.default_prevented()
}

/// Marking a name to copy it ends with a click on the row, which is not meant.
fn text_is_marked() -> bool {
    window().get_selection().ok().flatten().is_some_and(|marked| !marked.is_collapsed())
}
