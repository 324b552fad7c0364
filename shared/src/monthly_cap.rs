//! 月次の上限金額: how much may be charged under one charge permission in a calendar month of Japan (R16–R19).
//!
//! Canceled orders count: the meter adds every authorization of the month, and the lower of our meter and
//! Amazon's `amountBalance` governs. An item dearer than the cap itself never fits, in no month. Start at
//! [`Meter::check`].

use crate::money::{Chargeable, Yen};
use crate::subscription_settings::AtCap;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// Amazon's limit where it has set no other: ¥100,000 per permission and month (reference, section 7.2).
pub const AMAZON_DEFAULT: Yen = match Yen::new(100_000) {
    Ok(yen) => yen,
    Err(_) => Yen::MAX,
};

/// Amazon's reason for a charge that the month has no room for; ours, too, where it is not sent for that reason.
pub const OVER_CAP: &str = "PeriodicAmountExceeded";

/// A calendar month in Japan, stored as yyyymm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Month(i64);

/// The number is no month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a month (yyyymm)")]
pub struct NotAMonth(i64);

/// Japan has one offset and no summer time.
const JAPAN: Offset = Offset::constant(9);

impl Month {
    /// The month that `now` falls into in Japan.
    pub fn in_japan(now: Timestamp) -> Self {
        Self::of(JAPAN.to_datetime(now).date())
    }

    /// The month of a day in Japan.
    pub fn of(day: Date) -> Self {
        Self(i64::from(day.year()) * 100 + i64::from(day.month()))
    }

    /// Its first day.
    pub fn first(self) -> Date {
        let year = i16::try_from(self.0 / 100).unwrap_or(9_999);
        Date::new(year, i8::try_from(self.0 % 100).unwrap_or(1), 1).unwrap_or(Date::MAX)
    }

    /// yyyymm.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The month after.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.0 % 100 == 12 { Self(self.0 + 89) } else { Self(self.0 + 1) }
    }
}

impl TryFrom<i64> for Month {
    type Error = NotAMonth;
    fn try_from(number: i64) -> Result<Self, NotAMonth> {
        let fits = (190_001..=999_912).contains(&number) && (1..=12).contains(&(number % 100));
        if fits { Ok(Self(number)) } else { Err(NotAMonth(number)) }
    }
}

impl From<Month> for i64 {
    fn from(month: Month) -> Self {
        month.0
    }
}

/// How much of the cap is used in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    /// The lower of Amazon's `amountLimit` and the shop's own cap.
    pub cap: Yen,
    /// Every authorization of the month as we counted it, canceled and unconfirmed ones too.
    pub counted: Yen,
    /// Amazon's `amountBalance`, where it has been read.
    pub amazon_balance: Option<Yen>,
}

/// Why an amount cannot be charged under the cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CapRefused {
    /// Dearer than the cap itself: another way to pay, never "next month".
    #[error("{amount} is more than the monthly cap of {cap}")]
    DearerThanCap {
        /// To be charged.
        amount: Yen,
        /// The cap.
        cap: Yen,
    },
    /// Not this month any more: 翌月以降に改めてお試しください.
    #[error("{remaining} of the monthly cap is left, {amount} is needed")]
    NotThisMonth {
        /// To be charged.
        amount: Yen,
        /// Used of the cap.
        used: Yen,
        /// Left of the cap.
        remaining: Yen,
    },
}

impl Meter {
    /// What is left this month: the lower of our count and Amazon's balance.
    pub fn remaining(&self) -> Yen {
        let ours = self.cap.saturating_sub(self.counted);
        self.amazon_balance.map_or(ours, |balance| balance.min(ours))
    }

    /// What is used this month, as the buyer is told.
    pub fn used(&self) -> Yen {
        self.cap.saturating_sub(self.remaining())
    }

