//! The optional question for the buyer's name in parts and kana in the review, where the shop asks it (R45).
//!
//! It is about who buys: whoever presses 注文する can tell that name, and not how a friend's name sounds. Where Amazon's
//! recipient bears the same name, the answer holds for the delivery, too. Start at [`question`].

use super::checkout_error::CheckoutError;
use super::review_checkout::buyer_of;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::checkouts::CheckoutRow;
use crate::store::members::{self, MemberProfile};
use crate::store::orders::{Order, OrderIdentity};
use crate::store::{Batch, StoreError};
use amazon_pay::wire::{CheckoutSession, Personal};
use jiff::Timestamp;
use shared::address::{DeliveryAddress, phone, tidy};
use shared::api::{QuestionField, QuestionView};
use shared::identity::{PersonName, is_same_name};
use shared::name_question::{FIELDS, proposed, read};
use shared::text;

/// What the review asks; `None` where the shop does not ask, or knows the name of the member already.
///
/// # Errors
/// The database failed.
pub async fn question(
    app: &App,
    shop: &OpenShop,
    row: &CheckoutRow,
    session: &CheckoutSession,
) -> Result<Option<QuestionView>, StoreError> {
    let Some(proposed) = proposal(app, shop, session).await? else { return Ok(None) };
    // Back from Amazon once more: what was told at the press before.
    let PersonName { family, given, family_kana, given_kana } = row.told_name.clone().unwrap_or(proposed);
    let language = row.language;
    let field = |((field, name), value): ((_, &str), String)| QuestionField {
        name: name.to_owned(),
        label: text::address_field(field, language).to_owned(),
        value,
        autocomplete: text::address_autocomplete(field).to_owned(),
    };
    Ok(Some(QuestionView {
        heading: text::question_heading(language).to_owned(),
        hint: text::question_hint(language).to_owned(),
        fields: FIELDS.into_iter().zip([family, given, family_kana, given_kana]).map(field).collect(),
    }))
}

/// The name that was told at the press; `None` where nothing was answered, or nothing is asked (any more): a setting that
/// was changed meanwhile costs no order.
///
/// # Errors
/// [`CheckoutError::NameInvalid`], or the database failed.
pub async fn answer(
    app: &App,
    shop: &OpenShop,
    session: &CheckoutSession,
    answer: Option<&PersonName>,
) -> Result<Option<PersonName>, CheckoutError> {
    let Some(answer) = answer else { return Ok(None) };
    let Some(proposed) = proposal(app, shop, session).await? else { return Ok(None) };
    read(answer, &proposed).map_err(CheckoutError::NameInvalid)
}

/// What the question is filled with at first; `None` where it is not asked.
async fn proposal(
    app: &App,
    shop: &OpenShop,
    session: &CheckoutSession,
) -> Result<Option<PersonName>, StoreError> {
    if !shop.settings.ask_name {
        return Ok(None);
    }
    let reader = app.store.reader().await?;
    let told = members::told_name(&reader, &shop.id, buyer_of(session)).await?;
    let name = session.buyer.as_ref().and_then(|buyer| buyer.name.as_ref()).map_or("", Personal::expose);
    Ok((!told.is_whole()).then(|| proposed(&told, &tidy(name))))
}

/// Takes what was told of the buyer for the recipient, where the recipient bears the buyer's name: in the order, and in
/// the address, where the later deliveries of a subscription find it. Then the buyer lives there, too. Of another
/// recipient nothing is known.
pub fn of_recipient(identity: &mut OrderIdentity, address: &mut DeliveryAddress, buyer: &str) {
    if is_same_name(&address.name, buyer) && identity.buyer != PersonName::default() {
        address.person = Some(identity.buyer.clone());
        identity.delivery = identity.buyer.clone();
        identity.postal_code = address.postal_code.clone();
    } else {
        identity.delivery = PersonName::default();
        identity.postal_code = None;
    }
}

/// Completes the profile of a member who told the name by what the order knows; what was told before stays, unless it
/// is the name and lacks something.
pub fn complete_profile(order: &Order, member: MemberProfile, now: Timestamp) -> Batch {
    if member.name.is_whole() {
        return Batch::new();
    }
    let identity = &order.desk.identity;
    let member = MemberProfile {
        name: identity.buyer.clone(),
        phone: member.phone.or_else(|| order.buyer.phone.as_deref().and_then(phone)),
        postal_code: member.postal_code.or_else(|| identity.postal_code.clone()),
        ..member
    };
    members::edit(&order.shop_id, &member, now.as_millisecond()).into()
}
