use super::*;
use crate::cycle::Cycle;
use crate::payment::{Asked, Reason};
use jiff::civil::date;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn yen(amount: i64) -> Yen {
    Yen::new(amount).unwrap()
}

const ACTIVE: SubscriptionState = SubscriptionState::Active;
const NEEDED: SubscriptionState = SubscriptionState::PaymentNeeded { since: Timestamp::UNIX_EPOCH };
const PAUSED: SubscriptionState = SubscriptionState::Paused { since: Timestamp::UNIX_EPOCH };

/// The second delivery on 2027-02-10, made three days before; ¥3,000 of ¥10,000.
fn facts(state: &SubscriptionState) -> Facts<'_> {
    Facts {
        state,
        schedule: Schedule::begun(Cycle::Months { every: 1 }, date(2027, 1, 10), None),
        permission: ChargePermissionState::Chargeable,
        first_declined: false,
        current: None,
        amount: Some(yen(3_000)),
        meter: Meter { cap: yen(10_000), counted: Yen::ZERO, amazon_balance: None },
        defers: true,
        lead_days: 3,
        retry_days: &[1, 2],
        failed_periods: 0,
    }
}

fn used(counted: i64) -> Meter {
    Meter { cap: yen(10_000), counted: yen(counted), amazon_balance: None }
}

fn declined() -> Payment {
    let reason = Reason::new("SoftDeclined");
    Payment::AuthorizationDeclined { amount: yen(3_000), reason, at: at("2027-02-06T15:00:00Z") }
}

fn current(payment: &Payment, tries: usize) -> Option<CurrentOrder<'_>> {
    Some(CurrentOrder { payment, asking: false, given_up: false, tries })
}

/// R15: the first moment, in Japan, of the day that lies the shop's days before the delivery.
#[test]
fn r15_a_delivery_is_due_at_midnight_in_japan() {
    let due = at("2027-02-06T15:00:00Z");
    assert_eq!(next_step(&facts(&ACTIVE), due - jiff::SignedDuration::from_millis(1)), Step::Wait(Some(due)));
    assert_eq!(next_step(&facts(&ACTIVE), due), Step::Plan);
    assert_eq!(due_at(date(2026, 12, 30), 3), at("2026-12-26T15:00:00Z"));
    assert_eq!(due_at(date(2027, 3, 1), 0), at("2027-02-28T15:00:00Z"));
    assert_eq!(due_at(date(2027, 3, 1), 1), at("2027-02-27T15:00:00Z"));
    assert_eq!(first_of_next_month(due), at("2027-02-28T15:00:00Z"));
    assert_eq!(first_of_next_month(at("2027-02-28T14:59:59Z")), at("2027-02-28T15:00:00Z"));
    assert_eq!(first_of_next_month(at("2026-12-31T14:00:00Z")), at("2026-12-31T15:00:00Z"));
}

/// R19, R24, R25: without an order under way, by the subscription's and the permission's state.
#[test]
fn every_state_of_subscription_and_permission_has_its_step() {
    use ChargePermissionState as P;
    let ended = SubscriptionState::Ended { reason: EndReason::Shopper, at: Timestamp::UNIX_EPOCH };
    let table = [
        (&ACTIVE, P::Chargeable, Step::Plan),
        (&ACTIVE, P::NonChargeable, Step::PaymentNeeded),
        (&ACTIVE, P::Closed, Step::End(EndReason::Amazon)),
        (&NEEDED, P::Chargeable, Step::Resume),
        (&NEEDED, P::NonChargeable, Step::Wait(None)),
        (&NEEDED, P::Closed, Step::End(EndReason::Amazon)),
        (&PAUSED, P::Chargeable, Step::Wait(None)),
        (&PAUSED, P::NonChargeable, Step::Wait(None)),
        (&PAUSED, P::Closed, Step::End(EndReason::Amazon)),
        (&ended, P::Chargeable, Step::Wait(None)),
        (&ended, P::NonChargeable, Step::Wait(None)),
        (&ended, P::Closed, Step::Wait(None)),
    ];
    for (state, permission, expected) in table {
        let step = next_step(&Facts { permission, ..facts(state) }, at("2027-02-07T00:00:00Z"));
        assert_eq!(step, expected, "{state:?} {permission:?}");
    }
}

/// R19: what the month has no room for waits for the 1st or is left out; what is dearer than the cap never waits.
#[test]
fn r19_the_cap_defers_or_drops_with_its_own_reason() {
    let now = at("2027-02-07T00:00:00Z");
    let until = at("2027-02-28T15:00:00Z");
    let table = [
        (3_000, 7_000, true, Step::Plan),
        (3_000, 7_001, true, Step::Defer { until }),
        (3_000, 7_001, false, Step::Drop(DropReason::OverCap)),
        (10_001, 0, true, Step::Drop(DropReason::DearerThanCap)),
        (10_001, 0, false, Step::Drop(DropReason::DearerThanCap)),
    ];
    for (amount, counted, defers, expected) in table {
        let facts = Facts { amount: Some(yen(amount)), meter: used(counted), defers, ..facts(&ACTIVE) };
        assert_eq!(next_step(&facts, now), expected, "{amount} {counted} {defers}");
    }
    let unknown = Facts { amount: None, ..facts(&ACTIVE) };
    assert_eq!(next_step(&unknown, now), Step::Drop(DropReason::DearerThanCap));
}

