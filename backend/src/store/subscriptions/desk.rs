//! Which subscriptions a list of 定期管理 shows, each list a run of one index, with the month's meters beside them.
//!
//! Start at [`Run`]: a run is read in its own order from a place on, a bounded number of rows at a time.

use super::{COLUMNS, Subscription, subscription_of};
use crate::store::monthly_totals::MonthlyTotal;
use crate::store::order_list::Sql;
use crate::store::{Reader, Row, RowError, Statement, StoreError, Unmet, Value, values};
use jiff::civil::Date;
use shared::id::{BuyerId, ChargePermissionId, ShopId, SubscriptionId};
use shared::money::Yen;
use shared::monthly_cap::Month;
use shared::order::OrderStatus;
use shared::payment::PaymentState;
use shared::payment_method::PaymentMethod;

/// One run of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// Everything, the newest first.
    All,
    /// One state by its name, the newest first.
    State(&'static str),
    /// One mail address, the newest first.
    Mail(String),
    /// The one of that number.
    Number(String),
    /// The one under that permission.
    Permission(String),
    /// What waits at the cap until a moment at the latest (Unix ms), the soonest first.
    Waits(i64),
    /// What goes on and waits for nothing, delivered on that day at the latest, the soonest first.
    Charge(Date),
    /// Agreements ended at Amazon at which nobody has looked, the latest first.
    AmazonEnd,
    /// Of which a renewal failed at that moment (Unix ms) or later, the latest first.
    Failed(i64),
}

/// A place in a run: what it is sorted by, and the subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Unix ms, or for [`Run::Charge`] a day as text.
    pub at: Value,
    /// The subscription.
    pub id: String,
}

/// A subscription with what its month has come to.
#[derive(Clone)]
pub struct Listed {
    /// It.
    pub row: Subscription,
    /// Under its permission.
    pub month: Option<MonthlyTotal>,
    /// By its buyer over all permissions.
    pub buyer_used: Yen,
    /// Since when the agreement is ended at Amazon and nobody has looked, Unix ms.
    pub amazon_end_at: Option<i64>,
    /// When a renewal last failed, Unix ms.
    pub failed_at: Option<i64>,
}

impl Run {
    /// The condition, the column it is sorted by, and whether it falls.
    fn shape(&self) -> (&'static str, Option<Value>, &'static str, bool) {
        match self {
            Self::All => ("", None, "created_at", true),
            Self::State(name) => (" and subscription_state = ", Some((*name).into()), "created_at", true),
            Self::Mail(mail) => (
                " and buyer_mail is not null and buyer_mail = ",
                Some(mail.as_str().into()),
                "created_at",
                true,
            ),
            Self::Number(number) => {
                (" and subscription_number = ", Some(number.as_str().into()), "created_at", true)
            }
            Self::Permission(permission) => {
                (" and charge_permission_id = ", Some(permission.as_str().into()), "created_at", true)
            }
            Self::Waits(until) => (
                " and waits_until is not null and waits_until <= ",
                Some((*until).into()),
                "waits_until",
                false,
            ),
            Self::Charge(last) => (
                " and subscription_state = 'active' and waits_until is null and next_delivery is not null \
                 and next_delivery <= ",
                Some(last.to_string().into()),
                "next_delivery",
                false,
            ),
            Self::AmazonEnd => (" and amazon_end_at is not null", None, "amazon_end_at", true),
            Self::Failed(since) => {
                (" and failed_at is not null and failed_at >= ", Some((*since).into()), "failed_at", true)
            }
        }
    }

    fn write(&self, columns: &str, shop: &ShopId, after: Option<&Place>, limit: i64) -> Sql {
        let (condition, value, by, falls) = self.shape();
        let mut sql = Sql {
            text: format!("select {columns} from subscription where shop_id = $1{condition}"),
            values: values![shop],
        };
        let put = |sql: &mut Sql, value: Value| {
            sql.values.push(value);
            let number = sql.values.len();
            sql.text.push_str(&format!("${number}"));
        };
        if let Some(value) = value {
            put(&mut sql, value);
        }
        if let Some(after) = after {
            let sign = if falls { '<' } else { '>' };
            sql.text.push_str(&format!(" and ({by}, subscription_id) {sign} ("));
            put(&mut sql, after.at.clone());
            sql.text.push_str(", ");
            put(&mut sql, after.id.as_str().into());
            sql.text.push(')');
        }
        let order = if falls { " desc" } else { "" };
        sql.text.push_str(&format!(" order by {by}{order}, subscription_id{order} limit "));
        put(&mut sql, limit.into());
        sql
    }

