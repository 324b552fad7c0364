//! 決済済に変更する: Amazon takes exactly the order's present total (R34).
//!
//! The intent is stored with the order's version asserted, then Amazon is asked, then the answer is stored. A
//! lost answer makes the payment unconfirmed; the same bytes under the same key are sent again later.

use super::order_change::take_in;
use super::reconcile_order;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::intents::{self, IntentRow};
use crate::store::orders::{self, Order};
use crate::store::timeline::{self, Entry, Happened};
use crate::store::{Batch, Statement, StoreError, Unmet, values};
use amazon_pay::wire::Charge;
use amazon_pay::wire::request::CaptureCharge;
use amazon_pay::{Error, PreparedRequest};
use serde::{Deserialize, Serialize};
use shared::id::{BulkRunId, OperatorId, OrderId};
use shared::intent::{Operation, idempotency_key, key_source};
use shared::money::Chargeable;
use shared::order_action::{OrderAction, judge};
use shared::payment::{Asked, Payment, PaymentEvent, PaymentState, Reason};
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
    /// Amazon is working on it, or its answer is not known.
    UnderWay,
}

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
    /// The bulk run.
    pub run: Option<BulkRunId>,
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
    let (order, intent) = intend(app, shop, &request).await?;
    let (task_app, task_shop) = (app.clone(), Arc::clone(shop));
    app.finish(async move { send_and_record(&task_app, &task_shop, order, &intent).await }).await
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
    let intent = IntentRow {
        shop_id: shop.id.clone(),
        subject: order.id.to_string(),
        operation: Operation::Capture,
        attempt: attempt.into(),
        idempotency_key: key,
        request: crate::store::json_text(&prepared),
        snapshot: crate::store::json_text(&CaptureSnapshot { run: request.run.clone() }),
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
    // The amount rests on this version of the order.
    batch.push(unchanged(&order));
    // If this process dies before the answer is stored, the reconciler finds the open intent.
    batch.push(super::place_order::follow(&order, now.as_millisecond() + 20_000, now));
    match app.store.write(batch).await {
        Ok(_) => Ok((order, intent)),
        Err(StoreError::Unmet(Unmet::Busy(_))) => Err(CaptureError::InProgress),
        Err(StoreError::Unmet(Unmet::Stale(_))) => Err(CaptureError::Changed),
        Err(error) => Err(error.into()),
    }
}

fn unchanged(order: &Order) -> Statement {
    Statement::new(
        "update orders set version = version where shop_id = $1 and order_id = $2 and version = $3",
        values![&order.shop_id, &order.id, order.version],
    )
    .touching(1)
    .or(Unmet::Stale("orders"))
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
) -> Result<Capture, CaptureError> {
    let Ok(request) = serde_json::from_str::<PreparedRequest>(&intent.request) else {
        tracing::error!(order.id = %order.id, "a stored request cannot be read");
        return Ok(Capture::UnderWay);
    };
    let again = order.payment.state() == PaymentState::Unconfirmed;
    match shop.amazon.send(&request, app.clock.now()).await {
        Ok(answer) => match answer.decode::<Charge>() {
            Ok(charge) => {
                let event = reconcile_order::fact(&order.payment, &charge, app.clock.now());
                record(app, order, intent, event, "answered", answer.request_id()).await
            }
            Err(error) => unconfirmed(app, order, &error).await,
        },
        Err(Error::Refused { reason, request_id, .. }) => {
            refused(app, shop, order, intent, reason.code(), request_id.as_deref()).await
        }
        // After an unconfirmed try, not reaching Amazon now proves nothing about then.
        Err(error) if error.is_definite() && !again => {
            let batch = intents::close(intent, "not_sent", error.request_id(), app.clock.now_ms());
            app.store.write(batch).await?;
            Err(CaptureError::AmazonUnavailable(error))
        }
        Err(error) => unconfirmed(app, order, &error).await,
    }
}

/// Amazon refused; the charge itself tells whether it can still be captured, or was captured after all.
async fn refused(
    app: &App,
    shop: &OpenShop,
    order: Order,
    intent: &IntentRow,
    code: &str,
    request_id: Option<&str>,
) -> Result<Capture, CaptureError> {
    let charge = match &order.charge_id {
        Some(id) => shop.amazon.charge(id, app.clock.now()).await,
        None => return Err(CaptureError::NotAllowed),
    };
    let charge = match charge {
        Ok(charge) => charge,
        // The refusal stands; how the charge is now follows when Amazon can be asked.
        Err(error) => return unconfirmed(app, order, &error).await,
    };
    use shared::charge::ChargeState as S;
    let now = app.clock.now();
    let event = match charge.status_details.state {
        S::Captured | S::CaptureInitiated | S::Canceled => {
            reconcile_order::fact(&order.payment, &charge, now)
        }
        S::Authorized | S::AuthorizationInitiated => PaymentEvent::CaptureRefused {
            reason: Reason::new(code),
            at: now,
            retry_until: charge.expiration_timestamp.map(|at| at.get()).or(order.payment.expires_at()),
        },
        S::Declined => PaymentEvent::CaptureRefused { reason: Reason::new(code), at: now, retry_until: None },
    };
    record(app, order, intent, event, "refused", request_id).await
}

/// Nobody knows: the payment says so, the intent stays open, and the reconciler sends the same bytes again.
async fn unconfirmed(app: &App, order: Order, error: &Error) -> Result<Capture, CaptureError> {
    tracing::warn!(order.id = %order.id, %error, "a capture is unconfirmed");
    let now = app.clock.now();
    let event = PaymentEvent::Unanswered { asked: Asked::Capture, at: now };
    let (order, mut batch) = take_in(&order, event, error.request_id(), now);
    if batch.is_empty() {
        let wait = super::order_change::next_look(&order.payment, now).unwrap_or(2_000);
        batch.push(super::place_order::follow(&order, now.as_millisecond() + wait, now));
    }
    match app.store.write(batch).await {
        Ok(_) | Err(StoreError::Unmet(_)) => Ok(Capture::UnderWay),
        Err(error) => Err(error.into()),
    }
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
    for _ in 0..5 {
        let now = app.clock.now();
        let (changed, statements) = take_in(&order, event.clone(), request_id, now);
        let mut batch: Batch = intents::close(intent, outcome, request_id, now.as_millisecond());
        batch.append(statements);
        match app.store.write(batch).await {
            Ok(_) => {
                return match (changed.payment, reason) {
                    (Payment::Captured { .. }, _) => Ok(Capture::Done),
                    (Payment::CapturePending { .. }, _) => Ok(Capture::UnderWay),
                    (_, Some(reason)) => Err(CaptureError::Refused(reason)),
                    (_, None) => Err(CaptureError::NotAllowed),
                };
            }
            Err(StoreError::Unmet(Unmet::Stale(_))) => {
                let reader = app.store.reader().await?;
                order =
                    orders::find(&reader, &intent.shop_id, &id).await?.ok_or(CaptureError::UnknownOrder)?;
            }
            // Another process recorded the same answer first.
            Err(StoreError::Unmet(_)) => return Ok(Capture::UnderWay),
            Err(error) => return Err(error.into()),
        }
    }
    Err(CaptureError::Changed)
}
