//! Who is told what of a subscription: the entry and the mails of each step, and what those mails say.
//!
//! Everything is put into the batch of the step, so that each step is told exactly once, and none that was not
//! written. The facts of the moment are kept with the mail; the rest is read when its words are made. Start at
//! [`step`].

use super::compose_mail::{self, Cause};
use super::send_payment_link;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::shop::Shop;
use crate::store::mails::MailRow;
use crate::store::orders::{self, Order};
use crate::store::subscriptions::{self, EventRow, Subscription, desk};
use crate::store::{Batch, Reader, StoreError, payment_links};
use jiff::Timestamp;
use shared::api::Language;
use shared::cart::Totals;
use shared::former_mail::{FormerMail, hearers};
use shared::id::{ChargePermissionId, OperatorId, OrderId, SubscriptionId};
use shared::mail::{MailContent, MailKind, News, NewsFacts, PaymentWords, Reason, StandingTerms, Terms};
use shared::renewal::{AGREEMENT_WAIT, MOST_FAILED_PERIODS, RenewalEvent};
use shared::subscription::{EndReason, SubscriptionState, address_for};

/// The entry of a step of the subscription `row` (as it was before), and its mails.
pub fn step(
    shop: &Shop,
    row: &Subscription,
    event: &RenewalEvent,
    facts: &NewsFacts,
    now: Timestamp,
) -> Batch {
    let line = EventRow { at: now.as_millisecond(), actor: "noren".to_owned(), event };
    let entry = subscriptions::happened(&row.shop_id, &row.id, &secret::timed_id(now), event.name(), &line);
    let mut batch = Batch::from(entry);
    batch.append(failed(row, event, now));
    let Some((kind, hears)) = mail_of(row, event) else { return batch };
    let order = match event {
        RenewalEvent::Ordered { order, .. } => Some(order),
        // Found again by the first order ([`crate::store::mails::price_notice`]).
        RenewalEvent::PriceTold { .. } => None,
        // Its link opens the first order's subscription.
        RenewalEvent::AgreementNeeded => None,
        _ => row.current_order_id.as_ref(),
    };
    if hears != Hears::Shop {
        batch.append(to_buyer(shop, row, kind, order, facts.clone(), now));
    }
    if hears != Hears::Buyer {
        batch.append(to_shop(shop, row, kind, order, facts.clone(), now));
    }
    batch
}

/// Whether a renewal failed with the step, or what had failed is well again (R53).
fn failed(row: &Subscription, event: &RenewalEvent, now: Timestamp) -> Batch {
    use RenewalEvent as E;
    let at = now.as_millisecond();
    let (shop, id) = (&row.shop_id, &row.id);
    match event {
        E::Declined { .. } | E::PaymentNeeded => desk::failed(shop, id, at, false).into(),
        E::GaveUp | E::Dropped { .. } | E::Ended { reason: EndReason::NotPaid } => {
            desk::failed(shop, id, at, true).into()
        }
        E::Paid | E::Resumed => desk::recovered(shop, id).into(),
        _ => Batch::new(),
    }
}

/// Who is mailed of a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hears {
    Buyer,
    Shop,
    Both,
}

/// The mail of a step, and who gets it: the buyer the mail itself, the shop a notice of it.
fn mail_of(row: &Subscription, event: &RenewalEvent) -> Option<(MailKind, Hears)> {
    use Hears::{Both, Buyer, Shop};
    use RenewalEvent as E;
    match event {
        // The order of the checkout has its own confirmation, with the terms.
        E::Begun { .. } | E::Retried | E::OrderEnded | E::Replaced => None,
        E::Ordered { .. } => Some((MailKind::RenewalConfirmation, Buyer)),
        E::Declined { .. } => Some((MailKind::RenewalDeclined, Buyer)),
        E::Paid | E::Resumed => row.told.trouble.then_some((MailKind::PaymentResumed, Buyer)),
        // Told again: the shop learns that its notice had reached nobody.
        E::PriceTold { again, .. } => Some((MailKind::AmountChanged, if *again { Both } else { Buyer })),
        E::Deferred { .. } => Some((MailKind::RenewalDeferred, Both)),
        // That it ends with it is told instead.
        E::GaveUp if row.failed_periods + 1 >= MOST_FAILED_PERIODS => None,
        E::Dropped { .. } | E::GaveUp => Some((MailKind::DeliveryDropped, Both)),
        E::AgreementNeeded => Some((MailKind::AgreementNeeded, Both)),
        E::PaymentNeeded => Some((MailKind::PaymentNeeded, Both)),
        // The first order's buyer was mailed how to buy again.
        E::Ended { reason: EndReason::NotPaid } if row.failed_periods == 0 => {
            Some((MailKind::SubscriptionEnded, Shop))
        }
        E::Ended { .. } => Some((MailKind::SubscriptionEnded, Both)),
    }
}

