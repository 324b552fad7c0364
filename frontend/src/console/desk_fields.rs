//! Fields of the desk's sheets: a line, an area, a set of radio buttons, a list to choose from.

use super::Sentence;
use super::pieces::{check, said, said_in};
use crate::ui::el::{El, classed, el};
use crate::ui::signal::RwSignal;
use leptos::prelude::*;
use shared::money::Yen;

/// How a line is typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Digits; phones show their number keys.
    Digits,
}

/// One line.
pub fn line(
    id: &str,
    label: impl Fn() -> String + Send + Sync + 'static,
    kind: Kind,
    value: RwSignal<String>,
) -> El {
    labelled_line(id, el("label").set("for", id).live(label), kind, value)
}

/// One line under a sentence.
pub fn said_line(id: &str, label: Sentence, kind: Kind, value: RwSignal<String>) -> El {
    labelled_line(id, said("label", label).set("for", id), kind, value)
}

fn labelled_line(id: &str, label: El, kind: Kind, value: RwSignal<String>) -> El {
    let digits = kind == Kind::Digits;
    let input = el("input").set("id", id).set("type", "text");
    let input = if digits { input.set("inputmode", "numeric") } else { input };
    let input = input.set("autocomplete", "off").set("spellcheck", "false");
    classed("div", if digits { "field is-digits" } else { "field" }).child(label).child(bound(input, value))
}

/// `input` shows `value` and sets it.
pub fn bound(input: El, value: RwSignal<String>) -> El {
    input.prop("value", move || value.get()).on("input", move |event| value.set(event_target_value(&event)))
}

/// A few lines; at most `most` characters.
pub fn area(
    id: &'static str,
    label: Sentence,
    hint: Option<Sentence>,
    most: u32,
    value: RwSignal<String>,
) -> El {
    let hint_id = [id, "-hint"].concat();
    let area = el("textarea").set("id", id).set("rows", "2").set("maxlength", &most.to_string());
    let area = if hint.is_some() { area.set("aria-describedby", &hint_id) } else { area };
    classed("div", "field")
        .child(said("label", label).set("for", id))
        .child(hint.map(|hint| said_in("p", "field-hint", hint).set("id", &hint_id)))
        .child(bound(area, value))
}

/// One of a few.
pub fn radios<T: Copy + PartialEq + Send + Sync + 'static>(
    name: &'static str,
    legend: Sentence,
    choices: Vec<T>,
    words: impl Fn(T) -> &'static str + Copy + Send + Sync + 'static,
    chosen: RwSignal<Option<T>>,
) -> El {
    let choice = move |one: T| {
        let input = el("input")
            .set("type", "radio")
            .set("name", name)
            .prop("checked", move || chosen.get() == Some(one))
            .on("change", move |_| chosen.set(Some(one)));
        check(input).child(el("span").live(move || words(one)))
    };
    classed("fieldset", "choices")
        .child(said("legend", legend))
        .child(choices.into_iter().map(choice).collect::<Vec<_>>())
}

/// Digits as people type them: full width, with ¥ and separators.
fn digits(typed: &str) -> Option<i64> {
    let plain: String = typed
        .chars()
        .filter(|c| !matches!(c, ',' | '\u{FF0C}' | '\u{00A5}' | '\u{FFE5}' | '円') && !c.is_whitespace())
        .map(|c| match c {
            '\u{FF10}'..='\u{FF19}' => char::from_digit(c as u32 - 0xFF10, 10).unwrap_or(c),
            other => other,
        })
        .collect();
    if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    plain.parse().ok()
}

/// Yen as typed.
pub fn yen(typed: &str) -> Option<Yen> {
    digits(typed).and_then(|amount| Yen::new(amount).ok())
}

/// A count as typed.
pub fn count(typed: &str) -> Option<u32> {
    digits(typed).and_then(|count| count.try_into().ok())
}

/// Text without its blanks, if anything is left.
pub fn filled(typed: &str) -> Option<String> {
    let text = typed.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
