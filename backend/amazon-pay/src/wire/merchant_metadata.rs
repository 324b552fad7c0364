//! What the merchant wrote on an object; the buyer sees the first three in Amazon's mails.

use serde::{Deserialize, Serialize};

/// `merchantMetadata` of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MerchantMetadata {
    /// The merchant's order number.
    pub merchant_reference_id: Option<String>,
    /// Name of the shop.
    pub merchant_store_name: Option<String>,
    /// A sentence to the buyer.
    pub note_to_buyer: Option<String>,
    /// For the merchant alone.
    pub custom_information: Option<String>,
}

/// `providerMetadata`: used by payment service providers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderMetadata {
    /// The provider's own number.
    pub provider_reference_id: Option<String>,
}
