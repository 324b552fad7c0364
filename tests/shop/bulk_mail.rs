//! Mails of 一括処理 whose step is not finished when the run passes its order: they wait, and go out or not (R32, R33).

use crate::desk::{authorized, states};
use crate::mail::{arrived, mail_is, quiet, with_mails};
use crate::reauthorization::expired;
use integration_tests::{Operator, TestShop, eventually, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{BulkItem, BulkPreview, BulkRunView, Code, ItemState, MailState, OrderRow};
use shared::bulk_plan::BulkEffect;
use shared::mail::MailKind;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

fn body(run: &str, steps: &Value, rows: &[&OrderRow]) -> Value {
    let orders: Vec<Value> = rows.iter().map(|row| json!({ "id": row.id, "version": row.version })).collect();
    json!({ "run_id": run, "steps": steps, "orders": orders })
}

async fn runs(operator: &Operator, run: &str, steps: &Value, row: &OrderRow) -> BulkItem {
    let body = body(run, steps, &[row]);
    let started = operator.sends(Method::POST, "/api/shops/demo/bulk-runs", Some(&body)).await;
    assert_eq!(started.status, 200, "{}", started.body);
    operator.sees_run(run).await.items.remove(0)
}

fn told(item: &BulkItem) -> (ItemState, Option<Code>, Option<MailState>) {
    (item.state, item.problem.as_ref().map(|problem| problem.code), item.mail)
}

/// The run's one order, once it stands and its mail does.
async fn becomes(operator: &Operator, run: &str, state: ItemState, mail: MailState) -> BulkItem {
    eventually("the order and its mail are at rest", async || {
        let path = format!("/api/shops/demo/bulk-runs/{run}");
        let view: BulkRunView = operator.sends(Method::GET, &path, None).await.read();
        view.items.into_iter().next().filter(|item| item.state == state && item.mail == Some(mail))
    })
    .await
}

async fn preparing(operator: &Operator, row: &OrderRow) -> OrderRow {
    let item = runs(operator, "run-p", &json!({ "status": "preparing" }), row).await;
    assert_eq!(item.state, ItemState::Done);
    operator.detail(row.id.as_str()).await.row
}

const CANCEL: &str = r#"{ "status": "canceled", "cancel_reason": "mistake", "send_mail": true }"#;

on_both_databases! {
    /// R33, R35: the answer to a cancel was lost: the buyer is told once Amazon has been found to have let go, and once only.
    async fn r33_the_mail_of_a_cancel_waits_for_its_lost_answer(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        arrived(&mailbox, 1).await;
        shop.control.fail(Some("cancelCharge"), FaultKind::HangUpAfter, 1_000).await.unwrap();
        let steps: Value = serde_json::from_str(CANCEL).unwrap();
        let item = runs(&operator, "run-1", &steps, &row).await;
        assert_eq!(told(&item), (ItemState::Unconfirmed, Some(Code::Unconfirmed), Some(MailState::Queued)));
        assert_eq!(mailbox.mails().len(), 1, "nobody is told what nobody knows");
        shop.control.clear_faults().await.unwrap();
        shop.advances(Duration::from_secs(90));
        operator.sees(row.number.as_str(), "取消完了", |row| row.icon.is_none()).await;
        shop.advances(Duration::from_secs(60));
        becomes(&operator, "run-1", ItemState::Done, MailState::Sent).await;
        quiet(&shop).await;
        assert_eq!(runs(&operator, "run-1", &steps, &row).await.mail, Some(MailState::Sent), "pressed twice");
        let mails = arrived(&mailbox, 2).await;
        assert_eq!(mails.iter().filter(|mail| mail.text().contains("キャンセル")).count(), 1);
        assert_eq!(states(&shop, "charges").await, ["Canceled"]);
        shop.ends().await;
    }

    /// R33, R48: 再与信 whose answer was lost: the mail goes out once the new authorization is found.
    async fn r33_the_mail_of_a_new_authorization_waits_for_it(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let (operator, row) = expired(&mut shop, operator).await;
        let row = preparing(&operator, &row).await;
        // Amazon's notification of the charge would settle it before it is seen as unconfirmed.
        shop.control.set(json!({ "holdNotifications": true })).await.unwrap();
        shop.control.fail(Some("createCharge"), FaultKind::HangUpAfter, 1_000).await.unwrap();
        let steps = json!({ "reauthorize": true, "send_mail": true });
        let item = runs(&operator, "run-1", &steps, &row).await;
        assert_eq!((item.state, item.mail), (ItemState::Unconfirmed, Some(MailState::Queued)));
        assert_eq!(mailbox.mails().len(), 1);
        shop.control.clear_faults().await.unwrap();
        shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
        shop.advances(Duration::from_secs(90));
        operator.sees(row.number.as_str(), "与信OK", |row| row.icon == Some(StatusIcon::Authorized)).await;
        shop.advances(Duration::from_secs(60));
        becomes(&operator, "run-1", ItemState::Done, MailState::Sent).await;
        assert_eq!(arrived(&mailbox, 2).await.len(), 2);
        mail_is(&operator, MailKind::OrderPreparing, MailState::Sent).await;
        shop.ends().await;
    }

    /// R33, R48: 再与信 that Amazon takes its time for: 与信保留 and no mail; declined in the end, nobody is told of a parcel
    /// that is being prepared, and the run says both.
    async fn r33_a_mail_whose_step_fails_in_the_end_is_passed_over(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let (operator, row) = expired(&mut shop, operator).await;
        let row = preparing(&operator, &row).await;
        shop.control.order_outcome("createCharge", "PendingDeclined", 1).await.unwrap();
        let steps = json!({ "reauthorize": true, "send_mail": true });
        let item = runs(&operator, "run-1", &steps, &row).await;
        assert_eq!(told(&item), (ItemState::UnderWay, None, Some(MailState::Queued)));
        shop.advances(Duration::from_secs(90));
        operator.sees(row.number.as_str(), "与信NG", |row| row.icon == Some(StatusIcon::AuthorizationDeclined)).await;
        shop.advances(Duration::from_secs(60));
        let item = becomes(&operator, "run-1", ItemState::Failed, MailState::Skipped).await;
        assert_eq!(told(&item).1, Some(Code::AmazonRefused));
        quiet(&shop).await;
        let sent = mailbox.mails().iter().filter(|mail| mail.header("subject").is_some_and(|it| it.contains("準備"))).count();
        assert_eq!(sent, 0);
        shop.ends().await;
    }

    /// R33: an order nobody hears of any more: after three days its mail is given up, and the order says so.
    async fn r33_a_mail_does_not_wait_for_ever(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        arrived(&mailbox, 1).await;
        shop.control.fail(None, FaultKind::HangUpAfter, 1_000_000).await.unwrap();
        let steps: Value = serde_json::from_str(CANCEL).unwrap();
        runs(&operator, "run-1", &steps, &row).await;
        shop.advances(Duration::from_secs(73 * 3600));
        let operator = operator.signs_in_again().await;
        becomes(&operator, "run-1", ItemState::Unconfirmed, MailState::Skipped).await;
        assert_eq!(mailbox.mails().len(), 1);
        shop.control.clear_faults().await.unwrap();
        shop.advances(Duration::from_secs(3600));
        operator.sees(row.number.as_str(), "取消完了", |row| row.icon.is_none()).await;
        quiet(&shop).await;
        assert_eq!(mailbox.mails().len(), 1, "three days later nobody wants to be told");
        shop.ends().await;
    }

    /// R32, R33: the preview tells what happens to how many orders, for how many yen, and which mails go out.
    async fn r33_the_preview_counts_effects_and_mails(database) {
        let ship = json!({ "capture": true, "status": "shipped", "send_mail": true });
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let request = body("preview", &ship, &[&row]);
        let without: BulkPreview =
            operator.sends(Method::POST, "/api/shops/demo/bulk-previews", Some(&request)).await.read();
        let mail = without.mail.unwrap();
        assert!(mail.no_server && mail.kinds.is_empty(), "without a mail server none goes out");
        shop.ends().await;

        let mut shop = TestShop::on(database).await;
        let (_mailbox, operator) = with_mails(&mut shop).await;
        let rows = [authorized(&shop, &operator, "coffee", 1).await, authorized(&shop, &operator, "cup", 1).await];
        let sum = rows[0].total.get() + rows[1].total.get();
        let effects = |preview: &BulkPreview| -> Vec<(BulkEffect, usize, i64)> {
            preview.effects.iter().map(|one| (one.effect, one.orders, one.amount.get())).collect()
        };
        let previews = async |steps: Value| -> BulkPreview {
            let body = body("preview", &steps, &[&rows[0], &rows[1]]);
            operator.sends(Method::POST, "/api/shops/demo/bulk-previews", Some(&body)).await.read()
        };
        let shipped = previews(ship.clone()).await;
        assert_eq!(effects(&shipped), [(BulkEffect::Capture, 2, sum), (BulkEffect::Status, 2, 0)]);
        let mail = previews(ship).await.mail.unwrap();
        assert_eq!(mail.kinds.iter().map(|one| (one.kind, one.count)).collect::<Vec<_>>(), [(MailKind::OrderShipped, 2)]);
        let mail = previews(json!({ "capture": true, "send_mail": true })).await.mail.unwrap();
        assert_eq!((mail.no_template, mail.kinds.len(), mail.no_server), (2, 0, false), "新規受付 has no mail");
        let cancel = previews(serde_json::from_str(CANCEL).unwrap()).await;
        assert_eq!(effects(&cancel), [(BulkEffect::Release, 2, sum)]);
        assert!(previews(json!({ "capture": true })).await.mail.is_none());
        shop.ends().await;
    }

    /// R32, R33: two runs over one order at the same time, each with capture, status and mail: the money moves once, the buyer
    /// is told once, and the run that came too late leaves the order out.
    async fn r33_two_runs_over_one_order_tell_its_buyer_once(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        arrived(&mailbox, 1).await;
        let steps = json!({ "capture": true, "status": "shipped", "send_mail": true });
        let (one, two) = tokio::join!(runs(&operator, "run-a", &steps, &row), runs(&operator, "run-b", &steps, &row));
        let mut states = [one.state, two.state];
        states.sort_by_key(|state| *state != ItemState::Done);
        assert_eq!(states, [ItemState::Done, ItemState::LeftOut]);
        arrived(&mailbox, 2).await;
        quiet(&shop).await;
        assert_eq!(mailbox.mails().len(), 2, "told once");
        assert_eq!(shop.count("select count(*) as n from mail where kind = 'order_shipped'").await, 1);
        shop.ends().await;
    }

    /// R33: a run that finds its order taken and shipped by another meanwhile tells nobody a second time: held at its first
    /// order, it comes to the second when the other run is done.
    async fn r33_a_run_that_comes_too_late_tells_nobody_again(database) {
        let mut shop = TestShop::with(database, |settings| settings.amazon_pay.answer_timeout = Duration::from_secs(30)).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let rows = [authorized(&shop, &operator, "coffee", 1).await, authorized(&shop, &operator, "cup", 1).await];
        arrived(&mailbox, 2).await;
        let steps = json!({ "capture": true, "status": "shipped", "send_mail": true });
        shop.control.fail(Some("captureCharge"), FaultKind::HoldBefore, 1).await.unwrap();
        let body = body("run-a", &steps, &[&rows[0], &rows[1]]);
        operator.sends(Method::POST, "/api/shops/demo/bulk-runs", Some(&body)).await;
        crate::crash::held(&shop).await;
        assert_eq!(runs(&operator, "run-b", &steps, &rows[1]).await.state, ItemState::Done);
        shop.control.release().await.unwrap();
        let late = operator.sees_run("run-a").await;
        assert_eq!(late.items[0].state, ItemState::Done);
        assert_eq!(told(&late.items[1]), (ItemState::LeftOut, Some(Code::NothingToDo), None));
        arrived(&mailbox, 4).await;
        quiet(&shop).await;
        assert_eq!(mailbox.mails().len(), 4, "two confirmations, and each buyer told once");
        shop.ends().await;
    }
}
