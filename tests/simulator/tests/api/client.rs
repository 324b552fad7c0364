//! A shop of the tests: one simulator with a manual clock, one key, signed calls.

use amazon_pay::signing::{Algorithm, SigningKey, canonical_request, sign_button, string_to_sign};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use simulator::control::Control;
use simulator::{Clock, MerchantKey, Options, Simulator};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

pub const KEY_ID: &str = "SANDBOX-TESTKEY";
pub const STORE: &str = "amzn1.application-oa2-client.test";

/// The shop's key; making one takes a moment, so all tests share it.
pub static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap().key);

pub struct Shop {
    pub simulator: Simulator,
    pub control: Control,
    pub http: reqwest::Client,

    pub key_count: AtomicU32,
}

/// Status and body of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    pub fn code(&self) -> (u16, &str) {
        (self.status, self.text("/reasonCode"))
    }

    pub fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    pub fn state(&self) -> &str {
        self.text("/statusDetails/state")
    }

    pub fn reason(&self) -> &str {
        self.text("/statusDetails/reasonCode")
    }
}

/// One call, before it is signed.
#[derive(Clone)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub query: String,
    pub body: String,
    pub headers: HeaderMap,
    pub key_id: String,
    pub algorithm: Algorithm,
}

impl Request {
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        self
    }

    pub fn simulate(self, code: &str) -> Self {
        self.header("x-amz-pay-simulation-code", code)
    }
}

pub fn yen(amount: i64) -> Value {
    json!({ "amount": amount.to_string(), "currencyCode": "JPY" })
}

pub fn key(public_key_id: &str, merchant: &str) -> MerchantKey {
    MerchantKey {
        public_key_id: public_key_id.to_owned(),
        public_key_pem: KEY.public_key_pem(),
        merchant_id: merchant.to_owned(),
        store_id: STORE.to_owned(),
        notification_url: None,
    }
}

impl Shop {
    pub async fn open() -> Self {
        Self::open_with(Options::default()).await
    }

    pub async fn open_with(options: Options) -> Self {
        let clock = Clock::manual("2026-11-24T03:04:05Z".parse::<Timestamp>().unwrap());
        let keys = vec![key(KEY_ID, "A1"), key("LIVE-TESTKEY", "A1"), key("SANDBOX-OTHER", "A2")];
        let simulator = Simulator::start(Options { clock, keys, ..options }).await.unwrap();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { control: simulator.control(), simulator, http, key_count: AtomicU32::new(0) }
    }

    pub fn request(&self, method: &'static str, path: &str, body: Value) -> Request {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("accept", "application/json"),
            ("content-type", "application/json"),
            ("x-amz-pay-date", "20261124T030405Z"),
            ("x-amz-pay-host", "pay-api.amazon.jp"),
            ("x-amz-pay-region", "JP"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if method == "POST" {
            let key = format!("key{}", self.key_count.fetch_add(1, Ordering::SeqCst));
            headers.insert("x-amz-pay-idempotency-key", HeaderValue::from_str(&key).unwrap());
        }
        Request {
            method,
            path: path.to_owned(),
            query: String::new(),
            body: if body.is_null() { String::new() } else { body.to_string() },
            headers,
            key_id: KEY_ID.to_owned(),
            algorithm: Algorithm::PssV2,
        }
    }

    /// Signs and sends.
    pub async fn send(&self, request: Request) -> Answer {
        let names: Vec<&str> = request.headers.keys().map(HeaderName::as_str).collect();
        let signed = names.join(";");
        self.send_signed(request, &signed).await
    }

    pub async fn send_signed(&self, request: Request, signed: &str) -> Answer {
        let Request { method, path, query, body, headers, key_id, algorithm } = request;
        let canonical = canonical_request(method, &path, &query, &headers, signed, body.as_bytes());
        let signature = KEY.sign(algorithm, string_to_sign(algorithm, &canonical).as_bytes());
        let authorization = format!(
            "{} PublicKeyId={key_id}, SignedHeaders={signed}, Signature={signature}",
            algorithm.name()
        );
        self.send_raw(method, &path, &query, body, headers, Some(&authorization)).await.unwrap()
    }

    pub async fn send_raw(
        &self,
        method: &str,
        path: &str,
        query: &str,
        body: String,
        headers: HeaderMap,
        authorization: Option<&str>,
    ) -> Result<Answer, reqwest::Error> {
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        let url = format!("{}{path}{query}", self.simulator.base_url());
        let mut request = self.http.request(method.parse().unwrap(), url).headers(headers).body(body);
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let answer = request.send().await?;
        assert!(answer.headers().contains_key("x-amz-pay-request-id"), "every answer has a request id");
        Ok(Answer { status: answer.status().as_u16(), body: answer.json().await? })
    }

    pub async fn call(&self, method: &'static str, path: &str, body: Value) -> Answer {
        self.send(self.request(method, path, body)).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, Value::Null).await
    }

