//! Shops ready for use: settings and Amazon client, kept for a moment.

use crate::app::App;
use crate::config::AmazonPay;
use crate::shop::Shop;
use crate::store::{self, StoreError};
use amazon_pay::signing::SigningKey;
use amazon_pay::{Client, Config, Credentials, Environment, Retries};
use shared::id::ShopId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long a shop is used without asking the database again: another process may have changed it.
const FRESH: Duration = Duration::from_secs(2);

/// A shop with what it needs to talk to Amazon Pay.
#[derive(Debug)]
pub struct OpenShop {
    /// Its settings.
    pub shop: Shop,
    /// Its parsed key.
    pub key: Arc<SigningKey>,
    /// Calls Amazon Pay in its name.
    pub amazon: Client,
}

impl std::ops::Deref for OpenShop {
    type Target = Shop;
    fn deref(&self) -> &Shop {
        &self.shop
    }
}

/// Shops used lately.
#[derive(Debug, Default)]
pub struct ShopCache(Mutex<HashMap<ShopId, (Arc<OpenShop>, Instant)>>);

/// Why a shop cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// No shop of that name.
    #[error("there is no such shop")]
    Unknown,
    /// Its Amazon key is missing, unreadable, or live while the simulator stands in.
    #[error("the shop's Amazon Pay key cannot be used")]
    Key,
    /// The database failed.
    #[error("the shop could not be read")]
    Store(#[from] StoreError),
}

/// The shop of that name, ready for use.
///
/// # Errors
/// [`ShopError`].
pub async fn open(app: &App, id: &ShopId) -> Result<Arc<OpenShop>, ShopError> {
    let known = app.shops.lock().get(id).cloned();
    if let Some((open, read_at)) = &known
        && read_at.elapsed() < FRESH
    {
        return Ok(Arc::clone(open));
    }
    let reader = app.store.reader().await?;
    let shop = store::shops::find(&reader, id).await?.ok_or(ShopError::Unknown)?;
    let open = match known {
        // Parsing a key is dear, and nothing has changed.
        Some((open, _)) if open.shop.version == shop.version => open,
        _ => {
            let key_id = &shop.settings.amazon_pay.public_key_id;
            let sealed =
                store::shops::secret(&reader, id, store::shops::SecretKind::AmazonPay, key_id.as_str())
                    .await?
                    .ok_or(ShopError::Key)?;
            let pem = app
                .master_key
                .open(&store::shops::owner(id, key_id.as_str()), &sealed)
                .map_err(|_| ShopError::Key)?;
            let pem = String::from_utf8(pem).map_err(|_| ShopError::Key)?;
            let key = Arc::new(SigningKey::from_pem(&pem).map_err(|_| ShopError::Key)?);
            let amazon = client(app, &shop, &key)?;
            Arc::new(OpenShop { shop, key, amazon })
        }
    };
    app.shops.lock().insert(id.clone(), (Arc::clone(&open), Instant::now()));
    Ok(open)
}

impl ShopCache {
    /// The next use reads the shop anew: this process has changed it.
    pub fn forget(&self, id: &ShopId) {
        self.lock().remove(id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ShopId, (Arc<OpenShop>, Instant)>> {
        // Nothing panics while holding it; a poisoned map would still be whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn client(app: &App, shop: &Shop, key: &Arc<SigningKey>) -> Result<Client, ShopError> {
    let settings: &AmazonPay = &app.settings.amazon_pay;
    let public_key_id = shop.settings.amazon_pay.public_key_id.clone();
    settings.permits(&public_key_id).map_err(|_| ShopError::Key)?;
    let environment =
        if shop.settings.amazon_pay.is_sandbox() { Environment::Sandbox } else { Environment::Live };
    let base_url = settings.api_url().parse().map_err(|_| ShopError::Key)?;
    let credentials = Credentials { public_key_id, key: Arc::clone(key), environment };
    let config = Config {
        attempt_timeout: settings.answer_timeout,
        retries: Retries {
            times: settings.retries,
            first_wait: settings.back_off,
            longest_wait: settings.back_off.saturating_mul(8),
        },
        ..Config::new(base_url, credentials)
    };
    Ok(Client::new(app.http.clone(), config))
}
