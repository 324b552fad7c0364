//! A moment, in Japan's time.

use leptos::prelude::*;
use shared::api::Language;
use shared::text;

/// `11/23 21:05` in a table, with the whole moment for machines and as a hint.
pub fn moment_short(at_ms: i64, language: Language) -> impl IntoView {
    view! {
        <time datetime=text::moment_machine(at_ms) title=text::moment(at_ms, language)>
            {text::moment_short(at_ms)}
        </time>
    }
}

/// `2026年11月23日 21:05 (JST)`.
pub fn moment(at_ms: i64, language: Language) -> impl IntoView {
    view! { <time datetime=text::moment_machine(at_ms)>{text::moment(at_ms, language)}</time> }
}
