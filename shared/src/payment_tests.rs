//! The full table: every state against every event, and what holds over any sequence of events.

use super::*;
use crate::status_icon::StatusIcon;
use proptest::prelude::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn yen(amount: i64) -> Yen {
    Yen::new(amount).unwrap()
}

fn reason() -> Reason {
    Reason::new("HardDeclined")
}

const EXPIRES: i64 = 2_592_000;

fn states() -> Vec<Payment> {
    let authorized = Payment::authorized(yen(3980), at(0));
    vec![
        Payment::pending(yen(3980), at(0)),
        authorized.clone(),
        Payment::AuthorizationDeclined { amount: yen(3980), reason: reason(), at: at(1) },
        Payment::CapturePending { authorized: yen(3980), amount: yen(3980), since: at(1) },
        Payment::CaptureFailed {
            amount: yen(3980),
            reason: reason(),
            at: at(1),
            retry_until: Some(at(EXPIRES)),
        },
        Payment::Captured { captured: yen(3980), refunded: Yen::ZERO, captured_at: at(1) },
        Payment::RefundPending {
            captured: yen(3980),
            refunded: Yen::ZERO,
            pending: yen(3980),
            captured_at: at(1),
            since: at(2),
        },
        Payment::RefundFailed {
            captured: yen(3980),
            refunded: Yen::ZERO,
            failed: yen(3980),
            captured_at: at(1),
            reason: reason(),
            at: at(3),
        },
        Payment::Refunded { captured: yen(3980), at: at(4) },
        Payment::CancelFailed { amount: yen(3980), reason: reason(), at: at(1), expires_at: at(EXPIRES) },
        Payment::Canceled { amount: yen(3980), at: at(2) },
        Payment::Expired { amount: yen(3980), at: at(EXPIRES) },
        Payment::Unconfirmed { asked: Asked::Capture, since: at(1), before: Box::new(authorized) },
    ]
}

fn events() -> Vec<PaymentEvent> {
    use PaymentEvent as E;
    vec![
        E::Authorized { amount: yen(3980), at: at(9), expires_at: at(EXPIRES) },
        E::AuthorizationDeclined { reason: reason(), at: at(9) },
        E::ReauthorizationStarted { amount: yen(3980), at: at(9) },
        E::CaptureStarted { amount: yen(3980), at: at(9) },
        E::Captured { amount: yen(3980), at: at(9) },
        E::CaptureRefused { reason: reason(), at: at(9), retry_until: Some(at(EXPIRES)) },
        E::Canceled { at: at(9) },
        E::CancelRefused { reason: reason(), at: at(9) },
        E::Expired { at: at(9) },
        E::Abandoned { at: at(9) },
        E::RefundStarted { amount: yen(3980), at: at(9) },
        E::Refunded { amount: yen(3980), at: at(9) },
        E::RefundRefused { amount: yen(3980), reason: reason(), at: at(9) },
        E::RefundedAtAmazon { refunded: yen(3980), at: at(9) },
        E::Unanswered { asked: Asked::Capture, at: at(9) },
        E::FoundUnchanged { at: at(9) },
    ]
}

/// R29, R38, R47: what each state becomes by each event; `-` is refused. Columns stand in the order of
/// [`events`].
const TABLE: [(&str, &str); 13] = [
    //                       Auth Decl Reau CapS Capt CapR Canc CanR Expi Aban RefS Refd RefR RefA Unan Unch
    ("authorization_pending", "au ad ap cp ca -- cn cf ex -- -- -- -- -- -- ap"),
    ("authorized", "au ad -- cp ca ce cn cf ex -- -- -- -- -- un au"),
    ("authorization_declined", "au ad ap -- -- -- ad -- ad cn -- -- -- -- -- ad"),
    ("capture_pending", "-- -- -- cp ca ce -- -- -- -- -- -- -- -- -- cp"),
    ("capture_failed", "ce -- -- cp ca ce cn cf ex -- -- -- -- -- un ce"),
    ("captured", "-- -- -- ca ca -- -- -- -- -- rp -- rf rd -- ca"),
    ("refund_pending", "-- -- -- -- rp -- -- -- -- -- rp rd rf rp -- rp"),
    ("refund_failed", "-- -- -- -- rf -- -- -- -- -- rp -- rf rd -- rf"),
    ("refunded", "-- -- -- -- rd -- -- -- -- rd -- rd -- rd -- rd"),
    ("cancel_failed", "cf -- -- -- ca -- cn cf cn -- -- -- -- -- -- cf"),
    ("canceled", "-- -- -- -- -- -- cn -- cn cn -- -- -- -- -- cn"),
    ("expired", "au ad ap -- -- -- ex -- ex cn -- -- -- -- -- ex"),
    ("unconfirmed", "un ad -- cp ca ce cn cf ex -- -- -- -- -- un au"),
];

