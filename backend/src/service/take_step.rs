//! Writes one step of a subscription in one batch with its entry and its mails, and calls Amazon where it says so.
//!
//! The batch asserts the version that was read, so of several who come to the same step one writes it. Start at
//! [`take`].

use super::capture_order::Try;
use super::my_page::list::{earliest, following};
use super::press_order::SWEEP_AFTER_PRESS;
use super::renew_subscription::{self, Planned};
use super::shops::OpenShop;
use super::tend_subscription::{Read, TendError};
use super::{close_subscription, date_in_japan, desk, pace, reauthorize_order, tell_subscription};
use crate::app::App;
use crate::store::monthly_totals::Caps;
use crate::store::orders::{self, Order};
use crate::store::subscriptions::{self, PeriodRow, Subscription};
use crate::store::timeline::{Happened, Note};
use crate::store::{Batch, StoreError, Unmet, intents, members};
use jiff::Timestamp;
use shared::identity::PersonName;
use shared::mail::{MailKind, NewsFacts, Reason};
use shared::money::Yen;
use shared::monthly_cap::{Meter, tightest};
use shared::order_action::ActionRefused;
use shared::renewal::{RenewalEvent, Step, Told};
use shared::renewal_price::{Price, ToldPrice};
use shared::subscription::{DropReason, EndReason, PeriodOutcome, SubscriptionState, address_for};

const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;

/// Takes the step.
///
/// # Errors
/// [`TendError`]; it comes up again.
pub async fn take(
    app: &App,
    shop: &OpenShop,
    read: Read,
    step: Step,
    meters: &[Meter],
    caps: Caps,
    until: i64,
) -> Result<(), TendError> {
    let now = app.clock.now();
    let at = now.as_millisecond();
    let mut next = read.row.clone();
    // After a step comes the next one, at once.
    next.due_at = Some(at);
    let current = read.order.as_ref();
    let facts = |reason| tell_subscription::facts(&read.row, current, reason);
    let batch = match step {
        Step::Wait(moment) => return rest(app, &read, moment, until, at).await,
        Step::Plan { price } => {
            next.hold(price);
            return renew(app, shop, read, next, caps).await;
        }
        Step::TellPrice { told } => tell_price(shop, &read.row, &mut next, read.held(shop, now), told, now),
        Step::Retry => return retry(app, shop, &read, next, until).await,
        Step::Drop(reason) => leave_out(shop, &read.row, &mut next, reason, now),
        Step::Defer { until: first } => {
            next.told.deferred_until = Some(first);
            let meter = tightest(meters);
            let (used, remaining) = (meter.map(|meter| meter.used()), meter.map(|meter| meter.remaining()));
            let event = RenewalEvent::Deferred {
                until: first,
                used: used.unwrap_or(Yen::ZERO),
                remaining: remaining.unwrap_or(Yen::ZERO),
            };
            let amount = match current {
                Some(order) => Some(order.total()),
                None => read.held(shop, now).total(read.row.quantity),
            };
            let date = Some(date_in_japan(first));
            // As it will be known: with what waits.
            let following = following(shop, &next, current);
            let facts = NewsFacts { date, amount, used, remaining, following, ..facts(None) };
            tell_subscription::step(shop, &read.row, &event, &facts, now)
        }
        Step::Declined { again } => {
            next.told.trouble = true;
            next.told.declined_tries = usize::try_from(read.row.tries).unwrap_or(usize::MAX);
            let facts = NewsFacts { date: Some(date_in_japan(again)), ..facts(None) };
            tell_subscription::step(shop, &read.row, &RenewalEvent::Declined { again }, &facts, now)
        }
        Step::Settled { paid } => {
            next.current_order_id = None;
            next.tries = 0;
            next.told = next.told.clone().over();
            if paid {
                next.failed_periods = 0;
                if matches!(next.state, SubscriptionState::PaymentNeeded { .. }) {
                    next.state = SubscriptionState::Active;
                }
            }
            let event = if paid { RenewalEvent::Paid } else { RenewalEvent::OrderEnded };
            tell_subscription::step(shop, &read.row, &event, &facts(None), now)
        }
        Step::PaymentNeeded => {
            next.told.trouble = true;
            next.state = SubscriptionState::PaymentNeeded { since: now };
            tell_subscription::step(shop, &read.row, &RenewalEvent::PaymentNeeded, &facts(None), now)
        }
        Step::AgreementNeeded => {
            // Its order stays as it is, for the desk.
            next.current_order_id = None;
            next.tries = 0;
            next.told = Told { agreement: true, ..next.told.clone().over() };
            next.state = SubscriptionState::PaymentNeeded { since: now };
            tell_subscription::step(shop, &read.row, &RenewalEvent::AgreementNeeded, &facts(None), now)
        }
        Step::Replaced => replaced(app, shop, &read.row, &mut next, now).await?,
        Step::Resume => {
            next.told = next.told.clone().over();
            next.state = SubscriptionState::Active;
            tell_subscription::step(shop, &read.row, &RenewalEvent::Resumed, &facts(None), now)
        }
        Step::GiveUp { ends } => {
            next.current_order_id = None;
            next.tries = 0;
            next.failed_periods += 1;
            next.told = next.told.clone().over();
            let facts = facts(Some(Reason::Dropped(DropReason::NotPaid)));
            let mut batch = tell_subscription::step(shop, &read.row, &RenewalEvent::GaveUp, &facts, now);
            if ends {
                batch.append(end(shop, &read.row, &mut next, EndReason::NotPaid, now));
            }
            batch
        }
        Step::End(reason) => end(shop, &read.row, &mut next, reason, now),
    };
    save(app, &next, batch, now).await
}

