//! 定期管理: what operators see of the shop's subscriptions and do with them (R16–R24, R90).
//!
//! An action's answer is the subscription as it is afterwards. The address is shown and never taken here.

use super::{MonthView, TimelineEntry, UpcomingDelivery};
use crate::address::DeliveryAddress;
use crate::charge::ChargePermissionState;
use crate::cycle::Cycle;
use crate::day::Day;
pub use crate::forecast::CapFit;
use crate::id::{OrderId, OrderNumber, ProductId, SubscriptionId};
use crate::money::Yen;
use crate::status_icon::StatusIcon;
use crate::subscription::{AddressSource, DropReason, PeriodOutcome, SubscriptionAction};
pub use crate::subscription_settings::{AtAmazonEnd, AtCap, SettingFault, SubscriptionSettingsView};
use serde::{Deserialize, Serialize};

/// How many days ahead [`SubscriptionFilter`] may look at most.
pub const FARTHEST_AHEAD: u8 = 90;

/// Which subscriptions a list shows: at most one of them at a time, each answered from an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SubscriptionFilter {
    /// All, the newest first.
    #[default]
    All,
    /// `state=active`: 継続中.
    Active,
    /// `state=paused`: 休止中.
    Paused,
    /// `state=payment_needed`: お支払い方法の変更待ち.
    PaymentNeeded,
    /// `state=ended`: 終了.
    Ended,
    /// `at_cap=1`: the next delivery waits for the 1st of a month (R19).
    AtCap,
    /// `ended_at_amazon=1`: the agreement was ended at Amazon and nobody has looked yet (R24).
    EndedAtAmazon,
    /// `failed=1`: a renewal failed in the last 30 days and what was declined is not paid, or its delivery does not come.
    Failed,
    /// `charged_within=N`: the next charge is within so many days, 1 to [`FARTHEST_AHEAD`]; the soonest first.
    ChargedWithin(u8),
    /// `will_not_fit=1`: deliveries of the coming [`FORECAST_DAYS`] days that the month's cap will have no room for.
    WillNotFit,
}

/// The query is none of a [`SubscriptionFilter`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the filter {0} cannot be read, or stands beside another")]
pub struct NotASubscriptionFilter(&'static str);

impl SubscriptionFilter {
    /// The filters offered with one press, in the order shown.
    pub const CHIPS: [Self; 9] = [
        Self::Active,
        Self::ChargedWithin(7),
        Self::AtCap,
        Self::WillNotFit,
        Self::PaymentNeeded,
        Self::Failed,
        Self::EndedAtAmazon,
        Self::Paused,
        Self::Ended,
    ];

    /// Names of the pairs.
    pub const NAMES: [&'static str; 6] =
        ["state", "at_cap", "ended_at_amazon", "failed", "charged_within", "will_not_fit"];

    /// The pair of a query; `None` for everything.
    pub fn pair(self) -> Option<(&'static str, String)> {
        let (name, value) = match self {
            Self::All => return None,
            Self::Active => ("state", "active"),
            Self::Paused => ("state", "paused"),
            Self::PaymentNeeded => ("state", "payment_needed"),
            Self::Ended => ("state", "ended"),
            Self::AtCap => ("at_cap", "1"),
            Self::EndedAtAmazon => ("ended_at_amazon", "1"),
            Self::Failed => ("failed", "1"),
            Self::ChargedWithin(days) => return Some(("charged_within", days.to_string())),
            Self::WillNotFit => ("will_not_fit", "1"),
        };
        Some((name, value.to_owned()))
    }

    /// The same as a query; empty for everything.
    pub fn query(self) -> String {
        self.pair().map_or_else(String::new, |(name, value)| [name, "=", &value].concat())
    }

    /// Reads the pairs of a query; pairs that are not of a filter (`before`, `limit`, `search`) are left to others.
    ///
    /// # Errors
    /// [`NotASubscriptionFilter`] with the name of the first pair that cannot be read.
    pub fn read<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self, NotASubscriptionFilter> {
        let mut filter = Self::All;
        for (name, value) in pairs {
            let Some(name) = Self::NAMES.into_iter().find(|known| *known == name) else { continue };
            let found = match (name, value) {
                ("state", "active") => Self::Active,
                ("state", "paused") => Self::Paused,
                ("state", "payment_needed") => Self::PaymentNeeded,
                ("state", "ended") => Self::Ended,
                ("at_cap", "1") => Self::AtCap,
                ("ended_at_amazon", "1") => Self::EndedAtAmazon,
                ("failed", "1") => Self::Failed,
                ("charged_within", days) => days
                    .parse()
                    .ok()
                    .filter(|days| (1..=FARTHEST_AHEAD).contains(days))
                    .map(Self::ChargedWithin)
                    .ok_or(NotASubscriptionFilter(name))?,
                ("will_not_fit", "1") => Self::WillNotFit,
                _ => return Err(NotASubscriptionFilter(name)),
            };
            if filter != Self::All {
                return Err(NotASubscriptionFilter(name));
            }
            filter = found;
        }
        Ok(filter)
    }
}

/// How far the forecast looks ahead, in days.
pub const FORECAST_DAYS: u8 = 62;

/// `GET /api/shops/{shop}/subscriptions?before=CURSOR&limit=50&…` with the pair of a [`SubscriptionFilter`], or
/// `search=` a number, a mail address or Amazon's id of the agreement, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionPage {
    /// At most `limit`.
    pub subscriptions: Vec<SubscriptionRow>,
    /// For the next page; absent on the last.
    pub next: Option<String>,
    /// The search stopped before the page was full: `next` goes on with it (「続きを探す」).
    #[serde(default)]
    pub bounded: bool,
}

/// A subscription in the list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionRow {
    /// Ours.
    pub id: SubscriptionId,
    /// As people say it.
    pub number: OrderNumber,
    /// Whose, as Amazon gave it.
    pub buyer_name: String,
    /// What is delivered.
    pub product_name: String,
    /// Pieces in each delivery.
    pub quantity: u32,
    /// Of the next delivery, in yen; absent where it cannot be calculated.
    pub total: Option<Yen>,
    /// How often.
    pub cycle: Cycle,
    /// How far it has come.
    pub state: super::MyState,
    /// Since when it is so, Unix ms; absent while it is active.
    pub since: Option<i64>,
    /// The next delivery; absent once it has ended.
    pub next_delivery: Option<Day>,
    /// The day on which it is charged; absent while nothing is to be charged.
    pub next_charge: Option<Day>,
    /// It was to be charged earlier, and the cap has no room before that day (R19).
    pub waits_for_cap: bool,
    /// How the latest order stands.
    pub last: Option<LastResult>,
    /// As Amazon last said.
    pub permission: ChargePermissionState,
    /// This month's meter.
    pub month: MonthView,
    /// Since when there is this subscription, Unix ms.
    pub created_at: i64,
    /// Rises with every change.
    pub version: i64,
}

