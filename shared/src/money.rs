//! Yen, and the one door an amount passes before it may be charged.
//!
//! Refuses decimals, negative amounts and ¥0 charges (R9, R62). Start at [`Yen::new`] and [`Chargeable::new`].

use core::fmt;
use serde::{Deserialize, Serialize};

/// An amount in whole yen, 0 to [`Yen::MAX`], never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Yen(i64);

/// The number is no amount of yen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not an amount of yen (0 to 9,999,999,999)")]
pub struct NotYen(pub i64);

impl Yen {
    /// ¥0.
    pub const ZERO: Self = Self(0);
    /// The largest amount this system calculates with; far above what Amazon Pay charges at once.
    pub const MAX: Self = Self(9_999_999_999);

    /// `amount` yen.
    ///
    /// # Errors
    /// [`NotYen`] below 0 or above [`Yen::MAX`].
    pub const fn new(amount: i64) -> Result<Self, NotYen> {
        if amount < 0 || amount > Self::MAX.0 { Err(NotYen(amount)) } else { Ok(Self(amount)) }
    }

    /// The number of yen.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether this is ¥0.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, unless it passes [`Yen::MAX`].
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match Self::new(self.0 + other.0) {
            Ok(sum) => Some(sum),
            Err(_) => None,
        }
    }

    /// The difference, unless it falls below ¥0.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match Self::new(self.0 - other.0) {
            Ok(rest) => Some(rest),
            Err(_) => None,
        }
    }

    /// The difference, or ¥0 where it would fall below.
    pub const fn saturating_sub(self, other: Self) -> Self {
        match self.checked_sub(other) {
            Some(rest) => rest,
            None => Self::ZERO,
        }
    }

    /// `count` times this amount, unless that passes [`Yen::MAX`].
    pub const fn checked_mul(self, count: u32) -> Option<Self> {
        match self.0.checked_mul(count as i64) {
            Some(product) => match Self::new(product) {
                Ok(yen) => Some(yen),
                Err(_) => None,
            },
            None => None,
        }
    }
}

impl TryFrom<i64> for Yen {
    type Error = NotYen;
    fn try_from(amount: i64) -> Result<Self, NotYen> {
        Self::new(amount)
    }
}

impl From<Yen> for i64 {
    fn from(yen: Yen) -> Self {
        yen.0
    }
}

/// `¥12,345`: always with the sign and thousands separators.
impl fmt::Display for Yen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("¥")?;
        let (mut group, mut divisor) = (self.0, 1_i64);
        while group >= 1000 {
            group /= 1000;
            divisor *= 1000;
        }
        write!(f, "{group}")?;
        while divisor > 1 {
            let rest = self.0 % divisor;
            divisor /= 1000;
            write!(f, ",{:03}", rest / divisor)?;
        }
        Ok(())
    }
}

/// An amount that Amazon Pay can be asked to charge: ¥1 to ¥10,000,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Chargeable(Yen);

/// Why an amount cannot be charged by Amazon Pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotChargeable {
    /// ¥0: Amazon Pay has no ¥0 payment (the manual's 0円決済).
    #[error("Amazon Pay cannot charge ¥0")]
    Zero,
    /// Above ¥10,000,000, Amazon Pay's limit for one charge in Japan.
    #[error("{0} is more than Amazon Pay charges at once")]
    TooMuch(Yen),
    /// Not an amount at all.
    #[error(transparent)]
    NotYen(#[from] NotYen),
}

impl Chargeable {
    /// ¥10,000,000: the largest single charge in Japan.
    pub const MAX: Yen = Yen(10_000_000);

    /// `amount`, if Amazon Pay can charge it.
    ///
    /// # Errors
    /// [`NotChargeable::Zero`] and [`NotChargeable::TooMuch`].
    pub const fn new(amount: Yen) -> Result<Self, NotChargeable> {
        if amount.is_zero() {
            Err(NotChargeable::Zero)
        } else if amount.0 > Self::MAX.0 {
            Err(NotChargeable::TooMuch(amount))
        } else {
            Ok(Self(amount))
        }
    }

    /// The amount in yen.
    pub const fn yen(self) -> Yen {
        self.0
    }
}

impl TryFrom<i64> for Chargeable {
    type Error = NotChargeable;
    fn try_from(amount: i64) -> Result<Self, NotChargeable> {
        Self::new(Yen::new(amount)?)
    }
}

impl From<Chargeable> for i64 {
    fn from(amount: Chargeable) -> Self {
        amount.0.0
    }
}

/// Consumption tax rate contained in a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TaxRate {
    /// 8 %, the reduced rate (food, newspapers).
    #[serde(rename = "8")]
    Reduced,
    /// 10 %, the standard rate.
    #[serde(rename = "10")]
    Standard,
}

impl TaxRate {
    /// The rate in percent.
    pub const fn percent(self) -> i64 {
        match self {
            Self::Reduced => 8,
            Self::Standard => 10,
        }
    }

    /// The tax inside a tax-included amount, fractions of a yen dropped: rounded once per rate and
    /// document, as the qualified invoice (適格請求書) asks.
    pub const fn included_in(self, amount: Yen) -> Yen {
        Yen(amount.0 * self.percent() / (100 + self.percent()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r62_yen_are_whole_and_never_negative() {
        assert_eq!(Yen::new(-1), Err(NotYen(-1)));
        assert!(Yen::new(Yen::MAX.get() + 1).is_err());
        assert!(serde_json::from_str::<Yen>("1.5").is_err());
        assert!(serde_json::from_str::<Yen>("\"100\"").is_err());
        assert_eq!(serde_json::from_str::<Yen>("100").unwrap().get(), 100);
    }

    #[test]
    fn r9_zero_yen_cannot_be_charged() {
        assert_eq!(Chargeable::new(Yen::ZERO), Err(NotChargeable::Zero));
        assert!(Chargeable::try_from(1).is_ok());
        assert!(Chargeable::try_from(10_000_000).is_ok());
        assert!(matches!(Chargeable::try_from(10_000_001), Err(NotChargeable::TooMuch(_))));
    }

    #[test]
    fn an_amount_is_shown_with_sign_and_separators() {
        for (amount, shown) in [
            (0, "¥0"),
            (999, "¥999"),
            (1000, "¥1,000"),
            (3980, "¥3,980"),
            (1_000_001, "¥1,000,001"),
            (9_999_999_999, "¥9,999,999,999"),
        ] {
            assert_eq!(Yen::new(amount).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn included_tax_drops_fractions() {
        assert_eq!(TaxRate::Reduced.included_in(Yen::new(1080).unwrap()).get(), 80);
        assert_eq!(TaxRate::Standard.included_in(Yen::new(1099).unwrap()).get(), 99);
    }

    proptest! {
        #[test]
        fn sums_and_differences_stay_yen(a in 0..=9_999_999_999_i64, b in 0..=9_999_999_999_i64) {
            let (x, y) = (Yen::new(a).unwrap(), Yen::new(b).unwrap());
            if let Some(sum) = x.checked_add(y) {
                prop_assert_eq!(sum.checked_sub(y), Some(x));
            } else {
                prop_assert!(a + b > Yen::MAX.get());
            }
            prop_assert_eq!(x.saturating_sub(y).get(), (a - b).max(0));
        }
    }
}
