//! マイページ > 定期購入リスト: what a member sees of their own subscriptions and does with them.

use crate::address::DeliveryAddress;
use crate::address_form::{AddressField, AddressForm, FieldProblem};
use crate::cycle::Cycle;
use crate::id::{OrderNumber, ProductId, SubscriptionId};
use crate::money::Yen;
use crate::monthly_cap::Month;
use crate::order::OrderStatus;
use crate::payment::PaymentState;
use crate::subscription::{AddressSource, SubscriptionAction, SubscriptionState};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// `GET …/member/subscriptions`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MySubscriptions {
    /// The member's, the oldest first.
    pub subscriptions: Vec<MySubscription>,
    /// To be shown beside them, in the reader's language (R22).
    pub notes: Vec<String>,
}

/// A subscription as its member sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MySubscription {
    /// Ours.
    pub id: SubscriptionId,
    /// As people say it.
    pub number: OrderNumber,
    /// What is delivered.
    pub product_id: ProductId,
    /// Its name.
    pub product_name: String,
    /// Pieces in each delivery.
    pub quantity: u32,
    /// Of one piece, tax included.
    pub unit_price: Yen,
    /// 送料 of each delivery.
    pub shipping_fee: Yen,
    /// Of one delivery; absent where it cannot be calculated.
    pub total: Option<Yen>,
    /// How often.
    pub cycle: Cycle,
    /// How far it has come.
    pub state: SubscriptionState,
    /// The next deliveries that are not ordered yet; none once it has ended.
    pub upcoming: Vec<UpcomingDelivery>,
    /// Where the first of them goes.
    pub address: Option<DeliveryAddress>,
    /// Where that address came from.
    pub address_source: Option<AddressSource>,
    /// Amazon's text of the payment method; never parsed.
    pub payment_text: Option<String>,
    /// Where the payment method is changed, at Amazon.
    pub payment_url: String,
    /// This month's cap.
    pub month: MonthView,
    /// What may be done now.
    pub actions: Vec<SubscriptionAction>,
    /// The first date the next delivery may be moved to.
    pub earliest: Date,
    /// To be sent back with an action: who acts on an older one changes nothing.
    pub version: i64,
}

/// A delivery to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpcomingDelivery {
    /// From 1, counted over the whole life.
    pub period: u32,
    /// When.
    pub date: Date,
}

/// How much of a month's cap is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthView {
    /// Of Japan, yyyymm.
    pub month: Month,
    /// The cap.
    pub cap: Yen,
    /// Used of it.
    pub used: Yen,
    /// Left of it.
    pub remaining: Yen,
}

/// `POST …/skip`, `…/pause`, `…/resume`, `…/cancel`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenRequest {
    /// As the page had it.
    pub version: i64,
}

/// `POST …/date`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveDeliveryRequest {
    /// As the page had it.
    pub version: i64,
    /// Of the next delivery; the later ones are counted from there.
    pub date: Date,
}

/// `POST …/quantity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionQuantityRequest {
    /// As the page had it.
    pub version: i64,
    /// From the next delivery on.
    pub quantity: u32,
}

/// `POST …/address/preview` and `POST …/address`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeAddressRequest {
    /// As the page had it.
    pub version: i64,
    /// ○月○日分から; absent: 次回から.
    #[serde(default)]
    pub from: Option<Date>,
    /// As typed.
    pub address: AddressForm,
}

/// What a change of the address reaches.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressChangeView {
    /// Fields to be typed again; nothing is changed while there are any.
    pub errors: Vec<AddressFieldView>,
    /// As it will stand on the parcel.
    pub address: Option<DeliveryAddress>,
    /// From the delivery of this date on.
    pub from: Date,
    /// Deliveries that go to the new address; the next ones that are not ordered yet among them.
    pub reached: Vec<AddressedDelivery>,
    /// Deliveries that keep their address.
    pub kept: Vec<AddressedDelivery>,
    /// To be shown beside it, in the reader's language (R22).
    pub notes: Vec<String>,
    /// Of the subscription now.
    pub version: i64,
}

/// A field to be typed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressFieldView {
    /// Which.
    pub field: AddressField,
    /// Why.
    pub problem: FieldProblem,
    /// What to type instead, in the reader's language.
    pub text: String,
}

/// A delivery and whether it is ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressedDelivery {
    /// When.
    pub date: Date,
    /// Of its order, where there is one.
    pub order_number: Option<OrderNumber>,
    /// Why it keeps its address.
    pub kept: Option<AddressKept>,
}

/// Why a delivery keeps its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressKept {
    /// It is before the chosen date.
    Earlier,
    /// It was ordered at checkout, with an address chosen from Amazon.
    Checkout,
    /// Captured, or the capture was asked for.
    Captured,
    /// On its way.
    Shipped,
    /// Canceled.
    Canceled,
}

impl AddressKept {
    /// Why an order keeps its address whatever date is chosen; `None` where a change may reach it (R21). In doubt about
    /// the money it keeps it.
    pub const fn of(order: OrderStatus, payment: PaymentState) -> Option<Self> {
        use PaymentState as P;
        match (order, payment) {
            (OrderStatus::Shipped, _) => Some(Self::Shipped),
            (OrderStatus::Canceled, _) | (_, P::Canceled | P::CancelFailed) => Some(Self::Canceled),
            (_, P::CapturePending | P::Captured | P::RefundPending | P::RefundFailed | P::Refunded) => {
                Some(Self::Captured)
            }
            (
                OrderStatus::New | OrderStatus::Preparing,
                P::AuthorizationPending
                | P::Authorized
                | P::AuthorizationDeclined
                | P::CaptureFailed
                | P::Expired
                | P::Unconfirmed,
            ) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R21: which orders keep their address, over every status and payment state.
    #[test]
    fn r21_captured_shipped_and_canceled_orders_keep_their_address() {
        use AddressKept as K;
        for payment in PaymentState::ALL {
            assert_eq!(K::of(OrderStatus::Shipped, payment), Some(K::Shipped));
            assert_eq!(K::of(OrderStatus::Canceled, payment), Some(K::Canceled));
            let expected = match payment.name() {
                "canceled" | "cancel_failed" => Some(K::Canceled),
                "captured" | "capture_pending" | "refunded" | "refund_pending" | "refund_failed" => {
                    Some(K::Captured)
                }
                _ => None,
            };
            assert_eq!(K::of(OrderStatus::New, payment), expected, "{payment}");
            assert_eq!(K::of(OrderStatus::Preparing, payment), expected, "{payment}");
        }
    }
}
