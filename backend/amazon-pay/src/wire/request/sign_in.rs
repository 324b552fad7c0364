//! The payload of a sign-in button.

use serde::{Deserialize, Serialize};
use shared::id::StoreId;

/// What the buyer is asked to share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    /// Name.
    Name,
    /// Mail address.
    Email,
    /// Phone number.
    PhoneNumber,
    /// Billing address.
    BillingAddress,
    /// Postal code of the default address; at sign-in only.
    PostalCode,
    /// Default delivery address; at sign-in only.
    ShippingAddress,
    /// Prime membership; at sign-in only, for merchants on Amazon's list.
    PrimeStatus,
}

/// Payload of a button with `productType: SignIn`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// Where the browser comes back to, with `buyerToken` in its query.
    pub sign_in_return_url: String,
    /// The shop's store.
    pub store_id: StoreId,
    /// What is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in_scopes: Option<Vec<Scope>>,
}
