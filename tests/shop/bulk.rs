//! 一括処理 under load: pace, failures among many, other work beside it, a lease that ends too soon.

use crate::by_hand::{authorized, changes, eventually_later, nothing_is_due};
use backend::store::jobs::{NewJob, enqueue};
use backend::store::pace;
use integration_tests::{Operator, TestShop, eventually, on_both_databases};
use reqwest::Method;
use serde_json::json;
use shared::api::{BulkRunView, BulkRuns, Code, ItemCount, ItemState, OrderRow};
use shared::id::{JobId, ShopId};
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

/// Real time enough for a test to do something while Amazon holds a call.
fn patient(settings: &mut backend::config::Settings) {
    settings.amazon_pay.answer_timeout = Duration::from_secs(30);
}

async fn run(operator: &Operator, run: &str) -> BulkRunView {
    operator.sends(Method::GET, &format!("/api/shops/demo/bulk-runs/{run}"), None).await.read()
}

on_both_databases! {
    /// R32: a step of a bulk run takes the last call of a moment from nobody: a renewal that waits for the same kind goes
    /// first.
    async fn a_bulk_run_leaves_a_call_to_renewals(database) {
        let shop = TestShop::on(database).await;
        let store = shop.app().store.clone();
        let (id, now) = (ShopId::new("demo").unwrap(), 1_000_000);
        let bucket = (1_000, 3);
        let take = async |kept, now| pace::take(&store, &id, "a_kind_of_call", now, bucket, kept).await.unwrap();
        let (bulk, renewal) = (1, 0);
        assert!(take(bulk, now).await && take(bulk, now).await);
        assert!(!take(bulk, now).await, "the last one is left");
        assert!(take(renewal, now).await && !take(renewal, now).await);
        // The next one that comes back is the renewal's, too.
        assert!(!take(bulk, now + 1_000).await);
        assert!(take(renewal, now + 1_000).await);
        assert!(take(bulk, now + 3_000).await, "and with nobody before it the run goes on");
        shop.ends().await;
    }

    /// R32: a run whose page was closed is found again, by a colleague who may only look, too: the newest first, with who, when
    /// and how far; never another shop's.
    async fn r32_the_newest_runs_of_a_shop_are_listed(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let listed = async |operator: &Operator, shop: &str| -> BulkRuns {
            operator.sends(Method::GET, &format!("/api/shops/{shop}/bulk-runs"), None).await.read()
        };
        assert!(listed(&operator, "demo").await.runs.is_empty());
        let one = crate::desk::authorized(&shop, &operator, "coffee", 1).await;
        let two = crate::desk::authorized(&shop, &operator, "cup", 1).await;
        operator.captures("run-1", &[&one]).await;
        shop.advances(Duration::from_secs(3600));
        // The first one as it was seen before its capture: left out.
        operator.captures("run-2", &[&one, &two]).await;

        let runs = listed(&operator, "demo").await.runs;
        let told: Vec<_> = runs
            .iter()
            .map(|run| (run.run_id.as_str(), run.by.as_str(), run.recent, run.finished, run.counts.clone()))
            .collect();
        let count = |state| ItemCount { state, orders: 1 };
        assert_eq!(told, [
            ("run-2", "運営 一郎", true, true, vec![count(ItemState::Done), count(ItemState::LeftOut)]),
            ("run-1", "運営 一郎", true, true, vec![count(ItemState::Done)]),
        ]);
        assert!(runs[0].started_at - runs[1].started_at >= 3_600_000);
        assert!(listed(&operator, "other").await.runs.is_empty());

        shop.advances(Duration::from_secs(23 * 3600));
        let operator = operator.signs_in_again().await;
        let recent: Vec<_> = listed(&operator, "demo").await.runs.iter().map(|run| run.recent).collect();
        assert_eq!(recent, [true, false], "a day later");
        for n in 3..=22 {
            shop.advances(Duration::from_secs(1));
            assert_eq!(operator.starts_capture(&format!("run-{n}"), &[&one]).await.status, 200);
        }
        let view = backend::store::Statement::new(
            "update operator_shop set rights = 'view' where shop_id = 'demo'",
            backend::values![],
        );
        shop.app().store.write(view).await.unwrap();
        let runs = listed(&operator, "demo").await.runs;
        let ids: Vec<_> = runs.iter().map(|run| run.run_id.to_string()).collect();
        let newest: Vec<_> = (3..=22).rev().map(|n| format!("run-{n}")).collect();
        assert_eq!(ids, newest);
        shop.ends().await;
    }

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

    /// R32: a run begins within seconds while everything that asks Amazon about other orders waits for its turn, as right
    /// after many purchases at Amazon's slow sandbox; so does whatever asks nobody.
    async fn a_run_begins_while_many_orders_wait_to_be_asked_about(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let rows = [authorized(&shop, &operator).await, authorized(&shop, &operator).await];
        nothing_is_due(&shop).await;
        // No question about a charge has its turn before the hour is over.
        let now = shop.app().clock.now_ms();
        changes(
            &shop,
            "insert into amazon_pace (shop_id, operation, free_at) values ('demo', 'getCharge', $1)
             on conflict (shop_id, operation) do update set free_at = excluded.free_at",
            vec![(now + 3_600_000).into()],
        ).await;
        for n in 0..30 {
            let job_id = JobId::new(format!("waiting-{n}")).unwrap();
            let (kind, due_at) = ("follow_order", now - 1_000);
            let subject = rows[1].id.as_str();
            let job = NewJob { shop_id: &ShopId::new("demo").unwrap(), job_id: &job_id, kind, subject, payload: "{}", due_at, now };
            shop.app().store.write(enqueue(&job)).await.unwrap();
        }
        shop.app().work.notify_one();
        let waiting = "select count(*) as n from job where kind = 'follow_order' and lease_holder is not null";
        eventually("the followers wait", async || (shop.count(waiting).await >= 8).then_some(())).await;
        assert_eq!(operator.starts_capture("run-1", &[&rows[0]]).await.status, 200);
        assert_eq!(operator.sees_run("run-1").await.items[0].state, ItemState::Done);
        let words = "select count(*) as n from job where kind = 'index_order' and job_state = 'open'";
        let body = json!({ "version": rows[1].version, "mail": "hanako@example.com" });
        assert_eq!(operator.sends(Method::POST, &format!("/api/shops/demo/orders/{}/buyer", rows[1].id), Some(&body)).await.status, 200);
        eventually("the order's words are written", async || (shop.count(words).await == 0).then_some(())).await;
        assert!(shop.count(waiting).await >= 1, "the followers still wait");
        changes(&shop, "update amazon_pace set free_at = 0", vec![]).await;
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

    /// R32, R53: one shop with hundreds of open questions, none of which has its turn, keeps no other shop waiting.
    async fn one_shops_questions_keep_no_other_shop_waiting(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        nothing_is_due(&shop).await;
        let now = shop.app().clock.now_ms();
        changes(
            &shop,
            "insert into amazon_pace (shop_id, operation, free_at) values ('demo', 'getCharge', $1)
             on conflict (shop_id, operation) do update set free_at = excluded.free_at",
            vec![(now + 3_600_000).into()],
        ).await;
        for (of, n) in (0..300).map(|n| ("demo", n)).chain([("other", 300), ("other", 301)]) {
            let job_id = JobId::new(format!("waiting-{n:03}")).unwrap();
            let (shop_id, subject) = (ShopId::new(of).unwrap(), row.id.as_str());
            // Those of the other shop were asked for last.
            let due_at = now - 100_000 + n;
            let job = NewJob { shop_id: &shop_id, job_id: &job_id, kind: "follow_order", subject, payload: "{}", due_at, now };
            shop.app().store.write(enqueue(&job)).await.unwrap();
        }
        shop.app().work.notify_one();
        let asking = "select count(*) as n from job where kind = 'follow_order' and shop_id = 'demo' and lease_holder is not null";
        eventually("the first shop's questions wait", async || (shop.count(asking).await >= 8).then_some(())).await;
        let done = "select count(*) as n from job where shop_id = 'other' and job_state = 'done'";
        eventually("the other shop's are done", async || (shop.count(done).await == 2).then_some(())).await;
        let open = "select count(*) as n from job where job_id like 'waiting-%' and shop_id = 'demo' and job_state = 'open'";
        assert!(shop.count(open).await > 200, "the first shop's still wait: those of the other were not merely next");
        changes(&shop, "delete from job where job_id like 'waiting-%' and lease_holder is null", vec![]).await;
        changes(&shop, "update amazon_pace set free_at = 0", vec![]).await;
        shop.ends().await;
    }
}
