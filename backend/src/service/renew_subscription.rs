//! A renewal: the order of the next delivery and its charge (R15, R18).
//!
//! One batch plans it: the period, the order, the intent of its charge, the reservation of the month's caps and the
//! subscription's next step stand together or not at all, so a period has one order, whoever crashes or races. The
//! charge itself is 再与信's: intend, call, record.

use super::desk;
use super::monthly_cap;
use super::place_order::{draw_number, follow};
use super::reauthorize_order;
use super::shops::OpenShop;
use crate::secret;
use crate::store::Batch;
use crate::store::intents::{self, IntentRow};
use crate::store::monthly_totals::{self, Caps};
use crate::store::orders::{self, Order, OrderBuyer, OrderDesk, OrderIdentity, OrderSubscription};
use crate::store::subscriptions::{self, PeriodRow, Subscription};
use crate::store::timeline::Happened;
use jiff::Timestamp;
use jiff::civil::Date;
use shared::address::DeliveryAddress;
use shared::cart::{CartLine, Totals};
use shared::id::OrderId;
use shared::intent::Operation;
use shared::money::{Chargeable, Yen};
use shared::order::{OrderOrigin, OrderStatus};
use shared::payment::{Payment, PaymentState};
use shared::payment_method::PaymentMethod;
use shared::subscription::PeriodOutcome;

/// A renewal to be stored and charged.
pub struct Planned {
    /// Its order as it is once stored.
    pub order: Order,
    /// Of its charge; `None` for a delivery of ¥0, which Amazon is not asked about (R9).
    pub intent: Option<IntentRow>,
    /// Stores everything but the subscription itself.
    pub batch: Batch,
}

/// Why a delivery cannot be ordered at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the delivery's amount or id cannot be made")]
pub struct CannotPlan;

/// The order of the next delivery, which comes on `delivery`, with its charge. `buyer` tells how Amazon wrote the name with
/// the first order, and its parts where a person told them (R45).
///
/// # Errors
/// [`CannotPlan`] for an amount Amazon cannot charge.
pub fn plan(
    shop: &OpenShop,
    row: &Subscription,
    (delivery, address): (Date, Option<DeliveryAddress>),
    buyer: OrderIdentity,
    caps: Caps,
    now: Timestamp,
) -> Result<Planned, CannotPlan> {
    let at = now.as_millisecond();
    let price = [(row.unit_price, row.quantity, row.tax_rate)].into_iter();
    let totals =
        Totals::of(price, row.shipping_fee, Yen::ZERO, Yen::ZERO, Yen::ZERO).map_err(|_| CannotPlan)?;
    let free = totals.total.is_zero();
    let order = Order {
        shop_id: row.shop_id.clone(),
        id: OrderId::new(secret::timed_id(now)).map_err(|_| CannotPlan)?,
        number: draw_number(now),
        checkout_id: None,
        order_status: OrderStatus::New,
        origin: OrderOrigin::Renewal,
        method: if free { PaymentMethod::NoCharge } else { PaymentMethod::AmazonPay },
        payment: match free {
            // Nothing stands at Amazon.
            true => Payment::Canceled { amount: totals.total, at: now },
            false => Payment::pending(totals.total, now),
        },
        totals,
        lines: vec![CartLine {
            product_id: row.product_id.clone(),
            name: row.product_name.clone(),
            unit_price: row.unit_price,
            quantity: row.quantity,
            tax_rate: row.tax_rate,
        }],
        buyer: OrderBuyer {
            id: Some(row.buyer_id.clone()),
            name: row.buyer_name.clone(),
            mail: row.buyer_mail.clone(),
            phone: row.buyer_phone.clone(),
        },
        area_not_served: false,
        desk: desk_of(address.as_ref(), buyer),
        address,
        original_address: None,
        charge_permission_id: (!free).then(|| row.charge_permission_id.clone()),
        charge_id: None,
        subscription: Some(OrderSubscription { id: row.id.clone(), period: row.schedule.period, delivery }),
        placed_at: at,
        updated_at: at,
        version: 1,
        terms_version: 1,
    };
    let period = PeriodRow {
        period: row.schedule.period,
        // As the schedule had it, whenever it comes.
        delivery: row.schedule.next().unwrap_or(delivery),
        outcome: PeriodOutcome::Ordered,
        order_id: Some(order.id.clone()),
        reason: None,
    };
    let mut batch = Batch::from(subscriptions::period(&row.shop_id, &row.id, &period, at));
    batch.push(orders::insert(&order));
    batch.push(desk::told(&order, "noren", Happened::Placed { total: order.total() }, now));
    // Amazon's later addresses are never read over the subscription's (R22).
    batch.push(orders::permission_read(&order.shop_id, &order.id, at));
    batch.push(super::index_order::enqueue(&order, now));
    if free {
        return Ok(Planned { order, intent: None, batch });
    }
    let amount = Chargeable::new(order.total()).map_err(|_| CannotPlan)?;
    let reference = reauthorize_order::reference(&order, 1);
    let body = reauthorize_order::body(shop, row.charge_permission_id.clone(), amount, reference);
    let prepare = |key| amazon_pay::prepare::create_charge(&body, key);
    let intent = desk::intent_of(&order, Operation::CreateCharge, 1, "{}".to_owned(), prepare, now);
    batch.append(intents::open(&intent));
    // If this process dies before the answer is stored, the reconciler finds the open intent.
    batch.push(follow(&order, at + desk::PATIENCE, now));
    if let Some(reservation) = monthly_cap::reservation(&order, 1, now) {
        batch.append(monthly_totals::reserve(&reservation, caps, at));
    }
    Ok(Planned { order, intent: Some(intent), batch })
}

