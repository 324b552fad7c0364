//! マイページ > 定期購入リスト: what a member sees of their subscriptions and does with them (R20–R23).
//!
//! A subscription is the member's whose buyer id it carries; another's is not found. Everything is decided on the
//! version the page showed: of two tabs the later one is told, and changes nothing.

pub mod act;
pub mod change_address;
pub mod list;

use super::shops::OpenShop;
use super::sign_in_buyer::signed_in_member;
use crate::app::App;
use crate::secret;
use crate::store::subscriptions::{self, EventRow, Subscription};
use crate::store::{Batch, Statement, StoreError, Unmet, members};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shared::api::Token;
use shared::id::{BuyerId, SubscriptionId};
use shared::subscription::SubscriptionRefused;

/// Why nothing is shown or done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum MyPageError {
    /// No or an old token.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// No such subscription of this member.
    #[error("there is no such subscription")]
    Unknown,
    /// The subscription does not allow it.
    #[error(transparent)]
    Refused(#[from] SubscriptionRefused),
    /// A delivery would cost more than the monthly cap (R19).
    #[error("a delivery would be dearer than the monthly cap")]
    DearerThanCap,
    /// The address cannot be read.
    #[error("the address cannot be read")]
    Address,
    /// The shop does not deliver there (R13).
    #[error("the shop does not deliver there")]
    AreaNotServed,
    /// The database failed.
    #[error("the subscription could not be read or stored")]
    Store(#[from] StoreError),
}

/// What happened to a subscription by its shopper; no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Did {
    /// Left a delivery out.
    Skipped {
        /// Which.
        period: u32,
        /// Of when.
        date: Date,
    },
    /// Moved the next delivery.
    Moved {
        /// From when.
        from: Date,
        /// To when.
        to: Date,
    },
    /// How many pieces.
    QuantityChanged {
        /// Before.
        from: u32,
        /// Now.
        to: u32,
    },
    /// Another address; the address itself is not told.
    AddressChanged {
        /// From the delivery of this date on.
        from: Date,
    },
    /// Paused.
    Paused,
    /// Goes on.
    Resumed,
    /// Ended for good.
    Canceled,
    /// The charge permission was closed at Amazon.
    PermissionClosed,
}

impl Did {
    const fn name(&self) -> &'static str {
        match self {
            Self::Skipped { .. } => "skipped",
            Self::Moved { .. } => "moved",
            Self::QuantityChanged { .. } => "quantity_changed",
            Self::AddressChanged { .. } => "address_changed",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Canceled => "canceled",
            Self::PermissionClosed => "permission_closed",
        }
    }
}

/// Whose token it is.
///
/// # Errors
/// [`MyPageError::NotSignedIn`].
pub async fn buyer(app: &App, shop: &OpenShop, token: Option<&Token>) -> Result<BuyerId, MyPageError> {
    let token = token.ok_or(MyPageError::NotSignedIn)?;
    let member = signed_in_member(app, shop, token).await?.ok_or(MyPageError::NotSignedIn)?;
    let reader = app.store.reader().await?;
    members::buyer_of(&reader, &shop.id, &member).await?.ok_or(MyPageError::NotSignedIn)
}

/// The buyer's subscription as it was seen.
///
/// # Errors
/// [`MyPageError::Unknown`], [`SubscriptionRefused::Changed`].
async fn load(
    app: &App,
    shop: &OpenShop,
    buyer: &BuyerId,
    id: &SubscriptionId,
    version: i64,
) -> Result<Subscription, MyPageError> {
    let reader = app.store.reader().await?;
    let found = subscriptions::find(&reader, &shop.id, id).await?;
    let found = found.filter(|found| found.buyer_id == *buyer).ok_or(MyPageError::Unknown)?;
    if found.version == version { Ok(found) } else { Err(SubscriptionRefused::Changed.into()) }
}

/// An entry of what happened.
pub fn told(row: &Subscription, actor: &str, event: Did, now: Timestamp) -> Statement {
    let name = event.name();
    let entry = EventRow { at: now.as_millisecond(), actor: actor.to_owned(), event };
    subscriptions::happened(&row.shop_id, &row.id, &secret::timed_id(now), name, &entry)
}

/// Writes it; what somebody else wrote meanwhile is told, not overwritten.
async fn write(app: &App, batch: Batch) -> Result<(), MyPageError> {
    match app.store.write(batch).await {
        Ok(_) => {
            app.work.notify_one();
            Ok(())
        }
        Err(StoreError::Unmet(Unmet::Stale(_) | Unmet::AlreadyPlaced(_))) => {
            Err(SubscriptionRefused::Changed.into())
        }
        Err(error) => Err(error.into()),
    }
}
