//! Refusals in Amazon's form: a status, a reason code, an English message.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::charge::DeclineReason;

/// A refusal as it goes over the wire (reference, section 8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ApiError {
    pub status: u16,
    pub reason_code: String,
    pub message: String,
}

pub(crate) type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    pub fn new(status: u16, reason_code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, reason_code: reason_code.into(), message: message.into() }
    }

    pub fn body(&self) -> Value {
        json!({ "reasonCode": self.reason_code, "message": self.message })
    }

    pub fn invalid_value(field: &str, why: &str) -> Self {
        Self::new(400, "InvalidParameterValue", format!("The value of '{field}' is not valid: {why}."))
    }

    pub fn missing_value(field: &str) -> Self {
        Self::new(400, "MissingParameterValue", format!("A required parameter is missing: '{field}'."))
    }

    pub fn invalid_combination(why: &str) -> Self {
        Self::new(400, "InvalidParameterCombination", why)
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(404, "ResourceNotFound", format!("The requested {what} could not be found."))
    }

    pub fn session_status(state: &str) -> Self {
        let message = format!("The operation is not allowed for a Checkout Session in state {state}.");
        Self::new(422, "InvalidCheckoutSessionStatus", message)
    }

    pub fn permission_status(state: &str) -> Self {
        let message = format!("The operation is not allowed for a Charge Permission in state {state}.");
        Self::new(422, "InvalidChargePermissionStatus", message)
    }

    pub fn charge_status(state: &str) -> Self {
        let message = format!("The operation is not allowed for a Charge in state {state}.");
        Self::new(422, "InvalidChargeStatus", message)
    }

    pub fn amount_exceeded(limit: impl std::fmt::Display) -> Self {
        Self::new(400, "TransactionAmountExceeded", format!("The amount exceeds what is allowed ({limit})."))
    }

    pub fn simulation(code: &str) -> Self {
        let message = format!("The simulation code '{code}' cannot be used here.");
        Self::new(400, "InvalidSandboxSimulationSpecified", message)
    }

    /// A declined authorization, capture or refund: 500 for `ProcessingFailure`, else 422.
    pub fn declined(reason: DeclineReason) -> Self {
        let status = if reason == DeclineReason::ProcessingFailure { 500 } else { 422 };
        Self::new(status, reason.name(), describe(reason))
    }
}

/// The sentence that goes with a decline.
pub(crate) const fn describe(reason: DeclineReason) -> &'static str {
    match reason {
        DeclineReason::SoftDeclined => "The payment was declined; it may succeed later.",
        DeclineReason::HardDeclined => {
            "The payment was declined; the buyer has to change the payment method."
        }
        DeclineReason::AmazonRejected => "Amazon rejected the payment.",
        DeclineReason::ProcessingFailure => {
            "Amazon could not process the payment because of an internal error."
        }
        DeclineReason::TransactionTimedOut => "The payment was not decided in time.",
    }
}
