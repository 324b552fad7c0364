//! The shopper is back from Amazon's processing page: the order comes about, exactly once.
//!
//! Intend, call, record: the intent with its snapshot is stored, Amazon is asked to complete, the answer and
//! the order are stored in one batch. A lost answer leaves the checkout completing, and the reconciler asks.

use super::checkout_error::CheckoutError;
use super::open_checkout::{Pass, open_checkout, own_session};
use super::review_checkout::BuyerSnapshot;
use super::shops::OpenShop;
use super::{kept_cart, monthly_cap, pace, send_payment_link, settle_checkout};
use crate::app::App;
use crate::store::checkouts::{self, CheckoutRow};
use crate::store::intents::{self, IntentRow};
use crate::store::{StoreError, Unmet};
use amazon_pay::wire::request::CompleteCheckoutSession;
use shared::api::{Outcome, ResultView};
use shared::charge::CheckoutSessionState;
use shared::checkout::{Checkout, CheckoutEvent};
use shared::id::{CheckoutId, CheckoutSessionId};
use shared::intent::{Operation, idempotency_key, key_source};
use std::sync::Arc;
use std::time::Duration;

/// How long a page waits for Amazon before it says so, real time.
pub const PAGE_WAITS: Duration = Duration::from_secs(8);

/// How often a moment at which somebody else wrote the checkout is tried again.
const TRIES: usize = 5;

/// What became of the purchase; completes it first where that is still to be done.
///
/// # Errors
/// [`CheckoutError`].
pub async fn complete_checkout(
    app: &App,
    shop: &Arc<OpenShop>,
    id: &CheckoutId,
    pass: &Pass,
    session: &CheckoutSessionId,
) -> Result<ResultView, CheckoutError> {
    let row = open_checkout(app, shop, id, pass).await?;
    if let Checkout::Ordered { session: ordered, .. } = &row.checkout {
        if ordered != session {
            return Err(CheckoutError::SessionMismatch);
        }
        complete_and_wait(app, shop, row).await?;
    }
    result(app, shop, id, pass).await
}

/// Completes the checkout and waits for it as long as a page does; the rest goes on without the page.
///
/// # Errors
/// [`CheckoutError`].
pub async fn complete_and_wait(
    app: &App,
    shop: &Arc<OpenShop>,
    row: CheckoutRow,
) -> Result<(), CheckoutError> {
    let (task_app, task_shop) = (app.clone(), Arc::clone(shop));
    // In a task of its own: a closed tab must not lose the record. The page waits for a while only; then it
    // says that the payment is being confirmed, and asks again.
    let completing = app.finish(async move { complete_ordered(&task_app, &task_shop, row).await });
    tokio::time::timeout(PAGE_WAITS, completing).await.unwrap_or(Ok(()))
}

/// What became of the purchase, as stored. Pressed and not known to be unpaid is being confirmed: nobody is invited
/// to pay a second time (R11).
///
/// # Errors
/// [`CheckoutError::NotYours`], or the database failed.
pub async fn result(
    app: &App,
    shop: &OpenShop,
    id: &CheckoutId,
    pass: &Pass,
) -> Result<ResultView, CheckoutError> {
    let row = open_checkout(app, shop, id, pass).await?;
    let (outcome, order) = match &row.checkout {
        Checkout::Started | Checkout::Reviewing { .. } | Checkout::Ordered { not_paid_at: Some(_), .. } => {
            (Outcome::Open, None)
        }
        Checkout::Ordered { not_paid_at: None, .. } | Checkout::Completing { .. } => {
            (Outcome::Confirming, None)
        }
        Checkout::Placed { order, .. } => (Outcome::Completed, Some(order)),
        Checkout::Declined { .. } => (Outcome::Declined, None),
        Checkout::Cancelled { .. } => (Outcome::Cancelled, None),
        Checkout::Lapsed { .. } => (Outcome::Lapsed, None),
    };
    let order = match order {
        Some(order) => {
            let reader = app.store.reader().await?;
            crate::store::orders::find(&reader, &shop.id, order).await?
        }
        None => None,
    };
    let state = order.as_ref().map(|order| order.payment.state());
    use shared::payment::PaymentState as S;
    Ok(ResultView {
        outcome: match state {
            Some(S::AuthorizationDeclined) => Outcome::Declined,
            _ => outcome,
        },
        order_number: order.as_ref().map(|order| order.number.clone()),
        total: order.as_ref().map(|order| order.total()),
        authorization_pending: state == Some(S::AuthorizationPending),
        back_url: shop.settings.back_url.clone(),
        shop_name: shop.name.clone(),
        shop_mails: shop.settings.smtp.is_some(),
    })
}

