//! The simulator against requests and buttons signed by Amazon's own SDK (`tests/fixtures/signing-vectors.json`).

use crate::Shop;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use simulator::MerchantKey;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../fixtures/signing-vectors.json")).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn list<'a>(vectors: &'a Value, name: &str) -> &'a Vec<Value> {
    vectors[name].as_array().unwrap()
}

async fn shop(vectors: &Value) -> Shop {
    let shop = Shop::open().await;
    let pem = vectors["key"]["publicKeySpkiPem"].as_str().unwrap();
    let ids = list(vectors, "requests").iter().map(|request| text(request, "publicKeyId"));
    for id in ids.chain(["SANDBOX-BUTTON"]) {
        let key = MerchantKey {
            public_key_id: id.to_owned(),
            public_key_pem: pem.to_owned(),
            merchant_id: "AVECTOR".to_owned(),
            store_id: "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef".to_owned(),
            notification_url: None,
        };
        shop.control.add_key(&key).await.unwrap();
    }
    shop
}

async fn send(shop: &Shop, request: &Value, body: &str, authorization: &str) -> (u16, String) {
    let mut headers = HeaderMap::new();
    for (name, value) in request["headers"].as_object().unwrap() {
        let name: HeaderName = name.parse().unwrap();
        headers.insert(name, HeaderValue::from_str(value.as_str().unwrap()).unwrap());
    }
    let answer = shop
        .send_raw(
            text(request, "method"),
            text(request, "path"),
            text(request, "query"),
            body.to_owned(),
            headers,
            Some(authorization),
        )
        .await
        .unwrap();
    (answer.status, answer.text("/reasonCode").to_owned())
}

/// R85: every request that the official SDK signed passes the signature check and meets only its content.
#[tokio::test]
async fn r85_requests_signed_by_the_official_sdk_are_believed() {
    let vectors = vectors();
    let shop = shop(&vectors).await;
    for request in list(&vectors, "requests") {
        let authorization = text(request, "exampleAuthorization");
        let (status, code) = send(&shop, request, text(request, "body"), authorization).await;
        let name = text(request, "name");
        assert!(
            status != 403 && code != "MissingHeader" && code != "InvalidHeaderValue",
            "{name}: {status} {code}"
        );
        // One letter of the signature changed.
        let (head, signature) = authorization.rsplit_once("Signature=").unwrap();
        let other = if signature.starts_with('A') { "B" } else { "A" };
        let forged = format!("{head}Signature={other}{}", &signature[1..]);
        let (status, code) = send(&shop, request, text(request, "body"), &forged).await;
        assert_eq!((status, code.as_str()), (403, "InvalidRequestSignature"), "{name}");
    }
}

#[tokio::test]
async fn signatures_that_must_not_verify_are_refused() {
    let vectors = vectors();
    let shop = shop(&vectors).await;
    for negative in list(&vectors, "negative") {
        let base =
            list(&vectors, "requests").iter().find(|request| request["name"] == negative["base"]).unwrap();
        let authorization = format!(
            "{} PublicKeyId={}, SignedHeaders={}, Signature={}",
            text(negative, "algorithm"),
            text(base, "publicKeyId"),
            text(base, "signedHeaders"),
            text(negative, "signature")
        );
        let body = negative["body"].as_str().unwrap_or_else(|| text(base, "body"));
        let (status, code) = send(&shop, base, body, &authorization).await;
        assert_eq!((status, code.as_str()), (403, "InvalidRequestSignature"), "{}", text(negative, "name"));
    }
}

#[tokio::test]
async fn buttons_signed_by_the_official_sdk_begin_a_checkout_or_a_sign_in() {
    let vectors = vectors();
    let shop = shop(&vectors).await;
    for button in list(&vectors, "buttons") {
        let name = text(button, "name");
        let product = match name {
            name if name.starts_with("sign-in") => "SignIn",
            name if name.contains("payonly") => "PayOnly",
            _ => "PayAndShip",
        };
        let posted = json!({
            "payloadJSON": button["payloadJSON"], "signature": button["exampleSignature"],
            "algorithm": button["algorithm"], "publicKeyId": "SANDBOX-BUTTON", "productType": product,
        });
        let started = shop.control.initiate(posted).await;
        assert!(started.is_ok(), "{name}: {started:?}");
    }
}
