//! What happened to an order, in order. Codes and amounts only; words are made when it is shown.

use super::{Reader, RowError, Statement, StoreError, Unmet, values};
use serde::{Deserialize, Serialize};
use shared::api::CorrectionKind;
use shared::id::{OrderId, ShopId};
use shared::money::Yen;
use shared::order_action::OrderAction;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Happened {
    /// The order was placed.
    Placed {
        /// Yen.
        total: Yen,
    },
    /// The payment took a fact in.
    Payment {
        /// Name of the event.
        fact: String,
        /// State before.
        from: String,
        /// State after.
        to: String,
        /// Amazon's code, if there is one.
        reason: Option<String>,
    },
    /// A fact that cannot be true of the state; kept, nothing changed.
    Contradiction {
        /// Name of the event.
        fact: String,
        /// The state.
        from: String,
    },
    /// An operator asked for the capture.
    CaptureAsked {
        /// Yen.
        amount: Yen,
    },
    /// Money went back that nobody asked for here: it was done in Seller Central.
    RefundedAtAmazon {
        /// Yen.
        amount: Yen,
    },
    /// The delivery address lies outside the served area, found after the payment.
    AreaNotServed,
    /// An operator did something, or asked Amazon for it.
    Desk {
        /// What.
        action: OrderAction,
        /// Yen, where money moves.
        amount: Option<Yen>,
        /// Old and new, or which parts were edited; no personal data.
        change: Option<String>,
    },
    /// 受注ステータス was set to what no action is called after.
    Status {
        /// Old and new.
        change: String,
    },
    /// A correction of points or a coupon was made in the shop's own system (反映済), or is due again (R92).
    Correction {
        /// Of what.
        kind: CorrectionKind,
        /// Yen the buyer gets back; below zero: is to be taken.
        amount: i64,
        /// Whether it is made.
        done: bool,
    },
    /// Something else worth a line.
    Noted {
        /// What.
        note: Note,
    },
}

/// Something worth a line that carries nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The charge permission was closed.
    PermissionClosed,
    /// Amazon told of a dispute.
    Disputed,
    /// The dispute was answered.
    DisputeAnswered,
    /// A new order came in this one's place.
    Replaced,
    /// The shopper told the name in parts in the review (R45).
    NameTold,
    /// This order came in another's place.
    Replaces,
    /// The order is shipped alone again.
    Unbundled,
    /// The order is shipped alone again: it, or the one it was shipped with, goes elsewhere or is canceled.
    Parted,
    /// Authorized anew by the shop's setting.
    Automatic,
    /// The buyer was asked to write to the shop: there was no page to pay again on.
    NoPageToPay,
}

/// A stored entry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Unix ms.
    pub at: i64,
    /// `shopper`, `amazon`, `noren`, or an operator's id.
    pub actor: String,
    /// What.
    pub happened: Happened,
    /// Amazon's request id.
    pub request_id: Option<String>,
}

/// Adds an entry.
pub fn add(shop: &ShopId, order: &OrderId, entry_id: &str, entry: &Entry) -> Statement {
    Statement::new(
        "insert into timeline (shop_id, order_id, entry_id, at, actor, event, detail, request_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        values![
            shop,
            order,
            entry_id,
            entry.at,
            &entry.actor,
            entry.happened.name(),
            super::json_text(&entry.happened),
            entry.request_id.as_ref()
        ],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("timeline"))
}

/// Adds an entry unless the very same stands there since the payment last changed: what is reported again and again
/// is told once.
pub fn add_once(shop: &ShopId, order: &OrderId, entry_id: &str, entry: &Entry) -> Statement {
    Statement::new(
        "insert into timeline (shop_id, order_id, entry_id, at, actor, event, detail, request_id)
         select $1, $2, $3, $4, $5, $6, $7, $8
          where not exists (
            select 1 from timeline as told
             where told.shop_id = $1 and told.order_id = $2 and told.event = $6 and told.detail = $7
               and told.entry_id > (
                 select coalesce(max(change.entry_id), '') from timeline as change
                  where change.shop_id = $1 and change.order_id = $2 and change.event = 'payment'))",
        values![
            shop,
            order,
            entry_id,
            entry.at,
            &entry.actor,
            entry.happened.name(),
            super::json_text(&entry.happened),
            entry.request_id.as_ref()
        ],
    )
}

/// The order's entries, oldest first; the newest 500.
pub async fn of(reader: &Reader, shop: &ShopId, order: &OrderId) -> Result<Vec<Entry>, StoreError> {
    let rows = reader
        .rows(
            "select at, actor, detail, request_id from timeline where shop_id = $1 and order_id = $2
             order by entry_id desc limit 500",
            values![shop, order],
        )
        .await?;
    Ok(rows
        .iter()
        .rev()
        .map(|row| {
            Ok(Entry {
                at: row.int("at")?,
                actor: row.text("actor")?.to_owned(),
                happened: super::json(row, "detail")?,
                request_id: row.opt_text("request_id")?.map(str::to_owned),
            })
        })
        .collect::<Result<_, RowError>>()
        .map_err(|error| error.of("timeline", order.as_str()))?)
}

impl Happened {
    /// The name stored beside the detail.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Placed { .. } => "placed",
            Self::Payment { .. } => "payment",
            Self::Contradiction { .. } => "contradiction",
            Self::CaptureAsked { .. } => "capture_asked",
            Self::RefundedAtAmazon { .. } => "refunded_at_amazon",
            Self::AreaNotServed => "area_not_served",
            Self::Desk { .. } => "desk",
            Self::Status { .. } => "status",
            Self::Correction { .. } => "correction",
            Self::Noted { .. } => "noted",
        }
    }
}
