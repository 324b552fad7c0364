//! 受注ステータスをキャンセルにする (R35, R36): the status at once, the money let go or given back as Amazon allows.
//!
//! Before the capture the authorization is released, after it everything that is left is refunded; which of the
//! two, `order_action::cancellation` chooses. Leaving Amazon Pay for another method releases the same way.

use super::capture_order::Try;
use super::desk::{self, Ask, DeskError};
use super::order_change::{next_look, take_in};
use super::place_order::follow;
use super::shops::OpenShop;
use super::{bundle_orders, close_permission, compose_mail, reconcile_order, refund_order};
use crate::app::App;
use crate::secret;
use crate::store::intents::IntentRow;
use crate::store::ledger::{self, LedgerRow};
use crate::store::orders::{self, Order};
use crate::store::timeline::Happened;
use crate::store::{Batch, StoreError, corrections, intents};
use amazon_pay::Error;
use amazon_pay::wire::Charge;
use amazon_pay::wire::request::CancelCharge;
use serde::{Deserialize, Serialize};
use shared::api::{CancelRequest, CorrectionKind, Language, LedgerField};
use shared::bulk_standing::AskedStep;
use shared::charge::ChargeState;
use shared::id::{OperatorId, OrderId};
use shared::intent::Operation;
use shared::order::OrderStatus;
use shared::order_action::{Cancellation, OrderAction, cancellation};
use shared::payment::{Asked, Payment, PaymentEvent, PaymentState, Reason};
use shared::payment_method::PaymentMethod;
use shared::text;
use std::sync::Arc;

/// What the record needs besides Amazon's answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReleaseSnapshot {
    /// Whether the charge permission is closed with it.
    pub close_permission: bool,
    /// The method that takes Amazon Pay's place; absent for a cancel.
    pub leave_for: Option<PaymentMethod>,
}

/// Cancels the order, or tries again after a キャンセルエラー.
///
/// # Errors
/// [`DeskError`]. What Amazon refuses is no error but the order's state.
pub async fn cancel_order(
    app: &App,
    shop: &Arc<OpenShop>,
    id: &OrderId,
    operator: &OperatorId,
    request: &CancelRequest,
) -> Result<(), DeskError> {
    cancel_with(app, shop, id, operator, request, Batch::new()).await
}

/// [`cancel_order`]; `with` is stored exactly when the cancel is.
///
/// # Errors
/// [`DeskError`]. What Amazon refuses is no error but the order's state.
pub async fn cancel_with(
    app: &App,
    shop: &Arc<OpenShop>,
    id: &OrderId,
    operator: &OperatorId,
    request: &CancelRequest,
    with: Batch,
) -> Result<(), DeskError> {
    let note = desk::note(request.note.as_deref())?;
    let order = desk::load(app, shop, id, request.version, OrderAction::Cancel).await?;
    let chosen = match order.method {
        PaymentMethod::AmazonPay => cancellation(&order.payment, order.origin),
        _ => Cancellation::Nothing,
    };
    if matches!(chosen, Cancellation::Refund { .. }) {
        reconcile_order::hear_of_refunds(app, shop, &order).await?;
    }
    let now = app.clock.now();
    let mut extra = with;
    if order.order_status != OrderStatus::Canceled {
        let cause = text::cancel_reason(request.reason, Language::Ja);
        let line = LedgerRow {
            at: now.as_millisecond(),
            operator: operator.clone(),
            field: LedgerField::Status,
            subject: None,
            old: order.order_status.name().to_owned(),
            new: OrderStatus::Canceled.name().to_owned(),
            reason: note.as_ref().map_or_else(|| cause.to_owned(), |note| format!("{cause}: {note}")),
        };
        extra.push(ledger::add(&shop.id, id, &secret::timed_id(now), &line));
        // With an order that was paid anew by a link they were given back then.
        if order.desk.replaced_by.is_none() {
            extra.append(given_back(&order, "cancel", now));
        }
    }
    let amount = match chosen {
        Cancellation::Refund { amount } => Some(amount),
        _ => None,
    };
    // Of a cancel that is tried again the status stays.
    let change = (order.order_status != OrderStatus::Canceled)
        .then(|| desk::status_change(order.order_status, OrderStatus::Canceled));
    let happened = Happened::Desk { action: OrderAction::Cancel, amount, change };
    let mut canceled = Order { order_status: OrderStatus::Canceled, ..order };
    extra.append(
        bundle_orders::part(app, std::slice::from_mut(&mut canceled), desk::actor(operator), now).await?,
    );
    if request.send_mail {
        let waits_for = Some(AskedStep::Cancel);
        let mail = compose_mail::order_status(shop, &canceled, OrderStatus::Canceled, waits_for, now);
        extra.append(mail.map_or_else(Batch::new, |mail| mail.batch));
    }
    match chosen {
        Cancellation::CancelCharge { close_permission } => {
            let snapshot = ReleaseSnapshot { close_permission, leave_for: None };
            release(app, shop, canceled, operator, snapshot, happened, extra).await
        }
        Cancellation::Refund { amount } => {
            let ask = refund_order::Refund { amount, cause: request.reason, note, keep_trying: true };
            refund_order::ask(app, shop, canceled, operator, ask, happened, extra).await
        }
        Cancellation::Nothing => {
            let mut batch = Batch::from(desk::told(&canceled, desk::actor(operator), happened, now));
            batch.append(extra);
            batch.append(abandoned(&canceled, now));
            if canceled.origin == shared::order::OrderOrigin::Checkout {
                batch.append(close_permission::later(&canceled, now));
            }
            desk::write(app, batch).await
        }
    }
}

