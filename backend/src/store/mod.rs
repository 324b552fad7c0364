//! Storage: one set of SQL on SQLite and on PostgreSQL, chosen by the database's address.
//!
//! Writes are values ([`Batch`]), reads see one snapshot ([`Reader`]); nothing here decides anything. Start at
//! [`Store::open`], [`Store::write`] and [`Store::reader`].

pub mod batch;
pub mod error;
pub mod jobs;
pub mod mail_templates;
pub mod mails;
pub mod migrate;
mod postgres;
pub mod reader;
mod sqlite;
pub mod value;

pub mod bulk;
pub mod catalogue;
pub mod checkouts;
pub mod corrections;
pub mod daily_totals;
pub mod dashboard;
pub mod disputes;
pub mod intents;
pub mod ledger;
pub mod members;
pub mod monthly_totals;
pub mod notifications;
pub mod operators;
pub mod order_list;
pub mod orders;
pub mod pace;
pub mod payment_links;
pub mod refunds;
pub mod remedies;
pub mod saved_views;
pub mod settings_changes;
pub mod shops;
pub mod subscriptions;
pub mod timeline;

pub use self::batch::{Batch, Expecting, Outcome, Statement, Unmet};
pub use self::error::{DatabaseError, OpenError, StoreError};
pub use self::migrate::{MIGRATIONS, Migration};
pub use self::reader::Reader;
pub use self::value::{Row, RowError, Value};
pub use crate::values;

use std::time::Duration;
use tokio::sync::watch;

/// How long anything waits for a connection before the answer is [`StoreError::Full`].
const PATIENCE: Duration = Duration::from_secs(5);

/// How often [`retry_stale`] tries in all.
const TRIES: usize = 5;

/// A handle on the database; clones share it.
#[derive(Clone)]
pub struct Store(Engine);

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// Sizes of the engine, and the migrations to run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// SQLite: batches that may wait for the writer; the next one is answered [`StoreError::Full`].
    pub queue: usize,
    /// SQLite: connections for reading.
    pub readers: usize,
    /// PostgreSQL: connections.
    pub connections: usize,
    /// Migrations, in ascending order.
    pub migrations: &'static [Migration],
}

impl Default for Options {
    fn default() -> Self {
        Self { queue: 1024, readers: 4, connections: 16, migrations: MIGRATIONS }
    }
}

impl Store {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`) and brings its tables up to date.
    ///
    /// `now` (Unix milliseconds) is written beside each migration that is applied.
    ///
    /// # Errors
    /// [`OpenError`]; among them [`OpenError::InUse`] when another process has the SQLite file.
    pub async fn open(url: &str, now: i64) -> Result<Self, OpenError> {
        Self::open_with(url, now, Options::default()).await
    }

    /// [`Store::open`] with sizes and migrations of the caller's choice.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_with(url: &str, now: i64, options: Options) -> Result<Self, OpenError> {
        let engine = if let Some(path) = url.strip_prefix("sqlite:") {
            Engine::Sqlite(sqlite::Sqlite::open(path, now, options).await?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Engine::Postgres(postgres::Postgres::open(url, now, options).await?)
        } else {
            return Err(OpenError::Address);
        };
        Ok(Self(engine))
    }

    /// Stores `batch`: all of it, or nothing. Success means committed and on disk.
    ///
    /// Once this has been polled the batch runs to its end, even when the caller goes away.
    ///
    /// # Errors
    /// [`StoreError::Unmet`] names the first expectation that was not met; [`StoreError::Full`] and
    /// [`StoreError::Failed`] say that the database could not take it.
    pub async fn write(&self, batch: impl Into<Batch>) -> Result<Outcome, StoreError> {
        let batch = batch.into();
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.write(batch).await,
            Engine::Postgres(postgres) => postgres.write(batch).await,
        }
    }

    /// Starts reading: everything the reader returns is of one moment, at or after this call.
    ///
    /// Drop it before any other wait: it holds one of few connections.
    ///
    /// # Errors
    /// [`StoreError::Full`] when no connection comes free in time, [`StoreError::Failed`] when there is none.
    pub async fn reader(&self) -> Result<Reader, StoreError> {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.reader().await.map(Reader::sqlite),
            Engine::Postgres(postgres) => postgres.reader().await.map(Reader::postgres),
        }
    }

    /// Changes at every commit made by this process; for those who otherwise poll.
    pub fn committed(&self) -> watch::Receiver<u64> {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.committed(),
            Engine::Postgres(postgres) => postgres.committed(),
        }
    }

    /// Finishes what was asked before and closes the database. Later writes fail.
    pub async fn close(&self) {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => postgres.close(),
        }
    }

    /// Whether several processes may work on this database, so that row locks are needed.
    pub(crate) const fn is_shared(&self) -> bool {
        matches!(self.0, Engine::Postgres(_))
    }
}

/// Runs `attempt` (read, decide, write) again while it ends in [`Unmet::Stale`], at most five times in all.
///
/// # Errors
/// Whatever the last attempt said.
pub async fn retry_stale<T, E, F>(mut attempt: impl FnMut() -> F) -> Result<T, E>
where
    E: std::error::Error + 'static,
    F: Future<Output = Result<T, E>>,
{
    for _ in 1..TRIES {
        match attempt().await {
            Err(error) if is_stale(&error) => {}
            done => return done,
        }
    }
    attempt().await
}

/// Whether [`Unmet::Stale`] stands anywhere in the chain of causes.
fn is_stale(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .any(|error| matches!(error.downcast_ref::<Unmet>(), Some(Unmet::Stale(_))))
}

/// A JSON column as its type; an impossible value names the column and never quotes it.
pub(crate) fn json<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> Result<T, RowError> {
    serde_json::from_str(row.text(column)?).map_err(|_| RowError::new(format!("{column} is not of its type")))
}

/// A JSON column that may be null.
pub(crate) fn opt_json<T: serde::de::DeserializeOwned>(
    row: &Row,
    column: &str,
) -> Result<Option<T>, RowError> {
    row.opt_text(column)?
        .map(serde_json::from_str)
        .transpose()
        .map_err(|_| RowError::new(format!("{column} is not of its type")))
}

/// A value as the text of a JSON column.
pub(crate) fn json_text<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("rows are plain JSON")
}
