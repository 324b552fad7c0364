//! An address as a buyer keeps it at Amazon: as typed, never tidied.

use crate::error::{ApiError, ApiResult};
use crate::fields::Fields;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Postal address in Japan's form (reference, section 11.2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Address {
    pub name: String,
    pub line1: String,
    pub line2: Option<String>,
    pub line3: Option<String>,
    pub state_or_region: String,
    pub postal_code: String,
    pub phone: Option<String>,
}

impl Address {
    /// The wire form; Japan leaves city, county and district null.
    pub fn view(&self) -> Value {
        json!({
            "name": self.name,
            "addressLine1": self.line1,
            "addressLine2": self.line2,
            "addressLine3": self.line3,
            "city": null,
            "county": null,
            "district": null,
            "stateOrRegion": self.state_or_region,
            "postalCode": self.postal_code,
            "countryCode": "JP",
            "phoneNumber": self.phone,
        })
    }

    /// `addressDetails` of a ProcessOrder payload, plain or percent-encoded value by value.
    pub fn from_details(details: &Fields<'_>) -> ApiResult<Self> {
        let required = |name: &str, max: usize| -> ApiResult<String> {
            let text = decode(details.required_text(name, 9 * max)?.trim());
            if text.chars().count() > max {
                return Err(ApiError::invalid_value(name, &format!("at most {max} characters")));
            }
            Ok(text)
        };
        let optional = |name: &str| -> ApiResult<Option<String>> {
            Ok(details.text(name, 540)?.map(|text| decode(text.trim())).filter(|text| !text.is_empty()))
        };
        if required("countryCode", 2)?.to_uppercase() != "JP" {
            return Err(ApiError::invalid_value("addressDetails.countryCode", "JP is expected"));
        }
        Ok(Self {
            name: required("name", 50)?,
            line1: required("addressLine1", 180)?,
            line2: optional("addressLine2")?,
            line3: optional("addressLine3")?,
            state_or_region: required("stateOrRegion", 50)?,
            postal_code: required("postalCode", 20)?.to_uppercase(),
            phone: Some(required("phoneNumber", 20)?),
        })
    }

    /// Members of `addressDetails`.
    pub const DETAILS: &'static [&'static str] = &[
        "name",
        "addressLine1",
        "addressLine2",
        "addressLine3",
        "city",
        "districtOrCounty",
        "stateOrRegion",
        "postalCode",
        "countryCode",
        "phoneNumber",
    ];
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.filter(|_| *first == b'%').and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn values_are_read_plain_and_percent_encoded() {
        assert_eq!(decode("%E6%9D%B1%E4%BA%AC%E9%83%BD"), "東京都");
        assert_eq!(decode("東京都 100%"), "東京都 100%");
        assert_eq!(decode("%FF"), "%FF");
    }
}
