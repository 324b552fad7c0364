//! Mails to shoppers: kinds, templates with checked placeholders, and their rendering.
//!
//! Pure. A shop writes one plain text per kind and language; the HTML part is made here from the same text, so a
//! template cannot bring markup in, and every value is escaped. Start at [`Template::parse`] and
//! [`Template::render`].

mod content;
mod html;
mod news;
mod placeholder;
mod plain;
mod template;
#[cfg(test)]
mod tests;

pub use content::{MailContent, NotARegistrationNumber, PaymentWords, RegistrationNumber};
pub use news::{News, NewsFacts, Reason, StandingTerms, Terms};
pub use placeholder::Placeholder;
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
    /// A later delivery of a subscription was ordered, with what was agreed to (R26).
    RenewalConfirmation,
    /// A delivery waits for the next month: the cap has no room (R19).
    RenewalDeferred,
    /// A delivery's charge was declined and is tried again (R25).
    RenewalDeclined,
    /// Amazon charges nothing until the buyer changes the payment method there (R25).
    PaymentNeeded,
    /// The agreement was ended at Amazon; how to agree again (R24).
    AgreementNeeded,
    /// What was declined is paid, or Amazon charges again (R25).
    PaymentResumed,
    /// A delivery is left out, and why (R15, R19).
    DeliveryDropped,
    /// A subscription has ended, and why (R24).
    SubscriptionEnded,
    /// お届け先変更, to the mail address known before it (R21).
    AddressChanged,
    /// The mail address followed the buyer's sign-in: to the one known before it (R22).
    MailChanged,
    /// The deliveries will cost another amount, from when on (R26).
    AmountChanged,
    /// To the shop: something happened to a subscription that it should know of (R19, R24, R25).
    ShopNotice,
}

impl MailKind {
    /// Every kind, in the order of an order's life.
    pub const ALL: [Self; 20] = [
        Self::OrderConfirmation,
        Self::LateConfirmation,
        Self::AuthorizationResult,
        Self::PayAgain,
        Self::PaymentLink,
        Self::OrderPreparing,
        Self::OrderShipped,
        Self::OrderCanceled,
        Self::RenewalConfirmation,
        Self::RenewalDeferred,
        Self::RenewalDeclined,
        Self::PaymentNeeded,
        Self::AgreementNeeded,
        Self::PaymentResumed,
        Self::DeliveryDropped,
        Self::SubscriptionEnded,
        Self::AddressChanged,
        Self::MailChanged,
        Self::AmountChanged,
        Self::ShopNotice,
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
            Self::RenewalConfirmation => "renewal_confirmation",
            Self::RenewalDeferred => "renewal_deferred",
            Self::RenewalDeclined => "renewal_declined",
            Self::PaymentNeeded => "payment_needed",
            Self::AgreementNeeded => "agreement_needed",
            Self::PaymentResumed => "payment_resumed",
            Self::DeliveryDropped => "delivery_dropped",
            Self::SubscriptionEnded => "subscription_ended",
            Self::AddressChanged => "address_changed",
            Self::MailChanged => "mail_changed",
            Self::AmountChanged => "amount_changed",
            Self::ShopNotice => "shop_notice",
        }
    }

    /// The kind stored as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it exists to carry a link.
    pub fn has_link(self) -> bool {
        self.needs().contains(&Placeholder::Link)
    }

    /// Whether it tells that the order of a checkout exists.
    pub const fn is_confirmation(self) -> bool {
        matches!(self, Self::OrderConfirmation | Self::LateConfirmation)
    }

    /// Whether it is about a subscription, and not about one order of it.
    pub const fn is_of_subscription(self) -> bool {
        matches!(
            self,
            Self::RenewalDeferred
                | Self::RenewalDeclined
                | Self::PaymentNeeded
                | Self::AgreementNeeded
                | Self::PaymentResumed
                | Self::DeliveryDropped
                | Self::SubscriptionEnded
                | Self::AddressChanged
                | Self::MailChanged
                | Self::AmountChanged
                | Self::ShopNotice
        )
    }

    /// What has to be told whatever words the shop has chosen; it is added where they leave it out (R19, R22, R26).
    pub const fn always_tells(self) -> Option<Placeholder> {
        match self {
            Self::OrderConfirmation | Self::LateConfirmation | Self::RenewalConfirmation => {
                Some(Placeholder::Subscription)
            }
            Self::AddressChanged => Some(Placeholder::AddressNotes),
            Self::RenewalDeferred => Some(Placeholder::Following),
            _ => None,
        }
    }

    /// The placeholders without which it would be pointless.
    pub const fn needs(self) -> &'static [Placeholder] {
        use Placeholder as P;
        match self {
            Self::PayAgain
            | Self::PaymentLink
            | Self::PaymentNeeded
            | Self::AgreementNeeded
            | Self::RenewalDeclined => &[P::Link],
            Self::RenewalDeferred => &[P::Date, P::Used, P::Remaining],
            Self::DeliveryDropped | Self::SubscriptionEnded => &[P::Reason],
            Self::AmountChanged => &[P::Date, P::Amount, P::NewAmount],
            Self::ShopNotice => &[P::News],
            _ => &[],
        }
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

    /// Whether its template may use the placeholder.
    pub fn allows(self, placeholder: Placeholder) -> bool {
        use Placeholder as P;
        let of_subscription = self.is_of_subscription();
        match placeholder {
            P::BuyerName | P::ShopName => true,
            P::OrderNumber
            | P::OrderedAt
            | P::Total
            | P::PaymentState
            | P::OrderLines
            | P::Totals
            | P::Invoice => !of_subscription,
            P::Subscription => of_subscription || self.always_tells() == Some(P::Subscription),
            P::DeliveryAddress => !of_subscription || self == Self::AddressChanged,
            P::SubscriptionNumber | P::Product => of_subscription || self == Self::RenewalConfirmation,
            P::DeliveryDate => matches!(
                self,
                Self::RenewalConfirmation
                    | Self::RenewalDeferred
                    | Self::RenewalDeclined
                    | Self::DeliveryDropped
                    | Self::ShopNotice
            ),
            P::Date => matches!(
                self,
                Self::RenewalDeferred | Self::RenewalDeclined | Self::AddressChanged | Self::AmountChanged
            ),
            P::Amount => matches!(
                self,
                Self::RenewalDeferred | Self::RenewalDeclined | Self::AmountChanged | Self::ShopNotice
            ),
            P::Used | P::Remaining => matches!(self, Self::RenewalDeferred | Self::ShopNotice),
            P::Reason => matches!(self, Self::DeliveryDropped | Self::SubscriptionEnded | Self::ShopNotice),
            P::NewAmount | P::AddressNotes | P::Following | P::News | P::Link => {
                self.needs().contains(&placeholder) || self.always_tells() == Some(placeholder)
            }
        }
    }

    /// The placeholders its template may use.
    pub fn placeholders(self) -> impl Iterator<Item = Placeholder> {
        Placeholder::ALL.into_iter().filter(move |placeholder| self.allows(*placeholder))
    }
}
