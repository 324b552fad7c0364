//! Orders.

use super::{Reader, Row, RowError, Statement, StoreError, Unmet, Value, values};
use jiff::civil::Date;
use shared::address::{DeliveryAddress, RawAddress};
use shared::cart::{CartLine, Totals};
use shared::id::{
    BuyerId, CartId, ChargeId, ChargePermissionId, CheckoutId, OrderId, OrderNumber, ShopId, SubscriptionId,
};
use shared::identity::PersonName;
use shared::money::Yen;
use shared::order::{OrderOrigin, OrderStatus};
use shared::payment::{Payment, PaymentState};
use shared::payment_method::PaymentMethod;
use shared::status_icon::StatusIcon;

/// An order with everything we keep of it.
#[derive(Clone)]
pub struct Order {
    /// The shop.
    pub shop_id: ShopId,
    /// Ours; sorts by time.
    pub id: OrderId,
    /// As people say it.
    pub number: OrderNumber,
    /// The checkout it came of.
    pub checkout_id: Option<CheckoutId>,
    /// Handling of the goods.
    pub order_status: OrderStatus,
    /// How it came about.
    pub origin: OrderOrigin,
    /// How it is paid.
    pub method: PaymentMethod,
    /// The payment as far as we know Amazon's side.
    pub payment: Payment,
    /// Totals as they stand now.
    pub totals: Totals,
    /// What was bought.
    pub lines: Vec<CartLine>,
    /// Who bought.
    pub buyer: OrderBuyer,
    /// Where it goes, tidied.
    pub address: Option<DeliveryAddress>,
    /// Where it goes, as Amazon gave it.
    pub original_address: Option<RawAddress>,
    /// Found only after the payment that it cannot be delivered there.
    pub area_not_served: bool,
    /// Amazon's.
    pub charge_permission_id: Option<ChargePermissionId>,
    /// Amazon's.
    pub charge_id: Option<ChargeId>,
    /// The subscription it is a delivery of.
    pub subscription: Option<OrderSubscription>,
    /// What the desk has done with it.
    pub desk: OrderDesk,
    /// Unix ms.
    pub placed_at: i64,
    /// Unix ms.
    pub updated_at: i64,
    /// As read.
    pub version: i64,
    /// The version at which what may be charged or given back last changed: who saw this version or a later one saw the
    /// amounts and state that still hold.
    pub terms_version: i64,
}

/// Of which subscription an order is a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderSubscription {
    /// Ours.
    pub id: SubscriptionId,
    /// From 1.
    pub period: u32,
    /// When it is to be delivered.
    pub delivery: Date,
}

/// Who bought, as Amazon gave it.
#[derive(Clone, Default)]
pub struct OrderBuyer {
    /// Different for each merchant.
    pub id: Option<BuyerId>,
    /// One text.
    pub name: String,
    /// Mail address.
    pub mail: Option<String>,
    /// As typed at Amazon.
    pub phone: Option<String>,
}

/// What the operators' desk adds to an order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OrderDesk {
    /// Names in parts.
    pub identity: OrderIdentity,
    /// Was paid by Amazon Pay and left it for good.
    pub left_amazon_pay: bool,
    /// The order whose place this one took.
    pub replaces: Option<OrderId>,
    /// The order that took this one's place.
    pub replaced_by: Option<OrderId>,
    /// A dispute is open.
    pub disputed: bool,
    /// Shared by orders that are shipped together.
    pub bundle_id: Option<String>,
    /// Amazon's request id of the answer that led to the payment's present state.
    pub payment_request_id: Option<String>,
    /// Charges from before the present one, oldest first: an order authorized anew is found by them, too.
    pub former_charges: Vec<ChargeId>,
}

/// Names in parts, and what a guest's buyer data has besides; blank until a person told them.
#[derive(Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OrderIdentity {
    /// Of the delivery address.
    pub delivery: PersonName,
    /// Of the buyer data.
    pub buyer: PersonName,
    /// Of the buyer data: seven digits.
    pub postal_code: Option<String>,
    /// An operator has edited address or buyer: Amazon's address is no longer read over it.
    #[serde(default)]
    pub edited: bool,
    /// Amazon's one name string, untouched; absent for orders from before it was kept, and for those of other ways.
    #[serde(default)]
    pub amazon_name: Option<String>,
}

