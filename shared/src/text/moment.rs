//! Moments as people in Japan read them.

use super::Language;
use crate::day::Day;

/// `2026年11月23日 21:05 (JST)` or `23 Nov 2026, 21:05 (JST)`, of Unix milliseconds.
pub fn moment(at_ms: i64, language: Language) -> String {
    let Some((date, ms)) = Day::of_ms(at_ms) else { return String::new() };
    let (year, month, day) = (date.year(), date.month(), date.day());
    let (hour, minute) = clock(ms);
    match language {
        Language::Ja => format!("{year}年{month}月{day}日 {hour:02}:{minute:02} (JST)"),
        Language::En => {
            const MONTHS: [&str; 12] =
                ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
            let month = MONTHS.get(usize::from(month) - 1).unwrap_or(&"");
            format!("{day} {month} {year}, {hour:02}:{minute:02} (JST)")
        }
    }
}

/// `11/23 21:05`, for tables; beside it always stands [`moment_machine`] or [`moment`].
pub fn moment_short(at_ms: i64) -> String {
    let Some((date, ms)) = Day::of_ms(at_ms) else { return String::new() };
    let (hour, minute) = clock(ms);
    format!("{}/{} {hour:02}:{minute:02}", date.month(), date.day())
}

/// `2026-11-23T21:05:00+09:00`, for the `datetime` attribute.
pub fn moment_machine(at_ms: i64) -> String {
    let Some((date, ms)) = Day::of_ms(at_ms) else { return String::new() };
    let (hour, minute) = clock(ms);
    let second = ms / 1_000 % 60;
    format!("{date}T{hour:02}:{minute:02}:{second:02}+09:00")
}

/// Hour and minute of a day's millisecond.
const fn clock(ms: i64) -> (i64, i64) {
    (ms / 3_600_000, ms / 60_000 % 60)
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
