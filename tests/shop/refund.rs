//! 一部返金: several times, up to what was captured, each followed to its end.

use crate::by_hand::nothing_is_due;
use crate::desk::{acts, authorized, captured, done, refused, sees_detail, states};
use crate::my_page::{renewal, shop_id, today};
use crate::order_list::page;
use crate::subscription_checkout::{cart, goes_to_review};
use backend::service::{reconcile_order, shops};
use backend::store::orders;
use integration_tests::{Operator, TestShop, on_both_databases};
use serde_json::{Value, json};
use shared::api::{Code, OrderView, RefundProgress};
use shared::order::OrderStatus;
use shared::order_action::{ActionRefused, OrderAction};
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

fn part(version: i64, amount: i64) -> Value {
    json!({ "version": version, "amount": amount, "reason": "other" })
}

/// Why the page does not offer it.
fn why_not(view: &OrderView, action: OrderAction) -> Option<ActionRefused> {
    view.desk.actions.iter().find(|one| one.action == action).and_then(|one| one.refused)
}

/// From now on nobody hears of anything by notifications, and nobody is just asking because of an earlier one.
async fn holds_notifications(shop: &TestShop) {
    shop.control.flush_notifications().await.expect("they are sent");
    nothing_is_due(shop).await;
    shop.control.set(json!({ "holdNotifications": true })).await.expect("they are held");
}

/// Somebody gives so many yen back in Seller Central, and they reach the buyer.
async fn given_back_at_amazon(shop: &TestShop, operator: &Operator, order: &str, amount: i64) {
    let charge = operator.detail(order).await.charge_id.expect("a charge");
    let refund = shop.control.refund(&charge, amount).await.expect("a refund");
    shop.control.decide_refund(refund["refundId"].as_str().expect("an id"), None).await.expect("refunded");
}

