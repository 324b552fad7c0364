//! Bodies about a charge.

use super::{MerchantMetadata, ProviderMetadata, WebCheckoutDetails, cut};
use crate::wire::Price;
use serde::{Deserialize, Serialize};
use shared::id::ChargePermissionId;
use shared::money::Chargeable;

/// Body of Create Charge. Start with [`CreateCharge::new`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateCharge {
    /// Must be chargeable.
    pub charge_permission_id: ChargePermissionId,
    /// At most ¥10,000,000.
    pub charge_amount: Price,
    /// Capture at once; unset means authorize only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture_now: Option<bool>,
    /// Not usable in Japan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soft_descriptor: Option<String>,
    /// Whether the shop can wait up to 24 hours; not with `captureNow`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_handle_pending_authorization: Option<bool>,
    /// Marks this delivery of a subscription.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_metadata: Option<MerchantMetadata>,
    /// For payment service providers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_metadata: Option<ProviderMetadata>,
    /// For solution providers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_id: Option<String>,
    /// `CITU`, `MITU`, `CITR`, `MITR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge_initiator: Option<String>,
    /// `Web`, `App`, `Phone` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// For saved wallets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_checkout_details: Option<WebCheckoutDetails>,
}

impl CreateCharge {
    /// Authorizes `amount` under `permission`; everything else unset.
    pub fn new(permission: ChargePermissionId, amount: Chargeable) -> Self {
        Self {
            charge_permission_id: permission,
            charge_amount: amount.into(),
            capture_now: None,
            soft_descriptor: None,
            can_handle_pending_authorization: None,
            merchant_metadata: None,
            provider_metadata: None,
            platform_id: None,
            charge_initiator: None,
            channel: None,
            web_checkout_details: None,
        }
    }
}

/// Body of Capture Charge. A charge is captured once; what is not captured is released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptureCharge {
    /// Up to what was authorized.
    pub capture_amount: Price,
    /// Not usable in Japan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soft_descriptor: Option<String>,
}

impl CaptureCharge {
    /// Captures `amount`.
    pub fn new(amount: Chargeable) -> Self {
        Self { capture_amount: amount.into(), soft_descriptor: None }
    }
}

/// Body of Cancel Charge.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelCharge {
    /// Up to 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancellation_reason: Option<String>,
}

impl CancelCharge {
    /// Cancels because of `reason` (cut to 255 characters).
    pub fn new(reason: &str) -> Self {
        Self { cancellation_reason: Some(cut(reason, 255)) }
    }
}
