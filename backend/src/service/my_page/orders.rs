//! ご注文履歴: a member's own orders, one-time and of subscriptions, with how each stands in plain words.

use super::super::compose_mail::is_settled;
use super::super::quote;
use super::super::shops::OpenShop;
use super::{MyPageError, list};
use crate::app::App;
use crate::store::orders::{self, Before, Order};
use crate::store::{Reader, StoreError, subscriptions};
use shared::api::{DeferredDelivery, Language, MyOrder, MyOrders};
use shared::id::{BuyerId, OrderId};
use shared::monthly_cap::OVER_CAP;
use shared::payment::Payment;
use shared::payment_method::PaymentMethod;
use shared::text;

/// Orders of a page.
const PAGE: usize = 10;

/// A page of the member's orders, the latest first; `before` is `next` of the page before it.
///
/// # Errors
/// [`MyPageError::Cursor`].
pub async fn list(
    app: &App,
    shop: &OpenShop,
    buyer: &BuyerId,
    before: Option<&str>,
    language: Language,
) -> Result<MyOrders, MyPageError> {
    let before = before.map(read_cursor).transpose()?;
    let reader = app.store.reader().await?;
    let limit = PAGE as i64 + 1;
    let mut found = orders::of_buyer(&reader, &shop.id, buyer, before.as_ref(), limit).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|order| format!("{}_{}", order.placed_at, order.id));
    let mut orders = Vec::with_capacity(found.len());
    for order in found {
        let deferred = deferred(shop, &reader, &order).await?;
        let settled = is_settled(&reader, &order).await?;
        orders.push(view(order, deferred, settled, language));
    }
    Ok(MyOrders { orders, next })
}

/// What an order waits for that was refused for the month's sake (R19).
async fn deferred(
    shop: &OpenShop,
    reader: &Reader,
    order: &Order,
) -> Result<Option<DeferredDelivery>, StoreError> {
    let for_the_month =
        matches!(&order.payment, Payment::AuthorizationDeclined { reason, .. } if reason.code() == OVER_CAP);
    let Some(of) = order.subscription.as_ref().filter(|_| for_the_month) else { return Ok(None) };
    let row = subscriptions::find(reader, &shop.id, &of.id).await?;
    let row = row.filter(|row| row.current_order_id.as_ref() == Some(&order.id));
    Ok(row.and_then(|row| list::deferred(shop, &row, std::slice::from_ref(order))))
}

fn read_cursor(text: &str) -> Result<Before, MyPageError> {
    let (placed_at, order_id) = text.split_once('_').ok_or(MyPageError::Cursor)?;
    Ok(Before {
        placed_at: placed_at.parse().map_err(|_| MyPageError::Cursor)?,
        order_id: OrderId::new(order_id).map_err(|_| MyPageError::Cursor)?,
    })
}

fn view(order: Order, deferred: Option<DeferredDelivery>, settled: bool, language: Language) -> MyOrder {
    let elsewhere = !matches!(order.method, PaymentMethod::AmazonPay | PaymentMethod::NoCharge);
    let (label, text) = match settled && !elsewhere {
        true => text::my_order_settled(language),
        false => text::my_order_state(order.order_status, order.holding(), elsewhere, language),
    };
    let (label, text) = match (&deferred, &order.payment) {
        (Some(deferred), _) => (text::my_order_deferred(language), text::my_deferred(deferred, language)),
        (None, Payment::Captured { refunded, .. }) if !refunded.is_zero() && !elsewhere => {
            (label, [text, &text::my_partly_refunded(*refunded, language)].concat())
        }
        (None, _) => (label, text.to_owned()),
    };
    MyOrder {
        total: order.total(),
        number: order.number,
        placed_at: order.placed_at,
        lines: quote::lines(&order.lines),
        label: label.to_owned(),
        text,
        delivery: deferred
            .map(|deferred| deferred.date)
            .or_else(|| order.subscription.map(|of| of.delivery.into())),
    }
}
