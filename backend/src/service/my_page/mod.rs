//! マイページ > 定期購入リスト: what a member sees of their subscriptions and does with them (R20–R23).
//!
//! A subscription is the member's whose buyer id it carries; another's is not found. Everything is decided on the
//! version the page showed: of two tabs the later one is told, and changes nothing.

pub mod act;
pub mod amazon_address;
pub mod change_address;
pub mod list;
pub mod orders;

use super::shops::OpenShop;
use super::sign_in_buyer::signed_in_member;
use crate::app::App;
use crate::secret;
use crate::shop::NoSuchPage;
use crate::store::subscriptions::{self, EventRow, Subscription};
use crate::store::{Batch, Statement, StoreError, Unmet, members};
use jiff::Timestamp;
use shared::api::Token;
use shared::id::{BuyerId, SubscriptionId};
use shared::money::Yen;
use shared::subscription::SubscriptionRefused;
pub use shared::subscription_event::Did;

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
    /// The month's cap has no room for the next delivery (R19).
    #[error("{remaining} of the month is left")]
    OverCap {
        /// Used of it.
        used: Yen,
        /// Left of it.
        remaining: Yen,
    },
    /// The address cannot be read.
    #[error("the address cannot be read")]
    Address,
    /// The page's `state` is none.
    #[error("the state is 22 to 64 characters of A-Z a-z 0-9 _ -")]
    State,
    /// The shop has no my page of its own in its settings.
    #[error(transparent)]
    NoSuchPage(#[from] NoSuchPage),
    /// The session is not this member's, is over, or holds no address.
    #[error("the session at Amazon has no address of this member")]
    NoAmazonAddress,
    /// Amazon did not answer.
    #[error("Amazon Pay could not be asked for the address")]
    AmazonUnavailable(#[source] amazon_pay::Error),
    /// The cursor is none of ours.
    #[error("the cursor is not readable")]
    Cursor,
    /// The shop does not deliver there (R13).
    #[error("the shop does not deliver there")]
    AreaNotServed,
    /// The database failed.
    #[error("the subscription could not be read or stored")]
    Store(#[from] StoreError),
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

/// The session ends; one that is over already changes nothing.
///
/// # Errors
/// The database failed.
pub async fn sign_out(app: &App, shop: &OpenShop, token: Option<&Token>) -> Result<(), MyPageError> {
    if let Some(token) = token {
        app.store.write(members::sign_out(&shop.id, &secret::token_hash(token))).await?;
    }
    Ok(())
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

/// The shop's subscription as an operator saw it.
///
/// # Errors
/// [`MyPageError::Unknown`], [`SubscriptionRefused::Changed`].
pub(in crate::service) async fn load_of_shop(
    app: &App,
    shop: &OpenShop,
    id: &SubscriptionId,
    version: i64,
) -> Result<Subscription, MyPageError> {
    let reader = app.store.reader().await?;
    let found = subscriptions::find(&reader, &shop.id, id).await?.ok_or(MyPageError::Unknown)?;
    if found.version == version { Ok(found) } else { Err(SubscriptionRefused::Changed.into()) }
}

/// An entry of what happened.
pub fn told(row: &Subscription, actor: &str, event: Did, now: Timestamp) -> Statement {
    let name = event.name();
    let entry = EventRow { at: now.as_millisecond(), actor: actor.to_owned(), event };
    subscriptions::happened(&row.shop_id, &row.id, &secret::timed_id(now), name, &entry)
}

/// Writes it; what somebody else wrote meanwhile is told, not overwritten.
pub(in crate::service) async fn write(app: &App, batch: Batch) -> Result<(), MyPageError> {
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
