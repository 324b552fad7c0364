//! Several at once: two processes over one PostgreSQL, the sweeper against the result page.

use crate::by_hand::{authorized, hangs_up};
use backend::serve::{self, Running};
use backend::store::{StoreError, Unmet, orders};
use integration_tests::{
    Answer, Database, Operator, Purchase, SHOP_ORIGIN, TestShop, eventually, on_both_databases,
};
use serde_json::json;
use shared::api::{ItemState, OrderRow, Outcome};
use shared::id::ShopId;
use simulator::FaultKind;
use std::time::Duration;

/// Real time enough for a test to do something while Amazon holds a call.
fn patient(settings: &mut backend::config::Settings) {
    settings.amazon_pay.answer_timeout = Duration::from_secs(30);
}

/// A second process's worth of Noren on the same database.
async fn second(shop: &TestShop) -> Running {
    let mut settings = shop.app().settings.clone();
    settings.listen = ([127, 0, 0, 1], 0).into();
    serve::start(settings).await.expect("a second backend")
}

async fn completes_at(shop: &TestShop, other: &Running, purchase: &Purchase) -> Answer {
    let url = format!("http://{}/api/shops/demo/checkouts/{}/complete", other.address, purchase.checkout);
    let request = shop.http.post(url).header("origin", SHOP_ORIGIN).bearer_auth(&purchase.token);
    let request = request.json(&json!({ "amazon_checkout_session_id": purchase.session }));
    Answer::of(request.send().await.expect("an answer")).await
}

/// R12, R80: result pages at two processes at once make one order by one call.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r80_two_processes_complete_a_purchase_once() {
    let shop = TestShop::on(Database::Postgres).await;
    let other = second(&shop).await;
    for _ in 0..4 {
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&purchase).await;
        let buyer = shop.buyer();
        let here = (0..3).map(|_| buyer.does(&purchase, "complete"));
        let there = (0..3).map(|_| completes_at(&shop, &other, &purchase));
        let (here, there) =
            tokio::join!(futures_util::future::join_all(here), futures_util::future::join_all(there));
        for answer in here.iter().chain(&there) {
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert!(
                answer.body["outcome"] == "completed" || answer.body["outcome"] == "confirming",
                "{}",
                answer.body
            );
        }
        eventually("completed", async || shop.buyer().result(&purchase).await.order_number).await;
    }
    assert_eq!(shop.count("select count(*) as n from orders").await, 4);
    assert_eq!(shop.count("select count(*) as n from intent").await, 4);
    assert_eq!(shop.control.charges().await.unwrap().len(), 4);
    other.stop().await;
    shop.ends().await;
}

/// R54, R80: two processes sweep the same paid checkouts: one order each, each asked for once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r80_two_processes_sweep_each_checkout_once() {
    let mut shop = TestShop::on(Database::Postgres).await;
    let other = second(&shop).await;
    let mut paid = Vec::new();
    for _ in 0..12 {
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&purchase).await;
        paid.push(purchase);
    }
    shop.advances(Duration::from_secs(16 * 60));
    for purchase in &paid {
        eventually("swept", async || shop.buyer().result(purchase).await.order_number).await;
    }
    assert_eq!(shop.count("select count(*) as n from intent").await, 12);
    assert_eq!(shop.control.charges().await.unwrap().len(), 12);
    other.stop().await;
    shop.ends().await;
}

/// R59, R80: two processes share a bulk run and the questions about its orders; each order is captured once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r80_two_processes_share_a_bulk_run() {
    let mut shop = TestShop::on(Database::Postgres).await;
    let operator = shop.operator().await;
    let other = second(&shop).await;
    let mut rows = Vec::new();
    for _ in 0..4 {
        rows.push(authorized(&shop, &operator).await);
    }
    let rows: Vec<&OrderRow> = rows.iter().collect();
    let (one, two) =
        tokio::join!(operator.starts_capture("run-1", &rows), operator.starts_capture("run-2", &rows));
    assert_eq!((one.status, two.status), (200, 200));
    let (one, two) = (operator.sees_run("run-1").await, operator.sees_run("run-2").await);
    for (one, two) in one.items.iter().zip(&two.items) {
        let mut states = [one.state, two.state];
        states.sort_by_key(|state| *state != ItemState::Done);
        assert_eq!(states, [ItemState::Done, ItemState::LeftOut]);
    }
    assert_eq!(shop.count("select count(*) as n from intent where operation = 'capture'").await, 4);
    other.stop().await;
    shop.ends().await;
}

