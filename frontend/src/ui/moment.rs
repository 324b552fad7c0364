//! A moment, in Japan's time.

use super::el::{El, el};
use shared::api::Language;
use shared::text;

/// `11/23 21:05` in a table, with the whole moment for machines and as a hint.
pub fn moment_short(at_ms: i64, language: Language) -> El {
    el("time")
        .set("datetime", &text::moment_machine(at_ms))
        .set("title", &text::moment(at_ms, language))
        .child(text::moment_short(at_ms))
}

/// `2026年11月23日 21:05 (JST)`.
pub fn moment(at_ms: i64, language: Language) -> El {
    el("time").set("datetime", &text::moment_machine(at_ms)).child(text::moment(at_ms, language))
}
