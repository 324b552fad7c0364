//! What a member or an operator does with a subscription: skip, move, quantity, pause, resume, cancel (R23). Each is
//! one batch.

use super::super::shops::OpenShop;
use super::super::{close_subscription, date_in_japan, monthly_cap, tell_subscription};
use super::{Did, MyPageError, list, load, told, write};
use crate::app::App;
use crate::store::monthly_totals::{self, Caps};
use crate::store::orders;
use crate::store::subscriptions::{self, EventRow, PeriodRow, Subscription};
use crate::store::{Batch, Reader, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;
use shared::api::MySubscription;
use shared::charge::ChargePermissionState;
use shared::former_mail::FormerMail;
use shared::id::{BuyerId, SubscriptionId};
use shared::mail::{MailKind, NewsFacts, Reason};
use shared::money::{Chargeable, Yen};
use shared::monthly_cap::{CapRefused, Month, check_all};
use shared::renewal::{charge_day, due_at};
use shared::subscription::{
    Actor, Change, DropReason, EndReason, MAX_QUANTITY, PeriodOutcome, SubscriptionAction,
    SubscriptionRefused, SubscriptionState, judge, latest_charge, may_change, may_move,
};

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Leave the next delivery out.
    Skip,
    /// Move the next delivery.
    Move(Date),
    /// So many pieces from the next delivery on.
    Quantity(u32),
    /// Pause.
    Pause,
    /// Go on.
    Resume,
    /// End it for good.
    Cancel,
}

impl Wish {
    const fn action(self) -> SubscriptionAction {
        match self {
            Self::Skip => SubscriptionAction::Skip,
            Self::Move(_) => SubscriptionAction::ChangeDate,
            Self::Quantity(_) => SubscriptionAction::ChangeQuantity,
            Self::Pause => SubscriptionAction::Pause,
            Self::Resume => SubscriptionAction::Resume,
            Self::Cancel => SubscriptionAction::Cancel,
        }
    }
}

/// Does it, if the subscription is still as it was seen.
///
/// # Errors
/// [`MyPageError`].
pub async fn act(
    app: &App,
    shop: &OpenShop,
    buyer: &BuyerId,
    id: &SubscriptionId,
    version: i64,
    wish: Wish,
) -> Result<MySubscription, MyPageError> {
    let row = load(app, shop, buyer, id, version).await?;
    change(app, shop, row, wish, By { actor: Actor::Shopper, name: "shopper" }).await?;
    list::one(app, shop, id).await
}

/// Who acts: as what, and as the story names them.
#[derive(Debug, Clone, Copy)]
pub(in crate::service) struct By<'a> {
    /// As what.
    pub(in crate::service) actor: Actor,
    /// `shopper`, or an operator's id.
    pub(in crate::service) name: &'a str,
}

/// Does it with the subscription as it was read; somebody else's change meanwhile is told, not overwritten.
///
/// # Errors
/// [`MyPageError`].
pub(in crate::service) async fn change(
    app: &App,
    shop: &OpenShop,
    mut row: Subscription,
    wish: Wish,
    by: By<'_>,
) -> Result<(), MyPageError> {
    judge(wish.action(), by.actor, &row.state)?;
    let now = app.clock.now();
    let mut batch = Batch::new();
    let did = match wish {
        Wish::Skip => {
            // Those that the one shown overtakes, because they wait for the same day, are left out anyway.
            let shown = list::upcoming(shop, &row, 1).first().map_or(0, |shown| shown.period);
            while row.schedule.period < shown {
                let (_, date) = next(&row)?;
                batch.append(pass(&mut row, PeriodOutcome::Dropped, Some(DropReason::Overtaken), date, now));
            }
            let (period, date) = next(&row)?;
            batch.append(pass(&mut row, PeriodOutcome::Skipped, None, date, now));
            if let Some(following) = row.schedule.next() {
                in_time(shop, last_charge(app, &row).await?, following)?;
            }
            waits_no_more(&mut row);
            Did::Skipped { period, date }
        }
        Wish::Move(to) => {
            let (_, from) = next(&row)?;
            let today = date_in_japan(now);
            may_move(to, today, list::earliest(shop, today))?;
            may_change(by.actor, Change::Date { from, to })?;
            in_time(shop, last_charge(app, &row).await?, to)?;
            row.schedule = row.schedule.moved(to);
            waits_no_more(&mut row);
            Did::Moved { from, to }
        }
        Wish::Quantity(to) => {
            let from = row.quantity;
            if !(1..=MAX_QUANTITY).contains(&to) {
                return Err(SubscriptionRefused::Quantity.into());
            }
            may_change(by.actor, Change::Quantity { from, to })?;
            row.quantity = to;
            if to > from {
                has_room(app, shop, &row, now).await?;
            }
            Did::QuantityChanged { from, to }
        }
        Wish::Pause => {
            row.state = SubscriptionState::Paused { since: now };
            Did::Paused
        }
        Wish::Resume => {
            let reader = app.store.reader().await?;
            let paused_by = paused_by(&reader, &row).await?;
            drop(reader);
            may_change(by.actor, Change::Resume { paused_by })?;
            batch.append(overslept(&mut row, list::earliest(shop, date_in_japan(now)), now));
            row.state = match row.permission_state {
                ChargePermissionState::Chargeable => SubscriptionState::Active,
                ChargePermissionState::NonChargeable | ChargePermissionState::Closed => {
                    SubscriptionState::PaymentNeeded { since: now }
                }
            };
            Did::Resumed
        }
        Wish::Cancel => {
            let reason = match by.actor {
                Actor::Shopper => EndReason::Shopper,
                Actor::Operator => EndReason::Operator,
            };
            row.state = SubscriptionState::Ended { reason, at: now };
            batch.append(close_subscription::later(&row, now));
            let reason = Some(Reason::Ended(reason));
            let facts = NewsFacts { reason, ..NewsFacts::default() };
            // Whoever else has signed in as the buyer is found out; what the shop does is no such thing.
            let former = match by.actor {
                Actor::Shopper => former_mails(app, &row).await?,
                Actor::Operator => Vec::new(),
            };
            let ended = MailKind::SubscriptionEnded;
            batch.append(tell_subscription::to_known(shop, &row, &former, ended, &facts, now));
            Did::Canceled
        }
    };
    // To look at it, not to order: whoever looks reads the schedule again, and what waits is told or ended in its time.
    let ended = matches!(row.state, SubscriptionState::Ended { .. });
    row.due_at = (!ended).then(|| now.as_millisecond());
    batch.push(told(&row, by.name, did, now));
    batch.push(subscriptions::save(&row, now.as_millisecond()));
    write(app, batch).await
}

