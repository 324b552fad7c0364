//! How the shop takes payments: read and changed at the console.

use super::settings_changes;
use super::shops::OpenShop;
use super::subscription_settings::SettingsError;
use crate::app::App;
use crate::shop::Shop;
use crate::store::{Batch, StoreError, Unmet, shops};
use shared::api::{PaymentSettingsView, SettingsArea};
use shared::id::OperatorId;

/// The settings as they are.
pub fn view(shop: &Shop) -> PaymentSettingsView {
    PaymentSettingsView {
        reauthorize_automatically: shop.settings.reauthorize_automatically,
        can_handle_pending_authorization: shop.settings.can_handle_pending_authorization,
        ask_name: shop.settings.ask_name,
        version: shop.version,
    }
}

/// Changes them, for what is asked of Amazon from then on: no order is touched by it.
///
/// # Errors
/// [`SettingsError::Changed`], or the database failed.
pub async fn put(
    app: &App,
    shop: &OpenShop,
    operator: &OperatorId,
    request: PaymentSettingsView,
) -> Result<PaymentSettingsView, SettingsError> {
    let (moment, now) = (app.clock.now(), app.clock.now_ms());
    // As it is stored now: what another process has changed beside it stays.
    let reader = app.store.reader().await?;
    let stored = shops::find(&reader, &shop.id).await?.filter(|stored| stored.version == request.version);
    drop(reader);
    let mut changed = stored.ok_or(SettingsError::Changed)?;
    let former = view(&changed);
    changed.settings.reauthorize_automatically = request.reauthorize_automatically;
    changed.settings.can_handle_pending_authorization = request.can_handle_pending_authorization;
    changed.settings.ask_name = request.ask_name;
    let mut batch = Batch::from(shops::save_settings(&changed, now));
    let changes = settings_changes::compare(&former, &view(&changed));
    batch.extend(settings_changes::record(&shop.id, operator, SettingsArea::Payments, changes, moment));
    match app.store.write(batch).await {
        Ok(_) => {}
        Err(StoreError::Unmet(Unmet::Stale(_))) => return Err(SettingsError::Changed),
        Err(error) => return Err(error.into()),
    }
    app.shops.forget(&shop.id);
    tracing::info!(shop.id = %shop.id, operator.id = %operator, "the settings of payments were changed");
    changed.version += 1;
    Ok(view(&changed))
}
