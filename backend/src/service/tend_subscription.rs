//! Tends the subscriptions whose moment has come: reads, asks `shared::renewal` for the one step, writes it.
//!
//! Any process may do it at any moment: each step is one batch that asserts what was read, and the next look finds the
//! next step. What a buyer is to be told of a step has its place in [`tell`].

use super::capture_order::Try;
use super::monthly_cap::{self, CapError};
use super::renew_subscription::{self, Planned};
use super::shops::{self, OpenShop};
use super::{close_subscription, desk, pace, reauthorize_order};
use crate::app::App;
use crate::secret;
use crate::shop::AtCap;
use crate::store::monthly_totals::Caps;
use crate::store::orders::{self, Order};
use crate::store::subscriptions::{self, EventRow, PeriodRow, Subscription};
use crate::store::timeline::{Happened, Note};
use crate::store::{Batch, StoreError, Unmet, catalogue, intents};
use jiff::Timestamp;

use shared::id::{ShopId, SubscriptionId};
use shared::money::Yen;
use shared::monthly_cap::{AMAZON_DEFAULT, Meter, Month};
use shared::order::OrderStatus;
use shared::payment::PaymentState;
use shared::payment_method::PaymentMethod;
use shared::renewal::{self, CurrentOrder, Facts, RenewalEvent, Step};
use shared::subscription::{
    DropReason, EndReason, PeriodOutcome, SubscriptionAddress, SubscriptionState, address_for,
};
use tokio::task::JoinSet;

/// How many are tended side by side.
const AT_ONCE: i64 = 8;
const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;