/// Whether the caps have room for a dearer delivery (R18): the cap itself, and the present month where the next delivery
/// is charged in it.
async fn has_room(app: &App, shop: &OpenShop, row: &Subscription, now: Timestamp) -> Result<(), MyPageError> {
    let month = Month::in_japan(now);
    let reader = app.store.reader().await?;
    // At the price that will hold: one that was told in time counts already.
    let total = list::next_price(shop, &reader, row).await?.total(row.quantity);
    let amount = total.and_then(|total| Chargeable::new(total).ok()).ok_or(MyPageError::DearerThanCap)?;
    let permission = &row.charge_permission_id;
    let heard = monthly_totals::find(&reader, &shop.id, permission.as_str(), month).await?;
    let caps =
        Caps { permission: list::cap(shop, heard.map(|total| total.cap)), ..monthly_cap::caps(shop, None) };
    let mut meters = monthly_cap::meters(&reader, shop, permission, &row.buyer_id, caps, month).await?;
    let due = row.schedule.next().map(|next| due_at(next, shop.settings.subscriptions.lead_days));
    if due.is_none_or(|due| Month::in_japan(due.max(now)) != month) {
        for meter in &mut meters {
            meter.counted = Yen::ZERO;
        }
    }
    match check_all(&meters, amount) {
        Ok(()) => Ok(()),
        Err(CapRefused::DearerThanCap { .. }) => Err(MyPageError::DearerThanCap),
        Err(CapRefused::NotThisMonth { used, remaining, .. }) => {
            Err(MyPageError::OverCap { used, remaining })
        }
    }
}

/// Another delivery is the next one: what was told of the former one's month is over, and told anew where it has to be.
fn waits_no_more(row: &mut Subscription) {
    // An order that stands waits on.
    if row.current_order_id.is_none() {
        row.told.deferred_until = None;
    }
}

/// The day in Japan on which the agreement was charged last, as far as its orders tell.
async fn last_charge(app: &App, row: &Subscription) -> Result<Date, MyPageError> {
    let reader = app.store.reader().await?;
    let latest = orders::of_subscription(&reader, &row.shop_id, &row.id, 1).await?;
    let at = latest.first().map_or(row.created_at, |order| order.placed_at);
    Ok(date_in_japan(Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH)))
}

/// Whether a next delivery on `date` is charged before Amazon lets the agreement lapse.
fn in_time(shop: &OpenShop, last: Date, date: Date) -> Result<(), SubscriptionRefused> {
    let charge = charge_day(date, shop.settings.subscriptions.lead_days);
    if charge <= latest_charge(last) { Ok(()) } else { Err(SubscriptionRefused::Date) }
}

async fn former_mails(app: &App, row: &Subscription) -> Result<Vec<FormerMail>, MyPageError> {
    let reader = app.store.reader().await?;
    Ok(subscriptions::former_mails(&reader, &row.shop_id, &row.id).await?)
}

/// Who paused it last.
async fn paused_by(reader: &Reader, row: &Subscription) -> Result<Actor, StoreError> {
    Ok(who_paused(&subscriptions::events(reader, &row.shop_id, &row.id).await?))
}

/// Who paused it last, by what happened, the latest first; where nothing tells, the buyer.
pub(in crate::service) fn who_paused(events: &[EventRow<serde_json::Value>]) -> Actor {
    let paused = events.iter().find(|entry| entry.event["event"] == "paused");
    match paused {
        Some(entry) if entry.actor != "shopper" => Actor::Operator,
        _ => Actor::Shopper,
    }
}

fn next(row: &Subscription) -> Result<(u32, Date), SubscriptionRefused> {
    row.schedule.next().map(|date| (row.schedule.period, date)).ok_or(SubscriptionRefused::Date)
}

/// The next period passes so.
fn pass(
    row: &mut Subscription,
    outcome: PeriodOutcome,
    reason: Option<DropReason>,
    delivery: Date,
    now: Timestamp,
) -> Batch {
    let period = PeriodRow { period: row.schedule.period, delivery, outcome, order_id: None, reason };
    row.schedule = row.schedule.passed(outcome);
    subscriptions::period(&row.shop_id, &row.id, &period, now.as_millisecond()).into()
}

/// Deliveries whose time passed while it was paused have their reason (R15), so that none is made up for.
fn overslept(row: &mut Subscription, earliest: Date, now: Timestamp) -> Batch {
    let mut batch = Batch::new();
    while let Some(date) = row.schedule.next().filter(|date| *date < earliest) {
        batch.append(pass(row, PeriodOutcome::Dropped, Some(DropReason::NotActive), date, now));
    }
    batch
}
