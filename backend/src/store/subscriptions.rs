//! Subscriptions, their periods, addresses and what happened to them.

use super::{Reader, Row, RowError, Statement, Store, StoreError, Unmet, values};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shared::api::Language;
use shared::charge::ChargePermissionState;
use shared::id::{BuyerId, ChargePermissionId, OrderId, OrderNumber, ProductId, ShopId, SubscriptionId};
use shared::money::{TaxRate, Yen};
use shared::subscription::{
    AddressSource, DropReason, PeriodOutcome, Schedule, SubscriptionAddress, SubscriptionState,
};

/// A subscription with everything we keep of it but its addresses.
#[derive(Clone)]
pub struct Subscription {
    /// The shop.
    pub shop_id: ShopId,
    /// Ours; sorts by time.
    pub id: SubscriptionId,
    /// As people say it; drawn like an order's number.
    pub number: OrderNumber,
    /// Whose it is, for Amazon.
    pub buyer_id: BuyerId,
    /// As Amazon gave it.
    pub buyer_name: String,
    /// Mail address.
    pub buyer_mail: Option<String>,
    /// As typed at Amazon.
    pub buyer_phone: Option<String>,
    /// Of mails.
    pub language: Language,
    /// The order of the checkout it came of.
    pub first_order_id: OrderId,
    /// What is delivered.
    pub product_id: ProductId,
    /// Its name in the next delivery.
    pub product_name: String,
    /// Rate of the tax inside the price.
    pub tax_rate: TaxRate,
    /// Of one piece in the next delivery, tax included.
    pub unit_price: Yen,
    /// 1 to [`shared::subscription::MAX_QUANTITY`].
    pub quantity: u32,
    /// 送料 of each delivery, tax included.
    pub shipping_fee: Yen,
    /// When.
    pub schedule: Schedule,
    /// How far it has come.
    pub state: SubscriptionState,
    /// When to see to it next, Unix ms.
    pub due_at: Option<i64>,
    /// The latest renewal's order, while its payment is not settled.
    pub current_order_id: Option<OrderId>,
    /// How often that order's charge was asked for.
    pub tries: i64,
    /// Periods in a row that could not be paid.
    pub failed_periods: i64,
    /// Amazon's.
    pub charge_permission_id: ChargePermissionId,
    /// As Amazon last said.
    pub permission_state: ChargePermissionState,
    /// Amazon's text; never parsed.
    pub payment_text: Option<String>,
    /// When the buyer was told of a price that differs from the last delivery's, Unix ms.
    pub told_price_at: Option<i64>,
    /// Of which price.
    pub told_price: Option<Yen>,
    /// Unix ms.
    pub created_at: i64,
    /// As read.
    pub version: i64,
}

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

const COLUMNS: &str = "shop_id, subscription_id, subscription_number, buyer_id, buyer_name, buyer_mail,
    buyer_phone, language, first_order_id, product_id, product_name, tax_percent, unit_price, quantity,
    shipping_fee, schedule, subscription, due_at, current_order_id, tries, failed_periods, charge_permission_id,
    permission_state, payment_text, told_price_at, told_price, created_at, version";

/// A new subscription; one of this first order or permission makes this [`Unmet::AlreadyExists`].
pub fn insert(row: &Subscription) -> Statement {
    Statement::new(
        "insert into subscription (shop_id, subscription_id, subscription_number, buyer_id, buyer_name, buyer_mail,
           buyer_phone, language, first_order_id, product_id, product_name, tax_percent, unit_price, quantity,
           shipping_fee, schedule, subscription_state, subscription, next_delivery, due_at, current_order_id,
           tries, failed_periods, charge_permission_id, permission_state, payment_text, told_price_at, told_price,
           created_at, updated_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
           $22, $23, $24, $25, $26, $27, $28, $29, $29, 1) on conflict do nothing",
        values![
            &row.shop_id,
            &row.id,
            &row.number,
            &row.buyer_id,
            &row.buyer_name,
            row.buyer_mail.as_ref(),
            row.buyer_phone.as_ref(),
            row.language.tag(),
            &row.first_order_id,
            &row.product_id,
            &row.product_name,
            row.tax_rate.percent(),
            row.unit_price,
            i64::from(row.quantity),
            row.shipping_fee,
            super::json_text(&row.schedule),
            row.state.name(),
            super::json_text(&row.state),
            next_delivery(row),
            row.due_at,
            row.current_order_id.as_ref(),
            row.tries,
            row.failed_periods,
            &row.charge_permission_id,
            permission_name(row.permission_state),
            row.payment_text.as_ref(),
            row.told_price_at,
            row.told_price,
            row.created_at
        ],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("subscription"))
}

