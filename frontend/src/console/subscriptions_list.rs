//! The list of 定期管理: search and filters, rows, and what stands there without any.

use super::below::{Below, below};
use super::failure::{act, failure_notice};
use super::frame::skeleton;
use super::order_list_filter::{chip_button, search_field};
use super::order_row::{is_own_control, text_is_marked};
use super::orders::{Load, More};
use super::pieces::{Say, button, said, said_in, typed, while_true};
use super::route::{Route, current, link};
use super::subscriptions::link_id;
use super::subscriptions_parts::{badge, last_result, meter, permission, short_day, state_word};
use super::subscriptions_store::pair;
use super::{Console, Sentence, use_console};
use crate::api::subscription::body;
use crate::ui::el::{El, Row, classed, el, group};
use crate::ui::moment::moment_short;
use crate::ui::signal::{Memo, Signal};
use leptos::prelude::Callback;
use shared::api::{SubscriptionFilter, SubscriptionRow};
use shared::text::{self, console_list, subscription_words as words, visible};
use web_sys::Event;

/// Search and chips.
pub fn filters() -> El {
    let console = use_console();
    let filter = console.subscriptions.filter;
    let search = move |typed: String| {
        let filter = if typed.is_empty() { typed } else { pair("search", &typed) };
        console.filter_subscriptions(&filter);
    };
    let typed = move || {
        let typed = filter.with(|filter| filter.strip_prefix("search=").map(str::to_owned));
        typed.and_then(|typed| js_sys::decode_uri_component(&typed).ok()).map(String::from)
    };
    let typed = Signal::derive(move || typed().unwrap_or_default());
    let field = search_field(words::search, words::search_hint, typed, Box::new(search));
    let chips = classed("div", "chips")
        .set("role", "group")
        .say_as("aria-label", console_list::filters)
        .child(chip(SubscriptionFilter::All))
        .child(SubscriptionFilter::CHIPS.map(chip).into_iter().collect::<Vec<_>>());
    group().child(classed("div", "filter-bar").child(field)).child(classed("div", "filter-rows").child(chips))
}

fn chip(filter: SubscriptionFilter) -> El {
    let console = use_console();
    let store = console.subscriptions;
    let pressed = Memo::new(move |_| store.filter.with(|present| *present == filter.query()));
    let count = move || {
        let query = filter.query();
        store.counts.with(|counts| {
            counts.iter().find(|one| one.query == query).map(|found| (found.count, found.more))
        })
    };
    let press = move || {
        let wanted = if pressed.get_untracked() { SubscriptionFilter::All } else { filter };
        console.filter_subscriptions(&wanted.query());
    };
    let label = move || words::chip(filter, console.spoken.get());
    chip_button(Box::new(label), pressed, Box::new(count), Box::new(press))
}

/// How many are shown.
pub fn shown() -> El {
    let console = use_console();
    let store = console.subscriptions;
    classed("p", "orders-count").live(move || {
        let ready = store.load.get() == Load::Ready && store.rows.with(|rows| !rows.is_empty());
        ready.then(|| how_many(console))
    })
}

fn how_many(console: Console) -> String {
    let store = console.subscriptions;
    text::words::shown(store.rows.with(Vec::len), store.next.with(Option::is_some), console.spoken.get())
}

/// The rows, in whatever state they are.
pub fn list() -> El {
    let console = use_console();
    let store = console.subscriptions;
    let some = move || store.rows.with(|rows| !rows.is_empty());
    let none = move || store.load.get() == Load::Ready && !some();
    let waiting = move || match store.load.get() {
        Load::Loading => Some(
            group()
                .child(said_in("p", "visually-hidden", words::loading).set("role", "status"))
                .child(skeleton()),
        ),
        Load::Failed(failure) => {
            Some(failure_notice(failure, act(move || console.load_subscriptions()), None))
        }
        Load::Ready => None,
    };
    // A table built anew with every row that comes in would take the focus away.
    group().live(waiting).live_while(none, nothing).live_while(some, rows)
}

fn nothing() -> El {
    let console = use_console();
    let store = console.subscriptions;
    if store.filter.with_untracked(String::is_empty) {
        return classed("div", "empty")
            .child(said("h2", words::empty_title))
            .child(said("p", words::empty_detail))
            .child(said("p", words::empty_how));
    }
    let stopped = move || store.next.with(Option::is_some);
    let title = move || {
        let sentence = if stopped() { words::none_yet_title } else { words::none_title };
        sentence(console.spoken.get())
    };
    let go_on = move || {
        button("compact", console_list::go_on, move |_| console.more_subscriptions())
            .follow_maybe("aria-disabled", move || while_true(store.more.get() == More::Loading))
    };
    let clear = button("quiet compact", console_list::clear, move |_| console.filter_subscriptions(""));
    classed("div", "empty")
        .set("role", "status")
        .child(el("h2").live(title))
        .live_while(move || !stopped(), || said("p", words::none_detail))
        .child(classed("p", "orders-none").live_while(stopped, go_on).child(clear))
}

