//! A day of the calendar and the day and time of a moment in Japan, by arithmetic alone.
//!
//! Japan has one offset all year, so no time zone database is needed (and the browser has none). Pages carry this
//! instead of a date library and the words of its errors. Start at [`Day::new`] and [`Day::of_ms`].

use core::fmt;
use core::str::FromStr;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Japan is so many milliseconds ahead of UTC.
const OFFSET: i64 = 9 * 3_600_000;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// A day, years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    /// Year.
    year: u16,
    /// 1 to 12.
    month: u8,
    /// 1 to 31.
    day: u8,
}

/// The text is no day written as `2026-11-23`, or no day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a day is written as 2026-11-23")]
pub struct NotADay;

impl Day {
    /// That day, if the calendar has it.
    ///
    /// # Errors
    /// [`NotADay`].
    pub const fn new(year: u16, month: u8, day: u8) -> Result<Self, NotADay> {
        if year == 0 || year > 9999 || day == 0 || day > days_in(year, month) {
            return Err(NotADay);
        }
        Ok(Self { year, month, day })
    }

    /// Day in Japan and milliseconds since its midnight, of Unix milliseconds; `None` beyond the years 1 to 9999.
    pub fn of_ms(at_ms: i64) -> Option<(Self, i64)> {
        let local = at_ms.checked_add(OFFSET)?;
        Some((Self::of_number(local.div_euclid(DAY))?, local.rem_euclid(DAY)))
    }

    /// Year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Of the week, 0 for Sunday to 6.
    pub const fn weekday(self) -> usize {
        // 1970-01-01 was a Thursday.
        (self.number() + 4).rem_euclid(7) as usize
    }

    /// Its first moment in Japan, Unix ms.
    pub const fn begin_ms(self) -> i64 {
        self.number() * DAY - OFFSET
    }

    /// The first moment after it in Japan, Unix ms.
    pub const fn end_ms(self) -> i64 {
        self.begin_ms() + DAY
    }

    /// Days since 1970-01-01. Years are counted from March, so that the leap day comes last.
    const fn number(self) -> i64 {
        let (month, day) = (self.month as i64, self.day as i64);
        let year = self.year as i64 - if month <= 2 { 1 } else { 0 };
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The day of that number.
    fn of_number(number: i64) -> Option<Self> {
        // Beyond four times the years we know; the arithmetic below stays far from its ends.
        if !(-4_000_000..=4_000_000).contains(&number) {
            return None;
        }
        let number = number + 719_468;
        let (era, of_era) = (number.div_euclid(146_097), number.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        Self::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
    }
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let part = |text: Option<&str>, length: usize| {
            let text = text.filter(|text| text.len() == length && text.bytes().all(|b| b.is_ascii_digit()));
            text.and_then(|text| text.parse::<u16>().ok()).ok_or(NotADay)
        };
        let mut parts = text.split('-');
        let year = part(parts.next(), 4)?;
        let (month, day) = (part(parts.next(), 2)?, part(parts.next(), 2)?);
        if parts.next().is_some() {
            return Err(NotADay);
        }
        // Two digits fit.
        Self::new(year, month as u8, day as u8)
    }
}

impl TryFrom<String> for Day {
    type Error = NotADay;
    fn try_from(text: String) -> Result<Self, NotADay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// Years before 1 become the first day there is; no date of a shop lies there.
impl From<Date> for Day {
    fn from(date: Date) -> Self {
        let known = u16::try_from(date.year())
            .ok()
            .and_then(|year| Self::new(year, date.month().unsigned_abs(), date.day().unsigned_abs()).ok());
        known.unwrap_or(Self { year: 1, month: 1, day: 1 })
    }
}

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        // Every day there is, is a date.
        Self::new(day.year as i16, day.month as i8, day.day as i8).unwrap_or_default()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use jiff::tz::Offset;
    use proptest::prelude::*;

    proptest! {
        /// The date library the server uses elsewhere agrees on every day.
        #[test]
        fn r78_days_are_those_of_the_calendar(at_ms in -62_000_000_000_000_i64..253_000_000_000_000) {
            let (day, ms) = Day::of_ms(at_ms).unwrap();
            let known = Offset::constant(9).to_datetime(Timestamp::from_millisecond(at_ms).unwrap());
            prop_assert_eq!(day.to_string(), known.date().to_string());
            let of_day = i64::from(known.hour()) * 3_600_000
                + i64::from(known.minute()) * 60_000
                + i64::from(known.second()) * 1_000
                + i64::from(known.millisecond());
            prop_assert_eq!(ms, of_day);
            prop_assert_eq!(day.begin_ms() + ms, at_ms);
            prop_assert_eq!(day.to_string().parse::<Day>(), Ok(day));
            prop_assert_eq!((Day::from(known.date()), Date::from(day)), (day, known.date()));
            prop_assert_eq!(day.weekday(), usize::try_from(known.weekday().to_sunday_zero_offset()).unwrap());
        }
    }

    #[test]
    fn only_days_of_the_calendar_are_read() {
        assert_eq!("2028-02-29".parse(), Day::new(2028, 2, 29));
        for text in [
            "",
            "2026-02-29",
            "2100-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-11-31",
            "0000-01-01",
            "2026-1-01",
            "26-11-01",
            "2026-11-01-",
            "2026-11-01T00:00",
            "+026-11-01",
            "２０２６-11-01",
        ] {
            assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
        }
    }
}
