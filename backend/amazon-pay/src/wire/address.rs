//! An address as the buyer typed it at Amazon.

use super::Personal;
use serde::{Deserialize, Serialize};

/// An address. Nothing in it can be relied on but the order of its lines: normalise before use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// One field for the whole name; may be a nickname.
    pub name: Option<Personal>,
    /// City, ward, street.
    pub address_line1: Option<Personal>,
    /// Building.
    pub address_line2: Option<Personal>,
    /// Often the company.
    pub address_line3: Option<Personal>,
    /// Not used in Japan.
    pub city: Option<Personal>,
    /// Not used in Japan.
    pub county: Option<Personal>,
    /// Not used in Japan.
    pub district: Option<Personal>,
    /// Prefecture, in any spelling.
    pub state_or_region: Option<Personal>,
    /// With or without a hyphen.
    pub postal_code: Option<Personal>,
    /// `JP`.
    pub country_code: Option<String>,
    /// In any spelling, invisible characters included.
    pub phone_number: Option<Personal>,
}
