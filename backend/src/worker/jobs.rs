//! Takes jobs that are due and does them, a few at a time.

use super::kind;
use crate::app::App;
use crate::secret;
use crate::service::{
    bulk_capture, close_permission, expiry, index_order, receive_notification, reconcile_order, send_mail,
    shops,
};
use crate::store::jobs::{self, Job};
use crate::store::{StoreError, Unmet};
use shared::id::{BulkRunId, OrderId};
use std::error::Error;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Jobs claimed at once.
const AT_ONCE: i64 = 8;
/// How long a claimed job is ours before another worker may take it over, ms.
const LEASE: i64 = 120_000;
/// Tries before a job is put aside for people.
const MOST_ATTEMPTS: i64 = 20;

/// Works until told to stop; then finishes what it has.
pub async fn run(app: App, mut stopping: watch::Receiver<bool>) {
    let holder = secret::random_id();
    while super::next_look(&app, &mut stopping).await {
        loop {
            let claimed = match jobs::claim(&app.store, app.clock.now_ms(), &holder, AT_ONCE, LEASE).await {
                Ok(claimed) if claimed.is_empty() => break,
                Ok(claimed) => claimed,
                Err(error) => {
                    tracing::error!(%error, "jobs could not be claimed");
                    break;
                }
            };
            let mut under_way = JoinSet::new();
            for job in claimed {
                under_way.spawn(work(app.clone(), job));
            }
            under_way.join_all().await;
            if *stopping.borrow() {
                break;
            }
        }
    }
}

async fn work(app: App, job: Job) {
    let outcome = attempt(&app, &job).await;
    let now = app.clock.now_ms();
    let statement = match &outcome {
        Ok(()) => jobs::finish(&job, now),
        Err(error) => {
            let why = crate::http::error::chain(error.as_ref());
            tracing::warn!(job.kind = %job.kind, job.id = %job.job_id, cause = %why, "a job failed and is tried again");
            if job.attempts >= MOST_ATTEMPTS {
                jobs::bury(&job, now, &why)
            } else {
                jobs::postpone(&job, now + back_off(job.attempts), &why)
            }
        }
    };
    match app.store.write(statement).await {
        Ok(_) => {}
        // The lease had run out and another worker has the job: its outcome counts.
        Err(StoreError::Unmet(Unmet::Lost(_))) => {}
        Err(error) => tracing::error!(job.id = %job.job_id, %error, "a job's outcome could not be stored"),
    }
}

/// Wait before the next try, ms: doubling from one second to ten minutes, a quarter of it by chance so that
/// jobs that failed together do not come back together.
fn back_off(attempts: i64) -> i64 {
    let exponent = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(0);
    let wait = (1_000_i64 << exponent).min(600_000);
    wait - wait / 4 * i64::from(secret::random::<1>()[0]) / 255
}

async fn attempt(app: &App, job: &Job) -> Result<(), Box<dyn Error + Send + Sync>> {
    let shop = shops::open(app, &job.shop_id).await?;
    match job.kind.as_str() {
        kind::FOLLOW_ORDER => {
            reconcile_order::reconcile_order(app, &shop, &OrderId::new(job.subject.as_str())?).await?;
        }
        kind::FOLLOW_OBJECT => {
            let begun = app.clock.now_ms();
            reconcile_order::follow_object(app, &shop, &job.subject, &job.payload).await?;
            receive_notification::followed(app, &job.shop_id, &job.subject, begun).await?;
        }
        kind::CLOSE_PERMISSION => {
            close_permission::close_permission(app, &shop, &OrderId::new(job.subject.as_str())?).await?;
        }
        kind::EXPIRE => expiry::expire(app, &shop, &job.subject).await?,
        kind::SEND_MAIL => send_mail::send_mail(app, &shop, &job.subject).await?,
        kind::BULK_CAPTURE => bulk_capture::run(app, &shop, &BulkRunId::new(job.subject.as_str())?).await?,
        kind::INDEX_ORDER => {
            index_order::run(app, &job.shop_id, &OrderId::new(job.subject.as_str())?).await?;
        }
        other => return Err(format!("no worker knows jobs of kind {other}").into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_ten_minutes_and_never_vanish() {
        for attempts in 1..=MOST_ATTEMPTS {
            let wait = back_off(attempts);
            let longest = (1_000_i64 << (attempts - 1).min(9)).min(600_000);
            assert!(wait <= longest && wait >= longest * 3 / 4 - 1, "{attempts}: {wait}");
        }
    }
}
