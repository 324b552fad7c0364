//! 定期購入リスト: each subscription with all a member wants to know of it (R20).

use super::super::shops::OpenShop;
use super::super::{date_in_japan, monthly_cap, renewal_price, tell_subscription};
use super::MyPageError;
use crate::app::App;
use crate::store::orders::Order;
use crate::store::subscriptions::{self, Subscription};
use crate::store::{Reader, StoreError, members, monthly_totals, orders};
use jiff::civil::Date;
use shared::api::{
    DeferredDelivery, Language, MonthView, MyProfile, MySubscription, MySubscriptions, OrderedDelivery,
    UpcomingDelivery,
};
use shared::charge::ChargePermissionState;
use shared::forecast::{Coming, coming, delivered, follows_soon};
use shared::id::{BuyerId, SubscriptionId};
use shared::money::Yen;
use shared::monthly_cap::{AMAZON_DEFAULT, Meter, Month, NoRoom, tightest};
use shared::renewal::{charge_day, due_at};
use shared::renewal_price::Price;
use shared::subscription::{Actor, SubscriptionAction, SubscriptionState, address_for, judge};
use shared::text;

/// Deliveries shown ahead.
pub(super) const AHEAD: usize = 3;
/// Orders looked at for those that are being prepared, the latest first.
const ORDERED: i64 = 6;

/// The member's subscriptions.
///
/// # Errors
/// The database failed.
pub async fn list(
    app: &App,
    shop: &OpenShop,
    buyer: &BuyerId,
    language: Language,
) -> Result<MySubscriptions, MyPageError> {
    let reader = app.store.reader().await?;
    let mut shown = Vec::new();
    for row in subscriptions::of_buyer(&reader, &shop.id, buyer).await? {
        shown.push(view(app, shop, &reader, &row).await?);
    }
    let member = members::told(&reader, &shop.id, buyer).await?.ok_or(MyPageError::NotSignedIn)?;
    let member = MyProfile { name: member.name, mail: member.mail, since: member.created_at };
    Ok(MySubscriptions { member, subscriptions: shown, notes: notes(language) })
}

/// One of them, as it is now.
///
/// # Errors
/// [`MyPageError::Unknown`].
pub async fn one(app: &App, shop: &OpenShop, id: &SubscriptionId) -> Result<MySubscription, MyPageError> {
    let reader = app.store.reader().await?;
    let row = subscriptions::find(&reader, &shop.id, id).await?.ok_or(MyPageError::Unknown)?;
    view(app, shop, &reader, &row).await
}

/// R22: what has to stand wherever an address is shown or typed.
pub(super) fn notes(language: Language) -> Vec<String> {
    [text::address_not_from_amazon(language), text::address_outside_protection(language)]
        .map(str::to_owned)
        .into()
}

/// The first date a delivery may be moved to: its order takes the shop's lead time.
pub(in crate::service) fn earliest(shop: &OpenShop, today: Date) -> Date {
    let lead = jiff::Span::new().days(i64::from(shop.settings.subscriptions.lead_days));
    today.checked_add(lead).unwrap_or(Date::MAX)
}

/// The deliveries that are not ordered yet, as they really come: what the month has no room for comes in the next one (R19).
pub(in crate::service) fn upcoming(shop: &OpenShop, row: &Subscription, count: usize) -> Vec<Coming> {
    // What waits is the order that stands, where there is one.
    let waits = row.told.deferred_until.filter(|_| row.current_order_id.is_none()).map(date_in_japan);
    coming(row.schedule, waits, shop.settings.subscriptions.lead_days, count)
}

/// The delivery that waits for the next month, of a subscription that goes on; `orders` are its latest.
pub(super) fn deferred(shop: &OpenShop, row: &Subscription, orders: &[Order]) -> Option<DeferredDelivery> {
    let waits = date_in_japan(row.told.deferred_until?);
    if !matches!(row.state, SubscriptionState::Active) {
        return None;
    }
    let lead = shop.settings.subscriptions.lead_days;
    let mut current = None;
    let (planned, date) = match &row.current_order_id {
        None => {
            let next = row.schedule.next()?;
            (next, upcoming(shop, row, 1).first()?.date)
        }
        Some(id) => {
            let order = orders.iter().find(|order| order.id == *id)?;
            current = Some(order);
            let planned = order.subscription.as_ref()?.delivery;
            (planned, planned.max(delivered(waits, lead)))
        }
    };
    let following = following(shop, row, current).map(Into::into);
    let of = DeferredDelivery { planned: planned.into(), charge: waits.into(), date: date.into(), following };
    (planned != date).then_some(of)
}

