//! Keys of the order list, and the sheet that names them.
//!
//! `j` `k` move the focus from row to row, so that a screen reader follows; single letters can be switched off
//! (WCAG 2.1.4) and are silent while somebody types or a sheet is open.

use super::order_row::link_id;
use super::pieces::{Say, button, check, said, said_in, sheet_head, sheet_heading};
use super::route::Route;
use super::{Console, Sentence};
use crate::ui::dialog::{dialog, dismiss};
use crate::ui::el::{El, Node, classed, el, group};
use leptos::ev;
use leptos::prelude::*;
use shared::id::OrderId;
use shared::text::words;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

const SWITCH_KEY: &str = "noren-keys";

/// Listens as long as the calling component is shown; `?` opens `help`.
pub fn listen(console: Console, help: RwSignal<bool>) {
    let handle = window_event_listener(ev::keydown, move |event| {
        let chord = event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing();
        if chord || event.default_prevented() || something_is_open() {
            return;
        }
        if event.key() == "Escape" {
            return leave_detail(console);
        }
        if is_typing(&event) || !letters_are_on() {
            return;
        }
        let orders = console.orders;
        match event.key().as_str() {
            "j" => step(console, 1),
            "k" => step(console, -1),
            "x" => {
                if let Some(id) = orders.at.get_untracked() {
                    let chosen = orders.entries.with_untracked(|entries| {
                        entries
                            .iter()
                            .find(|entry| entry.id == id)
                            .is_some_and(|entry| entry.chosen.get_untracked())
                    });
                    orders.choose(&id, !chosen, false);
                }
            }
            "e" => {
                if let (Some(shop), Some(id)) = (orders.shop(), orders.at.get_untracked()) {
                    console.router.go(Route::Orders { shop, order: Some(id) });
                }
            }
            "?" => help.set(true),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

/// Listens as long as the calling component is shown; `/` goes to the search.
pub fn listen_for_search(search: Node) {
    let handle = window_event_listener(ev::keydown, move |event| {
        let chord = event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing();
        let silent = chord || event.default_prevented() || something_is_open() || is_typing(&event);
        if event.key() == "/"
            && !silent
            && letters_are_on()
            && let Some(input) = search.get_untracked()
        {
            event.prevent_default();
            let _ = input.focus();
            input.unchecked_into::<HtmlInputElement>().select();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Focus to the row `by` further; from nowhere to the first.
fn step(console: Console, by: isize) {
    let orders = console.orders;
    let at = orders.at.get_untracked();
    let next = orders.entries.with_untracked(|entries| {
        let place = at.and_then(|at| entries.iter().position(|entry| entry.id == at));
        let next = place.map_or(Some(0), |place| place.checked_add_signed(by))?;
        entries.get(next).map(|entry| entry.id.clone())
    });
    if let Some(id) = next {
        focus_row(&id);
        orders.at.set(Some(id));
    }
}

/// Focus to the link of a row, if it is shown.
pub fn focus_row(id: &OrderId) {
    if let Some(link) =
        document().get_element_by_id(&link_id(id)).and_then(|it| it.dyn_into::<HtmlElement>().ok())
    {
        let _ = link.focus();
    }
}

/// Back to the list, with the focus on the row the detail was of.
pub fn leave_detail(console: Console) {
    if let Route::Orders { shop, order: Some(order) } = console.router.get_untracked() {
        console.router.go(Route::Orders { shop, order: None });
        // The list may have been hidden until now.
        request_animation_frame(move || focus_row(&order));
    }
}

fn something_is_open() -> bool {
    document().query_selector("dialog[open], .popover-panel, .menu.is-open").ok().flatten().is_some()
}

fn is_typing(event: &ev::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let field = "input:not([type=checkbox]), textarea, select, [contenteditable]";
    target.is_some_and(|target| target.matches(field).unwrap_or(false))
}

fn letters_are_on() -> bool {
    let storage = window().local_storage().ok().flatten();
    storage.and_then(|it| it.get_item(SWITCH_KEY).ok().flatten()).as_deref() != Some("off")
}

/// Names every key and holds the switch; `close` is told when it has been closed.
pub fn key_help(close: impl Fn() + 'static) -> El {
    let node = Node::new();
    let rows: [(&[&str], Sentence); 7] = [
        (&["/"], shared::text::console_list::key_search),
        (&["j"], words::key_down),
        (&["k"], words::key_up),
        (&["x"], words::key_choose),
        (&["e", "Enter"], words::key_open),
        (&["Esc"], words::key_close),
        (&["?"], words::key_help),
    ];
    let row = |(keys, meaning): (&[&'static str], Sentence)| {
        let names = keys.iter().fold(el("dt"), |all, key| all.child(el("kbd").child(*key)).child(" "));
        classed("div", "key").child(names).child(said("dd", meaning))
    };
    let switch = move |event| {
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(SWITCH_KEY, if event_target_checked(&event) { "on" } else { "off" });
        }
    };
    let input = el("input")
        .set("type", "checkbox")
        .prop("checked", letters_are_on)
        .set("aria-describedby", "keys-hint")
        .on("change", switch);
    let body = classed("div", "sheet-body")
        .child(classed("dl", "keys").child(rows.map(row).into_iter().collect::<Vec<_>>()))
        .child(check(input).say(words::key_switch))
        .child(said_in("p", "field-hint", words::key_switch_hint).set("id", "keys-hint"));
    let content =
        group().child(sheet_head(sheet_heading("keys-heading").say(words::keys))).child(body).child(
            classed("div", "sheet-foot").child(button("quiet compact", words::close, move |_| dismiss(node))),
        );
    dialog("keys-heading", close, node, content)
}
