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

const KNOWN: Told =
    Told { deferred_until: None, declined_tries: 9, trouble: true, agreement: false, price: None };
const EMPTY: [Meter; 1] = [Meter {
    cap: match Yen::new(10_000) {
        Ok(yen) => yen,
        Err(_) => Yen::MAX,
    },
    counted: Yen::ZERO,
    amazon_balance: None,
}];
const NOTHING: Told =
    Told { deferred_until: None, declined_tries: 0, trouble: false, agreement: false, price: None };

const PLAN: Step = Step::Plan {
    price: Price {
        unit: match Yen::new(3_000) {
            Ok(yen) => yen,
            Err(_) => Yen::MAX,
        },
        shipping_fee: Yen::ZERO,
    },
};

fn prices(unit: i64) -> Prices {
    let agreed = Price { unit: yen(unit), shipping_fee: Yen::ZERO };
    Prices {
        agreed,
        told: None,
        sent_at: None,
        again_at: None,
        listed: None,
        notice_days: 10,
        can_tell: true,
    }
}

/// The second delivery on 2027-02-10, made three days before; ¥3,000 of ¥10,000.
fn facts(state: &SubscriptionState) -> Facts<'_> {
    Facts {
        state,
        schedule: Schedule::begun(Cycle::Months { every: 1 }, date(2027, 1, 10), None),
        permission: ChargePermissionState::Chargeable,
        lapsed: false,
        first_declined: false,
        current: None,
        prices: prices(3_000),
        quantity: 1,
        meters: &EMPTY,
        defers: true,
        lead_days: 3,
        retry_days: &[1, 2],
        asks_again: false,
        replaced: false,
        failed_periods: 0,
        told: &KNOWN,
    }
}

fn used(counted: i64) -> [Meter; 1] {
    [Meter { cap: yen(10_000), counted: yen(counted), amazon_balance: None }]
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
    let before = due - jiff::SignedDuration::from_millis(1);
    assert_eq!(next_step(&facts(&ACTIVE), before), Step::Wait(Some(due)));
    assert_eq!(next_step(&facts(&ACTIVE), due), PLAN);
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
        (&ACTIVE, P::Chargeable, PLAN),
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
        (3_000, 7_000, true, PLAN),
        (3_000, 7_001, true, Step::Defer { until }),
        (3_000, 7_001, false, Step::Drop(DropReason::OverCap)),
        (10_001, 0, true, Step::Drop(DropReason::DearerThanCap)),
        (10_001, 0, false, Step::Drop(DropReason::DearerThanCap)),
    ];
    for (amount, counted, defers, expected) in table {
        let facts = Facts { prices: prices(amount), meters: &used(counted), defers, ..facts(&ACTIVE) };
        assert_eq!(next_step(&facts, now), expected, "{amount} {counted} {defers}");
    }
    // Where the one after is due by the 1st, this one would be overtaken by it: left out at once, for the true reason.
    let weekly = Schedule::begun(Cycle::Weeks { every: 1 }, date(2027, 2, 3), None);
    let full = used(7_001);
    let weekly = Facts { schedule: weekly, meters: &full, ..facts(&ACTIVE) };
    assert_eq!(next_step(&weekly, now), Step::Drop(DropReason::OverCap));
    let last = Schedule { limit: Some(2), ..weekly.schedule };
    assert_eq!(next_step(&Facts { schedule: last, ..weekly }, now), Step::Drop(DropReason::OverCap));
    let late = Schedule::begun(Cycle::Weeks { every: 1 }, date(2027, 2, 21), None);
    let on_the_25th = at("2027-02-25T00:00:00Z");
    assert_eq!(next_step(&Facts { schedule: late, ..weekly }, on_the_25th), Step::Defer { until });
    let unknown = Facts { prices: prices(Yen::MAX.get()), quantity: 2, ..facts(&ACTIVE) };
    assert_eq!(next_step(&unknown, now), Step::Drop(DropReason::DearerThanCap));
}

