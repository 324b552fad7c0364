//! 一括処理: the ticked steps for the chosen orders in the background, one result per order (R32, R59).
//!
//! Which steps an order takes stands in `shared::bulk_plan`, how they are taken in [`bulk_steps`].
//! The run's id is made by the page, so pressing twice finds the first run. An order changed since the page
//! showed it is left out. A run interrupted half way goes on: it knows its own captures by their intents.

use super::bulk_steps::{self, Outcome};
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::bulk::{self, BulkItemRow};
use crate::store::jobs::Job;
use crate::store::{StoreError, Unmet, intents, jobs, orders};
use crate::worker::kind;
use shared::api::{
    BulkItem, BulkPreview, BulkRunRequest, BulkRunView, ChosenOrder, Code, ItemState, Language, Problem,
};
use shared::bulk_plan::{BulkSteps, plan};
use shared::id::{BulkRunId, JobId, OperatorId};
use shared::money::Yen;
use shared::order_action::ActionRefused;
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
    /// No orders, too many, one twice, or ticks that do not go together.
    #[error("a run has 1 to {MAX_ORDERS} different orders and steps that go together")]
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
    request: &BulkRunRequest,
    language: Language,
) -> Result<BulkRunView, BulkError> {
    let items = judged(app, shop, &request.steps, &request.orders).await?;
    let now = app.clock.now();
    let at = now.as_millisecond();
    let mut batch = bulk::start(&shop.id, &request.run_id, operator, &request.steps, &items, at);
    batch.push(jobs::enqueue(&jobs::NewJob {
        shop_id: &shop.id,
        job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
        kind: if request.steps == BulkSteps::CAPTURE { kind::BULK_CAPTURE } else { kind::BULK_STEPS },
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

/// What a run would do: its orders, what they come to, and which are left out and why. Nothing is stored.
///
/// # Errors
/// [`BulkError`].
pub async fn preview(
    app: &App,
    shop: &OpenShop,
    request: &BulkRunRequest,
    language: Language,
) -> Result<BulkPreview, BulkError> {
    let items = judged(app, shop, &request.steps, &request.orders).await?;
    let included = items.iter().filter(|item| item.problem.is_none());
    let total = included.clone().try_fold(Yen::ZERO, |sum, item| sum.checked_add(item.amount));
    Ok(BulkPreview {
        included: included.count(),
        total: total.ok_or(BulkError::Shape)?,
        items: items.into_iter().map(|item| shown(item, language)).collect(),
    })
}

/// The chosen orders as the rules see them now.
async fn judged(
    app: &App,
    shop: &OpenShop,
    steps: &BulkSteps,
    chosen: &[ChosenOrder],
) -> Result<Vec<BulkItemRow>, BulkError> {
    let twice = chosen.iter().enumerate().any(|(n, one)| chosen[..n].iter().any(|other| other.id == one.id));
    if chosen.is_empty() || chosen.len() > MAX_ORDERS || twice || !steps.is_sound() {
        return Err(BulkError::Shape);
    }
    let now = app.clock.now();
    let reader = app.store.reader().await?;
    let mut items = Vec::with_capacity(chosen.len());
    for (item_number, one) in (0_i64..).zip(chosen) {
        let order = orders::find(&reader, &shop.id, &one.id).await?.ok_or(BulkError::Unknown)?;
        let problem = if order.same_terms_as(one.version) {
            plan(steps, &super::desk::facts(&order, false), now).err().map(|refused| match refused {
                // Other codes name the way on: authorize anew, or nothing for a canceled order (R41).
                ActionRefused::PaymentState if steps.capture => Code::CaptureNotAllowed,
                refused => refused.into(),
            })
        } else {
            Some(Code::OrderChanged)
        };
        items.push(BulkItemRow {
            item_number,
            order_id: order.id.clone(),
            order_number: order.number.clone(),
            order_version: one.version,
            amount: order.total(),
            state: if problem.is_some() { ItemState::LeftOut } else { ItemState::Waiting },
            problem,
            asked: None,
        });
    }
    Ok(items)
}

fn shown(item: BulkItemRow, language: Language) -> BulkItem {
    BulkItem {
        order_id: item.order_id,
        number: item.order_number,
        amount: item.amount,
        state: item.state,
        problem: item.problem.map(|code| Problem::new(code, language)),
    }
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
    let row = bulk::find(&reader, &shop.id, run).await?.ok_or(BulkError::Unknown)?;
    let mut items = bulk::items(&reader, &shop.id, run).await?;
    // What was under way when the run passed it may have ended since; the order tells.
    for item in items.iter_mut().filter(|item| item.state == ItemState::UnderWay) {
        if let Some(order) = orders::find(&reader, &shop.id, &item.order_id).await? {
            let open = intents::find_open(&reader, &shop.id, order.id.as_str()).await?.is_some();
            (item.state, item.problem) = bulk_steps::standing(&row.steps, item.asked, &order, open);
        }
    }
    drop(reader);
    Ok(BulkRunView {
        run_id: run.clone(),
        finished: items.iter().all(|item| item.state != ItemState::Waiting),
        items: items.into_iter().map(|item| shown(item, language)).collect(),
    })
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
/// How often the steps of an order are looked at anew that is written at the same moment.
const TRIES: usize = 5;

/// The background part: takes what is waiting, in the operator's order, at Amazon's pace, one part after the
/// other. Safe to begin again at any point; `job` is how it knows that nobody else has taken it over.
///
/// # Errors
/// The database failed; the job is tried again.
pub async fn run(app: &App, shop: &Arc<OpenShop>, run: &BulkRunId, job: &Job) -> Result<Progress, BulkError> {
    let begin = Instant::now();
    let reader = app.store.reader().await?;
    let row = bulk::find(&reader, &shop.id, run).await?.ok_or(BulkError::Unknown)?;
    let items = bulk::items(&reader, &shop.id, run).await?;
    drop(reader);
    for item in items.into_iter().filter(|item| item.state == ItemState::Waiting) {
        let spent = i64::try_from(begin.elapsed().as_millis()).unwrap_or(i64::MAX);
        if spent >= PART || *app.stopping.borrow() {
            return Ok(Progress::More { due_at: app.clock.now_ms() });
        }
        let mut tries = 1;
        loop {
            let end = match bulk_steps::take(app, shop, run, &row, &item).await? {
                Outcome::Later { wait } => {
                    return Ok(Progress::More { due_at: app.clock.now_ms() + wait.max(BREATHER) });
                }
                Outcome::End(end) => end,
            };
            let mut batch = end.with;
            batch.push(bulk::record(&shop.id, run, item.item_number, end.state, end.problem, end.asked));
            // Renews nothing: it asserts that the run is still ours to record.
            batch.push(jobs::extend(job, job.lease_until));
            match app.store.write(batch).await {
                Ok(_) => break,
                // The order was written at the same moment: the steps are looked at anew, and none is done twice.
                Err(StoreError::Unmet(Unmet::Stale("orders"))) if tries < TRIES => tries += 1,
                Err(StoreError::Unmet(Unmet::Stale("orders"))) => {
                    return Ok(Progress::More { due_at: app.clock.now_ms() + BREATHER });
                }
                // Taken over: whoever has it now records what the order shows.
                Err(StoreError::Unmet(Unmet::Lost(_) | Unmet::Stale(_))) => return Ok(Progress::Done),
                Err(error) => return Err(error.into()),
            }
        }
    }
    app.work.notify_one();
    Ok(Progress::Done)
}
