//! Ends a checkout by what Amazon says: an order, a decline, a cancel, or nothing of it.
//!
//! The same functions serve the result page, the reconciler and the sweeper, so all three come to the same end.

use super::checkout_error::CheckoutError;
use super::count_decisions;
use super::kept_cart;
use super::place_order::{self, Completed};
use super::press_order::SWEEP_AFTER_PRESS;
use super::review_checkout::BuyerSnapshot;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::checkouts::{self, CheckoutRow};
use crate::store::intents::{self, IntentRow};
use crate::store::members::{self, MemberProfile};
use crate::store::orders::{self, Order};
use crate::store::{Batch, StoreError, Unmet, monthly_totals};
use amazon_pay::wire::CheckoutSession;
use amazon_pay::{Error, PreparedRequest, Reason};
use shared::charge::CheckoutSessionState;
use shared::checkout::{Checkout, CheckoutEvent};
use shared::id::BuyerId;

/// How often a moment at which somebody else wrote the same rows is tried again.
const TRIES: usize = 8;

/// The longest wait before Amazon is asked again about a completion nobody knows the end of, ms.
const LONGEST_WAIT: i64 = 5 * 60 * 1000;

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
            Ok(session) if is_complete(row, &session) => {
                let pending = answer.status() == 202;
                completed(app, shop, row, intent, &session, Some(pending), answer.request_id()).await
            }
            // A yes without what the order needs is no answer.
            Ok(_) => unknown(app, row, "the answer lacks the charge").await,
            Err(error) => unknown(app, row, &error.to_string()).await,
        },
        // Whatever it was refused for, the session itself tells how things stand: a repeat of a Complete that
        // had succeeded is refused too.
        Err(Error::Refused { reason, request_id, .. }) => {
            ask_session(app, shop, row, intent, &reason, request_id.as_deref()).await
        }
        Err(error) => unknown(app, row, &error.to_string()).await,
    }
}

/// Whether the session tells all that the order needs; a free first delivery has no charge (R27).
fn is_complete(row: &CheckoutRow, session: &CheckoutSession) -> bool {
    session.status_details.state == CheckoutSessionState::Completed
        && session.charge_permission_id.is_some()
        && (session.charge_id.is_some() || row.cart.begins_free(row.total))
}

/// Nobody knows, or Amazon was not reached: the intent stays open and the sweeper comes back to it, soon at first and
/// ever more rarely.
async fn unknown(app: &App, row: &CheckoutRow, why: &str) -> Result<(), CheckoutError> {
    tracing::warn!(checkout.id = %row.id, why, "completing a checkout is unconfirmed");
    let now = app.clock.now_ms();
    let since = match &row.checkout {
        Checkout::Completing { since, .. } => since.as_millisecond(),
        _ => now,
    };
    let wait = ((now - since) / 2).clamp(4_000, LONGEST_WAIT);
    match app.store.write(checkouts::sweep_again(row, now + wait)).await {
        Ok(_) | Err(StoreError::Unmet(Unmet::Stale(_))) => Ok(()),
        Err(error) => Err(error.into()),
    }
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
        Err(error) => unknown(app, row, &error.to_string()).await,
    }
}

/// Asks for the session of a checkout whose completion was refused, and settles by its state.
async fn ask_session(
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
        Err(error) => unknown(app, row, &error.to_string()).await,
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
        CheckoutSessionState::Completed if is_complete(row, found) => {
            completed(app, shop, row, intent, found, None, request_id).await
        }
        CheckoutSessionState::Completed => unknown(app, row, "the completed session lacks the charge").await,
        CheckoutSessionState::Canceled => {
            settle(app, row, Some((intent, request_id)), &ending(app, found), refusal(found)).await
        }
        CheckoutSessionState::Open => still_open(app, row, intent, refused, request_id).await,
    }
}

