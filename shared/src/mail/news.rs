//! What a mail about a subscription tells: which one, what it costs now, and what happened to it.

use crate::api::Language;
use crate::cart::CartSubscription;
use crate::cycle::Cycle;
use crate::money::Yen;
use crate::subscription::{DropReason, EndReason};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The facts of the moment in which something happened; kept with the mail, so that it tells of that moment. No
/// personal data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewsFacts {
    /// The delivery it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Date>,
    /// Charged from, tried again on, or valid from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Of the delivery, in yen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Yen>,
    /// Of the deliveries from `date` on, in yen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_amount: Option<Yen>,
    /// Of the month's cap, in yen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<Yen>,
    /// Of the month's cap, in yen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<Yen>,
    /// The delivery after one that waited, where it follows soon (R19).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub following: Option<Date>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// In a mail to the shop: the kind of which the buyer is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<super::MailKind>,
}

/// Why a delivery is left out, or a subscription has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A delivery is left out.
    Dropped(DropReason),
    /// The subscription has ended.
    Ended(EndReason),
}

/// What was agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Terms {
    /// With the order that begins it.
    Begin(CartSubscription),
    /// Of a subscription that stands.
    Stand(StandingTerms),
}

/// How a subscription stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingTerms {
    /// How often.
    pub cycle: Cycle,
    /// The next delivery, if there is one.
    pub next: Option<Date>,
    /// Of each delivery, tax included; `None` where that cannot be calculated.
    pub total: Option<Yen>,
    /// 送料 in it.
    pub shipping_fee: Yen,
    /// After how many deliveries it ends by itself.
    pub deliveries: Option<u32>,
    /// Nothing comes any more.
    pub ended: bool,
}

/// What a mail tells of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// As people say it.
    pub number: String,
    /// Name of the product.
    pub product: String,
    /// Pieces in each delivery.
    pub quantity: u32,
    /// What happened.
    pub facts: NewsFacts,
}

impl News {
    /// A subscription that never was, for a preview.
    pub(super) fn sample(kind: super::MailKind, language: Language) -> Self {
        let yen = |amount| Yen::new(amount).ok();
        let day = |day| Some(jiff::civil::date(2026, 11, day));
        Self {
            number: "20261124-SAMPLE".to_owned(),
            product: language.pick("深煎り珈琲豆 200g", "Dark roast coffee, 200 g").to_owned(),
            quantity: 2,
            facts: NewsFacts {
                delivery: day(29),
                date: day(30),
                amount: yen(3_510),
                new_amount: yen(3_710),
                used: yen(98_000),
                remaining: yen(2_000),
                following: Some(jiff::civil::date(2026, 12, 1)),
                reason: Some(match kind {
                    super::MailKind::DeliveryDropped => Reason::Dropped(DropReason::NotOnSale),
                    _ => Reason::Ended(EndReason::Amazon),
                }),
                told: Some(super::MailKind::SubscriptionEnded),
            },
        }
    }
}
