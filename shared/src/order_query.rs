//! What an operator asks the order list for: a filter as a value, the same in address, server and page.
//!
//! A filter names sets; what the page shows is decided by [`OrderFilter::fits`] alone, so that a row found by an
//! index and a row that came in live are judged alike. Start at [`OrderFilter`].

use crate::api::OrderRow;
use crate::day::Day;
use crate::money::Yen;
use crate::order::{OrderOrigin, OrderStatus};
use crate::payment::{PaymentState, PaymentStatus};
use crate::payment_method::PaymentMethod;
use crate::status_icon::{Beside, StatusIcon};

/// Longest text searched for, in characters.
pub const LONGEST_SEARCH: usize = 100;
/// Longest query accepted, in bytes.
pub const LONGEST_QUERY: usize = 2_000;
/// A count stops there: more is shown as 1,000+.
pub const COUNT_LIMIT: i64 = 1_000;
/// Most days left that can be asked for.
pub const MOST_DAYS_LEFT: i64 = 60;

/// Where a band of amounts ends, in yen, exclusive; the last band has no end.
pub const AMOUNT_BANDS: [i64; 8] = [1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 50_000, 100_000];

/// What the list shows. Nothing named means everything; within one field either of several will do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// What was typed into the search.
    pub search: Option<String>,
    /// First day in Japan.
    pub from: Option<Day>,
    /// Last day in Japan, inclusive.
    pub until: Option<Day>,
    /// 受注ステータス.
    pub order_status: Vec<OrderStatus>,
    /// 決済ステータス.
    pub payment_status: Option<PaymentStatus>,
    /// Icons; `None` is the empty cell, 取消完了.
    pub icons: Vec<Option<StatusIcon>>,
    /// How the order came about.
    pub origins: Vec<OrderOrigin>,
    /// 決済方法.
    pub methods: Vec<PaymentMethod>,
    /// Authorizations that end within so many whole days (R47).
    pub days_left: Option<i64>,
    /// At least so much.
    pub amount_from: Option<Yen>,
    /// At most so much.
    pub amount_until: Option<Yen>,
    /// 決済済・未出荷 (R50).
    pub unshipped: bool,
    /// Whatever Amazon refused: 与信NG, 決済エラー, キャンセルエラー.
    pub error: bool,
    /// 異議申立て is open (R61).
    pub disputed: bool,
    /// 売上請求待ち: may be captured now, 決済エラー whose authorization stands included.
    pub capturable: bool,
    /// Without orders whose place another took: nothing is left to do for them. An error is never of such a one, either.
    pub unreplaced: bool,
}

