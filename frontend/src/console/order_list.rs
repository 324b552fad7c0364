//! The screen of 受注一覧.

use super::below::{Below, below};
use super::bulk_recent::recent_runs;
use super::bulk_sheet::{bulk_sheet, run_under_way};
use super::failure::{act, failure_notice};
use super::frame::{frame, skeleton};
use super::keys::{self, key_help};
use super::order_detail::order_detail;
use super::order_list_filter::filter_bar;
use super::order_row::order_row;
use super::orders::{Entry, Load, More};
use super::pieces::{Say, button, said, said_in, while_true};
use super::route::{Route, link};
use super::selection::{Selected, provide_selected, selection_bar};
use super::{Console, Sentence, live, use_console};
use crate::api::operator::Failure;
use crate::ui::el::{El, Row, classed, el, group};
use crate::ui::signal::{Memo, RwSignal, Signal, effect};
use leptos::prelude::*;
use shared::id::ShopId;
use shared::order_query::OrderFilter;
use shared::text::{console_list, enter_words, words};

/// The screen of a shop's orders.
pub fn order_list(shop: ShopId) -> El {
    let console = use_console();
    console.orders.enter(&shop);
    console.follow_filter();
    console.resume_run();
    console.bulk.recent.set(None);
    console.load_recent_runs();
    live::follow(console, shop.clone());
    let opened = Memo::new(move |_| match console.router.get() {
        Route::Orders { order, .. } => order,
        _ => None,
    });
    effect(move || console.open_order(opened.get()));
    provide_selected();
    let help = RwSignal::new(false);
    keys::listen(console, help);

    let view = console.session.with_untracked(|session| session.shop(&shop));
    // Memo: a table built anew with every row that comes in would take the focus away.
    let face = Memo::new(move |_| match console.orders.load.get() {
        Load::Loading => Face::Loading,
        Load::Failed(failure) => Face::Failed(failure),
        Load::Ready if console.orders.entries.with(Vec::is_empty) => Face::Empty,
        Load::Ready => Face::Rows,
    });
    let body = move || match face.get() {
        Face::Loading => group()
            .child(said_in("p", "visually-hidden", words::loading_orders).set("role", "status"))
            .child(skeleton()),
        Face::Failed(failure) => failure_notice(failure, act(move || console.load_orders()), None),
        Face::Empty => no_orders(),
        Face::Rows => rows(),
    };
    let is_open = Memo::new(move |_| opened.get().is_some());
    let head = classed("div", "orders-head")
        .child(said("h1", words::orders_heading).set("id", "orders-heading"))
        .child(shown())
        .child(link(Route::EnterOrder(shop.clone()), "button quiet compact").say(enter_words::heading))
        .child(
            button("quiet compact keys-button", words::keys, move |_| help.set(true))
                .child(" ")
                .child(el("kbd").set("aria-hidden", "true").child("?")),
        );
    let orders = classed("section", "orders")
        .set("aria-labelledby", "orders-heading")
        .child(head)
        .child(filter_bar())
        .child(run_under_way())
        .child(recent_runs())
        .child(selection_bar())
        .live(body);
    let desk = el("div")
        .follow("class", move || if is_open.get() { "desk has-detail" } else { "desk" }.to_owned())
        .child(orders)
        .live_while(move || is_open.get(), order_detail);
    let screen = group()
        .child(desk)
        .child(bulk_sheet())
        .live_while(move || help.get(), move || key_help(true, move || help.set(false)));
    frame(Some(view.unwrap_or_else(|| unreachable_shop(&shop))), screen)
}

/// What stands under the heading.
#[derive(Clone, PartialEq, Eq)]
enum Face {
    Loading,
    Failed(Failure),
    Empty,
    Rows,
}

/// The screen is only shown for a shop of the session; if it went in this very moment, its id does as a name.
fn unreachable_shop(shop: &ShopId) -> shared::api::ShopView {
    shared::api::ShopView { id: shop.clone(), name: shop.to_string(), sandbox: false, simulator: false }
}

