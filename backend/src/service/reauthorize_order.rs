//! 再与信 (R48): a new charge under the same permission, with its own possible 与信NG; by an operator, or by the
//! shop's setting once the old one has expired.

use super::cancel_order::unanswered;
use super::capture_order::Try;
use super::desk::{self, Ask, DeskError};
use super::index_order;
use super::monthly_cap;
use super::order_change::{look_again, take_in};
use super::reconcile_order;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::intents::{self, IntentRow};
use crate::store::orders::{self, Order};
use crate::store::timeline::{Happened, Note};
use crate::store::{Batch, StoreError, Unmet, checkouts, monthly_totals};
use amazon_pay::Error;
use amazon_pay::wire::Charge;
use amazon_pay::wire::request::CreateCharge;
use shared::charge::ChargeState;
use shared::id::{ChargePermissionId, OperatorId, OrderId};
use shared::intent::Operation;
use shared::money::Chargeable;
use shared::order_action::{ActionRefused, OrderAction, judge};
use shared::payment::{Asked, Payment, PaymentEvent, PaymentState, Reason};
use std::sync::Arc;

/// Authorizes the order's present total anew.
///
/// # Errors
/// [`DeskError`]. What Amazon refuses is no error but the order's state.
pub async fn reauthorize_order(
    app: &App,
    shop: &Arc<OpenShop>,
    id: &OrderId,
    operator: &OperatorId,
    version: i64,
) -> Result<(), DeskError> {
    reauthorize_with(app, shop, id, operator, version, Batch::new()).await
}

/// [`reauthorize_order`]; `with` is stored exactly when the question is.
///
/// # Errors
/// [`DeskError`]. What Amazon refuses is no error but the order's state.
pub async fn reauthorize_with(
    app: &App,
    shop: &Arc<OpenShop>,
    id: &OrderId,
    operator: &OperatorId,
    version: i64,
    with: Batch,
) -> Result<(), DeskError> {
    let order = desk::load(app, shop, id, version, OrderAction::Reauthorize).await?;
    let happened =
        Happened::Desk { action: OrderAction::Reauthorize, amount: Some(order.total()), change: None };
    let (order, intent) = intend(app, shop, &order, desk::actor(operator), happened, with).await?;
    let (task_app, task_shop) = (app.clone(), Arc::clone(shop));
    app.finish(async move { send_and_record(&task_app, &task_shop, order, &intent, Try::First).await }).await
}