    /// The query that reads up to `limit` of it strictly after that place, with the meters of `month`.
    pub fn query(&self, shop: &ShopId, after: Option<&Place>, limit: i64, month: Month) -> Sql {
        let columns = [COLUMNS, ", next_delivery, waits_until, amazon_end_at, failed_at"].concat();
        let mut sql = self.write(&columns, shop, after, limit);
        let (_, _, by, falls) = self.shape();
        let order = if falls { " desc" } else { "" };
        sql.values.push(month.number().into());
        let meters = meters(sql.values.len());
        sql.text = format!(
            "select f.*, {meters} from ({}) f order by f.{by}{order}, f.subscription_id{order}",
            sql.text
        );
        sql
    }

    /// The query that counts up to `limit` of it.
    pub fn count_query(&self, shop: &ShopId, limit: i64) -> Sql {
        let mut sql = self.write("subscription_id", shop, None, limit);
        sql.text = format!("select count(*) as n from ({}) c", sql.text);
        sql
    }

    /// Up to `limit` of it strictly after that place.
    ///
    /// # Errors
    /// As [`Reader::rows`].
    pub async fn read(
        &self,
        reader: &Reader,
        shop: &ShopId,
        after: Option<&Place>,
        limit: i64,
        month: Month,
    ) -> Result<Vec<Listed>, StoreError> {
        let Sql { text, values } = self.query(shop, after, limit, month);
        let rows = reader.rows(text, values).await?;
        Ok(rows.iter().map(listed_of).collect::<Result<_, _>>()?)
    }

    /// How many there are, at most `limit`.
    ///
    /// # Errors
    /// As [`Reader::rows`].
    pub async fn count(&self, reader: &Reader, shop: &ShopId, limit: i64) -> Result<i64, StoreError> {
        let Sql { text, values } = self.count_query(shop, limit);
        let row = reader.row(text, values).await?;
        Ok(row.map(|row| row.int("n")).transpose()?.unwrap_or(0))
    }
}

/// What the month `$number` has come to beside each row `f`: looked up row by row, because a join would read every month
/// there is wherever the database believes that there are few.
fn meters(number: usize) -> String {
    let of = |column: &str, subject: &str, name: &str| {
        format!(
            "(select m.{column} from monthly_total m
               where m.shop_id = $1 and m.subject = {subject} and m.month = ${number}) as {name}"
        )
    };
    [
        of("cap", "f.charge_permission_id", "month_cap"),
        of("used", "f.charge_permission_id", "month_used"),
        of("used", "'buyer:' || f.buyer_id", "buyer_used"),
    ]
    .join(", ")
}

/// The subscription of that id, as in a list.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn find(
    reader: &Reader,
    shop: &ShopId,
    id: &SubscriptionId,
    month: Month,
) -> Result<Option<Listed>, StoreError> {
    let meters = meters(3);
    let sql = format!(
        "select f.*, {meters}
           from (select {COLUMNS}, amazon_end_at, failed_at from subscription where shop_id = $1 and subscription_id = $2) f"
    );
    let row = reader.row(sql, values![shop, id, month.number()]).await?;
    Ok(row.map(|row| listed_of(&row)).transpose()?)
}

/// Those of the buyers who have more than one subscription.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn with_several(
    reader: &Reader,
    shop: &ShopId,
    buyers: &[&BuyerId],
) -> Result<Vec<BuyerId>, StoreError> {
    if buyers.is_empty() {
        return Ok(Vec::new());
    }
    let Sql { text, values } = with_several_query(shop, buyers);
    let rows = reader.rows(text, values).await?;
    Ok(rows.iter().map(|row| row.parse("buyer_id")).collect::<Result<_, RowError>>()?)
}

