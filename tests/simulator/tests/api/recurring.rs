//! Agreements that are charged again and again (reference, section 7).

use crate::Shop;
use crate::client::yen;
use jiff::SignedDuration;
use serde_json::{Value, json};

#[tokio::test]
async fn a_month_in_japan_has_its_own_limit() {
    let shop = Shop::open().await;
    let permission = shop.subscription().await;
    assert!(permission.starts_with("C03-"), "{permission}");
    let charge = shop.charge(&permission, 60_000).await;
    assert!(charge.text("/chargeId").starts_with("S03-"), "{charge:?}");
    assert!(!charge.text("/chargeId").contains(&permission[4..]), "its base is another number");
    assert_eq!(shop.charge(&permission, 40_001).await.code(), (400, "PeriodicAmountExceeded"));
    assert_eq!(shop.charge(&permission, 40_000).await.status, 201);
    let path = format!("/v2/chargePermissions/{permission}");
    assert_eq!(shop.get(&path).await.body["limits"]["amountBalance"], yen(0));
    // It is 2026-11-24 12:04:05 in Japan; the last second of November there is 2026-11-30T14:59:59Z.
    shop.advance(SignedDuration::from_secs(6 * 24 * 3600 + 11 * 3600 + 55 * 60 + 54)).await;
    assert_eq!(shop.charge(&permission, 1).await.code(), (400, "PeriodicAmountExceeded"));
    shop.advance(SignedDuration::from_secs(1)).await;
    assert_eq!(shop.get(&path).await.body["limits"]["amountBalance"], yen(100_000));
}

#[tokio::test]
async fn what_gives_back_to_the_month_is_a_switch() {
    let shop = Shop::open().await;
    for (rule, after_cancel, after_refund) in [
        ("canceledGivesBack", 100_000, 90_000),
        ("createdCounts", 90_000, 80_000),
        ("refundGivesBack", 100_000, 100_000),
    ] {
        shop.control.set(json!({ "balanceRule": rule })).await.unwrap();
        let permission = shop.subscription().await;
        let path = format!("/v2/chargePermissions/{permission}");
        let charge = shop.charge(&permission, 10_000).await.text("/chargeId").to_owned();
        assert_eq!(shop.get(&path).await.body["limits"]["amountBalance"], yen(90_000));
        shop.call("DELETE", &format!("/v2/charges/{charge}/cancel"), Value::Null).await;
        assert_eq!(shop.get(&path).await.body["limits"]["amountBalance"], yen(after_cancel), "{rule}");
        let charge = shop.charge(&permission, 10_000).await.text("/chargeId").to_owned();
        shop.capture(&charge, 10_000).await;
        let refund = shop.refund(&charge, 10_000).await;
        shop.control.decide_refund(refund.text("/refundId"), None).await.unwrap();
        assert_eq!(shop.get(&path).await.body["limits"]["amountBalance"], yen(after_refund), "{rule}");
    }
}

#[tokio::test]
async fn an_agreement_lives_thirteen_months_after_its_last_charge() {
    let shop = Shop::open().await;
    let permission = shop.subscription().await;
    let path = format!("/v2/chargePermissions/{permission}");
    shop.days(300).await;
    shop.charge(&permission, 10).await;
    shop.days(150).await;
    assert_eq!(shop.get(&path).await.state(), "Chargeable");
    shop.days(300).await;
    let ended = shop.get(&path).await;
    assert_eq!(ended.text("/statusDetails/reasons/0/reasonCode"), "Expired");
}

#[tokio::test]
async fn a_new_card_makes_an_agreement_chargeable_again() {
    let shop = Shop::open().await;
    let permission = shop.subscription().await;
    let path = format!("/v2/chargePermissions/{permission}");
    shop.control.change_card(&permission, "3434").await.unwrap();
    assert_eq!(shop.charge(&permission, 10).await.code(), (422, "HardDeclined"));
    assert_eq!(shop.charge(&permission, 10).await.code(), (422, "InvalidChargePermissionStatus"));
    assert_eq!(shop.get(&path).await.text("/statusDetails/reasons/0/reasonCode"), "PaymentMethodInvalid");
    shop.control.change_card(&permission, "4444").await.unwrap();
    assert_eq!(shop.charge(&permission, 10).await.status, 201);
    shop.control.set_permission_state(&permission, "Closed", Some("BuyerClosed")).await.unwrap();
    assert_eq!(shop.charge(&permission, 10).await.code(), (422, "InvalidChargePermissionStatus"));
    shop.days(29).await;
    assert_eq!(shop.get(&path).await.text("/buyer/name"), "試験 花子", "known for 30 days after the end");
    shop.days(1).await;
    assert!(shop.get(&path).await.body["buyer"].is_null());
}

#[tokio::test]
async fn a_session_may_become_recurring_but_needs_a_frequency() {
    let shop = Shop::open().await;
    let id = shop.click(shop.payload(json!({})), "PayAndShip").await;
    let path = format!("/v2/checkoutSessions/{id}");
    let recurring = shop.call("PATCH", &path, json!({ "chargePermissionType": "Recurring" })).await;
    let constraints = recurring.body["constraints"].to_string();
    assert!(constraints.contains("RecurringFrequencyNotSet"), "{constraints}");
    for (frequency, status) in [
        (json!({ "unit": "Month", "value": 1 }), 400),
        (json!({ "unit": "Moon", "value": "1" }), 400),
        (json!({ "unit": "Variable", "value": "1" }), 400),
        (json!({ "unit": "Variable", "value": "0" }), 200),
    ] {
        let body = json!({ "recurringMetadata": { "frequency": frequency, "amount": null } });
        assert_eq!(shop.call("PATCH", &path, body).await.status, status, "{frequency}");
    }
}

#[tokio::test]
async fn with_consent_to_wait_a_recurring_charge_is_always_asynchronous() {
    let shop = Shop::open().await;
    let permission = shop.subscription().await;
    let body = json!({
        "chargePermissionId": permission, "chargeAmount": yen(100), "canHandlePendingAuthorization": true,
    });
    let pending = shop.call("POST", "/v2/charges", body).await;
    assert_eq!((pending.status, pending.state()), (201, "AuthorizationInitiated"));
    shop.advance(SignedDuration::from_secs(30)).await;
    let path = format!("/v2/charges/{}", pending.text("/chargeId"));
    assert_eq!(shop.get(&path).await.state(), "Authorized");
}

#[tokio::test]
async fn only_notes_and_cycle_of_a_permission_can_be_updated() {
    let shop = Shop::open().await;
    let permission = shop.subscription().await;
    let path = format!("/v2/chargePermissions/{permission}");
    let notes = json!({ "merchantMetadata": { "merchantReferenceId": "sub-1" } });
    assert_eq!(
        shop.call("PATCH", &path, notes.clone()).await.text("/merchantMetadata/merchantReferenceId"),
        "sub-1"
    );
    let limit = json!({ "limits": { "amountLimit": yen(1) } });
    assert_eq!(shop.call("PATCH", &path, limit).await.code(), (400, "UnrecognizedField"));
    shop.control.set_permission_state(&permission, "Closed", Some("BuyerClosed")).await.unwrap();
    assert_eq!(shop.call("PATCH", &path, notes).await.code(), (422, "InvalidChargePermissionStatus"));
}
