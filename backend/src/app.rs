//! What every part of the server shares: storage, Amazon Pay, clock, settings.

use crate::clock::Clock;
use crate::secret::MasterKey;
use crate::store::Store;
use std::sync::Arc;
use tokio::sync::{Notify, watch};

/// The server's parts; a cheap handle.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// Held by [`App`].
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Business time.
    pub clock: Clock,
    /// Opens private keys and cart secrets.
    pub master_key: MasterKey,
    /// Connections to Amazon Pay, shared by all shops.
    pub http: reqwest::Client,
    /// As read at the start.
    pub settings: crate::config::Settings,
    /// Parsed keys and settings of shops, kept for a moment.
    pub shops: crate::service::shops::ShopCache,
    /// How often somebody may ask.
    pub rates: crate::rate::Rates,
    /// Certificates of Amazon's notification service.
    pub certificates: amazon_pay::notification::Certificates,
    /// Listeners of the order lists.
    pub live: crate::service::live::LiveHub,
    /// Wakes the job worker.
    pub work: Notify,
    /// Calls to Amazon under way; the stop waits for them.
    pub calls: Calls,
    /// Becomes true when the server is about to stop: whoever streams ends.
    pub stopping: watch::Sender<bool>,
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Runs a call to Amazon and its record in a task of its own: a closed tab must not lose the record, and
    /// the stop waits for it.
    ///
    /// # Panics
    /// When the task itself panicked.
    pub async fn finish<T: Send + 'static>(&self, call: impl Future<Output = T> + Send + 'static) -> T {
        let under_way = self.calls.begin();
        let task = tokio::spawn(async move {
            let outcome = call.await;
            drop(under_way);
            outcome
        });
        match task.await {
            Ok(outcome) => outcome,
            Err(broken) => std::panic::resume_unwind(broken.into_panic()),
        }
    }
}

impl App {
    /// Waits until the server is about to stop.
    pub async fn stopped(&self) {
        let mut stopping = self.stopping.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    }
}

/// Counts calls under way.
pub struct Calls(watch::Sender<usize>);

impl Default for Calls {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

/// One call under way, until dropped.
pub struct UnderWay(watch::Sender<usize>);

impl Calls {
    /// Counts one more.
    pub fn begin(&self) -> UnderWay {
        self.0.send_modify(|count| *count += 1);
        UnderWay(self.0.clone())
    }

    /// Waits until none is left.
    pub async fn all_done(&self) {
        let mut count = self.0.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = count.wait_for(|count| *count == 0).await;
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}
