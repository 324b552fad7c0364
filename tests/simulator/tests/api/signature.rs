//! Who may call: headers, keys, signatures, environments (reference, sections 1, 2 and 14).

use crate::Shop;
use amazon_pay::signing::Algorithm;
use serde_json::{Value, json};
use simulator::Options;

#[tokio::test]
async fn both_algorithms_both_date_forms_and_all_paths_are_accepted() {
    let shop = Shop::open().await;
    for algorithm in Algorithm::ALL {
        for date in ["20261124T030405Z", "2026-11-24T03:04:05Z"] {
            for path in ["/v2/charges/X", "/sandbox/v2/charges/X", "/v2/charges/X/"] {
                let mut request = shop.request("GET", path, Value::Null).header("x-amz-pay-date", date);
                request.algorithm = algorithm;
                assert_eq!(shop.send(request).await.code(), (404, "ResourceNotFound"), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn the_salt_goes_with_the_name_of_the_algorithm() {
    let shop = Shop::open().await;
    let request = shop.request("GET", "/v2/charges/X", Value::Null);
    let names: Vec<&str> = request.headers.keys().map(|name| name.as_str()).collect();
    let signed = names.join(";");
    let canonical =
        amazon_pay::signing::canonical_request("GET", &request.path, "", &request.headers, &signed, b"");
    // The text names V2, the salt is the other algorithm's.
    let text = amazon_pay::signing::string_to_sign(Algorithm::PssV2, &canonical);
    let signature = crate::client::KEY.sign(Algorithm::Pss, text.as_bytes());
    let authorization = format!(
        "{} PublicKeyId={}, SignedHeaders={signed}, Signature={signature}",
        Algorithm::PssV2.name(),
        request.key_id
    );
    let answer = shop
        .send_raw("GET", &request.path, "", String::new(), request.headers, Some(&authorization))
        .await
        .unwrap();
    assert_eq!(answer.code(), (403, "InvalidRequestSignature"));
}

#[tokio::test]
async fn what_is_missing_or_odd_in_the_headers_is_named() {
    let shop = Shop::open().await;
    let get = || shop.request("GET", "/v2/charges/X", Value::Null);
    // `accept` cannot be left out with this client, so only its value is tried below.
    for name in ["content-type", "x-amz-pay-date", "x-amz-pay-host", "x-amz-pay-region"] {
        let mut request = get();
        request.headers.remove(name);
        let answer = shop.send(request).await;
        assert_eq!(answer.code(), (400, "MissingHeader"), "{name}");
        assert!(answer.text("/message").contains(name));
        assert_eq!(shop.send(get().header(name, "")).await.code(), (400, "MissingHeaderValue"), "{name}");
    }
    for (name, value) in
        [("x-amz-pay-date", "yesterday"), ("x-amz-pay-region", "mars"), ("accept", "text/html")]
    {
        assert_eq!(shop.send(get().header(name, value)).await.code(), (400, "InvalidHeaderValue"), "{name}");
    }
    let unsigned =
        shop.send_raw("GET", "/v2/charges/X", "", String::new(), get().headers, None).await.unwrap();
    assert_eq!(unsigned.code(), (400, "MissingHeader"));
    let odd = shop.send_raw("GET", "/v2/charges/X", "", String::new(), get().headers, Some("Basic x")).await;
    assert_eq!(odd.unwrap().code(), (400, "InvalidHeaderValue"));
}

#[tokio::test]
async fn a_create_call_needs_a_key_of_at_most_32_plain_characters() {
    let shop = Shop::open().await;
    let mut without = shop.request("POST", "/v2/charges", json!({}));
    without.headers.remove("x-amz-pay-idempotency-key");
    assert_eq!(shop.send(without).await.code(), (400, "MissingHeader"));
    let uuid = "123e4567-e89b-12d3-a456-426614174000";
    let long = shop.request("POST", "/v2/charges", json!({})).header("x-amz-pay-idempotency-key", uuid);
    assert_eq!(shop.send(long).await.code(), (400, "InvalidHeaderValue"));
}

#[tokio::test]
async fn a_changed_body_path_query_or_unsigned_header_does_not_fit() {
    let shop = Shop::open().await;
    let request = shop.request("GET", "/v2/charges/X", Value::Null);
    let most = "accept;content-type;x-amz-pay-date;x-amz-pay-host";
    assert_eq!(shop.send_signed(request.clone(), most).await.code(), (403, "InvalidRequestSignature"));
    let mut queried = shop.request("GET", "/v2/reports", Value::Null);
    queried.query = "reportTypes=a%2Cb&pageSize=10".into();
    assert_eq!(shop.send(queried).await.status, 200);
    let mut unknown = request.clone();
    unknown.key_id = "SANDBOX-NOBODY".into();
    assert_eq!(shop.send(unknown).await.code(), (403, "InvalidAuthentication"));
    let mut foreign = request;
    foreign.path = "/live/v2/charges/X".into();
    assert_eq!(shop.send(foreign).await.code(), (403, "InvalidAuthentication"));
}

#[tokio::test]
async fn a_signed_header_list_in_mixed_case_is_used_as_it_was_written() {
    let shop = Shop::open().await;
    let request = shop.request("GET", "/v2/charges/X", Value::Null);
    let signed = "accept;content-type;X-Amz-Pay-Date;x-amz-pay-host;X-AMZ-PAY-REGION";
    assert_eq!(shop.send_signed(request, signed).await.code(), (404, "ResourceNotFound"));
}

#[tokio::test]
async fn objects_of_another_merchant_and_environment_are_not_found() {
    let shop = Shop::open().await;
    let (permission, charge) = shop.authorized(1000).await;
    for path in [format!("/v2/charges/{charge}"), format!("/v2/chargePermissions/{permission}")] {
        assert_eq!(shop.get(&path).await.status, 200);
        for key_id in ["SANDBOX-OTHER", "LIVE-TESTKEY"] {
            let mut request = shop.request("GET", &path, Value::Null);
            request.key_id = key_id.into();
            assert_eq!(shop.send(request).await.code(), (404, "ResourceNotFound"), "{key_id}");
        }
    }
}

#[tokio::test]
async fn on_the_system_clock_old_dates_are_refused() {
    let key = crate::client::key(crate::client::KEY_ID, "A1");
    let shop = Shop::open().await;
    let strict =
        simulator::Simulator::start(Options { keys: vec![key], ..Options::default() }).await.unwrap();
    let shop = Shop { control: strict.control(), simulator: strict, ..shop };
    let request =
        shop.request("GET", "/v2/charges/X", Value::Null).header("x-amz-pay-date", "20200101T000000Z");
    let answer = shop.send(request).await;
    assert_eq!(answer.code(), (403, "InvalidRequestSignature"));
    assert!(answer.text("/message").contains("date"));
}
