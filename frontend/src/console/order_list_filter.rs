//! Above the order list: search, saved views, filters with one press, and the ways to more.

use super::order_list_sheets::{CsvSheet, FilterSheet, SaveSheet};
use super::{keys, say, use_console};
use crate::api::order_list as api;
use leptos::ev::{Event, SubmitEvent};
use leptos::html;
use leptos::prelude::*;
use shared::order_query::{OrderFilter, chips};
use shared::text::console_list as words;

/// Which sheet is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sheet {
    Filter,
    Save,
    Csv,
}

/// Search, views and filters.
#[component]
pub fn FilterBar() -> impl IntoView {
    let console = use_console();
    let filtering = console.orders.filtering;
    let filter = filtering.filter;
    let sheet = RwSignal::new(None::<Sheet>);
    let close = move |()| sheet.set(None);
    let named = Memo::new(move |_| {
        let query = filter.with(api::query);
        filtering.views.with(|views| views.iter().any(|view| api::filter(&view.query) == api::filter(&query)))
    });
    view! {
        <div class="filter-bar">
            <SearchBox/>
            <button type="button" class="button quiet compact" on:click=move |_| sheet.set(Some(Sheet::Filter))>
                {say(words::more_filters)}
            </button>
            <button type="button" class="button quiet compact" on:click=move |_| sheet.set(Some(Sheet::Csv))>
                {say(words::csv)}
            </button>
        </div>
        <div class="filter-rows">
            <Views/>
            <div class="chips" role="group" aria-label=say(words::filters)>
                {chips().into_iter().enumerate().map(|(place, chip)| view! { <Chip place chip/> }).collect_view()}
                <Show when=move || filter.with(|filter| !filter.is_empty())>
                    <button type="button" class="chip-text" on:click=move |_| console.filter_orders(OrderFilter::default())>
                        {say(words::clear)}
                    </button>
                    <Show when=move || !named.get()>
                        <button type="button" class="chip-text" on:click=move |_| sheet.set(Some(Sheet::Save))>
                            {say(words::save)}
                        </button>
                    </Show>
                </Show>
            </div>
        </div>
        {move || match sheet.get() {
            None => ().into_any(),
            Some(Sheet::Filter) => view! { <FilterSheet close/> }.into_any(),
            Some(Sheet::Save) => view! { <SaveSheet close/> }.into_any(),
            Some(Sheet::Csv) => view! { <CsvSheet close/> }.into_any(),
        }}
    }
}

/// What is typed is searched for with Enter; emptied, everything is shown again.
#[component]
fn SearchBox() -> impl IntoView {
    let console = use_console();
    let filter = console.orders.filtering.filter;
    let node = NodeRef::<html::Input>::new();
    keys::listen_for_search(node);
    let search = move |text: String| {
        let text = text.trim().to_owned();
        let search = (!text.is_empty()).then_some(text);
        console.filter_orders(OrderFilter { search, ..filter.get_untracked() });
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = node.get_untracked() {
            search(input.value());
        }
    };
    let emptied = move |event: Event| {
        if event_target_value(&event).is_empty() && filter.with_untracked(|filter| filter.search.is_some()) {
            search(String::new());
        }
    };
    view! {
        <form role="search" class="search" on:submit=submit>
            <input
                type="search"
                node_ref=node
                maxlength="100"
                autocomplete="off"
                spellcheck="false"
                aria-label=say(words::search)
                aria-keyshortcuts="/"
                placeholder=say(words::search_hint)
                prop:value=move || filter.with(|filter| filter.search.clone().unwrap_or_default())
                on:input=emptied
            />
            <kbd aria-hidden="true">"/"</kbd>
        </form>
    }
}

/// Everything, then what was kept.
#[component]
fn Views() -> impl IntoView {
    let console = use_console();
    let filtering = console.orders.filtering;
    let filter = filtering.filter;
    let all = move || filter.with(OrderFilter::is_empty);
    let views = move || {
        filtering
            .views
            .get()
            .into_iter()
            .map(|view| {
                let kept = api::filter(&view.query);
                let (shows, id) = (kept.clone(), view.id.clone());
                let is = Memo::new(move |_| filter.with(|filter| *filter == kept));
                let mine = view.mine;
                view! {
                    <li>
                        <button
                            type="button"
                            class="tab"
                            aria-current=move || is.get().then_some("true")
                            on:click=move |_| console.filter_orders(shows.clone())
                        >
                            <bdi>{shared::text::visible(&view.name).into_owned()}</bdi>
                            {view.shared.then(|| view! { " " <span class="tab-note">{say(words::shared)}</span> })}
                        </button>
                        <Show when=move || mine && is.get()>
                            <button
                                type="button"
                                class="tab-remove"
                                aria-label=say(words::remove)
                                title=say(words::remove)
                                on:click={
                                    let id = id.clone();
                                    move |_| console.remove_view(id.clone())
                                }
                            >
                                <span aria-hidden="true">"×"</span>
                            </button>
                        </Show>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <Show when=move || filtering.views.with(|views| !views.is_empty())>
            <nav class="tabs" aria-label=say(words::views)>
                <ul>
                    <li>
                        <button
                            type="button"
                            class="tab"
                            aria-current=move || all().then_some("true")
                            on:click=move |_| console.filter_orders(OrderFilter::default())
                        >
                            {say(words::all)}
                        </button>
                    </li>
                    {views}
                </ul>
            </nav>
        </Show>
    }
}

/// A filter with one press; a second press takes it away. The search stays.
#[component]
fn Chip(
    /// Its place among the counts.
    place: usize,
    /// The filter.
    chip: OrderFilter,
) -> impl IntoView {
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
    let press = move |_| {
        let search = filter.with_untracked(|filter| filter.search.clone());
        let base = if pressed.get_untracked() { OrderFilter::default() } else { chip.clone() };
        console.filter_orders(OrderFilter { search, ..base });
    };
    view! {
        <button
            type="button"
            class="chip"
            class:is-zero=move || count() == Some((0, false))
            aria-pressed=move || if pressed.get() { "true" } else { "false" }
            on:click=press
        >
            {label}
            {move || count().map(|(count, more)| view! { " " <span class="chip-count">{words::count(count, more)}</span> })}
        </button>
    }
}
