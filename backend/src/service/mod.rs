//! Use cases, one per file: read, decide with the rules of `shared`, write one batch.
//!
//! No HTTP and no JSON bodies' shapes here. Each use case has its own error; `http/error.rs` gives it a code.

mod ask_name;
pub mod begin_subscription;
mod bulk_money;
pub mod bulk_preview;
pub mod bulk_run;
mod bulk_status;
mod bulk_steps;
pub mod bundle_orders;
pub mod cancel_order;
pub mod capture_order;
pub mod change_amount;
pub mod change_method;
pub mod checkout_error;
pub mod checkout_story;
pub mod close_permission;
pub mod close_subscription;
pub mod complete_checkout;
pub mod compose_mail;
pub mod count_decisions;
pub mod dashboard;
pub mod desk;
pub mod desk_inbox;
pub mod desk_view;
pub mod edit_buyer;
pub mod enter_order;
pub mod expiry;
pub mod export_orders;
pub mod index_order;
pub mod kept_cart;
pub mod list_orders;
pub mod live;
pub mod lost_charge;
pub mod mail_outbox;
pub mod mail_settings;
pub mod mail_templates;
pub mod monthly_cap;
pub mod my_page;
pub mod notification_story;
pub mod open_checkout;
pub mod operators;
pub mod order_change;
pub mod order_views;
pub mod pace;
pub mod password;
pub mod patrol;
pub mod payment_settings;
pub mod place_order;
pub mod postal_codes;
pub mod press_order;
pub mod products;
pub mod quote;
pub mod reauthorize_order;
pub mod receive_dispute;
pub mod receive_notification;
pub mod reconcile_order;
pub mod record_remedy;
pub mod refetch_order;
pub mod refresh_mail;
pub mod refund_order;
pub mod renew_subscription;
pub mod renewal_price;
pub mod review_checkout;
pub mod saved_views;
pub mod seed;
pub mod send_mail;
pub mod send_payment_link;
pub mod set_status;
pub mod settings_changes;
pub mod settle_checkout;
pub mod shops;
pub mod sign_in_buyer;
pub mod start_checkout;
pub mod subscription_desk;
pub mod subscription_settings;
pub mod swap_item;
pub mod sweep;
mod take_step;
pub mod tell_subscription;
pub mod tend_subscription;

pub use crate::store::StoreError;

use crate::app::App;

/// Whether the database answers.
///
/// # Errors
/// [`StoreError`] when it does not.
pub async fn check_storage(app: &App) -> Result<(), StoreError> {
    app.store.reader().await?.row("select 1 as one", Vec::new()).await.map(drop)
}

/// The date of `now` in Japan, which has had one offset and no summer time since 1951.
pub fn date_in_japan(now: jiff::Timestamp) -> jiff::civil::Date {
    jiff::tz::Offset::constant(9).to_datetime(now).date()
}
