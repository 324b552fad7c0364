//! The full tables: every step that asks Amazon against every state of payment.

use super::*;
use crate::api::CancelReason;
use std::fmt::Write as _;

fn shown(payment: PaymentState, order_status: OrderStatus, open: bool) -> Shown {
    Shown { payment, order_status, open }
}

const CANCEL: BulkSteps = BulkSteps {
    reauthorize: false,
    capture: false,
    status: Some(OrderStatus::Canceled),
    cancel_reason: Some(CancelReason::Mistake),
    send_mail: true,
};

/// R33: a mail that waits goes out exactly after its step succeeded, and never while that is unknown.
#[test]
fn r33_when_a_mail_that_waits_goes_out() {
    let mut table = String::new();
    for payment in PaymentState::ALL {
        write!(table, "{}:", payment.name()).unwrap();
        for step in AskedStep::ALL {
            let (kind, status) = match step {
                AskedStep::Cancel => (MailKind::OrderCanceled, OrderStatus::Canceled),
                _ => (MailKind::OrderPreparing, OrderStatus::Preparing),
            };
            let at_rest = mail_after(step, kind, shown(payment, status, false));
            let open = mail_after(step, kind, shown(payment, status, true));
            write!(table, " {}={at_rest:?}/{open:?}", step.name()).unwrap();
        }
        table.push('\n');
    }
    assert_eq!(table, MAILS, "\n{table}");
}

const MAILS: &str = "\
authorization_pending: reauthorize=Wait/Wait capture=Skip/Wait cancel=Send/Wait
authorized: reauthorize=Send/Wait capture=Skip/Wait cancel=Send/Wait
authorization_declined: reauthorize=Skip/Wait capture=Skip/Wait cancel=Send/Wait
capture_pending: reauthorize=Send/Wait capture=Wait/Wait cancel=Skip/Wait
capture_failed: reauthorize=Skip/Wait capture=Skip/Wait cancel=Send/Wait
captured: reauthorize=Send/Wait capture=Send/Send cancel=Skip/Wait
refund_pending: reauthorize=Skip/Wait capture=Skip/Skip cancel=Wait/Wait
refund_failed: reauthorize=Skip/Wait capture=Skip/Skip cancel=Skip/Wait
refunded: reauthorize=Skip/Wait capture=Skip/Skip cancel=Send/Wait
cancel_failed: reauthorize=Skip/Wait capture=Skip/Wait cancel=Skip/Wait
canceled: reauthorize=Skip/Wait capture=Skip/Wait cancel=Send/Wait
expired: reauthorize=Skip/Wait capture=Skip/Wait cancel=Send/Wait
unconfirmed: reauthorize=Wait/Wait capture=Wait/Wait cancel=Wait/Wait
";

/// R33: what the mail would tell is not so any more: it does not go out, however the payment stands.
#[test]
fn r33_a_mail_of_another_status_is_never_sent() {
    for payment in PaymentState::ALL {
        for step in AskedStep::ALL {
            for kind in MailKind::ALL {
                for status in OrderStatus::ALL.into_iter().filter(|it| MailKind::of_status(*it) != Some(kind))
                {
                    for open in [false, true] {
                        let got = mail_after(step, kind, shown(payment, status, open));
                        assert_eq!(got, Waiting::Skip, "{step:?} {kind:?} {payment:?} {status:?}");
                    }
                }
            }
        }
    }
}

/// R32, R33: while a run shows an order as under way its mail waits; once it shows it as done the mail goes out or the
/// order has gone further; a failed order is never told of.
#[test]
fn r33_the_mail_follows_what_the_run_shows() {
    for payment in PaymentState::ALL {
        for open in [false, true] {
            let cases = [
                (AskedStep::Cancel, CANCEL, MailKind::OrderCanceled, OrderStatus::Canceled),
                (AskedStep::Capture, BulkSteps::CAPTURE, MailKind::OrderShipped, OrderStatus::Shipped),
                (
                    AskedStep::Reauthorize,
                    BulkSteps { reauthorize: true, ..BulkSteps::default() },
                    MailKind::OrderPreparing,
                    OrderStatus::Preparing,
                ),
            ];
            for (step, steps, kind, status) in cases {
                let now = shown(payment, status, open);
                let (state, problem) = standing(&steps, Some(step), now);
                let mail = mail_after(step, kind, now);
                let what = format!("{step:?} {payment:?} open={open}: {state:?} {problem:?} {mail:?}");
                match state {
                    ItemState::UnderWay | ItemState::Unconfirmed => {
                        assert_ne!(mail, Waiting::Send, "{what}");
                    }
                    ItemState::Failed => assert_ne!(mail, Waiting::Send, "{what}"),
                    // The run has done its part; Amazon may still refuse the refund.
                    _ if (step, payment) == (AskedStep::Cancel, PaymentState::RefundPending) => {
                        assert_eq!(mail, Waiting::Wait, "{what}");
                    }
                    _ => assert_ne!(mail, Waiting::Wait, "{what}"),
                }
            }
        }
    }
}

