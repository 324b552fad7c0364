//! Looks after checkouts whose time has come, and after what was left behind.

use crate::app::App;
use crate::service::{patrol, sweep, tend_subscription};
use std::time::Duration;
use tokio::sync::watch;

/// Real time between two sweeps.
const EVERY: Duration = Duration::from_secs(1);
/// Sweeps between two patrols.
const PATROL: u32 = 5;
/// Business time between two clearings, ms.
const CLEARING: i64 = 60 * 60 * 1000;

/// Sweeps about once a second until told to stop.
pub async fn run(app: App, mut stopping: watch::Receiver<bool>) {
    let mut round: u32 = 0;
    let mut cleared = 0;
    while !*stopping.borrow() {
        if let Err(error) = sweep::sweep(&app).await {
            tracing::error!(%error, "checkouts could not be swept");
        }
        if let Err(error) = tend_subscription::tend_due(&app).await {
            tracing::error!(%error, "subscriptions could not be tended");
        }
        if round.is_multiple_of(PATROL)
            && let Err(error) = patrol::find_forgotten(&app).await
        {
            tracing::error!(%error, "orders in doubt could not be looked for");
        }
        let now = app.clock.now_ms();
        if now - cleared >= CLEARING {
            cleared = now;
            if let Err(error) = patrol::forget_done(&app).await {
                tracing::error!(%error, "done jobs could not be cleared");
            }
        }
        round = round.wrapping_add(1);
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stopping.wait_for(|stop| *stop) => {}
        }
    }
}
