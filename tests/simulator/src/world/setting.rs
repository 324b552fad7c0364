//! Switches of a simulator, all changeable while it runs.

use serde::{Deserialize, Serialize};
use shared::money::Yen;

/// What differs from Amazon's usual behaviour, or is not known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// Milliseconds until a pending authorization is decided; `null`: not before the control API says so.
    pub pending_ms: Option<i64>,
    /// Milliseconds until a late capture is decided; `null` as above.
    pub late_capture_ms: Option<i64>,
    /// Milliseconds until a refund is decided; `null` as above.
    pub refund_ms: Option<i64>,
    /// Days after which a capture is asynchronous.
    pub late_capture_days: i64,
    /// Days that an unused authorization lives: 30 by the documentation, perhaps 2 in the sandbox.
    pub authorization_days: i64,
    /// Whether notifications are sent for results that an answer has already told.
    pub synchronous_notifications: bool,
    /// Whether Amazon's token buckets limit calls (429).
    pub throttling: bool,
    /// Whether a declined card shows a page that lets the buyer choose another one (always so for live keys).
    pub decline_page: bool,
    /// What a recurring permission may be charged per month of Japan.
    pub monthly_limit: Yen,
    /// What a charge gives back to its permission's balance.
    pub balance_rule: BalanceRule,
    /// Milliseconds between a change and its notification.
    pub notification_delay_ms: i64,
    /// How often each notification is sent.
    pub notification_copies: u32,
    /// Whether notifications are kept back until they are released.
    pub hold_notifications: bool,
    /// `"1"` (SHA-1) or `"2"` (SHA-256): how notifications are signed.
    pub sns_signature_version: String,
}

/// What counts against a permission's balance; Amazon's rule is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BalanceRule {
    /// A canceled or declined charge gives its amount back, a refund does not.
    CanceledGivesBack,
    /// A canceled charge still counts.
    CreatedCounts,
    /// Cancels and refunds give back.
    RefundGivesBack,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            pending_ms: Some(30_000),
            late_capture_ms: Some(30_000),
            refund_ms: Some(30_000),
            late_capture_days: 7,
            authorization_days: 30,
            synchronous_notifications: true,
            throttling: false,
            decline_page: false,
            monthly_limit: Yen::new(100_000).unwrap_or_default(),
            balance_rule: BalanceRule::CanceledGivesBack,
            notification_delay_ms: 0,
            notification_copies: 1,
            hold_notifications: false,
            sns_signature_version: "1".to_owned(),
        }
    }
}
