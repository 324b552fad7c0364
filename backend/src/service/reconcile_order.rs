//! Ask Amazon how an order's payment stands, and believe it (突き合わせ).
//!
//! Serves notifications, polling and the reconciler alike: all end in the same `Payment::apply`.

use super::ask_name;
use super::capture_order::{self, Try};
use super::desk::DeskError;
use super::lost_charge;
use super::monthly_cap;
use super::order_change::{look_again, take_in};
use super::pace;
use super::place_order::follow;
use super::review_checkout::BuyerSnapshot;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::intents;
use crate::store::orders::{self, Order, OrderBuyer};
use crate::store::timeline::{self, Entry, Happened};
use crate::store::{Batch, Reader, StoreError, Unmet, members, refunds, subscriptions};
use amazon_pay::wire::{Charge, Refund};
use jiff::Timestamp;
use shared::address::DeliveryAddress;
use shared::charge::{ChargeState, RefundState};
use shared::id::{OrderId, RefundId};
use shared::identity::PersonName;
use shared::intent::Operation;
use shared::money::Yen;
use shared::notification_outcome::{NotificationOutcome, Standing};
use shared::order_action::ActionRefused;
use shared::payment::{AUTHORIZATION_LIFE, Payment, PaymentEvent, PaymentState, Reason};
use shared::refund::{self, Share};

/// How often a moment at which somebody else wrote the order is tried again.
const TRIES: usize = 5;

/// In ms.
const MINUTE: i64 = 60_000;

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
    Desk(#[from] DeskError),
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
        let ends = intent.sent_at + pace::look_after(app);
        let now = app.clock.now();
        if order.payment.state() != PaymentState::Unconfirmed && now.as_millisecond() < ends {
            // The call is under way somewhere, or its process has died: the charge may be asked meanwhile, and the
            // call is looked after when it has ended for sure.
            app.store.write(follow(&order, ends, now)).await?;
            return follow_charge(app, shop, order).await.map(drop);
        }
        pace::turn(app, shop, amazon_pay::Operation::CaptureCharge).await?;
        return match capture_order::send_and_record(app, shop, order, &intent, Try::Again).await {
            // The refusal is stored as the order's state; there is nothing more to do here.
            Ok(_) | Err(E::Refused(_) | E::NotAllowed | E::Changed) => Ok(()),
            Err(error) => Err(error.into()),
        };
    }
    let Some(order) = refund_decided(app, shop, order).await? else { return Ok(()) };
    let decided = decided_elsewhere(app, shop, &order).await?;
    follow_charge(app, shop, order).await?;
    // Only now, when what they gave back is noted, more may go back.
    let ended: Batch = decided.iter().map(|refund| refunds::ended_elsewhere(&shop.id, id, refund)).collect();
    if !ended.is_empty() {
        app.store.write(ended).await?;
    }
    follow_permission(app, shop, id).await
}

/// Looks after a refund that is under way; the order, unless one is still. Only then the charge tells what was given back
/// elsewhere.
async fn refund_decided(app: &App, shop: &OpenShop, order: Order) -> Result<Option<Order>, ReconcileError> {
    let under_way = |order: &Order| matches!(order.payment, Payment::RefundPending { .. });
    if !under_way(&order) {
        return Ok(Some(order));
    }
    super::refund_order::follow_refund(app, shop, &order.id).await?;
    let reader = app.store.reader().await?;
    Ok(orders::find(&reader, &shop.id, &order.id).await?.filter(|order| !under_way(order)))
}

/// Looks after the refunds of Seller Central that Amazon was deciding; those that it decides no more.
async fn decided_elsewhere(
    app: &App,
    shop: &OpenShop,
    order: &Order,
) -> Result<Vec<RefundId>, ReconcileError> {
    let reader = app.store.reader().await?;
    let found = refunds::under_way_elsewhere(&reader, &shop.id, &order.id).await?;
    drop(reader);
    let mut decided = Vec::new();
    for refund in found {
        let told = refund_told(app, shop, &refund.id).await?;
        let now = app.clock.now();
        if told.is_some_and(|told| told.status_details.state == RefundState::RefundInitiated) {
            let age = now.as_millisecond() - refund.found_at;
            let wait = (age / 2).clamp(MINUTE, 60 * MINUTE);
            app.store.write(follow(order, now.as_millisecond() + wait, now)).await?;
        } else {
            decided.push(refund.id);
        }
    }
    Ok(decided)
}

