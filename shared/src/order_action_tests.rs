//! The full table: every action in every state of payment.

use super::*;
use crate::payment::{Asked, PaymentState, Reason};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn yen(amount: i64) -> Yen {
    Yen::new(amount).unwrap()
}

const MONTH: i64 = 30 * 24 * 3600;

fn payments() -> Vec<Payment> {
    let reason = || Reason::new("HardDeclined");
    let all = yen(3980);
    vec![
        Payment::pending(all, at(0)),
        Payment::authorized(all, at(0)),
        Payment::AuthorizationDeclined { amount: all, reason: reason(), at: at(1) },
        Payment::CapturePending { authorized: all, amount: all, since: at(1) },
        Payment::CaptureFailed { amount: all, reason: reason(), at: at(1), retry_until: Some(at(MONTH)) },
        Payment::Captured { captured: all, refunded: Yen::ZERO, captured_at: at(1) },
        Payment::RefundPending {
            captured: all,
            refunded: Yen::ZERO,
            pending: all,
            captured_at: at(1),
            since: at(2),
        },
        Payment::RefundFailed {
            captured: all,
            refunded: Yen::ZERO,
            failed: all,
            captured_at: at(1),
            reason: reason(),
            at: at(2),
        },
        Payment::Refunded { captured: all, at: at(3) },
        Payment::CancelFailed { amount: all, reason: reason(), at: at(1), expires_at: at(MONTH) },
        Payment::Canceled { amount: all, at: at(1) },
        Payment::Expired { amount: all, at: at(MONTH) },
        Payment::Unconfirmed {
            asked: Asked::Capture,
            since: at(1),
            before: Box::new(Payment::authorized(all, at(0))),
        },
    ]
}

fn facts(payment: &Payment) -> OrderFacts<'_> {
    OrderFacts {
        method: PaymentMethod::AmazonPay,
        payment,
        order_status: OrderStatus::New,
        origin: OrderOrigin::Checkout,
        total: yen(3980),
        money_open: false,
        placed_at: at(0),
        left_amazon_pay: false,
        replaced: false,
        recurring: false,
    }
}

/// R33–R50: `y` allowed, `-` refused; columns in the order of [`OrderAction::ALL`], for a new Amazon Pay order.
const TABLE: [(PaymentState, &str); 13] = [
    //                                     Cap Can Ref Amt Swp Rea Mth Prp Shp Bun Edt Rem Lnk Get
    (PaymentState::AuthorizationPending, "-y-yy-yy--y--y"),
    (PaymentState::Authorized, "yy-yy-yy--y--y"),
    (PaymentState::AuthorizationDeclined, "-y---yyy--y-yy"),
    (PaymentState::CapturePending, "-------y--y--y"),
    (PaymentState::CaptureFailed, "yy-yy-yy--y--y"),
    (PaymentState::Captured, "-yy----yy-y--y"),
    (PaymentState::RefundPending, "-------y--y-yy"),
    (PaymentState::RefundFailed, "-yy----yy-yy-y"),
    (PaymentState::Refunded, "-y-----y--y-yy"),
    (PaymentState::CancelFailed, "-y----yy--yy-y"),
    (PaymentState::Canceled, "-y----yy--y-yy"),
    (PaymentState::Expired, "-y-yyyyy--y-yy"),
    (PaymentState::Unconfirmed, "-------y--y--y"),
];

#[test]
fn r34_to_r50_every_action_in_every_state_is_as_the_table_says() {
    for (payment, (state, row)) in payments().iter().zip(TABLE) {
        assert_eq!(payment.state(), state);
        for (action, expected) in OrderAction::ALL.into_iter().zip(row.chars()) {
            let found = judge(action, &facts(payment), at(10));
            assert_eq!(found.is_ok(), expected == 'y', "{action:?} while {state}: {found:?}");
        }
    }
}

/// R38: a link to pay again is made while everything goes back, or the order is canceled; never while a part goes back.
#[test]
fn r38_a_partial_refund_makes_no_order_to_be_paid_again() {
    let all = yen(3980);
    let pending = |refunded: i64, part: i64| Payment::RefundPending {
        captured: all,
        refunded: yen(refunded),
        pending: yen(part),
        captured_at: at(1),
        since: at(2),
    };
    for (payment, canceled, may) in [
        (pending(0, 3980), false, true),
        (pending(500, 3480), false, true),
        (pending(0, 500), false, false),
        (pending(500, 500), false, false),
        (pending(0, 500), true, true),
        (pending(500, 3480), true, true),
    ] {
        let order_status = if canceled { OrderStatus::Canceled } else { OrderStatus::New };
        let facts = OrderFacts { order_status, ..facts(&payment) };
        let found = judge(OrderAction::SendPaymentLink, &facts, at(10));
        let expected = if may { Ok(()) } else { Err(ActionRefused::PaymentState) };
        assert_eq!(found, expected, "{payment:?} canceled={canceled}");
    }
}

