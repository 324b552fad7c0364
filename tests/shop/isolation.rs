//! Shops are isolated: whatever belongs to one does not exist under another's name.

use integration_tests::{SHOP_ORIGIN, TestShop, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::Code;

on_both_databases! {
    /// R69: every route with another shop's ids answers as if there were nothing.
    async fn another_shops_ids_are_not_found_on_any_route(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let buyer = shop.buyer();
        let number = buyer.buys("coffee", 1).await.order_number.unwrap().to_string();
        let order = operator.sees(&number, "the order", |row| row.version >= 1).await;
        operator.starts_capture("run-of-demo", &[&order]).await;
        operator.sees_run("run-of-demo").await;
        let purchase = buyer.goes_to_review("cup", 1).await;

        // The same operator owns both shops, so that only the shop in the address makes the difference.
        let here = operator.sends(Method::GET, "/api/shops/other/orders", None).await;
        assert_eq!(here.body["orders"], json!([]));
        for path in [format!("/api/shops/other/orders/{}", order.id), "/api/shops/other/bulk-runs/run-of-demo".to_owned()] {
            let answer = operator.sends(Method::GET, &path, None).await;
            assert_eq!(answer.code(), Some(Code::NotFound), "{path}: {}", answer.body);
        }
        let order_now = operator.sees(&number, "captured", |row| !row.may_capture).await;
        let body = json!({ "run_id": "run-of-other", "steps": { "capture": true }, "orders": [{ "id": order.id, "version": order_now.version }] });
        let foreign = operator.sends(Method::POST, "/api/shops/other/bulk-runs", Some(&body)).await;
        assert!(
            foreign.code() == Some(Code::NotFound) || foreign.body["items"] == json!([]),
            "a foreign order is not part of a run: {}", foreign.body
        );

        crate::my_page::subscribes(&shop).await;
        let seen = json!({ "version": 1 });
        let moved = json!({ "version": 1, "date": "2027-01-10" });
        let pieces = json!({ "version": 1, "quantity": 3 });
        assert_eq!(operator.sends(Method::GET, "/api/shops/other/subscriptions", None).await.body["subscriptions"], json!([]));
        for search in ["search=20261125-SUBSC", "search=hanako%40example.jp", "state=active", "charged_within=90"] {
            let path = format!("/api/shops/other/subscriptions?{search}");
            assert_eq!(operator.sends(Method::GET, &path, None).await.body["subscriptions"], json!([]), "{search}");
        }
        for (method, what, body) in [
            (Method::GET, "", None),
            (Method::POST, "/skip", Some(&seen)),
            (Method::POST, "/pause", Some(&seen)),
            (Method::POST, "/resume", Some(&seen)),
            (Method::POST, "/cancel", Some(&seen)),
            (Method::POST, "/acknowledge", Some(&seen)),
            (Method::POST, "/address", Some(&seen)),
            (Method::POST, "/date", Some(&moved)),
            (Method::POST, "/quantity", Some(&pieces)),
        ] {
            let path = format!("/api/shops/other/subscriptions/S-1{what}");
            let answer = operator.sends(method, &path, body).await;
            assert_eq!(answer.code(), Some(Code::NotFound), "{path}: {}", answer.body);
        }
        let own = operator.sends(Method::GET, "/api/shops/demo/subscriptions/S-1", None).await;
        assert_eq!((own.status, &own.body["row"]["version"]), (200, &json!(1)));

        let session = json!({ "amazon_checkout_session_id": purchase.session });
        for (method, what, body) in [
            (Method::POST, "claim", Some(&session)),
            (Method::POST, "review", Some(&session)),
            (Method::POST, "order", Some(&json!({ "consents": ["terms"] }))),
            (Method::POST, "complete", Some(&session)),
            (Method::GET, "result", None),
        ] {
            let path = format!("/api/shops/other/checkouts/{}/{what}", purchase.checkout);
            let answer = buyer.sends(method, &path, Some(&purchase.token), body).await;
            // Not even the right token tells whether there is such a checkout elsewhere.
            let refused = matches!(answer.code(), Some(Code::NotFound | Code::CheckoutTokenInvalid | Code::OriginNotAllowed));
            assert!(refused, "{path}: {} {}", answer.status, answer.body);
            let nothing = path.replace(&purchase.checkout, "nothing");
            let method = if what == "result" { Method::GET } else { Method::POST };
            let nothing = buyer.sends(method, &nothing, Some(&purchase.token), body).await;
            assert_eq!(nothing.code(), answer.code(), "{what}: what is another's looks like what is not");
        }
        assert_eq!(buyer.does(&purchase, "review").await.status, 200, "its own shop still has it");
        shop.ends().await;
    }

    /// R69: a shop nobody has made, and one the operator has no right in, answer the same on every route.
    async fn a_shop_without_rights_looks_like_no_shop(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let take = backend::store::Statement::new("delete from operator_shop where shop_id = 'other'", Vec::new());
        shop.app().store.write(take).await.unwrap();
        let view: Value = operator.sends(Method::GET, "/api/operator", None).await.body;
        assert_eq!(view["shops"].as_array().map(Vec::len), Some(1));
        let seen = json!({ "version": 1 });
        let run = json!({ "run_id": "run-1", "steps": { "capture": true }, "orders": [{ "id": "x", "version": 1 }] });
        for (method, path, body) in [
            (Method::GET, "orders", None),
            (Method::GET, "orders/x", None),
            (Method::GET, "live", None),
            (Method::GET, "dashboard", None),
            (Method::GET, "bulk-runs", None),
            (Method::GET, "bulk-runs/x", None),
            (Method::POST, "bulk-runs", Some(&run)),
            (Method::GET, "subscriptions", None),
            (Method::GET, "subscriptions/counts", None),
            (Method::GET, "subscriptions/days", None),
            (Method::GET, "subscriptions/x", None),
            (Method::POST, "subscriptions/x/skip", Some(&seen)),
            (Method::POST, "subscriptions/x/cancel", Some(&seen)),
            (Method::POST, "subscriptions/x/acknowledge", Some(&seen)),
            (Method::GET, "subscription-settings", None),
            (Method::GET, "payment-settings", None),
            (Method::GET, "settings-changes", None),
        ] {
            for name in ["other", "nobody", "a%20b"] {
                let path = format!("/api/shops/{name}/{path}");
                let answer = operator.sends(method.clone(), &path, body).await;
                assert_eq!(answer.code(), Some(Code::NotFound), "{method} {path}: {}", answer.body);
            }
        }
        let signed_out = shop.http.get(format!("{}/api/shops/demo/orders", shop.public_url())).send().await.unwrap();
        assert_eq!(signed_out.status(), 401);
        shop.ends().await;
    }

    /// R69: no shopper's or Amazon's address of a shop that does not exist does anything.
    async fn a_shop_that_does_not_exist_has_no_addresses(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let cart = json!({ "cart": { "items": [{ "product": "coffee", "quantity": 1 }] } });
        let session = json!({ "amazon_checkout_session_id": "x" });
        let state = json!({ "state": "0123456789abcdefghijkl" });
        let finish = json!({ "state": "0123456789abcdefghijkl", "buyer_token": "x" });
        for (method, path, body) in [
            (Method::GET, "products", None),
            (Method::POST, "quotes", Some(&cart)),
            (Method::POST, "checkouts", Some(&cart)),
            (Method::POST, "checkouts/x/claim", Some(&session)),
            (Method::POST, "checkouts/x/review", Some(&session)),
            (Method::POST, "checkouts/x/order", Some(&json!({}))),
            (Method::POST, "checkouts/x/complete", Some(&session)),
            (Method::GET, "checkouts/x/result", None),
            (Method::POST, "sign-ins", Some(&state)),
            (Method::POST, "sign-ins/finish", Some(&finish)),
        ] {
            let path = format!("/api/shops/nobody/{path}");
            let answer = buyer.sends(method.clone(), &path, Some("x"), body).await;
            assert_eq!(answer.code(), Some(Code::NotFound), "{method} {path}: {}", answer.body);
        }
        let base = shop.public_url();
        let notification = shop.http.post(format!("{base}/notifications/nobody/n0t1f1cat10n")).body("{}").send().await.unwrap();
        assert_eq!(notification.status(), 404);
        for page in ["start", "review", "result", "mypage"] {
            let answer = shop.http.get(format!("{base}/pay/nobody/{page}")).send().await.unwrap();
            assert_eq!(answer.status(), 404);
            assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        }
        let other = buyer.from_origin(SHOP_ORIGIN).sends(Method::GET, "/api/shops/demo/products", None, None).await;
        assert_eq!(other.status, 200);
        shop.ends().await;
    }
}