/// Asks for the charge, and takes in what it says.
async fn follow_charge(app: &App, shop: &OpenShop, order: Order) -> Result<Order, ReconcileError> {
    let mut order = order;
    for _ in 0..TRIES {
        let Some(charge_id) = order.charge_id.clone() else {
            return Ok(order);
        };
        pace::turn(app, shop, amazon_pay::Operation::GetCharge).await?;
        let charge = shop.amazon.charge(&charge_id, app.clock.now()).await?;
        let now = app.clock.now();
        let event = fact(&order.payment, &charge, now);
        let (changed, mut batch) = take_in(&order, event, None, now);
        let (changed, refunded) = refunded_at_amazon(app, changed, &charge, now).await?;
        batch.append(refunded);
        batch.append(super::compose_mail::after_authorization(shop, &order, &changed, now));
        if batch.is_empty() {
            batch = look_again(&order, now);
        }
        let created = charge.creation_timestamp.map(|at| at.get());
        batch.append(monthly_cap::first_made(app, &order, created).await?);
        if batch.is_empty() {
            return Ok(changed);
        }
        match app.store.write(batch).await {
            Ok(_) => return Ok(changed),
            // Somebody wrote the order meanwhile. What Amazon said may be older than that, so it is asked again.
            Err(StoreError::Unmet(Unmet::Stale(_))) => {
                let reader = app.store.reader().await?;
                let Some(now) = orders::find(&reader, &shop.id, &order.id).await? else {
                    return Ok(order);
                };
                order = now;
            }
            Err(error) => return Err(error.into()),
        }
    }
    // Written faster than it can be asked for: later.
    Err(StoreError::Unmet(Unmet::Stale("orders")).into())
}

/// A refund made at Amazon itself is told by the charge alone: what it shows beyond our own refunds is noted, and cannot be
/// given back here once more (R37). `order` as it was read before the charge was: our refunds are stored with its version.
async fn refunded_at_amazon(
    app: &App,
    order: Order,
    charge: &Charge,
    now: Timestamp,
) -> Result<(Order, Batch), StoreError> {
    let known = match &order.payment {
        Payment::Captured { refunded, .. } | Payment::RefundFailed { refunded, .. } => *refunded,
        _ => return Ok((order, Batch::new())),
    };
    let shown = charge.refunded_amount.map_or(Yen::ZERO, |amount| amount.yen());
    if shown <= known || charge.status_details.state != ChargeState::Captured {
        return Ok((order, Batch::new()));
    }
    let reader = app.store.reader().await?;
    let ours: Vec<(Yen, Share)> = refunds::of(&reader, &order.shop_id, &order.id)
        .await?
        .iter()
        .map(|row| {
            let ended_at = row.ended_at.and_then(|at| Timestamp::from_millisecond(at).ok());
            (row.amount, refund::share(row.progress, row.amazon_id.is_some(), ended_at, now))
        })
        .collect();
    drop(reader);
    let sum = |wanted: fn(Share) -> bool| {
        ours.iter()
            .filter(|(_, share)| wanted(*share))
            .try_fold(Yen::ZERO, |sum, (amount, _)| sum.checked_add(*amount))
            .unwrap_or(order.payment.amount())
    };
    let done = sum(|share| share == Share::Done);
    let under_way = sum(|share| matches!(share, Share::UnderWay | Share::Lingers(_)));
    let mut batch = Batch::new();
    // What hides behind one of ours that was refused a moment ago is told apart when that is over.
    let lingers = ours.iter().filter_map(|(_, share)| match share {
        Share::Lingers(until) => Some(*until),
        _ => None,
    });
    if let Some(until) = lingers.min() {
        batch.push(follow(&order, until.as_millisecond(), now));
    }
    let elsewhere = refund::elsewhere(shown, done, under_way);
    let news = elsewhere.saturating_sub(known.saturating_sub(done));
    let Some(refunded) = done.checked_add(elsewhere).filter(|_| !news.is_zero()) else {
        return Ok((order, batch));
    };
    let at = charge.status_details.last_updated_timestamp.map_or(now, |at| at.get());
    let (changed, taken_in) = take_in(&order, PaymentEvent::RefundedAtAmazon { refunded, at }, None, now);
    batch.append(taken_in);
    let happened = Happened::RefundedAtAmazon { amount: news };
    // The rest is less, and the page that shows more of it is an old one: its refund would go out on top.
    batch.push(orders::terms_changed(&order));
    batch.push(super::desk::told(&order, "amazon", happened, now));
    Ok((changed, batch))
}

