//! What the detail shows of the desk: allowed actions, ledger, refunds, identity, links.

use super::desk::{facts, money_open};
use super::refund_order::refundable;
use crate::app::App;
use crate::store::corrections::CorrectionRow;
use crate::store::disputes::DisputeRow;
use crate::store::members::MemberProfile;
use crate::store::orders::{self, Order};
use crate::store::remedies::RemedyRow;
use crate::store::{
    Reader, StoreError, corrections, disputes, ledger, mails, members, payment_links, refunds, remedies,
};
use shared::address::{BuyerName, phone, tidy};
use shared::api::{
    ActionView, CorrectionView, DeskView, DisputeView, IdentityView, LedgerLine, LinkedOrder,
    LinkedSubscription, PersonView, RefundView, RemedyView,
};
use shared::id::{OperatorId, OrderId, ShopId};
use shared::identity::{Person, blockers};
use shared::order::OrderStatus;
use shared::order_action::{OrderAction, expiry_warning, judge};
use shared::payment_method::PaymentMethod;

/// Operators' names by their ids.
pub type Names = [(OperatorId, String)];

/// Most mails that are shown with an order; the outbox has them all.
const MAILS: i64 = 50;

/// Everything of the desk about `order`.
///
/// # Errors
/// The database failed.
pub async fn of(app: &App, order: &Order, names: &Names) -> Result<DeskView, StoreError> {
    let (shop, id) = (&order.shop_id, &order.id);
    let (delivery, profile, profile_version) = persons(app, order).await?;
    let reader = app.store.reader().await?;
    let open = money_open(&reader, order).await?;
    let (ledger, refunds) = (ledger::of(&reader, shop, id).await?, refunds::of(&reader, shop, id).await?);
    let (remedies, corrections) =
        (remedies::of(&reader, shop, id).await?, corrections::of(&reader, shop, id).await?);
    let disputes = disputes::of(&reader, shop, id).await?;
    let mails = mails::of_order(&reader, shop, id, MAILS).await?;
    let replaces = linked(&reader, shop, order.desk.replaces.as_ref()).await?;
    let replaced_by = linked(&reader, shop, order.desk.replaced_by.as_ref()).await?;
    let link = payment_links::open_until(&reader, shop, id).await?;
    let bundle = match &order.desk.bundle_id {
        Some(bundle) => orders::bundled(&reader, shop, bundle).await?,
        None => Vec::new(),
    };
    drop(reader);

    let now = app.clock.now();
    let facts = facts(order, open);
    let amazon = order.method == PaymentMethod::AmazonPay;
    let end = order.payment.expires_at().filter(|_| amazon);
    let own = LinkedOrder { id: id.clone(), number: order.number.clone() };
    let (recipient, buyer) = amazon_names(order);
    let missing = blockers(&delivery, &profile);
    Ok(DeskView {
        // The shop's; set by who knows its settings.
        mail_server: false,
        mails,
        bundle: bundle
            .into_iter()
            .filter(|other| other.id != *id && other.order_status != OrderStatus::Canceled)
            .map(|other| LinkedOrder { id: other.id, number: other.number })
            .collect(),
        actions: OrderAction::ALL
            .into_iter()
            .map(|action| ActionView { action, refused: judge(action, &facts, now).err() })
            .collect(),
        expiry_warning: end.and_then(|end| expiry_warning(end, now)),
        expires_at: end.map(|end| end.as_millisecond()),
        refundable: refundable(&order.payment),
        ledger: ledger
            .into_iter()
            .map(|line| LedgerLine {
                at: line.at,
                by: name(names, &line.operator),
                field: line.field,
                subject: line.subject,
                old: line.old,
                new: line.new,
                reason: line.reason,
            })
            .collect(),
        refunds: refunds
            .into_iter()
            .map(|row| RefundView {
                refund_id: row.amazon_id.map(String::from),
                amount: row.amount,
                progress: row.progress,
                reason: row.cause,
                note: row.note,
                refused: row.refused,
                by: name(names, &row.operator),
                asked_at: row.asked_at,
                ended_at: row.ended_at,
            })
            .collect(),
        remedies: remedies.into_iter().map(|row| remedy(row, names)).collect(),
        corrections: corrections.into_iter().map(|row| correction(row, names)).collect(),
        identity: IdentityView {
            delivery: shown(delivery, recipient),
            profile: shown(profile, buyer),
            is_member: profile_version.is_some(),
            profile_version,
            blockers: missing,
        },
        left_amazon_pay: order.desk.left_amazon_pay,
        link_open_until: link.filter(|end| *end > now.as_millisecond() && replaced_by.is_none()),
        replaces,
        replaced_by,
        subscription: order.subscription.as_ref().map(|one| LinkedSubscription {
            id: one.id.clone(),
            period: one.period,
            date: one.delivery.into(),
        }),
        disputes: disputes.into_iter().map(|row| dispute(row, Some(own.clone()), names)).collect(),
    })
}

