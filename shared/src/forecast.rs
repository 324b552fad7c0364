//! 更新見込み: which of the coming deliveries the months' caps will have room for, as far as is known today (R19).
//!
//! It follows what a renewal would do ([`crate::renewal`]) with today's schedule, prices, meters and caps:
//! one delivery after the other, each charged on its day or on the 1st of the next month. Start at
//! [`forecast`], or at [`together`] for one of several subscriptions whose buyer has a cap.

use crate::cycle::Cycle;
use crate::money::Yen;
use crate::monthly_cap::Month;
use crate::renewal::charge_day;
use crate::subscription::{PeriodOutcome, Schedule};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether a delivery's charge will fit the cap of its month, as far as is known today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapFit {
    /// It fits.
    Fits,
    /// The month has no room: it is moved to the 1st of the next one, or left out, as the shop has set (R19).
    NextMonth,
    /// Dearer than the cap itself: in no month (R19).
    Never,
}

/// A cap and what is used of it in the present month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapToday {
    /// In each month, in yen.
    pub cap: Yen,
    /// In the present one, in yen.
    pub used: Yen,
}

/// What is known of a subscription today.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Its deliveries.
    pub schedule: Schedule,
    /// Today in Japan.
    pub today: Date,
    /// Nothing is charged before that day.
    pub not_before: Option<Date>,
    /// Days before a delivery on which it is charged.
    pub lead_days: u8,
    /// Whether the shop moves a delivery that the cap has no room for; else it is left out.
    pub defers: bool,
    /// The caps that hold together.
    pub caps: &'a [CapToday],
}

/// A delivery to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreseen {
    /// From 1.
    pub period: u32,
    /// When it is delivered, were it charged in time.
    pub date: Date,
    /// The day on which it is charged.
    pub charge: Date,
    /// Whether it fits.
    pub fit: CapFit,
    /// Whether an order comes about at all.
    pub charged: bool,
}

impl Foreseen {
    /// The day on which it comes, as of `today`: its own, or where it has to wait or its day is here already, the lead days after
    /// its charge; `None` where no order comes about.
    pub fn comes(&self, today: Date, lead_days: u8) -> Option<Date> {
        let late = self.fit == CapFit::NextMonth || self.date <= today;
        let date = if late { self.date.max(delivered(self.charge, lead_days)) } else { self.date };
        self.charged.then_some(date)
    }
}

/// A delivery to come, and when it really comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coming {
    /// From 1.
    pub period: u32,
    /// As the schedule has it.
    pub planned: Date,
    /// When it comes: later, where it has to wait for the next month (R19).
    pub date: Date,
}

/// The next deliveries, at most `count`, where nothing is charged before `waits`: one that would be charged earlier is
/// charged then and comes `lead_days` later. Of several that wait only the last one comes; it overtakes the others, whose
/// dates stand in `planned` of nothing any more.
pub fn coming(schedule: Schedule, waits: Option<Date>, lead_days: u8, count: usize) -> Vec<Coming> {
    let mut found = Vec::with_capacity(count);
    let mut ahead = schedule;
    while found.len() < count
        && let Some(planned) = ahead.next()
    {
        let waits = waits.filter(|waits| charge_day(planned, lead_days) < *waits);
        let dropped = ahead.passed(PeriodOutcome::Dropped);
        let overtaken = waits
            .is_some_and(|waits| dropped.next().is_some_and(|next| charge_day(next, lead_days) <= waits));
        if overtaken {
            ahead = dropped;
            continue;
        }
        let date = waits.map_or(planned, |waits| planned.max(delivered(waits, lead_days)));
        found.push(Coming { period: ahead.period, planned, date });
        ahead = ahead.passed(PeriodOutcome::Ordered);
    }
    found
}

/// The first day on which a delivery that is charged on `charge` comes.
pub fn delivered(charge: Date, lead_days: u8) -> Date {
    charge.checked_add(jiff::Span::new().days(i64::from(lead_days))).unwrap_or(Date::MAX)
}

