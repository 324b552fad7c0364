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
    /// The order list's own query for them; `null` where they are no orders.
    pub query: Option<String>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TileKind {
    /// 未決済: reserved and to be captured.
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
}

impl TileKind {
    /// Every kind, in the order shown.
    pub const ALL: [Self; 16] = [
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
    ];
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