const COLUMNS: &str =
    "shop_id, order_id, order_number, checkout_id, order_status, order_origin, payment_method,
    payment, totals, order_lines, buyer_id, buyer_name, buyer_mail, buyer_phone, delivery_address,
    original_address, area_not_served, charge_permission_id, charge_id, placed_at, updated_at, version,
    terms_version, identity, left_amazon_pay, replaces, replaced_by, disputed, bundle_id, subscription_id,
    period, delivery_date, payment_request_id, former_charges";

/// A new order, unless its checkout has one already ([`Unmet::AlreadyPlaced`]).
pub fn insert(order: &Order) -> Statement {
    Statement::new(
        "insert into orders (shop_id, order_id, order_number, checkout_id, order_status, order_origin,
           payment_method, payment_state, payment, total, totals, order_lines, buyer_id, buyer_name, buyer_mail,
           buyer_phone, delivery_address, original_address, area_not_served, charge_permission_id, charge_id,
           expires_at, placed_at, updated_at, identity, left_amazon_pay, replaces, subscription_id, period, delivery_date,
           parcel_key, version, terms_version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
           $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, 1, 1) on conflict do nothing",
        values![
            &order.shop_id,
            &order.id,
            &order.number,
            order.checkout_id.as_ref(),
            order.order_status.name(),
            order.origin.name(),
            order.method.name(),
            order.payment.state().name(),
            super::json_text(&order.payment),
            order.totals.total,
            super::json_text(&order.totals),
            super::json_text(&order.lines),
            order.buyer.id.as_ref(),
            &order.buyer.name,
            order.buyer.mail.as_ref(),
            order.buyer.phone.as_ref(),
            order.address.as_ref().map(super::json_text),
            order.original_address.as_ref().map(super::json_text),
            order.area_not_served,
            order.charge_permission_id.as_ref(),
            order.charge_id.as_ref(),
            order.payment.expires_at().map(|at| at.as_millisecond()),
            order.placed_at,
            order.updated_at,
            super::json_text(&order.desk.identity),
            order.desk.left_amazon_pay,
            order.desk.replaces.as_ref(),
            order.subscription.as_ref().map(|of| &of.id),
            order.subscription.as_ref().map(|of| i64::from(of.period)),
            order.subscription.as_ref().map(|of| of.delivery.to_string()),
            order.parcel_key()
        ],
    )
    .touching(1)
    .or(Unmet::AlreadyPlaced("orders"))
}

/// Writes what may change of an order, unless someone else wrote it since it was read ([`Unmet::Stale`]).
pub fn save(order: &Order, now: i64) -> Statement {
    Statement::new(
        "update orders set order_status = $1, payment_state = $2, payment = $3, delivery_address = $4,
           original_address = $5, area_not_served = $6, charge_permission_id = $7, charge_id = $8,
           expires_at = $9, updated_at = $10, payment_method = $11, total = $12, totals = $13,
           order_lines = $14, buyer_mail = $15, buyer_phone = $16, identity = $17, left_amazon_pay = $18,
           replaced_by = $19, disputed = $20, bundle_id = $21, payment_request_id = $25, former_charges = $26,
           partly_refunded = $27, parcel_key = $28, version = version + 1,
           terms_version = case when payment_state = $2 and total = $12 and payment_method = $11
                                then terms_version else version + 1 end
         where shop_id = $22 and order_id = $23 and version = $24",
        values![
            order.order_status.name(),
            order.payment.state().name(),
            super::json_text(&order.payment),
            order.address.as_ref().map(super::json_text),
            order.original_address.as_ref().map(super::json_text),
            order.area_not_served,
            order.charge_permission_id.as_ref(),
            order.charge_id.as_ref(),
            order.payment.expires_at().map(|at| at.as_millisecond()),
            now,
            order.method.name(),
            order.totals.total,
            super::json_text(&order.totals),
            super::json_text(&order.lines),
            order.buyer.mail.as_ref(),
            order.buyer.phone.as_ref(),
            super::json_text(&order.desk.identity),
            order.desk.left_amazon_pay,
            order.desk.replaced_by.as_ref(),
            order.desk.disputed,
            order.desk.bundle_id.as_ref(),
            &order.shop_id,
            &order.id,
            order.version,
            order.desk.payment_request_id.as_ref(),
            (!order.desk.former_charges.is_empty()).then(|| super::json_text(&order.desk.former_charges)),
            StatusIcon::of(&order.payment) == Some(StatusIcon::PartlyRefunded),
            order.parcel_key()
        ],
    )
    .touching(1)
    .or(Unmet::Stale("orders"))
}

