//! 決済済に変更する: Amazon takes exactly the order's present total (R34).
//!
//! The intent is stored with the order's version asserted, then Amazon is asked, then the answer is stored. A
//! lost answer makes the payment unconfirmed; the same bytes under the same key are sent again later.

use super::order_change::{next_look, take_in};
use super::pace;
use super::reconcile_order;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::intents::{self, IntentRow};
use crate::store::orders::{self, Order};
use crate::store::timeline::{self, Entry, Happened};
use crate::store::{Batch, StoreError, Unmet, bulk};
use amazon_pay::wire::Charge;
use amazon_pay::wire::request::CaptureCharge;
use amazon_pay::{Error, PreparedRequest};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::id::{BulkRunId, OperatorId, OrderId};
use shared::intent::{Operation, idempotency_key, key_source};
use shared::money::Chargeable;
use shared::order_action::{OrderAction, judge};
use shared::payment::{Asked, Payment, PaymentEvent, Reason};
use std::sync::Arc;

/// Why an order could not be marked 決済済. Nothing was taken in any of these cases.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// No such order in this shop.
    #[error("the order does not exist")]
    UnknownOrder,
    /// Changed since the page showed it.
    #[error("the order was changed meanwhile")]
    Changed,
    /// The payment's state, amount or age forbids it.
    #[error("the payment cannot be captured")]
    NotAllowed,
    /// Another money action on the order is open.
    #[error("another money action on the order is under way")]
    InProgress,
    /// Amazon refused.
    #[error("Amazon Pay refused the capture")]
    Refused(Reason),
    /// Amazon was not reached; certain that nothing happened.
    #[error("Amazon Pay could not be reached")]
    AmazonUnavailable(#[source] Error),
    /// The database failed.
    #[error("the order could not be stored")]
    Store(#[from] StoreError),
}

/// How a capture stands that Amazon was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capture {
    /// Taken.
    Done,
    /// Amazon is working on it (決済処理中).
    UnderWay,
    /// Nobody knows yet (要照合).
    Unconfirmed,
}

/// Whether a stored request goes out for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Try {
    /// The intent was stored just now.
    First,
    /// It may have gone out before: not reaching Amazon now proves nothing about then.
    Again,
}

/// How often a moment at which somebody else wrote the order is tried again.
const TRIES: usize = 5;
/// The longest wait before the reconciler comes back to an open intent, ms.
const LONGEST_DOUBT: i64 = 5 * 60 * 1000;

/// What the record needs besides Amazon's answer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CaptureSnapshot {
    /// The bulk run that asked, if one did: how a run that was interrupted knows its own work again.
    pub run: Option<BulkRunId>,
}

/// Who asks, and what they saw.
#[derive(Debug, Clone)]
pub struct CaptureRequest {
    /// The order.
    pub order: OrderId,
    /// As the operator saw it.
    pub version: i64,
    /// Who.
    pub operator: OperatorId,
    /// The bulk run, and the number of the order in it.
    pub run: Option<(BulkRunId, i64)>,
}

/// Captures the order's present total.
///
/// # Errors
/// [`CaptureError`].
pub async fn capture_order(
    app: &App,
    shop: &Arc<OpenShop>,
    request: CaptureRequest,
) -> Result<Capture, CaptureError> {
    let mut tries = 1;
    let (order, intent) = loop {
        match intend(app, shop, &request).await {
            // Written at the same moment by something that did not change the terms: read again and decide again.
            Err(CaptureError::Store(StoreError::Unmet(Unmet::Stale(_)))) if tries < TRIES => tries += 1,
            Err(CaptureError::Store(StoreError::Unmet(Unmet::Stale(_)))) => {
                return Err(CaptureError::Changed);
            }
            stored => break stored?,
        }
    };
    let (task_app, task_shop) = (app.clone(), Arc::clone(shop));
    app.finish(async move { send_and_record(&task_app, &task_shop, order, &intent, Try::First).await }).await
}