/// Nothing is to be done until `moment`. What waits for Amazon's or the buyer's word is looked at now and then, should the
/// word be lost.
async fn rest(
    app: &App,
    read: &Read,
    moment: Option<Timestamp>,
    until: i64,
    at: i64,
) -> Result<(), TendError> {
    let safety = match (&read.row.state, &read.order) {
        (SubscriptionState::Ended { .. }, _) => None,
        (_, Some(_)) => Some(at + HOUR),
        (SubscriptionState::PaymentNeeded { .. }, None) => Some(at + DAY),
        // The buyer is asked to agree again: that ends in its time, paused or not.
        (SubscriptionState::Paused { .. }, None) if read.row.told.agreement => Some(at + DAY),
        _ => None,
    };
    let moment = moment.map(|moment| moment.as_millisecond()).or(safety);
    app.store.write(subscriptions::rest(&read.row.shop_id, &read.row.id, until, moment)).await?;
    Ok(())
}

/// Asks for the current order's charge again.
async fn retry(
    app: &App,
    shop: &OpenShop,
    read: &Read,
    mut next: Subscription,
    until: i64,
) -> Result<(), TendError> {
    let Some(order) = &read.order else { return Ok(()) };
    let now = app.clock.now();
    next.tries += 1;
    if matches!(next.state, SubscriptionState::PaymentNeeded { .. }) {
        next.state = SubscriptionState::Active;
    }
    next.told.deferred_until = None;
    let event = RenewalEvent::Retried;
    let mut more = tell_subscription::step(shop, &read.row, &event, &NewsFacts::default(), now);
    more.push(subscriptions::save(&next, now.as_millisecond()));
    if let (Some(of), true) = (&order.subscription, read.row.told.deferred_until.is_some()) {
        let comes = of.delivery.max(earliest(shop, date_in_japan(now)));
        more.push(orders::delivered_on(&order.shop_id, &order.id, comes));
    }
    let happened = Happened::Noted { note: Note::Automatic };
    match reauthorize_order::intend(app, shop, order, "noren", happened, more).await {
        Ok((order, intent)) => charge(app, shop, order, intent).await,
        // Somebody else took the room or the order at this moment: looked at anew.
        Err(desk::DeskError::AmazonRefused(_) | desk::DeskError::Changed) => look_again(app, &read.row).await,
        // The buyer is paying it by a link just now: looked at again once that is over, one way or the other.
        Err(desk::DeskError::Refused(ActionRefused::Replaced)) => {
            let later = now.as_millisecond() + SWEEP_AFTER_PRESS;
            Ok(app
                .store
                .write(subscriptions::rest(&shop.id, &read.row.id, until, Some(later)))
                .await
                .map(drop)?)
        }
        Err(error) => Err(error.into()),
    }
}

