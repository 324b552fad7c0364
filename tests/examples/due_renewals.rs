//! How fast renewals are planned and reserved: `due_renewals sqlite 100000` (or `postgres`, a cluster of its own that
//! keeps nothing, or the `postgres://…` address of an empty database in one that does).
//!
//! So many subscriptions come due at the same moment. Each is taken, read, planned and stored as the server does it (its
//! period, order, intent, reservation of the month's caps, next moment), with Amazon answering at once: no call is made.
//! Prints the seconds, of the clock and of the processor; the target is 60 for 100,000.

use backend::service::{renew_subscription, shops};
use backend::store::monthly_totals::{Caps, find as month_of};
use backend::store::subscriptions::{self, Subscription};
use backend::store::{Batch, StoreError, Unmet, catalogue};
use integration_tests::{Database, TestShop};
use jiff::civil::date;
use shared::address::{DeliveryAddress, RawAddress};
use shared::api::Language;
use shared::charge::ChargePermissionState;
use shared::cycle::Cycle;
use shared::id::{BuyerId, ChargePermissionId, OrderId, OrderNumber, ProductId, ShopId, SubscriptionId};
use shared::money::{TaxRate, Yen};
use shared::monthly_cap::{AMAZON_DEFAULT, Month};
use shared::renewal::Told;
use shared::subscription::{
    AddressSource, PeriodOutcome, Schedule, SubscriptionAddress, SubscriptionState, address_for,
};
use std::time::{Duration, Instant};

/// Taken at once and seen to side by side, as the server does.
const AT_ONCE: i64 = 8;
/// Takers, each with so many.
const TAKERS: usize = 4;
type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().ok_or("due_renewals DATABASE COUNT")?;
    let count: u32 = arguments.next().ok_or("due_renewals DATABASE COUNT")?.parse()?;
    let database = if address == "postgres" { Database::Postgres } else { Database::Sqlite };
    let shop = TestShop::with(database, |settings| {
        if address.starts_with("postgres:") {
            settings.database = address;
        }
    })
    .await;
    // Due later than the server's own clock says, so that it leaves them alone.
    let now = shop.app().clock.now() + Duration::from_secs(30 * 86_400);
    let begin = Instant::now();
    let mut number = 0;
    while number < count {
        let mut batch = Batch::new();
        for number in number..(number + 200).min(count) {
            batch.append(subscription(number, now)?);
        }
        shop.app().store.write(batch).await?;
        number += 200;
    }
    println!("{count} subscriptions written in {:.1} s", begin.elapsed().as_secs_f64());

    let (begin, worked) = (Instant::now(), processor_seconds()?);
    let takers = (0..TAKERS).map(|_| tokio::spawn(take(shop.app().clone(), now)));
    let mut done = 0;
    for taker in takers.collect::<Vec<_>>() {
        done += taker.await??;
    }
    let seconds = begin.elapsed().as_secs_f64();
    let worked = processor_seconds()? - worked;
    println!(
        "{done} renewals planned and reserved in {seconds:.1} s, {:.0}/s; {worked:.1} s of the processor",
        f64::from(done) / seconds
    );
    let orders = shop.count("select count(*) as n from orders").await;
    let reserved = shop.count("select count(*) as n from cap_reservation").await;
    let intents = shop.count("select count(*) as n from open_intent").await;
    if (orders, reserved, intents) != (count.into(), count.into(), count.into()) || done != count {
        return Err(format!("{done} {orders} {reserved} {intents} are not {count}").into());
    }
    let reader = shop.app().store.reader().await?;
    let one = month_of(&reader, &ShopId::new("demo")?, "C03-0000000-0000000", Month::in_japan(now)).await?;
    println!("the first one's month: {:?}", one.map(|total| total.used));
    drop(reader);
    let mut shop = shop;
    shop.stops().await;
    Ok(())
}

/// What this process has had of the processors so far, in a hundredth of a second as Linux counts it.
fn processor_seconds() -> Result<f64, Failure> {
    let line = std::fs::read_to_string("/proc/self/stat")?;
    let fields = line.rsplit(')').next().unwrap_or_default().split_whitespace();
    // The fields after the program's name: user and system time are the 12th and 13th.
    let hundredths = fields.skip(11).take(2).map(str::parse::<u32>).sum::<Result<u32, _>>()?;
    Ok(f64::from(hundredths) / 100.0)
}

