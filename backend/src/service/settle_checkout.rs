//! Ends a checkout by what Amazon says: an order, a decline, a cancel, or nothing of it.
//!
//! The same functions serve the result page, the reconciler and the sweeper, so all three come to the same end.

use super::checkout_error::CheckoutError;
use super::complete_checkout::LOOK_AFTER;
use super::place_order::{self, Completed};
use super::review_checkout::BuyerSnapshot;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::checkouts::{self, CheckoutRow};
use crate::store::intents::{self, IntentRow};
use crate::store::{Batch, StoreError, Unmet};
use amazon_pay::wire::CheckoutSession;
use amazon_pay::{Error, PreparedRequest, Reason};
use shared::charge::CheckoutSessionState;
use shared::checkout::{Checkout, CheckoutEvent};

/// Sends the stored Complete, first or again, and records what came of it.
///
/// # Errors
/// [`CheckoutError`] where nothing could be recorded; a lost answer is none.
pub async fn send_and_record(
    app: &App,
    shop: &OpenShop,
    row: &CheckoutRow,
    intent: &IntentRow,
) -> Result<(), CheckoutError> {
    let Ok(request) = serde_json::from_str::<PreparedRequest>(&intent.request) else {
        tracing::error!(checkout.id = %row.id, "a stored request cannot be read");
        return Ok(());
    };
    match shop.amazon.send(&request, app.clock.now()).await {
        Ok(answer) => match answer.decode::<CheckoutSession>() {
            Ok(session) => {
                let pending = answer.status() == 202;
                completed(app, shop, row, intent, &session, Some(pending), answer.request_id()).await
            }
            Err(error) => unknown(row, &error),
        },
        // Whatever it was refused for, the session itself tells how things stand: a repeat of a Complete that
        // had succeeded is refused too.
        Err(Error::Refused { reason, request_id, .. }) => {
            ask_session(app, shop, row, intent, &reason, request_id.as_deref()).await
        }
        Err(error) => unknown(row, &error),
    }
}

/// Nobody knows, or Amazon was not reached: the intent stays open and the reconciler comes back to it.
fn unknown(row: &CheckoutRow, error: &Error) -> Result<(), CheckoutError> {
    tracing::warn!(checkout.id = %row.id, %error, "completing a checkout is unconfirmed");
    Ok(())
}

/// Asks how the session of an interrupted completion stands; where it is still open, the stored Complete is
/// sent again, the same bytes under the same key.
///
/// # Errors
/// [`CheckoutError`] where nothing could be recorded.
pub async fn ask_session_or_send(
    app: &App,
    shop: &OpenShop,
    row: &CheckoutRow,
    intent: &IntentRow,
) -> Result<(), CheckoutError> {
    let Some(session) = row.checkout.session() else {
        return Ok(());
    };
    match shop.amazon.checkout_session(session, app.clock.now()).await {
        Ok(found) if found.status_details.state != CheckoutSessionState::Open => {
            settle_by_state(app, shop, row, intent, &found, &Reason::Absent, None).await
        }
        Ok(_) => send_and_record(app, shop, row, intent).await,
        Err(error) => unknown(row, &error),
    }
}

/// Asks for the session of a checkout that is being completed, and settles by its state.
///
/// # Errors
/// [`CheckoutError`] where nothing could be recorded.
pub async fn ask_session(
    app: &App,
    shop: &OpenShop,
    row: &CheckoutRow,
    intent: &IntentRow,
    refused: &Reason,
    request_id: Option<&str>,
) -> Result<(), CheckoutError> {
    let Some(session) = row.checkout.session() else {
        return Ok(());
    };
    match shop.amazon.checkout_session(session, app.clock.now()).await {
        Ok(found) => settle_by_state(app, shop, row, intent, &found, refused, request_id).await,
        Err(error) => unknown(row, &error),
    }
}

async fn settle_by_state(
    app: &App,
    shop: &OpenShop,
    row: &CheckoutRow,
    intent: &IntentRow,
    found: &CheckoutSession,
    refused: &Reason,
    request_id: Option<&str>,
) -> Result<(), CheckoutError> {
    match found.status_details.state {
        CheckoutSessionState::Completed => completed(app, shop, row, intent, found, None, request_id).await,
        CheckoutSessionState::Canceled => {
            let event = ending(app, found);
            let batch = intents::close(intent, event_name(&event), request_id, app.clock.now_ms());
            end(app, row, event, batch).await
        }
        CheckoutSessionState::Open => {
            tracing::info!(checkout.id = %row.id, reason = refused.code(), "Amazon did not complete the checkout");
            let now = app.clock.now_ms();
            let batch = intents::close(intent, "not_paid_yet", request_id, now);
            let next =
                row.checkout.clone().apply(CheckoutEvent::NotPaidYet).map_err(|_| CheckoutError::Ended)?;
            let sweep_at = (now + super::press_order::SWEEP_AFTER_PRESS).min(row.expires_at);
            finish_batch(app, row, &next, Some(sweep_at), batch).await
        }
    }
}

