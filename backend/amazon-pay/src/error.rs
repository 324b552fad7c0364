//! What became of a call that brought no answer to work with: refused, not sent, or nobody knows.
//!
//! The one question for money is [`Error::is_definite`]: a definite error means that Amazon did nothing, anything
//! else has to be settled by asking Amazon.

use crate::Reason;
use std::fmt;
use std::time::Duration;

/// Why a call brought no answer to work with. Messages are ours; Amazon's own words never appear in them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Amazon said no. Definite.
    #[error("Amazon Pay refused with {status} {reason}")]
    Refused {
        /// HTTP status, 400 to 499, or 500 with [`Reason::ProcessingFailure`].
        status: u16,
        /// Why.
        reason: Reason,
        /// Amazon's own words, for its support.
        message: Option<AmazonMessage>,
        /// `x-amz-pay-request-id`.
        request_id: Option<String>,
    },
    /// Too many calls; Amazon did nothing. Definite.
    #[error("Amazon Pay asks for fewer calls")]
    Throttled {
        /// How long Amazon wants to be left alone, where it says so.
        retry_after: Option<Duration>,
        /// `x-amz-pay-request-id`.
        request_id: Option<String>,
    },
    /// No connection was made, so Amazon knows nothing of the call. Definite.
    #[error("Amazon Pay could not be reached")]
    NotSent,
    /// The call may or may not have been carried out: send the same bytes under the same key again, or ask Amazon.
    #[error("Amazon Pay did not answer: {ambiguity}")]
    Unconfirmed {
        /// What happened last.
        ambiguity: Ambiguity,
        /// `x-amz-pay-request-id`, where any answer came.
        request_id: Option<String>,
    },
    /// An answer came and was not understood. For money the same as [`Error::Unconfirmed`].
    #[error("the answer of Amazon Pay with {status} was not understood: {what}")]
    Malformed {
        /// HTTP status.
        status: u16,
        /// What was wrong with it; never its contents.
        what: String,
        /// `x-amz-pay-request-id`.
        request_id: Option<String>,
    },
}

/// Why nobody knows what became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ambiguity {
    /// No answer in time.
    TimedOut,
    /// The connection broke after something had been sent.
    Disconnected,
    /// 408 or 5xx, from Amazon or something in between.
    Status(u16),
}

/// A message of Amazon: English, not stable, and it may repeat what was sent. Hidden in `Debug`, no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct AmazonMessage(pub(crate) String);

impl Error {
    /// Whether it is certain that Amazon did nothing.
    ///
    /// Holds for this call with all its attempts. Where the same request was sent before and nobody knew what
    /// became of it, a refusal of a DELETE or PATCH may be the echo of its success: ask Amazon first.
    pub const fn is_definite(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Throttled { .. } | Self::NotSent)
    }

    /// Why Amazon refused, if it did.
    pub const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Refused { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// Whether Amazon knows no such object.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// Amazon's name for the call, for its support.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::NotSent => None,
            Self::Refused { request_id, .. }
            | Self::Throttled { request_id, .. }
            | Self::Unconfirmed { request_id, .. }
            | Self::Malformed { request_id, .. } => request_id.as_deref(),
        }
    }
}

impl AmazonMessage {
    /// The message itself, to be copied into a letter to Amazon's support.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AmazonMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AmazonMessage(hidden)")
    }
}

impl fmt::Display for Ambiguity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Disconnected => f.write_str("the connection broke"),
            Self::Status(status) => write!(f, "status {status}"),
        }
    }
}