/// Takes what is due until nothing is; gives how many were renewed.
async fn take(app: backend::app::App, now: jiff::Timestamp) -> Result<u32, Failure> {
    let at = now.as_millisecond();
    let mut done = 0;
    loop {
        let due = subscriptions::take_due(&app.store, at, at + 60_000, AT_ONCE).await?;
        if due.is_empty() {
            return Ok(done);
        }
        let tasks: Vec<_> =
            due.into_iter().map(|(shop, id)| tokio::spawn(renew(app.clone(), shop, id, now))).collect();
        for task in tasks {
            task.await??;
            done += 1;
        }
    }
}

async fn renew(
    app: backend::app::App,
    shop: ShopId,
    id: SubscriptionId,
    now: jiff::Timestamp,
) -> Result<(), Failure> {
    let open = shops::open(&app, &shop).await?;
    let reader = app.store.reader().await?;
    let row = subscriptions::find(&reader, &shop, &id).await?.ok_or("gone")?;
    let addresses: Vec<_> = subscriptions::addresses(&reader, &shop, &id)
        .await?
        .into_iter()
        .map(|(address, _)| address)
        .collect();
    let product = catalogue::find(&reader, &shop, &row.product_id).await?.ok_or("no product")?;
    drop(reader);
    let delivery = row.schedule.next().filter(|_| product.on_sale).ok_or("no delivery")?;
    let address = address_for(&addresses, delivery).map(|change| change.address.clone());
    let caps = Caps { permission: AMAZON_DEFAULT, buyer: None };
    loop {
        let planned = renew_subscription::plan(
            &open,
            &row,
            (delivery, address.clone()),
            Default::default(),
            caps,
            now,
        )?;
        let mut next = row.clone();
        next.schedule = row.schedule.passed(PeriodOutcome::Ordered);
        next.current_order_id = Some(planned.order.id.clone());
        next.tries = 1;
        next.due_at = None;
        let mut batch = planned.batch;
        batch.push(subscriptions::save(&next, now.as_millisecond()));
        match app.store.write(batch).await {
            Ok(_) => return Ok(()),
            // Among so many of one day, a number that another order has.
            Err(StoreError::Unmet(Unmet::AlreadyPlaced("orders"))) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn subscription(number: u32, now: jiff::Timestamp) -> Result<Batch, Failure> {
    let shop_id = ShopId::new("demo")?;
    let id = SubscriptionId::new(format!("subscription-{number:08}"))?;
    let first = date(2026, 11, 20);
    let at = now.as_millisecond();
    let digit = |place: u32| u8::try_from(number / 31_u32.pow(place) % 31).unwrap_or_default();
    let row = Subscription {
        shop_id: shop_id.clone(),
        id: id.clone(),
        number: OrderNumber::from_parts(first, [digit(0), digit(1), digit(2), digit(3), digit(4)]),
        buyer_id: BuyerId::new(format!("amzn1.account.BUYER{number:08}"))?,
        buyer_name: "試験 花子".to_owned(),
        buyer_mail: Some("hanako@example.jp".to_owned()),
        buyer_phone: None,
        language: Language::Ja,
        first_order_id: OrderId::new(format!("first-{number}"))?,
        product_id: ProductId::new("coffee-club")?,
        product_name: "珈琲定期便".to_owned(),
        tax_rate: TaxRate::Reduced,
        unit_price: Yen::new(1_332)?,
        quantity: 1,
        shipping_fee: Yen::new(550)?,
        schedule: Schedule::begun(Cycle::Months { every: 1 }, first, None),
        state: SubscriptionState::Active,
        due_at: Some(at),
        current_order_id: None,
        tries: 0,
        failed_periods: 0,
        charge_permission_id: ChargePermissionId::new(format!("C03-{number:07}-{number:07}"))?,
        permission_state: ChargePermissionState::Chargeable,
        payment_text: None,
        told_price_at: None,
        told_price: None,
        told: Told::default(),
        created_at: at,
        version: 1,
    };
    let given = RawAddress {
        name: "試験 花子".to_owned(),
        address_line1: "大阪市北区見本1-2".to_owned(),
        state_or_region: "大阪府".to_owned(),
        postal_code: "530-0001".to_owned(),
        country_code: "JP".to_owned(),
        phone_number: "06-1234-5678".to_owned(),
        ..RawAddress::default()
    };
    let address = SubscriptionAddress {
        from: first,
        address: DeliveryAddress::from_amazon(&given),
        source: AddressSource::Checkout,
    };
    let mut batch = Batch::from(subscriptions::insert(&row));
    batch.push(subscriptions::add_address(&shop_id, &id, "0", &address, at));
    Ok(batch)
}
