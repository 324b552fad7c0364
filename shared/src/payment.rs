//! Life of an order's payment: authorized, captured, canceled, refunded.
//!
//! Pure: time and Amazon Pay's answers arrive as arguments. There is no way from captured back to
//! uncaptured (R38), expiry never touches a canceled order (R47), and what nobody knows yet is a state of
//! its own (R55). Repeated facts are accepted, so a notification and a reconciliation may report the same
//! thing. Start at [`Payment::apply`].

use crate::charge::DeclineReason;
use crate::money::Yen;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long an authorization holds: 30 days (reference, section 6.5). Amazon's own `expirationTimestamp`
/// governs where it is known.
pub const AUTHORIZATION_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Why something asked of Amazon was refused, by Amazon's code. Text for people is made from the code, never
/// taken from Amazon's message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reason(String);

impl Reason {
    /// Keeps at most 64 letters, digits and `_` of `code`; anything else is dropped.
    pub fn new(code: &str) -> Self {
        Self(code.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(64).collect())
    }

    /// Amazon's code.
    pub fn code(&self) -> &str {
        &self.0
    }
}

impl From<DeclineReason> for Reason {
    fn from(reason: DeclineReason) -> Self {
        Self(reason.name().to_owned())
    }
}

/// What was asked of Amazon when no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asked {
    /// Take the money.
    Capture,
    /// Release the authorization.
    CancelCharge,
    /// Give the money back.
    Refund,
    /// Reserve the amount anew.
    Reauthorization,
}

impl Asked {
    /// Every operation.
    pub const ALL: [Self; 4] = [Self::Capture, Self::CancelCharge, Self::Refund, Self::Reauthorization];
}

/// The payment of an order by Amazon Pay, as far as we know Amazon's side. All amounts in yen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state")]
pub enum Payment {
    /// 与信保留: Amazon is still deciding, up to 24 hours.
    AuthorizationPending {
        /// To be reserved.
        amount: Yen,
        /// When it was asked.
        since: Timestamp,
    },
    /// 与信OK: reserved and not yet taken.
    Authorized {
        /// Reserved.
        amount: Yen,
        /// When it was reserved.
        authorized_at: Timestamp,
        /// When the reservation ends.
        expires_at: Timestamp,
    },
    /// 与信NG: Amazon refused to reserve.
    AuthorizationDeclined {
        /// That was asked for.
        amount: Yen,
        /// Amazon's reason.
        reason: Reason,
        /// When it was refused.
        at: Timestamp,
    },
    /// 決済処理中: a late capture is under way at Amazon.
    CapturePending {
        /// Reserved.
        authorized: Yen,
        /// Being taken.
        amount: Yen,
        /// When it was asked.
        since: Timestamp,
    },
    /// 決済エラー: the capture was refused; still 未決済.
    CaptureFailed {
        /// Reserved.
        amount: Yen,
        /// Amazon's reason.
        reason: Reason,
        /// When it was refused.
        at: Timestamp,
        /// When the reservation ends, if it still stands and a capture may be tried again.
        retry_until: Option<Timestamp>,
    },
    /// 決済済: the money has been taken.
    Captured {
        /// Taken.
        captured: Yen,
        /// Of it, finally given back.
        refunded: Yen,
        /// When it was taken.
        captured_at: Timestamp,
    },
    /// 審査中: money is on its way back.
    RefundPending {
        /// Taken.
        captured: Yen,
        /// Of it, finally given back before.
        refunded: Yen,
        /// Of it, on its way now.
        pending: Yen,
        /// When it was taken.
        captured_at: Timestamp,
        /// When the refund was asked.
        since: Timestamp,
    },
    /// キャンセルエラー with the buyer still charged: Amazon refused the refund.
    RefundFailed {
        /// Taken.
        captured: Yen,
        /// Of it, finally given back.
        refunded: Yen,
        /// Of it, refused, and not given back at Amazon since.
        failed: Yen,
        /// When it was taken.
        captured_at: Timestamp,
        /// Amazon's reason.
        reason: Reason,
        /// When it was refused.
        at: Timestamp,
    },
    /// 取消完了 after a capture: everything has been given back.
    Refunded {
        /// Taken and given back.
        captured: Yen,
        /// When the last of it was given back.
        at: Timestamp,
    },
    /// キャンセルエラー with nothing charged: Amazon refused to release the authorization.
    CancelFailed {
        /// Reserved.
        amount: Yen,
        /// Amazon's reason.
        reason: Reason,
        /// When it was refused.
        at: Timestamp,
        /// When the reservation ends by itself.
        expires_at: Timestamp,
    },
    /// 取消完了 before a capture: the authorization has been released.
    Canceled {
        /// Was reserved.
        amount: Yen,
        /// When it was released.
        at: Timestamp,
    },
    /// 期限切れ: uncaptured for 30 days.
    Expired {
        /// Was reserved.
        amount: Yen,
        /// When it ended.
        at: Timestamp,
    },
    /// 要照合: asked, and nobody knows yet what became of it.
    Unconfirmed {
        /// What was asked.
        asked: Asked,
        /// When it was asked.
        since: Timestamp,
        /// What was known before.
        before: Box<Payment>,
    },
}

