//! Bodies about a charge permission.

use super::checkout_session::recurring_without_null;
use super::{MerchantMetadata, cut};
use crate::wire::RecurringMetadata;
use serde::{Deserialize, Serialize};

/// Body of Update Charge Permission. Address, payment method and limit cannot be set by anyone but the buyer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateChargePermission {
    /// Order number, name of the shop, note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_metadata: Option<MerchantMetadata>,
    /// Amount and cycle as the buyer is told.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "recurring_without_null")]
    pub recurring_metadata: Option<RecurringMetadata>,
}

/// Body of Close Charge Permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CloseChargePermission {
    /// 1 to 255 characters.
    pub closure_reason: String,
    /// Whether authorized charges are canceled too; otherwise they stay capturable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_pending_charges: Option<bool>,
}

impl CloseChargePermission {
    /// Closes because of `reason` (cut to 255 characters), with or without the charges that are open.
    pub fn new(reason: &str, cancel_pending_charges: bool) -> Self {
        Self { closure_reason: cut(reason, 255), cancel_pending_charges: Some(cancel_pending_charges) }
    }
}
