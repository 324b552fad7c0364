//! Above the order list: search, saved views, filters with one press, and the ways to more.

use super::order_list_sheets::{csv_sheet, filter_sheet, save_sheet};
use super::pieces::{Say, button, said_in, typed, while_true, yes_or_no};
use super::{Sentence, keys, use_console};
use crate::api::order_list as api;
use crate::ui::el::{El, Node, classed, el, group};
use crate::ui::signal::{Memo, RwSignal, Signal};
use leptos::prelude::*;
use shared::api::SavedView;
use shared::order_query::{OrderFilter, chips};
use shared::text::console_list as words;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

/// Which sheet is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sheet {
    Filter,
    Save,
    Csv,
}

/// Search, views and filters.
pub fn filter_bar() -> El {
    let console = use_console();
    let filtering = console.orders.filtering;
    let filter = filtering.filter;
    let sheet = RwSignal::new(None::<Sheet>);
    let close = move || sheet.set(None);
    let named = Memo::new(move |_| {
        let query = filter.with(api::query);
        filtering.views.with(|views| views.iter().any(|view| api::filter(&view.query) == api::filter(&query)))
    });
    let plain_button = |sentence, act: Box<dyn FnMut(Event)>| {
        classed("button", "chip-text").set("type", "button").on("click", act).say(sentence)
    };
    let of_filter = move || {
        group()
            .child(plain_button(
                words::clear,
                Box::new(move |_| console.filter_orders(OrderFilter::default())),
            ))
            .live_while(
                move || !named.get(),
                move || plain_button(words::save, Box::new(move |_| sheet.set(Some(Sheet::Save)))),
            )
    };
    let chips: Vec<El> = chips().into_iter().enumerate().map(|(place, filter)| chip(place, filter)).collect();
    let chips = classed("div", "chips")
        .set("role", "group")
        .say_as("aria-label", words::filters)
        .child(chips)
        .live_while(move || filter.with(|filter| !filter.is_empty()), of_filter);
    let ways = classed("div", "filter-bar")
        .child(search_box())
        .child(button("quiet compact", words::more_filters, move |_| sheet.set(Some(Sheet::Filter))))
        .child(button("quiet compact", words::csv, move |_| sheet.set(Some(Sheet::Csv))));
    group().child(ways).child(classed("div", "filter-rows").child(views()).child(chips)).live(move || {
        sheet.get().map(|sheet| match sheet {
            Sheet::Filter => filter_sheet(close),
            Sheet::Save => save_sheet(close),
            Sheet::Csv => csv_sheet(close),
        })
    })
}

fn search_box() -> El {
    let console = use_console();
    let filter = console.orders.filtering.filter;
    let search = move |text: String| {
        let search = (!text.is_empty()).then_some(text);
        console.filter_orders(OrderFilter { search, ..filter.get_untracked() });
    };
    search_field(
        words::search,
        words::search_hint,
        Signal::derive(move || filter.with(|filter| filter.search.clone().unwrap_or_default())),
        Box::new(search),
    )
}

/// What is typed is searched for with Enter; emptied, everything is shown again.
pub fn search_field(
    label: Sentence,
    hint: Sentence,
    value: Signal<String>,
    search: Box<dyn Fn(String)>,
) -> El {
    let node = Node::new();
    keys::listen_for_search(node);
    let search = Rc::new(search);
    let emptied = {
        let search = search.clone();
        move |event: Event| {
            if event_target_value(&event).is_empty() && !value.with_untracked(String::is_empty) {
                search(String::new());
            }
        }
    };
    let submit = move |event: Event| {
        event.prevent_default();
        if let Some(input) = node.get_untracked() {
            search(input.unchecked_into::<HtmlInputElement>().value().trim().to_owned());
        }
    };
    let input = el("input")
        .set("type", "search")
        .node(node)
        .set("maxlength", "100")
        .set("autocomplete", "off")
        .set("spellcheck", "false")
        .say_as("aria-label", label)
        .set("aria-keyshortcuts", "/")
        .say_as("placeholder", hint)
        .prop("value", move || value.get())
        .on("input", emptied);
    classed("form", "search")
        .set("role", "search")
        .on("submit", submit)
        .child(input)
        .child(el("kbd").set("aria-hidden", "true").child("/"))
}

