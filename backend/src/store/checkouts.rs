//! Checkouts and the carts they hold.

use super::{Reader, Row, RowError, Statement, Store, StoreError, Unmet, values};
use shared::api::{Language, Pages};
use shared::cart::Cart;
use shared::checkout::Checkout;
use shared::id::{CartId, CheckoutId, CheckoutSessionId, OrderId, OrderNumber, ShopId};
use shared::identity::PersonName;
use shared::money::Yen;

/// A checkout with all that was fixed when it began.
#[derive(Debug, Clone)]
pub struct CheckoutRow {
    /// The shop.
    pub shop_id: ShopId,
    /// Ours.
    pub id: CheckoutId,
    /// How far it is.
    pub checkout: Checkout,
    /// What is bought.
    pub cart: Cart,
    /// What it comes to.
    pub total: Yen,
    /// Given to the order that comes of it.
    pub order_number: OrderNumber,
    /// Given to the order that comes of it.
    pub order_id: OrderId,
    /// Where its pages are.
    pub pages: Pages,
    /// The shopper's language.
    pub language: Language,
    /// SHA-256 of the page's token.
    pub token_hash: Vec<u8>,
    /// SHA-256 of the hosted page's cookie, once claimed.
    pub claim_hash: Option<Vec<u8>>,
    /// The order at 与信NG whose place its order takes, because it repeats that one; a link's cart says so by its name.
    pub repeats: Option<OrderId>,
    /// The buyer's name in parts, as the shopper told it in the review (R45); kept until the checkout is over.
    pub told_name: Option<PersonName>,
    /// When it began, Unix ms.
    pub created_at: i64,
    /// When Amazon's session has ended for sure, Unix ms.
    pub expires_at: i64,
    /// As read.
    pub version: i64,
}

const COLUMNS: &str = "shop_id, checkout_id, checkout, cart, total, order_number, order_id, pages, language,
    token_hash, claim_hash, repeats_order, told_name, created_at, expires_at, version";

/// A new checkout; a number that another checkout has drawn makes this [`Unmet::AlreadyExists`].
pub fn insert(row: &CheckoutRow, sweep_at: i64) -> Statement {
    Statement::new(
        "insert into checkout (shop_id, checkout_id, checkout_state, checkout, cart_id, cart, total, order_number,
           order_id, pages, language, token_hash, created_at, expires_at, sweep_at, updated_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $13, 1)
         on conflict do nothing",
        values![
            &row.shop_id,
            &row.id,
            row.checkout.name(),
            super::json_text(&row.checkout),
            &row.cart.id,
            super::json_text(&row.cart),
            row.total,
            &row.order_number,
            &row.order_id,
            pages_name(row.pages),
            row.language.tag(),
            row.token_hash.clone(),
            row.created_at,
            row.expires_at,
            sweep_at
        ],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("checkout"))
}

/// Moves the checkout to its new state, unless someone else moved it since it was read
/// ([`Unmet::Stale`]). `sweep_at` is when to look at it again; `None` once nothing more will happen.
pub fn save(row: &CheckoutRow, next: &Checkout, sweep_at: Option<i64>, now: i64) -> Statement {
    Statement::new(
        "update checkout set checkout_state = $1, checkout = $2, session_id = coalesce($3, session_id),
           sweep_at = $4, updated_at = $5, repeats_order = $9, version = version + 1
         where shop_id = $6 and checkout_id = $7 and version = $8",
        values![
            next.name(),
            super::json_text(next),
            next.session(),
            sweep_at,
            now,
            &row.shop_id,
            &row.id,
            row.version,
            row.repeats.as_ref()
        ],
    )
    .touching(1)
    .or(Unmet::Stale("checkout"))
}

/// Keeps what the shopper told of the name, or forgets it; goes in front of [`save`], which asserts the version.
pub fn tell_name(row: &CheckoutRow, name: Option<&PersonName>) -> Statement {
    Statement::new(
        "update checkout set told_name = $1 where shop_id = $2 and checkout_id = $3",
        values![name.map(super::json_text), &row.shop_id, &row.id],
    )
}

