//! How fast Amazon may be called: token buckets shared by all processes, one row per shop and kind of call.
//!
//! A bucket is one moment, `free_at`: when it would be full again. Taking a token moves it on by the time one token
//! takes to come back, which is possible while it lies no further ahead than a whole bucket.

use super::{Statement, Store, StoreError, values};
use shared::id::ShopId;

/// Takes a token, if there is one; else nothing is stored. `step` is the time in which one token comes back, in
/// milliseconds, `burst` how many the bucket holds, `kept` how many of them are left to those who go first.
///
/// # Errors
/// As [`Store::write`].
pub async fn take(
    store: &Store,
    shop: &ShopId,
    operation: &str,
    now: i64,
    (step, burst): (i64, i64),
    kept: i64,
) -> Result<bool, StoreError> {
    let first_free = now + step;
    let last_chance = now + step * (burst - 1 - kept).max(0);
    let statement = Statement::new(
        "insert into amazon_pace (shop_id, operation, free_at) values ($1, $2, $3)
         on conflict (shop_id, operation) do update set
           free_at = case when amazon_pace.free_at < $4 then $3 else amazon_pace.free_at + $5 end
         where amazon_pace.free_at <= $6
         returning free_at",
        values![shop, operation, first_free, now, step, last_chance],
    );
    Ok(!store.write(statement.returning()).await?.rows(0).is_empty())
}