fn tab(is: impl Fn() -> bool + Send + 'static, act: impl FnMut(Event) + 'static) -> El {
    classed("button", "tab")
        .set("type", "button")
        .follow_maybe("aria-current", move || while_true(is()))
        .on("click", act)
}

/// Everything, then what was kept.
fn views() -> El {
    let console = use_console();
    let filtering = console.orders.filtering;
    let filter = filtering.filter;
    let one = move |view: SavedView| {
        let kept = api::filter(&view.query);
        let shows = kept.clone();
        let is = Memo::new(move |_| filter.with(|filter| *filter == kept));
        let SavedView { id, name, shared, mine, .. } = view;
        let note = shared.then(|| group().child(" ").child(said_in("span", "tab-note", words::shared)));
        let remove = move || {
            let id = id.clone();
            classed("button", "tab-remove")
                .set("type", "button")
                .say_as("aria-label", words::remove)
                .say_as("title", words::remove)
                .on("click", move |_| console.remove_view(id.clone()))
                .child(el("span").set("aria-hidden", "true").child("×"))
        };
        el("li")
            .child(
                tab(move || is.get(), move |_| console.filter_orders(shows.clone()))
                    .child(typed(&name))
                    .child(note),
            )
            .live_while(move || mine && is.get(), remove)
    };
    let all = move || filter.with(OrderFilter::is_empty);
    let list = move || {
        let first =
            el("li").child(tab(all, move |_| console.filter_orders(OrderFilter::default())).say(words::all));
        let kept = move || filtering.views.get().into_iter().map(one).collect::<Vec<_>>();
        classed("nav", "tabs").say_as("aria-label", words::views).child(el("ul").child(first).live(kept))
    };
    group().live_while(move || filtering.views.with(|views| !views.is_empty()), list)
}

/// A filter with one press; a second press takes it away. The search stays. `place` is its place among the counts.
fn chip(place: usize, chip: OrderFilter) -> El {
    let console = use_console();
    let filtering = console.orders.filtering;
    let filter = filtering.filter;
    let spoken = console.spoken;
    let wanted = chip.clone();
    let pressed =
        Memo::new(move |_| filter.with(|filter| OrderFilter { search: None, ..filter.clone() } == wanted));
    let count = move || filtering.counts.with(|counts| counts.get(place).map(|it| (it.count, it.more)));
    let label = {
        let chip = chip.clone();
        move || words::chip(&chip, spoken.get())
    };
    let press = move || {
        let search = filter.with_untracked(|filter| filter.search.clone());
        let base = if pressed.get_untracked() { OrderFilter::default() } else { chip.clone() };
        console.filter_orders(OrderFilter { search, ..base });
    };
    chip_button(Box::new(label), pressed, Box::new(count), Box::new(press))
}

/// The button of a filter with one press, and how many it finds.
pub fn chip_button(
    label: Box<dyn Fn() -> &'static str + Send>,
    pressed: Memo<bool>,
    count: Box<dyn Fn() -> Option<(u32, bool)> + Send + Sync>,
    press: Box<dyn Fn()>,
) -> El {
    let count = Memo::new(move |_| count());
    let counted = move || {
        count.get().map(|(count, more)| {
            group().child(" ").child(classed("span", "chip-count").child(words::count(count, more)))
        })
    };
    let class = move || if count.get() == Some((0, false)) { "chip is-zero" } else { "chip" }.to_owned();
    el("button")
        .set("type", "button")
        .follow("class", class)
        .follow("aria-pressed", move || yes_or_no(pressed.get()))
        .on("click", move |_| press())
        .live(label)
        .live(counted)
}
