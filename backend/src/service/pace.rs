//! How long a call to Amazon may take with all its tries, and how often each kind of call may be made.
//!
//! Work in the background waits for its turn by Amazon's published limits (reference, section 8.5), together with all
//! other processes on the same database. A shopper's call never waits: it is rare, and Amazon tells if it is too much.

use super::StoreError;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::pace;
use amazon_pay::Operation;
use std::time::Duration;

/// Most looks at the bucket; after that the call is made and Amazon's own answer counts.
const LOOKS: u32 = 600;

/// The longest time one call may take with all its tries, ms.
pub fn longest_call(app: &App) -> i64 {
    let settings = &app.settings.amazon_pay;
    let one = settings.answer_timeout + settings.back_off.saturating_mul(8);
    i64::try_from(one.saturating_mul(settings.retries + 1).as_millis()).unwrap_or(i64::MAX / 4)
}

/// How soon to look after something whose call was begun, ms: when the call has ended for sure, and its process may
/// have died.
pub fn look_after(app: &App) -> i64 {
    longest_call(app) + 10_000
}

/// Waits until a call of this kind may be made in the background.
///
/// # Errors
/// The database failed.
pub async fn turn(app: &App, shop: &OpenShop, operation: Operation) -> Result<(), StoreError> {
    wait(app, shop, operation, 0).await
}

/// As [`turn`], for a step of a bulk run: it leaves one call to whoever else waits for this kind, so that a renewal never
/// stands behind five hundred orders.
///
/// # Errors
/// The database failed.
pub async fn turn_of_bulk(app: &App, shop: &OpenShop, operation: Operation) -> Result<(), StoreError> {
    wait(app, shop, operation, 1).await
}

async fn wait(app: &App, shop: &OpenShop, operation: Operation, kept: i64) -> Result<(), StoreError> {
    let limit = operation.pace(shop.settings.amazon_pay.is_sandbox());
    let step = 1_000 / i64::from(limit.per_second.max(1));
    // One token stays with Amazon: two calls spaced here may arrive there a little closer.
    let burst = i64::from(limit.burst).saturating_sub(1).max(1);
    for _ in 0..LOOKS {
        let now = app.clock.now_ms();
        if pace::take(&app.store, &shop.id, operation.name(), now, (step, burst), kept).await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}
