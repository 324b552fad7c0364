//! お届け先・購入者情報の編集 (R45, R90): of this order only, and of the member profile where one is edited by name.
//!
//! Which parts were edited stands in the timeline, without the data; old and new stand in the ledger (R42).

use super::bundle_orders;
use super::desk::{self, DeskError};
use super::desk_view;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::Batch;
use crate::store::ledger::{self, LedgerRow};
use crate::store::members::{self, MemberProfile};
use crate::store::orders::{self, Order};
use crate::store::timeline::Happened;
use shared::address::{DeliveryAddress, RawAddress, phone, postal_code, tidy};
use shared::api::{AddressEdit, EditBuyerRequest, LedgerField, PersonEdit};
use shared::id::{OperatorId, OrderId};
use shared::identity::PersonName;
use shared::order_action::OrderAction;

/// Edits what the request names.
///
/// # Errors
/// [`DeskError`]; [`DeskError::Invalid`] for what cannot be read.
pub async fn edit_buyer(
    app: &App,
    shop: &OpenShop,
    id: &OrderId,
    operator: &OperatorId,
    request: &EditBuyerRequest,
) -> Result<(), DeskError> {
    let mut order = desk::load(app, shop, id, request.version, OrderAction::EditBuyer).await?;
    if order.version != request.version {
        return Err(DeskError::Changed);
    }
    let now = app.clock.now();
    let mut member = match (&request.profile, &order.buyer.id) {
        (Some(_), Some(buyer)) => {
            let reader = app.store.reader().await?;
            members::profile(&reader, &shop.id, buyer).await?
        }
        _ => None,
    };
    let before = told(&order, member.as_ref());
    let mut edited: Vec<&str> = Vec::new();
    let mut batch = Batch::new();
    if let Some(edit) = &request.address {
        order.address = Some(address_of(edit)?);
        order.area_not_served = !shop.serves(order.address.as_ref().and_then(|address| address.prefecture));
        edited.push("address");
    }
    if let Some(edit) = &request.delivery {
        let read = Parts::of(edit)?;
        if let Some(address) = &mut order.address {
            address.phone = read.phone.or(address.phone.take());
            address.postal_code = read.postal_code.or(address.postal_code.take());
        }
        if let Some(name) = read.name {
            order.desk.identity.delivery = name;
        }
        edited.push("delivery");
    }
    if let Some(edit) = &request.profile {
        let read = Parts::of(edit)?;
        match &mut member {
            Some(member) => {
                if request.profile_version.is_some_and(|seen| seen != member.version) {
                    return Err(DeskError::Changed);
                }
                member.name = read.name.unwrap_or_else(|| member.name.clone());
                order.buyer.phone = read.phone.clone().or(order.buyer.phone.take());
                member.phone = read.phone.or(member.phone.take());
                member.postal_code = read.postal_code.or(member.postal_code.take());
                // What the order is found by and exported with stands in the order itself (R45, R51).
                order.desk.identity.buyer = member.name.clone();
                batch.push(members::edit(&shop.id, member, now.as_millisecond()));
                edited.push("member");
            }
            None => {
                let identity = &mut order.desk.identity;
                identity.buyer = read.name.unwrap_or_else(|| identity.buyer.clone());
                identity.postal_code = read.postal_code.or(identity.postal_code.take());
                order.buyer.phone = read.phone.or(order.buyer.phone.take());
                edited.push("buyer");
            }
        }
    }
    if let Some(mail) = &request.mail {
        order.buyer.mail = Some(mail_of(mail)?);
        edited.push("mail");
    }
    if edited.is_empty() {
        return Err(shared::order_action::ActionRefused::Nothing.into());
    }
    order.desk.identity.edited = true;
    // An order that goes elsewhere cannot ride along (R46).
    batch.append(
        bundle_orders::part(app, std::slice::from_mut(&mut order), desk::actor(operator), now).await?,
    );
    let happened =
        Happened::Desk { action: OrderAction::EditBuyer, amount: None, change: Some(edited.join(", ")) };
    batch.push(desk::told(&order, desk::actor(operator), happened, now));
    let after = told(&order, member.as_ref());
    batch.append(
        before
            .into_iter()
            .zip(after)
            .filter(|(old, new)| old != new)
            .map(|(old, new)| {
                let line = LedgerRow {
                    at: now.as_millisecond(),
                    operator: operator.clone(),
                    field: new.0,
                    subject: None,
                    old: old.1,
                    new: new.1,
                    reason: String::new(),
                };
                ledger::add(&shop.id, id, &secret::timed_id(now), &line)
            })
            .collect::<Batch>(),
    );
    batch.push(orders::save(&order, now.as_millisecond()));
    // The order is found by what it says now (R51).
    batch.push(super::index_order::enqueue(&order, now));
    desk::write(app, batch).await?;
    app.work.notify_one();
    Ok(())
}