/// The delivery after the one that waits for the next month, where it follows soon (R19); `current` is the order that waits,
/// where one stands.
pub(in crate::service) fn following(
    shop: &OpenShop,
    row: &Subscription,
    current: Option<&Order>,
) -> Option<Date> {
    let waits = date_in_japan(row.told.deferred_until?);
    let ahead = upcoming(shop, row, 2);
    let (comes, next) = match current.and_then(|order| order.subscription.as_ref()) {
        None => (ahead.first()?.date, ahead.get(1)?.date),
        Some(of) => {
            let lead = shop.settings.subscriptions.lead_days;
            (of.delivery.max(delivered(waits, lead)), ahead.first()?.date)
        }
    };
    follows_soon(comes, next, row.schedule.cycle).then_some(next)
}

/// The cap of one permission: Amazon's as last heard, or the shop's own where it is lower.
pub(super) fn cap(shop: &OpenShop, heard: Option<Yen>) -> Yen {
    let amazon = heard.unwrap_or(AMAZON_DEFAULT);
    shop.settings.subscriptions.monthly_cap.map_or(amazon, |own| own.min(amazon))
}

/// What the next delivery will cost: another price that was told of in time holds for it (R26).
pub(in crate::service) async fn next_price(
    shop: &OpenShop,
    reader: &Reader,
    row: &Subscription,
) -> Result<Price, StoreError> {
    let Some(next) = row.schedule.next() else { return Ok(row.agreed()) };
    let due = due_at(next, shop.settings.subscriptions.lead_days);
    renewal_price::held(shop, reader, row, next, due).await
}

async fn view(
    app: &App,
    shop: &OpenShop,
    reader: &Reader,
    row: &Subscription,
) -> Result<MySubscription, MyPageError> {
    let now = app.clock.now();
    let month = Month::in_japan(now);
    let total = monthly_totals::find(reader, &shop.id, row.charge_permission_id.as_str(), month).await?;
    let cap = cap(shop, total.map(|total| total.cap));
    let counted = total.map_or(Yen::ZERO, |total| total.used);
    let mut meters = vec![Meter { cap, counted, amazon_balance: None }];
    meters.extend(monthly_cap::buyer_meter(reader, shop, &row.buyer_id, month).await?);
    // Told with the figures by which the next charge is judged.
    let meter = tightest(&meters).unwrap_or(meters[0]);
    let ended = matches!(row.state, SubscriptionState::Ended { .. });
    let upcoming = if ended { Vec::new() } else { upcoming(shop, row, AHEAD) };
    let today = date_in_japan(now);
    let orders = orders::of_subscription(reader, &shop.id, &row.id, ORDERED).await?;
    let deferred = deferred(shop, row, &orders).filter(|deferred| Date::from(deferred.charge) >= today);
    let ordered = orders.into_iter().filter_map(|order| {
        let date = order.subscription.as_ref()?.delivery;
        let coming = OrderedDelivery::is_coming(order.order_status, order.holding());
        (coming && date >= today).then(|| OrderedDelivery { date: date.into(), order_number: order.number })
    });
    let mut ordered: Vec<_> = ordered.collect();
    ordered.sort_by_key(|delivery| delivery.date);
    let addresses = subscriptions::addresses(reader, &shop.id, &row.id).await?;
    let addresses: Vec<_> = addresses.into_iter().map(|(address, _)| address).collect();
    let address = upcoming.first().and_then(|next| address_for(&addresses, next.date));
    let price = next_price(shop, reader, row).await?;
    let no_room = upcoming.first().zip(price.total(row.quantity)).and_then(|(next, amount)| {
        let settings = &shop.settings.subscriptions;
        let charge = charge_day(next.planned, settings.lead_days);
        let waits = deferred.is_some() || !matches!(row.state, SubscriptionState::Active);
        if waits { None } else { NoRoom::of(&meters, month, charge, amount, settings.at_cap) }
    });
    Ok(MySubscription {
        id: row.id.clone(),
        number: row.number.clone(),
        product_id: row.product_id.clone(),
        product_name: row.product_name.clone(),
        quantity: row.quantity,
        unit_price: price.unit,
        shipping_fee: price.shipping_fee,
        total: price.total(row.quantity),
        cycle: row.schedule.cycle,
        state: row.state.into(),
        address: address.map(|found| found.address.clone()),
        address_source: address.map(|found| found.source),
        ordered,
        upcoming: upcoming
            .into_iter()
            .map(|next| UpcomingDelivery { period: next.period, date: next.date.into() })
            .collect(),
        deferred,
        payment_text: row.payment_text.clone(),
        payment_url: (!ended && row.permission_state != ChargePermissionState::Closed)
            .then(|| tell_subscription::payment_page(app, &row.charge_permission_id)),
        month: MonthView { month, cap: meter.cap, used: meter.used(), remaining: meter.remaining() },
        no_room,
        actions: SubscriptionAction::ALL
            .into_iter()
            .filter(|action| judge(*action, Actor::Shopper, &row.state).is_ok())
            .collect(),
        earliest: earliest(shop, today).into(),
        version: row.version,
    })
}