/// Asserts, and holds until the batch ends, that nobody wrote the order since it was read ([`Unmet::Stale`]).
pub fn unchanged(order: &Order) -> Statement {
    Statement::new(
        "update orders set version = version where shop_id = $1 and order_id = $2 and version = $3",
        values![&order.shop_id, &order.id, order.version],
    )
    .touching(1)
    .or(Unmet::Stale("orders"))
}

/// As [`unchanged`], and whoever decided by the order as it was read comes too late: its version moves, its terms stay.
pub fn touched(order: &Order) -> Statement {
    Statement::new(
        "update orders set version = version + 1 where shop_id = $1 and order_id = $2 and version = $3",
        values![&order.shop_id, &order.id, order.version],
    )
    .touching(1)
    .or(Unmet::Stale("orders"))
}

/// What may be done with the order's money is not what it was, though state, total and method stand: whoever saw it before
/// this batch comes too late ([`Order::same_terms_as`]). After the statement that saves the order.
pub fn terms_changed(order: &Order) -> Statement {
    Statement::new(
        "update orders set terms_version = version where shop_id = $1 and order_id = $2",
        values![&order.shop_id, &order.id],
    )
}

/// From now on Amazon's buyer and address are not taken any more: they were read, or an operator has edited them.
pub fn permission_read(shop: &ShopId, order: &OrderId, now: i64) -> Statement {
    Statement::new(
        "update orders set permission_read_at = $1
         where shop_id = $2 and order_id = $3 and permission_read_at is null",
        values![now, shop, order],
    )
}

/// Writes buyer and address as the charge permission tells them, once, unless someone else wrote the order since it
/// was read ([`Unmet::Stale`]).
pub fn take_permission(order: &Order, now: i64) -> Statement {
    Statement::new(
        "update orders set permission_read_at = $1, buyer_id = $2, buyer_name = $3, buyer_mail = $4,
           buyer_phone = $5, delivery_address = $6, original_address = $7, area_not_served = $8, updated_at = $1,
           identity = $12, version = version + 1
         where shop_id = $9 and order_id = $10 and version = $11 and permission_read_at is null",
        values![
            now,
            order.buyer.id.as_ref(),
            &order.buyer.name,
            order.buyer.mail.as_ref(),
            order.buyer.phone.as_ref(),
            order.address.as_ref().map(super::json_text),
            order.original_address.as_ref().map(super::json_text),
            order.area_not_served,
            &order.shop_id,
            &order.id,
            order.version,
            super::json_text(&order.desk.identity)
        ],
    )
    .touching(1)
    .or(Unmet::Stale("orders"))
}

/// Whether the charge permission still has to be read.
pub async fn permission_is_unread(
    reader: &Reader,
    shop: &ShopId,
    order: &OrderId,
) -> Result<bool, StoreError> {
    let sql = "select permission_read_at from orders where shop_id = $1 and order_id = $2";
    let row = reader.row(sql, values![shop, order]).await?;
    Ok(row.map(|row| row.opt_int("permission_read_at")).transpose()?.flatten().is_none())
}

/// Orders that somebody has to ask Amazon about and nobody will: something is open or pending, or an authorization
/// should have ended, and no job is there to follow it. At most `limit`, over all shops.
///
/// # Errors
/// The database failed.
pub async fn forgotten(
    reader: &Reader,
    follow_kind: &str,
    now: i64,
    limit: i64,
) -> Result<Vec<(ShopId, OrderId)>, StoreError> {
    let (sql, values) = forgotten_query(follow_kind, now, limit);
    let rows = reader.rows(sql, values).await?;
    Ok(rows
        .iter()
        .map(|row| Ok((row.parse("shop_id")?, row.parse("order_id")?)))
        .collect::<Result<_, RowError>>()?)
}

