//! Telling merchants what has changed, as Amazon's notifications do.

use crate::app::App;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// What sends notifications.
#[derive(Debug)]
pub(crate) struct Notices {
    woken: Notify,
}

impl Notices {
    pub fn new() -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self { woken: Notify::new() })
    }

    /// There may be something to send.
    pub fn wake(&self) {
        self.woken.notify_one();
    }
}

/// Lets time pass in the world and sends what is due, for ever.
pub(crate) async fn run(app: Arc<App>) {
    loop {
        app.world(|world, _| world.changes.clear());
        let _ = tokio::time::timeout(Duration::from_millis(100), app.notices.woken.notified()).await;
    }
}