/// The query is none of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the filter {0} cannot be read")]
pub struct NotAFilter(&'static str);

const ORIGINS: [OrderOrigin; 3] = [OrderOrigin::Checkout, OrderOrigin::Renewal, OrderOrigin::Operator];
const ICON_NAMES: [(&str, Option<StatusIcon>); 12] = [
    ("authorization_pending", Some(StatusIcon::AuthorizationPending)),
    ("authorized", Some(StatusIcon::Authorized)),
    ("authorization_declined", Some(StatusIcon::AuthorizationDeclined)),
    ("capture_pending", Some(StatusIcon::CapturePending)),
    ("capture_error", Some(StatusIcon::CaptureError)),
    ("refund_pending", Some(StatusIcon::RefundPending)),
    ("cancel_error_not_charged", Some(StatusIcon::CancelErrorNotCharged)),
    ("cancel_error_still_charged", Some(StatusIcon::CancelErrorStillCharged)),
    ("expired", Some(StatusIcon::Expired)),
    ("unconfirmed", Some(StatusIcon::Unconfirmed)),
    ("partly_refunded", Some(StatusIcon::PartlyRefunded)),
    ("none", None),
];

/// What the manual calls キャンセルエラー and the other refusals.
pub const ERROR_ICONS: [StatusIcon; 4] = [
    StatusIcon::AuthorizationDeclined,
    StatusIcon::CaptureError,
    StatusIcon::CancelErrorNotCharged,
    StatusIcon::CancelErrorStillCharged,
];

/// States of a finished cancel.
const FINISHED: [PaymentState; 2] = [PaymentState::Refunded, PaymentState::Canceled];

impl OrderFilter {
    /// Names of the pairs of a query.
    pub const NAMES: [&'static str; 16] = [
        "q",
        "from",
        "until",
        "status",
        "payment",
        "icon",
        "origin",
        "method",
        "days_left",
        "min",
        "max",
        "unshipped",
        "error",
        "disputed",
        "capturable",
        "unreplaced",
    ];

    /// Reads the pairs of a query; pairs that are not of a filter (`before`, `limit`) are left to others.
    ///
    /// # Errors
    /// [`NotAFilter`] with the name of the first pair that cannot be read.
    pub fn read<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self, NotAFilter> {
        let mut filter = Self::default();
        for (name, value) in pairs {
            match name {
                "q" => {
                    let text = value.trim();
                    if text.chars().count() > LONGEST_SEARCH {
                        return Err(NotAFilter("q"));
                    }
                    filter.search = (!text.is_empty()).then(|| text.to_owned());
                }
                "from" => filter.from = Some(value.parse().map_err(|_| NotAFilter("from"))?),
                "until" => filter.until = Some(value.parse().map_err(|_| NotAFilter("until"))?),
                "status" => {
                    filter.order_status = list(value, OrderStatus::from_name).ok_or(NotAFilter("status"))?
                }
                "payment" => {
                    filter.payment_status = Some(match value {
                        "uncaptured" => PaymentStatus::Uncaptured,
                        "captured" => PaymentStatus::Captured,
                        _ => return Err(NotAFilter("payment")),
                    });
                }
                "icon" => filter.icons = list(value, icon_named).ok_or(NotAFilter("icon"))?,
                "origin" => {
                    let named = |name: &str| ORIGINS.into_iter().find(|origin| origin.name() == name);
                    filter.origins = list(value, named).ok_or(NotAFilter("origin"))?;
                }
                "method" => {
                    filter.methods = list(value, PaymentMethod::from_name).ok_or(NotAFilter("method"))?
                }
                "days_left" => {
                    let days = value.parse().ok().filter(|days| (0..=MOST_DAYS_LEFT).contains(days));
                    filter.days_left = Some(days.ok_or(NotAFilter("days_left"))?);
                }
                "min" => filter.amount_from = Some(yen(value).ok_or(NotAFilter("min"))?),
                "max" => filter.amount_until = Some(yen(value).ok_or(NotAFilter("max"))?),
                "unshipped" => filter.unshipped = flag(value).ok_or(NotAFilter("unshipped"))?,
                "error" => filter.error = flag(value).ok_or(NotAFilter("error"))?,
                "disputed" => filter.disputed = flag(value).ok_or(NotAFilter("disputed"))?,
                "capturable" => filter.capturable = flag(value).ok_or(NotAFilter("capturable"))?,
                "unreplaced" => filter.unreplaced = flag(value).ok_or(NotAFilter("unreplaced"))?,
                _ => {}
            }
        }
        Ok(filter)
    }

    /// The pairs of its query, always in the same order; values are not yet encoded.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut put = |name, value: Option<String>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                pairs.push((name, value));
            }
        };
        put("q", self.search.clone());
        put("from", self.from.map(|date| date.to_string()));
        put("until", self.until.map(|date| date.to_string()));
        put("status", Some(joined(self.order_status.iter().map(|status| status.name()))));
        put(
            "payment",
            self.payment_status.map(|status| {
                match status {
                    PaymentStatus::Uncaptured => "uncaptured",
                    PaymentStatus::Captured => "captured",
                }
                .to_owned()
            }),
        );
        put("icon", Some(joined(self.icons.iter().map(|icon| icon_name(*icon)))));
        put("origin", Some(joined(self.origins.iter().map(|origin| origin.name()))));
        put("method", Some(joined(self.methods.iter().map(|method| method.name()))));
        put("days_left", self.days_left.map(|days| days.to_string()));
        put("min", self.amount_from.map(|amount| amount.get().to_string()));
        put("max", self.amount_until.map(|amount| amount.get().to_string()));
        for (name, is) in [
            ("unshipped", self.unshipped),
            ("error", self.error),
            ("disputed", self.disputed),
            ("capturable", self.capturable),
            ("unreplaced", self.unreplaced),
        ] {
            put(name, is.then(|| "1".to_owned()));
        }
        pairs
    }

    /// The pairs as the list's address has them, values not yet encoded.
    pub fn query(&self) -> String {
        self.pairs().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    /// Whether everything is shown.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// First moment of the period, Unix ms; 0 where none is named.
    pub fn from_ms(&self) -> i64 {
        self.from.map_or(0, Day::begin_ms)
    }

    /// First moment after the period, Unix ms; the end of time where none is named.
    pub fn until_ms(&self) -> i64 {
        self.until.map_or(i64::MAX, Day::end_ms)
    }

    /// The payment states that can be shown, or `None` for all: what the database is asked for. Some of their rows
    /// may still be dropped by [`OrderFilter::fits`], because a state does not tell a part of a refund.
    pub fn payment_states(&self) -> Option<Vec<PaymentState>> {
        let mut states: Vec<PaymentState> = PaymentState::ALL.to_vec();
        if let Some(status) = self.payment_status {
            states.retain(|state| may_have_status(*state, status));
        }
        if !self.icons.is_empty() {
            let shown = |state: &PaymentState| {
                self.icons.iter().any(|icon| icon.map_or(&FINISHED[..], StatusIcon::states).contains(state))
            };
            states.retain(shown);
        }
        if self.error {
            states.retain(|state| ERROR_ICONS.iter().any(|icon| icon.states().contains(state)));
        }
        if self.capturable {
            states.retain(|state| matches!(state, PaymentState::Authorized | PaymentState::CaptureFailed));
        }
        if self.unshipped {
            // A part that is given back, or could not be, leaves goods to be sent.
            states.retain(|state| {
                use PaymentState as S;
                matches!(state, S::Captured | S::RefundPending | S::RefundFailed)
            });
        }
        (states.len() < PaymentState::ALL.len()).then_some(states)
    }

    /// The order statuses that can be shown, or `None` for all.
    pub fn order_statuses(&self) -> Option<Vec<OrderStatus>> {
        let mut statuses = OrderStatus::ALL.to_vec();
        if !self.order_status.is_empty() {
            statuses.retain(|status| self.order_status.contains(status));
        }
        if self.unshipped {
            statuses.retain(|status| matches!(status, OrderStatus::New | OrderStatus::Preparing));
        }
        // Canceled, it waits for its release alone.
        if self.capturable {
            statuses.retain(|status| *status != OrderStatus::Canceled);
        }
        (statuses.len() < OrderStatus::ALL.len()).then_some(statuses)
    }

    /// Whether rows of the asked states may still be dropped by [`OrderFilter::fits`] in numbers.
    pub fn is_rough(&self) -> bool {
        self.icons.len() > 1 && self.icons.contains(&Some(StatusIcon::PartlyRefunded))
    }

    /// Whether `row` is shown, as far as a row can tell: the words of a search, an origin and whether another order
    /// took its place are not in it.
    pub fn fits(&self, row: &OrderRow) -> bool {
        let days = match row.beside {
            Beside::DaysLeft { days } => Some(days),
            _ => None,
        };
        let amazon = row.method == PaymentMethod::AmazonPay;
        (self.from_ms()..self.until_ms()).contains(&row.placed_at)
            && self.order_statuses().is_none_or(|statuses| statuses.contains(&row.order_status))
            && self.payment_status.is_none_or(|status| status == row.payment_status)
            && (self.icons.is_empty() || (amazon && self.icons.contains(&row.icon)))
            && (self.methods.is_empty() || self.methods.contains(&row.method))
            && self.days_left.is_none_or(|most| days.is_some_and(|days| days <= most))
            && self.amount_from.is_none_or(|least| row.total >= least)
            && self.amount_until.is_none_or(|most| row.total <= most)
            && (!self.unshipped || row.payment_status == PaymentStatus::Captured)
            && (!self.error || row.icon.is_some_and(|icon| ERROR_ICONS.contains(&icon)))
            && (!self.disputed || row.disputed)
            && (!self.capturable || row.may_capture)
    }

    /// The bands of amounts that the range touches, or `None` where no range is named.
    pub fn amount_bands(&self) -> Option<std::ops::RangeInclusive<i64>> {
        if self.amount_from.is_none() && self.amount_until.is_none() {
            return None;
        }
        let band = |yen: i64| AMOUNT_BANDS.iter().filter(|end| **end <= yen).count() as i64;
        let first = self.amount_from.map_or(0, |yen| band(yen.get()));
        let last = self.amount_until.map_or(AMOUNT_BANDS.len() as i64, |yen| band(yen.get()));
        Some(first..=last)
    }
}

