//! The steps of one order in a bulk run, in R32's order: 再与信, 決済済に変更する, 受注ステータス, mail.
//!
//! A step that failed or is not finished stops the later ones. Each question to Amazon is noted at the run together
//! with its intent, so that a run that was interrupted, or shared by two processes, knows its own work again. The
//! status and the mail are stored in one batch with the result. Start at [`take`].

use super::capture_order::{Capture, CaptureError, CaptureRequest, CaptureSnapshot, capture_order};
use super::desk::{self, DeskError};
use super::shops::OpenShop;
use super::{cancel_order, compose_mail, pace, reauthorize_order};
use crate::app::App;
use crate::secret;
use crate::store::bulk::{self, AskedStep, BulkItemRow, BulkRunRow};
use crate::store::ledger::{self, LedgerRow};
use crate::store::orders::{self, Order};
use crate::store::timeline::Happened;
use crate::store::{Batch, StoreError, intents};
use amazon_pay::{Error, Operation};
use shared::api::{CancelReason, CancelRequest, Code, ItemState, LedgerField};
use shared::bulk_plan::{BulkSteps, is_taken, judge_status};
use shared::id::BulkRunId;
use shared::order::OrderStatus;
use shared::order_action::{ActionRefused, Cancellation, OrderAction, cancellation, judge};
use shared::payment::PaymentState;
use shared::payment_method::PaymentMethod;
use std::sync::Arc;

/// What came of an order's steps.
pub enum Outcome {
    /// Amazon asks for fewer calls; the order goes on waiting.
    Later {
        /// Amazon's wait, ms; 0 where it does not say.
        wait: i64,
    },
    /// Its result.
    End(End),
}

/// A result that is to be recorded.
pub struct End {
    /// How far it is.
    pub state: ItemState,
    /// Why.
    pub problem: Option<Code>,
    /// The step that is under way.
    pub asked: Option<AskedStep>,
    /// What is stored with the result.
    pub with: Batch,
}

impl End {
    fn new(state: ItemState, problem: Option<Code>) -> Self {
        Self { state, problem, asked: None, with: Batch::new() }
    }
}

impl From<End> for Outcome {
    fn from(end: End) -> Self {
        Self::End(end)
    }
}

/// Whether the later steps follow.
enum Step {
    /// They do. Whether this run's own question changed the payment since the preview.
    Went { ours: bool },
    /// They do not.
    Stopped(Outcome),
}

impl From<End> for Step {
    fn from(end: End) -> Self {
        Self::Stopped(end.into())
    }
}

/// An order of a run that is being taken.
struct Taken<'a> {
    app: &'a App,
    shop: &'a Arc<OpenShop>,
    run: &'a BulkRunId,
    row: &'a BulkRunRow,
    item: &'a BulkItemRow,
}

/// Takes the order's steps, or what is left of them.
///
/// # Errors
/// The database failed.
pub async fn take(
    app: &App,
    shop: &Arc<OpenShop>,
    run: &BulkRunId,
    row: &BulkRunRow,
    item: &BulkItemRow,
) -> Result<Outcome, StoreError> {
    let taken = Taken { app, shop, run, row, item };
    if let (true, Some(reason)) = (row.steps.cancels(), row.steps.cancel_reason) {
        return taken.cancel(reason).await;
    }
    let mut ours = false;
    if row.steps.reauthorize {
        match taken.reauthorize().await? {
            Step::Went { ours: own } => ours = own,
            Step::Stopped(outcome) => return Ok(outcome),
        }
    }
    if row.steps.capture {
        match taken.capture(ours).await? {
            Step::Went { ours: own } => ours |= own,
            Step::Stopped(outcome) => return Ok(outcome),
        }
    }
    taken.finish(ours).await
}

