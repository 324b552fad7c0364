//! What people do with a subscription while something of it waits: nothing is charged behind their back, nothing is forgotten.

use crate::my_page::{LIST, does, lists, shop_id, signs_in, subscribes, typed};
use crate::renewal::{DAY, MONTHLY, begun, charges, demo, read, shop_with, yen};
use backend::store::monthly_totals;
use backend::store::subscriptions::{self, Subscription};
use integration_tests::{Answer, Operator, TestShop, eventually, on_both_databases};
use jiff::ToSpan;
use reqwest::Method;
use serde_json::json;
use shared::api::Code;
use shared::cycle::Cycle;
use shared::monthly_cap::Month;
use shared::renewal::first_of_next_month;
use shared::subscription::{Schedule, SubscriptionState};

const DESK: &str = "/api/shops/demo/subscriptions";

async fn acts(shop: &TestShop, operator: &Operator, what: &str) -> Answer {
    let body = json!({ "version": read(shop).await.version });
    operator.sends(Method::POST, &format!("{DESK}/subscription-1/{what}"), Some(&body)).await
}

/// What happened by its name, by people and by itself, the earliest first.
async fn names(shop: &TestShop) -> Vec<String> {
    let reader = shop.app().store.reader().await.unwrap();
    let rows =
        reader.rows("select event from subscription_event order by entry_id", Vec::new()).await.unwrap();
    rows.iter().map(|row| row.text("event").unwrap().to_owned()).collect()
}

async fn happens(shop: &TestShop, event: &str) {
    eventually(event, async || names(shop).await.iter().any(|name| name == event).then_some(())).await;
}

/// It was looked at since the clock was moved, and rests: while it is looked at, its next look is minutes ahead.
async fn rests(shop: &TestShop) {
    eventually("it rests", async || {
        let soon = shop.app().clock.now_ms() + 30 * 60 * 1_000;
        read(shop).await.due_at.is_none_or(|due| due > soon).then_some(())
    })
    .await;
}

/// Its charge was declined and is asked for again tomorrow.
async fn declined(shop: &mut TestShop) {
    begun(shop, MONTHLY).await;
    shop.control.order_outcome("createCharge", "SoftDeclined", 1).await.unwrap();
    shop.advances(DAY * 31);
    happens(shop, "declined").await;
}

async fn is_paused(shop: &TestShop, operator: &Operator) {
    let paused = acts(shop, operator, "pause").await;
    assert_eq!(paused.status, 200, "{}", paused.body);
}

