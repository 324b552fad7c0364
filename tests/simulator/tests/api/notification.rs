//! Notifications as a merchant meets them (reference, section 9).

use crate::Shop;
use crate::client::{Answer, key, yen};
use amazon_pay::notification::{Envelope, Notice, verify};
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::Options;
use std::sync::{Arc, Mutex};

/// A merchant who writes down what arrives and answers as told.
#[derive(Clone, Default)]
struct Merchant {
    arrived: Arc<Mutex<Vec<String>>>,
    status: Arc<Mutex<Option<StatusCode>>>,
}

impl Merchant {
    async fn open() -> (Self, String) {
        let merchant = Self::default();
        let app = Router::new().route("/ipn", post(receive)).with_state(merchant.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/ipn", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (merchant, url)
    }

    fn answer_with(&self, status: StatusCode) {
        *self.status.lock().unwrap() = Some(status);
    }

    /// What has arrived since the last time.
    fn take(&self) -> Vec<Envelope> {
        let arrived = std::mem::take(&mut *self.arrived.lock().unwrap());
        arrived.iter().map(|body| Envelope::parse(body.as_bytes()).unwrap()).collect()
    }
}

async fn receive(State(merchant): State<Merchant>, body: String) -> StatusCode {
    merchant.arrived.lock().unwrap().push(body);
    merchant.status.lock().unwrap().unwrap_or(StatusCode::OK)
}

async fn shop_with_merchant(settings: Value) -> (Shop, Merchant) {
    let (merchant, url) = Merchant::open().await;
    let shop = Shop::open_with(Options::default()).await;
    shop.control.set_notification_url("A1", Some(&url)).await.unwrap();
    shop.control.set(settings).await.unwrap();
    (shop, merchant)
}

fn subjects(envelopes: &[Envelope]) -> Vec<String> {
    envelopes
        .iter()
        .map(|envelope| {
            let message: Value = serde_json::from_str(&envelope.message).unwrap();
            format!("{} {}", message["ObjectType"].as_str().unwrap(), message["ObjectId"].as_str().unwrap())
        })
        .collect()
}

/// R85: both signature versions, checked with the certificate that the simulator serves at the signed address.
#[tokio::test]
async fn r85_a_merchant_can_verify_what_it_is_told() {
    for version in ["1", "2"] {
        let (shop, merchant) = shop_with_merchant(json!({ "snsSignatureVersion": version })).await;
        let (permission, charge) = shop.authorized(1000).await;
        shop.control.flush_notifications().await.unwrap();
        let arrived = merchant.take();
        assert_eq!(
            subjects(&arrived),
            [format!("CHARGE {charge}"), format!("CHARGE_PERMISSION {permission}")]
        );
        for envelope in arrived {
            let address = &envelope.signing_cert_url;
            assert!(address.starts_with(shop.simulator.base_url()) && address.ends_with(".pem"), "{address}");
            let certificate = shop.http.get(address).send().await.unwrap().text().await.unwrap();
            assert!(verify(&envelope, &certificate).is_ok(), "version {version}");
            let notice: Notice = envelope.notice().unwrap();
            assert_eq!(notice.charge_permission_id.as_ref().map(|id| id.as_str()), Some(permission.as_str()));
        }
    }
}

#[tokio::test]
async fn what_an_answer_has_told_can_be_left_out() {
    let (shop, merchant) = shop_with_merchant(json!({ "synchronousNotifications": false })).await;
    let done = shop.buy(json!({}), "Authorize", 1000, "0701", true).await;
    shop.control.flush_notifications().await.unwrap();
    assert!(merchant.take().is_empty());
    shop.advance(SignedDuration::from_secs(30)).await;
    shop.control.flush_notifications().await.unwrap();
    let arrived = subjects(&merchant.take());
    assert!(arrived.contains(&format!("CHARGE {}", done.text("/chargeId"))), "{arrived:?}");
}

#[tokio::test]
async fn held_notifications_come_in_the_wrong_order_and_twice_when_told_so() {
    let (shop, merchant) =
        shop_with_merchant(json!({ "holdNotifications": true, "notificationCopies": 2 })).await;
    let (permission, charge) = shop.authorized(1000).await;
    shop.control.flush_notifications().await.unwrap();
    assert!(merchant.take().is_empty());
    shop.control.release_notifications(true).await.unwrap();
    let arrived = merchant.take();
    let (charge, permission) = (format!("CHARGE {charge}"), format!("CHARGE_PERMISSION {permission}"));
    assert_eq!(subjects(&arrived), [permission.clone(), permission, charge.clone(), charge]);
    assert_eq!(arrived[0].message_id, arrived[1].message_id, "a duplicate is the same message");
    assert_ne!(arrived[1].message_id, arrived[2].message_id);
}

#[tokio::test]
async fn delayed_notifications_wait_for_their_time() {
    let (shop, merchant) = shop_with_merchant(json!({ "notificationDelayMs": 5000 })).await;
    shop.authorized(1000).await;
    assert_eq!(shop.control.flush_notifications().await.unwrap(), 2);
    assert!(merchant.take().is_empty());
    shop.advance(SignedDuration::from_secs(5)).await;
    assert_eq!(shop.control.flush_notifications().await.unwrap(), 0);
    assert_eq!(merchant.take().len(), 2);
}

#[tokio::test]
async fn a_merchant_that_fails_is_told_three_more_times_hourly_and_one_that_refuses_is_not() {
    let (shop, merchant) = shop_with_merchant(json!({})).await;
    merchant.answer_with(StatusCode::SERVICE_UNAVAILABLE);
    let notification = json!({ "merchantId": "A1", "objectType": "CHARGE", "objectId": "S03-1" });
    shop.control.post("notifications", notification.clone()).await.unwrap();
    for attempt in 1..=5 {
        assert_eq!(merchant.take().len(), usize::from(attempt <= 4), "attempt {attempt}");
        shop.advance(SignedDuration::from_hours(1)).await;
        shop.control.flush_notifications().await.unwrap();
    }
    assert_eq!(shop.control.notifications().await.unwrap()[0]["state"], "givenUp");
    merchant.answer_with(StatusCode::BAD_REQUEST);
    shop.control.post("notifications", notification).await.unwrap();
    merchant.take();
    shop.advance(SignedDuration::from_hours(1)).await;
    assert_eq!(shop.control.flush_notifications().await.unwrap(), 0);
    assert!(merchant.take().is_empty());
}

#[tokio::test]
async fn a_forged_notification_can_be_ordered() {
    let (shop, merchant) = shop_with_merchant(json!({})).await;
    let forged = json!({ "merchantId": "A1", "objectType": "CHARGE", "objectId": "S03-1", "forged": true });
    shop.control.post("notifications", forged).await.unwrap();
    let arrived = merchant.take();
    let certificate = format!("{}/sns/cert.pem", shop.simulator.base_url());
    let certificate = shop.http.get(certificate).send().await.unwrap().text().await.unwrap();
    assert!(verify(&arrived[0], &certificate).is_err());
}

#[tokio::test]
async fn refunds_disputes_and_new_cards_are_told_too() {
    let (shop, merchant) = shop_with_merchant(json!({ "synchronousNotifications": false })).await;
    let (_, charge) = shop.authorized(1000).await;
    shop.capture(&charge, 1000).await;
    let refund: Answer = shop.refund(&charge, 10).await;
    shop.control.decide_refund(refund.text("/refundId"), Some("AmazonRejected")).await.unwrap();
    shop.control.dispute(&charge).await.unwrap();
    let subscription = shop.subscription().await;
    shop.control.change_card(&subscription, "4444").await.unwrap();
    shop.control.flush_notifications().await.unwrap();
    let arrived = merchant.take();
    let expected = [
        format!("REFUND {}", refund.text("/refundId")),
        format!("CHARGEBACK {charge}"),
        format!("CHARGE_PERMISSION {subscription}"),
    ];
    assert_eq!(subjects(&arrived), expected);
    assert!(arrived[2].message.contains("ATTRIBUTE_CHANGE"));
}

#[tokio::test]
async fn every_merchant_hears_only_of_its_own() {
    let (merchant, url) = Merchant::open().await;
    let shop = Shop::open().await;
    shop.control
        .add_key(&simulator::MerchantKey { notification_url: Some(url), ..key("SANDBOX-THIRD", "A3") })
        .await
        .unwrap();
    shop.authorized(1000).await;
    shop.control.flush_notifications().await.unwrap();
    assert!(merchant.take().is_empty());
    let mut created =
        shop.request("POST", "/v2/charges", json!({ "chargePermissionId": "S03-1", "chargeAmount": yen(1) }));
    created.key_id = "SANDBOX-THIRD".into();
    assert_eq!(shop.send(created).await.status, 404, "the new key is known");
}
