//! Subscriptions by the thousand, written straight through the store's batches: for looking at how the lists of 定期管理
//! are answered and how fast. What they hold follows from their number, so that two runs are alike.

use crate::many_orders;
use backend::service::date_in_japan;
use backend::store::monthly_totals::{Caps, Reservation, reserve};
use backend::store::subscriptions::{self, Subscription};
use backend::store::{Batch, Store, StoreError};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use shared::api::Language;
use shared::charge::ChargePermissionState;
use shared::cycle::Cycle;
use shared::id::{BuyerId, ChargePermissionId, OrderId, OrderNumber, ProductId, ShopId, SubscriptionId};
use shared::money::{TaxRate, Yen};
use shared::monthly_cap::Month;
use shared::renewal::{Told, first_of_next_month};
use shared::subscription::{EndReason, Schedule, SubscriptionState};

/// Subscriptions of one batch.
const AT_ONCE: i64 = 200;

/// A subscription of ¥2,000, monthly, whose next delivery is on `next`; begun at `now` (Unix ms).
pub fn row(shop: &str, name: &str, next: Date, now: i64) -> Subscription {
    let yen = |amount| Yen::new(amount).expect("an amount");
    Subscription {
        shop_id: ShopId::new(shop).expect("an id"),
        id: SubscriptionId::new(name).expect("an id"),
        number: OrderNumber::new(format!("N-{name}")).expect("a number"),
        buyer_id: BuyerId::new(format!("B-{name}")).expect("an id"),
        buyer_name: "試験 花子".into(),
        buyer_mail: Some(format!("{name}@example.jp")),
        buyer_phone: Some("03-1234-5678".into()),
        language: Language::Ja,
        first_order_id: OrderId::new(format!("O-{name}")).expect("an id"),
        product_id: ProductId::new("coffee").expect("an id"),
        product_name: "深煎り珈琲豆 200g".into(),
        tax_rate: TaxRate::Reduced,
        unit_price: yen(1_450),
        quantity: 1,
        shipping_fee: yen(550),
        schedule: Schedule { step: 0, ..Schedule::begun(Cycle::Months { every: 1 }, next, None) },
        state: SubscriptionState::Active,
        due_at: None,
        current_order_id: None,
        tries: 0,
        failed_periods: 0,
        charge_permission_id: ChargePermissionId::new(format!("P-{name}")).expect("an id"),
        permission_state: ChargePermissionState::Chargeable,
        payment_text: Some("Visa ****1111".into()),
        told_price_at: None,
        told_price: None,
        told: Told::default(),
        created_at: now,
        version: 1,
    }
}

/// Adds `count` subscriptions of the shop with their months, a second apart, the newest at `now`.
///
/// # Errors
/// The database's.
pub async fn add(store: &Store, shop: &str, count: i64, now: Timestamp) -> Result<(), StoreError> {
    let (today, at) = (date_in_japan(now), now.as_millisecond());
    let mut number = 0;
    while number < count {
        let mut batch = Batch::new();
        for number in number..(number + AT_ONCE).min(count) {
            let next = today + (number % 80).days();
            let mut one = row(shop, &format!("{number:07}"), next, at - number * 1_000);
            let place = u64::try_from(number).unwrap_or(0);
            one.number = OrderNumber::new(many_orders::number_of(place)).expect("a number");
            one.buyer_name = many_orders::name_of(place);
            match number % 40 {
                0 => one.state = SubscriptionState::Paused { since: now },
                1 => one.state = SubscriptionState::PaymentNeeded { since: now },
                2..6 => one.state = SubscriptionState::Ended { reason: EndReason::Amazon, at: now },
                6 => one.told.deferred_until = Some(first_of_next_month(now)),
                _ => {}
            }
            let used = Reservation {
                shop_id: one.shop_id.clone(),
                order_id: one.first_order_id.clone(),
                attempt: 0,
                permission: one.charge_permission_id.clone(),
                buyer: one.buyer_id.clone(),
                month: Month::in_japan(now),
                amount: one.unit_price,
            };
            let cap = Yen::new(100_000).expect("an amount");
            batch.push(subscriptions::insert(&one));
            batch.append(reserve(&used, Caps { permission: cap, buyer: None }, at));
        }
        store.write(batch).await?;
        number += AT_ONCE;
    }
    Ok(())
}