    /// Whether `amount` may be charged now.
    ///
    /// # Errors
    /// [`CapRefused`].
    pub fn check(&self, amount: Chargeable) -> Result<(), CapRefused> {
        let amount = amount.yen();
        if amount > self.cap {
            Err(CapRefused::DearerThanCap { amount, cap: self.cap })
        } else if amount > self.remaining() {
            Err(CapRefused::NotThisMonth { amount, used: self.used(), remaining: self.remaining() })
        } else {
            Ok(())
        }
    }
}

/// Of several caps that hold together the one with the least room: the permission's and the buyer's.
pub fn tightest(meters: &[Meter]) -> Option<Meter> {
    meters.iter().copied().min_by_key(Meter::remaining)
}

/// Whether `amount` may be charged now under all of the caps. Dearer than any of them it never fits; else the one with
/// the least room is told.
///
/// # Errors
/// [`CapRefused`].
pub fn check_all(meters: &[Meter], amount: Chargeable) -> Result<(), CapRefused> {
    let governing =
        meters.iter().copied().filter(|meter| amount.yen() > meter.cap).min_by_key(|meter| meter.cap);
    governing.or_else(|| tightest(meters)).map_or(Ok(()), |meter| meter.check(amount))
}

/// What becomes of a subscription's next delivery that the caps have no room for, as its buyer is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoRoom {
    /// It is charged, and comes, in the next month or later; nobody has to do anything.
    Deferred,
    /// It is left out.
    LeftOut,
    /// It is dearer than a cap itself: it fits no month, and is never told to wait for the next.
    DearerThanCap,
}

