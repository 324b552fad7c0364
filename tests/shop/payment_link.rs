//! 再決済のご案内: a link that makes one new Amazon Pay order of the same lines, prices checked anew.

use crate::desk::{authorized, cancel, captured, done, refused, sees_detail};
use integration_tests::{TestShop, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{Code, PaymentLinkView, StartedCheckout};
use shared::status_icon::StatusIcon;
use std::time::Duration;

/// What the page behind the link hands on as its cart.
fn cart_of(link: &PaymentLinkView) -> Value {
    let cart = link.url.split_once("/pay/demo/start?cart=").expect("the start page").1;
    json!({ "cart": { "signed": cart } })
}

async fn quote(shop: &TestShop, of: &str, cart: &Value) -> integration_tests::Answer {
    shop.buyer().sends(Method::POST, &format!("/api/shops/{of}/quotes"), None, Some(cart)).await
}

on_both_databases! {
    /// R38, R89: a canceled paid order is paid anew by the link, at today's prices; both orders are linked, the link is used.
    async fn r38_a_link_makes_one_new_order_of_the_same_lines(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 2).await;
        let id = row.id.as_str();
        assert_eq!(refused(&operator, id, "payment-link", &json!({ "version": row.version })).await, Code::PaymentState);
        done(&operator, id, "cancel", &cancel(row.version)).await;
        shop.advances(Duration::from_secs(60));
        let view = sees_detail(&operator, id, "取消完了", |view| view.row.icon.is_none()).await;
        let body = json!({ "version": view.row.version });
        let link: PaymentLinkView = crate::desk::acts(&operator, id, "payment-link", &body).await.read();
        assert_eq!(operator.detail(id).await.desk.link_open_until, Some(link.expires_at));

        let sql = "update product set price = 1600 where product_id = 'coffee'";
        shop.app().store.write(backend::store::Statement::new(sql, Vec::new())).await.unwrap();
        let page = shop.http.get(&link.url).send().await.unwrap();
        assert_eq!(page.status(), 200);
        assert!(page.text().await.unwrap().contains("cart=\"link."));
        let buyer = shop.buyer();
        let quote = buyer.sends(Method::POST, "/api/shops/demo/quotes", None, Some(&cart_of(&link))).await;
        assert_eq!(quote.body["totals"]["total"], 3750, "{}", quote.body);

        let mut start = cart_of(&link);
        start["pages"] = json!("shop");
        let started: StartedCheckout =
            buyer.sends(Method::POST, "/api/shops/demo/checkouts", None, Some(&start)).await.read();
        let purchase = buyer.chooses(started).await;
        buyer.pays(&purchase).await;
        let number = buyer.completes(&purchase).await.order_number.expect("an order").to_string();
        let new = operator.sees(&number, "与信OK", |row| row.icon == Some(StatusIcon::Authorized)).await;
        let (old, new) = (operator.detail(id).await, operator.detail(new.id.as_str()).await);
        assert_eq!(new.desk.replaces.as_ref().map(|link| &link.number), Some(&old.row.number));
        assert_eq!(old.desk.replaced_by.as_ref().map(|link| &link.number), Some(&new.row.number));

        let again = buyer.sends(Method::POST, "/api/shops/demo/checkouts", None, Some(&start)).await;
        assert_eq!(again.code(), Some(Code::PaymentLinkInvalid), "{}", again.body);
        let version = old.row.version;
        assert_eq!(refused(&operator, id, "payment-link", &json!({ "version": version })).await, Code::NothingToDo);
        shop.ends().await;
    }

    /// R89: a link ends after seven days; a made-up one, and one of another shop, opens nothing; no token is stored.
    async fn r89_a_link_ends_and_cannot_be_guessed(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        let version = done(&operator, id, "cancel", &cancel(row.version)).await.row.version;
        let link: PaymentLinkView =
            crate::desk::acts(&operator, id, "payment-link", &json!({ "version": version })).await.read();
        assert_eq!(quote(&shop, "demo", &cart_of(&link)).await.status, 200);
        assert_eq!(quote(&shop, "other", &cart_of(&link)).await.code(), Some(Code::PaymentLinkInvalid));
        let guess = json!({ "cart": { "signed": "link.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" } });
        assert_eq!(quote(&shop, "demo", &guess).await.code(), Some(Code::PaymentLinkInvalid));
        // A cart signed by the shop's server cannot take the name of another order's cart.
        let exp = shop.app().clock.now().as_second() + 600;
        let line = json!({ "product_id": "coffee", "name": "c", "unit_price": 1, "quantity": 1, "tax_rate": "reduced" });
        let claims = json!({ "iss": "demo", "aud": "noren", "exp": exp, "cart_id": format!("again-{id}"), "lines": [line] });
        let signed = TestShop::signed_cart(&claims, &integration_tests::CART_SECRET);
        assert_eq!(quote(&shop, "demo", &json!({ "cart": { "signed": signed } })).await.code(), Some(Code::SignedCartForged));
        shop.advances(Duration::from_secs(7 * 24 * 3600 + 1));
        assert_eq!(quote(&shop, "demo", &cart_of(&link)).await.code(), Some(Code::PaymentLinkInvalid));
        shop.ends().await;
    }
}