/// R15: after a standstill the period that the next one has caught up with is left out; a limit ends it.
#[test]
fn r15_an_overtaken_period_is_dropped_and_a_limit_completes() {
    assert_eq!(next_step(&facts(&ACTIVE), at("2027-03-06T15:00:00Z")), Step::Drop(DropReason::Overtaken));
    // Ordered three weeks ahead from now on: the next one is due, and the one after it; none has come to its day.
    let weekly = Schedule::begun(Cycle::Weeks { every: 1 }, date(2027, 2, 3), None);
    let ahead = Facts { schedule: weekly, lead_days: 21, ..facts(&ACTIVE) };
    assert_eq!(next_step(&ahead, at("2027-02-05T00:00:00Z")), PLAN);
    assert_eq!(next_step(&ahead, at("2027-02-09T15:00:00Z")), Step::Drop(DropReason::Overtaken));
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
    // Paused meanwhile: what is paid is settled all the same, and what was declined waits, however much time passes.
    for (payment, expected) in &table {
        let expected = if *payment == declined() { Step::Wait(None) } else { *expected };
        let with = Facts { current: current(payment, 1), ..facts(&PAUSED) };
        assert_eq!(next_step(&with, now), expected, "paused {payment:?}");
    }
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
        // Nothing is charged while it is paused.
        (&PAUSED, P::Chargeable, 1, late, 0, Step::Wait(None)),
        (&PAUSED, P::Chargeable, 3, late, 0, Step::Wait(None)),
        (&PAUSED, P::NonChargeable, 1, late, 0, Step::Wait(None)),
        (&PAUSED, P::Closed, 1, late, 0, Step::End(EndReason::Amazon)),
        // Resumed when its day is long past: given up, not charged.
        (&ACTIVE, P::Chargeable, 1, at("2027-02-14T14:59:59Z"), 0, Step::Retry),
        (&ACTIVE, P::Chargeable, 1, at("2027-02-14T15:00:00Z"), 0, Step::GiveUp { ends: false }),
    ];
    for (state, permission, tries, now, counted, expected) in table {
        let facts =
            Facts { permission, current: current(&payment, tries), meters: &used(counted), ..facts(state) };
        assert_eq!(next_step(&facts, now), expected, "{state:?} {permission:?} {tries} {now}");
    }
    let third = Facts { current: current(&payment, 3), failed_periods: 2, ..facts(&ACTIVE) };
    assert_eq!(next_step(&third, early), Step::GiveUp { ends: true });
    // An order that exists is not left out where the shop drops: it waits for the next month.
    let drops =
        Facts { current: current(&payment, 1), meters: &used(9_000), defers: false, ..facts(&ACTIVE) };
    assert_eq!(next_step(&drops, late), Step::Defer { until: at("2027-02-28T15:00:00Z") });
}