/// Hears of money of the order that went back at Amazon itself. Asked before more of it goes back: Amazon takes refunds above
/// what was captured, and its notification may be late or missing (R37).
///
/// # Errors
/// [`DeskError::Changed`] where nobody here had heard of it; it is noted now. [`ActionRefused::InProgress`] where what Amazon
/// shows may be one of ours that was refused a moment ago, or somebody else's. The database failed. Where Amazon does not
/// answer nothing is known; the refund itself will be answered, or not.
pub async fn hear_of_refunds(app: &App, shop: &OpenShop, order: &Order) -> Result<(), DeskError> {
    let Some(charge) = &order.charge_id else { return Ok(()) };
    let now = app.clock.now();
    let charge = match shop.amazon.charge(charge, now).await {
        Ok(charge) => charge,
        Err(error) => {
            tracing::info!(order.id = %order.id, %error, "Amazon does not tell what was refunded before");
            return Ok(());
        }
    };
    let (changed, batch) = refunded_at_amazon(app, order.clone(), &charge, now).await?;
    if batch.is_empty() {
        return Ok(());
    }
    let told = changed.version != order.version;
    match app.store.write(batch).await {
        Ok(_) if !told => Err(ActionRefused::InProgress.into()),
        // Somebody else has written the order: it is another one than was seen, too.
        Ok(_) | Err(StoreError::Unmet(_)) => Err(DeskError::Changed),
        Err(error) => Err(error.into()),
    }
}

/// The permission's address is the right one; where it differs from what the review page had, it wins, and an
/// area that is not served is flagged. It is read once, however late: addresses that change at Amazon afterwards are
/// never taken (R22). It also tells who bought, where nobody could be asked before.
async fn follow_permission(app: &App, shop: &OpenShop, id: &OrderId) -> Result<(), ReconcileError> {
    for _ in 0..TRIES {
        let reader = app.store.reader().await?;
        if !orders::permission_is_unread(&reader, &shop.id, id).await? {
            return Ok(());
        }
        let order = orders::find(&reader, &shop.id, id).await?;
        drop(reader);
        let Some(order) = order else { return Ok(()) };
        let Some(permission) = &order.charge_permission_id else { return Ok(()) };
        pace::turn(app, shop, amazon_pay::Operation::GetChargePermission).await?;
        let asked_at = app.clock.now();
        let permission = shop.amazon.charge_permission(permission, asked_at).await?;
        if order.subscription.is_some() {
            monthly_cap::overheard(app, shop, &permission, asked_at).await?;
        }
        let told = BuyerSnapshot::new(permission.buyer.as_ref(), permission.shipping_address.as_ref());
        let reader = app.store.reader().await?;
        let told_name = members::told_name(&reader, &shop.id, told.buyer_id.as_ref()).await?;
        drop(reader);
        match app.store.write(permission_told(shop, order, told, told_name, app.clock.now())).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Unmet(Unmet::Stale(_))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Unmet(Unmet::Stale("orders")).into())
}

