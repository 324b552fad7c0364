//! What the order list is filtered by: in the page's address, so that a copied address shows the same.

use super::Console;
use super::orders::Load;
use super::timer::{sleep, spawn};
use crate::api::operator::Failure;
use crate::api::order_list as api;
use crate::ui::signal::{RwSignal, StoredValue};
use leptos::ev;
use leptos::prelude::*;
use shared::api::{FilterCount, SaveViewRequest, SavedView, SavedViews};
use shared::order_query::OrderFilter;
use wasm_bindgen::JsValue;

/// After a change, counts are read once in so many milliseconds at most.
const COUNTS_PAUSE: i32 = 4_000;

/// The filter and what belongs to it.
#[derive(Clone, Copy)]
pub struct Filtering {
    /// What is shown.
    pub filter: RwSignal<OrderFilter>,
    /// Counts of the filters offered with one press; empty until they are known.
    pub counts: RwSignal<Vec<FilterCount>>,
    /// Saved views.
    pub views: RwSignal<Vec<SavedView>>,
    /// The search stopped before the last page was full.
    pub bounded: RwSignal<bool>,
    /// Counts are about to be read.
    due: StoredValue<bool>,
}

impl Filtering {
    /// Of the address.
    pub fn new() -> Self {
        Self {
            filter: RwSignal::new(of_address()),
            counts: RwSignal::new(Vec::new()),
            views: RwSignal::new(Vec::new()),
            bounded: RwSignal::new(false),
            due: StoredValue::new(false),
        }
    }
}

fn of_address() -> OrderFilter {
    api::filter(&window().location().search().unwrap_or_default())
}

impl Console {
    /// Shows what `filter` says, with its own address.
    pub fn filter_orders(self, filter: OrderFilter) {
        let query = api::query(&filter);
        let path = window().location().pathname().unwrap_or_default();
        let address = if query.is_empty() { path } else { [path.as_str(), "?", &query].concat() };
        // A browser that refuses keeps the old address; the list follows the filter all the same.
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&address));
        }
        self.show_filter(filter);
    }

    fn show_filter(self, filter: OrderFilter) {
        let orders = self.orders;
        if orders.filtering.filter.get_untracked() == filter {
            return;
        }
        self.take_filter(filter);
        self.load_orders();
    }

    /// What another filter has brought goes; the list is to be read.
    fn take_filter(self, filter: OrderFilter) {
        let orders = self.orders;
        orders.filtering.filter.set(filter);
        orders.begin_round();
        orders.entries.set(Vec::new());
        orders.next.set(None);
        orders.filtering.bounded.set(false);
        orders.load.set(Load::Loading);
    }

    /// Follows the browser's back and forward as long as the calling component is shown, and reads counts and views.
    pub fn follow_filter(self) {
        let moved = window_event_listener(ev::popstate, move |_| self.show_filter(of_address()));
        on_cleanup(move || moved.remove());
        // Another screen may have led here with a filter of its own; the list is read once the live feed has begun.
        let filter = of_address();
        if self.orders.filtering.filter.get_untracked() != filter {
            self.take_filter(filter);
        }
        self.read_views();
    }

    /// Reads the counts soon, once for many changes.
    pub fn count_soon(self) {
        let filtering = self.orders.filtering;
        if filtering.due.get_value() {
            return;
        }
        filtering.due.set_value(true);
        spawn(async move {
            if !filtering.counts.with_untracked(Vec::is_empty) {
                sleep(COUNTS_PAUSE).await;
            }
            filtering.due.set_value(false);
            let Some(shop) = self.orders.shop() else { return };
            // Old counts do: the list itself tells of a failure.
            if let Ok(counts) = api::counts(&shop, self.language()).await
                && self.orders.shop().as_ref() == Some(&shop)
            {
                filtering.counts.set(counts.chips);
            }
        });
    }

    fn read_views(self) {
        let Some(shop) = self.orders.shop() else { return };
        spawn(async move {
            if let Ok(views) = api::views(&shop, self.language()).await {
                self.take_views(views);
            }
        });
    }

    fn take_views(self, views: SavedViews) {
        self.orders.filtering.views.set(views.views);
    }

    /// Keeps the present filter under a name; `done` is told how it went.
    pub fn save_view(self, name: String, shared: bool, done: impl Fn(Result<(), Failure>) + 'static) {
        let Some(shop) = self.orders.shop() else { return };
        let query = api::query(&self.orders.filtering.filter.get_untracked());
        spawn(async move {
            let request = SaveViewRequest { name, query, shared };
            let answer = self
                .with_csrf(async |csrf| api::save_view(&shop, &request, &csrf, self.language()).await)
                .await;
            done(answer.map(|views| self.take_views(views)));
        });
    }

    /// Removes a view of the operator's own.
    pub fn remove_view(self, view: String) {
        let Some(shop) = self.orders.shop() else { return };
        spawn(async move {
            let answer = self
                .with_csrf(async |csrf| api::remove_view(&shop, &view, &csrf, self.language()).await)
                .await;
            match answer {
                Ok(views) => {
                    self.take_views(views);
                    self.filter_orders(OrderFilter::default());
                }
                Err(failure) if self.is_signed_out(&failure) => {}
                Err(failure) => self.trouble.set(Some(failure)),
            }
        });
    }
}
