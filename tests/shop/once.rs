//! One purchase stays one purchase: carts, numbers, browsers and strangers.

use crate::by_hand::{changes, claims, goes_to_review, starts};
use backend::store::values;
use integration_tests::{TestShop, eventually, on_both_databases};
use reqwest::Method;
use serde_json::json;
use shared::api::{Code, Outcome, StartedCheckout};
use shared::status_icon::StatusIcon;
use simulator::FaultKind;
use std::time::Duration;

on_both_databases! {
    /// R12, R54: the number drawn at the button is taken meanwhile by another order; the paid order gets a new one.
    async fn a_number_that_is_taken_does_not_lose_the_order(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let first = buyer.buys("coffee", 1).await.order_number.expect("an order");
        let purchase = buyer.goes_to_review("coffee", 1).await;
        buyer.pays(&purchase).await;
        let take = "update orders set order_number = (select order_number from checkout where checkout_id = $1)";
        changes(&shop, take, values![purchase.checkout.as_str()]).await;
        let second = buyer.completes(&purchase).await;
        assert_eq!(second.outcome, Outcome::Completed);
        assert_ne!(second.order_number, Some(first));
        assert_eq!(shop.count("select count(distinct order_number) as n from orders").await, 2);
        assert_eq!(shop.control.charges().await.unwrap().len(), 2);
        shop.ends().await;
    }

    /// R12: of two checkouts that draw one number, the second draws again; nobody can tell.
    async fn two_checkouts_never_share_a_number(database) {
        let shop = TestShop::on(database).await;
        for _ in 0..20 {
            assert_eq!(shop.buyer().presses_button("coffee", 1).await.status, 201);
        }
        assert_eq!(shop.count("select count(distinct order_number) as n from checkout").await, 20);
        let same = "update checkout set order_number = '20261124-AAAAA'";
        let stored = shop.app().store.write(backend::store::Statement::new(same, values![])).await;
        assert!(stored.is_err(), "the database itself refuses a number twice");
        shop.ends().await;
    }

    /// R11, R12: 注文する pressed without paying does not keep the cart: another device orders it, and the first one,
    /// should it pay after all, is told that nothing was taken.
    async fn an_unpaid_press_does_not_hold_the_cart(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let cart = claims(&shop, "cart-1");
        let first = goes_to_review(&buyer, &cart).await;
        assert_eq!(buyer.does(&first, "order").await.status, 200);

        let second = goes_to_review(&buyer, &cart).await;
        let pressed = buyer.does(&second, "order").await;
        assert_eq!(pressed.status, 200, "{}", pressed.body);
        // The first device pays now; too late, the cart is the second one's.
        shop.control.pay(&first.session).await.unwrap();
        let late = buyer.completes(&first).await;
        assert_eq!((late.outcome, late.order_number), (Outcome::Cancelled, None));
        shop.control.pay(&second.session).await.unwrap();
        assert_eq!(buyer.completes(&second).await.outcome, Outcome::Completed);
        assert_eq!(shop.count("select count(*) as n from orders").await, 1);
        assert_eq!(shop.control.charges().await.unwrap().len(), 1);
        shop.ends().await;
    }

    /// R12: the other device finds a press that was paid: that one becomes the order, at once.
    async fn a_paid_press_is_ordered_when_another_device_wants_the_cart(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let cart = claims(&shop, "cart-1");
        let first = goes_to_review(&buyer, &cart).await;
        buyer.pays(&first).await;
        let second = goes_to_review(&buyer, &cart).await;
        assert_eq!(buyer.does(&second, "order").await.code(), Some(Code::CartAlreadyOrdered));
        assert_eq!(buyer.result(&first).await.outcome, Outcome::Completed);
        assert_eq!(shop.control.charges().await.unwrap().len(), 1);
        shop.ends().await;
    }

    /// R11, R89: a cart whose order ended as 与信NG may be ordered again.
    async fn a_declined_order_lets_its_cart_go(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let buyer = shop.buyer().with_card("4354");
        let cart = claims(&shop, "cart-1");
        let purchase = goes_to_review(&buyer, &cart).await;
        buyer.pays(&purchase).await;
        let number = buyer.completes(&purchase).await.order_number.unwrap().to_string();
        assert_eq!(starts(&buyer, &cart).await.code(), Some(Code::CartAlreadyOrdered));
        shop.advances(Duration::from_secs(31));
        operator.sees(&number, "与信NG", |row| row.icon == Some(StatusIcon::AuthorizationDeclined)).await;
        let buyer = shop.buyer();
        assert_eq!(buyer.result(&purchase).await.outcome, Outcome::Declined);
        let again = goes_to_review(&buyer, &cart).await;
        buyer.pays(&again).await;
        assert_eq!(buyer.completes(&again).await.outcome, Outcome::Completed);
        // From now on the cart is the second order's: the first one is not authorized a second time.
        let declined = operator.sees(&number, "与信NG", |_| true).await;
        let path = format!("/api/shops/demo/orders/{}/reauthorize", declined.id);
        let body = json!({ "version": declined.version });
        let refused = operator.sends(Method::POST, &path, Some(&body)).await;
        assert_eq!(refused.code(), Some(Code::OrderReplaced), "{}", refused.body);
        assert_eq!(shop.control.charges().await.unwrap().len(), 2);
        shop.ends().await;
    }

    /// R11, R48, R89: 再与信 of an order at 与信NG takes its cart for the question only: declined anew, refused, or not sent, the
    /// shopper's cart is free again.
    async fn r89_a_failed_reauthorization_lets_the_cart_go_again(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let buyer = shop.buyer().with_card("4354");
        let cart = claims(&shop, "cart-1");
        let purchase = goes_to_review(&buyer, &cart).await;
        buyer.pays(&purchase).await;
        let number = buyer.completes(&purchase).await.order_number.unwrap().to_string();
        shop.advances(Duration::from_secs(31));
        operator.sees(&number, "与信NG", |row| row.icon == Some(StatusIcon::AuthorizationDeclined)).await;
        let declined = FaultKind::Status { status: 422, reason_code: Some("HardDeclined".to_owned()) };
        let throttled = FaultKind::Status { status: 429, reason_code: None };
        for (fault, status) in [(None, 200), (Some(declined), 200), (Some(throttled), 503)] {
            match fault.clone() {
                None => shop.control.order_outcome("createCharge", "SoftDeclined", 1).await.unwrap(),
                Some(fault) => shop.control.fail(Some("createCharge"), fault, 20).await.unwrap(),
            }
            let row = operator.sees(&number, "与信NG", |row| row.icon == Some(StatusIcon::AuthorizationDeclined)).await;
            let path = format!("/api/shops/demo/orders/{}/reauthorize", row.id);
            let answer = operator.sends(Method::POST, &path, Some(&json!({ "version": row.version }))).await;
            assert_eq!(answer.status, status, "{fault:?}: {}", answer.body);
            shop.control.clear_faults().await.unwrap();
            let free = starts(&shop.buyer(), &cart).await;
            assert_eq!(free.status, 201, "{fault:?}: {}", free.body);
        }
        shop.ends().await;
    }

    /// R12: back from Amazon's page to the review, 注文する again: the same place to go, no error, one order.
    async fn pressing_again_after_paying_leads_on(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let purchase = buyer.goes_to_review("coffee", 1).await;
        buyer.pays(&purchase).await;
        buyer.reviews(&purchase).await;
        let again = buyer.does(&purchase, "order").await;
        assert_eq!(again.status, 200, "{}", again.body);
        assert!(again.body["redirect_url"].as_str().is_some_and(|url| url.contains(&purchase.session)));
        assert_eq!(buyer.completes(&purchase).await.outcome, Outcome::Completed);
        assert_eq!(shop.control.charges().await.unwrap().len(), 1);
        shop.ends().await;
    }

    /// R12: a double click of 注文する, many times at once: at most errors that say "under way", one order.
    async fn many_presses_at_once_are_one(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let purchase = buyer.goes_to_review("coffee", 1).await;
        buyer.reviews(&purchase).await;
        let presses = (0..6).map(|_| buyer.does(&purchase, "order"));
        let answers = futures_util::future::join_all(presses).await;
        assert!(answers.iter().any(|answer| answer.status == 200));
        for answer in &answers {
            assert!(answer.status == 200 || answer.code() == Some(Code::PaymentInProgress), "{}", answer.body);
        }
        shop.control.pay(&purchase.session).await.unwrap();
        assert_eq!(buyer.completes(&purchase).await.outcome, Outcome::Completed);
        assert_eq!(shop.count("select count(*) as n from orders").await, 1);
        shop.ends().await;
    }

    /// R14: ids in an address open nothing: a purchase on the shop's own pages cannot be claimed by a hosted page.
    async fn a_purchase_on_the_shops_pages_is_claimed_by_nobody(database) {
        let shop = TestShop::on(database).await;
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        let stranger = shop.buyer().from_origin(shop.public_url());
        let body = json!({ "amazon_checkout_session_id": purchase.session });
        let path = format!("/api/shops/demo/checkouts/{}/claim", purchase.checkout);
        let claimed = stranger.sends(Method::POST, &path, None, Some(&body)).await;
        assert_eq!(claimed.code(), Some(Code::CheckoutTokenInvalid), "{}", claimed.status);
        assert!(claimed.headers.get("set-cookie").is_none());
        assert_eq!(shop.count("select count(*) as n from checkout where claim_hash is not null").await, 0);
        shop.ends().await;
    }

    /// R14: of browsers that claim a hosted checkout at the same moment one gets the cookie.
    async fn one_of_many_browsers_claims_a_hosted_checkout(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let body = json!({ "cart": { "items": [{ "product": "coffee", "quantity": 1 }] } });
        let started = buyer.sends(Method::POST, "/api/shops/demo/checkouts", None, Some(&body)).await;
        let purchase = buyer.chooses(started.read()).await;
        let hosted = shop.buyer().from_origin(shop.public_url());
        let body = json!({ "amazon_checkout_session_id": purchase.session });
        let path = format!("/api/shops/demo/checkouts/{}/claim", purchase.checkout);
        let claims = (0..6).map(|_| hosted.sends(Method::POST, &path, None, Some(&body)));
        let answers = futures_util::future::join_all(claims).await;
        let cookies = answers.iter().filter(|answer| answer.headers.get("set-cookie").is_some()).count();
        assert_eq!(cookies, 1);
        for answer in answers.iter().filter(|answer| answer.status != 204) {
            assert_eq!(answer.code(), Some(Code::CheckoutTokenInvalid));
        }
        shop.ends().await;
    }

    /// R14: a stranger with a checkout of their own learns nothing by another's session, open or over.
    async fn anothers_session_opens_nothing(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let open = buyer.goes_to_review("coffee", 1).await;
        let done = buyer.goes_to_review("coffee", 1).await;
        buyer.pays(&done).await;
        assert_eq!(buyer.completes(&done).await.outcome, Outcome::Completed);
        let left = buyer.goes_to_review("coffee", 1).await;
        shop.control.cancel(&left.session).await.unwrap();

        for target in [&open, &done, &left] {
            let own: StartedCheckout = buyer.presses_button("cup", 1).await.read();
            for what in ["review", "complete"] {
                let body = json!({ "amazon_checkout_session_id": target.session });
                let path = format!("/api/shops/demo/checkouts/{}/{what}", own.checkout_id);
                let answer = buyer.sends(Method::POST, &path, Some(&own.token.0), Some(&body)).await;
                let nothing = answer.code() == Some(Code::SessionMismatch) || answer.body["outcome"] == "open";
                assert!(nothing, "{what}: {}", answer.body);
            }
        }
        let touched = "select count(*) as n from checkout where checkout_state <> 'started'";
        assert_eq!(shop.count(touched).await, 1, "only the buyer's own order");
        shop.ends().await;
    }

    /// R14: a checkout's token ends a day after the session it was made for.
    async fn a_checkouts_token_ends(database) {
        let mut shop = TestShop::on(database).await;
        let purchase = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&purchase).await;
        assert_eq!(shop.buyer().completes(&purchase).await.outcome, Outcome::Completed);
        shop.advances(Duration::from_secs(47 * 3600));
        assert_eq!(shop.buyer().result(&purchase).await.outcome, Outcome::Completed);
        shop.advances(Duration::from_secs(2 * 3600));
        assert_eq!(shop.buyer().does(&purchase, "complete").await.code(), Some(Code::CheckoutTokenInvalid));
        shop.ends().await;
    }

    /// R10: a signed cart of a hundred lines is ordered as it is; one more line is refused.
    async fn a_cart_of_a_hundred_lines_is_ordered(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let buyer = shop.buyer();
        let mut cart = claims(&shop, "cart-100");
        let line = |n: usize| {
            json!({ "product_id": format!("p{n}"), "name": format!("第{n}の長い名前の商品 ギフト包装つき"), "unit_price": 100,
                    "quantity": 1, "tax_rate": "10" })
        };
        cart["lines"] = (0..100).map(line).collect();
        let purchase = goes_to_review(&buyer, &cart).await;
        buyer.pays(&purchase).await;
        let result = buyer.completes(&purchase).await;
        assert_eq!(result.total.map(|total| total.get()), Some(10_000));
        let row = operator.sees(result.order_number.unwrap().as_str(), "the order", |_| true).await;
        assert_eq!(operator.detail(row.id.as_str()).await.lines.len(), 100);
        cart["lines"] = (0..101).map(line).collect();
        assert_eq!(starts(&buyer, &cart).await.code(), Some(Code::CartTooLarge));
        shop.ends().await;
    }

    /// R11: who leaves at Amazon is sent back to the shop's cart, which is free at once.
    async fn leaving_at_amazon_frees_the_cart(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let cart = claims(&shop, "cart-1");
        let purchase = goes_to_review(&buyer, &cart).await;
        assert_eq!(buyer.does(&purchase, "order").await.status, 200);
        let back = shop.control.cancel(&purchase.session).await.unwrap();
        assert!(back.ends_with("/cart"), "{back}");
        let again = goes_to_review(&buyer, &cart).await;
        buyer.pays(&again).await;
        assert_eq!(buyer.completes(&again).await.outcome, Outcome::Completed);
        let state = "select count(*) as n from checkout where checkout_state = 'cancelled'";
        eventually("the first one is told as cancelled", async || (shop.count(state).await == 1).then_some(())).await;
        shop.ends().await;
    }
}
