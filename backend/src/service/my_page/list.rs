//! 定期購入リスト: each subscription with all a member wants to know of it (R20).

use super::super::date_in_japan;
use super::super::shops::OpenShop;
use super::MyPageError;
use crate::app::App;
use crate::store::subscriptions::{self, Subscription};
use crate::store::{Reader, monthly_totals};
use jiff::civil::Date;
use shared::api::{Language, MonthView, MySubscription, MySubscriptions, UpcomingDelivery};
use shared::id::{BuyerId, SubscriptionId};
use shared::money::Yen;
use shared::monthly_cap::{AMAZON_DEFAULT, Meter, Month};
use shared::subscription::{Actor, SubscriptionAction, SubscriptionState, address_for, judge};
use shared::text;

/// Deliveries shown ahead.
pub(super) const AHEAD: usize = 3;

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
    Ok(MySubscriptions { subscriptions: shown, notes: notes(language) })
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
pub(super) fn earliest(shop: &OpenShop, today: Date) -> Date {
    let lead = jiff::Span::new().days(i64::from(shop.settings.subscriptions.lead_days));
    today.checked_add(lead).unwrap_or(Date::MAX)
}

/// The cap of one permission: Amazon's as last heard, or the shop's own where it is lower.
pub(super) fn cap(shop: &OpenShop, heard: Option<Yen>) -> Yen {
    let amazon = heard.unwrap_or(AMAZON_DEFAULT);
    shop.settings.subscriptions.monthly_cap.map_or(amazon, |own| own.min(amazon))
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
    let meter = Meter { cap, counted, amazon_balance: None };
    let ended = matches!(row.state, SubscriptionState::Ended { .. });
    let upcoming = if ended { Vec::new() } else { row.schedule.upcoming(AHEAD) };
    let addresses = subscriptions::addresses(reader, &shop.id, &row.id).await?;
    let addresses: Vec<_> = addresses.into_iter().map(|(address, _)| address).collect();
    let address = upcoming.first().and_then(|(_, date)| address_for(&addresses, *date));
    let pay = app.settings.amazon_pay.simulator.as_ref();
    let pay = pay.map_or("https://pay.amazon.com", crate::config::Origin::as_str);
    Ok(MySubscription {
        id: row.id.clone(),
        number: row.number.clone(),
        product_id: row.product_id.clone(),
        product_name: row.product_name.clone(),
        quantity: row.quantity,
        unit_price: row.unit_price,
        shipping_fee: row.shipping_fee,
        total: row.total(),
        cycle: row.schedule.cycle,
        state: row.state,
        address: address.map(|found| found.address.clone()),
        address_source: address.map(|found| found.source),
        upcoming: upcoming.into_iter().map(|(period, date)| UpcomingDelivery { period, date }).collect(),
        payment_text: row.payment_text.clone(),
        payment_url: format!("{pay}/jp/jr/your-account/ba/{}", row.charge_permission_id),
        month: MonthView { month, cap, used: meter.used(), remaining: meter.remaining() },
        actions: SubscriptionAction::ALL
            .into_iter()
            .filter(|action| judge(*action, Actor::Shopper, &row.state).is_ok())
            .collect(),
        earliest: earliest(shop, date_in_japan(now)),
        version: row.version,
    })
}
