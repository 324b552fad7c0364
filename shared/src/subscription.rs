//! 定期購入: its schedule, how far it has come, and what may be done with it.
//!
//! A subscription is a row of periods. Period 1 is the order of the checkout; every later one ends as exactly one
//! order or as one recorded reason (R15). Nothing here knows of money: the cap is [`crate::monthly_cap`], what a
//! renewal does next is decided where the order's payment is known. Start at [`Schedule`] and [`judge`].

use crate::address::DeliveryAddress;
use crate::cycle::Cycle;
use crate::money::Yen;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Most pieces of the product in one delivery.
pub const MAX_QUANTITY: u32 = 99;

/// How far ahead a delivery may be moved, in days: Amazon ends a permission after 13 months without a charge.
pub const FARTHEST_DAYS: i32 = 365;

/// When the deliveries are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// How often.
    pub cycle: Cycle,
    /// The delivery that the following ones are counted from.
    pub anchor: Date,
    /// Number of the next delivery, counted from the anchor; 0 is the anchor itself.
    pub step: u32,
    /// Period of the next delivery, counted from 1 over the whole life; skipped ones count.
    pub period: u32,
    /// Deliveries made or under way.
    pub delivered: u32,
    /// After how many deliveries it ends by itself; absent where it goes on until it is ended.
    pub limit: Option<u32>,
}

/// How a period passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodOutcome {
    /// Its order exists.
    Ordered,
    /// The shopper skipped it.
    Skipped,
    /// No order came about; the reason stands beside it.
    Dropped,
}

impl PeriodOutcome {
    /// The name stored in the database and used in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Skipped => "skipped",
            Self::Dropped => "dropped",
        }
    }

    /// The outcome stored as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Ordered, Self::Skipped, Self::Dropped].into_iter().find(|outcome| outcome.name() == name)
    }
}

/// Why a period has no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// Dearer than the monthly cap itself (R19).
    DearerThanCap,
    /// The cap had no room, and the shop drops such deliveries instead of moving them.
    OverCap,
    /// Could not be paid within the tries.
    NotPaid,
    /// The product is not sold any more.
    NotOnSale,
    /// Paused, or ended, when it was due.
    NotActive,
    /// Its time passed while the system stood still, and the next one was due already.
    Overtaken,
    /// The delivery address lies outside the area the shop serves (R13).
    AreaNotServed,
}

impl Schedule {
    /// The schedule once period 1, delivered on `first`, was ordered.
    pub const fn begun(cycle: Cycle, first: Date, limit: Option<u32>) -> Self {
        Self { cycle, anchor: first, step: 1, period: 2, delivered: 1, limit }
    }

    /// Date of the next delivery; `None` when it has come to its end.
    pub fn next(&self) -> Option<Date> {
        if self.limit.is_some_and(|limit| self.delivered >= limit) {
            return None;
        }
        self.cycle.nth(self.anchor, self.step)
    }

    /// The schedule after the next delivery passed so. Only an order counts toward the limit.
    #[must_use]
    pub const fn passed(self, outcome: PeriodOutcome) -> Self {
        let delivered = match outcome {
            PeriodOutcome::Ordered => self.delivered + 1,
            PeriodOutcome::Skipped | PeriodOutcome::Dropped => self.delivered,
        };
        Self { step: self.step + 1, period: self.period + 1, delivered, ..self }
    }

    /// The schedule with the next delivery on `to`; the later ones are counted from there.
    #[must_use]
    pub const fn moved(self, to: Date) -> Self {
        Self { anchor: to, step: 0, ..self }
    }

    /// The next deliveries by period and date, at most `count`.
    pub fn upcoming(&self, count: usize) -> Vec<(u32, Date)> {
        let mut found = Vec::with_capacity(count);
        let mut ahead = *self;
        while found.len() < count {
            let Some(date) = ahead.next() else { break };
            found.push((ahead.period, date));
            ahead = ahead.passed(PeriodOutcome::Ordered);
        }
        found
    }
}

