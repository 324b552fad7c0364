//! ご注文履歴: the member's own orders, each with how it stands in plain words.

use super::failed::{self, Asked};
use super::{Held, My};
use crate::api::shopper::code;
use crate::ui::button::{bare_button, button};
use crate::ui::el::{El, classed, el};
use crate::widget::browser;
use crate::widget::pay_button::yes_or_no;
use leptos::prelude::*;
use shared::api::{Language, MyOrder};
use shared::day::Day;
use shared::text;
use std::sync::Arc;

/// What has been fetched of the history.
#[derive(Clone, Copy)]
pub struct History {
    orders: RwSignal<Held>,
    /// Of the next page; empty where there is none.
    next: RwSignal<String>,
    failure: RwSignal<Held>,
    /// A page is being fetched; another would list it twice.
    busy: RwSignal<bool>,
}

impl History {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            orders: RwSignal::new(Held::Nothing),
            next: RwSignal::new(String::new()),
            failure: RwSignal::new(Held::Nothing),
            busy: RwSignal::new(false),
        }
    }

    /// Forgets everything.
    pub fn empty(self) {
        self.orders.set(Held::Nothing);
        self.next.set(String::new());
        self.failure.set(Held::Nothing);
        self.busy.set(false);
    }

    /// Fetches the first page, or the next one.
    pub fn load(self, my: My) {
        let Some(member) = my.member() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(Held::Nothing);
        browser::spawn(async move {
            let before = self.next.get_untracked();
            let answer = member.orders(Some(before.as_str()).filter(|before| !before.is_empty())).await;
            // Whoever has signed out meanwhile sees nothing of it.
            if my.page.host().is_none() || !self.busy.get_untracked() {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(page) => {
                    let mut all: Vec<_> =
                        self.orders.get_untracked().orders().map_or_else(Vec::new, |seen| seen.to_vec());
                    all.extend(page.orders.into_iter().map(Arc::new));
                    self.orders.set(Held::Orders(all.into()));
                    self.next.set(page.next.unwrap_or_default());
                }
                Err(failure) if failure.is(code::NOT_SIGNED_IN) => my.expired(),
                Err(failure) => self.failure.set(Held::Failed(Asked::Content, failure)),
            }
        });
    }

    /// The section.
    pub fn view(self, my: My) -> El {
        let language = my.language;
        let rows = move || -> Vec<El> {
            let orders = self.orders.get().orders();
            orders.iter().flat_map(|orders| orders.iter().map(|one| order(one, language))).collect()
        };
        let empty = move || {
            let none = self.orders.get().orders().is_some_and(|orders| orders.is_empty());
            none.then(|| classed("p", "my-empty weak").child(text::my_no_orders(language)))
        };
        let failed = move || {
            let (asked, failure) = self.failure.get().failed()?;
            let again = button("small", text::reload(language), move |_| self.load(my));
            Some(failed::told(asked, &failure, language, vec![again]))
        };
        let more = move || {
            let more = !self.next.get().is_empty();
            let word = move || {
                if self.busy.get() { text::loading(language) } else { text::my_more_orders(language) }
            };
            more.then(|| {
                bare_button("quiet wide", move |_| self.load(my))
                    .follow("aria-disabled", move || yes_or_no(self.busy.get()))
                    .live(word)
            })
        };
        classed("section", "my-list my-history")
            .set("aria-labelledby", "my-orders")
            .child(classed("h2", "title").set("id", "my-orders").child(text::my_orders(language)))
            .child(classed("ul", "my-orders").live(rows))
            .live(empty)
            .child(classed("div", "alert").set("role", "alert").live(failed))
            .live(more)
    }
}

fn order(one: &MyOrder, language: Language) -> El {
    let day = Day::of_ms(one.placed_at).map(|(day, _)| day);
    let day =
        day.map(|day| el("time").set("datetime", &day.to_string()).child(text::my_day(day, true, language)));
    let lines = one.lines.iter().map(|line| {
        let pieces = text::my_pieces(line.quantity, language);
        classed("p", "my-line").child([line.name.as_str(), language.pick(" ", ", "), &pieces].concat())
    });
    let delivery = one.delivery.map(|day| {
        let day = text::my_day(day, false, language);
        classed("p", "small").child([text::my_delivery_day(language), " ", &day].concat())
    });
    classed("li", "my-order")
        .child(
            classed("p", "my-order-head").child(day).child(
                classed("span", "weak small")
                    .child([text::order_number(language), " ", one.number.as_str()].concat()),
            ),
        )
        .child(lines.collect::<Vec<_>>())
        .child(delivery)
        .child(
            classed("p", "my-order-foot")
                .child(classed("span", "my-state").child(one.label.as_str()))
                .child(classed("strong", "amount").child(one.total.to_string())),
        )
        .child(classed("p", "weak small").child(one.text.as_str()))
}
