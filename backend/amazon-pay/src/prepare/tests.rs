//! Every request has the method, path, body and key of the published table.

use super::*;
use crate::Method;
use crate::wire::request::SignIn;
use shared::id::StoreId;
use shared::money::{Chargeable, Yen};

fn key() -> IdempotencyKey {
    IdempotencyKey::new("0123456789abcdef0123456789abcdef").unwrap()
}

fn amount() -> Chargeable {
    Chargeable::new(Yen::new(3980).unwrap()).unwrap()
}

#[test]
fn every_operation_goes_where_the_published_table_says() {
    let session = CheckoutSessionId::new("bd504926-f659-4ad7-a1a9-9a747aaf5275").unwrap();
    let permission = ChargePermissionId::new("C03-1234567-7654321").unwrap();
    let charge = ChargeId::new("S03-1234567-7654321-C012345").unwrap();
    let refund = RefundId::new("S03-1234567-7654321-R012345").unwrap();
    let store = StoreId::new("amzn1.application-oa2-client.0123").unwrap();
    let report = CreateReport { report_type: "_T_".to_owned(), start_time: None, end_time: None };
    let schedule = CreateReportSchedule {
        report_type: "_T_".to_owned(),
        schedule_frequency: "P1D".to_owned(),
        next_report_creation_time: None,
        delete_existing_schedule: None,
    };
    let (s, p, c) = (session.as_str(), permission.as_str(), charge.as_str());
    let table = [
        (
            create_checkout_session(&CreateCheckoutSession::new(store, "https://a.example"), key()),
            "POST",
            "/v2/checkoutSessions".to_owned(),
            true,
        ),
        (get_checkout_session(&session), "GET", format!("/v2/checkoutSessions/{s}"), false),
        (
            update_checkout_session(&session, &UpdateCheckoutSession::default()),
            "PATCH",
            format!("/v2/checkoutSessions/{s}"),
            false,
        ),
        (
            complete_checkout_session(&session, &CompleteCheckoutSession::new(amount()), key()),
            "POST",
            format!("/v2/checkoutSessions/{s}/complete"),
            true,
        ),
        (
            get_buyer("AQEBbuyertoken~with-chars_."),
            "GET",
            "/v2/buyers/AQEBbuyertoken~with-chars_.".to_owned(),
            false,
        ),
        (get_charge_permission(&permission), "GET", format!("/v2/chargePermissions/{p}"), false),
        (
            update_charge_permission(&permission, &UpdateChargePermission::default()),
            "PATCH",
            format!("/v2/chargePermissions/{p}"),
            false,
        ),
        (
            close_charge_permission(&permission, &CloseChargePermission::new("解約", false)),
            "DELETE",
            format!("/v2/chargePermissions/{p}/close"),
            false,
        ),
        (
            create_charge(&CreateCharge::new(permission.clone(), amount()), key()),
            "POST",
            "/v2/charges".to_owned(),
            true,
        ),
        (get_charge(&charge), "GET", format!("/v2/charges/{c}"), false),
        (
            capture_charge(&charge, &CaptureCharge::new(amount()), key()),
            "POST",
            format!("/v2/charges/{c}/capture"),
            true,
        ),
        (
            cancel_charge(&charge, &CancelCharge::new("在庫切れ")),
            "DELETE",
            format!("/v2/charges/{c}/cancel"),
            false,
        ),
        (
            create_refund(&CreateRefund::new(charge.clone(), amount()), key()),
            "POST",
            "/v2/refunds".to_owned(),
            true,
        ),
        (get_refund(&refund), "GET", format!("/v2/refunds/{refund}"), false),
        (list_reports(&ListReports::default()), "GET", "/v2/reports".to_owned(), false),
        (get_report("R-1"), "GET", "/v2/reports/R-1".to_owned(), false),
        (get_report_document("amzn1.d/1"), "GET", "/v2/report-documents/amzn1.d%2F1".to_owned(), false),
        (create_report(&report, key()), "POST", "/v2/reports".to_owned(), true),
        (list_report_schedules(&[]), "GET", "/v2/report-schedules".to_owned(), false),
        (get_report_schedule("1"), "GET", "/v2/report-schedules/1".to_owned(), false),
        (create_report_schedule(&schedule, key()), "POST", "/v2/report-schedules".to_owned(), true),
        (cancel_report_schedule("1"), "DELETE", "/v2/report-schedules/1".to_owned(), false),
    ];
    assert_eq!(table.len(), Operation::ALL.len());
    for ((request, method, path, keyed), operation) in table.iter().zip(Operation::ALL) {
        assert_eq!(request.operation(), *operation);
        assert_eq!((request.method().name(), request.path()), (*method, path.as_str()), "{operation:?}");
        assert_eq!(request.idempotency_key().is_some(), *keyed, "{operation:?}");
        let has_body =
            !matches!(request.method(), Method::Get) && *operation != Operation::CancelReportSchedule;
        assert_eq!(!request.body().is_empty(), has_body, "{operation:?}");
        assert_eq!(request.is_repeatable(), *method != "DELETE", "{operation:?}");
        assert_eq!(Operation::from_name(operation.name()), Some(*operation));
    }
}

