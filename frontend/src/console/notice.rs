//! A framed message for `view!`; see [`super::pieces::notice`]. Its tone is said by words, not by color alone.

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
    use crate::ui::el::group;
    super::pieces::notice(tone, title, text, acts.map(|acts| group().child(acts))).view()
}
