//! 一部返金: several times, up to what was captured, each followed to its end.

use crate::desk::{acts, authorized, captured, done, refused, sees_detail, states};
use integration_tests::{TestShop, on_both_databases};
use serde_json::{Value, json};
use shared::api::{Code, RefundProgress};
use shared::order::OrderStatus;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

fn part(version: i64, amount: i64) -> Value {
    json!({ "version": version, "amount": amount, "reason": "other" })
}

on_both_databases! {
    /// R37, R29: two parts go back one after the other: 審査中, then 一部返金; the last one empties the order.
    async fn r37_parts_go_back_until_nothing_is_left(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        let view = done(&operator, id, "refunds", &part(row.version, 500)).await;
        assert_eq!((view.row.icon, view.desk.refundable.get()), (Some(StatusIcon::RefundPending), 0));
        assert_eq!(refused(&operator, id, "refunds", &part(view.row.version, 1)).await, Code::PaymentInProgress);
        shop.advances(Duration::from_secs(60));
        let view = sees_detail(&operator, id, "一部返金", |view| view.row.icon == Some(StatusIcon::PartlyRefunded)).await;
        assert_eq!((view.row.order_status, view.desk.refundable.get()), (OrderStatus::New, 1530));
        assert_eq!(refused(&operator, id, "refunds", &part(view.row.version, 1531)).await, Code::RefundTooMuch);
        assert_eq!(refused(&operator, id, "refunds", &part(view.row.version, 0)).await, Code::RefundTooMuch);
        let second = done(&operator, id, "refunds", &part(view.row.version, 1530)).await;
        assert_eq!(second.desk.refunds.len(), 2);
        shop.advances(Duration::from_secs(60));
        let view = sees_detail(&operator, id, "all given back", |view| view.row.icon.is_none()).await;
        assert!(view.desk.refunds.iter().all(|refund| refund.progress == RefundProgress::Refunded));
        assert_eq!(states(&shop, "refunds").await, ["Refunded", "Refunded"]);
        shop.ends().await;
    }

    /// R37, R55: a refund that never reached Amazon changes nothing and says so.
    async fn r37_a_refund_that_was_not_sent_leaves_the_order_as_it_was(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let busy = FaultKind::Status { status: 429, reason_code: Some("TooManyRequests".to_owned()) };
        shop.control.fail(Some("createRefund"), busy, 1).await.unwrap();
        let id = row.id.as_str();
        assert_eq!(refused(&operator, id, "refunds", &part(row.version, 500)).await, Code::AmazonUnavailable);
        let view = operator.detail(id).await;
        assert_eq!((view.row.icon, view.desk.refundable.get()), (Some(StatusIcon::Authorized), 2030));
        assert_eq!(view.desk.refunds[0].progress, RefundProgress::NotSent);
        assert_eq!(states(&shop, "refunds").await, Vec::<String>::new());
        shop.ends().await;
    }

    /// R37, R55: a lost answer is 要照合, then found; the money goes back once.
    async fn r37_a_lost_answer_is_found_under_the_same_key(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        shop.control.fail(Some("createRefund"), FaultKind::HangUpAfter, 1_000).await.unwrap();
        let id = row.id.as_str();
        let view = done(&operator, id, "refunds", &part(row.version, 500)).await;
        assert_eq!(view.row.icon, Some(StatusIcon::Unconfirmed));
        assert_eq!(view.desk.refunds[0].progress, RefundProgress::Asked);
        shop.control.clear_faults().await.unwrap();
        shop.advances(Duration::from_secs(30));
        shop.advances(Duration::from_secs(60));
        sees_detail(&operator, id, "一部返金", |view| view.row.icon == Some(StatusIcon::PartlyRefunded)).await;
        assert_eq!(states(&shop, "refunds").await, ["Refunded"]);
        shop.ends().await;
    }

    /// R37, R59: before the capture there is nothing to refund, and two presses at once refund once.
    async fn r37_r59_nothing_is_refunded_before_the_capture_and_nothing_twice(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let open = authorized(&shop, &operator, "coffee", 1).await;
        assert_eq!(refused(&operator, open.id.as_str(), "refunds", &part(open.version, 1)).await, Code::PaymentState);
        let row = captured(&shop, &operator, "coffee", 1).await;
        let (id, body) = (row.id.as_str(), part(row.version, 500));
        let (one, two) = tokio::join!(acts(&operator, id, "refunds", &body), acts(&operator, id, "refunds", &body));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.body, two.body);
        assert_eq!(states(&shop, "refunds").await.len(), 1);
        shop.ends().await;
    }
}