/// Whether a delivery on `next` follows so soon on one that had to wait and comes on `comes` that people are told of it:
/// less than half a cycle later. It is not moved: the one that waited belongs to the cycle that is over, and the next one is
/// what was agreed to for its own. But nearer than half a cycle it looks like the same one twice, and whoever wants one of
/// them only can still leave one out. A month counts 30 days.
pub fn follows_soon(comes: Date, next: Date, cycle: Cycle) -> bool {
    let days = i64::from(comes.until(next).map_or(i32::MAX, |span| span.get_days()));
    let whole = match cycle {
        Cycle::Weeks { every } => 7 * i64::from(every),
        Cycle::Months { every } => 30 * i64::from(every),
    };
    (0..whole).contains(&(2 * days))
}

/// A subscription whose deliveries are foreseen, and what they cost.
#[derive(Clone, Copy)]
pub struct Party<'a> {
    /// It.
    pub known: Known<'a>,
    /// What the delivery of a date costs; `None` where that cannot be calculated.
    pub amount: &'a dyn Fn(Date) -> Option<Yen>,
}

/// The next deliveries: all that are charged until `until`, `least` at least and `most` at most. `amount` is what the
/// delivery of a date costs; `None` where that cannot be calculated.
pub fn forecast(
    known: &Known<'_>,
    amount: impl Fn(Date) -> Option<Yen>,
    until: Date,
    bounds: (usize, usize),
) -> Vec<Foreseen> {
    together(&[Party { known: *known, amount: &amount }], 0, None, until, bounds)
}

/// [`forecast`] of the one at `asked` among all the subscriptions of a buyer, whose charges the cap `shared`
/// holds together: whoever is charged first takes the room, and on one day who stands first. The others are
/// followed until `until`, or for `most` deliveries where the one that is asked for goes on for longer.
pub fn together(
    parties: &[Party<'_>],
    asked: usize,
    shared: Option<CapToday>,
    until: Date,
    (least, most): (usize, usize),
) -> Vec<Foreseen> {
    let mut courses: Vec<Course<'_>> = parties.iter().map(Course::new).collect();
    let mut counted = Counted::default();
    let due = |courses: &[Course<'_>], index: usize| {
        let bounds = if index == asked { (least, most) } else { (most, usize::MAX) };
        courses.get(index).and_then(|course| course.due(until, bounds))
    };
    while due(&courses, asked).is_some() {
        let next = (0..courses.len()).filter_map(|index| Some((due(&courses, index)?.charge, index))).min();
        let Some((_, index)) = next else { break };
        if let Some(course) = courses.get_mut(index) {
            course.goes_on(shared, &mut counted);
        }
    }
    courses.into_iter().nth(asked).map(|course| course.foreseen).unwrap_or_default()
}

/// The next delivery of a [`Course`], were there room for it.
#[derive(Clone, Copy)]
struct Due {
    planned: Date,
    /// By its own date.
    own: Date,
    /// After what came before it.
    charge: Date,
}

/// How far a subscription is foreseen.
struct Course<'a> {
    party: &'a Party<'a>,
    schedule: Schedule,
    /// Nothing is charged before what came before it.
    floor: Date,
    next: Option<Due>,
    counted: Counted,
    foreseen: Vec<Foreseen>,
}

impl<'a> Course<'a> {
    fn new(party: &'a Party<'a>) -> Self {
        let known = &party.known;
        let floor = known.not_before.map_or(known.today, |day| day.max(known.today));
        let (counted, foreseen) = (Counted::default(), Vec::new());
        let mut course = Self { party, schedule: known.schedule, floor, next: None, counted, foreseen };
        course.looks_ahead();
        course
    }

    fn looks_ahead(&mut self) {
        let known = &self.party.known;
        self.next = self.schedule.next().map(|planned| {
            let own = charge_day(planned, known.lead_days).max(known.today);
            Due { planned, own, charge: own.max(self.floor) }
        });
    }

    fn due(&self, until: Date, (least, most): (usize, usize)) -> Option<Due> {
        let count = self.foreseen.len();
        self.next.filter(|due| count < most && (due.charge <= until || count < least))
    }

