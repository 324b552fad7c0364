//! 再与信 (R48): a new charge under the same permission, with its own possible 与信NG; by an operator, or by the
//! shop's setting once the old one has expired.

use super::cancel_order::unanswered;
use super::capture_order::Try;
use super::desk::{self, Ask, DeskError};
use super::index_order;
use super::monthly_cap;
use super::order_change::{look_again, take_in};
use super::place_order::follow;
use super::reconcile_order;
use super::send_payment_link;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::intents::{self, IntentRow};
use crate::store::orders::{self, Order};
use crate::store::timeline::{Happened, Note};
use crate::store::{Batch, StoreError, Unmet, checkouts, monthly_totals};
use amazon_pay::Error;
use amazon_pay::wire::Charge;
use amazon_pay::wire::request::{CreateCharge, MerchantMetadata};
use shared::charge::ChargeState;
use shared::id::{ChargeId, ChargePermissionId, OperatorId, OrderId};
use shared::intent::Operation;
use shared::money::Chargeable;
use shared::monthly_cap::Month;
use shared::order_action::{ActionRefused, OrderAction, is_just_expired, judge};
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

/// Authorizes an order that has just expired anew where the shop has set it so; else, and where the rules forbid it, nothing.
/// The job of the expiry itself ([`super::expiry::ended`]) does this, and nobody's look at Amazon.
///
/// # Errors
/// [`DeskError`]; it is tried again, until the expiry is too long ago.
pub async fn automatic(app: &App, shop: &OpenShop, id: &OrderId) -> Result<(), DeskError> {
    let reader = app.store.reader().await?;
    let Some(order) = orders::find(&reader, &shop.id, id).await? else { return Ok(()) };
    let open = intents::find_open(&reader, &shop.id, id.as_str()).await?;
    drop(reader);
    let now = app.clock.now();
    let wanted = shop.settings.reauthorize_automatically && is_just_expired(&order.payment, now);
    if !wanted || judge(OrderAction::Reauthorize, &desk::facts(&order, open.is_some()), now).is_err() {
        return Ok(());
    }
    let happened = Happened::Noted { note: Note::Automatic };
    match intend(app, shop, &order, "noren", happened, Batch::new()).await {
        Ok((order, intent)) => send_and_record(app, shop, order, &intent, Try::First).await,
        // Somebody is at it already, or the month has no room for it: an operator decides.
        Err(DeskError::Refused(_) | DeskError::AmazonRefused(_)) => Ok(()),
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
    let body = body(shop, permission, amount, reference(order, attempt));
    // A cart may be ordered again once its order was declined: then this order is authorized no more.
    let mut extra = with;
    extra.append(send_payment_link::not_paid_anew(order));
    if let Some(checkout) = &order.checkout_id {
        extra.push(checkouts::hold_cart_of(&order.shop_id, checkout, app.clock.now_ms()));
    }
    if let Some(reservation) = monthly_cap::reservation(order, attempt.into(), app.clock.now()) {
        let (_, caps) = monthly_cap::hear(app, shop, &reservation.permission).await.map_err(not_heard)?;
        extra.append(monthly_totals::reserve(&reservation, caps, app.clock.now_ms()));
    }
    match desk::intend(app, order, ask, |key| amazon_pay::prepare::create_charge(&body, key), extra).await {
        // What Amazon would say to it, without asking.
        Err(DeskError::Store(StoreError::Unmet(Unmet::OverCap(_)))) => {
            Err(DeskError::AmazonRefused(Reason::new(monthly_cap::OVER_CAP)))
        }
        done => done,
    }
}

fn not_heard(error: monthly_cap::CapError) -> DeskError {
    match error {
        monthly_cap::CapError::Amazon(error) => DeskError::AmazonUnavailable(error),
        monthly_cap::CapError::Store(error) => error.into(),
    }
}

/// The Create Charge of `amount` yen under the permission. By `reference` the charge is known again at Amazon should its
/// answer be lost; the buyer reads it in Amazon's mail.
pub fn body(
    shop: &OpenShop,
    permission: ChargePermissionId,
    amount: Chargeable,
    reference: String,
) -> CreateCharge {
    let mut body = CreateCharge::new(permission, amount);
    body.can_handle_pending_authorization = Some(shop.settings.can_handle_pending_authorization);
    body.merchant_metadata = Some(MerchantMetadata {
        merchant_reference_id: Some(reference),
        merchant_store_name: Some(shop.name.chars().take(50).collect()),
        ..MerchantMetadata::default()
    });
    body
}

/// Of the order's charge number `attempt`, and of no other: the order's number as people say it, and the attempt. The
/// checkout's own charge has the number alone.
pub fn reference(order: &Order, attempt: u32) -> String {
    [order.number.as_str(), "-", &attempt.to_string()].concat()
}

/// The order with its new charge; it is found by the one before it all the same (R51).
fn with_charge(order: &Order, charge: &ChargeId) -> Order {
    let mut charged = order.clone();
    if let Some(former) = charged.charge_id.replace(charge.clone()).filter(|former| former != charge) {
        charged.desk.former_charges.push(former);
    }
    charged
}

/// What the intent's snapshot says when its only call certainly did not reach Amazon.
const UNSENT: &str = r#"{"unsent":true}"#;

/// How long a charge waits that the month has no room for, until that is looked at again, ms.
const ROOM_LOOK: i64 = 60 * 60 * 1000;

/// Sends the stored Create Charge, first or again under the same key, and stores what came of it. In a month in which it
/// is not counted yet, and which has no room for it, it is not sent (R18).
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
    if !monthly_cap::may_send(app, shop, &order, intent.attempt).await.map_err(not_heard)? {
        return match again && intent.snapshot != UNSENT {
            true => wait_for_room(app, order, intent).await,
            false => refused(app, order, intent, "not_sent", Reason::new(monthly_cap::OVER_CAP), None).await,
        };
    }
    if intent.snapshot == UNSENT {
        // From now on nobody can say that any more.
        desk::write(app, intents::note(intent, UNSENT, "{}").into()).await?;
    }
    match shop.amazon.send(&request, app.clock.now()).await {
        Ok(answer) => match answer.decode::<Charge>() {
            Ok(charge) => made(app, order, intent, &charge, answer.request_id()).await,
            Err(error) => unanswered(app, order, Asked::Reauthorization, &error).await,
        },
        // Said before the key was looked at: nothing about what an earlier try came to.
        Err(error @ Error::Refused { status: 401 | 403 | 405 | 426, .. }) if again => {
            unanswered(app, order, Asked::Reauthorization, &error).await
        }
        // Whatever Amazon refuses it for, the order stays without an authorization: 与信NG with the reason.
        Err(Error::Refused { reason, request_id, .. }) => {
            let reason = Reason::new(reason.code());
            refused(app, order, intent, "refused", reason, request_id.as_deref()).await
        }
        // A renewal has nothing to fall back on: its stored intent is sent by the reconciler.
        Err(error)
            if error.is_definite()
                && !again
                && order.payment.state() == PaymentState::AuthorizationPending =>
        {
            desk::write(app, intents::note(intent, &intent.snapshot, UNSENT).into()).await?;
            Err(DeskError::AmazonUnavailable(error))
        }
        // After an unconfirmed try, not reaching Amazon now proves nothing about then.
        Err(error) if error.is_definite() && !again => {
            let now = app.clock.now();
            let mut batch = intents::close(intent, "not_sent", error.request_id(), now.as_millisecond());
            batch.append(let_go(&order));
            batch.append(super::renew_subscription::refused(&order, intent.attempt, now));
            desk::write(app, batch).await?;
            Err(DeskError::AmazonUnavailable(error))
        }
        Err(error) => unanswered(app, order, Asked::Reauthorization, &error).await,
    }
}

