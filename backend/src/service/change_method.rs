//! 決済方法の変更 (R44): Amazon Pay is left for good, and its authorization released first.

use super::cancel_order::{self, ReleaseSnapshot};
use super::desk::{self, DeskError};
use super::shops::OpenShop;
use super::{close_permission, desk_view};
use crate::app::App;
use crate::secret;
use crate::store::Batch;
use crate::store::ledger::{self, LedgerRow};
use crate::store::orders::{self, Order};
use crate::store::timeline::Happened;
use shared::api::{ChangeMethodRequest, LedgerField};
use shared::id::{OperatorId, OrderId};
use shared::identity::blockers;
use shared::order::OrderOrigin;
use shared::order_action::{Cancellation, OrderAction, cancellation, may_choose, needs_identity};
use shared::payment_method::PaymentMethod;
use std::sync::Arc;

/// Changes the method; the order leaves Amazon Pay only once its authorization is released.
///
/// # Errors
/// [`DeskError`].
pub async fn change_method(
    app: &App,
    shop: &Arc<OpenShop>,
    id: &OrderId,
    operator: &OperatorId,
    request: &ChangeMethodRequest,
) -> Result<(), DeskError> {
    let order = desk::load(app, shop, id, request.version, OrderAction::ChangeMethod).await?;
    may_choose(order.method, request.method)?;
    if needs_identity(request.method) {
        let (delivery, profile, _) = desk_view::persons(app, &order).await?;
        if !blockers(&delivery, &profile).is_empty() {
            return Err(DeskError::IdentityMissing);
        }
    }
    let now = app.clock.now();
    let change = format!("{} → {}", order.method.name(), request.method.name());
    let line = LedgerRow {
        at: now.as_millisecond(),
        operator: operator.clone(),
        field: LedgerField::Method,
        subject: None,
        old: order.method.name().to_owned(),
        new: request.method.name().to_owned(),
        reason: String::new(),
    };
    let happened = Happened::Desk { action: OrderAction::ChangeMethod, amount: None, change: Some(change) };
    let extra = Batch::from(ledger::add(&shop.id, id, &secret::timed_id(now), &line));
    let amazon = order.method == PaymentMethod::AmazonPay;
    if amazon
        && let Cancellation::CancelCharge { close_permission } = cancellation(&order.payment, order.origin)
    {
        let snapshot = ReleaseSnapshot { close_permission, leave_for: Some(request.method) };
        return cancel_order::release(app, shop, order, operator, snapshot, happened, extra).await;
    }
    let mut batch = Batch::from(desk::told(&order, desk::actor(operator), happened, now));
    batch.append(extra);
    let mut changed = Order { method: request.method, ..order };
    if amazon {
        changed.desk.left_amazon_pay = true;
        batch.append(cancel_order::abandoned(&changed, now));
        if changed.origin == OrderOrigin::Checkout {
            batch.append(close_permission::later(&changed, now));
        }
    } else {
        batch.push(orders::save(&changed, now.as_millisecond()));
    }
    desk::write(app, batch).await
}
