//! Fields of the desk's sheets: a line, an area, a set of radio buttons, a list to choose from.

use super::{Sentence, say};
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
    id: impl Into<String>,
    label: impl Fn() -> String + Send + Sync + 'static,
    kind: Kind,
    value: RwSignal<String>,
) -> impl IntoView {
    let id = id.into();
    let mode = (kind == Kind::Digits).then_some("numeric");
    view! {
        <div class="field" class:is-digits=kind == Kind::Digits>
            <label for=id.clone()>{label}</label>
            <input
                id=id
                type="text"
                inputmode=mode
                autocomplete="off"
                spellcheck="false"
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
}

/// A few lines; at most `most` characters.
pub fn area(
    id: &'static str,
    label: Sentence,
    hint: Option<Sentence>,
    most: u32,
    value: RwSignal<String>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <label for=id>{say(label)}</label>
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id.clone()>{say(hint)}</p> })}
            <textarea
                id=id
                rows="2"
                maxlength=most
                aria-describedby=hint.map(|_| hint_id.clone())
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
        </div>
    }
}

/// One of a few.
pub fn radios<T: Copy + PartialEq + Send + Sync + 'static>(
    name: &'static str,
    legend: Sentence,
    choices: Vec<T>,
    words: impl Fn(T) -> &'static str + Copy + Send + Sync + 'static,
    chosen: RwSignal<Option<T>>,
) -> impl IntoView {
    let choice = move |one: T| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name=name
                    prop:checked=move || chosen.get() == Some(one)
                    on:change=move |_| chosen.set(Some(one))
                />
                <span>{move || words(one)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choices">
            <legend>{say(legend)}</legend>
            {choices.into_iter().map(choice).collect_view()}
        </fieldset>
    }
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
