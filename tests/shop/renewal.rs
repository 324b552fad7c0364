//! Renewals of subscriptions: one order per period whatever happens, and never more than the month allows.

use amazon_pay::prepare;
use amazon_pay::wire::request::{
    CompleteCheckoutSession, CreateCheckoutSession, PaymentDetails, UpdateCheckoutSession, WebCheckoutDetails,
};
use amazon_pay::wire::{ChargePermissionType, Frequency, FrequencyUnit, PaymentIntent, RecurringMetadata};
use backend::service::{date_in_japan, shops, start_checkout};
use backend::store::monthly_totals;
use backend::store::subscriptions::{self, EventRow, Subscription};
use integration_tests::{Database, SHOP_ORIGIN, TestShop, eventually, on_both_databases};
use serde_json::json;
use shared::api::Language;
use shared::charge::ChargePermissionState;
use shared::cycle::Cycle;
use shared::id::{
    BuyerId, ChargePermissionId, CheckoutSessionId, IdempotencyKey, OrderId, OrderNumber, ProductId, ShopId,
    SubscriptionId,
};
use shared::money::{Chargeable, TaxRate, Yen};
use shared::monthly_cap::Month;
use shared::renewal::{RenewalEvent, first_of_next_month};
use shared::subscription::{DropReason, EndReason, Schedule, SubscriptionState};
use simulator::FaultKind;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Longer than Amazon takes to decide.
const SOON: Duration = Duration::from_secs(40);

fn demo() -> ShopId {
    ShopId::new("demo").unwrap()
}

fn yen(amount: i64) -> Yen {
    Yen::new(amount).unwrap()
}

fn id() -> SubscriptionId {
    SubscriptionId::new("subscription-1").unwrap()
}

/// A shop whose seed has `settings` (TOML of one inline table) for its subscriptions.
async fn shop_with(database: Database, settings: &'static str) -> TestShop {
    TestShop::with(database, |given| {
        let file = given.seed.clone().unwrap();
        let seed = std::fs::read_to_string(&file).unwrap();
        let line = "can_handle_pending_authorization = true";
        std::fs::write(&file, seed.replace(line, &format!("{line}\nsubscriptions = {settings}"))).unwrap();
    })
    .await
}

/// An agreement at Amazon without a charge, made as a checkout would make it.
async fn agreement(shop: &TestShop) -> ChargePermissionId {
    let app = shop.app();
    let open = shops::open(app, &demo()).await.unwrap();
    let settings = &open.settings.amazon_pay;
    let mut payload = CreateCheckoutSession::new(settings.store_id.clone(), format!("{SHOP_ORIGIN}/review"));
    payload.charge_permission_type = Some(ChargePermissionType::Recurring);
    payload.recurring_metadata = Some(RecurringMetadata {
        frequency: Some(Frequency { unit: FrequencyUnit::Month, value: "1".to_owned() }),
        amount: None,
    });
    let payload = serde_json::to_string(&payload).unwrap();
    let button = start_checkout::signed(&open.key, &settings.public_key_id, payload);
    let posted = json!({
        "payloadJSON": button.payload_json, "signature": button.signature, "algorithm": button.algorithm,
        "publicKeyId": button.public_key_id, "merchantId": "A1TESTMERCHANT1", "productType": "PayAndShip",
    });
    let initiated = shop.control.initiate(posted).await.unwrap();
    let session = CheckoutSessionId::new(initiated["checkoutSessionId"].as_str().unwrap()).unwrap();
    shop.control.choose(session.as_str(), "hanako", 0, "1111").await.unwrap();
    let amount = Chargeable::new(yen(3_000)).unwrap();
    let update = UpdateCheckoutSession {
        web_checkout_details: Some(WebCheckoutDetails {
            checkout_result_return_url: Some(format!("{SHOP_ORIGIN}/result")),
            ..WebCheckoutDetails::default()
        }),
        payment_details: Some(PaymentDetails {
            payment_intent: Some(PaymentIntent::Confirm),
            charge_amount: Some(amount.into()),
            ..PaymentDetails::default()
        }),
        ..UpdateCheckoutSession::default()
    };
    let now = app.clock.now();
    open.amazon.send(&prepare::update_checkout_session(&session, &update), now).await.unwrap();
    shop.control.pay(session.as_str()).await.unwrap();
    let key = IdempotencyKey::new("agreement").unwrap();
    let complete = prepare::complete_checkout_session(&session, &CompleteCheckoutSession::new(amount), key);
    open.amazon.send(&complete, now).await.unwrap();
    let permissions = shop.control.permissions().await.unwrap();
    ChargePermissionId::new(permissions[0]["chargePermissionId"].as_str().unwrap()).unwrap()
}

