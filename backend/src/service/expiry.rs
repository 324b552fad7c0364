//! The thirty-day clock (R47): asks Amazon the moment an authorization should have ended, whether or not a
//! notification came.
//!
//! Amazon's word counts, not our arithmetic: an authorization that still stands then is asked for again later.

use super::reconcile_order::{ReconcileError, reconcile_order};
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::orders::{self, Order};
use crate::store::{Batch, Statement, jobs};
use crate::worker::kind;
use jiff::Timestamp;
use shared::id::{JobId, OrderId};

/// Wait before asking again about an authorization that has outlived its end, ms.
const AGAIN: i64 = 10 * 60 * 1000;

/// The job that asks when the order's authorization ends; nothing where none stands.
pub fn clock(order: &Order, now: Timestamp) -> Batch {
    order.payment.expires_at().map_or_else(Batch::new, |end| at(order, end.as_millisecond(), now))
}

/// The job that authorizes anew what has just expired, where the shop has set it so; put in with the expiry itself, and with
/// nothing else, so that no look at Amazon long afterwards does it by surprise (R48).
pub fn ended(order: &Order, now: Timestamp) -> Statement {
    jobs::enqueue_once(&jobs::NewJob {
        shop_id: &order.shop_id,
        job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
        kind: kind::REAUTHORIZE,
        subject: order.id.as_str(),
        payload: "{}",
        due_at: now.as_millisecond(),
        now: now.as_millisecond(),
    })
}

/// One job per order and moment: a new authorization has a clock of its own.
fn at(order: &Order, due_at: i64, now: Timestamp) -> Batch {
    Batch::from(jobs::enqueue_once(&jobs::NewJob {
        shop_id: &order.shop_id,
        job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
        kind: kind::EXPIRE,
        subject: &format!("{}.{due_at}", order.id),
        payload: "{}",
        due_at,
        now: now.as_millisecond(),
    }))
}

/// The moment has come: Amazon is asked.
///
/// # Errors
/// [`ReconcileError`]; it is tried again.
pub async fn expire(app: &App, shop: &OpenShop, subject: &str) -> Result<(), ReconcileError> {
    let id = subject.rsplit_once('.').and_then(|(order, _)| OrderId::new(order).ok());
    let Some(id) = id else {
        return Ok(());
    };
    reconcile_order(app, shop, &id).await?;
    let reader = app.store.reader().await?;
    let order = orders::find(&reader, &shop.id, &id).await?;
    drop(reader);
    let now = app.clock.now();
    if let Some(order) = order
        && order.payment.expires_at().is_some_and(|end| end <= now)
    {
        app.store.write(at(&order, now.as_millisecond() + AGAIN, now)).await?;
    }
    Ok(())
}
