//! Amazonから再取得 (R52): the order is brought up to date, and Amazon's objects are shown beside ours.

use super::desk::{self, DeskError};
use super::monthly_cap;
use super::reconcile_order::{ReconcileError, reconcile_order};
use super::shops::OpenShop;
use crate::app::App;
use crate::store::{orders, refunds};
use amazon_pay::wire::Timestamp;
use shared::api::AmazonObject;
use shared::id::OrderId;
use shared::order_action::{OrderAction, judge};

/// Asks Amazon for everything about the order.
///
/// # Errors
/// [`DeskError`].
pub async fn refetch_order(app: &App, shop: &OpenShop, id: &OrderId) -> Result<Vec<AmazonObject>, DeskError> {
    let reader = app.store.reader().await?;
    let order = orders::find(&reader, &shop.id, id).await?.ok_or(DeskError::Unknown)?;
    drop(reader);
    judge(OrderAction::Refetch, &desk::facts(&order, false), app.clock.now())?;
    match reconcile_order(app, shop, id).await {
        Ok(()) => {}
        Err(ReconcileError::Store(error)) => return Err(error.into()),
        // What could not be settled now is shown as it stands; Amazon's objects tell.
        Err(error) => {
            tracing::info!(order.id = %id, %error, "an order could not be settled while it was read again")
        }
    }
    let reader = app.store.reader().await?;
    let order = orders::find(&reader, &shop.id, id).await?.ok_or(DeskError::Unknown)?;
    let known = refunds::of(&reader, &shop.id, id).await?;
    drop(reader);

    let ms = |at: Option<Timestamp>| at.map(|at| at.get().as_millisecond());
    let now = app.clock.now();
    let mut found = Vec::new();
    if let Some(permission) = &order.charge_permission_id {
        let read =
            shop.amazon.charge_permission(permission, now).await.map_err(DeskError::AmazonUnavailable)?;
        if order.subscription.is_some() {
            monthly_cap::overheard(app, shop, &read, now).await?;
        }
        let limits = read.limits.unwrap_or_default();
        found.push(AmazonObject {
            kind: "charge_permission".to_owned(),
            id: read.charge_permission_id.to_string(),
            state: read.status_details.state.name().to_owned(),
            reasons: read
                .status_details
                .reasons
                .into_iter()
                .flatten()
                .map(|reason| reason.reason_code)
                .collect(),
            amount: limits.amount_limit.map(|price| price.yen()),
            second_amount: limits.amount_balance.map(|price| price.yen()),
            created_at: ms(read.creation_timestamp),
            updated_at: ms(read.status_details.last_updated_timestamp),
            expires_at: ms(read.expiration_timestamp),
        });
    }
    if let Some(charge) = &order.charge_id {
        let read = shop.amazon.charge(charge, now).await.map_err(DeskError::AmazonUnavailable)?;
        found.push(AmazonObject {
            kind: "charge".to_owned(),
            id: read.charge_id.to_string(),
            state: read.status_details.state.name().to_owned(),
            reasons: read.status_details.reason_code.into_iter().collect(),
            amount: Some(read.charge_amount.yen()),
            second_amount: read.capture_amount.map(|price| price.yen()),
            created_at: ms(read.creation_timestamp),
            updated_at: ms(read.status_details.last_updated_timestamp),
            expires_at: ms(read.expiration_timestamp),
        });
    }
    for refund in known.into_iter().filter_map(|row| row.amazon_id) {
        let read = shop.amazon.refund(&refund, now).await.map_err(DeskError::AmazonUnavailable)?;
        found.push(AmazonObject {
            kind: "refund".to_owned(),
            id: read.refund_id.to_string(),
            state: read.status_details.state.name().to_owned(),
            reasons: read.status_details.reason_code.into_iter().collect(),
            amount: Some(read.refund_amount.yen()),
            second_amount: None,
            created_at: ms(read.creation_timestamp),
            updated_at: ms(read.status_details.last_updated_timestamp),
            expires_at: None,
        });
    }
    Ok(found)
}
