//! Renewals of subscriptions: one order per period whatever happens, and never more than the month allows.

use crate::by_hand::eventually_later;
use crate::crash::held;
use crate::payment_link::{link_for, opens};
use amazon_pay::prepare;
use amazon_pay::wire::request::{
    CompleteCheckoutSession, CreateCheckoutSession, PaymentDetails, UpdateCheckoutSession, WebCheckoutDetails,
};
use amazon_pay::wire::{
    ChargePermissionType, CheckoutSession, Frequency, FrequencyUnit, PaymentIntent, RecurringMetadata,
};
use backend::service::tend_subscription::tend_due;
use backend::service::{date_in_japan, shops, start_checkout};
use backend::store::subscriptions::{self, EventRow, Subscription};
use backend::store::{monthly_totals, values};
use integration_tests::{Database, Operator, SHOP_ORIGIN, TestShop, eventually, on_both_databases};
use jiff::ToSpan;
use reqwest::Method;
use serde_json::json;
use shared::api::{Code, Language, OrderPage, OrderRow, Outcome};
use shared::charge::ChargePermissionState;
use shared::cycle::Cycle;
use shared::id::{
    BuyerId, ChargePermissionId, CheckoutSessionId, IdempotencyKey, OrderId, OrderNumber, ProductId, ShopId,
    SubscriptionId,
};
use shared::money::{Chargeable, TaxRate, Yen};
use shared::monthly_cap::Month;
use shared::payment_method::PaymentMethod;
use shared::renewal::{RenewalEvent, Told, first_of_next_month};
use shared::status_icon::StatusIcon;
use shared::subscription::{DropReason, EndReason, Schedule, SubscriptionState};
use simulator::FaultKind;
use std::time::Duration;

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);
/// Longer than Amazon takes to decide.
const SOON: Duration = Duration::from_secs(40);

pub(crate) fn demo() -> ShopId {
    ShopId::new("demo").unwrap()
}

pub(crate) fn yen(amount: i64) -> Yen {
    Yen::new(amount).unwrap()
}

pub(crate) fn id() -> SubscriptionId {
    SubscriptionId::new("subscription-1").unwrap()
}

/// A shop whose seed has `settings` (TOML of one inline table) for its subscriptions.
pub(crate) async fn shop_with(database: Database, settings: &'static str) -> TestShop {
    TestShop::with(database, |given| {
        let file = given.seed.clone().unwrap();
        let seed = std::fs::read_to_string(&file).unwrap();
        let line = "can_handle_pending_authorization = true";
        std::fs::write(&file, seed.replace(line, &format!("{line}\nsubscriptions = {settings}"))).unwrap();
    })
    .await
}

/// An agreement at Amazon without a charge, made as a checkout would make it; `name` is of this one only.
pub(crate) async fn agreement(shop: &TestShop, name: &str) -> ChargePermissionId {
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
    let key = IdempotencyKey::new(name).unwrap();
    let complete = prepare::complete_checkout_session(&session, &CompleteCheckoutSession::new(amount), key);
    let done = open.amazon.send(&complete, now).await.unwrap();
    done.decode::<CheckoutSession>().unwrap().charge_permission_id.unwrap()
}

/// A subscription of ¥3,000 whose first delivery is today.
pub(crate) async fn begun(shop: &TestShop, cycle: Cycle) -> ChargePermissionId {
    begun_at(shop, cycle, (2_450, 550)).await
}

/// The same at another price: of the piece and of the shipping.
pub(crate) async fn begun_at(
    shop: &TestShop,
    cycle: Cycle,
    (unit, shipping): (i64, i64),
) -> ChargePermissionId {
    let permission = agreement(shop, "agreement").await;
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
        unit_price: yen(unit),
        quantity: 1,
        shipping_fee: yen(shipping),
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
        told: Told::default(),
        created_at: now.as_millisecond(),
        version: 1,
    };
    shop.app().store.write(subscriptions::insert(&row)).await.unwrap();
    permission
}

pub(crate) async fn read(shop: &TestShop) -> Subscription {
    let reader = shop.app().store.reader().await.unwrap();
    subscriptions::find(&reader, &demo(), &id()).await.unwrap().unwrap()
}

