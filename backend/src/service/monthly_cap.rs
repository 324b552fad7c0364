//! 月次の上限金額 in front of Amazon (R16–R18): which caps hold for a permission, what Amazon has counted of the month, and
//! the reservation of a charge that counts toward it.
//!
//! The caps are the shop's settings and Amazon's `limits`, the lower of the two; Amazon is asked before each charge,
//! because it counts what we may have missed. Start at [`hear`].

use super::pace;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::monthly_totals::{self, Caps, Reservation};
use crate::store::orders::Order;
use crate::store::{Batch, Reader, StoreError};
use amazon_pay::wire::ChargePermission;
use jiff::Timestamp;
use shared::id::ChargePermissionId;
use shared::money::Yen;
use shared::monthly_cap::{AMAZON_DEFAULT, Meter, Month};

/// Why the month of a permission could not be asked for.
#[derive(Debug, thiserror::Error)]
pub enum CapError {
    /// Amazon did not answer, or refused to tell.
    #[error("Amazon Pay could not be asked about the month")]
    Amazon(#[from] amazon_pay::Error),
    /// The database failed.
    #[error("the month could not be stored")]
    Store(#[from] StoreError),
}

/// The caps under a permission whose limit at Amazon is `limit` yen; where Amazon names none, its published one.
pub fn caps(shop: &OpenShop, limit: Option<Yen>) -> Caps {
    let settings = &shop.settings.subscriptions;
    let limit = limit.unwrap_or(AMAZON_DEFAULT);
    Caps {
        permission: settings.monthly_cap.map_or(limit, |own| own.min(limit)),
        buyer: settings.buyer_monthly_cap,
    }
}

/// The permission as Amazon has it now, and the caps that hold; what Amazon has counted of the month is taken into
/// our own count first.
///
/// # Errors
/// [`CapError`].
pub async fn hear(
    app: &App,
    shop: &OpenShop,
    permission: &ChargePermissionId,
) -> Result<(ChargePermission, Caps), CapError> {
    pace::turn(app, shop, amazon_pay::Operation::GetChargePermission).await?;
    // The month in which it was asked: an answer of the last second of a month is not believed of the next one.
    let asked_at = app.clock.now();
    let told = shop.amazon.charge_permission(permission, asked_at).await?;
    let limits = told.limits.as_ref();
    let limit = limits.and_then(|limits| limits.amount_limit).map(|limit| limit.yen());
    let caps = caps(shop, limit);
    let now = app.clock.now();
    if Month::in_japan(now) == Month::in_japan(asked_at) {
        app.store.write(heard(shop, &told, caps, now)).await?;
    }
    Ok((told, caps))
}

/// Takes what Amazon has counted of the month into our own count; nothing where it tells no balance.
fn heard(shop: &OpenShop, told: &ChargePermission, caps: Caps, now: Timestamp) -> Batch {
    let amount = |price: Option<amazon_pay::wire::Price>| price.map(|price| price.yen());
    let Some(limits) = &told.limits else { return Batch::new() };
    let (Some(limit), Some(balance)) = (amount(limits.amount_limit), amount(limits.amount_balance)) else {
        return Batch::new();
    };
    // Amazon's balance is of Amazon's limit: what is gone of it is gone of a lower cap, too.
    Batch::from(monthly_totals::heard(
        &shop.id,
        &told.charge_permission_id,
        Month::in_japan(now),
        caps.permission,
        limit.saturating_sub(balance),
        now.as_millisecond(),
    ))
}

/// What the order's charge number `attempt` counts in the month of `now`; `None` for an order that is no delivery of a
/// subscription, has no permission or no buyer: no monthly cap holds for it.
pub fn reservation(order: &Order, attempt: i64, now: Timestamp) -> Option<Reservation> {
    order.subscription.as_ref()?;
    Some(Reservation {
        shop_id: order.shop_id.clone(),
        order_id: order.id.clone(),
        attempt,
        permission: order.charge_permission_id.clone()?,
        buyer: order.buyer.id.clone()?,
        month: Month::in_japan(now),
        amount: order.total(),
    })
}

/// How much of the month is used under the permission by our own count; `None` where nothing was charged or heard.
///
/// # Errors
/// The database failed.
pub async fn meter(
    reader: &Reader,
    shop: &OpenShop,
    permission: &ChargePermissionId,
    month: Month,
) -> Result<Option<Meter>, StoreError> {
    let found = monthly_totals::find(reader, &shop.id, permission.as_str(), month).await?;
    Ok(found.map(|total| Meter { cap: total.cap, counted: total.used, amazon_balance: None }))
}