/// A monthly subscription of ¥3,000 whose first delivery is today.
async fn begun(shop: &TestShop, cycle: Cycle) -> ChargePermissionId {
    let permission = agreement(shop).await;
    let now = shop.app().clock.now();
    let today = date_in_japan(now);
    let row = Subscription {
        shop_id: demo(),
        id: id(),
        number: OrderNumber::from_parts(today, [1; 5]),
        buyer_id: BuyerId::new("amzn1.account.BUYER").unwrap(),
        buyer_name: "試験 花子".to_owned(),
        buyer_mail: Some("hanako@example.jp".to_owned()),
        buyer_phone: None,
        language: Language::Ja,
        first_order_id: OrderId::new("first-order").unwrap(),
        product_id: ProductId::new("coffee").unwrap(),
        product_name: "深煎り珈琲豆 200g".to_owned(),
        tax_rate: TaxRate::Reduced,
        unit_price: yen(2_450),
        quantity: 1,
        shipping_fee: yen(550),
        schedule: Schedule::begun(cycle, today, None),
        state: SubscriptionState::Active,
        due_at: Some(now.as_millisecond()),
        current_order_id: None,
        tries: 0,
        failed_periods: 0,
        charge_permission_id: permission.clone(),
        permission_state: ChargePermissionState::Chargeable,
        payment_text: None,
        told_price_at: None,
        told_price: None,
        created_at: now.as_millisecond(),
        version: 1,
    };
    shop.app().store.write(subscriptions::insert(&row)).await.unwrap();
    permission
}

async fn read(shop: &TestShop) -> Subscription {
    let reader = shop.app().store.reader().await.unwrap();
    subscriptions::find(&reader, &demo(), &id()).await.unwrap().unwrap()
}

/// What happened, the earliest first.
async fn story(shop: &TestShop) -> Vec<RenewalEvent> {
    let reader = shop.app().store.reader().await.unwrap();
    let rows: Vec<EventRow<RenewalEvent>> = subscriptions::events(&reader, &demo(), &id()).await.unwrap();
    rows.into_iter().rev().map(|row| row.event).collect()
}

async fn happens(shop: &TestShop, what: &str, fits: impl Fn(&RenewalEvent) -> bool) {
    eventually(what, async || story(shop).await.iter().any(&fits).then_some(())).await;
}

async fn names(shop: &TestShop) -> Vec<&'static str> {
    story(shop).await.iter().map(RenewalEvent::name).collect()
}

/// Lets Amazon decide, and waits until `count` renewals are paid.
async fn paid(shop: &mut TestShop, count: usize) {
    eventually("Amazon has the charge", async || (charges(shop).await == count).then_some(())).await;
    let asked = "select count(*) as n from open_intent";
    eventually("its answer is recorded", async || (shop.count(asked).await == 0).then_some(())).await;
    shop.advances(SOON);
    eventually("it is paid", async || {
        let paid = story(shop).await.iter().filter(|event| **event == RenewalEvent::Paid).count();
        (paid == count).then_some(())
    })
    .await;
}

async fn used(shop: &TestShop, permission: &ChargePermissionId) -> i64 {
    let reader = shop.app().store.reader().await.unwrap();
    let month = Month::in_japan(shop.app().clock.now());
    let found = monthly_totals::find(&reader, &demo(), permission.as_str(), month).await.unwrap();
    found.map_or(0, |total| total.used.get())
}

async fn charges(shop: &TestShop) -> usize {
    shop.control.charges().await.unwrap().len()
}

const MONTHLY: Cycle = Cycle::Months { every: 1 };

