//! 一括処理 under load: pace, failures among many, other work beside it, a lease that ends too soon.

use crate::by_hand::{authorized, eventually_later};
use integration_tests::{Operator, TestShop, eventually, on_both_databases};
use reqwest::Method;
use serde_json::json;
use shared::api::{BulkRunView, Code, ItemState, OrderRow};
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

/// Real time enough for a test to do something while Amazon holds a call.
fn patient(settings: &mut backend::config::Settings) {
    settings.amazon_pay.answer_timeout = Duration::from_secs(30);
}

async fn run(operator: &Operator, run: &str) -> BulkRunView {
    operator.sends(Method::GET, &format!("/api/shops/demo/bulk-captures/{run}"), None).await.read()
}

on_both_databases! {
    /// R32: fifty orders, three of which Amazon refuses, under Amazon's real limits: 47 taken, three told, none by guess;
    /// then the three alone again.
    async fn fifty_orders_with_three_refusals_keep_amazons_pace(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let buyer = shop.buyer();
        for _ in 0..10 {
            let five = (0..5).map(|_| buyer.buys("coffee", 1));
            for result in futures_util::future::join_all(five).await {
                assert!(result.order_number.is_some());
            }
        }
        let rows = eventually_later(&mut shop, "fifty orders at rest", Duration::from_secs(1), async |_| {
            let page = operator.sends(Method::GET, "/api/shops/demo/orders?limit=100", None).await;
            let rows: Vec<OrderRow> = page.read::<shared::api::OrderPage>().orders;
            rows.iter().all(|row| row.version >= 2).then_some(rows)
        }).await;
        assert_eq!(rows.len(), 50);
        let refusal = FaultKind::Status { status: 422, reason_code: Some("AmazonRejected".to_owned()) };
        shop.control.set(json!({ "throttling": true })).await.unwrap();
        shop.control.fail(Some("captureCharge"), refusal, 3).await.unwrap();
        let chosen: Vec<&OrderRow> = rows.iter().collect();
        assert_eq!(operator.starts_capture("run-50", &chosen).await.status, 200);
        let done = eventually_later(&mut shop, "the run is finished", Duration::from_secs(1), async |_| {
            Some(run(&operator, "run-50").await).filter(|run| run.finished)
        }).await;
        let count = |view: &BulkRunView, state| view.items.iter().filter(|item| item.state == state).count();
        let shown: Vec<_> = done.items.iter().map(|item| (item.state, item.problem.as_ref().map(|problem| problem.code))).collect();
        assert_eq!((count(&done, ItemState::Done), count(&done, ItemState::Failed)), (47, 3), "{shown:?}");
        assert!(done.items.iter().filter(|item| item.state == ItemState::Failed)
            .all(|item| item.problem.as_ref().map(|problem| problem.code) == Some(Code::CaptureRefused)));

        let failed: Vec<_> = done.items.iter().filter(|item| item.state == ItemState::Failed).collect();
        let mut again = Vec::new();
        for item in failed {
            again.push(operator.sees(item.number.as_str(), "決済エラー", |row| row.icon == Some(StatusIcon::CaptureError)).await);
        }
        let again: Vec<&OrderRow> = again.iter().collect();
        assert_eq!(operator.starts_capture("run-3", &again).await.status, 200);
        let done = eventually_later(&mut shop, "the second run is finished", Duration::from_secs(1), async |_| {
            Some(run(&operator, "run-3").await).filter(|run| run.finished)
        }).await;
        assert_eq!(count(&done, ItemState::Done), 3);
        let charges = shop.control.charges().await.unwrap();
        assert_eq!(charges.iter().filter(|charge| charge["captureAmount"]["amount"] == "2030").count(), 50);
        // Amazon never had to ask for fewer calls: each order was asked for once, three twice.
        assert_eq!(shop.count("select count(*) as n from intent where operation = 'capture'").await, 53);
        shop.control.set(json!({ "throttling": false })).await.unwrap();
        shop.ends().await;
    }

    /// R32: a run that Amazon asks to slow down goes on later, and no order of it is told as failed.
    async fn a_throttled_run_goes_on_later(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let rows = [authorized(&shop, &operator).await, authorized(&shop, &operator).await];
        let many = FaultKind::Status { status: 429, reason_code: None };
        shop.control.fail(Some("captureCharge"), many, 3).await.unwrap();
        assert_eq!(operator.starts_capture("run-1", &[&rows[0], &rows[1]]).await.status, 200);
        let done = eventually_later(&mut shop, "the run is finished", Duration::from_secs(2), async |_| {
            Some(run(&operator, "run-1").await).filter(|run| run.finished)
        }).await;
        assert!(done.items.iter().all(|item| item.state == ItemState::Done), "{:?}", done.items);
        assert_eq!(shop.control.charges().await.unwrap().len(), 2);
        shop.ends().await;
    }

    /// R28, R32: while a run waits for Amazon, notifications and other orders are followed as ever.
    async fn other_orders_are_followed_while_a_run_is_held(database) {
        let mut shop = TestShop::with(database, patient).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        let number = shop.buyer().with_card("0701").buys("coffee", 1).await.order_number.unwrap().to_string();
        operator.sees(&number, "与信保留", |row| row.icon == Some(StatusIcon::AuthorizationPending)).await;
        shop.control.fail(Some("captureCharge"), FaultKind::HoldBefore, 1).await.unwrap();
        assert_eq!(operator.starts_capture("run-1", &[&row]).await.status, 200);
        eventually("Amazon holds the capture", async || (shop.control.held().await.ok()? == 1).then_some(())).await;
        let charges = shop.control.charges().await.unwrap();
        let pending = charges.iter().find(|charge| charge["statusDetails"]["state"] == "AuthorizationInitiated").unwrap();
        shop.control.decide_charge(pending["chargeId"].as_str().unwrap(), None).await.unwrap();
        shop.control.flush_notifications().await.unwrap();
        operator.sees(&number, "与信OK beside the run", |row| row.icon == Some(StatusIcon::Authorized)).await;
        assert_eq!(shop.control.held().await.unwrap(), 1, "the run is still held");
        shop.control.release().await.unwrap();
        assert_eq!(operator.sees_run("run-1").await.items[0].state, ItemState::Done);
        shop.ends().await;
    }

    /// R59: the lease of a run ends while Amazon holds its capture: whoever takes it over takes no money and spoils no
    /// result.
    async fn a_lease_that_ends_under_a_held_capture_harms_nothing(database) {
        let mut shop = TestShop::with(database, patient).await;
        let operator = shop.operator().await;
        let rows = [authorized(&shop, &operator).await, authorized(&shop, &operator).await];
        shop.control.fail(Some("captureCharge"), FaultKind::HoldAfter, 1).await.unwrap();
        assert_eq!(operator.starts_capture("run-1", &[&rows[0], &rows[1]]).await.status, 200);
        eventually("Amazon holds the capture", async || (shop.control.held().await.ok()? == 1).then_some(())).await;
        // Business time passes the lease; the worker is free to take the job once more.
        shop.advances(Duration::from_secs(3600));
        eventually("the other order is taken meanwhile", async || {
            let orders = operator.orders().await;
            orders.iter().any(|row| row.payment_status == PaymentStatus::Captured).then_some(())
        }).await;
        shop.control.release().await.unwrap();
        let done = eventually("both are done", async || {
            Some(run(&operator, "run-1").await).filter(|run| run.items.iter().all(|item| item.state == ItemState::Done))
        }).await;
        assert!(done.finished);
        let charges = shop.control.charges().await.unwrap();
        assert!(charges.iter().all(|charge| charge["captureAmount"]["amount"] == "2030"));
        assert_eq!(shop.count("select count(*) as n from intent where operation = 'capture'").await, 2);
        shop.ends().await;
    }

    /// R32, R35: Amazon had canceled the charge: the order of the run is told as failed, not as under way for ever.
    async fn a_charge_canceled_at_amazon_fails_its_order_of_the_run(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        shop.control.set_notification_url("A1TESTMERCHANT1", None).await.unwrap();
        let row = authorized(&shop, &operator).await;
        let charge = shop.control.charges().await.unwrap()[0]["chargeId"].as_str().unwrap().to_owned();
        shop.control.cancel_charge(&charge, "AmazonCanceled").await.unwrap();
        let done = operator.captures("run-1", &[&row]).await;
        assert_eq!(done.items[0].state, ItemState::Failed, "{:?}", done.items[0].problem.as_ref().map(|problem| problem.code));
        operator.sees(row.number.as_str(), "no authorization any more", |row| row.icon.is_none()).await;
        shop.ends().await;
    }

    /// R32, R49: a capture Amazon works on is told as such, not as unconfirmed.
    async fn a_late_capture_of_a_run_is_under_way_and_no_doubt(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        shop.advances(Duration::from_secs(8 * 24 * 3600));
        let operator = operator.signs_in_again().await;
        let done = operator.captures("run-1", &[&row]).await;
        assert_eq!((done.items[0].state, done.items[0].problem.as_ref().map(|problem| problem.code)), (ItemState::UnderWay, None));
        shop.advances(Duration::from_secs(60));
        eventually("it is done", async || (run(&operator, "run-1").await.items[0].state == ItemState::Done).then_some(())).await;
        shop.ends().await;
    }
}
