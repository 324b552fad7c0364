//! The message inside: which object to read again.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shared::id::ChargePermissionId;

macro_rules! open_words {
    ($($(#[$about:meta])* $name:ident { $($(#[$word_about:meta])* $word:ident = $text:literal,)+ })+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            $($(#[$word_about])* $word,)+
            /// A word that Amazon added since.
            Unknown(String),
        }

        impl $name {
            /// The word on the wire.
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$word => $text,)+
                    Self::Unknown(word) => word,
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                Ok(match word.as_str() {
                    $($text => Self::$word,)+
                    _ => Self::Unknown(word),
                })
            }
        }
    )+};
}

open_words! {
    /// What changed.
    ObjectKind {
        /// A charge permission.
        ChargePermission = "CHARGE_PERMISSION",
        /// A charge.
        Charge = "CHARGE",
        /// A refund.
        Refund = "REFUND",
        /// A dispute.
        Chargeback = "CHARGEBACK",
    }
    /// How it changed.
    NoticeKind {
        /// Its state.
        StateChange = "STATE_CHANGE",
        /// Something else about it, such as the payment method.
        AttributeChange = "ATTRIBUTE_CHANGE",
    }
}

/// A notification of Amazon Pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Notice {
    /// Whose; must be the shop's merchant.
    #[serde(rename = "MerchantID")]
    pub merchant_id: String,
    /// What changed.
    pub object_type: ObjectKind,
    /// Which one; to be checked as an id before use.
    pub object_id: String,
    /// Under which permission.
    #[serde(default)]
    pub charge_permission_id: Option<ChargePermissionId>,
    /// How it changed.
    pub notification_type: NoticeKind,
    /// The same when Amazon Pay sends a notice anew.
    pub notification_id: String,
    /// `V2`.
    pub notification_version: String,
}

/// The message is not about an object of this API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the notification is not about an object of Checkout v2")]
pub struct NotANotice;

impl Notice {
    /// Reads the text of a message.
    ///
    /// # Errors
    /// [`NotANotice`], also for notifications of the API of 2017, which may arrive at the same address.
    pub fn parse(message: &str) -> Result<Self, NotANotice> {
        let notice: Self = serde_json::from_str(message).map_err(|_| NotANotice)?;
        if notice.notification_version.eq_ignore_ascii_case("V2") { Ok(notice) } else { Err(NotANotice) }
    }
}
