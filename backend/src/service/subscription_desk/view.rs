//! One subscription with everything an operator wants to know of it. Start at [`view`].

use super::super::my_page::act::who_paused;
use super::super::my_page::list::{earliest, following, next_price};
use super::super::shops::OpenShop;
use super::super::{date_in_japan, monthly_cap, renewal_price};
use super::{Others, ahead, list};
use crate::app::App;
use crate::service::my_page::MyPageError;
use crate::shop::Shop;
use crate::store::subscriptions::desk::{self, Listed};
use crate::store::subscriptions::{self, EventRow, PeriodRow, Subscription};
use crate::store::{Reader, StoreError, operators, orders};
use futures_util::future::try_join_all;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use shared::api::{
    AddressHistory, BuyerMessage, FORECAST_DAYS, ForecastDelivery, Language, MeterView, MonthView,
    PeriodView, ReadyMessage, SubscriptionView, TimelineEntry, UpcomingDelivery,
};
use shared::day::Day;
use shared::id::{OperatorId, SubscriptionId};
use shared::money::Yen;
use shared::monthly_cap::{Meter, Month};
use shared::renewal::RenewalEvent;
use shared::subscription::{
    AtConsole, SubscriptionAction, SubscriptionAddress, SubscriptionState, address_for,
};
use shared::subscription_event::Did;
use shared::text;

/// Deliveries of the calendar: at least so many, at most so many.
const CALENDAR: (usize, usize) = (6, 24);
/// Months shown.
const MONTHS: i64 = 13;
/// Periods shown.
const PERIODS: i64 = 24;

/// The subscription of that id.
///
/// # Errors
/// [`MyPageError::Unknown`], or the database failed.
pub async fn view(app: &App, shop: &OpenShop, id: &SubscriptionId) -> Result<SubscriptionView, MyPageError> {
    let now = app.clock.now();
    let month = Month::in_japan(now);
    let reader = app.store.reader().await?;
    let listed = desk::find(&reader, &shop.id, id, month).await?.ok_or(MyPageError::Unknown)?;
    let row = &listed.row;
    let price = next_price(shop, &reader, row).await?;
    let told_at = renewal_price::notice(&reader, row).await?.sent_at;
    let names = operators::names(&reader).await?;
    let events: Vec<EventRow<Value>> = subscriptions::events(&reader, &shop.id, id).await?;
    let addresses = subscriptions::addresses(&reader, &shop.id, id).await?;
    let periods = subscriptions::periods(&reader, &shop.id, id, PERIODS).await?;
    let periods = periods.into_iter().map(|period| of_period(&reader, shop, row, period, now));
    let mut others = Others::default();
    others.read(&reader, shop, std::slice::from_ref(&listed), month).await?;
    let buyer_month = monthly_cap::buyer_meter(&reader, shop, &row.buyer_id, month).await?;
    let at_console = AtConsole {
        state: &row.state,
        quantity: row.quantity,
        next: row.schedule.next(),
        earliest: earliest(shop, date_in_japan(now)),
        paused_by: who_paused(&events),
    };
    let asked = SubscriptionAction::ALL.into_iter().filter(|action| at_console.asks_buyer(*action));
    Ok(SubscriptionView {
        row: list::row(shop, &reader, &listed, now).await?,
        product_id: row.product_id.clone(),
        unit_price: price.unit,
        shipping_fee: price.shipping_fee,
        told_price: row.told_price,
        told_at,
        buyer_mail: row.buyer_mail.clone(),
        buyer_phone: row.buyer_phone.clone(),
        charge_permission_id: row.charge_permission_id.as_str().to_owned(),
        payment_text: row.payment_text.clone(),
        delivered: row.schedule.delivered,
        limit: row.schedule.limit,
        calendar: calendar(shop, &listed, &others, now),
        following: follows(&reader, shop, row).await?,
        months: months(&reader, shop, &listed, month).await?,
        buyer_month: buyer_month.map(|meter| month_view(month, meter)),
        periods: try_join_all(periods).await?,
        addresses: history(row, addresses),
        timeline: events.into_iter().map(|entry| told(entry, &names)).collect(),
        actions: SubscriptionAction::ALL.into_iter().filter(|action| at_console.offers(*action)).collect(),
        earliest: at_console.first_date().into(),
        to_acknowledge: listed.amazon_end_at.is_some(),
        address_message: message(&app.settings.public_url, shop, row, SubscriptionAction::ChangeAddress),
        buyer_messages: asked
            .map(|action| BuyerMessage {
                action,
                message: message(&app.settings.public_url, shop, row, action),
            })
            .collect(),
    })
}

/// What follows soon on the delivery that waits for the cap.
async fn follows(reader: &Reader, shop: &OpenShop, row: &Subscription) -> Result<Option<Day>, StoreError> {
    if row.told.deferred_until.is_none() || !matches!(row.state, SubscriptionState::Active) {
        return Ok(None);
    }
    let current = match &row.current_order_id {
        Some(current) => orders::find(reader, &shop.id, current).await?,
        None => None,
    };
    Ok(following(shop, row, current.as_ref()).map(Day::from))
}