async fn intend(
    app: &App,
    shop: &OpenShop,
    request: &CaptureRequest,
) -> Result<(Order, IntentRow), CaptureError> {
    let now = app.clock.now();
    let reader = app.store.reader().await?;
    let order = orders::find(&reader, &shop.id, &request.order).await?.ok_or(CaptureError::UnknownOrder)?;
    let open = intents::find_open(&reader, &shop.id, order.id.as_str()).await?;
    let attempt = intents::next_attempt(&reader, &shop.id, order.id.as_str(), Operation::Capture).await?;
    drop(reader);
    if open.is_some() {
        return Err(CaptureError::InProgress);
    }
    if !order.same_terms_as(request.version) {
        return Err(CaptureError::Changed);
    }
    // Whatever its payment says, a canceled order and one that left Amazon Pay are never captured (R41, R47).
    judge(OrderAction::Capture, &super::desk::facts(&order, false), now)
        .map_err(|_| CaptureError::NotAllowed)?;
    let amount = Chargeable::new(order.total()).map_err(|_| CaptureError::NotAllowed)?;
    let charge = order.charge_id.clone().ok_or(CaptureError::NotAllowed)?;

    let source = key_source(shop.id.as_str(), order.id.as_str(), Operation::Capture, attempt);
    let key = idempotency_key(Operation::Capture, &secret::sha256(source.as_bytes()));
    let prepared = amazon_pay::prepare::capture_charge(&charge, &CaptureCharge::new(amount), key.clone());
    let run = request.run.as_ref().map(|(run, _)| run.clone());
    let intent = IntentRow {
        shop_id: shop.id.clone(),
        subject: order.id.to_string(),
        operation: Operation::Capture,
        attempt: attempt.into(),
        idempotency_key: key,
        request: crate::store::json_text(&prepared),
        snapshot: crate::store::json_text(&CaptureSnapshot { run }),
        sent_at: now.as_millisecond(),
    };
    let mut batch = intents::open(&intent);
    batch.push(timeline::add(
        &shop.id,
        &order.id,
        &secret::timed_id(now),
        &Entry {
            at: now.as_millisecond(),
            actor: request.operator.to_string(),
            happened: Happened::CaptureAsked { amount: amount.yen() },
            request_id: None,
        },
    ));
    // Nobody has taken the order out of the run since it was read.
    if let Some((run, item)) = &request.run {
        batch.push(bulk::still_to_take(&shop.id, run, *item));
    }
    // The amount rests on this version of the order: whoever read it and means to change the amount comes too late.
    batch.push(orders::touched(&order));
    // If this process dies before the answer is stored, the reconciler finds the open intent.
    batch.push(super::place_order::follow(&order, now.as_millisecond() + pace::look_after(app), now));
    match app.store.write(batch).await {
        Ok(_) => Ok((Order { version: order.version + 1, ..order }, intent)),
        Err(StoreError::Unmet(Unmet::Busy(_))) => Err(CaptureError::InProgress),
        Err(error) => Err(error.into()),
    }
}

