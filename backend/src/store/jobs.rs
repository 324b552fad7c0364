//! Work to be done later: a table of jobs, claimed under a lease.
//!
//! A job is put in by the batch of the business it belongs to, so it exists exactly when that was stored. It runs
//! at least once: what it does must bear a repeat. Ending a job asserts its lease, so a worker that was too slow
//! learns it ([`Unmet::Lost`]) and its batch is undone. Times are Unix milliseconds and come in as arguments.
//! Start at [`enqueue`] and [`claim`].

use super::{Row, RowError, Statement, Store, StoreError, Unmet, values};
use shared::id::{JobId, ShopId};

const TABLE: &str = "job";

/// A job to be put in.
#[derive(Debug, Clone, Copy)]
pub struct NewJob<'a> {
    /// Whose it is.
    pub shop_id: &'a ShopId,
    /// A new id.
    pub job_id: &'a JobId,
    /// Which worker does it (`reconcile`).
    pub kind: &'a str,
    /// What it is about (an order's id).
    pub subject: &'a str,
    /// JSON for the worker. Of jobs that are open only once, the first one's counts: let it follow from the subject.
    pub payload: &'a str,
    /// Not before.
    pub due_at: i64,
    /// The present.
    pub now: i64,
}

/// A claimed job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Whose it is.
    pub shop_id: ShopId,
    /// Its id.
    pub job_id: JobId,
    /// Which worker does it.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// JSON for the worker.
    pub payload: String,
    /// When it was to be done.
    pub due_at: i64,
    /// Which attempt this is, from 1.
    pub attempts: i64,
    /// Who claimed it.
    pub lease_holder: String,
    /// Which of all its leases this is.
    pub lease_number: i64,
    /// From then on others may claim it.
    pub lease_until: i64,
    /// When it was put in.
    pub created_at: i64,
}

/// Puts a job in, whatever else there is.
pub fn enqueue(job: &NewJob<'_>) -> Statement {
    Statement::new(
        "insert into job (shop_id, job_id, kind, subject, payload, job_state, due_at, attempts, asked_again,
                          lease_number, lease_until, created_at)
         values ($1, $2, $3, $4, $5, 'open', $6, 0, 0, 0, 0, $7)",
        values![job.shop_id, job.job_id, job.kind, job.subject, job.payload, job.due_at, job.now],
    )
    .touching(1)
    .or(Unmet::AlreadyExists(TABLE))
}

/// Puts a job in unless one of this kind and subject is open: that one is pulled to the earlier time, or, if it is
/// being worked on, runs once more when it ends, because it may have looked before the reason for this one arose. Of
/// several who ask meanwhile the earliest counts.
pub fn enqueue_once(job: &NewJob<'_>) -> Statement {
    Statement::new(
        "insert into job (shop_id, job_id, kind, subject, once_key, payload, job_state, due_at, attempts,
                          asked_again, lease_number, lease_until, created_at)
         values ($1, $2, $3, $4, $4, $5, 'open', $6, 0, 0, 0, 0, $7)
         on conflict (shop_id, kind, once_key) do update set
           asked_again = case when job.lease_holder is null then 0 else 1 end,
           asked_due = case when job.lease_holder is null then null
                            when job.asked_due < excluded.due_at then job.asked_due else excluded.due_at end,
           due_at = case when job.lease_holder is null and excluded.due_at < job.due_at
                         then excluded.due_at else job.due_at end",
        values![job.shop_id, job.job_id, job.kind, job.subject, job.payload, job.due_at, job.now],
    )
    .touching(1)
    .or(Unmet::AlreadyExists(TABLE))
}

/// Which jobs a worker looks for.
#[derive(Debug, Clone, Copy)]
pub enum Kinds {
    /// Whatever is due.
    All,
    /// These kinds.
    Only(&'static [&'static str]),
    /// Every kind but these.
    AllBut(&'static [&'static str]),
}

