//! 対応の記録 (R36): how a buyer was made good after a キャンセルエラー, by whom and when.

use super::desk::{self, DeskError};
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::orders;
use crate::store::remedies::{self, RemedyRow};
use crate::store::timeline::Happened;
use crate::store::{Batch, corrections};
use shared::api::{CorrectionKind, Remedy, RemedyRequest};
use shared::id::{OperatorId, OrderId};
use shared::order_action::OrderAction;

/// Records the remedy; points make a correction due in the shop's own system (R92).
///
/// # Errors
/// [`DeskError`].
pub async fn record_remedy(
    app: &App,
    shop: &OpenShop,
    id: &OrderId,
    operator: &OperatorId,
    request: &RemedyRequest,
) -> Result<(), DeskError> {
    let order = desk::load(app, shop, id, request.version, OrderAction::RecordRemedy).await?;
    if order.version != request.version {
        return Err(DeskError::Changed);
    }
    if request.amount.is_zero() && request.remedy != Remedy::Other {
        return Err(DeskError::RefundTooMuch);
    }
    let now = app.clock.now();
    let at = now.as_millisecond();
    let row = RemedyRow {
        remedy: request.remedy,
        amount: request.amount,
        note: desk::note(request.note.as_deref())?,
        operator: operator.clone(),
        at,
    };
    let mut batch = Batch::from(remedies::add(&shop.id, id, &secret::timed_id(now), &row));
    if request.remedy == Remedy::Points {
        let (name, amount) = (secret::timed_id(now), request.amount.get());
        batch.push(corrections::add(&shop.id, id, &name, CorrectionKind::Points, amount, "compensation", at));
    }
    let happened = Happened::Desk {
        action: OrderAction::RecordRemedy,
        amount: Some(request.amount),
        change: Some(request.remedy.name().to_owned()),
    };
    batch.push(desk::told(&order, desk::actor(operator), happened, now));
    batch.push(orders::save(&order, at));
    desk::write(app, batch).await
}