/// The query of [`forgotten`], for those who look at how a database answers it. Cross joins, because SQLite would
/// otherwise begin with all orders instead of the few shops and the few open intents.
pub fn forgotten_query(follow_kind: &str, now: i64, limit: i64) -> (&'static str, Vec<Value>) {
    (
        "select found.shop_id, found.order_id from (
           select orders.shop_id, orders.order_id from shop cross join orders
            where orders.shop_id = shop.shop_id and orders.payment_state in
                  ('authorization_pending', 'capture_pending', 'refund_pending', 'unconfirmed')
           union
           select shop_id, order_id from orders where expires_at is not null and expires_at <= $1
           union
           select orders.shop_id, orders.order_id from open_intent cross join orders
            where orders.shop_id = open_intent.shop_id and orders.order_id = open_intent.subject
           union
           select shop_id, order_id from foreign_refund) as found
          where not exists (select 1 from job
                             where job.shop_id = found.shop_id and job.kind = $2
                               and job.once_key = found.order_id)
          limit $3",
        values![now, follow_kind, limit],
    )
}

/// The order of that id.
pub async fn find(reader: &Reader, shop: &ShopId, order: &OrderId) -> Result<Option<Order>, StoreError> {
    one(reader, "order_id = $2", shop, order.as_str()).await
}

/// Orders that share the bundle, oldest first.
///
/// # Errors
/// The database failed.
pub async fn bundled(reader: &Reader, shop: &ShopId, bundle: &str) -> Result<Vec<Order>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from orders where shop_id = $1 and bundle_id = $2 order by placed_at, order_id"
    );
    many(reader, sql, values![shop, bundle]).await
}

/// What is asked for the orders that may be shipped with one of that [`Order::parcel_key`]: those of the same key, and
/// unshipped ones from before there were keys; each newest first, at most `limit`.
pub fn bundleable(shop: &ShopId, key: &str, limit: i64) -> [(String, Vec<Value>); 2] {
    let order = "order by placed_at desc, order_id desc limit";
    [
        (
            format!("select {COLUMNS} from orders where shop_id = $1 and parcel_key = $2 {order} $3"),
            values![shop, key, limit],
        ),
        (
            format!(
                "select {COLUMNS} from orders
                  where shop_id = $1 and order_status in ('new', 'preparing') and payment_method <> 'amazon_pay'
                    and parcel_key is null {order} $2"
            ),
            values![shop, limit],
        ),
    ]
}

/// Orders that may be shipped with one of that key, as far as the database tells (R46).
///
/// # Errors
/// The database failed.
pub async fn of_parcel(
    reader: &Reader,
    shop: &ShopId,
    key: &str,
    limit: i64,
) -> Result<Vec<Order>, StoreError> {
    let [keyed, before] = bundleable(shop, key, limit);
    let mut found = many(reader, keyed.0, keyed.1).await?;
    found.extend(many(reader, before.0, before.1).await?);
    found.sort_by(|a, b| (b.placed_at, &b.id).cmp(&(a.placed_at, &a.id)));
    Ok(found)
}

async fn many(reader: &Reader, sql: String, values: Vec<Value>) -> Result<Vec<Order>, StoreError> {
    let rows = reader.rows(sql, values).await?;
    Ok(rows.iter().map(order_of).collect::<Result<_, RowError>>()?)
}

async fn one(
    reader: &Reader,
    condition: &str,
    shop: &ShopId,
    value: &str,
) -> Result<Option<Order>, StoreError> {
    let row = reader
        .row(format!("select {COLUMNS} from orders where shop_id = $1 and {condition}"), values![shop, value])
        .await?;
    Ok(row.map(|row| order_of(&row)).transpose()?)
}

/// The subscription's orders, the latest first; at most `limit`.
pub async fn of_subscription(
    reader: &Reader,
    shop: &ShopId,
    subscription: &SubscriptionId,
    limit: i64,
) -> Result<Vec<Order>, StoreError> {
    let sql = format!(
        "select {COLUMNS} from orders where shop_id = $1 and subscription_id = $2
         order by placed_at desc, order_id desc limit $3"
    );
    let rows = reader.rows(sql, values![shop, subscription, limit]).await?;
    Ok(rows.iter().map(order_of).collect::<Result<_, _>>()?)
}

/// Where a page of the list begins: strictly before this order.
#[derive(Debug, Clone)]
pub struct Before {
    /// Unix ms.
    pub placed_at: i64,
    /// Of the last order seen.
    pub order_id: OrderId,
}

