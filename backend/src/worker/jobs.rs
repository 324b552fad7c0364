//! Takes jobs that are due and does them, a few at a time; one that takes long keeps the others waiting for nothing.

use super::kind;
use crate::app::App;
use crate::secret;
use crate::service::bulk_capture::{self, Progress};
use crate::service::{
    begin_subscription, close_permission, close_subscription, expiry, index_order, pace,
    receive_notification, reconcile_order, send_mail, shops,
};
use crate::store::jobs::{self, Job};
use crate::store::{Batch, Statement, StoreError, Unmet};
use shared::id::{BulkRunId, JobId, OrderId, SubscriptionId};
use std::error::Error;
use std::str::FromStr;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Jobs done side by side.
const AT_ONCE: usize = 8;
/// The shortest time a claimed job is ours before another worker may take it over, ms.
const LEASE: i64 = 120_000;
/// Tries after which somebody has to look, ten minutes apart by then.
const MOST_ATTEMPTS: i64 = 20;

/// Works until told to stop; then finishes what it has.
pub async fn run(app: App, mut stopping: watch::Receiver<bool>) {
    let holder = secret::random_id();
    // A job makes a few calls to Amazon at most, a part of a bulk run included.
    let lease = LEASE.max(bulk_capture::PART + 4 * pace::look_after(&app));
    let mut under_way = JoinSet::new();
    loop {
        while let Some(done) = under_way.try_join_next() {
            told(done);
        }
        if *stopping.borrow() {
            break;
        }
        let free = AT_ONCE - under_way.len();
        let claimed = claim(&app, &holder, free, lease).await;
        let idle = claimed.is_empty();
        for job in claimed {
            under_way.spawn(work(app.clone(), job));
        }
        if idle || under_way.len() >= AT_ONCE {
            tokio::select! {
                _ = super::next_look(&app, &mut stopping) => {}
                Some(done) = under_way.join_next() => told(done),
            }
        }
    }
    while let Some(done) = under_way.join_next().await {
        told(done);
    }
}

async fn claim(app: &App, holder: &str, free: usize, lease: i64) -> Vec<Job> {
    let free = i64::try_from(free).unwrap_or(0);
    if free == 0 {
        return Vec::new();
    }
    match jobs::claim(&app.store, app.clock.now_ms(), holder, free, lease).await {
        Ok(claimed) => claimed,
        Err(error) => {
            tracing::error!(%error, "jobs could not be claimed");
            Vec::new()
        }
    }
}

/// A job that broke off keeps its lease, and is tried again when that ends.
fn told(done: Result<(), tokio::task::JoinError>) {
    if let Err(error) = done {
        tracing::error!(%error, "a job broke off");
    }
}

async fn work(app: App, job: Job) {
    let outcome = attempt(&app, &job).await;
    let now = app.clock.now();
    let batch = match &outcome {
        Ok(Progress::Done) => jobs::finish(&job, now.as_millisecond()).into(),
        Ok(Progress::More { due_at }) => handed_on(&job, *due_at, now),
        Err(error) => failed(&app, &job, error).into(),
    };
    match app.store.write(batch).await {
        Ok(_) => {}
        // The lease had run out and another worker has the job: its outcome counts.
        Err(StoreError::Unmet(Unmet::Lost(_))) => {}
        Err(error) => tracing::error!(job.id = %job.job_id, %error, "a job's outcome could not be stored"),
    }
}

/// The rest of a long job as a new one, so that its tries count from the beginning and others have their turn.
fn handed_on(job: &Job, due_at: i64, now: jiff::Timestamp) -> Batch {
    let mut batch = Batch::from(jobs::finish(job, now.as_millisecond()));
    batch.push(jobs::enqueue(&jobs::NewJob {
        shop_id: &job.shop_id,
        job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
        kind: &job.kind,
        subject: &job.subject,
        payload: &job.payload,
        due_at,
        now: now.as_millisecond(),
    }));
    batch
}

