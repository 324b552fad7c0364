//! A code with a button that copies it.

use super::el::{El, classed, el};
use crate::ui::signal::RwSignal;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::Language;
use shared::text;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// Styles of this piece.
pub const CSS: &str = crate::sheet!("ui/copy.css");

/// So long the button says that it has copied.
const SAID: Duration = Duration::from_secs(3);

/// `code` as text to be selected, and a button that puts it on the clipboard; `label` says what it is to those who
/// cannot see what stands beside it.
pub fn copyable(code: String, label: fn(Language) -> &'static str, language: RwSignal<Language>) -> El {
    let copied = RwSignal::new(false);
    let shown = el("code").set("translate", "no").child(code.as_str());
    let copy = move |_| {
        let writing = window().navigator().clipboard().write_text(&code);
        spawn_local(async move {
            // Refused by the browser: the code can still be selected by hand.
            if JsFuture::from(writing).await.is_ok() {
                copied.try_set(true);
                set_timeout(
                    move || {
                        copied.try_set(false);
                    },
                    SAID,
                );
            }
        });
    };
    let says = move || if copied.get() { text::copied(language.get()) } else { text::copy(language.get()) };
    classed("span", "copyable").child(shown).child(
        classed("button", "copy")
            .set("type", "button")
            .on("click", copy)
            .child(el("span").set("aria-live", "polite").live(says))
            .child(classed("span", "visually-hidden").live(move || label(language.get()))),
    )
}
