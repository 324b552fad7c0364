//! Renewals by real processes: several at once, and killed between any two writes.

use crate::crash::{held, with_program, with_programs};
use crate::month_end::{this_month, used_in};
use crate::renewal::{
    DAY, MONTHLY, begun, charges, demo, happens, id, names, paid, read, shop_with, used, yen,
};
use backend::service::date_in_japan;
use backend::store::Batch;
use backend::store::orders::{self, Order, OrderBuyer, OrderDesk, OrderSubscription};
use backend::store::subscriptions::Subscription;
use futures_util::future::join_all;
use integration_tests::{Database, TestShop, eventually, on_both_databases};
use jiff::civil::Date;
use reqwest::Method;
use serde_json::json;
use shared::api::Code;
use shared::cart::{CartLine, Totals};
use shared::id::{OrderId, OrderNumber};
use shared::order::{OrderOrigin, OrderStatus};
use shared::payment::Payment;
use shared::payment_method::PaymentMethod;
use shared::renewal::RenewalEvent;
use simulator::FaultKind;
use std::time::Duration;

/// A delivery of `row` whose authorization has run out: it can be authorized anew.
fn run_out(row: &Subscription, number: u8, today: Date, at: jiff::Timestamp) -> Order {
    let price = [(row.unit_price, row.quantity, row.tax_rate)].into_iter();
    let none = yen(0);
    let totals = Totals::of(price, row.shipping_fee, none, none, none).unwrap();
    Order {
        shop_id: demo(),
        id: OrderId::new(format!("renewal-{number:02}")).unwrap(),
        number: OrderNumber::from_parts(today, [number % 31, number / 31, 0, 0, 0]),
        checkout_id: None,
        order_status: OrderStatus::New,
        origin: OrderOrigin::Renewal,
        method: PaymentMethod::AmazonPay,
        payment: Payment::Expired { amount: totals.total, at },
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
            ..OrderBuyer::default()
        },
        area_not_served: false,
        address: None,
        original_address: None,
        charge_permission_id: Some(row.charge_permission_id.clone()),
        charge_id: None,
        subscription: Some(OrderSubscription { id: id(), period: 100 + u32::from(number), delivery: today }),
        desk: OrderDesk::default(),
        placed_at: at.as_millisecond() + i64::from(number),
        updated_at: at.as_millisecond(),
        version: 1,
        terms_version: 1,
    }
}

/// R16, R18, R80: 64 charges at once under one permission, asked of three processes on one PostgreSQL: as many as the
/// shop's cap has room for, to the yen, in our books and at Amazon; the others are told so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r18_three_processes_charge_exactly_what_the_cap_has_room_for() {
    // ¥3,000 each: sixteen fit, Amazon itself would take thirty-three.
    let mut shop = shop_with(Database::Postgres, "{ monthly_cap = 50999 }").await;
    let today = date_in_japan(shop.app().clock.now());
    // The first days of a month, so that it does not end meanwhile.
    shop.advances(DAY * u32::try_from(today.days_in_month() - today.day() + 4).unwrap());
    let permission = begun(&shop, MONTHLY).await;
    let operator = shop.operator().await;
    let (row, now) = (read(&shop).await, shop.app().clock.now());
    let all = (0..64).map(|number| run_out(&row, number, date_in_japan(now), now));
    let batch: Batch = all.map(|order| orders::insert(&order)).collect();
    shop.app().store.write(batch).await.unwrap();

    let programs = with_programs(&mut shop, 3).await;
    let asked = (0..64).map(|number| {
        let (operator, address) = (&operator, &programs[number % 3].1);
        async move {
            let path = format!("/api/shops/demo/orders/renewal-{number:02}/reauthorize");
            operator.sends_to(address, Method::POST, &path, Some(&json!({ "version": 1 }))).await
        }
    });
    let mut asking = Box::pin(join_all(asked));
    // Amazon is asked for the month before each, at its pace.
    let answers = loop {
        tokio::select! {
            answers = &mut asking => break answers,
            () = tokio::time::sleep(Duration::from_millis(20)) => shop.advances(Duration::from_secs(1)),
        }
    };
    let (done, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    for answer in &refused {
        assert_eq!(answer.code(), Some(Code::MonthlyCapReached), "{} {}", answer.status, answer.body);
    }
    assert_eq!((done.len(), refused.len()), (16, 48));
    drop(asking);
    drop(programs);
    shop.starts_again().await;
    assert_eq!((charges(&shop).await, used(&shop, &permission).await), (16, 48_000));
    assert_eq!(
        shop.count("select count(*) as n from cap_reservation where reservation_state <> 'given_back'").await,
        16
    );
    settles(&mut shop).await;
    shop.ends().await;
}

/// Lets Amazon decide what it has been asked.
async fn settles(shop: &mut TestShop) {
    shop.advances(Duration::from_secs(40));
    let pending = "select count(*) as n from orders where payment_state = 'authorization_pending'";
    eventually("all is decided", async || (shop.count(pending).await == 0).then_some(())).await;
}

on_both_databases! {
    /// R15, R55, R59, R63: killed after the plan of a renewal was stored, before Amazon had its charge and after: once it
    /// runs again there is one order with one charge, counted once.
    async fn r63_killed_during_a_renewal(database) {
        for (hold, made) in [(FaultKind::HoldBefore, 0), (FaultKind::HoldAfter, 1)] {
            let mut shop = shop_with(database, "{}").await;
            let permission = begun(&shop, MONTHLY).await;
            let mut program = with_program(&mut shop).await;
            // Amazon's notification of the charge would settle it before anybody reads that it was open.
            shop.control.set(json!({ "holdNotifications": true })).await.unwrap();
            shop.control.fail(Some("createCharge"), hold, 1).await.unwrap();
            shop.advances(DAY * 31);
            held(&shop).await;
            program.dies();
            assert_eq!(charges(&shop).await, made);
            shop.starts_again().await;
            let ordered = |event: &RenewalEvent| matches!(event, RenewalEvent::Ordered { period: 2, .. });
            happens(&shop, "ordered before the end", ordered).await;
            assert_eq!(shop.count("select count(*) as n from open_intent").await, 1);
            shop.control.clear_faults().await.unwrap();
            shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
            let planned = this_month(&shop);
            shop.advances(DAY / 24);
            paid(&mut shop, 1).await;
            assert_eq!((names(&shop).await, charges(&shop).await), (vec!["ordered", "paid"], 1));
            assert_eq!(shop.count("select count(*) as n from orders").await, 1);
            assert_eq!(shop.count("select count(*) as n from intent").await, 1);
            // The hour may have ended a month; it counts in one of the two.
            let before = if planned == this_month(&shop) { 0 } else { used_in(&shop, &permission, planned).await };
            assert_eq!(before + used(&shop, &permission).await, 3_000);
            shop.ends().await;
        }
    }
}
