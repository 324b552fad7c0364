//! What stands under every list that comes page by page: the button for the next page, or the end.
//!
//! The button stays while a page is under way, so that the focus stays on it; it says so, and it is the one that tries
//! again. With the last page it goes, and the focus goes to the end of the list. What has come in is told.

use super::failure::failure_notice;
use super::orders::More;
use super::pieces::{bare_button, said_in, while_true};
use super::{Sentence, use_console};
use crate::ui::el::{El, Node, classed, group};
use crate::ui::signal::{RwSignal, Signal, StoredValue, effect};
use leptos::prelude::*;
use shared::text::{console_list, words};
use web_sys::Element;

/// How a list goes on.
#[derive(Clone, Copy)]
pub struct Below {
    /// How far the next page is.
    pub more: RwSignal<More>,
    /// Whether there is one.
    pub goes_on: Signal<bool>,
    /// Whether a search stopped before it had enough.
    pub stopped: Signal<bool>,
    /// How many rows are shown, in words.
    pub shown: Signal<String>,
    /// What is said at the end.
    pub end: Signal<String>,
    /// Asks for the next page.
    pub ask: Callback<()>,
}

/// The button for the next page, or the end.
pub fn below(list: Below) -> El {
    let console = use_console();
    let Below { more, goes_on, stopped, shown, end, ask } = list;
    let is_loading = move || more.with(|more| *more == More::Loading);
    let (was_loading, pressed) = (StoredValue::new(false), StoredValue::new(false));
    effect(move || {
        let now = more.get();
        if was_loading.get_value() && now == More::Idle {
            console.announce(shown.get_untracked());
            // What was pressed for has come. That the list ends later is no reason to go there.
            if goes_on.get_untracked() {
                pressed.set_value(false);
            }
        }
        was_loading.set_value(now == More::Loading);
    });
    let (own, last) = (Node::new(), Node::new());
    effect(move || {
        if let Some(last) = last.get()
            && pressed.get_value()
        {
            pressed.set_value(false);
            // Whoever has gone on elsewhere stays there.
            let is_own = |here: &Element| own.get_untracked().is_some_and(|own| own.is_same_node(Some(here)));
            let is_lost =
                document().active_element().is_none_or(|here| here.tag_name() == "BODY" || is_own(&here));
            if is_lost {
                let _ = last.focus();
            }
        }
    });
    let press = move || {
        if more.with_untracked(|more| *more != More::Loading) {
            pressed.set_value(true);
            ask.run(());
        }
    };
    let label = move || {
        let sentence: Sentence = match more.get() {
            More::Loading => words::more_loading,
            More::Failed(_) => words::retry,
            More::Idle if stopped.get() => console_list::go_on,
            More::Idle => words::more,
        };
        sentence(console.spoken.get())
    };
    let button = move || {
        let busy = move || while_true(is_loading());
        let button = bare_button("quiet compact", move |_| press()).node(own);
        let button = button.follow_maybe("aria-disabled", busy).follow_maybe("aria-busy", busy).live(label);
        classed("p", "orders-more").child(button)
    };
    let failed = move || match more.get() {
        More::Failed(failure) => Some(failure_notice(failure, None, None)),
        _ => None,
    };
    let finish = move || {
        classed("p", "orders-more orders-end").set("tabindex", "-1").node(last).live(move || end.get())
    };
    let has_stopped = move || goes_on.get() && stopped.get();
    group()
        .live(failed)
        .live_while(has_stopped, || said_in("p", "orders-stopped", console_list::stopped))
        .live_while(move || goes_on.get(), button)
        .live_while(move || !goes_on.get(), finish)
}