/// The filters that are offered with one press, each with its count.
pub fn chips() -> Vec<OrderFilter> {
    let filter = OrderFilter::default;
    let icon = |icons: &[StatusIcon]| OrderFilter {
        icons: icons.iter().copied().map(Some).collect(),
        ..OrderFilter::default()
    };
    vec![
        // Orders paid another way are never 決済済 here, and their method tells how they stand.
        OrderFilter {
            payment_status: Some(PaymentStatus::Uncaptured),
            order_status: open(),
            methods: vec![PaymentMethod::AmazonPay],
            ..filter()
        },
        OrderFilter { unshipped: true, ..filter() },
        OrderFilter { days_left: Some(7), ..filter() },
        OrderFilter { error: true, ..filter() },
        icon(&[StatusIcon::AuthorizationPending]),
        icon(&[StatusIcon::Unconfirmed]),
        icon(&[StatusIcon::RefundPending]),
        OrderFilter { unreplaced: true, ..icon(&[StatusIcon::Expired]) },
        OrderFilter { disputed: true, ..filter() },
    ]
}

fn open() -> Vec<OrderStatus> {
    vec![OrderStatus::New, OrderStatus::Preparing]
}

/// Whether a payment in `state` may be of that 決済ステータス; an unconfirmed one may be of either.
fn may_have_status(state: PaymentState, status: PaymentStatus) -> bool {
    use PaymentState as S;
    let captured = matches!(state, S::Captured | S::RefundPending | S::RefundFailed | S::Refunded);
    state == S::Unconfirmed || captured == (status == PaymentStatus::Captured)
}

