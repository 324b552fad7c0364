//! Money goes back (R36, R37): all that is left with a cancel, or a part of it, several times.
//!
//! Amazon always decides later: each refund has a row of its own, followed to its end by notification and polling.

use super::cancel_order::unanswered;
use super::capture_order::Try;
use super::desk::{self, Ask, DeskError};
use super::index_order;
use super::order_change::{next_look, take_in};
use super::place_order::follow;
use super::reconcile_order::hear_of_refunds;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::intents::{self, IntentRow};
use crate::store::orders::{self, Order};
use crate::store::refunds::{self, RefundNews, RefundRow};
use crate::store::timeline::Happened;
use crate::store::{Batch, StoreError, Unmet};
use amazon_pay::Error;
use amazon_pay::wire::Refund as AmazonRefund;
use amazon_pay::wire::request::CreateRefund;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::api::{CancelReason, RefundProgress, RefundRequest};
use shared::charge::RefundState;
use shared::id::{OperatorId, OrderId};
use shared::intent::Operation;
use shared::money::{Chargeable, Yen};
use shared::order_action::{ActionRefused, OrderAction};
use shared::payment::{Asked, Payment, PaymentEvent, PaymentState, Reason};
use std::sync::Arc;

/// A refund that is wanted.
#[derive(Debug, Clone)]
pub struct Refund {
    /// Yen.
    pub amount: Yen,
    /// Why.
    pub cause: CancelReason,
    /// The operator's words.
    pub note: Option<String>,
    /// With a cancel: tried until Amazon is reached, because the order is canceled already.
    pub keep_trying: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct RefundSnapshot {
    amount: Yen,
    keep_trying: bool,
}

/// What was captured and is neither given back nor on its way, in yen.
pub const fn refundable(payment: &Payment) -> Yen {
    match payment {
        Payment::Captured { captured, refunded, .. } | Payment::RefundFailed { captured, refunded, .. } => {
            captured.saturating_sub(*refunded)
        }
        _ => Yen::ZERO,
    }
}

/// Gives a part back.
///
/// # Errors
/// [`DeskError`]. What Amazon refuses is no error but the order's state.
pub async fn refund_order(
    app: &App,
    shop: &Arc<OpenShop>,
    id: &OrderId,
    operator: &OperatorId,
    request: &RefundRequest,
) -> Result<(), DeskError> {
    let note = desk::note(request.note.as_deref())?;
    let order = desk::load(app, shop, id, request.version, OrderAction::PartialRefund).await?;
    if request.amount.is_zero() || request.amount > refundable(&order.payment) {
        return Err(DeskError::RefundTooMuch);
    }
    hear_of_refunds(app, shop, &order).await?;
    let happened =
        Happened::Desk { action: OrderAction::PartialRefund, amount: Some(request.amount), change: None };
    let refund = Refund { amount: request.amount, cause: request.reason, note, keep_trying: false };
    ask(app, shop, order, operator, refund, happened, Batch::new()).await
}

/// Asks Amazon for the refund; `order` is as it becomes at once.
///
/// # Errors
/// [`DeskError`].
pub async fn ask(
    app: &App,
    shop: &Arc<OpenShop>,
    order: Order,
    operator: &OperatorId,
    refund: Refund,
    happened: Happened,
    mut extra: Batch,
) -> Result<(), DeskError> {
    let charge = order.charge_id.clone().ok_or(ActionRefused::PaymentState)?;
    let amount = Chargeable::new(refund.amount).map_err(|_| DeskError::RefundTooMuch)?;
    let attempt = desk::next_attempt(app, &order, Operation::Refund).await?;
    let row = RefundRow {
        order_id: order.id.clone(),
        number: attempt.into(),
        amazon_id: None,
        amount: refund.amount,
        progress: RefundProgress::Asked,
        cause: refund.cause,
        note: refund.note,
        refused: None,
        operator: operator.clone(),
        asked_at: app.clock.now_ms(),
        ended_at: None,
    };
    extra.push(refunds::insert(&shop.id, &row));
    let snapshot = RefundSnapshot { amount: refund.amount, keep_trying: refund.keep_trying };
    let ask = Ask {
        operation: Operation::Refund,
        attempt,
        actor: desk::actor(operator),
        happened,
        snapshot: crate::store::json_text(&snapshot),
    };
    let prepare = |key| amazon_pay::prepare::create_refund(&CreateRefund::new(charge, amount), key);
    let (order, intent) = desk::intend(app, &order, ask, prepare, extra).await?;
    let (task_app, task_shop) = (app.clone(), Arc::clone(shop));
    app.finish(async move { send_and_record(&task_app, &task_shop, order, &intent, Try::First).await }).await
}

/// Sends the stored refund, first or again under the same key, and stores what came of it.
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
    let (Some(request), Ok(snapshot)) =
        (desk::stored_request(&order, intent), serde_json::from_str::<RefundSnapshot>(&intent.snapshot))
    else {
        return Ok(());
    };
    // The state may not say so: the process that sent it may have died before it could write.
    let again = which == Try::Again || order.payment.state() == PaymentState::Unconfirmed;
    match shop.amazon.send(&request, app.clock.now()).await {
        Ok(answer) => match answer.decode::<AmazonRefund>() {
            Ok(refund) => {
                let id = answer.request_id();
                desk::record(app, order, intent, "answered", id, |order, now| {
                    answered(order, intent.attempt, snapshot.amount, &refund, id, now)
                })
                .await?;
                Ok(())
            }
            Err(error) => unanswered(app, order, Asked::Refund, &error).await,
        },
        // Said before the key was looked at: nothing about what an earlier try came to.
        Err(error @ Error::Refused { status: 401 | 403 | 405 | 426, .. }) if again => {
            unanswered(app, order, Asked::Refund, &error).await
        }
        Err(Error::Refused { reason, request_id, .. }) => {
            let reason = Reason::new(reason.code());
            let id = request_id.as_deref();
            desk::record(app, order, intent, "refused", id, |order, now| {
                let event =
                    PaymentEvent::RefundRefused { amount: snapshot.amount, reason: reason.clone(), at: now };
                let (changed, mut batch) = take_in(order, event, id, now);
                let news = declined(None, &reason, now);
                batch.push(refunds::record(&order.shop_id, &order.id, intent.attempt, &news));
                // Perhaps because somebody has given it back in Seller Central: the charge tells.
                batch.push(follow(&changed, now.as_millisecond(), now));
                (changed, batch)
            })
            .await?;
            Ok(())
        }
        // After an unconfirmed try, not reaching Amazon now proves nothing about then.
        Err(error) if error.is_definite() && !again && !snapshot.keep_trying => {
            let now = app.clock.now_ms();
            let mut batch = intents::close(intent, "not_sent", error.request_id(), now);
            let news = RefundNews {
                amazon_id: None,
                progress: RefundProgress::NotSent,
                refused: None,
                ended_at: Some(now),
            };
            batch.push(refunds::record(&order.shop_id, &order.id, intent.attempt, &news));
            desk::write(app, batch).await?;
            Err(DeskError::AmazonUnavailable(error))
        }
        Err(error) => unanswered(app, order, Asked::Refund, &error).await,
    }
}

