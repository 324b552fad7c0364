//! Bodies of the order list, the order detail and bulk capture.

use super::{AddressView, LineView};
use crate::bulk_plan::BulkSteps;
use crate::cart::Totals;
use crate::id::{BulkRunId, OrderId, OrderNumber};
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
    /// Why, for 決済エラー, キャンセルエラー and 与信NG: Amazon's code.
    pub reason: Option<Reason>,
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

/// A chosen order and the version the operator saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChosenOrder {
    /// The order.
    pub id: OrderId,
    /// As the page had it; an order changed since is reported, not captured.
    pub version: i64,
}

/// `POST /api/shops/{shop}/bulk-captures`: 「決済済に変更する」 for the chosen orders. The run's id is made by
/// the page when the preview opens; pressing twice finds the first run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkCaptureRequest {
    /// Made by the page.
    pub run_id: BulkRunId,
    /// 1 to 500 orders.
    pub orders: Vec<ChosenOrder>,
}

/// `POST /api/shops/{shop}/bulk-runs`: 一括処理 with the ticked steps for the chosen orders; pressing twice finds the
/// first run. Also the body of `POST …/bulk-previews`, which does nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkRunRequest {
    /// Made by the page.
    pub run_id: BulkRunId,
    /// What is ticked.
    pub steps: BulkSteps,
    /// 1 to 500 orders.
    pub orders: Vec<ChosenOrder>,
}

/// `POST /api/shops/{shop}/bulk-previews`: what the run would do, and to which orders not and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkPreview {
    /// Every chosen order: waiting, or left out with the reason.
    pub items: Vec<BulkItem>,
    /// Orders that are not left out.
    pub included: usize,
    /// What these come to, in yen.
    pub total: Yen,
}

/// How far one order of a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Not begun.
    Waiting,
    /// Every step is done.
    Done,
    /// Amazon is still working on it (決済処理中), or the answer is not known (要照合).
    UnderWay,
    /// Refused; nothing was taken.
    Failed,
    /// Left out: changed since the preview, or not allowed.
    LeftOut,
}

/// One order of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkItem {
    /// The order.
    pub order_id: OrderId,
    /// As people say it.
    pub number: OrderNumber,
    /// What is to be captured.
    pub amount: Yen,
    /// How far it is.
    pub state: ItemState,
    /// Why it failed or was left out.
    pub problem: Option<super::Problem>,
}

/// `GET /api/shops/{shop}/bulk-captures/{run}`: also the answer to starting it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRunView {
    /// The run.
    pub run_id: BulkRunId,
    /// Every order of it.
    pub items: Vec<BulkItem>,
    /// Whether every order has its result.
    pub finished: bool,
}

/// One message of `GET /api/shops/{shop}/live` (server-sent events): fetch that order again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveHint {
    /// The order.
    pub order_id: OrderId,
    /// Its version now.
    pub version: i64,
}
