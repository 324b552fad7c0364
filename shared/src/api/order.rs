//! Bodies of the order list and the order detail.

use super::{AddressView, LineView};
use crate::cart::Totals;
use crate::id::{OrderId, OrderNumber, ProductId, SubscriptionId};
use crate::money::Yen;
use crate::order::OrderStatus;
use crate::payment::{PaymentStatus, Reason};
use crate::payment_method::PaymentMethod;
use crate::status_icon::{Beside, StatusIcon};
use serde::{Deserialize, Serialize};

/// One row of the order list (受注一覧).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    /// Ours.
    pub id: OrderId,
    /// As people say it.
    pub number: OrderNumber,
    /// When it was placed.
    pub placed_at: i64,
    /// The buyer's name as Amazon gives it.
    pub buyer_name: String,
    /// What is to be paid.
    pub total: Yen,
    /// 受注ステータス.
    pub order_status: OrderStatus,
    /// 決済ステータス.
    pub payment_status: PaymentStatus,
    /// How it is paid.
    pub method: PaymentMethod,
    /// Derived; absent means a finished cancel (or a method without icons).
    pub icon: Option<StatusIcon>,
    /// What stands beside the icon.
    pub beside: Beside,
    /// Since when the payment stands as it does.
    #[serde(default)]
    pub payment_since: i64,
    /// Why, for 決済エラー, キャンセルエラー and 与信NG: Amazon's code.
    pub reason: Option<Reason>,
    /// Amazon's request id of the answer that said so; for its support.
    #[serde(default)]
    pub request_id: Option<String>,
    /// Whether a capture may be asked now; decided by the server.
    pub may_capture: bool,
    /// How close an uncaptured authorization is to its end (R47).
    #[serde(default)]
    pub expiry_warning: Option<crate::order_action::ExpiryWarning>,
    /// 異議申立て: a dispute is open (R61).
    #[serde(default)]
    pub disputed: bool,
    /// Rises with every change; a live hint names it.
    pub version: i64,
}

impl core::fmt::Debug for OrderRow {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "OrderRow({})", self.number)
    }
}

/// `GET /api/shops/{shop}/orders?before=CURSOR&limit=50`: newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPage {
    /// At most `limit` rows.
    pub orders: Vec<OrderRow>,
    /// For the next page; absent on the last.
    pub next: Option<String>,
}

/// One event of an order's timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// When.
    pub at: i64,
    /// Who: an operator's name, `amazon`, `shopper`, `noren`.
    pub actor: String,
    /// What, in Japanese.
    pub text_ja: String,
    /// What, in English.
    pub text_en: String,
    /// Amazon's request id, where one belongs to it.
    pub request_id: Option<String>,
}

/// `GET /api/shops/{shop}/orders/{id}` (受注詳細).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// The same as in the list.
    pub row: OrderRow,
    /// The lines.
    pub lines: Vec<LineView>,
    /// The shop's codes of the lines' products, in the same order.
    #[serde(default)]
    pub products: Vec<ProductId>,
    /// The totals.
    pub totals: Totals,
    /// Where it goes.
    pub address: Option<AddressView>,
    /// What a person has to complete.
    pub gaps: Vec<crate::address::AddressGap>,
    /// Delivery outside the served area, found after the payment.
    pub area_not_served: bool,
    /// The buyer's mail address.
    pub buyer_mail: Option<String>,
    /// Amazon's ids.
    pub charge_permission_id: Option<String>,
    /// Amazon's ids.
    pub charge_id: Option<String>,
    /// Newest last.
    pub timeline: Vec<TimelineEntry>,
    /// Actions, ledger, refunds and whatever else the desk needs.
    #[serde(default)]
    pub desk: super::DeskView,
}

impl core::fmt::Debug for OrderView {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "OrderView({})", self.row.number)
    }
}

/// A message `subscription` of `GET /api/shops/{shop}/live` (server-sent events): fetch that subscription again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionHint {
    /// The subscription.
    pub subscription_id: SubscriptionId,
    /// Its version now.
    pub version: i64,
}

/// A message `order` of `GET /api/shops/{shop}/live` (server-sent events): fetch that order again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveHint {
    /// The order.
    pub order_id: OrderId,
    /// Its version now.
    pub version: i64,
}
