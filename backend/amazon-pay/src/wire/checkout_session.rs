//! One visit to the checkout, as Amazon answers it.

use super::{
    Address, Buyer, ChargePermissionType, MerchantMetadata, Personal, Price, ProviderMetadata,
    RecurringMetadata, Status, Timestamp, Undocumented,
};
use serde::{Deserialize, Serialize};
use shared::charge::CheckoutSessionState;
use shared::id::{ChargeId, ChargePermissionId, CheckoutSessionId, StoreId};
use std::collections::BTreeMap;

/// A checkout session. After completion or cancelation nearly everything is null but state, reason and ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "members are Amazon's, named as Amazon names them; what needs a word has one"
)]
pub struct CheckoutSession {
    pub checkout_session_id: CheckoutSessionId,
    pub web_checkout_details: Option<WebCheckoutDetails>,
    /// `PayAndShip` or `PayOnly`; null before a buyer is attached.
    pub product_type: Option<String>,
    pub payment_details: Option<PaymentDetails>,
    pub charge_permission_type: Option<ChargePermissionType>,
    pub order_type: Option<Undocumented>,
    pub recurring_metadata: Option<RecurringMetadata>,
    pub payment_method_on_file_metadata: Option<PaymentMethodOnFileMetadata>,
    pub merchant_details: Option<Undocumented>,
    pub merchant_metadata: Option<MerchantMetadata>,
    pub supplementary_data: Option<String>,
    /// While open only.
    pub buyer: Option<Buyer>,
    pub billing_address: Option<Address>,
    /// How the buyer pays, as text to show; `[null]` before a buyer is attached.
    pub payment_preferences: Option<Vec<Option<PaymentPreference>>>,
    pub status_details: Status<CheckoutSessionState>,
    /// Null for `PayOnly`.
    pub shipping_address: Option<Address>,
    pub platform_id: Option<String>,
    /// After completion.
    pub charge_permission_id: Option<ChargePermissionId>,
    /// After completion, unless the intent was `Confirm`.
    pub charge_id: Option<ChargeId>,
    /// What is still missing; `amazonPayRedirectUrl` stays null until this is empty.
    pub constraints: Option<Vec<Constraint>>,
    pub creation_timestamp: Option<Timestamp>,
    /// 24 hours after creation.
    pub expiration_timestamp: Option<Timestamp>,
    pub store_id: Option<StoreId>,
    pub provider_metadata: Option<ProviderMetadata>,
    /// `Sandbox` or `Live`.
    pub release_environment: Option<String>,
    pub checkout_button_text: Option<Undocumented>,
    pub delivery_specifications: Option<DeliverySpecifications>,
    pub tokens: Option<Undocumented>,
}

impl CheckoutSession {
    /// The payment text to show, such as `Visa ****1111 (Amazon Pay)`. Never to be parsed.
    pub fn payment_descriptor(&self) -> Option<&Personal> {
        self.payment_preferences.iter().flatten().flatten().find_map(|one| one.payment_descriptor.as_ref())
    }

    /// Where to send the buyer's browser to pay; there is none while constraints are left.
    pub fn redirect_url(&self) -> Option<&str> {
        self.web_checkout_details.as_ref().and_then(|details| details.amazon_pay_redirect_url.as_deref())
    }

    /// Whether `constraintId` `id` is still open.
    pub fn has_constraint(&self, id: &str) -> bool {
        self.constraints.iter().flatten().any(|one| one.constraint_id == id)
    }
}

/// Addresses the browser is sent to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebCheckoutDetails {
    /// After the buyer has chosen.
    pub checkout_review_return_url: Option<String>,
    /// After Amazon has processed, declined or the buyer has left.
    pub checkout_result_return_url: Option<String>,
    /// Where "back to shop" on Amazon's pages leads.
    pub checkout_cancel_url: Option<String>,
    /// Amazon's processing page; made by Amazon.
    pub amazon_pay_redirect_url: Option<String>,
    /// `ProcessOrder`, or null for the flow with a review page.
    pub checkout_mode: Option<CheckoutMode>,
}

/// Whether the shop shows a review page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckoutMode {
    /// It does not: the button carries everything.
    ProcessOrder,
}

/// What completion is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaymentIntent {
    /// Make the permission only.
    Confirm,
    /// Reserve the amount.
    Authorize,
    /// Take the amount.
    AuthorizeWithCapture,
}

/// `paymentDetails` of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentDetails {
    /// What completion is to do.
    pub payment_intent: Option<PaymentIntent>,
    /// Whether the shop can wait up to 24 hours for the authorization.
    pub can_handle_pending_authorization: Option<bool>,
    /// The amount of the intent.
    pub charge_amount: Option<Price>,
    /// The limit of the permission, where it is to differ.
    pub total_order_amount: Option<Price>,
    /// Not usable in Japan.
    pub soft_descriptor: Option<String>,
    /// Not used in Japan.
    pub presentment_currency: Option<String>,
    /// Set by the button's payload only.
    pub allow_overcharge: Option<bool>,
    /// Set by the button's payload only.
    pub extend_expiration: Option<bool>,
}

/// `paymentMethodOnFileMetadata`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentMethodOnFileMetadata {
    /// Keep the payment method without a purchase.
    pub setup_only: Option<bool>,
}

/// How the buyer pays, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentPreference {
    /// To be shown as it is, never parsed.
    pub payment_descriptor: Option<Personal>,
}

/// Something that is still missing before the buyer can pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Constraint {
    /// `BuyerNotAssociated`, `ChargeAmountNotSet`, `CheckoutResultReturnUrlNotSet`, `PaymentIntentNotSet`,
    /// `RecurringFrequencyNotSet`.
    pub constraint_id: String,
    /// In English; not for people.
    pub description: Option<String>,
}

/// Where Amazon lets the buyer have things sent. Checked strictly in the sandbox only: check addresses yourself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliverySpecifications {
    /// `RestrictPOBoxes`, `RestrictPackstations`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub special_restrictions: Option<Vec<String>>,
    /// By country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_restrictions: Option<AddressRestrictions>,
}

/// Places that are allowed, or are not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressRestrictions {
    /// `Allowed` or `NotAllowed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// By country code, `JP`.
    pub restrictions: BTreeMap<String, RestrictedPlaces>,
}

/// Parts of a country; none given means the whole of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RestrictedPlaces {
    /// Prefectures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub states_or_regions: Option<Vec<String>>,
    /// Postal codes, `*` at the end for all that begin so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zip_codes: Option<Vec<String>>,
}
