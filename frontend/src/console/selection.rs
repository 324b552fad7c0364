//! What is chosen in the list, and what can be done with it.

use super::pieces::{button, said};
use super::use_console;
use crate::ui::el::{El, classed, el};
use crate::ui::signal::Memo;
use leptos::prelude::*;
use shared::text::words;

/// Count and yen of the chosen orders, worked out once for all who show it.
#[derive(Clone, Copy)]
pub struct Selected {
    chosen: Memo<(usize, i64)>,
    rows: Memo<usize>,
}

impl Selected {
    /// Whether every row is chosen.
    pub fn all(self) -> bool {
        self.chosen.get().0 == self.rows.get() && self.rows.get() > 0
    }

    /// Whether some are, and some not.
    pub fn some(self) -> bool {
        self.chosen.get().0 > 0 && !self.all()
    }
}

/// Provides [`Selected`] to what stands beside the bar.
pub fn provide_selected() -> Selected {
    let orders = use_console().orders;
    let chosen = Memo::new(move |_| {
        orders.entries.with(|entries| {
            let chosen = entries.iter().filter(|entry| entry.chosen.get());
            chosen
                .fold((0, 0), |(count, sum), entry| (count + 1, sum + entry.row.with(|row| row.total.get())))
        })
    });
    let selected = Selected { chosen, rows: Memo::new(move |_| orders.entries.with(Vec::len)) };
    provide_context(selected);
    selected
}

/// Slides over the table's head while something is chosen: count, total, what can be done.
pub fn selection_bar() -> El {
    let console = use_console();
    let Selected { chosen, .. } = expect_context::<Selected>();
    let spoken = console.spoken;
    let count = move || chosen.get().0;
    let any = Memo::new(move |_| count() > 0);
    let total = move || super::money_sum(chosen.get().1);
    let capture = move |_| console.preview_capture(untrack(|| console.orders.chosen()));
    let bulk = move |_| console.begin_bulk(untrack(|| console.orders.chosen()));
    let bar = move || {
        any.get().then(|| {
            let counts = classed("p", "selection-count")
                .set("role", "status")
                .child(el("span").live(move || words::chosen(count(), spoken.get())))
                .child(said("span", words::sum).child(" ").child(el("b").live(total)));
            classed("div", "selection-bar")
                .child(counts)
                .child(button("compact", words::capture, capture))
                .child(button("quiet compact", words::bulk, bulk).set("aria-haspopup", "dialog"))
                .child(button("quiet compact", words::choose_none, move |_| {
                    console.orders.choose_all(false);
                }))
        })
    };
    let class = move || if any.get() { "selection is-shown" } else { "selection" }.to_owned();
    el("div").follow("class", class).live(bar)
}
