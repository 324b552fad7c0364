//! キャンセル: the status at once, the money let go before the capture and given back after it.

use crate::by_hand::{eventually_later, impatient};
use crate::desk::{acts, authorized, cancel, captured, done, refused, sees_detail, states};
use crate::mail::{mail_is, quiet, with_mails};
use integration_tests::mailbox::{Mailbox, Received};
use integration_tests::{TestShop, eventually, on_both_databases};
use serde_json::json;
use shared::api::{Code, LedgerField, MailState, RefundProgress, Remedy};
use shared::mail::MailKind;
use shared::order::OrderStatus;
use shared::order_action::OrderAction;
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

on_both_databases! {
    /// R35: before the capture the charge is released and the permission of a one-time order closed; no icon is left.
    async fn r35_before_the_capture_a_cancel_releases_charge_and_permission(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let view = done(&operator, row.id.as_str(), "cancel", &cancel(row.version)).await;
        assert_eq!((view.row.order_status, view.row.icon), (OrderStatus::Canceled, None));
        assert_eq!(view.row.payment_status, PaymentStatus::Uncaptured);
        let line = &view.desk.ledger[0];
        assert_eq!((line.field, line.old.as_str(), line.new.as_str()), (LedgerField::Status, "new", "canceled"));
        assert_eq!((line.reason.as_str(), line.by.as_str()), ("返品: 傷があった", "運営 一郎"));
        assert_eq!(states(&shop, "charges").await, ["Canceled"]);
        eventually("the permission is closed", async || {
            (states(&shop, "permissions").await == ["Closed"]).then_some(())
        })
        .await;
        assert_eq!(refused(&operator, row.id.as_str(), "cancel", &cancel(row.version)).await, Code::OrderCanceled);
        shop.ends().await;
    }

    /// R35: a refusal for the sake of our key or clock is not taken for "closed already": the permission is closed later.
    async fn r35_a_permission_that_was_refused_to_be_closed_is_closed_later(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let refusal = FaultKind::Status { status: 403, reason_code: Some("InvalidAuthentication".to_owned()) };
        shop.control.fail(Some("closeChargePermission"), refusal, 1_000).await.unwrap();
        done(&operator, row.id.as_str(), "cancel", &cancel(row.version)).await;
        let again = "select count(*) as n from job where kind = 'close_permission' and job_state = 'open' and attempts >= 2";
        eventually_later(&mut shop, "it is tried again", Duration::from_secs(10), async |shop| {
            (shop.count(again).await == 1).then_some(())
        })
        .await;
        shop.control.clear_faults().await.unwrap();
        assert_ne!(states(&shop, "permissions").await, ["Closed"]);
        eventually_later(&mut shop, "the permission is closed", Duration::from_secs(10), async |shop| {
            (states(shop, "permissions").await == ["Closed"]).then_some(())
        })
        .await;
        shop.ends().await;
    }

    /// R30, R35, R36: Amazon refuses to let go: キャンセルエラー, nothing charged; a remedy may be recorded, and it may be tried
    /// again.
    async fn r35_a_refused_cancel_is_an_error_that_may_be_retried(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let refusal = FaultKind::Status { status: 422, reason_code: Some("InvalidChargeStatus".to_owned()) };
        shop.control.fail(Some("cancelCharge"), refusal, 1).await.unwrap();
        let view = done(&operator, row.id.as_str(), "cancel", &cancel(row.version)).await;
        assert_eq!(view.row.icon, Some(StatusIcon::CancelErrorNotCharged));
        assert_eq!(view.row.order_status, OrderStatus::Canceled);
        assert_eq!(view.row.reason.as_ref().map(|reason| reason.code()), Some("InvalidChargeStatus"));
        let queue = operator.sends(reqwest::Method::GET, "/api/shops/demo/cancel-errors", None).await;
        assert_eq!(queue.body["orders"][0]["still_charged"], false);
        let body = json!({ "version": view.row.version, "remedy": "other", "amount": 0, "note": "電話で説明した" });
        let view = done(&operator, row.id.as_str(), "remedies", &body).await;
        let kept = &view.desk.remedies[0];
        assert_eq!((kept.remedy, kept.by.as_str()), (Remedy::Other, "運営 一郎"));
        assert_eq!((view.row.icon, view.desk.corrections.len()), (Some(StatusIcon::CancelErrorNotCharged), 0));
        let again = done(&operator, row.id.as_str(), "cancel", &cancel(view.row.version)).await;
        assert_eq!(again.row.icon, None);
        assert_eq!(states(&shop, "charges").await, ["Canceled"]);
        shop.ends().await;
    }

    /// R35, R55: no answer is 要照合; the same request goes out again and its echo is not taken for a refusal.
    async fn r35_a_lost_answer_to_cancel_is_unconfirmed_and_then_found(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        shop.control.fail(Some("cancelCharge"), FaultKind::HangUpAfter, 1_000).await.unwrap();
        shop.control.fail(Some("getCharge"), FaultKind::HangUpBefore, 1_000).await.unwrap();
        let view = done(&operator, row.id.as_str(), "cancel", &cancel(row.version)).await;
        assert_eq!((view.row.order_status, view.row.icon), (OrderStatus::Canceled, Some(StatusIcon::Unconfirmed)));
        let version = view.row.version;
        assert_eq!(refused(&operator, row.id.as_str(), "cancel", &cancel(version)).await, Code::PaymentInProgress);
        shop.control.clear_faults().await.unwrap();
        shop.advances(Duration::from_secs(30));
        sees_detail(&operator, row.id.as_str(), "取消完了", |view| view.row.icon.is_none()).await;
        assert_eq!(states(&shop, "charges").await, ["Canceled"]);
        // Amazon's notification may have told it before the question itself is looked at again.
        eventually_later(&mut shop, "the question is over", Duration::from_secs(10), async |shop| {
            (shop.count("select count(*) as n from open_intent").await == 0).then_some(())
        })
        .await;
        assert_eq!(shop.count("select count(*) as n from intent where operation = 'cancel_charge'").await, 1);
        shop.ends().await;
    }

    /// R36: after the capture everything goes back: 審査中 until Amazon decides, then no icon; the status stays.
    async fn r36_after_the_capture_a_cancel_refunds_what_is_left(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let view = done(&operator, row.id.as_str(), "cancel", &cancel(row.version)).await;
        assert_eq!((view.row.order_status, view.row.icon), (OrderStatus::Canceled, Some(StatusIcon::RefundPending)));
        assert_eq!(view.desk.refunds[0].progress, RefundProgress::Pending);
        shop.advances(Duration::from_secs(60));
        let view = sees_detail(&operator, row.id.as_str(), "取消完了", |view| view.row.icon.is_none()).await;
        assert_eq!((view.row.order_status, view.row.payment_status), (OrderStatus::Canceled, PaymentStatus::Captured));
        assert_eq!(view.desk.refunds[0].progress, RefundProgress::Refunded);
        assert!(view.desk.refunds[0].ended_at.is_some());
        assert_eq!(states(&shop, "refunds").await, ["Refunded"]);
        shop.ends().await;
    }

    /// R36, R92: a declined refund is キャンセルエラー with the buyer still charged; each remedy is recorded with person
    /// and date, points make a correction due, and a retry is possible.
    async fn r36_a_declined_refund_waits_in_the_queue_for_a_remedy(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        shop.control.order_outcome("createRefund", "AmazonRejected", 1).await.unwrap();
        done(&operator, row.id.as_str(), "cancel", &cancel(row.version)).await;
        shop.advances(Duration::from_secs(60));
        let failed = sees_detail(&operator, row.id.as_str(), "キャンセルエラー", |view| {
            view.row.icon == Some(StatusIcon::CancelErrorStillCharged)
        })
        .await;
        assert_eq!(failed.desk.refunds[0].refused.as_deref(), Some("AmazonRejected"));
        let id = row.id.as_str();
        let mut view = failed;
        for (nth, remedy) in Remedy::ALL.into_iter().enumerate() {
            let version = view.row.version;
            let body = |amount: i64| json!({ "version": version, "remedy": remedy.name(), "amount": amount, "note": "お詫び" });
            // What is not money may be of none.
            let amount = if remedy == Remedy::Other { 0 } else { 2030 };
            if amount > 0 {
                assert_eq!(refused(&operator, id, "remedies", &body(0)).await, Code::RefundTooMuch, "{remedy:?}");
            }
            let before = shop.app().clock.now_ms();
            view = done(&operator, id, "remedies", &body(amount)).await;
            let kept = &view.desk.remedies[nth];
            assert_eq!((kept.remedy, kept.amount.get(), kept.by.as_str()), (remedy, amount, "運営 一郎"));
            assert_eq!(kept.note.as_deref(), Some("お詫び"));
            assert!((before..=shop.app().clock.now_ms()).contains(&kept.at), "{remedy:?}");
            assert_eq!(view.row.icon, Some(StatusIcon::CancelErrorStillCharged), "{remedy:?}");
            assert_eq!(refused(&operator, id, "remedies", &body(amount)).await, Code::OrderChanged, "{remedy:?}");
        }
        assert_eq!(view.desk.remedies.len(), Remedy::ALL.len());
        assert_eq!(view.desk.corrections.len(), 1, "of points alone");
        assert_eq!((view.desk.corrections[0].amount, view.desk.corrections[0].cause.as_str()), (2030, "compensation"));

        let correction = &view.desk.corrections[0].id;
        let path = format!("/api/shops/demo/corrections/{correction}");
        let marked = operator.sends(reqwest::Method::POST, &path, Some(&json!({ "done": true }))).await;
        assert_eq!(marked.body["corrections"][0]["done"][1], "運営 一郎");
        let due = operator.sends(reqwest::Method::GET, "/api/shops/demo/corrections?done=false", None).await;
        assert_eq!(due.body["corrections"], json!([]));

        let view = done(&operator, id, "cancel", &cancel(view.row.version)).await;
        assert_eq!(view.row.icon, Some(StatusIcon::RefundPending));
        shop.advances(Duration::from_secs(60));
        sees_detail(&operator, id, "取消完了", |view| view.row.icon.is_none()).await;
        assert_eq!(states(&shop, "refunds").await, ["Declined", "Refunded"]);
        shop.ends().await;
    }

    /// R36, R55: a lost answer to the refund is 要照合; the same key finds the same refund, and money moves once.
    async fn r36_a_lost_answer_to_a_refund_is_found_and_not_refunded_twice(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        shop.control.fail(Some("createRefund"), FaultKind::HangUpAfter, 1_000).await.unwrap();
        let view = done(&operator, row.id.as_str(), "cancel", &cancel(row.version)).await;
        assert_eq!(view.row.icon, Some(StatusIcon::Unconfirmed));
        assert_eq!(view.row.payment_status, PaymentStatus::Captured);
        shop.control.clear_faults().await.unwrap();
        shop.advances(Duration::from_secs(30));
        shop.advances(Duration::from_secs(60));
        sees_detail(&operator, row.id.as_str(), "取消完了", |view| view.row.icon.is_none()).await;
        assert_eq!(states(&shop, "refunds").await, ["Refunded"]);
        shop.ends().await;
    }

    /// R59: pressed twice, or by two operators at once, one cancel goes out and the other reads why.
    async fn r59_of_two_cancels_at_once_one_wins(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let body = cancel(row.version);
        let id = row.id.as_str();
        let (one, two) = tokio::join!(acts(&operator, id, "cancel", &body), acts(&operator, id, "cancel", &body));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.body, two.body);
        assert_eq!(states(&shop, "refunds").await.len(), 1);
        shop.ends().await;
    }

    /// R59, R63: stopped while Amazon works on the cancel, the server goes on with it after the restart.
    async fn r59_a_cancel_survives_a_restart_in_the_middle(database) {
        let mut shop = TestShop::with(database, impatient).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        shop.control.fail(Some("createRefund"), FaultKind::HoldAfter, 1).await.unwrap();
        let (asking, id) = (operator.clone(), row.id.to_string());
        let body = cancel(row.version);
        let call = tokio::spawn(async move { acts(&asking, &id, "cancel", &body).await.status });
        eventually("the refund is at Amazon", async || (shop.control.held().await.ok()? == 1).then_some(())).await;
        shop.stops().await;
        drop(call.await);
        shop.control.release().await.unwrap();
        shop.starts_again().await;
        shop.advances(Duration::from_secs(180));
        sees_detail(&operator, row.id.as_str(), "取消完了", |view| view.row.icon.is_none()).await;
        assert_eq!(states(&shop, "refunds").await, ["Refunded"]);
        shop.ends().await;
    }

    /// R35, R47: an order whose authorization has gone is canceled without asking Amazon, and shows no icon.
    async fn r35_a_declined_order_is_canceled_at_once(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        shop.advances(Duration::from_secs(31 * 24 * 3600));
        let operator = operator.signs_in_again().await;
        let number = row.number.as_str();
        let expired = operator.sees(number, "期限切れ", |row| row.icon == Some(StatusIcon::Expired)).await;
        let view = done(&operator, row.id.as_str(), "cancel", &cancel(expired.version)).await;
        assert_eq!((view.row.order_status, view.row.icon), (OrderStatus::Canceled, None));
        let allowed = |action| view.desk.actions.iter().any(|one| one.action == action && one.refused.is_none());
        assert!(allowed(OrderAction::SendPaymentLink) && !allowed(OrderAction::Reauthorize));
        shop.ends().await;
    }

    /// R35: a renewal's cancel releases the charge and never closes the subscription's permission.
    async fn r35_canceling_a_renewal_never_closes_the_permission(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let sql = "update orders set order_origin = 'renewal' where order_id = $1";
        shop.app().store.write(backend::store::Statement::new(sql, backend::values![&row.id])).await.unwrap();
        let view = done(&operator, row.id.as_str(), "cancel", &cancel(row.version)).await;
        assert_eq!(view.row.icon, None);
        assert_eq!(shop.count("select count(*) as n from job where kind = 'close_permission'").await, 0);
        assert_eq!(states(&shop, "charges").await, ["Canceled"]);
        assert_ne!(states(&shop, "permissions").await, ["Closed"]);
        shop.ends().await;
    }

    /// R35, R92: an order at 与信保留 is canceled too; points and coupons it used are due to go back.
    async fn r35_r92_a_pending_order_is_canceled_and_its_points_are_due(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let number = shop.buyer().with_card("0701").buys("coffee", 1).await.order_number.unwrap().to_string();
        let pending = |row: &shared::api::OrderRow| row.icon == Some(StatusIcon::AuthorizationPending);
        let row = operator.sees(&number, "与信保留", pending).await;
        let id = row.id.as_str();
        let change = json!({ "points_used": 100, "coupon_discount": 50 });
        let body = json!({ "version": row.version, "change": change, "reason": "適用漏れ" });
        let view = done(&operator, id, "amount", &body).await;
        let view = done(&operator, id, "cancel", &cancel(view.row.version)).await;
        assert_eq!((view.row.order_status, view.row.icon), (OrderStatus::Canceled, None));
        let of = |cause: &str| -> i64 {
            view.desk.corrections.iter().filter(|one| one.cause == cause).map(|one| one.amount).sum()
        };
        assert_eq!((of("amount_change"), of("cancel")), (-150, 150));
        assert_eq!(states(&shop, "charges").await, ["Canceled"]);
        shop.ends().await;
    }

    /// R33, R35, R36: a cancel of the detail tells the buyer where that is ticked, and once it is final: at once before the
    /// capture, after Amazon's review when the money goes back, never where Amazon refuses; unticked nobody is told.
    async fn r33_a_cancel_of_one_order_tells_the_buyer_once_it_is_final(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let told = |mailbox: &Mailbox| {
            let about = |mail: &Received| mail.header("subject").is_some_and(|it| it.contains("キャンセル"));
            mailbox.mails().iter().filter(|mail| about(mail)).count()
        };
        let ticked = |version: i64| {
            let mut body = cancel(version);
            body["send_mail"] = json!(true);
            body
        };
        let silent = authorized(&shop, &operator, "coffee", 1).await;
        done(&operator, silent.id.as_str(), "cancel", &cancel(silent.version)).await;
        let free = authorized(&shop, &operator, "coffee", 1).await;
        done(&operator, free.id.as_str(), "cancel", &ticked(free.version)).await;
        mail_is(&operator, MailKind::OrderCanceled, MailState::Sent).await;
        quiet(&shop).await;
        assert_eq!(told(&mailbox), 1);

        let paid = captured(&shop, &operator, "coffee", 1).await;
        done(&operator, paid.id.as_str(), "cancel", &ticked(paid.version)).await;
        sees_detail(&operator, paid.id.as_str(), "審査中", |view| view.row.icon == Some(StatusIcon::RefundPending)).await;
        // Looked at and left to wait: its job is later than now.
        eventually("the mail was looked at", async || {
            let waiting = "select count(*) as n from job where kind = 'send_mail' and job_state = 'open' and due_at > created_at";
            (shop.count(waiting).await == 1).then_some(())
        })
        .await;
        assert_eq!(told(&mailbox), 1, "Amazon may still refuse");
        shop.advances(Duration::from_secs(60));
        sees_detail(&operator, paid.id.as_str(), "取消完了", |view| view.row.icon.is_none()).await;
        let later = Duration::from_secs(10);
        eventually_later(&mut shop, "the buyer is told", later, async |_| (told(&mailbox) == 2).then_some(())).await;

        let refused = captured(&shop, &operator, "coffee", 1).await;
        shop.control.order_outcome("createRefund", "AmazonRejected", 1).await.unwrap();
        done(&operator, refused.id.as_str(), "cancel", &ticked(refused.version)).await;
        shop.advances(Duration::from_secs(60));
        let still = Some(StatusIcon::CancelErrorStillCharged);
        sees_detail(&operator, refused.id.as_str(), "キャンセルエラー", |view| view.row.icon == still).await;
        eventually_later(&mut shop, "the mail is passed over", later, async |shop| {
            let waiting = "select count(*) as n from job where kind = 'send_mail' and job_state = 'open'";
            (shop.count(waiting).await == 0).then_some(())
        })
        .await;
        assert_eq!(told(&mailbox), 2);
        mail_is(&operator, MailKind::OrderCanceled, MailState::Skipped).await;
        shop.ends().await;
    }
}