/// R15: after a standstill the period that the next one has caught up with is left out; a limit ends it.
#[test]
fn r15_an_overtaken_period_is_dropped_and_a_limit_completes() {
    assert_eq!(next_step(&facts(&ACTIVE), at("2027-03-06T15:00:00Z")), Step::Drop(DropReason::Overtaken));
    let schedule = Schedule::begun(Cycle::Months { every: 1 }, date(2027, 1, 10), Some(1));
    let done = Facts { schedule, ..facts(&ACTIVE) };
    assert_eq!(next_step(&done, at("2027-01-11T00:00:00Z")), Step::End(EndReason::Completed));
}

/// R25: every state of the current order's payment.
#[test]
fn r25_an_order_under_way_comes_first_in_every_state() {
    let now = at("2027-02-06T15:00:00Z");
    let amount = yen(3_000);
    let (reason, retry_until) = (Reason::new("X"), None);
    let before = Box::new(Payment::pending(amount, now));
    let paid = Step::Settled { paid: true };
    let table = [
        (Payment::pending(amount, now), Step::Wait(None)),
        (Payment::Unconfirmed { asked: Asked::Reauthorization, since: now, before }, Step::Wait(None)),
        (Payment::authorized(amount, now), paid),
        (Payment::CapturePending { authorized: amount, amount, since: now }, paid),
        (Payment::CaptureFailed { amount, reason, at: now, retry_until }, paid),
        (Payment::Captured { captured: amount, refunded: Yen::ZERO, captured_at: now }, paid),
        (Payment::Expired { amount, at: now }, paid),
        (Payment::Canceled { amount, at: now }, Step::Settled { paid: false }),
        (declined(), Step::Wait(Some(at("2027-02-07T15:00:00Z")))),
    ];
    for (payment, expected) in &table {
        let with = Facts { current: current(payment, 1), ..facts(&ACTIVE) };
        assert_eq!(next_step(&with, now), *expected, "{payment:?}");
        let asking = CurrentOrder { asking: true, ..with.current.unwrap() };
        assert_eq!(next_step(&Facts { current: Some(asking), ..with }, now), Step::Wait(None));
        let given_up = CurrentOrder { given_up: true, ..with.current.unwrap() };
        let step = next_step(&Facts { current: Some(given_up), ..with }, now);
        assert_eq!(step, Step::Settled { paid: false });
    }
}

/// R25: a declined order, by the permission's state, the tries, the moment and the month.
#[test]
fn r25_a_declined_order_is_retried_on_later_days_and_then_given_up() {
    use ChargePermissionState as P;
    let payment = declined();
    let (early, late) = (at("2027-02-07T14:59:59Z"), at("2027-02-08T15:00:00Z"));
    let wait = |until| Step::Wait(Some(at(until)));
    let table = [
        (&ACTIVE, P::Chargeable, 1, early, 0, wait("2027-02-07T15:00:00Z")),
        (&ACTIVE, P::Chargeable, 1, late, 0, Step::Retry),
        (&ACTIVE, P::Chargeable, 2, early, 0, wait("2027-02-08T15:00:00Z")),
        (&ACTIVE, P::Chargeable, 2, late, 0, Step::Retry),
        (&ACTIVE, P::Chargeable, 3, early, 0, Step::GiveUp { ends: false }),
        (&ACTIVE, P::Chargeable, 1, late, 7_001, Step::Defer { until: at("2027-02-28T15:00:00Z") }),
        (&ACTIVE, P::NonChargeable, 1, early, 0, Step::PaymentNeeded),
        (&ACTIVE, P::Closed, 1, early, 0, Step::End(EndReason::Amazon)),
        (&NEEDED, P::NonChargeable, 1, late, 0, Step::Wait(None)),
        // Put right by the buyer: at once, however often it was tried.
        (&NEEDED, P::Chargeable, 1, early, 0, Step::Retry),
        (&NEEDED, P::Chargeable, 3, early, 0, Step::Retry),
        (&NEEDED, P::Closed, 1, early, 0, Step::End(EndReason::Amazon)),
    ];
    for (state, permission, tries, now, counted, expected) in table {
        let facts =
            Facts { permission, current: current(&payment, tries), meter: used(counted), ..facts(state) };
        assert_eq!(next_step(&facts, now), expected, "{state:?} {permission:?} {tries} {now}");
    }
    let third = Facts { current: current(&payment, 3), failed_periods: 2, ..facts(&ACTIVE) };
    assert_eq!(next_step(&third, early), Step::GiveUp { ends: true });
    // An order that exists is not left out where the shop drops: it waits for the next month.
    let drops = Facts { current: current(&payment, 1), meter: used(9_000), defers: false, ..facts(&ACTIVE) };
    assert_eq!(next_step(&drops, late), Step::Defer { until: at("2027-02-28T15:00:00Z") });
}

/// R25: a subscription whose first order Amazon refused after all ends, in whatever state it is, and once.
#[test]
fn r25_a_first_order_refused_after_all_ends_the_subscription() {
    for state in [&ACTIVE, &NEEDED, &PAUSED] {
        let facts = Facts { first_declined: true, ..facts(state) };
        assert_eq!(next_step(&facts, at("2027-02-06T15:00:00Z")), Step::End(EndReason::NotPaid));
    }
    let ended = SubscriptionState::Ended { reason: EndReason::NotPaid, at: Timestamp::UNIX_EPOCH };
    let facts = Facts { first_declined: true, ..facts(&ended) };
    assert_eq!(next_step(&facts, at("2027-02-06T15:00:00Z")), Step::Wait(None));
}
