//! Amazon is away, slow, throttling, or answers what nobody understands: never a guess, never stuck.

use crate::by_hand::{at_rest, authorized, changes, eventually_later, nothing_is_due, text};
use backend::store::values;
use integration_tests::{TestShop, eventually, on_both_databases};
use serde_json::json;
use shared::api::{Code, ItemState, Outcome};
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

const MANY: u32 = 100_000;

fn status(status: u16, reason_code: &str) -> FaultKind {
    FaultKind::Status { status, reason_code: (!reason_code.is_empty()).then(|| reason_code.to_owned()) }
}

on_both_databases! {
    /// R11, R55: the shopper has paid and Amazon cannot be asked: "being confirmed", never "not ordered", never a second
    /// payment; then one order with everything in it.
    async fn a_shopper_back_while_amazon_is_away_reads_confirming(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&purchase).await;
        shop.control.fail(None, status(503, ""), MANY).await.unwrap();
        assert_eq!(shop.buyer().completes(&purchase).await.outcome, Outcome::Confirming);
        assert_eq!(shop.buyer().result(&purchase).await.outcome, Outcome::Confirming);
        assert_eq!(shop.buyer().does(&purchase, "order").await.code(), Some(Code::PaymentInProgress));
        // An hour of that.
        for _ in 0..12 {
            shop.advances(Duration::from_secs(300));
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert_eq!(shop.buyer().result(&purchase).await.outcome, Outcome::Confirming);
        }
        shop.control.clear_faults().await.unwrap();
        let number = eventually_later(&mut shop, "the order", Duration::from_secs(10), async |shop| {
            shop.buyer().result(&purchase).await.order_number
        }).await;
        // Nobody could be asked for name and address before; the permission tells them.
        let row = operator.sees(number.as_str(), "the buyer's name", |row| !row.buyer_name.is_empty()).await;
        assert!(operator.detail(row.id.as_str()).await.address.is_some());
        assert_eq!(shop.count("select count(*) as n from orders").await, 1);
        assert_eq!(shop.control.charges().await.unwrap().len(), 1);
        shop.ends().await;
    }

    /// R11, R12: Amazon has completed what we know as pressed only: the order comes about whatever page asks, with its
    /// buyer, and nobody is told to start again.
    async fn a_session_completed_behind_our_back_becomes_the_order(database) {
        for page in ["review", "order", "complete"] {
            let mut shop = TestShop::on(database).await;
            let operator = shop.operator().await;
            let purchase = shop.buyer().goes_to_review("coffee", 1).await;
            shop.buyer().pays(&purchase).await;
            shop.control.fail(Some("completeCheckoutSession"), FaultKind::HangUpAfter, 1).await.unwrap();
            assert_eq!(shop.buyer().completes(&purchase).await.outcome, Outcome::Confirming);
            // As if the intent had been closed for good while Amazon still worked on it.
            let back = "update checkout set checkout_state = 'ordered', sweep_at = null, version = version + 1,
                checkout = replace(replace(checkout, '\"Completing\"', '\"Ordered\"'), 'ordered_at', 'at')";
            changes(&shop, back, values![]).await;
            changes(&shop, "delete from open_intent", values![]).await;
            changes(&shop, "update intent set closed_at = 1, outcome = 'not_paid_yet', snapshot = '{}'", values![]).await;

            let answer = shop.buyer().does(&purchase, page).await;
            if page == "complete" {
                assert_eq!(answer.body["outcome"], "completed", "{}", answer.body);
            } else {
                assert_eq!(answer.code(), Some(Code::PaymentInProgress), "{page}: {}", answer.body);
            }
            let result = shop.buyer().result(&purchase).await;
            assert_eq!(result.outcome, Outcome::Completed, "{page}");
            let number = result.order_number.unwrap();
            operator.sees(number.as_str(), "the buyer's name", |row| !row.buyer_name.is_empty()).await;
            assert_eq!(shop.control.charges().await.unwrap().len(), 1);
            shop.ends().await;
        }
    }

    /// R55: an answer nobody understands is no answer: the same Complete goes out again.
    async fn garbage_instead_of_an_answer_is_unconfirmed(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&purchase).await;
        shop.control.fail(Some("completeCheckoutSession"), status(200, "Garbage"), 1).await.unwrap();
        assert_eq!(shop.buyer().completes(&purchase).await.outcome, Outcome::Confirming);
        let number = eventually_later(&mut shop, "the order", Duration::from_secs(5), async |shop| {
            shop.buyer().result(&purchase).await.order_number
        }).await;
        assert_eq!(shop.count("select count(*) as n from intent where operation = 'complete'").await, 1);

        let row = at_rest(&operator, number.as_str()).await;
        shop.control.fail(Some("captureCharge"), status(200, "Garbage"), 1).await.unwrap();
        let run = operator.captures("run-1", &[&row]).await;
        assert_eq!(run.items[0].state, ItemState::Unconfirmed);
        eventually_later(&mut shop, "決済済", Duration::from_secs(2), async |_| {
            let orders = operator.orders().await;
            orders.into_iter().find(|row| row.payment_status == PaymentStatus::Captured)
        }).await;
        assert_eq!(shop.count("select count(*) as n from intent where operation = 'capture'").await, 1);
        shop.ends().await;
    }

    /// R11, R55: Amazon holds another amount than the checkout: nothing is completed, nothing is guessed, the cart is free.
    async fn an_amount_that_differs_at_amazon_ends_the_checkout(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let purchase = buyer.goes_to_review("coffee", 1).await;
        buyer.pays(&purchase).await;
        shop.control.fail(Some("completeCheckoutSession"), status(409, "AmountMismatch"), 1).await.unwrap();
        let result = buyer.completes(&purchase).await;
        assert_eq!((result.outcome, result.order_number), (Outcome::Declined, None));
        assert_eq!(shop.count("select count(*) as n from cart_hold").await, 0);
        assert!(shop.control.charges().await.unwrap().is_empty());
        shop.ends().await;
    }

    /// R55: a refusal that is not about the session (a revoked key) proves nothing about the payment: still confirming.
    async fn a_refusal_of_the_key_is_not_taken_for_unpaid(database) {
        let mut shop = TestShop::on(database).await;
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&purchase).await;
        shop.control.fail(Some("completeCheckoutSession"), status(403, "InvalidAccountStatus"), 1).await.unwrap();
        assert_eq!(shop.buyer().completes(&purchase).await.outcome, Outcome::Confirming);
        eventually_later(&mut shop, "the order", Duration::from_secs(60), async |shop| {
            shop.buyer().result(&purchase).await.order_number
        }).await;
        assert_eq!(shop.control.charges().await.unwrap().len(), 1);
        shop.ends().await;
    }

    /// R55: a session that ran out while its completion was unconfirmed ends as nothing, with the cart free.
    async fn a_session_that_expires_while_unconfirmed_ends_as_nothing(database) {
        let mut shop = TestShop::on(database).await;
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&purchase).await;
        shop.control.fail(Some("completeCheckoutSession"), FaultKind::HangUpBefore, MANY).await.unwrap();
        assert_eq!(shop.buyer().completes(&purchase).await.outcome, Outcome::Confirming);
        shop.advances(Duration::from_secs(25 * 3600));
        let result = eventually("it is over", async || {
            Some(shop.buyer().result(&purchase).await).filter(|result| result.outcome != Outcome::Confirming)
        }).await;
        assert_eq!((result.outcome, result.order_number), (Outcome::Lapsed, None));
        assert_eq!(shop.count("select count(*) as n from cart_hold").await, 0);
        assert_eq!(shop.count("select count(*) as n from checkout where sweep_at is not null").await, 0);
        shop.ends().await;
    }

    /// R55, R58: half a day without Amazon buries no question: what was pending is known soon after.
    async fn half_a_day_without_amazon_gives_nothing_up(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let number = shop.buyer().with_card("0701").buys("coffee", 1).await.order_number.unwrap().to_string();
        operator.sees(&number, "与信保留", |row| row.icon == Some(StatusIcon::AuthorizationPending)).await;
        shop.control.set(json!({ "holdNotifications": true })).await.unwrap();
        shop.control.fail(None, status(503, ""), MANY).await.unwrap();
        for _ in 0..60 {
            shop.advances(Duration::from_secs(12 * 60));
            nothing_is_due(&shop).await;
        }
        shop.control.clear_faults().await.unwrap();
        let operator = operator.signs_in_again().await;
        eventually_later(&mut shop, "与信OK", Duration::from_secs(600), async |_| {
            let orders = operator.orders().await;
            orders.into_iter().find(|row| row.icon == Some(StatusIcon::Authorized))
        }).await;
        shop.ends().await;
    }

    /// R22, R60: the permission's address is read once, however late Amazon can be asked, and never again.
    async fn the_permissions_address_is_read_once_however_late(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        shop.control.fail(Some("getChargePermission"), status(503, ""), MANY).await.unwrap();
        let number = shop.buyer().buys("coffee", 1).await.order_number.unwrap().to_string();
        let row = at_rest(&operator, &number).await;
        let before = operator.detail(row.id.as_str()).await.address.unwrap();
        let permission = shop.control.permissions().await.unwrap()[0]["chargePermissionId"].as_str().unwrap().to_owned();
        let path = format!("permissions/{permission}/address");
        shop.control.post(&path, json!({ "address": 2 })).await.unwrap();
        for _ in 0..8 {
            shop.advances(Duration::from_secs(15 * 60));
            nothing_is_due(&shop).await;
        }
        shop.control.clear_faults().await.unwrap();
        let read = "select count(*) as n from orders where permission_read_at is not null";
        eventually_later(&mut shop, "the permission is read", Duration::from_secs(600), async |shop| {
            (shop.count(read).await == 1).then_some(())
        }).await;
        let operator = operator.signs_in_again().await;
        let after = operator.detail(row.id.as_str()).await.address.unwrap();
        assert_ne!(after.lines, before.lines, "the address chosen at Amazon is the right one");
        // R51: and the order is found by its phone number, which nothing else of the order has.
        assert_ne!(after.phone, before.phone);
        crate::order_list::finds(&operator, after.phone.as_deref().unwrap(), 1).await;

        // Later addresses at Amazon are not the order's.
        shop.control.post(&path, json!({ "address": 0 })).await.unwrap();
        shop.control.flush_notifications().await.unwrap();
        shop.advances(Duration::from_secs(25 * 3600));
        nothing_is_due(&shop).await;
        let operator = operator.signs_in_again().await;
        assert_eq!(operator.detail(row.id.as_str()).await.address.unwrap().lines, after.lines);
        shop.ends().await;
    }

    /// R29: Amazon declined an authorization it had answered with 200: 与信NG, not 決済エラー.
    async fn an_authorization_that_was_no_more_than_said_is_declined(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let number = shop.buyer().with_card("4354").buys("coffee", 1).await.order_number.unwrap().to_string();
        let pending = |row: &shared::api::OrderRow| row.icon == Some(StatusIcon::AuthorizationPending);
        operator.sees(&number, "与信保留", pending).await;
        // As if Amazon had said 200 instead of 202.
        let payment = "{\"state\":\"Authorized\",\"amount\":2030,\"authorized_at\":\"2026-11-24T00:00:00Z\",\"expires_at\":\"2099-12-24T00:00:00Z\"}";
        let sql = "update orders set payment_state = 'authorized', payment = $1, version = version + 1";
        changes(&shop, sql, values![payment]).await;
        shop.advances(Duration::from_secs(31));
        let row = operator.sees(&number, "与信NG", |row| row.icon == Some(StatusIcon::AuthorizationDeclined)).await;
        assert_eq!(row.reason.as_ref().map(|reason| reason.code()), Some("HardDeclined"));
        shop.ends().await;
    }

    /// R52: what Amazon reports again and again although it cannot be stands in the timeline once.
    async fn a_contradiction_is_noted_once(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        let sql = "update orders set payment = replace(payment, '2030', '2029'), version = version + 1";
        changes(&shop, sql, values![]).await;
        for _ in 0..4 {
            shop.advances(Duration::from_secs(25 * 3600));
            nothing_is_due(&shop).await;
            let charge = shop.control.charges().await.unwrap()[0]["chargeId"].as_str().unwrap().to_owned();
            let note = json!({ "merchantId": "A1TESTMERCHANT1", "objectType": "CHARGE", "objectId": charge });
            shop.control.post("notifications", note).await.unwrap();
            shop.control.flush_notifications().await.unwrap();
            nothing_is_due(&shop).await;
        }
        let noted = "select count(*) as n from timeline where event = 'contradiction'";
        assert_eq!(shop.count(noted).await, 1, "{:?}", text(&shop, "select max(detail) as text_found from timeline where event = 'contradiction'").await);
        let operator = operator.signs_in_again().await;
        let now = operator.sees(row.number.as_str(), "the order", |_| true).await;
        assert_eq!(now.icon, Some(StatusIcon::Authorized));
        shop.ends().await;
    }

    /// R30: after a refused capture the charge still stands: no contradiction, and asking again changes nothing.
    async fn a_refused_capture_is_no_contradiction(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        shop.control.fail(Some("captureCharge"), status(422, "AmazonRejected"), 1).await.unwrap();
        assert_eq!(operator.captures("run-1", &[&row]).await.items[0].state, ItemState::Failed);
        for _ in 0..3 {
            shop.advances(Duration::from_secs(20 * 3600));
            nothing_is_due(&shop).await;
        }
        assert_eq!(shop.count("select count(*) as n from timeline where event = 'contradiction'").await, 0);
        let operator = operator.signs_in_again().await;
        let now = operator.sees(row.number.as_str(), "決済エラー", |row| row.icon == Some(StatusIcon::CaptureError)).await;
        assert!(now.may_capture);
        assert_eq!(operator.captures("run-2", &[&now]).await.items[0].state, ItemState::Done);
        shop.ends().await;
    }

    /// R30: the refusal of a capture stands as 決済エラー even when Amazon answers nothing more: it is no doubt.
    async fn a_refusal_stands_when_the_charge_cannot_be_asked(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator).await;
        shop.control.fail(Some("captureCharge"), status(422, "AmazonRejected"), 1).await.unwrap();
        shop.control.fail(Some("getCharge"), status(503, ""), 3).await.unwrap();
        let run = operator.captures("run-1", &[&row]).await;
        assert_eq!(run.items[0].state, ItemState::Failed);
        assert_eq!(run.items[0].problem.as_ref().map(|problem| problem.code), Some(Code::CaptureRefused));
        let failed = |row: &shared::api::OrderRow| row.icon == Some(StatusIcon::CaptureError);
        operator.sees(row.number.as_str(), "決済エラー", failed).await;
        assert_eq!(shop.count("select count(*) as n from open_intent").await, 0);
        shop.ends().await;
    }
}