/// How many are shown.
fn shown() -> El {
    let console = use_console();
    let orders = console.orders;
    let shown = move || {
        let ready = orders.load.get() == Load::Ready && orders.entries.with(|entries| !entries.is_empty());
        ready.then(|| how_many(console))
    };
    classed("p", "orders-count").live(shown)
}

fn how_many(console: Console) -> String {
    let orders = console.orders;
    words::shown(orders.entries.with(Vec::len), orders.next.with(Option::is_some), console.spoken.get())
}

fn no_orders() -> El {
    let orders = use_console().orders;
    if orders.filtering.filter.with_untracked(|filter| !filter.is_empty()) {
        return none_fits();
    }
    classed("div", "empty")
        .child(said("h2", words::empty_title))
        .child(said("p", words::empty_detail))
        .child(said("p", words::empty_how))
}

/// No order fits the filter, or none so far.
fn none_fits() -> El {
    let console = use_console();
    let orders = console.orders;
    let stopped = move || orders.next.with(Option::is_some);
    let title = move || {
        let sentence = if stopped() { console_list::none_yet_title } else { console_list::none_title };
        sentence(console.spoken.get())
    };
    let go_on = move || {
        button("compact", console_list::go_on, move |_| console.more_orders())
            .follow_maybe("aria-disabled", move || while_true(orders.more.get() == More::Loading))
    };
    let clear = button("quiet compact", console_list::clear, move |_| {
        console.filter_orders(OrderFilter::default());
    });
    classed("div", "empty")
        .set("role", "status")
        .child(el("h2").live(title))
        .live_while(move || !stopped(), || said("p", console_list::none_detail))
        .child(classed("p", "orders-none").live_while(stopped, go_on).child(clear))
}

/// The table and what follows it. Roles are spelled out because the narrow layout takes the table's display away.
fn rows() -> El {
    let console = use_console();
    let orders = console.orders;
    let selected = expect_context::<Selected>();
    let more = Below {
        more: orders.more,
        goes_on: Signal::derive(move || orders.next.with(Option::is_some)),
        stopped: Signal::derive(move || orders.filtering.bounded.get()),
        shown: Signal::derive(move || how_many(console)),
        end: Signal::derive(move || words::end_of_list(console.spoken.get()).to_owned()),
        ask: Callback::new(move |()| console.more_orders()),
    };
    let column = |class: &str, sentence: Sentence| header(class).say(sentence);
    let box_ = el("input")
        .set("type", "checkbox")
        .say_as("aria-label", words::choose_all)
        .prop("checked", move || selected.all())
        .prop("indeterminate", move || selected.some())
        .on("change", move |event| orders.choose_all(event_target_checked(&event)));
    let choose = header("cell-choose")
        .child(classed("label", "choose").child(box_))
        .child(said_in("span", "choose-words", words::choose_all).set("aria-hidden", "true"));
    let head = el("tr")
        .set("role", "row")
        .child(choose)
        .child(column("", words::number))
        .child(column("", words::placed_at))
        .child(column("", words::buyer))
        .child(column("cell-amount", words::amount))
        .child(column("", words::order_status))
        .child(column("", words::payment_status))
        .child(column("", words::payment))
        .child(column("cell-days", console_list::days_left));
    let row = |entry: Entry| -> Row { (entry.id.as_str().to_owned(), Box::new(move || order_row(entry))) };
    let list = move || orders.entries.get().into_iter().map(row).collect();
    let table = classed("table", "table")
        .set("role", "table")
        .set("aria-labelledby", "orders-heading")
        .child(el("thead").set("role", "rowgroup").child(head))
        .child(el("tbody").set("role", "rowgroup").each(list));
    group().child(table).child(below(more))
}

fn header(class: &str) -> El {
    classed("th", class).set("scope", "col").set("role", "columnheader")
}
