//! Keys of the lists of orders and subscriptions, and the sheet that names them.
//!
//! `j` `k` move the focus from row to row, so that a screen reader follows; single letters can be switched off
//! (WCAG 2.1.4) and are silent while somebody types or a sheet is open.

use super::order_row::link_id;
use super::pieces::{Say, button, check, said, said_in, sheet_head, sheet_heading};
use super::route::Route;
use super::subscriptions_store::focus;
use super::{Console, Sentence, subscriptions};
use crate::ui::dialog::{dialog, dismiss};
use crate::ui::el::{El, Node, classed, el, group};
use crate::ui::signal::RwSignal;
use leptos::ev;
use leptos::prelude::*;
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
                let here = document().active_element().and_then(|it| it.dyn_into::<HtmlElement>().ok());
                if let Some(link) = here.filter(|here| here.matches(".order-link") == Ok(true)) {
                    link.click();
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

/// Focus to the row `by` further; from nowhere to the one it was at, to the open one, or to the first.
fn step(console: Console, by: isize) {
    let Ok(links) = document().query_selector_all(".order-link") else { return };
    let links: Vec<_> = (0..links.length()).filter_map(|at| links.item(at)).collect();
    let place = |wanted: Option<Element>| {
        let wanted = wanted?;
        links.iter().position(|link| link.is_same_node(Some(&wanted)))
    };
    let by_id = || document().get_element_by_id(&link_id(&console.orders.at.get_untracked()?));
    let open = || document().query_selector(".order-link[aria-current]").ok().flatten();
    let here = place(document().active_element()).or_else(|| place(by_id()));
    let next = match here {
        Some(at) => at.checked_add_signed(by),
        None => Some(place(open()).unwrap_or(0)),
    };
    let link = next.and_then(|next| links.into_iter().nth(next));
    if let Some(link) = link.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = link.focus();
    }
}

/// Back to the list, with the focus on the row the detail was of.
pub fn leave_detail(console: Console) {
    let (list, row) = match console.router.get_untracked() {
        Route::Orders { shop, order: Some(order) } => (Route::Orders { shop, order: None }, link_id(&order)),
        Route::Subscriptions { shop, subscription: Some(id) } => {
            (Route::Subscriptions { shop, subscription: None }, subscriptions::link_id(id.as_str()))
        }
        _ => return,
    };
    console.router.go(list);
    // The list may have been hidden until now.
    request_animation_frame(move || focus(&row));
}

/// Whether a sheet, an explanation or the menu is open.
fn something_is_open() -> bool {
    document().query_selector("dialog[open], .popover-panel, .menu.is-open").ok().flatten().is_some()
}

/// Whether somebody types.
fn is_typing(event: &ev::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let field = "input:not([type=checkbox]), textarea, select, [contenteditable]";
    target.is_some_and(|target| target.matches(field).unwrap_or(false))
}

/// Whether single letters count.
fn letters_are_on() -> bool {
    let storage = window().local_storage().ok().flatten();
    storage.and_then(|it| it.get_item(SWITCH_KEY).ok().flatten()).as_deref() != Some("off")
}

/// Names every key and holds the switch; `close` is told when it has been closed. `choose`: rows have boxes.
pub fn key_help(choose: bool, close: impl Fn() + 'static) -> El {
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
        .child(classed("dl", "keys").child(
            rows.into_iter().filter(|(keys, _)| choose || keys[0] != "x").map(row).collect::<Vec<_>>(),
        ))
        .child(check(input).say(words::key_switch))
        .child(said_in("p", "field-hint", words::key_switch_hint).set("id", "keys-hint"));
    let content =
        group().child(sheet_head(sheet_heading("keys-heading").say(words::keys))).child(body).child(
            classed("div", "sheet-foot").child(button("quiet compact", words::close, move |_| dismiss(node))),
        );
    dialog("keys-heading", close, node, content)
}