/// Completes a checkout that was ordered. Whoever else is at it wins or loses by the one open intent.
///
/// # Errors
/// [`CheckoutError`]; a lost answer is none: the checkout stays completing.
pub async fn complete_ordered(app: &App, shop: &OpenShop, row: CheckoutRow) -> Result<(), CheckoutError> {
    let Checkout::Ordered { session, .. } = row.checkout.clone() else {
        return Ok(());
    };
    let snapshot = match own_session(app, shop, &row, &session).await {
        Ok(found) if found.status_details.state == CheckoutSessionState::Canceled => {
            return settle_checkout::learn(app, shop, &row, &found).await;
        }
        Ok(found) => BuyerSnapshot::of(&found),
        // The shopper may have paid: from now on the payment is unconfirmed, whatever the next call meets. Who bought
        // and where it goes stands in the charge permission, too.
        Err(CheckoutError::AmazonUnavailable(_) | CheckoutError::AmazonRefused(_)) => {
            BuyerSnapshot::default()
        }
        Err(error) => return Err(error),
    };
    let Some((row, intent)) = intend(app, shop, row, &session, &snapshot).await? else {
        return Ok(());
    };
    settle_checkout::send_and_record(app, shop, &row, &intent).await
}

/// Stores the intent and the state, and takes the cart if it was let go meanwhile; `None` when somebody else is
/// completing it, or another checkout has the cart now.
async fn intend(
    app: &App,
    shop: &OpenShop,
    row: CheckoutRow,
    session: &CheckoutSessionId,
    snapshot: &BuyerSnapshot,
) -> Result<Option<(CheckoutRow, IntentRow)>, CheckoutError> {
    let mut row = row;
    for _ in 0..TRIES {
        let now = app.clock.now();
        let Ok(next) = row.checkout.clone().apply(CheckoutEvent::CompletionAsked { at: now }) else {
            return Ok(None);
        };
        let intent = intent_of(app, shop, &row, session, snapshot).await?;
        let mut batch = intents::open(&intent);
        // Let go meanwhile, so the order of a payment link may be authorized by now: nobody pays for both.
        let Some(unpaid) = send_payment_link::still_to_pay(app, &row).await? else {
            settle_checkout::give_way(app, &row).await?;
            return Ok(None);
        };
        batch.append(unpaid);
        batch.append(kept_cart::take(&row, now));
        // The contended row last: of checkouts of one buyer at the same moment no two pass the cap together.
        let reserved = monthly_cap::of_checkout(shop, &row, snapshot.buyer_id.as_ref(), now);
        let look_at = now.as_millisecond() + pace::look_after(app);
        batch.push(checkouts::save(&row, &next, Some(look_at), now.as_millisecond()));
        batch.append(reserved);
        match app.store.write(batch).await {
            Ok(_) => {
                return Ok(Some((CheckoutRow { checkout: next, version: row.version + 1, ..row }, intent)));
            }
            Err(StoreError::Unmet(Unmet::Busy(_))) => return Ok(None),
            // Another checkout has the cart, or the last room of the buyer's month: Amazon is not asked to complete.
            Err(StoreError::Unmet(Unmet::AlreadyPlaced(_) | Unmet::OverCap(_))) => {
                settle_checkout::give_way(app, &row).await?;
                return Ok(None);
            }
            // Pressed once more, or claimed, at the same moment.
            Err(StoreError::Unmet(Unmet::Stale(_))) => {
                let reader = app.store.reader().await?;
                row =
                    checkouts::find(&reader, &row.shop_id, &row.id).await?.ok_or(CheckoutError::NotYours)?;
                if !matches!(row.checkout, Checkout::Ordered { .. }) {
                    return Ok(None);
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

async fn intent_of(
    app: &App,
    shop: &OpenShop,
    row: &CheckoutRow,
    session: &CheckoutSessionId,
    snapshot: &BuyerSnapshot,
) -> Result<IntentRow, CheckoutError> {
    let reader = app.store.reader().await?;
    let attempt = intents::next_attempt(&reader, &shop.id, row.id.as_str(), Operation::Complete).await?;
    drop(reader);
    let source = key_source(shop.id.as_str(), row.id.as_str(), Operation::Complete, attempt);
    let key = idempotency_key(Operation::Complete, &crate::secret::sha256(source.as_bytes()));
    let amount =
        shared::money::Chargeable::new(row.cart.asked(row.total)).map_err(|_| CheckoutError::Ended)?;
    let request = amazon_pay::prepare::complete_checkout_session(
        session,
        &CompleteCheckoutSession::new(amount),
        key.clone(),
    );
    Ok(IntentRow {
        shop_id: shop.id.clone(),
        subject: row.id.to_string(),
        operation: Operation::Complete,
        attempt: attempt.into(),
        idempotency_key: key,
        request: crate::store::json_text(&request),
        snapshot: crate::store::json_text(snapshot),
        sent_at: app.clock.now_ms(),
    })
}
