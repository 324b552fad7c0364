//! Bodies shaped as Amazon publishes them come through unchanged, in Amazon's order, personal values hidden.

use super::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared::charge::{ChargePermissionState, ChargeState, CheckoutSessionState, RefundState};
use shared::id::{ChargeId, ChargePermissionId, StoreId};
use shared::money::{Chargeable, Yen};
use std::fmt::Debug;

fn fixture(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/amazon-pay");
    std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap().trim_end().to_owned()
}

/// Reads a fixture and proves that writing it again gives the same bytes and that nothing personal shows.
fn through<T: DeserializeOwned + Serialize + Debug>(name: &str) -> T {
    let text = fixture(name);
    let read: T = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), text, "{name}");
    let shown = format!("{read:?}");
    for secret in ["花子", "hanako", "0312345678", "03-1234-5678", "見本町", "見本ビル", "1000001", "1111"]
    {
        assert!(!shown.contains(secret), "{name} shows {secret}: {shown}");
    }
    read
}

fn yen(amount: i64) -> Yen {
    Yen::new(amount).unwrap()
}

#[test]
fn an_open_session_keeps_every_member_and_hides_the_buyer() {
    let session: CheckoutSession = through("checkout-session-open");
    assert_eq!(session.status_details.state, CheckoutSessionState::Open);
    assert_eq!(session.payment_descriptor().unwrap().expose(), "Visa ****1111 (Amazon Pay)");
    assert_eq!(session.redirect_url(), None);
    assert!(session.has_constraint("ChargeAmountNotSet"));
    let address = session.shipping_address.unwrap();
    assert_eq!(address.state_or_region.unwrap().expose(), "東京都");
    assert_eq!(address.city, None);
    assert_eq!(session.creation_timestamp.unwrap().get().to_string(), "2026-11-24T03:03:00Z");
}

#[test]
fn a_session_without_buyer_has_a_list_with_nothing_in_it() {
    let session: CheckoutSession = through("checkout-session-created");
    assert_eq!(session.payment_preferences, Some(vec![None]));
    assert_eq!(session.payment_descriptor(), None);
    assert!(session.has_constraint("BuyerNotAssociated"));
}

#[test]
fn a_completed_session_is_nearly_empty_but_names_permission_and_charge() {
    let session: CheckoutSession = through("checkout-session-completed");
    assert_eq!(session.status_details.state, CheckoutSessionState::Completed);
    assert_eq!(session.charge_permission_id.unwrap().as_str(), "S03-1234567-7654321");
    assert_eq!(session.charge_id.unwrap().as_str(), "S03-1234567-7654321-C012345");
    assert_eq!((session.web_checkout_details, session.buyer), (None, None));
}

#[test]
fn a_canceled_session_says_why() {
    let session: CheckoutSession = through("checkout-session-canceled");
    assert_eq!(session.status_details.state, CheckoutSessionState::Canceled);
    assert_eq!(session.status_details.reason_code.as_deref(), Some("Declined"));
}

#[test]
fn a_recurring_permission_has_limits_and_a_cycle() {
    let permission: ChargePermission = through("charge-permission-recurring");
    assert_eq!(permission.charge_permission_type, Some(ChargePermissionType::Recurring));
    assert_eq!(permission.status_details.state, ChargePermissionState::Chargeable);
    let limits = permission.limits.unwrap();
    assert_eq!(limits.amount_balance.unwrap().yen(), yen(96_020));
    let frequency = permission.recurring_metadata.unwrap().frequency.unwrap();
    assert_eq!((frequency.unit, frequency.value.as_str()), (FrequencyUnit::Month, "1"));
}

#[test]
fn a_permissions_reasons_are_a_list() {
    let mut body: Value = serde_json::from_str(&fixture("charge-permission-recurring")).unwrap();
    body["statusDetails"] = json!({"state": "Closed", "lastUpdatedTimestamp": null, "reasons":
        [{"reasonCode": "BuyerClosed", "reasonDescription": null}]});
    let permission: ChargePermission = serde_json::from_value(body).unwrap();
    assert!(permission.status_details.has_reason("BuyerClosed"));
    assert!(!permission.status_details.has_reason("MerchantClosed"));
}

#[test]
fn charges_refunds_buyers_reports_and_refusals_come_through() {
    let charge: Charge = through("charge-authorized");
    assert_eq!(charge.status_details.state, ChargeState::Authorized);
    assert_eq!((charge.charge_amount.yen(), charge.capture_amount), (yen(3980), None));
    assert_eq!(charge.charge_permission_id.as_str(), "C03-1234567-7654321");
    let refund: Refund = through("refund-initiated");
    assert_eq!(refund.status_details.state, RefundState::RefundInitiated);
    assert_eq!(refund.refund_amount.yen(), yen(1000));
    let buyer: SignedInBuyer = through("buyer");
    assert_eq!(buyer.name.unwrap().expose(), "試験 花子");
    let list: ReportList = through("report-list");
    assert_eq!(list.reports[0].processing_status.as_deref(), Some("COMPLETED"));
    let refusal: Refusal = serde_json::from_str(&fixture("refusal-soft-declined")).unwrap();
    assert_eq!(refusal.reason_code.as_deref(), Some("SoftDeclined"));
}

