//! How the shop runs its subscriptions: read and changed at the console.

use super::settings_changes;
use super::shops::OpenShop;
use crate::app::App;
use crate::shop::{Shop, SubscriptionSettings};
use crate::store::{Batch, StoreError, Unmet, shops, subscriptions};
use shared::api::{SettingFault, SettingsArea, SubscriptionSettingsView};
use shared::id::OperatorId;

/// Why the settings are not changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A value cannot be.
    #[error(transparent)]
    Fault(SettingFault),
    /// Somebody else changed the shop since the page showed it.
    #[error("it was changed since the page showed it")]
    Changed,
    /// The database failed.
    #[error("the settings could not be read or stored")]
    Store(#[from] StoreError),
}

/// The settings as they are.
pub fn view(shop: &Shop) -> SubscriptionSettingsView {
    let settings = &shop.settings.subscriptions;
    SubscriptionSettingsView {
        first_delivery_days: settings.first_delivery_days,
        lead_days: settings.lead_days,
        monthly_cap: settings.monthly_cap,
        buyer_monthly_cap: settings.buyer_monthly_cap,
        at_cap: settings.at_cap,
        free_first: settings.free_first,
        at_amazon_end: settings.at_amazon_end,
        retry_days: settings.retry_days.clone(),
        notice_days: settings.notice_days,
        version: shop.version,
    }
}

/// Changes them. Subscriptions that have to be seen to earlier by it come up in time.
///
/// # Errors
/// [`SettingsError`].
pub async fn put(
    app: &App,
    shop: &OpenShop,
    operator: &OperatorId,
    request: SubscriptionSettingsView,
) -> Result<SubscriptionSettingsView, SettingsError> {
    if let Some(fault) = request.faults().first() {
        return Err(SettingsError::Fault(*fault));
    }
    let (moment, now) = (app.clock.now(), app.clock.now_ms());
    // As it is stored now: what another process has changed beside it stays.
    let reader = app.store.reader().await?;
    let stored = shops::find(&reader, &shop.id).await?.filter(|stored| stored.version == request.version);
    drop(reader);
    let mut changed = stored.ok_or(SettingsError::Changed)?;
    let former = changed.settings.subscriptions.clone();
    changed.settings.subscriptions = SubscriptionSettings {
        first_delivery_days: request.first_delivery_days,
        lead_days: request.lead_days,
        monthly_cap: request.monthly_cap,
        buyer_monthly_cap: request.buyer_monthly_cap,
        at_cap: request.at_cap,
        free_first: request.free_first,
        at_amazon_end: request.at_amazon_end,
        retry_days: request.retry_days,
        notice_days: request.notice_days,
    };
    // Looked at too early, a subscription rests again; too late would be too late.
    let earlier = i64::from(request.lead_days.saturating_sub(former.lead_days))
        + i64::from(request.notice_days.saturating_sub(former.notice_days));
    let mut batch = Batch::from(shops::save_settings(&changed, now));
    let changes = settings_changes::compare(&former, &changed.settings.subscriptions);
    let area = SettingsArea::Subscriptions;
    batch.extend(settings_changes::record(&shop.id, operator, area, changes, moment));
    if earlier > 0 {
        batch.push(subscriptions::see_to_earlier(&shop.id, earlier, now));
    }
    match app.store.write(batch).await {
        Ok(_) => {}
        Err(StoreError::Unmet(Unmet::Stale(_))) => return Err(SettingsError::Changed),
        Err(error) => return Err(error.into()),
    }
    app.shops.forget(&shop.id);
    app.work.notify_one();
    tracing::info!(shop.id = %shop.id, operator.id = %operator, "the settings of subscriptions were changed");
    changed.version += 1;
    Ok(view(&changed))
}