/// Stores an order that is given up while nothing stands at Amazon.
pub fn abandoned(order: &Order, now: jiff::Timestamp) -> Batch {
    let event = PaymentEvent::Abandoned { at: now };
    match order.payment.clone().apply(event.clone()) {
        Ok(payment) if payment != order.payment => take_in(order, event, None, now).1,
        _ => Batch::from(orders::save(order, now.as_millisecond())),
    }
}

/// Points and coupons the shop gives back because the order is canceled or another took its place (R92).
pub fn given_back(order: &Order, cause: &str, now: jiff::Timestamp) -> Batch {
    [
        (CorrectionKind::Points, order.totals.points_used),
        (CorrectionKind::Coupon, order.totals.coupon_discount),
    ]
    .into_iter()
    .filter(|(_, amount)| !amount.is_zero())
    .map(|(kind, amount)| {
        let id = secret::timed_id(now);
        corrections::add(&order.shop_id, &order.id, &id, kind, amount.get(), cause, now.as_millisecond())
    })
    .collect()
}

/// Asks Amazon to release the authorization; `order` is as it becomes at once.
///
/// # Errors
/// [`DeskError`].
pub async fn release(
    app: &App,
    shop: &Arc<OpenShop>,
    order: Order,
    operator: &OperatorId,
    snapshot: ReleaseSnapshot,
    happened: Happened,
    extra: Batch,
) -> Result<(), DeskError> {
    let charge = order.charge_id.clone().ok_or(shared::order_action::ActionRefused::PaymentState)?;
    let ask = Ask {
        operation: Operation::CancelCharge,
        attempt: desk::next_attempt(app, &order, Operation::CancelCharge).await?,
        actor: desk::actor(operator),
        happened,
        snapshot: crate::store::json_text(&snapshot),
    };
    let why = if snapshot.leave_for.is_some() { "Paid another way" } else { "Order canceled" };
    let prepare = |_| amazon_pay::prepare::cancel_charge(&charge, &CancelCharge::new(why));
    let (order, intent) = desk::intend(app, &order, ask, prepare, extra).await?;
    let (task_app, task_shop) = (app.clone(), Arc::clone(shop));
    app.finish(async move { send_and_record(&task_app, &task_shop, order, &intent, Try::First).await }).await
}