    /// Foresees its next delivery.
    fn goes_on(&mut self, shared: Option<CapToday>, together: &mut Counted) {
        let Some(Due { planned, own, mut charge }) = self.next else { return };
        let party = self.party;
        let known = &party.known;
        let mut caps = known.caps.iter().copied().chain(shared);
        let cost = (party.amount)(planned).filter(|cost| caps.all(|cap| *cost <= cap.cap));
        let (mut fit, mut charged) = (CapFit::Never, false);
        if let Some(cost) = cost {
            (fit, charged) = (CapFit::Fits, true);
            let mut month = Month::of(charge);
            if !self.has_room(shared, together, month, cost) {
                fit = CapFit::NextMonth;
                charged = known.defers;
                // Others that wait may have taken the room of the next month already.
                while known.defers && !self.has_room(shared, together, month, cost) {
                    month = month.next();
                    charge = month.first();
                }
            }
            if Month::of(charge) > Month::of(own) {
                fit = CapFit::NextMonth;
            }
            if charged {
                self.floor = charge;
            }
            // The one after is due as well by then, and this one's day has passed or it had to wait: two at once are
            // nobody's wish.
            let following = self.schedule.passed(PeriodOutcome::Dropped).next();
            let late = Month::of(charge) > Month::of(own) || planned <= charge;
            charged &=
                !late || following.is_none_or(|following| charge_day(following, known.lead_days) > charge);
            if charged {
                self.counted.add(Month::of(charge), cost);
                together.add(Month::of(charge), cost);
            }
        }
        self.foreseen.push(Foreseen { period: self.schedule.period, date: planned, charge, fit, charged });
        let outcome = if charged { PeriodOutcome::Ordered } else { PeriodOutcome::Dropped };
        self.schedule = self.schedule.passed(outcome);
        self.looks_ahead();
    }

    fn has_room(&self, shared: Option<CapToday>, together: &Counted, month: Month, cost: Yen) -> bool {
        let known = &self.party.known;
        let present = Month::of(known.today);
        let fits = |cap: CapToday, counted: &Counted| {
            let used = if month == present { cap.used } else { Yen::ZERO };
            cost.is_zero() || cost <= cap.cap.saturating_sub(used).saturating_sub(counted.of(month))
        };
        known.caps.iter().all(|cap| fits(*cap, &self.counted)) && shared.is_none_or(|cap| fits(cap, together))
    }
}

/// What the months come to beyond what is used today.
#[derive(Default)]
struct Counted(BTreeMap<Month, Yen>);

impl Counted {
    fn of(&self, month: Month) -> Yen {
        self.0.get(&month).copied().unwrap_or(Yen::ZERO)
    }

