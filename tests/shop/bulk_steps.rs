//! 一括処理 with several steps: capture, 受注ステータス, キャンセル, 再与信 and mail, in their order (R32, R33).

use crate::by_hand::eventually_later;
use crate::crash::{held, with_program};
use crate::desk::{authorized, captured, states};
use crate::mail::{arrived, mail_is, quiet, with_mails};
use crate::reauthorization::expired;
use integration_tests::{Operator, TestShop, eventually, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{BulkItem, BulkPreview, BulkRunView, Code, ItemState, MailState, OrderRow};
use shared::mail::MailKind;
use shared::order::OrderStatus;
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

fn body(run: &str, steps: &Value, rows: &[&OrderRow]) -> Value {
    let orders: Vec<Value> = rows.iter().map(|row| json!({ "id": row.id, "version": row.version })).collect();
    json!({ "run_id": run, "steps": steps, "orders": orders })
}

/// Starts a run and answers with it once it is finished.
async fn runs(operator: &Operator, run: &str, steps: &Value, rows: &[&OrderRow]) -> BulkRunView {
    starts(operator, run, steps, rows).await;
    operator.sees_run(run).await
}

async fn starts(operator: &Operator, run: &str, steps: &Value, rows: &[&OrderRow]) {
    let started =
        operator.sends(Method::POST, "/api/shops/demo/bulk-runs", Some(&body(run, steps, rows))).await;
    assert_eq!(started.status, 200, "{}", started.body);
}

async fn previews(operator: &Operator, steps: &Value, rows: &[&OrderRow]) -> BulkPreview {
    let body = body("preview", steps, rows);
    operator.sends(Method::POST, "/api/shops/demo/bulk-previews", Some(&body)).await.read()
}

fn result(item: &BulkItem) -> (ItemState, Option<Code>) {
    (item.state, item.problem.as_ref().map(|problem| problem.code))
}

fn results(items: &[BulkItem]) -> Vec<(ItemState, Option<Code>)> {
    items.iter().map(result).collect()
}

/// The order's row as it is now.
async fn now(operator: &Operator, row: &OrderRow) -> OrderRow {
    operator.detail(row.id.as_str()).await.row
}

const DONE: (ItemState, Option<Code>) = (ItemState::Done, None);

on_both_databases! {
    /// R32, R33, R59: captured, shipped and mailed in one run; where the capture is refused the status stays and nobody
    /// is told; pressed twice it is one run; the failed one alone again is done, and mailed once.
    async fn r32_r33_capture_status_and_mail_in_one_run(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let rows = [authorized(&shop, &operator, "coffee", 1).await, authorized(&shop, &operator, "cup", 1).await];
        arrived(&mailbox, 2).await;
        let refusal = FaultKind::Status { status: 422, reason_code: Some("AmazonRejected".to_owned()) };
        shop.control.fail(Some("captureCharge"), refusal, 1).await.unwrap();
        let steps = json!({ "capture": true, "status": "shipped", "send_mail": true });
        let chosen = [&rows[0], &rows[1]];
        let done = runs(&operator, "run-1", &steps, &chosen).await;
        assert_eq!(results(&done.items), [(ItemState::Failed, Some(Code::CaptureRefused)), DONE]);
        let again = runs(&operator, "run-1", &steps, &chosen).await;
        // Its mail may have gone further meanwhile.
        assert_eq!(results(&again.items), results(&done.items), "pressed twice");
        let failed = operator.sees(rows[0].number.as_str(), "決済エラー", |row| row.icon == Some(StatusIcon::CaptureError)).await;
        assert_eq!(failed.order_status, OrderStatus::New, "決済エラー keeps the old status");
        let shipped = now(&operator, &rows[1]).await;
        assert_eq!((shipped.order_status, shipped.payment_status), (OrderStatus::Shipped, PaymentStatus::Captured));
        mail_is(&operator, MailKind::OrderShipped, MailState::Sent).await;
        quiet(&shop).await;
        let subject = |row: &OrderRow| Some(format!("【珈琲 暖簾】商品を発送しました(注文番号 {})", row.number));
        let mails = mailbox.mails();
        assert_eq!(mails.len(), 3, "two confirmations and the one shipped");
        assert_eq!(mails[2].header("subject"), subject(&rows[1]));

        let done = runs(&operator, "run-2", &steps, &[&failed]).await;
        assert_eq!(results(&done.items), [DONE]);
        assert_eq!(now(&operator, &rows[0]).await.order_status, OrderStatus::Shipped);
        let mails = arrived(&mailbox, 4).await;
        quiet(&shop).await;
        assert_eq!((mails[3].header("subject"), mailbox.mails().len()), (subject(&rows[0]), 4));
        assert_eq!(states(&shop, "charges").await, ["Captured", "Captured"]);
        let lines = shop.count("select count(*) as n from ledger where new_value = 'shipped'").await;
        assert_eq!(lines, 2, "each change has one line");
        shop.ends().await;
    }

    /// R32, R50: the preview counts what is included and says why the rest is not; nothing is stored, and the run leaves
    /// the same orders out.
    async fn r32_r50_the_preview_says_which_orders_are_left_out_and_why(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let open = authorized(&shop, &operator, "coffee", 1).await;
        let paid = captured(&shop, &operator, "cup", 1).await;
        let mut stale = captured(&shop, &operator, "coffee", 2).await;
        stale.version = 1;
        let steps = json!({ "status": "shipped" });
        let chosen = [&open, &paid, &stale];
        let runs_before = shop.count("select count(*) as n from bulk_run").await;
        let preview = previews(&operator, &steps, &chosen).await;
        let left_out = [(ItemState::LeftOut, Some(Code::NotCaptured)), (ItemState::Waiting, None),
            (ItemState::LeftOut, Some(Code::OrderChanged))];
        assert_eq!(results(&preview.items), left_out);
        assert_eq!((preview.included, preview.total), (1, paid.total));
        assert_eq!(shop.count("select count(*) as n from bulk_run").await, runs_before);
        let done = runs(&operator, "run-s", &steps, &chosen).await;
        assert_eq!(results(&done.items), [left_out[0], DONE, left_out[2]]);
        assert_eq!(now(&operator, &open).await.order_status, OrderStatus::New);
        assert_eq!(now(&operator, &stale).await.order_status, OrderStatus::New, "not acted on");
        assert_eq!(now(&operator, &paid).await.order_status, OrderStatus::Shipped);
        for nonsense in [json!({}), json!({ "send_mail": true }), json!({ "status": "canceled" }),
            json!({ "capture": true, "cancel_reason": "other" }),
            json!({ "capture": true, "status": "canceled", "cancel_reason": "other" }), json!({ "shiped": true })] {
            let answer = operator.sends(Method::POST, "/api/shops/demo/bulk-runs", Some(&body("x", &nonsense, &[&open]))).await;
            assert_eq!(answer.status, 400, "{nonsense}: {}", answer.body);
        }
        shop.ends().await;
    }

    /// R35, R36, R33: キャンセル in one run: the uncaptured is released, the captured is refunded with the reason, each
    /// buyer is told once; pressed again nothing more happens.
    async fn r35_r36_a_run_releases_and_refunds(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let open = authorized(&shop, &operator, "coffee", 1).await;
        let paid = captured(&shop, &operator, "cup", 1).await;
        arrived(&mailbox, 2).await;
        let steps = json!({ "status": "canceled", "cancel_reason": "returned", "send_mail": true });
        let done = runs(&operator, "run-c", &steps, &[&open, &paid]).await;
        assert_eq!(results(&done.items), [DONE, DONE]);
        runs(&operator, "run-c", &steps, &[&open, &paid]).await;
        for row in [&open, &paid] {
            assert_eq!(now(&operator, row).await.order_status, OrderStatus::Canceled);
        }
        assert_eq!(states(&shop, "charges").await, ["Canceled", "Captured"]);
        assert_eq!(states(&shop, "refunds").await.len(), 1);
        assert_eq!(shop.count("select count(*) as n from refund where cause = 'returned'").await, 1);
        let mails = arrived(&mailbox, 4).await;
        quiet(&shop).await;
        assert_eq!(mailbox.mails().len(), 4);
        for row in [&open, &paid] {
            let told = mails[2..].iter().filter(|mail| mail.text().contains(row.number.as_str())).count();
            assert_eq!(told, 1, "{}", row.number);
        }
        let again = runs(&operator, "run-d", &steps, &[&now(&operator, &open).await]).await;
        assert_eq!(results(&again.items), [(ItemState::LeftOut, Some(Code::OrderCanceled))]);
        shop.ends().await;
    }

    /// R32, R33, R49: while Amazon works on the capture the status is not changed and nobody is told, and the run says
    /// why; once captured, the same order again takes the steps that were left.
    async fn r33_a_late_capture_stops_the_later_steps(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        arrived(&mailbox, 1).await;
        shop.advances(Duration::from_secs(8 * 24 * 3600));
        let operator = operator.signs_in_again().await;
        let steps = json!({ "capture": true, "status": "shipped", "send_mail": true });
        let row = now(&operator, &row).await;
        let done = runs(&operator, "run-1", &steps, &[&row]).await;
        assert_eq!(results(&done.items), [(ItemState::UnderWay, Some(Code::LaterStepsStopped))]);
        assert_eq!(now(&operator, &row).await.order_status, OrderStatus::New);
        shop.advances(Duration::from_secs(60));
        let row = operator.sees(row.number.as_str(), "決済済", |row| row.payment_status == PaymentStatus::Captured).await;
        let later = operator.sees_run("run-1").await;
        assert_eq!(results(&later.items), [(ItemState::Failed, Some(Code::LaterStepsStopped))]);
        assert_eq!((row.order_status, mailbox.mails().len()), (OrderStatus::New, 1));
        let done = runs(&operator, "run-2", &steps, &[&row]).await;
        assert_eq!(results(&done.items), [DONE]);
        assert_eq!(now(&operator, &row).await.order_status, OrderStatus::Shipped);
        arrived(&mailbox, 2).await;
        assert_eq!(states(&shop, "charges").await, ["Captured"], "nothing was taken twice");
        shop.ends().await;
    }

    /// R48, R32: 再与信 comes first: an expired order is authorized anew, captured and shipped; a 与信NG stops the rest.
    async fn r48_a_run_authorizes_anew_and_goes_on(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let (operator, row) = expired(&mut shop, operator).await;
        let steps = json!({ "reauthorize": true, "capture": true, "status": "shipped" });
        shop.control.order_outcome("createCharge", "SoftDeclined", 1).await.unwrap();
        let done = runs(&operator, "run-1", &steps, &[&row]).await;
        assert_eq!(results(&done.items), [(ItemState::Failed, Some(Code::AmazonRefused))]);
        let row = operator.sees(row.number.as_str(), "与信NG", |row| row.icon == Some(StatusIcon::AuthorizationDeclined)).await;
        assert_eq!((row.order_status, row.payment_status), (OrderStatus::New, PaymentStatus::Uncaptured));
        let done = runs(&operator, "run-2", &steps, &[&row]).await;
        assert_eq!(results(&done.items), [DONE]);
        let row = now(&operator, &row).await;
        assert_eq!((row.order_status, row.payment_status), (OrderStatus::Shipped, PaymentStatus::Captured));
        let charges = states(&shop, "charges").await;
        assert_eq!(charges.iter().filter(|state| *state == "Captured").count(), 1, "{charges:?}");
        shop.ends().await;
    }

    /// R59, R32: killed while Amazon holds a call of the run; after the restart every step is done once: the money moves
    /// once, the status changes once, the buyer is told once.
    async fn r59_a_run_with_steps_survives_a_kill(database) {
        let cancel = json!({ "status": "canceled", "cancel_reason": "mistake", "send_mail": true });
        let ship = json!({ "capture": true, "status": "shipped", "send_mail": true });
        for (call, steps, status, mails) in [
            ("captureCharge", ship, OrderStatus::Shipped,
                "select count(*) as n from mail where kind = 'order_shipped'"),
            ("createRefund", cancel, OrderStatus::Canceled,
                "select count(*) as n from mail where kind = 'order_canceled'"),
        ] {
            let mut shop = TestShop::on(database).await;
            let (mailbox, operator) = with_mails(&mut shop).await;
            let row = match call {
                "createRefund" => captured(&shop, &operator, "coffee", 1).await,
                _ => authorized(&shop, &operator, "coffee", 1).await,
            };
            arrived(&mailbox, 1).await;
            let mut program = with_program(&mut shop).await;
            shop.control.fail(Some(call), FaultKind::HoldAfter, 1).await.unwrap();
            starts(&operator, "run-k", &steps, &[&row]).await;
            held(&shop).await;
            program.dies();
            shop.control.clear_faults().await.unwrap();
            shop.starts_again().await;
            let view = eventually_later(&mut shop, "the run ends", Duration::from_secs(10), async |_| {
                let path = "/api/shops/demo/bulk-runs/run-k";
                let view: BulkRunView = operator.sends(Method::GET, path, None).await.read();
                (view.finished && !matches!(view.items[0].state, ItemState::UnderWay | ItemState::Unconfirmed)).then_some(view)
            }).await;
            // What was in doubt at the kill is found out, and the later steps follow by themselves.
            assert_eq!(result(&view.items[0]), DONE, "{call}");
            assert_eq!(now(&operator, &row).await.order_status, status, "{call}");
            assert_eq!(states(&shop, "charges").await, ["Captured"], "{call}");
            let refunds = usize::from(call == "createRefund");
            assert_eq!(states(&shop, "refunds").await.len(), refunds, "{call}");
            quiet(&shop).await;
            assert_eq!(shop.count(mails).await, 1, "{call}: told once");
            eventually("no question is open", async || {
                (shop.count("select count(*) as n from open_intent").await == 0).then_some(())
            }).await;
            shop.ends().await;
        }
    }
}
