//! SQLite: one file, one process, one writer.
//!
//! All writes go through one thread. It takes what waits, runs each batch inside its own savepoint, commits them
//! together (one write to disk for many) and answers only then. Reads use connections of their own that cannot
//! write. A second process is kept out by a lock file. Start at [`Sqlite::open`].

use super::batch::{Batch, Done, Outcome, Statement};
use super::value::{Row, Value};
use super::{DatabaseError, OpenError, Options, PATIENCE, StoreError, migrate};
use rusqlite::{Connection, OpenFlags, ToSql, types};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::{borrow::Cow, io, thread, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};

/// Batches that are committed together at most: bounds how long the first of them waits.
const GROUP: usize = 256;
/// Prepared statements kept per connection; more than this program has.
const STATEMENTS: usize = 512;
/// For what other programs do to the file (a backup, a curious person); our own never collide.
const BUSY: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub(super) struct Sqlite {
    requests: mpsc::Sender<Request>,
    readers: Arc<Readers>,
    commits: watch::Receiver<u64>,
}

enum Request {
    Write(Batch, Answer),
    Close(oneshot::Sender<()>),
}

type Answer = oneshot::Sender<Result<Outcome, StoreError>>;

impl Sqlite {
    pub(super) async fn open(path: &str, now: i64, options: Options) -> Result<Self, OpenError> {
        if path.is_empty() || path.starts_with(":") {
            return Err(OpenError::Address);
        }
        let path = PathBuf::from(path);
        let file = path.clone();
        let (writer, lock) = tokio::task::spawn_blocking(move || {
            let lock = lock(&file)?;
            let writer = connect_writer(&file)?;
            migrate::on_sqlite(&writer, options.migrations, now)?;
            Ok::<_, OpenError>((writer, lock))
        })
        .await
        .map_err(|_| DatabaseError::new("opening was interrupted"))??;

        let (requests, waiting) = mpsc::channel(options.queue);
        let (announce, commits) = watch::channel(0);
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                let work = || Writer { connection: writer, announce, lock }.run(waiting);
                if std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err() {
                    // Nobody knows what the open transaction holds; a new process finds the last commit.
                    tracing::error!("the database writer panicked; the process ends");
                    std::process::abort();
                }
            })
            .map_err(|source| OpenError::File { path: path.display().to_string(), source })?;
        let readers = Arc::new(Readers {
            path,
            permits: Arc::new(Semaphore::new(options.readers)),
            idle: Mutex::new(Vec::new()),
        });
        Ok(Self { requests, readers, commits })
    }

    pub(super) async fn write(&self, batch: Batch) -> Result<Outcome, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.requests.try_send(Request::Write(batch, answer)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Full,
            mpsc::error::TrySendError::Closed(_) => closed(),
        })?;
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    pub(super) async fn reader(&self) -> Result<SqliteReader, StoreError> {
        let permit = Arc::clone(&self.readers.permits).acquire_owned();
        let permit = tokio::time::timeout(PATIENCE, permit).await.map_err(|_| StoreError::Full)?;
        let permit = permit.map_err(|_| closed())?;
        let lease = Lease {
            connection: self.readers.idle().pop(),
            reading: false,
            home: Arc::clone(&self.readers),
            _permit: permit,
        };
        Ok(SqliteReader { lease: tokio::sync::Mutex::new(Some(lease)) })
    }

    pub(super) fn committed(&self) -> watch::Receiver<u64> {
        self.commits.clone()
    }

    pub(super) async fn close(&self) {
        let (done, finished) = oneshot::channel();
        if self.requests.send(Request::Close(done)).await.is_ok() {
            // An error means that the thread has ended, which is what was asked.
            let _ = finished.await;
        }
        self.readers.permits.close();
        self.readers.idle().clear();
    }
}

fn closed() -> StoreError {
    DatabaseError::new("the database is closed").into()
}

/// Takes the lock file beside the database; the lock ends with the returned handle, however the process ends.
fn lock(path: &Path) -> Result<File, OpenError> {
    let beside = PathBuf::from(format!("{}.lock", path.display()));
    let unusable = |source: io::Error| OpenError::File { path: path.display().to_string(), source };
    let lock = private_file(&beside).map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(path.display().to_string())),
        Err(TryLockError::Error(source)) => return Err(unusable(source)),
    }
    // SQLite gives its other files the rights of this one, so it is made here: addresses stand in it.
    private_file(path).map_err(unusable)?;
    Ok(lock)
}

/// Opens `path` for writing, making it readable by its owner only if it does not exist.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn connect_writer(path: &Path) -> Result<Connection, DatabaseError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY)?;
    let mode: String = connection.query_row("pragma journal_mode = wal", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(DatabaseError::new(format!("SQLite keeps journal mode {mode}; wal is needed")));
    }
    connection.execute_batch(
        "pragma synchronous = full; pragma fullfsync = on; pragma checkpoint_fullfsync = on;
         pragma foreign_keys = on; pragma trusted_schema = off; pragma journal_size_limit = 67108864;",
    )?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
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

/// The thread that writes. Fields are dropped in order: the lock goes last.
struct Writer {
    connection: Connection,
    announce: watch::Sender<u64>,
    lock: File,
}

impl Writer {
    fn run(self, mut waiting: mpsc::Receiver<Request>) {
        let mut requests = Vec::with_capacity(GROUP);
        let mut closers = Vec::new();
        while waiting.blocking_recv_many(&mut requests, GROUP) > 0 {
            let mut batches = Vec::with_capacity(requests.len());
            let mut answers = Vec::with_capacity(requests.len());
            for request in requests.drain(..) {
                match request {
                    Request::Write(batch, answer) => {
                        batches.push(batch);
                        answers.push(answer);
                    }
                    Request::Close(done) => {
                        waiting.close();
                        closers.push(done);
                    }
                }
            }
            if !batches.is_empty() {
                self.answer(&batches, answers);
            }
        }
        drop(self.connection);
        drop(self.lock);
        for done in closers {
            let _ = done.send(());
        }
    }