/// Authorizes an expired order anew where the shop has set it so; else, and where the rules forbid it, nothing.
///
/// # Errors
/// [`DeskError`]; it is tried again.
pub async fn automatic(app: &App, shop: &OpenShop, order: Order) -> Result<(), DeskError> {
    let wanted = shop.settings.reauthorize_automatically && matches!(order.payment, Payment::Expired { .. });
    if !wanted || judge(OrderAction::Reauthorize, &desk::facts(&order, false), app.clock.now()).is_err() {
        return Ok(());
    }
    let happened = Happened::Noted { note: Note::Automatic };
    match intend(app, shop, &order, "noren", happened, Batch::new()).await {
        Ok((order, intent)) => send_and_record(app, shop, order, &intent, Try::First).await,
        // Somebody is at it already, or the month has no room for it: an operator decides.
        Err(DeskError::Changed | DeskError::Refused(_) | DeskError::AmazonRefused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Stores the intent of a new charge of the order's total, with `more`; a delivery of a subscription reserves its amount
/// of the month's caps in the same batch (R18).
///
/// # Errors
/// [`DeskError`]; [`DeskError::AmazonRefused`] with Amazon's own code where the month has no room.
pub async fn intend(
    app: &App,
    shop: &OpenShop,
    order: &Order,
    actor: &str,
    happened: Happened,
    with: Batch,
) -> Result<(Order, IntentRow), DeskError> {
    let permission = order.charge_permission_id.clone().ok_or(ActionRefused::PermissionEnded)?;
    let amount = Chargeable::new(order.total()).map_err(|_| ActionRefused::PaymentState)?;
    let attempt = desk::next_attempt(app, order, Operation::CreateCharge).await?;
    let ask = Ask { operation: Operation::CreateCharge, attempt, actor, happened, snapshot: "{}".to_owned() };
    let body = body(shop, permission, amount);
    // A cart may be ordered again once its order was declined: then this order is authorized no more.
    let mut extra = with;
    if let Some(checkout) = &order.checkout_id {
        extra.push(checkouts::hold_cart_of(&order.shop_id, checkout, app.clock.now_ms()));
    }
    if let Some(reservation) = monthly_cap::reservation(order, attempt.into(), app.clock.now()) {
        let (_, caps) =
            monthly_cap::hear(app, shop, &reservation.permission).await.map_err(|error| match error {
                monthly_cap::CapError::Amazon(error) => DeskError::AmazonUnavailable(error),
                monthly_cap::CapError::Store(error) => error.into(),
            })?;
        extra.append(monthly_totals::reserve(&reservation, caps, app.clock.now_ms()));
    }
    match desk::intend(app, order, ask, |key| amazon_pay::prepare::create_charge(&body, key), extra).await {
        // What Amazon would say to it, without asking.
        Err(DeskError::Store(StoreError::Unmet(Unmet::OverCap(_)))) => {
            Err(DeskError::AmazonRefused(Reason::new("PeriodicAmountExceeded")))
        }
        done => done,
    }
}

/// The Create Charge of `amount` yen under the permission.
pub fn body(shop: &OpenShop, permission: ChargePermissionId, amount: Chargeable) -> CreateCharge {
    let mut body = CreateCharge::new(permission, amount);
    body.can_handle_pending_authorization = Some(shop.settings.can_handle_pending_authorization);
    body
}

/// Sends the stored Create Charge, first or again under the same key, and stores what came of it.
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
    let Some(request) = desk::stored_request(&order, intent) else {
        return Ok(());
    };
    // The state may not say so: the process that sent it may have died before it could write.
    let again = which == Try::Again || order.payment.state() == PaymentState::Unconfirmed;
    match shop.amazon.send(&request, app.clock.now()).await {
        Ok(answer) => match answer.decode::<Charge>() {
            Ok(charge) => {
                let id = answer.request_id();
                desk::record(app, order, intent, "answered", id, |order, now| {
                    let event = if charge.status_details.state == ChargeState::AuthorizationInitiated {
                        PaymentEvent::ReauthorizationStarted { amount: charge.charge_amount.yen(), at: now }
                    } else {
                        reconcile_order::fact(&Payment::pending(order.total(), now), &charge, now)
                    };
                    let charged = Order { charge_id: Some(charge.charge_id.clone()), ..order.clone() };
                    let (mut changed, mut batch) = take_in(&charged, event, id, now);
                    // A renewal waits for its first answer already: that it is still being decided is no news, the
                    // charge's id is.
                    if batch.is_empty() && charged.charge_id != order.charge_id {
                        batch.push(orders::save(&charged, now.as_millisecond()));
                        batch.append(look_again(&charged, now));
                        changed.version += 1;
                    }
                    // Found by the new charge's id too (R51); where nothing is stored, nothing has changed.
                    if !batch.is_empty() {
                        batch.push(index_order::enqueue(&changed, now));
                    }
                    (changed, batch)
                })
                .await?;
                Ok(())
            }
            Err(error) => unanswered(app, order, Asked::Reauthorization, &error).await,
        },
        // Said before the key was looked at: nothing about what an earlier try came to.
        Err(error @ Error::Refused { status: 401 | 403 | 405 | 426, .. }) if again => {
            unanswered(app, order, Asked::Reauthorization, &error).await
        }
        // Whatever Amazon refuses it for, the order stays without an authorization: 与信NG with the reason.
        Err(Error::Refused { reason, request_id, .. }) => {
            let reason = Reason::new(reason.code());
            let id = request_id.as_deref();
            desk::record(app, order, intent, "refused", id, |order, now| {
                let from = order.payment.state().name().to_owned();
                let event = PaymentEvent::AuthorizationDeclined { reason: reason.clone(), at: now };
                let (changed, mut batch) = take_in(order, event, id, now);
                if batch.is_empty() {
                    let happened = Happened::Payment {
                        fact: "AuthorizationDeclined".to_owned(),
                        to: from.clone(),
                        from,
                        reason: Some(reason.code().to_owned()),
                    };
                    batch.push(desk::told(order, "amazon", happened, now));
                }
                batch.append(super::renew_subscription::refused(order, intent.attempt, now));
                (changed, batch)
            })
            .await?;
            Ok(())
        }
        // A renewal has nothing to fall back on: its stored intent is sent by the reconciler.
        Err(error)
            if error.is_definite()
                && !again
                && order.payment.state() == PaymentState::AuthorizationPending =>
        {
            Err(DeskError::AmazonUnavailable(error))
        }
        // After an unconfirmed try, not reaching Amazon now proves nothing about then.
        Err(error) if error.is_definite() && !again => {
            let now = app.clock.now();
            let mut batch = intents::close(intent, "not_sent", error.request_id(), now.as_millisecond());
            batch.append(super::renew_subscription::refused(&order, intent.attempt, now));
            desk::write(app, batch).await?;
            Err(DeskError::AmazonUnavailable(error))
        }
        Err(error) => unanswered(app, order, Asked::Reauthorization, &error).await,
    }
}
