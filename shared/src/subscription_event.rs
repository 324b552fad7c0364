//! What people did with a subscription, as it stands in its story; what a renewal did is [`crate::renewal::RenewalEvent`].

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What happened to a subscription by its shopper or an operator; no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Did {
    /// Left a delivery out.
    Skipped {
        /// Which.
        period: u32,
        /// Of when.
        date: Date,
    },
    /// Moved the next delivery.
    Moved {
        /// From when.
        from: Date,
        /// To when.
        to: Date,
    },
    /// How many pieces.
    QuantityChanged {
        /// Before.
        from: u32,
        /// Now.
        to: u32,
    },
    /// Another address; the address itself is not told.
    AddressChanged {
        /// From the delivery of this date on.
        from: Date,
    },
    /// Paused.
    Paused,
    /// Goes on.
    Resumed,
    /// Ended for good.
    Canceled,
    /// The charge permission was closed at Amazon.
    PermissionClosed,
    /// Amazon told another mail address at the buyer's sign-in; the address itself is not told.
    MailChanged,
    /// An operator has looked at an agreement that was ended at Amazon (R24).
    Acknowledged,
}

impl Did {
    /// The name stored in a column.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Skipped { .. } => "skipped",
            Self::Moved { .. } => "moved",
            Self::QuantityChanged { .. } => "quantity_changed",
            Self::AddressChanged { .. } => "address_changed",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Canceled => "canceled",
            Self::PermissionClosed => "permission_closed",
            Self::MailChanged => "mail_changed",
            Self::Acknowledged => "acknowledged",
        }
    }
}
