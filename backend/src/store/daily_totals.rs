//! How often something happened on a day in Japan: raised in the batch that makes it happen, read as a whole.

use super::{Reader, Statement, StoreError, Value, values};
use jiff::civil::Date;
use shared::id::ShopId;

/// Authorizations Amazon gave.
pub const AUTHORIZED: &str = "authorized";
/// Authorizations Amazon refused.
pub const DECLINED: &str = "declined";
/// Before Amazon's reason.
pub const DECLINED_BECAUSE: &str = "declined:";
/// Most rows that one reading looks at: thirty days with a hundred reasons.
const MOST: i64 = 3_000;

/// What is read of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyTotal {
    /// yyyy-mm-dd in Japan.
    pub day: String,
    /// What is counted.
    pub name: String,
    /// How often.
    pub amount: i64,
}

/// Raises a count by `by`, below zero to take back. Every order of the shop writes these rows: last in a batch, and
/// always in the order of their keys.
pub fn raise(shop: &ShopId, day: Date, name: &str, by: i64) -> Statement {
    Statement::new(
        "insert into daily_total (shop_id, day, name, amount) values ($1, $2, $3, $4)
         on conflict (shop_id, day, name) do update set amount = daily_total.amount + excluded.amount",
        values![shop, day.to_string(), name, by],
    )
}

/// The query of [`since`], for those who look at how a database answers it.
pub fn since_query(shop: &ShopId, first: Date) -> (&'static str, Vec<Value>) {
    (
        "select day, name, amount from daily_total where shop_id = $1 and day >= $2 order by day desc, name limit $3",
        values![shop, first.to_string(), MOST],
    )
}

/// What was counted from the day `first` on, newest day first.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn since(reader: &Reader, shop: &ShopId, first: Date) -> Result<Vec<DailyTotal>, StoreError> {
    let (sql, values) = since_query(shop, first);
    let rows = reader.rows(sql, values).await?;
    let total = |row: &super::Row| {
        Ok::<_, super::RowError>(DailyTotal {
            day: row.text("day")?.to_owned(),
            name: row.text("name")?.to_owned(),
            amount: row.int("amount")?,
        })
    };
    Ok(rows.iter().map(total).collect::<Result<_, _>>()?)
}