fn short(state: PaymentState) -> &'static str {
    match state {
        PaymentState::AuthorizationPending => "ap",
        PaymentState::Authorized => "au",
        PaymentState::AuthorizationDeclined => "ad",
        PaymentState::CapturePending => "cp",
        PaymentState::CaptureFailed => "ce",
        PaymentState::Captured => "ca",
        PaymentState::RefundPending => "rp",
        PaymentState::RefundFailed => "rf",
        PaymentState::Refunded => "rd",
        PaymentState::CancelFailed => "cf",
        PaymentState::Canceled => "cn",
        PaymentState::Expired => "ex",
        PaymentState::Unconfirmed => "un",
    }
}

#[test]
fn r38_r47_r55_every_state_answers_every_event_as_the_table_says() {
    let states = states();
    assert_eq!(states.iter().map(Payment::state).collect::<Vec<_>>(), PaymentState::ALL);
    for (state, (name, row)) in states.into_iter().zip(TABLE) {
        assert_eq!(state.state().name(), name);
        let row: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(row.len(), events().len());
        for (event, expected) in events().into_iter().zip(row) {
            let name_of_event = event.name();
            let found = match state.clone().apply(event) {
                Ok(next) => short(next.state()),
                Err(refused) => {
                    assert_eq!(refused.event, name_of_event);
                    "--"
                }
            };
            assert_eq!(found, expected, "{name} on {name_of_event}");
        }
    }
}

#[test]
fn r48_an_order_whose_charge_died_at_the_capture_is_authorized_anew() {
    let dead =
        || Payment::CaptureFailed { amount: yen(3980), reason: reason(), at: at(1), retry_until: None };
    let next = |event| dead().apply(event).unwrap().state();
    let authorized = PaymentEvent::Authorized { amount: yen(3980), at: at(2), expires_at: at(EXPIRES) };
    assert_eq!(next(authorized), PaymentState::Authorized);
    let started = PaymentEvent::ReauthorizationStarted { amount: yen(3980), at: at(2) };
    assert_eq!(next(started), PaymentState::AuthorizationPending);
    let declined = PaymentEvent::AuthorizationDeclined { reason: reason(), at: at(2) };
    assert_eq!(next(declined), PaymentState::AuthorizationDeclined);
    assert_eq!(next(PaymentEvent::Abandoned { at: at(2) }), PaymentState::Canceled);
    let unanswered = PaymentEvent::Unanswered { asked: Asked::Reauthorization, at: at(2) };
    assert_eq!(next(unanswered), PaymentState::Unconfirmed);
}

#[test]
fn r37_a_partial_refund_returns_to_captured_until_all_is_given_back() {
    let captured = Payment::Captured { captured: yen(3980), refunded: Yen::ZERO, captured_at: at(1) };
    let pending = captured.apply(PaymentEvent::RefundStarted { amount: yen(1000), at: at(2) }).unwrap();
    let part = pending.apply(PaymentEvent::Refunded { amount: yen(1000), at: at(3) }).unwrap();
    assert_eq!(part, Payment::Captured { captured: yen(3980), refunded: yen(1000), captured_at: at(1) });
    assert_eq!(StatusIcon::of(&part), Some(StatusIcon::PartlyRefunded));
    assert!(part.clone().apply(PaymentEvent::RefundStarted { amount: yen(2981), at: at(4) }).is_err());
    let rest = part
        .apply(PaymentEvent::RefundStarted { amount: yen(2980), at: at(4) })
        .unwrap()
        .apply(PaymentEvent::Refunded { amount: yen(2980), at: at(5) })
        .unwrap();
    assert_eq!(rest, Payment::Refunded { captured: yen(3980), at: at(5) });
}

