//! The buyer's consent to be charged, as Amazon answers it.

use super::checkout_session::PaymentPreference;
use super::{Address, Buyer, MerchantMetadata, PermissionStatus, Personal, Price, Timestamp};
use serde::{Deserialize, Serialize};
use shared::id::ChargePermissionId;

/// A charge permission. Buyer and address vanish 30 days after creation (one-time) or closing (recurring).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "members are Amazon's, named as Amazon names them; what needs a word has one"
)]
pub struct ChargePermission {
    pub charge_permission_id: ChargePermissionId,
    pub charge_permission_reference_id: Option<String>,
    pub charge_permission_type: Option<ChargePermissionType>,
    pub recurring_metadata: Option<RecurringMetadata>,
    pub platform_id: Option<String>,
    pub buyer: Option<Buyer>,
    /// Where it differs from what the review page showed, this one is right.
    pub shipping_address: Option<Address>,
    pub billing_address: Option<Address>,
    pub payment_preferences: Option<Vec<Option<PaymentPreference>>>,
    pub status_details: PermissionStatus,
    pub creation_timestamp: Option<Timestamp>,
    pub expiration_timestamp: Option<Timestamp>,
    pub merchant_metadata: Option<MerchantMetadata>,
    /// `Sandbox` or `Live`.
    pub release_environment: Option<String>,
    pub limits: Option<Limits>,
    pub presentment_currency: Option<String>,
}

impl ChargePermission {
    /// The payment text to show. Never to be parsed.
    pub fn payment_descriptor(&self) -> Option<&Personal> {
        self.payment_preferences.iter().flatten().flatten().find_map(|one| one.payment_descriptor.as_ref())
    }
}

/// How much may be charged: in all (one-time), or in this calendar month (recurring).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// The ceiling.
    pub amount_limit: Option<Price>,
    /// What is left of it.
    pub amount_balance: Option<Price>,
}

/// What the buyer consents to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChargePermissionType {
    /// One order.
    OneTime,
    /// A subscription.
    Recurring,
    /// A saved wallet.
    PaymentMethodOnFile,
}

/// What the buyer is told about a subscription. Amazon never charges by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecurringMetadata {
    /// How often.
    pub frequency: Option<Frequency>,
    /// How much each time; null if it varies.
    pub amount: Option<Price>,
}

/// A cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frequency {
    /// The unit.
    pub unit: FrequencyUnit,
    /// Number of units, as text; `"0"` with [`FrequencyUnit::Variable`].
    pub value: String,
}

/// Unit of a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FrequencyUnit {
    /// Years.
    Year,
    /// Months.
    Month,
    /// Weeks.
    Week,
    /// Days.
    Day,
    /// No fixed cycle.
    Variable,
}
