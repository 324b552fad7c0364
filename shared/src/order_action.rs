//! What may be done with an order now: one function for the page and for the server.
//!
//! The page leaves a refused action out or says why; the server refuses it whatever the page offered. Start at
//! [`judge`].

use crate::money::Yen;
use crate::order::{OrderOrigin, OrderStatus};
use crate::payment::{Payment, PaymentStatus};
use crate::payment_method::PaymentMethod;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a one-time charge permission lives: 180 days (reference, section 6.5).
pub const ONE_TIME_PERMISSION_LIFE: SignedDuration = SignedDuration::from_hours(180 * 24);

/// Something an operator may want to do with one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderAction {
    /// 決済済に変更する.
    Capture,
    /// 受注ステータスをキャンセルにする.
    Cancel,
    /// 一部返金.
    PartialRefund,
    /// 金額変更.
    ChangeAmount,
    /// 商品の切り替え.
    SwapItem,
    /// 再与信.
    Reauthorize,
    /// 決済方法の変更.
    ChangeMethod,
    /// 出荷準備中にする.
    Prepare,
    /// 発送済にする.
    Ship,
    /// 同梱.
    Bundle,
    /// お届け先・購入者情報の編集.
    EditBuyer,
    /// 対応の記録, after a キャンセルエラー.
    RecordRemedy,
    /// 再決済のご案内: a link that makes a new order of the same lines.
    SendPaymentLink,
    /// Amazonから再取得.
    Refetch,
}

impl OrderAction {
    /// Every action.
    pub const ALL: [Self; 14] = [
        Self::Capture,
        Self::Cancel,
        Self::PartialRefund,
        Self::ChangeAmount,
        Self::SwapItem,
        Self::Reauthorize,
        Self::ChangeMethod,
        Self::Prepare,
        Self::Ship,
        Self::Bundle,
        Self::EditBuyer,
        Self::RecordRemedy,
        Self::SendPaymentLink,
        Self::Refetch,
    ];
}

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub struct OrderFacts<'a> {
    /// How it is paid.
    pub method: PaymentMethod,
    /// Amazon's side, as far as we know it; of no meaning for other methods.
    pub payment: &'a Payment,
    /// Handling of the goods.
    pub order_status: OrderStatus,
    /// How it came about.
    pub origin: OrderOrigin,
    /// What is to be paid now.
    pub total: Yen,
    /// Whether a money action is open at Amazon.
    pub money_open: bool,
    /// When the charge permission began: the moment the order was placed.
    pub placed_at: Timestamp,
    /// Whether the order once was paid by Amazon Pay and left it.
    pub left_amazon_pay: bool,
    /// Whether a new order has taken its place.
    pub replaced: bool,
    /// Whether it belongs to a subscription, the first delivery included: its charge permission is a recurring one.
    pub recurring: bool,
}

/// Why an action is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ActionRefused {
    /// A money action is under way, or its answer is not known.
    #[error("a money action is under way")]
    InProgress,
    /// The order is canceled; it stays.
    #[error("the order is canceled")]
    OrderCanceled,
    /// A capture has been asked: amounts and items are locked.
    #[error("amounts are locked since the capture was asked")]
    AmountLocked,
    /// The payment's state forbids it.
    #[error("the payment's state forbids it")]
    PaymentState,
    /// The authorization has run out; authorize anew.
    #[error("the authorization has expired")]
    Expired,
    /// Older than the permission lives.
    #[error("the charge permission has ended")]
    PermissionEnded,
    /// Amazon Pay has not captured it: no shipping without a recorded reason.
    #[error("the order is not captured")]
    NotCaptured,
    /// Amazon Pay orders are excluded from it.
    #[error("Amazon Pay orders are excluded")]
    AmazonPayExcluded,
    /// Only for Amazon Pay orders.
    #[error("the order is not paid by Amazon Pay")]
    NotAmazonPay,
    /// The goods are on their way.
    #[error("the order has been shipped")]
    Shipped,
    /// There is nothing to do it to.
    #[error("there is nothing left to do")]
    Nothing,
    /// The buyer has ordered the same anew, or is about to: a second authorization would charge twice.
    #[error("a new order has taken its place, or is about to")]
    Replaced,
}