/// Amazon refused to complete and the session is open: nothing was completed. Why tells what comes next.
async fn still_open(
    app: &App,
    row: &CheckoutRow,
    intent: &IntentRow,
    refused: &Reason,
    request_id: Option<&str>,
) -> Result<(), CheckoutError> {
    let at = app.clock.now();
    let over = at.as_millisecond() >= row.expires_at;
    let event = match refused {
        Reason::InvalidCheckoutSessionStatus if over => CheckoutEvent::Lapsed { at },
        Reason::InvalidCheckoutSessionStatus => CheckoutEvent::NotPaidYet { at },
        // Canceled an instant ago; the session will say so.
        Reason::CheckoutSessionCanceled => {
            return unknown(app, row, "the session is canceled and open").await;
        }
        // Amazon holds another amount than we do, which no repeat heals. Nothing is ever completed here again.
        Reason::AmountMismatch => {
            tracing::error!(checkout.id = %row.id, "Amazon holds another amount than checkout {}", row.id);
            CheckoutEvent::Declined { at }
        }
        // Our key, our request: it says nothing about the shopper, who may have paid.
        reason => {
            tracing::error!(checkout.id = %row.id, reason = reason.code(), "Amazon refuses to complete checkouts");
            CheckoutEvent::CompletionRefused
        }
    };
    settle(app, row, Some((intent, request_id)), &event, None).await
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
    let snapshot: BuyerSnapshot = serde_json::from_str(&intent.snapshot).unwrap_or_else(|_| {
        tracing::error!(checkout.id = %row.id, "a snapshot cannot be read; buyer and address follow from Amazon");
        BuyerSnapshot::default()
    });
    let buyer = snapshot.buyer_id.clone();
    let mut completed = Completed {
        snapshot,
        member: None,
        charge_permission_id: session.charge_permission_id.clone(),
        charge_id: session.charge_id.clone(),
        // Found later and not told: taken as pending until the charge itself has been asked, which is next.
        pending: pending.unwrap_or(true),
        request_id: request_id.map(str::to_owned),
    };
    let mut row = row.clone();
    let mut number = row.order_number.clone();
    for _ in 0..TRIES {
        let now = app.clock.now();
        let old = replaced_by_it(app, &row).await?;
        completed.member = member_of(app, shop, buyer.as_ref()).await?;
        let (order, statements) =
            place_order::place(shop, &row, old.as_ref(), number.clone(), completed.clone(), now)
                .map_err(|_| CheckoutError::Ended)?;
        let Ok(next) = row.checkout.clone().apply(CheckoutEvent::Placed { order }) else {
            return Ok(());
        };
        // First of all the intent: if it is closed, somebody else has recorded the same.
        let mut batch = intents::close(intent, "placed", request_id, now.as_millisecond());
        batch.append(statements);
        // It is in the order now.
        batch.push(checkouts::tell_name(&row, None));
        batch.push(checkouts::save(&row, &next, None, now.as_millisecond()));
        match app.store.write(batch).await {
            Ok(_) => {
                app.work.notify_one();
                return Ok(());
            }
            Err(StoreError::Unmet(Unmet::Lost(_))) => return Ok(()),
            // The intent was still ours, so the order is none of this checkout: its number is taken.
            Err(StoreError::Unmet(Unmet::AlreadyPlaced(_))) => {
                tracing::warn!(checkout.id = %row.id, "an order number was drawn twice; the order gets another one");
                number = place_order::draw_number(now);
            }
            Err(StoreError::Unmet(_)) => match read_again(app, &row).await? {
                Some(now) => row = now,
                None => return Ok(()),
            },
            Err(error) => return Err(error.into()),
        }
    }
    unknown(app, &row, "the order could not be stored for others writing").await
}

/// The profile of the buyer, where the buyer is a member; read for each try, as an operator may be at it.
async fn member_of(
    app: &App,
    shop: &OpenShop,
    buyer: Option<&BuyerId>,
) -> Result<Option<MemberProfile>, StoreError> {
    let Some(buyer) = buyer else { return Ok(None) };
    let reader = app.store.reader().await?;
    members::profile(&reader, &shop.id, buyer).await
}

/// The order whose place this checkout's takes, read for each try: what is given back for it rests on it.
async fn replaced_by_it(app: &App, row: &CheckoutRow) -> Result<Option<Order>, CheckoutError> {
    let Some(old) = kept_cart::repeated(row) else { return Ok(None) };
    let reader = app.store.reader().await?;
    Ok(orders::find(&reader, &row.shop_id, &old).await?)
}