#[test]
fn r59_nothing_that_moves_money_is_allowed_while_something_is_open() {
    for payment in payments() {
        let open = OrderFacts { money_open: true, ..facts(&payment) };
        for action in [
            OrderAction::Capture,
            OrderAction::Cancel,
            OrderAction::PartialRefund,
            OrderAction::ChangeAmount,
            OrderAction::SwapItem,
            OrderAction::Reauthorize,
            OrderAction::ChangeMethod,
        ] {
            assert_eq!(judge(action, &open, at(10)), Err(ActionRefused::InProgress), "{action:?}");
        }
    }
}

#[test]
fn r47_a_canceled_order_is_never_captured_changed_or_restarted() {
    for payment in payments() {
        let canceled = OrderFacts { order_status: OrderStatus::Canceled, ..facts(&payment) };
        for action in [
            OrderAction::Capture,
            OrderAction::ChangeAmount,
            OrderAction::SwapItem,
            OrderAction::Reauthorize,
            OrderAction::ChangeMethod,
            OrderAction::Prepare,
            OrderAction::Ship,
        ] {
            assert!(judge(action, &canceled, at(10)).is_err(), "{action:?} while {:?}", payment.state());
        }
        let again = judge(OrderAction::Cancel, &canceled, at(10)).is_ok();
        let owed = matches!(
            payment.state(),
            PaymentState::CancelFailed | PaymentState::RefundFailed | PaymentState::Captured
        );
        assert_eq!(again, owed, "{:?}", payment.state());
    }
}

#[test]
fn r9_r43_r44_r46_amazon_pay_is_left_once_and_never_entered() {
    use PaymentMethod as M;
    for from in M::ALL {
        for to in M::ALL {
            let allowed = from != to && to != M::AmazonPay && from != M::NoCharge && to != M::NoCharge;
            assert_eq!(may_choose(from, to).is_ok(), allowed, "{from:?} to {to:?}");
        }
    }
    let payment = Payment::Canceled { amount: yen(3980), at: at(1) };
    let left = OrderFacts { method: M::BankTransfer, left_amazon_pay: true, ..facts(&payment) };
    assert_eq!(judge(OrderAction::Bundle, &left, at(10)), Err(ActionRefused::AmazonPayExcluded));
    let never = OrderFacts { left_amazon_pay: false, ..left };
    assert_eq!(judge(OrderAction::Bundle, &never, at(10)), Ok(()));
    assert_eq!(judge(OrderAction::Capture, &never, at(10)), Err(ActionRefused::NotAmazonPay));
}

/// R9: an order of ¥0 is shipped, canceled and bundled like one paid another way; nothing of Amazon's is offered for it.
#[test]
fn r9_an_order_without_a_charge_answers_every_action() {
    use ActionRefused as R;
    let payment = Payment::Canceled { amount: Yen::ZERO, at: at(1) };
    let facts = OrderFacts {
        method: PaymentMethod::NoCharge,
        origin: OrderOrigin::Renewal,
        total: Yen::ZERO,
        ..facts(&payment)
    };
    for action in OrderAction::ALL {
        use OrderAction as A;
        let expected = match action {
            A::Capture | A::PartialRefund | A::Reauthorize | A::Refetch => Err(R::NotAmazonPay),
            A::ChangeMethod | A::SendPaymentLink => Err(R::PaymentState),
            A::RecordRemedy => Err(R::Nothing),
            A::Cancel | A::ChangeAmount | A::SwapItem | A::Prepare | A::Ship | A::Bundle | A::EditBuyer => {
                Ok(())
            }
        };
        assert_eq!(judge(action, &facts, at(10)), expected, "{action:?}");
    }
}

#[test]
fn r48_a_one_time_order_is_authorized_anew_within_180_days_a_renewal_longer() {
    let payment = Payment::Expired { amount: yen(3980), at: at(MONTH) };
    let last = 180 * 24 * 3600;
    assert_eq!(judge(OrderAction::Reauthorize, &facts(&payment), at(last - 1)), Ok(()));
    assert_eq!(
        judge(OrderAction::Reauthorize, &facts(&payment), at(last)),
        Err(ActionRefused::PermissionEnded)
    );
    // A subscription's first delivery comes of a checkout, and has its recurring permission as the later ones have.
    for origin in [OrderOrigin::Renewal, OrderOrigin::Checkout] {
        let recurring = OrderFacts { origin, recurring: true, ..facts(&payment) };
        assert_eq!(judge(OrderAction::Reauthorize, &recurring, at(last)), Ok(()), "{origin:?}");
    }
}