/// The icon named so in a query and in a body; `Some(None)` is the empty cell.
pub fn icon_named(name: &str) -> Option<Option<StatusIcon>> {
    ICON_NAMES.iter().find(|(known, _)| *known == name).map(|(_, icon)| *icon)
}

/// The name of an icon in a query; `None` is the empty cell.
pub fn icon_name(icon: Option<StatusIcon>) -> &'static str {
    ICON_NAMES.iter().find(|(_, known)| *known == icon).map_or("none", |(name, _)| name)
}

fn list<T: PartialEq>(value: &str, named: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let mut items = Vec::new();
    for name in value.split(',').filter(|name| !name.is_empty()) {
        let item = named(name)?;
        if !items.contains(&item) {
            items.push(item);
        }
    }
    Some(items)
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(",")
}

fn yen(value: &str) -> Option<Yen> {
    Yen::new(value.parse().ok()?).ok()
}

fn flag(value: &str) -> Option<bool> {
    match value {
        "1" => Some(true),
        "0" | "" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<OrderFilter, NotAFilter> {
        OrderFilter::read(query.split('&').filter_map(|pair| pair.split_once('=')))
    }

    const FULL: &str = "q=山田&from=2026-11-01&until=2026-11-30&status=new,preparing&payment=captured\
        &icon=authorized,none&origin=renewal&method=amazon_pay,deferred&days_left=7&min=1000&max=5000\
        &unshipped=1&error=1&disputed=1&capturable=1&unreplaced=1";

    #[test]
    fn r51_a_filter_is_written_as_it_was_read() {
        let filter = read(FULL).unwrap();
        let written: Vec<String> =
            filter.pairs().iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(written.join("&"), FULL);
        assert_eq!(filter.pairs().into_iter().map(|(name, _)| name).collect::<Vec<_>>(), OrderFilter::NAMES);
        assert_eq!(read("before=1_a&limit=50").unwrap(), OrderFilter::default());
        assert!(OrderFilter::default().pairs().is_empty());
    }

    #[test]
    fn r51_what_cannot_be_read_is_refused_by_name() {
        for (query, name) in [
            ("status=lost", "status"),
            ("icon=red", "icon"),
            ("payment=paid", "payment"),
            ("days_left=-1", "days_left"),
            ("days_left=61", "days_left"),
            ("min=-5", "min"),
            ("max=1.5", "max"),
            ("from=yesterday", "from"),
            ("unshipped=yes", "unshipped"),
        ] {
            assert_eq!(read(query), Err(NotAFilter(name)), "{query}");
        }
        assert_eq!(read(&format!("q={}", "字".repeat(101))), Err(NotAFilter("q")));
    }

    #[test]
    fn r78_a_period_is_of_days_in_japan() {
        let filter = read("from=2026-11-24&until=2026-11-24").unwrap();
        // 2026-11-23T15:00:00Z, and a day later.
        assert_eq!(filter.from_ms(), 1_795_446_000_000);
        assert_eq!(filter.until_ms(), 1_795_446_000_000 + 86_400_000);
    }

    #[test]
    fn r29_an_icon_filter_is_the_set_of_its_payment_states() {
        for icon in StatusIcon::ALL {
            let filter = OrderFilter { icons: vec![Some(icon)], ..OrderFilter::default() };
            assert_eq!(filter.payment_states().unwrap(), icon.states(), "{icon:?}");
            let name = icon_name(Some(icon));
            assert_eq!(icon_named(name), Some(Some(icon)));
        }
        let finished = OrderFilter { icons: vec![None], ..OrderFilter::default() };
        assert_eq!(finished.payment_states().unwrap(), FINISHED);
    }

    #[test]
    fn r50_captured_and_not_shipped_are_two_statuses_of_one_state() {
        let filter = read("unshipped=1").unwrap();
        let taken = [PaymentState::Captured, PaymentState::RefundPending, PaymentState::RefundFailed];
        assert_eq!(filter.payment_states().unwrap(), taken);
        assert_eq!(filter.order_statuses().unwrap(), [OrderStatus::New, OrderStatus::Preparing]);
    }

    #[test]
    fn what_excludes_itself_asks_for_nothing() {
        assert_eq!(
            read("payment=uncaptured&icon=refund_pending").unwrap().payment_states(),
            Some(Vec::new())
        );
        assert_eq!(read("unshipped=1&status=shipped").unwrap().order_statuses(), Some(Vec::new()));
    }

    #[test]
    fn both_payment_statuses_together_are_all_states_and_only_unconfirmed_is_in_both() {
        let [uncaptured, captured] = ["payment=uncaptured", "payment=captured"]
            .map(|query| read(query).unwrap().payment_states().unwrap());
        for state in PaymentState::ALL {
            let both = uncaptured.contains(&state) && captured.contains(&state);
            assert!(uncaptured.contains(&state) || captured.contains(&state), "{state}");
            assert_eq!(both, state == PaymentState::Unconfirmed, "{state}");
        }
    }

    #[test]
    fn a_range_of_yen_is_a_few_bands() {
        assert_eq!(read("min=1000&max=1999").unwrap().amount_bands(), Some(1..=1));
        assert_eq!(read("max=999").unwrap().amount_bands(), Some(0..=0));
        assert_eq!(read("min=100000").unwrap().amount_bands(), Some(8..=8));
        assert_eq!(read("").unwrap().amount_bands(), None);
    }
}