/// What happened, the earliest first.
pub(crate) async fn story(shop: &TestShop) -> Vec<RenewalEvent> {
    let reader = shop.app().store.reader().await.unwrap();
    let rows: Vec<EventRow<RenewalEvent>> = subscriptions::events(&reader, &demo(), &id()).await.unwrap();
    rows.into_iter().rev().map(|row| row.event).collect()
}

pub(crate) async fn happens(shop: &TestShop, what: &str, fits: impl Fn(&RenewalEvent) -> bool) {
    eventually(what, async || story(shop).await.iter().any(&fits).then_some(())).await;
}

pub(crate) async fn names(shop: &TestShop) -> Vec<&'static str> {
    story(shop).await.iter().map(RenewalEvent::name).collect()
}

/// Lets Amazon decide, and waits until `count` renewals are paid.
pub(crate) async fn paid(shop: &mut TestShop, count: usize) {
    eventually("Amazon has the charge", async || (charges(shop).await == count).then_some(())).await;
    let asked = "select count(*) as n from open_intent";
    eventually("its answer is recorded", async || (shop.count(asked).await == 0).then_some(())).await;
    shop.advances(SOON);
    // A notification that came before the charge was known tells nobody: then it is paid at the order's own next look.
    for look in 0.. {
        let paid = story(shop).await.iter().filter(|event| **event == RenewalEvent::Paid).count();
        if paid == count {
            return;
        }
        assert!(look < 800, "never: it is paid");
        if look >= 400 {
            shop.advances(SOON);
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

pub(crate) async fn used(shop: &TestShop, permission: &ChargePermissionId) -> i64 {
    let reader = shop.app().store.reader().await.unwrap();
    let month = Month::in_japan(shop.app().clock.now());
    let found = monthly_totals::find(&reader, &demo(), permission.as_str(), month).await.unwrap();
    found.map_or(0, |total| total.used.get())
}

pub(crate) async fn charges(shop: &TestShop) -> usize {
    shop.control.charges().await.unwrap().len()
}

/// The first renewal, softly declined and told, as a fresh operator sees it.
async fn declined_renewal(shop: &mut TestShop) -> (Operator, OrderRow) {
    shop.control.order_outcome("createCharge", "SoftDeclined", 1).await.unwrap();
    shop.advances(DAY * 31);
    happens(shop, "declined", |event| matches!(event, RenewalEvent::Declined { .. })).await;
    let operator = shop.operator().await;
    let row = operator.orders().await.remove(0);
    (operator, row)
}

pub(crate) const MONTHLY: Cycle = Cycle::Months { every: 1 };
/// For what looks into the month after a delivery: whatever the date, the following delivery is not due there.
pub(crate) const QUARTERLY: Cycle = Cycle::Months { every: 3 };
/// Three months at their longest.
pub(crate) const QUARTER: Duration = Duration::from_secs(92 * 24 * 3600);

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

    /// R15: Amazon did not tell of the month when the delivery was due: it is asked again soon, by itself.
    async fn r15_a_look_that_amazon_did_not_answer_is_taken_again_soon(database) {
        let mut shop = shop_with(database, "{}").await;
        begun(&shop, MONTHLY).await;
        eventually("it rests", async || read(&shop).await.due_at.filter(|due| *due > shop.app().clock.now_ms() + 86_400_000)).await;
        shop.control.fail(Some("getChargePermission"), FaultKind::HangUpBefore, 1).await.unwrap();
        shop.advances(DAY * 31);
        paid(&mut shop, 1).await;
        assert_eq!(names(&shop).await, ["ordered", "paid"]);
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

    /// R17, R55: a question that was lost at a month's end and asked again on the 1st counts in the month in which Amazon
    /// made the charge.
    async fn r17_a_charge_that_amazon_made_in_the_next_month_counts_there(database) {
        let mut shop = shop_with(database, "{}").await;
        let permission = begun(&shop, QUARTERLY).await;
        shop.control.fail(Some("createCharge"), FaultKind::HangUpBefore, 1_000).await.unwrap();
        shop.advances(QUARTER);
        let lost = "select count(*) as n from orders where payment_state = 'unconfirmed'";
        eventually("the question is lost", async || (shop.count(lost).await == 1).then_some(())).await;
        assert_eq!((charges(&shop).await, used(&shop, &permission).await), (0, 3_000));
        let planned = Month::in_japan(shop.app().clock.now());
        let first = first_of_next_month(shop.app().clock.now()).as_millisecond();
        shop.advances(Duration::from_millis(u64::try_from(first - shop.app().clock.now_ms()).unwrap()));
        shop.control.clear_faults().await.unwrap();
        eventually_later(&mut shop, "it is sent again", Duration::from_secs(10), async |shop| {
            (charges(shop).await == 1).then_some(())
        })
        .await;
        paid(&mut shop, 1).await;
        assert_eq!((charges(&shop).await, used(&shop, &permission).await), (1, 3_000));
        let reader = shop.app().store.reader().await.unwrap();
        let before = monthly_totals::find(&reader, &demo(), permission.as_str(), planned).await.unwrap();
        assert_eq!(before.map(|total| total.used.get()), Some(0));
        drop(reader);
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
        happens(&shop, "declined", |event| matches!(event, RenewalEvent::Declined { .. })).await;
        shop.advances(DAY);
        happens(&shop, "retried", |event| *event == RenewalEvent::Retried).await;
        paid(&mut shop, 1).await;
        assert_eq!((used(&shop, &permission).await, charges(&shop).await), (3_000, 1));
        assert_eq!(names(&shop).await, ["ordered", "declined", "retried", "paid"]);
        assert_eq!(shop.count("select count(distinct idempotency_key) as n from intent where operation = 'create_charge'").await, 2);
        shop.ends().await;
    }

    /// R23: a subscription that is canceled while Amazon has the charge of an accepted order keeps its agreement until the
    /// charge is answered: the order is authorized, and only then is the agreement closed.
    async fn r23_an_agreement_is_not_closed_under_a_charge_that_is_asked(database) {
        let mut shop = TestShop::with(database, |given| given.amazon_pay.answer_timeout = Duration::from_secs(30)).await;
        begun(&shop, MONTHLY).await;
        shop.control.fail(Some("createCharge"), FaultKind::HoldBefore, 1).await.unwrap();
        shop.advances(DAY * 31);
        held(&shop).await;
        let operator = shop.operator().await;
        let seen = json!({ "version": read(&shop).await.version });
        let path = format!("/api/shops/demo/subscriptions/{}/cancel", id());
        let canceled = operator.sends(Method::POST, &path, Some(&seen)).await;
        assert_eq!(canceled.status, 200, "{}", canceled.body);
        let looked = "select count(*) as n from job where kind = 'close_subscription' and job_state = 'done'";
        eventually("the close was looked at", async || (shop.count(looked).await >= 1).then_some(())).await;
        shop.control.release().await.unwrap();
        let open = "select count(*) as n from open_intent";
        eventually("the charge is answered", async || (shop.count(open).await == 0).then_some(())).await;
        eventually_later(&mut shop, "closed", Duration::from_secs(20), async |shop| {
            (read(shop).await.permission_state == ChargePermissionState::Closed).then_some(())
        })
        .await;
        let row = operator.orders().await.remove(0);
        operator.sees(row.number.as_str(), "与信OK", |row| row.icon == Some(StatusIcon::Authorized)).await;
        shop.ends().await;
    }

    /// R25, R38, R89: a declined renewal that its buyer has paid by a link is settled: on the day of its next try nothing more
    /// is charged.
    async fn r89_a_renewal_that_was_paid_by_a_link_is_not_tried_again(database) {
        let mut shop = shop_with(database, "{}").await;
        begun(&shop, MONTHLY).await;
        let (operator, row) = declined_renewal(&mut shop).await;
        let buyer = shop.buyer();
        let paid = opens(&buyer, &link_for(&operator, row.id.as_str()).await).await;
        buyer.pays(&paid).await;
        assert_eq!(buyer.completes(&paid).await.outcome, Outcome::Completed);
        shop.advances(DAY * 2);
        happens(&shop, "settled", |event| *event == RenewalEvent::OrderEnded).await;
        assert_eq!((names(&shop).await, charges(&shop).await), (vec!["ordered", "declined", "order_ended"], 1));
        assert_eq!(read(&shop).await.current_order_id, None);
        shop.ends().await;
    }

    /// R12, R25, R89: while the buyer pays a declined renewal by a link, it is not tried again; given up, it is, once; and then
    /// no link of it is paid any more.
    async fn r12_of_a_link_and_a_renewals_next_try_one_charges(database) {
        let mut shop = shop_with(database, "{}").await;
        begun(&shop, MONTHLY).await;
        let (operator, row) = declined_renewal(&mut shop).await;
        let again = story(&shop).await.into_iter().find_map(|event| match event {
            RenewalEvent::Declined { again } => Some(again),
            _ => None,
        });
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        let left = again.unwrap().as_millisecond() - shop.app().clock.now_ms();
        shop.advances(Duration::from_millis(left.try_into().unwrap()) - minutes(5));
        let operator = operator.signs_in_again().await;
        let buyer = shop.buyer();
        let link = link_for(&operator, row.id.as_str()).await;
        let (pressed, opened) = (opens(&buyer, &link).await, opens(&buyer, &link).await);
        assert_eq!(buyer.does(&pressed, "order").await.status, 200);
        shop.advances(minutes(6));
        let later = shop.app().clock.now_ms() + 14 * 60 * 1000;
        eventually("it waits", async || (read(&shop).await.due_at > Some(later)).then_some(())).await;
        assert_eq!((names(&shop).await, charges(&shop).await), (vec!["ordered", "declined"], 0));
        // Nothing came of the press.
        eventually_later(&mut shop, "tried again", minutes(5), async |shop| {
            (shop.control.charges().await.ok()?.len() == 1).then_some(())
        })
        .await;
        paid(&mut shop, 1).await;
        assert_eq!(names(&shop).await, ["ordered", "declined", "retried", "paid"]);
        assert_eq!(shop.buyer().does(&opened, "order").await.code(), Some(Code::CartAlreadyOrdered));
        shop.control.pay(&pressed.session).await.unwrap();
        let late = shop.buyer().completes(&pressed).await;
        assert_eq!((late.outcome, late.order_number), (Outcome::Cancelled, None));
        assert_eq!(charges(&shop).await, 1);
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
        eventually("it rests", async || read(&shop).await.due_at.filter(|due| *due > shop.app().clock.now_ms() + 86_400_000)).await;
        shop.control.set_permission_state(permission.as_str(), "Closed", Some("BuyerClosed")).await.unwrap();
        happens(&shop, "ended", |event| *event == RenewalEvent::Ended { reason: EndReason::Amazon }).await;
        shop.advances(DAY * 31);
        // Whatever is due by now has been done after this.
        tend_due(shop.app()).await.unwrap();
        eventually("it rests for good", async || read(&shop).await.due_at.is_none().then_some(())).await;
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
            RenewalEvent::Deferred { until, remaining, .. } => Some((until, remaining.get())),
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
        // It comes the shop's days after its charge; the schedule goes on as agreed.
        let comes = (date_in_japan(first) + 3.days()).to_string();
        let sql = "select delivery_date from orders where delivery_date = $1";
        let reader = shop.app().store.reader().await.unwrap();
        assert!(reader.row(sql, values![comes]).await.unwrap().is_some());
        let periods = subscriptions::periods(&reader, &demo(), &id(), 1).await.unwrap();
        let begun = read(&shop).await.schedule;
        assert_eq!(Some(periods[0].delivery), begun.cycle.nth(begun.anchor, 1));
        drop(reader);
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
        // Amazon's notification of the charge would settle it before anybody reads that it is unconfirmed.
        shop.control.set(json!({ "holdNotifications": true })).await.unwrap();
        shop.control.fail(Some("createCharge"), FaultKind::HangUpAfter, 1_000).await.unwrap();
        shop.advances(DAY * 31);
        eventually("unconfirmed", async || {
            let sql = "select count(*) as n from orders where payment_state = 'unconfirmed'";
            (shop.count(sql).await == 1).then_some(())
        })
        .await;
        assert_eq!(used(&shop, &permission).await, 3_000);
        shop.control.clear_faults().await.unwrap();
        shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
        shop.advances(SOON);
        eventually("settled", async || {
            (shop.count("select count(*) as n from open_intent").await == 0).then_some(())
        })
        .await;
        paid(&mut shop, 1).await;
        assert_eq!((charges(&shop).await, used(&shop, &permission).await), (1, 3_000));
        shop.ends().await;
    }

    /// R9: a renewal that comes to ¥0 makes its order without calling Amazon, whatever the month or the permission says,
    /// with the method お支払いなし(0円); it is listed, found by that method, exported and shipped like any other.
    async fn r9_a_renewal_of_zero_yen_makes_its_order_without_amazon(database) {
        // Due at once: an operator's session does not last until the next week.
        let mut shop = shop_with(database, "{ monthly_cap = 1, lead_days = 7 }").await;
        let operator = shop.operator().await;
        begun_at(&shop, Cycle::Weeks { every: 1 }, (0, 0)).await;
        happens(&shop, "ordered", |event| matches!(event, RenewalEvent::Ordered { period: 2, .. })).await;
        eventually("it rests", async || read(&shop).await.due_at.filter(|due| *due > shop.app().clock.now_ms())).await;
        let row = read(&shop).await;
        assert_eq!((names(&shop).await, row.current_order_id, row.schedule.delivered), (vec!["ordered"], None, 2));
        for none in ["select count(*) as n from intent", "select count(*) as n from cap_reservation"] {
            assert_eq!(shop.count(none).await, 0, "{none}");
        }
        assert_eq!(charges(&shop).await, 0);
        let found = operator.sends(Method::GET, "/api/shops/demo/orders?method=no_charge", None).await;
        let page: OrderPage = found.read();
        let order = &page.orders[0];
        assert_eq!((page.orders.len(), order.method, order.total, order.icon), (1, PaymentMethod::NoCharge, yen(0), None));
        let csv = operator.sends(Method::GET, "/api/shops/demo/orders.csv?columns=number,method", None).await;
        assert!(csv.text.contains("お支払いなし(0円)"), "{}", csv.text);
        let path = format!("/api/shops/demo/orders/{}/status", order.id);
        let shipped = operator.sends(Method::POST, &path, Some(&json!({ "version": order.version, "status": "shipped" }))).await;
        assert_eq!(shipped.status, 200, "{}", shipped.body);
        shop.ends().await;
    }

    /// R16: a limit that Amazon raised or lowered holds at once, whatever was known of the month before.
    async fn r16_a_limit_changed_at_amazon_holds_at_once(database) {
        let mut shop = shop_with(database, "{ at_cap = \"drop\" }").await;
        let permission = begun(&shop, MONTHLY).await;
        for (limit, period, ordered) in [(2_999, 2, false), (3_000, 3, true)] {
            shop.control.set_limit(permission.as_str(), limit).await.unwrap();
            shop.advances(DAY * 31);
            happens(&shop, "decided", |event| match event {
                RenewalEvent::Ordered { period: found, .. } => ordered && *found == period,
                RenewalEvent::Dropped { period: found, reason } => {
                    !ordered && *found == period && *reason == DropReason::DearerThanCap
                }
                _ => false,
            })
            .await;
        }
        let reader = shop.app().store.reader().await.unwrap();
        let month = Month::in_japan(shop.app().clock.now());
        let total = monthly_totals::find(&reader, &demo(), permission.as_str(), month).await.unwrap().unwrap();
        assert_eq!(total.cap, yen(3_000));
        drop(reader);
        paid(&mut shop, 1).await;
        shop.ends().await;
    }

    /// R18: an operator's 再与信 of a renewal is refused before Amazon where the month has no room, with that reason.
    async fn r18_a_reauthorization_without_room_is_refused_with_its_reason(database) {
        // Due at once, and not tried again by itself: an operator's session does not last for a month.
        let mut shop = shop_with(database, "{ lead_days = 31, retry_days = [30], monthly_cap = 5000 }").await;
        let operator = shop.operator().await;
        shop.control.order_outcome("createCharge", "SoftDeclined", 1).await.unwrap();
        let permission = begun(&shop, MONTHLY).await;
        happens(&shop, "declined", |event| matches!(event, RenewalEvent::Declined { .. })).await;
        let month = Month::in_japan(shop.app().clock.now());
        let heard = monthly_totals::heard(&demo(), &permission, month, yen(5_000), yen(2_001), 0);
        shop.app().store.write(heard).await.unwrap();
        let page: OrderPage = operator.sends(Method::GET, "/api/shops/demo/orders", None).await.read();
        let order = &page.orders[0];
        let path = format!("/api/shops/demo/orders/{}/reauthorize", order.id);
        let refused = operator.sends(Method::POST, &path, Some(&json!({ "version": order.version }))).await;
        assert_eq!((refused.status, refused.code()), (409, Some(Code::MonthlyCapReached)), "{}", refused.body);
        assert!(refused.text.contains("翌月以降に改めてお試しください"), "{}", refused.text);
        assert_eq!((charges(&shop).await, used(&shop, &permission).await), (0, 2_001));
        shop.ends().await;
    }
}