/// A fact about the payment, learned from an answer, a notification or by asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaymentEvent {
    /// Amazon reserved the amount (a pending authorization ended well, or a new one replaced a dead one).
    Authorized {
        /// Reserved, in yen.
        amount: Yen,
        /// When.
        at: Timestamp,
        /// When the reservation ends.
        expires_at: Timestamp,
    },
    /// Amazon refused to reserve the amount.
    AuthorizationDeclined {
        /// Amazon's reason.
        reason: Reason,
        /// When.
        at: Timestamp,
    },
    /// A new authorization is under way for an order whose old one is dead (再与信).
    ReauthorizationStarted {
        /// To be reserved, in yen.
        amount: Yen,
        /// When.
        at: Timestamp,
    },
    /// Amazon accepted the capture and is still working on it.
    CaptureStarted {
        /// Being taken, in yen.
        amount: Yen,
        /// When.
        at: Timestamp,
    },
    /// Amazon took the money.
    Captured {
        /// Taken, in yen.
        amount: Yen,
        /// When.
        at: Timestamp,
    },
    /// Amazon refused the capture.
    CaptureRefused {
        /// Amazon's reason.
        reason: Reason,
        /// When.
        at: Timestamp,
        /// When the reservation ends, if it still stands.
        retry_until: Option<Timestamp>,
    },
    /// The authorization was released.
    Canceled {
        /// When.
        at: Timestamp,
    },
    /// Amazon refused to release the authorization.
    CancelRefused {
        /// Amazon's reason.
        reason: Reason,
        /// When.
        at: Timestamp,
    },
    /// The authorization ran out.
    Expired {
        /// When.
        at: Timestamp,
    },
    /// The order was canceled while nothing stood at Amazon any more: the cancel is finished.
    Abandoned {
        /// When.
        at: Timestamp,
    },
    /// Amazon accepted a refund and decides later.
    RefundStarted {
        /// On its way back, in yen.
        amount: Yen,
        /// When.
        at: Timestamp,
    },
    /// The refund under way reached the buyer.
    Refunded {
        /// Given back, in yen.
        amount: Yen,
        /// When.
        at: Timestamp,
    },
    /// Amazon refused the refund.
    RefundRefused {
        /// Refused, in yen.
        amount: Yen,
        /// Amazon's reason.
        reason: Reason,
        /// When.
        at: Timestamp,
    },
    /// Amazon's charge shows more given back than this shop asked for here: somebody did it at Amazon, in Seller Central.
    RefundedAtAmazon {
        /// All that was given back, ours and theirs, in yen; without what is still on its way.
        refunded: Yen,
        /// When.
        at: Timestamp,
    },
    /// No answer came to what was asked.
    Unanswered {
        /// What was asked.
        asked: Asked,
        /// When.
        at: Timestamp,
    },
    /// Amazon was asked, and what went unanswered never happened.
    FoundUnchanged {
        /// When.
        at: Timestamp,
    },
}

/// The event cannot be true of a payment in this state; nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a payment that is {state} cannot take {event}")]
pub struct Refused {
    /// Name of the state.
    pub state: PaymentState,
    /// Name of the event.
    pub event: &'static str,
}

