//! What happens by itself, in time: authorizations run out, done work is forgotten, nothing waits behind what is broken.

use crate::by_hand::{authorized, changes, eventually_later, nothing_is_due, text};
use backend::service::live::{self, Hint};
use backend::store::{Statement, Store, orders, values};
use integration_tests::{TestShop, eventually, many_orders, many_subscriptions, on_both_databases};
use shared::api::Outcome;
use shared::id::{BuyerId, CartId, ShopId};
use shared::status_icon::StatusIcon;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

on_both_databases! {
    /// R47, R58: thirty days uncaptured is 期限切れ, also when Amazon's notification never came.
    async fn an_uncaptured_order_expires_without_any_notification(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        shop.control.set_notification_url("A1TESTMERCHANT1", None).await.unwrap();
        let row = authorized(&shop, &operator).await;
        shop.advances(29 * DAY);
        nothing_is_due(&shop).await;
        let operator = operator.signs_in_again().await;
        operator.sees(row.number.as_str(), "still 与信OK", |row| row.icon == Some(StatusIcon::Authorized)).await;
        shop.advances(DAY + Duration::from_secs(120));
        let operator = operator.signs_in_again().await;
        let expired = operator.sees(row.number.as_str(), "期限切れ", |row| row.icon == Some(StatusIcon::Expired)).await;
        assert!(!expired.may_capture);
        shop.ends().await;
    }

    /// R58: an authorization that Amazon ended early is noticed within a day, also without a notification.
    async fn an_authorization_ended_by_amazon_is_noticed_within_a_day(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        shop.control.set_notification_url("A1TESTMERCHANT1", None).await.unwrap();
        let row = authorized(&shop, &operator).await;
        let charge = shop.control.charges().await.unwrap()[0]["chargeId"].as_str().unwrap().to_owned();
        shop.control.cancel_charge(&charge, "AmazonCanceled").await.unwrap();
        shop.advances(DAY + Duration::from_secs(120));
        let operator = operator.signs_in_again().await;
        operator.sees(row.number.as_str(), "no authorization any more", |row| row.icon.is_none()).await;
        shop.ends().await;
    }

    /// R58: a question that was lost (a job deleted by hand) is asked again all the same.
    async fn an_order_in_doubt_without_a_job_is_found(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        shop.control.set_notification_url("A1TESTMERCHANT1", None).await.unwrap();
        let number = shop.buyer().with_card("0701").buys("coffee", 1).await.order_number.unwrap().to_string();
        operator.sees(&number, "与信保留", |row| row.icon == Some(StatusIcon::AuthorizationPending)).await;
        nothing_is_due(&shop).await;
        changes(&shop, "delete from job", values![]).await;
        shop.advances(Duration::from_secs(31));
        operator.sees(&number, "与信OK", |row| row.icon == Some(StatusIcon::Authorized)).await;
        shop.ends().await;
    }

    /// R86: jobs that are done do not pile up.
    async fn done_jobs_are_forgotten(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        authorized(&shop, &operator).await;
        nothing_is_due(&shop).await;
        let done = "select count(*) as n from job where job_state = 'done'";
        shop.control.flush_notifications().await.unwrap();
        eventually("a notification's job is done", async || (shop.count(done).await >= 1).then_some(())).await;
        let old = "select coalesce(min(created_at), 9000000000000) as n from job where job_state = 'done'";
        let oldest = shop.count(old).await;
        shop.advances(15 * DAY);
        eventually("old ones are gone", async || {
            (shop.count(done).await == 0 || shop.count(old).await > oldest).then_some(())
        }).await;
        shop.ends().await;
    }

    /// R83, R86: what was asked of Amazon is kept, without anything personal once the order has it.
    async fn an_intent_keeps_nothing_personal(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let result = shop.buyer().buys("coffee", 1).await;
        assert_eq!(result.outcome, Outcome::Completed);
        let declined = shop.buyer().with_card("3434").buys("coffee", 1).await;
        assert_eq!(declined.outcome, Outcome::Declined);
        let row = operator.sees(result.order_number.unwrap().as_str(), "the order", |_| true).await;
        assert!(row.buyer_name.chars().count() > 1);
        let kept = "select coalesce(max(request), '') || coalesce(max(snapshot), '') as text_found from intent";
        let kept = text(&shop, kept).await.unwrap();
        assert!(!kept.contains(&row.buyer_name) && !kept.contains('@'), "{kept}");
        assert_eq!(shop.count("select count(*) as n from intent where operation = 'complete' and snapshot <> '{}'").await, 0);
        shop.ends().await;
    }

    /// R54: checkouts that cannot be read do not keep the sweeper from those behind them.
    async fn unreadable_checkouts_do_not_stop_the_sweeper(database) {
        let mut shop = TestShop::on(database).await;
        for _ in 0..60 {
            assert_eq!(shop.buyer().presses_button("coffee", 1).await.status, 201);
        }
        changes(&shop, "update checkout set checkout = '{}', sweep_at = 1", values![]).await;
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&purchase).await;
        shop.advances(Duration::from_secs(16 * 60));
        eventually("the paid one is an order", async || shop.buyer().result(&purchase).await.order_number).await;
        shop.ends().await;
    }

    /// R28: more changes at one moment than are read at once: what comes after them is told all the same.
    async fn a_flood_of_changes_does_not_silence_the_live_list(database) {
        let shop = TestShop::on(database).await;
        let demo = ShopId::new("demo").unwrap();
        // Somebody listens all the time, so that the feed remembers what it told.
        let mut listening = live::listen(shop.app(), &demo);
        many_orders::add(&shop.app().store, "demo", 1_300, shop.app().clock.now_ms()).await.unwrap();
        let now = shop.app().clock.now_ms();
        changes(&shop, "update orders set updated_at = $1, version = version + 1", values![now]).await;
        // The flood is over when nothing more comes; who fell behind in it would load the page anew.
        while tokio::time::timeout(Duration::from_secs(2), listening.next()).await.is_ok_and(|hint| hint.is_some()) {}
        let mut feed = live::listen(shop.app(), &demo);
        let number = shop.buyer().buys("coffee", 1).await.order_number.unwrap();
        let sql = "select order_id as text_found from orders where checkout_id is not null";
        let bought = text(&shop, sql).await.unwrap();
        let told = async {
            let is_it = |hint| matches!(hint, Hint::Order(hint) if hint.order_id.as_str() == bought);
            while !feed.next().await.is_some_and(is_it) {}
        };
        assert!(tokio::time::timeout(Duration::from_secs(30), told).await.is_ok(), "nothing told of {number}");
        shop.ends().await;
    }

    /// R28: what changes at a subscription is told to whoever listens, with the version it has then.
    async fn a_change_of_a_subscription_is_told_to_the_live_list(database) {
        let shop = TestShop::on(database).await;
        let demo = ShopId::new("demo").unwrap();
        many_subscriptions::add(&shop.app().store, "demo", 1, shop.app().clock.now()).await.unwrap();
        let mut feed = live::listen(shop.app(), &demo);
        let now = shop.app().clock.now_ms();
        changes(&shop, "update subscription set updated_at = $1, version = version + 100", values![now]).await;
        let told = async {
            let is_it = |hint| matches!(hint, Hint::Subscription(hint) if hint.version > 100);
            while !feed.next().await.is_some_and(is_it) {}
        };
        assert!(tokio::time::timeout(Duration::from_secs(10), told).await.is_ok(), "nothing told");
        shop.ends().await;
    }

    /// R54: pressed and never paid: looked at now and then, not all the time, and over with its 24 hours.
    async fn a_press_that_is_never_paid_lapses_quietly(database) {
        let mut shop = TestShop::on(database).await;
        // Amazon's session is younger than our checkout, so that it is still open when ours is over.
        let started = shop.buyer().presses_button("coffee", 1).await;
        shop.advances(Duration::from_secs(12 * 3600));
        let purchase = shop.buyer().chooses(started.read()).await;
        shop.buyer().reviews(&purchase).await;
        assert_eq!(shop.buyer().does(&purchase, "order").await.status, 200);
        eventually_later(&mut shop, "it has lapsed", Duration::from_secs(10 * 60), async |shop| {
            (shop.buyer().result(&purchase).await.outcome == Outcome::Lapsed).then_some(())
        }).await;
        let asked = shop.count("select count(*) as n from intent").await;
        assert!(asked <= 12 * 4 + 2, "asked {asked} times");
        assert_eq!(shop.count("select count(*) as n from cart_hold").await, 0);
        shop.ends().await;
    }
}