/// Sends the stored capture, first or again, and stores what came of it.
///
/// # Errors
/// [`CaptureError`].
pub async fn send_and_record(
    app: &App,
    shop: &OpenShop,
    order: Order,
    intent: &IntentRow,
    which: Try,
) -> Result<Capture, CaptureError> {
    let Ok(request) = serde_json::from_str::<PreparedRequest>(&intent.request) else {
        tracing::error!(order.id = %order.id, "a stored request cannot be read");
        return Ok(Capture::Unconfirmed);
    };
    match shop.amazon.send(&request, app.clock.now()).await {
        Ok(answer) => match answer.decode::<Charge>() {
            Ok(charge) => match answered(&order, &charge, app.clock.now()) {
                Some(event) => record(app, order, intent, event, "answered", answer.request_id()).await,
                None => {
                    unconfirmed(app, order, intent, "the answer is about something else", answer.request_id())
                        .await
                }
            },
            Err(error) => unconfirmed(app, order, intent, &error.to_string(), answer.request_id()).await,
        },
        // Said before the key was looked at: nothing about what an earlier try came to.
        Err(error @ Error::Refused { status: 401 | 403 | 405 | 426, .. }) if which == Try::Again => {
            unconfirmed(app, order, intent, &error.to_string(), error.request_id()).await
        }
        Err(Error::Refused { reason, request_id, .. }) => {
            refused(app, shop, order, intent, which, &reason, request_id.as_deref()).await
        }
        Err(error) if error.is_definite() && which == Try::First => {
            let batch = intents::close(intent, "not_sent", error.request_id(), app.clock.now_ms());
            match app.store.write(batch).await {
                Ok(_) => Err(CaptureError::AmazonUnavailable(error)),
                // Somebody took it for lost and has sent it meanwhile: then it is not over.
                Err(StoreError::Unmet(_)) => Ok(Capture::Unconfirmed),
                Err(error) => Err(error.into()),
            }
        }
        Err(error) => unconfirmed(app, order, intent, &error.to_string(), error.request_id()).await,
    }
}

/// What Amazon's yes to the capture says; nothing where it cannot be the answer to it.
fn answered(order: &Order, charge: &Charge, now: Timestamp) -> Option<PaymentEvent> {
    use shared::charge::ChargeState as S;
    if order.charge_id.as_ref() != Some(&charge.charge_id) {
        return None;
    }
    match charge.status_details.state {
        S::Captured | S::CaptureInitiated | S::Canceled => {
            Some(reconcile_order::fact(&order.payment, charge, now))
        }
        S::Declined => Some(declined(charge, now)),
        S::Authorized | S::AuthorizationInitiated => None,
    }
}

/// The charge died with the capture.
fn declined(charge: &Charge, now: Timestamp) -> PaymentEvent {
    let status = &charge.status_details;
    PaymentEvent::CaptureRefused {
        reason: Reason::new(status.reason_code.as_deref().unwrap_or("Unknown")),
        at: status.last_updated_timestamp.map_or(now, |at| at.get()),
        retry_until: None,
    }
}

/// Amazon refused; the charge itself tells whether it can still be captured, or was captured after all.
async fn refused(
    app: &App,
    shop: &OpenShop,
    order: Order,
    intent: &IntentRow,
    which: Try,
    refusal: &amazon_pay::Reason,
    request_id: Option<&str>,
) -> Result<Capture, CaptureError> {
    use shared::charge::ChargeState as S;
    let Some(id) = order.charge_id.clone() else {
        return unconfirmed(app, order, intent, "the order has no charge", request_id).await;
    };
    let refused = |retry_until| PaymentEvent::CaptureRefused {
        reason: Reason::new(refusal.code()),
        at: app.clock.now(),
        retry_until,
    };
    let event = match shop.amazon.charge(&id, app.clock.now()).await {
        Ok(charge) => match charge.status_details.state {
            S::Captured | S::CaptureInitiated | S::Canceled => {
                reconcile_order::fact(&order.payment, &charge, app.clock.now())
            }
            S::Authorized | S::AuthorizationInitiated => {
                refused(charge.expiration_timestamp.map(|at| at.get()).or(order.payment.expires_at()))
            }
            S::Declined => refused(None),
        },
        // The first no is a fact; how the charge is besides follows when Amazon can be asked.
        Err(_) if which == Try::First && speaks_for_itself(refusal) => refused(order.payment.expires_at()),
        Err(error) => return unconfirmed(app, order, intent, &error.to_string(), error.request_id()).await,
    };
    record(app, order, intent, event, "refused", request_id).await
}

/// Whether the refusal says that nothing was taken; not so where it says that the charge is not as we think.
const fn speaks_for_itself(refusal: &amazon_pay::Reason) -> bool {
    use amazon_pay::Reason as R;
    !matches!(
        refusal,
        R::InvalidChargeStatus
            | R::InvalidChargePermissionStatus
            | R::TransactionCountExceeded
            | R::DuplicateIdempotencyKey
            | R::Unknown(_)
            | R::Absent
    )
}