async fn read_again(app: &App, row: &CheckoutRow) -> Result<Option<CheckoutRow>, CheckoutError> {
    let reader = app.store.reader().await?;
    Ok(checkouts::find(&reader, &row.shop_id, &row.id).await?)
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
    let intent = open.as_ref().map(|intent| (intent, None));
    settle(app, row, intent, &ending(app, session), refusal(session)).await
}

/// Nothing came of the checkout within its life.
///
/// # Errors
/// [`CheckoutError`] where it could not be recorded.
pub async fn lapse(app: &App, row: &CheckoutRow) -> Result<(), CheckoutError> {
    settle(app, row, None, &CheckoutEvent::Lapsed { at: app.clock.now() }, None).await
}

/// Another checkout has the cart by now: this one is never completed.
///
/// # Errors
/// [`CheckoutError`] where it could not be recorded.
pub async fn give_way(app: &App, row: &CheckoutRow) -> Result<(), CheckoutError> {
    settle(app, row, None, &CheckoutEvent::Cancelled { at: app.clock.now() }, None).await
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

/// Amazon's reason for a session that ended without a payment; counted where that is a decline.
fn refusal(session: &CheckoutSession) -> Option<&str> {
    session.status_details.reason_code.as_deref()
}

const fn event_name(event: &CheckoutEvent) -> &'static str {
    match event {
        CheckoutEvent::Cancelled { .. } => "cancelled",
        CheckoutEvent::Lapsed { .. } => "lapsed",
        CheckoutEvent::NotPaidYet { .. } => "not_paid_yet",
        CheckoutEvent::CompletionRefused => "refused",
        _ => "declined",
    }
}

/// Takes in what came to no order, closes the intent, and lets the cart go unless it may still be ordered, in one
/// batch. Applied to what the checkout is now, if somebody wrote it meanwhile. A decline of Amazon's, known by its
/// `reason`, is counted in the same batch (R53).
async fn settle(
    app: &App,
    row: &CheckoutRow,
    intent: Option<(&IntentRow, Option<&str>)>,
    event: &CheckoutEvent,
    reason: Option<&str>,
) -> Result<(), CheckoutError> {
    let mut row = row.clone();
    for _ in 0..TRIES {
        let Ok(next) = row.checkout.clone().apply(event.clone()) else {
            return Ok(());
        };
        let now = app.clock.now_ms();
        let mut batch = match intent {
            Some((intent, request_id)) => intents::close(intent, event_name(event), request_id, now),
            None => Batch::new(),
        };
        // Nothing was charged: what was reserved of the buyer's month is given back.
        if row.cart.subscription.is_some() && matches!(row.checkout, Checkout::Completing { .. }) {
            batch.append(monthly_totals::give_back(&row.shop_id, &row.order_id, 0, now));
        }
        if !next.holds_cart() {
            batch.append(kept_cart::let_go(&row));
        }
        // No order comes of it, so nobody needs the name that was told.
        if next.is_final() {
            batch.push(checkouts::tell_name(&row, None));
        }
        // Whoever was not paid for is looked at again, until its time is over.
        let sweep_at = (!next.is_final()).then(|| now + SWEEP_AFTER_PRESS);
        batch.push(checkouts::save(&row, &next, sweep_at, now));
        let declined = |checkout: &Checkout| matches!(checkout, Checkout::Declined { .. });
        if let Some(reason) = reason.filter(|_| declined(&next) && !declined(&row.checkout)) {
            batch.append(count_decisions::declined(
                &row.shop_id,
                &shared::payment::Reason::new(reason),
                app.clock.now(),
            ));
        }
        match app.store.write(batch).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Unmet(Unmet::Stale(_))) => match read_again(app, &row).await? {
                Some(now) => row = now,
                None => return Ok(()),
            },
            // Somebody else settled it at the same moment; the stored outcome is what counts.
            Err(StoreError::Unmet(unmet)) => {
                tracing::info!(checkout.id = %row.id, ?unmet, "the checkout was settled by someone else");
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