/// Records that Amazon has made the charge, and how it stands.
///
/// # Errors
/// [`DeskError`].
pub async fn made(
    app: &App,
    order: Order,
    intent: &IntentRow,
    charge: &Charge,
    id: Option<&str>,
) -> Result<(), DeskError> {
    let created = charge.creation_timestamp.map_or_else(|| app.clock.now(), |at| at.get());
    let month = Month::in_japan(created);
    let state = charge.status_details.state;
    desk::record(app, order, intent, "answered", id, |order, now| {
        let event = if state == ChargeState::AuthorizationInitiated {
            PaymentEvent::ReauthorizationStarted { amount: charge.charge_amount.yen(), at: now }
        } else {
            reconcile_order::fact(&Payment::pending(order.total(), now), charge, now)
        };
        let charged = with_charge(order, &charge.charge_id);
        let (mut changed, mut batch) = take_in(&charged, event, id, now);
        // A renewal waits for its first answer already: that it is still being decided is no news, the charge's id is.
        if batch.is_empty() && charged.charge_id != order.charge_id {
            batch.push(orders::save(&charged, now.as_millisecond()));
            batch.append(look_again(&charged, now));
            changed.version += 1;
        }
        // Found by the new charge's id too (R51); where nothing is stored, nothing has changed.
        if !batch.is_empty() {
            batch.push(index_order::enqueue(&changed, now));
        }
        batch.append(let_go(&changed));
        // Of a month that began while it was on its way (R17).
        if changed.subscription.is_some() {
            let (shop, at) = (&changed.shop_id, now.as_millisecond());
            batch.append(monthly_totals::made_in(shop, &changed.id, intent.attempt, month, at));
            // Declined by the time it is heard of: nothing of the month is taken.
            if state == ChargeState::Declined {
                batch.append(super::renew_subscription::refused(&changed, intent.attempt, now));
            }
        }
        (changed, batch)
    })
    .await?;
    Ok(())
}

/// Records that Amazon refused the charge, or was not asked for it because the month has no room.
async fn refused(
    app: &App,
    order: Order,
    intent: &IntentRow,
    outcome: &str,
    reason: Reason,
    id: Option<&str>,
) -> Result<(), DeskError> {
    desk::record(app, order, intent, outcome, id, |order, now| {
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
        batch.append(let_go(&changed));
        (changed, batch)
    })
    .await?;
    Ok(())
}

/// The cart that was taken for the question goes back to the shopper, where the order is as much 与信NG as it was before
/// (R11, R89). One that expired or failed keeps the cart it has had since it was placed.
fn let_go(order: &Order) -> Batch {
    let declined = order.payment.state() == PaymentState::AuthorizationDeclined;
    let checkout = order.checkout_id.as_ref().filter(|_| declined);
    let release =
        |checkout| checkouts::release_cart_of(&order.shop_id, checkout, send_payment_link::CART_PREFIX);
    checkout.map(release).into_iter().collect()
}

/// Lost in another month, and this one has no room: Amazon may have made it, so it stays 要照合 with its reservation, and
/// is not sent. Looked at again later: once a month has room, the same bytes go out.
async fn wait_for_room(app: &App, order: Order, intent: &IntentRow) -> Result<(), DeskError> {
    tracing::warn!(order.id = %order.id, attempt = intent.attempt, "a lost charge waits: the month has no room for it");
    let now = app.clock.now();
    let event = PaymentEvent::Unanswered { asked: Asked::Reauthorization, at: now };
    let (order, mut batch) = take_in(&order, event, None, now);
    if batch.is_empty() {
        batch.push(follow(&order, now.as_millisecond() + ROOM_LOOK, now));
    }
    match app.store.write(batch).await {
        Ok(_) | Err(StoreError::Unmet(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
