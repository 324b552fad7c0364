//! A framed message: what happened, what is safe, what to do. Its tone is said by words, not by color alone.

use super::el::{El, classed};

/// Styles of this piece.
pub const CSS: &str = crate::sheet!("ui/notice.css");

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
pub fn notice(tone: Tone, title: &str, text: &str, acts: Vec<El>) -> El {
    let class = match tone {
        Tone::Info => "notice",
        Tone::Caution => "notice caution",
        Tone::Critical => "notice critical",
    };
    let title = (!title.is_empty()).then(|| classed("p", "what").child(title));
    let acts = (!acts.is_empty()).then(|| classed("div", "acts").child(acts));
    classed("div", class)
        .set("part", "notice")
        .child(title)
        .child(classed("p", "text").child(text))
        .child(acts)
}
