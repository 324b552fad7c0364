//! 同梱 (R46): orders that are shipped together; never one that is or was paid by Amazon Pay.

use super::desk::{self, DeskError};
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::Batch;
use crate::store::orders::{self, Order};
use crate::store::timeline::Happened;
use shared::api::BundleRequest;
use shared::id::{OperatorId, OrderId};
use shared::order_action::{OrderAction, judge};

/// Most orders of one bundle besides the first.
const MOST: usize = 20;

/// Bundles the order with the others.
///
/// # Errors
/// [`DeskError`].
pub async fn bundle_orders(
    app: &App,
    shop: &OpenShop,
    id: &OrderId,
    operator: &OperatorId,
    request: &BundleRequest,
) -> Result<(), DeskError> {
    let first = desk::load(app, shop, id, request.version, OrderAction::Bundle).await?;
    let others = &request.with;
    let twice = others.iter().enumerate().any(|(n, one)| one == id || others[..n].contains(one));
    if others.is_empty() || others.len() > MOST || twice {
        return Err(DeskError::Shape);
    }
    let now = app.clock.now();
    let mut bundle = vec![first];
    let reader = app.store.reader().await?;
    for other in others {
        let order = orders::find(&reader, &shop.id, other).await?.ok_or(DeskError::Unknown)?;
        judge(OrderAction::Bundle, &desk::facts(&order, false), now)?;
        bundle.push(order);
    }
    drop(reader);
    // In key order, as every batch that touches several orders.
    bundle.sort_by(|a, b| a.id.cmp(&b.id));
    let name = secret::timed_id(now);
    let mut batch = Batch::new();
    for mut order in bundle {
        order.desk.bundle_id = Some(name.clone());
        let happened = Happened::Desk { action: OrderAction::Bundle, amount: None, change: None };
        batch.push(desk::told(&order, desk::actor(operator), happened, now));
        batch.push(orders::save(&Order { ..order }, now.as_millisecond()));
    }
    desk::write(app, batch).await
}