/// A page of the list, newest first.
pub async fn page(
    reader: &Reader,
    shop: &ShopId,
    before: Option<&Before>,
    limit: i64,
) -> Result<Vec<Order>, StoreError> {
    let rows = match before {
        None => {
            reader
                .rows(
                    format!(
                        "select {COLUMNS} from orders where shop_id = $1
                         order by placed_at desc, order_id desc limit $2"
                    ),
                    values![shop, limit],
                )
                .await?
        }
        Some(before) => {
            reader
                .rows(
                    format!(
                        "select {COLUMNS} from orders where shop_id = $1 and (placed_at, order_id) < ($2, $3)
                         order by placed_at desc, order_id desc limit $4"
                    ),
                    values![shop, before.placed_at, &before.order_id, limit],
                )
                .await?
        }
    };
    Ok(rows.iter().map(order_of).collect::<Result<_, _>>()?)
}

/// The buyer's own orders, newest first; at most `limit`.
pub async fn of_buyer(
    reader: &Reader,
    shop: &ShopId,
    buyer: &BuyerId,
    before: Option<&Before>,
    limit: i64,
) -> Result<Vec<Order>, StoreError> {
    // Without a cursor from the end of time on, so that there is one statement.
    let (placed_at, order_id) =
        before.map_or((i64::MAX, ""), |before| (before.placed_at, before.order_id.as_str()));
    let sql = format!(
        "select {COLUMNS} from orders
          where shop_id = $1 and buyer_id = $2 and (placed_at, order_id) < ($3, $4)
          order by placed_at desc, order_id desc limit $5"
    );
    let rows = reader.rows(sql, values![shop, buyer, placed_at, order_id, limit]).await?;
    Ok(rows.iter().map(order_of).collect::<Result<_, _>>()?)
}

/// Orders at 与信NG, or canceled with nothing taken, that this cart left, or that this buyer can still pay by a link at `now`
/// (Unix ms), the latest first; of either the 20 latest.
///
/// # Errors
/// The database failed.
pub async fn declined_before(
    reader: &Reader,
    shop: &ShopId,
    cart: &CartId,
    buyer: Option<&BuyerId>,
    now: i64,
) -> Result<Vec<Order>, StoreError> {
    let [(of_buyer, buyers), (of_cart, carts)] = declined_before_queries(shop, cart, buyer, now);
    let mut found = many(reader, of_buyer, buyers).await?;
    for row in reader.rows(of_cart, carts).await? {
        let checkout: CheckoutId = row.parse("checkout_id")?;
        let Some(order) = one(reader, "checkout_id = $2", shop, checkout.as_str()).await? else { continue };
        let ended =
            matches!(order.payment.state(), PaymentState::AuthorizationDeclined | PaymentState::Canceled);
        if ended && found.iter().all(|other| other.id != order.id) {
            found.push(order);
        }
    }
    found.sort_by(|a, b| (b.placed_at, &b.id).cmp(&(a.placed_at, &a.id)));
    Ok(found)
}

/// The queries of [`declined_before`], for those who look at how a database answers them: the buyer's orders, and the
/// checkouts of the cart that came to an order.
pub fn declined_before_queries(
    shop: &ShopId,
    cart: &CartId,
    buyer: Option<&BuyerId>,
    now: i64,
) -> [(String, Vec<Value>); 2] {
    [
        (
            format!(
                "select {COLUMNS} from orders
                  where shop_id = $1 and buyer_id = $2 and payment_state in ('authorization_declined', 'canceled')
                    and exists (select 1 from payment_link l
                                 where l.shop_id = orders.shop_id and l.order_id = orders.order_id and l.expires_at > $3)
                  order by placed_at desc, order_id desc limit 20"
            ),
            values![shop, buyer, now],
        ),
        (
            "select checkout_id from checkout where shop_id = $1 and cart_id = $2 and checkout_state = 'placed'
              order by created_at desc limit 20"
                .to_owned(),
            values![shop, cart],
        ),
    ]
}

/// Orders of the shop written at or after `since` (Unix ms), and of that moment only those after the order `after`,
/// oldest change first, for the live list.
pub async fn changed_since(
    reader: &Reader,
    shop: &ShopId,
    since: i64,
    after: &str,
    limit: i64,
) -> Result<Vec<(OrderId, i64, i64)>, StoreError> {
    let rows = reader
        .rows(
            "select order_id, version, updated_at from orders
             where shop_id = $1 and updated_at >= $2 and (updated_at, order_id) > ($2, $3)
             order by updated_at, order_id limit $4",
            values![shop, since, after, limit],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Ok((row.parse("order_id")?, row.int("version")?, row.int("updated_at")?)))
        .collect::<Result<_, RowError>>()?)
}