/// R38, R44: what the buyer has paid by another order is paid by no other method either, in no state.
#[test]
fn r38_an_order_that_was_paid_by_a_new_one_is_paid_no_other_way() {
    for payment in payments() {
        for method in [PaymentMethod::AmazonPay, PaymentMethod::BankTransfer] {
            let paid = OrderFacts { replaced: true, method, ..facts(&payment) };
            let expected = match (method, payment.state()) {
                (PaymentMethod::AmazonPay, PaymentState::Unconfirmed) => ActionRefused::InProgress,
                _ => ActionRefused::Replaced,
            };
            assert_eq!(
                judge(OrderAction::ChangeMethod, &paid, at(10)),
                Err(expected),
                "{:?}",
                payment.state()
            );
        }
    }
}

/// R50: goods whose whole price is going back are not sent without a reason; a part that goes back leaves them to be sent.
#[test]
fn r50_what_goes_back_wholly_is_not_shipped() {
    let all = yen(3980);
    for (refunded, pending, expected) in [
        (0, 500, Ok(())),
        (480, 3499, Ok(())),
        (480, 3500, Err(ActionRefused::NotCaptured)),
        (0, 3980, Err(ActionRefused::NotCaptured)),
    ] {
        let payment = Payment::RefundPending {
            captured: all,
            refunded: yen(refunded),
            pending: yen(pending),
            captured_at: at(1),
            since: at(2),
        };
        assert_eq!(judge(OrderAction::Ship, &facts(&payment), at(10)), expected, "{refunded} and {pending}");
    }
}

/// R38, R48, R89: what the buyer has paid by another order is never authorized again, in no state.
#[test]
fn r48_an_order_that_was_paid_by_a_new_one_is_not_authorized_anew() {
    for payment in payments() {
        for origin in [OrderOrigin::Checkout, OrderOrigin::Renewal] {
            let paid = OrderFacts { replaced: true, origin, ..facts(&payment) };
            let expected = match payment.state() {
                PaymentState::Unconfirmed => ActionRefused::InProgress,
                _ => ActionRefused::Replaced,
            };
            assert_eq!(
                judge(OrderAction::Reauthorize, &paid, at(10)),
                Err(expected),
                "{:?}",
                payment.state()
            );
        }
    }
}

#[test]
fn r50_an_uncaptured_amazon_pay_order_is_not_shipped() {
    let payment = Payment::authorized(yen(3980), at(0));
    assert_eq!(judge(OrderAction::Ship, &facts(&payment), at(1)), Err(ActionRefused::NotCaptured));
    let other = OrderFacts { method: PaymentMethod::CashOnDelivery, ..facts(&payment) };
    assert_eq!(judge(OrderAction::Ship, &other, at(1)), Ok(()));
}

#[test]
fn r35_r36_a_cancel_releases_or_refunds_by_the_state_alone() {
    for payment in payments() {
        let chosen = cancellation(&payment, OrderOrigin::Checkout);
        let expected = match payment.state() {
            PaymentState::AuthorizationPending
            | PaymentState::Authorized
            | PaymentState::CaptureFailed
            | PaymentState::CancelFailed => Cancellation::CancelCharge { close_permission: true },
            PaymentState::Captured | PaymentState::RefundFailed => Cancellation::Refund { amount: yen(3980) },
            _ => Cancellation::Nothing,
        };
        assert_eq!(chosen, expected, "{:?}", payment.state());
    }
    let renewal = cancellation(&Payment::authorized(yen(1), at(0)), OrderOrigin::Renewal);
    assert_eq!(renewal, Cancellation::CancelCharge { close_permission: false });
}

#[test]
fn r47_warnings_come_at_7_25_and_29_days() {
    let expires = at(MONTH);
    let day = 24 * 3600;
    for (days, warning) in [
        (0, None),
        (6, None),
        (7, Some(ExpiryWarning::Late)),
        (24, Some(ExpiryWarning::Late)),
        (25, Some(ExpiryWarning::Soon)),
        (28, Some(ExpiryWarning::Soon)),
        (29, Some(ExpiryWarning::Last)),
        (31, Some(ExpiryWarning::Last)),
    ] {
        assert_eq!(expiry_warning(expires, at(days * day)), warning, "day {days}");
    }
}

/// R47, R48: by itself only what has just expired is authorized anew, and nothing in any other state.
#[test]
fn r48_only_what_has_just_expired_is_authorized_anew_by_itself() {
    let hour = 3600;
    for payment in payments() {
        let expired = payment.state() == PaymentState::Expired;
        for (after, soon) in
            [(-hour, true), (0, true), (72 * hour, true), (72 * hour + 1, false), (MONTH, false)]
        {
            let found = is_just_expired(&payment, at(MONTH + after));
            assert_eq!(found, expired && soon, "{} {after} s after", payment.state());
        }
    }
}
