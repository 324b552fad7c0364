//! 定期購入の更新: what is to be done with a subscription now (R15, R19, R24, R25).
//!
//! Total over everything that is known of it; the server reads, asks this, and writes the one step it names. Whoever
//! asks again after the step gets the next one, so it may be asked at any moment, by any process. Start at
//! [`next_step`].

use crate::charge::ChargePermissionState;
use crate::id::OrderId;
use crate::money::{Chargeable, Yen};
use crate::monthly_cap::{CapRefused, Meter, OVER_CAP, check_all};
use crate::payment::{Payment, PaymentState};
use crate::renewal_price::{Price, Prices, ToldPrice};
use crate::subscription::{DropReason, EndReason, Schedule, SubscriptionState};
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Japan has one offset and no summer time.
const JAPAN: Offset = Offset::constant(9);

/// Periods in a row that could not be paid, after which the subscription ends (R25).
pub const MOST_FAILED_PERIODS: i64 = 3;

/// How long after its day a declined charge is still asked for again: what was paused meanwhile, or stood still, is given
/// up, so that nobody pays months later for goods they do not expect any more.
pub const LATEST_RETRY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long a buyer who ended the agreement at Amazon may agree again before the subscription ends (R24).
pub const AGREEMENT_WAIT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The latest renewal's order, while its payment is not settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrentOrder<'a> {
    /// Its payment.
    pub payment: &'a Payment,
    /// Whether a call to Amazon about it is under way, or its answer was lost.
    pub asking: bool,
    /// Canceled, or paid another way, by the desk; or paid by a new order in its place.
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
    /// Closed, it was because its time ran out without a charge: nobody ended it.
    pub lapsed: bool,
    /// Amazon refused the charge of the checkout after all: the buyer was told to buy again, so nothing goes on here. Not
    /// so where an order that was authorized once expires and is declined when it is authorized anew.
    pub first_declined: bool,
    /// The latest renewal's order.
    pub current: Option<CurrentOrder<'a>>,
    /// What the deliveries cost.
    pub prices: Prices,
    /// Pieces in each delivery.
    pub quantity: u32,
    /// What the month has come to: under the permission, and of the buyer over all permissions where that has a cap.
    pub meters: &'a [Meter],
    /// Whether the shop moves a delivery that the cap has no room for; else it is left out.
    pub defers: bool,
    /// Days before a delivery on which its order is made.
    pub lead_days: u8,
    /// Days after each softly declined try on which the next one is.
    pub retry_days: &'a [u8],
    /// Whether the shop keeps a subscription whose agreement was ended at Amazon, and asks the buyer to agree again (R24).
    pub asks_again: bool,
    /// Asked to, the buyer has begun another subscription in its place.
    pub replaced: bool,
    /// Periods in a row that could not be paid.
    pub failed_periods: i64,
    /// What the buyer knows of present trouble.
    pub told: &'a Told,
}

/// What the buyer was told of trouble that is not over: whoever looks again tells nothing twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Told {
    /// The delivery waits for the next month until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deferred_until: Option<Timestamp>,
    /// Up to this try of the current order's charge its decline was told.
    pub declined_tries: usize,
    /// That something could not be paid; the buyer hears when it can be again.
    pub trouble: bool,
    /// That the agreement was ended at Amazon, and how to agree again.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub agreement: bool,
    /// The price that will hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<ToldPrice>,
}