/// What the permission tells, in the order; where it tells nothing new only that it was read.
fn permission_told(
    shop: &OpenShop,
    order: Order,
    told: BuyerSnapshot,
    told_name: PersonName,
    now: Timestamp,
) -> Batch {
    let at = now.as_millisecond();
    // What an operator has edited stays as it is.
    let original = told
        .address
        .filter(|given| !order.desk.identity.edited && Some(given) != order.original_address.as_ref());
    let nameless = order.buyer.id.is_none() && order.buyer.name.is_empty() && !told.name.is_empty();
    if original.is_none() && !nameless {
        return orders::permission_read(&order.shop_id, &order.id, at).into();
    }
    let mut changed = order.clone();
    if nameless {
        changed.buyer = OrderBuyer { id: told.buyer_id, name: told.name, mail: told.mail, phone: told.phone };
        changed.desk.identity.amazon_name = told.amazon_name;
        // What the shopper told in the review is of this order.
        if order.desk.identity.buyer == PersonName::default() {
            changed.desk.identity.buyer = told_name;
        }
    }
    let mut batch = Batch::new();
    if let Some(original) = original {
        let mut address = DeliveryAddress::from_amazon(&original);
        // Another recipient, perhaps: what was told of the buyer holds for the one who bears that name.
        let identity = &mut changed.desk.identity;
        let is_told = identity.buyer != PersonName::default();
        if is_told && (shop.settings.ask_name || identity.delivery == identity.buyer) {
            ask_name::of_recipient(identity, &mut address, &changed.buyer.name);
        }
        changed.area_not_served = !shop.serves(address.prefecture);
        if changed.area_not_served && !order.area_not_served {
            let entry =
                Entry { at, actor: "noren".to_owned(), happened: Happened::AreaNotServed, request_id: None };
            batch.push(timeline::add(&order.shop_id, &order.id, &secret::timed_id(now), &entry));
        }
        batch.extend(super::begin_subscription::address_told(&order, &address, now));
        changed.address = Some(address);
        changed.original_address = Some(original);
    }
    batch.push(orders::take_permission(&changed, at));
    batch.push(super::index_order::enqueue(&changed, now));
    batch
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
            // Nobody has asked for a capture that could have been declined, so it was the authorization.
            Payment::Authorized { .. } if charge.capture_amount.is_none() => {
                PaymentEvent::AuthorizationDeclined { reason: reason(), at }
            }
            // Canceled after Amazon had refused to reserve: known.
            Payment::Canceled { .. } => PaymentEvent::FoundUnchanged { at: now },
            _ => PaymentEvent::CaptureRefused { reason: reason(), at, retry_until: None },
        },
    }
}

/// What a notification named: its order, found by charge or by permission, is brought up to date. An object we
/// do not know yet (the notification overtook our own record) is looked for again; after a while it is left. Answers what
/// came of it, and the order where the object itself tells which one it is.
///
/// # Errors
/// [`ReconcileError`]; the job is tried again.
pub async fn follow_object(
    app: &App,
    shop: &OpenShop,
    object_id: &str,
    payload: &str,
) -> Result<(NotificationOutcome, Option<OrderId>), ReconcileError> {
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
        order = refunds::find_order(&reader, &shop.id, object_id).await?;
    }
    drop(reader);
    let unknown = order.is_none();
    if unknown && payload.object_type == "REFUND" {
        order = order_of_refund(app, shop, object_id).await?;
    }
    // Not by its permission, by which an order is found, too: under an agreement there are many orders.
    let of_object = order.clone().filter(|_| payload.object_type != "CHARGE_PERMISSION");
    let reader = app.store.reader().await?;
    if order.is_none() {
        for permission in payload.charge_permission_id.as_deref().into_iter().chain([object_id]) {
            order = order.or(orders::find_id_by_permission(&reader, &shop.id, permission).await?);
        }
    }
    let permission = payload.charge_permission_id.as_deref().unwrap_or(object_id);
    let permission = shared::id::ChargePermissionId::new(permission).ok();
    let subscription = match &permission {
        Some(permission) => subscriptions::find_by_permission(&reader, &shop.id, permission).await?,
        None => None,
    };
    let before = standing(&reader, shop, order.as_ref()).await?;
    drop(reader);
    // What the permission has become decides about the next delivery.
    if let Some(subscription) = subscription.filter(|_| payload.object_type == "CHARGE_PERMISSION") {
        app.store.write(subscriptions::see_to(&shop.id, &subscription.id, app.clock.now_ms())).await?;
    }
    let disputed = payload.object_type == "CHARGEBACK"
        && super::receive_dispute::receive_dispute(app, shop, object_id, order.as_ref()).await?;
    // A charge that no order has may be the one whose answer was lost: then it is told from itself, and not sent again.
    let recognized = match &permission {
        Some(permission) if unknown && payload.object_type == "CHARGE" => {
            lost_charge::recognize(app, shop, object_id, permission).await?
        }
        _ => false,
    };
    match &order {
        _ if recognized => {}
        Some(order) => reconcile_order(app, shop, order).await?,
        // Never fatal: our own completing, the sweeper and the reports find what this one meant.
        None => tracing::info!(object.id = %object_id, "a notification names nothing we know"),
    }
    let reader = app.store.reader().await?;
    if order.is_none() && recognized {
        order = orders::find_id_by_charge(&reader, &shop.id, object_id).await?;
    }
    let after = standing(&reader, shop, order.as_ref()).await?;
    Ok((NotificationOutcome::between(before, after, disputed), of_object))
}

