//! SQLite's readers: a few connections that cannot write, lent out one snapshot at a time.
//!
//! Queries run on blocking threads. A connection comes home whenever its reader is dropped, also in the middle of a
//! query. Start at [`Readers::lend`].

use super::super::value::{Row, Value};
use super::super::{DatabaseError, PATIENCE, StoreError};
use super::{BUSY, STATEMENTS, bind, closed, fetch};
use rusqlite::{Connection, OpenFlags};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The connections that read; made when first needed.
pub(super) struct Readers {
    path: PathBuf,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, most: usize) -> Self {
        Self { path, permits: Arc::new(Semaphore::new(most)), idle: Mutex::new(Vec::new()) }
    }

    /// Lends a connection, waiting for one to come home if all are out.
    pub(super) async fn lend(self: &Arc<Self>) -> Result<SqliteReader, StoreError> {
        let permit = Arc::clone(&self.permits).acquire_owned();
        let permit = tokio::time::timeout(PATIENCE, permit).await.map_err(|_| StoreError::Full)?;
        let lease = Lease {
            connection: self.idle().pop(),
            reading: false,
            home: Arc::clone(self),
            _permit: permit.map_err(|_| closed())?,
        };
        Ok(SqliteReader { lease: tokio::sync::Mutex::new(Some(lease)) })
    }

    /// Ends the idle connections now and those on loan when they come home.
    pub(super) fn close(&self) {
        self.permits.close();
        self.idle().clear();
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reading connection on loan. It goes home when dropped, wherever that happens.
struct Lease {
    connection: Option<Connection>,
    reading: bool,
    home: Arc<Readers>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    /// Runs one query; the first one opens the snapshot.
    fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, DatabaseError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(connect_reader(&self.home.path)?),
        };
        if !self.reading {
            connection.prepare_cached("begin")?.execute([])?;
            self.reading = true;
        } else if connection.is_autocommit() {
            return Err(DatabaseError::new("the snapshot is gone"));
        }
        let mut prepared = connection.prepare_cached(sql)?;
        bind(&mut prepared, values)?;
        fetch(&mut prepared)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        let ended = connection.is_autocommit() || connection.execute_batch("rollback").is_ok();
        if ended && !self.home.permits.is_closed() {
            self.home.idle().push(connection);
        }
    }
}

pub(in super::super) struct SqliteReader {
    /// Empty while a query runs, and for good if that query's caller went away.
    lease: tokio::sync::Mutex<Option<Lease>>,
}

impl SqliteReader {
    pub(in super::super) async fn rows(
        &self,
        sql: Cow<'static, str>,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let mut slot = self.lease.lock().await;
        let interrupted = || DatabaseError::new("the reader was interrupted");
        let mut lease = slot.take().ok_or_else(interrupted)?;
        let (lease, rows) = tokio::task::spawn_blocking(move || {
            let rows = lease.rows(&sql, &values).map_err(|error| error.about(&sql));
            (lease, rows)
        })
        .await
        .map_err(|_| interrupted())?;
        *slot = Some(lease);
        Ok(rows?)
    }
}

fn connect_reader(path: &Path) -> Result<Connection, DatabaseError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch("pragma query_only = on; pragma trusted_schema = off;")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}