/// Writes what may change of it, unless someone else wrote it since it was read ([`Unmet::Stale`]).
pub fn save(row: &Subscription, now: i64) -> Statement {
    Statement::new(
        "update subscription set buyer_name = $1, buyer_mail = $2, buyer_phone = $3, product_name = $4,
           tax_percent = $5, unit_price = $6, quantity = $7, shipping_fee = $8, schedule = $9,
           subscription_state = $10, subscription = $11, next_delivery = $12, due_at = $13, current_order_id = $14,
           tries = $15, failed_periods = $16, permission_state = $17, payment_text = $18, told_price_at = $19,
           told_price = $20, updated_at = $21, version = version + 1
         where shop_id = $22 and subscription_id = $23 and version = $24",
        values![
            &row.buyer_name,
            row.buyer_mail.as_ref(),
            row.buyer_phone.as_ref(),
            &row.product_name,
            row.tax_rate.percent(),
            row.unit_price,
            i64::from(row.quantity),
            row.shipping_fee,
            super::json_text(&row.schedule),
            row.state.name(),
            super::json_text(&row.state),
            next_delivery(row),
            row.due_at,
            row.current_order_id.as_ref(),
            row.tries,
            row.failed_periods,
            permission_name(row.permission_state),
            row.payment_text.as_ref(),
            row.told_price_at,
            row.told_price,
            now,
            &row.shop_id,
            &row.id,
            row.version
        ],
    )
    .touching(1)
    .or(Unmet::Stale("subscription"))
}

/// The next delivery's date as text; nothing once it has ended.
fn next_delivery(row: &Subscription) -> Option<String> {
    let ended = matches!(row.state, SubscriptionState::Ended { .. });
    row.schedule.next().filter(|_| !ended).map(|date| date.to_string())
}

/// The subscription of that id.
pub async fn find(
    reader: &Reader,
    shop: &ShopId,
    id: &SubscriptionId,
) -> Result<Option<Subscription>, StoreError> {
    one(reader, "subscription_id = $2", shop, id.as_str()).await
}

/// The subscription under that permission.
pub async fn find_by_permission(
    reader: &Reader,
    shop: &ShopId,
    permission: &ChargePermissionId,
) -> Result<Option<Subscription>, StoreError> {
    one(reader, "charge_permission_id = $2", shop, permission.as_str()).await
}

async fn one(
    reader: &Reader,
    condition: &str,
    shop: &ShopId,
    value: &str,
) -> Result<Option<Subscription>, StoreError> {
    let sql = format!("select {COLUMNS} from subscription where shop_id = $1 and {condition}");
    let row = reader.row(sql, values![shop, value]).await?;
    Ok(row.map(|row| subscription_of(&row)).transpose()?)
}

/// The buyer's subscriptions, the oldest first; at most 200.
pub async fn of_buyer(
    reader: &Reader,
    shop: &ShopId,
    buyer: &BuyerId,
) -> Result<Vec<Subscription>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from subscription where shop_id = $1 and buyer_id = $2
         order by subscription_id limit 200"
    );
    let rows = reader.rows(sql, values![shop, buyer]).await?;
    Ok(rows.iter().map(subscription_of).collect::<Result<_, _>>()?)
}

/// Takes up to `limit` subscriptions that are due, the earliest first, over all shops. Each goes to one taker, and
/// comes up again at `until` (Unix ms) whatever becomes of it. The version stays: a due moment is no change anybody
/// sees.
///
/// # Errors
/// As [`Store::write`].
pub async fn take_due(
    store: &Store,
    now: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<(ShopId, SubscriptionId)>, StoreError> {
    let skip = if store.is_shared() { "for update skip locked" } else { "" };
    let sql = format!(
        "with due as materialized (
           select shop_id, subscription_id from subscription where due_at is not null and due_at <= $1
            order by due_at limit $2 {skip})
         update subscription set due_at = $3
          where (shop_id, subscription_id) in (select shop_id, subscription_id from due)
            and due_at is not null and due_at <= $1
         returning shop_id, subscription_id"
    );
    let taken = store.write(Statement::new(sql, values![now, limit, until]).returning()).await?;
    let rows = taken.rows(0).iter();
    Ok(rows
        .map(|row| Ok((row.parse("shop_id")?, row.parse("subscription_id")?)))
        .collect::<Result<_, RowError>>()?)
}