/// Who receives, who bought (the member's profile, or the guest's buyer data), and the profile's version where a member
/// bought.
///
/// # Errors
/// The database failed.
pub async fn persons(app: &App, order: &Order) -> Result<(Person, Person, Option<i64>), StoreError> {
    let reader = app.store.reader().await?;
    let member = match &order.buyer.id {
        Some(buyer) => members::profile(&reader, &order.shop_id, buyer).await?,
        None => None,
    };
    drop(reader);
    let (delivery, profile) = persons_of(order, member.as_ref());
    Ok((delivery, profile, member.map(|member| member.version)))
}

/// Who receives, and who bought: the member's profile, or the guest's buyer data.
pub fn persons_of(order: &Order, member: Option<&MemberProfile>) -> (Person, Person) {
    let identity = &order.desk.identity;
    let address = order.address.as_ref();
    let delivery = Person {
        name: identity.delivery.clone(),
        phone: address.and_then(|address| address.phone.clone()),
        postal_code: address.and_then(|address| address.postal_code.clone()),
    };
    let profile = match member {
        Some(member) => Person {
            name: member.name.clone(),
            phone: member.phone.clone(),
            postal_code: member.postal_code.clone(),
        },
        None => Person {
            name: identity.buyer.clone(),
            phone: order.buyer.phone.as_deref().and_then(phone),
            postal_code: identity.postal_code.clone(),
        },
    };
    (delivery, profile)
}

/// Recipient and buyer as Amazon spells them, to the letter (R45); tidied where the original was not kept.
fn amazon_names(order: &Order) -> (&str, &str) {
    let tidied = order.address.as_ref().map_or("", |address| address.name.as_str());
    let recipient = order.original_address.as_ref().map_or(tidied, |given| given.name.as_str());
    (recipient, order.desk.identity.amazon_name.as_deref().unwrap_or(&order.buyer.name))
}

fn shown(person: Person, original: &str) -> PersonView {
    let given = BuyerName::GivenOnly { original: tidy(original) };
    PersonView {
        original: original.to_owned(),
        proposed: given.proposed_split().map(|(family, given)| (family.to_owned(), given.to_owned())),
        name: person.name,
        phone: person.phone,
        postal_code: person.postal_code,
    }
}

/// An operator's name; the id where there is none any more.
pub fn name(names: &Names, operator: &OperatorId) -> String {
    names.iter().find(|(id, _)| id == operator).map_or_else(|| operator.to_string(), |(_, name)| name.clone())
}

/// A recorded remedy as shown.
pub fn remedy(row: RemedyRow, names: &Names) -> RemedyView {
    let by = name(names, &row.operator);
    RemedyView { remedy: row.remedy, amount: row.amount, note: row.note, by, at: row.at }
}

/// A correction as shown.
pub fn correction(row: CorrectionRow, names: &Names) -> CorrectionView {
    CorrectionView {
        id: row.id,
        order: LinkedOrder { id: row.order_id, number: row.order_number },
        kind: row.kind,
        amount: row.amount,
        cause: row.cause,
        since: row.since,
        done: row.done.map(|(at, by)| (at, name(names, &by))),
    }
}

/// A dispute as shown.
pub fn dispute(row: DisputeRow, order: Option<LinkedOrder>, names: &Names) -> DisputeView {
    DisputeView {
        id: row.id,
        order,
        received_at: row.received_at,
        answer_by: row.answer_by,
        answered: row.answered.map(|(at, by)| (at, name(names, &by))),
        note: row.note,
    }
}

/// The order a link leads to, by its number.
///
/// # Errors
/// The database failed.
pub async fn linked(
    reader: &Reader,
    shop: &ShopId,
    order: Option<&OrderId>,
) -> Result<Option<LinkedOrder>, StoreError> {
    let Some(order) = order else {
        return Ok(None);
    };
    let number = orders::number_of(reader, shop, order).await?;
    Ok(number.map(|number| LinkedOrder { id: order.clone(), number }))
}
