//! Buttons and links that look like buttons.

use super::el::{El, classed};
use web_sys::Event;

/// Styles of this piece.
pub const CSS: &str = crate::sheet!("ui/button.css");

/// A button; `class` is added to its looks (`quiet`, `small`, `wide` …).
pub fn button(class: &str, label: &str, pressed: impl FnMut(Event) + 'static) -> El {
    bare_button(class, pressed).child(label)
}

/// A button that still wants its content.
pub fn bare_button(class: &str, pressed: impl FnMut(Event) + 'static) -> El {
    classed("button", &["button ", class].concat())
        .set("part", "button")
        .set("type", "button")
        .on("click", pressed)
}

/// A link in a button's clothes; only http(s) addresses become links, all else is left out.
pub fn link_button(href: &str, label: &str, class: &str) -> Option<El> {
    is_web(href).then(|| {
        classed("a", &["button ", class].concat()).set("part", "button").set("href", href).child(label)
    })
}

/// Whether an address may stand in a link: `javascript:` and the like may not.
pub fn is_web(href: &str) -> bool {
    href.starts_with("https://")
        || href.starts_with("http://")
        || (href.starts_with('/') && !href.starts_with("//"))
}
