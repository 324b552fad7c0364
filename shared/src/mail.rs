//! Mails to shoppers: kinds, templates with checked placeholders, and their rendering.
//!
//! Pure. A shop writes one plain text per kind and language; the HTML part is made here from the same text, so a
//! template cannot bring markup in, and every value is escaped. Start at [`Template::parse`] and
//! [`Template::render`].

mod content;
mod html;
mod plain;
mod template;
#[cfg(test)]
mod tests;

pub use content::{MailContent, NotARegistrationNumber, PaymentWords, RegistrationNumber};
pub use template::{MAX_BODY, MAX_SUBJECT, Rendered, Template, TemplateError, TemplateFault, TemplatePlace};

use serde::{Deserialize, Serialize};

/// What a mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// ご注文の確認, right after the order.
    OrderConfirmation,
    /// The same for a shopper who did not come back to the shop and whose order was completed for them (R54).
    LateConfirmation,
    /// 与信保留 ended well (R89).
    AuthorizationResult,
    /// 与信保留 ended as 与信NG: a link to pay again (R89).
    PayAgain,
    /// An operator's link to pay for an order of the same lines (R38).
    PaymentLink,
    /// 受注ステータス became 出荷準備中.
    OrderPreparing,
    /// 受注ステータス became 発送済.
    OrderShipped,
    /// 受注ステータス became キャンセル.
    OrderCanceled,
}

impl MailKind {
    /// Every kind, in the order of an order's life.
    pub const ALL: [Self; 8] = [
        Self::OrderConfirmation,
        Self::LateConfirmation,
        Self::AuthorizationResult,
        Self::PayAgain,
        Self::PaymentLink,
        Self::OrderPreparing,
        Self::OrderShipped,
        Self::OrderCanceled,
    ];

    /// The name stored in the database and used in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrderConfirmation => "order_confirmation",
            Self::LateConfirmation => "late_confirmation",
            Self::AuthorizationResult => "authorization_result",
            Self::PayAgain => "pay_again",
            Self::PaymentLink => "payment_link",
            Self::OrderPreparing => "order_preparing",
            Self::OrderShipped => "order_shipped",
            Self::OrderCanceled => "order_canceled",
        }
    }

    /// The kind stored as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it exists to carry a link.
    pub const fn has_link(self) -> bool {
        matches!(self, Self::PayAgain | Self::PaymentLink)
    }

    /// Whether it tells that an order exists.
    pub const fn is_confirmation(self) -> bool {
        matches!(self, Self::OrderConfirmation | Self::LateConfirmation)
    }

    /// The kind sent when the order gets that status, if shoppers are told of it.
    pub const fn of_status(status: crate::order::OrderStatus) -> Option<Self> {
        use crate::order::OrderStatus;
        match status {
            OrderStatus::New => None,
            OrderStatus::Preparing => Some(Self::OrderPreparing),
            OrderStatus::Shipped => Some(Self::OrderShipped),
            OrderStatus::Canceled => Some(Self::OrderCanceled),
        }
    }

    /// The placeholders its template may use.
    pub fn placeholders(self) -> impl Iterator<Item = Placeholder> {
        Placeholder::ALL
            .into_iter()
            .filter(move |placeholder| *placeholder != Placeholder::Link || self.has_link())
            .filter(move |placeholder| *placeholder != Placeholder::Subscription || self.is_confirmation())
    }
}

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
}

impl Placeholder {
    /// Every placeholder.
    pub const ALL: [Self; 12] = [
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
        )
    }
}
