//! The placeholders of templates.

use serde::{Deserialize, Serialize};

/// What stands between `{{` and `}}` in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placeholder {
    /// The buyer's name.
    BuyerName,
    /// The shop's name.
    ShopName,
    /// 注文番号.
    OrderNumber,
    /// When it was ordered, Japan's time.
    OrderedAt,
    /// What is to be paid.
    Total,
    /// How the payment stands, in a sentence.
    PaymentState,
    /// Lines: name, price, quantity.
    OrderLines,
    /// Goods, fees, discounts, total.
    Totals,
    /// What the buyer agreed to with a subscription; nothing in a mail about an order that began none.
    Subscription,
    /// お届け先.
    DeliveryAddress,
    /// 適格請求書: registration number, date, amount and tax per rate.
    Invoice,
    /// The link the mail is about.
    Link,
    /// 定期購入番号.
    SubscriptionNumber,
    /// What is delivered, and how many.
    Product,
    /// お届け予定日 of the delivery it is about.
    DeliveryDate,
    /// The day it is about: charged from, tried again on, valid from.
    Date,
    /// What the delivery costs.
    Amount,
    /// What it will cost.
    NewAmount,
    /// Used of the month's cap.
    Used,
    /// Left of the month's cap.
    Remaining,
    /// Why, in a sentence.
    Reason,
    /// What happened, in a sentence to the shop.
    News,
    /// R22: what has to be known of an address.
    AddressNotes,
    /// R19: when the delivery after one that waited follows soon, and how to leave one out; nothing where it does not.
    Following,
}

impl Placeholder {
    /// Every placeholder.
    pub const ALL: [Self; 24] = [
        Self::BuyerName,
        Self::ShopName,
        Self::OrderNumber,
        Self::OrderedAt,
        Self::Total,
        Self::PaymentState,
        Self::OrderLines,
        Self::Totals,
        Self::Subscription,
        Self::DeliveryAddress,
        Self::Invoice,
        Self::Link,
        Self::SubscriptionNumber,
        Self::Product,
        Self::DeliveryDate,
        Self::Date,
        Self::Amount,
        Self::NewAmount,
        Self::Used,
        Self::Remaining,
        Self::Reason,
        Self::News,
        Self::AddressNotes,
        Self::Following,
    ];

    /// As it is written in a template.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BuyerName => "buyer_name",
            Self::ShopName => "shop_name",
            Self::OrderNumber => "order_number",
            Self::OrderedAt => "ordered_at",
            Self::Total => "total",
            Self::PaymentState => "payment_state",
            Self::OrderLines => "order_lines",
            Self::Totals => "totals",
            Self::Subscription => "subscription",
            Self::DeliveryAddress => "delivery_address",
            Self::Invoice => "invoice",
            Self::Link => "link",
            Self::SubscriptionNumber => "subscription_number",
            Self::Product => "product",
            Self::DeliveryDate => "delivery_date",
            Self::Date => "date",
            Self::Amount => "amount",
            Self::NewAmount => "new_amount",
            Self::Used => "used",
            Self::Remaining => "remaining",
            Self::Reason => "reason",
            Self::News => "news",
            Self::AddressNotes => "address_notes",
            Self::Following => "following",
        }
    }

    /// The placeholder written as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|placeholder| placeholder.name() == name)
    }

    /// Whether it is one short line, so that it may stand in a subject and inside a sentence.
    pub const fn is_short(self) -> bool {
        !matches!(
            self,
            Self::PaymentState
                | Self::OrderLines
                | Self::Totals
                | Self::Subscription
                | Self::DeliveryAddress
                | Self::Invoice
                | Self::Link
                | Self::AddressNotes
                | Self::Following
        )
    }
}