/// R32: how an order stands after each step, at rest and while a question is open, with the status still to be changed
/// and without one.
#[test]
fn r32_the_standing_of_every_payment() {
    let ship = Some(OrderStatus::Shipped);
    let reauthorize = BulkSteps { reauthorize: true, ..BulkSteps::default() };
    let sets = [
        ("C", AskedStep::Capture, BulkSteps::CAPTURE),
        ("CS", AskedStep::Capture, BulkSteps { status: ship, ..BulkSteps::CAPTURE }),
        ("R", AskedStep::Reauthorize, reauthorize),
        ("RC", AskedStep::Reauthorize, BulkSteps { capture: true, ..reauthorize }),
        ("RS", AskedStep::Reauthorize, BulkSteps { status: ship, ..reauthorize }),
        ("X", AskedStep::Cancel, CANCEL),
    ];
    let mut table = String::new();
    for payment in PaymentState::ALL {
        write!(table, "{}:", payment.name()).unwrap();
        for (name, asked, steps) in sets {
            let order_status = if steps.cancels() { OrderStatus::Canceled } else { OrderStatus::New };
            let (state, problem) = standing(&steps, Some(asked), shown(payment, order_status, false));
            let code = problem.map_or("", Code::name);
            write!(table, " {name}={state:?}{}{code}", if code.is_empty() { "" } else { "," }).unwrap();
        }
        table.push('\n');
    }
    assert_eq!(table, STANDINGS, "\n{table}");
    for (name, asked, steps) in sets {
        for payment in PaymentState::ALL {
            let status = if steps.cancels() { OrderStatus::Canceled } else { OrderStatus::New };
            let (state, _) = standing(&steps, Some(asked), shown(payment, status, true));
            let ended = [
                PaymentState::Captured,
                PaymentState::RefundPending,
                PaymentState::RefundFailed,
                PaymentState::Refunded,
                PaymentState::CancelFailed,
            ];
            if !ended.contains(&payment) {
                let open = matches!(state, ItemState::Unconfirmed | ItemState::UnderWay);
                assert!(open, "{name} {payment:?}: an open question is no result");
            }
        }
    }
}

const STANDINGS: &str = "\
authorization_pending: C=Failed,capture_refused CS=Failed,capture_refused R=UnderWay RC=UnderWay,later_steps_stopped RS=UnderWay,later_steps_stopped X=Done
authorized: C=Failed,amazon_unavailable CS=Failed,amazon_unavailable R=Done RC=Failed,later_steps_stopped RS=Failed,later_steps_stopped X=Done
authorization_declined: C=Failed,capture_refused CS=Failed,capture_refused R=Failed,amazon_refused RC=Failed,amazon_refused RS=Failed,amazon_refused X=Done
capture_pending: C=UnderWay CS=UnderWay,later_steps_stopped R=Done RC=Failed,later_steps_stopped RS=Failed,later_steps_stopped X=Failed,payment_state
capture_failed: C=Failed,capture_refused CS=Failed,capture_refused R=Done RC=Failed,later_steps_stopped RS=Failed,later_steps_stopped X=Done
captured: C=Done CS=Failed,later_steps_stopped R=Done RC=Done RS=Failed,later_steps_stopped X=Failed,payment_state
refund_pending: C=Done CS=Failed,later_steps_stopped R=Done RC=Failed,later_steps_stopped RS=Failed,later_steps_stopped X=Done
refund_failed: C=Done CS=Failed,later_steps_stopped R=Done RC=Failed,later_steps_stopped RS=Failed,later_steps_stopped X=Failed,amazon_refused
refunded: C=Done CS=Failed,later_steps_stopped R=Done RC=Failed,later_steps_stopped RS=Failed,later_steps_stopped X=Done
cancel_failed: C=Failed,capture_refused CS=Failed,capture_refused R=Done RC=Failed,later_steps_stopped RS=Failed,later_steps_stopped X=Failed,amazon_refused
canceled: C=Failed,capture_refused CS=Failed,capture_refused R=Done RC=Failed,later_steps_stopped RS=Failed,later_steps_stopped X=Done
expired: C=Failed,capture_refused CS=Failed,capture_refused R=Failed,amazon_unavailable RC=Failed,amazon_unavailable RS=Failed,amazon_unavailable X=Done
unconfirmed: C=Unconfirmed,unconfirmed CS=Unconfirmed,unconfirmed R=Unconfirmed,unconfirmed RC=Unconfirmed,unconfirmed RS=Unconfirmed,unconfirmed X=Unconfirmed,unconfirmed
";

/// R32: an answer that is being found out is looked at soon at first, then ever more rarely, and never more than a minute
/// after it has come.
#[test]
fn r32_how_often_an_unconfirmed_order_is_looked_at() {
    let table = [(0, 3), (29, 3), (60, 6), (300, 30), (600, 60), (3 * 3600, 60), (30 * 24 * 3600, 60)];
    for (age, wait) in table {
        let expected = SignedDuration::from_secs(wait);
        assert_eq!(next_look(SignedDuration::from_secs(age)), expected, "{age} s");
    }
    assert_eq!(next_look(SignedDuration::from_secs(-5)), SignedDuration::from_secs(3), "a clock set back");
}
