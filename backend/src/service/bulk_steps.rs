//! The steps of one order in a bulk run, one after the other: 再与信, 決済済に変更する, 受注ステータス, mail (R32).
//!
//! A step that failed or is not finished stops the later ones; the mail alone waits for an outcome that is not known
//! yet, and while nobody knows what became of a question, the later steps wait for the fact. Each question to Amazon is noted at the run together with its intent, so that a run that was interrupted, or
//! shared by two processes, knows its own work again. The steps that move money stand in `bulk_money`, the status, the
//! cancel and the mail in `bulk_status`. Start at [`take`].

use super::capture_order::CaptureSnapshot;
use super::compose_mail::NewMail;
use super::desk::DeskError;
use super::monthly_cap;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::bulk::{self, BulkItemRow, BulkRunRow, Doubt, Recorded};
use crate::store::orders::{self, Order};
use crate::store::{Batch, StoreError, intents};
use amazon_pay::Error;
use shared::api::{Code, ItemState};
use shared::bulk_standing::{AskedStep, Shown, standing};
use shared::id::BulkRunId;
use shared::order_action::ActionRefused;
use std::sync::Arc;

/// What came of an order's steps.
pub enum Outcome {
    /// Amazon asks for fewer calls; the order goes on waiting.
    Later {
        /// Amazon's wait, ms; 0 where it does not say.
        wait: i64,
    },
    /// Nobody knows yet what became of the run's question, and later steps hang on it: they wait, however long it takes,
    /// while the other orders go on.
    Unconfirmed {
        /// The question.
        asked: AskedStep,
        /// Since when.
        doubt: Doubt,
    },
    /// Its result.
    End(End),
}

/// A result that is to be recorded.
pub struct End {
    /// How far the order is.
    pub result: Recorded,
    /// What is stored with the result.
    pub with: Batch,
}

impl End {
    pub(super) fn new(state: ItemState, problem: Option<Code>) -> Self {
        // With no step left to wait for it, the order itself tells how a doubt ends.
        let state = if state == ItemState::Unconfirmed { ItemState::UnderWay } else { state };
        Self { result: Recorded { state, problem, asked: None, mail_id: None }, with: Batch::new() }
    }

    /// The order is not there.
    pub(super) fn unknown() -> Self {
        Self::new(ItemState::LeftOut, Some(Code::NotFound))
    }

    /// After that question.
    pub(super) fn asked(mut self, step: AskedStep) -> Self {
        self.result.asked = Some(step);
        self
    }

    /// With that mail, if there is one.
    pub(super) fn mail(mut self, mail: Option<NewMail>) -> Self {
        if let Some(mail) = mail {
            self.result.mail_id = Some(mail.id);
            self.with.append(mail.batch);
        }
        self
    }
}

impl From<End> for Outcome {
    fn from(end: End) -> Self {
        Self::End(end)
    }
}

/// Whether the later steps follow.
pub(super) enum Step {
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
pub(super) struct Taken<'a> {
    pub(super) app: &'a App,
    pub(super) shop: &'a Arc<OpenShop>,
    pub(super) run: &'a BulkRunId,
    pub(super) row: &'a BulkRunRow,
    pub(super) item: &'a BulkItemRow,
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

impl Taken<'_> {
    /// The order, and whether a question about its money is open.
    pub(super) async fn order(&self) -> Result<Option<(Order, bool)>, StoreError> {
        let reader = self.app.store.reader().await?;
        let order = orders::find(&reader, &self.shop.id, &self.item.order_id).await?;
        let open = intents::find_open(&reader, &self.shop.id, self.item.order_id.as_str()).await?.is_some();
        Ok(order.map(|order| (order, open)))
    }

    /// The step this run has asked for, as it is stored now.
    pub(super) async fn asked(&self) -> Result<Option<AskedStep>, StoreError> {
        let reader = self.app.store.reader().await?;
        bulk::asked(&reader, &self.shop.id, self.run, self.item.item_number).await
    }

    /// Whether the 受注ステータス is still to be changed. What it was when a doubt began counts: who has changed it since
    /// has not taken the run's step.
    pub(super) fn has_status_left(&self, order: &Order) -> bool {
        let present = self.item.doubt.map_or(order.order_status, |doubt| doubt.status);
        self.row.steps.status.is_some_and(|to| to != present)
    }

    /// The later steps wait for what became of `asked`.
    pub(super) async fn waits(&self, asked: AskedStep, order: &Order) -> Result<Step, StoreError> {
        let reader = self.app.store.reader().await?;
        let open = intents::find_open(&reader, &self.shop.id, order.id.as_str()).await?;
        let since = open.map(|intent| intent.sent_at).or(self.item.doubt.map(|doubt| doubt.since));
        let since = since.unwrap_or_else(|| self.app.clock.now_ms());
        let status = self.item.doubt.map_or(order.order_status, |doubt| doubt.status);
        Ok(Step::Stopped(Outcome::Unconfirmed { asked, doubt: Doubt { since, status } }))
    }

    /// Notes that the run asks for `step`, for the batch of the question.
    pub(super) fn ask(&self, step: AskedStep) -> Batch {
        bulk::ask(&self.shop.id, self.run, self.item.item_number, step).into()
    }

    /// Whether the latest capture of the order that may have reached Amazon was asked for by this run.
    pub(super) async fn captured_by_us(&self) -> Result<bool, StoreError> {
        let reader = self.app.store.reader().await?;
        let capture = shared::intent::Operation::Capture;
        let text = intents::last_sent(&reader, &self.shop.id, self.item.order_id.as_str(), capture).await?;
        let snapshot = text.and_then(|text| serde_json::from_str::<CaptureSnapshot>(&text).ok());
        Ok(snapshot.is_some_and(|snapshot| snapshot.run.as_ref() == Some(self.run)))
    }

    /// What an action of the desk that was not done means for the run.
    pub(super) async fn not_done(&self, error: DeskError) -> Result<Step, StoreError> {
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
            DeskError::AmazonRefused(reason) if reason.code() == monthly_cap::OVER_CAP => {
                End::new(ItemState::Failed, Some(Code::MonthlyCapReached)).into()
            }
            DeskError::AmazonRefused(_) => End::new(ItemState::Failed, Some(Code::AmazonRefused)).into(),
            DeskError::Unknown => End::unknown().into(),
            _ => End::new(ItemState::LeftOut, Some(Code::OrderChanged)).into(),
        })
    }

    /// How the order stands after the run has asked `step` with `steps`.
    pub(super) fn stands(
        &self,
        steps: &shared::bulk_plan::BulkSteps,
        step: AskedStep,
        order: &Order,
        open: bool,
    ) -> (ItemState, Option<Code>) {
        let shown = Shown { payment: order.payment.state(), order_status: order.order_status, open };
        standing(steps, Some(step), shown)
    }
}