/// What may be edited, as one reads it: of the order, and of the member profile in place of its buyer data.
fn told(order: &Order, member: Option<&MemberProfile>) -> [(LedgerField, String); 7] {
    let (recipient, buyer) = desk_view::persons_of(order, member);
    let address = order.address.as_ref();
    let on_parcel = address.map_or("", |address| address.name.as_str());
    let place = address.map(|address| {
        let prefecture = address.prefecture.map_or("", |prefecture| prefecture.name());
        let code = address.postal_code_shown().unwrap_or_default();
        both(" ", &code, &[prefecture, &address.lines.join(" ")].concat())
    });
    [
        (LedgerField::RecipientName, both(" / ", on_parcel, &in_parts(&recipient.name))),
        (LedgerField::Address, place.unwrap_or_default()),
        (LedgerField::RecipientPhone, recipient.phone.unwrap_or_default()),
        (LedgerField::BuyerName, in_parts(&buyer.name)),
        (LedgerField::BuyerPhone, buyer.phone.unwrap_or_default()),
        (LedgerField::BuyerPostalCode, buyer.postal_code.unwrap_or_default()),
        (LedgerField::Mail, order.buyer.mail.clone().unwrap_or_default()),
    ]
}

/// 姓 名(セイ メイ); nothing of what is blank.
fn in_parts(name: &PersonName) -> String {
    let (written, kana) =
        (both(" ", &name.family, &name.given), both(" ", &name.family_kana, &name.given_kana));
    if kana.is_empty() { written } else { format!("{written}({kana})") }
}

fn both(between: &str, one: &str, other: &str) -> String {
    let parts = [one, other].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(between)
}

/// What was entered, read.
struct Parts {
    name: Option<PersonName>,
    phone: Option<String>,
    postal_code: Option<String>,
}

impl Parts {
    fn of(edit: &PersonEdit) -> Result<Self, DeskError> {
        let name = edit.name.as_ref().map(name_of).transpose()?;
        let read = |given: Option<&String>, reader: fn(&str) -> Option<String>| {
            given.map(|text| reader(text).ok_or(DeskError::Invalid)).transpose()
        };
        Ok(Self {
            name,
            phone: read(edit.phone.as_ref(), phone)?,
            postal_code: read(edit.postal_code.as_ref(), postal_code)?,
        })
    }
}

/// A name's parts, tidied: half-width kana become full width.
///
/// # Errors
/// [`DeskError::Invalid`].
pub fn name_of(given: &PersonName) -> Result<PersonName, DeskError> {
    let name = PersonName {
        family: tidy(&given.family),
        given: tidy(&given.given),
        family_kana: tidy(&given.family_kana),
        given_kana: tidy(&given.given_kana),
    };
    if name.is_plausible() { Ok(name) } else { Err(DeskError::Invalid) }
}

/// A whole address as an operator entered it; nothing in it may be unreadable.
///
/// # Errors
/// [`DeskError::Invalid`].
pub fn address_of(edit: &AddressEdit) -> Result<DeliveryAddress, DeskError> {
    let lines: Vec<String> =
        edit.lines.iter().map(|line| tidy(line)).filter(|line| !line.is_empty()).collect();
    let raw = RawAddress {
        name: edit.name.clone(),
        state_or_region: edit.prefecture.clone(),
        postal_code: edit.postal_code.clone(),
        country_code: "JP".to_owned(),
        phone_number: edit.phone.clone(),
        ..RawAddress::default()
    };
    let mut address = DeliveryAddress::from_amazon(&raw);
    address.lines = lines;
    let fits = !address.name.is_empty() && address.gaps().is_empty() && address.lines.len() <= 6;
    if fits { Ok(address) } else { Err(DeskError::Invalid) }
}

/// A mail address, as far as its shape tells.
///
/// # Errors
/// [`DeskError::Invalid`].
pub fn mail_of(text: &str) -> Result<String, DeskError> {
    let text = text.trim();
    let shape = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let plain = text.len() <= 254 && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    if shape && plain { Ok(text.to_owned()) } else { Err(DeskError::Invalid) }
}
