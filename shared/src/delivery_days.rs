//! お届け予定表: how many deliveries of subscriptions come on each of the next days, and what they come to (R16, R19).
//!
//! It adds up what is ordered and what [`crate::forecast`] foresees; it decides nothing. Start at [`DeliveryDays::new`].

use crate::forecast::{CapFit, Foreseen};
use crate::money::Yen;
use jiff::civil::Date;

/// How many days, today's included: a month, so that the day of a monthly cycle stands in it once.
pub const DAYS: u8 = 31;

/// What comes on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayLoad {
    /// Which day.
    pub date: Date,
    /// Deliveries that come on it.
    pub count: u32,
    /// Of them, those that are ordered already.
    pub ordered: u32,
    /// What they come to.
    pub total: Yen,
    /// Deliveries planned for it that the month's cap will have no room for: they come later, or not at all.
    pub unfit: u32,
}

/// The next days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryDays {
    today: Date,
    lead_days: u8,
    days: Vec<DayLoad>,
}

impl DeliveryDays {
    /// Nothing yet, from `today` on.
    pub fn new(today: Date, lead_days: u8) -> Self {
        let day = |number: u8| {
            let date = today.checked_add(jiff::Span::new().days(i64::from(number))).unwrap_or(Date::MAX);
            DayLoad { date, count: 0, ordered: 0, total: Yen::ZERO, unfit: 0 }
        };
        Self { today, lead_days, days: (0..DAYS).map(day).collect() }
    }

    /// `count` deliveries that are ordered already, which come to `total`.
    pub fn ordered(&mut self, date: Date, count: u32, total: Yen) {
        if let Some(day) = self.day(date) {
            day.ordered = day.ordered.saturating_add(count);
        }
        self.comes(date, count, total);
    }

    /// A delivery that is foreseen, and what it costs.
    pub fn foreseen(&mut self, one: &Foreseen, cost: Option<Yen>) {
        if one.fit != CapFit::Fits
            && let Some(day) = self.day(one.date)
        {
            day.unfit = day.unfit.saturating_add(1);
        }
        if let Some(date) = one.comes(self.today, self.lead_days) {
            self.comes(date, 1, cost.unwrap_or(Yen::ZERO));
        }
    }

    /// The days, today first.
    pub fn days(&self) -> &[DayLoad] {
        &self.days
    }

    fn comes(&mut self, date: Date, count: u32, total: Yen) {
        if let Some(day) = self.day(date) {
            day.count = day.count.saturating_add(count);
            day.total = day.total.checked_add(total).unwrap_or(Yen::MAX);
        }
    }

    fn day(&mut self, date: Date) -> Option<&mut DayLoad> {
        self.days.iter_mut().find(|day| day.date == date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn yen(amount: i64) -> Yen {
        Yen::new(amount).unwrap()
    }

    /// R16, R19: what fits stands on its day, what has to wait on the day it comes, and on its own day as unfit; what is left
    /// out, and what lies beyond, on none.
    #[test]
    fn r19_each_delivery_stands_on_the_day_it_comes() {
        let today = date(2027, 1, 25);
        let one = |planned, charge, fit, charged| Foreseen { period: 2, date: planned, charge, fit, charged };
        use CapFit::{Fits, Never, NextMonth};
        let mut days = DeliveryDays::new(today, 3);
        for seen in [
            one(date(2027, 1, 30), date(2027, 1, 27), Fits, true),
            one(date(2027, 1, 30), date(2027, 1, 27), Fits, true),
            // Waits for the 1st: comes the lead days after it.
            one(date(2027, 1, 31), date(2027, 2, 1), NextMonth, true),
            // Waited for before today; its own day is over.
            one(date(2027, 1, 20), date(2027, 2, 1), NextMonth, true),
            one(date(2027, 2, 2), date(2027, 1, 30), Never, false),
            one(date(2027, 2, 3), date(2027, 2, 1), NextMonth, false),
            // Overdue today: it comes the lead days after today.
            one(date(2027, 1, 25), date(2027, 1, 25), Fits, true),
            // Ordered a day late, it keeps its date.
            one(date(2027, 1, 27), date(2027, 1, 25), Fits, true),
            one(date(2027, 3, 1), date(2027, 2, 26), Fits, true),
        ] {
            days.foreseen(&seen, Some(yen(1_000)));
        }
        days.ordered(date(2027, 1, 30), 4, yen(9_000));
        days.ordered(date(2027, 1, 24), 1, yen(9_000));
        let shown: Vec<_> = days
            .days()
            .iter()
            .filter(|day| (day.count, day.unfit) != (0, 0))
            .map(|day| (day.date.to_string(), day.count, day.ordered, day.total.get(), day.unfit))
            .collect();
        let expected = [
            ("2027-01-27", 1, 0, 1_000, 0),
            ("2027-01-28", 1, 0, 1_000, 0),
            ("2027-01-30", 6, 4, 11_000, 0),
            ("2027-01-31", 0, 0, 0, 1),
            ("2027-02-02", 0, 0, 0, 1),
            ("2027-02-03", 0, 0, 0, 1),
            ("2027-02-04", 2, 0, 2_000, 0),
        ];
        let expected = expected.map(|(day, count, ordered, total, unfit)| {
            (day.to_owned(), count, ordered, i64::from(total), unfit)
        });
        assert_eq!(shown, expected);
        assert_eq!((days.days().len(), days.days()[30].date), (31, date(2027, 2, 24)));
        days.ordered(date(2027, 1, 30), u32::MAX, Yen::MAX);
        assert_eq!((days.days()[5].count, days.days()[5].total), (u32::MAX, Yen::MAX));
    }
}