/// The buyer is told of another price ahead (R26). One that was told before and holds already becomes the agreed one.
fn tell_price(
    shop: &OpenShop,
    row: &Subscription,
    next: &mut Subscription,
    held: Price,
    told: ToldPrice,
    now: Timestamp,
) -> Batch {
    let heard = row.told.price.map_or_else(|| row.agreed(), |told| told.price);
    next.hold(held);
    next.tell_price(told, now.as_millisecond());
    let total = told.price.total(row.quantity);
    let facts = NewsFacts {
        date: Some(told.from),
        // What goes on until then; where a notice is taken back, what it had said.
        amount: if told.price == next.agreed() { heard } else { next.agreed() }.total(row.quantity),
        new_amount: total,
        ..NewsFacts::default()
    };
    // The same price once more: what was told of it came to nothing.
    let again = row.told.price.is_some_and(|before| before.price == told.price);
    let event = RenewalEvent::PriceTold { total: total.unwrap_or(Yen::MAX), from: told.from, again };
    tell_subscription::step(shop, row, &event, &facts, now)
}

/// Orders the next delivery and charges it, unless the shop cannot deliver it.
async fn renew(
    app: &App,
    shop: &OpenShop,
    read: Read,
    mut next: Subscription,
    caps: Caps,
) -> Result<(), TendError> {
    let now = app.clock.now();
    let Some(delivery) = read.row.schedule.next() else { return Ok(()) };
    if !read.is_on_sale() {
        let batch = leave_out(shop, &read.row, &mut next, DropReason::NotOnSale, now);
        return save(app, &next, batch, now).await;
    }
    // Ordered late, because it waited for the month or the system stood still, it comes later.
    let today = date_in_japan(now);
    let late = read.row.told.deferred_until.is_some() || delivery <= today;
    let delivery = if late { delivery.max(earliest(shop, today)) } else { delivery };
    let address = address_for(&read.addresses, delivery).map(|change| change.address.clone());
    if !shop.serves(address.as_ref().and_then(|address| address.prefecture)) {
        let batch = leave_out(shop, &read.row, &mut next, DropReason::AreaNotServed, now);
        return save(app, &next, batch, now).await;
    }
    let reader = app.store.reader().await?;
    let first = orders::find(&reader, &shop.id, &read.row.first_order_id).await?;
    let told_name = members::told_name(&reader, &shop.id, Some(&read.row.buyer_id)).await?;
    drop(reader);
    let mut buyer = first.map(|first| first.desk.identity).unwrap_or_default();
    if told_name != PersonName::default() {
        buyer.buyer = told_name;
    }
    let Ok(planned) = renew_subscription::plan(shop, &next, (delivery, address), buyer, caps, now) else {
        // More than any charge can be: left out with that reason, which both sides read.
        tracing::error!(subscription.id = %read.row.id, "the delivery's amount cannot be charged; it is left out");
        let batch = leave_out(shop, &read.row, &mut next, DropReason::DearerThanCap, now);
        return save(app, &next, batch, now).await;
    };
    let Planned { order, intent, mut batch } = planned;
    next.schedule = read.row.schedule.passed(PeriodOutcome::Ordered);
    next.told = next.told.clone().over();
    if intent.is_some() {
        next.current_order_id = Some(order.id.clone());
        next.tries = 1;
    } else {
        next.failed_periods = 0;
    }
    let event = RenewalEvent::Ordered { period: read.row.schedule.period, order: order.id.clone() };
    let facts = tell_subscription::facts(&read.row, Some(&order), None);
    batch.append(tell_subscription::step(shop, &read.row, &event, &facts, now));
    batch.push(subscriptions::save(&next, now.as_millisecond()));
    match app.store.write(batch).await {
        Ok(_) => match intent {
            Some(intent) => charge(app, shop, order, intent).await,
            None => Ok(()),
        },
        // Another charge took the room, another process the period, another order the number: looked at anew.
        Err(StoreError::Unmet(Unmet::OverCap(_) | Unmet::AlreadyPlaced(_))) => {
            look_again(app, &read.row).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn charge(
    app: &App,
    shop: &OpenShop,
    order: Order,
    intent: intents::IntentRow,
) -> Result<(), TendError> {
    let under_way = app.calls.begin();
    pace::turn(app, shop, amazon_pay::Operation::CreateCharge).await?;
    let sent = reauthorize_order::send_and_record(app, shop, order, &intent, Try::First).await;
    drop(under_way);
    Ok(sent?)
}

/// The next period of `row` has no order.
fn leave_out(
    shop: &OpenShop,
    row: &Subscription,
    next: &mut Subscription,
    reason: DropReason,
    now: Timestamp,
) -> Batch {
    let Some(delivery) = row.schedule.next() else { return Batch::new() };
    let period = row.schedule.period;
    let outcome = PeriodOutcome::Dropped;
    let left_out = PeriodRow { period, delivery, outcome, order_id: None, reason: Some(reason) };
    next.schedule = row.schedule.passed(outcome);
    next.told.deferred_until = None;
    let event = RenewalEvent::Dropped { period, reason };
    let facts = tell_subscription::facts(row, None, Some(Reason::Dropped(reason)));
    let mut batch =
        Batch::from(subscriptions::period(&row.shop_id, &row.id, &left_out, now.as_millisecond()));
    batch.append(tell_subscription::step(shop, row, &event, &facts, now));
    batch
}

/// It ends here, and with it at Amazon (R23).
fn end(
    shop: &OpenShop,
    row: &Subscription,
    next: &mut Subscription,
    reason: EndReason,
    now: Timestamp,
) -> Batch {
    next.current_order_id = None;
    next.told = next.told.clone().over();
    next.state = SubscriptionState::Ended { reason, at: now };
    let facts = NewsFacts { reason: Some(Reason::Ended(reason)), ..NewsFacts::default() };
    let mut batch = tell_subscription::step(shop, row, &RenewalEvent::Ended { reason }, &facts, now);
    match reason {
        EndReason::Amazon | EndReason::Lapsed => {}
        _ => batch.append(close_subscription::later(next, now)),
    }
    batch
}

/// It makes way for the one that was agreed to anew. That one goes to the address and the mail address of whoever agreed, so
/// the mail addresses known lately before are told that this one has ended (R22).
async fn replaced(
    app: &App,
    shop: &OpenShop,
    row: &Subscription,
    next: &mut Subscription,
    now: Timestamp,
) -> Result<Batch, TendError> {
    let reader = app.store.reader().await?;
    let former = subscriptions::former_mails(&reader, &row.shop_id, &row.id).await?;
    drop(reader);
    let reason = EndReason::Amazon;
    next.told = next.told.clone().over();
    next.state = SubscriptionState::Ended { reason, at: now };
    let facts =
        NewsFacts { reason: Some(Reason::Ended(reason)), ..tell_subscription::facts(row, None, None) };
    let mut batch = tell_subscription::step(shop, row, &RenewalEvent::Replaced, &facts, now);
    let ended = MailKind::SubscriptionEnded;
    batch.append(tell_subscription::to_former(shop, row, &former, ended, &facts, now));
    Ok(batch)
}

async fn save(app: &App, next: &Subscription, mut batch: Batch, now: Timestamp) -> Result<(), TendError> {
    batch.push(subscriptions::save(next, now.as_millisecond()));
    app.store.write(batch).await?;
    Ok(())
}

async fn look_again(app: &App, row: &Subscription) -> Result<(), TendError> {
    app.store.write(subscriptions::see_to(&row.shop_id, &row.id, app.clock.now_ms())).await?;
    Ok(())
}