/// The state without what it carries: what is stored in a column, filtered and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the variant of Payment of the same name")]
pub enum PaymentState {
    AuthorizationPending,
    Authorized,
    AuthorizationDeclined,
    CapturePending,
    CaptureFailed,
    Captured,
    RefundPending,
    RefundFailed,
    Refunded,
    CancelFailed,
    Canceled,
    Expired,
    Unconfirmed,
}

impl PaymentState {
    /// Every state, in the order of life.
    pub const ALL: [Self; 13] = [
        Self::AuthorizationPending,
        Self::Authorized,
        Self::AuthorizationDeclined,
        Self::CapturePending,
        Self::CaptureFailed,
        Self::Captured,
        Self::RefundPending,
        Self::RefundFailed,
        Self::Refunded,
        Self::CancelFailed,
        Self::Canceled,
        Self::Expired,
        Self::Unconfirmed,
    ];

    /// The name stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthorizationPending => "authorization_pending",
            Self::Authorized => "authorized",
            Self::AuthorizationDeclined => "authorization_declined",
            Self::CapturePending => "capture_pending",
            Self::CaptureFailed => "capture_failed",
            Self::Captured => "captured",
            Self::RefundPending => "refund_pending",
            Self::RefundFailed => "refund_failed",
            Self::Refunded => "refunded",
            Self::CancelFailed => "cancel_failed",
            Self::Canceled => "canceled",
            Self::Expired => "expired",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

impl core::fmt::Display for PaymentState {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

/// 決済ステータス: the one distinction the manual makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// 未決済.
    Uncaptured,
    /// 決済済.
    Captured,
}

impl Payment {
    /// A payment whose authorization is still being decided.
    pub const fn pending(amount: Yen, since: Timestamp) -> Self {
        Self::AuthorizationPending { amount, since }
    }

    /// A payment just authorized; Amazon's own expiry follows with its first answer about the charge.
    pub fn authorized(amount: Yen, at: Timestamp) -> Self {
        Self::Authorized { amount, authorized_at: at, expires_at: at + AUTHORIZATION_LIFE }
    }

    /// The state without what it carries.
    pub const fn state(&self) -> PaymentState {
        match self {
            Self::AuthorizationPending { .. } => PaymentState::AuthorizationPending,
            Self::Authorized { .. } => PaymentState::Authorized,
            Self::AuthorizationDeclined { .. } => PaymentState::AuthorizationDeclined,
            Self::CapturePending { .. } => PaymentState::CapturePending,
            Self::CaptureFailed { .. } => PaymentState::CaptureFailed,
            Self::Captured { .. } => PaymentState::Captured,
            Self::RefundPending { .. } => PaymentState::RefundPending,
            Self::RefundFailed { .. } => PaymentState::RefundFailed,
            Self::Refunded { .. } => PaymentState::Refunded,
            Self::CancelFailed { .. } => PaymentState::CancelFailed,
            Self::Canceled { .. } => PaymentState::Canceled,
            Self::Expired { .. } => PaymentState::Expired,
            Self::Unconfirmed { .. } => PaymentState::Unconfirmed,
        }
    }

    /// 未決済 or 決済済. An unconfirmed capture is 未決済 until Amazon shows the money taken.
    pub fn status(&self) -> PaymentStatus {
        match self {
            Self::Captured { .. }
            | Self::RefundPending { .. }
            | Self::RefundFailed { .. }
            | Self::Refunded { .. } => PaymentStatus::Captured,
            Self::Unconfirmed { before, .. } => before.status(),
            _ => PaymentStatus::Uncaptured,
        }
    }

    /// Reserved or taken, in yen, as the order list shows it.
    pub fn amount(&self) -> Yen {
        match self {
            Self::AuthorizationPending { amount, .. }
            | Self::Authorized { amount, .. }
            | Self::AuthorizationDeclined { amount, .. }
            | Self::CapturePending { amount, .. }
            | Self::CaptureFailed { amount, .. }
            | Self::CancelFailed { amount, .. }
            | Self::Canceled { amount, .. }
            | Self::Expired { amount, .. } => *amount,
            Self::Captured { captured, .. }
            | Self::RefundPending { captured, .. }
            | Self::RefundFailed { captured, .. }
            | Self::Refunded { captured, .. } => *captured,
            Self::Unconfirmed { before, .. } => before.amount(),
        }
    }

