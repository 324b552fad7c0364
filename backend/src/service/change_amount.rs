//! 金額変更 (R39, R41, R42): the order's terms fall; Amazon hears of it as the capture amount, not before.

use super::desk::{self, DeskError};
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::ledger::{self, LedgerRow};
use crate::store::orders::{self, Order};
use crate::store::timeline::Happened;
use crate::store::{Batch, corrections};
use jiff::Timestamp;
use shared::amount_change::{Terms, change};
use shared::api::{AmountChangeRequest, CorrectionKind, LedgerField};
use shared::id::{OperatorId, OrderId};
use shared::money::Yen;
use shared::order_action::OrderAction;

/// Changes the amounts, unless the total would rise or vanish.
///
/// # Errors
/// [`DeskError`].
pub async fn change_amount(
    app: &App,
    shop: &OpenShop,
    id: &OrderId,
    operator: &OperatorId,
    request: &AmountChangeRequest,
) -> Result<(), DeskError> {
    let order = desk::load(app, shop, id, request.version, OrderAction::ChangeAmount).await?;
    let reason = desk::reason(&request.reason)?;
    let old = Terms { lines: order.lines.clone(), totals: order.totals };
    let new = change(&old, &request.change)?;
    let mut lines = Vec::new();
    for (before, wanted) in request.change.quantities.iter().filter_map(|wanted| {
        let before = old.lines.get(wanted.line)?;
        (before.quantity != wanted.quantity).then_some((before, wanted))
    }) {
        lines.push((
            LedgerField::Quantity,
            Some(before.name.clone()),
            before.quantity.to_string(),
            wanted.quantity.to_string(),
        ));
    }
    store(app, order, new, lines, operator, &reason, OrderAction::ChangeAmount).await
}

/// One line of the ledger to be: field, subject, old, new.
pub type Change = (LedgerField, Option<String>, String, String);

/// Stores new terms with their ledger lines and the corrections they make due, unless somebody changed the order
/// since it was read.
///
/// # Errors
/// [`DeskError`].
pub async fn store(
    app: &App,
    order: Order,
    new: Terms,
    mut lines: Vec<Change>,
    operator: &OperatorId,
    reason: &str,
    action: OrderAction,
) -> Result<(), DeskError> {
    let now = app.clock.now();
    let (before, after) = (&order.totals, &new.totals);
    let amounts = [
        (LedgerField::ShippingFee, before.shipping_fee, after.shipping_fee),
        (LedgerField::HandlingFees, before.handling_fees, after.handling_fees),
        (LedgerField::PointsUsed, before.points_used, after.points_used),
        (LedgerField::CouponDiscount, before.coupon_discount, after.coupon_discount),
        (LedgerField::Total, before.total, after.total),
    ];
    lines.extend(
        amounts
            .into_iter()
            .filter(|(_, old, new)| old != new)
            .map(|(field, old, new)| (field, None, old.get().to_string(), new.get().to_string())),
    );
    let change = format!("{} → {}", before.total, after.total);
    let happened = Happened::Desk { action, amount: None, change: Some(change) };
    let mut batch = Batch::from(desk::told(&order, desk::actor(operator), happened, now));
    for (field, subject, old, new) in lines {
        let at = now.as_millisecond();
        let reason = reason.to_owned();
        let line = LedgerRow { at, operator: operator.clone(), field, subject, old, new, reason };
        batch.push(ledger::add(&order.shop_id, &order.id, &secret::timed_id(now), &line));
    }
    batch.append(corrected(&order, CorrectionKind::Points, before.points_used, after.points_used, now));
    batch.append(corrected(
        &order,
        CorrectionKind::Coupon,
        before.coupon_discount,
        after.coupon_discount,
        now,
    ));
    let changed = Order { lines: new.lines, totals: new.totals, ..order };
    batch.push(orders::save(&changed, now.as_millisecond()));
    desk::write(app, batch).await
}

/// What the shop has to give back of its own points or coupons, or to take (R92).
fn corrected(order: &Order, kind: CorrectionKind, old: Yen, new: Yen, now: Timestamp) -> Batch {
    let amount = old.get() - new.get();
    if amount == 0 {
        return Batch::new();
    }
    let id = secret::timed_id(now);
    let at = now.as_millisecond();
    Batch::from(corrections::add(&order.shop_id, &order.id, &id, kind, amount, "amount_change", at))
}
