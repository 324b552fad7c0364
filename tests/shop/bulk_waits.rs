//! 一括処理 while Amazon is silent: the later steps wait for the fact, however long it takes, and follow once (R32, R33).

use crate::by_hand::eventually_later;
use crate::crash::with_program;
use crate::desk::{authorized, states};
use crate::mail::{arrived, quiet, with_mails};
use crate::reauthorization::expired;
use integration_tests::{Operator, TestShop, eventually, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{BulkItem, BulkRunView, Code, ItemState, OrderRow};
use shared::order::OrderStatus;
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

const RUNS: &str = "/api/shops/demo/bulk-runs";
const HOUR: Duration = Duration::from_secs(3600);

async fn starts(operator: &Operator, steps: &Value, row: &OrderRow) -> BulkItem {
    let order = json!({ "id": row.id, "version": row.version });
    let body = json!({ "run_id": "run-w", "steps": steps, "orders": [order] });
    let started = operator.sends(Method::POST, RUNS, Some(&body)).await;
    assert_eq!(started.status, 200, "{}", started.body);
    operator.sees_run("run-w").await.items.remove(0)
}

async fn item(operator: &Operator) -> BulkItem {
    let view: BulkRunView = operator.sends(Method::GET, &format!("{RUNS}/run-w"), None).await.read();
    assert!(view.finished, "nothing is left to be begun");
    view.items.into_iter().next().expect("the order")
}

async fn lets_go(operator: &Operator, row: &OrderRow) -> BulkItem {
    let body = json!({ "order_id": row.id });
    let answer = operator.sends(Method::POST, &format!("{RUNS}/run-w/let-go"), Some(&body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.read::<BulkRunView>().items.remove(0)
}

fn told(item: &BulkItem) -> (ItemState, Option<Code>, bool) {
    (item.state, item.problem.as_ref().map(|problem| problem.code), item.goes_on)
}

const WAITS: (ItemState, Option<Code>, bool) = (ItemState::Unconfirmed, Some(Code::Unconfirmed), true);

/// Amazon takes the call and is not heard of any more, by no way.
async fn falls_silent(shop: &TestShop) {
    shop.control.set_notification_url("A1TESTMERCHANT1", None).await.unwrap();
    shop.control.fail(None, FaultKind::HangUpAfter, 1_000_000).await.unwrap();
}

/// Three hours without a word, in steps that let the program ask in vain.
async fn three_hours_later(shop: &mut TestShop, operator: Operator) -> Operator {
    for _ in 0..36 {
        shop.advances(HOUR / 12);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Nobody sits at the desk for so long.
    operator.signs_in_again().await
}

/// The order's item, once it is at rest.
async fn comes_to_rest(shop: &mut TestShop, operator: &Operator) -> BulkItem {
    eventually_later(shop, "the order has its result", Duration::from_secs(10), async |_| {
        let item = item(operator).await;
        (!matches!(item.state, ItemState::Unconfirmed | ItemState::UnderWay)).then_some(item)
    })
    .await
}

fn ship() -> Value {
    json!({ "capture": true, "status": "shipped", "send_mail": true })
}

on_both_databases! {
    /// R32, R33: three hours of silence after a capture: the order is 確認中 since then and counted apart; when the money is
    /// found at Amazon it is shipped and its buyer told, once.
    async fn r32_the_later_steps_wait_for_an_answer_for_hours(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        arrived(&mailbox, 1).await;
        let begun = shop.app().clock.now_ms();
        falls_silent(&shop).await;
        let first = starts(&operator, &ship(), &row).await;
        assert_eq!(told(&first), WAITS);
        let operator = three_hours_later(&mut shop, operator).await;
        let later = item(&operator).await;
        assert_eq!((told(&later), later.since), (WAITS, first.since), "and its age is told");
        let since = later.since.unwrap();
        assert!((begun..begun + 60_000).contains(&since), "{begun} {since}");
        assert_eq!(operator.detail(row.id.as_str()).await.row.order_status, OrderStatus::New);
        shop.control.clear_faults().await.unwrap();
        let done = comes_to_rest(&mut shop, &operator).await;
        assert_eq!((told(&done), done.since), ((ItemState::Done, None, false), None));
        let shipped = operator.detail(row.id.as_str()).await.row;
        assert_eq!((shipped.order_status, shipped.payment_status), (OrderStatus::Shipped, PaymentStatus::Captured));
        arrived(&mailbox, 2).await;
        // Pressed again, and a day later: nothing more happens.
        starts(&operator, &ship(), &row).await;
        quiet(&shop).await;
        assert_eq!(mailbox.mails().len(), 2);
        assert_eq!(shop.count("select count(*) as n from ledger where new_value = 'shipped'").await, 1);
        assert_eq!(shop.count("select count(*) as n from intent where operation = 'capture'").await, 1);
        assert_eq!(states(&shop, "charges").await, ["Captured"]);
        shop.ends().await;
    }

    /// R32, R59: the same through a kill in the middle of the silence.
    async fn r32_r59_the_later_steps_wait_through_a_restart(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        arrived(&mailbox, 1).await;
        falls_silent(&shop).await;
        assert_eq!(told(&starts(&operator, &ship(), &row).await), WAITS);
        let mut program = with_program(&mut shop).await;
        shop.advances(HOUR);
        program.dies();
        shop.starts_again().await;
        let operator = three_hours_later(&mut shop, operator).await;
        assert_eq!(told(&item(&operator).await), WAITS);
        shop.control.clear_faults().await.unwrap();
        assert_eq!(told(&comes_to_rest(&mut shop, &operator).await), (ItemState::Done, None, false));
        arrived(&mailbox, 2).await;
        quiet(&shop).await;
        assert_eq!(mailbox.mails().len(), 2);
        assert_eq!(shop.count("select count(*) as n from ledger where new_value = 'shipped'").await, 1);
        assert_eq!(states(&shop, "charges").await, ["Captured"]);
        shop.ends().await;
    }

    /// R32: after hours Amazon says no: 決済エラー, the status stays, nobody is told, and nothing is asked again.
    async fn r32_an_answer_that_is_no_stops_the_later_steps(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        arrived(&mailbox, 1).await;
        shop.control.set_notification_url("A1TESTMERCHANT1", None).await.unwrap();
        shop.control.fail(None, FaultKind::HangUpBefore, 1_000_000).await.unwrap();
        assert_eq!(told(&starts(&operator, &ship(), &row).await), WAITS);
        let operator = three_hours_later(&mut shop, operator).await;
        shop.control.clear_faults().await.unwrap();
        let refusal = FaultKind::Status { status: 422, reason_code: Some("AmazonRejected".to_owned()) };
        shop.control.fail(Some("captureCharge"), refusal, 1).await.unwrap();
        let failed = comes_to_rest(&mut shop, &operator).await;
        assert_eq!(told(&failed), (ItemState::Failed, Some(Code::CaptureRefused), false));
        let row = operator.sees(row.number.as_str(), "決済エラー", |row| row.icon == Some(StatusIcon::CaptureError)).await;
        shop.advances(HOUR);
        quiet(&shop).await;
        assert_eq!((row.order_status, mailbox.mails().len()), (OrderStatus::New, 1));
        assert_eq!(shop.count("select count(*) as n from intent where operation = 'capture'").await, 1);
        shop.ends().await;
    }

    /// R32: an operator takes the rest upon themselves: the money is still found, and no step follows by itself; twice is
    /// once.
    async fn r32_an_operator_lets_go_of_the_later_steps(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        arrived(&mailbox, 1).await;
        falls_silent(&shop).await;
        starts(&operator, &ship(), &row).await;
        shop.advances(HOUR);
        let gone = (ItemState::LeftOut, Some(Code::LaterStepsLetGo), false);
        assert_eq!(told(&lets_go(&operator, &row).await), gone);
        assert_eq!(told(&lets_go(&operator, &row).await), gone, "pressed twice");
        shop.control.clear_faults().await.unwrap();
        shop.advances(HOUR);
        let row = operator.sees(row.number.as_str(), "決済済", |row| row.payment_status == PaymentStatus::Captured).await;
        shop.advances(HOUR);
        quiet(&shop).await;
        assert_eq!(told(&item(&operator).await), gone);
        assert_eq!((row.order_status, mailbox.mails().len()), (OrderStatus::New, 1));
        // A run whose orders all have their result has no work left.
        eventually("the run has ended", async || {
            let open = "select count(*) as n from job where kind = 'bulk_steps' and job_state = 'open'";
            (shop.count(open).await == 0).then_some(())
        }).await;
        shop.ends().await;
    }

    /// R32, R33: what somebody does with the order while it is 確認中 is not done again: shipped by hand, it is not shipped
    /// and not told a second time.
    async fn r32_what_was_done_by_hand_meanwhile_is_not_done_again(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        arrived(&mailbox, 1).await;
        falls_silent(&shop).await;
        assert_eq!(told(&starts(&operator, &ship(), &row).await), WAITS);
        let present = operator.detail(row.id.as_str()).await.row;
        let by_hand = json!({ "version": present.version, "status": "shipped", "reason": "急ぎ", "send_mail": true });
        let path = format!("/api/shops/demo/orders/{}/status", row.id);
        let answer = operator.sends(Method::POST, &path, Some(&by_hand)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        arrived(&mailbox, 2).await;
        shop.control.clear_faults().await.unwrap();
        assert_eq!(told(&comes_to_rest(&mut shop, &operator).await), (ItemState::Done, None, false));
        quiet(&shop).await;
        assert_eq!(mailbox.mails().len(), 2, "told once");
        assert_eq!(shop.count("select count(*) as n from ledger where new_value = 'shipped'").await, 1);
        shop.ends().await;
    }

    /// R32, R48: 再与信 whose answer is late by hours: once it is found the capture and the status follow, each once.
    async fn r48_the_steps_after_a_lost_new_authorization_wait(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let (operator, row) = expired(&mut shop, operator).await;
        falls_silent(&shop).await;
        let steps = json!({ "reauthorize": true, "capture": true, "status": "shipped" });
        assert_eq!(told(&starts(&operator, &steps, &row).await), WAITS);
        let operator = three_hours_later(&mut shop, operator).await;
        assert_eq!(told(&item(&operator).await), WAITS);
        shop.control.clear_faults().await.unwrap();
        assert_eq!(told(&comes_to_rest(&mut shop, &operator).await), (ItemState::Done, None, false));
        let row = operator.detail(row.id.as_str()).await.row;
        assert_eq!((row.order_status, row.payment_status), (OrderStatus::Shipped, PaymentStatus::Captured));
        let charges = states(&shop, "charges").await;
        assert_eq!(charges.iter().filter(|state| *state == "Captured").count(), 1, "{charges:?}");
        assert_eq!(charges.len(), 2, "the expired one and the new one");
        shop.ends().await;
    }
}
