//! 出荷準備中 and 発送済 (R50): what Amazon Pay has not captured is shipped only with a recorded reason. The mail
//! of the new status, where it was ticked (R33), is stored with it.

use super::compose_mail;
use super::desk::{self, DeskError};
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::Batch;
use crate::store::intents;
use crate::store::ledger::{self, LedgerRow};
use crate::store::orders::{self, Order};
use crate::store::timeline::Happened;
use shared::api::{LedgerField, SetStatusRequest};
use shared::id::{OperatorId, OrderId};
use shared::order::OrderStatus;
use shared::order_action::{ActionRefused, OrderAction, judge};

/// Sets the status.
///
/// # Errors
/// [`DeskError`]; [`ActionRefused::NotCaptured`] without a reason.
pub async fn set_status(
    app: &App,
    shop: &OpenShop,
    id: &OrderId,
    operator: &OperatorId,
    request: &SetStatusRequest,
) -> Result<(), DeskError> {
    let action = match request.status {
        OrderStatus::Preparing => OrderAction::Prepare,
        OrderStatus::Shipped => OrderAction::Ship,
        OrderStatus::New | OrderStatus::Canceled => return Err(DeskError::Shape),
    };
    let reason = desk::note(request.reason.as_deref())?;
    let reader = app.store.reader().await?;
    let order = orders::find(&reader, &shop.id, id).await?.ok_or(DeskError::Unknown)?;
    let open = intents::find_open(&reader, &shop.id, id.as_str()).await?;
    drop(reader);
    let now = app.clock.now();
    match judge(action, &desk::facts(&order, open.is_some()), now) {
        Err(ActionRefused::NotCaptured) if reason.is_some() => {}
        judged => judged?,
    }
    if !order.same_terms_as(request.version) {
        return Err(DeskError::Changed);
    }
    let line = LedgerRow {
        at: now.as_millisecond(),
        operator: operator.clone(),
        field: LedgerField::Status,
        subject: None,
        old: order.order_status.name().to_owned(),
        new: request.status.name().to_owned(),
        reason: reason.unwrap_or_default(),
    };
    let mut batch = Batch::from(ledger::add(&shop.id, id, &secret::timed_id(now), &line));
    let change = Some(desk::status_change(order.order_status, request.status));
    let happened = Happened::Desk { action, amount: None, change };
    batch.push(desk::told(&order, desk::actor(operator), happened, now));
    let order = Order { order_status: request.status, ..order };
    if request.send_mail
        && let Some(mail) = compose_mail::order_status(shop, &order, request.status, None, now)
    {
        batch.append(mail.batch);
    }
    batch.push(orders::save(&order, now.as_millisecond()));
    desk::write(app, batch).await
}