/// A mail to the subscription's buyer, about `order` or about none.
pub fn to_buyer(
    shop: &Shop,
    row: &Subscription,
    kind: MailKind,
    order: Option<&OrderId>,
    facts: NewsFacts,
    now: Timestamp,
) -> Batch {
    let Some(recipient) = &row.buyer_mail else { return Batch::new() };
    let order = order.unwrap_or(&row.first_order_id);
    let news = Some((row.id.clone(), facts));
    compose_mail::queue(shop, Cause { order, kind, recipient, link: None, waits_for: None, news }, now)
}

/// The same to every address the buyer was known by lately: whoever has taken the account over at Amazon, and its mail
/// address with it, is found out (R22).
pub fn to_known(
    shop: &Shop,
    row: &Subscription,
    former: &[FormerMail],
    kind: MailKind,
    facts: &NewsFacts,
    now: Timestamp,
) -> Batch {
    let recipients = hearers(row.buyer_mail.as_deref(), former, now.as_millisecond());
    to_each(shop, row, &recipients, (kind, facts), now)
}

/// The same to the earlier addresses alone, where the present one knows from what the buyer does.
pub fn to_former(
    shop: &Shop,
    row: &Subscription,
    former: &[FormerMail],
    kind: MailKind,
    facts: &NewsFacts,
    now: Timestamp,
) -> Batch {
    let present = row.buyer_mail.as_deref();
    let mut recipients = hearers(present, former, now.as_millisecond());
    recipients.retain(|one| Some(*one) != present);
    to_each(shop, row, &recipients, (kind, facts), now)
}

fn to_each(
    shop: &Shop,
    row: &Subscription,
    recipients: &[&str],
    (kind, facts): (MailKind, &NewsFacts),
    now: Timestamp,
) -> Batch {
    let mut batch = Batch::new();
    for &recipient in recipients {
        let (order, news) = (&row.first_order_id, Some((row.id.clone(), facts.clone())));
        let cause = Cause { order, kind, recipient, link: None, waits_for: None, news };
        batch.append(compose_mail::queue(shop, cause, now));
    }
    batch
}

/// A notice to the shop, of what the buyer is told by a mail of kind `told`.
fn to_shop(
    shop: &Shop,
    row: &Subscription,
    told: MailKind,
    order: Option<&OrderId>,
    facts: NewsFacts,
    now: Timestamp,
) -> Batch {
    let Some(recipient) = shop.settings.notices_to() else { return Batch::new() };
    let order = order.unwrap_or(&row.first_order_id);
    let news = Some((row.id.clone(), NewsFacts { told: Some(told), ..facts }));
    let kind = MailKind::ShopNotice;
    compose_mail::queue(shop, Cause { order, kind, recipient, link: None, waits_for: None, news }, now)
}

/// The facts of a delivery that is not left to the subscription's own state.
pub fn facts(row: &Subscription, order: Option<&Order>, reason: Option<Reason>) -> NewsFacts {
    let of = order.and_then(|order| order.subscription.as_ref());
    NewsFacts {
        delivery: of.map(|of| of.delivery).or_else(|| row.schedule.next()),
        amount: order.map(Order::total).or_else(|| row.total()),
        reason,
        ..NewsFacts::default()
    }
}