impl Told {
    /// The trouble is over.
    #[must_use]
    pub fn over(self) -> Self {
        Self { price: self.price, ..Self::default() }
    }
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing until then; `None`: until something happens.
    Wait(Option<Timestamp>),
    /// Make the order of the next delivery and charge it.
    Plan {
        /// What it costs.
        price: Price,
    },
    /// The buyer is told of another price ahead (R26).
    TellPrice {
        /// Which, and from when on.
        told: ToldPrice,
    },
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
    /// The current order's charge was declined: the buyer is told that it is asked for again then.
    Declined {
        /// When.
        again: Timestamp,
    },
    /// The next delivery is left out.
    Drop(DropReason),
    /// Amazon charges nothing until the buyer changes the payment method there.
    PaymentNeeded,
    /// The agreement was ended at Amazon, and the buyer is asked to agree again (R24).
    AgreementNeeded,
    /// The buyer has agreed again, to another subscription that goes on in its place.
    Replaced,
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
    /// It began with the order of its checkout.
    Begun {
        /// Its first order.
        order: OrderId,
    },
    /// The order of a period was made, and Amazon is asked for its charge.
    Ordered {
        /// From 1.
        period: u32,
        /// Its order.
        order: OrderId,
    },
    /// The buyer was told what the deliveries will cost (R26).
    PriceTold {
        /// Of each delivery, in yen.
        total: Yen,
        /// From the delivery of this date on.
        from: Date,
        /// Told again, because the notice before it reached nobody.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        again: bool,
    },
    /// The charge was declined and is asked for again then.
    Declined {
        /// When.
        again: Timestamp,
    },
    /// The charge was asked for again.
    Retried,
    /// The order is paid.
    Paid,
    /// The order was given up by the desk, or paid by a new one in its place.
    OrderEnded,
    /// The month had no room.
    Deferred {
        /// Not before.
        until: Timestamp,
        /// Used of the cap that governs, in yen.
        #[serde(default)]
        used: Yen,
        /// Left of it, in yen.
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
    /// The agreement was ended at Amazon, and the buyer was asked to agree again.
    AgreementNeeded,
    /// It has ended, because another one goes on in its place.
    Replaced,
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
            Self::Begun { .. } => "begun",
            Self::Ordered { .. } => "ordered",
            Self::PriceTold { .. } => "price_told",
            Self::Declined { .. } => "declined",
            Self::Retried => "retried",
            Self::Paid => "paid",
            Self::OrderEnded => "order_ended",
            Self::Deferred { .. } => "deferred",
            Self::Dropped { .. } => "dropped",
            Self::PaymentNeeded => "payment_needed",
            Self::AgreementNeeded => "agreement_needed",
            Self::Replaced => "replaced",
            Self::Resumed => "resumed",
            Self::GaveUp => "gave_up",
            Self::Ended { .. } => "ended",
        }
    }
}

/// What is to be done with the subscription at `now`.
pub fn next_step(facts: &Facts<'_>, now: Timestamp) -> Step {
    match step(facts, now) {
        // Told already: it only rests.
        Step::Defer { until } if facts.told.deferred_until == Some(until) => Step::Wait(Some(until)),
        step => step,
    }
}

fn step(facts: &Facts<'_>, now: Timestamp) -> Step {
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
        // Nobody left; the buyer who was asked to agree again before is answered as then.
        (ChargePermissionState::Closed, _) if facts.lapsed && !facts.told.agreement => {
            return Step::End(EndReason::Lapsed);
        }
        (ChargePermissionState::Closed, state) if facts.asks_again => {
            return without_agreement(facts, state, now);
        }
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
    if let Some(told) = facts.prices.news(&facts.schedule, facts.lead_days, now) {
        return Step::TellPrice { told };
    }
    let due = due_at(delivery, facts.lead_days);
    if now < due {
        let look = Prices::look_at(facts.prices.notice_days, due);
        let next = if now < look { look } else { due };
        // A notice that came to nothing is told again before that.
        let again = facts.prices.again_at.filter(|again| now < *again);
        return Step::Wait(Some(again.map_or(next, |again| again.min(next))));
    }
    // Its day has come and the one after is due as well: the system stood still, and two deliveries at once are nobody's
    // wish. Due alone is not enough: a shop may have begun to order weeks ahead.
    if now >= due_at(delivery, 0) && is_followed(facts, now) {
        return Step::Drop(DropReason::Overtaken);
    }
    let price = facts.prices.held(delivery, now);
    charge(facts, price.total(facts.quantity), now, Step::Plan { price })
}

/// The agreement was ended at Amazon and the shop keeps the subscription for a while.
fn without_agreement(facts: &Facts<'_>, state: &SubscriptionState, now: Timestamp) -> Step {
    match state {
        SubscriptionState::PaymentNeeded { .. } | SubscriptionState::Paused { .. }
            if facts.told.agreement && facts.replaced =>
        {
            Step::Replaced
        }
        // Paused meanwhile, it waits no longer than it would have.
        SubscriptionState::PaymentNeeded { since } | SubscriptionState::Paused { since }
            if facts.told.agreement =>
        {
            if now.duration_since(*since) < AGREEMENT_WAIT {
                Step::Wait(None)
            } else {
                Step::End(EndReason::Amazon)
            }
        }
        _ => Step::AgreementNeeded,
    }
}

