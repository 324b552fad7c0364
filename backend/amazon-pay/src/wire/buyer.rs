//! The buyer, within a checkout and after signing in.

use super::{Address, Personal};
use serde::{Deserialize, Serialize};
use shared::id::BuyerId;

/// The buyer of a checkout session or charge permission; null members were not asked for or not given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Buyer {
    /// The same for each purchase at this merchant.
    pub buyer_id: Option<BuyerId>,
    /// One field for the whole name.
    pub name: Option<Personal>,
    /// Mail address.
    pub email: Option<Personal>,
    /// Absent when paid with a gift card alone.
    pub phone_number: Option<Personal>,
    /// Only for merchants on Amazon's list.
    pub prime_membership_types: Option<Vec<String>>,
}

/// Answer of Get Buyer: who signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedInBuyer {
    /// The same for each purchase at this merchant.
    pub buyer_id: BuyerId,
    /// One field for the whole name.
    pub name: Option<Personal>,
    /// Mail address.
    pub email: Option<Personal>,
    /// Of the default address.
    pub postal_code: Option<Personal>,
    /// Of the default address.
    pub country_code: Option<String>,
    /// Phone number.
    pub phone_number: Option<Personal>,
    /// Default delivery address; not the address of any order.
    pub shipping_address: Option<Address>,
    /// Default billing address.
    pub billing_address: Option<Address>,
    /// Only for merchants on Amazon's list.
    pub prime_membership_types: Option<Vec<String>>,
}
