//! お届け先を変更: the form of a Japanese address, in place (R21).
//!
//! The server reads what is typed and says field by field what to type instead; the page says it at the field and above
//! the form. A postal code fills in the rest. Or the address is chosen from Amazon's address book.

use super::address_field::{focus_field, group};
use super::failed::Asked;
use super::panel::{frame, keep};
use super::{Held, My, keep_choosing, preview};
use crate::ui::button::button;
use crate::ui::el::{El, classed, el};
use crate::widget::amazon_script::{self, Product};
use crate::widget::browser;
use crate::widget::pay_button::yes_or_no;
use crate::widget::sign_in::random;
use leptos::prelude::*;
use shared::address_form::{AddressField, AddressForm};
use shared::api::{AddressFieldView, AmazonAddressRequest, MySubscription};
use shared::text;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// The fields as they stand on the page: the postal code first, for it fills in most of the rest.
const ORDER: [AddressField; 10] = [
    AddressField::PostalCode,
    AddressField::Prefecture,
    AddressField::City,
    AddressField::Street,
    AddressField::Building,
    AddressField::FamilyName,
    AddressField::GivenName,
    AddressField::FamilyKana,
    AddressField::GivenKana,
    AddressField::Phone,
];

/// What is typed and how far it has come. One for the page, so that nothing typed is lost when a card is drawn anew.
#[derive(Clone, Copy)]
pub struct Form {
    /// By the order of the page.
    values: [RwSignal<String>; 10],
    /// What has to be typed again.
    pub errors: RwSignal<Held>,
    /// Towns of the postal code to choose from.
    pub choices: RwSignal<Held>,
    /// What the look-up did.
    pub looked_up: RwSignal<String>,
    /// The street as the look-up filled it in: replaced by the next look-up, unlike what a person typed.
    pub filled: RwSignal<String>,
    /// The session it was chosen in at Amazon; empty where it is typed.
    pub session: RwSignal<String>,
    /// From the delivery of that day on; empty: from the next one.
    pub from: RwSignal<String>,
    /// What the change reaches.
    pub preview: RwSignal<Held>,
    /// It has been changed.
    pub done: RwSignal<bool>,
    /// What the change reaches is being asked; until the answer nothing is changed.
    pub asking: RwSignal<bool>,
    /// Counts what an answer may come too late for: see [`Form::next_turn`].
    turn: RwSignal<u32>,
}

impl Form {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            values: core::array::from_fn(|_| RwSignal::new(String::new())),
            errors: RwSignal::new(Held::Nothing),
            choices: RwSignal::new(Held::Nothing),
            looked_up: RwSignal::new(String::new()),
            filled: RwSignal::new(String::new()),
            session: RwSignal::new(String::new()),
            from: RwSignal::new(String::new()),
            preview: RwSignal::new(Held::Nothing),
            done: RwSignal::new(false),
            asking: RwSignal::new(false),
            turn: RwSignal::new(0),
        }
    }

    /// From now on no answer counts that was asked for before. The number to ask [`My::is_turn`] with.
    pub fn next_turn(self) -> u32 {
        self.asking.set(false);
        self.turn.update(|turn| *turn = turn.wrapping_add(1));
        self.turn.get_untracked()
    }

    /// Whether it still is.
    pub fn is_turn(self, turn: u32) -> bool {
        self.turn.get_untracked() == turn
    }

    /// Forgets everything.
    pub fn empty(self) {
        let more = [self.looked_up, self.filled, self.session, self.from];
        for value in self.values.into_iter().chain(more) {
            value.set(String::new());
        }
        for held in [self.errors, self.choices, self.preview] {
            held.set(Held::Nothing);
        }
        self.done.set(false);
        self.next_turn();
    }

    /// What stands in a field.
    pub fn value(self, field: AddressField) -> RwSignal<String> {
        let at = ORDER.iter().position(|one| *one == field).unwrap_or(0);
        self.values[at]
    }

    /// As it is sent.
    pub fn typed(self) -> AddressForm {
        let value = |field| self.value(field).get_untracked();
        AddressForm {
            family_name: value(AddressField::FamilyName),
            given_name: value(AddressField::GivenName),
            family_kana: value(AddressField::FamilyKana),
            given_kana: value(AddressField::GivenKana),
            postal_code: value(AddressField::PostalCode),
            prefecture: value(AddressField::Prefecture),
            city: value(AddressField::City),
            street: value(AddressField::Street),
            building: value(AddressField::Building),
            phone: value(AddressField::Phone),
        }
    }

    /// Keeps what has to be typed again, in the order of the page.
    pub fn refuse(self, errors: &[AddressFieldView]) {
        let of = |field: AddressField| errors.iter().filter(move |error| error.field == field).cloned();
        self.errors.set(Held::Errors(ORDER.into_iter().flat_map(of).collect::<Vec<_>>().into()));
    }
}

/// What stays the same when somebody moves is there already: who it is for, and the phone.
pub fn fill(form: Form, one: &MySubscription) {
    let Some(address) = &one.address else { return };
    let mut name = address.person.clone().unwrap_or_default();
    if name.family.is_empty() {
        let mut parts = address.name.split([' ', '\u{3000}']).filter(|part| !part.is_empty());
        if let (Some(family), Some(given), None) = (parts.next(), parts.next(), parts.next()) {
            (name.family, name.given) = (family.to_owned(), given.to_owned());
        }
    }
    for (field, value) in [
        (AddressField::FamilyName, name.family),
        (AddressField::GivenName, name.given),
        (AddressField::FamilyKana, name.family_kana),
        (AddressField::GivenKana, name.given_kana),
        (AddressField::Phone, address.phone.clone().unwrap_or_default()),
    ] {
        let signal = form.value(field);
        if signal.with_untracked(String::is_empty) {
            signal.set(value);
        }
    }
}

