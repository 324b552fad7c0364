//! 一括処理: which of the ticked steps an order takes, in which order, and why it is left out (R32, R50).
//!
//! A step that is already done is passed over; an order for which nothing is left, or for which a ticked step is not
//! allowed, is left out as a whole. Start at [`plan`].

use crate::api::CancelReason;
use crate::money::Yen;
use crate::order::OrderStatus;
use crate::order_action::{
    ActionRefused, Cancellation, OrderAction, OrderFacts, cancellation, judge, keeps_money,
};
use crate::payment::Payment;
use crate::payment_method::PaymentMethod;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is ticked in 一括処理.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BulkSteps {
    /// 再与信.
    pub reauthorize: bool,
    /// 決済済に変更する.
    pub capture: bool,
    /// 受注ステータス, also キャンセル.
    pub status: Option<OrderStatus>,
    /// Asked with キャンセル, and only then.
    pub cancel_reason: Option<CancelReason>,
    /// 受注対応メールを送信する: by the template of the resulting 受注ステータス; 新規受付 has none.
    pub send_mail: bool,
}

/// One step of one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkStep {
    /// 再与信.
    Reauthorize,
    /// 決済済に変更する.
    Capture,
    /// 新規受付, 出荷準備中 or 発送済.
    Status(OrderStatus),
    /// キャンセル: release or refund.
    Cancel,
}

/// What a step does to one order, as the preview counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkEffect {
    /// The total is authorized anew.
    Reauthorize,
    /// The total is taken.
    Capture,
    /// The 受注ステータス is changed, and no money moves.
    Status,
    /// Canceled: the authorization is let go.
    Release,
    /// Canceled: what was taken is given back.
    Refund,
    /// Canceled: nothing stands at Amazon.
    Cancel,
}

impl BulkEffect {
    /// Every effect, in the order of the steps.
    pub const ALL: [Self; 6] =
        [Self::Reauthorize, Self::Capture, Self::Status, Self::Release, Self::Refund, Self::Cancel];

    /// The name used in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reauthorize => "reauthorize",
            Self::Capture => "capture",
            Self::Status => "status",
            Self::Release => "release",
            Self::Refund => "refund",
            Self::Cancel => "cancel",
        }
    }

    /// The effect of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.name() == name)
    }
}

impl BulkStep {
    /// What it does to the order, and the yen that move with it.
    pub fn effect(self, facts: &OrderFacts<'_>) -> (BulkEffect, Yen) {
        match self {
            Self::Reauthorize => (BulkEffect::Reauthorize, facts.total),
            Self::Capture => (BulkEffect::Capture, facts.total),
            Self::Status(_) => (BulkEffect::Status, Yen::ZERO),
            Self::Cancel if facts.method != PaymentMethod::AmazonPay => (BulkEffect::Cancel, Yen::ZERO),
            Self::Cancel => match cancellation(facts.payment, facts.origin) {
                Cancellation::CancelCharge { .. } => (BulkEffect::Release, facts.total),
                Cancellation::Refund { amount } => (BulkEffect::Refund, amount),
                Cancellation::Nothing => (BulkEffect::Cancel, Yen::ZERO),
            },
        }
    }
}

impl BulkSteps {
    /// 決済済に変更する alone.
    pub const CAPTURE: Self =
        Self { reauthorize: false, capture: true, status: None, cancel_reason: None, send_mail: false };

    /// Whether orders are canceled.
    pub const fn cancels(&self) -> bool {
        matches!(self.status, Some(OrderStatus::Canceled))
    }

    /// Whether the ticks make sense together: something besides the mail, a reason exactly with a cancel, and no
    /// money asked for with one.
    pub const fn is_sound(&self) -> bool {
        let something = self.reauthorize || self.capture || self.status.is_some();
        let money = self.reauthorize || self.capture;
        something && self.cancels() == self.cancel_reason.is_some() && !(self.cancels() && money)
    }
}

/// Whether the money is with the shop, wholly or in part.
pub const fn is_taken(payment: &Payment) -> bool {
    matches!(payment, Payment::Captured { .. } | Payment::RefundPending { .. } | Payment::RefundFailed { .. })
}

/// Whether the status may become `to` by a bulk action. What is not captured is not shipped here: that needs a reason
/// of its own, order by order (R50).
///
/// # Errors
/// [`ActionRefused`]; [`ActionRefused::Nothing`] where it is that already.
pub fn judge_status(to: OrderStatus, facts: &OrderFacts<'_>, now: Timestamp) -> Result<(), ActionRefused> {
    match (to, facts.order_status) {
        (_, OrderStatus::Canceled) => Err(ActionRefused::OrderCanceled),
        (to, present) if to == present => Err(ActionRefused::Nothing),
        (OrderStatus::New, OrderStatus::Shipped) => Err(ActionRefused::Shipped),
        (OrderStatus::New, _) => Ok(()),
        (OrderStatus::Preparing, _) => judge(OrderAction::Prepare, facts, now),
        (OrderStatus::Shipped, _) => judge(OrderAction::Ship, facts, now),
        (OrderStatus::Canceled, _) => judge(OrderAction::Cancel, facts, now),
    }
}

/// The steps an order takes, in their order: 再与信, 決済済に変更する, 受注ステータス. The mail follows the last.
///
/// # Errors
/// Why the order is left out.
pub fn plan(
    steps: &BulkSteps,
    facts: &OrderFacts<'_>,
    now: Timestamp,
) -> Result<Vec<BulkStep>, ActionRefused> {
    if steps.cancels() {
        judge(OrderAction::Cancel, facts, now)?;
        return Ok(vec![BulkStep::Cancel]);
    }
    let mut planned = Vec::with_capacity(3);
    if steps.reauthorize {
        match judge(OrderAction::Reauthorize, facts, now) {
            Ok(()) => planned.push(BulkStep::Reauthorize),
            // It stands as it is; the other steps judge for themselves.
            Err(ActionRefused::PaymentState) if steps.capture || steps.status.is_some() => {}
            Err(refused) => return Err(refused),
        }
    }
    if steps.capture {
        let taken = facts.method == PaymentMethod::AmazonPay && keeps_money(facts.payment);
        if !planned.is_empty() {
            planned.push(BulkStep::Capture);
        } else if !(taken && steps.status.is_some()) {
            judge(OrderAction::Capture, facts, now)?;
            planned.push(BulkStep::Capture);
        }
    }
    if let Some(to) = steps.status {
        let captures = planned.contains(&BulkStep::Capture);
        match judge_status(to, facts, now) {
            Ok(()) => planned.push(BulkStep::Status(to)),
            Err(ActionRefused::NotCaptured) if captures => planned.push(BulkStep::Status(to)),
            Err(ActionRefused::Nothing) if !planned.is_empty() => {}
            Err(refused) => return Err(refused),
        }
    }
    if planned.is_empty() { Err(ActionRefused::Nothing) } else { Ok(planned) }
}

#[cfg(test)]
#[path = "bulk_plan_tests.rs"]
mod tests;
