//! What every order action of the desk does the same way: load and judge, store the intent, record the answer.
//!
//! Each action has a file of its own; this one holds no rule. Start at [`load`] and [`intend`].

use super::capture_order::Try;
use super::quote::QuoteError;
use super::shops::OpenShop;
use super::{cancel_order, reauthorize_order, refund_order};
use crate::app::App;
use crate::secret;
use crate::store::intents::{self, IntentRow};
use crate::store::orders::{self, Order};
use crate::store::timeline::{self, Entry, Happened};
use crate::store::{Batch, Reader, Statement, StoreError, Unmet, refunds};
use amazon_pay::{Error, PreparedRequest};
use jiff::Timestamp;
use shared::amount_change::ChangeRefused;
use shared::cart::CartError;
use shared::id::{IdempotencyKey, OperatorId, OrderId};
use shared::intent::{Operation, idempotency_key, key_source};
use shared::order::OrderStatus;
use shared::order_action::{ActionRefused, OrderAction, OrderFacts, judge};
use shared::payment::{PaymentState, Reason};

/// How long whoever stored an intent may be sending it, ms; longer than every try of a call together.
pub const PATIENCE: i64 = 60_000;

/// Longest note or reason of an operator, in characters.
const LONGEST_NOTE: usize = 500;

/// Why an order action was not done. Nothing was changed, and no money moved.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// No such order, dispute or correction in this shop.
    #[error("there is no such order")]
    Unknown,
    /// Changed since the page showed it.
    #[error("the order was changed meanwhile")]
    Changed,
    /// The order does not allow it now.
    #[error(transparent)]
    Refused(#[from] ActionRefused),
    /// The new amounts are not allowed.
    #[error(transparent)]
    Change(#[from] ChangeRefused),
    /// A reason is missing or too long.
    #[error("a reason of 1 to {LONGEST_NOTE} characters is asked")]
    ReasonMissing,
    /// Nothing, or more than is left.
    #[error("the amount cannot be refunded")]
    RefundTooMuch,
    /// The method needs more of the buyer's identity.
    #[error("the buyer's identity is incomplete for this method")]
    IdentityMissing,
    /// The orders go to different addresses.
    #[error("the orders go to different addresses")]
    ParcelsDiffer,
    /// The total is another than the page showed.
    #[error("the total changed since it was shown")]
    TotalChanged,
    /// What was entered cannot be read.
    #[error("the entered data cannot be read")]
    Invalid,
    /// The request has no sense at all.
    #[error("the request has no sense")]
    Shape,
    /// The product is not sold by Amazon Pay.
    #[error("the product is not sold by Amazon Pay")]
    NotOffered,
    /// Products or amounts.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// Amazon refused, and everything is as before.
    #[error("Amazon Pay refused")]
    AmazonRefused(Reason),
    /// Amazon was not reached; certain that nothing happened.
    #[error("Amazon Pay could not be reached")]
    AmazonUnavailable(#[source] Error),
    /// The database failed.
    #[error("the order could not be stored")]
    Store(#[from] StoreError),
}

impl From<CartError> for DeskError {
    fn from(error: CartError) -> Self {
        Self::Quote(error.into())
    }
}

/// What the rules look at.
pub fn facts(order: &Order, money_open: bool) -> OrderFacts<'_> {
    OrderFacts {
        method: order.method,
        payment: &order.payment,
        order_status: order.order_status,
        origin: order.origin,
        total: order.total(),
        money_open,
        placed_at: Timestamp::from_millisecond(order.placed_at).unwrap_or(Timestamp::UNIX_EPOCH),
        left_amazon_pay: order.desk.left_amazon_pay,
        replaced: order.desk.replaced_by.is_some(),
        recurring: order.subscription.is_some(),
    }
}

/// Whether a question about the order's money is open at Amazon: one of ours, or a refund of Seller Central, beside which one of
/// ours could give back more than was captured (R37).
///
/// # Errors
/// The database failed.
pub async fn money_open(reader: &Reader, order: &Order) -> Result<bool, StoreError> {
    let (shop, id) = (&order.shop_id, &order.id);
    Ok(intents::find_open(reader, shop, id.as_str()).await?.is_some()
        || !refunds::under_way_elsewhere(reader, shop, id).await?.is_empty())
}

/// The order, if `action` is allowed now and its terms are still those of `version`.
///
/// # Errors
/// [`DeskError::Unknown`], [`DeskError::Refused`], [`DeskError::Changed`], or the database failed.
pub async fn load(
    app: &App,
    shop: &OpenShop,
    id: &OrderId,
    version: i64,
    action: OrderAction,
) -> Result<Order, DeskError> {
    let reader = app.store.reader().await?;
    let order = orders::find(&reader, &shop.id, id).await?.ok_or(DeskError::Unknown)?;
    let open = money_open(&reader, &order).await?;
    drop(reader);
    judge(action, &facts(&order, open), app.clock.now())?;
    if order.same_terms_as(version) { Ok(order) } else { Err(DeskError::Changed) }
}

/// A note of at most 500 characters; blank is none.
///
/// # Errors
/// [`DeskError::ReasonMissing`] above that.
pub fn note(text: Option<&str>) -> Result<Option<String>, DeskError> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > LONGEST_NOTE) {
        return Err(DeskError::ReasonMissing);
    }
    Ok(text.map(str::to_owned))
}

