//! A short explanation behind a button: opens on hover, focus and tap, closes with Esc, by going away, or by a
//! second tap. It can be pointed at and tabbed into, so that what stands inside can be copied.

use leptos::children::ViewFn;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

/// Styles of this piece.
pub const CSS: &str = include_str!("popover.css");

/// A pointer that only passes by opens nothing, and one that goes on to the panel finds it open.
const HOVER: Duration = Duration::from_millis(140);
/// Below that much room under the button, in CSS pixels, the panel opens upward.
const ROOM: f64 = 300.0;

/// The button and, while open, its panel.
#[component]
pub fn Popover(
    /// Id of the panel, unique in the page.
    id: String,
    /// What the button says, after its face, to those who cannot see it.
    #[prop(into)]
    unseen: Signal<String>,
    /// What the button shows.
    #[prop(into)]
    face: ViewFn,
    /// The explanation.
    children: ChildrenFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let pinned = RwSignal::new(false);
    let above = RwSignal::new(false);
    // Where the pointer is heading: open or closed, after a moment.
    let hovered = StoredValue::new(false);
    let whole = NodeRef::<html::Span>::new();

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
    let press = move |event: ev::MouseEvent| {
        // The row around it opens the order.
        event.stop_propagation();
        if open.get_untracked() && pinned.get_untracked() {
            hide();
        } else {
            show();
            pinned.set(true);
        }
    };
    let leave = move |event: ev::FocusEvent| {
        let next = event.related_target().and_then(|next| next.dyn_into::<Node>().ok());
        if !whole.get_untracked().is_some_and(|whole| whole.contains(next.as_ref())) {
            hide();
        }
    };
    // A press focuses too, but opens by itself; opening under it would move the panel between finger and button.
    let by_keyboard = |event: &ev::FocusEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        target.is_some_and(|target| target.matches(":focus-visible").unwrap_or(true))
    };
    let with_mouse = |event: &ev::PointerEvent| event.pointer_type() == "mouse";

    let panel_id = id.clone();
    let described = id.clone();
    let controls = id;
    view! {
        <span
            class="popover"
            node_ref=whole
            on:pointerenter=move |event| if with_mouse(&event) { heading(true) }
            on:pointerleave=move |event| if with_mouse(&event) { heading(false) }
            on:focusin=move |event| if by_keyboard(&event) { show() }
            on:focusout=leave
        >
            <button
                type="button"
                class="popover-button"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls=move || open.get().then(|| controls.clone())
                aria-describedby=move || open.get().then(|| described.clone())
                on:click=press
            >
                {face.run()} <span class="visually-hidden">{move || unseen.get()}</span>
            </button>
            {move || {
                let panel_id = panel_id.clone();
                let children = children.clone();
                open.get().then(move || {
                    close_from_outside(whole, hide);
                    let class = if above.get_untracked() { "popover-panel above" } else { "popover-panel" };
                    view! {
                        <span id=panel_id class=class on:click=|event| event.stop_propagation()>
                            {children()}
                        </span>
                    }
                })
            }}
        </span>
    }
}

/// While a panel is open: Esc closes it wherever the focus is, and so does pressing elsewhere (on touch screens
/// a button may get no focus that it could lose).
fn close_from_outside(whole: NodeRef<html::Span>, hide: impl Fn() + Copy + 'static) {
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" {
            event.prevent_default();
            hide();
        }
    });
    let presses = window_event_listener(ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
        if !whole.get_untracked().is_some_and(|whole| whole.contains(target.as_ref())) {
            hide();
        }
    });
    on_cleanup(move || {
        keys.remove();
        presses.remove();
    });
}
