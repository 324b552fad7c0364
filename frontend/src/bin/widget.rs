//! The widget's program: what the loader calls. No logic.

use frontend::widget::{draw, mount as elements};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

fn main() {}

/// Draws the element of `kind` (`button`, `review` …); the number is for the other two.
#[wasm_bindgen]
pub fn mount(
    kind: &str,
    element: HtmlElement,
    origin: String,
    back: JsValue,
    clicked: bool,
) -> Option<usize> {
    elements::mount((draw, ""), kind, element, origin, back, clicked)
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
