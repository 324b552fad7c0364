//! Moments as people in Japan read them.
//!
//! Japan has one offset all year, so no time zone database is needed (and the browser has none).

use super::Language;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// `2026年11月23日 21:05 (JST)` or `23 Nov 2026, 21:05 (JST)`, of Unix milliseconds.
pub fn moment(at_ms: i64, language: Language) -> String {
    let Some(at) = in_japan(at_ms) else { return String::new() };
    let (year, month, day, hour, minute) = (at.year(), at.month(), at.day(), at.hour(), at.minute());
    match language {
        Language::Ja => format!("{year}年{month}月{day}日 {hour:02}:{minute:02} (JST)"),
        Language::En => {
            const MONTHS: [&str; 12] =
                ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
            let month = usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).unwrap_or(&"");
            format!("{day} {month} {year}, {hour:02}:{minute:02} (JST)")
        }
    }
}

/// `11/23 21:05`, for tables; beside it always stands [`moment_machine`] or [`moment`].
pub fn moment_short(at_ms: i64) -> String {
    in_japan(at_ms)
        .map(|at| format!("{}/{} {:02}:{:02}", at.month(), at.day(), at.hour(), at.minute()))
        .unwrap_or_default()
}

/// `2026-11-23T21:05:00+09:00`, for the `datetime` attribute.
pub fn moment_machine(at_ms: i64) -> String {
    let Some(at) = in_japan(at_ms) else { return String::new() };
    let (year, month, day) = (at.year(), at.month(), at.day());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}+09:00", at.hour(), at.minute(), at.second())
}

/// Nothing outside the years that the calendar knows (-9999 to 9999).
fn in_japan(at_ms: i64) -> Option<DateTime> {
    Timestamp::from_millisecond(at_ms).ok().map(|at| Offset::constant(9).to_datetime(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23 12:05 UTC.
    const AT: i64 = 1_795_435_500_000;

    #[test]
    fn r78_moments_are_told_in_japans_time() {
        assert_eq!(moment(AT, Language::Ja), "2026年11月23日 21:05 (JST)");
        assert_eq!(moment(AT, Language::En), "23 Nov 2026, 21:05 (JST)");
        assert_eq!(moment_short(AT), "11/23 21:05");
        assert_eq!(moment_machine(AT), "2026-11-23T21:05:00+09:00");
    }

    #[test]
    fn r78_the_day_in_japan_begins_nine_hours_earlier_than_in_greenwich() {
        // 2026-12-31 15:00 UTC is the first minute of the new year in Japan.
        assert_eq!(moment(1_798_729_200_000, Language::Ja), "2027年1月1日 00:00 (JST)");
        assert_eq!(moment_short(1_798_729_200_000 - 60_000), "12/31 23:59");
    }

    #[test]
    fn a_number_that_is_no_moment_shows_nothing() {
        assert_eq!(moment(i64::MAX, Language::Ja), "");
        assert_eq!(moment_short(i64::MIN), "");
    }
}
