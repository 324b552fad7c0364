//! 定期購入の更新: what is to be done with a subscription now (R15, R19, R24, R25).
//!
//! Total over everything that is known of it; the server reads, asks this, and writes the one step it names. Whoever
//! asks again after the step gets the next one, so it may be asked at any moment, by any process. Start at
//! [`next_step`].

use crate::charge::ChargePermissionState;
use crate::id::OrderId;
use crate::money::{Chargeable, Yen};
use crate::monthly_cap::{CapRefused, Meter};
use crate::payment::{Payment, PaymentState};
use crate::subscription::{DropReason, EndReason, Schedule, SubscriptionState};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// Japan has one offset and no summer time.
const JAPAN: Offset = Offset::constant(9);

/// Periods in a row that could not be paid, after which the subscription ends (R25).
pub const MOST_FAILED_PERIODS: i64 = 3;

/// The latest renewal's order, while its payment is not settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrentOrder<'a> {
    /// Its payment.
    pub payment: &'a Payment,
    /// Whether a call to Amazon about it is under way, or its answer was lost.
    pub asking: bool,
    /// Canceled, or paid another way, by the desk.
    pub given_up: bool,
    /// How often its charge was asked for.
    pub tries: usize,
}

/// What is known of a subscription.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// How far it has come.
    pub state: &'a SubscriptionState,
    /// When its deliveries are.
    pub schedule: Schedule,
    /// As Amazon last said.
    pub permission: ChargePermissionState,
    /// Amazon refused the order of the checkout after all: the buyer was told to buy again, so nothing goes on here.
    pub first_declined: bool,
    /// The latest renewal's order.
    pub current: Option<CurrentOrder<'a>>,
    /// Of one delivery; `None` where that cannot be calculated.
    pub amount: Option<Yen>,
    /// What the month has come to.
    pub meter: Meter,
    /// Whether the shop moves a delivery that the cap has no room for; else it is left out.
    pub defers: bool,
    /// Days before a delivery on which its order is made.
    pub lead_days: u8,
    /// Days after each softly declined try on which the next one is.
    pub retry_days: &'a [u8],
    /// Periods in a row that could not be paid.
    pub failed_periods: i64,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing until then; `None`: until something happens.
    Wait(Option<Timestamp>),
    /// Make the order of the next delivery and charge it.
    Plan,
    /// Ask for the current order's charge again, with a new key.
    Retry,
    /// The current order is paid, or no longer ours to pay: it is not looked at any more.
    Settled {
        /// Whether it was paid.
        paid: bool,
    },
    /// 翌月以降に改めてお試しください: nothing is charged before the 1st of the next month.
    Defer {
        /// Its first moment in Japan.
        until: Timestamp,
    },
    /// The next delivery is left out.
    Drop(DropReason),
    /// Amazon charges nothing until the buyer changes the payment method there.
    PaymentNeeded,
    /// Amazon charges again.
    Resume,
    /// The current order could not be paid within the tries: it is given up.
    GiveUp {
        /// Whether the subscription ends with it.
        ends: bool,
    },
    /// It ends.
    End(EndReason),
}

/// What a step left in the subscription's story; no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum RenewalEvent {
    /// The order of a period was made, and Amazon is asked for its charge.
    Ordered {
        /// From 1.
        period: u32,
        /// Its order.
        order: OrderId,
    },
    /// The charge was asked for again.
    Retried,
    /// The order is paid.
    Paid,
    /// The order was given up by the desk.
    OrderEnded,
    /// The month had no room.
    Deferred {
        /// Not before.
        until: Timestamp,
        /// Left of the cap, in yen.
        remaining: Yen,
    },
    /// A period has no order.
    Dropped {
        /// From 1.
        period: u32,
        /// Why.
        reason: DropReason,
    },
    /// The buyer has to change the payment method at Amazon.
    PaymentNeeded,
    /// Amazon charges again.
    Resumed,
    /// The order could not be paid within the tries.
    GaveUp,
    /// The subscription has ended.
    Ended {
        /// Why.
        reason: EndReason,
    },
}

impl RenewalEvent {
    /// The name stored in a column.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ordered { .. } => "ordered",
            Self::Retried => "retried",
            Self::Paid => "paid",
            Self::OrderEnded => "order_ended",
            Self::Deferred { .. } => "deferred",
            Self::Dropped { .. } => "dropped",
            Self::PaymentNeeded => "payment_needed",
            Self::Resumed => "resumed",
            Self::GaveUp => "gave_up",
            Self::Ended { .. } => "ended",
        }
    }
}

