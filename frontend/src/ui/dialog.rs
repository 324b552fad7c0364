//! A modal sheet on the browser's own `<dialog>`: focus stays inside, Esc closes, focus returns.

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;

/// Styles of this piece.
pub const CSS: &str = include_str!("dialog.css");

/// A sheet that is open as long as it is mounted. `close` is called once, however it was closed; it then unmounts.
#[component]
pub fn Dialog(
    /// Id of the heading, which is inside.
    heading: &'static str,
    /// Told when it has been closed.
    #[prop(into)]
    close: Callback<()>,
    /// The node, for `close()`.
    node: NodeRef<html::Dialog>,
    /// What stands inside; forms with `method="dialog"` close it.
    children: Children,
) -> impl IntoView {
    Effect::new(move || {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    let closed = move |event: Event| {
        // A `close` of something inside bubbles in some browsers.
        if event.target() == event.current_target() {
            close.run(());
        }
    };
    view! {
        <dialog class="sheet" node_ref=node aria-labelledby=heading on:close=closed>
            {children()}
        </dialog>
    }
}

/// Closes the dialog of `node`, which returns the focus to where it was.
pub fn dismiss(node: NodeRef<html::Dialog>) {
    if let Some(dialog) = node.get_untracked() {
        dialog.close();
    }
}