/// A reason of 1 to 500 characters.
///
/// # Errors
/// [`DeskError::ReasonMissing`].
pub fn reason(text: &str) -> Result<String, DeskError> {
    note(Some(text))?.ok_or(DeskError::ReasonMissing)
}

/// An entry of the timeline: `who` did or asked `happened`.
pub fn told(order: &Order, who: &str, happened: Happened, now: Timestamp) -> Statement {
    let entry = Entry { at: now.as_millisecond(), actor: who.to_owned(), happened, request_id: None };
    timeline::add(&order.shop_id, &order.id, &secret::timed_id(now), &entry)
}

/// Old and new 受注ステータス as an entry of the timeline keeps them: by the names they are stored under.
pub fn status_change(from: OrderStatus, to: OrderStatus) -> String {
    format!("{} → {}", from.name(), to.name())
}

/// A question to Amazon that moves money.
pub struct Ask<'a> {
    /// What is asked.
    pub operation: Operation,
    /// From 1.
    pub attempt: u32,
    /// Who asks: an operator, or `noren`.
    pub actor: &'a str,
    /// For the timeline.
    pub happened: Happened,
    /// JSON: what the record needs besides Amazon's answer.
    pub snapshot: String,
}

/// The number of the next attempt.
///
/// # Errors
/// The database failed.
pub async fn next_attempt(app: &App, order: &Order, operation: Operation) -> Result<u32, DeskError> {
    let reader = app.store.reader().await?;
    Ok(intents::next_attempt(&reader, &order.shop_id, order.id.as_str(), operation).await?)
}

/// Stores the intent, and with it `order` as it becomes at once and whatever else belongs to it.
///
/// # Errors
/// [`DeskError::Changed`] where somebody changed the order since it was read; [`ActionRefused::InProgress`].
pub async fn intend(
    app: &App,
    order: &Order,
    ask: Ask<'_>,
    prepare: impl FnOnce(IdempotencyKey) -> PreparedRequest,
    extra: Batch,
) -> Result<(Order, IntentRow), DeskError> {
    let now = app.clock.now();
    let intent = intent_of(order, ask.operation, ask.attempt, ask.snapshot, prepare, now);
    let mut batch = intents::open(&intent);
    batch.push(told(order, ask.actor, ask.happened, now));
    batch.append(extra);
    batch.push(orders::save(order, now.as_millisecond()));
    // If this process dies before the answer is stored, the reconciler finds the open intent.
    batch.push(super::place_order::follow(order, now.as_millisecond() + PATIENCE, now));
    write(app, batch).await?;
    Ok((Order { version: order.version + 1, ..order.clone() }, intent))
}