impl NoRoom {
    /// Of a delivery of `amount` yen that is charged on `charge` or, where that day has passed, now; `None` where it fits.
    /// `meters` are of `month`, the one that is now: a later month has all of its caps still.
    pub fn of(meters: &[Meter], month: Month, charge: Date, amount: Yen, at_cap: AtCap) -> Option<Self> {
        match check_all(meters, Chargeable::new(amount).ok()?) {
            Err(CapRefused::DearerThanCap { .. }) => Some(Self::DearerThanCap),
            Err(CapRefused::NotThisMonth { .. }) if Month::of(charge) <= month => Some(match at_cap {
                AtCap::Defer => Self::Deferred,
                AtCap::Drop => Self::LeftOut,
            }),
            Err(CapRefused::NotThisMonth { .. }) | Ok(()) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn yen(amount: i64) -> Yen {
        Yen::new(amount).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn r16_a_month_begins_at_midnight_in_japan() {
        assert_eq!(Month::in_japan(at("2026-11-30T14:59:59Z")).number(), 202_611);
        assert_eq!(Month::in_japan(at("2026-11-30T15:00:00Z")).number(), 202_612);
        assert_eq!(Month::in_japan(at("2026-12-31T15:00:00Z")).number(), 202_701);
        assert_eq!(Month::try_from(202_612).unwrap().next().number(), 202_701);
        assert_eq!(Month::try_from(202_602).unwrap().next().number(), 202_603);
        for bad in [0, 202_600, 202_613, 2026, -1] {
            assert_eq!(Month::try_from(bad), Err(NotAMonth(bad)));
        }
    }

    #[test]
    fn r17_the_lower_of_our_meter_and_amazons_governs() {
        let meter = |counted, balance| Meter {
            cap: yen(50_000),
            counted: yen(counted),
            amazon_balance: Option::<i64>::map(balance, yen),
        };
        assert_eq!(meter(40_000, None).remaining(), yen(10_000));
        assert_eq!(meter(40_000, Some(60_000)).remaining(), yen(10_000));
        assert_eq!(meter(0, Some(3_000)).remaining(), yen(3_000));
        assert_eq!(meter(0, Some(3_000)).used(), yen(47_000));
        assert_eq!(meter(60_000, None).remaining(), Yen::ZERO);
    }

    #[test]
    fn r19_an_item_dearer_than_the_cap_is_never_told_to_wait() {
        let meter = Meter { cap: yen(50_000), counted: yen(40_000), amazon_balance: None };
        let check = |amount: i64| meter.check(Chargeable::try_from(amount).unwrap());
        assert_eq!(check(10_000), Ok(()));
        assert!(matches!(check(10_001), Err(CapRefused::NotThisMonth { .. })));
        assert!(matches!(check(50_000), Err(CapRefused::NotThisMonth { .. })));
        assert!(matches!(check(50_001), Err(CapRefused::DearerThanCap { .. })));
    }

    /// R16, R19: a buyer's cap beside the permission's: the one that governs is the one that is told.
    #[test]
    fn r16_of_two_caps_the_tighter_one_governs_and_is_told() {
        let meter = |cap, counted| Meter { cap: yen(cap), counted: yen(counted), amazon_balance: None };
        let check = |one, two, amount: i64| check_all(&[one, two], Chargeable::try_from(amount).unwrap());
        let told = |amount, used, remaining| {
            Err(CapRefused::NotThisMonth { amount: yen(amount), used: yen(used), remaining: yen(remaining) })
        };
        assert_eq!(check(meter(10_000, 0), meter(12_000, 11_000), 1_000), Ok(()));
        assert_eq!(check(meter(10_000, 0), meter(12_000, 11_000), 1_001), told(1_001, 11_000, 1_000));
        assert_eq!(check(meter(10_000, 9_500), meter(12_000, 11_000), 900), told(900, 9_500, 500));
        let dearer = Err(CapRefused::DearerThanCap { amount: yen(10_001), cap: yen(10_000) });
        assert_eq!(check(meter(10_000, 0), meter(12_000, 11_000), 10_001), dearer);
        assert_eq!(check(meter(20_000, 0), meter(10_000, 0), 10_001), dearer);
        assert_eq!(check_all(&[], Chargeable::try_from(1).unwrap()), Ok(()));
    }

    /// R19: a month without room is told only where the next delivery is charged in it; what no month has room for is
    /// never told to wait.
    #[test]
    fn r19_a_full_month_is_told_only_of_a_delivery_charged_in_it() {
        let meter = |cap, counted| Meter { cap: yen(cap), counted: yen(counted), amazon_balance: None };
        let month = Month::try_from(202_612).unwrap();
        let [before, last, next] = ["2026-11-29", "2026-12-31", "2027-01-01"].map(|day| day.parse().unwrap());
        let both = [meter(10_000, 4_000), meter(8_000, 5_000)];
        let (deferred, left_out) = (Some(NoRoom::Deferred), Some(NoRoom::LeftOut));
        let dearer = Some(NoRoom::DearerThanCap);
        for (charge, amount, defer, leave_out) in [
            (before, 3_000, None, None),
            (before, 3_001, deferred, left_out),
            (last, 3_000, None, None),
            (last, 3_001, deferred, left_out),
            (last, 8_000, deferred, left_out),
            (last, 8_001, dearer, dearer),
            (next, 3_001, None, None),
            (next, 8_000, None, None),
            (next, 8_001, dearer, dearer),
            (last, 0, None, None),
        ] {
            let told = |at_cap| NoRoom::of(&both, month, charge, yen(amount), at_cap);
            assert_eq!(told(AtCap::Defer), defer, "{charge} {amount}");
            assert_eq!(told(AtCap::Drop), leave_out, "{charge} {amount}");
        }
    }

    proptest! {
        #[test]
        fn r18_what_is_allowed_never_passes_the_cap(
            cap in 1..200_000_i64, counted in 0..200_000_i64, balance in 0..200_000_i64, amount in 1..200_000_i64,
        ) {
            let meter = Meter { cap: yen(cap), counted: yen(counted), amazon_balance: Some(yen(balance)) };
            if meter.check(Chargeable::try_from(amount).unwrap()).is_ok() {
                prop_assert!(counted + amount <= cap && amount <= balance);
            }
        }
    }
}