/// The query of [`with_several`]; of one buyer at least.
pub fn with_several_query(shop: &ShopId, buyers: &[&BuyerId]) -> Sql {
    let mut values = values![shop];
    values.extend(buyers.iter().map(|buyer| Value::from(buyer.as_str())));
    let places: Vec<String> = (2..=values.len()).map(|number| format!("${number}")).collect();
    let text = format!(
        "select buyer_id from subscription where shop_id = $1 and buyer_id in ({})
         group by buyer_id having count(*) > 1",
        places.join(", ")
    );
    Sql { text, values }
}

/// The buyer's subscriptions, the oldest first, as in a list; at most 200.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn of_buyer(
    reader: &Reader,
    shop: &ShopId,
    buyer: &BuyerId,
    month: Month,
) -> Result<Vec<Listed>, StoreError> {
    let Sql { text, values } = of_buyer_query(shop, buyer, month);
    let rows = reader.rows(text, values).await?;
    Ok(rows.iter().map(listed_of).collect::<Result<_, _>>()?)
}

/// The query of [`of_buyer`].
pub fn of_buyer_query(shop: &ShopId, buyer: &BuyerId, month: Month) -> Sql {
    let meters = meters(3);
    let text = format!(
        "select f.*, {meters}
           from (select {COLUMNS}, amazon_end_at, failed_at from subscription
                  where shop_id = $1 and buyer_id = $2 order by subscription_id limit 200) f"
    );
    Sql { text, values: values![shop, buyer, month.number()] }
}

fn listed_of(row: &Row) -> Result<Listed, RowError> {
    let month = match (row.opt_number("month_cap")?, row.opt_number("month_used")?) {
        (Some(cap), Some(used)) => Some(MonthlyTotal { cap, used }),
        _ => None,
    };
    Ok(Listed {
        row: subscription_of(row)?,
        month,
        buyer_used: row.opt_number("buyer_used")?.unwrap_or(Yen::ZERO),
        amazon_end_at: row.opt_int("amazon_end_at")?,
        failed_at: row.opt_int("failed_at")?,
    })
}

/// Takes it out of the queue of agreements ended at Amazon, unless someone else wrote it since it was read or has looked
/// already ([`Unmet::Stale`]).
pub fn acknowledge(shop: &ShopId, id: &SubscriptionId, version: i64, now: i64) -> Statement {
    Statement::new(
        "update subscription set acknowledged_at = $1, amazon_end_at = null, updated_at = $1, version = version + 1
         where shop_id = $2 and subscription_id = $3 and version = $4 and amazon_end_at is not null",
        values![now, shop, id, version],
    )
    .touching(1)
    .or(Unmet::Stale("subscription"))
}

/// How far back [`Run::Failed`] is asked, ms.
pub const FAILED_LOOK_BACK: i64 = 30 * 86_400_000;

/// A renewal failed `at` (Unix ms); `for_good` where its delivery does not come any more, which a later payment does not
/// undo.
pub fn failed(shop: &ShopId, id: &SubscriptionId, at: i64, for_good: bool) -> Statement {
    Statement::new(
        "update subscription set failed_at = $1,
           failed_for_good = case when $2 = 1 or (failed_for_good = 1 and failed_at >= $3) then 1 else 0 end
         where shop_id = $4 and subscription_id = $5",
        values![at, for_good, at - FAILED_LOOK_BACK, shop, id],
    )
}

/// What had been declined is paid: it failed no more.
pub fn recovered(shop: &ShopId, id: &SubscriptionId) -> Statement {
    Statement::new(
        "update subscription set failed_at = null
         where shop_id = $1 and subscription_id = $2 and failed_at is not null and failed_for_good = 0",
        values![shop, id],
    )
}

/// Orders of subscriptions of one day, status, method and payment state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderedDay {
    /// When they are delivered.
    pub date: Date,
    /// Handling of the goods.
    pub status: OrderStatus,
    /// As far as the payment holds the goods: of what is not Amazon Pay's (¥0) nothing there does.
    pub holding: PaymentState,
    /// How many.
    pub count: u32,
    /// What they come to.
    pub total: Yen,
}