on_both_databases! {
    /// R15, R17: a delivery that is due is ordered and charged once, counts toward the month, and the next one waits.
    async fn r15_each_period_is_ordered_and_charged_once(database) {
        let mut shop = shop_with(database, "{}").await;
        let permission = begun(&shop, MONTHLY).await;
        eventually("it rests", async || read(&shop).await.due_at.filter(|due| *due > shop.app().clock.now_ms() + 86_400_000)).await;
        assert_eq!(charges(&shop).await, 0);
        for round in 1..=2 {
            shop.advances(DAY * 31);
            happens(&shop, "ordered", |event| matches!(event, RenewalEvent::Ordered { period, .. } if *period == round + 1)).await;
            paid(&mut shop, round as usize).await;
            assert_eq!((charges(&shop).await, used(&shop, &permission).await), (round as usize, 3_000));
        }
        assert_eq!(names(&shop).await, ["ordered", "paid", "ordered", "paid"]);
        let row = read(&shop).await;
        assert_eq!((row.schedule.period, row.schedule.delivered, row.current_order_id), (4, 3, None));
        assert_eq!(shop.count("select count(*) as n from orders where order_origin = 'renewal'").await, 2);
        shop.ends().await;
    }

    /// R15: stopped between plan and answer and started again: one order, one charge.
    async fn r15_a_restart_in_the_middle_makes_no_second_charge(database) {
        let mut shop = shop_with(database, "{}").await;
        begun(&shop, MONTHLY).await;
        shop.control.fail(Some("createCharge"), FaultKind::HangUpAfter, 1).await.unwrap();
        shop.advances(DAY * 31);
        happens(&shop, "ordered", |event| matches!(event, RenewalEvent::Ordered { .. })).await;
        shop.stops().await;
        shop.starts_again().await;
        shop.advances(DAY / 24);
        paid(&mut shop, 1).await;
        assert_eq!((names(&shop).await, charges(&shop).await), (vec!["ordered", "paid"], 1));
        assert_eq!(shop.count("select count(*) as n from orders").await, 1);
        shop.ends().await;
    }

    /// R25: a soft decline gives its reservation back, and is tried again the next day with a new key.
    async fn r25_a_soft_decline_is_tried_again_on_a_later_day(database) {
        let mut shop = shop_with(database, "{}").await;
        let permission = begun(&shop, MONTHLY).await;
        shop.control.order_outcome("createCharge", "SoftDeclined", 1).await.unwrap();
        shop.advances(DAY * 31);
        eventually("declined", async || (shop.count("select count(*) as n from cap_reservation where reservation_state = 'given_back'").await == 1).then_some(())).await;
        assert_eq!((used(&shop, &permission).await, charges(&shop).await), (0, 0));
        assert_eq!(shop.count("select count(*) as n from orders").await, 1);
        shop.advances(DAY);
        happens(&shop, "retried", |event| *event == RenewalEvent::Retried).await;
        paid(&mut shop, 1).await;
        assert_eq!((used(&shop, &permission).await, charges(&shop).await), (3_000, 1));
        assert_eq!(names(&shop).await, ["ordered", "retried", "paid"]);
        assert_eq!(shop.count("select count(distinct idempotency_key) as n from intent where operation = 'create_charge'").await, 2);
        shop.ends().await;
    }

    /// R25: after a hard decline it waits for the buyer, and goes on when Amazon charges again.
    async fn r25_a_hard_decline_waits_for_the_buyer_and_goes_on(database) {
        let mut shop = shop_with(database, "{}").await;
        let permission = begun(&shop, MONTHLY).await;
        shop.control.change_card(permission.as_str(), "3434").await.unwrap();
        shop.advances(DAY * 31);
        happens(&shop, "payment needed", |event| *event == RenewalEvent::PaymentNeeded).await;
        assert_eq!(read(&shop).await.state.name(), "payment_needed");
        shop.control.change_card(permission.as_str(), "4444").await.unwrap();
        shop.advances(DAY / 12);
        happens(&shop, "retried", |event| *event == RenewalEvent::Retried).await;
        paid(&mut shop, 1).await;
        assert_eq!(read(&shop).await.state, SubscriptionState::Active);
        assert_eq!(names(&shop).await, ["ordered", "payment_needed", "retried", "paid"]);
        shop.ends().await;
    }

    /// R24: ended at Amazon by the buyer: noticed by the notification, nothing is ordered any more.
    async fn r24_an_agreement_ended_at_amazon_ends_the_subscription(database) {
        let mut shop = shop_with(database, "{}").await;
        let permission = begun(&shop, MONTHLY).await;
        shop.control.set_permission_state(permission.as_str(), "Closed", Some("BuyerClosed")).await.unwrap();
        happens(&shop, "ended", |event| *event == RenewalEvent::Ended { reason: EndReason::Amazon }).await;
        shop.advances(DAY * 31);
        assert!(matches!(read(&shop).await.state, SubscriptionState::Ended { reason: EndReason::Amazon, .. }));
        assert_eq!(shop.count("select count(*) as n from orders").await, 0);
        shop.ends().await;
    }

    /// R18, R19: what the month has no room for is charged on the 1st of the next month, and not before.
    async fn r19_over_the_cap_it_waits_for_the_first_of_the_next_month(database) {
        let mut shop = shop_with(database, "{ monthly_cap = 5000 }").await;
        // Every two months: the first of the next one comes before the following delivery, whatever the date.
        let permission = begun(&shop, Cycle::Months { every: 2 }).await;
        let month = Month::in_japan(shop.app().clock.now() + DAY * 62);
        let heard = monthly_totals::heard(&demo(), &permission, month, yen(5_000), yen(2_001), 0);
        shop.app().store.write(heard).await.unwrap();
        shop.advances(DAY * 62);
        happens(&shop, "deferred", |event| matches!(event, RenewalEvent::Deferred { .. })).await;
        assert_eq!((charges(&shop).await, shop.count("select count(*) as n from orders").await), (0, 0));
        let until = story(&shop).await.into_iter().find_map(|event| match event {
            RenewalEvent::Deferred { until, remaining } => Some((until, remaining.get())),
            _ => None,
        });
        let now = shop.app().clock.now();
        let first = first_of_next_month(now);
        assert_eq!(until, Some((first, 2_999)));
        let rests = async || (read(&shop).await.due_at == Some(first.as_millisecond())).then_some(());
        eventually("it rests until the 1st", rests).await;
        shop.advances(Duration::from_millis(u64::try_from(first.as_millisecond() - shop.app().clock.now_ms()).unwrap()));
        happens(&shop, "ordered", |event| matches!(event, RenewalEvent::Ordered { period: 2, .. })).await;
        paid(&mut shop, 1).await;
        assert_eq!((charges(&shop).await, used(&shop, &permission).await), (1, 3_000));
        shop.ends().await;
    }

    /// R19: dearer than the cap itself: left out with that reason, never "next month".
    async fn r19_dearer_than_the_cap_is_left_out_with_its_reason(database) {
        let mut shop = shop_with(database, "{ monthly_cap = 2999 }").await;
        begun(&shop, MONTHLY).await;
        shop.advances(DAY * 31);
        let dropped = RenewalEvent::Dropped { period: 2, reason: DropReason::DearerThanCap };
        happens(&shop, "dropped", |event| *event == dropped).await;
        assert_eq!((charges(&shop).await, read(&shop).await.schedule.period), (0, 3));
        shop.ends().await;
    }

    /// R18, R55: an answer that is lost is 要照合 with its reservation kept, and settled later under the same key.
    async fn r55_a_lost_answer_keeps_its_reservation_and_is_settled(database) {
        let mut shop = shop_with(database, "{}").await;
        let permission = begun(&shop, MONTHLY).await;
        shop.control.fail(Some("createCharge"), FaultKind::HangUpAfter, 1_000).await.unwrap();
        shop.advances(DAY * 31);
        eventually("unconfirmed", async || {
            let sql = "select count(*) as n from orders where payment_state = 'unconfirmed'";
            (shop.count(sql).await == 1).then_some(())
        })
        .await;
        assert_eq!(used(&shop, &permission).await, 3_000);
        shop.control.clear_faults().await.unwrap();
        shop.advances(SOON);
        eventually("settled", async || {
            (shop.count("select count(*) as n from open_intent").await == 0).then_some(())
        })
        .await;
        paid(&mut shop, 1).await;
        assert_eq!((charges(&shop).await, used(&shop, &permission).await), (1, 3_000));
        shop.ends().await;
    }
}
