//! What an address change needs besides the form: postal codes, an address chosen from Amazon, kana that stay.

use crate::by_hand::eventually_later;
use crate::my_page::{LIST, does, lists, shop_id, signs_in, subscribes, typed};
use crate::sign_in::STATE;
use crate::subscription_checkout::goes_to_review;
use backend::store::orders::{self, Order};
use integration_tests::{TestShop, eventually, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::Code;
use shared::order::OrderOrigin;
use std::time::Duration;

async fn of_code(shop: &TestShop, code: &str) -> Value {
    let path = format!("/api/shops/demo/postal-codes/{code}");
    let answer = shop.buyer().sends(Method::GET, &path, None, None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["places"].clone()
}

/// Goes to Amazon with the button and chooses there; the session that comes back.
async fn chooses(shop: &TestShop, token: &str, name: &str, address: usize) -> String {
    let body = json!({ "state": STATE, "pages": "hosted" });
    let started = does(shop, token, "address/amazon", body).await;
    assert_eq!(started.status, 200, "{}", started.body);
    let button = &started.body["button"];
    let posted = json!({
        "payloadJSON": button["payload_json"], "signature": button["signature"], "algorithm": button["algorithm"],
        "publicKeyId": button["public_key_id"], "merchantId": started.body["view"]["merchant_id"], "productType": "PayAndShip",
    });
    let initiated = shop.control.initiate(posted).await.unwrap();
    let session = initiated["checkoutSessionId"].as_str().unwrap().to_owned();
    let back = shop.control.choose(&session, name, address, "1111").await.unwrap();
    assert!(back.contains("/pay/demo/mypage?lang=ja&noren_state=") && back.contains(STATE), "{back}");
    session
}

on_both_databases! {
    /// R21: a postal code tells its places; one that Japan Post does not list tells none and is no error.
    async fn a_postal_code_tells_its_places(database) {
        let shop = TestShop::on(database).await;
        assert_eq!(of_code(&shop, "1000001").await, json!([{ "prefecture": 13, "city": "千代田区", "towns": ["千代田"] }]));
        assert_eq!(of_code(&shop, "1000000").await[0]["towns"], json!([]));
        assert!(of_code(&shop, "4520961").await[0]["towns"].as_array().unwrap().len() > 50);
        for none in ["1008111", "abc", "100-0001"] {
            assert_eq!(of_code(&shop, none).await, json!([]), "{none}");
        }
        let url = format!("{}/api/shops/demo/postal-codes/1000001", shop.public_url());
        let answer = shop.http.get(&url).header("origin", integration_tests::SHOP_ORIGIN).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "private, max-age=86400");
        let foreign = shop.http.get(&url).header("origin", "http://evil.localhost:9").send().await.unwrap();
        assert_eq!(foreign.status(), 403);
        shop.ends().await;
    }

    /// R21, R22: an address chosen from Amazon goes through the same preview; nothing is charged and the session is left
    /// open. A session of another account, or one that is over, gives no address.
    async fn an_address_chosen_from_amazon_is_taken_over(database) {
        let shop = TestShop::on(database).await;
        subscribes(&shop).await;
        let token = signs_in(&shop, "hanako").await;
        let taro = signs_in(&shop, "taro").await;
        let charges = shop.control.charges().await.unwrap().len();
        let session = chooses(&shop, &token, "hanako", 2).await;
        let body = json!({ "version": 1, "amazon_checkout_session_id": session });
        let preview = does(&shop, &token, "address/preview", body.clone()).await;
        assert_eq!(preview.body["errors"], json!([]), "{}", preview.body);
        assert!(preview.body["address"]["lines"].to_string().contains("大阪市北区"), "{}", preview.body);
        assert_eq!(lists(&shop, &token).await["subscriptions"][0]["address_source"], "checkout");

        let foreign = chooses(&shop, &token, "taro", 0).await;
        for (session, what) in [(foreign.as_str(), "another account"), ("2f1c7d52-6b0e-4c1e-9d1f-3a5f0c9e7b11", "unknown")] {
            let body = json!({ "version": 1, "amazon_checkout_session_id": session });
            for path in ["address/preview", "address"] {
                let answer = does(&shop, &token, path, body.clone()).await;
                assert_eq!(answer.code(), Some(Code::AddressNotFromAmazon), "{what} {path}");
            }
        }
        for body in [json!({ "version": 1 }), json!({ "version": 1, "address": typed(), "amazon_checkout_session_id": session })] {
            assert_eq!(does(&shop, &token, "address", body).await.code(), Some(Code::AddressInvalid));
        }
        let begin = json!({ "state": STATE });
        assert_eq!(does(&shop, &taro, "address/amazon", begin.clone()).await.code(), Some(Code::NotFound));
        assert_eq!(does(&shop, &token, "address/amazon", json!({ "state": "short" })).await.code(), Some(Code::BadRequest));

        let changed = does(&shop, &token, "address", body.clone()).await;
        assert_eq!(changed.body["reached"], preview.body["reached"], "{}", changed.body);
        let one = lists(&shop, &token).await["subscriptions"][0].clone();
        assert_eq!(one["address_source"], "amazon");
        assert!(one["address"]["lines"].to_string().contains("大阪市北区"), "{one}");
        assert_eq!(does(&shop, &token, "address", body).await.code(), Some(Code::SubscriptionChanged), "the other tab");
        assert_eq!(shop.control.charges().await.unwrap().len(), charges, "nothing is charged for an address");
        let sessions = shop.control.sessions().await.unwrap();
        let left = sessions.iter().find(|found| found.to_string().contains(&session)).unwrap();
        assert_eq!(left["statusDetails"]["state"], "Open", "{left}");
        shop.ends().await;
    }

    /// R44, R45: kana typed on my page stand in the address and in the orders of later renewals.
    async fn kana_typed_on_my_page_go_with_later_renewals(database) {
        let mut shop = TestShop::on(database).await;
        let cart = json!({ "product": "coffee-club", "quantity": 1, "cycle": { "unit": "week", "every": 2 } });
        let purchase = goes_to_review(&shop.buyer(), &json!({ "subscription": cart })).await;
        shop.buyer().pays(&purchase).await;
        shop.buyer().completes(&purchase).await;
        let token = signs_in(&shop, "hanako").await;
        let one = eventually("the subscription", async || lists(&shop, &token).await["subscriptions"].get(0).cloned()).await;
        // R20: the first delivery is being prepared; it is not the next one that may be changed.
        assert_eq!(one["ordered"].as_array().unwrap().len(), 1, "{one}");
        assert!(one["ordered"][0]["date"].as_str() < one["upcoming"][0]["date"].as_str(), "{one}");
        let path = format!("{LIST}/{}/address", one["id"].as_str().unwrap());
        let body = json!({ "version": one["version"], "address": typed() });
        let changed = shop.buyer().sends(Method::POST, &path, Some(&token), Some(&body)).await;
        assert_eq!(changed.body["address"]["person"]["family_kana"], "シケン", "{}", changed.body);
        assert_eq!(lists(&shop, &token).await["subscriptions"][0]["address"]["person"]["given_kana"], "ジロウ");
        shop.advances(Duration::from_secs(30 * 86_400));
        let renewal: Order = eventually("the renewal's order", async || {
            let reader = shop.app().store.reader().await.ok()?;
            let all = orders::page(&reader, &shop_id(), None, 9).await.ok()?;
            all.into_iter().find(|order| order.origin == OrderOrigin::Renewal)
        })
        .await;
        let name = renewal.desk.identity.delivery;
        assert_eq!((name.family.as_str(), name.family_kana.as_str(), name.given_kana.as_str()), ("試験", "シケン", "ジロウ"));
        // Amazon decides on the renewal's charge.
        eventually_later(&mut shop, "it is decided", Duration::from_secs(40), async |shop| {
            let waiting = "select count(*) as n from orders where payment_state = 'authorization_pending'";
            (shop.count(waiting).await == 0).then_some(())
        })
        .await;
        shop.ends().await;
    }
}