fn month_view(month: Month, meter: Meter) -> MonthView {
    MonthView { month, cap: meter.cap, used: meter.used(), remaining: meter.remaining() }
}

fn calendar(shop: &OpenShop, listed: &Listed, others: &Others, now: Timestamp) -> Vec<ForecastDelivery> {
    if matches!(listed.row.state, SubscriptionState::Ended { .. }) {
        return Vec::new();
    }
    let until = date_in_japan(now).saturating_add(i32::from(FORECAST_DAYS).days());
    let seen = ahead(shop, listed, others, now, until, CALENDAR);
    seen.into_iter()
        .map(|one| ForecastDelivery {
            delivery: UpcomingDelivery { period: one.period, date: one.date.into() },
            charge: one.charge.into(),
            fit: one.fit,
        })
        .collect()
}

/// The meters, the present month's first, whether anything was charged in it or not.
async fn months(
    reader: &Reader,
    shop: &OpenShop,
    listed: &Listed,
    present: Month,
) -> Result<Vec<MeterView>, StoreError> {
    let found = desk::months(reader, &shop.id, &listed.row.charge_permission_id, MONTHS).await?;
    let reserved = found.iter().find(|one| one.month == present).map_or(Yen::ZERO, |one| one.reserved);
    let now = MeterView { month: month_view(present, super::meter(shop, listed)), reserved };
    let former = found.into_iter().filter(|one| one.month < present).map(|one| {
        let meter = Meter { cap: one.total.cap, counted: one.total.used, amazon_balance: None };
        MeterView { month: month_view(one.month, meter), reserved: one.reserved }
    });
    Ok(std::iter::once(now).chain(former).take(13).collect())
}

async fn of_period(
    reader: &Reader,
    shop: &OpenShop,
    row: &Subscription,
    period: PeriodRow,
    now: Timestamp,
) -> Result<PeriodView, StoreError> {
    let order = match &period.order_id {
        Some(order) => orders::find(reader, &shop.id, order).await?,
        None => None,
    };
    Ok(PeriodView {
        period: period.period,
        date: period.delivery.into(),
        outcome: period.outcome,
        reason: period.reason,
        order: order.map(|order| list::result(row, &order, now)),
    })
}

/// The addresses, the latest first.
fn history(row: &Subscription, addresses: Vec<(SubscriptionAddress, i64)>) -> Vec<AddressHistory> {
    let only: Vec<SubscriptionAddress> = addresses.iter().map(|(address, _)| address.clone()).collect();
    let ended = matches!(row.state, SubscriptionState::Ended { .. });
    let next = row.schedule.next().filter(|_| !ended);
    let current = next.and_then(|next| position_for(&only, next));
    let shown = addresses.into_iter().enumerate().map(|(index, (change, at))| AddressHistory {
        from: change.from.into(),
        at,
        source: change.source,
        address: change.address,
        current: current == Some(index),
    });
    let mut shown: Vec<_> = shown.collect();
    shown.reverse();
    shown
}

fn position_for(changes: &[SubscriptionAddress], date: Date) -> Option<usize> {
    let found = address_for(changes, date)?;
    changes.iter().position(|change| std::ptr::eq(change, found))
}

/// An entry in words; what this program does not know, as a later one has written it, by its name.
fn told(entry: EventRow<Value>, names: &[(OperatorId, String)]) -> TimelineEntry {
    let words = |language: Language| {
        let renewal = || {
            let event: RenewalEvent = serde_json::from_value(entry.event.clone()).ok()?;
            Some(text::story_of_renewal(&event, language))
        };
        let person = || {
            let did: Did = serde_json::from_value(entry.event.clone()).ok()?;
            Some(text::story_of_person(&did, language))
        };
        // 再開 is said by people and by renewals.
        let found = match entry.actor.as_str() {
            "noren" | "amazon" => renewal().or_else(person),
            _ => person().or_else(renewal),
        };
        found.unwrap_or_else(|| entry.event["event"].as_str().unwrap_or_default().to_owned())
    };
    let (text_ja, text_en) = (words(Language::Ja), words(Language::En));
    let name = names.iter().find(|(id, _)| id.as_str() == entry.actor);
    TimelineEntry {
        at: entry.at,
        actor: name.map_or_else(|| entry.actor.clone(), |(_, name)| name.clone()),
        text_ja,
        text_en,
        request_id: None,
    }
}

/// The message to a buyer who asks for what only they can do, another address or more (R90, R22, R26): my page is the shop's
/// own, or ours.
fn message(public_url: &str, shop: &Shop, row: &Subscription, action: SubscriptionAction) -> ReadyMessage {
    let language = row.language;
    let hosted = || format!("{public_url}/pay/{}/mypage?lang={}", shop.id, language.tag());
    let link = shop.settings.pages.mypage.clone().unwrap_or_else(hosted);
    let who = (shop.name.as_str(), row.buyer_name.as_str(), row.number.as_str());
    let (subject, body) = text::buyer_message(action, who, &link, language);
    ReadyMessage { to: row.buyer_mail.clone(), subject, body }
}
