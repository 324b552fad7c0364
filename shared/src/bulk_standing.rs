//! How an order of a 一括処理 stands after a step that asked Amazon, and whether a mail that waits for it goes out (R32, R33).
//!
//! A run passes an order whose answer is late or lost; from then on the order itself tells. Start at [`standing`].

use crate::api::{Code, ItemState};
use crate::bulk_plan::BulkSteps;
use crate::mail::MailKind;
use crate::order::OrderStatus;
use crate::payment::PaymentState;
use jiff::SignedDuration;

/// How long a mail waits for the outcome of its step before it is given up. Amazon decides within a day
/// (amazon-pay-v2, 与信保留 and refunds), and what is in doubt longer is in the hands of people.
pub const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(72);

/// A step that asks Amazon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedStep {
    /// 再与信.
    Reauthorize,
    /// 決済済に変更する.
    Capture,
    /// キャンセル.
    Cancel,
}

/// The shortest and the longest time between two looks at an answer that is being found out.
const LOOKS: (SignedDuration, SignedDuration) = (SignedDuration::from_secs(3), SignedDuration::from_mins(1));

/// When a run looks again at an order whose payment has been unconfirmed for `age`: ever more rarely, a minute at most
/// after the fact has come.
pub fn next_look(age: SignedDuration) -> SignedDuration {
    (age / 10).clamp(LOOKS.0, LOOKS.1)
}

impl AskedStep {
    /// Every step.
    pub const ALL: [Self; 3] = [Self::Reauthorize, Self::Capture, Self::Cancel];

    /// The name stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reauthorize => "reauthorize",
            Self::Capture => "capture",
            Self::Cancel => "cancel",
        }
    }

    /// The step stored as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }
}

/// What the order shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Amazon's side.
    pub payment: PaymentState,
    /// Handling of the goods.
    pub order_status: OrderStatus,
    /// Whether a question to Amazon is open.
    pub open: bool,
}

/// How an order stands of which a run with `steps` has asked `asked`.
pub fn standing(steps: &BulkSteps, asked: Option<AskedStep>, shown: Shown) -> (ItemState, Option<Code>) {
    use PaymentState as S;
    let Shown { payment, order_status, open } = shown;
    let doubt = (ItemState::Unconfirmed, Some(Code::Unconfirmed));
    if steps.cancels() {
        return match payment {
            S::Unconfirmed => doubt,
            S::CancelFailed | S::RefundFailed => (ItemState::Failed, Some(Code::AmazonRefused)),
            _ if open => doubt,
            _ if order_status != OrderStatus::Canceled => (ItemState::Failed, Some(Code::AmazonUnavailable)),
            // Amazon had taken the money before it heard of the cancel: it is given back by another cancel.
            S::Captured | S::CapturePending => (ItemState::Failed, Some(Code::PaymentState)),
            _ => (ItemState::Done, None),
        };
    }
    // What stands after a step whose later steps were not begun when it was under way.
    let then = |rest: bool| {
        if rest { (ItemState::Failed, Some(Code::LaterStepsStopped)) } else { (ItemState::Done, None) }
    };
    let status = steps.status.is_some_and(|to| to != order_status);
    if asked == Some(AskedStep::Reauthorize) {
        return match payment {
            S::Unconfirmed => doubt,
            _ if open => doubt,
            S::AuthorizationPending => {
                (ItemState::UnderWay, (steps.capture || status).then_some(Code::LaterStepsStopped))
            }
            S::AuthorizationDeclined => (ItemState::Failed, Some(Code::AmazonRefused)),
            S::Expired => (ItemState::Failed, Some(Code::AmazonUnavailable)),
            S::Captured => then(status),
            _ => then(steps.capture || status),
        };
    }
    match payment {
        S::Captured | S::RefundPending | S::RefundFailed | S::Refunded => then(status),
        S::CapturePending => (ItemState::UnderWay, status.then_some(Code::LaterStepsStopped)),
        S::Unconfirmed => doubt,
        _ if open => doubt,
        // It never reached Amazon.
        S::Authorized => (ItemState::Failed, Some(Code::AmazonUnavailable)),
        _ => (ItemState::Failed, Some(Code::CaptureRefused)),
    }
}

/// What is to be done with a mail that waits for the outcome of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// The step succeeded: it goes out.
    Send,
    /// Nobody knows yet.
    Wait,
    /// The step failed, or what the mail tells is not so any more: it never goes out (R33).
    Skip,
}

/// Whether a mail of `kind` that waits for `step` goes out now.
pub fn mail_after(step: AskedStep, kind: MailKind, shown: Shown) -> Waiting {
    use PaymentState as S;
    let Shown { payment, order_status, open } = shown;
    // Another status since then has, or has not, a mail of its own.
    let told = MailKind::of_status(order_status) == Some(kind);
    match (step, payment) {
        _ if !told => Waiting::Skip,
        (_, S::Unconfirmed) => Waiting::Wait,
        (AskedStep::Capture, S::Captured) => Waiting::Send,
        (AskedStep::Capture, S::CapturePending) => Waiting::Wait,
        (AskedStep::Capture, S::RefundPending | S::RefundFailed | S::Refunded) => Waiting::Skip,
        // The order is written in the batch that closes the question; while it is open the state is the one before.
        (_, _) if open => Waiting::Wait,
        (AskedStep::Capture, _) => Waiting::Skip,
        (AskedStep::Reauthorize, S::AuthorizationPending) => Waiting::Wait,
        (AskedStep::Reauthorize, S::Authorized | S::CapturePending | S::Captured) => Waiting::Send,
        (AskedStep::Reauthorize, _) => Waiting::Skip,
        (AskedStep::Cancel, S::CancelFailed | S::RefundFailed | S::Captured | S::CapturePending) => {
            Waiting::Skip
        }
        // 審査中: until Amazon has decided the buyer is still charged.
        (AskedStep::Cancel, S::RefundPending) => Waiting::Wait,
        (AskedStep::Cancel, _) => Waiting::Send,
    }
}

#[cfg(test)]
#[path = "bulk_standing_tests.rs"]
mod tests;