/// How an order stands of which the run has asked `asked`.
pub fn standing(
    steps: &BulkSteps,
    asked: Option<AskedStep>,
    order: &Order,
    open: bool,
) -> (ItemState, Option<Code>) {
    use PaymentState as S;
    let state = order.payment.state();
    let doubt = (ItemState::UnderWay, Some(Code::Unconfirmed));
    if steps.cancels() {
        return match state {
            S::Unconfirmed => doubt,
            S::CancelFailed | S::RefundFailed => (ItemState::Failed, Some(Code::AmazonRefused)),
            _ if open => doubt,
            _ if order.order_status != OrderStatus::Canceled => {
                (ItemState::Failed, Some(Code::AmazonUnavailable))
            }
            // Amazon had taken the money before it heard of the cancel: it is given back by another cancel.
            S::Captured | S::CapturePending => (ItemState::Failed, Some(Code::PaymentState)),
            _ => (ItemState::Done, None),
        };
    }
    // What stands after a step whose later steps were not begun when it was under way.
    let then = |rest: bool| {
        if rest { (ItemState::Failed, Some(Code::LaterStepsStopped)) } else { (ItemState::Done, None) }
    };
    let status = steps.status.is_some_and(|to| to != order.order_status);
    if asked == Some(AskedStep::Reauthorize) {
        return match state {
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
    match state {
        S::Captured | S::RefundPending | S::RefundFailed | S::Refunded => then(status),
        S::CapturePending => (ItemState::UnderWay, status.then_some(Code::LaterStepsStopped)),
        S::Unconfirmed => doubt,
        _ if open => doubt,
        // It never reached Amazon.
        S::Authorized => (ItemState::Failed, Some(Code::AmazonUnavailable)),
        _ => (ItemState::Failed, Some(Code::CaptureRefused)),
    }
}

impl Taken<'_> {
    async fn order(&self) -> Result<Option<(Order, bool)>, StoreError> {
        let reader = self.app.store.reader().await?;
        let order = orders::find(&reader, &self.shop.id, &self.item.order_id).await?;
        let open = intents::find_open(&reader, &self.shop.id, self.item.order_id.as_str()).await?.is_some();
        Ok(order.map(|order| (order, open)))
    }

    /// The step this run has asked for, as it is stored now.
    async fn asked(&self) -> Result<Option<AskedStep>, StoreError> {
        let reader = self.app.store.reader().await?;
        let items = bulk::items(&reader, &self.shop.id, self.run).await?;
        let item = items.iter().find(|item| item.item_number == self.item.item_number);
        Ok(item.and_then(|item| item.asked))
    }

    fn ask(&self, step: AskedStep) -> Batch {
        bulk::ask(&self.shop.id, self.run, self.item.item_number, step).into()
    }

    /// Whether the latest capture of the order was asked for by this run.
    async fn captured_by_us(&self) -> Result<bool, StoreError> {
        let reader = self.app.store.reader().await?;
        let capture = shared::intent::Operation::Capture;
        let text =
            intents::last_snapshot(&reader, &self.shop.id, self.item.order_id.as_str(), capture).await?;
        let snapshot = text.and_then(|text| serde_json::from_str::<CaptureSnapshot>(&text).ok());
        Ok(snapshot.is_some_and(|snapshot| snapshot.run.as_ref() == Some(self.run)))
    }

    /// What an action of the desk that was not done means for the run.
    async fn not_done(&self, error: DeskError) -> Result<Step, StoreError> {
        Ok(match error {
            DeskError::Store(error) => return Err(error),
            DeskError::AmazonUnavailable(Error::Throttled { retry_after, .. }) => {
                let again = bulk::not_asked(&self.shop.id, self.run, self.item.item_number);
                self.app.store.write(again).await?;
                let wait = retry_after.map_or(0, |wait| i64::try_from(wait.as_millis()).unwrap_or(0));
                Step::Stopped(Outcome::Later { wait })
            }
            DeskError::AmazonUnavailable(_) => {
                End::new(ItemState::Failed, Some(Code::AmazonUnavailable)).into()
            }
            // Another process of ours was a moment faster: its question is the run's own.
            DeskError::Changed | DeskError::Refused(ActionRefused::InProgress)
                if self.asked().await?.is_some() =>
            {
                Step::Went { ours: true }
            }
            DeskError::Refused(refused) => End::new(ItemState::LeftOut, Some(refused.into())).into(),
            DeskError::AmazonRefused(_) => End::new(ItemState::Failed, Some(Code::AmazonRefused)).into(),
            DeskError::Unknown => End::new(ItemState::LeftOut, Some(Code::NotFound)).into(),
            _ => End::new(ItemState::LeftOut, Some(Code::OrderChanged)).into(),
        })
    }

    async fn reauthorize(&self) -> Result<Step, StoreError> {
        let (app, shop, steps) = (self.app, self.shop, &self.row.steps);
        let Some((order, open)) = self.order().await? else {
            return Ok(End::new(ItemState::LeftOut, Some(Code::NotFound)).into());
        };
        if self.captured_by_us().await? {
            return Ok(Step::Went { ours: true });
        }
        if self.asked().await?.is_none() {
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
            pace::turn(app, shop, Operation::CreateCharge).await?;
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
            return Ok(End::new(ItemState::LeftOut, Some(Code::NotFound)).into());
        };
        if order.payment.state() == PaymentState::Authorized && !open {
            return Ok(Step::Went { ours: true });
        }
        let (state, problem) = standing(steps, Some(AskedStep::Reauthorize), &order, open);
        Ok(End { asked: Some(AskedStep::Reauthorize), ..End::new(state, problem) }.into())
    }

    /// `ours`: the run has authorized it anew, so its terms are no more those of the preview, but its total has to be.
    async fn capture(&self, ours: bool) -> Result<Step, StoreError> {
        let (app, shop, steps) = (self.app, self.shop, &self.row.steps);
        let Some((order, _)) = self.order().await? else {
            return Ok(End::new(ItemState::LeftOut, Some(Code::NotFound)).into());
        };
        let by_us = self.captured_by_us().await?;
        // Nothing is to be taken any more; the status may follow.
        if !by_us && steps.status.is_some() && is_taken(&order.payment) {
            return Ok(Step::Went { ours: false });
        }
        if ours && order.total() != self.item.amount {
            return Ok(End::new(ItemState::Failed, Some(Code::OrderChanged)).into());
        }
        pace::turn(app, shop, Operation::CaptureCharge).await?;
        let request = CaptureRequest {
            order: order.id.clone(),
            version: if ours { order.version } else { self.item.order_version },
            operator: self.row.operator.clone(),
            run: Some(self.run.clone()),
        };
        let (state, problem) = match capture_order(app, shop, request).await {
            Ok(Capture::Done) => (ItemState::Done, None),
            Ok(Capture::UnderWay) => {
                let rest = steps.status.is_some_and(|to| to != order.order_status);
                (ItemState::UnderWay, rest.then_some(Code::LaterStepsStopped))
            }
            Ok(Capture::Unconfirmed) => (ItemState::UnderWay, Some(Code::Unconfirmed)),
            Err(CaptureError::Store(error)) => return Err(error),
            Err(CaptureError::Changed | CaptureError::InProgress | CaptureError::NotAllowed) => {
                self.found_out().await?
            }
            Err(CaptureError::Refused(_)) => (ItemState::Failed, Some(Code::CaptureRefused)),
            // Nothing was done and nothing is wrong: this order is still waiting.
            Err(CaptureError::AmazonUnavailable(Error::Throttled { retry_after, .. })) => {
                let wait = retry_after.map_or(0, |wait| i64::try_from(wait.as_millis()).unwrap_or(0));
                return Ok(Step::Stopped(Outcome::Later { wait }));
            }
            Err(CaptureError::AmazonUnavailable(_)) => (ItemState::Failed, Some(Code::AmazonUnavailable)),
            Err(CaptureError::UnknownOrder) => (ItemState::LeftOut, Some(Code::NotFound)),
        };
        match state {
            ItemState::Done => Ok(Step::Went { ours: true }),
            ItemState::UnderWay => {
                // With no new status to wait for, the mail waits until the order is captured, or is not sent (R33).
                let mut with = Batch::new();
                if steps.send_mail && steps.status.is_none_or(|to| to == order.order_status) {
                    let now = app.clock.now();
                    with = compose_mail::order_status(shop, &order, order.order_status, true, now);
                }
                Ok(End { asked: Some(AskedStep::Capture), with, ..End::new(state, problem) }.into())
            }
            _ => Ok(End::new(state, problem).into()),
        }
    }

    /// The order is not as the run expected. If that is this run's own doing from before an interruption, its result
    /// is what the order shows; else the order was changed by someone else and is left out.
    async fn found_out(&self) -> Result<(ItemState, Option<Code>), StoreError> {
        let ours = self.captured_by_us().await?;
        Ok(match self.order().await? {
            Some((order, open)) if ours => {
                // Of the capture alone: the steps after it are still to come.
                standing(
                    &BulkSteps { status: None, ..self.row.steps },
                    Some(AskedStep::Capture),
                    &order,
                    open,
                )
            }
            Some((order, _)) if order.payment.state() == PaymentState::Authorized => {
                (ItemState::LeftOut, Some(Code::OrderChanged))
            }
            _ => (ItemState::LeftOut, Some(Code::CaptureNotAllowed)),
        })
    }

    /// The status and the mail, in one batch with the result.
    async fn finish(&self, ours: bool) -> Result<Outcome, StoreError> {
        let (app, steps) = (self.app, &self.row.steps);
        let Some((order, open)) = self.order().await? else {
            return Ok(End::new(ItemState::LeftOut, Some(Code::NotFound)).into());
        };
        let stopped = if ours { ItemState::Failed } else { ItemState::LeftOut };
        let now = app.clock.now();
        let mut end = End::new(ItemState::Done, None);
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
            let action = match to {
                OrderStatus::Preparing => Some(OrderAction::Prepare),
                OrderStatus::Shipped => Some(OrderAction::Ship),
                // Back to the beginning; the ledger's line tells it.
                OrderStatus::New | OrderStatus::Canceled => None,
            };
            if let Some(action) = action {
                let happened = Happened::Desk { action, amount: None, change: None };
                end.with.push(desk::told(&order, desk::actor(&self.row.operator), happened, now));
            }
            order.order_status = to;
            end.with.push(orders::save(&order, now.as_millisecond()));
        }
        if steps.send_mail {
            let mail = compose_mail::order_status(self.shop, &order, order.order_status, false, now);
            end.with.append(mail);
        }
        Ok(end.into())
    }

    async fn cancel(&self, reason: CancelReason) -> Result<Outcome, StoreError> {
        let (app, shop) = (self.app, self.shop);
        let Some((order, open)) = self.order().await? else {
            return Ok(End::new(ItemState::LeftOut, Some(Code::NotFound)).into());
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
                        pace::turn(app, shop, Operation::CancelCharge).await?;
                    }
                    Cancellation::Refund { .. } => pace::turn(app, shop, Operation::CreateRefund).await?,
                    Cancellation::Nothing => {}
                }
            }
            let request = CancelRequest { version, reason, note: None };
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
            return Ok(End::new(ItemState::LeftOut, Some(Code::NotFound)).into());
        };
        let (state, problem) = standing(&self.row.steps, Some(AskedStep::Cancel), &order, open);
        let mut end = End { asked: Some(AskedStep::Cancel), ..End::new(state, problem) };
        if state == ItemState::Done && self.row.steps.send_mail {
            let now = app.clock.now();
            end.with = compose_mail::order_status(shop, &order, OrderStatus::Canceled, false, now);
        }
        Ok(end.into())
    }
}