impl Kinds {
    /// As a condition; kinds are words of the program's own.
    fn condition(self) -> String {
        let list =
            |kinds: &[&str]| kinds.iter().map(|kind| format!("'{kind}'")).collect::<Vec<_>>().join(", ");
        match self {
            Self::All => String::new(),
            Self::Only(kinds) => format!("and kind in ({})", list(kinds)),
            Self::AllBut(kinds) => format!("and kind not in ({})", list(kinds)),
        }
    }
}

/// The shops that have jobs of `kinds` which are due and nobody's.
///
/// # Errors
/// As [`Store::reader`]; [`StoreError::Row`] for a row that cannot be.
pub async fn shops_with_work(store: &Store, now: i64, kinds: Kinds) -> Result<Vec<ShopId>, StoreError> {
    let reader = store.reader().await?;
    let rows = reader.rows(shops_query(kinds), values![now]).await?;
    Ok(rows.iter().map(|row| row.parse("shop_id")).collect::<Result<_, _>>()?)
}

/// From shop to shop by the index, never through all jobs of one.
pub fn shops_query(kinds: Kinds) -> String {
    let kinds = kinds.condition();
    format!(
        "with recursive shops(shop_id) as (
           select min(shop_id) from job where job_state = 'open'
           union all
           select (select min(j.shop_id) from job j where j.job_state = 'open' and j.shop_id > shops.shop_id)
             from shops where shops.shop_id is not null)
         select shop_id from shops
          where shop_id is not null
            and exists (select 1 from job j where j.shop_id = shops.shop_id and j.job_state = 'open'
                          and j.due_at <= $1 and j.lease_until <= $1 {kinds})"
    )
}

/// Leases up to `limit` due jobs of `kinds` to `holder` for `lease_ms` milliseconds, the longest due first.
///
/// Of `shop` alone, or of all. A job goes to one holder at a time. `holder` is different for every worker and every start of the program.
///
/// # Errors
/// As [`Store::write`]; [`StoreError::Row`] for a row that cannot be.
pub async fn claim(
    store: &Store,
    now: i64,
    holder: &str,
    (kinds, shop): (Kinds, Option<&ShopId>),
    limit: i64,
    lease_ms: i64,
) -> Result<Vec<Job>, StoreError> {
    // Where several processes work, each skips what the others are claiming instead of waiting for them.
    let kinds = kinds.condition();
    let of_shop = if shop.is_some() { "and shop_id = $5" } else { "" };
    let skip = if store.is_shared() { "for update skip locked" } else { "" };
    // Materialized, because PostgreSQL may otherwise run the inner query more than once and pass the limit.
    let sql = format!(
        "with due as materialized (
           select shop_id, job_id from job
            where job_state = 'open' and due_at <= $1 and lease_until <= $1 {kinds} {of_shop}
            order by due_at limit $2 {skip})
         update job set lease_holder = $3, lease_until = $4, attempts = attempts + 1, lease_number = lease_number + 1
          where (shop_id, job_id) in (select shop_id, job_id from due)
            and job_state = 'open' and due_at <= $1 and lease_until <= $1
         returning shop_id, job_id, kind, subject, payload, due_at, attempts, lease_holder, lease_number, lease_until,
                   created_at"
    );
    let mut values = values![now, limit, holder, now.saturating_add(lease_ms)];
    values.extend(shop.map(Into::into));
    let lease = Statement::new(sql, values).returning();
    let outcome = store.write(lease).await?;
    let mut jobs = outcome.rows(0).iter().map(Job::try_from).collect::<Result<Vec<_>, _>>()?;
    jobs.sort_by(|a, b| (a.due_at, &a.job_id).cmp(&(b.due_at, &b.job_id)));
    Ok(jobs)
}

impl TryFrom<&Row> for Job {
    type Error = RowError;

