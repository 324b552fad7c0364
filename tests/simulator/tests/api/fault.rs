//! Idempotency, and failures on order: what a client must survive (reference, section 8).

use crate::Shop;
use crate::client::{Request, yen};
use serde_json::{Value, json};
use simulator::FaultKind;
use std::sync::Arc;

fn create(shop: &Shop, permission: &str, amount: i64, key: &str) -> Request {
    let body = json!({ "chargePermissionId": permission, "chargeAmount": yen(amount) });
    shop.request("POST", "/v2/charges", body).header("x-amz-pay-idempotency-key", key)
}

/// R55: a repeated key gives the first answer; the same key for anything else is refused.
#[tokio::test]
async fn r55_one_key_makes_one_charge() {
    let shop = Shop::open().await;
    let permission = shop.subscription().await;
    let first = shop.send(create(&shop, &permission, 10, "k")).await;
    assert_eq!(shop.send(create(&shop, &permission, 10, "k")).await, first);
    assert_eq!(shop.send(create(&shop, &permission, 11, "k")).await.code(), (400, "DuplicateIdempotencyKey"));
    let capture = format!("/v2/charges/{}/capture", first.text("/chargeId"));
    let other = shop
        .request("POST", &capture, json!({ "captureAmount": yen(10) }))
        .header("x-amz-pay-idempotency-key", "k");
    assert_eq!(shop.send(other).await.code(), (400, "DuplicateIdempotencyKey"));
    let mut theirs = create(&shop, &permission, 10, "k");
    theirs.key_id = "SANDBOX-OTHER".into();
    assert_eq!(shop.send(theirs).await.code(), (404, "ResourceNotFound"), "keys are per merchant");
    assert_eq!(shop.control.charges().await.unwrap().len(), 1);
}

#[tokio::test]
async fn refusals_are_kept_under_their_key_but_failures_are_not() {
    let shop = Shop::open().await;
    let permission = shop.subscription().await;
    for (code, status, again) in [("SoftDeclined", 422, 422), ("ProcessingFailure", 500, 201)] {
        shop.control.order_outcome("createCharge", code, 1).await.unwrap();
        assert_eq!(shop.send(create(&shop, &permission, 10, code)).await.status, status);
        assert_eq!(shop.send(create(&shop, &permission, 10, code)).await.status, again, "{code}");
    }
}

#[tokio::test]
async fn two_requests_with_one_key_at_the_same_time_make_one_charge() {
    let shop = Arc::new(Shop::open().await);
    let permission = shop.subscription().await;
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let (shop, request) = (Arc::clone(&shop), create(&shop, &permission, 10, "same"));
            tokio::spawn(async move { shop.send(request).await })
        })
        .collect();
    let mut ids = Vec::new();
    for call in calls {
        ids.push(call.await.unwrap().text("/chargeId").to_owned());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(shop.control.charges().await.unwrap().len(), 1);
}

/// R55: the charge exists, the answer is lost; the same key brings it back.
#[tokio::test]
async fn r55_a_lost_answer_is_found_again_by_its_key() {
    let shop = Shop::open().await;
    let permission = shop.subscription().await;
    for (kind, charges) in [(FaultKind::HangUpBefore, 0), (FaultKind::HangUpAfter, 1)] {
        shop.control.fail(Some("createCharge"), kind, 1).await.unwrap();
        let request = create(&shop, &permission, 10, "lost");
        let names: Vec<&str> = request.headers.keys().map(|name| name.as_str()).collect();
        let signed = names.join(";");
        let canonical = amazon_pay::signing::canonical_request(
            "POST",
            &request.path,
            "",
            &request.headers,
            &signed,
            request.body.as_bytes(),
        );
        let text = amazon_pay::signing::string_to_sign(request.algorithm, &canonical);
        let signature = crate::client::KEY.sign(request.algorithm, text.as_bytes());
        let authorization = format!(
            "{} PublicKeyId={}, SignedHeaders={signed}, Signature={signature}",
            request.algorithm.name(),
            request.key_id
        );
        let sent = shop
            .send_raw("POST", "/v2/charges", "", request.body, request.headers, Some(&authorization))
            .await;
        assert!(sent.is_err(), "the connection is cut");
        assert_eq!(shop.control.charges().await.unwrap().len(), charges);
    }
    let found = shop.send(create(&shop, &permission, 10, "lost")).await;
    assert_eq!((found.status, found.state()), (201, "Authorized"));
    assert_eq!(shop.control.charges().await.unwrap().len(), 1);
}

