//! お届け先・購入者情報の編集: the address, the name in parts with a split to accept, kana, and the mail address
//! (R45, R90). Only what was edited is sent.

use super::desk_fields::{Kind, area, filled, said_line};
use super::desk_sheet::{Shell, always, shell};
use super::pieces::{Say, button, said, said_in, typed};
use super::postal_code::filled_in;
use super::{Sentence, use_console};
use crate::api::desk::Act;
use crate::ui::el::{El, classed, el, group};
use crate::ui::signal::{Memo, RwSignal, Signal};
use shared::api::{AddressEdit, EditBuyerRequest, OrderView, PersonEdit, PersonView};
use shared::identity::PersonName;
use shared::order_action::OrderAction;
use shared::text::{desk_words, visible, words};

const LONGEST: u32 = 500;

/// A text under edit, and what it was.
#[derive(Clone)]
struct Draft {
    before: String,
    value: RwSignal<String>,
}

impl Draft {
    fn of(text: impl Into<String>) -> Self {
        let before = text.into();
        Self { value: RwSignal::new(before.clone()), before }
    }

    fn now(&self) -> String {
        self.value.with(|value| value.trim().to_owned())
    }

    fn is_edited(&self) -> bool {
        self.now() != self.before.trim()
    }

    /// The text, where it was edited.
    fn edited(&self) -> Option<String> {
        self.is_edited().then(|| self.now())
    }
}

/// The address under edit.
#[derive(Clone)]
struct AddressDraft {
    name: Draft,
    postal_code: Draft,
    prefecture: Draft,
    lines: Draft,
    phone: Draft,
}

impl AddressDraft {
    fn of(order: &OrderView) -> Self {
        let address = order.address.as_ref();
        let text = |read: fn(&shared::api::AddressView) -> Option<&String>| {
            Draft::of(address.and_then(read).cloned().unwrap_or_default())
        };
        Self {
            name: text(|address| Some(&address.name)),
            postal_code: text(|address| address.postal_code.as_ref()),
            prefecture: text(|address| address.prefecture.as_ref()),
            lines: Draft::of(address.map(|address| address.lines.join("\n")).unwrap_or_default()),
            phone: text(|address| address.phone.as_ref()),
        }
    }

    fn edited(&self) -> Option<AddressEdit> {
        let parts = [&self.name, &self.postal_code, &self.prefecture, &self.lines, &self.phone];
        parts.into_iter().any(Draft::is_edited).then(|| AddressEdit {
            name: self.name.now(),
            postal_code: self.postal_code.now(),
            prefecture: self.prefecture.now(),
            lines: self.lines.now().lines().filter_map(filled).collect(),
            phone: self.phone.now(),
        })
    }
}

/// A person under edit.
#[derive(Clone)]
struct PersonDraft {
    family: Draft,
    given: Draft,
    family_kana: Draft,
    given_kana: Draft,
    phone: Draft,
    postal_code: Draft,
}

impl PersonDraft {
    fn of(person: &PersonView) -> Self {
        Self {
            family: Draft::of(&person.name.family),
            given: Draft::of(&person.name.given),
            family_kana: Draft::of(&person.name.family_kana),
            given_kana: Draft::of(&person.name.given_kana),
            phone: Draft::of(person.phone.clone().unwrap_or_default()),
            postal_code: Draft::of(person.postal_code.clone().unwrap_or_default()),
        }
    }

    fn name(&self) -> PersonName {
        PersonName {
            family: self.family.now(),
            given: self.given.now(),
            family_kana: self.family_kana.now(),
            given_kana: self.given_kana.now(),
        }
    }

    fn edited(&self) -> Option<PersonEdit> {
        let names = [&self.family, &self.given, &self.family_kana, &self.given_kana];
        let name = names.into_iter().any(Draft::is_edited).then(|| self.name());
        let (phone, postal_code) = (self.phone.edited(), self.postal_code.edited());
        let any = name.is_some() || phone.is_some() || postal_code.is_some();
        any.then_some(PersonEdit { name, phone, postal_code })
    }
}

