//! Program of my page: what the loader calls for `noren-subscriptions`. No logic.

use frontend::my_page::{CSS, draw};
use frontend::widget::mount as elements;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

fn main() {}

/// Draws the element; the number is for the other two.
#[wasm_bindgen]
pub fn mount(
    kind: &str,
    element: HtmlElement,
    origin: String,
    back: JsValue,
    clicked: bool,
) -> Option<usize> {
    elements::mount((draw, CSS), kind, element, origin, back, clicked)
}

/// The element left the page.
#[wasm_bindgen]
pub fn unmount(number: usize) {
    elements::unmount(number);
}

/// An attribute changed.
#[wasm_bindgen]
pub fn changed(number: usize) {
    elements::changed(number);
}