on_both_databases! {
    /// R23, R25: paused while a declined charge waits for its next try: nothing is charged, and it stays paused; resumed
    /// when that day is long past, the order is given up instead.
    async fn r25_a_paused_subscription_is_not_charged_again(database) {
        let mut shop = shop_with(database, "{}").await;
        declined(&mut shop).await;
        let operator = shop.operator().await;
        is_paused(&shop, &operator).await;
        shop.advances(DAY * 10);
        rests(&shop).await;
        assert!(matches!(read(&shop).await.state, SubscriptionState::Paused { .. }));
        assert_eq!((charges(&shop).await, names(&shop).await), (0, ["ordered", "declined", "paused"].map(String::from).to_vec()));
        // The operator's session has ended by now: resumed as my page would.
        let mut row = read(&shop).await;
        (row.state, row.due_at) = (SubscriptionState::Active, Some(shop.app().clock.now_ms()));
        shop.app().store.write(subscriptions::save(&row, 0)).await.unwrap();
        happens(&shop, "gave_up").await;
        assert_eq!((charges(&shop).await, read(&shop).await.current_order_id), (0, None));
        shop.ends().await;
    }

    /// R25: paused while the payment method waits to be changed: what the buyer changes then is known, shown on my page, and
    /// it goes on when it is resumed.
    async fn r25_a_card_changed_while_it_is_paused_is_known_when_it_goes_on(database) {
        let mut shop = shop_with(database, "{}").await;
        let permission = begun(&shop, MONTHLY).await;
        shop.control.change_card(permission.as_str(), "3434").await.unwrap();
        shop.advances(DAY * 31);
        happens(&shop, "payment_needed").await;
        let operator = shop.operator().await;
        is_paused(&shop, &operator).await;
        rests(&shop).await;
        shop.control.change_card(permission.as_str(), "4444").await.unwrap();
        eventually("the new card is known", async || {
            let row = read(&shop).await;
            let known = row.payment_text.as_deref().is_some_and(|text| text.contains("4444"));
            (known && row.permission_state == shared::charge::ChargePermissionState::Chargeable).then_some(())
        })
        .await;
        assert_eq!(charges(&shop).await, 0);
        assert_eq!(acts(&shop, &operator, "resume").await.status, 200);
        // On the day on which it would have been.
        shop.advances(DAY);
        happens(&shop, "retried").await;
        eventually("it is charged", async || (charges(&shop).await == 1).then_some(())).await;
        shop.advances(std::time::Duration::from_secs(40));
        happens(&shop, "paid").await;
        shop.ends().await;
    }

    /// R24: paused while the buyer is asked to agree again: the thirty days end it all the same.
    async fn r24_an_agreement_that_is_asked_for_ends_though_it_is_paused(database) {
        let mut shop = shop_with(database, r#"{ at_amazon_end = "ask_again" }"#).await;
        let permission = begun(&shop, MONTHLY).await;
        shop.control.set_permission_state(permission.as_str(), "Closed", Some("BuyerClosed")).await.unwrap();
        happens(&shop, "agreement_needed").await;
        let operator = shop.operator().await;
        is_paused(&shop, &operator).await;
        rests(&shop).await;
        shop.advances(DAY * 30);
        happens(&shop, "ended").await;
        assert_eq!(names(&shop).await, ["agreement_needed", "paused", "ended"]);
        shop.ends().await;
    }

    /// R19: of a weekly subscription in a month without room, a delivery that the next one overtakes by the 1st is left out
    /// for the true reason, and only the one that comes is told to wait; skipped, the one after it is told anew.
    async fn r19_what_the_next_one_overtakes_is_not_promised(database) {
        let mut shop = shop_with(database, "{ monthly_cap = 5000 }").await;
        let permission = begun(&shop, Cycle::Weeks { every: 1 }).await;
        rests(&shop).await;
        // On the 2nd of a month that is full.
        let first = first_of_next_month(shop.app().clock.now());
        let month = Month::in_japan(first);
        let full = monthly_totals::heard(&demo(), &permission, month, yen(5_000), yen(2_001), 0);
        shop.app().store.write(full).await.unwrap();
        let mut row = read(&shop).await;
        let day = backend::service::date_in_japan(first);
        row.schedule = Schedule::begun(row.schedule.cycle, day, None);
        row.due_at = Some((first + DAY).as_millisecond());
        shop.app().store.write(subscriptions::save(&row, 0)).await.unwrap();
        let ahead = first.as_millisecond() + 86_400_000 - shop.app().clock.now_ms();
        shop.advances(std::time::Duration::from_millis(u64::try_from(ahead).unwrap()));
        for _ in 0..4 {
            shop.advances(DAY * 7);
            rests(&shop).await;
        }
        happens(&shop, "deferred").await;
        let told = names(&shop).await;
        assert_eq!(told.last(), Some(&"deferred".to_owned()), "{told:?}");
        assert!(told.len() >= 3 && told[..told.len() - 1].iter().all(|one| one == "dropped"), "{told:?}");
        assert_eq!(shop.count("select count(*) as n from subscription_period where reason <> 'over_cap'").await, 0);
        // Another delivery is next now: what was told of this one is over.
        let operator = shop.operator().await;
        assert_eq!(acts(&shop, &operator, "skip").await.status, 200);
        assert_eq!(read(&shop).await.told.deferred_until, None);
        assert_eq!(charges(&shop).await, 0);
        shop.ends().await;
    }

    /// R21: 次回から holds for the next delivery whichever date it gets afterwards.
    async fn r21_from_the_next_one_on_holds_for_an_earlier_date_too(database) {
        let shop = TestShop::on(database).await;
        subscribes(&shop).await;
        let token = signs_in(&shop, "hanako").await;
        let changed = does(&shop, &token, "address", json!({ "version": 1, "address": typed() })).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        let version = lists(&shop, &token).await["subscriptions"][0]["version"].clone();
        let sooner = backend::service::date_in_japan(shop.app().clock.now()) + 4.days();
        let moved = does(&shop, &token, "date", json!({ "version": version, "date": sooner })).await;
        assert_eq!(moved.body["upcoming"][0]["date"], json!(sooner), "{}", moved.body);
        assert_eq!(moved.body["address"]["name"], "試験 次郎", "{}", moved.body);
        shop.ends().await;
    }

    /// R23: the next delivery is moved or left out no farther than Amazon keeps the agreement without a charge.
    async fn r23_no_delivery_goes_beyond_the_agreements_life(database) {
        let shop = TestShop::on(database).await;
        subscribes(&shop).await;
        let token = signs_in(&shop, "hanako").await;
        let reader = shop.app().store.reader().await.unwrap();
        let mut row: Subscription =
            subscriptions::find(&reader, &shop_id(), &"S-1".parse().unwrap()).await.unwrap().unwrap();
        drop(reader);
        row.schedule.cycle = Cycle::Months { every: 12 };
        row.schedule.anchor += 50.days();
        shop.app().store.write(subscriptions::save(&row, 0)).await.unwrap();
        let skipped = does(&shop, &token, "skip", json!({ "version": 2 })).await;
        assert_eq!(skipped.code(), Some(Code::DeliveryDate), "{}", skipped.body);
        let still = shop.buyer().sends(Method::GET, LIST, Some(&token), None).await;
        assert_eq!(still.body["subscriptions"][0]["version"], 2);
        shop.ends().await;
    }
}