/// How far a subscription has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", deny_unknown_fields)]
pub enum SubscriptionState {
    /// Deliveries go on.
    Active,
    /// 休止中: the shopper or the shop paused it; nothing is ordered.
    Paused {
        /// When.
        since: Timestamp,
    },
    /// お支払い方法の変更待ち: Amazon charges nothing until the buyer changes the payment method there (R25).
    PaymentNeeded {
        /// When it was noticed.
        since: Timestamp,
    },
    /// 終了.
    Ended {
        /// Why.
        reason: EndReason,
        /// When.
        at: Timestamp,
    },
}

/// Why a subscription ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The shopper ended it on my page.
    Shopper,
    /// An operator ended it.
    Operator,
    /// The agreement was ended at Amazon (R24).
    Amazon,
    /// The agreement lapsed at Amazon: nothing was charged under it for 13 months.
    Lapsed,
    /// All deliveries were made.
    Completed,
    /// Could not be paid too often in a row (R25).
    NotPaid,
}

impl EndReason {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::Shopper, Self::Operator, Self::Amazon, Self::Lapsed, Self::Completed, Self::NotPaid];
}

impl SubscriptionState {
    /// The names, in the order of life.
    pub const NAMES: [&'static str; 4] = ["active", "paused", "payment_needed", "ended"];

    /// The name stored in a column and used in the API.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused { .. } => "paused",
            Self::PaymentNeeded { .. } => "payment_needed",
            Self::Ended { .. } => "ended",
        }
    }
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Whose subscription it is.
    Shopper,
    /// An operator of the shop.
    Operator,
}

/// What somebody may want to do with a subscription (R23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionAction {
    /// Leave the next delivery out.
    Skip,
    /// Move the next delivery.
    ChangeDate,
    /// How many pieces from the next delivery on.
    ChangeQuantity,
    /// お届け先変更: the shopper only (R90).
    ChangeAddress,
    /// Pause.
    Pause,
    /// Go on.
    Resume,
    /// End it for good.
    Cancel,
}

impl SubscriptionAction {
    /// Every action.
    pub const ALL: [Self; 7] = [
        Self::Skip,
        Self::ChangeDate,
        Self::ChangeQuantity,
        Self::ChangeAddress,
        Self::Pause,
        Self::Resume,
        Self::Cancel,
    ];

    /// The name used in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::ChangeDate => "change_date",
            Self::ChangeQuantity => "change_quantity",
            Self::ChangeAddress => "change_address",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
        }
    }
}

/// Why it is not done. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionRefused {
    /// It has ended.
    #[error("the subscription has ended")]
    Ended,
    /// It is paused, or is not paused.
    #[error("the subscription's state does not allow it")]
    State,
    /// The console never edits a subscription's address (R90), and never has a buyer pay more or sooner (R26).
    #[error("only the shopper may do that")]
    ShopperOnly,
    /// The date is too near, in the past or too far ahead.
    #[error("the delivery cannot be moved to that date")]
    Date,
    /// 0 or above [`MAX_QUANTITY`].
    #[error("the quantity is 1 to {MAX_QUANTITY}")]
    Quantity,
    /// Changed since it was shown.
    #[error("the subscription was changed meanwhile")]
    Changed,
}

/// Whether `actor` may do `action` with a subscription in `state`; the same answer for the page and the server.
///
/// # Errors
/// [`SubscriptionRefused`].
pub const fn judge(
    action: SubscriptionAction,
    actor: Actor,
    state: &SubscriptionState,
) -> Result<(), SubscriptionRefused> {
    use SubscriptionAction as A;
    use SubscriptionState as S;
    match (state, action, actor) {
        (_, A::ChangeAddress, Actor::Operator) => Err(SubscriptionRefused::ShopperOnly),
        (S::Ended { .. }, _, _) => Err(SubscriptionRefused::Ended),
        (S::Paused { .. }, A::Resume, _) => Ok(()),
        (S::Paused { .. }, A::Skip | A::ChangeDate | A::Pause, _) | (_, A::Resume, _) => {
            Err(SubscriptionRefused::State)
        }
        _ => Ok(()),
    }
}

