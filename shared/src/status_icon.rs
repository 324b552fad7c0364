//! Icon of an order, from its payment (R29): derived, never stored.
//!
//! [`StatusIcon::of`] draws it, [`StatusIcon::states`] is its inverse for filters. An empty cell means a
//! finished cancel and nothing else.

use crate::money::Yen;
use crate::payment::{Payment, PaymentState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The icons of the manual and the four that today's Amazon Pay needs besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusIcon {
    /// 与信保留.
    AuthorizationPending,
    /// 与信OK; stays beside 決済済.
    Authorized,
    /// 与信NG.
    AuthorizationDeclined,
    /// 決済処理中.
    CapturePending,
    /// 決済エラー.
    CaptureError,
    /// 審査中.
    RefundPending,
    /// キャンセルエラー, nothing charged yet.
    CancelErrorNotCharged,
    /// キャンセルエラー, the buyer is still charged.
    CancelErrorStillCharged,
    /// 期限切れ.
    Expired,
    /// 要照合.
    Unconfirmed,
    /// 一部返金.
    PartlyRefunded,
}

/// How an icon is tinted; never the only thing that tells icons apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the tones of the design")]
pub enum Tone {
    Positive,
    Critical,
    Info,
    Caution,
}

/// What stands beside an icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// あとn日: whole days until the authorization ends, rounded down.
    DaysLeft {
        /// Days, 0 or more.
        days: i64,
    },
    /// When the present state began.
    Since {
        /// The moment, in Unix milliseconds.
        at_ms: i64,
    },
    /// An amount given back, in yen.
    Amount {
        /// Yen.
        amount: Yen,
    },
}

impl StatusIcon {
    /// Every icon.
    pub const ALL: [Self; 11] = [
        Self::AuthorizationPending,
        Self::Authorized,
        Self::AuthorizationDeclined,
        Self::CapturePending,
        Self::CaptureError,
        Self::RefundPending,
        Self::CancelErrorNotCharged,
        Self::CancelErrorStillCharged,
        Self::Expired,
        Self::Unconfirmed,
        Self::PartlyRefunded,
    ];

    /// The icon of `payment`; `None` (an empty cell) means a finished cancel.
    pub fn of(payment: &Payment) -> Option<Self> {
        Some(match payment {
            Payment::AuthorizationPending { .. } => Self::AuthorizationPending,
            Payment::Authorized { .. } => Self::Authorized,
            Payment::AuthorizationDeclined { .. } => Self::AuthorizationDeclined,
            Payment::CapturePending { .. } => Self::CapturePending,
            Payment::CaptureFailed { .. } => Self::CaptureError,
            Payment::Captured { refunded, .. } if refunded.is_zero() => Self::Authorized,
            Payment::Captured { .. } => Self::PartlyRefunded,
            Payment::RefundPending { .. } => Self::RefundPending,
            Payment::RefundFailed { .. } => Self::CancelErrorStillCharged,
            Payment::CancelFailed { .. } => Self::CancelErrorNotCharged,
            Payment::Expired { .. } => Self::Expired,
            Payment::Unconfirmed { .. } => Self::Unconfirmed,
            Payment::Refunded { .. } | Payment::Canceled { .. } => return None,
        })
    }

    /// The payment states that can show this icon: what a filter by icon asks the database for.
    pub const fn states(self) -> &'static [PaymentState] {
        use PaymentState as S;
        match self {
            Self::AuthorizationPending => &[S::AuthorizationPending],
            Self::Authorized => &[S::Authorized, S::Captured],
            Self::AuthorizationDeclined => &[S::AuthorizationDeclined],
            Self::CapturePending => &[S::CapturePending],
            Self::CaptureError => &[S::CaptureFailed],
            Self::RefundPending => &[S::RefundPending],
            Self::CancelErrorNotCharged => &[S::CancelFailed],
            Self::CancelErrorStillCharged => &[S::RefundFailed],
            Self::Expired => &[S::Expired],
            Self::Unconfirmed => &[S::Unconfirmed],
            Self::PartlyRefunded => &[S::Captured],
        }
    }

    /// The tone of the design.
    pub const fn tone(self) -> Tone {
        match self {
            Self::Authorized => Tone::Positive,
            Self::AuthorizationDeclined
            | Self::CaptureError
            | Self::CancelErrorNotCharged
            | Self::CancelErrorStillCharged => Tone::Critical,
            Self::AuthorizationPending | Self::CapturePending | Self::PartlyRefunded => Tone::Info,
            Self::RefundPending | Self::Expired | Self::Unconfirmed => Tone::Caution,
        }
    }
}

impl Beside {
    /// What stands beside the icon of `payment` at `now`.
    pub fn of(payment: &Payment, now: Timestamp) -> Self {
        match payment {
            Payment::Authorized { expires_at, .. } => {
                let left = expires_at.as_millisecond() - now.as_millisecond();
                Self::DaysLeft { days: left.max(0) / 86_400_000 }
            }
            Payment::AuthorizationPending { since, .. }
            | Payment::CapturePending { since, .. }
            | Payment::RefundPending { since, .. }
            | Payment::Unconfirmed { since, .. } => Self::Since { at_ms: since.as_millisecond() },
            Payment::Captured { refunded, .. } if !refunded.is_zero() => Self::Amount { amount: *refunded },
            _ => Self::Nothing,
        }
    }
}