/// R58: what is in doubt is looked for every few seconds, so never by reading all orders.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r58_orders_in_doubt_are_looked_for_by_an_index() {
    const NOW: i64 = 1_795_500_000_000;
    let folder = tempfile::tempdir().unwrap();
    let store =
        Store::open(&format!("sqlite:{}", folder.path().join("noren.db").display()), NOW).await.unwrap();
    many_orders::add(&store, "demo", 2_000, NOW).await.unwrap();
    for known in [false, true] {
        if known {
            store.write(Statement::new("analyze", Vec::new())).await.unwrap();
        }
        let (sql, values) = orders::forgotten_query("follow_order", NOW, 200);
        let reader = store.reader().await.unwrap();
        let rows = reader.rows(format!("explain query plan {sql}"), values).await.unwrap();
        let steps: Vec<_> = rows.iter().map(|row| row.text("detail").unwrap().to_owned()).collect();
        assert!(!steps.iter().any(|step| step.starts_with("SCAN orders")), "{steps:#?}");
        assert!(steps.iter().any(|step| step.starts_with("SEARCH orders")), "{steps:#?}");
    }
    store.close().await;
}

/// R89: which declined order a checkout repeats is asked at every review, so never by reading all orders of a state.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r89_declined_orders_are_looked_for_by_cart_and_buyer() {
    const NOW: i64 = 1_795_500_000_000;
    let folder = tempfile::tempdir().unwrap();
    let store =
        Store::open(&format!("sqlite:{}", folder.path().join("noren.db").display()), NOW).await.unwrap();
    many_orders::add(&store, "demo", 2_000, NOW).await.unwrap();
    let (shop, cart) = (ShopId::new("demo").unwrap(), CartId::new("cart-1").unwrap());
    let buyer = BuyerId::new("amzn1.account.TEST").unwrap();
    for known in [false, true] {
        if known {
            store.write(Statement::new("analyze", Vec::new())).await.unwrap();
        }
        let queries = orders::declined_before_queries(&shop, &cart, Some(&buyer), NOW);
        for ((sql, values), index) in queries.into_iter().zip(["orders_buyer", "checkout_cart"]) {
            let reader = store.reader().await.unwrap();
            let rows = reader.rows(format!("explain query plan {sql}"), values).await.unwrap();
            let steps: Vec<_> = rows.iter().map(|row| row.text("detail").unwrap().to_owned()).collect();
            assert!(!steps.iter().any(|step| step.starts_with("SCAN ")), "{steps:#?}");
            assert!(steps.iter().any(|step| step.contains(index)), "{steps:#?}");
        }
    }
    store.close().await;
}