/// The sheet.
pub fn buyer_sheet(order: &OrderView, newest: Signal<i64>) -> El {
    let console = use_console();
    let spoken = console.spoken;
    let version = order.row.version;
    let identity = order.desk.identity.clone();
    let (is_member, profile_version) = (identity.is_member, identity.profile_version);
    let address = AddressDraft::of(order);
    let delivery = PersonDraft::of(&identity.delivery);
    let profile = PersonDraft::of(&identity.profile);
    let mail = Draft::of(order.buyer_mail.clone().unwrap_or_default());

    let request = {
        let (address, delivery, profile, mail) =
            (address.clone(), delivery.clone(), profile.clone(), mail.clone());
        Memo::new(move |_| {
            Hidden(EditBuyerRequest {
                version,
                address: address.edited(),
                delivery: delivery.edited(),
                profile: profile.edited(),
                profile_version,
                mail: mail.edited(),
            })
        })
    };
    let blocked = Signal::derive(move || {
        request.with(|Hidden(request)| {
            let language = spoken.get();
            let EditBuyerRequest { address, delivery, profile, mail, .. } = request;
            if address.is_none() && delivery.is_none() && profile.is_none() && mail.is_none() {
                return Some(desk_words::nothing_edited(language).to_owned());
            }
            let names = [delivery, profile].into_iter().flatten().filter_map(|person| person.name.as_ref());
            names
                .into_iter()
                .any(|name| !name.is_plausible())
                .then(|| desk_words::kana_wrong(language).to_owned())
        })
    });
    let send = move || {
        let Hidden(request) = request.get_untracked();
        console.act(OrderAction::EditBuyer, Act::Buyer(request));
    };
    let field = |id: &str, label: Sentence, draft: &Draft| said_line(id, label, Kind::Text, draft.value);
    let grid = || classed("div", "field-grid");
    let place: Sentence = if is_member { desk_words::in_profile } else { desk_words::in_buyer_data };
    let delivered = classed("fieldset", "group")
        .child(said("legend", desk_words::in_delivery))
        .child(names("delivery", &identity.delivery, &delivery))
        .child(filled_in(
            grid()
                .child(field("address-name", words::recipient, &address.name))
                .child(field("address-phone", words::phone, &address.phone))
                .child(field("address-postal-code", desk_words::postal_code, &address.postal_code))
                .child(field("address-prefecture", desk_words::prefecture, &address.prefecture)),
            address.postal_code.value,
            address.prefecture.value,
            address.lines.value,
        ))
        .child(area("address-lines", desk_words::street, None, LONGEST, address.lines.value));
    let bought = classed("fieldset", "group")
        .child(said("legend", place))
        .child(names("profile", &identity.profile, &profile))
        .child(grid().child(field("profile-phone", words::phone, &profile.phone)).child(field(
            "profile-postal-code",
            desk_words::postal_code,
            &profile.postal_code,
        )))
        .child(field("buyer-mail", words::mail, &mail));
    let fields = group().child(said_in("p", "lead", desk_words::edit_lead)).child(delivered).child(bought);
    let (action, submit) = (OrderAction::EditBuyer, always(desk_words::save));
    shell(Shell { action, version, newest, submit, blocked, send: Box::new(send) }, fields)
}

/// The name in parts, with Amazon's own spelling and a split to accept.
fn names(place: &'static str, person: &PersonView, draft: &PersonDraft) -> El {
    let spoken = use_console().spoken;
    let (family, given) = (draft.family.value, draft.given.value);
    let proposal = person.proposed.clone().filter(|_| person.name.family.is_empty()).map(|(one, other)| {
        let words = {
            let (one, other) = (visible(&one).into_owned(), visible(&other).into_owned());
            move || desk_words::proposed(&one, &other, spoken.get())
        };
        let accept = move |_| {
            family.set(one.clone());
            given.set(other.clone());
        };
        let of: Sentence = if place == "delivery" { desk_words::in_delivery } else { words::buyer };
        classed("div", "proposal").child(el("p").live(words)).child(
            button("quiet compact", desk_words::use_split, accept)
                .child(classed("span", "visually-hidden").child(" ").say(of)),
        )
    });
    let field = |part: &str, label: Sentence, value: RwSignal<String>| {
        said_line(&[place, "-", part].concat(), label, Kind::Text, value)
    };
    let parts = classed("div", "field-grid")
        .child(field("family", desk_words::family, family))
        .child(field("given", desk_words::given, given))
        .child(field("family-kana", desk_words::family_kana, draft.family_kana.value))
        .child(field("given-kana", desk_words::given_kana, draft.given_kana.value));
    let original =
        said_in("p", "field-hint", desk_words::original_name).child(": ").child(typed(&person.original));
    group().child(original).child(proposal).child(parts)
}

/// The request under edit.
#[derive(Clone, PartialEq, Eq)]
struct Hidden(EditBuyerRequest);
