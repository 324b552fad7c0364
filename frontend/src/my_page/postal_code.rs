//! 郵便番号: seven digits fill in prefecture, city and town; several towns are offered as a choice.

use super::{Held, My};
use crate::ui::el::{El, classed, el};
use crate::widget::browser;
use leptos::prelude::*;
use shared::address_form::AddressField;
use shared::api::{Language, PostalPlace};
use shared::prefecture::Prefecture;
use shared::text;
use std::sync::Arc;

/// A town that the postal code may mean.
pub type Choice = Arc<(Prefecture, String, String)>;

/// Looks the code up once it has its seven digits, in any width, with or without hyphen.
pub fn look_up(my: My) {
    let form = my.form;
    let typed = form.value(AddressField::PostalCode).get_untracked();
    let code: String = typed.chars().filter_map(digit).collect();
    form.choices.set(Held::Nothing);
    if code.len() != 7 {
        return form.looked_up.set(String::new());
    }
    let Some(member) = my.member() else { return };
    browser::spawn(async move {
        let answer = member.postal_code(&code).await;
        // What was typed on meanwhile is looked up by itself.
        if my.page.host().is_none() || form.value(AddressField::PostalCode).get_untracked() != typed {
            return;
        }
        // What is seen in the preview stays as it was sent; a preview still to come would not show what is filled in.
        if !form.preview.with_untracked(Held::is_nothing) {
            return;
        }
        form.next_turn();
        match answer {
            Ok(found) => take(my, &found.places),
            Err(_) => form.looked_up.set(text::my_postal_failed(my.language).to_owned()),
        }
    });
}

/// Half-width and full-width digits.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        _ => None,
    }
}

fn take(my: My, places: &[PostalPlace]) {
    let form = my.form;
    let choices: Vec<Choice> = places
        .iter()
        .flat_map(|place| {
            let none = place.towns.is_empty().then(String::new);
            let towns = place.towns.iter().cloned().chain(none);
            towns.map(|town| Arc::new((place.prefecture, place.city.clone(), town)))
        })
        .collect();
    match (choices.as_slice(), places) {
        ([], _) => form.looked_up.set(text::my_postal_none(my.language).to_owned()),
        ([one], _) => choose(my, one),
        (_, places) => {
            // What all of them have in common is certain.
            if let [place] = places {
                put(my, AddressField::Prefecture, place.prefecture.name());
                put(my, AddressField::City, &place.city);
            }
            form.looked_up.set(text::my_postal_several(my.language).to_owned());
            form.choices.set(Held::Choices(choices.into()));
        }
    }
}

/// Fills the fields in. A street that a person typed stays.
fn choose(my: My, choice: &Choice) {
    let (prefecture, city, town) = &**choice;
    let form = my.form;
    put(my, AddressField::Prefecture, prefecture.name());
    put(my, AddressField::City, city);
    let street = form.value(AddressField::Street);
    let filled = form.filled.get_untracked();
    if street.with_untracked(|street| street.is_empty() || *street == filled) {
        street.set(town.clone());
        form.filled.set(town.clone());
    }
    form.looked_up.set(text::my_filled(&shown(prefecture, &[city, town], my.language), my.language));
}

fn shown(prefecture: &Prefecture, parts: &[&String], language: Language) -> String {
    let gap = language.pick("", " ");
    let mut all = vec![language.pick(prefecture.name(), prefecture.roman())];
    all.extend(parts.iter().map(|part| part.as_str()).filter(|part| !part.is_empty()));
    all.join(gap)
}

/// Fills a field in, and takes back what was wrong with it.
fn put(my: My, field: AddressField, value: &str) {
    my.form.value(field).set(value.to_owned());
    let errors = my.form.errors.get_untracked().errors();
    let left: Vec<_> = errors.iter().filter(|error| error.field != field).cloned().collect();
    my.form.errors.set(Held::Errors(left.into()));
}

/// What the look-up did, below the postal code, and the towns to choose from.
pub fn told(my: My) -> El {
    let form = my.form;
    let towns = move || {
        let choices = form.choices.get().choices();
        if choices.is_empty() {
            return None;
        }
        let options = choices.iter().enumerate().map(|(at, choice)| {
            let (prefecture, city, town) = &**choice;
            el("option").set("value", &at.to_string()).child(shown(prefecture, &[city, town], my.language))
        });
        let chosen = {
            let choices = choices.clone();
            move |event| {
                let at: Option<usize> = event_target_value(&event).parse().ok();
                if let Some(choice) = at.and_then(|at| choices.get(at)) {
                    choose(my, choice);
                }
            }
        };
        Some(
            classed("label", "my-field my-towns")
                .child(classed("span", "my-label").child(text::my_town(my.language)))
                .child(
                    classed("select", "my-input")
                        .set("aria-label", text::my_town(my.language))
                        .child(el("option").set("value", "").child(text::my_choose(my.language)))
                        .child(options.collect::<Vec<_>>())
                        .on("change", chosen),
                ),
        )
    };
    el("div")
        .child(classed("p", "my-hint my-looked").set("role", "status").live(move || form.looked_up.get()))
        .live(towns)
}
