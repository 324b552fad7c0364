//! Bodies of 一括処理: what is ticked for which orders, the preview of it, the run and its results (R32, R33).

use super::{MailState, Problem};
use crate::bulk_plan::{BulkEffect, BulkSteps};
use crate::id::{BulkRunId, OrderId, OrderNumber};
use crate::mail::MailKind;
use crate::money::Yen;
use serde::{Deserialize, Serialize};

/// A chosen order and the version the operator saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChosenOrder {
    /// The order.
    pub id: OrderId,
    /// As the page had it; an order changed since is reported, and nothing is done with it.
    pub version: i64,
}

/// `POST /api/shops/{shop}/bulk-runs`: 一括処理 with the ticked steps for the chosen orders. The run's id is made by the
/// page when the preview opens; pressing twice finds the first run. Also the body of `POST …/bulk-previews`, which does
/// nothing.
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
    /// What happens to them, in the order of the steps; only what happens to one at least.
    pub effects: Vec<EffectFigure>,
    /// The mails, where 「受注対応メールを送信する」 is ticked.
    pub mail: Option<MailFigures>,
}

/// How many orders something happens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectFigure {
    /// What happens.
    pub effect: BulkEffect,
    /// To how many orders.
    pub orders: usize,
    /// Yen that are asked for, let go or given back; 0 where no money moves.
    pub amount: Yen,
}

/// The mails of a run: how many of which template, and how many orders get none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailFigures {
    /// By template; only those of which one at least goes out.
    pub kinds: Vec<MailFigure>,
    /// Orders whose 受注ステータス has no template.
    pub no_template: usize,
    /// Orders whose buyer has no mail address.
    pub no_address: usize,
    /// The shop has no mail server: no mail goes out at all.
    pub no_server: bool,
}

/// How many mails of one template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailFigure {
    /// The template.
    pub kind: MailKind,
    /// Mails.
    pub count: usize,
}

/// How far one order of a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Not begun.
    Waiting,
    /// Every step is done.
    Done,
    /// Amazon is still working on it (決済処理中).
    UnderWay,
    /// 確認中: nobody knows yet what became of the question to Amazon (要照合). Steps that hang on it follow by
    /// themselves once it is known.
    Unconfirmed,
    /// A step was refused; the later ones were not begun.
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
    /// The order's total when the run began, in yen.
    pub amount: Yen,
    /// How far it is.
    pub state: ItemState,
    /// Why it failed or was left out.
    pub problem: Option<Problem>,
    /// How far its mail is; absent where none was put in.
    #[serde(default)]
    pub mail: Option<MailState>,
    /// While it is 確認中: since when, Unix ms.
    #[serde(default)]
    pub since: Option<i64>,
    /// While it is 確認中: whether later steps wait for it; these can be let go (`POST …/let-go`).
    #[serde(default)]
    pub goes_on: bool,
}

/// `POST /api/shops/{shop}/bulk-runs/{run}/let-go`: the operator takes what is left of an order's steps upon themselves
/// (あとで自分で行う). Answers with the run; what has begun meanwhile stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetGoRequest {
    /// An order of the run that is 確認中.
    pub order_id: OrderId,
}

/// `GET /api/shops/{shop}/bulk-runs/{run}`: also the answer to starting it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRunView {
    /// The run.
    pub run_id: BulkRunId,
    /// What was ticked.
    pub steps: BulkSteps,
    /// Every order of it.
    pub items: Vec<BulkItem>,
    /// Whether nothing is left to be begun: every order has its result or is 確認中.
    pub finished: bool,
}

/// `GET /api/shops/{shop}/bulk-runs`: the newest runs of the shop, whoever started them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRuns {
    /// At most 20, the newest first.
    pub runs: Vec<BulkRunSummary>,
}

/// A run without its orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRunSummary {
    /// The run.
    pub run_id: BulkRunId,
    /// The name of the operator who started it.
    pub by: String,
    /// Unix ms.
    pub started_at: i64,
    /// Whether it was started within the last 24 hours.
    pub recent: bool,
    /// Whether nothing is left to be begun.
    pub finished: bool,
    /// Its orders by how far the run brought them; only states of which there is one at least. An order that was under
    /// way then may have ended since: the run itself tells.
    pub counts: Vec<ItemCount>,
}

/// How many orders of a run are that far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemCount {
    /// How far.
    pub state: ItemState,
    /// Orders.
    pub orders: usize,
}