/// R59, R80: a process that has lost its lease while Amazon held the capture finds its run taken over; no harm.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r80_a_run_taken_over_by_another_process_is_not_spoiled() {
    let mut shop = TestShop::with(Database::Postgres, patient).await;
    let operator: Operator = shop.operator().await;
    let other = second(&shop).await;
    let rows = [authorized(&shop, &operator).await, authorized(&shop, &operator).await];
    shop.control.fail(Some("captureCharge"), FaultKind::HoldBefore, 1).await.unwrap();
    assert_eq!(operator.starts_capture("run-1", &[&rows[0], &rows[1]]).await.status, 200);
    eventually("Amazon holds the capture", async || (shop.control.held().await.ok()? == 1).then_some(()))
        .await;
    shop.advances(Duration::from_secs(3600));
    // The other process takes over: the same bytes under the same key for the held one, the rest as ever.
    eventually("the other process has captured", async || {
        let charges = shop.control.charges().await.ok()?;
        (charges.iter().filter(|charge| charge["statusDetails"]["state"] == "Captured").count() >= 1)
            .then_some(())
    })
    .await;
    shop.control.release().await.unwrap();
    eventually("both are done", async || {
        let run = operator.sees_run("run-1").await;
        run.items.iter().all(|item| item.state == ItemState::Done).then_some(())
    })
    .await;
    let charges = shop.control.charges().await.unwrap();
    assert_eq!(charges.iter().filter(|charge| charge["captureAmount"]["amount"] == "2030").count(), 2);
    assert_eq!(shop.count("select count(*) as n from intent where operation = 'capture'").await, 2);
    other.stop().await;
    shop.ends().await;
}

on_both_databases! {
    /// R12, R54: the sweeper comes while the result page's call is held at Amazon, before and after it is carried out.
    async fn the_sweeper_and_the_result_page_make_one_order(database) {
        for hold in [FaultKind::HoldBefore, FaultKind::HoldAfter] {
            let mut shop = TestShop::with(database, patient).await;
            let purchase = shop.buyer().goes_to_review("coffee", 1).await;
            shop.buyer().pays(&purchase).await;
            shop.control.fail(Some("completeCheckoutSession"), hold, 1).await.unwrap();
            hangs_up(&shop, &purchase).await;
            shop.advances(Duration::from_secs(3600));
            eventually("the sweeper finds the order", async || shop.buyer().result(&purchase).await.order_number).await;
            shop.control.release().await.unwrap();
            let again = shop.buyer().completes(&purchase).await;
            assert_eq!(again.outcome, Outcome::Completed);
            assert_eq!(shop.count("select count(*) as n from orders").await, 1);
            assert_eq!(shop.count("select count(*) as n from intent").await, 1);
            assert_eq!(shop.control.charges().await.unwrap().len(), 1);
            shop.ends().await;
        }
    }

    /// R58: the notification of the charge comes before Complete has answered: no harm, and the order is whole.
    async fn a_notification_that_overtakes_complete_is_no_harm(database) {
        let mut shop = TestShop::with(database, patient).await;
        let operator = shop.operator().await;
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&purchase).await;
        shop.control.fail(Some("completeCheckoutSession"), FaultKind::HoldAfter, 1).await.unwrap();
        hangs_up(&shop, &purchase).await;
        shop.control.flush_notifications().await.unwrap();
        eventually("they are followed", async || {
            let waiting = "select count(*) as n from notification where handled_at is null";
            (shop.count(waiting).await == 0 && shop.count("select count(*) as n from notification").await >= 1).then_some(())
        }).await;
        assert_eq!(shop.count("select count(*) as n from orders").await, 0);
        shop.control.release().await.unwrap();
        let number = eventually("the order", async || shop.buyer().result(&purchase).await.order_number).await;
        crate::by_hand::at_rest(&operator, number.as_str()).await;
        shop.ends().await;
    }

    /// R34, R41: an amount that somebody read before a capture was asked, and means to write while Amazon has the call, is
    /// refused: Amazon takes the total that the order has.
    async fn r41_no_amount_changes_while_a_capture_is_asked(database) {
        let mut shop = TestShop::with(database, patient).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        let reader = shop.app().store.reader().await.unwrap();
        let read = orders::find(&reader, &ShopId::new("demo").unwrap(), &row.id).await.unwrap().unwrap();
        drop(reader);
        shop.control.fail(Some("captureCharge"), FaultKind::HoldBefore, 1).await.unwrap();
        assert_eq!(operator.starts_capture("run-1", &[&row]).await.status, 200);
        eventually("Amazon has the call", async || (shop.control.held().await.ok()? == 1).then_some(())).await;
        let mut changed = read.clone();
        changed.totals.total = shared::money::Yen::new(1_000).unwrap();
        let written = shop.app().store.write(orders::save(&changed, shop.app().clock.now_ms())).await;
        assert!(matches!(written, Err(StoreError::Unmet(Unmet::Stale("orders")))), "{written:?}");
        shop.control.release().await.unwrap();
        let run = operator.sees_run("run-1").await;
        assert_eq!(run.items[0].state, ItemState::Done);
        let taken = shop.control.charges().await.unwrap();
        assert_eq!(taken[0]["captureAmount"]["amount"], read.total().get().to_string());
        shop.ends().await;
    }
}
