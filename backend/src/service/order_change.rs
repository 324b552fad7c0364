//! One way to write a fact into an order: apply, save, note it in the timeline, follow it if it is not final.

use super::place_order::follow;
use super::send_payment_link::CART_PREFIX;
use crate::secret;
use crate::store::Batch;
use crate::store::checkouts;
use crate::store::orders::{self, Order};
use crate::store::timeline::{self, Entry, Happened};
use jiff::Timestamp;
use shared::payment::{Payment, PaymentEvent, PaymentState};

const SOON: i64 = 60 * 1000;
const HOUR: i64 = 60 * SOON;
const DAY: i64 = 24 * HOUR;

/// The order with the fact taken in, and the statements that store it. A contradiction is noted and changes
/// nothing. Nothing new, nothing stored: the batch is empty.
pub fn take_in(
    order: &Order,
    event: PaymentEvent,
    request_id: Option<&str>,
    now: Timestamp,
) -> (Order, Batch) {
    let fact = event.name().to_owned();
    let reason = reason_of(&event);
    let from = order.payment.state();
    let at = now.as_millisecond();
    let entry = |happened| Entry {
        at,
        actor: "amazon".to_owned(),
        happened,
        request_id: request_id.map(str::to_owned),
    };
    match order.payment.clone().apply(event) {
        Ok(payment) if payment == order.payment => (order.clone(), Batch::new()),
        Ok(payment) => {
            let mut changed = Order { payment, ..order.clone() };
            if from != changed.payment.state() {
                changed.desk.payment_request_id = request_id.map(str::to_owned);
            }
            let to = changed.payment.state();
            let mut batch = Batch::from(orders::save(&changed, at));
            if from != to {
                let happened = Happened::Payment {
                    fact,
                    from: from.name().to_owned(),
                    to: to.name().to_owned(),
                    reason,
                };
                batch.push(timeline::add(
                    &order.shop_id,
                    &order.id,
                    &secret::timed_id(now),
                    &entry(happened),
                ));
            }
            batch.append(super::expiry::clock(&changed, now));
            if from != to {
                batch.append(super::renew_subscription::order_moved(order, to, now));
            }
            if from != to && to == PaymentState::Expired {
                batch.push(super::expiry::ended(&changed, now));
            }
            // Declined after all: the cart may be ordered again (R11, R89).
            if to == PaymentState::AuthorizationDeclined
                && let Some(checkout) = &order.checkout_id
            {
                batch.push(checkouts::release_cart_of(&order.shop_id, checkout, CART_PREFIX));
            }
            batch.append(look_again(&changed, now));
            // The contended row last.
            batch.append(super::count_decisions::decided(
                &order.shop_id,
                Some(&order.payment),
                &changed.payment,
                now,
            ));
            (Order { version: order.version + 1, ..changed }, batch)
        }
        Err(refused) => {
            let happened =
                Happened::Contradiction { fact: refused.event.to_owned(), from: from.name().to_owned() };
            let told =
                timeline::add_once(&order.shop_id, &order.id, &secret::timed_id(now), &entry(happened));
            tracing::warn!(order.id = %order.id, %refused, "Amazon reports what cannot be");
            // Held, so that of two who come to it at once the second finds it told.
            let mut batch = Batch::from(orders::unchanged(order));
            batch.push(told);
            batch.append(look_again(order, now));
            (order.clone(), batch)
        }
    }
}

/// The job that asks Amazon about the order again; nothing where its payment is at rest.
pub fn look_again(order: &Order, now: Timestamp) -> Batch {
    let wait = next_look(&order.payment, now);
    wait.map_or_else(Batch::new, |wait| follow(order, now.as_millisecond() + wait, now).into())
}

/// When to ask Amazon again about a payment that is not at rest, ms from now: soon at first, then ever more
/// rarely, at most hourly (reference, section 6.5); about an authorization once a day and when it ends, because a
/// notification may be missing (R47, R58). `None` at rest.
pub fn next_look(payment: &Payment, now: Timestamp) -> Option<i64> {
    let since = match payment {
        Payment::AuthorizationPending { since, .. }
        | Payment::CapturePending { since, .. }
        | Payment::RefundPending { since, .. } => *since,
        Payment::Unconfirmed { since, .. } => *since,
        standing => {
            let left = standing.expires_at()?.as_millisecond() - now.as_millisecond();
            // Amazon may end it a moment later than it said; what outlives its end is no hurry.
            return Some(if left > -SOON { (left + SOON).min(DAY) } else { HOUR });
        }
    };
    let age = (now.as_millisecond() - since.as_millisecond()).max(0);
    let longest = if payment.state() == PaymentState::Unconfirmed { 5 * SOON } else { HOUR };
    Some((age / 2).clamp(2_000, longest))
}

fn reason_of(event: &PaymentEvent) -> Option<String> {
    match event {
        PaymentEvent::AuthorizationDeclined { reason, .. }
        | PaymentEvent::CaptureRefused { reason, .. }
        | PaymentEvent::CancelRefused { reason, .. }
        | PaymentEvent::RefundRefused { reason, .. } => Some(reason.code().to_owned()),
        _ => None,
    }
}
