//! A buyer signs in with Amazon: once per token, recognised by Amazon's id alone.

use integration_tests::{Answer, TestShop, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{Code, MemberView, Token};
use shared::id::ShopId;
use std::time::Duration;

pub(crate) const STATE: &str = "0123456789abcdefghijkl";

/// Presses the login button and signs in at Amazon; what comes back is the token in the address.
pub(crate) async fn comes_back(shop: &TestShop, name: &str) -> String {
    let body = json!({ "state": STATE });
    let started = shop.buyer().sends(Method::POST, "/api/shops/demo/sign-ins", None, Some(&body)).await;
    assert_eq!(started.status, 200, "{}", started.body);
    let button = &started.body["button"];
    let posted = json!({
        "payloadJSON": button["payload_json"], "signature": button["signature"], "algorithm": button["algorithm"],
        "publicKeyId": button["public_key_id"], "merchantId": started.body["view"]["merchant_id"], "productType": "SignIn",
    });
    let initiated = shop.control.initiate(posted).await.expect("Amazon takes the payload");
    let back = shop.control.sign_in(initiated["signInId"].as_str().unwrap(), name).await.unwrap();
    let back = reqwest::Url::parse(&back).unwrap();
    let query = |wanted: &str| {
        back.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
    };
    assert_eq!(query("noren_state").as_deref(), Some(STATE));
    query("buyerToken").expect("a token")
}

pub(crate) async fn finishes(shop: &TestShop, token: &str, state: &str) -> Answer {
    let body: Value = json!({ "buyer_token": token, "state": state });
    shop.buyer().sends(Method::POST, "/api/shops/demo/sign-ins/finish", None, Some(&body)).await
}

on_both_databases! {
    /// R1, R87: a token of Amazon's is exchanged once; later tries, and made-up tokens, sign nobody in.
    async fn a_token_signs_in_once(database) {
        let shop = TestShop::on(database).await;
        let token = comes_back(&shop, "hanako").await;
        assert_eq!(finishes(&shop, &token, "short").await.code(), Some(Code::BadRequest));
        let member: MemberView = finishes(&shop, &token, STATE).await.read();
        assert!(!member.name.is_empty());
        for wrong in [token.as_str(), "made-up", "", "a b", &"x".repeat(3_000)] {
            let answer = finishes(&shop, wrong, STATE).await;
            assert_eq!(answer.code(), Some(Code::BuyerTokenInvalid), "{wrong:.20}: {}", answer.body);
        }
        assert_eq!(shop.count("select count(*) as n from member").await, 1);
        assert_eq!(shop.count("select count(*) as n from member_session").await, 1);
        shop.ends().await;
    }

    /// R2, R91: the same buyer is the same member; another buyer is another, whatever their mail addresses say.
    async fn a_member_is_recognised_by_amazons_id(database) {
        let shop = TestShop::on(database).await;
        for name in ["hanako", "hanako", "taro", "taro2"] {
            let token = comes_back(&shop, name).await;
            assert_eq!(finishes(&shop, &token, STATE).await.status, 200, "{name}");
        }
        assert_eq!(shop.count("select count(*) as n from member").await, 3);
        assert_eq!(shop.count("select count(*) as n from member_session").await, 4);
        shop.ends().await;
    }

    /// R87: a member's token ends after 30 idle minutes, after 12 hours in any case, and opens one shop only.
    async fn a_members_token_ends(database) {
        let mut shop = TestShop::on(database).await;
        let token = comes_back(&shop, "hanako").await;
        let member: MemberView = finishes(&shop, &token, STATE).await.read();
        let knows = async |shop: &TestShop, id: &str, token: &Token| {
            let id = ShopId::new(id).unwrap();
            let open = backend::service::shops::open(shop.app(), &id).await.unwrap();
            backend::service::sign_in_buyer::signed_in_member(shop.app(), &open, token).await.unwrap().is_some()
        };
        assert!(knows(&shop, "demo", &member.token).await);
        assert!(!knows(&shop, "other", &member.token).await);
        assert!(!knows(&shop, "demo", &Token("x".to_owned())).await);
        let minutes = |n: u64| Duration::from_secs(60 * n);
        for _ in 0..24 {
            shop.advances(minutes(29));
            assert!(knows(&shop, "demo", &member.token).await);
        }
        shop.advances(minutes(25));
        assert!(!knows(&shop, "demo", &member.token).await, "twelve hours and a minute");
        let again: MemberView = finishes(&shop, &comes_back(&shop, "hanako").await, STATE).await.read();
        shop.advances(minutes(30));
        assert!(!knows(&shop, "demo", &again.token).await, "thirty idle minutes");
        shop.ends().await;
    }

    /// R1: while Amazon does not answer nobody is signed in, and nothing is stored but that the token was used.
    async fn without_amazon_nobody_is_signed_in(database) {
        let shop = TestShop::on(database).await;
        let token = comes_back(&shop, "hanako").await;
        shop.control.fail(Some("getBuyer"), simulator::FaultKind::HangUpBefore, 10).await.unwrap();
        let answer = finishes(&shop, &token, STATE).await;
        assert_eq!(answer.code(), Some(Code::AmazonUnavailable), "{}", answer.body);
        shop.control.clear_faults().await.unwrap();
        assert_eq!(finishes(&shop, &token, STATE).await.code(), Some(Code::BuyerTokenInvalid));
        assert_eq!(shop.count("select count(*) as n from member").await, 0);
        shop.ends().await;
    }
}
