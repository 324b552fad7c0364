//! Where an object stands, with the reason.

use super::Timestamp;
use serde::{Deserialize, Serialize};
use shared::charge::ChargePermissionState;

/// `statusDetails` of a checkout session, charge or refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Status<S> {
    /// The state.
    pub state: S,
    /// Why, in one word.
    pub reason_code: Option<String>,
    /// Why, in English; not stable, not for people.
    pub reason_description: Option<String>,
    /// When the state was last set.
    pub last_updated_timestamp: Option<Timestamp>,
}

/// `statusDetails` of a charge permission, which alone has a list of reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionStatus {
    /// The state.
    pub state: ChargePermissionState,
    /// Why; several at once are possible.
    pub reasons: Option<Vec<PermissionReason>>,
    /// When the state was last set.
    pub last_updated_timestamp: Option<Timestamp>,
}

/// One reason of a charge permission's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionReason {
    /// In one word: `MerchantClosed`, `BuyerClosed`, `PaymentMethodInvalid` …
    pub reason_code: String,
    /// In English; not stable, not for people.
    pub reason_description: Option<String>,
}

impl PermissionStatus {
    /// Whether `code` is among the reasons.
    pub fn has_reason(&self, code: &str) -> bool {
        self.reasons.iter().flatten().any(|reason| reason.reason_code == code)
    }
}
