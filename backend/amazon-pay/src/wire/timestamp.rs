//! Amazon's way of writing a moment: `20261124T030405Z`, always UTC.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A moment, to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(jiff::Timestamp);

/// The text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a timestamp looks like 20261124T030405Z")]
pub struct TimestampError;

impl Timestamp {
    /// `moment`, shortened to the second.
    pub fn new(moment: jiff::Timestamp) -> Self {
        Self(jiff::Timestamp::from_second(moment.as_second()).unwrap_or(moment))
    }

    /// The moment.
    pub const fn get(self) -> jiff::Timestamp {
        self.0
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(moment: jiff::Timestamp) -> Self {
        Self::new(moment)
    }
}

/// Reads both spellings in use: `20261124T030405Z` and `2026-11-24T03:04:05Z` (fractions are dropped).
impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        if !text.ends_with('Z') {
            return Err(TimestampError);
        }
        text.parse().map(Self::new).map_err(|_| TimestampError)
    }
}

impl TryFrom<String> for Timestamp {
    type Error = TimestampError;
    fn try_from(text: String) -> Result<Self, TimestampError> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(moment: Timestamp) -> Self {
        moment.to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y%m%dT%H%M%SZ"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read_and_the_short_one_is_written() {
        for text in ["20261124T030405Z", "2026-11-24T03:04:05Z", "2026-11-24T03:04:05.678Z"] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), "20261124T030405Z");
        }
        for bad in ["", "20261124", "20261124T030405", "20261324T030405Z", "2026-11-24T03:04:05+09:00"] {
            assert_eq!(bad.parse::<Timestamp>(), Err(TimestampError), "{bad}");
        }
    }
}
