//! What belongs to a subscription: its periods, its addresses, and everything that happened to it. Rows are only added.

use super::Subscription;
use crate::store::{Reader, Row, RowError, Statement, StoreError, Unmet, json, json_text, opt_json, values};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shared::former_mail::FormerMail;
use shared::id::{OrderId, ShopId, SubscriptionId};
use shared::subscription::{AddressSource, DropReason, PeriodOutcome, SubscriptionAddress};

/// A period as it passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRow {
    /// From 1.
    pub period: u32,
    /// When it was to be delivered.
    pub delivery: Date,
    /// How it passed.
    pub outcome: PeriodOutcome,
    /// Where it was ordered.
    pub order_id: Option<OrderId>,
    /// Where it was dropped.
    pub reason: Option<DropReason>,
}

/// Something that happened to a subscription; stored as the JSON of `event`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow<E> {
    /// Unix ms.
    pub at: i64,
    /// `shopper`, `amazon`, `noren`, or an operator's id.
    pub actor: String,
    /// What.
    pub event: E,
}

/// Records how a period passed; one that has passed already makes this [`Unmet::AlreadyPlaced`].
pub fn period(shop: &ShopId, id: &SubscriptionId, row: &PeriodRow, now: i64) -> Statement {
    Statement::new(
        "insert into subscription_period (shop_id, subscription_id, period, delivery_date, outcome, order_id,
           reason, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        values![
            shop,
            id,
            i64::from(row.period),
            row.delivery.to_string(),
            row.outcome.name(),
            row.order_id.as_ref(),
            row.reason.map(|reason| json_text(&reason).trim_matches('"').to_owned()),
            now
        ],
    )
    .touching(1)
    .or(Unmet::AlreadyPlaced("subscription_period"))
}

/// The periods that have passed, the latest first; at most `limit`.
pub async fn periods(
    reader: &Reader,
    shop: &ShopId,
    id: &SubscriptionId,
    limit: i64,
) -> Result<Vec<PeriodRow>, StoreError> {
    let sql = "select period, delivery_date, outcome, order_id, reason from subscription_period
               where shop_id = $1 and subscription_id = $2 order by period desc limit $3";
    let rows = reader.rows(sql, values![shop, id, limit]).await?;
    let read = |row: &Row| {
        Ok::<_, RowError>(PeriodRow {
            period: row.number("period")?,
            delivery: date(row, "delivery_date")?,
            outcome: PeriodOutcome::from_name(row.text("outcome")?)
                .ok_or_else(|| RowError::new("outcome is unknown"))?,
            order_id: row.opt_parse("order_id")?,
            reason: row
                .opt_text("reason")?
                .map(|name| serde_json::from_str(&["\"", name, "\""].concat()))
                .transpose()
                .map_err(|_| RowError::new("reason is unknown"))?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// Adds an address; `address_id` sorts by time.
pub fn add_address(
    shop: &ShopId,
    id: &SubscriptionId,
    address_id: &str,
    address: &SubscriptionAddress,
    now: i64,
) -> Statement {
    Statement::new(
        "insert into subscription_address (shop_id, subscription_id, address_id, from_date, address, source, at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        values![
            shop,
            id,
            address_id,
            address.from.to_string(),
            json_text(&address.address),
            address.source.name(),
            now
        ],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("subscription_address"))
}

/// The address of the checkout, told late; nothing where another one was set on my page since (R22).
pub fn add_first_address(
    shop: &ShopId,
    id: &SubscriptionId,
    address_id: &str,
    address: &SubscriptionAddress,
    now: i64,
) -> Statement {
    Statement::new(
        "insert into subscription_address (shop_id, subscription_id, address_id, from_date, address, source, at)
         select cast($1 as text), cast($2 as text), cast($3 as text), cast($4 as text), cast($5 as text),
                cast($6 as text), cast($7 as bigint)
          where not exists (select 1 from subscription_address as later
                             where later.shop_id = $1 and later.subscription_id = $2 and later.source <> $6)
         on conflict do nothing",
        values![
            shop,
            id,
            address_id,
            address.from.to_string(),
            json_text(&address.address),
            address.source.name(),
            now
        ],
    )
}

/// The addresses with their moments (Unix ms), in the order in which they were set.
pub async fn addresses(
    reader: &Reader,
    shop: &ShopId,
    id: &SubscriptionId,
) -> Result<Vec<(SubscriptionAddress, i64)>, StoreError> {
    let sql = "select from_date, address, source, at from subscription_address
               where shop_id = $1 and subscription_id = $2 order by address_id";
    let rows = reader.rows(sql, values![shop, id]).await?;
    let read = |row: &Row| {
        let address = SubscriptionAddress {
            from: date(row, "from_date")?,
            address: json(row, "address")?,
            source: AddressSource::from_name(row.text("source")?)
                .ok_or_else(|| RowError::new("source is unknown"))?,
        };
        Ok::<_, RowError>((address, row.int("at")?))
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// The earlier mail addresses of its buyer.
pub async fn former_mails(
    reader: &Reader,
    shop: &ShopId,
    id: &SubscriptionId,
) -> Result<Vec<FormerMail>, StoreError> {
    let sql = "select former_mails from subscription where shop_id = $1 and subscription_id = $2";
    let row = reader.row(sql, values![shop, id]).await?;
    let read = row.map(|row| opt_json(&row, "former_mails")).transpose()?;
    Ok(read.flatten().unwrap_or_default())
}

/// Another mail address of its buyer, and the earlier ones, unless someone else wrote it since it was read
/// ([`Unmet::Stale`]).
pub fn mail_changed(row: &Subscription, mail: &str, former: &[FormerMail], now: i64) -> Statement {
    Statement::new(
        "update subscription set buyer_mail = $1, former_mails = $2, updated_at = $3, version = version + 1
         where shop_id = $4 and subscription_id = $5 and version = $6",
        values![mail, json_text(former), now, &row.shop_id, &row.id, row.version],
    )
    .touching(1)
    .or(Unmet::Stale("subscription"))
}

/// Adds what happened; `name` is the event's name, `row.event` its whole.
pub fn happened<E: Serialize>(
    shop: &ShopId,
    id: &SubscriptionId,
    entry_id: &str,
    name: &'static str,
    row: &EventRow<E>,
) -> Statement {
    Statement::new(
        "insert into subscription_event (shop_id, subscription_id, entry_id, at, actor, event, detail)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        values![shop, id, entry_id, row.at, &row.actor, name, json_text(&row.event)],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("subscription_event"))
}

/// What happened, the latest first; at most 200.
pub async fn events<E: for<'de> Deserialize<'de>>(
    reader: &Reader,
    shop: &ShopId,
    id: &SubscriptionId,
) -> Result<Vec<EventRow<E>>, StoreError> {
    let sql = "select at, actor, detail from subscription_event
               where shop_id = $1 and subscription_id = $2 order by entry_id desc limit 200";
    let rows = reader.rows(sql, values![shop, id]).await?;
    let read = |row: &Row| {
        Ok::<_, RowError>(EventRow {
            at: row.int("at")?,
            actor: row.text("actor")?.to_owned(),
            event: json(row, "detail")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

fn date(row: &Row, column: &str) -> Result<Date, RowError> {
    row.text(column)?.parse().map_err(|_| RowError::new(format!("{column} is no date")))
}
