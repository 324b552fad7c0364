//! A notification on its way to a merchant.

use super::{Change, stamp};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One delivery of a message; copies and repetitions share `message_id`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Notification {
    /// Of this delivery, for the control API.
    pub id: String,
    pub notification_id: String,
    pub message_id: String,
    pub change: Change,
    pub url: String,
    pub due: Timestamp,
    pub version: String,
    /// Signed wrongly on purpose.
    pub forged: bool,
    pub state: NotificationState,
    pub attempts: u32,
    pub last_status: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum NotificationState {
    /// To be sent when due.
    Waiting,
    /// Kept back until it is released.
    Held,
    Delivered,
    /// Answered with 4xx: not tried again.
    Refused,
    /// Never answered well.
    GivenUp,
    /// The merchant has named no address.
    NoAddress,
}

impl NotificationState {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::GivenUp => "givenUp",
            Self::NoAddress => "noAddress",
        }
    }
}

impl Notification {
    /// For the control API and the merchant's page.
    pub fn view(&self) -> Value {
        json!({
            "id": self.id,
            "messageId": self.message_id,
            "notificationId": self.notification_id,
            "merchantId": self.change.owner.merchant_id,
            "objectType": self.change.object_type,
            "objectId": self.change.object_id,
            "chargePermissionId": self.change.permission_id,
            "notificationType": if self.change.attribute { "ATTRIBUTE_CHANGE" } else { "STATE_CHANGE" },
            "state": self.state.name(),
            "attempts": self.attempts,
            "lastStatus": self.last_status,
            "due": stamp(self.due),
        })
    }
}