/// Sends the stored cancel, first or again, and stores what came of it. Amazon knows no key for it: a refusal may
/// be the echo of an earlier success, so the charge itself tells.
///
/// # Errors
/// [`DeskError`].
pub async fn send_and_record(
    app: &App,
    shop: &OpenShop,
    order: Order,
    intent: &IntentRow,
    which: Try,
) -> Result<(), DeskError> {
    let (Some(request), Some(charge_id)) = (desk::stored_request(&order, intent), order.charge_id.clone())
    else {
        return Ok(());
    };
    let snapshot: ReleaseSnapshot = serde_json::from_str(&intent.snapshot)
        .unwrap_or(ReleaseSnapshot { close_permission: false, leave_for: None });
    // The state may not say so: the process that sent it may have died before it could write.
    let again = which == Try::Again || order.payment.state() == PaymentState::Unconfirmed;
    match shop.amazon.send(&request, app.clock.now()).await {
        Ok(answer) => match answer.decode::<Charge>() {
            Ok(charge) => recorded(app, order, intent, &snapshot, &charge, None, answer.request_id()).await,
            Err(error) => doubt(app, order, &error).await,
        },
        Err(Error::Refused { reason, request_id, .. }) => {
            match shop.amazon.charge(&charge_id, app.clock.now()).await {
                Ok(charge) => {
                    let reason = Reason::new(reason.code());
                    recorded(app, order, intent, &snapshot, &charge, Some(reason), request_id.as_deref())
                        .await
                }
                Err(error) => doubt(app, order, &error).await,
            }
        }
        // Leaving Amazon Pay has done nothing yet. A cancel has: the order is canceled, so it is tried until done.
        Err(error) if error.is_definite() && !again && snapshot.leave_for.is_some() => {
            let batch = intents::close(intent, "not_sent", error.request_id(), app.clock.now_ms());
            desk::write(app, batch).await?;
            Err(DeskError::AmazonUnavailable(error))
        }
        Err(error) => doubt(app, order, &error).await,
    }
}

async fn recorded(
    app: &App,
    order: Order,
    intent: &IntentRow,
    snapshot: &ReleaseSnapshot,
    charge: &Charge,
    refused: Option<Reason>,
    request_id: Option<&str>,
) -> Result<(), DeskError> {
    let now = app.clock.now();
    let at = charge.status_details.last_updated_timestamp.map_or(now, |at| at.get());
    let reason = refused.clone().unwrap_or_else(|| Reason::new("Unknown"));
    let (released, event) = match charge.status_details.state {
        // Released, run out or refused: nothing stands any more. Expiry never touches a canceled order.
        ChargeState::Canceled | ChargeState::Declined => (true, PaymentEvent::Canceled { at }),
        ChargeState::Captured | ChargeState::CaptureInitiated => {
            (false, reconcile_order::fact(&order.payment, charge, now))
        }
        ChargeState::Authorized | ChargeState::AuthorizationInitiated => match snapshot.leave_for {
            Some(_) => (false, PaymentEvent::FoundUnchanged { at: now }),
            None => (false, PaymentEvent::CancelRefused { reason: reason.clone(), at: now }),
        },
    };
    let outcome = if refused.is_some() { "refused" } else { "answered" };
    desk::record(app, order, intent, outcome, request_id, |order, now| {
        let next = match snapshot.leave_for {
            Some(method) if released => {
                let mut next = Order { method, ..order.clone() };
                next.desk.left_amazon_pay = true;
                next
            }
            _ => order.clone(),
        };
        let (changed, mut batch) = take_in(&next, event.clone(), request_id, now);
        if snapshot.close_permission && matches!(changed.payment, Payment::Canceled { .. }) {
            batch.append(close_permission::later(&changed, now));
        }
        (changed, batch)
    })
    .await?;
    if !released && snapshot.leave_for.is_some() { Err(DeskError::AmazonRefused(reason)) } else { Ok(()) }
}

/// Nobody knows: the payment says so, the intent stays open, and the reconciler sends the same bytes again.
async fn doubt(app: &App, order: Order, error: &Error) -> Result<(), DeskError> {
    unanswered(app, order, Asked::CancelCharge, error).await
}

/// Stores that no answer came to `asked`; the intent stays open.
///
/// # Errors
/// The database failed.
pub async fn unanswered(app: &App, order: Order, asked: Asked, error: &Error) -> Result<(), DeskError> {
    tracing::warn!(order.id = %order.id, ?asked, %error, "a money action is unconfirmed");
    let now = app.clock.now();
    let event = PaymentEvent::Unanswered { asked, at: now };
    let (order, mut batch) = take_in(&order, event, error.request_id(), now);
    if batch.is_empty() {
        let wait = next_look(&order.payment, now).unwrap_or(2_000);
        batch.push(follow(&order, now.as_millisecond() + wait, now));
    }
    match app.store.write(batch).await {
        Ok(_) | Err(StoreError::Unmet(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
