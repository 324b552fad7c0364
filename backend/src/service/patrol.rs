//! Finds what was left behind, and forgets what is over.
//!
//! Every question about an order is a durable job, stored with what gave rise to it. Should one be lost all the same
//! (a row deleted by hand, a backup put back), the order's own state still says that it is in doubt: it is asked for
//! again. Done jobs are of no use after a while.

use super::StoreError;
use crate::app::App;
use crate::secret;
use crate::store::{Batch, jobs, orders};
use crate::worker::kind;
use shared::id::JobId;

/// Orders taken up in one go.
const AT_ONCE: i64 = 200;
/// How long a done job is kept, ms: two weeks.
const KEPT: i64 = 14 * 24 * 60 * 60 * 1000;

/// Puts a job in for every order that is in doubt and has none.
///
/// # Errors
/// The database failed.
pub async fn find_forgotten(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    let reader = app.store.reader().await?;
    let found = orders::forgotten(&reader, kind::FOLLOW_ORDER, now.as_millisecond(), AT_ONCE).await?;
    drop(reader);
    let mut batch = Batch::new();
    for (shop_id, order_id) in &found {
        tracing::warn!(order.id = %order_id, "an order in doubt had nobody to ask; it is asked for now");
        batch.push(jobs::enqueue_once(&jobs::NewJob {
            shop_id,
            job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
            kind: kind::FOLLOW_ORDER,
            subject: order_id.as_str(),
            payload: "{}",
            due_at: now.as_millisecond(),
            now: now.as_millisecond(),
        }));
    }
    if !batch.is_empty() {
        app.store.write(batch).await?;
        app.work.notify_one();
    }
    Ok(())
}

/// Deletes jobs that were done long ago.
///
/// # Errors
/// The database failed.
pub async fn forget_done(app: &App) -> Result<(), StoreError> {
    app.store.write(jobs::forget_done(app.clock.now_ms() - KEPT)).await.map(drop)
}
