//! Looks after checkouts that nobody came back for (R54, R55).
//!
//! Completed only if our record shows that 注文する was pressed, and by the same functions as the result page:
//! the one open intent and the held cart keep it to one order. Everything else is recorded and left to lapse.

use super::checkout_error::CheckoutError;
use super::complete_checkout::complete_ordered;
use super::shops::{self, OpenShop};
use super::{pace, settle_checkout};
use crate::app::App;
use crate::store::checkouts::{self, CheckoutRow};
use crate::store::intents;
use shared::checkout::Checkout;
use shared::id::{CheckoutId, ShopId};
use tokio::task::JoinSet;

/// How many checkouts are looked at side by side: one that Amazon keeps waiting does not keep the others waiting.
const AT_ONCE: i64 = 8;

/// Looks at every checkout whose time has come.
///
/// # Errors
/// The database failed.
pub async fn sweep(app: &App) -> Result<(), CheckoutError> {
    loop {
        let now = app.clock.now_ms();
        // Nobody else looks meanwhile; if this process dies, the checkout comes up again.
        let until = now + 3 * pace::look_after(app);
        let due = checkouts::take_due(&app.store, now, until, AT_ONCE).await?;
        let full = i64::try_from(due.len()).unwrap_or(i64::MAX) >= AT_ONCE;
        let mut looks = JoinSet::new();
        for (shop, checkout) in due {
            let app = app.clone();
            looks.spawn(async move {
                if let Err(error) = look_at(&app, &shop, &checkout).await {
                    tracing::warn!(checkout.id = %checkout, %error, "a checkout could not be swept; it is tried again");
                }
            });
        }
        while let Some(look) = looks.join_next().await {
            if let Err(error) = look {
                tracing::error!(%error, "a look at a checkout broke off; it is tried again");
            }
        }
        if !full || *app.stopping.borrow() {
            return Ok(());
        }
    }
}

async fn look_at(app: &App, shop: &ShopId, id: &CheckoutId) -> Result<(), CheckoutError> {
    let reader = app.store.reader().await?;
    let Some(row) = checkouts::find(&reader, shop, id).await? else {
        return Ok(());
    };
    let open = intents::find_open(&reader, shop, id.as_str()).await?;
    drop(reader);
    let shop = match shops::open(app, shop).await {
        Ok(shop) => shop,
        Err(error) => {
            tracing::error!(checkout.id = %id, %error, "a shop cannot be used, so its checkout waits");
            return Ok(());
        }
    };
    match &row.checkout {
        Checkout::Completing { .. } => match open {
            // Ask first: the answer to Complete may have been lost on its way (R55).
            Some(intent) => settle_checkout::ask_session_or_send(app, &shop, &row, &intent).await,
            None => Ok(()),
        },
        Checkout::Ordered { .. } => complete_or_wait(app, &shop, row).await,
        Checkout::Started | Checkout::Reviewing { .. } if app.clock.now_ms() >= row.expires_at => {
            settle_checkout::lapse(app, &row).await
        }
        _ => Ok(()),
    }
}

async fn complete_or_wait(app: &App, shop: &OpenShop, row: CheckoutRow) -> Result<(), CheckoutError> {
    let over = app.clock.now_ms() >= row.expires_at;
    let last = row.clone();
    match complete_ordered(app, shop, row).await {
        // Amazon forgets sessions after 30 days; then nothing can come of it any more.
        Err(CheckoutError::SessionMismatch) if over => settle_checkout::lapse(app, &last).await,
        done => done,
    }
}