    fn try_from(row: &Row) -> Result<Self, RowError> {
        let read = || {
            Ok(Self {
                shop_id: row.parse("shop_id")?,
                job_id: row.parse("job_id")?,
                kind: row.text("kind")?.to_owned(),
                subject: row.text("subject")?.to_owned(),
                payload: row.text("payload")?.to_owned(),
                due_at: row.int("due_at")?,
                attempts: row.int("attempts")?,
                lease_holder: row.text("lease_holder")?.to_owned(),
                lease_number: row.int("lease_number")?,
                lease_until: row.int("lease_until")?,
                created_at: row.int("created_at")?,
            })
        };
        read().map_err(|error: RowError| error.of(TABLE, row.text("job_id").unwrap_or("?")))
    }
}

/// Keeps a lease until `until`, for work that takes longer.
pub fn extend(job: &Job, until: i64) -> Statement {
    Statement::new(
        "update job set lease_until = $1
          where shop_id = $2 and job_id = $3 and lease_holder = $4 and lease_number = $5",
        values![until, &job.shop_id, &job.job_id, &job.lease_holder, job.lease_number],
    )
    .touching(1)
    .or(Unmet::Lost(TABLE))
}

/// Ends a job that is done; if it was asked for again meanwhile it stays open and is due as asked.
pub fn finish(job: &Job, now: i64) -> Statement {
    Statement::new(
        "update job set
           job_state = case when asked_again = 1 then 'open' else 'done' end,
           once_key = case when asked_again = 1 then once_key else null end,
           ended_at = case when asked_again = 1 then null else cast($1 as bigint) end,
           attempts = case when asked_again = 1 then 0 else attempts end,
           due_at = case when asked_again = 1 then coalesce(asked_due, due_at) else due_at end,
           asked_again = 0, asked_due = null, lease_holder = null, lease_until = 0, last_error = null
          where shop_id = $2 and job_id = $3 and lease_holder = $4 and lease_number = $5",
        values![now, &job.shop_id, &job.job_id, &job.lease_holder, job.lease_number],
    )
    .touching(1)
    .or(Unmet::Lost(TABLE))
}

/// Gives a job back, to be tried again at `due_at`, or earlier where that was asked for meanwhile. `error` holds no
/// personal data.
pub fn postpone(job: &Job, due_at: i64, error: &str) -> Statement {
    Statement::new(
        "update job set due_at = case when asked_due < $1 then asked_due else $1 end,
           last_error = $2, asked_again = 0, asked_due = null, lease_holder = null, lease_until = 0
          where shop_id = $3 and job_id = $4 and lease_holder = $5 and lease_number = $6",
        values![due_at, error, &job.shop_id, &job.job_id, &job.lease_holder, job.lease_number],
    )
    .touching(1)
    .or(Unmet::Lost(TABLE))
}

/// Gives a job up: it stays in the table for people to see, unless it was asked for again meanwhile; then that is
/// tried. `error` holds no personal data.
pub fn bury(job: &Job, now: i64, error: &str) -> Statement {
    Statement::new(
        "update job set
           job_state = case when asked_again = 1 then 'open' else 'buried' end,
           once_key = case when asked_again = 1 then once_key else null end,
           ended_at = case when asked_again = 1 then null else cast($1 as bigint) end,
           attempts = case when asked_again = 1 then 0 else attempts end,
           due_at = case when asked_again = 1 then coalesce(asked_due, due_at) else due_at end,
           asked_again = 0, asked_due = null, lease_holder = null, lease_until = 0, last_error = $2
          where shop_id = $3 and job_id = $4 and lease_holder = $5 and lease_number = $6",
        values![now, error, &job.shop_id, &job.job_id, &job.lease_holder, job.lease_number],
    )
    .touching(1)
    .or(Unmet::Lost(TABLE))
}

/// Deletes jobs that were done before `before`; buried ones stay.
pub fn forget_done(before: i64) -> Statement {
    Statement::new("delete from job where job_state = 'done' and ended_at < $1", values![before])
}