/// R37: what was given back in Seller Central cannot be given back here once more, whatever of ours is on its way or was
/// refused; told again it changes nothing, and a smaller sum is an older one.
#[test]
fn r37_what_was_refunded_at_amazon_is_left_out_of_the_rest() {
    let seen = |refunded| PaymentEvent::RefundedAtAmazon { refunded: yen(refunded), at: at(9) };
    let paid = || Payment::Captured { captured: yen(3980), refunded: Yen::ZERO, captured_at: at(1) };
    let part = paid().apply(seen(1000)).unwrap();
    assert_eq!(part, Payment::Captured { captured: yen(3980), refunded: yen(1000), captured_at: at(1) });
    assert_eq!(StatusIcon::of(&part), Some(StatusIcon::PartlyRefunded));
    for (again, event) in [(1000, "again"), (400, "older")] {
        assert_eq!(part.clone().apply(seen(again)).unwrap(), part, "{event}");
    }
    assert!(part.clone().apply(PaymentEvent::RefundStarted { amount: yen(2981), at: at(10) }).is_err());

    let pending = paid().apply(PaymentEvent::RefundStarted { amount: yen(3000), at: at(2) }).unwrap();
    let both = pending.apply(seen(980)).unwrap();
    assert_eq!(both.state(), PaymentState::RefundPending);
    let all = both.clone().apply(PaymentEvent::Refunded { amount: yen(3000), at: at(10) }).unwrap();
    assert_eq!(all, Payment::Refunded { captured: yen(3980), at: at(10) });
    let refused = PaymentEvent::RefundRefused { amount: yen(3000), reason: reason(), at: at(10) };
    let failed = both.apply(refused).unwrap();
    assert_eq!(money(&failed), (3980, 980));
    assert_eq!(money(&failed.clone().apply(seen(2000)).unwrap()), (3980, 2000));
    assert_eq!(failed.apply(seen(4100)).unwrap(), Payment::Refunded { captured: yen(3980), at: at(9) });

    let doubt = paid().apply(PaymentEvent::Unanswered { asked: Asked::Refund, at: at(2) }).unwrap();
    assert_eq!(doubt.clone().apply(seen(3980)).unwrap(), doubt, "it may be the one that went unanswered");
}

/// R36, R37: a refund that Amazon refused is no error any more once as much was given back in Seller Central, at once or part by
/// part; less leaves the rest of it.
#[test]
fn r36_what_was_refused_and_given_back_at_amazon_is_no_error_any_more() {
    let seen = |refunded| PaymentEvent::RefundedAtAmazon { refunded: yen(refunded), at: at(9) };
    for (refunded, refused, told, state, failed) in [
        (0, 500, vec![500], PaymentState::Captured, None),
        (0, 500, vec![800], PaymentState::Captured, None),
        (0, 500, vec![499], PaymentState::RefundFailed, Some(1)),
        (0, 500, vec![200, 200, 500], PaymentState::Captured, None),
        (1000, 500, vec![1000, 900], PaymentState::RefundFailed, Some(500)),
        (1000, 500, vec![1500], PaymentState::Captured, None),
        (1000, 2980, vec![3979], PaymentState::RefundFailed, Some(1)),
        (1000, 2980, vec![3980], PaymentState::Refunded, None),
    ] {
        let paid = Payment::Captured { captured: yen(3980), refunded: yen(refunded), captured_at: at(1) };
        let refusal = PaymentEvent::RefundRefused { amount: yen(refused), reason: reason(), at: at(2) };
        let mut payment = paid.apply(refusal).unwrap();
        let last = told.iter().copied().max().unwrap();
        for all in told {
            payment = payment.apply(seen(all)).unwrap();
        }
        let left = match &payment {
            Payment::RefundFailed { failed, .. } => Some(failed.get()),
            _ => None,
        };
        assert_eq!((payment.state(), left), (state, failed), "{refused} refused, {last} given back");
        if state != PaymentState::Refunded {
            assert_eq!(money(&payment), (3980, last), "{refused} refused");
        }
    }
}

#[test]
fn r55_a_repeated_old_fact_does_not_end_a_doubt() {
    let doubt = Payment::authorized(yen(3980), at(0))
        .apply(PaymentEvent::Unanswered { asked: Asked::Capture, at: at(1) })
        .unwrap();
    let again = PaymentEvent::Authorized { amount: yen(3980), at: at(0), expires_at: at(EXPIRES) };
    assert_eq!(doubt.clone().apply(again).unwrap(), doubt);
    let found = doubt.apply(PaymentEvent::FoundUnchanged { at: at(2) }).unwrap();
    assert_eq!(found.state(), PaymentState::Authorized);
}

