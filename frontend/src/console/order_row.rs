//! One row of the order list.

use super::orders::{Entry, Opened};
use super::route::{Route, current, link};
use super::use_console;
use crate::ui::el::{El, classed, el, group};
use crate::ui::moment::moment_short;
use crate::ui::payment_icon::payment_icon;
use crate::ui::signal::{Memo, Signal};
use leptos::prelude::*;
use shared::payment::PaymentStatus;
use shared::status_icon::Beside;
use shared::text::{self, console_list, visible, words};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, MouseEvent};

/// Id of the row's link, where the keyboard goes.
pub fn link_id(order: &shared::id::OrderId) -> String {
    ["order-", order.as_str()].concat()
}

/// The row. Pressing it anywhere opens the order; the number is the link for keyboard and screen reader.
pub fn order_row(entry: Entry) -> El {
    let console = use_console();
    let orders = console.orders;
    let spoken = console.spoken;
    let Entry { id, row, chosen, fresh } = entry;
    let Some(shop) = orders.shop() else { return group() };
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
        move |event: Event| {
            if !is_own_control(&event) && !text_is_marked() {
                console.router.go(route.clone());
            }
        }
    };
    let here = {
        let id = id.clone();
        move |_: Event| orders.at.set(Some(id.clone()))
    };
    let choose = {
        let id = id.clone();
        move |event: Event| {
            // A click follows the key as well; both have set the box by now.
            let ticked = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok());
            if let Some(input) = ticked {
                let range = event.unchecked_into::<MouseEvent>().shift_key();
                orders.choose(&id, input.checked(), range);
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
        let (days, row) = (days.clone(), row.clone());
        move || {
            let language = spoken.get();
            let warned = row.with(|row| row.expiry_warning);
            let warned = warned.map(|warning| text::desk_words::expiry_warning_short(warning, language));
            group()
                .child(days().map(|days| console_list::days(days, language)))
                .child(warned.map(|words| classed("span", "expiry-warning").child([" ", words].concat())))
        }
    };
    let disputed = {
        let row = row.clone();
        move || {
            let disputed = row.with(|row| row.disputed);
            disputed.then(|| {
                classed("span", "missing disputed").child(text::desk_words::disputed_short(spoken.get()))
            })
        }
    };
    let row_signal = Signal::derive(move || row.get());
    let class = move || {
        let part = |is: bool, class: &'static str| if is { class } else { "" };
        [
            "order",
            part(chosen.get(), " is-chosen"),
            part(opened.get(), " is-open"),
            part(fresh.get(), " is-fresh"),
        ]
        .concat()
    };
    let box_ = el("input")
        .set("type", "checkbox")
        .follow("aria-label", choose_label)
        .prop("checked", is_chosen)
        .on("click", choose);
    let number = link(route, "order-link")
        .set("id", &link_id(&id))
        .follow_maybe("aria-current", current(move || opened.get()))
        .child(el("span").set("translate", "no").child(number));
    let paid = el("span")
        .follow("class", move || {
            let captured = payment() == PaymentStatus::Captured;
            if captured { "paid is-captured" } else { "paid" }.to_owned()
        })
        .live(payment_words);
    let soon = move || {
        let soon = days().is_some_and(|days| days <= 7);
        if soon { "cell-days is-soon" } else { "cell-days" }.to_owned()
    };
    let cell = |class: &str| classed("td", class).set("role", "cell");
    el("tr")
        .set("role", "row")
        .follow("class", class)
        .on("click", open)
        .on("focusin", here)
        .child(cell("cell-choose").child(classed("label", "choose").child(box_)))
        .child(cell("cell-number").child(number))
        .child(cell("cell-placed").live(move || moment_short(placed_at, spoken.get())))
        .child(cell("cell-buyer").child(el("bdi").child(name)))
        .child(cell("cell-amount").live(total))
        .child(cell("cell-order-status").live(order_status))
        .child(cell("cell-payment-status").child(paid))
        .child(cell("cell-payment").child(payment_icon(row_signal, "list", spoken)).live(disputed))
        .child(el("td").set("role", "cell").follow("class", soon).live(days_words))
}

/// Boxes, links and icons act for themselves.
pub fn is_own_control(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let control =
        target.and_then(|target| target.closest("a, button, input, label, .popover").ok().flatten());
    control.is_some() || event.default_prevented()
}

/// Marking a name to copy it ends with a click on the row, which is not meant.
pub fn text_is_marked() -> bool {
    window().get_selection().ok().flatten().is_some_and(|marked| !marked.is_collapsed())
}