/// A question about money is never given up: Amazon may be away for a day. Only what can do without an end, or what
/// no later try can change, is put aside for people.
fn failed(app: &App, job: &Job, error: &Failure) -> Statement {
    let why = crate::http::error::chain(&*error.cause);
    let now = app.clock.now_ms();
    let in_vain = error.in_vain && job.attempts >= MOST_ATTEMPTS;
    if job.attempts >= MOST_ATTEMPTS {
        tracing::error!(job.kind = %job.kind, job.id = %job.job_id, cause = %why, "a job has failed for long");
    } else {
        tracing::warn!(job.kind = %job.kind, job.id = %job.job_id, cause = %why, "a job failed and is tried again");
    }
    if in_vain { jobs::bury(job, now, &why) } else { jobs::postpone(job, now + back_off(job.attempts), &why) }
}

/// Wait before the next try, ms: doubling from one second to ten minutes, a quarter of it by chance so that
/// jobs that failed together do not come back together.
fn back_off(attempts: i64) -> i64 {
    let exponent = u32::try_from(attempts.clamp(1, 11) - 1).unwrap_or(0);
    let wait = (1_000_i64 << exponent).min(600_000);
    wait - wait / 4 * i64::from(secret::random::<1>()[0]) / 255
}

/// Why a job failed.
struct Failure {
    cause: Box<dyn Error + Send + Sync>,
    /// After many tries it is put aside for people.
    in_vain: bool,
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { cause: Box::new(error), in_vain: false }
    }
}

impl Failure {
    fn in_vain(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { cause: cause.into(), in_vain: true }
    }
}

async fn attempt(app: &App, job: &Job) -> Result<Progress, Failure> {
    let shop = shops::open(app, &job.shop_id).await?;
    match job.kind.as_str() {
        kind::FOLLOW_ORDER => {
            reconcile_order::reconcile_order(app, &shop, &subject::<OrderId>(job)?).await?;
        }
        kind::FOLLOW_OBJECT => {
            let begun = app.clock.now_ms();
            let object = job.subject.rsplit_once('.').map_or(job.subject.as_str(), |(_, id)| id);
            reconcile_order::follow_object(app, &shop, object, &job.payload).await?;
            receive_notification::followed(app, &job.shop_id, object, begun).await?;
        }
        kind::CLOSE_PERMISSION => {
            close_permission::close_permission(app, &shop, &subject::<OrderId>(job)?).await?;
        }
        kind::BEGIN_SUBSCRIPTION => {
            begin_subscription::begin_subscription(app, &shop, &subject::<OrderId>(job)?).await?;
        }
        kind::CLOSE_SUBSCRIPTION => {
            close_subscription::close_subscription(app, &shop, &subject::<SubscriptionId>(job)?).await?;
        }
        kind::EXPIRE => expiry::expire(app, &shop, &job.subject).await?,
        // Without it the order is not found by its words; nothing else hangs on it.
        kind::INDEX_ORDER => {
            let indexed = index_order::run(app, &job.shop_id, &subject::<OrderId>(job)?).await;
            indexed.map_err(Failure::in_vain)?;
        }
        // A mail nobody takes for hours is put aside for people.
        kind::SEND_MAIL => send_mail::send_mail(app, &shop, &job.subject).await.map_err(Failure::in_vain)?,
        kind::BULK_CAPTURE | kind::BULK_STEPS => {
            return Ok(bulk_capture::run(app, &shop, &subject::<BulkRunId>(job)?, job).await?);
        }
        other => return Err(Failure::in_vain(format!("no worker knows jobs of kind {other}"))),
    }
    Ok(Progress::Done)
}

fn subject<T: FromStr<Err: Error + Send + Sync + 'static>>(job: &Job) -> Result<T, Failure> {
    job.subject.parse().map_err(Failure::in_vain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_ten_minutes_and_never_vanish() {
        for attempts in 1..=100 {
            let wait = back_off(attempts);
            let longest = (1_000_i64 << (attempts - 1).min(10)).min(600_000);
            assert!(wait <= longest && wait >= longest * 3 / 4 - 1, "{attempts}: {wait}");
        }
    }
}
