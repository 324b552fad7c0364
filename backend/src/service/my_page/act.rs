//! What a member does with a subscription: skip, move, quantity, pause, resume, cancel (R23). Each is one batch.

use super::super::shops::OpenShop;
use super::super::{close_subscription, date_in_japan};
use super::{Did, MyPageError, list, load, told, write};
use crate::app::App;
use crate::store::Batch;
use crate::store::subscriptions::{self, PeriodRow, Subscription};
use jiff::Timestamp;
use jiff::civil::Date;
use shared::api::MySubscription;
use shared::charge::ChargePermissionState;
use shared::id::{BuyerId, SubscriptionId};
use shared::subscription::{
    Actor, DropReason, EndReason, MAX_QUANTITY, PeriodOutcome, SubscriptionAction, SubscriptionRefused,
    SubscriptionState, judge, may_move,
};

/// What the member wants.
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
    let mut row = load(app, shop, buyer, id, version).await?;
    judge(wish.action(), Actor::Shopper, &row.state)?;
    let now = app.clock.now();
    let mut batch = Batch::new();
    let did = match wish {
        Wish::Skip => {
            let (period, date) = next(&row)?;
            batch.append(pass(&mut row, PeriodOutcome::Skipped, None, date, now));
            Did::Skipped { period, date }
        }
        Wish::Move(to) => {
            let (_, from) = next(&row)?;
            let today = date_in_japan(now);
            may_move(to, today, list::earliest(shop, today))?;
            row.schedule = row.schedule.moved(to);
            Did::Moved { from, to }
        }
        Wish::Quantity(to) => {
            let from = row.quantity;
            if !(1..=MAX_QUANTITY).contains(&to) {
                return Err(SubscriptionRefused::Quantity.into());
            }
            row.quantity = to;
            let fits = row.total().is_some_and(|total| total <= list::cap(shop, None));
            if to > from && !fits {
                return Err(MyPageError::DearerThanCap);
            }
            Did::QuantityChanged { from, to }
        }
        Wish::Pause => {
            row.state = SubscriptionState::Paused { since: now };
            Did::Paused
        }
        Wish::Resume => {
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
            row.state = SubscriptionState::Ended { reason: EndReason::Shopper, at: now };
            batch.append(close_subscription::later(&row, now));
            Did::Canceled
        }
    };
    // To look at it, not to order: whoever looks reads the schedule again.
    row.due_at = matches!(row.state, SubscriptionState::Active).then(|| now.as_millisecond());
    batch.push(told(&row, "shopper", did, now));
    batch.push(subscriptions::save(&row, now.as_millisecond()));
    write(app, batch).await?;
    list::one(app, shop, id).await
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