    /// The button's payload for a review page, with more members.
    pub fn payload(&self, more: Value) -> Value {
        let mut payload = json!({
            "webCheckoutDetails": { "checkoutReviewReturnUrl": "https://shop.example.jp/review?checkout=c1" },
            "storeId": STORE,
        });
        merge(&mut payload, more);
        payload
    }

    /// Clicks the button; gives the session's id.
    pub async fn click(&self, payload: Value, product_type: &str) -> String {
        let payload = payload.to_string();
        let posted = json!({
            "payloadJSON": payload,
            "signature": sign_button(&KEY, Algorithm::PssV2, &payload),
            "algorithm": Algorithm::PssV2.name(),
            "publicKeyId": KEY_ID,
            "merchantId": "A1",
            "ledgerCurrency": "JPY",
            "productType": product_type,
        });
        let started = self.control.initiate(posted).await.unwrap();
        started["checkoutSessionId"].as_str().unwrap().to_owned()
    }

    /// A session with a buyer, an intent and an amount, ready for the buyer to pay.
    pub async fn ready(&self, more: Value, intent: &str, amount: i64, card: &str, pending: bool) -> String {
        let id = self.click(self.payload(more), "PayAndShip").await;
        self.control.choose(&id, "hanako", 0, card).await.unwrap();
        let update = json!({
            "webCheckoutDetails": { "checkoutResultReturnUrl": "https://shop.example.jp/result" },
            "paymentDetails": {
                "paymentIntent": intent, "chargeAmount": yen(amount), "canHandlePendingAuthorization": pending,
            },
        });
        let updated = self.call("PATCH", &format!("/v2/checkoutSessions/{id}"), update).await;
        assert_eq!(updated.status, 200, "{updated:?}");
        assert_eq!(updated.body["constraints"], json!([]));
        id
    }

    /// Buys for `amount`; gives the Complete answer.
    pub async fn buy(&self, more: Value, intent: &str, amount: i64, card: &str, pending: bool) -> Answer {
        let id = self.ready(more, intent, amount, card, pending).await;
        self.control.pay(&id).await.unwrap();
        self.complete(&id, amount).await
    }

    pub async fn complete(&self, id: &str, amount: i64) -> Answer {
        let path = format!("/v2/checkoutSessions/{id}/complete");
        self.call("POST", &path, json!({ "chargeAmount": yen(amount) })).await
    }

    /// An authorized one-time charge: permission and charge.
    pub async fn authorized(&self, amount: i64) -> (String, String) {
        let done = self.buy(json!({}), "Authorize", amount, "1111", false).await;
        assert_eq!(done.status, 200, "{done:?}");
        (done.text("/chargePermissionId").to_owned(), done.text("/chargeId").to_owned())
    }

    /// A recurring permission, nothing charged yet.
    pub async fn subscription(&self) -> String {
        let recurring = json!({
            "chargePermissionType": "Recurring",
            "recurringMetadata": { "frequency": { "unit": "Month", "value": "1" }, "amount": null },
        });
        let done = self.buy(recurring, "Confirm", 3980, "1111", false).await;
        assert_eq!((done.status, done.body["chargeId"].is_null()), (200, true), "{done:?}");
        done.text("/chargePermissionId").to_owned()
    }

    pub async fn charge(&self, permission: &str, amount: i64) -> Answer {
        self.call(
            "POST",
            "/v2/charges",
            json!({ "chargePermissionId": permission, "chargeAmount": yen(amount) }),
        )
        .await
    }

    pub async fn capture(&self, charge: &str, amount: i64) -> Answer {
        self.call("POST", &format!("/v2/charges/{charge}/capture"), json!({ "captureAmount": yen(amount) }))
            .await
    }

    pub async fn refund(&self, charge: &str, amount: i64) -> Answer {
        self.call("POST", "/v2/refunds", json!({ "chargeId": charge, "refundAmount": yen(amount) })).await
    }

    pub async fn advance(&self, by: SignedDuration) {
        self.control.advance(by).await.unwrap();
    }

    pub async fn days(&self, days: i64) {
        self.advance(SignedDuration::from_hours(24 * days)).await;
    }
}

fn merge(into: &mut Value, more: Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (name, value) in more {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, more) => *into = more,
    }
}
