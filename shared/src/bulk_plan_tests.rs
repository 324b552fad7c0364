//! The full table: every sensible set of ticks in every state of payment and every 受注ステータス.

use super::*;
use crate::money::Yen;
use crate::order::OrderOrigin;
use crate::payment::{Asked, Reason};
use std::fmt::Write as _;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

const MONTH: i64 = 30 * 24 * 3600;

fn payments() -> Vec<(&'static str, Payment)> {
    let reason = || Reason::new("HardDeclined");
    let all = Yen::new(3980).unwrap();
    let (none, back) = (Yen::ZERO, at(2));
    let failed =
        |retry_until| Payment::CaptureFailed { amount: all, reason: reason(), at: at(1), retry_until };
    vec![
        ("pending", Payment::pending(all, at(0))),
        ("authorized", Payment::authorized(all, at(0))),
        ("declined", Payment::AuthorizationDeclined { amount: all, reason: reason(), at: at(1) }),
        ("capturing", Payment::CapturePending { authorized: all, amount: all, since: at(1) }),
        ("failed", failed(Some(at(MONTH)))),
        ("dead", failed(None)),
        ("captured", Payment::Captured { captured: all, refunded: none, captured_at: at(1) }),
        (
            "refunding",
            Payment::RefundPending {
                captured: all,
                refunded: none,
                pending: all,
                captured_at: at(1),
                since: back,
            },
        ),
        (
            "refund failed",
            Payment::RefundFailed {
                captured: all,
                refunded: none,
                failed: all,
                captured_at: at(1),
                reason: reason(),
                at: back,
            },
        ),
        ("refunded", Payment::Refunded { captured: all, at: at(3) }),
        (
            "cancel failed",
            Payment::CancelFailed { amount: all, reason: reason(), at: at(1), expires_at: at(MONTH) },
        ),
        ("canceled", Payment::Canceled { amount: all, at: at(1) }),
        ("expired", Payment::Expired { amount: all, at: at(MONTH) }),
        (
            "unconfirmed",
            Payment::Unconfirmed {
                asked: Asked::Capture,
                since: at(1),
                before: Box::new(Payment::authorized(all, at(0))),
            },
        ),
    ]
}

fn facts(payment: &Payment, order_status: OrderStatus, method: PaymentMethod) -> OrderFacts<'_> {
    OrderFacts {
        method,
        payment,
        order_status,
        origin: OrderOrigin::Checkout,
        total: Yen::new(3980).unwrap(),
        money_open: false,
        placed_at: at(0),
        left_amazon_pay: false,
        replaced: false,
        recurring: false,
    }
}

fn all_steps() -> Vec<BulkSteps> {
    let mut all = Vec::new();
    for status in [None].into_iter().chain(OrderStatus::ALL.map(Some)) {
        for (reauthorize, capture) in [(false, false), (true, false), (false, true), (true, true)] {
            for cancel_reason in [None, Some(CancelReason::Mistake)] {
                for send_mail in [false, true] {
                    all.push(BulkSteps { reauthorize, capture, status, cancel_reason, send_mail });
                }
            }
        }
    }
    all
}

fn short(planned: &Result<Vec<BulkStep>, ActionRefused>) -> String {
    match planned {
        Ok(steps) => steps.iter().fold(String::new(), |text, step| {
            text + match step {
                BulkStep::Reauthorize => "R",
                BulkStep::Capture => "C",
                BulkStep::Status(OrderStatus::New) => "N",
                BulkStep::Status(OrderStatus::Preparing) => "P",
                BulkStep::Status(OrderStatus::Shipped) => "S",
                BulkStep::Status(OrderStatus::Canceled) => "!",
                BulkStep::Cancel => "X",
            }
        }),
        Err(refused) => format!("{refused:?}"),
    }
}

/// R32: mail alone is nothing, a reason goes with a cancel and only with it, and a cancel asks for no money.
#[test]
fn r32_which_ticks_go_together() {
    let sound: Vec<_> = all_steps().into_iter().filter(BulkSteps::is_sound).collect();
    // With mail or without: three of money, four each of three statuses, one cancel.
    assert_eq!(sound.len(), 2 * (3 + 3 * 4 + 1));
    assert!(sound.iter().all(|steps| !steps.cancels() || (!steps.capture && !steps.reauthorize)));
    assert!(!BulkSteps { send_mail: true, ..BulkSteps::default() }.is_sound());
    assert!(BulkSteps::CAPTURE.is_sound());
}

