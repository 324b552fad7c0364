//! An amount with its currency. Japan knows one currency and no decimals.

use serde::{Deserialize, Deserializer, Serialize};
use shared::money::{Chargeable, NotYen, Yen};

/// An amount of yen on the wire: `{"amount":"3980","currencyCode":"JPY"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(try_from = "PriceText", into = "PriceText")]
pub struct Price(Yen);

/// Why an amount on the wire is no amount of yen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// A decimal point, even before zeros, or anything that is not a whole number.
    #[error("an amount of yen is a whole number without a decimal point")]
    NotWhole,
    /// A currency that Amazon Pay in Japan does not use.
    #[error("the currency is not JPY")]
    OtherCurrency(String),
    /// Negative or far too large.
    #[error(transparent)]
    NotYen(#[from] NotYen),
}

/// A price as it was written, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceText {
    /// Digits. Written as text; a JSON number is read too, since some official SDKs send one.
    #[serde(deserialize_with = "text_or_number")]
    pub amount: String,
    /// `JPY`.
    pub currency_code: String,
}

impl Price {
    /// `yen` as a price.
    pub const fn new(yen: Yen) -> Self {
        Self(yen)
    }

    /// The amount.
    pub const fn yen(self) -> Yen {
        self.0
    }
}

impl From<Yen> for Price {
    fn from(yen: Yen) -> Self {
        Self(yen)
    }
}

impl From<Chargeable> for Price {
    fn from(amount: Chargeable) -> Self {
        Self(amount.yen())
    }
}

impl TryFrom<PriceText> for Price {
    type Error = PriceError;

    fn try_from(text: PriceText) -> Result<Self, PriceError> {
        if text.currency_code != "JPY" {
            return Err(PriceError::OtherCurrency(text.currency_code));
        }
        let digits = text.amount.strip_prefix('-').unwrap_or(&text.amount);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PriceError::NotWhole);
        }
        let amount = text.amount.parse::<i64>().unwrap_or(i64::MAX);
        Ok(Self(Yen::new(amount)?))
    }
}

impl From<Price> for PriceText {
    fn from(price: Price) -> Self {
        Self { amount: price.0.get().to_string(), currency_code: "JPY".to_owned() }
    }
}

fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Amount {
        Text(String),
        Number(serde_json::Number),
    }
    Ok(match Amount::deserialize(deserializer)? {
        Amount::Text(text) => text,
        Amount::Number(number) => number.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(amount: &str) -> Result<Price, PriceError> {
        Price::try_from(PriceText { amount: amount.to_owned(), currency_code: "JPY".to_owned() })
    }

    #[test]
    fn r62_only_whole_yen_are_read() {
        assert_eq!(read("3980").unwrap().yen().get(), 3980);
        assert_eq!(read("0").unwrap().yen(), Yen::ZERO);
        for bad in ["", "-", "3980.00", "3980.5", "3,980", "1e3", " 3980", "３９８０"] {
            assert_eq!(read(bad), Err(PriceError::NotWhole), "{bad:?}");
        }
        for bad in ["-1", "99999999999", "99999999999999999999999"] {
            assert!(matches!(read(bad), Err(PriceError::NotYen(_))), "{bad:?}");
        }
    }

    #[test]
    fn another_currency_is_refused_by_name() {
        let dollars = PriceText { amount: "10".to_owned(), currency_code: "USD".to_owned() };
        assert_eq!(Price::try_from(dollars), Err(PriceError::OtherCurrency("USD".to_owned())));
    }

    #[test]
    fn an_amount_is_written_as_text_and_read_as_text_or_number() {
        let price = Price::new(Yen::new(3980).unwrap());
        assert_eq!(serde_json::to_string(&price).unwrap(), r#"{"amount":"3980","currencyCode":"JPY"}"#);
        for text in [r#"{"amount":"3980","currencyCode":"JPY"}"#, r#"{"amount":3980,"currencyCode":"JPY"}"#] {
            assert_eq!(serde_json::from_str::<Price>(text).unwrap(), price);
        }
        assert!(serde_json::from_str::<Price>(r#"{"amount":3980.0,"currencyCode":"JPY"}"#).is_err());
    }
}
