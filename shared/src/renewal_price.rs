//! What a renewal costs when the shop's prices change: never an amount the buyer was not mailed of in time (R26).
//!
//! The agreed price goes on until a notice of another one was sent the shop's days ahead; what cannot be told costs what
//! was agreed. Start at [`Prices::held`].

use crate::money::Yen;
use crate::subscription::{Schedule, delivery_total};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What the deliveries cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Of one piece, tax included.
    pub unit: Yen,
    /// 送料 of each delivery, tax included.
    pub shipping_fee: Yen,
}

impl Price {
    /// Of a delivery of so many pieces; `None` where that cannot be calculated.
    pub fn total(self, quantity: u32) -> Option<Yen> {
        delivery_total(self.unit, quantity, self.shipping_fee)
    }
}

/// A price the buyer was told of ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToldPrice {
    /// Which.
    pub price: Price,
    /// From the delivery of this date on, as it was told.
    pub from: Date,
}

/// The prices of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prices {
    /// As agreed, or as charged last.
    pub agreed: Price,
    /// As told ahead.
    pub told: Option<ToldPrice>,
    /// When the mail that told it was handed over to the mail server; `None` while it was not.
    pub sent_at: Option<Timestamp>,
    /// When a notice that came to nothing is told again; `None` while none has.
    pub again_at: Option<Timestamp>,
    /// As the shop asks now; `None` where it does not sell the product so.
    pub listed: Option<Price>,
    /// How many days ahead the buyer is told.
    pub notice_days: u8,
    /// Whether the buyer can be told at all: the shop sends mails, and the address is known.
    pub can_tell: bool,
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Prices {
    /// The price of the delivery on `delivery`, were it charged at `now`: the one that was told, where the notice was sent
    /// long enough ago and named this delivery; else the agreed one.
    pub fn held(&self, delivery: Date, now: Timestamp) -> Price {
        let early = |sent: Timestamp| now.duration_since(sent) >= DAY * i32::from(self.notice_days);
        match (self.told, self.sent_at) {
            (Some(told), Some(sent)) if delivery >= told.from && early(sent) => told.price,
            _ => self.agreed,
        }
    }

    /// What has to be told at `now`: the price asked now, where it is not what the buyer last heard, and from when on it
    /// holds. A day more than the notice is left for the mail to go out.
    pub fn news(&self, schedule: &Schedule, lead_days: u8, now: Timestamp) -> Option<ToldPrice> {
        let price = self.listed.filter(|_| self.can_tell)?;
        let lost = self.again_at.is_some_and(|at| now >= at);
        let heard = self.told.filter(|_| !lost).map_or(self.agreed, |told| told.price);
        if price == heard {
            return None;
        }
        let next = schedule.next()?;
        // What was agreed to goes on: no notice is needed for that.
        if price == self.agreed && self.held(next, now) == self.agreed {
            return Some(ToldPrice { price, from: next });
        }
        let earliest = now + DAY * (i32::from(self.notice_days) + 1);
        let upcoming = schedule.upcoming(usize::from(self.notice_days) + 2);
        let in_time = |date: &Date| super::renewal::due_at(*date, lead_days) >= earliest;
        let last = upcoming.last().map(|(_, date)| *date)?;
        Some(ToldPrice {
            price,
            from: upcoming.into_iter().map(|(_, date)| date).find(in_time).unwrap_or(last),
        })
    }

    /// How long after the notice that was told last it is told again, where so many have come to nothing: about a day at
    /// first, so that it is in time for the same delivery, then ever longer, a month at most.
    pub fn again_after(lost: u32) -> SignedDuration {
        DAY * (1_i32 << lost.saturating_sub(1).min(5)).min(30) - SignedDuration::from_hours(1)
    }

    /// When to look at the prices ahead of a delivery that is due at `due`.
    pub fn look_at(notice_days: u8, due: Timestamp) -> Timestamp {
        due - DAY * (i32::from(notice_days) + 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cycle::Cycle;
    use jiff::civil::date;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn price(unit: i64) -> Price {
        Price { unit: Yen::new(unit).unwrap(), shipping_fee: Yen::ZERO }
    }

    fn prices(told: Option<(i64, Date)>, sent: Option<&str>, listed: i64) -> Prices {
        Prices {
            agreed: price(1_000),
            told: told.map(|(unit, from)| ToldPrice { price: price(unit), from }),
            sent_at: sent.map(at),
            again_at: None,
            listed: Some(price(listed)),
            notice_days: 10,
            can_tell: true,
        }
    }

    /// R26: a new price holds only for the deliveries it was told of, and only once its notice is old enough.
    #[test]
    fn r26_a_price_holds_only_where_it_was_told_in_time() {
        let (may, june) = (date(2027, 5, 10), date(2027, 6, 10));
        let sent = "2027-04-20T00:00:00Z";
        for (told, sent, delivery, now, expected) in [
            (None, None, may, "2027-05-07T00:00:00Z", 1_000),
            (Some((1_200, may)), Some(sent), may, "2027-04-30T00:00:00Z", 1_200),
            (Some((1_200, may)), Some(sent), may, "2027-04-29T23:59:59Z", 1_000),
            // Told, and never sent.
            (Some((1_200, may)), None, may, "2027-05-07T00:00:00Z", 1_000),
            // Charged late, yet of a delivery the notice did not name.
            (Some((1_200, june)), Some(sent), may, "2027-06-07T00:00:00Z", 1_000),
            (Some((1_200, june)), Some(sent), june, "2027-06-07T00:00:00Z", 1_200),
        ] {
            let held = prices(told, sent, 1_200).held(delivery, at(now));
            assert_eq!(held, price(expected), "{told:?} {sent:?} {delivery} {now}");
        }
    }

    /// R26: told when it differs from what was heard last, for the first delivery that leaves the days for it.
    #[test]
    fn r26_another_price_is_told_once_and_in_time() {
        let monthly = Schedule::begun(Cycle::Months { every: 1 }, date(2027, 4, 10), None);
        let (may, june) = (date(2027, 5, 10), date(2027, 6, 10));
        // Due on May 7 at midnight in Japan: the notice is in time eleven days before.
        let (early, late) = ("2027-04-25T15:00:00Z", "2027-04-25T15:00:01Z");
        let sent = Some("2027-04-11T00:00:00Z");
        for (told, sent, listed, now, expected) in [
            (None, None, 1_000, early, None),
            (None, None, 1_200, early, Some((1_200, may))),
            (None, None, 1_200, late, Some((1_200, june))),
            (None, None, 800, late, Some((800, june))),
            (Some((1_200, june)), sent, 1_200, late, None),
            (Some((1_200, june)), sent, 1_300, late, Some((1_300, june))),
            // Back to what was agreed before it held: at once.
            (Some((1_200, june)), sent, 1_000, late, Some((1_000, may))),
            // It held already: that takes its notice, too.
            (Some((1_200, may)), sent, 1_000, late, Some((1_000, june))),
        ] {
            let news = prices(told, sent, listed).news(&monthly, 3, at(now));
            let expected = expected.map(|(unit, from)| ToldPrice { price: price(unit), from });
            assert_eq!(news, expected, "{told:?} {listed} {now}");
        }
        let silent = Prices { can_tell: false, ..prices(None, None, 1_200) };
        assert_eq!(silent.news(&monthly, 3, at(early)), None);
        let weekly = Schedule::begun(Cycle::Weeks { every: 1 }, date(2027, 4, 10), None);
        let news = prices(None, None, 1_200).news(&weekly, 3, at("2027-04-14T15:00:00Z"));
        assert_eq!(news.map(|news| news.from), Some(date(2027, 5, 1)));
    }

    /// R26: a notice that came to nothing is told again, with its whole notice; until then it is waited.
    #[test]
    fn r26_a_notice_that_was_lost_is_told_again() {
        let monthly = Schedule::begun(Cycle::Months { every: 1 }, date(2027, 4, 10), None);
        let (may, june) = (date(2027, 5, 10), date(2027, 6, 10));
        for (again, listed, now, expected) in [
            ("2027-04-25T15:00:00Z", 1_200, "2027-04-25T14:59:59Z", None),
            ("2027-04-25T15:00:00Z", 1_200, "2027-04-25T15:00:00Z", Some((1_200, may))),
            ("2027-04-25T15:00:00Z", 1_200, "2027-04-25T15:00:01Z", Some((1_200, june))),
            // Nobody has heard of it, and it is asked no more.
            ("2027-04-25T15:00:00Z", 1_000, "2027-04-26T15:00:00Z", None),
        ] {
            let lost = Prices { again_at: Some(at(again)), ..prices(Some((1_200, may)), None, listed) };
            let expected = expected.map(|(unit, from)| ToldPrice { price: price(unit), from });
            assert_eq!(lost.news(&monthly, 3, at(now)), expected, "{again} {listed} {now}");
        }
        let hours = [1, 2, 3, 5, 6, 40].map(|lost| Prices::again_after(lost).as_hours() + 1);
        assert_eq!(hours, [1, 2, 4, 16, 30, 30].map(|days| days * 24));
    }

    #[test]
    fn r26_prices_are_looked_at_before_the_notice_has_to_go_out() {
        let look = Prices::look_at(10, at("2027-05-06T15:00:00Z"));
        assert_eq!(look, at("2027-04-24T15:00:00Z"));
    }
}