/// The panel: form, then preview, then what happens next.
pub fn view(my: My, one: Arc<MySubscription>) -> El {
    let language = my.language;
    let form = my.form;
    if form.preview.with_untracked(Held::is_nothing) {
        fill(form, &one);
    }
    let body = {
        let one = one.clone();
        move || {
            if !form.preview.get().is_nothing() {
                classed("section", "my-step").child(preview::view(my, one.clone()))
            } else if !form.session.get().is_empty() {
                // Asked for already; the answer draws the preview, or takes the session away.
                classed("aside", "my-step").child(preview::waiting(my))
            } else {
                classed("div", "my-step").child(fields(my, one.clone()))
            }
        }
    };
    frame(my, text::my_change_address(language)).live(body).on("submit", move |event| {
        event.prevent_default();
        if form.done.get_untracked() {
            my.close();
        } else if form.asking.get_untracked() {
            // What would be changed is not seen yet.
        } else if !form.preview.with_untracked(Held::is_nothing) {
            preview::change(my, one.clone());
        } else {
            preview::ask(my, one.clone());
        }
    })
}

fn fields(my: My, one: Arc<MySubscription>) -> Vec<El> {
    let language = my.language;
    let amazon = classed("div", "my-amazon")
        .child(button("quiet", text::my_from_amazon(language), move |_| choose_at_amazon(my, one.clone())))
        .child(classed("p", "weak small").child(text::my_from_amazon_text(language)));
    let rows = [
        group([AddressField::PostalCode], my),
        group([AddressField::Prefecture], my),
        group([AddressField::City], my),
        group([AddressField::Street], my),
        group([AddressField::Building], my),
        group([AddressField::FamilyName, AddressField::GivenName], my),
        group([AddressField::FamilyKana, AddressField::GivenKana], my),
        group([AddressField::Phone], my),
    ];
    let notes = my.list.get_untracked().list().map(|list| super::note_list(&list.notes, language));
    let form = my.form;
    let word = move || {
        if form.asking.get() { text::my_checking(language) } else { text::my_to_preview(language) }
    };
    let next = classed("button", "button")
        .set("part", "button")
        .set("type", "submit")
        .follow("aria-busy", move || yes_or_no(form.asking.get()))
        .live(word);
    vec![
        amazon,
        classed("p", "my-or small").child(text::my_or_type(language)),
        my.alert(|| true),
        summary(my),
        classed("div", "my-fields").child(rows.into_iter().collect::<Vec<_>>()),
        el("div").child(notes),
        classed("div", "my-panel-acts").child(next).child(keep(my)),
    ]
}

/// What has to be typed again, above the form; each leads to its field.
fn summary(my: My) -> El {
    let errors = move || {
        let errors = my.form.errors.get().errors();
        if errors.is_empty() {
            return None;
        }
        let links = errors.iter().map(|error| {
            let at = error.field;
            let go = move |_| focus_field(my, at);
            el("li").child(button("my-link", &error.text, go))
        });
        Some(
            classed("div", "notice critical")
                .set("part", "notice")
                .child(classed("p", "what").child(text::my_errors(my.language)))
                .child(el("ul").child(links.collect::<Vec<_>>())),
        )
    };
    classed("div", "alert my-errors").set("role", "alert").set("tabindex", "-1").live(errors)
}

/// Leaves for Amazon's address book; the state and the subscription are kept in this tab for the way back.
///
/// Amazon's button is never shown: Amazon's script starts a checkout from one that it has drawn, wherever it stands.
fn choose_at_amazon(my: My, one: Arc<MySubscription>) {
    let Some(member) = my.member() else { return my.expired() };
    if my.busy.get_untracked() {
        return;
    }
    my.form.next_turn();
    my.busy.set(true);
    my.failure.set(Held::Nothing);
    browser::spawn(async move {
        let Some(host) = my.page.host() else { return };
        let state = random();
        let request = AmazonAddressRequest { state: state.clone(), pages: host.pages() };
        let started = match member.amazon_address(&one.id, &request).await {
            Ok(started) => started,
            Err(failure) => return my.fail(Asked::Content, failure),
        };
        let here = amazon_script::bring(&started.view.script_url).await;
        if my.page.host().is_none() {
            return;
        }
        keep_choosing(&state, one.id.as_str());
        let gone = here.and_then(|()| {
            let place = host.light_child("div", "amazon-address").ok_or(amazon_script::Blocked)?;
            let pressed = Closure::<dyn Fn()>::new(|| ()).into_js_value().unchecked_into();
            let drawn =
                amazon_script::draw(&place, &started.view, Product::PayAndShip, None, my.language, pressed)?;
            amazon_script::leave(&drawn, Product::PayAndShip, &started.button)
        });
        if gone.is_err() {
            my.busy.set(false);
            my.why.set(text::sign_in_blocked(my.language).to_owned());
            host.emit_error("script_blocked");
            my.focus_soon(".panel .alert:not(:empty)");
        }
    });
}
