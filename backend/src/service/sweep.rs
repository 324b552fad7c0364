//! Looks after checkouts that nobody came back for (R54, R55).
//!
//! Completed only if our record shows that 注文する was pressed, and by the same functions as the result page:
//! the one open intent and the held cart keep it to one order. Everything else is recorded and left to lapse.

use super::checkout_error::CheckoutError;
use super::complete_checkout::complete_ordered;
use super::settle_checkout;
use super::shops::{self, OpenShop};
use crate::app::App;
use crate::store::checkouts::{self, CheckoutRow};
use crate::store::intents;
use shared::checkout::Checkout;
use shared::id::{CheckoutId, ShopId};

/// How many checkouts are looked at in one go.
const AT_ONCE: i64 = 50;

/// Looks at every checkout whose time has come.
///
/// # Errors
/// The database failed.
pub async fn sweep(app: &App) -> Result<(), CheckoutError> {
    let reader = app.store.reader().await?;
    let due = checkouts::due(&reader, app.clock.now_ms(), AT_ONCE).await?;
    drop(reader);
    for (shop, checkout) in due {
        if let Err(error) = look_at(app, &shop, &checkout).await {
            tracing::warn!(checkout.id = %checkout, %error, "a checkout could not be swept; it is tried again");
        }
    }
    Ok(())
}

async fn look_at(app: &App, shop: &ShopId, id: &CheckoutId) -> Result<(), CheckoutError> {
    let reader = app.store.reader().await?;
    let Some(row) = checkouts::find(&reader, shop, id).await? else {
        return Ok(());
    };
    let open = intents::find_open(&reader, shop, id.as_str()).await?;
    drop(reader);
    // First of all put it back in the line: whatever fails below, it comes up again.
    settle_checkout::look_again(app, &row).await?;
    let Ok(shop) = shops::open(app, shop).await else {
        return Ok(());
    };
    match &row.checkout {
        Checkout::Completing { .. } => match open {
            Some(intent) => {
                // Ask first: the answer to Complete may have been lost on its way (R55).
                settle_checkout::ask_session_or_send(app, &shop, &row, &intent).await
            }
            None => Ok(()),
        },
        Checkout::Ordered { .. } => {
            let over = app.clock.now_ms() >= row.expires_at;
            complete_or_wait(app, &shop, row, over).await
        }
        Checkout::Started | Checkout::Reviewing { .. } if app.clock.now_ms() >= row.expires_at => {
            settle_checkout::lapse(app, &row).await
        }
        _ => Ok(()),
    }
}

async fn complete_or_wait(
    app: &App,
    shop: &OpenShop,
    row: CheckoutRow,
    over: bool,
) -> Result<(), CheckoutError> {
    let last = row.clone();
    match complete_ordered(app, shop, row).await {
        // Amazon forgets sessions after 30 days; then nothing can come of it any more.
        Err(CheckoutError::SessionMismatch) if over => settle_checkout::lapse(app, &last).await,
        done => done,
    }
}