/// Whether `action` is allowed now.
///
/// # Errors
/// [`ActionRefused`], the first reason that applies.
pub fn judge(action: OrderAction, facts: &OrderFacts<'_>, now: Timestamp) -> Result<(), ActionRefused> {
    use ActionRefused as R;
    use OrderAction as A;
    let amazon = facts.method == PaymentMethod::AmazonPay;
    let canceled = facts.order_status == OrderStatus::Canceled;
    let money = matches!(
        action,
        A::Capture
            | A::Cancel
            | A::PartialRefund
            | A::ChangeAmount
            | A::SwapItem
            | A::Reauthorize
            | A::ChangeMethod
    );
    if money && amazon && (facts.money_open || matches!(facts.payment, Payment::Unconfirmed { .. })) {
        return Err(R::InProgress);
    }
    match action {
        A::Capture => {
            if !amazon {
                return Err(R::NotAmazonPay);
            }
            if canceled {
                return Err(R::OrderCanceled);
            }
            facts.payment.may_capture(facts.total, now).map_err(|_| match facts.payment {
                Payment::Expired { .. } => R::Expired,
                payment if payment.expires_at().is_some_and(|end| end <= now) => R::Expired,
                _ => R::PaymentState,
            })
        }
        A::Cancel => match (canceled, amazon) {
            // A cancel that Amazon refused may be tried again; any other cancel is over.
            (true, true) => match facts.payment {
                Payment::CancelFailed { .. } | Payment::RefundFailed { .. } => Ok(()),
                // Amazon had taken the money before it heard of the cancel: it has to go back.
                Payment::Captured { .. } => Ok(()),
                _ => Err(R::OrderCanceled),
            },
            (true, false) => Err(R::OrderCanceled),
            (false, true) => match facts.payment {
                // The money is on its way somewhere; where it ends has to be known first.
                Payment::CapturePending { .. } | Payment::RefundPending { .. } => Err(R::InProgress),
                _ => Ok(()),
            },
            (false, false) => Ok(()),
        },
        A::PartialRefund => match facts.payment {
            _ if !amazon => Err(R::NotAmazonPay),
            Payment::Captured { captured, refunded, .. }
            | Payment::RefundFailed { captured, refunded, .. } => {
                if captured > refunded {
                    Ok(())
                } else {
                    Err(R::Nothing)
                }
            }
            Payment::RefundPending { .. } => Err(R::InProgress),
            _ => Err(R::PaymentState),
        },
        A::ChangeAmount | A::SwapItem => {
            if canceled {
                Err(R::OrderCanceled)
            // Its points and coupons were given back when another order took its place.
            } else if facts.replaced {
                Err(R::Nothing)
            } else if !amazon {
                Ok(())
            } else {
                match facts.payment {
                    Payment::Authorized { .. }
                    | Payment::AuthorizationPending { .. }
                    | Payment::Expired { .. } => Ok(()),
                    // Opened again only if Amazon refused.
                    Payment::CaptureFailed { .. } => Ok(()),
                    Payment::AuthorizationDeclined { .. } | Payment::Canceled { .. } => Err(R::PaymentState),
                    _ => Err(R::AmountLocked),
                }
            }
        }
        A::Reauthorize => {
            if !amazon {
                return Err(R::NotAmazonPay);
            }
            if canceled {
                return Err(R::OrderCanceled);
            }
            // Paid by the order in its place: what a second charge would take is nobody's debt.
            if facts.replaced {
                return Err(R::Replaced);
            }
            let dead = matches!(facts.payment, Payment::Expired { .. })
                || matches!(facts.payment, Payment::AuthorizationDeclined { .. })
                || matches!(facts.payment, Payment::CaptureFailed { retry_until: None, .. });
            if !dead {
                return Err(R::PaymentState);
            }
            // A recurring permission lives as long as it is Chargeable (R48).
            let over = !facts.recurring && facts.placed_at + ONE_TIME_PERMISSION_LIFE <= now;
            if over { Err(R::PermissionEnded) } else { Ok(()) }
        }
        A::ChangeMethod => {
            if canceled {
                return Err(R::OrderCanceled);
            }
            // The order in its place is paid: this one is nobody's debt, by whatever method (R38).
            if facts.replaced {
                return Err(R::Replaced);
            }
            // Nothing is to be paid, by whatever method.
            if facts.method == PaymentMethod::NoCharge {
                return Err(R::PaymentState);
            }
            if !amazon {
                return Ok(());
            }
            match facts.payment.status() {
                PaymentStatus::Captured => Err(R::AmountLocked),
                PaymentStatus::Uncaptured => match facts.payment {
                    Payment::CapturePending { .. } => Err(R::InProgress),
                    _ => Ok(()),
                },
            }
        }
        A::Prepare => match facts.order_status {
            OrderStatus::New => Ok(()),
            OrderStatus::Canceled => Err(R::OrderCanceled),
            OrderStatus::Shipped => Err(R::Shipped),
            OrderStatus::Preparing => Err(R::Nothing),
        },
        A::Ship => match facts.order_status {
            OrderStatus::Canceled => Err(R::OrderCanceled),
            OrderStatus::Shipped => Err(R::Shipped),
            OrderStatus::New | OrderStatus::Preparing => {
                if amazon && !keeps_money(facts.payment) {
                    Err(R::NotCaptured)
                } else {
                    Ok(())
                }
            }
        },
        A::Bundle => {
            if amazon || facts.left_amazon_pay {
                Err(R::AmazonPayExcluded)
            } else if canceled {
                Err(R::OrderCanceled)
            } else if facts.order_status == OrderStatus::Shipped {
                Err(R::Shipped)
            } else {
                Ok(())
            }
        }
        A::EditBuyer => Ok(()),
        A::RecordRemedy => match facts.payment {
            Payment::RefundFailed { .. } | Payment::CancelFailed { .. } if amazon => Ok(()),
            _ => Err(R::Nothing),
        },
        A::SendPaymentLink => {
            let dead = amazon
                && matches!(
                    facts.payment,
                    Payment::AuthorizationDeclined { .. }
                        | Payment::Expired { .. }
                        | Payment::Canceled { .. }
                        | Payment::Refunded { .. }
                );
            // A part that is being given back leaves the order alive.
            let dead = dead
                || amazon
                    && match facts.payment {
                        Payment::RefundPending { captured, refunded, pending, .. } => {
                            canceled || captured.saturating_sub(*refunded) == *pending
                        }
                        _ => false,
                    };
            if facts.replaced {
                Err(R::Nothing)
            } else if dead {
                Ok(())
            } else {
                Err(R::PaymentState)
            }
        }
        A::Refetch => {
            if amazon || facts.left_amazon_pay {
                Ok(())
            } else {
                Err(R::NotAmazonPay)
            }
        }
    }
}

