//! Ways to pay, and where Amazon Pay may be chosen.

use serde::{Deserialize, Serialize};

/// 決済方法.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    /// Amazon Pay.
    AmazonPay,
    /// 銀行振込.
    BankTransfer,
    /// 代金引換.
    CashOnDelivery,
    /// 後払い: authorizes with the buyer's identity.
    Deferred,
    /// お支払いなし(0円): a renewal that comes to ¥0 (R9). Nobody chooses it, and it is not left.
    NoCharge,
}

impl PaymentMethod {
    /// Every method.
    pub const ALL: [Self; 5] =
        [Self::AmazonPay, Self::BankTransfer, Self::CashOnDelivery, Self::Deferred, Self::NoCharge];

    /// The name stored in the database and used in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AmazonPay => "amazon_pay",
            Self::BankTransfer => "bank_transfer",
            Self::CashOnDelivery => "cash_on_delivery",
            Self::Deferred => "deferred",
            Self::NoCharge => "no_charge",
        }
    }

    /// The method stored as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// Card brands Amazon Pay takes in Japan that a shop may show (R7); nothing else is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardBrand {
    /// Visa.
    Visa,
    /// Mastercard.
    Mastercard,
    /// American Express.
    AmericanExpress,
    /// JCB.
    Jcb,
}

impl CardBrand {
    /// The four brands of the manual, in its order.
    pub const ALL: [Self; 4] = [Self::Visa, Self::Mastercard, Self::AmericanExpress, Self::Jcb];

    /// The brand's own spelling.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Visa => "Visa",
            Self::Mastercard => "Mastercard",
            Self::AmericanExpress => "American Express",
            Self::Jcb => "JCB",
        }
    }
}
