//! An order (受注): what was bought, where it goes, and how far its handling is.
//!
//! The order status speaks of the goods and never of the money; the money is [`crate::payment`].

use serde::{Deserialize, Serialize};

/// 受注ステータス: handling of the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// 新規受付.
    New,
    /// 出荷準備中.
    Preparing,
    /// 発送済.
    Shipped,
    /// キャンセル; it stays.
    Canceled,
}

impl OrderStatus {
    /// Every status, in the order of handling.
    pub const ALL: [Self; 4] = [Self::New, Self::Preparing, Self::Shipped, Self::Canceled];

    /// The name stored in the database and used in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Preparing => "preparing",
            Self::Shipped => "shipped",
            Self::Canceled => "canceled",
        }
    }

    /// The status stored as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// How an order came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderOrigin {
    /// Bought by a shopper.
    Checkout,
    /// A renewal of a subscription.
    Renewal,
    /// Entered in the console (管理画面より新規受注); Amazon Pay is not offered (R43).
    Operator,
}

impl OrderOrigin {
    /// The name stored in the database and used in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Checkout => "checkout",
            Self::Renewal => "renewal",
            Self::Operator => "operator",
        }
    }
}