/// Whether money of the order is with the shop and stays there, wholly or in part: not where all of it is going back (R50).
pub fn keeps_money(payment: &Payment) -> bool {
    match payment {
        Payment::Captured { .. } | Payment::RefundFailed { .. } => true,
        Payment::RefundPending { captured, refunded, pending, .. } => {
            captured.saturating_sub(*refunded) > *pending
        }
        _ => false,
    }
}

/// How long after its end an authorization is made anew by the shop's setting alone (R48): a weekend, so that one whose end is
/// heard of late, or for which Amazon could not be reached, is not left out. An older one is an operator's to decide.
pub const AUTOMATIC_WITHIN: SignedDuration = SignedDuration::from_hours(72);

/// Whether the order may be authorized anew by itself, where the shop has set it so.
pub fn is_just_expired(payment: &Payment, now: Timestamp) -> bool {
    matches!(payment, Payment::Expired { at, .. } if now.duration_since(*at) <= AUTOMATIC_WITHIN)
}

/// How a cancel reaches Amazon: the one place that chooses (R35, R36).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancellation {
    /// Release the authorization; `close_permission` for a one-time order, never for a renewal.
    CancelCharge {
        /// Whether the charge permission is closed with it.
        close_permission: bool,
    },
    /// Give back what is left, in yen.
    Refund {
        /// Captured less refunded.
        amount: Yen,
    },
    /// Nothing stands at Amazon any more.
    Nothing,
}