fn declined<'a>(id: Option<&'a shared::id::RefundId>, reason: &'a Reason, now: Timestamp) -> RefundNews<'a> {
    RefundNews {
        amazon_id: id,
        progress: RefundProgress::Declined,
        refused: Some(reason.code()),
        ended_at: Some(now.as_millisecond()),
    }
}

/// Amazon's first answer: under way as a rule, decided at once perhaps. The order is found by the refund's id from now on.
fn answered(
    order: &Order,
    number: i64,
    amount: Yen,
    refund: &AmazonRefund,
    request_id: Option<&str>,
    now: Timestamp,
) -> (Order, Batch) {
    let started = PaymentEvent::RefundStarted { amount, at: now };
    if refund.status_details.state == RefundState::RefundInitiated {
        let (changed, mut batch) = take_in(order, started, request_id, now);
        let news = RefundNews {
            amazon_id: Some(&refund.refund_id),
            progress: RefundProgress::Pending,
            refused: None,
            ended_at: None,
        };
        batch.push(refunds::record(&order.shop_id, &order.id, number, &news));
        batch.push(index_order::enqueue(order, now));
        return (changed, batch);
    }
    let payment = order.payment.clone().apply(started).unwrap_or_else(|_| order.payment.clone());
    let (changed, mut batch) = decided(&Order { payment, ..order.clone() }, number, amount, refund, now);
    batch.push(index_order::enqueue(order, now));
    (changed, batch)
}

/// Amazon's decision.
fn decided(order: &Order, number: i64, amount: Yen, refund: &AmazonRefund, now: Timestamp) -> (Order, Batch) {
    let status = &refund.status_details;
    let at = status.last_updated_timestamp.map_or(now, |at| at.get());
    let reason = Reason::new(status.reason_code.as_deref().unwrap_or("Unknown"));
    let (event, news) = if status.state == RefundState::Refunded {
        let news = RefundNews {
            amazon_id: Some(&refund.refund_id),
            progress: RefundProgress::Refunded,
            refused: None,
            ended_at: Some(at.as_millisecond()),
        };
        (PaymentEvent::Refunded { amount, at }, news)
    } else {
        let event = PaymentEvent::RefundRefused { amount, reason: reason.clone(), at };
        (event, declined(Some(&refund.refund_id), &reason, at))
    };
    let (changed, mut batch) = take_in(order, event, None, now);
    batch.push(refunds::record(&order.shop_id, &order.id, number, &news));
    (changed, batch)
}

/// Asks how the refund under way stands (審査中), and looks again later while Amazon has not decided.
///
/// # Errors
/// Amazon did not answer, or the database failed; it is tried again.
pub async fn follow_refund(app: &App, shop: &OpenShop, id: &OrderId) -> Result<(), DeskError> {
    let reader = app.store.reader().await?;
    let rows = refunds::of(&reader, &shop.id, id).await?;
    drop(reader);
    let pending = rows.into_iter().find(|row| row.progress == RefundProgress::Pending);
    let Some((row, amazon_id)) = pending.and_then(|row| row.amazon_id.clone().map(|amazon| (row, amazon)))
    else {
        tracing::error!(order.id = %id, "a refund is under way and has no row");
        return Ok(());
    };
    let refund =
        shop.amazon.refund(&amazon_id, app.clock.now()).await.map_err(DeskError::AmazonUnavailable)?;
    for _ in 0..5 {
        let reader = app.store.reader().await?;
        let order = orders::find(&reader, &shop.id, id).await?.ok_or(DeskError::Unknown)?;
        drop(reader);
        if !matches!(order.payment, Payment::RefundPending { .. }) {
            return Ok(());
        }
        let now = app.clock.now();
        let batch = if refund.status_details.state == RefundState::RefundInitiated {
            let wait = next_look(&order.payment, now).unwrap_or(60_000);
            Batch::from(follow(&order, now.as_millisecond() + wait, now))
        } else {
            decided(&order, row.number, row.amount, &refund, now).1
        };
        match app.store.write(batch).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Unmet(Unmet::Stale(_) | Unmet::Lost(_))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(DeskError::Changed)
}
