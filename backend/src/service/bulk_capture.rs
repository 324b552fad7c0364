//! 一括処理: capture the chosen orders in the background, one result per order (R32, R59).
//!
//! The run's id is made by the page, so pressing twice finds the first run. An order changed since the page
//! showed it is left out. A run interrupted half way goes on: it knows its own captures by their intents.

use super::capture_order::{Capture, CaptureError, CaptureRequest, CaptureSnapshot, capture_order};
use super::pace;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::bulk::{self, BulkItemRow};
use crate::store::jobs::Job;
use crate::store::{Batch, StoreError, Unmet, intents, jobs, orders};
use crate::worker::kind;
use shared::api::{BulkCaptureRequest, BulkItem, BulkRunView, Code, ItemState, Language, Problem};
use shared::id::{BulkRunId, JobId, OperatorId};
use shared::order_action::{ActionRefused, OrderAction, judge};
use shared::payment::{Payment, PaymentState};
use std::sync::Arc;
use tokio::time::Instant;

/// Most orders of one run.
pub const MAX_ORDERS: usize = 500;

/// Why a run could not be started or shown.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// No run of that id.
    #[error("there is no such run")]
    Unknown,
    /// No orders, too many, or one twice.
    #[error("a run has 1 to {MAX_ORDERS} different orders")]
    Shape,
    /// The database failed.
    #[error("the run could not be stored")]
    Store(#[from] StoreError),
}

/// Starts the run, or finds the one already started under this id.
///
/// # Errors
/// [`BulkError`].
pub async fn start(
    app: &App,
    shop: &OpenShop,
    operator: &OperatorId,
    request: &BulkCaptureRequest,
    language: Language,
) -> Result<BulkRunView, BulkError> {
    let chosen = &request.orders;
    let twice = chosen.iter().enumerate().any(|(n, one)| chosen[..n].iter().any(|other| other.id == one.id));
    if chosen.is_empty() || chosen.len() > MAX_ORDERS || twice {
        return Err(BulkError::Shape);
    }
    let now = app.clock.now();
    let reader = app.store.reader().await?;
    let mut items = Vec::with_capacity(chosen.len());
    for (item_number, one) in (0_i64..).zip(chosen) {
        let order = orders::find(&reader, &shop.id, &one.id).await?.ok_or(BulkError::Unknown)?;
        let problem = if !order.same_terms_as(one.version) {
            Some(Code::OrderChanged)
        } else {
            // The code names the way on: authorize anew, or nothing for a canceled order (R41).
            judge(OrderAction::Capture, &super::desk::facts(&order, false), now).err().map(|refused| {
                match refused {
                    ActionRefused::PaymentState => Code::CaptureNotAllowed,
                    refused => refused.into(),
                }
            })
        };
        items.push(BulkItemRow {
            item_number,
            order_id: order.id.clone(),
            order_number: order.number.clone(),
            order_version: one.version,
            amount: order.total(),
            state: if problem.is_some() { ItemState::LeftOut } else { ItemState::Waiting },
            problem,
        });
    }
    drop(reader);
    let at = now.as_millisecond();
    let mut batch = bulk::start(&shop.id, &request.run_id, operator, &items, at);
    batch.push(jobs::enqueue(&jobs::NewJob {
        shop_id: &shop.id,
        job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
        kind: kind::BULK_CAPTURE,
        subject: request.run_id.as_str(),
        payload: "{}",
        due_at: at,
        now: at,
    }));
    match app.store.write(batch).await {
        Ok(_) => app.work.notify_one(),
        // Pressed twice: the first run is the one.
        Err(StoreError::Unmet(Unmet::AlreadyExists(_))) => {}
        Err(error) => return Err(error.into()),
    }
    view(app, shop, &request.run_id, language).await
}

/// How far the run is.
///
/// # Errors
/// [`BulkError`].
pub async fn view(
    app: &App,
    shop: &OpenShop,
    run: &BulkRunId,
    language: Language,
) -> Result<BulkRunView, BulkError> {
    let reader = app.store.reader().await?;
    bulk::operator(&reader, &shop.id, run).await?.ok_or(BulkError::Unknown)?;
    let mut items = bulk::items(&reader, &shop.id, run).await?;
    // What was under way when the run passed it may have ended since; the order tells.
    for item in items.iter_mut().filter(|item| item.state == ItemState::UnderWay) {
        if let Some(order) = orders::find(&reader, &shop.id, &item.order_id).await? {
            let open = intents::find_open(&reader, &shop.id, order.id.as_str()).await?.is_some();
            (item.state, item.problem) = standing(&order.payment, open);
        }
    }
    drop(reader);
    Ok(BulkRunView {
        run_id: run.clone(),
        finished: items.iter().all(|item| item.state != ItemState::Waiting),
        items: items
            .into_iter()
            .map(|item| BulkItem {
                order_id: item.order_id,
                number: item.order_number,
                amount: item.amount,
                state: item.state,
                problem: item.problem.map(|code| Problem::new(code, language)),
            })
            .collect(),
    })
}

