//! A framed message as a Leptos view, in the clothes of `ui/notice.css`. Its tone is said by words, not by color
//! alone.

use leptos::prelude::*;

/// How serious it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something to know.
    Info,
    /// Something to do first.
    Caution,
    /// Something went wrong.
    Critical,
}

/// A notice; `title` may be empty. `acts` are what can be done, as buttons or links.
pub fn notice(tone: Tone, title: &str, text: &str, acts: Option<AnyView>) -> AnyView {
    let class = match tone {
        Tone::Info => "notice",
        Tone::Caution => "notice caution",
        Tone::Critical => "notice critical",
    };
    let title = (!title.is_empty()).then(|| view! { <p class="title">{title.to_owned()}</p> });
    let acts = acts.map(|acts| view! { <div class="acts">{acts}</div> });
    view! { <div class=class>{title}<p class="text">{text.to_owned()}</p>{acts}</div> }.into_any()
}
