//! お届け周期: when the next delivery of a subscription is, month ends included (R15).
//!
//! Dates are of the shop's calendar; a monthly cycle remembers the day it was begun on, so a subscription of the
//! 31st comes on the last day of shorter months and on the 31st again after. Start at [`Cycle::nth`].

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "CycleText", into = "CycleText")]
pub enum Cycle {
    /// Every so many weeks, 1 to 52.
    Weeks {
        /// How many.
        every: u16,
    },
    /// Every so many months, 1 to 12: Amazon ends a permission after 13 months without a charge.
    Months {
        /// How many.
        every: u16,
    },
}

/// As written: unit and count, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CycleText {
    /// `week` or `month`.
    pub unit: String,
    /// How many.
    pub every: u16,
}

/// Neither weeks nor months, or too rarely, or never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cycle is every 1 to 52 weeks or every 1 to 12 months")]
pub struct NotACycle;

impl TryFrom<CycleText> for Cycle {
    type Error = NotACycle;
    fn try_from(text: CycleText) -> Result<Self, NotACycle> {
        match (text.unit.as_str(), text.every) {
            ("week", every @ 1..=52) => Ok(Self::Weeks { every }),
            ("month", every @ 1..=12) => Ok(Self::Months { every }),
            _ => Err(NotACycle),
        }
    }
}

impl From<Cycle> for CycleText {
    fn from(cycle: Cycle) -> Self {
        match cycle {
            Cycle::Weeks { every } => Self { unit: "week".to_owned(), every },
            Cycle::Months { every } => Self { unit: "month".to_owned(), every },
        }
    }
}

impl Cycle {
    /// Written as in an attribute of a page: `week-2`, `month-1`.
    ///
    /// # Errors
    /// [`NotACycle`].
    pub fn from_name(name: &str) -> Result<Self, NotACycle> {
        let (unit, every) = name.trim().split_once('-').ok_or(NotACycle)?;
        CycleText { unit: unit.to_owned(), every: every.parse().map_err(|_| NotACycle)? }.try_into()
    }

    /// The delivery number `n` (0 is `first` itself) of a subscription begun on `first`; `None` beyond the
    /// calendar.
    pub fn nth(self, first: Date, n: u32) -> Option<Date> {
        match self {
            Self::Weeks { every } => {
                let days = i32::from(every).checked_mul(7)?.checked_mul(i32::try_from(n).ok()?)?;
                first.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
            }
            Self::Months { every } => {
                let months = i64::from(every).checked_mul(i64::from(n))?;
                let all = i64::from(first.year()) * 12 + i64::from(first.month()) - 1 + months;
                let year = i16::try_from(all.div_euclid(12)).ok()?;
                let month = i8::try_from(all.rem_euclid(12) + 1).ok()?;
                let begin = Date::new(year, month, 1).ok()?;
                Date::new(year, month, first.day().min(begin.days_in_month())).ok()
            }
        }
    }

    /// The number of the first delivery strictly after `after`.
    pub fn first_after(self, first: Date, after: Date) -> Option<u32> {
        if first > after {
            return Some(0);
        }
        let days = (after - first).get_days();
        let shortest = match self {
            Self::Weeks { every } => i32::from(every) * 7,
            // No month is longer, so this never passes the wanted one.
            Self::Months { every } => i32::from(every) * 31,
        };
        let mut n = u32::try_from(days / shortest).ok()?;
        while self.nth(first, n)? <= after {
            n += 1;
        }
        Some(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn r15_a_subscription_of_the_31st_comes_at_each_months_end() {
        let monthly = Cycle::Months { every: 1 };
        let days: Vec<_> = (0..5).map(|n| monthly.nth(date(2027, 10, 31), n).unwrap()).collect();
        assert_eq!(
            days,
            [
                date(2027, 10, 31),
                date(2027, 11, 30),
                date(2027, 12, 31),
                date(2028, 1, 31),
                date(2028, 2, 29)
            ]
        );
        assert_eq!(monthly.nth(date(2027, 1, 30), 1), Some(date(2027, 2, 28)));
        assert_eq!(Cycle::Months { every: 3 }.nth(date(2026, 11, 30), 1), Some(date(2027, 2, 28)));
        assert_eq!(Cycle::Months { every: 12 }.nth(date(2028, 2, 29), 1), Some(date(2029, 2, 28)));
        assert_eq!(Cycle::Weeks { every: 2 }.nth(date(2026, 12, 25), 1), Some(date(2027, 1, 8)));
    }

    #[test]
    fn a_cycle_is_named_in_an_attribute() {
        assert_eq!(Cycle::from_name("month-1"), Ok(Cycle::Months { every: 1 }));
        assert_eq!(Cycle::from_name(" week-2 "), Ok(Cycle::Weeks { every: 2 }));
        for bad in ["", "month", "month-", "month-0", "month-13", "day-1", "month-1-1", "week--1"] {
            assert_eq!(Cycle::from_name(bad), Err(NotACycle), "{bad}");
        }
    }

    #[test]
    fn a_cycle_is_read_strictly() {
        for (text, fits) in [
            (r#"{"unit":"week","every":1}"#, true),
            (r#"{"unit":"month","every":12}"#, true),
            (r#"{"unit":"month","every":13}"#, false),
            (r#"{"unit":"week","every":0}"#, false),
            (r#"{"unit":"day","every":1}"#, false),
        ] {
            assert_eq!(serde_json::from_str::<Cycle>(text).is_ok(), fits, "{text}");
        }
        let cycle = Cycle::Weeks { every: 2 };
        assert_eq!(serde_json::to_string(&cycle).unwrap(), r#"{"unit":"week","every":2}"#);
    }

    proptest! {
        #[test]
        fn r15_deliveries_only_move_forward_and_none_is_skipped(
            weeks in any::<bool>(), every in 1..12_u16, start in 0..1000_i32, later in 0..2000_i32,
        ) {
            let cycle = if weeks { Cycle::Weeks { every } } else { Cycle::Months { every } };
            let first = date(2026, 1, 1).checked_add(jiff::Span::new().days(start)).unwrap();
            let after = first.checked_add(jiff::Span::new().days(later)).unwrap();
            let n = cycle.first_after(first, after).unwrap();
            prop_assert!(cycle.nth(first, n).unwrap() > after);
            prop_assert!(n == 0 || cycle.nth(first, n - 1).unwrap() <= after);
        }
    }
}