/// Takes up to `limit` checkouts whose time to be looked at has come, oldest first, over all shops. Each goes to one
/// taker, and comes up again at `until` (Unix ms) whatever becomes of the look: what cannot be read or done keeps
/// nobody else waiting.
///
/// # Errors
/// As [`Store::write`].
pub async fn take_due(
    store: &Store,
    now: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<(ShopId, CheckoutId)>, StoreError> {
    // As the claim of jobs does: skip what others are taking, and count the limit once.
    let skip = if store.is_shared() { "for update skip locked" } else { "" };
    let sql = format!(
        "with due as materialized (
           select shop_id, checkout_id from checkout where sweep_at is not null and sweep_at <= $1
            order by sweep_at limit $2 {skip})
         update checkout set sweep_at = $3
          where (shop_id, checkout_id) in (select shop_id, checkout_id from due)
            and sweep_at is not null and sweep_at <= $1
         returning shop_id, checkout_id"
    );
    let taken = store.write(Statement::new(sql, values![now, limit, until]).returning()).await?;
    Ok(taken
        .rows(0)
        .iter()
        .map(|row| Ok((row.parse("shop_id")?, row.parse("checkout_id")?)))
        .collect::<Result<_, RowError>>()?)
}

/// Looks at the checkout again at `sweep_at`; its state stays.
pub fn sweep_again(row: &CheckoutRow, sweep_at: i64) -> Statement {
    Statement::new(
        "update checkout set sweep_at = $1 where shop_id = $2 and checkout_id = $3 and version = $4",
        values![sweep_at, &row.shop_id, &row.id, row.version],
    )
    .touching(1)
    .or(Unmet::Stale("checkout"))
}

/// The first browser that arrives gets the hosted page; every later one finds it taken
/// ([`Unmet::AlreadyExists`]).
pub fn claim(shop: &ShopId, checkout: &CheckoutId, claim_hash: &[u8]) -> Statement {
    Statement::new(
        "update checkout set claim_hash = $1
         where shop_id = $2 and checkout_id = $3 and claim_hash is null",
        values![claim_hash, shop, checkout],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("checkout"))
}

/// Takes the cart for this checkout; again by the same checkout is fine, by another is
/// [`Unmet::AlreadyPlaced`].
pub fn hold_cart(shop: &ShopId, cart: &CartId, checkout: &CheckoutId, now: i64) -> Statement {
    Statement::new(
        "insert into cart_hold (shop_id, cart_id, checkout_id, held_at) values ($1, $2, $3, $4)
         on conflict (shop_id, cart_id) do update set held_at = cart_hold.held_at
         where cart_hold.checkout_id = excluded.checkout_id",
        values![shop, cart, checkout, now],
    )
    .touching(1)
    .or(Unmet::AlreadyPlaced("cart_hold"))
}

/// Takes the cart of an order's checkout once more; where another checkout has it by now, this is
/// [`Unmet::AlreadyPlaced`].
pub fn hold_cart_of(shop: &ShopId, checkout: &CheckoutId, now: i64) -> Statement {
    Statement::new(
        "insert into cart_hold (shop_id, cart_id, checkout_id, held_at)
         select shop_id, cart_id, checkout_id, $1 from checkout where shop_id = $2 and checkout_id = $3
         on conflict (shop_id, cart_id) do update set held_at = cart_hold.held_at
         where cart_hold.checkout_id = excluded.checkout_id",
        values![now, shop, checkout],
    )
    .touching(1)
    .or(Unmet::AlreadyPlaced("cart_hold"))
}

/// No checkout has the cart, and none that is just leaving it; else [`Unmet::AlreadyPlaced`].
pub fn cart_is_free(shop: &ShopId, cart: &CartId) -> Statement {
    Statement::new(
        "update cart_hold set held_at = held_at where shop_id = $1 and cart_id = $2",
        values![shop, cart],
    )
    .touching(0)
    .or(Unmet::AlreadyPlaced("cart_hold"))
}

/// Lets the cart go: its checkout ended without an order.
pub fn release_cart(shop: &ShopId, cart: &CartId, checkout: &CheckoutId) -> Statement {
    Statement::new(
        "delete from cart_hold where shop_id = $1 and cart_id = $2 and checkout_id = $3",
        values![shop, cart, checkout],
    )
}

