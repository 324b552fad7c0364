//! マイページ > 定期購入リスト: what a member sees of their own subscriptions and does with them.

use super::{LineView, Pages};
use crate::address::DeliveryAddress;
use crate::address_form::{AddressField, AddressForm, FieldProblem};
use crate::cycle::Cycle;
use crate::day::Day;
use crate::id::{CheckoutSessionId, OrderNumber, ProductId, SubscriptionId};
use crate::money::Yen;
use crate::monthly_cap::{Month, NoRoom};
use crate::order::OrderStatus;
use crate::payment::PaymentState;
use crate::subscription::{AddressSource, EndReason, SubscriptionAction, SubscriptionState};
use serde::{Deserialize, Serialize};

/// `GET …/member/subscriptions`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MySubscriptions {
    /// Who is signed in.
    pub member: MyProfile,
    /// The member's, the oldest first.
    pub subscriptions: Vec<MySubscription>,
    /// To be shown beside them, in the reader's language (R22).
    pub notes: Vec<String>,
}

/// 会員情報: what the shop keeps of whoever is signed in (R91).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyProfile {
    /// As Amazon gave it at the last sign-in.
    pub name: String,
    /// As Amazon gave it at the last sign-in.
    pub mail: Option<String>,
    /// Of the first sign-in, Unix ms.
    pub since: i64,
}

/// How far a subscription has come, as its member is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum MyState {
    /// Deliveries go on.
    Active,
    /// 休止中.
    Paused,
    /// お支払い方法の変更待ち.
    PaymentNeeded,
    /// 終了.
    Ended {
        /// Why.
        reason: EndReason,
    },
}

impl From<SubscriptionState> for MyState {
    fn from(state: SubscriptionState) -> Self {
        match state {
            SubscriptionState::Active => Self::Active,
            SubscriptionState::Paused { .. } => Self::Paused,
            SubscriptionState::PaymentNeeded { .. } => Self::PaymentNeeded,
            SubscriptionState::Ended { reason, .. } => Self::Ended { reason },
        }
    }
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
    pub state: MyState,
    /// Deliveries that are ordered and not on their way yet, the nearest first: nothing about them is changed by a change
    /// of the subscription but, where it reaches them, the address.
    pub ordered: Vec<OrderedDelivery>,
    /// The next deliveries that are not ordered yet; none once it has ended.
    pub upcoming: Vec<UpcomingDelivery>,
    /// A delivery that waits for the next month, because this one's cap has no room for it (R19).
    #[serde(default)]
    pub deferred: Option<DeferredDelivery>,
    /// Where the first of them goes.
    pub address: Option<DeliveryAddress>,
    /// Where that address came from.
    pub address_source: Option<AddressSource>,
    /// Amazon's text of the payment method; never parsed.
    pub payment_text: Option<String>,
    /// Where the payment method is changed, at Amazon; none once the agreement there has ended.
    pub payment_url: Option<String>,
    /// This month's cap.
    pub month: MonthView,
    /// What becomes of the next delivery where the cap has no room for it; absent where it has, where one waits already
    /// and where nothing is delivered.
    #[serde(default)]
    pub no_room: Option<NoRoom>,
    /// What may be done now.
    pub actions: Vec<SubscriptionAction>,
    /// The first date the next delivery may be moved to.
    pub earliest: Day,
    /// To be sent back with an action: who acts on an older one changes nothing.
    pub version: i64,
}

/// A delivery that is being prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderedDelivery {
    /// When.
    pub date: Day,
    /// Of its order.
    pub order_number: OrderNumber,
}

/// A delivery that the month has no room for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeferredDelivery {
    /// When it was to come.
    pub planned: Day,
    /// It is charged on this day, not before.
    pub charge: Day,
    /// When it comes now.
    pub date: Day,
    /// The delivery after it, as planned, where it follows so soon that both look like the same one.
    #[serde(default)]
    pub following: Option<Day>,
}

/// A delivery to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpcomingDelivery {
    /// From 1, counted over the whole life.
    pub period: u32,
    /// When.
    pub date: Day,
}

/// How much of a month's cap is used: of the permission's or the buyer's over all subscriptions, whichever has less room.
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
    pub date: Day,
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
    pub from: Option<Day>,
    /// As typed; or else `amazon_checkout_session_id`.
    #[serde(default)]
    pub address: Option<AddressForm>,
    /// The session in which it was chosen from Amazon.
    #[serde(default)]
    pub amazon_checkout_session_id: Option<CheckoutSessionId>,
}

/// `POST …/address/amazon`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmazonAddressRequest {
    /// 22 to 64 characters of `A-Z a-z 0-9 _ -`; comes back in `noren_state`.
    pub state: String,
    /// Which my page the shopper comes back to.
    #[serde(default)]
    pub pages: Pages,
}

/// `GET …/member/orders`: ご注文履歴.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyOrders {
    /// The latest first.
    pub orders: Vec<MyOrder>,
    /// `before` of the next page, if there is one.
    pub next: Option<String>,
}

/// An order as its buyer sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyOrder {
    /// As people say it.
    pub number: OrderNumber,
    /// When it was ordered, Unix ms.
    pub placed_at: i64,
    /// What was bought.
    pub lines: Vec<LineView>,
    /// What was or will be paid.
    pub total: Yen,
    /// How it stands, in one word of the reader's language.
    pub label: String,
    /// What that means for goods and money, in the reader's language.
    pub text: String,
    /// Of a subscription: when it is delivered.
    pub delivery: Option<Day>,
}

/// What a change of the address reaches.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressChangeView {
    /// Fields to be typed again; nothing is changed while there are any.
    pub errors: Vec<AddressFieldView>,
    /// As it will stand on the parcel.
    pub address: Option<DeliveryAddress>,
    /// From the delivery of this date on.
    pub from: Day,
    /// Deliveries that go to the new address; the next ones that are not ordered yet among them.
    pub reached: Vec<AddressedDelivery>,
    /// Deliveries that keep their address.
    pub kept: Vec<AddressedDelivery>,
    /// To be shown beside it, in the reader's language (R22).
    pub notes: Vec<String>,
    /// Whether the shop confirms the change by mail.
    pub mailed: bool,
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
    pub date: Day,
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

impl OrderedDelivery {
    /// Whether an order with these states is still to be sent: neither on its way nor given up, and its payment not
    /// refused.
    pub const fn is_coming(order: OrderStatus, payment: PaymentState) -> bool {
        use PaymentState as P;
        matches!(order, OrderStatus::New | OrderStatus::Preparing)
            && matches!(
                payment,
                P::AuthorizationPending
                    | P::Authorized
                    | P::CapturePending
                    | P::CaptureFailed
                    | P::Captured
                    | P::Expired
                    | P::Unconfirmed
            )
    }
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

    /// R20: an order that is shipped, canceled, refused or paid back is not being prepared.
    #[test]
    fn r20_what_is_being_prepared_over_every_state() {
        for payment in PaymentState::ALL {
            let over = matches!(
                payment.name(),
                "authorization_declined"
                    | "refund_pending"
                    | "refund_failed"
                    | "refunded"
                    | "cancel_failed"
                    | "canceled"
            );
            for order in OrderStatus::ALL {
                let open = matches!(order, OrderStatus::New | OrderStatus::Preparing);
                assert_eq!(OrderedDelivery::is_coming(order, payment), open && !over, "{order:?} {payment}");
            }
        }
    }

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