/// How an order stands, as far as that tells whether something changed.
async fn standing(
    reader: &Reader,
    shop: &OpenShop,
    order: Option<&OrderId>,
) -> Result<Option<Standing>, StoreError> {
    let Some(order) = order else { return Ok(None) };
    let order = orders::find(reader, &shop.id, order).await?;
    Ok(order.map(|order| (order.payment.state(), order.version)))
}

/// The order of a refund that none of ours is: it was made in Seller Central, and its charge tells whose it is. Under one
/// permission there are many charges. While Amazon decides it, that is kept with the order.
async fn order_of_refund(
    app: &App,
    shop: &OpenShop,
    refund: &str,
) -> Result<Option<OrderId>, ReconcileError> {
    let Ok(refund) = RefundId::new(refund) else { return Ok(None) };
    let Some(told) = refund_told(app, shop, &refund).await? else { return Ok(None) };
    let reader = app.store.reader().await?;
    let order = orders::find_id_by_charge(&reader, &shop.id, told.charge_id.as_str()).await?;
    drop(reader);
    if let Some(order) = &order
        && told.status_details.state == RefundState::RefundInitiated
    {
        keep_under_way(app, shop, order, &refund).await?;
    }
    Ok(order)
}

/// Keeps with the order that Amazon decides a refund of Seller Central.
async fn keep_under_way(
    app: &App,
    shop: &OpenShop,
    id: &OrderId,
    refund: &RefundId,
) -> Result<(), StoreError> {
    for _ in 0..TRIES {
        let reader = app.store.reader().await?;
        let known = refunds::under_way_elsewhere(&reader, &shop.id, id).await?;
        let order = orders::find(&reader, &shop.id, id).await?;
        drop(reader);
        let Some(order) = order.filter(|_| known.iter().all(|one| one.id != *refund)) else { return Ok(()) };
        // Whoever is just about to give money back has decided without it.
        let mut batch = Batch::from(orders::touched(&order));
        batch.push(refunds::found_elsewhere(&shop.id, id, refund, app.clock.now_ms()));
        match app.store.write(batch).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Unmet(Unmet::Stale(_))) => {}
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Unmet(Unmet::Stale("orders")))
}

/// The refund as Amazon tells of it; `None` where not even Amazon knows it, or does not tell this shop.
async fn refund_told(
    app: &App,
    shop: &OpenShop,
    refund: &RefundId,
) -> Result<Option<Refund>, ReconcileError> {
    pace::turn(app, shop, amazon_pay::Operation::GetRefund).await?;
    match shop.amazon.refund(refund, app.clock.now()).await {
        Ok(refund) => Ok(Some(refund)),
        // Asked again it says the same, for ever.
        Err(amazon_pay::Error::Refused { status: status @ (400 | 403 | 404), reason, .. }) => {
            let reason = reason.code();
            tracing::info!(status, reason, "Amazon does not tell of a refund that a notification named");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
