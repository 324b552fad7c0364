//! Body of the dashboard (R53).

use serde::{Deserialize, Serialize};

/// `GET /api/shops/{shop}/dashboard`: what waits for somebody, and how authorizations went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardView {
    /// One per [`TileKind`], in their order.
    pub tiles: Vec<Tile>,
    /// When Amazon's last notification came, Unix ms; `null` where none ever did.
    pub last_notification_at: Option<i64>,
    /// The last 30 days in Japan, today last; days without anything too.
    pub days: Vec<DayDecisions>,
    /// Why Amazon refused in these days, the most frequent first.
    pub declines: Vec<DeclineCount>,
    /// What of 導入の状況 is still to be done, in the order shown; empty once the shop is ready to live from it.
    pub to_do: Vec<OnboardingStep>,
}

/// A step of 導入の状況 (R53): what is tried once, or set, before a shop lives from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnboardingStep {
    /// An Amazon Pay order was placed.
    Order,
    /// A notification of Amazon's came.
    Notification,
    /// An order was captured.
    Capture,
    /// Money of one was given back.
    Refund,
    /// There is a server for mails.
    MailServer,
    /// The keys are those of the live environment.
    LiveKeys,
}

impl OnboardingStep {
    /// Every step, in the order shown.
    pub const ALL: [Self; 6] =
        [Self::Order, Self::Notification, Self::Capture, Self::Refund, Self::MailServer, Self::LiveKeys];
}

/// How many of something there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    /// Of what.
    pub kind: TileKind,
    /// At most 1,000.
    pub count: u32,
    /// There are more: shown as 1,000+.
    pub more: bool,
    /// The list's own query for them: of the order list, for subscriptions of 定期管理; `null` where neither shows them.
    pub query: Option<String>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TileKind {
    /// 売上請求待ち: reserved and to be captured, 決済エラー whose authorization stands included.
    Uncaptured,
    /// Of them, those that end within 7 whole days.
    EndingIn7,
    /// Within 3.
    EndingIn3,
    /// Within 1.
    EndingIn1,
    /// 決済エラー.
    CaptureError,
    /// キャンセルエラー, of both kinds.
    CancelError,
    /// 審査中.
    RefundPending,
    /// 要照合.
    Unconfirmed,
    /// 与信NG.
    Declined,
    /// 与信保留.
    AuthorizationPending,
    /// 期限切れ.
    Expired,
    /// 異議申立て that wait for an answer.
    Disputes,
    /// Points and coupons to be corrected (未反映).
    Corrections,
    /// Mails that were refused for good.
    FailedMails,
    /// Mails of which nobody knows whether they arrived.
    UnconfirmedMails,
    /// Subscriptions whose renewal could not be paid.
    PaymentNeeded,
    /// Subscriptions of which a renewal failed in the last 30 days: declined and tried again, given up, or left out.
    FailedRenewals,
    /// Subscriptions whose agreement was ended at Amazon, and nobody has looked yet (R24).
    EndedAtAmazon,
}

impl TileKind {
    /// Every kind, in the order shown.
    pub const ALL: [Self; 18] = [
        Self::Uncaptured,
        Self::EndingIn7,
        Self::EndingIn3,
        Self::EndingIn1,
        Self::CaptureError,
        Self::CancelError,
        Self::RefundPending,
        Self::Unconfirmed,
        Self::Declined,
        Self::AuthorizationPending,
        Self::Expired,
        Self::Disputes,
        Self::Corrections,
        Self::FailedMails,
        Self::UnconfirmedMails,
        Self::PaymentNeeded,
        Self::FailedRenewals,
        Self::EndedAtAmazon,
    ];
}

/// How soon somebody has to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Today.
    Now,
    /// Within days.
    Soon,
    /// Ends by itself, or is the day's ordinary work.
    UnderWay,
}

impl Urgency {
    /// Every one, in the order shown.
    pub const ALL: [Self; 3] = [Self::Now, Self::Soon, Self::UnderWay];
}

impl TileKind {
    /// How soon somebody has to look at what is counted.
    pub const fn urgency(self) -> Urgency {
        match self {
            Self::CaptureError
            | Self::CancelError
            | Self::Unconfirmed
            | Self::Declined
            | Self::EndingIn1
            | Self::Disputes
            | Self::PaymentNeeded => Urgency::Now,
            Self::EndingIn7
            | Self::EndingIn3
            | Self::Expired
            | Self::Corrections
            | Self::FailedMails
            | Self::UnconfirmedMails
            | Self::FailedRenewals
            | Self::EndedAtAmazon => Urgency::Soon,
            Self::Uncaptured | Self::AuthorizationPending | Self::RefundPending => Urgency::UnderWay,
        }
    }
}

/// What Amazon decided on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayDecisions {
    /// yyyy-mm-dd in Japan.
    pub day: String,
    /// Authorizations given.
    pub authorized: u32,
    /// Authorizations refused.
    pub declined: u32,
}

/// How often Amazon gave a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclineCount {
    /// Amazon's code.
    pub reason: String,
    /// How often.
    pub count: u32,
}
