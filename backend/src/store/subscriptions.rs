//! Subscriptions, their periods, addresses and what happened to them.

mod parts;

pub mod desk;

pub use parts::{
    EventRow, PeriodRow, add_address, add_first_address, addresses, events, former_mails, happened,
    mail_changed, period, periods,
};

use super::{Reader, Row, RowError, Statement, Store, StoreError, Unmet, values};
use shared::api::Language;
use shared::charge::ChargePermissionState;
use shared::id::{BuyerId, ChargePermissionId, OrderId, OrderNumber, ProductId, ShopId, SubscriptionId};
use shared::money::{TaxRate, Yen};
use shared::renewal::Told;
use shared::renewal_price::{Price, ToldPrice};
use shared::subscription::{EndReason, Schedule, SubscriptionState};

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
    /// What the buyer knows of present trouble.
    pub told: Told,
    /// Unix ms.
    pub created_at: i64,
    /// As read.
    pub version: i64,
}

const COLUMNS: &str = "shop_id, subscription_id, subscription_number, buyer_id, buyer_name, buyer_mail,
    buyer_phone, language, first_order_id, product_id, product_name, tax_percent, unit_price, quantity,
    shipping_fee, schedule, subscription, due_at, current_order_id, tries, failed_periods, charge_permission_id,
    permission_state, payment_text, told_price_at, told_price, created_at, version, told";

/// A new subscription; one of this first order or permission makes this [`Unmet::AlreadyExists`].
pub fn insert(row: &Subscription) -> Statement {
    Statement::new(
        "insert into subscription (shop_id, subscription_id, subscription_number, buyer_id, buyer_name, buyer_mail,
           buyer_phone, language, first_order_id, product_id, product_name, tax_percent, unit_price, quantity,
           shipping_fee, schedule, subscription_state, subscription, next_delivery, due_at, current_order_id,
           tries, failed_periods, charge_permission_id, permission_state, payment_text, told_price_at, told_price,
           created_at, updated_at, version, told, waits_until, amazon_end_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
           $22, $23, $24, $25, $26, $27, $28, $29, $29, 1, $30, $31, $32) on conflict do nothing",
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
            row.created_at,
            super::json_text(&row.told),
            waits_until(row),
            amazon_end(row)
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
           told_price = $20, updated_at = $21, version = version + 1, told = $25, waits_until = $26,
           amazon_end_at = case when acknowledged_at is null then cast($27 as bigint) end
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
            row.version,
            super::json_text(&row.told),
            waits_until(row),
            amazon_end(row)
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

/// Until when nothing is charged for want of room in the month (R19), Unix ms.
fn waits_until(row: &Subscription) -> Option<i64> {
    let until = row.told.deferred_until.filter(|_| matches!(row.state, SubscriptionState::Active));
    until.map(|until| until.as_millisecond())
}

/// Since when the agreement is ended at Amazon (R24), Unix ms.
fn amazon_end(row: &Subscription) -> Option<i64> {
    match &row.state {
        SubscriptionState::Ended { reason: EndReason::Amazon | EndReason::Lapsed, at } => {
            Some(at.as_millisecond())
        }
        SubscriptionState::PaymentNeeded { since } if row.told.agreement => Some(since.as_millisecond()),
        _ => None,
    }
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

/// Keeps what Amazon tells of the permission: its state and the text of the payment method. No change anybody would
/// have to look at before acting, so the version stays.
pub fn heard(row: &Subscription) -> Statement {
    Statement::new(
        "update subscription set permission_state = $1, payment_text = $2
         where shop_id = $3 and subscription_id = $4",
        values![permission_name(row.permission_state), row.payment_text.as_ref(), &row.shop_id, &row.id],
    )
}

/// Sees to what goes on and is to be seen to after `now` (Unix ms) so many days earlier.
pub fn see_to_earlier(shop: &ShopId, days: i64, now: i64) -> Statement {
    Statement::new(
        "update subscription set due_at = due_at - $1
         where shop_id = $2 and subscription_state = 'active' and due_at is not null and due_at > $3",
        values![days * 86_400_000, shop, now],
    )
}

/// Sees to it at `at` (Unix ms) next, if nobody asked for another moment since it was taken until `until`.
pub fn rest(shop: &ShopId, id: &SubscriptionId, until: i64, at: Option<i64>) -> Statement {
    Statement::new(
        "update subscription set due_at = $1 where shop_id = $2 and subscription_id = $3 and due_at = $4",
        values![at, shop, id, until],
    )
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
            told: match row.opt_text("told")? {
                None => Told::default(),
                Some(_) => super::json(row, "told")?,
            },
            created_at: row.int("created_at")?,
            version: row.int("version")?,
        })
    };
    read().map_err(|error| error.of("subscription", id.as_str()))
}

impl Subscription {
    /// As agreed, or as charged last.
    pub const fn agreed(&self) -> Price {
        Price { unit: self.unit_price, shipping_fee: self.shipping_fee }
    }

    /// The buyer has been told of `price`; of the agreed one again: nothing else is to come.
    pub fn tell_price(&mut self, told: ToldPrice, now: i64) {
        let told = (told.price != self.agreed()).then_some(told);
        self.told.price = told;
        self.told_price = told.map(|told| told.price.unit);
        self.told_price_at = told.map(|_| now);
    }

    /// The deliveries cost `price` from now on.
    pub fn hold(&mut self, price: Price) {
        if price != self.agreed() {
            self.unit_price = price.unit;
            self.shipping_fee = price.shipping_fee;
            self.told.price = None;
            self.told_price = None;
            self.told_price_at = None;
        }
    }

    /// What the next delivery costs, in yen; nothing where that cannot be calculated.
    pub fn total(&self) -> Option<Yen> {
        shared::subscription::delivery_total(self.unit_price, self.quantity, self.shipping_fee)
    }
}