/// Why a subscription could not be tended; it comes up again.
#[derive(Debug, thiserror::Error)]
pub enum TendError {
    /// The month of its permission.
    #[error(transparent)]
    Cap(#[from] CapError),
    /// Its order's charge.
    #[error(transparent)]
    Desk(#[from] desk::DeskError),
    /// The database failed, or somebody else wrote it at the same moment.
    #[error("the subscription could not be stored")]
    Store(#[from] StoreError),
}

/// Tends every subscription whose moment has come.
///
/// # Errors
/// The database failed.
pub async fn tend_due(app: &App) -> Result<(), StoreError> {
    loop {
        let now = app.clock.now_ms();
        // Nobody else tends it meanwhile; if this process dies, it comes up again.
        let until = now + 3 * pace::look_after(app);
        let due = subscriptions::take_due(&app.store, now, until, AT_ONCE).await?;
        let full = i64::try_from(due.len()).unwrap_or(i64::MAX) >= AT_ONCE;
        let mut looks = JoinSet::new();
        for (shop, id) in due {
            let app = app.clone();
            looks.spawn(async move {
                if let Err(error) = tend(&app, &shop, &id, until).await {
                    tracing::warn!(subscription.id = %id, %error, "a subscription could not be tended; it is tried again");
                }
            });
        }
        while let Some(look) = looks.join_next().await {
            if let Err(error) = look {
                tracing::error!(%error, "a look at a subscription broke off; it is tried again");
            }
        }
        if !full || *app.stopping.borrow() {
            return Ok(());
        }
    }
}

/// What was read of a subscription.
struct Read {
    row: Subscription,
    order: Option<Order>,
    first_declined: bool,
    asking: bool,
    addresses: Vec<SubscriptionAddress>,
    on_sale: bool,
}

impl Read {
    fn step(&self, shop: &OpenShop, meter: Meter, now: Timestamp) -> Step {
        let settings = &shop.settings.subscriptions;
        let facts = Facts {
            state: &self.row.state,
            schedule: self.row.schedule,
            permission: self.row.permission_state,
            first_declined: self.first_declined,
            current: self.order.as_ref().map(|order| CurrentOrder {
                payment: &order.payment,
                asking: self.asking,
                given_up: order.order_status == OrderStatus::Canceled
                    || order.method != PaymentMethod::AmazonPay,
                tries: usize::try_from(self.row.tries).unwrap_or(usize::MAX),
            }),
            amount: self.row.total(),
            meter,
            defers: settings.at_cap == AtCap::Defer,
            lead_days: settings.lead_days,
            retry_days: &settings.retry_days,
            failed_periods: self.row.failed_periods,
        };
        renewal::next_step(&facts, now)
    }
}

async fn read(app: &App, shop: &ShopId, id: &SubscriptionId) -> Result<Option<Read>, StoreError> {
    let reader = app.store.reader().await?;
    let Some(row) = subscriptions::find(&reader, shop, id).await? else { return Ok(None) };
    let (mut order, mut asking) = (None, false);
    if let Some(current) = &row.current_order_id {
        order = orders::find(&reader, shop, current).await?;
        asking = intents::find_open(&reader, shop, current.as_str()).await?.is_some();
    }
    // Later periods prove that it was paid for.
    let first = match row.schedule.delivered {
        0 | 1 => orders::find(&reader, shop, &row.first_order_id).await?,
        _ => None,
    };
    let first_declined =
        first.is_some_and(|first| first.payment.state() == PaymentState::AuthorizationDeclined);
    let addresses = subscriptions::addresses(&reader, shop, id).await?;
    let product = catalogue::find(&reader, shop, &row.product_id).await?;
    let addresses = addresses.into_iter().map(|(address, _)| address).collect();
    let on_sale = product.is_some_and(|product| product.on_sale && product.amazon_pay);
    Ok(Some(Read { row, order, first_declined, asking, addresses, on_sale }))
}

async fn tend(app: &App, shop: &ShopId, id: &SubscriptionId, until: i64) -> Result<(), TendError> {
    let Some(mut read) = read(app, shop, id).await? else { return Ok(()) };
    let shop = match shops::open(app, shop).await {
        Ok(shop) => shop,
        Err(error) => {
            tracing::error!(subscription.id = %id, %error, "a shop cannot be used, so its subscription waits");
            return Ok(());
        }
    };
    // A month with all its room tells whether anything is to be charged at all.
    let free = Meter { cap: AMAZON_DEFAULT, counted: Yen::ZERO, amazon_balance: None };
    let mut step = read.step(&shop, free, app.clock.now());
    let mut caps = monthly_cap::caps(&shop, None);
    let mut meter = free;
    let ended = matches!(read.row.state, SubscriptionState::Ended { .. });
    if !ended && !read.asking && !matches!(step, Step::Settled { .. }) {
        let (told, heard) = monthly_cap::hear(app, &shop, &read.row.charge_permission_id).await?;
        caps = heard;
        read.row.permission_state = told.status_details.state;
        let reader = app.store.reader().await?;
        let month = Month::in_japan(app.clock.now());
        let counted = monthly_cap::meter(&reader, &shop, &read.row.charge_permission_id, month).await?;
        meter = Meter {
            cap: caps.permission,
            counted: counted.map_or(Yen::ZERO, |meter| meter.counted),
            amazon_balance: None,
        };
        drop(reader);
        step = read.step(&shop, meter, app.clock.now());
    }
    take(app, &shop, read, step, meter, caps, until).await
}

/// Writes the step, and calls Amazon where it says so.
async fn take(
    app: &App,
    shop: &OpenShop,
    read: Read,
    step: Step,
    meter: Meter,
    caps: Caps,
    until: i64,
) -> Result<(), TendError> {
    let now = app.clock.now();
    let at = now.as_millisecond();
    let mut next = read.row.clone();
    // After a step comes the next one, at once.
    next.due_at = Some(at);
    let current = read.order.as_ref();
    match step {
        Step::Wait(moment) => {
            let moment = moment.map(|moment| moment.as_millisecond());
            // What waits for Amazon's or the buyer's word is looked at now and then, should the word be lost.
            let safety = match (&read.row.state, current) {
                (SubscriptionState::Ended { .. }, _) => None,
                (_, Some(_)) => Some(at + HOUR),
                (SubscriptionState::PaymentNeeded { .. }, None) => Some(at + DAY),
                _ => None,
            };
            app.store.write(subscriptions::rest(&shop.id, &read.row.id, until, moment.or(safety))).await?;
            Ok(())
        }
        Step::Defer { until: first } => {
            let event = RenewalEvent::Deferred { until: first, remaining: meter.remaining() };
            let mut batch = Batch::from(told(&next, &event, now));
            batch.push(subscriptions::rest(&shop.id, &read.row.id, until, Some(first.as_millisecond())));
            app.store.write(batch).await?;
            Ok(())
        }
        Step::Plan => return renew(app, shop, read, next, caps).await,
        Step::Retry => {
            let Some(order) = current else { return Ok(()) };
            next.tries += 1;
            next.state = SubscriptionState::Active;
            let mut more = Batch::from(told(&next, &RenewalEvent::Retried, now));
            more.push(subscriptions::save(&next, at));
            let happened = Happened::Noted { note: Note::Automatic };
            return match reauthorize_order::intend(app, shop, order, "noren", happened, more).await {
                Ok((order, intent)) => charge(app, shop, order, intent).await,
                // Somebody else took the room or the order at this moment: looked at anew.
                Err(desk::DeskError::AmazonRefused(_) | desk::DeskError::Changed) => {
                    look_again(app, &read.row).await
                }
                Err(error) => Err(error.into()),
            };
        }
        Step::Settled { paid } => {
            next.current_order_id = None;
            next.tries = 0;
            if paid {
                next.failed_periods = 0;
                if matches!(next.state, SubscriptionState::PaymentNeeded { .. }) {
                    next.state = SubscriptionState::Active;
                }
            }
            let event = if paid { RenewalEvent::Paid } else { RenewalEvent::OrderEnded };
            save(app, &next, &event, Batch::new(), now).await
        }
        Step::Drop(reason) => leave_out(app, next, reason, now).await,
        Step::PaymentNeeded => {
            next.state = SubscriptionState::PaymentNeeded { since: now };
            save(app, &next, &RenewalEvent::PaymentNeeded, Batch::new(), now).await
        }
        Step::Resume => {
            next.state = SubscriptionState::Active;
            save(app, &next, &RenewalEvent::Resumed, Batch::new(), now).await
        }
        Step::GiveUp { ends } => {
            next.current_order_id = None;
            next.tries = 0;
            next.failed_periods += 1;
            let mut more = Batch::new();
            if ends {
                more.push(told(&next, &RenewalEvent::Ended { reason: EndReason::NotPaid }, now));
                next.state = SubscriptionState::Ended { reason: EndReason::NotPaid, at: now };
                more.append(close_subscription::later(&next, now));
            }
            save(app, &next, &RenewalEvent::GaveUp, more, now).await
        }
        Step::End(reason) => {
            next.current_order_id = None;
            next.state = SubscriptionState::Ended { reason, at: now };
            // Ended here, it ends at Amazon as well (R23).
            let closing = match reason {
                EndReason::Amazon => Batch::new(),
                _ => close_subscription::later(&next, now),
            };
            save(app, &next, &RenewalEvent::Ended { reason }, closing, now).await
        }
    }
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
    if !read.on_sale {
        return leave_out(app, next, DropReason::NotOnSale, now).await;
    }
    let address = address_for(&read.addresses, delivery).map(|change| change.address.clone());
    if !shop.serves(address.as_ref().and_then(|address| address.prefecture)) {
        return leave_out(app, next, DropReason::AreaNotServed, now).await;
    }
    let Ok(planned) = renew_subscription::plan(shop, &read.row, delivery, address, caps, now) else {
        tracing::error!(subscription.id = %read.row.id, "the delivery's amount cannot be charged; people are asked");
        return Ok(());
    };
    let Planned { order, intent, mut batch } = planned;
    next.schedule = read.row.schedule.passed(PeriodOutcome::Ordered);
    next.current_order_id = Some(order.id.clone());
    next.tries = 1;
    let event = RenewalEvent::Ordered { period: read.row.schedule.period, order: order.id.clone() };
    batch.push(told(&next, &event, now));
    batch.push(subscriptions::save(&next, now.as_millisecond()));
    match app.store.write(batch).await {
        Ok(_) => charge(app, shop, order, intent).await,
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

async fn leave_out(
    app: &App,
    mut next: Subscription,
    reason: DropReason,
    now: Timestamp,
) -> Result<(), TendError> {
    let Some(delivery) = next.schedule.next() else { return Ok(()) };
    let period = next.schedule.period;
    let outcome = PeriodOutcome::Dropped;
    let row = PeriodRow { period, delivery, outcome, order_id: None, reason: Some(reason) };
    let more = subscriptions::period(&next.shop_id, &next.id, &row, now.as_millisecond());
    next.schedule = next.schedule.passed(outcome);
    save(app, &next, &RenewalEvent::Dropped { period, reason }, more.into(), now).await
}

async fn save(
    app: &App,
    next: &Subscription,
    event: &RenewalEvent,
    more: Batch,
    now: Timestamp,
) -> Result<(), TendError> {
    let mut batch = more;
    batch.push(told(next, event, now));
    batch.append(tell(next, event));
    batch.push(subscriptions::save(next, now.as_millisecond()));
    app.store.write(batch).await?;
    Ok(())
}

async fn look_again(app: &App, row: &Subscription) -> Result<(), TendError> {
    app.store.write(subscriptions::see_to(&row.shop_id, &row.id, app.clock.now_ms())).await?;
    Ok(())
}

fn told(row: &Subscription, event: &RenewalEvent, now: Timestamp) -> crate::store::Statement {
    let line = EventRow { at: now.as_millisecond(), actor: "noren".to_owned(), event };
    subscriptions::happened(&row.shop_id, &row.id, &secret::timed_id(now), event.name(), &line)
}

/// The place where the shopper and the shop are told of a step; no mail is written for it yet.
fn tell(_row: &Subscription, _event: &RenewalEvent) -> Batch {
    Batch::new()
}