on_both_databases! {
    /// R37, R29, R51: two parts go back one after the other: 審査中, then 一部返金, found by its icon; the last one empties
    /// the order.
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
        let whole = captured(&shop, &operator, "cup", 1).await;
        let shown = page(&operator, "icon=partly_refunded").await.orders;
        assert_eq!(shown.iter().map(|row| &row.number).collect::<Vec<_>>(), [&view.row.number], "and not {}", whole.number);
        assert_eq!(refused(&operator, id, "refunds", &part(view.row.version, 1531)).await, Code::RefundTooMuch);
        assert_eq!(refused(&operator, id, "refunds", &part(view.row.version, 0)).await, Code::RefundTooMuch);
        let second = done(&operator, id, "refunds", &part(view.row.version, 1530)).await;
        assert_eq!(second.desk.refunds.len(), 2);
        shop.advances(Duration::from_secs(60));
        let view = sees_detail(&operator, id, "all given back", |view| view.row.icon.is_none()).await;
        assert!(view.desk.refunds.iter().all(|refund| refund.progress == RefundProgress::Refunded));
        assert_eq!(states(&shop, "refunds").await, ["Refunded", "Refunded"]);
        assert!(page(&operator, "icon=partly_refunded").await.orders.is_empty());
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

    /// R50, R38: goods of which a part of the price is given back, or could not be, are still to be sent: the order stays under
    /// 決済済・未出荷, its chip counts it, and nobody is sent a link to pay it again.
    async fn r50_a_partial_refund_leaves_an_order_to_be_shipped(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        let listed = async || -> Vec<String> {
            page(&operator, "unshipped=1").await.orders.iter().map(|row| row.id.to_string()).collect()
        };
        assert_eq!(listed().await, [id]);
        shop.control.order_outcome("createRefund", "AmazonRejected", 1).await.unwrap();
        let view = done(&operator, id, "refunds", &part(row.version, 500)).await;
        assert_eq!(view.row.icon, Some(StatusIcon::RefundPending));
        assert_eq!(listed().await, [id], "while Amazon decides");
        let link = json!({ "version": view.row.version });
        assert_eq!(refused(&operator, id, "payment-link", &link).await, Code::PaymentState, "it is paid");
        shop.advances(Duration::from_secs(60));
        sees_detail(&operator, id, "declined", |view| view.row.icon == Some(StatusIcon::CancelErrorStillCharged)).await;
        assert_eq!(listed().await, [id], "and when Amazon has said no");
        let counts: shared::api::OrderCounts =
            operator.sends(reqwest::Method::GET, "/api/shops/demo/orders/counts", None).await.read();
        let chip = counts.chips.iter().find(|chip| chip.query == "unshipped=1");
        assert_eq!(chip.map(|chip| (chip.count, chip.more)), Some((1, false)));
        shop.ends().await;
    }

    /// R37, R52: what somebody gives back in Seller Central is heard of by Amazon's notification: 一部返金, and the rest is
    /// less by it. Without a notification 再取得 finds it; a cancel gives back what is left, and not a yen more.
    async fn r37_r52_a_refund_made_in_seller_central_is_taken_off_the_rest(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        given_back_at_amazon(&shop, &operator, id, 500).await;
        let view = sees_detail(&operator, id, "heard of", |view| view.desk.refundable.get() == 1530).await;
        assert_eq!((view.row.icon, view.row.order_status), (Some(StatusIcon::PartlyRefunded), OrderStatus::New));
        assert!(view.desk.refunds.is_empty(), "none of ours");
        assert_eq!(page(&operator, "icon=partly_refunded").await.orders.len(), 1);
        assert_eq!(refused(&operator, id, "refunds", &part(view.row.version, 1531)).await, Code::RefundTooMuch);

        holds_notifications(&shop).await;
        given_back_at_amazon(&shop, &operator, id, 1000).await;
        assert_eq!(operator.detail(id).await.desk.refundable.get(), 1530, "nobody has told");
        let read = acts(&operator, id, "refetch", &json!({ "version": 0 })).await;
        assert_eq!(read.status, 200, "{}", read.body);
        let view = operator.detail(id).await;
        assert_eq!(view.desk.refundable.get(), 530);
        let told = |text: &str| view.timeline.iter().filter(|entry| entry.text_en.ends_with(text)).count();
        assert_eq!((told("(Seller Central) ¥500"), told("(Seller Central) ¥1,000")), (1, 1));

        done(&operator, id, "cancel", &json!({ "version": view.row.version, "reason": "returned" })).await;
        shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
        shop.advances(Duration::from_secs(60));
        let view = sees_detail(&operator, id, "取消完了", |view| view.row.icon.is_none()).await;
        assert_eq!(view.desk.refunds.iter().map(|refund| refund.amount.get()).collect::<Vec<_>>(), [530]);
        assert_eq!(states(&shop, "refunds").await, ["Refunded"; 3]);
        shop.ends().await;
    }

    /// R52: under a subscription's agreement there are many orders. Amazon's notification of a refund that was made in Seller
    /// Central stands in the timeline of the one whose charge it was, and in no other.
    async fn r52_a_refund_made_in_seller_central_is_told_in_its_own_order_of_a_subscription(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let buyer = shop.buyer();
        let purchase = goes_to_review(&buyer, &cart("coffee-club", 2, "month", 1)).await;
        buyer.pays(&purchase).await;
        let number = buyer.completes(&purchase).await.order_number.unwrap().to_string();
        shop.advances(Duration::from_secs(31));
        operator.sees(&number, "与信OK", |row| row.icon == Some(StatusIcon::Authorized)).await;
        nothing_is_due(&shop).await;
        let row = operator.sees(&number, "与信OK at rest", |row| row.icon == Some(StatusIcon::Authorized)).await;
        operator.captures("run-subscription", &[&row]).await;
        operator.sees(&number, "決済済", |row| row.payment_status == PaymentStatus::Captured).await;
        let reader = shop.app().store.reader().await.unwrap();
        let first = orders::find(&reader, &"demo".parse().unwrap(), &row.id).await.unwrap().unwrap();
        drop(reader);
        let next = today(&shop);
        renewal(&shop, &first, "the-next-one", next, |order| {
            if let (Some(of), Some(one)) = (&mut order.subscription, &first.subscription) {
                of.id = one.id.clone();
            }
        })
        .await;

        given_back_at_amazon(&shop, &operator, row.id.as_str(), 500).await;
        let tells = |view: &OrderView| {
            view.timeline.iter().any(|entry| entry.text_ja.starts_with("Amazonからの通知(返金)"))
        };
        sees_detail(&operator, row.id.as_str(), "the notification is told", tells).await;
        assert!(!tells(&operator.detail("the-next-one").await));
        let of_agreement = "select count(*) as n from notification
            where object_type = 'CHARGE_PERMISSION' and order_id is not null";
        assert_eq!(shop.count(of_agreement).await, 0);
        shop.ends().await;
    }

    /// R37: Amazon itself would take more than was captured. It is asked at the door: money that went back unheard of is
    /// noted, and the refund waits until the operator has seen it.
    async fn r37_a_refund_is_not_asked_on_top_of_one_that_nobody_heard_of(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let (one, two) = (captured(&shop, &operator, "coffee", 1).await, captured(&shop, &operator, "coffee", 1).await);
        holds_notifications(&shop).await;
        let (refund, cancel) = (json!({ "amount": 2030, "reason": "other" }), json!({ "reason": "other" }));
        for (row, action, body) in [(one, "refunds", refund), (two, "cancel", cancel)] {
            let id = row.id.as_str();
            given_back_at_amazon(&shop, &operator, id, 200).await;
            let mut body = body;
            body["version"] = json!(operator.detail(id).await.row.version);
            assert_eq!(refused(&operator, id, action, &body).await, Code::OrderChanged, "{action}");
            let view = operator.detail(id).await;
            assert_eq!((view.desk.refundable.get(), view.row.order_status), (1830, OrderStatus::New), "{action}");
            assert!(view.desk.refunds.is_empty(), "{action}");
        }
        shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
        shop.ends().await;
    }

    /// R37, R59: an old page does not know what was given back in Seller Central. Its 一部返金 of the same yen is refused, heard of
    /// by a notification or found at the door, and pressed again, too; only who has seen the new rest gives back more.
    async fn r37_r59_an_old_page_does_not_give_back_what_seller_central_gave(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let heard = captured(&shop, &operator, "coffee", 1).await;
        given_back_at_amazon(&shop, &operator, heard.id.as_str(), 500).await;
        sees_detail(&operator, heard.id.as_str(), "heard of", |view| view.desk.refundable.get() == 1530).await;
        let found = captured(&shop, &operator, "coffee", 1).await;
        holds_notifications(&shop).await;
        let old = operator.detail(found.id.as_str()).await.row.version;
        given_back_at_amazon(&shop, &operator, found.id.as_str(), 500).await;
        for (id, old) in [(heard.id.as_str(), heard.version), (found.id.as_str(), old)] {
            for press in ["first", "second"] {
                assert_eq!(refused(&operator, id, "refunds", &part(old, 500)).await, Code::OrderChanged, "{press}");
            }
            let cancel = json!({ "version": old, "reason": "other" });
            assert_eq!(refused(&operator, id, "cancel", &cancel).await, Code::OrderChanged);
            let view = operator.detail(id).await;
            assert_eq!((view.desk.refundable.get(), view.desk.refunds.len()), (1530, 0));
        }
        assert_eq!(states(&shop, "refunds").await, ["Refunded"; 2]);
        let view = operator.detail(heard.id.as_str()).await;
        let view = done(&operator, heard.id.as_str(), "refunds", &part(view.row.version, 500)).await;
        assert_eq!(view.row.icon, Some(StatusIcon::RefundPending));
        shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
        shop.ends().await;
    }

    /// R37: ours under way is never taken for somebody else's, and somebody else's is not lost beside it.
    async fn r37_ours_and_theirs_at_one_time_are_told_apart(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        shop.control.set(json!({ "refundMs": null })).await.unwrap();
        let view = done(&operator, id, "refunds", &part(row.version, 500)).await;
        assert_eq!(view.row.icon, Some(StatusIcon::RefundPending));
        let ours = shop.control.refunds().await.unwrap()[0]["refundId"].as_str().unwrap().to_owned();
        given_back_at_amazon(&shop, &operator, id, 300).await;
        shop.control.decide_refund(&ours, None).await.unwrap();
        shop.control.flush_notifications().await.unwrap();
        shop.advances(Duration::from_secs(60));
        let view = sees_detail(&operator, id, "both", |view| view.desk.refundable.get() == 1230).await;
        assert_eq!((view.row.icon, view.desk.refunds.len()), (Some(StatusIcon::PartlyRefunded), 1));
        shop.ends().await;
    }

    /// R36, R37: Amazon had refused ours; then somebody gave all of it back in Seller Central: 取消完了, and nothing is left.
    async fn r36_what_amazon_refused_and_somebody_gave_back_there_is_over(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        let refusal = FaultKind::Status { status: 400, reason_code: Some("TransactionAmountExceeded".to_owned()) };
        shop.control.fail(Some("createRefund"), refusal, 1).await.unwrap();
        let view = done(&operator, id, "cancel", &json!({ "version": row.version, "reason": "other" })).await;
        assert_eq!(view.row.icon, Some(StatusIcon::CancelErrorStillCharged));
        given_back_at_amazon(&shop, &operator, id, 2030).await;
        let view = sees_detail(&operator, id, "取消完了", |view| view.row.icon.is_none()).await;
        assert_eq!((view.row.order_status, view.desk.refundable.get()), (OrderStatus::Canceled, 0));
        shop.ends().await;
    }

    /// R36, R37: Amazon's sum may still hold a refund that it refused a moment ago, so for an hour nothing like it is taken for
    /// somebody else's, and no more is asked on top of it; then what was given back in Seller Central ends キャンセルエラー.
    async fn r36_what_amazon_has_just_refused_is_not_taken_for_given_back(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        shop.control.set(json!({ "refundMs": null })).await.unwrap();
        done(&operator, id, "refunds", &part(row.version, 500)).await;
        let ours = shop.control.refunds().await.unwrap()[0]["refundId"].as_str().unwrap().to_owned();
        shop.control.decide_refund(&ours, Some("AmazonRejected")).await.unwrap();
        let failed = Some(StatusIcon::CancelErrorStillCharged);
        shop.control.flush_notifications().await.unwrap();
        shop.advances(Duration::from_secs(60));
        sees_detail(&operator, id, "declined", |view| view.row.icon == failed).await;
        holds_notifications(&shop).await;

        // Nothing is to be told apart: asked again, it goes out, and is refused once more.
        let version = operator.detail(id).await.row.version;
        done(&operator, id, "refunds", &part(version, 500)).await;
        let refunds = shop.control.refunds().await.unwrap();
        let again = refunds.iter().find(|one| one["statusDetails"]["state"] == "RefundInitiated").expect("under way");
        shop.control.decide_refund(again["refundId"].as_str().unwrap(), Some("AmazonRejected")).await.unwrap();
        shop.advances(Duration::from_secs(60));
        sees_detail(&operator, id, "declined again", |view| view.row.icon == failed).await;
        nothing_is_due(&shop).await;

        given_back_at_amazon(&shop, &operator, id, 500).await;
        let version = operator.detail(id).await.row.version;
        assert_eq!(refused(&operator, id, "refunds", &part(version, 500)).await, Code::PaymentInProgress);
        let read = acts(&operator, id, "refetch", &json!({ "version": 0 })).await;
        assert_eq!(read.status, 200, "{}", read.body);
        let view = operator.detail(id).await;
        assert_eq!((view.row.icon, view.desk.refundable.get()), (failed, 2030), "it may be ours");

        shop.advances(Duration::from_secs(2 * 3600));
        let operator = operator.signs_in_again().await;
        let view = sees_detail(&operator, id, "theirs", |view| view.desk.refundable.get() == 1530).await;
        assert_eq!((view.row.icon, view.row.order_status), (Some(StatusIcon::PartlyRefunded), OrderStatus::New));
        assert_eq!(states(&shop, "refunds").await.iter().filter(|state| *state == "Refunded").count(), 1);
        shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
        shop.ends().await;
    }

    /// R37, R52: a refund that a notification names and Amazon does not tell of keeps no job busy for ever; the permission that
    /// the notification names leads to the order all the same.
    async fn r52_a_refund_that_amazon_does_not_tell_of_is_left(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 1).await;
        let untold = FaultKind::Status { status: 400, reason_code: Some("InvalidParameterValue".to_owned()) };
        shop.control.fail(Some("getRefund"), untold, 1_000).await.unwrap();
        given_back_at_amazon(&shop, &operator, row.id.as_str(), 500).await;
        sees_detail(&operator, row.id.as_str(), "heard of", |view| view.desk.refundable.get() == 1530).await;
        nothing_is_due(&shop).await;
        assert_eq!(shop.count("select count(*) as n from job where kind = 'follow_object' and job_state = 'open'").await, 0);
        shop.ends().await;
    }

    /// R36, R37: Amazon tells of a refund of Seller Central that it still decides: until then nothing more goes back, by 一部返金 or
    /// with a cancel; decided either way, what is left may.
    async fn r37_while_amazon_decides_a_refund_of_seller_central_nothing_more_goes_back(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        shop.control.set(json!({ "refundMs": null })).await.unwrap();
        for (decline, left) in [(None, 1530), (Some("AmazonRejected"), 2030)] {
            let row = captured(&shop, &operator, "coffee", 1).await;
            let id = row.id.as_str();
            let seen = operator.detail(id).await;
            let refund = shop.control.refund(&seen.charge_id.expect("a charge"), 500).await.unwrap();
            let refund = refund["refundId"].as_str().expect("an id");
            // As if Amazon had sent a notification of it: published is only the one of its decision.
            let demo = shops::open(shop.app(), &shop_id()).await.unwrap();
            let payload = json!({ "object_type": "REFUND" }).to_string();
            for _ in 0..2 {
                reconcile_order::follow_object(shop.app(), &demo, refund, &payload).await.unwrap();
            }
            let view = operator.detail(id).await;
            let version = view.row.version;
            assert!(version > seen.row.version, "who has just decided comes too late");
            assert_eq!((view.row.icon, view.desk.refundable.get()), (Some(StatusIcon::Authorized), 2030));
            assert_eq!(why_not(&view, OrderAction::PartialRefund), Some(ActionRefused::InProgress));
            assert_eq!(refused(&operator, id, "refunds", &part(version, 1600)).await, Code::PaymentInProgress);
            let cancel = json!({ "version": version, "reason": "other" });
            assert_eq!(refused(&operator, id, "cancel", &cancel).await, Code::PaymentInProgress);

            shop.control.decide_refund(refund, decline).await.unwrap();
            shop.control.flush_notifications().await.unwrap();
            let is_decided = |view: &OrderView| {
                why_not(view, OrderAction::PartialRefund).is_none() && view.desk.refundable.get() == left
            };
            let view = sees_detail(&operator, id, "decided", is_decided).await;
            assert!(view.desk.refunds.is_empty(), "none of ours");
            let view = done(&operator, id, "refunds", &part(view.row.version, left)).await;
            assert_eq!(view.row.icon, Some(StatusIcon::RefundPending));
        }
        assert_eq!(shop.count("select count(*) as n from foreign_refund").await, 0);
        shop.ends().await;
    }
}
