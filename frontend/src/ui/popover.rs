//! A short explanation behind a button: opens on hover, focus and tap, closes with Esc, by going away, or by a
//! second tap. It can be pointed at and tabbed into, so that what stands inside can be copied.

use super::el::{El, Node, classed};
use crate::ui::signal::{RwSignal, StoredValue};
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, PointerEvent};

/// Styles of this piece.
pub const CSS: &str = crate::sheet!("ui/popover.css");

/// A pointer that only passes by opens nothing, and one that goes on to the panel finds it open.
const HOVER: Duration = Duration::from_millis(140);
/// Below that much room under the button, in CSS pixels, the panel opens upward.
const ROOM: f64 = 300.0;

/// The button and, while open, its panel. `id` is the panel's, unique in the page; `face` is what the button shows,
/// `unseen` what it says after that to those who cannot see it; `explanation` is drawn when the panel opens.
pub fn popover(
    id: String,
    unseen: impl Fn() -> String + Send + 'static,
    face: El,
    explanation: impl Fn() -> El + Send + Sync + 'static,
) -> El {
    let explanation: Arc<dyn Fn() -> El + Send + Sync> = Arc::new(explanation);
    popover_of(id, classed("span", "visually-hidden").live(unseen), face, explanation)
}

fn popover_of(id: String, unseen: El, face: El, explanation: Arc<dyn Fn() -> El + Send + Sync>) -> El {
    let open = RwSignal::new(false);
    let pinned = RwSignal::new(false);
    let above = RwSignal::new(false);
    // Where the pointer is heading: open or closed, after a moment.
    let hovered = StoredValue::new(false);
    let whole = Node::new();

    let show = move || {
        // Setting it again would build the panel anew, under a focus that is inside.
        if open.get_untracked() {
            return;
        }
        let box_ = whole.get_untracked().map(|whole| whole.get_bounding_client_rect());
        let height = window().inner_height().ok().and_then(|height| height.as_f64());
        if let (Some(box_), Some(height)) = (box_, height) {
            above.set(height - box_.bottom() < ROOM && box_.top() > ROOM);
        }
        open.set(true);
    };
    let hide = move || {
        open.set(false);
        pinned.set(false);
    };
    let has_focus = move || {
        let focused = document().active_element();
        whole.get_untracked().is_some_and(|whole| whole.contains(focused.as_deref()))
    };
    let heading = move |inside: bool| {
        hovered.set_value(inside);
        set_timeout(
            move || match hovered.try_get_value() {
                Some(now) if now == inside && inside => show(),
                Some(now) if now == inside && !pinned.get_untracked() && !has_focus() => hide(),
                _ => {}
            },
            HOVER,
        );
    };
    let press = move |event: Event| {
        // The row around it opens the order.
        event.stop_propagation();
        if open.get_untracked() && pinned.get_untracked() {
            hide();
        } else {
            show();
            pinned.set(true);
        }
    };
    let leave = move |event: Event| {
        let next = event.unchecked_into::<FocusEvent>().related_target();
        let next = next.and_then(|next| next.dyn_into::<web_sys::Node>().ok());
        if !whole.get_untracked().is_some_and(|whole| whole.contains(next.as_ref())) {
            hide();
        }
    };
    // A press focuses too, but opens by itself; opening under it would move the panel between finger and button.
    let by_keyboard = |event: &Event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        target.is_some_and(|target| target.matches(":focus-visible").unwrap_or(true))
    };
    let with_mouse =
        |event: Event| event.dyn_into::<PointerEvent>().is_ok_and(|event| event.pointer_type() == "mouse");

    let panel = {
        let id = id.clone();
        move || {
            open.get().then(|| {
                close_from_outside(whole, hide);
                let class = if above.get_untracked() { "popover-panel above" } else { "popover-panel" };
                let explanation = explanation.clone();
                classed("span", class)
                    .set("id", &id)
                    .on("click", |event| event.stop_propagation())
                    .live(move || explanation())
            })
        }
    };
    let described = id.clone();
    let button = classed("button", "popover-button")
        .set("type", "button")
        .follow("aria-expanded", move || if open.get() { "true" } else { "false" }.to_owned())
        .follow_maybe("aria-controls", move || open.get().then(|| id.clone()))
        .follow_maybe("aria-describedby", move || open.get().then(|| described.clone()))
        .on("click", press)
        .child(face)
        .child(unseen);
    classed("span", "popover")
        .node(whole)
        .on("pointerenter", move |event| {
            if with_mouse(event) {
                heading(true);
            }
        })
        .on("pointerleave", move |event| {
            if with_mouse(event) {
                heading(false);
            }
        })
        .on("focusin", move |event| {
            if by_keyboard(&event) {
                show();
            }
        })
        .on("focusout", leave)
        .child(button)
        .live(panel)
}

/// While a panel is open: Esc closes it wherever the focus is, and so does pressing elsewhere (on touch screens
/// a button may get no focus that it could lose).
fn close_from_outside(whole: Node, hide: impl Fn() + Copy + 'static) {
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" {
            event.prevent_default();
            hide();
        }
    });
    let presses = window_event_listener(ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if !whole.get_untracked().is_some_and(|whole| whole.contains(target.as_ref())) {
            hide();
        }
    });
    on_cleanup(move || {
        keys.remove();
        presses.remove();
    });
}
