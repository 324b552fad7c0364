//! From the button to Complete (reference, sections 4 and 5.2).

use crate::Shop;
use crate::client::{STORE, yen};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// R85: the whole way on signed requests, with the answers in the order and fullness of real ones.
#[tokio::test]
async fn r85_a_purchase_goes_from_the_button_to_a_captured_charge() {
    let shop = Shop::open().await;
    let id = shop.click(shop.payload(json!({})), "PayAndShip").await;
    let path = format!("/v2/checkoutSessions/{id}");
    let fresh = shop.get(&path).await;
    let constraints: Vec<&str> = fresh.body["constraints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|constraint| constraint["constraintId"].as_str().unwrap())
        .collect();
    assert_eq!(
        constraints,
        ["BuyerNotAssociated", "ChargeAmountNotSet", "CheckoutResultReturnUrlNotSet", "PaymentIntentNotSet"]
    );
    assert_eq!(fresh.body["paymentPreferences"], json!([null]));
    assert!(fresh.body["webCheckoutDetails"]["amazonPayRedirectUrl"].is_null());
    let back = shop.control.choose(&id, "hanako", 0, "1111").await.unwrap();
    assert_eq!(back, format!("https://shop.example.jp/review?checkout=c1&amazonCheckoutSessionId={id}"));
    let chosen = shop.get(&path).await;
    assert_eq!(chosen.text("/shippingAddress/stateOrRegion"), "東京都");
    assert_eq!(chosen.text("/paymentPreferences/0/paymentDescriptor"), "Visa ****1111 (Amazon Pay)");
    let update = json!({
        "webCheckoutDetails": { "checkoutResultReturnUrl": "https://shop.example.jp/result" },
        "paymentDetails": { "paymentIntent": "Authorize", "chargeAmount": yen(3980) },
        "merchantMetadata": { "merchantReferenceId": "order-1" },
    });
    let updated = shop.call("PATCH", &path, update).await;
    assert_eq!(updated.body["constraints"], json!([]));
    let redirect = updated.text("/webCheckoutDetails/amazonPayRedirectUrl");
    assert!(redirect.starts_with(shop.simulator.base_url()), "{redirect}");
    assert_eq!(shop.complete(&id, 3980).await.code(), (422, "InvalidCheckoutSessionStatus"), "not paid yet");
    let back = shop.control.pay(&id).await.unwrap();
    assert_eq!(back, format!("https://shop.example.jp/result?amazonCheckoutSessionId={id}"));
    assert_eq!(shop.complete(&id, 3979).await.code(), (409, "AmountMismatch"));
    let done = shop.complete(&id, 3980).await;
    assert_eq!((done.status, done.state()), (200, "Completed"));
    assert!(done.body["buyer"].is_null() && done.body["webCheckoutDetails"].is_null());
    let (permission, charge) = (done.text("/chargePermissionId"), done.text("/chargeId"));
    assert!(permission.starts_with("S03-") && charge.starts_with(permission), "{permission} {charge}");
    assert_eq!(shop.complete(&id, 3980).await.code(), (422, "InvalidCheckoutSessionStatus"));
    let captured = shop.capture(charge, 3980).await;
    assert_eq!((captured.status, captured.state()), (200, "Captured"));
    assert_eq!(captured.body["captureAmount"], yen(3980));
    let closed = shop.get(&format!("/v2/chargePermissions/{permission}")).await;
    assert_eq!(closed.state(), "Closed");
    assert_eq!(closed.text("/statusDetails/reasons/0/reasonCode"), "AmazonClosed");
    assert_eq!(closed.text("/shippingAddress/addressLine1"), "千代田区見本町1-2-3");
}

#[tokio::test]
async fn a_session_has_the_members_and_the_order_of_real_answers() {
    let shop = Shop::open().await;
    let created = shop.call("POST", "/v2/checkoutSessions", shop.payload(json!({}))).await;
    assert_eq!(created.status, 201);
    let keys: Vec<&String> = created.body.as_object().unwrap().keys().collect();
    let expected = "checkoutSessionId webCheckoutDetails productType paymentDetails chargePermissionType orderType \
        recurringMetadata paymentMethodOnFileMetadata merchantDetails merchantMetadata supplementaryData buyer \
        billingAddress paymentPreferences statusDetails shippingAddress platformId chargePermissionId chargeId \
        constraints creationTimestamp expirationTimestamp storeId providerMetadata releaseEnvironment \
        checkoutButtonText deliverySpecifications tokens";
    assert_eq!(keys, expected.split_whitespace().collect::<Vec<_>>());
    assert_eq!(created.body["expirationTimestamp"], "20261125T030405Z");
}

/// R9, R62: ¥0, decimals, unknown members and foreign stores are refused, nothing is stored.
#[tokio::test]
async fn r9_r62_what_a_session_may_not_hold_is_refused() {
    let shop = Shop::open().await;
    for (more, code) in [
        (json!({ "colour": "red" }), "UnrecognizedField"),
        (json!({ "paymentDetails": { "tip": 1 } }), "UnrecognizedField"),
        (json!({ "paymentDetails": { "chargeAmount": yen(0) } }), "InvalidParameterValue"),
        (
            json!({ "paymentDetails": { "chargeAmount": { "amount": "1.5", "currencyCode": "JPY" } } }),
            "InvalidParameterValue",
        ),
        (json!({ "paymentDetails": { "chargeAmount": yen(10_000_001) } }), "InvalidParameterValue"),
        (
            json!({ "paymentDetails": { "chargeAmount": { "amount": "1", "currencyCode": "USD" } } }),
            "CurrencyMismatch",
        ),
        (json!({ "storeId": "amzn1.application-oa2-client.foreign" }), "InvalidParameterValue"),
        (
            json!({ "webCheckoutDetails": { "checkoutReviewReturnUrl": "http://shop.example.jp/" } }),
            "InvalidParameterValue",
        ),
        (json!({ "scopes": ["shoeSize"] }), "InvalidParameterValue"),
        (
            json!({ "paymentDetails": { "paymentIntent": "AuthorizeWithCapture", "canHandlePendingAuthorization": true } }),
            "InvalidParameterCombination",
        ),
        (json!({ "merchantMetadata": { "merchantStoreName": "あ".repeat(51) } }), "InvalidParameterValue"),
    ] {
        let answer = shop.call("POST", "/v2/checkoutSessions", shop.payload(more.clone())).await;
        assert_eq!(answer.code(), (400, code), "{more}");
    }
    let missing = shop.call("POST", "/v2/checkoutSessions", json!({ "storeId": STORE })).await;
    assert_eq!(missing.code(), (400, "MissingParameterValue"));
    assert!(shop.control.sessions().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_cards_decide_how_a_session_ends() {
    let shop = Shop::open().await;
    for (card, reason) in
        [("3434", "Declined"), ("3064", "BuyerCanceled"), ("0701", "Declined"), ("4354", "Declined")]
    {
        let id = shop.ready(json!({}), "Authorize", 1000, card, false).await;
        let back = shop.control.pay(&id).await.unwrap();
        assert!(back.starts_with("https://shop.example.jp/result?amazonCheckoutSessionId="), "{back}");
        assert_eq!(shop.complete(&id, 1000).await.code(), (422, "CheckoutSessionCanceled"), "{card}");
        let session = shop.get(&format!("/v2/checkoutSessions/{id}")).await;
        assert_eq!((session.state(), session.reason()), ("Canceled", reason), "{card}");
        assert!(session.body["buyer"].is_null());
    }
    assert!(shop.control.permissions().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_pending_authorization_is_decided_after_thirty_seconds() {
    let shop = Shop::open().await;
    for (card, state, reason, permission_state) in
        [("0701", "Authorized", "", "Chargeable"), ("4354", "Declined", "HardDeclined", "NonChargeable")]
    {
        let done = shop.buy(json!({}), "Authorize", 1000, card, true).await;
        assert_eq!((done.status, done.state()), (202, "Completed"), "{card}");
        let charge = format!("/v2/charges/{}", done.text("/chargeId"));
        let permission = format!("/v2/chargePermissions/{}", done.text("/chargePermissionId"));
        shop.advance(SignedDuration::from_millis(29_999)).await;
        assert_eq!(shop.get(&charge).await.state(), "AuthorizationInitiated");
        let waiting = shop.get(&permission).await;
        assert_eq!(waiting.state(), "NonChargeable", "a charge without room is in progress");
        assert_eq!(waiting.text("/statusDetails/reasons/0/reasonCode"), "ChargeInProgress");
        shop.advance(SignedDuration::from_millis(1)).await;
        let decided = shop.get(&charge).await;
        assert_eq!((decided.state(), decided.reason()), (state, reason), "{card}");
        assert_eq!(shop.get(&permission).await.state(), permission_state, "{card}");
    }
}

#[tokio::test]
async fn a_session_ends_after_a_day_and_is_forgotten_after_thirty_more() {
    let shop = Shop::open().await;
    let id = shop.ready(json!({}), "Authorize", 1000, "1111", false).await;
    shop.control.pay(&id).await.unwrap();
    shop.days(1).await;
    let session = shop.get(&format!("/v2/checkoutSessions/{id}")).await;
    assert_eq!((session.state(), session.reason()), ("Canceled", "Expired"));
    assert_eq!(shop.complete(&id, 1000).await.code(), (422, "CheckoutSessionCanceled"));
    shop.days(30).await;
    assert_eq!(shop.get(&format!("/v2/checkoutSessions/{id}")).await.code(), (404, "ResourceNotFound"));
}

#[tokio::test]
async fn a_session_cannot_be_changed_once_the_buyer_has_paid() {
    let shop = Shop::open().await;
    let id = shop.ready(json!({}), "Authorize", 1000, "1111", false).await;
    shop.control.pay(&id).await.unwrap();
    let cheaper = json!({ "paymentDetails": { "chargeAmount": yen(1) } });
    let refused = shop.call("PATCH", &format!("/v2/checkoutSessions/{id}"), cheaper).await;
    assert_eq!(refused.code(), (422, "InvalidCheckoutSessionStatus"));
    assert!(shop.control.choose(&id, "taro", 1, "3434").await.is_err());
}

#[tokio::test]
async fn a_changed_payload_is_refused_at_the_door() {
    let shop = Shop::open().await;
    let payload = shop.payload(json!({})).to_string();
    let signature = amazon_pay::signing::sign_button(
        &crate::client::KEY,
        amazon_pay::signing::Algorithm::PssV2,
        &payload,
    );
    let form = |payload: &str, algorithm: &str| {
        vec![
            ("payloadJSON", payload.to_owned()),
            ("signature", signature.clone()),
            ("algorithm", algorithm.to_owned()),
            ("publicKeyId", crate::client::KEY_ID.to_owned()),
            ("merchantId", "A1".to_owned()),
            ("ledgerCurrency", "JPY".to_owned()),
        ]
    };
    let url = format!("{}/checkout/initiate", shop.simulator.base_url());
    let v2 = "AMZN-PAY-RSASSA-PSS-V2";
    let tampered = payload.replace("c1", "c2");
    for (payload, algorithm, status) in
        [(&tampered, v2, 403), (&payload, "AMZN-PAY-RSASSA-PSS", 403), (&payload, v2, 303)]
    {
        let answer = post_form(&shop.http, &url, &form(payload, algorithm)).await;
        assert_eq!(answer.status().as_u16(), status);
    }
    assert_eq!(shop.control.sessions().await.unwrap().len(), 1);
}

/// Posts a form as a browser does.
pub async fn post_form(http: &reqwest::Client, url: &str, fields: &[(&str, String)]) -> reqwest::Response {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let body: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    let kind = ("content-type", "application/x-www-form-urlencoded");
    http.post(url).header(kind.0, kind.1).body(body.join("&")).send().await.unwrap()
}

#[tokio::test]
async fn process_order_goes_straight_to_the_result_page() {
    let shop = Shop::open().await;
    let details = json!({
        "webCheckoutDetails": {
            "checkoutReviewReturnUrl": null,
            "checkoutResultReturnUrl": "https://shop.example.jp/result",
            "checkoutMode": "ProcessOrder",
        },
        "paymentDetails": { "paymentIntent": "AuthorizeWithCapture", "chargeAmount": yen(500) },
        "addressDetails": {
            "name": "%E8%A9%A6%E9%A8%93", "addressLine1": "見本町1", "stateOrRegion": "東京都",
            "postalCode": "100-0001", "countryCode": "jp", "phoneNumber": "0312345678",
        },
    });
    let id = shop.click(shop.payload(details), "PayAndShip").await;
    shop.control.choose(&id, "hanako", 0, "4444").await.unwrap();
    let session = shop.get(&format!("/v2/checkoutSessions/{id}")).await;
    assert_eq!(session.text("/shippingAddress/name"), "試験", "the address typed in the shop stays");
    shop.control.pay(&id).await.unwrap();
    let done = shop.complete(&id, 500).await;
    let charge = shop.get(&format!("/v2/charges/{}", done.text("/chargeId"))).await;
    assert_eq!(charge.state(), "Captured");
}

#[tokio::test]
async fn a_sign_in_tells_only_what_was_asked() {
    let shop = Shop::open().await;
    let payload = json!({
        "signInReturnUrl": "https://shop.example.jp/signed-in?state=1", "storeId": STORE,
        "signInScopes": ["name", "postalCode"],
    })
    .to_string();
    let posted = json!({
        "payloadJSON": payload,
        "signature": amazon_pay::signing::sign_button(&crate::client::KEY, amazon_pay::signing::Algorithm::Pss, &payload),
        "algorithm": "AMZN-PAY-RSASSA-PSS", "publicKeyId": crate::client::KEY_ID, "productType": "SignIn",
    });
    let started = shop.control.initiate(posted).await.unwrap();
    let back = shop.control.sign_in(started["signInId"].as_str().unwrap(), "hanako").await.unwrap();
    let token = back.strip_prefix("https://shop.example.jp/signed-in?state=1&buyerToken=").unwrap();
    let buyer = shop.get(&format!("/v2/buyers/{token}")).await;
    assert_eq!(
        (buyer.status, buyer.text("/name"), buyer.text("/postalCode")),
        (200, "試験 花子", "100-0001")
    );
    assert_eq!(buyer.body["email"], Value::Null);
    assert_eq!(shop.get("/v2/buyers/unknown").await.code(), (404, "ResourceNotFound"));
}
