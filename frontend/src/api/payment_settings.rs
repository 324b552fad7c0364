//! Requests of 設定 > 決済.

use super::operator::{Failure, call, read};
use shared::api::{Language, PaymentSettingsView, Token};
use shared::id::ShopId;

/// What the shop has set for its payments.
///
/// # Errors
/// Any problem, or no answer.
pub async fn settings(shop: &ShopId, language: Language) -> Result<PaymentSettingsView, Failure> {
    read(call("GET", &path(shop), language)).await
}

/// Changes that.
///
/// # Errors
/// `settings_changed`, or no answer.
pub async fn put_settings(
    shop: &ShopId,
    settings: &PaymentSettingsView,
    csrf: &Token,
    language: Language,
) -> Result<PaymentSettingsView, Failure> {
    read(call("PUT", &path(shop), language).csrf(csrf).body(settings)).await
}

fn path(shop: &ShopId) -> String {
    ["/api/shops/", shop.as_str(), "/payment-settings"].concat()
}
