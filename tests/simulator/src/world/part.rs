//! Parts that several of Amazon's objects share: prices, times, merchant metadata, recurring metadata.

use super::word::FrequencyUnit;
use crate::error::{ApiError, ApiResult};
use crate::fields::Fields;
use jiff::{Timestamp, ToSpan as _, tz};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::money::Yen;

/// `{amount, currencyCode}`: the amount is a string on the wire.
pub(crate) fn price(amount: Yen) -> Value {
    json!({ "amount": amount.get().to_string(), "currencyCode": "JPY" })
}

/// A price, or null.
pub(crate) fn maybe_price(amount: Option<Yen>) -> Value {
    amount.map_or(Value::Null, price)
}

/// `20261124T030405Z`.
pub(crate) fn stamp(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// `at` plus calendar months, in UTC.
pub(crate) fn months_after(at: Timestamp, months: i64) -> Timestamp {
    at.to_zoned_datetime(tz::TimeZone::UTC)
        .checked_add(months.months())
        .map_or(Timestamp::MAX, |date| date.timestamp())
}

/// Year and month in Japan, as `yyyymm`.
pub(crate) fn month_in_japan(at: Timestamp) -> i32 {
    let date = at.to_zoned_datetime(tz::TimeZone::fixed(tz::offset(9)));
    i32::from(date.year()) * 100 + i32::from(date.month())
}

/// `statusDetails` of everything but a permission.
pub(crate) fn status(state: &str, reason: Option<(&str, &str)>, updated: Timestamp) -> Value {
    json!({
        "state": state,
        "reasonCode": reason.map(|(code, _)| code),
        "reasonDescription": reason.map(|(_, text)| text),
        "lastUpdatedTimestamp": stamp(updated),
    })
}

/// What the merchant notes on an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MerchantMetadata {
    pub reference_id: Option<String>,
    pub store_name: Option<String>,
    pub note_to_buyer: Option<String>,
    pub custom_information: Option<String>,
}

impl MerchantMetadata {
    const FIELDS: &'static [&'static str] =
        &["merchantReferenceId", "merchantStoreName", "noteToBuyer", "customInformation"];

    /// Reads the member `merchantMetadata` of `body`.
    pub fn read(body: &Fields<'_>) -> ApiResult<Option<Self>> {
        let Some(fields) = body.object("merchantMetadata", Self::FIELDS)? else { return Ok(None) };
        Ok(Some(Self {
            reference_id: fields.text("merchantReferenceId", 256)?,
            store_name: fields.text("merchantStoreName", 50)?,
            note_to_buyer: fields.text("noteToBuyer", 255)?,
            custom_information: fields.text("customInformation", 4096)?,
        }))
    }

    /// Takes over the members that `given` has.
    pub fn merge(&mut self, given: Self) {
        for (old, new) in self.members().into_iter().zip(given.into_members()) {
            if new.is_some() {
                *old = new;
            }
        }
    }

    /// Whether `given` would change a member that is already set.
    pub fn would_overwrite(&self, given: &Self) -> bool {
        let (mut old, given) = (self.clone(), given.clone());
        old.members()
            .into_iter()
            .zip(given.into_members())
            .any(|(old, new)| new.is_some() && old.as_deref().is_some_and(|text| !text.is_empty()))
    }

    fn members(&mut self) -> [&mut Option<String>; 4] {
        [&mut self.reference_id, &mut self.store_name, &mut self.note_to_buyer, &mut self.custom_information]
    }

    fn into_members(self) -> [Option<String>; 4] {
        [self.reference_id, self.store_name, self.note_to_buyer, self.custom_information]
    }

    pub fn view(&self) -> Value {
        json!({
            "merchantReferenceId": self.reference_id,
            "merchantStoreName": self.store_name,
            "noteToBuyer": self.note_to_buyer,
            "customInformation": self.custom_information,
        })
    }
}

/// Cycle and amount of a recurring agreement: shown to the buyer, never enforced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RecurringMetadata {
    pub frequency: Option<(FrequencyUnit, String)>,
    pub amount: Option<Yen>,
}

impl RecurringMetadata {
    pub fn read(body: &Fields<'_>) -> ApiResult<Option<Self>> {
        let Some(fields) = body.object("recurringMetadata", &["frequency", "amount"])? else {
            return Ok(None);
        };
        let frequency = match fields.object("frequency", &["unit", "value"])? {
            None => None,
            Some(frequency) => {
                let unit = frequency.word("unit", FrequencyUnit::from_name)?;
                let unit = unit.ok_or_else(|| frequency.missing("unit"))?;
                let value = frequency.required_text("value", 3)?;
                let number: u16 = value.parse().map_err(|_| {
                    ApiError::invalid_value("frequency.value", "a number as a string is expected")
                })?;
                if (number == 0) != (unit == FrequencyUnit::Variable) {
                    return Err(ApiError::invalid_value("frequency.value", "0 goes with Variable only"));
                }
                Some((unit, value))
            }
        };
        Ok(Some(Self { frequency, amount: fields.price("amount")? }))
    }

    pub fn view(&self) -> Value {
        let frequency =
            self.frequency.as_ref().map(|(unit, value)| json!({ "unit": unit.name(), "value": value }));
        json!({ "frequency": frequency, "amount": maybe_price(self.amount) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_midnight_in_japan() {
        let before: Timestamp = "2026-11-30T14:59:59Z".parse().unwrap();
        let after: Timestamp = "2026-11-30T15:00:00Z".parse().unwrap();
        assert_eq!((month_in_japan(before), month_in_japan(after)), (202_611, 202_612));
    }

    #[test]
    fn times_are_written_without_separators() {
        let at: Timestamp = "2023-10-26T06:28:27.9Z".parse().unwrap();
        assert_eq!(stamp(at), "20231026T062827Z");
        assert_eq!(stamp(months_after(at, 13)), "20241126T062827Z");
    }
}