/// First moment in Japan of the day on which the order of `delivery` is made.
pub fn due_at(delivery: Date, lead_days: u8) -> Timestamp {
    let day = charge_day(delivery, lead_days);
    JAPAN.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN)
}

/// The day on which the order of `delivery` is made and charged.
pub fn charge_day(delivery: Date, lead_days: u8) -> Date {
    delivery.checked_sub(jiff::Span::new().days(i64::from(lead_days))).unwrap_or(Date::MIN)
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
    let Payment::AuthorizationDeclined { amount, at, reason } = current.payment else {
        return Current::OutOfReach;
    };
    let ends = facts.failed_periods + 1 >= MOST_FAILED_PERIODS;
    match facts.permission {
        ChargePermissionState::Closed => return Current::OutOfReach,
        // Nothing is charged until it is resumed.
        _ if matches!(facts.state, SubscriptionState::Paused { .. }) => {
            return Current::Step(Step::Wait(None));
        }
        ChargePermissionState::NonChargeable if matches!(facts.state, SubscriptionState::Active) => {
            return Current::OutOfReach;
        }
        ChargePermissionState::NonChargeable => return Current::Step(Step::Wait(None)),
        // The buyer has put it right: the order is charged at once, not at the next delivery.
        ChargePermissionState::Chargeable => {}
    }
    let retry = || match charge(facts, Some(*amount), now, Step::Retry) {
        // An order that exists is not left out for the month's sake; it waits for the next one.
        Step::Drop(DropReason::OverCap) => Step::Defer { until: first_of_next_month(now) },
        Step::Drop(_) => Step::GiveUp { ends },
        step => step,
    };
    // The buyer has put it right: the order is charged at once, however often it was tried.
    if matches!(facts.state, SubscriptionState::PaymentNeeded { .. }) {
        return Current::Step(retry());
    }
    // Refused for the month's sake: another day of the same month is of no use.
    let next_month = first_of_next_month(*at);
    if reason.code() == OVER_CAP {
        let waits = now < next_month;
        return Current::Step(if waits { Step::Defer { until: next_month } } else { retry() });
    }
    let Some(days) = current.tries.checked_sub(1).and_then(|done| facts.retry_days.get(done)) else {
        return Current::Step(Step::GiveUp { ends });
    };
    let again = *at + jiff::SignedDuration::from_hours(24 * i64::from(*days));
    if now - again >= LATEST_RETRY {
        return Current::Step(Step::GiveUp { ends });
    }
    if now < again {
        let known = facts.told.declined_tries >= current.tries;
        return Current::Step(if known { Step::Wait(Some(again)) } else { Step::Declined { again } });
    }
    Current::Step(retry())
}

/// Whether the delivery after the next one is due at `at`.
fn is_followed(facts: &Facts<'_>, at: Timestamp) -> bool {
    let following = facts.schedule.passed(crate::subscription::PeriodOutcome::Dropped).next();
    following.is_some_and(|following| at >= due_at(following, facts.lead_days))
}

/// `step`, where the month has room for the amount.
fn charge(facts: &Facts<'_>, amount: Option<Yen>, now: Timestamp, step: Step) -> Step {
    let Some(amount) = amount else {
        return Step::Drop(DropReason::DearerThanCap);
    };
    if amount.is_zero() {
        return step;
    }
    let Ok(amount) = Chargeable::new(amount) else {
        return Step::Drop(DropReason::DearerThanCap);
    };
    match check_all(facts.meters, amount) {
        Ok(()) => step,
        Err(CapRefused::DearerThanCap { .. }) => Step::Drop(DropReason::DearerThanCap),
        // The one after is due by then: this one would be promised, and overtaken on the 1st.
        Err(CapRefused::NotThisMonth { .. })
            if facts.defers && !is_followed(facts, first_of_next_month(now)) =>
        {
            Step::Defer { until: first_of_next_month(now) }
        }
        Err(CapRefused::NotThisMonth { .. }) => Step::Drop(DropReason::OverCap),
    }
}

#[cfg(test)]
#[path = "renewal_tests.rs"]
mod tests;