/// R19, R25: refused for the month's sake a charge waits for the 1st, however the tries stand; then it is asked for again.
#[test]
fn r19_a_charge_refused_for_the_month_waits_for_the_first() {
    let reason = Reason::new(crate::monthly_cap::OVER_CAP);
    let payment =
        Payment::AuthorizationDeclined { amount: yen(3_000), reason, at: at("2027-02-06T15:00:00Z") };
    let until = at("2027-02-28T15:00:00Z");
    for (tries, now, expected) in [
        (1, at("2027-02-07T00:00:00Z"), Step::Defer { until }),
        (9, at("2027-02-28T14:59:59Z"), Step::Defer { until }),
        (9, until, Step::Retry),
    ] {
        let facts = Facts { current: current(&payment, tries), ..facts(&ACTIVE) };
        assert_eq!(next_step(&facts, now), expected, "{tries} {now}");
    }
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

/// R19, R25: the buyer is told of a decline once per try, and of a deferral once; afterwards it only rests.
#[test]
fn r25_what_was_told_is_not_told_again() {
    let (payment, now) = (declined(), at("2027-02-07T00:00:00Z"));
    let again = at("2027-02-07T15:00:00Z");
    for (told, tries, expected) in [
        (0, 1, Step::Declined { again }),
        (1, 1, Step::Wait(Some(again))),
        (1, 2, Step::Declined { again: at("2027-02-08T15:00:00Z") }),
        (2, 2, Step::Wait(Some(at("2027-02-08T15:00:00Z")))),
    ] {
        let told = Told { declined_tries: told, ..NOTHING };
        let facts = Facts { current: current(&payment, tries), told: &told, ..facts(&ACTIVE) };
        assert_eq!(next_step(&facts, now), expected, "{told:?} {tries}");
    }
    let until = at("2027-02-28T15:00:00Z");
    let told = Told { deferred_until: Some(until), ..NOTHING };
    let meters = used(7_001);
    let full = Facts { meters: &meters, told: &told, ..facts(&ACTIVE) };
    assert_eq!(next_step(&full, now), Step::Wait(Some(until)));
    // The room came back, or the next month has: told or not, it is charged.
    assert_eq!(next_step(&Facts { meters: &used(7_000), ..full }, now), PLAN);
    // Another month's deferral is news.
    let weekly = Schedule::begun(Cycle::Months { every: 3 }, date(2027, 1, 10), None);
    let april = Facts { schedule: weekly, ..full };
    let until = at("2027-04-30T15:00:00Z");
    assert_eq!(next_step(&april, at("2027-04-07T00:00:00Z")), Step::Defer { until });
}

/// R26: the buyer is told of another price before anything is charged, and what is charged is what holds.
#[test]
fn r26_another_price_is_told_before_the_delivery_is_planned() {
    let listed = Price { unit: yen(3_300), shipping_fee: Yen::ZERO };
    let asked = Prices { listed: Some(listed), ..prices(3_000) };
    let due = at("2027-02-06T15:00:00Z");
    let look = at("2027-01-25T15:00:00Z");
    let with = |prices| Facts { prices, ..facts(&ACTIVE) };
    let before = look - jiff::SignedDuration::from_millis(1);
    assert_eq!(next_step(&with(prices(3_000)), before), Step::Wait(Some(look)));
    assert_eq!(next_step(&with(prices(3_000)), look), Step::Wait(Some(due)));
    let told = ToldPrice { price: listed, from: date(2027, 2, 10) };
    assert_eq!(next_step(&with(asked), look), Step::TellPrice { told });
    let late = ToldPrice { price: listed, from: date(2027, 3, 10) };
    assert_eq!(next_step(&with(asked), due), Step::TellPrice { told: late });
    let known = Prices { told: Some(late), sent_at: Some(due), ..asked };
    assert_eq!(next_step(&with(known), due), PLAN, "told too late: what was agreed");
    let known = Prices { told: Some(told), sent_at: Some(look), ..asked };
    assert_eq!(next_step(&with(known), due), Step::Plan { price: listed });
}

/// R24: where the shop asks to agree again, an agreement ended at Amazon is asked for once, waited for, replaced by another
/// subscription, and ends after thirty days.
#[test]
fn r24_an_agreement_ended_at_amazon_is_asked_for_again_by_policy() {
    let payment = declined();
    let asked = Told { agreement: true, ..NOTHING };
    let since = at("2027-02-07T00:00:00Z");
    let needed = SubscriptionState::PaymentNeeded { since };
    let paused = SubscriptionState::Paused { since };
    let (soon, late) = (at("2027-03-08T23:59:59Z"), at("2027-03-09T00:00:00Z"));
    let end = Step::End(EndReason::Amazon);
    for (state, told, current, replaced, now, expected) in [
        (&ACTIVE, &NOTHING, None, false, soon, Step::AgreementNeeded),
        (&PAUSED, &NOTHING, None, false, soon, Step::AgreementNeeded),
        (&ACTIVE, &NOTHING, current(&payment, 1), false, soon, Step::AgreementNeeded),
        // It waited for another payment method before.
        (&needed, &NOTHING, None, false, soon, Step::AgreementNeeded),
        (&needed, &asked, None, false, soon, Step::Wait(None)),
        (&needed, &asked, None, true, soon, Step::Replaced),
        (&needed, &asked, None, false, late, end),
        // Paused while the buyer is asked: it ends and is replaced all the same.
        (&paused, &asked, None, false, soon, Step::Wait(None)),
        (&paused, &asked, None, true, soon, Step::Replaced),
        (&paused, &asked, None, false, late, end),
    ] {
        let permission = ChargePermissionState::Closed;
        let asks = Facts { permission, asks_again: true, replaced, told, current, ..facts(state) };
        assert_eq!(next_step(&asks, now), expected, "{state:?} {told:?} {replaced} {now}");
        assert_eq!(next_step(&Facts { asks_again: false, ..asks }, now), end, "the other policy");
    }
}

/// R24: an agreement whose time ran out was ended by nobody: it ends with its own reason whatever the shop's policy is, but not
/// where the buyer was asked to agree again before.
#[test]
fn r24_a_lapsed_agreement_has_its_own_end() {
    let permission = ChargePermissionState::Closed;
    let now = at("2027-02-07T00:00:00Z");
    let since = now;
    let (needed, paused) = (SubscriptionState::PaymentNeeded { since }, SubscriptionState::Paused { since });
    let payment = declined();
    let asked = Told { agreement: true, ..NOTHING };
    for (state, told, current, lapsed, asks_again, expected) in [
        (&ACTIVE, &NOTHING, None, true, false, Step::End(EndReason::Lapsed)),
        (&ACTIVE, &NOTHING, None, true, true, Step::End(EndReason::Lapsed)),
        (&paused, &NOTHING, None, true, true, Step::End(EndReason::Lapsed)),
        (&needed, &NOTHING, None, true, true, Step::End(EndReason::Lapsed)),
        (&ACTIVE, &NOTHING, current(&payment, 1), true, true, Step::End(EndReason::Lapsed)),
        (&needed, &asked, None, true, true, Step::Wait(None)),
        (&ACTIVE, &NOTHING, None, false, false, Step::End(EndReason::Amazon)),
        (&ACTIVE, &NOTHING, None, false, true, Step::AgreementNeeded),
    ] {
        let facts = Facts { permission, lapsed, asks_again, told, current, ..facts(state) };
        assert_eq!(next_step(&facts, now), expected, "{state:?} {told:?} {lapsed} {asks_again}");
    }
    // What is not closed has not lapsed, whatever is said of it.
    let open = Facts { lapsed: true, ..facts(&ACTIVE) };
    assert_eq!(next_step(&open, now), PLAN);
}
