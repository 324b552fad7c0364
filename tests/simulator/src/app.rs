//! What every request shares: the world behind its lock, the clock, the address.

use crate::api::{self, Operation};
use crate::clock::Clock;
use crate::control;
use crate::error::{ApiError, ApiResult};
use crate::notice::Notices;
use crate::option::MerchantKey;
use crate::page;
use crate::world::{Key, Owner, World};
use amazon_pay::signing::{KeyError, VerifyingKey};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::any;
use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// One running simulator.
#[derive(Debug)]
pub(crate) struct App {
    world: Mutex<World>,
    pub clock: Clock,
    /// Address of the hosted pages, without a slash at the end.
    pub base_url: String,
    pub clock_skew: Option<SignedDuration>,
    pub notices: Notices,
    /// File that keeps the world between runs.
    pub data: Option<PathBuf>,
}

impl App {
    pub fn new(
        world: World,
        clock: Clock,
        base_url: String,
        clock_skew: Option<SignedDuration>,
        notices: Notices,
        data: Option<PathBuf>,
    ) -> Self {
        Self { world: Mutex::new(world), clock, base_url, clock_skew, notices, data }
    }

    /// Runs `work` on the world, after everything has happened that is due by now.
    pub fn world<R>(&self, work: impl FnOnce(&mut World, Timestamp) -> R) -> R {
        // A panic in a test's request must not silence all later ones.
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        world.advance(now);
        work(&mut world, now)
    }

    /// 429 when the bucket of this merchant and operation is empty and throttling is on.
    pub fn throttle(&self, owner: &Owner, operation: Option<Operation>) -> ApiResult<()> {
        let Some(operation) = operation else { return Ok(()) };
        let free =
            self.world(|world, now| !world.settings.throttling || world.buckets.take(owner, operation, now));
        if free { Ok(()) } else { Err(ApiError::new(429, "TooManyRequests", "The rate limit is exceeded.")) }
    }

    /// Tells the sender of notifications that there may be something to send.
    pub fn notify_changes(&self) {
        self.notices.wake();
    }
}

/// Registers `key` in `world`.
///
/// # Errors
/// [`KeyError`] if the PEM holds no RSA public key.
pub(crate) fn register(world: &mut World, key: MerchantKey) -> Result<(), KeyError> {
    let verifying = Arc::new(VerifyingKey::from_pem(&key.public_key_pem)?);
    let merchant = world.merchants.entry(key.merchant_id.clone()).or_default();
    if key.notification_url.is_some() {
        merchant.notification_url = key.notification_url;
    }
    world
        .add_key(&key.public_key_id, Key { verifying, merchant_id: key.merchant_id, store_id: key.store_id });
    Ok(())
}

/// Everything that is served.
pub(crate) fn router(app: Arc<App>) -> Router {
    let mut router = Router::new();
    for prefix in ["/v1", "/v2", "/v3", "/sandbox", "/live"] {
        router = router.route(&format!("{prefix}/{{*rest}}"), any(api::serve));
    }
    router
        .merge(page::router())
        .merge(control::router())
        .fallback(page::not_found)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), note_change))
        .with_state(app)
}

/// Whatever is not a GET may have changed the world: it is written to its file soon after.
async fn note_change(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let changes = request.method() != http::Method::GET;
    let response = next.run(request).await;
    if changes {
        app.world(|world, _| world.touched = true);
        app.notify_changes();
    }
    response
}