/// How to cancel a payment in this state; [`judge`] has allowed it.
pub fn cancellation(payment: &Payment, origin: OrderOrigin) -> Cancellation {
    match payment {
        Payment::AuthorizationPending { .. }
        | Payment::Authorized { .. }
        | Payment::CaptureFailed { .. }
        | Payment::CancelFailed { .. } => {
            Cancellation::CancelCharge { close_permission: origin == OrderOrigin::Checkout }
        }
        Payment::Captured { captured, refunded, .. } | Payment::RefundFailed { captured, refunded, .. } => {
            Cancellation::Refund { amount: captured.saturating_sub(*refunded) }
        }
        Payment::Unconfirmed { .. }
        | Payment::AuthorizationDeclined { .. }
        | Payment::CapturePending { .. }
        | Payment::RefundPending { .. }
        | Payment::Refunded { .. }
        | Payment::Canceled { .. }
        | Payment::Expired { .. } => Cancellation::Nothing,
    }
}

/// What an identity-checking method (後払いドットコム, NP後払い …) needs before it may be chosen (R44).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityGap {
    /// 苗字.
    FamilyName,
    /// フリガナ.
    Kana,
    /// 電話番号.
    Phone,
    /// 郵便番号.
    PostalCode,
}

/// Where something is missing: in the delivery address, or in the member profile (a guest's buyer data).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodBlocker {
    /// Whether it is the delivery address; else the member profile or, for a guest, the buyer data.
    pub in_delivery_address: bool,
    /// What is missing.
    pub gap: IdentityGap,
}

/// Whether the method authorizes with the buyer's identity.
pub const fn needs_identity(method: PaymentMethod) -> bool {
    matches!(method, PaymentMethod::Deferred)
}

/// Whether `to` can be chosen at all for an order paid by `from` (R43, R44): Amazon Pay never, once left or not
/// begun with it; "no charge" is what an order of ¥0 has, and nobody chooses (R9).
///
/// # Errors
/// [`ActionRefused::AmazonPayExcluded`], [`ActionRefused::PaymentState`] and [`ActionRefused::Nothing`].
pub fn may_choose(from: PaymentMethod, to: PaymentMethod) -> Result<(), ActionRefused> {
    match (from, to) {
        (from, to) if from == to => Err(ActionRefused::Nothing),
        (_, PaymentMethod::AmazonPay) => Err(ActionRefused::AmazonPayExcluded),
        (PaymentMethod::NoCharge, _) | (_, PaymentMethod::NoCharge) => Err(ActionRefused::PaymentState),
        _ => Ok(()),
    }
}

/// How close an uncaptured authorization is to its end (R47).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiryWarning {
    /// Seven days are over: a capture may stay under way.
    Late,
    /// 25 days are over.
    Soon,
    /// 29 days are over.
    Last,
}

/// The warning for an authorization that ends at `expires_at`: counted from its end, so that Amazon's own expiry
/// governs.
pub fn expiry_warning(expires_at: Timestamp, now: Timestamp) -> Option<ExpiryWarning> {
    let left = expires_at.as_millisecond() - now.as_millisecond();
    let day = 24 * 60 * 60 * 1000;
    if left <= day {
        Some(ExpiryWarning::Last)
    } else if left <= 5 * day {
        Some(ExpiryWarning::Soon)
    } else if left <= 23 * day {
        Some(ExpiryWarning::Late)
    } else {
        None
    }
}

#[cfg(test)]
#[path = "order_action_tests.rs"]
mod tests;
