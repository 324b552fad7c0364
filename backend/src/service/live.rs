//! The live list: which orders and subscriptions of a shop changed, told to every listener of this process.
//!
//! One poll per shop and process while anybody listens, woken at once by this process's own commits. Looking
//! ten seconds back each time finds what another process committed late.

use crate::app::App;
use crate::store::{StoreError, orders, subscriptions::desk as subscriptions};
use shared::api::{LiveHint, SubscriptionHint};
use shared::id::{OrderId, ShopId, SubscriptionId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, watch};

/// Real time between two polls when nothing was committed here.
const POLL: Duration = Duration::from_millis(500);
/// How far each poll looks back, ms: longer than any transaction lasts.
const LOOK_BACK: i64 = 10_000;
/// Changes read at once.
const AT_ONCE: i64 = 1_000;
/// Hints a slow listener may fall behind.
const BACKLOG: usize = 1_024;

/// What a listener is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// An order changed.
    Order(LiveHint),
    /// A subscription changed.
    Subscription(SubscriptionHint),
}

/// What has changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Changed {
    Order(OrderId),
    Subscription(SubscriptionId),
}

impl Changed {
    fn hint(self, version: i64) -> Hint {
        match self {
            Self::Order(order_id) => Hint::Order(LiveHint { order_id, version }),
            Self::Subscription(subscription_id) => {
                Hint::Subscription(SubscriptionHint { subscription_id, version })
            }
        }
    }
}

/// The feeds of this process, one per shop that somebody listens to.
#[derive(Debug, Default)]
pub struct LiveHub(Mutex<HashMap<ShopId, broadcast::Sender<Hint>>>);

/// What one listener hears.
#[derive(Debug)]
pub struct Feed {
    hints: broadcast::Receiver<Hint>,
    stopping: watch::Receiver<bool>,
}

impl Feed {
    /// The next hint; `None` when the server stops or this listener fell behind.
    pub async fn next(&mut self) -> Option<Hint> {
        tokio::select! {
            hint = self.hints.recv() => hint.ok(),
            _ = self.stopping.wait_for(|stop| *stop) => None,
        }
    }
}

/// Listens to the orders and subscriptions of `shop` from now on.
pub fn listen(app: &App, shop: &ShopId) -> Feed {
    let mut feeds = app.live.0.lock().unwrap_or_else(PoisonError::into_inner);
    let hints = match feeds.get(shop) {
        Some(feed) => feed.subscribe(),
        None => {
            let (feed, hints) = broadcast::channel(BACKLOG);
            feeds.insert(shop.clone(), feed.clone());
            tokio::spawn(poll(app.clone(), shop.clone(), feed));
            hints
        }
    };
    Feed { hints, stopping: app.stopping.subscribe() }
}

async fn poll(app: App, shop: ShopId, feed: broadcast::Sender<Hint>) {
    let mut committed = app.store.committed();
    let mut stopping = app.stopping.subscribe();
    let mut told: HashMap<Changed, (i64, i64)> = HashMap::new();
    let begin = app.clock.now_ms();
    let mut cursor = begin;
    loop {
        match changes(&app, &shop, cursor - LOOK_BACK).await {
            Ok(changed) => {
                for (what, version, updated_at) in changed {
                    cursor = cursor.max(updated_at);
                    let news = told.get(&what).is_none_or(|(known, _)| *known < version);
                    if news {
                        told.insert(what.clone(), (version, updated_at));
                        if updated_at >= begin - LOOK_BACK {
                            // Nobody listening any more is noticed below.
                            let _ = feed.send(what.hint(version));
                        }
                    }
                }
                told.retain(|_, (_, updated_at)| *updated_at >= cursor - 2 * LOOK_BACK);
            }
            Err(error) => tracing::warn!(%error, "the live list could not be read"),
        }
        if *stopping.borrow() || nobody_listens(&app, &shop, &feed) {
            return;
        }
        tokio::select! {
            // A receiver whose sender is gone would spin: the store is closed, so this ends too.
            changed = committed.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(POLL) => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
    }
}

/// Removes the feed if its last listener has left; decided under the lock that [`listen`] takes.
fn nobody_listens(app: &App, shop: &ShopId, feed: &broadcast::Sender<Hint>) -> bool {
    let mut feeds = app.live.0.lock().unwrap_or_else(PoisonError::into_inner);
    let nobody = feed.receiver_count() == 0;
    if nobody {
        feeds.remove(shop);
    }
    nobody
}

/// Everything written at or after `since`, however much that is.
async fn changes(app: &App, shop: &ShopId, since: i64) -> Result<Vec<(Changed, i64, i64)>, StoreError> {
    let reader = app.store.reader().await?;
    let mut all = Vec::new();
    let (mut from, mut after) = (since, String::new());
    loop {
        let some = orders::changed_since(&reader, shop, from, &after, AT_ONCE).await?;
        let more = next(&some, &mut from, &mut after);
        all.extend(some.into_iter().map(|(id, version, at)| (Changed::Order(id), version, at)));
        if !more {
            break;
        }
    }
    (from, after) = (since, String::new());
    loop {
        let some = subscriptions::changed_since(&reader, shop, from, &after, AT_ONCE).await?;
        let more = next(&some, &mut from, &mut after);
        all.extend(some.into_iter().map(|(id, version, at)| (Changed::Subscription(id), version, at)));
        if !more {
            return Ok(all);
        }
    }
}

/// Sets where the next reading begins; whether there is one.
fn next(read: &[(impl ToString, i64, i64)], from: &mut i64, after: &mut String) -> bool {
    if let Some((last, _, updated_at)) = read.last() {
        (*from, *after) = (*updated_at, last.to_string());
    }
    i64::try_from(read.len()).is_ok_and(|read| read >= AT_ONCE)
}
