//! Closes the charge permission of an order that is canceled or paid another way, as a job: no money hangs on it.

use super::desk::{self, DeskError};
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::orders::{self, Order};
use crate::store::timeline::{Happened, Note};
use crate::store::{Batch, jobs};
use crate::worker::kind;
use amazon_pay::wire::request::CloseChargePermission;
use amazon_pay::{Error, Reason};
use jiff::Timestamp;
use shared::id::{JobId, OrderId};

/// The job that closes the order's permission; nothing where there is none, or where it is a subscription's: that ends
/// with the subscription, not with one of its orders.
pub fn later(order: &Order, now: Timestamp) -> Batch {
    if order.charge_permission_id.is_none() || order.subscription.is_some() {
        return Batch::new();
    }
    Batch::from(jobs::enqueue_once(&jobs::NewJob {
        shop_id: &order.shop_id,
        job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
        kind: kind::CLOSE_PERMISSION,
        subject: order.id.as_str(),
        payload: "{}",
        due_at: now.as_millisecond(),
        now: now.as_millisecond(),
    }))
}

/// Closes it; one that is closed already is fine.
///
/// # Errors
/// Amazon did not answer or refused, or the database failed; it is tried again.
pub async fn close_permission(app: &App, shop: &OpenShop, id: &OrderId) -> Result<(), DeskError> {
    let reader = app.store.reader().await?;
    let order = orders::find(&reader, &shop.id, id).await?.ok_or(DeskError::Unknown)?;
    drop(reader);
    let Some(permission) = &order.charge_permission_id else {
        return Ok(());
    };
    let body = CloseChargePermission::new("Order ended", false);
    let request = amazon_pay::prepare::close_charge_permission(permission, &body);
    match shop.amazon.send(&request, app.clock.now()).await {
        Ok(_) => {
            let happened = Happened::Noted { note: Note::PermissionClosed };
            desk::write(app, Batch::from(desk::told(&order, "noren", happened, app.clock.now()))).await
        }
        // Closed before, by us or by the buyer.
        Err(Error::Refused { status, reason, .. })
            if status == 404 || reason == Reason::InvalidChargePermissionStatus =>
        {
            tracing::info!(order.id = %id, reason = reason.code(), "the permission was not closed again");
            Ok(())
        }
        // Our key, our clock, too many calls: the agreement stands, and it is tried again.
        Err(error) => Err(DeskError::AmazonUnavailable(error)),
    }
}
