//! A purchase becomes exactly one order, whatever happens on the way.

use crate::by_hand::hangs_up;
use integration_tests::{Database, TestShop, eventually, on_both_databases};
use reqwest::Method;
use serde_json::json;
use shared::api::{Code, Outcome};
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

on_both_databases! {
    /// R4, R28, R34: button → Amazon → review → 注文する → Amazon → result → order list → 決済済, and both sides
    /// hold the same yen.
    async fn a_purchase_is_ordered_authorized_and_captured_with_the_same_yen(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;

        let buyer = shop.buyer();
        let purchase = buyer.goes_to_review("coffee", 2).await;
        let review = buyer.reviews(&purchase).await;
        assert_eq!(review.totals.total.get(), 2 * 1480 + 550);
        assert_eq!(review.payment_text.as_deref(), Some("Visa ****1111 (Amazon Pay)"));
        assert!(review.problem.is_none() && review.address.is_some());
        buyer.pays(&purchase).await;
        let result = buyer.completes(&purchase).await;
        assert_eq!((result.outcome, result.authorization_pending), (Outcome::Completed, false));
        let number = result.order_number.expect("an order").to_string();

        let row = operator.sees(&number, "与信OK", |row| row.icon == Some(StatusIcon::Authorized)).await;
        assert_eq!((row.total.get(), row.payment_status), (3510, PaymentStatus::Uncaptured));
        let run = operator.captures("run-1", &[&row]).await;
        assert_eq!(run.items[0].state, shared::api::ItemState::Done);
        let row = operator.sees(&number, "決済済", |row| row.payment_status == PaymentStatus::Captured).await;
        assert_eq!(row.icon, Some(StatusIcon::Authorized));

        let charges = shop.control.charges().await.unwrap();
        assert_eq!(charges.len(), 1);
        assert_eq!(charges[0]["statusDetails"]["state"], "Captured");
        assert_eq!(charges[0]["captureAmount"]["amount"], "3510");
        let detail = operator.detail(row.id.as_str()).await;
        assert_eq!(detail.charge_id.as_deref(), charges[0]["chargeId"].as_str());
        assert!(detail.timeline.len() >= 3, "{:?}", detail.timeline);
        shop.ends().await;
    }

    /// R12: reload, double completion, and the notification that overtakes both, make one order.
    async fn a_result_page_loaded_many_times_at_once_makes_one_order(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let purchase = buyer.goes_to_review("coffee", 1).await;
        buyer.pays(&purchase).await;
        let loads = (0..8).map(|_| buyer.does(&purchase, "complete"));
        for answer in futures_util::future::join_all(loads).await {
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        let number = eventually("completed", async || {
            buyer.result(&purchase).await.order_number
        }).await;
        let again = buyer.completes(&purchase).await;
        assert_eq!((again.outcome, again.order_number), (Outcome::Completed, Some(number)));
        assert_eq!(shop.count("select count(*) as n from orders").await, 1);
        assert_eq!(shop.control.charges().await.unwrap().len(), 1);
        shop.ends().await;
    }

    /// R11: a declined card leaves no order, no charge and the cart free to be tried again.
    async fn a_declined_card_leaves_nothing_and_keeps_the_cart(database) {
        let shop = TestShop::on(database).await;
        for (card, outcome) in [("3434", Outcome::Declined), ("3064", Outcome::Cancelled)] {
            let buyer = shop.buyer().with_card(card);
            let result = buyer.buys("coffee", 1).await;
            assert_eq!((result.outcome, &result.order_number), (outcome, &None), "{card}");
            assert!(result.back_url.is_some());
        }
        assert_eq!(shop.count("select count(*) as n from orders").await, 0);
        assert_eq!(shop.count("select count(*) as n from cart_hold").await, 0);
        shop.ends().await;
    }

    /// R11, R89: a pending authorization is an order that says so, and becomes 与信OK or 与信NG when Amazon decides.
    async fn a_pending_authorization_ends_as_amazon_decides(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        for (card, icon) in [("0701", StatusIcon::Authorized), ("4354", StatusIcon::AuthorizationDeclined)] {
            let result = shop.buyer().with_card(card).buys("coffee", 1).await;
            assert!(result.authorization_pending, "{card}");
            let number = result.order_number.unwrap().to_string();
            operator.sees(&number, "与信保留", |row| row.icon == Some(StatusIcon::AuthorizationPending)).await;
            shop.advances(Duration::from_secs(31));
            operator.sees(&number, "decided", |row| row.icon == Some(icon)).await;
        }
        shop.ends().await;
    }

    /// R89: switched off at the console, no authorization is left pending: what Amazon cannot approve at once is declined,
    /// and the cart is kept.
    async fn r89_switched_off_at_the_console_no_authorization_is_left_pending(database) {
        const SETTINGS: &str = "/api/shops/demo/payment-settings";
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let mut settings = operator.sends(Method::GET, SETTINGS, None).await.body;
        settings["can_handle_pending_authorization"] = json!(false);
        let saved = operator.sends(Method::PUT, SETTINGS, Some(&settings)).await;
        assert_eq!(saved.status, 200, "{}", saved.body);
        let result = shop.buyer().with_card("0701").buys("coffee", 1).await;
        assert_eq!((result.outcome, &result.order_number), (Outcome::Declined, &None));
        assert!(!result.authorization_pending && result.back_url.is_some());
        assert_eq!(shop.count("select count(*) as n from orders").await, 0);
        assert_eq!(shop.count("select count(*) as n from cart_hold").await, 0);
        let other = shop.buyer().buys("coffee", 1).await;
        assert_eq!(other.outcome, Outcome::Completed, "others pay as before");
        shop.ends().await;
    }

    /// R55: an answer lost on its way is "being confirmed", never a failure, and ends in exactly one order.
    async fn a_lost_answer_to_complete_is_confirmed_later_and_charged_once(database) {
        let mut shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let purchase = buyer.goes_to_review("coffee", 1).await;
        buyer.pays(&purchase).await;
        shop.control.fail(Some("completeCheckoutSession"), FaultKind::HangUpAfter, 1).await.unwrap();
        let result = buyer.completes(&purchase).await;
        assert_eq!((result.outcome, result.order_number), (Outcome::Confirming, None));
        // While nobody knows, the cart cannot be paid a second time.
        let again = buyer.does(&purchase, "order").await;
        assert_eq!(again.code(), Some(Code::PaymentInProgress));

        shop.advances(Duration::from_secs(30));
        let buyer = shop.buyer();
        let result = eventually("the order is found", async || {
            Some(buyer.result(&purchase).await).filter(|result| result.outcome == Outcome::Completed)
        }).await;
        assert!(result.order_number.is_some());
        assert_eq!(shop.count("select count(*) as n from orders").await, 1);
        assert_eq!(shop.control.charges().await.unwrap().len(), 1);
        shop.ends().await;
    }

    /// R54: a shopper who paid and closed the browser has an order all the same; one who never pressed 注文する has none.
    async fn a_shopper_who_never_came_back_is_swept(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let paid = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&paid).await;
        let looked = shop.buyer().goes_to_review("cup", 1).await;
        shop.buyer().reviews(&looked).await;

        shop.advances(Duration::from_secs(16 * 60));
        let row = eventually("the paid one is an order", async || operator.orders().await.into_iter().next()).await;
        assert_eq!(row.total.get(), 1480 + 550);
        shop.advances(Duration::from_secs(25 * 60 * 60));
        eventually("the other one lapsed", async || {
            (shop.count("select count(*) as n from checkout where checkout_state = 'lapsed'").await == 1).then_some(())
        }).await;
        let operator = operator.signs_in_again().await;
        assert_eq!(operator.orders().await.len(), 1);
        shop.ends().await;
    }

    /// R59, R63: a stop in the middle of Complete loses nothing; the next start finds the order.
    async fn a_restart_in_the_middle_of_complete_still_ends_in_one_order(database) {
        let mut shop = TestShop::on(database).await;
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&purchase).await;
        shop.control.fail(Some("completeCheckoutSession"), FaultKind::HangUpAfter, 1).await.unwrap();
        assert_eq!(shop.buyer().completes(&purchase).await.outcome, Outcome::Confirming);
        shop.stops().await;
        shop.advances(Duration::from_secs(60));
        shop.starts_again().await;
        let buyer = shop.buyer();
        eventually("the order is found", async || buyer.result(&purchase).await.order_number).await;
        assert_eq!(shop.count("select count(*) as n from orders").await, 1);
        assert_eq!(shop.control.charges().await.unwrap().len(), 1);
        shop.ends().await;
    }

    /// R12: a client that hangs up while Amazon completes still leaves a recorded order.
    async fn a_client_that_hangs_up_during_complete_still_leaves_an_order(database) {
        // Real time enough: the held call does not run out before it is released.
        let patient = Duration::from_secs(60);
        let shop = TestShop::with(database, |settings| settings.amazon_pay.answer_timeout = patient).await;
        let buyer = shop.buyer();
        let purchase = buyer.goes_to_review("coffee", 1).await;
        buyer.pays(&purchase).await;
        shop.control.fail(Some("completeCheckoutSession"), FaultKind::HoldAfter, 1).await.unwrap();
        hangs_up(&shop, &purchase).await;
        shop.control.release().await.unwrap();
        eventually("the order is stored", async || {
            (shop.count("select count(*) as n from orders").await == 1).then_some(())
        }).await;
        shop.ends().await;
    }

    /// R13: a prefecture the shop does not serve is told in review and refused at 注文する; nothing is charged.
    async fn an_area_that_is_not_served_is_refused_with_its_reason(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer().with_address(5);
        let purchase = buyer.goes_to_review("coffee", 1).await;
        let review = buyer.reviews(&purchase).await;
        assert_eq!(review.problem.map(|problem| problem.code), Some(Code::AreaNotServed));
        assert_eq!(buyer.does(&purchase, "order").await.code(), Some(Code::AreaNotServed));
        assert_eq!(shop.count("select count(*) as n from cart_hold").await, 0);
        shop.ends().await;
    }

    /// R10: a cart signed by the shop's server is paid as signed, once, whoever presents it again.
    async fn a_signed_cart_is_ordered_once(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let exp = shop.app().clock.now().as_second() + 600;
        let claims = json!({
            "iss": "demo", "aud": "noren", "exp": exp, "cart_id": "cart-1", "shipping_fee": 0, "points_used": 100,
            "lines": [{ "product_id": "x1", "name": "定期便の箱", "unit_price": 3980, "quantity": 1, "tax_rate": "8" }],
        });
        let token = TestShop::signed_cart(&claims, &integration_tests::CART_SECRET);
        let body = json!({ "cart": { "signed": token }, "pages": "shop" });
        let start = async || buyer.sends(Method::POST, "/api/shops/demo/checkouts", None, Some(&body)).await;
        let (first, second) = (start().await, start().await);
        let (first, second) = (buyer.chooses(first.read()).await, buyer.chooses(second.read()).await);
        buyer.pays(&first).await;
        // The other device was as far, and is refused at its press.
        buyer.reviews(&second).await;
        assert_eq!(buyer.does(&second, "order").await.code(), Some(Code::CartAlreadyOrdered));
        let result = buyer.completes(&first).await;
        assert_eq!(result.total.map(|total| total.get()), Some(3880));
        assert_eq!(start().await.code(), Some(Code::CartAlreadyOrdered));
        assert_eq!(shop.control.charges().await.unwrap().len(), 1);
        shop.ends().await;
    }
}

/// R9: what Amazon Pay cannot charge never reaches Amazon, and other ways to pay are named.
#[tokio::test]
async fn r9_carts_amazon_pay_cannot_charge_are_refused_before_amazon() {
    let shop = TestShop::on(Database::Sqlite).await;
    let buyer = shop.buyer();
    for (product, code) in [("transfer-only", Code::AmazonPayNotOffered), ("dear", Code::AmazonPayNotOffered)]
    {
        assert_eq!(buyer.presses_button(product, 1).await.code(), Some(code), "{product}");
        let body = json!({ "cart": { "items": [{ "product": product, "quantity": 1 }] } });
        let quote = buyer.sends(Method::POST, "/api/shops/demo/quotes", None, Some(&body)).await;
        assert_eq!(quote.body["other_methods"], json!(["bank_transfer", "cash_on_delivery"]));
        assert!(!quote.body["not_offered"].is_null());
    }
    assert!(shop.control.sessions().await.unwrap().is_empty());
    shop.ends().await;
}