/// Sees to it at `at` (Unix ms) at the latest; an earlier moment that is set already stays.
pub fn see_to(shop: &ShopId, id: &SubscriptionId, at: i64) -> Statement {
    Statement::new(
        "update subscription set due_at = $1
         where shop_id = $2 and subscription_id = $3 and (due_at is null or due_at > $1)",
        values![at, shop, id],
    )
}

/// Sees to it at `at` (Unix ms) next, if nobody asked for another moment since it was taken until `until`.
pub fn rest(shop: &ShopId, id: &SubscriptionId, until: i64, at: Option<i64>) -> Statement {
    Statement::new(
        "update subscription set due_at = $1 where shop_id = $2 and subscription_id = $3 and due_at = $4",
        values![at, shop, id, until],
    )
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
            row.reason.map(|reason| super::json_text(&reason).trim_matches('"').to_owned()),
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
            super::json_text(&address.address),
            address.source.name(),
            now
        ],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("subscription_address"))
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
            address: super::json(row, "address")?,
            source: AddressSource::from_name(row.text("source")?)
                .ok_or_else(|| RowError::new("source is unknown"))?,
        };
        Ok::<_, RowError>((address, row.int("at")?))
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
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
        values![shop, id, entry_id, row.at, &row.actor, name, super::json_text(&row.event)],
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
            event: super::json(row, "detail")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

fn date(row: &Row, column: &str) -> Result<Date, RowError> {
    row.text(column)?.parse().map_err(|_| RowError::new(format!("{column} is no date")))
}

const fn permission_name(state: ChargePermissionState) -> &'static str {
    match state {
        ChargePermissionState::Chargeable => "chargeable",
        ChargePermissionState::NonChargeable => "non_chargeable",
        ChargePermissionState::Closed => "closed",
    }
}

fn subscription_of(row: &Row) -> Result<Subscription, RowError> {
    let id: SubscriptionId = row.parse("subscription_id")?;
    let read = || -> Result<Subscription, RowError> {
        let yen = |column: &str| row.number::<Yen>(column);
        Ok(Subscription {
            shop_id: row.parse("shop_id")?,
            id: id.clone(),
            number: row.parse("subscription_number")?,
            buyer_id: row.parse("buyer_id")?,
            buyer_name: row.text("buyer_name")?.to_owned(),
            buyer_mail: row.opt_text("buyer_mail")?.map(str::to_owned),
            buyer_phone: row.opt_text("buyer_phone")?.map(str::to_owned),
            language: if row.text("language")? == "en" { Language::En } else { Language::Ja },
            first_order_id: row.parse("first_order_id")?,
            product_id: row.parse("product_id")?,
            product_name: row.text("product_name")?.to_owned(),
            tax_rate: match row.int("tax_percent")? {
                8 => TaxRate::Reduced,
                10 => TaxRate::Standard,
                _ => return Err(RowError::new("tax_percent is neither 8 nor 10")),
            },
            unit_price: yen("unit_price")?,
            quantity: row.number("quantity")?,
            shipping_fee: yen("shipping_fee")?,
            schedule: super::json(row, "schedule")?,
            state: super::json(row, "subscription")?,
            due_at: row.opt_int("due_at")?,
            current_order_id: row.opt_parse("current_order_id")?,
            tries: row.int("tries")?,
            failed_periods: row.int("failed_periods")?,
            charge_permission_id: row.parse("charge_permission_id")?,
            permission_state: [
                ChargePermissionState::Chargeable,
                ChargePermissionState::NonChargeable,
                ChargePermissionState::Closed,
            ]
            .into_iter()
            .find(|state| row.text("permission_state") == Ok(permission_name(*state)))
            .ok_or_else(|| RowError::new("permission_state is unknown"))?,
            payment_text: row.opt_text("payment_text")?.map(str::to_owned),
            told_price_at: row.opt_int("told_price_at")?,
            told_price: row.opt_number("told_price")?,
            created_at: row.int("created_at")?,
            version: row.int("version")?,
        })
    };
    read().map_err(|error| error.of("subscription", id.as_str()))
}

impl Subscription {
    /// What the next delivery costs, in yen; nothing where that cannot be calculated.
    pub fn total(&self) -> Option<Yen> {
        shared::subscription::delivery_total(self.unit_price, self.quantity, self.shipping_fee)
    }
}