/// Amazon's own expiry differs from our estimate by moments: to learn it answers no question.
#[test]
fn r55_a_corrected_expiry_does_not_end_a_doubt() {
    let doubt = Payment::authorized(yen(3980), at(0))
        .apply(PaymentEvent::Unanswered { asked: Asked::Capture, at: at(1) })
        .unwrap();
    let corrected = PaymentEvent::Authorized { amount: yen(3980), at: at(0), expires_at: at(EXPIRES - 5) };
    let still = doubt.apply(corrected).unwrap();
    assert_eq!(still.state(), PaymentState::Unconfirmed);
    assert_eq!(still.expires_at(), Some(at(EXPIRES - 5)));
}

/// A second refusal of what was refused before is an answer all the same.
#[test]
fn r55_an_answer_that_repeats_an_older_one_ends_the_doubt() {
    let failed = |payment: Payment, event| payment.apply(event).unwrap();
    let refused =
        || PaymentEvent::CaptureRefused { reason: reason(), at: at(1), retry_until: Some(at(EXPIRES)) };
    let doubt = failed(Payment::authorized(yen(3980), at(0)), refused())
        .apply(PaymentEvent::Unanswered { asked: Asked::Capture, at: at(2) })
        .unwrap();
    assert_eq!(doubt.state(), PaymentState::Unconfirmed);
    assert_eq!(failed(doubt, refused()).state(), PaymentState::CaptureFailed);

    let refused = || PaymentEvent::RefundRefused { amount: yen(3980), reason: reason(), at: at(3) };
    let captured = Payment::Captured { captured: yen(3980), refunded: Yen::ZERO, captured_at: at(1) };
    let doubt = failed(captured, refused())
        .apply(PaymentEvent::Unanswered { asked: Asked::Refund, at: at(4) })
        .unwrap();
    assert_eq!(failed(doubt, refused()).state(), PaymentState::RefundFailed);
}

#[test]
fn r34_r41_a_capture_is_allowed_only_within_the_authorization() {
    let payment = Payment::authorized(yen(3980), at(0));
    assert!(payment.may_capture(yen(3980), at(1)).is_ok());
    assert!(payment.may_capture(yen(1), at(EXPIRES - 1)).is_ok());
    assert!(payment.may_capture(yen(3981), at(1)).is_err());
    assert!(payment.may_capture(Yen::ZERO, at(1)).is_err());
    assert!(payment.may_capture(yen(3980), at(EXPIRES)).is_err());
    for state in states() {
        let allowed = matches!(state.state(), PaymentState::Authorized | PaymentState::CaptureFailed);
        assert_eq!(state.may_capture(yen(3980), at(1)).is_ok(), allowed, "{:?}", state.state());
    }
}

#[test]
fn r29_every_state_has_its_icon_and_every_icon_finds_its_states() {
    for payment in states() {
        match StatusIcon::of(&payment) {
            Some(icon) => assert!(icon.states().contains(&payment.state()), "{icon:?}"),
            None => assert!(matches!(payment.state(), PaymentState::Canceled | PaymentState::Refunded)),
        }
    }
    for icon in StatusIcon::ALL {
        assert!(!icon.states().is_empty());
    }
}

#[test]
fn a_payment_survives_storage() {
    for payment in states() {
        let text = serde_json::to_string(&payment).unwrap();
        assert_eq!(serde_json::from_str::<Payment>(&text).unwrap(), payment, "{text}");
    }
}