fn order_of(row: &Row) -> Result<Order, RowError> {
    let id: OrderId = row.parse("order_id")?;
    let read = || -> Result<Order, RowError> {
        Ok(Order {
            shop_id: row.parse("shop_id")?,
            id: id.clone(),
            number: row.parse("order_number")?,
            checkout_id: row.opt_parse("checkout_id")?,
            order_status: OrderStatus::from_name(row.text("order_status")?)
                .ok_or_else(|| RowError::new("order_status is unknown"))?,
            origin: [OrderOrigin::Checkout, OrderOrigin::Renewal, OrderOrigin::Operator]
                .into_iter()
                .find(|origin| row.text("order_origin") == Ok(origin.name()))
                .ok_or_else(|| RowError::new("order_origin is unknown"))?,
            method: PaymentMethod::from_name(row.text("payment_method")?)
                .ok_or_else(|| RowError::new("payment_method is unknown"))?,
            payment: super::json(row, "payment")?,
            totals: super::json(row, "totals")?,
            lines: super::json(row, "order_lines")?,
            buyer: OrderBuyer {
                id: row.opt_parse("buyer_id")?,
                name: row.text("buyer_name")?.to_owned(),
                mail: row.opt_text("buyer_mail")?.map(str::to_owned),
                phone: row.opt_text("buyer_phone")?.map(str::to_owned),
            },
            address: super::opt_json(row, "delivery_address")?,
            original_address: super::opt_json(row, "original_address")?,
            area_not_served: row.flag("area_not_served")?,
            charge_permission_id: row.opt_parse("charge_permission_id")?,
            charge_id: row.opt_parse("charge_id")?,
            subscription: subscription_of(row)?,
            desk: OrderDesk {
                identity: super::opt_json(row, "identity")?.unwrap_or_default(),
                left_amazon_pay: row.flag("left_amazon_pay")?,
                replaces: row.opt_parse("replaces")?,
                replaced_by: row.opt_parse("replaced_by")?,
                disputed: row.flag("disputed")?,
                bundle_id: row.opt_text("bundle_id")?.map(str::to_owned),
                payment_request_id: row.opt_text("payment_request_id")?.map(str::to_owned),
                former_charges: super::opt_json(row, "former_charges")?.unwrap_or_default(),
            },
            placed_at: row.int("placed_at")?,
            updated_at: row.int("updated_at")?,
            version: row.int("version")?,
            terms_version: row.int("terms_version")?,
        })
    };
    read().map_err(|error| error.of("orders", id.as_str()))
}

fn subscription_of(row: &Row) -> Result<Option<OrderSubscription>, RowError> {
    let Some(id) = row.opt_parse("subscription_id")? else { return Ok(None) };
    let delivery = row.text("delivery_date")?;
    Ok(Some(OrderSubscription {
        id,
        period: row.number("period")?,
        delivery: delivery.parse().map_err(|_| RowError::new("delivery_date is no date"))?,
    }))
}

impl Order {
    /// What is to be paid now.
    pub const fn total(&self) -> Yen {
        self.totals.total
    }

    /// How the payment stands as far as it holds the goods: Amazon's state. Of an order that is not Amazon Pay's (¥0, or paid
    /// another way) nothing stands at Amazon, and nothing there holds it.
    pub fn holding(&self) -> PaymentState {
        match self.method {
            PaymentMethod::AmazonPay => self.payment.state(),
            _ => PaymentState::Authorized,
        }
    }

    /// What orders that one parcel reaches have in common, while this one may be shipped with others (R46): neither
    /// shipped nor canceled, not and never paid by Amazon Pay.
    pub fn parcel_key(&self) -> Option<String> {
        let waits = matches!(self.order_status, OrderStatus::New | OrderStatus::Preparing);
        let may = waits && self.method != PaymentMethod::AmazonPay && !self.desk.left_amazon_pay;
        let address = self.address.as_ref().filter(|_| may)?;
        Some(crate::secret::sha256_hex(address.parcel().as_bytes()))
    }

    /// Whether somebody who saw the order at `version` saw the terms that still hold.
    pub const fn same_terms_as(&self, version: i64) -> bool {
        self.terms_version <= version && version <= self.version
    }
}

