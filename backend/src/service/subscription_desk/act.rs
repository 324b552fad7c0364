//! What an operator does with a subscription: the same use case as on my page, in the operator's name (R23, R24).
//!
//! The address is the shopper's alone (R90).

use super::super::my_page::act::{By, Wish, change};
use super::super::my_page::{load_of_shop, told, write};
use super::super::shops::OpenShop;
use crate::app::App;
use crate::service::my_page::MyPageError;
use crate::store::Batch;
use crate::store::subscriptions::desk;
use shared::id::{OperatorId, SubscriptionId};
use shared::monthly_cap::Month;
use shared::subscription::{Actor, SubscriptionAction, SubscriptionRefused, judge};
use shared::subscription_event::Did;

/// Does it, if the subscription is still as it was seen.
///
/// # Errors
/// [`MyPageError`].
pub async fn act(
    app: &App,
    shop: &OpenShop,
    operator: &OperatorId,
    id: &SubscriptionId,
    version: i64,
    wish: Wish,
) -> Result<(), MyPageError> {
    let row = load_of_shop(app, shop, id, version).await?;
    change(app, shop, row, wish, By { actor: Actor::Operator, name: operator.as_str() }).await
}

/// Whoever asks for another address is told who changes it (R90).
///
/// # Errors
/// Always: [`MyPageError::Unknown`], or [`SubscriptionRefused::ShopperOnly`].
pub async fn change_address(app: &App, shop: &OpenShop, id: &SubscriptionId) -> Result<(), MyPageError> {
    let reader = app.store.reader().await?;
    let found = crate::store::subscriptions::find(&reader, &shop.id, id).await?;
    let row = found.ok_or(MyPageError::Unknown)?;
    judge(SubscriptionAction::ChangeAddress, Actor::Operator, &row.state)?;
    Err(SubscriptionRefused::ShopperOnly.into())
}

/// Takes an agreement that was ended at Amazon out of the queue (R24).
///
/// # Errors
/// [`MyPageError`]; [`SubscriptionRefused::State`] where it is not in the queue.
pub async fn acknowledge(
    app: &App,
    shop: &OpenShop,
    operator: &OperatorId,
    id: &SubscriptionId,
    version: i64,
) -> Result<(), MyPageError> {
    let now = app.clock.now();
    let row = load_of_shop(app, shop, id, version).await?;
    let reader = app.store.reader().await?;
    let listed = desk::find(&reader, &shop.id, id, Month::in_japan(now)).await?;
    drop(reader);
    if listed.is_none_or(|listed| listed.amazon_end_at.is_none()) {
        return Err(SubscriptionRefused::State.into());
    }
    let mut batch = Batch::from(told(&row, operator.as_str(), Did::Acknowledged, now));
    batch.push(desk::acknowledge(&shop.id, id, version, now.as_millisecond()));
    write(app, batch).await
}
