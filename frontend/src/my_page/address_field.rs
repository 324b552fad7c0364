//! A field of the address form: label, hint, what a browser may fill in, and what has to be typed again.

use super::{My, postal_code};
use crate::ui::el::{El, classed, el};
use leptos::prelude::*;
use shared::address_form::AddressField;
use shared::prefecture::Prefecture;
use shared::text;

/// Fields beside each other.
pub fn group<const N: usize>(fields: [AddressField; N], my: My) -> El {
    classed("div", if N > 1 { "my-pair" } else { "my-one" })
        .child(fields.into_iter().map(|one| field(my, one)).collect::<Vec<_>>())
}

fn field(my: My, field: AddressField) -> El {
    let language = my.language;
    let form = my.form;
    let value = form.value(field);
    let id = ["my-", name(field)].concat();
    let (hint_id, error_id) = ([&id, "-hint"].concat(), [&id, "-error"].concat());
    let hint = match field {
        AddressField::PostalCode => text::my_postal_hint(language),
        AddressField::FamilyKana | AddressField::GivenKana => text::my_kana_hint(language),
        AddressField::Street => text::my_street_hint(language),
        AddressField::Phone => text::my_phone_hint(language),
        _ => "",
    };
    let error = move || {
        let errors = form.errors.get().errors();
        errors.iter().find(|error| error.field == field).map(|error| error.text.clone())
    };
    let described = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || match (hint.is_empty(), error().is_some()) {
            (true, false) => None,
            (true, true) => Some(error_id.clone()),
            (false, false) => Some(hint_id.clone()),
            (false, true) => Some([&error_id, " ", &hint_id].concat()),
        }
    };
    let optional = (field == AddressField::Building)
        .then(|| classed("span", "my-optional").child(text::my_optional(language)));
    let label = classed("label", "my-label")
        .set("for", &id)
        .child(text::address_field(field, language))
        .child(optional);
    let input = if field == AddressField::Prefecture { select(my, value) } else { input(my, field) };
    let input = input
        .set("id", &id)
        .set("name", name(field))
        .set("part", "input")
        .set("autocomplete", text::address_autocomplete(field))
        .follow_maybe("aria-invalid", move || error().map(|_| "true"))
        .follow_maybe("aria-describedby", described);
    classed("div", "my-field")
        .child(label)
        .child((!hint.is_empty()).then(|| classed("p", "my-hint").set("id", &hint_id).child(hint)))
        .child(input)
        .child(classed("p", "error").set("id", &error_id).live(error))
        .child((field == AddressField::PostalCode).then(|| postal_code::told(my)))
}

fn input(my: My, field: AddressField) -> El {
    let value = my.form.value(field);
    let (kind, mode) = match field {
        AddressField::PostalCode => ("text", "numeric"),
        AddressField::Phone => ("tel", "tel"),
        _ => ("text", "text"),
    };
    let input =
        classed("input", if field == AddressField::PostalCode { "my-input short" } else { "my-input" })
            .set("type", kind)
            .set("inputmode", mode)
            .set("autocapitalize", "none")
            .set("spellcheck", "false")
            .prop("value", move || value.get())
            .on("input", move |event| {
                value.set(event_target_value(&event));
                // What is being asked is no longer what stands here.
                my.form.next_turn();
                if field == AddressField::PostalCode {
                    postal_code::look_up(my);
                }
            });
    if field == AddressField::Building { input } else { input.set("aria-required", "true") }
}

fn select(my: My, value: RwSignal<String>) -> El {
    let language = my.language;
    let option = |name: &'static str, shown: &str| {
        el("option").set("value", name).prop("selected", move || value.get() == name).child(shown)
    };
    let names = Prefecture::all().map(|one| {
        let shown = language.pick(one.name(), one.roman());
        option(one.name(), shown)
    });
    classed("select", "my-input")
        .set("aria-required", "true")
        .child(option("", text::my_choose(language)))
        .child(names.collect::<Vec<_>>())
        .on("change", move |event| {
            value.set(event_target_value(&event));
            my.form.next_turn();
        })
}

const fn name(field: AddressField) -> &'static str {
    match field {
        AddressField::FamilyName => "family_name",
        AddressField::GivenName => "given_name",
        AddressField::FamilyKana => "family_kana",
        AddressField::GivenKana => "given_kana",
        AddressField::PostalCode => "postal_code",
        AddressField::Prefecture => "prefecture",
        AddressField::City => "city",
        AddressField::Street => "street",
        AddressField::Building => "building",
        AddressField::Phone => "phone",
    }
}

/// Leads to a field.
pub fn focus_field(my: My, field: AddressField) {
    my.focus(match field {
        AddressField::FamilyName => "#my-family_name",
        AddressField::GivenName => "#my-given_name",
        AddressField::FamilyKana => "#my-family_kana",
        AddressField::GivenKana => "#my-given_kana",
        AddressField::PostalCode => "#my-postal_code",
        AddressField::Prefecture => "#my-prefecture",
        AddressField::City => "#my-city",
        AddressField::Street => "#my-street",
        AddressField::Building => "#my-building",
        AddressField::Phone => "#my-phone",
    });
}
