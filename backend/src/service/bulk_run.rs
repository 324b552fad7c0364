//! 一括処理: the ticked steps for the chosen orders in the background, one result per order (R32, R59).
//!
//! Which steps an order takes stands in `shared::bulk_plan`, how they are taken in [`bulk_steps`], and what a page is
//! told beforehand in [`bulk_preview`](super::bulk_preview).
//! The run's id is made by the page, so pressing twice finds the first run. An order changed since the page
//! showed it is left out. A run interrupted half way goes on: it knows its own captures by their intents.

use super::bulk_preview::{judged, shown};
use super::bulk_steps::{self, Outcome};
use super::desk_view;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::bulk::{self, BulkItemRow};
use crate::store::jobs::Job;
use crate::store::{Batch, StoreError, Unmet, intents, jobs, operators, orders};
use crate::worker::kind;
use jiff::SignedDuration;
use shared::api::{
    BulkItem, BulkRunRequest, BulkRunSummary, BulkRunView, BulkRuns, ItemState, Language, LetGoRequest,
};
use shared::bulk_standing::{Shown, next_look, standing};
use shared::id::{BulkRunId, JobId, OperatorId};
use std::sync::Arc;
use tokio::time::Instant;

/// Most orders of one run.
pub const MAX_ORDERS: usize = 500;
/// Most runs that are listed.
const NEWEST: i64 = 20;
/// How long a run counts as one of the last ones, ms: a day.
const RECENT: i64 = 86_400_000;

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
    let judged = judged(app, shop, &request.steps, &request.orders).await?;
    let items: Vec<BulkItemRow> = judged.into_iter().map(|one| one.item).collect();
    let now = app.clock.now();
    let at = now.as_millisecond();
    let mut batch = bulk::start(&shop.id, &request.run_id, operator, &request.steps, &items, at);
    batch.push(jobs::enqueue(&jobs::NewJob {
        shop_id: &shop.id,
        job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
        kind: kind::BULK_STEPS,
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
    let row = bulk::find(&reader, &shop.id, run).await?.ok_or(BulkError::Unknown)?;
    let items = bulk::items(&reader, &shop.id, run).await?;
    let mut shown_items = Vec::with_capacity(items.len());
    for mut item in items {
        let goes_on = item.state == ItemState::Unconfirmed;
        let mut since = item.doubt.map(|doubt| doubt.since);
        // What was under way when the run passed it may have ended since; the order tells.
        if item.state == ItemState::UnderWay
            && let Some(order) = orders::find(&reader, &shop.id, &item.order_id).await?
        {
            let open = intents::find_open(&reader, &shop.id, order.id.as_str()).await?;
            let shown = Shown {
                payment: order.payment.state(),
                order_status: order.order_status,
                open: open.is_some(),
            };
            (item.state, item.problem) = standing(&row.steps, item.asked, shown);
            since = open.map(|intent| intent.sent_at);
        }
        shown_items.push(BulkItem {
            since: since.filter(|_| item.state == ItemState::Unconfirmed),
            goes_on,
            ..shown(item, language)
        });
    }
    drop(reader);
    Ok(BulkRunView {
        run_id: run.clone(),
        steps: row.steps,
        finished: shown_items.iter().all(|item| item.state != ItemState::Waiting),
        items: shown_items,
    })
}

/// The newest runs of the shop, so that a run whose page is closed is found again, by a colleague, too.
///
/// # Errors
/// [`BulkError`].
pub async fn newest(app: &App, shop: &OpenShop) -> Result<BulkRuns, BulkError> {
    let reader = app.store.reader().await?;
    let rows = bulk::newest(&reader, &shop.id, NEWEST).await?;
    let names = operators::names(&reader).await?;
    drop(reader);
    let recent = app.clock.now_ms() - RECENT;
    let run = |row: bulk::NewestRow| BulkRunSummary {
        run_id: row.run,
        by: desk_view::name(&names, &row.operator),
        started_at: row.started_at,
        recent: row.started_at > recent,
        finished: row.counts.iter().all(|count| count.state != ItemState::Waiting),
        counts: row.counts,
    };
    Ok(BulkRuns { runs: rows.into_iter().map(run).collect() })
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
    // ms until the first of those whose payment is unconfirmed is looked at again.
    let mut soonest = None;
    let to_take = |item: &BulkItemRow| matches!(item.state, ItemState::Waiting | ItemState::Unconfirmed);
    'items: for item in items.into_iter().filter(to_take) {
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
                Outcome::Unconfirmed { asked, doubt } => {
                    let age = SignedDuration::from_millis(app.clock.now_ms() - doubt.since);
                    let wait = i64::try_from(next_look(age).as_millis()).unwrap_or(BREATHER);
                    soonest = Some(soonest.map_or(wait, |least: i64| least.min(wait)));
                    if item.asked != Some(asked) || item.state == ItemState::Waiting {
                        let mut batch =
                            Batch::from(bulk::wait(&shop.id, run, item.item_number, asked, doubt));
                        batch.push(jobs::extend(job, job.lease_until));
                        match app.store.write(batch).await {
                            Ok(_) => {}
                            Err(StoreError::Unmet(Unmet::Stale(_))) => return Ok(anew(app)),
                            Err(StoreError::Unmet(Unmet::Lost(_))) => return Ok(Progress::Done),
                            Err(error) => return Err(error.into()),
                        }
                    }
                    continue 'items;
                }
                Outcome::End(end) => end,
            };
            let mut batch = end.with;
            batch.push(bulk::record(&shop.id, run, item.item_number, &end.result));
            // Renews nothing: it asserts that the run is still ours to record.
            batch.push(jobs::extend(job, job.lease_until));
            match app.store.write(batch).await {
                Ok(_) => break,
                // The order was written at the same moment: the steps are looked at anew, and none is done twice.
                Err(StoreError::Unmet(Unmet::Stale("orders"))) if tries < TRIES => tries += 1,
                Err(StoreError::Unmet(Unmet::Stale("orders"))) => {
                    return Ok(Progress::More { due_at: app.clock.now_ms() + BREATHER });
                }
                // Its result stands already: an operator has let it go, or the run was taken over.
                Err(StoreError::Unmet(Unmet::Stale(_))) => return Ok(anew(app)),
                // Taken over: whoever has it now records what the order shows.
                Err(StoreError::Unmet(Unmet::Lost(_))) => return Ok(Progress::Done),
                Err(error) => return Err(error.into()),
            }
        }
    }
    app.work.notify_one();
    if let Some(wait) = soonest {
        return Ok(Progress::More { due_at: app.clock.now_ms() + wait });
    }
    Ok(Progress::Done)
}

/// The run is read anew, by whoever holds its job then.
fn anew(app: &App) -> Progress {
    Progress::More { due_at: app.clock.now_ms() }
}

/// The operator takes the later steps of an order upon themselves (あとで自分で行う). An order whose steps wait for nothing is
/// left as it is; the answer shows it.
///
/// # Errors
/// [`BulkError`].
pub async fn let_go(
    app: &App,
    shop: &OpenShop,
    run: &BulkRunId,
    request: &LetGoRequest,
    language: Language,
) -> Result<BulkRunView, BulkError> {
    match app.store.write(bulk::let_go(&shop.id, run, &request.order_id)).await {
        Ok(_) | Err(StoreError::Unmet(Unmet::Stale(_))) => view(app, shop, run, language).await,
        Err(error) => Err(error.into()),
    }
}