    fn add(&mut self, month: Month, cost: Yen) {
        let sum = self.of(month).checked_add(cost).unwrap_or(Yen::MAX);
        self.0.insert(month, sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn yen(amount: i64) -> Yen {
        Yen::new(amount).unwrap()
    }

    fn known(schedule: Schedule, caps: &[CapToday]) -> Known<'_> {
        let today = date(2027, 1, 5);
        Known { schedule, today, not_before: None, lead_days: 3, defers: true, caps }
    }

    fn told(foreseen: &[Foreseen]) -> Vec<(String, CapFit, bool)> {
        foreseen.iter().map(|one| (one.charge.to_string(), one.fit, one.charged)).collect()
    }

    /// R19: what has no room this month is charged on the 1st, and takes its place in the next one.
    #[test]
    fn r19_a_delivery_without_room_waits_for_the_first() {
        let weekly = Schedule::begun(Cycle::Weeks { every: 1 }, date(2027, 1, 6), Some(9));
        let caps = [CapToday { cap: yen(10_000), used: yen(5_000) }];
        let seen = forecast(&known(weekly, &caps), |_| Some(yen(3_000)), date(2027, 2, 20), (1, 24));
        use CapFit::{Fits, NextMonth};
        let expected = [
            ("2027-01-10", Fits, true),
            // Of three that wait for February only the last one is not overtaken by the next.
            ("2027-02-01", NextMonth, false),
            ("2027-02-01", NextMonth, false),
            ("2027-02-01", NextMonth, true),
            ("2027-02-07", Fits, true),
            ("2027-02-14", Fits, true),
        ];
        assert_eq!(told(&seen), expected.map(|(day, fit, charged)| (day.to_owned(), fit, charged)));
        let left_out = Known { defers: false, ..known(weekly, &caps) };
        let seen = forecast(&left_out, |_| Some(yen(3_000)), date(2027, 2, 7), (1, 24));
        let expected = [
            ("2027-01-10", Fits, true),
            ("2027-01-17", NextMonth, false),
            ("2027-01-24", NextMonth, false),
            ("2027-01-31", NextMonth, false),
            ("2027-02-07", Fits, true),
        ];
        assert_eq!(told(&seen), expected.map(|(day, fit, charged)| (day.to_owned(), fit, charged)));
    }

    #[test]
    fn r19_an_item_dearer_than_the_cap_never_fits_and_leaves_the_room_to_others() {
        let monthly = Schedule::begun(Cycle::Months { every: 1 }, date(2027, 1, 10), None);
        let caps =
            [CapToday { cap: yen(10_000), used: Yen::ZERO }, CapToday { cap: yen(9_000), used: yen(9_000) }];
        let dear = |on: Date| Some(yen(if on.month() == 3 { 9_001 } else { 9_000 }));
        let seen = forecast(&known(monthly, &caps), dear, date(2027, 4, 30), (1, 24));
        let fits: Vec<_> = seen.iter().map(|one| (one.date.month(), one.fit)).collect();
        assert_eq!(fits, [(2, CapFit::Fits), (3, CapFit::Never), (4, CapFit::Fits)]);
        let unknown = forecast(&known(monthly, &caps), |_| None, date(2027, 4, 30), (1, 24));
        assert!(unknown.iter().all(|one| one.fit == CapFit::Never && !one.charged));
        let free = forecast(&known(monthly, &caps), |_| Some(Yen::ZERO), date(2027, 4, 30), (1, 24));
        assert!(free.iter().all(|one| one.fit == CapFit::Fits && one.charged));
    }

    /// R19: after a delivery that waited the next one keeps its day; within half a cycle of it people are told.
    #[test]
    fn r19_what_follows_within_half_a_cycle_is_told() {
        let (week, month) = (|every| Cycle::Weeks { every }, |every| Cycle::Months { every });
        for (comes, next, cycle, soon) in [
            (date(2027, 2, 1), date(2027, 2, 2), month(1), true),
            (date(2027, 2, 1), date(2027, 2, 1), month(1), true),
            (date(2027, 2, 1), date(2027, 2, 15), month(1), true),
            (date(2027, 2, 1), date(2027, 2, 16), month(1), false),
            (date(2027, 2, 1), date(2027, 3, 1), month(1), false),
            (date(2027, 2, 1), date(2027, 3, 17), month(3), true),
            (date(2027, 2, 1), date(2027, 3, 18), month(3), false),
            (date(2027, 2, 1), date(2027, 2, 4), week(1), true),
            (date(2027, 2, 1), date(2027, 2, 5), week(1), false),
            (date(2027, 2, 1), date(2027, 2, 7), week(2), true),
            (date(2027, 2, 1), date(2027, 2, 8), week(2), false),
            // Before it: it does not follow.
            (date(2027, 2, 2), date(2027, 2, 1), month(1), false),
            (Date::MIN, Date::MAX, month(12), false),
        ] {
            assert_eq!(follows_soon(comes, next, cycle), soon, "{comes} {next} {cycle:?}");
        }
    }

    /// R19: a delivery that waits for the 1st comes the lead days after it, and of several that wait only the last one; one
    /// that comes later anyway keeps its date.
    #[test]
    fn r19_a_delivery_that_waits_comes_the_lead_days_after_the_first() {
        let told = |schedule, waits: Option<Date>| -> Vec<_> {
            let found = coming(schedule, waits, 3, 2).into_iter();
            found.map(|one| (one.period, one.planned.to_string(), one.date.to_string())).collect()
        };
        let row = |period, planned: &str, date: &str| (period, planned.to_owned(), date.to_owned());
        let monthly = Schedule::begun(Cycle::Months { every: 1 }, date(2026, 12, 20), None);
        let first = Some(date(2027, 2, 1));
        assert_eq!(
            told(monthly, first),
            [row(2, "2027-01-20", "2027-02-04"), row(3, "2027-02-20", "2027-02-20")]
        );
        assert_eq!(
            told(monthly, None),
            [row(2, "2027-01-20", "2027-01-20"), row(3, "2027-02-20", "2027-02-20")]
        );
        assert_eq!(told(monthly, Some(date(2027, 1, 17)))[0], row(2, "2027-01-20", "2027-01-20"));
        // Charged on the 30th, it would come on the 2nd; it comes on the 4th.
        let late = Schedule::begun(Cycle::Months { every: 1 }, date(2027, 1, 2), None);
        assert_eq!(told(late, first)[0], row(2, "2027-02-02", "2027-02-04"));
        let weekly = Schedule::begun(Cycle::Weeks { every: 1 }, date(2027, 1, 13), Some(4));
        assert_eq!(
            told(weekly, first),
            [row(4, "2027-02-03", "2027-02-04"), row(5, "2027-02-10", "2027-02-10")]
        );
        let last = Schedule { limit: Some(1), ..weekly };
        assert_eq!(told(last, first), []);
    }

    /// R19: under the buyer's cap whoever is charged first takes the room; the later one is told 「翌月へ」, and
    /// those that wait take the room of the next month one after the other.
    #[test]
    fn r19_the_buyers_other_subscriptions_take_their_room_of_the_month() {
        use CapFit::{Fits, NextMonth};
        let monthly = |day| Schedule::begun(Cycle::Months { every: 1 }, date(2026, 12, day), None);
        let caps = [CapToday { cap: yen(100_000), used: Yen::ZERO }];
        let cost = |_: Date| Some(yen(3_000));
        let party =
            |day, defers| Party { known: Known { defers, ..known(monthly(day), &caps) }, amount: &cost };
        let first = |parties: &[Party<'_>], asked, shared| {
            let shared = CapToday { cap: yen(5_000), used: yen(shared) };
            let seen = together(parties, asked, Some(shared), date(2027, 1, 31), (1, 24)).remove(0);
            (seen.charge.to_string(), seen.fit, seen.charged)
        };
        let row = |charge: &str, fit, charged| (charge.to_owned(), fit, charged);
        for (others, asked, used, expected) in [
            // Alone, and with what the month has already come to.
            (vec![party(20, true)], 0, 0, row("2027-01-17", Fits, true)),
            (vec![party(20, true)], 0, 2_001, row("2027-02-01", NextMonth, true)),
            // The earlier one keeps its day, wherever it stands; the later one waits.
            (vec![party(10, true), party(20, true)], 0, 0, row("2027-01-07", Fits, true)),
            (vec![party(10, true), party(20, true)], 1, 0, row("2027-02-01", NextMonth, true)),
            (vec![party(20, true), party(10, true)], 0, 0, row("2027-02-01", NextMonth, true)),
            // On one day the first of them.
            (vec![party(20, true), party(20, true)], 0, 0, row("2027-01-17", Fits, true)),
            (vec![party(20, true), party(20, true)], 1, 0, row("2027-02-01", NextMonth, true)),
            // Where the shop leaves out, it keeps its day and does not come.
            (vec![party(10, false), party(20, false)], 1, 0, row("2027-01-17", NextMonth, false)),
            (vec![party(10, false), party(20, false)], 1, 2_001, row("2027-01-17", NextMonth, false)),
            // February is taken by the second: the third would wait for March, and its next delivery
            // overtakes it.
            (
                vec![party(10, true), party(20, true), party(25, true)],
                2,
                0,
                row("2027-03-01", NextMonth, false),
            ),
        ] {
            assert_eq!(first(&others, asked, used), expected, "{} of {}, {used}", asked, others.len());
        }
        let nobody = together(&[], 0, None, date(2027, 1, 31), (1, 24));
        assert_eq!(nobody, []);
    }

    #[test]
    fn r15_the_calendar_ends_with_the_subscription() {
        let three = Schedule::begun(Cycle::Months { every: 1 }, date(2027, 1, 10), Some(3));
        let caps = [CapToday { cap: yen(10_000), used: Yen::ZERO }];
        let count = |schedule, until, bounds| {
            forecast(&known(schedule, &caps), |_| Some(yen(1)), until, bounds).len()
        };
        assert_eq!(count(three, date(2028, 1, 1), (6, 24)), 2);
        let open = Schedule { limit: None, ..three };
        assert_eq!(count(open, date(2027, 1, 1), (6, 24)), 6);
        assert_eq!(count(open, date(2029, 12, 31), (6, 24)), 24);
    }

    proptest! {
        /// R18, R19: what is charged in a month never passes the cap, charges go on in time, and an item dearer than the
        /// cap never fits.
        #[test]
        fn r18_no_month_of_a_forecast_passes_its_cap(
            weeks in 1..5_u16, first in 0..40_i64, used in 0..30_000_i64, other in 0..30_000_i64,
            cost in 1..25_000_i64, defers: bool, waits in proptest::option::of(0..60_i64), lead in 0..30_u8,
        ) {
            let day = |days: i64| date(2027, 1, 5).checked_add(jiff::Span::new().days(days)).unwrap();
            let schedule = Schedule::begun(Cycle::Weeks { every: weeks }, day(first), None);
            let caps =
                [CapToday { cap: yen(20_000), used: yen(used) }, CapToday { cap: yen(15_000), used: yen(other) }];
            let known = Known { not_before: waits.map(day), defers, lead_days: lead, ..known(schedule, &caps) };
            let seen = forecast(&known, |_| Some(yen(cost)), day(120), (1, 40));
            prop_assert!(!seen.is_empty());
            let mut months: BTreeMap<i64, i64> = BTreeMap::new();
            for one in &seen {
                prop_assert_eq!(one.fit == CapFit::Never, cost > 15_000);
                prop_assert!(one.charge >= day(0) && waits.is_none_or(|waits| one.charge >= day(waits)));
                if one.charged {
                    *months.entry(Month::of(one.charge).number()).or_default() += cost;
                }
            }
            prop_assert!(seen.windows(2).all(|two| two[0].charge <= two[1].charge && two[0].period < two[1].period));
            for (month, sum) in months {
                let present = month == Month::of(day(0)).number();
                let (one, two) = if present { (used, other) } else { (0, 0) };
                prop_assert!(one + sum <= 20_000 && two + sum <= 15_000, "{} {}", month, sum);
            }
        }

        /// R18, R19: what several subscriptions of a buyer are foreseen to be charged in a month never passes
        /// the buyer's cap nor their own; alone, a subscription fares as if the buyer's cap were one of its
        /// own.
        #[test]
        fn r18_no_month_of_a_buyer_passes_the_buyers_cap(
            of in proptest::collection::vec((1..5_u16, 0..40_i64, 1..16_000_i64, 0..12_000_i64), 1..5),
            used in 0..20_000_i64, defers: bool, lead in 0..20_u8,
        ) {
            let day = |days: i64| date(2027, 1, 5).checked_add(jiff::Span::new().days(days)).unwrap();
            let shared = CapToday { cap: yen(15_000), used: yen(used) };
            let caps: Vec<[CapToday; 1]> =
                of.iter().map(|one| [CapToday { cap: yen(12_000), used: yen(one.3) }]).collect();
            let amounts: Vec<_> = of.iter().map(|one| {
                let cost = yen(one.2);
                move |_: Date| Some(cost)
            }).collect();
            let parties: Vec<Party<'_>> = of.iter().zip(&caps).zip(&amounts).map(|((one, caps), amount)| {
                let schedule = Schedule::begun(Cycle::Weeks { every: one.0 }, day(one.1), None);
                Party { known: Known { defers, lead_days: lead, ..known(schedule, caps) }, amount }
            }).collect();
            let present = Month::of(day(0)).number();
            let mut buyer: BTreeMap<i64, i64> = BTreeMap::new();
            for (asked, one) in of.iter().enumerate() {
                let mut own: BTreeMap<i64, i64> = BTreeMap::new();
                let seen = together(&parties, asked, Some(shared), day(90), (1, 40));
                for one in seen.iter().filter(|one| one.charged && one.charge <= day(90)) {
                    let cost = (parties[asked].amount)(one.date).unwrap().get();
                    *own.entry(Month::of(one.charge).number()).or_default() += cost;
                    *buyer.entry(Month::of(one.charge).number()).or_default() += cost;
                }
                for (month, sum) in own {
                    let used = if month == present { one.3 } else { 0 };
                    prop_assert!(used + sum <= 12_000, "{} {}", month, sum);
                }
                let both = [caps[asked][0], shared];
                let alone = Known { caps: &both, ..parties[asked].known };
                let alone = forecast(&alone, parties[asked].amount, day(90), (1, 40));
                let same = together(&parties[asked..=asked], 0, Some(shared), day(90), (1, 40));
                prop_assert_eq!(&same, &alone);
                // Others only take room: what does not fit alone makes it no better beside them.
                let unfit = |seen: &[Foreseen]| seen.iter().any(|one| one.fit != CapFit::Fits);
                prop_assert!(!unfit(&alone) || unfit(&seen));
            }
            for (month, sum) in buyer {
                let used = if month == present { used } else { 0 };
                prop_assert!(used + sum <= 15_000, "{} {}", month, sum);
            }
        }
    }
}