/// Amazon's page on which the buyer changes the payment method of the agreement.
pub fn payment_page(app: &App, permission: &ChargePermissionId) -> String {
    let pay = app.settings.amazon_pay.simulator.as_ref();
    let pay = pay.map_or("https://pay.amazon.com", crate::config::Origin::as_str);
    format!("{pay}/jp/jr/your-account/ba/{permission}")
}

/// What a mail about a subscription tells.
pub struct Told {
    /// In which language.
    pub language: Language,
    /// What.
    pub content: MailContent,
    /// The order it is about.
    pub order: Option<Order>,
    /// What has to be stored with its words.
    pub batch: Batch,
}

/// What a mail about a subscription tells, in which language, and the order it is about; `None` where the reason for it
/// is gone.
///
/// # Errors
/// The database failed.
pub async fn content(
    app: &App,
    shop: &OpenShop,
    reader: &Reader,
    mail: &MailRow,
    (id, facts): (&SubscriptionId, &NewsFacts),
) -> Result<Option<Told>, StoreError> {
    let Some(row) = subscriptions::find(reader, &shop.id, id).await? else { return Ok(None) };
    let order = match mail.kind.is_of_subscription() {
        true => None,
        false => orders::find(reader, &shop.id, &mail.order_id).await?,
    };
    let news = News {
        number: row.number.as_str().to_owned(),
        product: row.product_name.clone(),
        quantity: row.quantity,
        facts: facts.clone(),
    };
    let mut content = match &order {
        Some(order) => {
            let settled = compose_mail::is_settled(reader, order).await?;
            compose_mail::content(shop, order, None, None, settled)
        }
        None if !mail.kind.is_of_subscription() => return Ok(None),
        None => without_order(shop, &row),
    };
    if mail.kind == MailKind::AddressChanged {
        let addresses = subscriptions::addresses(reader, &shop.id, id).await?;
        let addresses: Vec<_> = addresses.into_iter().map(|(address, _)| address).collect();
        let from = facts.date.unwrap_or(jiff::civil::Date::MIN);
        content.address = address_for(&addresses, from).map(|found| found.address.clone());
    }
    content.subscription = Some(Terms::Stand(standing(&row)));
    content.news = Some(news);
    let (link, batch) = match mail.kind {
        MailKind::AgreementNeeded => agree_again(app, shop, &row),
        kind => (kind.has_link().then(|| payment_page(app, &row.charge_permission_id)), Batch::new()),
    };
    content.link = link;
    let language = if mail.kind == MailKind::ShopNotice { Language::Ja } else { row.language };
    Ok(Some(Told { language, content, order, batch }))
}

/// The link under which the buyer agrees again, for as long as that is waited for.
fn agree_again(app: &App, shop: &OpenShop, row: &Subscription) -> (Option<String>, Batch) {
    let now = app.clock.now();
    let (token, hash) = secret::new_token();
    let noren = OperatorId::new("noren").expect("a word is an id");
    let (from, until) = (now.as_millisecond(), (now + AGREEMENT_WAIT).as_millisecond());
    let link = payment_links::insert(&shop.id, &hash, &row.first_order_id, &noren, from, until);
    (Some(send_payment_link::url(app, shop, &token)), link.into())
}

fn standing(row: &Subscription) -> StandingTerms {
    let ended = matches!(row.state, SubscriptionState::Ended { .. });
    StandingTerms {
        cycle: row.schedule.cycle,
        // A delivery that waits for the next month has no date yet; the one it had would be wrong.
        next: row
            .schedule
            .next()
            .filter(|_| row.told.deferred_until.is_none() || row.current_order_id.is_some()),
        total: row.total(),
        shipping_fee: row.shipping_fee,
        deliveries: row.schedule.limit,
        ended,
    }
}

/// A mail of a subscription names nothing of an order.
fn without_order(shop: &OpenShop, row: &Subscription) -> MailContent {
    MailContent {
        shop_name: shop.name.clone(),
        buyer_name: row.buyer_name.clone(),
        order_number: row.number.as_str().to_owned(),
        ordered_at: row.created_at,
        lines: Vec::new(),
        totals: Totals::NOTHING,
        address: None,
        subscription: None,
        news: None,
        payment: PaymentWords::Other,
        link: None,
        registration_number: None,
    }
}