/// Lets go the cart of the link of the order that the checkout repeated as it is stored, where it repeats another one now; its
/// name begins with `again`. Goes in front of [`save`], which writes the other one.
pub fn release_repeated(row: &CheckoutRow, again: &str) -> Statement {
    Statement::new(
        "delete from cart_hold where shop_id = $1 and checkout_id = $2
           and cart_id in (select $3 || repeats_order from checkout
                            where shop_id = $1 and checkout_id = $2 and repeats_order <> $4)",
        values![&row.shop_id, &row.id, again, row.repeats.as_ref()],
    )
}

/// Lets the cart of a checkout go whose order came to nothing; and that of the link it had taken with it, whose name begins
/// with `again`.
pub fn release_cart_of(shop: &ShopId, checkout: &CheckoutId, again: &str) -> Statement {
    Statement::new(
        "delete from cart_hold where shop_id = $1 and checkout_id = $2
           and cart_id in (select cart_id from checkout where shop_id = $1 and checkout_id = $2
                           union all
                           select $3 || repeats_order from checkout
                            where shop_id = $1 and checkout_id = $2 and repeats_order is not null)",
        values![shop, checkout, again],
    )
}

/// The checkout that holds the cart, if one does.
pub async fn cart_holder(
    reader: &Reader,
    shop: &ShopId,
    cart: &CartId,
) -> Result<Option<CheckoutId>, StoreError> {
    let row = reader
        .row("select checkout_id from cart_hold where shop_id = $1 and cart_id = $2", values![shop, cart])
        .await?;
    Ok(row.map(|row| row.parse("checkout_id")).transpose()?)
}

/// Whether an order has this number.
pub async fn number_is_taken(
    reader: &Reader,
    shop: &ShopId,
    number: &OrderNumber,
) -> Result<bool, StoreError> {
    let sql = "select order_id from orders where shop_id = $1 and order_number = $2";
    Ok(reader.row(sql, values![shop, number]).await?.is_some())
}

/// The checkout of that id.
pub async fn find(
    reader: &Reader,
    shop: &ShopId,
    checkout: &CheckoutId,
) -> Result<Option<CheckoutRow>, StoreError> {
    let row = reader
        .row(
            format!("select {COLUMNS} from checkout where shop_id = $1 and checkout_id = $2"),
            values![shop, checkout],
        )
        .await?;
    Ok(row.map(|row| checkout_of(&row)).transpose()?)
}

/// The checkout that Amazon's session belongs to.
pub async fn find_by_session(
    reader: &Reader,
    shop: &ShopId,
    session: &CheckoutSessionId,
) -> Result<Option<CheckoutRow>, StoreError> {
    let row = reader
        .row(
            format!("select {COLUMNS} from checkout where shop_id = $1 and session_id = $2"),
            values![shop, session],
        )
        .await?;
    Ok(row.map(|row| checkout_of(&row)).transpose()?)
}

const fn pages_name(pages: Pages) -> &'static str {
    match pages {
        Pages::Hosted => "hosted",
        Pages::Shop => "shop",
    }
}

fn checkout_of(row: &Row) -> Result<CheckoutRow, RowError> {
    let id: CheckoutId = row.parse("checkout_id")?;
    let read = || -> Result<CheckoutRow, RowError> {
        Ok(CheckoutRow {
            shop_id: row.parse("shop_id")?,
            id: id.clone(),
            checkout: super::json(row, "checkout")?,
            cart: super::json(row, "cart")?,
            total: Yen::new(row.int("total")?).map_err(|_| RowError::new("total is not an amount of yen"))?,
            order_number: row.parse("order_number")?,
            order_id: row.parse("order_id")?,
            pages: if row.text("pages")? == "shop" { Pages::Shop } else { Pages::Hosted },
            language: Language::from_tag(row.text("language")?),
            token_hash: row.bytes("token_hash")?.to_vec(),
            claim_hash: row.opt_bytes("claim_hash")?.map(<[u8]>::to_vec),
            repeats: row.opt_parse("repeats_order")?,
            told_name: super::opt_json(row, "told_name")?,
            created_at: row.int("created_at")?,
            expires_at: row.int("expires_at")?,
            version: row.int("version")?,
        })
    };
    read().map_err(|error| error.of("checkout", id.as_str()))
}