/// The orders of subscriptions that are delivered from the one day to the other, at most `limit` of them, the earliest first.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn ordered_days(
    reader: &Reader,
    shop: &ShopId,
    days: (Date, Date),
    limit: i64,
) -> Result<Vec<OrderedDay>, StoreError> {
    let Sql { text, values } = ordered_days_query(shop, days, limit);
    let rows = reader.rows(text, values).await?;
    let read = |row: &Row| {
        let (status, payment) = (row.text("order_status")?, row.text("payment_state")?);
        Ok::<_, RowError>(OrderedDay {
            date: row
                .text("delivery_date")?
                .parse()
                .map_err(|_| RowError::new("delivery_date is no date"))?,
            status: OrderStatus::from_name(status).ok_or_else(|| RowError::new("order_status is unknown"))?,
            holding: if row.text("payment_method")? == PaymentMethod::AmazonPay.name() {
                PaymentState::ALL
                    .into_iter()
                    .find(|state| state.name() == payment)
                    .ok_or_else(|| RowError::new("payment_state is unknown"))?
            } else {
                PaymentState::Authorized
            },
            count: row.number("n")?,
            total: row.number("total")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// The query of [`ordered_days`].
pub fn ordered_days_query(shop: &ShopId, (first, last): (Date, Date), limit: i64) -> Sql {
    Sql {
        text: "select f.delivery_date, f.order_status, f.payment_method, f.payment_state, count(*) as n,
                      cast(sum(f.total) as bigint) as total
               from (select delivery_date, order_status, payment_method, payment_state, total from orders
                      where shop_id = $1 and delivery_date is not null and delivery_date >= $2 and delivery_date <= $3
                      order by delivery_date, order_id limit $4) f
               group by f.delivery_date, f.order_status, f.payment_method, f.payment_state
               order by f.delivery_date"
            .to_owned(),
        values: values![shop, first.to_string(), last.to_string(), limit],
    }
}

/// A month under a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthRow {
    /// Which.
    pub month: Month,
    /// Cap and use.
    pub total: MonthlyTotal,
    /// Of the use, what nobody knows the end of yet.
    pub reserved: Yen,
}

/// The months of the permission, the latest first; at most `limit`.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn months(
    reader: &Reader,
    shop: &ShopId,
    permission: &ChargePermissionId,
    limit: i64,
) -> Result<Vec<MonthRow>, StoreError> {
    let Sql { text, values } = months_query(shop, permission, limit);
    let rows = reader.rows(text, values).await?;
    let read = |row: &Row| {
        let total = MonthlyTotal { cap: row.number("cap")?, used: row.number("used")? };
        let reserved = row.opt_number("reserved")?.unwrap_or(Yen::ZERO);
        Ok::<_, RowError>(MonthRow { month: row.number("month")?, total, reserved })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// The query of [`months`].
pub fn months_query(shop: &ShopId, permission: &ChargePermissionId, limit: i64) -> Sql {
    Sql {
        text: "select m.month, m.cap, m.used, (
                 select cast(sum(r.amount) as bigint) from cap_reservation r
                  where r.shop_id = m.shop_id and r.charge_permission_id = m.subject and r.month = m.month
                    and r.reservation_state = 'reserved') as reserved
               from monthly_total m where m.shop_id = $1 and m.subject = $2 order by m.month desc limit $3"
            .to_owned(),
        values: values![shop, permission, limit],
    }
}

/// Id, version and time of subscriptions written at `since` or later, the oldest first; of those at `since` only ids
/// above `after`.
///
/// # Errors
/// The database failed.
pub async fn changed_since(
    reader: &Reader,
    shop: &ShopId,
    since: i64,
    after: &str,
    limit: i64,
) -> Result<Vec<(SubscriptionId, i64, i64)>, StoreError> {
    let rows = reader
        .rows(
            "select subscription_id, version, updated_at from subscription
             where shop_id = $1 and updated_at >= $2 and (updated_at, subscription_id) > ($2, $3)
             order by updated_at, subscription_id limit $4",
            values![shop, since, after, limit],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Ok((row.parse("subscription_id")?, row.int("version")?, row.int("updated_at")?)))
        .collect::<Result<_, RowError>>()?)
}