impl core::fmt::Debug for SubscriptionRow {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SubscriptionRow({})", self.number)
    }
}

/// How the latest order of a subscription stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastResult {
    /// Ours.
    pub order_id: OrderId,
    /// As people say it.
    pub order_number: OrderNumber,
    /// When it was placed, Unix ms.
    pub placed_at: i64,
    /// As in the order list; absent where it shows none.
    pub icon: Option<StatusIcon>,
    /// Why Amazon refused, Amazon's code.
    pub reason: Option<String>,
    /// How often its charge was asked for.
    pub tries: u32,
}

/// `GET /api/shops/{shop}/subscriptions/counts`: one per [`SubscriptionFilter`] offered with one press, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionCounts {
    /// The counts, as of the order list: the filter's query and how many.
    pub chips: Vec<super::FilterCount>,
}

/// `GET /api/shops/{shop}/subscriptions/days`: what comes on each of the next days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryOverview {
    /// The next [`crate::delivery_days::DAYS`] days, today first.
    pub days: Vec<DeliveryDay>,
    /// From that day on more comes than is counted: there was more than is looked at. Absent where everything is counted.
    pub incomplete_from: Option<Day>,
}

/// A day's deliveries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryDay {
    /// Which day.
    pub date: Day,
    /// Deliveries that come on it and are not shipped yet.
    pub count: u32,
    /// Of them, those that are ordered already.
    pub ordered: u32,
    /// What they come to, in yen.
    pub total: Yen,
    /// Deliveries planned for it that the month's cap will have no room for: they come later, or not at all (R19).
    pub unfit: u32,
}

