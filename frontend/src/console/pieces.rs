//! What the console's screens are put together from, beside `ui`: sentences, buttons, notices, facts.
//!
//! A screen is a function that returns an [`El`]. Read signals in closures given to `live`, `follow` and `on`; what
//! is read outside of one is read once, so it is read untracked.

use super::{Sentence, say};
use crate::ui::el::{El, Piece, classed, el};
use web_sys::Event;

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

/// Sentences in the language spoken.
pub trait Say {
    /// A sentence as a child.
    fn say(self, sentence: Sentence) -> Self;
    /// A sentence as an attribute.
    fn say_as(self, attribute: &'static str, sentence: Sentence) -> Self;
}

impl Say for El {
    #[inline(never)]
    fn say(self, sentence: Sentence) -> Self {
        self.live(say(sentence))
    }

    #[inline(never)]
    fn say_as(self, attribute: &'static str, sentence: Sentence) -> Self {
        let sentence = say(sentence);
        self.follow(attribute, move || sentence().to_owned())
    }
}

/// An element that says a sentence.
#[inline(never)]
pub fn said(tag: &'static str, sentence: Sentence) -> El {
    el(tag).say(sentence)
}

/// The same with a class.
#[inline(never)]
pub fn said_in(tag: &'static str, class: &str, sentence: Sentence) -> El {
    classed(tag, class).say(sentence)
}

/// A button without words yet; `class` is added to its looks (`quiet`, `compact`, `small`).
pub fn bare_button(class: &str, act: impl FnMut(Event) + 'static) -> El {
    unpressed(class).set("type", "button").on("click", act)
}

/// A button.
pub fn button(class: &str, sentence: Sentence, act: impl FnMut(Event) + 'static) -> El {
    bare_button(class, act).say(sentence)
}

/// The button that sends its form, without words yet.
pub fn submit(class: &str) -> El {
    unpressed(class).set("type", "submit")
}

#[inline(never)]
fn unpressed(class: &str) -> El {
    classed("button", &["button ", class].concat())
}

/// `true` while `is` holds, else absent: for `aria-disabled`, `aria-busy` and their like.
pub fn while_true(is: bool) -> Option<&'static str> {
    is.then_some("true")
}

/// `true` or `false`: for `aria-pressed`, `aria-expanded`.
pub fn yes_or_no(is: bool) -> String {
    if is { "true" } else { "false" }.to_owned()
}

/// `<div><dt>…</dt><dd>…</dd></div>` of a description list.
pub fn fact(label: Sentence, value: impl Piece) -> El {
    el("div").child(said("dt", label)).child(el("dd").child(value))
}

/// A part of a screen under a heading of its own.
#[inline(never)]
pub fn part(class: &str, id: &str, heading: Sentence) -> El {
    classed("section", class).set("aria-labelledby", id).child(said("h2", heading).set("id", id))
}

/// A box to tick or a radio button in its label; the words come after it as children.
#[inline(never)]
pub fn check(input: El) -> El {
    classed("label", "check").child(input)
}

/// A table's head with these headings.
pub fn head(headings: impl IntoIterator<Item = El>) -> El {
    el("thead").child(el("tr").child(headings.into_iter().collect::<Vec<_>>()))
}

/// What was typed by somebody, isolated, with what cannot be seen made visible.
#[inline(never)]
pub fn typed(text: &str) -> El {
    el("bdi").child(shared::text::visible(text).into_owned())
}

/// The heading of a sheet, where the focus begins.
#[inline(never)]
pub fn sheet_heading(id: &str) -> El {
    el("h2").set("id", id).set("tabindex", "-1").set("autofocus", "")
}

/// The head of a sheet.
#[inline(never)]
pub fn sheet_head(heading: El) -> El {
    classed("div", "sheet-head").child(heading)
}

/// A framed message; `title` may be empty. `acts` are what can be done, as buttons or links.
#[inline(never)]
pub fn notice(tone: Tone, title: &str, text: &str, acts: Option<El>) -> El {
    let class = match tone {
        Tone::Info => "notice",
        Tone::Caution => "notice caution",
        Tone::Critical => "notice critical",
    };
    classed("div", class)
        .child((!title.is_empty()).then(|| classed("p", "title").child(title)))
        .child(classed("p", "text").child(text))
        .child(acts.map(|acts| classed("div", "acts").child(acts)))
}