/// Whether the next delivery may be moved to `to`: not before `earliest` (today and the shop's lead time), at most
/// [`FARTHEST_DAYS`] after `today`.
///
/// # Errors
/// [`SubscriptionRefused::Date`].
pub fn may_move(to: Date, today: Date, earliest: Date) -> Result<(), SubscriptionRefused> {
    let farthest = today.checked_add(jiff::Span::new().days(FARTHEST_DAYS)).unwrap_or(Date::MAX);
    if to >= earliest && to <= farthest { Ok(()) } else { Err(SubscriptionRefused::Date) }
}

/// The last day on which an agreement that was charged on `last` is surely charged again: Amazon lets it lapse 13 months
/// after its last charge; two weeks are left for tries.
pub fn latest_charge(last: Date) -> Date {
    let lapses = last.checked_add(jiff::Span::new().months(13)).unwrap_or(Date::MAX);
    lapses.checked_sub(jiff::Span::new().days(14)).unwrap_or(last)
}

/// A change that may have the buyer pay more, or sooner, than agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Pieces in each delivery.
    Quantity {
        /// Until now.
        from: u32,
        /// From now on.
        to: u32,
    },
    /// The next delivery.
    Date {
        /// As the schedule has it.
        from: Date,
        /// When then.
        to: Date,
    },
    /// It goes on.
    Resume {
        /// Who paused it.
        paused_by: Actor,
    },
}

impl Change {
    /// Whether the buyer pays more, or sooner, by it.
    pub fn raises(self) -> bool {
        match self {
            Self::Quantity { from, to } => to > from,
            Self::Date { from, to } => to < from,
            // Paused by the shop, it goes on as the buyer had agreed.
            Self::Resume { paused_by } => paused_by == Actor::Shopper,
        }
    }
}

/// Whether `actor` may make the change: what raises what a buyer pays, or brings it forward, the buyer alone consents to
/// (R26). The same answer for the page and the server.
///
/// # Errors
/// [`SubscriptionRefused::ShopperOnly`].
pub fn may_change(actor: Actor, change: Change) -> Result<(), SubscriptionRefused> {
    match actor {
        Actor::Operator if change.raises() => Err(SubscriptionRefused::ShopperOnly),
        Actor::Operator | Actor::Shopper => Ok(()),
    }
}

/// What the console has to know of a subscription to tell what it offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtConsole<'a> {
    /// How far it has come.
    pub state: &'a SubscriptionState,
    /// Pieces in each delivery.
    pub quantity: u32,
    /// The next delivery as the schedule has it.
    pub next: Option<Date>,
    /// The first date a delivery may be moved to, by the shop's lead time.
    pub earliest: Date,
    /// Who paused it last.
    pub paused_by: Actor,
}

impl AtConsole<'_> {
    /// Whether an operator can do the action, to some extent at least: what would be refused is not offered.
    pub fn offers(&self, action: SubscriptionAction) -> bool {
        use SubscriptionAction as A;
        judge(action, Actor::Operator, self.state).is_ok()
            && match action {
                // One piece cannot become fewer.
                A::ChangeQuantity => self.quantity > 1,
                A::ChangeDate => self.next.is_some(),
                A::Resume => {
                    may_change(Actor::Operator, Change::Resume { paused_by: self.paused_by }).is_ok()
                }
                A::Skip | A::ChangeAddress | A::Pause | A::Cancel => true,
            }
    }

    /// Whether only the buyer can do the action, or go farther with it than an operator: more pieces, an earlier date, going
    /// on after their own pause. Then a message leads the buyer to my page, as for the address (R90), which has its own.
    pub fn asks_buyer(&self, action: SubscriptionAction) -> bool {
        use SubscriptionAction as A;
        judge(action, Actor::Shopper, self.state).is_ok()
            && match action {
                A::ChangeQuantity => self.quantity < MAX_QUANTITY,
                A::ChangeDate => self.next.is_some_and(|next| next > self.earliest),
                A::Resume => !self.offers(A::Resume),
                A::Skip | A::ChangeAddress | A::Pause | A::Cancel => false,
            }
    }

    /// The first date to which an operator may move the next delivery: never earlier than it is (R26).
    pub fn first_date(&self) -> Date {
        self.next.map_or(self.earliest, |next| next.max(self.earliest))
    }
}