fn any_event() -> impl Strategy<Value = PaymentEvent> {
    use PaymentEvent as E;
    let amount = prop_oneof![Just(1_i64), Just(1000), Just(2980), Just(3980), Just(3981)].prop_map(yen);
    let asked = prop::sample::select(Asked::ALL.to_vec());
    (0..16_usize, amount, asked, 0..100_i64).prop_map(|(which, amount, asked, second)| {
        let at = at(second);
        match which {
            0 => E::Authorized { amount, at, expires_at: at + AUTHORIZATION_LIFE },
            1 => E::AuthorizationDeclined { reason: reason(), at },
            2 => E::ReauthorizationStarted { amount, at },
            3 => E::CaptureStarted { amount, at },
            4 => E::Captured { amount, at },
            5 => E::CaptureRefused { reason: reason(), at, retry_until: Some(at + AUTHORIZATION_LIFE) },
            6 => E::Canceled { at },
            7 => E::CancelRefused { reason: reason(), at },
            8 => E::Expired { at },
            9 => E::RefundStarted { amount, at },
            10 => E::Refunded { amount, at },
            11 => E::RefundRefused { amount, reason: reason(), at },
            12 => E::Unanswered { asked, at },
            13 => E::Abandoned { at },
            14 => E::RefundedAtAmazon { refunded: amount, at },
            _ => E::FoundUnchanged { at },
        }
    })
}

fn money(payment: &Payment) -> (i64, i64) {
    match payment {
        Payment::Captured { captured, refunded, .. } => (captured.get(), refunded.get()),
        Payment::RefundPending { captured, refunded, pending, .. } => {
            (captured.get(), refunded.get() + pending.get())
        }
        Payment::RefundFailed { captured, refunded, .. } => (captured.get(), refunded.get()),
        Payment::Refunded { captured, .. } => (captured.get(), captured.get()),
        Payment::Unconfirmed { before, .. } => money(before),
        _ => (0, 0),
    }
}

proptest! {
    /// R34, R37, R38: whatever is reported, captured stays within authorized, refunded within captured, and
    /// nothing leads from captured back to uncaptured.
    #[test]
    fn money_only_moves_forward(events in prop::collection::vec(any_event(), 0..40)) {
        let mut payment = Payment::authorized(yen(3980), at(0));
        let mut authorized = 3980;
        let mut was_captured = false;
        for event in events {
            if let PaymentEvent::Authorized { amount, .. } | PaymentEvent::ReauthorizationStarted { amount, .. } = &event {
                authorized = authorized.max(amount.get());
            }
            if let Ok(next) = payment.clone().apply(event) {
                payment = next;
            }
            let (captured, refunded) = money(&payment);
            prop_assert!(captured <= authorized);
            prop_assert!(refunded <= captured);
            let captured_now = payment.status() == PaymentStatus::Captured;
            prop_assert!(captured_now || !was_captured);
            was_captured = captured_now;
        }
    }

    /// R59: reporting the same fact twice changes nothing more.
    #[test]
    fn a_repeated_fact_is_harmless(events in prop::collection::vec(any_event(), 0..20), last in any_event()) {
        let mut payment = Payment::authorized(yen(3980), at(0));
        for event in events {
            if let Ok(next) = payment.clone().apply(event) {
                payment = next;
            }
        }
        // A second partial refund of the same amount is a new refund, told apart by its id outside.
        let distinct = matches!(last, PaymentEvent::RefundStarted { .. } | PaymentEvent::Refunded { .. }
            | PaymentEvent::RefundRefused { .. });
        if !distinct
            && let Ok(once) = payment.apply(last.clone())
            && let Ok(twice) = once.clone().apply(last)
        {
            prop_assert_eq!(twice.state(), once.state());
            prop_assert_eq!(money(&twice), money(&once));
        }
    }
}

/// R36: a second refund that Amazon refuses at once is a キャンセルエラー of its own: what failed, why and when are the new
/// ones; the same refusal told again changes nothing.
#[test]
fn r36_a_second_refusal_of_a_refund_is_told_as_it_was() {
    let (captured, at) =
        (Yen::new(3980).unwrap(), |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap());
    let refused = |amount: i64, code: &str, second| PaymentEvent::RefundRefused {
        amount: Yen::new(amount).unwrap(),
        reason: Reason::new(code),
        at: at(second),
    };
    let paid = Payment::Captured { captured, refunded: Yen::ZERO, captured_at: at(1) };
    let first = paid.apply(refused(500, "AmazonRejected", 10)).unwrap();
    assert_eq!(first.clone().apply(refused(500, "AmazonRejected", 99)).unwrap(), first);
    let second = first.apply(refused(300, "ProcessingFailure", 20)).unwrap();
    let expected = Payment::RefundFailed {
        captured,
        refunded: Yen::ZERO,
        failed: Yen::new(300).unwrap(),
        captured_at: at(1),
        reason: Reason::new("ProcessingFailure"),
        at: at(20),
    };
    assert_eq!(second, expected);
}
