//! A subscription begins with the order of its checkout (R5): what Amazon is told of it, and its rows.
//!
//! The rows stand in the batch that stores the order. Where nobody could say who bought, because the session could not
//! be read, a job asks the charge permission until it tells. The subscription's id is the order's, so that whoever
//! comes first and however often, there is one. Start at [`with_order`].

use super::place_order::{draw_number, follow};
use super::review_checkout::BuyerSnapshot;
use super::shops::OpenShop;
use super::{monthly_cap, pace, tell_subscription};
use crate::app::App;
use crate::secret;
use crate::shop::Shop;
use crate::store::checkouts::{self, CheckoutRow};
use crate::store::monthly_totals::{self, Caps, Reservation};
use crate::store::orders::{self, Order, OrderBuyer, OrderSubscription};
use crate::store::subscriptions::{self, PeriodRow, Subscription};
use crate::store::{Batch, Statement, StoreError, jobs};
use crate::worker::kind;
use amazon_pay::wire::{Frequency, FrequencyUnit, Price, RecurringMetadata};
use jiff::Timestamp;
use jiff::civil::Date;
use shared::address::DeliveryAddress;
use shared::cart::{Cart, CartSubscription};
use shared::charge::ChargePermissionState;
use shared::checkout::Checkout;
use shared::cycle::Cycle;
use shared::id::{BuyerId, ChargePermissionId, JobId, OrderId, SubscriptionId};
use shared::mail::NewsFacts;
use shared::money::Yen;
use shared::monthly_cap::Month;
use shared::payment::PaymentState;
use shared::renewal::{RenewalEvent, Told, due_at};
use shared::renewal_price::Prices;
use shared::subscription::{AddressSource, PeriodOutcome, Schedule, SubscriptionAddress, SubscriptionState};

/// Why a subscription could not begin yet; the job tries again.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// Amazon did not answer.
    #[error("Amazon Pay could not be asked")]
    Amazon(#[from] amazon_pay::Error),
    /// The permission names no buyer.
    #[error("the charge permission does not tell who bought")]
    BuyerUnknown,
    /// The database failed.
    #[error("the subscription could not be stored")]
    Store(#[from] StoreError),
}

/// What Amazon tells the buyer before the consent; `None` for a cart that begins no subscription. The amount is left out
/// where the first delivery costs another one than the later ones: then it varies (reference, section 7.1).
pub fn agreement(cart: &Cart, total: Yen) -> Option<RecurringMetadata> {
    let subscription = cart.subscription.as_ref()?;
    let (unit, every) = match subscription.cycle {
        Cycle::Weeks { every } => (FrequencyUnit::Week, every),
        Cycle::Months { every } => (FrequencyUnit::Month, every),
    };
    Some(RecurringMetadata {
        frequency: Some(Frequency { unit, value: every.to_string() }),
        amount: (subscription.renewal_total == total).then(|| Price::new(total)),
    })
}

/// The first order's place in the subscription that its checkout begins.
pub fn of_order(row: &CheckoutRow) -> Option<OrderSubscription> {
    let begun = row.cart.subscription.as_ref()?;
    Some(OrderSubscription { id: id_of(&row.order_id), period: 1, delivery: begun.first_delivery })
}

/// What is stored with the order: the subscription, or the job that begins it once the buyer is known.
pub fn with_order(
    shop: &Shop,
    row: &CheckoutRow,
    order: &Order,
    payment_text: Option<String>,
    now: Timestamp,
) -> Batch {
    let Some(begun) = &row.cart.subscription else {
        return Batch::new();
    };
    match (&order.buyer.id, &order.charge_permission_id) {
        (Some(buyer), Some(permission)) => {
            let known = Known { buyer, permission, who: &order.buyer, payment_text };
            rows(shop, row, begun, order, known, charged_at(row).unwrap_or(now), now)
        }
        _ => later(order, now).into(),
    }
}

/// Begins the subscription of an order that was stored without one; done already changes nothing.
///
/// # Errors
/// [`BeginError`].
pub async fn begin_subscription(app: &App, shop: &OpenShop, id: &OrderId) -> Result<(), BeginError> {
    let reader = app.store.reader().await?;
    let Some(order) = orders::find(&reader, &shop.id, id).await? else { return Ok(()) };
    let begun = subscriptions::find(&reader, &shop.id, &id_of(id)).await?.is_some();
    let row = match &order.checkout_id {
        Some(checkout) => checkouts::find(&reader, &shop.id, checkout).await?,
        None => None,
    };
    drop(reader);
    let permission_id = order.charge_permission_id.clone();
    let (Some(row), Some(permission_id), false) = (row, permission_id, begun) else {
        return Ok(());
    };
    let Some(terms) = &row.cart.subscription else { return Ok(()) };
    pace::turn(app, shop, amazon_pay::Operation::GetChargePermission).await?;
    let asked_at = app.clock.now();
    let permission = shop.amazon.charge_permission(&permission_id, asked_at).await?;
    let told = BuyerSnapshot::new(permission.buyer.as_ref(), permission.shipping_address.as_ref());
    let buyer = told.buyer_id.clone().ok_or(BeginError::BuyerUnknown)?;
    let who = OrderBuyer { id: told.buyer_id, name: told.name, mail: told.mail, phone: told.phone };
    let order = Order {
        address: order.address.or_else(|| told.address.as_ref().map(DeliveryAddress::from_amazon)),
        ..order
    };
    let payment_text = permission.payment_descriptor().map(|text| shared::address::tidy(text.expose()));
    let known = Known { buyer: &buyer, permission: &permission_id, who: &who, payment_text };
    let now = app.clock.now();
    let placed = Timestamp::from_millisecond(order.placed_at).unwrap_or(now);
    // As it was read: what Amazon declines meanwhile is not counted after that.
    let mut batch = Batch::from(orders::unchanged(&order));
    batch.append(rows(&shop.shop, &row, terms, &order, known, placed, now));
    // Its charge tells in which month it was made, now that it is counted.
    batch.push(follow(&order, now.as_millisecond(), now));
    match app.store.write(batch).await {
        Ok(_) => {
            monthly_cap::take_over(app, shop, &permission, asked_at).await?;
            Ok(())
        }
        // Begun by somebody else meanwhile, or its number was drawn twice: the next try finds out which.
        Err(error) => Err(error.into()),
    }
}

/// The permission's address differs from the one the review page showed, and wins: for the later deliveries, too.
pub fn address_told(order: &Order, address: &DeliveryAddress, now: Timestamp) -> Option<Statement> {
    let OrderSubscription { id, delivery, .. } = order.subscription.as_ref().filter(|one| one.period == 1)?;
    let source = AddressSource::Checkout;
    let address = SubscriptionAddress { from: *delivery, address: address.clone(), source };
    let (shop, at) = (&order.shop_id, now.as_millisecond());
    Some(subscriptions::add_first_address(shop, id, &secret::timed_id(now), &address, at))
}

/// Everything that Amazon alone knows.
struct Known<'a> {
    buyer: &'a BuyerId,
    permission: &'a ChargePermissionId,
    who: &'a OrderBuyer,
    payment_text: Option<String>,
}