/// R32, R48, R50: what a new Amazon Pay order takes of each set of ticks, by its payment.
#[test]
fn r32_the_plan_of_every_payment() {
    let sets = [
        ("C", BulkSteps::CAPTURE),
        ("S", BulkSteps { status: Some(OrderStatus::Shipped), ..BulkSteps::default() }),
        ("CS", BulkSteps { status: Some(OrderStatus::Shipped), ..BulkSteps::CAPTURE }),
        ("R", BulkSteps { reauthorize: true, ..BulkSteps::default() }),
        ("RCS", BulkSteps { reauthorize: true, status: Some(OrderStatus::Shipped), ..BulkSteps::CAPTURE }),
        ("P", BulkSteps { status: Some(OrderStatus::Preparing), ..BulkSteps::default() }),
        (
            "X",
            BulkSteps {
                status: Some(OrderStatus::Canceled),
                cancel_reason: Some(CancelReason::Mistake),
                ..BulkSteps::default()
            },
        ),
    ];
    let mut table = String::new();
    for (name, payment) in payments() {
        let facts = facts(&payment, OrderStatus::New, PaymentMethod::AmazonPay);
        write!(table, "{name}:").unwrap();
        for (ticks, steps) in sets {
            write!(table, " {ticks}={}", short(&plan(&steps, &facts, at(60)))).unwrap();
        }
        table.push('\n');
    }
    assert_eq!(table, TABLE, "\n{table}");
}

const TABLE: &str = "\
pending: C=PaymentState S=NotCaptured CS=PaymentState R=PaymentState RCS=PaymentState P=P X=X
authorized: C=C S=NotCaptured CS=CS R=PaymentState RCS=CS P=P X=X
declined: C=PaymentState S=NotCaptured CS=PaymentState R=R RCS=RCS P=P X=X
capturing: C=PaymentState S=NotCaptured CS=PaymentState R=PaymentState RCS=PaymentState P=P X=InProgress
failed: C=C S=NotCaptured CS=CS R=PaymentState RCS=CS P=P X=X
dead: C=PaymentState S=NotCaptured CS=PaymentState R=R RCS=RCS P=P X=X
captured: C=PaymentState S=S CS=S R=PaymentState RCS=S P=P X=X
refunding: C=PaymentState S=NotCaptured CS=PaymentState R=PaymentState RCS=PaymentState P=P X=InProgress
refund failed: C=PaymentState S=S CS=S R=PaymentState RCS=S P=P X=X
refunded: C=PaymentState S=NotCaptured CS=PaymentState R=PaymentState RCS=PaymentState P=P X=X
cancel failed: C=PaymentState S=NotCaptured CS=PaymentState R=PaymentState RCS=PaymentState P=P X=X
canceled: C=PaymentState S=NotCaptured CS=PaymentState R=PaymentState RCS=PaymentState P=P X=X
expired: C=Expired S=NotCaptured CS=Expired R=R RCS=RCS P=P X=X
unconfirmed: C=InProgress S=NotCaptured CS=InProgress R=InProgress RCS=InProgress P=P X=InProgress
";

/// R32, R50: whatever is ticked, nothing ships without its money, a canceled order is only canceled again, another
/// method sees no money step, and the steps keep their order.
#[test]
fn r50_nothing_ships_without_its_money_in_any_plan() {
    for (name, payment) in payments() {
        for status in OrderStatus::ALL {
            for method in [PaymentMethod::AmazonPay, PaymentMethod::Deferred] {
                let facts = facts(&payment, status, method);
                for steps in all_steps().into_iter().filter(BulkSteps::is_sound) {
                    let Ok(planned) = plan(&steps, &facts, at(60)) else { continue };
                    let what = format!("{name} {status:?} {method:?} {steps:?}: {planned:?}");
                    let amazon = method == PaymentMethod::AmazonPay;
                    let has = |step| planned.contains(&step);
                    assert!(!planned.is_empty(), "{what}");
                    if has(BulkStep::Status(OrderStatus::Shipped)) && amazon {
                        assert!(is_taken(&payment) || has(BulkStep::Capture), "{what}");
                    }
                    if status == OrderStatus::Canceled {
                        assert_eq!(planned, [BulkStep::Cancel], "{what}");
                    }
                    assert!(amazon || !(has(BulkStep::Capture) || has(BulkStep::Reauthorize)), "{what}");
                    let rank = |step: &BulkStep| match step {
                        BulkStep::Reauthorize => 0,
                        BulkStep::Capture => 1,
                        BulkStep::Status(_) | BulkStep::Cancel => 2,
                    };
                    assert!(planned.is_sorted_by_key(rank), "{what}");
                    assert!(!has(BulkStep::Reauthorize) || steps.reauthorize, "{what}");
                    assert!(!has(BulkStep::Capture) || steps.capture, "{what}");
                }
            }
        }
    }
}
