//! A code with a button that copies it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::Language;
use shared::text;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// Styles of this piece.
pub const CSS: &str = include_str!("copy.css");

/// So long the button says that it has copied.
const SAID: Duration = Duration::from_secs(3);

/// `code` as text to be selected, and a button that puts it on the clipboard.
#[component]
pub fn Copyable(
    /// What is copied.
    #[prop(into)]
    code: String,
    /// What it is, for those who cannot see what stands beside it.
    #[prop(into)]
    label: Signal<&'static str>,
    /// Language of the button.
    #[prop(into)]
    language: Signal<Language>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let wanted = code.clone();
    let copy = move |_| {
        let writing = window().navigator().clipboard().write_text(&wanted);
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
    view! {
        <span class="copyable">
            <code translate="no">{code}</code>
            <button type="button" class="copy" on:click=copy>
                <span aria-live="polite">{says}</span>
                <span class="visually-hidden">{move || label.get()}</span>
            </button>
        </span>
    }
}
