//! Charge Permission: the buyer's consent to be charged, for one order or for a recurring agreement.

use super::Owner;
use super::address::Address;
use super::buyer::{Buyer, Card};
use super::part::{MerchantMetadata, RecurringMetadata, price, stamp};
use super::word::PermissionKind;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::charge::ChargePermissionState;
use shared::money::Yen;

/// The buyer's consent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Permission {
    pub id: String,
    pub owner: Owner,
    pub kind: PermissionKind,
    pub recurring: Option<RecurringMetadata>,
    pub platform_id: Option<String>,
    pub presentment_currency: String,
    pub buyer: &'static Buyer,
    pub scopes: Option<Vec<String>>,
    pub address: Option<Address>,
    pub billing_address: bool,
    pub card: &'static Card,
    pub state: ChargePermissionState,
    pub reason: Option<PermissionReason>,
    /// One-time: the order's; recurring: per month of Japan.
    pub limit: Yen,
    pub metadata: MerchantMetadata,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub expires: Timestamp,
    pub closed: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PermissionReason {
    PaymentMethodInvalid,
    PaymentMethodDeleted,
    ChargeInProgress,
    MerchantClosed,
    BuyerClosed,
    AmazonClosed,
    AmazonCanceled,
    Expired,
}

impl PermissionReason {
    pub const ALL: &'static [Self] = &[
        Self::PaymentMethodInvalid,
        Self::PaymentMethodDeleted,
        Self::ChargeInProgress,
        Self::MerchantClosed,
        Self::BuyerClosed,
        Self::AmazonClosed,
        Self::AmazonCanceled,
        Self::Expired,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::PaymentMethodInvalid => "PaymentMethodInvalid",
            Self::PaymentMethodDeleted => "PaymentMethodDeleted",
            Self::ChargeInProgress => "ChargeInProgress",
            Self::MerchantClosed => "MerchantClosed",
            Self::BuyerClosed => "BuyerClosed",
            Self::AmazonClosed => "AmazonClosed",
            Self::AmazonCanceled => "AmazonCanceled",
            Self::Expired => "Expired",
        }
    }

    pub const fn describe(self) -> &'static str {
        match self {
            Self::PaymentMethodInvalid => "The last charge was declined; the buyer has to act.",
            Self::PaymentMethodDeleted => "The buyer deleted the payment method.",
            Self::ChargeInProgress => "Another charge is in progress.",
            Self::MerchantClosed => "The merchant closed the Charge Permission.",
            Self::BuyerClosed => "The buyer closed the Charge Permission.",
            Self::AmazonClosed => "The full amount has been captured.",
            Self::AmazonCanceled => "Amazon canceled the Charge Permission.",
            Self::Expired => "The Charge Permission expired.",
        }
    }
}

impl Permission {
    /// The wire form at `now`, with `balance` left to charge.
    pub fn view(&self, now: Timestamp, balance: Yen) -> Value {
        let known = |value: Value| if self.knows_the_buyer(now) { value } else { Value::Null };
        let reasons = self
            .reason
            .map(|reason| json!([{ "reasonCode": reason.name(), "reasonDescription": reason.describe() }]));
        let home = self.buyer.addresses.first().filter(|_| self.billing_address);
        json!({
            "chargePermissionId": self.id,
            "chargePermissionReferenceId": null,
            "chargePermissionType": self.kind.name(),
            "recurringMetadata": self.recurring.as_ref().map(RecurringMetadata::view),
            "platformId": self.platform_id,
            "buyer": known(self.buyer.view(&self.owner.merchant_id, self.scopes.as_deref())),
            "shippingAddress": known(self.address.as_ref().map_or(Value::Null, Address::view)),
            "billingAddress": known(home.map_or(Value::Null, Address::view)),
            "paymentPreferences": known(json!([{ "paymentDescriptor": self.card.descriptor() }])),
            "statusDetails": {
                "state": self.state.name(),
                "reasons": reasons,
                "lastUpdatedTimestamp": stamp(self.updated),
            },
            "creationTimestamp": stamp(self.created),
            "expirationTimestamp": stamp(self.expires),
            "merchantMetadata": self.metadata.view(),
            "releaseEnvironment": self.owner.environment.name(),
            "limits": { "amountLimit": price(self.limit), "amountBalance": price(balance) },
            "presentmentCurrency": self.presentment_currency,
        })
    }

    /// One-time: 30 days from the start. Recurring: while open and 30 days after the end.
    fn knows_the_buyer(&self, now: Timestamp) -> bool {
        let days30 = SignedDuration::from_hours(30 * 24);
        match (self.kind, self.closed) {
            (PermissionKind::OneTime, _) => now < self.created + days30,
            (_, Some(closed)) => now < closed + days30,
            (_, None) => true,
        }
    }
}