/// Nobody knows: the payment says so, the intent stays open, and the reconciler sends the same bytes again.
async fn unconfirmed(
    app: &App,
    order: Order,
    intent: &IntentRow,
    why: &str,
    request_id: Option<&str>,
) -> Result<Capture, CaptureError> {
    tracing::warn!(order.id = %order.id, why, "a capture is unconfirmed");
    let mut order = order;
    for _ in 0..TRIES {
        let now = app.clock.now();
        let event = PaymentEvent::Unanswered { asked: Asked::Capture, at: now };
        if order.payment.clone().apply(event.clone()).is_err() {
            // A notification has brought the answer meanwhile: there is no doubt any more.
            let closed = intents::close(intent, "found", request_id, now.as_millisecond());
            return match app.store.write(closed).await {
                Ok(_) | Err(StoreError::Unmet(_)) => came_to(&order.payment, None),
                Err(error) => Err(error.into()),
            };
        }
        let (_, mut batch) = take_in(&order, event, request_id, now);
        if batch.is_empty() {
            let wait = next_look(&order.payment, now).unwrap_or(2_000).min(LONGEST_DOUBT);
            batch.push(super::place_order::follow(&order, now.as_millisecond() + wait, now));
        }
        match app.store.write(batch).await {
            Ok(_) => return Ok(Capture::Unconfirmed),
            Err(StoreError::Unmet(Unmet::Stale(_))) => {
                let reader = app.store.reader().await?;
                let found = orders::find(&reader, &intent.shop_id, &order.id).await?;
                order = found.ok_or(CaptureError::UnknownOrder)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    // The job stored with the intent looks after it.
    Ok(Capture::Unconfirmed)
}

async fn record(
    app: &App,
    order: Order,
    intent: &IntentRow,
    event: PaymentEvent,
    outcome: &str,
    request_id: Option<&str>,
) -> Result<Capture, CaptureError> {
    let id = order.id.clone();
    let reason = match &event {
        PaymentEvent::CaptureRefused { reason, .. } => Some(reason.clone()),
        _ => None,
    };
    let mut order = order;
    // The order may be touched by a notification at the same moment; the fact is then applied to what it is now.
    for _ in 0..TRIES {
        let now = app.clock.now();
        let (changed, statements) = take_in(&order, event.clone(), request_id, now);
        let mut batch: Batch = intents::close(intent, outcome, request_id, now.as_millisecond());
        batch.append(statements);
        match app.store.write(batch).await {
            Ok(_) => return came_to(&changed.payment, reason),
            Err(StoreError::Unmet(Unmet::Stale(_))) => {
                let reader = app.store.reader().await?;
                order =
                    orders::find(&reader, &intent.shop_id, &id).await?.ok_or(CaptureError::UnknownOrder)?;
            }
            // Another process recorded the same answer first.
            Err(StoreError::Unmet(_)) => return Ok(Capture::Unconfirmed),
            Err(error) => return Err(error.into()),
        }
    }
    Err(CaptureError::Changed)
}

/// What a capture came to, as the payment shows it; `reason` is the refusal that led there, if one did.
fn came_to(payment: &Payment, reason: Option<Reason>) -> Result<Capture, CaptureError> {
    match (payment, reason) {
        (
            Payment::Captured { .. }
            | Payment::RefundPending { .. }
            | Payment::RefundFailed { .. }
            | Payment::Refunded { .. },
            _,
        ) => Ok(Capture::Done),
        (Payment::CapturePending { .. }, _) => Ok(Capture::UnderWay),
        (Payment::Unconfirmed { .. }, _) => Ok(Capture::Unconfirmed),
        (_, Some(reason)) => Err(CaptureError::Refused(reason)),
        (_, None) => Err(CaptureError::NotAllowed),
    }
}