/// Where an address came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressSource {
    /// Chosen at Amazon when the subscription began.
    Checkout,
    /// Typed on my page; may lie outside Amazon's payment protection (R22).
    Form,
    /// Chosen from Amazon on my page, through a session of its own.
    Amazon,
}

impl AddressSource {
    /// The name stored in the database and used in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Checkout => "checkout",
            Self::Form => "form",
            Self::Amazon => "amazon",
        }
    }

    /// The source stored as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Checkout, Self::Form, Self::Amazon].into_iter().find(|source| source.name() == name)
    }
}

/// An address and the deliveries it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct SubscriptionAddress {
    /// From the delivery of this date on.
    pub from: Date,
    /// Where to.
    pub address: DeliveryAddress,
    /// Where it came from.
    pub source: AddressSource,
}

impl core::fmt::Debug for SubscriptionAddress {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SubscriptionAddress")
            .field("from", &self.from)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// The address a delivery of `date` goes to. `changes` stand in the order in which they were made: of those that
/// reach the date the last one counts; before all of them, the first one.
pub fn address_for(changes: &[SubscriptionAddress], date: Date) -> Option<&SubscriptionAddress> {
    changes.iter().rev().find(|change| change.from <= date).or_else(|| changes.first())
}

/// What one delivery costs: unit price times quantity and 送料, tax included; `None` where that cannot be calculated.
pub fn delivery_total(unit_price: Yen, quantity: u32, shipping_fee: Yen) -> Option<Yen> {
    unit_price.checked_mul(quantity)?.checked_add(shipping_fee)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prefecture::Prefecture;
    use jiff::civil::date;
    use proptest::prelude::*;

    const MONTHLY: Cycle = Cycle::Months { every: 1 };

    #[test]
    fn r15_a_schedule_counts_periods_and_ends_at_its_limit() {
        let mut schedule = Schedule::begun(MONTHLY, date(2027, 1, 31), Some(3));
        assert_eq!(schedule.next(), Some(date(2027, 2, 28)));
        schedule = schedule.passed(PeriodOutcome::Skipped);
        assert_eq!((schedule.period, schedule.next()), (3, Some(date(2027, 3, 31))));
        schedule = schedule.passed(PeriodOutcome::Ordered).passed(PeriodOutcome::Ordered);
        assert_eq!((schedule.delivered, schedule.next()), (3, None));
        let open = Schedule::begun(MONTHLY, date(2027, 1, 31), None);
        let dates: Vec<_> = open.upcoming(3).into_iter().map(|(_, date)| date).collect();
        assert_eq!(dates, [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]);
    }

    #[test]
    fn r23_a_moved_delivery_carries_the_later_ones_along() {
        let moved = Schedule::begun(MONTHLY, date(2027, 1, 10), None).moved(date(2027, 2, 20));
        assert_eq!(moved.upcoming(2), [(2, date(2027, 2, 20)), (3, date(2027, 3, 20))]);
        let (today, earliest) = (date(2027, 2, 1), date(2027, 2, 4));
        for (to, fits) in
            [(date(2027, 2, 3), false), (earliest, true), (date(2028, 2, 1), true), (date(2028, 2, 2), false)]
        {
            assert_eq!(may_move(to, today, earliest).is_ok(), fits, "{to}");
        }
    }

    /// R23, R90: what each state answers to each action, by the shopper and by an operator.
    /// R26: an operator never has a buyer pay more or sooner than the buyer agreed to.
    #[test]
    fn r26_only_the_buyer_agrees_to_pay_more_or_sooner() {
        let day = |day| date(2027, 2, day);
        for (change, raises) in [
            (Change::Quantity { from: 2, to: 1 }, false),
            (Change::Quantity { from: 2, to: 2 }, false),
            (Change::Quantity { from: 2, to: 3 }, true),
            (Change::Date { from: day(10), to: day(11) }, false),
            (Change::Date { from: day(10), to: day(10) }, false),
            (Change::Date { from: day(10), to: day(9) }, true),
            (Change::Resume { paused_by: Actor::Operator }, false),
            (Change::Resume { paused_by: Actor::Shopper }, true),
        ] {
            assert_eq!(may_change(Actor::Shopper, change), Ok(()), "{change:?}");
            let expected = if raises { Err(SubscriptionRefused::ShopperOnly) } else { Ok(()) };
            assert_eq!(may_change(Actor::Operator, change), expected, "{change:?}");
        }
    }

    /// R26, R90: the console offers nothing that is refused, and has a message for what is the buyer's, over every state.
    #[test]
    fn r26_the_console_offers_only_what_it_may_and_a_message_for_the_rest() {
        use SubscriptionAction as A;
        let since = Timestamp::UNIX_EPOCH;
        let (active, paused) = (SubscriptionState::Active, SubscriptionState::Paused { since });
        let needed = SubscriptionState::PaymentNeeded { since };
        let ended = SubscriptionState::Ended { reason: EndReason::Shopper, at: since };
        let day = |day| date(2027, 2, day);
        let one = |state, quantity, next, paused_by| AtConsole {
            state,
            quantity,
            next,
            earliest: day(4),
            paused_by,
        };
        let (by_shop, by_buyer) = (Actor::Operator, Actor::Shopper);
        let all = [A::Skip, A::ChangeDate, A::ChangeQuantity, A::Pause, A::Cancel];
        let none: &[A] = &[];
        for (seen, offered, asked) in [
            (one(&active, 2, Some(day(20)), by_buyer), &all[..], &[A::ChangeDate, A::ChangeQuantity][..]),
            (one(&needed, 2, Some(day(20)), by_buyer), &all[..], &[A::ChangeDate, A::ChangeQuantity][..]),
            // Nothing less than one piece, nothing earlier than the first date there is.
            (
                one(&active, 1, Some(day(4)), by_buyer),
                &[A::Skip, A::ChangeDate, A::Pause, A::Cancel][..],
                &[A::ChangeQuantity][..],
            ),
            (one(&active, MAX_QUANTITY, Some(day(3)), by_buyer), &all[..], none),
            (
                one(&active, 2, None, by_buyer),
                &[A::Skip, A::ChangeQuantity, A::Pause, A::Cancel][..],
                &[A::ChangeQuantity][..],
            ),
            (
                one(&paused, 2, Some(day(20)), by_shop),
                &[A::ChangeQuantity, A::Resume, A::Cancel][..],
                &[A::ChangeQuantity][..],
            ),
            (
                one(&paused, 2, Some(day(20)), by_buyer),
                &[A::ChangeQuantity, A::Cancel][..],
                &[A::ChangeQuantity, A::Resume][..],
            ),
            (one(&ended, 2, Some(day(20)), by_buyer), none, none),
        ] {
            let of = |fits: &dyn Fn(A) -> bool| {
                A::ALL.into_iter().filter(|action| fits(*action)).collect::<Vec<_>>()
            };
            assert_eq!(of(&|action| seen.offers(action)), offered, "{seen:?}");
            assert_eq!(of(&|action| seen.asks_buyer(action)), asked, "{seen:?}");
            let (first, next) = (seen.first_date(), seen.next.unwrap_or(day(4)));
            assert!(
                first >= seen.earliest && may_change(by_shop, Change::Date { from: next, to: first }).is_ok()
            );
        }
    }

    /// R23: a delivery is moved no farther than the agreement lasts without a charge.
    #[test]
    fn r23_the_next_charge_comes_before_the_agreement_lapses() {
        assert_eq!(latest_charge(date(2027, 1, 31)), date(2028, 2, 15));
        assert_eq!(latest_charge(date(2026, 11, 29)), date(2027, 12, 15));
    }

    #[test]
    fn every_subscription_state_answers_every_action_as_the_table_says() {
        let at = Timestamp::UNIX_EPOCH;
        let states = [
            SubscriptionState::Active,
            SubscriptionState::Paused { since: at },
            SubscriptionState::PaymentNeeded { since: at },
            SubscriptionState::Ended { reason: EndReason::Shopper, at },
        ];
        // skip, date, quantity, address, pause, resume, cancel
        let table = [
            ("active", "ok ok ok ok ok state ok", "ok ok ok shopper ok state ok"),
            ("paused", "state state ok ok state ok ok", "state state ok shopper state ok ok"),
            ("payment_needed", "ok ok ok ok ok state ok", "ok ok ok shopper ok state ok"),
            (
                "ended",
                "ended ended ended ended ended ended ended",
                "ended ended ended shopper ended ended ended",
            ),
        ];
        let word = |answer| match answer {
            Ok(()) => "ok",
            Err(SubscriptionRefused::State) => "state",
            Err(SubscriptionRefused::ShopperOnly) => "shopper",
            Err(SubscriptionRefused::Ended) => "ended",
            Err(_) => "other",
        };
        for (state, (name, shopper, operator)) in states.iter().zip(table) {
            assert_eq!(state.name(), name);
            for (actor, row) in [(Actor::Shopper, shopper), (Actor::Operator, operator)] {
                for (action, expected) in SubscriptionAction::ALL.into_iter().zip(row.split(' ')) {
                    assert_eq!(word(judge(action, actor, state)), expected, "{name} {action:?} {actor:?}");
                }
            }
        }
    }

    fn at(line: &str, from: Date) -> SubscriptionAddress {
        SubscriptionAddress {
            from,
            address: DeliveryAddress {
                name: "試験 花子".into(),
                postal_code: None,
                prefecture: Prefecture::from_any("東京都"),
                lines: vec![line.into()],
                country_code: "JP".into(),
                phone: None,
                person: None,
            },
            source: AddressSource::Form,
        }
    }

    #[test]
    fn r21_a_later_change_counts_from_its_date_on_and_an_earlier_one_until_then() {
        let changes = [
            at("old", date(2027, 1, 1)),
            at("from march", date(2027, 3, 1)),
            at("from february", date(2027, 2, 1)),
        ];
        let line = |day| address_for(&changes, day).unwrap().address.lines[0].as_str();
        assert_eq!(line(date(2027, 1, 31)), "old");
        assert_eq!(line(date(2027, 2, 1)), "from february");
        // Said last, and for everything from February on.
        assert_eq!(line(date(2027, 3, 1)), "from february");
        assert_eq!(line(date(2026, 12, 1)), "old");
        assert!(address_for(&[], date(2027, 1, 1)).is_none());
    }

    proptest! {
        #[test]
        fn r15_every_period_comes_once_and_dates_only_move_forward(
            weeks in any::<bool>(), every in 1..12_u16, outcomes in prop::collection::vec(0..3_u8, 1..60),
        ) {
            let cycle = if weeks { Cycle::Weeks { every } } else { Cycle::Months { every } };
            let mut schedule = Schedule::begun(cycle, date(2026, 1, 31), None);
            for (expected, outcome) in (2_u32..).zip(outcomes) {
                prop_assert_eq!(schedule.period, expected);
                let before = schedule.next();
                schedule = schedule.passed(match outcome {
                    0 => PeriodOutcome::Ordered,
                    1 => PeriodOutcome::Skipped,
                    _ => PeriodOutcome::Dropped,
                });
                prop_assert!(schedule.next() > before);
            }
        }
    }
}
