//! Shops written into the database from a file, for a first start, the demo and tests.
//!
//! A shop that exists is left alone, whatever the file says of it. Keys are refused here as everywhere: unreadable
//! ones, and live ones while the simulator stands in for Amazon.

use super::mail_settings::SMTP_SECRET;
use super::{StoreError, quote};
use crate::app::App;
use crate::config::{LiveKeyAtSimulator, Origin};
use crate::secret;
use crate::shop::{AmazonPaySettings, Shop, ShopSettings};
use crate::store::shops::{SecretKind, owner, put_secret};
use crate::store::{self, Batch, Unmet};
use amazon_pay::signing::SigningKey;
use serde::Deserialize;
use shared::catalogue::{Product, SubscriptionOffer};
use shared::id::{MerchantId, ProductId, PublicKeyId, ShopId, StoreId};
use shared::money::{TaxRate, Yen};
use std::path::{Path, PathBuf};

/// Why a seed was refused. The shops before the one it names have been written.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A file cannot be read.
    #[error("{path} cannot be read")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is no TOML of this shape.
    #[error("{path} cannot be understood")]
    Toml {
        /// Which one.
        path: PathBuf,
        /// Line and reason.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A value cannot be.
    #[error("shop {shop}: {reason}")]
    Value {
        /// Whose.
        shop: ShopId,
        /// What is wrong with which; never a secret.
        reason: String,
    },
    /// A live key beside the simulator.
    #[error("shop {shop}")]
    LiveKey {
        /// Whose.
        shop: ShopId,
        /// Why not.
        #[source]
        source: LiveKeyAtSimulator,
    },
    /// The database failed.
    #[error("the seed could not be stored")]
    Store(#[from] StoreError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    #[serde(default)]
    shops: Vec<SeedShop>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedShop {
    id: ShopId,
    name: String,
    notification_key: Option<String>,
    settings: toml::Table,
    amazon_pay: SeedAmazonPay,
    #[serde(default)]
    cart_secrets: Vec<SeedCartSecret>,
    #[serde(default)]
    products: Vec<SeedProduct>,
    smtp_password: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedAmazonPay {
    merchant_id: MerchantId,
    store_id: StoreId,
    public_key_id: PublicKeyId,
    private_key_file: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedCartSecret {
    kid: String,
    secret: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedProduct {
    id: ProductId,
    name: String,
    price: Yen,
    tax: u8,
    on_sale: bool,
    amazon_pay: bool,
    /// How it is sold as a subscription.
    subscription: Option<SubscriptionOffer>,
}

/// Writes the shops of `file` that do not exist yet.
///
/// # Errors
/// [`SeedError`].
pub async fn apply(app: &App, file: &Path) -> Result<(), SeedError> {
    let text = read(file)?;
    let seed: Seed = toml::from_str(&text)
        .map_err(|source| SeedError::Toml { path: file.to_owned(), source: Box::new(source) })?;
    let folder = file.parent().unwrap_or(Path::new(""));
    for seed in seed.shops {
        let id = seed.id.clone();
        let pem = read(&folder.join(&seed.amazon_pay.private_key_file))?;
        let batch = shop_batch(app, seed, &pem)?;
        match app.store.write(batch).await {
            Ok(_) => tracing::info!(shop.id = %id, "shop {id} was written from the seed"),
            Err(StoreError::Unmet(Unmet::AlreadyExists("shop"))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Refuses a database that holds a live key while the simulator stands in for Amazon.
///
/// # Errors
/// [`SeedError::LiveKey`], or the database failed.
pub async fn refuse_live_keys(app: &App) -> Result<(), SeedError> {
    let reader = app.store.reader().await?;
    for shop in store::shops::all(&reader).await? {
        let key = &shop.settings.amazon_pay.public_key_id;
        let permitted = app.settings.amazon_pay.permits(key);
        permitted.map_err(|source| SeedError::LiveKey { shop: shop.id, source })?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, SeedError> {
    std::fs::read_to_string(path).map_err(|source| SeedError::File { path: path.to_owned(), source })
}

fn shop_batch(app: &App, seed: SeedShop, pem: &str) -> Result<Batch, SeedError> {
    let now = app.clock.now_ms();
    let id = &seed.id;
    let wrong = |reason: String| SeedError::Value { shop: id.clone(), reason };
    let key_id = &seed.amazon_pay.public_key_id;
    app.settings
        .amazon_pay
        .permits(key_id)
        .map_err(|source| SeedError::LiveKey { shop: id.clone(), source })?;
    SigningKey::from_pem(pem).map_err(|error| wrong(format!("the private key: {error}")))?;

    let settings = settings_of(&seed).map_err(&wrong)?;
    let seal = |secret_id: &str, kind, plain: &[u8]| {
        put_secret(id, kind, secret_id, app.master_key.seal(&owner(id, secret_id), plain), now)
    };
    let shop = Shop { id: id.clone(), name: seed.name.clone(), settings, version: 1 };
    let mut batch = Batch::from(store::shops::insert(&shop, now));
    batch.push(seal(key_id.as_str(), SecretKind::AmazonPay, pem.as_bytes()));
    for cart_secret in &seed.cart_secrets {
        let kid = &cart_secret.kid;
        let plain = quote::cart_secret(&cart_secret.secret)
            .ok_or_else(|| wrong(format!("cart secret {kid}: base64 of 32 bytes or more")))?;
        batch.push(seal(kid, SecretKind::Cart, &plain));
    }
    if let Some(password) = &seed.smtp_password {
        batch.push(seal(SMTP_SECRET, SecretKind::Smtp, password.as_bytes()));
    }
    for product in &seed.products {
        let tax_rate = match product.tax {
            8 => TaxRate::Reduced,
            10 => TaxRate::Standard,
            other => return Err(wrong(format!("product {}: tax is 8 or 10, not {other}", product.id))),
        };
        let product = Product {
            id: product.id.clone(),
            name: product.name.clone(),
            price: product.price,
            tax_rate,
            on_sale: product.on_sale,
            amazon_pay: product.amazon_pay,
            subscription: product
                .subscription
                .clone()
                .map(SubscriptionOffer::checked)
                .transpose()
                .map_err(|error| wrong(format!("product {}: {error}", product.id)))?,
        };
        batch.push(store::catalogue::put(id, &product, now));
    }
    Ok(batch)
}

/// The settings as the file has them, with what stands elsewhere in it.
fn settings_of(seed: &SeedShop) -> Result<ShopSettings, String> {
    /// `ShopSettings` without what stands elsewhere in the file.
    fn completed(seed: &SeedShop) -> Result<ShopSettings, toml::de::Error> {
        let mut table = seed.settings.clone();
        let key = seed.notification_key.clone().unwrap_or_else(secret::random_id);
        table.insert("notification_key".to_owned(), key.into());
        let amazon = AmazonPaySettings {
            merchant_id: seed.amazon_pay.merchant_id.clone(),
            store_id: seed.amazon_pay.store_id.clone(),
            public_key_id: seed.amazon_pay.public_key_id.clone(),
        };
        let amazon = toml::Table::try_from(amazon).map_err(serde::de::Error::custom)?;
        table.insert("amazon_pay".to_owned(), amazon.into());
        table.try_into()
    }
    let mut settings = completed(seed).map_err(|error| error.message().to_owned())?;
    if settings.notification_key.is_empty() || settings.notification_key.contains(['/', '?', '#', '%']) {
        return Err("notification_key: one part of an address".to_owned());
    }
    for origin in &mut settings.origins {
        *origin = Origin::new(origin).map_err(|error| format!("origins: {error}"))?.as_str().to_owned();
    }
    let pages = [&settings.pages.review, &settings.pages.result, &settings.pages.mypage, &settings.back_url];
    for page in pages.into_iter().flatten() {
        let url = reqwest::Url::parse(page).map_err(|_| format!("{page} is no address"))?;
        if !matches!(url.scheme(), "http" | "https") || url.fragment().is_some() {
            return Err(format!("{page} is no http(s) address without a fragment"));
        }
    }
    Ok(settings)
}
