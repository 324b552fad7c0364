//! Looks after checkouts whose time has come.

use crate::app::App;
use crate::service::sweep;
use std::time::Duration;
use tokio::sync::watch;

/// Sweeps about once a second until told to stop.
pub async fn run(app: App, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        if let Err(error) = sweep::sweep(&app).await {
            tracing::error!(%error, "checkouts could not be swept");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            _ = stopping.wait_for(|stop| *stop) => {}
        }
    }
}
