//! Closes the charge permission of a subscription that has ended, as a job (R23). Charges that stand stay capturable.

use super::my_page::{Did, told};
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::subscriptions::{self, Subscription};
use crate::store::{Batch, StoreError, jobs};
use crate::worker::kind;
use amazon_pay::Error;
use amazon_pay::wire::request::CloseChargePermission;
use jiff::Timestamp;
use shared::charge::ChargePermissionState;
use shared::id::{JobId, SubscriptionId};

/// Why it is not closed yet; it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// Amazon did not answer.
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

/// Closes it; one that is closed already is fine.
///
/// # Errors
/// [`CloseError`].
pub async fn close_subscription(app: &App, shop: &OpenShop, id: &SubscriptionId) -> Result<(), CloseError> {
    let reader = app.store.reader().await?;
    let found = subscriptions::find(&reader, &shop.id, id).await?;
    drop(reader);
    let Some(mut row) = found.filter(|row| row.permission_state != ChargePermissionState::Closed) else {
        return Ok(());
    };
    let body = CloseChargePermission::new("Subscription ended", false);
    let request = amazon_pay::prepare::close_charge_permission(&row.charge_permission_id, &body);
    match shop.amazon.send(&request, app.clock.now()).await {
        Ok(_) => {
            let now = app.clock.now();
            row.permission_state = ChargePermissionState::Closed;
            let mut batch = Batch::from(told(&row, "noren", Did::PermissionClosed, now));
            batch.push(subscriptions::save(&row, now.as_millisecond()));
            app.store.write(batch).await?;
            Ok(())
        }
        // Closed before, by us or by the buyer; what else it may be is told, and not tried for ever.
        Err(Error::Refused { reason, .. }) => {
            tracing::info!(subscription.id = %id, reason = reason.code(), "the permission was not closed again");
            Ok(())
        }
        Err(error) => Err(CloseError::AmazonUnavailable(error)),
    }
}
