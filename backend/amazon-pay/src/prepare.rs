//! Builds every request; pure, so that a request can be stored before anything is sent.

use crate::signing::encode_component;
use crate::wire::request::{
    CancelCharge, CaptureCharge, CloseChargePermission, CompleteCheckoutSession, CreateCharge,
    CreateCheckoutSession, CreateRefund, CreateReport, CreateReportSchedule, ListReports,
    UpdateChargePermission, UpdateCheckoutSession,
};
use crate::{Operation, PreparedRequest};
use shared::id::{ChargeId, ChargePermissionId, CheckoutSessionId, IdempotencyKey, RefundId};

/// Create Checkout Session: buttons do this by themselves; a shop uses it to prove its keys (201).
pub fn create_checkout_session(body: &CreateCheckoutSession, key: IdempotencyKey) -> PreparedRequest {
    request(Operation::CreateCheckoutSession, "checkoutSessions").with_body(body).with_key(key)
}

/// Get Checkout Session.
pub fn get_checkout_session(id: &CheckoutSessionId) -> PreparedRequest {
    request(Operation::GetCheckoutSession, &format!("checkoutSessions/{id}"))
}

/// Update Checkout Session; the session must be open.
pub fn update_checkout_session(id: &CheckoutSessionId, body: &UpdateCheckoutSession) -> PreparedRequest {
    request(Operation::UpdateCheckoutSession, &format!("checkoutSessions/{id}")).with_body(body)
}

/// Complete Checkout Session. The key is optional at Amazon, and always sent here: it makes a repeat safe.
pub fn complete_checkout_session(
    id: &CheckoutSessionId,
    body: &CompleteCheckoutSession,
    key: IdempotencyKey,
) -> PreparedRequest {
    request(Operation::CompleteCheckoutSession, &format!("checkoutSessions/{id}/complete"))
        .with_body(body)
        .with_key(key)
}

/// Get Buyer, by the token that sign-in brought back. The token is a secret: do not store this request.
pub fn get_buyer(buyer_token: &str) -> PreparedRequest {
    request(Operation::GetBuyer, &format!("buyers/{}", encode_component(buyer_token.as_bytes())))
}

/// Get Charge Permission.
pub fn get_charge_permission(id: &ChargePermissionId) -> PreparedRequest {
    request(Operation::GetChargePermission, &format!("chargePermissions/{id}"))
}

/// Update Charge Permission.
pub fn update_charge_permission(id: &ChargePermissionId, body: &UpdateChargePermission) -> PreparedRequest {
    request(Operation::UpdateChargePermission, &format!("chargePermissions/{id}")).with_body(body)
}

/// Close Charge Permission.
pub fn close_charge_permission(id: &ChargePermissionId, body: &CloseChargePermission) -> PreparedRequest {
    request(Operation::CloseChargePermission, &format!("chargePermissions/{id}/close")).with_body(body)
}

/// Create Charge.
pub fn create_charge(body: &CreateCharge, key: IdempotencyKey) -> PreparedRequest {
    request(Operation::CreateCharge, "charges").with_body(body).with_key(key)
}

/// Get Charge.
pub fn get_charge(id: &ChargeId) -> PreparedRequest {
    request(Operation::GetCharge, &format!("charges/{id}"))
}

/// Capture Charge.
pub fn capture_charge(id: &ChargeId, body: &CaptureCharge, key: IdempotencyKey) -> PreparedRequest {
    request(Operation::CaptureCharge, &format!("charges/{id}/capture")).with_body(body).with_key(key)
}

/// Cancel Charge.
pub fn cancel_charge(id: &ChargeId, body: &CancelCharge) -> PreparedRequest {
    request(Operation::CancelCharge, &format!("charges/{id}/cancel")).with_body(body)
}

/// Create Refund.
pub fn create_refund(body: &CreateRefund, key: IdempotencyKey) -> PreparedRequest {
    request(Operation::CreateRefund, "refunds").with_body(body).with_key(key)
}

/// Get Refund.
pub fn get_refund(id: &RefundId) -> PreparedRequest {
    request(Operation::GetRefund, &format!("refunds/{id}"))
}

/// Lists reports that fit `filter`.
pub fn list_reports(filter: &ListReports) -> PreparedRequest {
    let moment = |at: Option<crate::wire::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    // In the order of the names, as the signature wants it.
    let pairs = [
        ("createdSince", moment(filter.created_since)),
        ("createdUntil", moment(filter.created_until)),
        ("nextToken", filter.next_token.clone().unwrap_or_default()),
        ("pageSize", filter.page_size.map(|size| size.to_string()).unwrap_or_default()),
        ("processingStatuses", filter.processing_statuses.join(",")),
        ("reportTypes", filter.report_types.join(",")),
    ];
    request(Operation::ListReports, "reports").with_query(query(&pairs))
}

/// Reads a report's state.
pub fn get_report(report_id: &str) -> PreparedRequest {
    request(Operation::GetReport, &format!("reports/{}", encode_component(report_id.as_bytes())))
}

/// Reads where a finished report lies.
pub fn get_report_document(report_document_id: &str) -> PreparedRequest {
    let id = encode_component(report_document_id.as_bytes());
    request(Operation::GetReportDocument, &format!("report-documents/{id}"))
}

/// Asks for a report.
pub fn create_report(body: &CreateReport, key: IdempotencyKey) -> PreparedRequest {
    request(Operation::CreateReport, "reports").with_body(body).with_key(key)
}

/// Lists the schedules of these kinds of report; of all kinds when none is named.
pub fn list_report_schedules(report_types: &[String]) -> PreparedRequest {
    request(Operation::ListReportSchedules, "report-schedules")
        .with_query(query(&[("reportTypes", report_types.join(","))]))
}

/// Reads a schedule.
pub fn get_report_schedule(report_schedule_id: &str) -> PreparedRequest {
    let id = encode_component(report_schedule_id.as_bytes());
    request(Operation::GetReportSchedule, &format!("report-schedules/{id}"))
}

/// Makes a schedule.
pub fn create_report_schedule(body: &CreateReportSchedule, key: IdempotencyKey) -> PreparedRequest {
    request(Operation::CreateReportSchedule, "report-schedules").with_body(body).with_key(key)
}

/// Ends a schedule.
pub fn cancel_report_schedule(report_schedule_id: &str) -> PreparedRequest {
    let id = encode_component(report_schedule_id.as_bytes());
    request(Operation::CancelReportSchedule, &format!("report-schedules/{id}"))
}

fn request(operation: Operation, path: &str) -> PreparedRequest {
    PreparedRequest::new(operation, format!("/v2/{path}"))
}

fn query(pairs: &[(&str, String)]) -> String {
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    pairs
        .map(|(name, value)| format!("{name}={}", encode_component(value.as_bytes())))
        .collect::<Vec<_>>()
        .join("&")
}

#[cfg(test)]
mod tests;