/// What the buyer typed on my page goes with every delivery: the name in parts with kana (R44, R45).
/// The buyer's name is what a person told of it.
fn desk_of(address: Option<&DeliveryAddress>, buyer: OrderIdentity) -> OrderDesk {
    let mut desk = OrderDesk::default();
    desk.identity.amazon_name = buyer.amazon_name;
    desk.identity.buyer = buyer.buyer;
    desk.identity.delivery = address.and_then(|address| address.person.clone()).unwrap_or_default();
    desk
}

/// What a payment that moved to `to` means for the month's caps and for the subscription; nothing for other orders.
pub fn order_moved(order: &Order, to: PaymentState, now: Timestamp) -> Batch {
    let Some(of) = &order.subscription else { return Batch::new() };
    let at = now.as_millisecond();
    let mut batch = Batch::from(subscriptions::see_to(&order.shop_id, &of.id, at));
    match to {
        PaymentState::Authorized | PaymentState::Captured | PaymentState::CapturePending => {
            batch.push(monthly_totals::charged_latest(&order.shop_id, &order.id));
        }
        // An unconfirmed one is given back with its own attempt, where Amazon's answer is recorded.
        PaymentState::AuthorizationDeclined
            if order.payment.state() == PaymentState::AuthorizationPending =>
        {
            batch.append(monthly_totals::give_back_latest(&order.shop_id, &order.id, at));
            // Of the checkout's own charge, as long as the order was not authorized anew.
            if of.period == 1 && order.desk.former_charges.is_empty() {
                batch.append(monthly_totals::give_back_first(&order.shop_id, &order.id, at));
            }
        }
        _ => {}
    }
    batch
}

/// Amazon refused the order's charge number `attempt`, or was never asked: its reservation is given back, and the
/// subscription is seen to.
pub fn refused(order: &Order, attempt: i64, now: Timestamp) -> Batch {
    let Some(of) = &order.subscription else { return Batch::new() };
    let at = now.as_millisecond();
    let mut batch = Batch::from(subscriptions::see_to(&order.shop_id, &of.id, at));
    batch.append(monthly_totals::give_back(&order.shop_id, &order.id, attempt, at));
    batch
}