/// `GET /api/shops/{shop}/subscriptions/{id}`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionView {
    /// The same as in the list.
    pub row: SubscriptionRow,
    /// What is delivered.
    pub product_id: ProductId,
    /// Of one piece in the next delivery, in yen, tax included.
    pub unit_price: Yen,
    /// 送料 of each delivery, in yen.
    pub shipping_fee: Yen,
    /// Another price was told of to the buyer (R26), in yen for one piece.
    pub told_price: Option<Yen>,
    /// When that was sent, Unix ms; absent while nobody knows that it was.
    pub told_at: Option<i64>,
    /// The buyer's, as Amazon gave it.
    pub buyer_mail: Option<String>,
    /// The buyer's, as Amazon gave it.
    pub buyer_phone: Option<String>,
    /// Amazon's id of the agreement.
    pub charge_permission_id: String,
    /// Amazon's text of the payment method; never parsed.
    pub payment_text: Option<String>,
    /// Deliveries so far.
    pub delivered: u32,
    /// After how many it ends by itself.
    pub limit: Option<u32>,
    /// The next deliveries, and whether each will fit its month: the calendar.
    pub calendar: Vec<ForecastDelivery>,
    /// The delivery after the one that waits for the cap, where it follows so soon that both look like the same one (R19).
    #[serde(default)]
    pub following: Option<Day>,
    /// The meters of the months that had a charge, the present one first; at most 13.
    pub months: Vec<MeterView>,
    /// The meter of the buyer over all their subscriptions, where the shop has set such a cap.
    pub buyer_month: Option<MonthView>,
    /// How each period passed, the latest first; at most 24.
    pub periods: Vec<PeriodView>,
    /// The addresses, the latest first, each with the deliveries it is for (R90: shown, never edited).
    pub addresses: Vec<AddressHistory>,
    /// The latest first; at most 200.
    pub timeline: Vec<TimelineEntry>,
    /// What an operator may do now; what would be refused is not offered.
    pub actions: Vec<SubscriptionAction>,
    /// The first date an operator may move the next delivery to; an earlier one is the buyer's to choose (R26).
    pub earliest: Day,
    /// The agreement was ended at Amazon and waits for somebody to look (R24).
    pub to_acknowledge: bool,
    /// Ready to be sent to the buyer who asks for another address, in the buyer's language (R90, R22).
    pub address_message: ReadyMessage,
    /// Ready to be sent to the buyer who asks for more pieces, an earlier date or to go on: only they can do that (R26).
    #[serde(default)]
    pub buyer_messages: Vec<BuyerMessage>,
}

/// A message about what only the buyer can do.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyerMessage {
    /// What they can do on my page.
    pub action: SubscriptionAction,
    /// In the buyer's language.
    pub message: ReadyMessage,
}

/// A delivery to come, and whether its month has room for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastDelivery {
    /// Which and when.
    pub delivery: UpcomingDelivery,
    /// The day on which it is charged.
    pub charge: Day,
    /// Whether it fits.
    pub fit: CapFit,
}

/// A month's meter with what is only reserved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterView {
    /// Month, cap, used (reserved included) and remaining, in yen.
    pub month: MonthView,
    /// Of `used`: charges of which nobody knows yet how they ended, in yen.
    pub reserved: Yen,
}

/// How a period passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodView {
    /// From 1.
    pub period: u32,
    /// When it was to be delivered.
    pub date: Day,
    /// How.
    pub outcome: PeriodOutcome,
    /// Where it has no order.
    pub reason: Option<DropReason>,
    /// Where it was ordered.
    pub order: Option<LastResult>,
}

/// An address and what it was for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressHistory {
    /// From the delivery of this date on.
    pub from: Day,
    /// When it was set, Unix ms.
    pub at: i64,
    /// Where it came from: one that was typed may lie outside Amazon's payment protection (R22).
    pub source: AddressSource,
    /// Where to.
    pub address: DeliveryAddress,
    /// The next delivery goes there.
    pub current: bool,
}

/// A message an operator copies or sends.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadyMessage {
    /// To whom, where known.
    pub to: Option<String>,
    /// One line.
    pub subject: String,
    /// Plain text with the link to マイページ > 定期購入リスト.
    pub body: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<SubscriptionFilter, NotASubscriptionFilter> {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        SubscriptionFilter::read(pairs)
    }

    /// R19, R24: every filter comes back out of its own query, and nothing else is one.
    #[test]
    fn r24_a_filter_is_its_query_and_back() {
        let all = SubscriptionFilter::CHIPS.into_iter().chain([
            SubscriptionFilter::All,
            SubscriptionFilter::ChargedWithin(1),
            SubscriptionFilter::ChargedWithin(FARTHEST_AHEAD),
        ]);
        for filter in all {
            assert_eq!(read(&filter.query()), Ok(filter), "{filter:?}");
            assert_eq!(read(&["before=x&", &filter.query(), "&limit=9"].concat()), Ok(filter));
            let known = filter.pair().is_none_or(|(name, _)| SubscriptionFilter::NAMES.contains(&name));
            assert!(known, "{filter:?}");
        }
        for (query, name) in [
            ("state=gone", "state"),
            ("state=", "state"),
            ("at_cap=0", "at_cap"),
            ("ended_at_amazon=yes", "ended_at_amazon"),
            ("charged_within=0", "charged_within"),
            ("charged_within=91", "charged_within"),
            ("charged_within=-1", "charged_within"),
            ("will_not_fit=2", "will_not_fit"),
            ("state=active&at_cap=1", "at_cap"),
        ] {
            assert_eq!(read(query), Err(NotASubscriptionFilter(name)), "{query}");
        }
    }
}