fn rows(
    shop: &Shop,
    row: &CheckoutRow,
    begun: &CartSubscription,
    order: &Order,
    known: Known<'_>,
    charged: Timestamp,
    now: Timestamp,
) -> Batch {
    let at = now.as_millisecond();
    let Some(line) = row.cart.lines.first() else {
        return Batch::new();
    };
    let Known { buyer, permission, who, payment_text } = known;
    let schedule = Schedule::begun(begun.cycle, begun.first_delivery, begun.deliveries);
    let subscription = Subscription {
        shop_id: order.shop_id.clone(),
        id: id_of(&order.id),
        number: draw_number(now),
        buyer_id: buyer.clone(),
        buyer_name: who.name.clone(),
        buyer_mail: who.mail.clone(),
        buyer_phone: who.phone.clone(),
        language: row.language,
        first_order_id: order.id.clone(),
        product_id: line.product_id.clone(),
        product_name: line.name.clone(),
        tax_rate: line.tax_rate,
        unit_price: begun.renewal_price,
        quantity: line.quantity,
        shipping_fee: begun.renewal_shipping_fee,
        schedule,
        state: SubscriptionState::Active,
        // To look at it ahead of the next delivery; whoever looks finds the next moment.
        due_at: schedule.next().map(|date| {
            let settings = &shop.settings.subscriptions;
            Prices::look_at(settings.notice_days, due_at(date, settings.lead_days)).as_millisecond()
        }),
        current_order_id: None,
        tries: 0,
        failed_periods: 0,
        charge_permission_id: permission.clone(),
        permission_state: ChargePermissionState::Chargeable,
        payment_text,
        told_price_at: None,
        told_price: None,
        told: Told::default(),
        created_at: at,
        version: 1,
    };
    let period = PeriodRow {
        period: 1,
        delivery: begun.first_delivery,
        outcome: PeriodOutcome::Ordered,
        order_id: Some(order.id.clone()),
        reason: None,
    };
    let mut batch = Batch::from(subscriptions::insert(&subscription));
    batch.push(subscriptions::period(&order.shop_id, &subscription.id, &period, at));
    let event = RenewalEvent::Begun { order: order.id.clone() };
    let facts = NewsFacts::default();
    batch.append(tell_subscription::step(shop, &subscription, &event, &facts, now));
    if let Some(address) = &order.address {
        batch.push(address_row(order, &subscription.id, begun.first_delivery, address, now));
    }
    let reservation = Reservation {
        shop_id: order.shop_id.clone(),
        order_id: order.id.clone(),
        attempt: 0,
        permission: permission.clone(),
        buyer: buyer.clone(),
        month: Month::in_japan(charged),
        amount: row.total,
    };
    let settings = &shop.settings.subscriptions;
    let caps = Caps { permission: settings.cap(), buyer: settings.buyer_monthly_cap };
    // A free first delivery takes nothing of the month, nor does one that was declined meanwhile.
    if !row.total.is_zero() && order.payment.state() != PaymentState::AuthorizationDeclined {
        batch.append(monthly_totals::count(&reservation, caps, at));
    }
    batch
}

/// When Amazon was asked to complete: the charge is of that moment, however late the answer was found.
fn charged_at(row: &CheckoutRow) -> Option<Timestamp> {
    match &row.checkout {
        Checkout::Completing { since, .. } => Some(*since),
        _ => None,
    }
}

fn address_row(
    order: &Order,
    id: &SubscriptionId,
    from: Date,
    address: &DeliveryAddress,
    now: Timestamp,
) -> Statement {
    let address = SubscriptionAddress { from, address: address.clone(), source: AddressSource::Checkout };
    subscriptions::add_address(&order.shop_id, id, &secret::timed_id(now), &address, now.as_millisecond())
}

/// The job that begins it; one at a time.
fn later(order: &Order, now: Timestamp) -> Statement {
    jobs::enqueue_once(&jobs::NewJob {
        shop_id: &order.shop_id,
        job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
        kind: kind::BEGIN_SUBSCRIPTION,
        subject: order.id.as_str(),
        payload: "{}",
        due_at: now.as_millisecond(),
        now: now.as_millisecond(),
    })
}

/// One order begins one subscription at most: it has the order's id.
fn id_of(order: &OrderId) -> SubscriptionId {
    SubscriptionId::new(order.as_str()).expect("an id is an id")
}
