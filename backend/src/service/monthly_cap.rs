//! 月次の上限金額 in front of Amazon (R16–R18): which caps hold for a permission, what Amazon has counted of the month, and
//! the reservation of a charge that counts toward it.
//!
//! The caps are the shop's settings and Amazon's `limits`, the lower of the two; Amazon is asked before each charge,
//! because it counts what we may have missed. Start at [`hear`].

use super::pace;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::checkouts::CheckoutRow;
use crate::store::monthly_totals::{self, BuyerCharge, Caps, MonthlyTotal, Reservation, again};
use crate::store::orders::Order;
use crate::store::{Batch, Reader, StoreError, Unmet, subscriptions};
use amazon_pay::wire::ChargePermission;
use jiff::Timestamp;
use shared::id::{BuyerId, ChargePermissionId};
use shared::money::Yen;
use shared::monthly_cap::{AMAZON_DEFAULT, Meter, Month};

pub use shared::monthly_cap::OVER_CAP;

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
    let caps = take_over(app, shop, &told, asked_at).await?;
    Ok((told, caps))
}

/// [`take_over`], once the subscription stands: before that its first charge is not counted by us yet, and would be
/// counted twice.
///
/// # Errors
/// The database failed.
pub async fn overheard(
    app: &App,
    shop: &OpenShop,
    told: &ChargePermission,
    asked_at: Timestamp,
) -> Result<(), StoreError> {
    let reader = app.store.reader().await?;
    let begun = subscriptions::find_by_permission(&reader, &shop.id, &told.charge_permission_id).await?;
    drop(reader);
    if begun.is_some() {
        take_over(app, shop, told, asked_at).await?;
    }
    Ok(())
}

/// Takes what Amazon said of the permission, asked at `asked_at`, into our own count: its limit at once, raised or lowered,
/// and what it has counted beyond us. The caps that hold from now on.
///
/// # Errors
/// The database failed.
pub async fn take_over(
    app: &App,
    shop: &OpenShop,
    told: &ChargePermission,
    asked_at: Timestamp,
) -> Result<Caps, StoreError> {
    let limits = told.limits.as_ref();
    let limit = limits.and_then(|limits| limits.amount_limit).map(|limit| limit.yen());
    let caps = caps(shop, limit);
    let now = app.clock.now();
    let heard = heard(shop, told, caps, now);
    if Month::in_japan(now) == Month::in_japan(asked_at) && !heard.is_empty() {
        app.store.write(heard).await?;
    }
    Ok(caps)
}

/// What Amazon has counted of the month; nothing where it tells no balance.
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

/// What a subscription's checkout takes of its buyer's month before Amazon is asked to complete it (R18). Its permission
/// does not exist yet, and begins with a month of its own.
pub fn of_checkout(shop: &OpenShop, row: &CheckoutRow, buyer: Option<&BuyerId>, now: Timestamp) -> Batch {
    let (Some(_), Some(buyer), false) = (&row.cart.subscription, buyer, row.total.is_zero()) else {
        return Batch::new();
    };
    let Some(cap) = shop.settings.subscriptions.buyer_monthly_cap else { return Batch::new() };
    let charge = BuyerCharge {
        shop_id: &row.shop_id,
        order_id: &row.order_id,
        buyer,
        month: Month::in_japan(now),
        amount: row.total,
    };
    monthly_totals::reserve_of_buyer(&charge, cap, now.as_millisecond())
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

/// Moves what the checkout's own charge counts in to the month in which Amazon made it, at `created`: nothing where it
/// stands there already, or the order's charge is a later one. A completion that was lost at a month's end and sent
/// again on the 1st is of the new month (R17).
///
/// # Errors
/// The database failed.
pub async fn first_made(app: &App, order: &Order, created: Option<Timestamp>) -> Result<Batch, StoreError> {
    let first = order.subscription.as_ref().is_some_and(|of| of.period == 1);
    let Some(created) = created.filter(|_| first && order.desk.former_charges.is_empty()) else {
        return Ok(Batch::new());
    };
    let month = Month::in_japan(created);
    let reader = app.store.reader().await?;
    let kept = monthly_totals::reservation(&reader, &order.shop_id, &order.id, 0).await?;
    let moves = kept.is_some_and(|(kept, state)| kept.month != month && state == "charged");
    Ok(match moves {
        true => monthly_totals::made_in(&order.shop_id, &order.id, 0, month, app.clock.now_ms()),
        false => Batch::new(),
    })
}

/// Whether the order's charge number `attempt` may be sent now: Amazon makes it in the month of the call that reaches it,
/// so one that was reserved in another month is counted in this one, too, before its bytes go out; what it comes to is
/// settled by Amazon's `creationTimestamp`. `false` where this month has no room for it (R18).
///
/// # Errors
/// [`CapError`].
pub async fn may_send(app: &App, shop: &OpenShop, order: &Order, attempt: i64) -> Result<bool, CapError> {
    if order.subscription.is_none() {
        return Ok(true);
    }
    let counted = async || {
        let reader = app.store.reader().await?;
        let found = monthly_totals::reservation(&reader, &shop.id, &order.id, attempt).await?;
        let months = again::months(&reader, &shop.id, &order.id, attempt).await?;
        Ok::<_, StoreError>(found.filter(|(_, state)| state == "reserved").map(|(kept, _)| (kept, months)))
    };
    let Some((kept, months)) = counted().await? else { return Ok(true) };
    if months.contains(&Month::in_japan(app.clock.now())) {
        return Ok(true);
    }
    let (_, caps) = hear(app, shop, &kept.permission).await?;
    let now = app.clock.now();
    let month = Month::in_japan(now);
    match app.store.write(again::reserve(&kept, month, caps, now.as_millisecond())).await {
        Ok(_) => Ok(true),
        Err(StoreError::Unmet(Unmet::OverCap(_))) => Ok(false),
        // Somebody else did so, or has settled it: then nobody sends it for the sake of this look.
        Err(StoreError::Unmet(unmet)) => match counted().await? {
            Some((_, months)) if months.contains(&month) => Ok(true),
            _ => Err(StoreError::Unmet(unmet).into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// How much of the month is used by our own count: under the permission, and by the buyer where the shop has set a cap
/// for that.
///
/// # Errors
/// The database failed.
pub async fn meters(
    reader: &Reader,
    shop: &OpenShop,
    permission: &ChargePermissionId,
    buyer: &BuyerId,
    caps: Caps,
    month: Month,
) -> Result<Vec<Meter>, StoreError> {
    let found = monthly_totals::find(reader, &shop.id, permission.as_str(), month).await?;
    let of = |cap, found: Option<MonthlyTotal>| Meter {
        cap,
        counted: found.map_or(Yen::ZERO, |total| total.used),
        amazon_balance: None,
    };
    let mut meters = vec![of(caps.permission, found)];
    meters.extend(buyer_meter(reader, shop, buyer, month).await?);
    Ok(meters)
}

/// How much of the month the buyer has used over all permissions; `None` where the shop has set no cap for that.
///
/// # Errors
/// The database failed.
pub async fn buyer_meter(
    reader: &Reader,
    shop: &OpenShop,
    buyer: &BuyerId,
    month: Month,
) -> Result<Option<Meter>, StoreError> {
    let Some(cap) = shop.settings.subscriptions.buyer_monthly_cap else { return Ok(None) };
    let found = monthly_totals::find(reader, &shop.id, &monthly_totals::buyer_subject(buyer), month).await?;
    let counted = found.map_or(Yen::ZERO, |total| total.used);
    Ok(Some(Meter { cap, counted, amazon_balance: None }))
}