/// What is to be done with the subscription at `now`.
pub fn next_step(facts: &Facts<'_>, now: Timestamp) -> Step {
    if matches!(facts.state, SubscriptionState::Ended { .. }) {
        return Step::Wait(None);
    }
    if facts.first_declined {
        return Step::End(EndReason::NotPaid);
    }
    // What is under way is settled first, whatever Amazon says of the agreement meanwhile.
    if let Some(current) = &facts.current {
        match of_current(facts, current, now) {
            Current::Step(step) => return step,
            Current::OutOfReach => {}
        }
    }
    match (facts.permission, facts.state) {
        (ChargePermissionState::Closed, _) => return Step::End(EndReason::Amazon),
        (ChargePermissionState::NonChargeable, SubscriptionState::Active) => return Step::PaymentNeeded,
        (ChargePermissionState::Chargeable, SubscriptionState::PaymentNeeded { .. }) => return Step::Resume,
        (ChargePermissionState::NonChargeable, _) => return Step::Wait(None),
        (ChargePermissionState::Chargeable, _) => {}
    }
    let Some(delivery) = facts.schedule.next() else {
        return Step::End(EndReason::Completed);
    };
    if matches!(facts.state, SubscriptionState::Paused { .. }) {
        return Step::Wait(None);
    }
    let due = due_at(delivery, facts.lead_days);
    if now < due {
        return Step::Wait(Some(due));
    }
    // The one after is due as well: the system stood still, and two deliveries at once are nobody's wish.
    let following = facts.schedule.passed(crate::subscription::PeriodOutcome::Dropped).next();
    if following.is_some_and(|following| now >= due_at(following, facts.lead_days)) {
        return Step::Drop(DropReason::Overtaken);
    }
    charge(facts, now, Step::Plan)
}

/// First moment in Japan of the day on which the order of `delivery` is made.
pub fn due_at(delivery: Date, lead_days: u8) -> Timestamp {
    let day = delivery.checked_sub(jiff::Span::new().days(i64::from(lead_days))).unwrap_or(Date::MIN);
    JAPAN.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN)
}

/// First moment of the next month in Japan.
pub fn first_of_next_month(now: Timestamp) -> Timestamp {
    let last = JAPAN.to_datetime(now).date().last_of_month();
    let first = last.tomorrow().unwrap_or(Date::MAX);
    JAPAN.to_timestamp(first.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX)
}

enum Current {
    Step(Step),
    /// Not paid, and the agreement's state decides what comes of it.
    OutOfReach,
}

fn of_current(facts: &Facts<'_>, current: &CurrentOrder<'_>, now: Timestamp) -> Current {
    use PaymentState as P;
    if current.asking {
        return Current::Step(Step::Wait(None));
    }
    if current.given_up {
        return Current::Step(Step::Settled { paid: false });
    }
    match current.payment.state() {
        P::AuthorizationPending | P::Unconfirmed => Current::Step(Step::Wait(None)),
        // A capture that fails later, an expiry, a refund: the desk's, with the order's own actions.
        P::Authorized
        | P::CapturePending
        | P::CaptureFailed
        | P::Captured
        | P::RefundPending
        | P::RefundFailed
        | P::Refunded
        | P::CancelFailed
        | P::Expired => Current::Step(Step::Settled { paid: true }),
        P::Canceled => Current::Step(Step::Settled { paid: false }),
        P::AuthorizationDeclined => declined(facts, current, now),
    }
}

fn declined(facts: &Facts<'_>, current: &CurrentOrder<'_>, now: Timestamp) -> Current {
    let Payment::AuthorizationDeclined { amount, at, .. } = current.payment else {
        return Current::OutOfReach;
    };
    let ends = facts.failed_periods + 1 >= MOST_FAILED_PERIODS;
    match facts.permission {
        ChargePermissionState::Closed => return Current::OutOfReach,
        ChargePermissionState::NonChargeable if matches!(facts.state, SubscriptionState::Active) => {
            return Current::OutOfReach;
        }
        ChargePermissionState::NonChargeable => return Current::Step(Step::Wait(None)),
        // The buyer has put it right: the order is charged at once, not at the next delivery.
        ChargePermissionState::Chargeable => {}
    }
    let retry = || match charge(&Facts { amount: Some(*amount), ..*facts }, now, Step::Retry) {
        // An order that exists is not left out for the month's sake; it waits for the next one.
        Step::Drop(DropReason::OverCap) => Step::Defer { until: first_of_next_month(now) },
        Step::Drop(_) => Step::GiveUp { ends },
        step => step,
    };
    // The buyer has put it right: the order is charged at once, however often it was tried.
    if matches!(facts.state, SubscriptionState::PaymentNeeded { .. }) {
        return Current::Step(retry());
    }
    let Some(days) = current.tries.checked_sub(1).and_then(|done| facts.retry_days.get(done)) else {
        return Current::Step(Step::GiveUp { ends });
    };
    let again = *at + jiff::SignedDuration::from_hours(24 * i64::from(*days));
    if now < again {
        return Current::Step(Step::Wait(Some(again)));
    }
    Current::Step(retry())
}

/// `step`, where the month has room for the amount.
fn charge(facts: &Facts<'_>, now: Timestamp, step: Step) -> Step {
    let Some(amount) = facts.amount else {
        return Step::Drop(DropReason::DearerThanCap);
    };
    if amount.is_zero() {
        return step;
    }
    let Ok(amount) = Chargeable::new(amount) else {
        return Step::Drop(DropReason::DearerThanCap);
    };
    match facts.meter.check(amount) {
        Ok(()) => step,
        Err(CapRefused::DearerThanCap { .. }) => Step::Drop(DropReason::DearerThanCap),
        Err(CapRefused::NotThisMonth { .. }) if facts.defers => {
            Step::Defer { until: first_of_next_month(now) }
        }
        Err(CapRefused::NotThisMonth { .. }) => Step::Drop(DropReason::OverCap),
    }
}

#[cfg(test)]
#[path = "renewal_tests.rs"]
mod tests;
