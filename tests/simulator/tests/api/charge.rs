//! Charges and their permissions (reference, sections 5.4, 5.5 and 6).

use crate::Shop;
use crate::client::yen;
use jiff::SignedDuration;
use serde_json::{Value, json};

#[tokio::test]
async fn a_charge_is_captured_once_and_never_above_its_amount() {
    let shop = Shop::open().await;
    let (_, charge) = shop.authorized(1000).await;
    assert_eq!(shop.capture(&charge, 1001).await.code(), (400, "TransactionAmountExceeded"));
    assert_eq!(shop.capture(&charge, 0).await.code(), (400, "InvalidParameterValue"));
    assert_eq!(shop.capture(&charge, 600).await.state(), "Captured");
    assert_eq!(shop.capture(&charge, 400).await.code(), (422, "InvalidChargeStatus"));
    let cancel = shop.call("DELETE", &format!("/v2/charges/{charge}/cancel"), Value::Null).await;
    assert_eq!(cancel.code(), (422, "InvalidChargeStatus"));
}

#[tokio::test]
async fn an_authorization_ends_after_thirty_days() {
    let shop = Shop::open().await;
    let (permission, charge) = shop.authorized(1000).await;
    let path = format!("/v2/charges/{charge}");
    assert_eq!(shop.get(&path).await.body["expirationTimestamp"], "20261224T030405Z");
    shop.advance(SignedDuration::from_secs(30 * 24 * 3600 - 1)).await;
    assert_eq!(shop.get(&path).await.state(), "Authorized");
    shop.advance(SignedDuration::from_secs(1)).await;
    let ended = shop.get(&path).await;
    assert_eq!((ended.state(), ended.reason()), ("Canceled", "ExpiredUnused"));
    assert_eq!(shop.capture(&charge, 1000).await.code(), (422, "InvalidChargeStatus"));
    let open = shop.get(&format!("/v2/chargePermissions/{permission}")).await;
    assert_eq!((open.state(), &open.body["limits"]["amountBalance"]), ("Chargeable", &yen(1000)));
    assert!(open.body["buyer"].is_null(), "a one-time permission forgets its buyer after 30 days");
    shop.days(150).await;
    let ended = shop.get(&format!("/v2/chargePermissions/{permission}")).await;
    assert_eq!(ended.text("/statusDetails/reasons/0/reasonCode"), "Expired");
}

#[tokio::test]
async fn a_late_capture_is_decided_later() {
    let shop = Shop::open().await;
    for (decline, state) in [(None, "Captured"), (Some("ProcessingFailure"), "Declined")] {
        let (_, charge) = shop.authorized(1000).await;
        shop.days(8).await;
        let captured = shop.capture(&charge, 1000).await;
        assert_eq!((captured.status, captured.state()), (202, "CaptureInitiated"));
        assert!(captured.body["captureAmount"].is_null());
        shop.control.decide_charge(&charge, decline).await.unwrap();
        assert_eq!(shop.get(&format!("/v2/charges/{charge}")).await.state(), state);
    }
}

#[tokio::test]
async fn a_canceled_charge_gives_its_amount_back_to_the_order() {
    let shop = Shop::open().await;
    let (permission, charge) = shop.authorized(1000).await;
    assert_eq!(shop.charge(&permission, 1).await.code(), (400, "TransactionAmountExceeded"));
    let path = format!("/v2/charges/{charge}/cancel");
    let canceled = shop.call("DELETE", &path, json!({ "cancellationReason": "changed" })).await;
    assert_eq!((canceled.state(), canceled.reason()), ("Canceled", "MerchantCanceled"));
    let again = shop.charge(&permission, 1000).await;
    assert_eq!((again.status, again.state()), (201, "Authorized"));
}

#[tokio::test]
async fn an_order_has_at_most_twenty_five_charges() {
    let shop = Shop::open().await;
    let (permission, mut charge) = shop.authorized(1000).await;
    for count in 2..=26 {
        shop.call("DELETE", &format!("/v2/charges/{charge}/cancel"), Value::Null).await;
        let next = shop.charge(&permission, 1000).await;
        if count <= 25 {
            assert_eq!(next.status, 201, "{count}");
            charge = next.text("/chargeId").to_owned();
        } else {
            assert_eq!(next.code(), (422, "TransactionCountExceeded"));
        }
    }
}

#[tokio::test]
async fn closing_with_cancel_ends_the_open_charges() {
    let shop = Shop::open().await;
    for (cancel, state) in [(true, "Canceled"), (false, "Authorized")] {
        let (permission, charge) = shop.authorized(1000).await;
        let path = format!("/v2/chargePermissions/{permission}/close");
        let missing = shop.call("DELETE", &path, json!({ "cancelPendingCharges": cancel })).await;
        assert_eq!(missing.code(), (400, "MissingParameterValue"));
        let body = json!({ "closureReason": "end", "cancelPendingCharges": cancel });
        let closed = shop.call("DELETE", &path, body.clone()).await;
        assert_eq!(closed.text("/statusDetails/reasons/0/reasonCode"), "MerchantClosed");
        assert_eq!(shop.get(&format!("/v2/charges/{charge}")).await.state(), state);
        assert_eq!(shop.call("DELETE", &path, body).await.code(), (422, "InvalidChargePermissionStatus"));
        assert_eq!(shop.charge(&permission, 1).await.code(), (422, "InvalidChargePermissionStatus"));
    }
}