/// How an order stands whose capture this run has asked for.
fn standing(payment: &Payment, open: bool) -> (ItemState, Option<Code>) {
    match payment.state() {
        PaymentState::Captured
        | PaymentState::RefundPending
        | PaymentState::RefundFailed
        | PaymentState::Refunded => (ItemState::Done, None),
        PaymentState::CapturePending => (ItemState::UnderWay, None),
        PaymentState::Unconfirmed => (ItemState::UnderWay, Some(Code::Unconfirmed)),
        _ if open => (ItemState::UnderWay, Some(Code::Unconfirmed)),
        // It never reached Amazon.
        PaymentState::Authorized => (ItemState::Failed, Some(Code::AmazonUnavailable)),
        _ => (ItemState::Failed, Some(Code::CaptureRefused)),
    }
}

/// How far a job came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It is done.
    Done,
    /// It goes on as a new job.
    More {
        /// Unix ms; not before.
        due_at: i64,
    },
}

/// How long a part of a run takes at most before other jobs have their turn, ms; one order more may be under way then.
pub const PART: i64 = 20_000;
/// Wait after Amazon asked for fewer calls, where it does not say how long, ms.
const BREATHER: i64 = 3_000;

/// The background part: captures what is waiting, in the operator's order, at Amazon's pace, one part after the
/// other. Safe to begin again at any point; `job` is how it knows that nobody else has taken it over.
///
/// # Errors
/// The database failed; the job is tried again.
pub async fn run(app: &App, shop: &Arc<OpenShop>, run: &BulkRunId, job: &Job) -> Result<Progress, BulkError> {
    let begin = Instant::now();
    let reader = app.store.reader().await?;
    let operator = bulk::operator(&reader, &shop.id, run).await?.ok_or(BulkError::Unknown)?;
    let items = bulk::items(&reader, &shop.id, run).await?;
    drop(reader);
    for item in items.into_iter().filter(|item| item.state == ItemState::Waiting) {
        let spent = i64::try_from(begin.elapsed().as_millis()).unwrap_or(i64::MAX);
        if spent >= PART || *app.stopping.borrow() {
            return Ok(Progress::More { due_at: app.clock.now_ms() });
        }
        pace::turn(app, shop, amazon_pay::Operation::CaptureCharge).await?;
        let request = CaptureRequest {
            order: item.order_id.clone(),
            version: item.order_version,
            operator: operator.clone(),
            run: Some(run.clone()),
        };
        let (state, problem) = match capture_order(app, shop, request).await {
            Ok(Capture::Done) => (ItemState::Done, None),
            Ok(Capture::UnderWay) => (ItemState::UnderWay, None),
            Ok(Capture::Unconfirmed) => (ItemState::UnderWay, Some(Code::Unconfirmed)),
            Err(CaptureError::Store(error)) => return Err(error.into()),
            Err(CaptureError::Changed | CaptureError::InProgress | CaptureError::NotAllowed) => {
                found_out(app, shop, run, &item).await?
            }
            Err(CaptureError::Refused(_)) => (ItemState::Failed, Some(Code::CaptureRefused)),
            // Nothing was done and nothing is wrong: this order is still waiting.
            Err(CaptureError::AmazonUnavailable(amazon_pay::Error::Throttled { retry_after, .. })) => {
                let asked = retry_after.map_or(0, |wait| i64::try_from(wait.as_millis()).unwrap_or(0));
                return Ok(Progress::More { due_at: app.clock.now_ms() + asked.max(BREATHER) });
            }
            Err(CaptureError::AmazonUnavailable(_)) => (ItemState::Failed, Some(Code::AmazonUnavailable)),
            Err(CaptureError::UnknownOrder) => (ItemState::LeftOut, Some(Code::NotFound)),
        };
        let mut batch = Batch::from(bulk::record(&shop.id, run, item.item_number, state, problem));
        // Renews nothing: it asserts that the run is still ours to record.
        batch.push(jobs::extend(job, job.lease_until));
        match app.store.write(batch).await {
            Ok(_) => {}
            // Taken over: whoever has it now records what the order shows.
            Err(StoreError::Unmet(Unmet::Lost(_) | Unmet::Stale(_))) => return Ok(Progress::Done),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Progress::Done)
}

/// The order is not as the run expected. If that is this run's own doing from before an interruption, its result
/// is what the order shows; else the order was changed by someone else and is left out.
async fn found_out(
    app: &App,
    shop: &OpenShop,
    run: &BulkRunId,
    item: &BulkItemRow,
) -> Result<(ItemState, Option<Code>), StoreError> {
    let reader = app.store.reader().await?;
    let ours =
        intents::last_snapshot(&reader, &shop.id, item.order_id.as_str(), shared::intent::Operation::Capture)
            .await?
            .and_then(|text| serde_json::from_str::<CaptureSnapshot>(&text).ok())
            .is_some_and(|snapshot| snapshot.run.as_ref() == Some(run));
    let order = orders::find(&reader, &shop.id, &item.order_id).await?;
    let open = intents::find_open(&reader, &shop.id, item.order_id.as_str()).await?.is_some();
    Ok(match order {
        Some(order) if ours => standing(&order.payment, open),
        Some(order) if order.payment.state() == PaymentState::Authorized => {
            (ItemState::LeftOut, Some(Code::OrderChanged))
        }
        _ => (ItemState::LeftOut, Some(Code::CaptureNotAllowed)),
    })
}