#[test]
fn a_list_of_reports_is_asked_for_as_the_official_sdk_does() {
    let filter = ListReports {
        report_types: vec![
            "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SETTLEMENT_DATA_".to_owned(),
            "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_REFUND_DATA_".to_owned(),
        ],
        processing_statuses: vec!["COMPLETED".to_owned()],
        created_since: Some("20261101T000000Z".parse().unwrap()),
        page_size: Some(10),
        ..ListReports::default()
    };
    assert_eq!(
        list_reports(&filter).query(),
        concat!(
            "createdSince=20261101T000000Z&pageSize=10&processingStatuses=COMPLETED&reportTypes=",
            "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SETTLEMENT_DATA_%2C_GET_FLAT_FILE_OFFAMAZONPAYMENTS_REFUND_DATA_"
        )
    );
}

#[test]
fn r56_a_stored_request_is_the_same_request_byte_for_byte() {
    let charge = ChargeId::new("S03-1-2-C3").unwrap();
    let request =
        capture_charge(&charge, &CaptureCharge::new(amount()), key()).simulating("CaptureInitiated");
    let stored = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<PreparedRequest>(&stored).unwrap(), request);
    assert_eq!(request.body(), r#"{"captureAmount":{"amount":"3980","currencyCode":"JPY"}}"#);
    assert_eq!(request.simulation_code(), Some("CaptureInitiated"));
    let parts = PreparedRequest::restore(
        request.operation(),
        request.path(),
        request.query(),
        request.body(),
        request.idempotency_key().cloned(),
    );
    assert_eq!(parts.simulating("CaptureInitiated"), request);
}

#[test]
fn r83_a_request_does_not_show_its_body_or_path() {
    let shown = format!("{:?}", get_buyer("SECRET-TOKEN"));
    assert!(!shown.contains("SECRET"), "{shown}");
    let permission = ChargePermissionId::new("C03-1").unwrap();
    let shown =
        format!("{:?}", close_charge_permission(&permission, &CloseChargePermission::new("花子", true)));
    assert!(!shown.contains("花子"), "{shown}");
}

#[test]
fn a_sign_in_payload_names_its_scopes_as_amazon_does() {
    use crate::wire::request::Scope;
    let payload = SignIn {
        sign_in_return_url: "https://shop.example.jp/amazonpay/signin".to_owned(),
        store_id: StoreId::new("amzn1.application-oa2-client.0123").unwrap(),
        sign_in_scopes: Some(vec![
            Scope::Name,
            Scope::Email,
            Scope::PostalCode,
            Scope::ShippingAddress,
            Scope::PhoneNumber,
        ]),
    };
    assert_eq!(
        serde_json::to_string(&payload).unwrap(),
        concat!(
            r#"{"signInReturnUrl":"https://shop.example.jp/amazonpay/signin","#,
            r#""storeId":"amzn1.application-oa2-client.0123","#,
            r#""signInScopes":["name","email","postalCode","shippingAddress","phoneNumber"]}"#
        )
    );
}
