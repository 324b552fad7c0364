//! The shopper is back from Amazon's processing page: the order comes about, exactly once.
//!
//! Intend, call, record: the intent with its snapshot is stored, Amazon is asked to complete, the answer and
//! the order are stored in one batch. A lost answer leaves the checkout completing, and the reconciler asks.

use super::checkout_error::CheckoutError;
use super::open_checkout::{Pass, open_checkout, own_session};
use super::review_checkout::BuyerSnapshot;
use super::settle_checkout;
use super::shops::OpenShop;
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

/// How soon the reconciler looks after a checkout whose completion was begun, ms.
pub const LOOK_AFTER: i64 = 20_000;

/// How long the result page waits for Amazon before it says so, real time.
const PAGE_WAITS: std::time::Duration = std::time::Duration::from_secs(8);

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
        let (task_app, task_shop) = (app.clone(), Arc::clone(shop));
        // In a task of its own: a closed tab must not lose the record. The page waits for a while only; then it
        // says that the payment is being confirmed, and asks again.
        let completing = app.finish(async move { complete_ordered(&task_app, &task_shop, row).await });
        if let Ok(done) = tokio::time::timeout(PAGE_WAITS, completing).await {
            done?;
        }
    }
    result(app, shop, id, pass).await
}

/// What became of the purchase, as stored.
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
        Checkout::Started | Checkout::Reviewing { .. } | Checkout::Ordered { .. } => (Outcome::Open, None),
        Checkout::Completing { .. } => (Outcome::Confirming, None),
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
    let found = own_session(app, shop, &row, &session).await?;
    if found.status_details.state == CheckoutSessionState::Canceled {
        return settle_checkout::learn(app, shop, &row, &found).await;
    }
    let snapshot = BuyerSnapshot::of(&found);
    let Some((row, intent)) = intend(app, shop, row, &session, &snapshot).await? else {
        return Ok(());
    };
    settle_checkout::send_and_record(app, shop, &row, &intent).await
}

/// Stores the intent and the state; `None` when somebody else is completing it.
async fn intend(
    app: &App,
    shop: &OpenShop,
    row: CheckoutRow,
    session: &CheckoutSessionId,
    snapshot: &BuyerSnapshot,
) -> Result<Option<(CheckoutRow, IntentRow)>, CheckoutError> {
    let now = app.clock.now();
    let reader = app.store.reader().await?;
    let attempt = intents::next_attempt(&reader, &shop.id, row.id.as_str(), Operation::Complete).await?;
    drop(reader);
    let source = key_source(shop.id.as_str(), row.id.as_str(), Operation::Complete, attempt);
    let key = idempotency_key(Operation::Complete, &crate::secret::sha256(source.as_bytes()));
    let amount = shared::money::Chargeable::new(row.total).map_err(|_| CheckoutError::Ended)?;
    let request = amazon_pay::prepare::complete_checkout_session(
        session,
        &CompleteCheckoutSession::new(amount),
        key.clone(),
    );
    let intent = IntentRow {
        shop_id: shop.id.clone(),
        subject: row.id.to_string(),
        operation: Operation::Complete,
        attempt: attempt.into(),
        idempotency_key: key,
        request: crate::store::json_text(&request),
        snapshot: crate::store::json_text(snapshot),
        sent_at: now.as_millisecond(),
    };
    let next = row
        .checkout
        .clone()
        .apply(CheckoutEvent::CompletionAsked { at: now })
        .map_err(|_| CheckoutError::Ended)?;
    let mut batch = intents::open(&intent);
    batch.push(checkouts::save(&row, &next, Some(now.as_millisecond() + LOOK_AFTER), now.as_millisecond()));
    match app.store.write(batch).await {
        Ok(_) => Ok(Some((CheckoutRow { checkout: next, version: row.version + 1, ..row }, intent))),
        Err(StoreError::Unmet(Unmet::Busy(_) | Unmet::Stale(_))) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
