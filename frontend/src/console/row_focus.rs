//! The focus in a list whose rows are drawn anew or leave: it stays with its row, or goes to the one that follows (R77).

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The part of a screen such a list stands in; its heading takes the focus where no row does.
const PART: &str = ".queue-part";
/// A row.
const ROW: &str = ".queue-item";
/// What in a row takes the focus.
const CONTROLS: &str = "a, button, input";

/// To be called before rows change. Where the focus is lost with them, it goes to the same row as drawn anew, known by
/// its id; else to the row that has come to its place; else to the heading of the part, or of the screen.
pub fn keep_focus_in_rows() {
    let Some(here) = document().active_element() else { return };
    let closest = |selector: &str| here.closest(selector).ok().flatten();
    let (Some(row), Some(part)) = (closest(ROW), closest(PART)) else { return };
    let place = place_of(&part, &row);
    let (control, row) = (here.id(), row.id());
    request_animation_frame(move || {
        if !is_lost() {
            return;
        }
        let by_id = |id: &str| document().get_element_by_id(id);
        let first = |row: Element| row.query_selector(CONTROLS).ok().flatten();
        let next = place.and_then(|place| row_at(&part, place));
        let wanted = [
            // A row that has only moved has lost it, too.
            here.is_connected().then(|| here.clone()),
            by_id(&control),
            by_id(&row).and_then(first),
            next.and_then(first),
            part.query_selector("h2").ok().flatten(),
            document().query_selector("h1").ok().flatten(),
        ];
        for element in wanted.into_iter().flatten().filter_map(|it| it.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
            // What is not shown takes none.
            if !is_lost() {
                return;
            }
        }
    });
}

fn is_lost() -> bool {
    document().active_element().is_none_or(|here| here.tag_name() == "BODY")
}

fn place_of(part: &Element, row: &Element) -> Option<u32> {
    let rows = part.query_selector_all(ROW).ok()?;
    (0..rows.length()).find(|at| rows.item(*at).is_some_and(|one| one.is_same_node(Some(row))))
}

fn row_at(part: &Element, place: u32) -> Option<Element> {
    part.query_selector_all(ROW).ok()?.item(place)?.dyn_into().ok()
}