#[tokio::test]
async fn ordered_statuses_hit_the_ordered_operation_so_many_times() {
    let shop = Shop::open().await;
    let (_, charge) = shop.authorized(10).await;
    let kind = FaultKind::Status { status: 503, reason_code: None };
    shop.control.fail(Some("captureCharge"), kind, 2).await.unwrap();
    let path = format!("/v2/charges/{charge}");
    assert_eq!(shop.get(&path).await.status, 200);
    for _ in 0..2 {
        assert_eq!(shop.capture(&charge, 10).await.code(), (503, "ServiceUnavailable"));
    }
    assert_eq!(shop.capture(&charge, 10).await.state(), "Captured");
    assert!(shop.control.fail(Some("captureCherry"), FaultKind::HangUpAfter, 1).await.is_err());
}

#[tokio::test]
async fn a_held_answer_waits_until_it_is_released() {
    let shop = Arc::new(Shop::open().await);
    let (_, charge) = shop.authorized(10).await;
    shop.control.fail(Some("captureCharge"), FaultKind::HoldAfter, 1).await.unwrap();
    let capture = {
        let (shop, charge) = (Arc::clone(&shop), charge.clone());
        tokio::spawn(async move { shop.capture(&charge, 10).await })
    };
    while shop.control.held().await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        shop.get(&format!("/v2/charges/{charge}")).await.state(),
        "Captured",
        "it has happened already"
    );
    assert!(!capture.is_finished());
    shop.control.release().await.unwrap();
    assert_eq!(capture.await.unwrap().status, 200);
}

/// R87: Amazon's own rate limits, switched on.
#[tokio::test]
async fn r87_throttling_limits_each_operation_by_itself() {
    let shop = Shop::open().await;
    shop.control.set(json!({ "throttling": true })).await.unwrap();
    let body = json!({ "chargePermissionId": "S03-0", "chargeAmount": yen(1) });
    for status in [404, 404, 429, 429] {
        assert_eq!(shop.call("POST", "/v2/charges", body.clone()).await.status, status);
    }
    assert_eq!(shop.get("/v2/charges/S03-0").await.status, 404);
    shop.advance(jiff::SignedDuration::from_secs(1)).await;
    assert_eq!(shop.call("POST", "/v2/charges", body).await.status, 404);
}

#[tokio::test]
async fn unknown_paths_methods_versions_and_bodies_are_told_apart() {
    let shop = Shop::open().await;
    for (method, path, body, code) in [
        ("GET", "/v2/nothing", Value::Null, (404, "ResourceNotFound")),
        ("PUT", "/v2/charges", Value::Null, (405, "RequestNotSupported")),
        ("GET", "/v1/charges/X", Value::Null, (400, "InvalidAPIVersion")),
        ("POST", "/v2/charges", json!([1]), (400, "InvalidRequestFormat")),
        ("POST", "/v2/disputes", json!({}), (405, "UnsupportedOperation")),
        ("PATCH", "/v2/checkoutSessions/X", json!({ "storeId": "x" }), (400, "UnrecognizedField")),
    ] {
        assert_eq!(shop.call(method, path, body).await.code(), code, "{method} {path}");
    }
}

#[tokio::test]
async fn reports_can_be_made_listed_and_read() {
    let shop = Shop::open().await;
    let (_, charge) = shop.authorized(10).await;
    let wrong = shop.call("POST", "/v2/reports", json!({ "reportType": "EVERYTHING" })).await;
    assert_eq!(wrong.code(), (400, "InvalidParameterValue"));
    let kind = "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_AUTHORIZATION_DATA_";
    let made = shop.call("POST", "/v2/reports", json!({ "reportType": kind })).await;
    assert_eq!(made.status, 201);
    let report = shop.get(&format!("/v2/reports/{}", made.text("/reportId"))).await;
    assert_eq!(report.text("/processingStatus"), "COMPLETED");
    let document = shop.get(&format!("/v2/report-documents/{}", report.text("/reportDocumentId"))).await;
    let text = shop.http.get(document.text("/url")).send().await.unwrap().text().await.unwrap();
    assert!(text.contains(&charge), "{text}");
    let schedule = json!({ "reportType": kind, "scheduleFrequency": "P1D" });
    let made = shop.call("POST", "/v2/report-schedules", schedule).await;
    let path = format!("/v2/report-schedules/{}", made.text("/reportScheduleId"));
    assert_eq!(shop.get(&path).await.status, 200);
    assert_eq!(shop.call("DELETE", &path, Value::Null).await.status, 200);
    assert_eq!(shop.get(&path).await.status, 404);
}
