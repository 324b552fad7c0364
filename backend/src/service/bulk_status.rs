//! The steps of an order in a bulk run that set its 受注ステータス, also to キャンセル, and tell the buyer (R32, R33).

use super::bulk_steps::{End, Outcome, Step, Taken};
use super::{cancel_order, compose_mail, desk, pace};
use crate::secret;
use crate::store::StoreError;
use crate::store::ledger::{self, LedgerRow};
use crate::store::orders;
use crate::store::timeline::Happened;
use amazon_pay::Operation;
use shared::api::{CancelReason, CancelRequest, Code, ItemState, LedgerField};
use shared::bulk_plan::judge_status;
use shared::bulk_standing::AskedStep;
use shared::order::OrderStatus;
use shared::order_action::{Cancellation, OrderAction, cancellation, judge};
use shared::payment::PaymentState;
use shared::payment_method::PaymentMethod;

impl Taken<'_> {
    /// The status and the mail, in one batch with the result.
    pub(super) async fn finish(&self, ours: bool) -> Result<Outcome, StoreError> {
        let (app, steps) = (self.app, &self.row.steps);
        let Some((order, open)) = self.order().await? else {
            return Ok(End::unknown().into());
        };
        let stopped = if ours { ItemState::Failed } else { ItemState::LeftOut };
        let now = app.clock.now();
        let mut end = End::new(ItemState::Done, None);
        // Somebody saw to the goods while the payment was in doubt: what they did is not done again, nor undone.
        if let Some(doubt) = self.item.doubt.filter(|doubt| doubt.status != order.order_status) {
            tracing::info!(order.id = %order.id, then = doubt.status.name(), "seen to while a run waited for its payment");
            let (state, problem) = match steps.status {
                Some(to) if to == order.order_status => (ItemState::Done, None),
                _ => (ItemState::Failed, Some(Code::OrderChanged)),
            };
            return Ok(End::new(state, problem).into());
        }
        // It holds already, and by no doing of this run: another run or person has done it, and told of it.
        if !ours && steps.status == Some(order.order_status) {
            return Ok(End::new(ItemState::LeftOut, Some(Code::NothingToDo)).into());
        }
        let mut order = order;
        if let Some(to) = steps.status.filter(|to| *to != order.order_status) {
            let same = if ours {
                order.total() == self.item.amount && order.method == PaymentMethod::AmazonPay
            } else {
                order.same_terms_as(self.item.order_version)
            };
            if !same {
                return Ok(End::new(stopped, Some(Code::OrderChanged)).into());
            }
            if let Err(refused) = judge_status(to, &desk::facts(&order, open), now) {
                return Ok(End::new(stopped, Some(refused.into())).into());
            }
            let line = LedgerRow {
                at: now.as_millisecond(),
                operator: self.row.operator.clone(),
                field: LedgerField::Status,
                subject: None,
                old: order.order_status.name().to_owned(),
                new: to.name().to_owned(),
                reason: String::new(),
            };
            end.with.push(ledger::add(&self.shop.id, &order.id, &secret::timed_id(now), &line));
            let change = desk::status_change(order.order_status, to);
            let by = |action| Happened::Desk { action, amount: None, change: Some(change.clone()) };
            let happened = match to {
                OrderStatus::Preparing => by(OrderAction::Prepare),
                OrderStatus::Shipped => by(OrderAction::Ship),
                // Back to the beginning, which is no action of a single order.
                OrderStatus::New | OrderStatus::Canceled => Happened::Status { change },
            };
            end.with.push(desk::told(&order, desk::actor(&self.row.operator), happened, now));
            order.order_status = to;
            end.with.push(orders::save(&order, now.as_millisecond()));
        }
        if steps.send_mail {
            end = end.mail(compose_mail::order_status(self.shop, &order, order.order_status, None, now));
        }
        Ok(end.into())
    }

    /// キャンセル: the money let go or given back, and the buyer told once that is certain.
    pub(super) async fn cancel(&self, reason: CancelReason) -> Result<Outcome, StoreError> {
        let (app, shop) = (self.app, self.shop);
        let Some((order, open)) = self.order().await? else {
            return Ok(End::unknown().into());
        };
        if self.asked().await?.is_none() {
            let version = self.item.order_version;
            if !order.same_terms_as(version) {
                return Ok(End::new(ItemState::LeftOut, Some(Code::OrderChanged)).into());
            }
            if let Err(refused) = judge(OrderAction::Cancel, &desk::facts(&order, open), app.clock.now()) {
                return Ok(End::new(ItemState::LeftOut, Some(refused.into())).into());
            }
            if order.method == PaymentMethod::AmazonPay {
                match cancellation(&order.payment, order.origin) {
                    Cancellation::CancelCharge { .. } => {
                        pace::turn_of_bulk(app, shop, Operation::CancelCharge).await?;
                    }
                    Cancellation::Refund { .. } => {
                        pace::turn_of_bulk(app, shop, Operation::CreateRefund).await?
                    }
                    Cancellation::Nothing => {}
                }
            }
            let request = CancelRequest { version, reason, note: None, send_mail: false };
            let with = self.ask(AskedStep::Cancel);
            let asked =
                cancel_order::cancel_with(app, shop, &order.id, &self.row.operator, &request, with).await;
            if let Err(error) = asked {
                match self.not_done(error).await? {
                    Step::Went { .. } => {}
                    Step::Stopped(outcome) => return Ok(outcome),
                }
            }
        }
        let Some((order, open)) = self.order().await? else {
            return Ok(End::unknown().into());
        };
        let (state, problem) = self.stands(&self.row.steps, AskedStep::Cancel, &order, open);
        let end = End::new(state, problem).asked(AskedStep::Cancel);
        // An answer that was lost is found out by the reconciler; the mail waits for it.
        let waits_for = match state {
            // Amazon reviews it, and may refuse.
            ItemState::Done if order.payment.state() == PaymentState::RefundPending => {
                Some(AskedStep::Cancel)
            }
            ItemState::Done => None,
            ItemState::UnderWay | ItemState::Unconfirmed => Some(AskedStep::Cancel),
            _ => return Ok(end.into()),
        };
        if !self.row.steps.send_mail {
            return Ok(end.into());
        }
        let now = app.clock.now();
        Ok(end.mail(compose_mail::order_status(shop, &order, OrderStatus::Canceled, waits_for, now)).into())
    }
}
