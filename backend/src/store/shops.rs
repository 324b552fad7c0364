//! Shops and their secrets.

use super::{Reader, Row, RowError, Statement, StoreError, Unmet, values};
use crate::shop::{Shop, ShopSettings};
use shared::id::ShopId;

/// The shop, if there is one of that name.
pub async fn find(reader: &Reader, shop: &ShopId) -> Result<Option<Shop>, StoreError> {
    let row = reader
        .row("select shop_id, name, settings, version from shop where shop_id = $1", values![shop])
        .await?;
    Ok(row.map(|row| shop_of(&row)).transpose()?)
}

/// Every shop, by name.
pub async fn all(reader: &Reader) -> Result<Vec<Shop>, StoreError> {
    let rows =
        reader.rows("select shop_id, name, settings, version from shop order by shop_id", values![]).await?;
    Ok(rows.iter().map(shop_of).collect::<Result<_, _>>()?)
}

/// A new shop; refused where one of that name exists.
pub fn insert(shop: &Shop, now: i64) -> Statement {
    Statement::new(
        "insert into shop (shop_id, name, settings, version, created_at, updated_at)
         values ($1, $2, $3, 1, $4, $4) on conflict do nothing",
        values![&shop.id, &shop.name, settings_text(&shop.settings), now],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("shop"))
}

/// Writes the shop's settings, unless someone else did since they were read ([`Unmet::Stale`]).
pub fn save_settings(shop: &Shop, now: i64) -> Statement {
    Statement::new(
        "update shop set settings = $1, updated_at = $2, version = version + 1 where shop_id = $3 and version = $4",
        values![settings_text(&shop.settings), now, &shop.id, shop.version],
    )
    .touching(1)
    .or(Unmet::Stale("shop"))
}

/// A sealed secret of the shop, if it has one of that name and kind.
pub async fn secret(
    reader: &Reader,
    shop: &ShopId,
    kind: SecretKind,
    secret_id: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row = reader
        .row(
            "select sealed from shop_secret where shop_id = $1 and secret_id = $2 and kind = $3",
            values![shop, secret_id, kind.name()],
        )
        .await?;
    Ok(row.map(|row| row.bytes("sealed").map(<[u8]>::to_vec)).transpose()?)
}

/// Keeps a sealed secret; the same name again replaces it.
pub fn put_secret(shop: &ShopId, kind: SecretKind, secret_id: &str, sealed: Vec<u8>, now: i64) -> Statement {
    Statement::new(
        "insert into shop_secret (shop_id, secret_id, kind, sealed, created_at) values ($1, $2, $3, $4, $5)
         on conflict (shop_id, secret_id) do update set sealed = excluded.sealed, kind = excluded.kind",
        values![shop, secret_id, kind.name(), sealed, now],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("shop_secret"))
}

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// Amazon Pay's private key, PEM.
    AmazonPay,
    /// Secret of signed carts.
    Cart,
    /// Password of the mail server.
    Smtp,
}

impl SecretKind {
    /// The name stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AmazonPay => "amazon_pay",
            Self::Cart => "cart",
            Self::Smtp => "smtp",
        }
    }
}

/// Shop and secret as the seal's owner: a sealed value moved to another row does not open.
pub fn owner(shop: &ShopId, secret_id: &str) -> String {
    format!("{shop}/{secret_id}")
}

fn settings_text(settings: &ShopSettings) -> String {
    serde_json::to_string(settings).expect("settings are plain JSON")
}

fn shop_of(row: &Row) -> Result<Shop, RowError> {
    let id: ShopId = row.parse("shop_id")?;
    let settings = super::json(row, "settings").map_err(|error| error.of("shop", id.as_str()))?;
    Ok(Shop { name: row.text("name")?.to_owned(), settings, version: row.int("version")?, id })
}
