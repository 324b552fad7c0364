//! One authorization and its capture, as Amazon answers it.

use super::checkout_session::WebCheckoutDetails;
use super::{MerchantMetadata, Price, ProviderMetadata, Status, Timestamp, Undocumented};
use serde::{Deserialize, Serialize};
use shared::charge::ChargeState;
use shared::id::{ChargeId, ChargePermissionId};

/// A charge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "members are Amazon's, named as Amazon names them; what needs a word has one"
)]
pub struct Charge {
    pub charge_id: ChargeId,
    /// What was authorized.
    pub charge_amount: Price,
    /// The one way from a charge to its permission: ids do not show it.
    pub charge_permission_id: ChargePermissionId,
    /// Null until captured.
    pub capture_amount: Option<Price>,
    /// Null until refunded.
    pub refunded_amount: Option<Price>,
    pub soft_descriptor: Option<String>,
    pub provider_metadata: Option<ProviderMetadata>,
    pub converted_amount: Option<Undocumented>,
    pub conversion_rate: Option<Undocumented>,
    /// `Web`, `App`, `Phone` …
    pub channel: Option<String>,
    /// `CITU`, `MITU`, `CITR`, `MITR`.
    pub charge_initiator: Option<String>,
    pub status_details: Status<ChargeState>,
    pub creation_timestamp: Option<Timestamp>,
    /// 30 days after creation.
    pub expiration_timestamp: Option<Timestamp>,
    /// `Sandbox` or `Live`.
    pub release_environment: Option<String>,
    pub merchant_metadata: Option<MerchantMetadata>,
    pub platform_id: Option<String>,
    pub web_checkout_details: Option<WebCheckoutDetails>,
}
