//! What a subscription's deliveries cost now, as it is stored: agreed, told, and whether the notice went out (R26).

use super::shops::OpenShop;
use crate::store::mails::{self, PriceNotice};
use crate::store::subscriptions::Subscription;
use crate::store::{Reader, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;
use shared::catalogue::Product;
use shared::renewal_price::{Price, Prices};

/// What became of the notice of another price, if one was told.
///
/// # Errors
/// The database failed.
pub async fn notice(reader: &Reader, row: &Subscription) -> Result<PriceNotice, StoreError> {
    match row.told_price_at {
        Some(since) => mails::price_notice(reader, &row.shop_id, &row.first_order_id, &row.id, since).await,
        None => Ok(PriceNotice::default()),
    }
}

/// The prices of `row`, whose product the catalogue has as `product`.
pub fn prices(shop: &OpenShop, row: &Subscription, notice: PriceNotice, product: Option<&Product>) -> Prices {
    let shipping_fee = shop.settings.shipping_fee;
    let offer = |product: &Product| {
        let offer = product.subscription.as_ref()?;
        Some(Price { unit: offer.renewal_price(product.price), shipping_fee })
    };
    let moment = |at: i64| Timestamp::from_millisecond(at).ok();
    let told_at = row.told_price_at.and_then(moment).filter(|_| notice.lost > 0);
    Prices {
        agreed: row.agreed(),
        told: row.told.price,
        sent_at: notice.sent_at.and_then(moment),
        again_at: told_at.map(|at| at + Prices::again_after(notice.lost)),
        listed: product.and_then(offer),
        notice_days: shop.settings.subscriptions.notice_days,
        can_tell: shop.settings.smtp.is_some() && row.buyer_mail.is_some(),
    }
}

/// What a delivery on `delivery` costs, were it charged at `now`.
///
/// # Errors
/// The database failed.
pub async fn held(
    shop: &OpenShop,
    reader: &Reader,
    row: &Subscription,
    delivery: Date,
    now: Timestamp,
) -> Result<Price, StoreError> {
    let notice = notice(reader, row).await?;
    Ok(prices(shop, row, notice, None).held(delivery, now))
}