    /// Since when the payment stands as it does; a part given back begins nothing new.
    pub const fn since(&self) -> Timestamp {
        match self {
            Self::AuthorizationPending { since, .. }
            | Self::CapturePending { since, .. }
            | Self::RefundPending { since, .. }
            | Self::Unconfirmed { since, .. } => *since,
            Self::Authorized { authorized_at, .. } => *authorized_at,
            Self::Captured { captured_at, .. } => *captured_at,
            Self::AuthorizationDeclined { at, .. }
            | Self::CaptureFailed { at, .. }
            | Self::RefundFailed { at, .. }
            | Self::Refunded { at, .. }
            | Self::CancelFailed { at, .. }
            | Self::Canceled { at, .. }
            | Self::Expired { at, .. } => *at,
        }
    }

    /// When the authorization ends, while one stands uncaptured.
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Authorized { expires_at, .. } | Self::CancelFailed { expires_at, .. } => Some(*expires_at),
            Self::CaptureFailed { retry_until, .. } => *retry_until,
            Self::Unconfirmed { before, .. } => before.expires_at(),
            _ => None,
        }
    }

    /// Whether `amount` may be captured now; the same answer for the page and the server (R34, R41).
    ///
    /// # Errors
    /// [`Refused`] from every state but 与信OK and a 決済エラー whose authorization still stands, above the
    /// reserved amount, and from `expires_at` on.
    pub fn may_capture(&self, amount: Yen, now: Timestamp) -> Result<(), Refused> {
        let stands = match self {
            Self::Authorized { amount: reserved, expires_at, .. }
            | Self::CaptureFailed { amount: reserved, retry_until: Some(expires_at), .. } => {
                !amount.is_zero() && amount <= *reserved && now < *expires_at
            }
            _ => false,
        };
        if stands { Ok(()) } else { Err(Refused { state: self.state(), event: "capture" }) }
    }

    /// Takes a fact in.
    ///
    /// # Errors
    /// [`Refused`] where the fact cannot be true of this state; the caller keeps the old state, records the
    /// contradiction and asks Amazon again.
    pub fn apply(self, event: PaymentEvent) -> Result<Self, Refused> {
        use PaymentEvent as E;
        match (self, event) {
            // An answer that comes after all, or what asking found, ends the doubt.
            (Self::Unconfirmed { before, .. }, E::FoundUnchanged { .. }) => Ok(*before),
            (Self::Unconfirmed { asked, since, before }, E::Unanswered { asked: again, .. }) if asked == again => {
                Ok(Self::Unconfirmed { asked, since, before })
            }
            // What Amazon shows may hold the very refund that nobody knows of, so it says nothing.
            (known @ Self::Unconfirmed { asked: Asked::Refund, .. }, E::RefundedAtAmazon { .. }) => Ok(known),
            (Self::Unconfirmed { asked, since, before }, event) => {
                // A fact that leaves the state as it was (a repeated notification, a corrected expiry) proves
                // nothing about what was asked, so the doubt stays; an answer to it ends the doubt.
                let (answered, known) = (event.answers(asked), before.state());
                match before.apply(event)? {
                    next if !answered && next.state() == known => {
                        Ok(Self::Unconfirmed { asked, since, before: Box::new(next) })
                    }
                    next => Ok(next),
                }
            }

            // Authorization.
            (
                Self::AuthorizationPending { .. } | Self::Expired { .. } | Self::AuthorizationDeclined { .. },
                E::Authorized { amount, at, expires_at },
            ) => Ok(Self::Authorized { amount, authorized_at: at, expires_at }),
            (Self::Authorized { amount, authorized_at, .. }, E::Authorized { amount: again, expires_at, .. })
                if amount == again =>
            {
                Ok(Self::Authorized { amount, authorized_at, expires_at })
            }
            // "Authorized" may have been no more than the status of an answer: Amazon's later word stands.
            (
                Self::AuthorizationPending { amount, .. } | Self::Authorized { amount, .. },
                E::AuthorizationDeclined { reason, at },
            ) => Ok(Self::AuthorizationDeclined { amount, reason, at }),
            // A refused capture or cancel leaves the authorization as it was.
            (
                Self::CaptureFailed { amount, reason, at, retry_until: Some(_) },
                E::Authorized { amount: again, expires_at, .. },
            ) if amount == again => Ok(Self::CaptureFailed { amount, reason, at, retry_until: Some(expires_at) }),
            (
                Self::CancelFailed { amount, reason, at, .. },
                E::Authorized { amount: again, expires_at, .. },
            ) if amount == again => Ok(Self::CancelFailed { amount, reason, at, expires_at }),
            (known @ Self::AuthorizationDeclined { .. }, E::AuthorizationDeclined { .. }) => Ok(known),
            (Self::Expired { amount, .. }, E::AuthorizationDeclined { reason, at }) => {
                Ok(Self::AuthorizationDeclined { amount, reason, at })
            }
            (
                Self::Expired { .. }
                | Self::AuthorizationDeclined { .. }
                | Self::CaptureFailed { retry_until: None, .. },
                E::ReauthorizationStarted { amount, at },
            ) => Ok(Self::AuthorizationPending { amount, since: at }),
            // The charge died with the capture; a new one was asked under the same permission.
            (Self::CaptureFailed { retry_until: None, .. }, E::Authorized { amount, at, expires_at }) => {
                Ok(Self::Authorized { amount, authorized_at: at, expires_at })
            }
            (
                Self::CaptureFailed { amount, retry_until: None, .. },
                E::AuthorizationDeclined { reason, at },
            ) => Ok(Self::AuthorizationDeclined { amount, reason, at }),
            (known @ Self::AuthorizationPending { .. }, E::ReauthorizationStarted { .. }) => Ok(known),

            // Capture.
            (
                Self::Authorized { amount: authorized, .. }
                | Self::AuthorizationPending { amount: authorized, .. },
                E::CaptureStarted { amount, at },
            )
            | (
                Self::CaptureFailed { amount: authorized, retry_until: Some(_), .. },
                E::CaptureStarted { amount, at },
            ) if amount <= authorized => Ok(Self::CapturePending { authorized, amount, since: at }),
            (known @ Self::CapturePending { .. }, E::CaptureStarted { .. }) => Ok(known),
            (Self::Authorized { amount, .. }, E::Captured { amount: taken, at })
            | (Self::CapturePending { authorized: amount, .. }, E::Captured { amount: taken, at })
            | (Self::CaptureFailed { amount, .. }, E::Captured { amount: taken, at })
            | (Self::CancelFailed { amount, .. }, E::Captured { amount: taken, at })
            // A notification that skips "authorized" is no contradiction: Amazon's later word stands.
            | (Self::AuthorizationPending { amount, .. }, E::Captured { amount: taken, at })
                if taken <= amount =>
            {
                Ok(Self::Captured { captured: taken, refunded: Yen::ZERO, captured_at: at })
            }
            (
                Self::Captured { captured, refunded, captured_at },
                E::Captured { amount: again, .. } | E::CaptureStarted { amount: again, .. },
            ) if again == captured => Ok(Self::Captured { captured, refunded, captured_at }),
            (
                known @ (Self::RefundPending { .. } | Self::RefundFailed { .. } | Self::Refunded { .. }),
                E::Captured { .. },
            ) => Ok(known),
            (
                Self::Authorized { amount, .. }
                | Self::CapturePending { authorized: amount, .. }
                | Self::CaptureFailed { amount, .. },
                E::CaptureRefused { reason, at, retry_until },
            ) => Ok(Self::CaptureFailed { amount, reason, at, retry_until }),

            // Cancel before capture.
            (
                Self::AuthorizationPending { amount, .. }
                | Self::Authorized { amount, .. }
                | Self::CaptureFailed { amount, .. }
                | Self::CancelFailed { amount, .. },
                E::Canceled { at },
            ) => Ok(Self::Canceled { amount, at }),
            (
                known @ (Self::Canceled { .. } | Self::Expired { .. } | Self::AuthorizationDeclined { .. }),
                E::Canceled { .. },
            ) => Ok(known),
            (Self::Authorized { amount, expires_at, .. }, E::CancelRefused { reason, at })
            | (Self::CancelFailed { amount, expires_at, .. }, E::CancelRefused { reason, at }) => {
                Ok(Self::CancelFailed { amount, reason, at, expires_at })
            }
            (Self::AuthorizationPending { amount, since }, E::CancelRefused { reason, at }) => {
                Ok(Self::CancelFailed { amount, reason, at, expires_at: since + AUTHORIZATION_LIFE })
            }
            (Self::CaptureFailed { amount, retry_until, .. }, E::CancelRefused { reason, at }) => {
                Ok(Self::CancelFailed { amount, reason, at, expires_at: retry_until.unwrap_or(at) })
            }

            // Expiry.
            (
                Self::Authorized { amount, .. }
                | Self::CaptureFailed { amount, .. }
                | Self::AuthorizationPending { amount, .. },
                E::Expired { at },
            ) => Ok(Self::Expired { amount, at }),
            // The order was canceled; only Amazon had refused to let go. Running out ends that too.
            (Self::CancelFailed { amount, .. }, E::Expired { at }) => Ok(Self::Canceled { amount, at }),
            (
                known @ (Self::Expired { .. } | Self::Canceled { .. } | Self::AuthorizationDeclined { .. }),
                E::Expired { .. },
            ) => Ok(known),

            // Canceled while nothing stood.
            (
                Self::AuthorizationDeclined { amount, .. }
                | Self::Expired { amount, .. }
                | Self::CaptureFailed { amount, retry_until: None, .. },
                E::Abandoned { at },
            ) => Ok(Self::Canceled { amount, at }),
            (known @ (Self::Canceled { .. } | Self::Refunded { .. }), E::Abandoned { .. }) => Ok(known),

            // Refund.
            (
                Self::Captured { captured, refunded, captured_at }
                | Self::RefundFailed { captured, refunded, captured_at, .. },
                E::RefundStarted { amount, at },
            ) if !amount.is_zero() && amount <= captured.saturating_sub(refunded) => {
                Ok(Self::RefundPending { captured, refunded, pending: amount, captured_at, since: at })
            }
            (known @ Self::RefundPending { pending, .. }, E::RefundStarted { amount, .. })
                if amount == pending =>
            {
                Ok(known)
            }
            (
                Self::RefundPending { captured, refunded, pending, captured_at, .. },
                E::Refunded { amount, at },
            ) if amount == pending => {
                match refunded.checked_add(amount) {
                    Some(all) if all == captured => Ok(Self::Refunded { captured, at }),
                    Some(part) => Ok(Self::Captured { captured, refunded: part, captured_at }),
                    None => Err(Refused { state: PaymentState::RefundPending, event: "Refunded" }),
                }
            }
            (known @ Self::Refunded { .. }, E::Refunded { .. }) => Ok(known),
            (
                Self::RefundPending { captured, refunded, pending, captured_at, .. },
                E::RefundRefused { amount, reason, at },
            ) if amount == pending => {
                Ok(Self::RefundFailed { captured, refunded, failed: amount, captured_at, reason, at })
            }
            // Amazon may refuse a refund at once, before it ever was under way.
            (
                Self::Captured { captured, refunded, captured_at },
                E::RefundRefused { amount, reason, at },
            ) => Ok(Self::RefundFailed { captured, refunded, failed: amount, captured_at, reason, at }),
            // The same refusal told again; another one is a later try of another amount, or for another reason.
            (
                Self::RefundFailed { captured, refunded, failed, captured_at, reason, at },
                E::RefundRefused { amount, reason: why, at: again },
            ) => {
                let at = if failed == amount && reason == why { at } else { again };
                Ok(Self::RefundFailed { captured, refunded, failed: amount, captured_at, reason: why, at })
            }

            // Given back in Seller Central: what is known of it is a sum, and that only grows.
            (
                Self::Captured { captured, refunded, captured_at },
                E::RefundedAtAmazon { refunded: all, at },
            ) => Ok(match all.max(refunded) {
                all if all >= captured => Self::Refunded { captured, at },
                refunded => Self::Captured { captured, refunded, captured_at },
            }),
            (
                Self::RefundFailed { captured, refunded, failed, captured_at, reason, at },
                E::RefundedAtAmazon { refunded: all, at: found },
            ) => Ok(match all.max(refunded) {
                all if all >= captured => Self::Refunded { captured, at: found },
                all => match all.saturating_sub(refunded) {
                    // What Amazon had refused has reached the buyer by another way: nothing has failed any more.
                    given if !given.is_zero() && given >= failed => {
                        Self::Captured { captured, refunded: all, captured_at }
                    }
                    given => {
                        let failed = failed.saturating_sub(given);
                        Self::RefundFailed { captured, refunded: all, failed, captured_at, reason, at }
                    }
                },
            }),
            // Beside what is on its way there is room for the rest only.
            (
                Self::RefundPending { captured, refunded, pending, captured_at, since },
                E::RefundedAtAmazon { refunded: all, .. },
            ) => {
                let refunded = all.min(captured.saturating_sub(pending)).max(refunded);
                Ok(Self::RefundPending { captured, refunded, pending, captured_at, since })
            }
            (known @ Self::Refunded { .. }, E::RefundedAtAmazon { .. }) => Ok(known),

            // No answer: only where the thing could have been asked.
            (
                known @ (Self::Authorized { .. } | Self::CaptureFailed { retry_until: Some(_), .. }),
                E::Unanswered { asked: asked @ Asked::Capture, at },
            )
            | (
                known @ (Self::AuthorizationPending { .. }
                | Self::Authorized { .. }
                | Self::CaptureFailed { .. }
                | Self::CancelFailed { .. }),
                E::Unanswered { asked: asked @ Asked::CancelCharge, at },
            )
            | (
                known @ (Self::Captured { .. } | Self::RefundFailed { .. }),
                E::Unanswered { asked: asked @ Asked::Refund, at },
            )
            | (
                // Pending: the first charge of a renewal, of which no answer ever came.
                known @ (Self::AuthorizationPending { .. }
                | Self::Expired { .. }
                | Self::AuthorizationDeclined { .. }
                | Self::CaptureFailed { retry_until: None, .. }),
                E::Unanswered { asked: asked @ Asked::Reauthorization, at },
            ) => Ok(Self::Unconfirmed { asked, since: at, before: Box::new(known) }),

            // Asking found nothing new: fine wherever there was no doubt.
            (known, E::FoundUnchanged { .. }) => Ok(known),

            (known, event) => Err(Refused { state: known.state(), event: event.name() }),
        }
    }
}