    /// Commits `batches` and tells everyone. Those who stopped listening have their batch stored all the same.
    fn answer(&self, batches: &[Batch], answers: Vec<Answer>) {
        match self.commit(batches) {
            Ok(results) => {
                self.announce.send_modify(|count| *count = count.wrapping_add(1));
                for (answer, result) in answers.into_iter().zip(results) {
                    let _ = answer.send(result);
                }
            }
            Err(error) => {
                tracing::error!(error = %error, batches = batches.len(), "a group of batches was not stored");
                for answer in answers {
                    let _ = answer.send(Err(error.clone().into()));
                }
            }
        }
    }

    /// One transaction for all: an error here means that none of them is stored.
    fn commit(&self, batches: &[Batch]) -> Result<Vec<Result<Outcome, StoreError>>, DatabaseError> {
        let stored = self.try_commit(batches);
        if stored.is_err() && !self.connection.is_autocommit() {
            let undone = self.connection.execute_batch("rollback");
            assert!(undone.is_ok(), "SQLite cannot undo a transaction: {undone:?}");
        }
        stored
    }

    fn try_commit(&self, batches: &[Batch]) -> Result<Vec<Result<Outcome, StoreError>>, DatabaseError> {
        let run = |sql| -> Result<(), DatabaseError> {
            self.connection.prepare_cached(sql)?.execute([])?;
            Ok(())
        };
        run("begin immediate")?;
        let mut results = Vec::with_capacity(batches.len());
        for batch in batches {
            run("savepoint batch")?;
            let result = self.run_batch(batch);
            if let Err(error) = &result {
                if self.connection.is_autocommit() {
                    // SQLite undid everything, earlier batches of the group included.
                    return Err(match error {
                        StoreError::Failed(cause) => cause.clone(),
                        _ => DatabaseError::new("SQLite ended the transaction"),
                    });
                }
                run("rollback to batch")?;
            }
            run("release batch")?;
            results.push(result);
        }
        run("commit")?;
        Ok(results)
    }

    fn run_batch(&self, batch: &Batch) -> Result<Outcome, StoreError> {
        let mut outcome = Outcome { done: Vec::with_capacity(batch.statements.len()) };
        for statement in &batch.statements {
            let done = self.run_statement(statement).map_err(|error| error.about(&statement.sql))?;
            match statement.expected {
                Some((rows, unmet)) if rows != done.touched => return Err(unmet.into()),
                _ => outcome.done.push(done),
            }
        }
        Ok(outcome)
    }

    fn run_statement(&self, statement: &Statement) -> Result<Done, DatabaseError> {
        let mut prepared = self.connection.prepare_cached(&statement.sql)?;
        bind(&mut prepared, &statement.values)?;
        if statement.returning {
            let rows = fetch(&mut prepared)?;
            Ok(Done { touched: rows.len() as u64, rows })
        } else {
            Ok(Done { touched: prepared.raw_execute()? as u64, rows: Vec::new() })
        }
    }
}

/// Binds by the number in `$n`; SQLite itself numbers parameters by first appearance.
fn bind(prepared: &mut rusqlite::Statement<'_>, values: &[Value]) -> Result<(), DatabaseError> {
    let wanted = prepared.parameter_count();
    if wanted != values.len() {
        let message = format!("{wanted} parameters are used and {} given", values.len());
        return Err(DatabaseError::new(message));
    }
    for index in 1..=wanted {
        let number =
            prepared.parameter_name(index).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        let value = value.ok_or_else(|| DatabaseError::new("parameters are $1 to $n, none left out"))?;
        if matches!(value, Value::Text(text) if text.contains('\0')) {
            return Err(DatabaseError::new("text holds a NUL character")); // as PostgreSQL says
        }
        prepared.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

fn fetch(prepared: &mut rusqlite::Statement<'_>) -> Result<Vec<Row>, DatabaseError> {
    let columns: Arc<[Box<str>]> = prepared.column_names().into_iter().map(Box::from).collect();
    let mut found = prepared.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let cells = (0..columns.len()).map(|index| match row.get_ref(index)? {
            types::ValueRef::Null => Ok(Value::Null),
            types::ValueRef::Integer(number) => Ok(Value::Int(number)),
            types::ValueRef::Text(text) => String::from_utf8(text.to_vec())
                .map(Value::Text)
                .map_err(|_| DatabaseError::new(format!("column {} is not UTF-8", columns[index]))),
            types::ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.to_vec())),
            _ => Err(DatabaseError::new(format!("column {} has a type we do not use", columns[index]))),
        });
        let cells = cells.collect::<Result<_, _>>()?;
        rows.push(Row::new(Arc::clone(&columns), cells));
    }
    Ok(rows)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<types::ToSqlOutput<'_>> {
        Ok(types::ToSqlOutput::Borrowed(match self {
            Self::Null => types::ValueRef::Null,
            Self::Int(number) => types::ValueRef::Integer(*number),
            Self::Text(text) => types::ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => types::ValueRef::Blob(bytes),
        }))
    }
}

struct Readers {
    path: PathBuf,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
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

pub(super) struct SqliteReader {
    /// Empty while a query runs, and for good if that query's caller went away.
    lease: tokio::sync::Mutex<Option<Lease>>,
}

impl SqliteReader {
    pub(super) async fn rows(
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
