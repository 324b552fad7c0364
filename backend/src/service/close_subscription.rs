//! Closes the charge permission of a subscription that has ended, as a job (R23). Charges that stand stay capturable.

use super::my_page::{Did, told};
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::subscriptions::{self, Subscription};
use crate::store::{Batch, StoreError, intents, jobs};
use crate::worker::kind;
use amazon_pay::wire::request::CloseChargePermission;
use amazon_pay::{Error, Reason};
use jiff::Timestamp;
use shared::charge::ChargePermissionState;
use shared::id::{JobId, SubscriptionId};
use shared::subscription::SubscriptionState;

/// How soon it is looked at again that waits for a charge, at first, ms.
const SOONEST: i64 = 30_000;
/// And at last, ms: a lost charge may stay so for days, and each look is a row in the table of jobs.
const LATEST: i64 = 60 * 60 * 1000;

/// Why it is not closed yet; it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// Amazon did not answer, or refused.
    #[error("Amazon Pay could not be asked to close the permission")]
    AmazonUnavailable(#[source] Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The job that closes the subscription's permission.
pub fn later(row: &Subscription, now: Timestamp) -> Batch {
    Batch::from(jobs::enqueue_once(&jobs::NewJob {
        shop_id: &row.shop_id,
        job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
        kind: kind::CLOSE_SUBSCRIPTION,
        subject: row.id.as_str(),
        payload: "{}",
        due_at: now.as_millisecond(),
        now: now.as_millisecond(),
    }))
}

/// Closes it; one that is closed already is fine. Not while one of its charges is under way or its answer is lost: what was
/// ordered is delivered, and Amazon would refuse the charge. The moment of the next look then, Unix ms; `None` where
/// it is closed.
///
/// # Errors
/// [`CloseError`].
pub async fn close_subscription(
    app: &App,
    shop: &OpenShop,
    id: &SubscriptionId,
) -> Result<Option<i64>, CloseError> {
    let reader = app.store.reader().await?;
    let found = subscriptions::find(&reader, &shop.id, id).await?;
    let Some(row) = found.filter(|row| row.permission_state != ChargePermissionState::Closed) else {
        return Ok(None);
    };
    let charging = intents::open_charges(&reader, &shop.id, &row.charge_permission_id).await?;
    drop(reader);
    if !charging.is_empty() {
        let now = app.clock.now_ms();
        let since = match &row.state {
            SubscriptionState::Ended { at, .. } => at.as_millisecond(),
            _ => now,
        };
        return Ok(Some(now + wait(now - since)));
    }
    let body = CloseChargePermission::new("Subscription ended", false);
    let request = amazon_pay::prepare::close_charge_permission(&row.charge_permission_id, &body);
    match shop.amazon.send(&request, app.clock.now()).await {
        Ok(_) => closed(app, row).await,
        // Closed before, by us or by the buyer.
        Err(Error::Refused { status, reason, .. })
            if status == 404 || reason == Reason::InvalidChargePermissionStatus =>
        {
            tracing::info!(subscription.id = %id, reason = reason.code(), "the permission was not closed again");
            closed(app, row).await
        }
        // Our key, our clock: the agreement stands, and the buyer was told that it ends.
        Err(error) => Err(CloseError::AmazonUnavailable(error)),
    }
}

/// Until the next look, of what has waited for so long, ms: as long again, so that the looks double their distance.
fn wait(waited: i64) -> i64 {
    waited.clamp(SOONEST, LATEST)
}

async fn closed(app: &App, mut row: Subscription) -> Result<Option<i64>, CloseError> {
    let now = app.clock.now();
    row.permission_state = ChargePermissionState::Closed;
    let mut batch = Batch::from(told(&row, "noren", Did::PermissionClosed, now));
    batch.push(subscriptions::save(&row, now.as_millisecond()));
    app.store.write(batch).await?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R23: the looks at an agreement that waits for a lost charge become rarer, up to one an hour.
    #[test]
    fn r23_the_looks_at_what_waits_double_up_to_an_hour() {
        let mut looks = vec![0];
        while looks.last().is_some_and(|last| *last < 24 * LATEST) {
            let last = looks[looks.len() - 1];
            looks.push(last + wait(last));
        }
        assert_eq!(looks[..5], [0, 30_000, 60_000, 120_000, 240_000]);
        assert!(looks.len() < 40, "{}", looks.len());
        assert!(looks.windows(2).all(|two| (SOONEST..=LATEST).contains(&(two[1] - two[0]))));
        assert_eq!(wait(-1), SOONEST, "a clock that went back");
    }
}