#[test]
fn an_answer_may_gain_members_and_lose_nulls() {
    let mut body: Value = serde_json::from_str(&fixture("charge-authorized")).unwrap();
    let members = body.as_object_mut().unwrap();
    members.retain(|_, value| !value.is_null());
    members.insert("aNewMember".to_owned(), json!({"with": ["anything"]}));
    let charge: Charge = serde_json::from_value(body).unwrap();
    assert_eq!(charge.charge_amount.yen(), yen(3980));
}

#[test]
fn r62_an_answer_with_decimals_or_another_currency_is_not_understood() {
    for price in
        [json!({"amount": "3980.00", "currencyCode": "JPY"}), json!({"amount": "39", "currencyCode": "USD"})]
    {
        let mut body: Value = serde_json::from_str(&fixture("charge-authorized")).unwrap();
        body["chargeAmount"] = price;
        assert!(serde_json::from_value::<Charge>(body).is_err());
    }
}

fn amount(amount: i64) -> Chargeable {
    Chargeable::new(yen(amount)).unwrap()
}

#[test]
fn requests_carry_no_null() {
    let store = StoreId::new("amzn1.application-oa2-client.0123").unwrap();
    let mut button = request::CreateCheckoutSession::new(store, "https://shop.example.jp/review");
    button.charge_permission_type = Some(ChargePermissionType::Recurring);
    button.recurring_metadata = Some(RecurringMetadata {
        frequency: Some(Frequency { unit: FrequencyUnit::Month, value: "1".to_owned() }),
        amount: None,
    });
    button.merchant_metadata = Some(request::MerchantMetadata {
        merchant_store_name: Some("見本商店".to_owned()),
        ..Default::default()
    });
    assert_eq!(
        serde_json::to_string(&button).unwrap(),
        concat!(
            r#"{"webCheckoutDetails":{"checkoutReviewReturnUrl":"https://shop.example.jp/review"},"#,
            r#""storeId":"amzn1.application-oa2-client.0123","chargePermissionType":"Recurring","#,
            r#""recurringMetadata":{"frequency":{"unit":"Month","value":"1"}},"#,
            r#""merchantMetadata":{"merchantStoreName":"見本商店"}}"#
        )
    );
    let permission = ChargePermissionId::new("C03-1234567-7654321").unwrap();
    assert_eq!(
        serde_json::to_string(&request::CreateCharge::new(permission, amount(3980))).unwrap(),
        r#"{"chargePermissionId":"C03-1234567-7654321","chargeAmount":{"amount":"3980","currencyCode":"JPY"}}"#
    );
    let charge = ChargeId::new("S03-1-2-C3").unwrap();
    assert_eq!(
        serde_json::to_string(&request::CreateRefund::new(charge, amount(1000))).unwrap(),
        r#"{"chargeId":"S03-1-2-C3","refundAmount":{"amount":"1000","currencyCode":"JPY"}}"#
    );
    assert_eq!(
        serde_json::to_string(&request::CompleteCheckoutSession::new(amount(3980))).unwrap(),
        r#"{"chargeAmount":{"amount":"3980","currencyCode":"JPY"}}"#
    );
    assert_eq!(serde_json::to_string(&request::UpdateCheckoutSession::default()).unwrap(), "{}");
}

#[test]
fn what_is_too_long_for_amazon_is_cut_at_a_character() {
    let long = "注".repeat(300);
    assert_eq!(request::CancelCharge::new(&long).cancellation_reason.unwrap().chars().count(), 255);
    assert_eq!(request::CloseChargePermission::new(&long, true).closure_reason.chars().count(), 255);
    let fitted = request::MerchantMetadata { merchant_store_name: Some(long), ..Default::default() }.fitted();
    assert_eq!(fitted.merchant_store_name.unwrap().chars().count(), 50);
}

#[test]
fn a_member_that_amazon_does_not_know_is_named() {
    use request::UpdateCheckoutSession as Body;
    let known =
        json!({"paymentDetails": {"paymentIntent": "Authorize", "softDescriptor": null}, "platformId": null});
    assert_eq!(first_unrecognized::<Body>(&known), None);
    let unknown = json!({"paymentDetails": {"chargeAmout": 1}});
    assert_eq!(first_unrecognized::<Body>(&unknown).as_deref(), Some("paymentDetails.chargeAmout"));
    let price = json!({"paymentDetails": {"chargeAmount": {"amount": 1, "currencyCode": "JPY", "tax": "0"}}});
    assert_eq!(first_unrecognized::<Body>(&price).as_deref(), Some("paymentDetails.chargeAmount.tax"));
    assert_eq!(first_unrecognized::<Body>(&json!([])), None);
}
