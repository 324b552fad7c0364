//! A modal sheet on the browser's own `<dialog>`: focus stays inside, Esc closes, focus returns.

use super::el::{El, Node, Piece, classed};
use crate::ui::signal::effect;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// Styles of this piece.
pub const CSS: &str = crate::sheet!("ui/dialog.css");

/// A sheet that is open as long as it is mounted. `heading` is the id of the heading, which is inside; `close` is
/// called once, however it was closed, and unmounts it; `node` is for [`dismiss`]. Forms with `method="dialog"`
/// close it.
pub fn dialog(heading: &str, close: impl Fn() + 'static, node: Node, content: impl Piece) -> El {
    open(node);
    classed("dialog", "sheet")
        .set("aria-labelledby", heading)
        .node(node)
        .on("close", move |event| {
            // A `close` of something inside bubbles in some browsers.
            if event.target() == event.current_target() {
                close();
            }
        })
        .child(content)
}

fn open(node: Node) {
    effect(move || {
        if let Some(dialog) = node.get() {
            let dialog: HtmlDialogElement = dialog.unchecked_into();
            if !dialog.open() {
                let _ = dialog.show_modal();
            }
        }
    });
}

/// Closes the dialog of `node`, which returns the focus to where it was.
pub fn dismiss(node: Node) {
    if let Some(dialog) = node.get_untracked() {
        dialog.unchecked_into::<HtmlDialogElement>().close();
    }
}
