//! The steps of an order in a bulk run that ask Amazon for its money: 再与信 and 決済済に変更する (R32, R48).
//!
//! Which of the two comes first, and why: `docs/decisions/0007-reauthorization-comes-first.md`.

use super::bulk_steps::{End, Outcome, Step, Taken};
use super::capture_order::{Capture, CaptureError, CaptureRequest, capture_order};
use super::{compose_mail, desk, pace, reauthorize_order};
use crate::store::StoreError;
use crate::store::orders::Order;
use amazon_pay::{Error, Operation};
use shared::api::{Code, ItemState};
use shared::bulk_plan::{BulkSteps, is_taken};
use shared::bulk_standing::AskedStep;
use shared::order_action::{ActionRefused, OrderAction, judge};
use shared::payment::PaymentState;

impl Taken<'_> {
    /// 再与信, where the order has to be authorized anew.
    pub(super) async fn reauthorize(&self) -> Result<Step, StoreError> {
        let (app, shop, steps) = (self.app, self.shop, &self.row.steps);
        let Some((order, open)) = self.order().await? else {
            return Ok(End::unknown().into());
        };
        if self.captured_by_us().await? {
            return Ok(Step::Went { ours: true });
        }
        let asked = self.asked().await?;
        if asked.is_none() {
            if !order.same_terms_as(self.item.order_version) {
                return Ok(End::new(ItemState::LeftOut, Some(Code::OrderChanged)).into());
            }
            match judge(OrderAction::Reauthorize, &desk::facts(&order, open), app.clock.now()) {
                Ok(()) => {}
                // It stands as it is; the other steps judge for themselves.
                Err(ActionRefused::PaymentState) if steps.capture || steps.status.is_some() => {
                    return Ok(Step::Went { ours: false });
                }
                Err(refused) => return Ok(End::new(ItemState::LeftOut, Some(refused.into())).into()),
            }
            pace::turn_of_bulk(app, shop, Operation::CreateCharge).await?;
            let version = self.item.order_version;
            let with = self.ask(AskedStep::Reauthorize);
            let asked =
                reauthorize_order::reauthorize_with(app, shop, &order.id, &self.row.operator, version, with);
            if let Err(error) = asked.await {
                match self.not_done(error).await? {
                    Step::Went { .. } => {}
                    stopped @ Step::Stopped(_) => return Ok(stopped),
                }
            }
        }
        let Some((order, open)) = self.order().await? else {
            return Ok(End::unknown().into());
        };
        if order.payment.state() == PaymentState::Authorized && !open {
            return Ok(Step::Went { ours: true });
        }
        let (state, problem) = self.stands(steps, AskedStep::Reauthorize, &order, open);
        let rest = steps.capture || self.has_status_left(&order);
        if rest && state == ItemState::Unconfirmed {
            return self.waits(AskedStep::Reauthorize, &order).await;
        }
        let end = End::new(state, problem).asked(AskedStep::Reauthorize);
        Ok(self.mail_later(end, AskedStep::Reauthorize, steps.capture, &order).into())
    }

    /// The mail of an order whose step is not finished: with no later step it waits for the outcome (R33); else it is not
    /// sent, because the later steps are not taken either.
    fn mail_later(&self, end: End, step: AskedStep, more: bool, order: &Order) -> End {
        let steps = &self.row.steps;
        let last = !more && !self.has_status_left(order);
        if end.result.state != ItemState::UnderWay || !steps.send_mail || !last {
            return end;
        }
        let now = self.app.clock.now();
        end.mail(compose_mail::order_status(self.shop, order, order.order_status, Some(step), now))
    }

    /// 決済済に変更する. `ours`: the run has authorized it anew, so its terms are no more those of the preview, but its total has to be.
    pub(super) async fn capture(&self, ours: bool) -> Result<Step, StoreError> {
        let steps = &self.row.steps;
        let Some((order, open)) = self.order().await? else {
            return Ok(End::unknown().into());
        };
        // Asked already, before an interruption or a wait: whatever came of it, it is never asked a second time.
        let by_us = self.captured_by_us().await?;
        let rest = self.has_status_left(&order);
        // Nothing is to be taken any more; the status may follow.
        if !by_us && steps.status.is_some() && is_taken(&order.payment) {
            return Ok(Step::Went { ours: false });
        }
        if ours && !by_us && order.total() != self.item.amount {
            return Ok(End::new(ItemState::Failed, Some(Code::OrderChanged)).into());
        }
        if by_us && open && rest {
            return self.waits(AskedStep::Capture, &order).await;
        }
        let (state, problem) = if by_us {
            self.found_out().await?
        } else {
            match self.ask_capture(&order, ours, rest).await? {
                Ok(standing) => standing,
                Err(later) => return Ok(Step::Stopped(later)),
            }
        };
        match state {
            ItemState::Done => Ok(Step::Went { ours: true }),
            ItemState::Unconfirmed if rest => self.waits(AskedStep::Capture, &order).await,
            ItemState::UnderWay | ItemState::Unconfirmed => {
                let end = End::new(state, problem).asked(AskedStep::Capture);
                Ok(self.mail_later(end, AskedStep::Capture, false, &order).into())
            }
            _ => Ok(End::new(state, problem).into()),
        }
    }

    /// Asks Amazon for the order's total, and how the order stands then; or that Amazon wants to be asked later.
    async fn ask_capture(
        &self,
        order: &Order,
        ours: bool,
        rest: bool,
    ) -> Result<Result<(ItemState, Option<Code>), Outcome>, StoreError> {
        pace::turn_of_bulk(self.app, self.shop, Operation::CaptureCharge).await?;
        let request = CaptureRequest {
            order: order.id.clone(),
            version: if ours { order.version } else { self.item.order_version },
            operator: self.row.operator.clone(),
            run: Some((self.run.clone(), self.item.item_number)),
        };
        Ok(Ok(match capture_order(self.app, self.shop, request).await {
            Ok(Capture::Done) => (ItemState::Done, None),
            Ok(Capture::UnderWay) => (ItemState::UnderWay, rest.then_some(Code::LaterStepsStopped)),
            Ok(Capture::Unconfirmed) => (ItemState::Unconfirmed, Some(Code::Unconfirmed)),
            Err(CaptureError::Store(error)) => return Err(error),
            Err(CaptureError::Changed | CaptureError::InProgress | CaptureError::NotAllowed) => {
                self.found_out().await?
            }
            Err(CaptureError::Refused(_)) => (ItemState::Failed, Some(Code::CaptureRefused)),
            // Nothing was done and nothing is wrong: this order is still waiting.
            Err(CaptureError::AmazonUnavailable(Error::Throttled { retry_after, .. })) => {
                let wait = retry_after.map_or(0, |wait| i64::try_from(wait.as_millis()).unwrap_or(0));
                return Ok(Err(Outcome::Later { wait }));
            }
            Err(CaptureError::AmazonUnavailable(_)) => (ItemState::Failed, Some(Code::AmazonUnavailable)),
            Err(CaptureError::UnknownOrder) => (ItemState::LeftOut, Some(Code::NotFound)),
        }))
    }

    /// The order is not as the run expected. If that is this run's own doing from before an interruption, its result
    /// is what the order shows; else the order was changed by someone else and is left out.
    async fn found_out(&self) -> Result<(ItemState, Option<Code>), StoreError> {
        let ours = self.captured_by_us().await?;
        Ok(match self.order().await? {
            Some((order, open)) if ours => {
                // Of the capture alone: the steps after it are still to come.
                let alone = BulkSteps { status: None, ..self.row.steps };
                self.stands(&alone, AskedStep::Capture, &order, open)
            }
            Some((order, _)) if order.payment.state() == PaymentState::Authorized => {
                (ItemState::LeftOut, Some(Code::OrderChanged))
            }
            Some((order, _)) if is_taken(&order.payment) => (ItemState::LeftOut, Some(Code::AlreadyCaptured)),
            Some((order, open)) if open || order.payment.state() == PaymentState::CapturePending => {
                (ItemState::LeftOut, Some(Code::PaymentInProgress))
            }
            _ => (ItemState::LeftOut, Some(Code::CaptureNotAllowed)),
        })
    }
}