#[tokio::test]
async fn overcharging_is_allowed_only_by_the_buttons_payload() {
    let shop = Shop::open().await;
    let over = json!({ "paymentDetails": { "allowOvercharge": true, "extendExpiration": true } });
    let done = shop.buy(over, "Authorize", 1000, "1111", false).await;
    let permission = shop.get(&format!("/v2/chargePermissions/{}", done.text("/chargePermissionId"))).await;
    assert_eq!(permission.body["limits"]["amountLimit"], yen(70_000));
    assert_eq!(permission.body["expirationTimestamp"], "20271224T030405Z");
}

#[tokio::test]
async fn simulation_codes_choose_the_outcome_and_wrong_ones_are_refused() {
    let shop = Shop::open().await;
    let charge = |shop: &Shop, permission: &str| {
        let body = json!({ "chargePermissionId": permission, "chargeAmount": yen(10) });
        shop.request("POST", "/v2/charges", body)
    };
    for (code, status, reason, state) in [
        ("SoftDeclined", 422, "SoftDeclined", "Chargeable"),
        ("TransactionTimedOut", 422, "TransactionTimedOut", "Chargeable"),
        ("ProcessingFailure", 500, "ProcessingFailure", "Chargeable"),
        ("AmazonRejected", 422, "AmazonRejected", "Chargeable"),
        ("HardDeclined", 422, "HardDeclined", "NonChargeable"),
        ("BuyerCanceled", 400, "InvalidSandboxSimulationSpecified", "Chargeable"),
        ("Nonsense", 400, "InvalidSandboxSimulationSpecified", "Chargeable"),
    ] {
        let permission = shop.subscription().await;
        let answer = shop.send(charge(&shop, &permission).simulate(code)).await;
        assert_eq!(answer.code(), (status, reason));
        assert!(answer.body["chargeId"].is_null());
        let after = shop.get(&format!("/v2/chargePermissions/{permission}")).await;
        assert_eq!(after.state(), state, "{code}");
        assert_eq!(after.body["limits"]["amountBalance"], yen(100_000), "a decline takes nothing");
    }
    let live = shop.request("GET", "/v2/charges/X", Value::Null).simulate("SoftDeclined");
    let live = crate::client::Request { key_id: "LIVE-TESTKEY".into(), ..live };
    assert_eq!(shop.send(live).await.code(), (400, "InvalidSandboxSimulationSpecified"));
}

#[tokio::test]
async fn amazon_rejecting_a_one_time_charge_ends_the_permission() {
    let shop = Shop::open().await;
    let (permission, charge) = shop.authorized(1000).await;
    shop.call("DELETE", &format!("/v2/charges/{charge}/cancel"), Value::Null).await;
    shop.control.order_outcome("createCharge", "AmazonRejected", 1).await.unwrap();
    assert_eq!(shop.charge(&permission, 1000).await.code(), (422, "AmazonRejected"));
    let ended = shop.get(&format!("/v2/chargePermissions/{permission}")).await;
    assert_eq!(ended.text("/statusDetails/reasons/0/reasonCode"), "AmazonCanceled");
}

/// R85: whoever asks, the shop or Amazon itself: a charge moves only by the published table.
#[tokio::test]
async fn r85_states_move_only_by_the_published_table() {
    use shared::charge::ChargeState;
    let shop = Shop::open().await;
    shop.control.set(json!({ "pendingMs": null, "lateCaptureMs": null })).await.unwrap();
    for state in ChargeState::ALL {
        let charge = charge_in(&shop, *state).await;
        let path = format!("/v2/charges/{charge}");
        assert_eq!(shop.get(&path).await.state(), state.name());
        let may_cancel = state.may_become(ChargeState::Canceled);
        assert_eq!(
            shop.control.cancel_charge(&charge, "AmazonCanceled").await.is_ok(),
            may_cancel,
            "{state:?}"
        );
        let charge = charge_in(&shop, *state).await;
        let may_capture = state.may_become(ChargeState::Captured) && *state == ChargeState::Authorized;
        assert_eq!(shop.capture(&charge, 10).await.status == 200, may_capture, "{state:?}");
        let charge = charge_in(&shop, *state).await;
        let may_decline = state.may_become(ChargeState::Declined);
        let declined = shop.control.decide_charge(&charge, Some("SoftDeclined")).await;
        assert_eq!(declined.is_ok(), may_decline, "{state:?}");
    }
    let (permission, _) = shop.authorized(10).await;
    shop.control.set_permission_state(&permission, "Closed", Some("BuyerClosed")).await.unwrap();
    for state in ["Chargeable", "NonChargeable", "Closed"] {
        assert!(shop.control.set_permission_state(&permission, state, None).await.is_err(), "{state}");
    }
}

/// A fresh charge of ¥10 in `state`.
async fn charge_in(shop: &Shop, state: shared::charge::ChargeState) -> String {
    use shared::charge::ChargeState as S;
    let pending = matches!(state, S::AuthorizationInitiated | S::Declined);
    let card = if pending { "0701" } else { "1111" };
    let done = shop.buy(json!({}), "Authorize", 10, card, pending).await;
    let charge = done.text("/chargeId").to_owned();
    match state {
        S::AuthorizationInitiated | S::Authorized => {}
        S::CaptureInitiated => {
            shop.control.order_outcome("captureCharge", "CaptureInitiated", 1).await.unwrap();
            shop.capture(&charge, 10).await;
        }
        S::Captured => {
            shop.capture(&charge, 10).await;
        }
        S::Canceled => {
            shop.call("DELETE", &format!("/v2/charges/{charge}/cancel"), Value::Null).await;
        }
        S::Declined => {
            shop.control.decide_charge(&charge, Some("HardDeclined")).await.unwrap();
        }
    }
    charge
}
