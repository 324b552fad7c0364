//! Ask Amazon how an order's payment stands, and believe it (突き合わせ).
//!
//! Serves notifications, polling and the reconciler alike: all end in the same `Payment::apply`.

use super::capture_order;
use super::order_change::{next_look, take_in};
use super::place_order::follow;
use super::review_checkout::BuyerSnapshot;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::intents;
use crate::store::orders::{self, Order};
use crate::store::timeline::{self, Entry, Happened};
use crate::store::{Batch, StoreError, Unmet};
use amazon_pay::wire::Charge;
use jiff::Timestamp;
use shared::address::DeliveryAddress;
use shared::charge::ChargeState;
use shared::id::OrderId;
use shared::intent::Operation;
use shared::payment::{AUTHORIZATION_LIFE, Payment, PaymentEvent, Reason};

/// Why an order could not be reconciled; it is tried again later.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// Amazon did not answer.
    #[error("Amazon Pay could not be asked")]
    Amazon(#[from] amazon_pay::Error),
    /// An open intent could not be settled.
    #[error(transparent)]
    Capture(#[from] capture_order::CaptureError),
    /// What the desk had asked could not be settled.
    #[error(transparent)]
    Desk(#[from] super::desk::DeskError),
    /// The database failed.
    #[error("the order could not be stored")]
    Store(#[from] StoreError),
}

/// Brings one order up to date with Amazon.
///
/// # Errors
/// [`ReconcileError`].
pub async fn reconcile_order(app: &App, shop: &OpenShop, id: &OrderId) -> Result<(), ReconcileError> {
    let reader = app.store.reader().await?;
    let Some(order) = orders::find(&reader, &shop.id, id).await? else {
        return Ok(());
    };
    let open = intents::find_open(&reader, &shop.id, id.as_str()).await?;
    drop(reader);
    // What we asked and have not heard comes first: the same bytes under the same key (R55).
    if let Some(intent) = open.as_ref().filter(|intent| intent.operation != Operation::Capture) {
        return Ok(super::desk::settle(app, shop, order, intent).await?);
    }
    if let Some(intent) = open.filter(|intent| intent.operation == Operation::Capture) {
        use capture_order::CaptureError as E;
        return match capture_order::send_and_record(app, shop, order, &intent).await {
            // The refusal is stored as the order's state; there is nothing more to do here.
            Ok(_) | Err(E::Refused(_) | E::NotAllowed | E::Changed) => Ok(()),
            Err(error) => Err(error.into()),
        };
    }
    if matches!(order.payment, Payment::RefundPending { .. }) {
        return Ok(super::refund_order::follow_refund(app, shop, id).await?);
    }
    let order = follow_charge(app, shop, order).await?;
    if matches!(order.payment, Payment::Expired { .. }) {
        return Ok(super::reauthorize_order::automatic(app, shop, order).await?);
    }
    follow_permission(app, shop, order).await
}

async fn follow_charge(app: &App, shop: &OpenShop, order: Order) -> Result<Order, ReconcileError> {
    let Some(charge_id) = order.charge_id.clone() else {
        return Ok(order);
    };
    let charge = shop.amazon.charge(&charge_id, app.clock.now()).await?;
    let now = app.clock.now();
    let event = fact(&order.payment, &charge, now);
    let (changed, mut batch) = take_in(&order, event, None, now);
    batch.append(super::compose_mail::after_authorization(shop, &order, &changed, now));
    if batch.is_empty()
        && let Some(wait) = next_look(&order.payment, now)
    {
        batch.push(follow(&order, now.as_millisecond() + wait, now));
    }
    if !batch.is_empty() {
        app.store.write(batch).await?;
    }
    Ok(changed)
}

/// The permission's address is the right one; where it differs from what the review page had, it wins, and an
/// area that is not served is flagged. Only before shipping: later addresses at Amazon are never read over
/// ours (R22), so it is read once, while the order is fresh.
async fn follow_permission(app: &App, shop: &OpenShop, order: Order) -> Result<(), ReconcileError> {
    let now = app.clock.now();
    let fresh = now.as_millisecond() - order.placed_at < 60 * 60 * 1000;
    let (Some(id), true) =
        (&order.charge_permission_id, fresh && order.version <= 3 && !order.desk.identity.edited)
    else {
        return Ok(());
    };
    let permission = shop.amazon.charge_permission(id, now).await?;
    let known = BuyerSnapshot::new(permission.buyer.as_ref(), permission.shipping_address.as_ref());
    let Some(original) = known.address.filter(|given| Some(given) != order.original_address.as_ref()) else {
        return Ok(());
    };
    let address = DeliveryAddress::from_amazon(&original);
    let area_not_served = !shop.serves(address.prefecture);
    let mut batch = Batch::new();
    if area_not_served && !order.area_not_served {
        let entry = Entry {
            at: now.as_millisecond(),
            actor: "noren".to_owned(),
            happened: Happened::AreaNotServed,
            request_id: None,
        };
        batch.push(timeline::add(&order.shop_id, &order.id, &secret::timed_id(now), &entry));
    }
    let changed =
        Order { address: Some(address), original_address: Some(original), area_not_served, ..order };
    batch.push(orders::save(&changed, now.as_millisecond()));
    match app.store.write(batch).await {
        Ok(_) | Err(StoreError::Unmet(Unmet::Stale(_))) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What Amazon's charge says, as a fact about our payment.
pub fn fact(payment: &Payment, charge: &Charge, now: Timestamp) -> PaymentEvent {
    let status = &charge.status_details;
    let at = status.last_updated_timestamp.map_or(now, |at| at.get());
    let amount = charge.charge_amount.yen();
    let taken = charge.capture_amount.map_or(amount, |amount| amount.yen());
    let reason = || Reason::new(status.reason_code.as_deref().unwrap_or("Unknown"));
    match status.state {
        // Still being decided: nothing new.
        ChargeState::AuthorizationInitiated => PaymentEvent::FoundUnchanged { at: now },
        ChargeState::Authorized => PaymentEvent::Authorized {
            amount,
            at,
            expires_at: charge.expiration_timestamp.map_or(at + AUTHORIZATION_LIFE, |at| at.get()),
        },
        ChargeState::CaptureInitiated => PaymentEvent::CaptureStarted { amount: taken, at },
        ChargeState::Captured => PaymentEvent::Captured { amount: taken, at },
        ChargeState::Canceled if status.reason_code.as_deref() == Some("ExpiredUnused") => {
            PaymentEvent::Expired { at }
        }
        ChargeState::Canceled => PaymentEvent::Canceled { at },
        ChargeState::Declined => match payment {
            Payment::AuthorizationPending { .. }
            | Payment::AuthorizationDeclined { .. }
            | Payment::Expired { .. } => PaymentEvent::AuthorizationDeclined { reason: reason(), at },
            // Canceled after Amazon had refused to reserve: known.
            Payment::Canceled { .. } => PaymentEvent::FoundUnchanged { at: now },
            _ => PaymentEvent::CaptureRefused { reason: reason(), at, retry_until: None },
        },
    }
}

/// What a notification named: its order, found by charge or by permission, is brought up to date. An object we
/// do not know yet (the notification overtook our own record) is looked for again; after a while it is left.
///
/// # Errors
/// [`ReconcileError`]; the job is tried again.
pub async fn follow_object(
    app: &App,
    shop: &OpenShop,
    object_id: &str,
    payload: &str,
) -> Result<(), ReconcileError> {
    #[derive(serde::Deserialize, Default)]
    struct Payload {
        #[serde(default)]
        charge_permission_id: Option<String>,
        #[serde(default)]
        object_type: String,
    }
    let payload: Payload = serde_json::from_str(payload).unwrap_or_default();
    let reader = app.store.reader().await?;
    let mut order = orders::find_id_by_charge(&reader, &shop.id, object_id).await?;
    if order.is_none() {
        order = crate::store::refunds::find_order(&reader, &shop.id, object_id).await?;
    }
    if order.is_none() {
        for permission in payload.charge_permission_id.as_deref().into_iter().chain([object_id]) {
            order = order.or(orders::find_id_by_permission(&reader, &shop.id, permission).await?);
        }
    }
    drop(reader);
    if payload.object_type == "CHARGEBACK" {
        super::receive_dispute::receive_dispute(app, shop, object_id, order.as_ref()).await?;
    }
    match order {
        Some(order) => reconcile_order(app, shop, &order).await,
        None => {
            // Never fatal: our own completing, the sweeper and the reports find what this one meant.
            tracing::info!(object.id = %object_id, "a notification names nothing we know");
            Ok(())
        }
    }
}
