//! Bodies about a checkout session: made by the button, updated in review, completed on the result page.

use super::{MerchantMetadata, ProviderMetadata, Scope};
use crate::wire::{
    ChargePermissionType, CheckoutMode, DeliverySpecifications, PaymentIntent, PaymentMethodOnFileMetadata,
    Personal, Price, RecurringMetadata,
};
use serde::{Deserialize, Serialize};
use shared::id::StoreId;

/// The payload of a button, and the body of Create Checkout Session. Start with [`CreateCheckoutSession::new`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateCheckoutSession {
    /// Where the browser is sent.
    pub web_checkout_details: WebCheckoutDetails,
    /// The shop's store.
    pub store_id: StoreId,
    /// What the buyer is asked to share; unset means all but the billing address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Scope>>,
    /// Unset means one-time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge_permission_type: Option<ChargePermissionType>,
    /// For subscriptions.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "recurring_without_null")]
    pub recurring_metadata: Option<RecurringMetadata>,
    /// For saved wallets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_method_on_file_metadata: Option<PaymentMethodOnFileMetadata>,
    /// Where Amazon lets the buyer have things sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_specifications: Option<DeliverySpecifications>,
    /// With [`CheckoutMode::ProcessOrder`]: the address typed in the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_details: Option<AddressDetails>,
    /// Intent and amount; here, and only here, also `allowOvercharge` and `extendExpiration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_details: Option<PaymentDetails>,
    /// Order number, name of the shop, note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_metadata: Option<MerchantMetadata>,
    /// Only on Amazon's request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplementary_data: Option<String>,
    /// For solution providers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_id: Option<String>,
    /// For payment service providers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_metadata: Option<ProviderMetadata>,
}

impl CreateCheckoutSession {
    /// A one-time checkout that comes back to `review_return_url`; everything else unset.
    pub fn new(store_id: StoreId, review_return_url: impl Into<String>) -> Self {
        Self {
            web_checkout_details: WebCheckoutDetails {
                checkout_review_return_url: Some(review_return_url.into()),
                ..WebCheckoutDetails::default()
            },
            store_id,
            scopes: None,
            charge_permission_type: None,
            recurring_metadata: None,
            payment_method_on_file_metadata: None,
            delivery_specifications: None,
            address_details: None,
            payment_details: None,
            merchant_metadata: None,
            supplementary_data: None,
            platform_id: None,
            provider_metadata: None,
        }
    }
}

/// Where the browser is sent. HTTPS, but for loopback in the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebCheckoutDetails {
    /// After the buyer has chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkout_review_return_url: Option<String>,
    /// After Amazon has processed, declined or the buyer has left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkout_result_return_url: Option<String>,
    /// Where "back to shop" on Amazon's pages leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkout_cancel_url: Option<String>,
    /// `ProcessOrder` for a button without review page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkout_mode: Option<CheckoutMode>,
}

/// Intent and amounts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentDetails {
    /// What completion is to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_intent: Option<PaymentIntent>,
    /// Whether the shop can wait for the authorization; not with `AuthorizeWithCapture`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_handle_pending_authorization: Option<bool>,
    /// The amount of the intent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge_amount: Option<Price>,
    /// Only if more is to be charged later: the limit of the permission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_order_amount: Option<Price>,
    /// Not usable in Japan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soft_descriptor: Option<String>,
    /// Not used in Japan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presentment_currency: Option<String>,
    /// In the button's payload only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_overcharge: Option<bool>,
    /// In the button's payload only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extend_expiration: Option<bool>,
}

/// The address typed in the shop, for a button without review page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "members are Amazon's, named as Amazon names them; what needs a word has one"
)]
pub struct AddressDetails {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_line1: Option<Personal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_line2: Option<Personal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_line3: Option<Personal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<Personal>,
    /// One merged member here, unlike in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district_or_county: Option<Personal>,
    /// Prefecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_or_region: Option<Personal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<Personal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<Personal>,
}

/// Body of Update Checkout Session: members given replace, members unset stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateCheckoutSession {
    /// Where the browser is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_checkout_details: Option<WebCheckoutDetails>,
    /// Intent and amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_details: Option<PaymentDetails>,
    /// May turn one-time into recurring.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge_permission_type: Option<ChargePermissionType>,
    /// For subscriptions.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "recurring_without_null")]
    pub recurring_metadata: Option<RecurringMetadata>,
    /// Order number, name of the shop, note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_metadata: Option<MerchantMetadata>,
    /// Only on Amazon's request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplementary_data: Option<String>,
    /// For solution providers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_id: Option<String>,
    /// For payment service providers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_metadata: Option<ProviderMetadata>,
}

/// Body of Complete Checkout Session. Both amounts must equal what the session holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompleteCheckoutSession {
    /// Unset only for a session that saves a payment method without a purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge_amount: Option<Price>,
    /// Set if the session has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_order_amount: Option<Price>,
}

impl CompleteCheckoutSession {
    /// Completes with `amount`.
    pub fn new(amount: impl Into<Price>) -> Self {
        Self { charge_amount: Some(amount.into()), total_order_amount: None }
    }
}

/// Answers write an absent amount as `null`, requests leave it out.
pub(super) fn recurring_without_null<S: serde::Serializer>(
    value: &Option<RecurringMetadata>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    use crate::wire::Frequency;
    #[derive(Serialize)]
    struct WithoutNull<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        frequency: Option<&'a Frequency>,
        #[serde(skip_serializing_if = "Option::is_none")]
        amount: Option<Price>,
    }
    value
        .as_ref()
        .map(|given| WithoutNull { frequency: given.frequency.as_ref(), amount: given.amount })
        .serialize(serializer)
}
