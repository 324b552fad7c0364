//! 決済済: exactly the order's total, once, and never a guess.

use crate::by_hand::impatient;
use integration_tests::{Operator, TestShop, eventually, on_both_databases};
use shared::api::{Code, ItemState, OrderRow};
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

/// An order at 与信OK, as the operator sees it.
async fn authorized(shop: &TestShop, operator: &Operator) -> OrderRow {
    let result = shop.buyer().buys("coffee", 1).await;
    let number = result.order_number.expect("an order").to_string();
    operator
        .sees(&number, "与信OK at rest", |row| row.icon == Some(StatusIcon::Authorized) && row.version >= 2)
        .await
}

async fn captured_yen(shop: &TestShop) -> Vec<(String, Option<String>)> {
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    shop.control
        .charges()
        .await
        .unwrap()
        .iter()
        .map(|charge| {
            (
                text(&charge["statusDetails"]["state"]).unwrap_or_default(),
                text(&charge["captureAmount"]["amount"]),
            )
        })
        .collect()
}

on_both_databases! {
    /// R32, R59: the same run pressed twice, and a second run of the same orders, take the money once.
    async fn pressing_twice_captures_once(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        let rows = [&row];
        let (first, again) =
            tokio::join!(operator.starts_capture("run-1", &rows), operator.starts_capture("run-1", &rows));
        assert_eq!((first.status, again.status), (200, 200));
        let run = operator.sees_run("run-1").await;
        assert_eq!(run.items.iter().map(|item| item.state).collect::<Vec<_>>(), [ItemState::Done]);
        let second = operator.captures("run-2", &[&row]).await;
        assert_eq!(second.items[0].state, ItemState::LeftOut);
        assert_eq!(captured_yen(&shop).await, [("Captured".to_owned(), Some("2030".to_owned()))]);
        shop.ends().await;
    }

    /// R32, R59: two operators at the same order: one wins, the other reads why.
    async fn of_two_runs_over_one_order_one_wins(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        let rows = [&row];
        let (one, two) = tokio::join!(operator.captures("run-a", &rows), operator.captures("run-b", &rows));
        let mut states = [one.items[0].state, two.items[0].state];
        states.sort_by_key(|state| *state != ItemState::Done);
        assert_eq!(states[0], ItemState::Done);
        let loser = if one.items[0].state == ItemState::Done { &two } else { &one };
        assert_eq!(loser.items[0].state, ItemState::LeftOut);
        assert!(loser.items[0].problem.is_some());
        assert_eq!(captured_yen(&shop).await.len(), 1);
        shop.ends().await;
    }

    /// R55, R56: a lost answer leaves 要照合, the same bytes go out again under the same key, the money moves once.
    async fn a_lost_answer_to_capture_is_unconfirmed_and_then_found(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        // Nothing tells until the operator has seen the doubt: every answer is lost, and so is the notification.
        shop.control.set_notification_url("A1TESTMERCHANT1", None).await.unwrap();
        shop.control.fail(Some("captureCharge"), FaultKind::HangUpAfter, 1_000).await.unwrap();
        // A question already on its way must not end the doubt either.
        shop.control.fail(Some("getCharge"), FaultKind::HangUpBefore, 1_000).await.unwrap();
        let run = operator.captures("run-1", &[&row]).await;
        let number = row.number.as_str();
        assert_eq!((run.items[0].state, run.items[0].goes_on), (ItemState::Unconfirmed, false));
        assert!(run.items[0].since.is_some());
        assert_eq!(run.items[0].problem.as_ref().map(|problem| problem.code), Some(Code::Unconfirmed));
        let unsure = operator.sees(number, "要照合", |row| row.icon == Some(StatusIcon::Unconfirmed)).await;
        assert_eq!(unsure.payment_status, PaymentStatus::Uncaptured);
        assert!(!unsure.may_capture);

        shop.control.clear_faults().await.unwrap();
        shop.advances(Duration::from_secs(30));
        operator.sees(number, "決済済", |row| row.payment_status == PaymentStatus::Captured).await;
        assert_eq!(captured_yen(&shop).await, [("Captured".to_owned(), Some("2030".to_owned()))]);
        assert_eq!(shop.count("select count(*) as n from intent where operation = 'capture'").await, 1);
        shop.ends().await;
    }

    /// R30, R55: a refusal is 決済エラー with its reason, nothing is taken, and it may be tried again.
    async fn a_refused_capture_says_why_and_may_be_retried(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        let refusal = FaultKind::Status { status: 500, reason_code: Some("ProcessingFailure".to_owned()) };
        shop.control.fail(Some("captureCharge"), refusal, 1).await.unwrap();
        let run = operator.captures("run-1", &[&row]).await;
        assert_eq!(run.items[0].state, ItemState::Failed);
        let number = row.number.as_str();
        let failed = operator.sees(number, "決済エラー", |row| row.icon == Some(StatusIcon::CaptureError)).await;
        assert_eq!(failed.reason.as_ref().map(|reason| reason.code()), Some("ProcessingFailure"));
        assert!(failed.may_capture);
        // What the popover shows besides: since when, and what Amazon's support asks for.
        let since = shop.app().clock.now_ms() - failed.payment_since;
        assert!((0..60_000).contains(&since) && failed.payment_since > row.payment_since, "{since}");
        let view = operator.detail(failed.id.as_str()).await;
        assert!(failed.request_id.is_some());
        // A notification of it may have come in meanwhile; it has no request.
        let last = view.timeline.iter().rev().find_map(|entry| entry.request_id.clone());
        assert_eq!(last, failed.request_id);
        let retry = operator.captures("run-2", &[&failed]).await;
        assert_eq!(retry.items[0].state, ItemState::Done);
        assert_eq!(captured_yen(&shop).await, [("Captured".to_owned(), Some("2030".to_owned()))]);
        shop.ends().await;
    }

    /// R32: an order changed since the page showed it is left out, not captured at another amount.
    async fn an_order_changed_since_the_preview_is_left_out(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        let refusal = FaultKind::Status { status: 422, reason_code: Some("AmazonRejected".to_owned()) };
        shop.control.fail(Some("captureCharge"), refusal, 1).await.unwrap();
        operator.captures("run-1", &[&row]).await;
        // Somebody else's try has changed the order; this page still shows it as it was.
        let run = operator.captures("run-2", &[&row]).await;
        assert_eq!(run.items[0].state, ItemState::LeftOut);
        assert_eq!(run.items[0].problem.as_ref().map(|problem| problem.code), Some(Code::OrderChanged));
        assert_eq!(captured_yen(&shop).await, [("Authorized".to_owned(), None)]);
        shop.ends().await;
    }

    /// R47, R49: more than seven days old, a capture stays 決済処理中 and is no error; after thirty it is refused.
    async fn a_late_capture_is_pending_and_a_dead_one_is_refused(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        shop.advances(Duration::from_secs(8 * 24 * 3600));
        let operator = operator.signs_in_again().await;
        let run = operator.captures("run-1", &[&row]).await;
        assert_eq!(run.items[0].state, ItemState::UnderWay);
        let number = row.number.as_str();
        operator.sees(number, "決済処理中", |row| row.icon == Some(StatusIcon::CapturePending)).await;
        shop.advances(Duration::from_secs(60));
        operator.sees(number, "決済済", |row| row.payment_status == PaymentStatus::Captured).await;

        let row = authorized(&shop, &operator).await;
        shop.advances(Duration::from_secs(31 * 24 * 3600));
        let operator = operator.signs_in_again().await;
        let number = row.number.as_str();
        let expired = operator.sees(number, "no capture any more", |row| !row.may_capture).await;
        let run = operator.captures("run-2", &[&expired]).await;
        assert_eq!(run.items[0].state, ItemState::LeftOut);
        shop.ends().await;
    }

    /// R59, R63: a run stopped in the middle goes on after the restart, and nothing is taken twice.
    async fn a_bulk_run_survives_a_restart(database) {
        let mut shop = TestShop::with(database, impatient).await;
        let operator = shop.operator().await;
        let mut rows = Vec::new();
        for _ in 0..4 {
            rows.push(authorized(&shop, &operator).await);
        }
        shop.control.fail(Some("captureCharge"), FaultKind::HoldAfter, 1).await.unwrap();
        let rows: Vec<_> = rows.iter().collect();
        assert_eq!(operator.starts_capture("run-1", &rows).await.status, 200);
        eventually("the first capture is at Amazon", async || (shop.control.held().await.ok()? == 1).then_some(())).await;
        // The held answer never comes: the call times out while the server stops.
        shop.stops().await;
        shop.control.release().await.unwrap();
        shop.starts_again().await;
        shop.advances(Duration::from_secs(180));
        let run = operator.sees_run("run-1").await;
        assert_eq!(run.items.len(), 4);
        for row in &rows {
            operator.sees(row.number.as_str(), "決済済", |row| row.payment_status == PaymentStatus::Captured).await;
        }
        assert_eq!(captured_yen(&shop).await, vec![("Captured".to_owned(), Some("2030".to_owned())); 4]);
        shop.ends().await;
    }

    /// R32: an order a colleague has captured between the preview and the run is told as such, and not as one from which
    /// nothing was taken.
    async fn r32_what_was_captured_meanwhile_is_told_as_captured(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        operator.captures("run-1", &[&row]).await;
        let late = operator.captures("run-2", &[&row]).await;
        let problem = late.items[0].problem.as_ref().expect("a problem");
        assert_eq!((late.items[0].state, problem.code), (ItemState::LeftOut, Code::AlreadyCaptured));
        assert!(problem.detail.contains("二重に請求されることはありません"), "{}", problem.detail);
        assert_eq!(captured_yen(&shop).await.len(), 1);
        shop.ends().await;
    }
}
