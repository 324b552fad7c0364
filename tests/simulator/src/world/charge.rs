//! Charge: one authorization and its capture. Refund: money on its way back.

use super::Owner;
use super::part::{MerchantMetadata, maybe_price, price, stamp, status};
use crate::error::describe;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::charge::{ChargeState, DeclineReason, RefundState};
use shared::money::Yen;

/// One authorization and its capture.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Charge {
    pub id: String,
    pub owner: Owner,
    pub permission_id: String,
    pub amount: Yen,
    pub captured: Option<Yen>,
    pub refunded: Option<Yen>,
    pub state: ChargeState,
    pub reason: Option<ChargeReason>,
    /// What Amazon will decide about a pending authorization or a late capture.
    pub pending: Option<Pending>,
    /// Pending with `captureNow`: captured as soon as it is authorized.
    pub capture_now: bool,
    pub soft_descriptor: Option<String>,
    pub provider_reference_id: Option<String>,
    pub platform_id: Option<String>,
    pub channel: Option<String>,
    pub initiator: Option<String>,
    pub metadata: MerchantMetadata,
    pub dispute: Option<Dispute>,
    pub created: Timestamp,
    pub authorized: Option<Timestamp>,
    pub updated: Timestamp,
    pub expires: Timestamp,
}

/// The outcome of something Amazon is still working on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Pending {
    Succeeds,
    Declines(DeclineReason),
}

/// Why a charge ended without its money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ChargeReason {
    Declined(DeclineReason),
    ExpiredUnused,
    AmazonCanceled,
    MerchantCanceled,
    ChargePermissionCanceled,
    BuyerCanceled,
}

impl ChargeReason {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Declined(reason) => reason.name(),
            Self::ExpiredUnused => "ExpiredUnused",
            Self::AmazonCanceled => "AmazonCanceled",
            Self::MerchantCanceled => "MerchantCanceled",
            Self::ChargePermissionCanceled => "ChargePermissionCanceled",
            Self::BuyerCanceled => "BuyerCanceled",
        }
    }

    pub const fn describe(self) -> &'static str {
        match self {
            Self::Declined(reason) => describe(reason),
            Self::ExpiredUnused => "The authorization expired without a capture.",
            Self::AmazonCanceled => "Amazon canceled the Charge.",
            Self::MerchantCanceled => "The merchant canceled the Charge.",
            Self::ChargePermissionCanceled => "The Charge Permission was canceled.",
            Self::BuyerCanceled => "The buyer canceled the Charge.",
        }
    }
}

impl Charge {
    /// Yen that this charge takes from its permission's balance.
    pub fn weight(&self, canceled_counts: bool, refunds_give_back: bool) -> Yen {
        let held = match self.state {
            ChargeState::Declined => Yen::ZERO,
            ChargeState::Canceled if !canceled_counts => Yen::ZERO,
            ChargeState::Captured => self.captured.unwrap_or(self.amount),
            _ => self.amount,
        };
        if refunds_give_back { held.saturating_sub(self.refunded.unwrap_or_default()) } else { held }
    }

    /// The wire form.
    pub fn view(&self) -> Value {
        let reason = self.reason.map(|reason| (reason.name(), reason.describe()));
        json!({
            "chargeId": self.id,
            "chargeAmount": price(self.amount),
            "chargePermissionId": self.permission_id,
            "captureAmount": maybe_price(self.captured.filter(|_| self.state == ChargeState::Captured)),
            "refundedAmount": maybe_price(self.refunded),
            "softDescriptor": self.soft_descriptor,
            "providerMetadata": { "providerReferenceId": self.provider_reference_id },
            "convertedAmount": null,
            "conversionRate": null,
            "channel": self.channel,
            "chargeInitiator": self.initiator,
            "statusDetails": status(self.state.name(), reason, self.updated),
            "creationTimestamp": stamp(self.created),
            "expirationTimestamp": stamp(self.expires),
            "releaseEnvironment": self.owner.environment.name(),
            "merchantMetadata": self.metadata.view(),
            "platformId": self.platform_id,
            "webCheckoutDetails": null,
        })
    }
}

/// Money on its way back to the buyer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub id: String,
    pub owner: Owner,
    pub charge_id: String,
    pub amount: Yen,
    pub state: RefundState,
    pub reason: Option<DeclineReason>,
    pub pending: Pending,
    pub soft_descriptor: Option<String>,
    pub created: Timestamp,
    pub updated: Timestamp,
}

impl Refund {
    /// The wire form.
    pub fn view(&self) -> Value {
        let reason = self.reason.map(|reason| (reason.name(), describe(reason)));
        json!({
            "refundId": self.id,
            "chargeId": self.charge_id,
            "creationTimestamp": stamp(self.created),
            "refundAmount": price(self.amount),
            "statusDetails": status(self.state.name(), reason, self.updated),
            "softDescriptor": self.soft_descriptor,
            "releaseEnvironment": self.owner.environment.name(),
        })
    }
}

/// How far the buyer's bank is with a captured charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Dispute {
    ActionRequired,
    UnderReview,
    Resolved,
}

impl Dispute {
    pub const fn name(self) -> &'static str {
        match self {
            Self::ActionRequired => "ActionRequired",
            Self::UnderReview => "UnderReview",
            Self::Resolved => "Resolved",
        }
    }
}
