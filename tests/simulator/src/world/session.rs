//! Checkout Session: one visit to the checkout, from the button to Complete.

use super::Owner;
use super::address::Address;
use super::buyer::{Buyer, Card};
use super::part::{MerchantMetadata, RecurringMetadata, maybe_price, stamp, status};
use super::word::{Intent, PermissionKind, ProductType};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::charge::CheckoutSessionState;
use shared::money::Yen;

/// One visit to the checkout.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub id: String,
    pub owner: Owner,
    pub store_id: String,
    /// Only the button knows it; null for sessions made by API.
    pub product_type: Option<ProductType>,
    pub urls: Urls,
    pub payment: PaymentDetails,
    pub kind: PermissionKind,
    pub recurring: Option<RecurringMetadata>,
    pub setup_only: Option<bool>,
    pub metadata: MerchantMetadata,
    pub supplementary_data: Option<String>,
    pub platform_id: Option<String>,
    pub provider_reference_id: Option<String>,
    pub scopes: Option<Vec<String>>,
    pub delivery_specifications: Option<Value>,
    pub choice: Choice,
    pub state: CheckoutSessionState,
    pub reason: Option<CancelReason>,
    /// The buyer has passed the processing page and the payment is ready: only now may it be completed.
    pub approved: bool,
    pub permission_id: Option<String>,
    pub charge_id: Option<String>,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub expires: Timestamp,
}

/// `webCheckoutDetails`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Urls {
    pub review: Option<String>,
    pub result: Option<String>,
    pub cancel: Option<String>,
    /// `checkoutMode: ProcessOrder`: no review page.
    pub process_order: bool,
}

/// `paymentDetails`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct PaymentDetails {
    pub intent: Option<Intent>,
    pub can_handle_pending: bool,
    pub charge_amount: Option<Yen>,
    pub total_order_amount: Option<Yen>,
    pub soft_descriptor: Option<String>,
    pub presentment_currency: Option<String>,
    pub allow_overcharge: Option<bool>,
    pub extend_expiration: Option<bool>,
}

/// Who pays, with what, and where the goods go.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Choice {
    pub buyer: Option<&'static Buyer>,
    pub address: Option<Address>,
    pub card: Option<&'static Card>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CancelReason {
    BuyerCanceled,
    Expired,
    AmazonCanceled,
    Declined,
}

impl CancelReason {
    pub const fn name(self) -> &'static str {
        match self {
            Self::BuyerCanceled => "BuyerCanceled",
            Self::Expired => "Expired",
            Self::AmazonCanceled => "AmazonCanceled",
            Self::Declined => "Declined",
        }
    }

    pub const fn describe(self) -> &'static str {
        match self {
            Self::BuyerCanceled => "The buyer canceled the Checkout Session.",
            Self::Expired => "The Checkout Session was not completed within 24 hours.",
            Self::AmazonCanceled => "Amazon canceled the Checkout Session.",
            Self::Declined => "The payment was declined.",
        }
    }
}

impl Session {
    pub fn has_buyer(&self) -> bool {
        self.choice.buyer.is_some() && self.choice.card.is_some()
    }

    /// What still has to be set before the buyer may be sent to pay: id and text.
    pub fn constraints(&self) -> Vec<(&'static str, &'static str)> {
        let needs_amount = self.setup_only != Some(true);
        let mut open = Vec::new();
        let mut unless = |met: bool, id, text| {
            if !met {
                open.push((id, text));
            }
        };
        unless(
            self.has_buyer(),
            "BuyerNotAssociated",
            "There is no buyer associated with the Checkout Session. Return the buyer to Amazon Pay.",
        );
        let amount = !needs_amount || self.payment.charge_amount.is_some();
        unless(amount, "ChargeAmountNotSet", "chargeAmount is not set.");
        let result = self.urls.result.is_some();
        unless(result, "CheckoutResultReturnUrlNotSet", "checkoutResultReturnUrl is not set.");
        unless(self.payment.intent.is_some(), "PaymentIntentNotSet", "paymentIntent is not set.");
        let frequency = self.kind != PermissionKind::Recurring
            || self.recurring.as_ref().is_some_and(|recurring| recurring.frequency.is_some());
        unless(frequency, "RecurringFrequencyNotSet", "frequency is not set.");
        open
    }