/// The intent of attempt number `attempt`, with its key and the prepared call.
pub fn intent_of(
    order: &Order,
    operation: Operation,
    attempt: u32,
    snapshot: String,
    prepare: impl FnOnce(IdempotencyKey) -> PreparedRequest,
    now: Timestamp,
) -> IntentRow {
    let source = key_source(order.shop_id.as_str(), order.id.as_str(), operation, attempt);
    let key = idempotency_key(operation, &secret::sha256(source.as_bytes()));
    IntentRow {
        shop_id: order.shop_id.clone(),
        subject: order.id.to_string(),
        operation,
        attempt: attempt.into(),
        idempotency_key: key.clone(),
        request: crate::store::json_text(&prepare(key)),
        snapshot,
        sent_at: now.as_millisecond(),
    }
}

/// Writes `batch`, with what is not met in the desk's words.
///
/// # Errors
/// [`DeskError`].
pub async fn write(app: &App, batch: Batch) -> Result<(), DeskError> {
    match app.store.write(batch).await {
        Ok(_) => Ok(()),
        Err(StoreError::Unmet(Unmet::Busy(_))) => Err(ActionRefused::InProgress.into()),
        Err(StoreError::Unmet(Unmet::AlreadyPlaced("cart_hold"))) => Err(ActionRefused::Replaced.into()),
        Err(StoreError::Unmet(Unmet::Stale(_))) => Err(DeskError::Changed),
        Err(StoreError::Unmet(Unmet::Missing(_))) => Err(DeskError::Unknown),
        Err(error) => Err(error.into()),
    }
}

/// Closes the intent with what `apply` makes of the order as it is now; begun again where a notification touched
/// the order at the same moment. Somebody else who recorded the answer first is fine.
///
/// # Errors
/// The database failed, or the order changes faster than it can be written.
pub async fn record(
    app: &App,
    order: Order,
    intent: &IntentRow,
    outcome: &str,
    request_id: Option<&str>,
    apply: impl Fn(&Order, Timestamp) -> (Order, Batch),
) -> Result<Order, DeskError> {
    let mut order = order;
    for _ in 0..5 {
        let now = app.clock.now();
        let (changed, statements) = apply(&order, now);
        let mut batch = intents::close(intent, outcome, request_id, now.as_millisecond());
        batch.append(statements);
        match app.store.write(batch).await {
            Ok(_) => {
                app.work.notify_one();
                return Ok(changed);
            }
            Err(StoreError::Unmet(unmet)) => {
                let reader = app.store.reader().await?;
                order = orders::find(&reader, &order.shop_id, &order.id).await?.ok_or(DeskError::Unknown)?;
                if !matches!(unmet, Unmet::Stale(_)) {
                    return Ok(order);
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(DeskError::Changed)
}

/// Sends what is open again, or asks, and records what came of it: the reconciler's part for the desk.
///
/// # Errors
/// [`DeskError`]; it is tried again later.
pub async fn settle(app: &App, shop: &OpenShop, order: Order, intent: &IntentRow) -> Result<(), DeskError> {
    // Whoever asked may still be waiting: a second sender now would make "certainly not sent" a lie.
    let now = app.clock.now();
    let sender_gone_at = intent.sent_at + PATIENCE;
    if order.payment.state() != PaymentState::Unconfirmed && now.as_millisecond() < sender_gone_at {
        app.store.write(super::place_order::follow(&order, sender_gone_at, now)).await?;
        return Ok(());
    }
    let settled = match intent.operation {
        Operation::CancelCharge => cancel_order::send_and_record(app, shop, order, intent, Try::Again).await,
        Operation::Refund => refund_order::send_and_record(app, shop, order, intent, Try::Again).await,
        Operation::CreateCharge => {
            reauthorize_order::send_and_record(app, shop, order, intent, Try::Again).await
        }
        Operation::Complete | Operation::Capture => Ok(()),
    };
    match settled {
        // The refusal is recorded; there is nothing more to do here.
        Err(DeskError::AmazonRefused(_) | DeskError::Changed) => Ok(()),
        done => done,
    }
}

/// Reads the stored request; one that cannot be read is our own fault and stays open for people.
pub fn stored_request(order: &Order, intent: &IntentRow) -> Option<PreparedRequest> {
    let request = serde_json::from_str(&intent.request).ok();
    if request.is_none() {
        tracing::error!(order.id = %order.id, "a stored request cannot be read");
    }
    request
}

/// The operator's name as an actor of the timeline.
pub fn actor(operator: &OperatorId) -> &str {
    operator.as_str()
}