/// Amazon completed it: the order and the end of the intent, in one batch.
async fn completed(
    app: &App,
    shop: &OpenShop,
    row: &CheckoutRow,
    intent: &IntentRow,
    session: &CheckoutSession,
    pending: Option<bool>,
    request_id: Option<&str>,
) -> Result<(), CheckoutError> {
    let snapshot: BuyerSnapshot = serde_json::from_str(&intent.snapshot).unwrap_or_default();
    let now = app.clock.now();
    let completed = Completed {
        snapshot,
        charge_permission_id: session.charge_permission_id.clone(),
        charge_id: session.charge_id.clone(),
        // Found later and not told: taken as pending until the charge itself has been asked, which is next.
        pending: pending.unwrap_or(true),
        request_id: request_id.map(str::to_owned),
    };
    let (order, statements) =
        place_order::place(shop, row, completed, now).map_err(|_| CheckoutError::Ended)?;
    let next = row
        .checkout
        .clone()
        .apply(CheckoutEvent::Placed { order: order.clone() })
        .map_err(|_| CheckoutError::Ended)?;
    let mut batch = intents::close(intent, "placed", request_id, now.as_millisecond());
    batch.append(statements);
    finish_batch(app, row, &next, None, batch).await?;
    app.work.notify_one();
    Ok(())
}

/// Learns from a session that is over, for a checkout that was not being completed.
///
/// # Errors
/// [`CheckoutError`] where it could not be recorded.
pub async fn learn(
    app: &App,
    shop: &OpenShop,
    row: &CheckoutRow,
    session: &CheckoutSession,
) -> Result<(), CheckoutError> {
    if session.status_details.state != CheckoutSessionState::Canceled || row.checkout.is_final() {
        return Ok(());
    }
    if let Checkout::Started = row.checkout {
        return Ok(());
    }
    let reader = app.store.reader().await?;
    let open = intents::find_open(&reader, &shop.id, row.id.as_str()).await?;
    drop(reader);
    let event = ending(app, session);
    let batch = match &open {
        Some(intent) => intents::close(intent, event_name(&event), None, app.clock.now_ms()),
        None => Batch::new(),
    };
    end(app, row, event, batch).await
}

/// Nothing came of the checkout within its life.
///
/// # Errors
/// [`CheckoutError`] where it could not be recorded.
pub async fn lapse(app: &App, row: &CheckoutRow) -> Result<(), CheckoutError> {
    end(app, row, CheckoutEvent::Lapsed { at: app.clock.now() }, Batch::new()).await
}

/// Looks at the checkout again in a while.
///
/// # Errors
/// The database failed.
pub async fn look_again(app: &App, row: &CheckoutRow) -> Result<(), CheckoutError> {
    match app.store.write(checkouts::sweep_again(row, app.clock.now_ms() + LOOK_AFTER)).await {
        Ok(_) | Err(StoreError::Unmet(Unmet::Stale(_))) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Why Amazon's session ended, as our event.
fn ending(app: &App, session: &CheckoutSession) -> CheckoutEvent {
    let at = app.clock.now();
    match session.status_details.reason_code.as_deref() {
        Some("BuyerCanceled") => CheckoutEvent::Cancelled { at },
        Some("Expired") => CheckoutEvent::Lapsed { at },
        _ => CheckoutEvent::Declined { at },
    }
}

const fn event_name(event: &CheckoutEvent) -> &'static str {
    match event {
        CheckoutEvent::Cancelled { .. } => "cancelled",
        CheckoutEvent::Lapsed { .. } => "lapsed",
        _ => "declined",
    }
}

/// Ends the checkout without an order and lets its cart go, in one batch.
async fn end(
    app: &App,
    row: &CheckoutRow,
    event: CheckoutEvent,
    mut batch: Batch,
) -> Result<(), CheckoutError> {
    let Ok(next) = row.checkout.clone().apply(event) else {
        return Ok(());
    };
    batch.push(checkouts::release_cart(&row.shop_id, &row.cart.id, &row.id));
    finish_batch(app, row, &next, None, batch).await
}

async fn finish_batch(
    app: &App,
    row: &CheckoutRow,
    next: &Checkout,
    sweep_at: Option<i64>,
    mut batch: Batch,
) -> Result<(), CheckoutError> {
    batch.push(checkouts::save(row, next, sweep_at, app.clock.now_ms()));
    match app.store.write(batch).await {
        Ok(_) => Ok(()),
        // Somebody else settled it at the same moment; the stored outcome is what counts.
        Err(StoreError::Unmet(unmet)) => {
            tracing::info!(checkout.id = %row.id, ?unmet, "the checkout was settled by someone else");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}