/// The order whose charge has this id, or had it before it was authorized anew.
pub async fn find_id_by_charge(
    reader: &Reader,
    shop: &ShopId,
    charge: &str,
) -> Result<Option<OrderId>, StoreError> {
    let sql =
        "select order_id from orders where shop_id = $1 and charge_id = $2 order by order_id desc limit 1";
    let present = reader.row(sql, values![shop, charge]).await?;
    let found = match present {
        Some(row) => Some(row),
        // Former charges are among the words an order is found by.
        None => {
            let sql = "select order_id from order_term where shop_id = $1 and term = $2 limit 1";
            reader.row(sql, values![shop, shared::order_term::of_amazon_id(charge)]).await?
        }
    };
    Ok(found.map(|row| row.parse("order_id")).transpose()?)
}

/// The latest order under this charge permission.
pub async fn find_id_by_permission(
    reader: &Reader,
    shop: &ShopId,
    permission: &str,
) -> Result<Option<OrderId>, StoreError> {
    let rows = reader
        .rows(
            "select order_id from orders where shop_id = $1 and charge_permission_id = $2
             order by order_id desc limit 1",
            values![shop, permission],
        )
        .await?;
    Ok(rows.first().map(|row| row.parse("order_id")).transpose()?)
}

/// The order's delivery comes on `date`, because it was charged later than planned.
pub fn delivered_on(shop: &ShopId, order: &OrderId, date: Date) -> Statement {
    Statement::new(
        "update orders set delivery_date = $1 where shop_id = $2 and order_id = $3",
        values![date.to_string(), shop, order],
    )
}

/// Takes `by` as the order that came in the place of `order`, unless someone else wrote that since it was read
/// ([`Unmet::Stale`]).
pub fn replaced(order: &Order, by: &OrderId, now: i64) -> Statement {
    Statement::new(
        "update orders set replaced_by = $1, updated_at = $2, version = version + 1
         where shop_id = $3 and order_id = $4 and version = $5",
        values![by, now, &order.shop_id, &order.id, order.version],
    )
    .touching(1)
    .or(Unmet::Stale("orders"))
}

/// The order's number as people say it.
pub async fn number_of(
    reader: &Reader,
    shop: &ShopId,
    order: &OrderId,
) -> Result<Option<OrderNumber>, StoreError> {
    let sql = "select order_number from orders where shop_id = $1 and order_id = $2";
    let row = reader.row(sql, values![shop, order]).await?;
    Ok(row.map(|row| row.parse("order_number")).transpose()?)
}

/// Where a page of キャンセルエラー goes on: whether a remedy was recorded for its last order, when that was placed, and its id.
pub type CancelErrorKey = (bool, i64, OrderId);

/// Orders whose cancel Amazon refused, from after `after`, at most `limit`: those nobody has seen to, the oldest first;
/// `handled`: those with a recorded remedy, the newest first.
pub fn cancel_errors(
    shop: &ShopId,
    handled: bool,
    after: Option<&(i64, OrderId)>,
    limit: i64,
) -> (String, Vec<Value>) {
    let (not, than, way) = if handled { ("", "<", "desc") } else { ("not", ">", "asc") };
    let mut values = values![shop, limit];
    let mut from = String::new();
    if let Some((placed_at, id)) = after {
        values.extend(values![*placed_at, id]);
        from = format!("and (placed_at, order_id) {than} ($3, $4)");
    }
    let text = format!(
        "select {COLUMNS} from orders
          where shop_id = $1 and payment_state in ('refund_failed', 'cancel_failed') {from}
            and {not} exists (select 1 from remedy r where r.shop_id = orders.shop_id and r.order_id = orders.order_id)
          order by placed_at {way}, order_id {way} limit $2"
    );
    (text, values)
}

/// One page of キャンセルエラー: those nobody has seen to first.
///
/// # Errors
/// The database failed.
pub async fn cancel_error_page(
    reader: &Reader,
    shop: &ShopId,
    after: Option<&CancelErrorKey>,
    limit: usize,
) -> Result<Vec<Order>, StoreError> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for handled in [false, true] {
        let from = match after {
            Some((true, ..)) if !handled => continue,
            Some((of, at, id)) if *of == handled => Some((*at, id.clone())),
            _ => None,
        };
        let left = most - i64::try_from(found.len()).unwrap_or(0);
        if left > 0 {
            let (sql, values) = cancel_errors(shop, handled, from.as_ref(), left);
            found.extend(many(reader, sql, values).await?);
        }
    }
    Ok(found)
}