/// The table and what follows it. Roles are spelled out because the narrow layout takes the table's display away.
fn rows() -> El {
    const COLUMNS: [(Sentence, &str); 10] = [
        (words::number, ""),
        (text::words::buyer, ""),
        (words::product, ""),
        (words::cycle, "subs-aside"),
        (words::next_delivery, "subs-aside"),
        (words::next_charge, ""),
        (words::meter, "subs-aside"),
        (words::last, "subs-aside"),
        (words::permission_short, "subs-aside"),
        (words::state_column, ""),
    ];
    let console = use_console();
    let store = console.subscriptions;
    let column = |(sentence, class): (Sentence, &str)| {
        said_in("th", class, sentence).set("scope", "col").set("role", "columnheader")
    };
    let more = Below {
        more: store.more,
        goes_on: Signal::derive(move || store.next.with(Option::is_some)),
        stopped: Signal::derive(move || store.bounded.get()),
        shown: Signal::derive(move || how_many(console)),
        end: Signal::derive(move || words::end_of_list(console.spoken.get()).to_owned()),
        ask: Callback::new(move |()| console.more_subscriptions()),
    };
    // Known by its whole content: a row that has changed is another one.
    let row = |(_, text): (String, String)| -> Row { (text.clone(), Box::new(move || row(&text))) };
    let list = move || store.rows.get().into_iter().map(row).collect();
    let head = el("tr").set("role", "row").child(COLUMNS.map(column).into_iter().collect::<Vec<_>>());
    let table = classed("table", "table subs-table")
        .set("role", "table")
        .set("aria-labelledby", "orders-heading")
        .child(el("thead").set("role", "rowgroup").child(head))
        .child(el("tbody").set("role", "rowgroup").each(list));
    group().child(table).child(below(more))
}

/// Pressing the row anywhere opens it; the number is the link for keyboard and screen reader.
fn row(text: &str) -> El {
    let console = use_console();
    let store = console.subscriptions;
    let Some((row, shop)) = body::<SubscriptionRow>(text).zip(store.shop()) else { return group() };
    let id = row.id.clone();
    let is_open = move || store.open.with(|open| open.as_deref() == Some(id.as_str()));
    let opened = Memo::new(move |_| is_open());
    let route = Route::Subscriptions { shop, subscription: Some(row.id.clone()) };
    let to = route.clone();
    let open = move |event: Event| {
        if !is_own_control(&event) && !text_is_marked() {
            console.router.go(to.clone());
        }
    };
    let cells = move || cells(&row, link(route.clone(), "order-link"), opened);
    el("tr")
        .set("role", "row")
        .follow("class", move || if opened.get() { "order is-open" } else { "order" }.to_owned())
        .on("click", open)
        .live(cells)
}

fn cells(row: &SubscriptionRow, number: El, opened: Memo<bool>) -> El {
    let language = use_console().spoken.get();
    let cell = |class: &str| classed("td", class).set("role", "cell");
    let number = number
        .set("id", &link_id(row.id.as_str()))
        .follow_maybe("aria-current", current(move || opened.get()))
        .child(el("span").set("translate", "no").child(row.number.as_str()));
    let product = [" × ", &row.quantity.to_string()].concat();
    let charge = row.next_charge.map(|day| short_day(day, language));
    let waits = row.waits_for_cap.then(|| badge("caution", words::waits(language)));
    let label = |sentence: Sentence| {
        classed("span", "subs-label").set("aria-hidden", "true").child([sentence(language), " "].concat())
    };
    let since =
        row.since.map(|at| classed("span", "weak subs-since").child(" ").child(moment_short(at, language)));
    let delivery = row
        .next_delivery
        .map(|day| group().child(label(words::next_delivery)).child(short_day(day, language)));
    group()
        .child(cell("subs-number").child(number))
        .child(cell("subs-buyer").child(typed(&row.buyer_name)))
        .child(
            cell("subs-product")
                .set("title", &visible(&row.product_name))
                .child(typed(&row.product_name).set("class", "subs-name"))
                .child(el("span").child(product)),
        )
        .child(cell("subs-cycle subs-aside").child(text::my_every(row.cycle, language)))
        .child(cell("subs-delivery subs-aside").child(delivery))
        .child(
            cell("subs-charge")
                .child(charge.map(|day| {
                    let total = row.total.map(|total| el("b").child([" ", &total.to_string()].concat()));
                    group().child(label(words::next_charge)).child(day).child(total)
                }))
                .child(waits),
        )
        .child(cell("subs-meter subs-aside").child(meter(&row.month, language)))
        .child(cell("subs-last subs-aside").child(row.last.as_ref().map(|last| last_result(last, language))))
        .child(cell("subs-permission subs-aside").child(permission(row.permission, language)))
        .child(cell("subs-state").child(state_word(row.state, language)).child(since))
}
