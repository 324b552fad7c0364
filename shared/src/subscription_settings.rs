//! How a shop runs its subscriptions, as far as people set it at the console, and which values may be.

use crate::money::Yen;
use serde::{Deserialize, Serialize};

/// What becomes of a delivery that the month's cap has no room for (R19).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtCap {
    /// It is charged on or after the 1st of the next month.
    #[default]
    Defer,
    /// It is left out.
    Drop,
}

/// What becomes of a subscription whose agreement its buyer ended at Amazon (R24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtAmazonEnd {
    /// It ends at once.
    #[default]
    End,
    /// It stops for thirty days, and the buyer is mailed how to agree again.
    AskAgain,
}

/// `GET`, `PUT /api/shops/{shop}/subscription-settings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionSettingsView {
    /// From the first order to its delivery, in days; at most [`MOST_DAYS`].
    pub first_delivery_days: u8,
    /// How many days before a delivery its order is made and charged; at most [`MOST_LEAD_DAYS`].
    pub lead_days: u8,
    /// The shop's own cap per permission and month, in yen; absent: Amazon's, which also governs where it is lower.
    #[serde(default)]
    pub monthly_cap: Option<Yen>,
    /// Cap per buyer and month over all permissions, in yen; absent: none.
    #[serde(default)]
    pub buyer_monthly_cap: Option<Yen>,
    /// What becomes of a delivery that the cap has no room for.
    pub at_cap: AtCap,
    /// Whether a first delivery of ¥0 is taken with Amazon Pay (R27).
    pub free_first: bool,
    /// What becomes of a subscription whose agreement its buyer ended at Amazon.
    pub at_amazon_end: AtAmazonEnd,
    /// Days after a softly declined charge on which it is tried again, each counted from the one before: at most
    /// [`MOST_RETRIES`] of 1 to [`MOST_RETRY_DAYS`].
    pub retry_days: Vec<u8>,
    /// How many days ahead of a delivery at another price the buyer is told: 1 to [`MOST_DAYS`].
    pub notice_days: u8,
    /// As shown: who saves an older one changes nothing.
    pub version: i64,
}

/// Most days from the first order to its delivery, and of a notice.
pub const MOST_DAYS: u8 = 60;
/// Most days between an order and its delivery: Amazon holds an authorization for 30.
pub const MOST_LEAD_DAYS: u8 = 30;
/// Most tries again.
pub const MOST_RETRIES: usize = 10;
/// Most days between two tries.
pub const MOST_RETRY_DAYS: u8 = 30;
/// Dearest cap, in yen: a hundred times Amazon's.
pub const DEAREST_CAP: i64 = 10_000_000;

/// A setting that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SettingFault {
    /// Above [`MOST_DAYS`].
    #[error("the first delivery is at most {MOST_DAYS} days away")]
    FirstDeliveryDays,
    /// Above [`MOST_LEAD_DAYS`].
    #[error("a delivery is charged at most {MOST_LEAD_DAYS} days ahead")]
    LeadDays,
    /// 0, or above [`DEAREST_CAP`].
    #[error("a cap is ¥1 to ¥10,000,000")]
    MonthlyCap,
    /// 0, or above [`DEAREST_CAP`].
    #[error("a buyer's cap is ¥1 to ¥10,000,000")]
    BuyerMonthlyCap,
    /// Too many, 0, or above [`MOST_RETRY_DAYS`].
    #[error("there are at most {MOST_RETRIES} tries again, 1 to {MOST_RETRY_DAYS} days apart")]
    RetryDays,
    /// 0, or above [`MOST_DAYS`].
    #[error("a notice is sent 1 to {MOST_DAYS} days ahead")]
    NoticeDays,
}

impl SubscriptionSettingsView {
    /// What cannot be, in the order of the fields; the same answer for the page and the server.
    pub fn faults(&self) -> Vec<SettingFault> {
        use SettingFault as F;
        let cap = |cap: Option<Yen>| cap.is_none_or(|cap| (1..=DEAREST_CAP).contains(&cap.get()));
        let retries = self.retry_days.len() <= MOST_RETRIES
            && self.retry_days.iter().all(|days| (1..=MOST_RETRY_DAYS).contains(days));
        [
            (self.first_delivery_days <= MOST_DAYS, F::FirstDeliveryDays),
            (self.lead_days <= MOST_LEAD_DAYS, F::LeadDays),
            (cap(self.monthly_cap), F::MonthlyCap),
            (cap(self.buyer_monthly_cap), F::BuyerMonthlyCap),
            (retries, F::RetryDays),
            ((1..=MOST_DAYS).contains(&self.notice_days), F::NoticeDays),
        ]
        .into_iter()
        .filter_map(|(fits, fault)| (!fits).then_some(fault))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standard() -> SubscriptionSettingsView {
        SubscriptionSettingsView {
            first_delivery_days: 5,
            lead_days: 3,
            monthly_cap: None,
            buyer_monthly_cap: None,
            at_cap: AtCap::Defer,
            free_first: false,
            at_amazon_end: AtAmazonEnd::End,
            retry_days: vec![1, 2, 3],
            notice_days: 10,
            version: 1,
        }
    }

    /// R16, R19, R25, R26: what may be set, at both ends of every range.
    #[test]
    fn r16_the_settings_of_subscriptions_have_their_ranges() {
        type Change = fn(&mut SubscriptionSettingsView);
        use SettingFault as F;
        let table: [(Change, &[SettingFault]); 16] = [
            (|_| {}, &[]),
            (|s| s.first_delivery_days = 0, &[]),
            (|s| s.first_delivery_days = 60, &[]),
            (|s| s.first_delivery_days = 61, &[F::FirstDeliveryDays]),
            (|s| s.lead_days = 30, &[]),
            (|s| s.lead_days = 31, &[F::LeadDays]),
            (|s| s.monthly_cap = Some(Yen::ZERO), &[F::MonthlyCap]),
            (|s| s.monthly_cap = Yen::new(DEAREST_CAP).ok(), &[]),
            (|s| s.buyer_monthly_cap = Yen::new(DEAREST_CAP + 1).ok(), &[F::BuyerMonthlyCap]),
            (|s| s.buyer_monthly_cap = Yen::new(1).ok(), &[]),
            (|s| s.retry_days = Vec::new(), &[]),
            (|s| s.retry_days = vec![0], &[F::RetryDays]),
            (|s| s.retry_days = vec![30; 10], &[]),
            (|s| s.retry_days = vec![1; 11], &[F::RetryDays]),
            (|s| s.notice_days = 0, &[F::NoticeDays]),
            (|s| (s.lead_days, s.notice_days) = (31, 61), &[F::LeadDays, F::NoticeDays]),
        ];
        for (number, (change, faults)) in table.into_iter().enumerate() {
            let mut settings = standard();
            change(&mut settings);
            assert_eq!(settings.faults(), faults, "{number}");
        }
    }
}
