//! A simulator that goes on where an earlier one ended.

use crate::Shop;
use crate::client::yen;
use serde_json::json;
use simulator::Options;

#[tokio::test]
async fn with_a_data_file_everything_is_there_after_a_restart() {
    let path = std::env::temp_dir().join(format!("simulator-data-{}.json", std::process::id()));
    let options = || Options { data: Some(path.clone()), ..Options::default() };
    let shop = Shop::open_with(options()).await;
    let (permission, charge) = shop.authorized(1000).await;
    let subscription = shop.subscription().await;
    let body = json!({ "chargePermissionId": subscription, "chargeAmount": yen(10) });
    let kept = shop.request("POST", "/v2/charges", body).header("x-amz-pay-idempotency-key", "kept");
    let first = shop.send(kept.clone()).await;
    shop.control.set(json!({ "pendingMs": null })).await.unwrap();
    shop.simulator.stop().await;

    let shop = Shop::open_with(options()).await;
    // The keys of the first run are used up, in the second one too.
    shop.key_count.store(1000, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(shop.send(kept).await, first, "answers are kept by their key");
    assert_eq!(shop.capture(&charge, 1000).await.state(), "Captured");
    assert_eq!(shop.get(&format!("/v2/chargePermissions/{permission}")).await.state(), "Closed");
    let known = shop.get(&format!("/v2/chargePermissions/{subscription}")).await;
    assert_eq!(
        (known.text("/buyer/name"), &known.body["limits"]["amountBalance"]),
        ("試験 花子", &yen(99_990))
    );
    assert!(shop.control.get("settings").await.unwrap()["pendingMs"].is_null());
    shop.days(31).await;
    let ended = shop.get(&format!("/v2/charges/{}", first.text("/chargeId"))).await;
    assert_eq!(ended.reason(), "ExpiredUnused", "what was due is still due");
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn a_damaged_data_file_is_a_clear_error() {
    let path = std::env::temp_dir().join(format!("simulator-damaged-{}.json", std::process::id()));
    std::fs::write(&path, "{").unwrap();
    let options = Options { data: Some(path.clone()), ..Options::default() };
    let error = simulator::Simulator::start(options).await.unwrap_err();
    assert!(error.to_string().contains("simulator-damaged"), "{error}");
    std::fs::remove_file(&path).unwrap();
}
