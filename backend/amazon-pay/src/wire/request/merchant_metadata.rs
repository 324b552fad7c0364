//! What the merchant writes on an object.

use super::cut;
use serde::{Deserialize, Serialize};

/// `merchantMetadata` to send. Amazon shows the first three members to the buyer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MerchantMetadata {
    /// The merchant's order number, up to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_reference_id: Option<String>,
    /// Name of the shop, up to 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_store_name: Option<String>,
    /// A sentence to the buyer, up to 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note_to_buyer: Option<String>,
    /// For the merchant alone, up to 4096 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_information: Option<String>,
}

impl MerchantMetadata {
    /// The same with every member cut to the length that Amazon accepts.
    pub fn fitted(self) -> Self {
        let fit = |text: Option<String>, limit| text.map(|text| cut(&text, limit));
        Self {
            merchant_reference_id: fit(self.merchant_reference_id, 256),
            merchant_store_name: fit(self.merchant_store_name, 50),
            note_to_buyer: fit(self.note_to_buyer, 255),
            custom_information: fit(self.custom_information, 4096),
        }
    }
}

/// `providerMetadata`: for payment service providers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderMetadata {
    /// The provider's own number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_reference_id: Option<String>,
}