    /// The wire form; `base_url` is the address of the hosted pages.
    pub fn view(&self, base_url: &str) -> Value {
        let open = self.state == CheckoutSessionState::Open;
        let when_open = |value: Value| if open { value } else { Value::Null };
        let constraints = self.constraints();
        let redirect = constraints.is_empty().then(|| format!("{base_url}/checkout/{}/processing", self.id));
        let constraints: Vec<Value> = constraints
            .iter()
            .filter(|_| open)
            .map(|(id, text)| json!({ "constraintId": id, "description": text }))
            .collect();
        let reason = self.reason.map(|reason| (reason.name(), reason.describe()));
        json!({
            "checkoutSessionId": self.id,
            "webCheckoutDetails": when_open(self.urls.view(redirect.as_deref())),
            "productType": when_open(json!(self.product_type.map(ProductType::name))),
            "paymentDetails": when_open(self.payment.view()),
            "chargePermissionType": when_open(json!(self.kind.name())),
            "orderType": null,
            "recurringMetadata": when_open(self.recurring.as_ref().map_or(Value::Null, RecurringMetadata::view)),
            "paymentMethodOnFileMetadata":
                when_open(self.setup_only.map_or(Value::Null, |only| json!({ "setupOnly": only }))),
            "merchantDetails": null,
            "merchantMetadata": when_open(self.metadata.view()),
            "supplementaryData": when_open(json!(self.supplementary_data)),
            "buyer": when_open(self.buyer_view()),
            "billingAddress": when_open(self.billing_view()),
            "paymentPreferences": [when_open(self.choice.card.map_or(Value::Null, |card| {
                json!({ "paymentDescriptor": card.descriptor() })
            }))],
            "statusDetails": status(self.state.name(), reason, self.updated),
            "shippingAddress": when_open(self.choice.address.as_ref().map_or(Value::Null, Address::view)),
            "platformId": when_open(json!(self.platform_id)),
            "chargePermissionId": self.permission_id,
            "chargeId": self.charge_id,
            "constraints": constraints,
            "creationTimestamp": stamp(self.created),
            "expirationTimestamp": stamp(self.expires),
            "storeId": when_open(json!(self.store_id)),
            "providerMetadata": { "providerReferenceId": when_open(json!(self.provider_reference_id)) },
            "releaseEnvironment": self.owner.environment.name(),
            "checkoutButtonText": null,
            "deliverySpecifications": when_open(self.delivery_specifications.clone().unwrap_or(Value::Null)),
            "tokens": null,
        })
    }

    fn buyer_view(&self) -> Value {
        self.choice
            .buyer
            .map_or(Value::Null, |buyer| buyer.view(&self.owner.merchant_id, self.scopes.as_deref()))
    }

    fn billing_view(&self) -> Value {
        let asked = self.scopes.as_ref().is_some_and(|scopes| scopes.iter().any(|s| s == "billingAddress"))
            || self.product_type == Some(ProductType::PayOnly);
        let home = self.choice.buyer.and_then(|buyer| buyer.addresses.first());
        home.filter(|_| asked).map_or(Value::Null, Address::view)
    }
}

impl Urls {
    fn view(&self, redirect: Option<&str>) -> Value {
        json!({
            "checkoutReviewReturnUrl": self.review,
            "checkoutResultReturnUrl": self.result,
            "checkoutCancelUrl": self.cancel,
            "amazonPayRedirectUrl": redirect,
            "checkoutMode": self.process_order.then_some("ProcessOrder"),
        })
    }
}

impl PaymentDetails {
    fn view(&self) -> Value {
        json!({
            "paymentIntent": self.intent.map(Intent::name),
            "canHandlePendingAuthorization": self.can_handle_pending,
            "chargeAmount": maybe_price(self.charge_amount),
            "totalOrderAmount": maybe_price(self.total_order_amount),
            "softDescriptor": self.soft_descriptor,
            "presentmentCurrency": self.presentment_currency,
            "allowOvercharge": self.allow_overcharge,
            "extendExpiration": self.extend_expiration,
        })
    }
}