impl PaymentEvent {
    /// Whether this is Amazon's answer to what was asked, and not merely a fact that was so before.
    const fn answers(&self, asked: Asked) -> bool {
        match asked {
            Asked::Capture => {
                matches!(
                    self,
                    Self::CaptureStarted { .. } | Self::Captured { .. } | Self::CaptureRefused { .. }
                )
            }
            Asked::CancelCharge => matches!(self, Self::Canceled { .. } | Self::CancelRefused { .. }),
            Asked::Refund => {
                matches!(
                    self,
                    Self::RefundStarted { .. } | Self::Refunded { .. } | Self::RefundRefused { .. }
                )
            }
            Asked::Reauthorization => matches!(
                self,
                Self::ReauthorizationStarted { .. }
                    | Self::Authorized { .. }
                    | Self::AuthorizationDeclined { .. }
            ),
        }
    }

    /// The event's name, for refusals and the timeline.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Authorized { .. } => "Authorized",
            Self::AuthorizationDeclined { .. } => "AuthorizationDeclined",
            Self::ReauthorizationStarted { .. } => "ReauthorizationStarted",
            Self::CaptureStarted { .. } => "CaptureStarted",
            Self::Captured { .. } => "Captured",
            Self::CaptureRefused { .. } => "CaptureRefused",
            Self::Canceled { .. } => "Canceled",
            Self::CancelRefused { .. } => "CancelRefused",
            Self::Expired { .. } => "Expired",
            Self::Abandoned { .. } => "Abandoned",
            Self::RefundStarted { .. } => "RefundStarted",
            Self::Refunded { .. } => "Refunded",
            Self::RefundRefused { .. } => "RefundRefused",
            Self::RefundedAtAmazon { .. } => "RefundedAtAmazon",
            Self::Unanswered { .. } => "Unanswered",
            Self::FoundUnchanged { .. } => "FoundUnchanged",
        }
    }
}

#[cfg(test)]
#[path = "payment_tests.rs"]
mod tests;
