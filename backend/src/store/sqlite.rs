//! SQLite: one file, one process, one writer.
//!
//! All writes go through one thread. It takes what waits, runs each batch inside its own savepoint, commits them
//! together (one write to disk for many) and answers only then. Reads use connections of their own that cannot
//! write. A second process is kept out by a lock file. Start at [`Sqlite::open`].

mod reader;
#[cfg(test)]
mod tests;

use self::reader::Readers;
pub(super) use self::reader::SqliteReader;

use super::batch::{Batch, Done, Outcome, Statement};
use super::value::{Row, Value};
use super::{DatabaseError, OpenError, Options, StoreError, migrate};
use rusqlite::{Connection, OpenFlags, ToSql, types};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{io, thread, time::Duration};
use tokio::sync::{mpsc, oneshot, watch};

/// Batches that are committed together at most: bounds how long the first of them waits.
const GROUP: usize = 256;
/// Prepared statements kept per connection; more than this program has.
const STATEMENTS: usize = 512;
/// Pages in the log after which the writer brings them into the file: 16 MB. A page that many orders change, such as the
/// end of an index, then goes there once for all of them.
const CHECKPOINT: u32 = 4_000;
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

type Stored = Result<Outcome, StoreError>;
type Answer = oneshot::Sender<Stored>;

impl Sqlite {
    pub(super) async fn open(path: &str, now: i64, options: Options) -> Result<Self, OpenError> {
        if path.is_empty() || path.starts_with(":") {
            return Err(OpenError::Address);
        }
        let path = PathBuf::from(path);
        let file = path.clone();
        let (writer, lock) = tokio::task::spawn_blocking(move || open_writer(&file, options.migrations, now))
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
        Ok(Self { requests, readers: Arc::new(Readers::new(path, options.readers)), commits })
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
        self.readers.lend().await
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
        self.readers.close();
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

/// The connection that writes, with every table, and the lock that keeps others out.
fn open_writer(
    path: &Path,
    migrations: &[migrate::Migration],
    now: i64,
) -> Result<(Connection, File), OpenError> {
    let lock = lock(path)?;
    let writer = connect_writer(path)?;
    migrate::on_sqlite(&writer, migrations, now)?;
    // What undoes one batch of a group stays in memory. SQLite would make a temporary file for it, anew for every batch
    // and several times as large as what the batch stores. No crash needs it: what is not committed is not in the file.
    // Only now, because what a migration sorts may be as large as the file.
    writer.pragma_update(None, "temp_store", "memory").map_err(DatabaseError::from)?;
    Ok((writer, lock))
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
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// The thread that writes. Fields are dropped in order: the lock goes last.
struct Writer {
    connection: Connection,
    announce: watch::Sender<u64>,
    lock: File,
}

/// Batches of one group as they come in, and whom to tell.
struct Group<'a> {
    first: Option<Request>,
    waiting: &'a mut mpsc::Receiver<Request>,
    answers: Vec<Answer>,
    closers: &'a mut Vec<oneshot::Sender<()>>,
}

impl Group<'_> {
    /// The next batch that waits already; none when the group is full or nobody waits.
    fn next(&mut self) -> Option<Batch> {
        while self.answers.len() < GROUP {
            match self.first.take().or_else(|| self.waiting.try_recv().ok())? {
                Request::Write(batch, answer) => {
                    self.answers.push(answer);
                    return Some(batch);
                }
                Request::Close(done) => {
                    self.waiting.close();
                    self.closers.push(done);
                }
            }
        }
        None
    }
}

impl Writer {
    fn run(self, mut waiting: mpsc::Receiver<Request>) {
        let mut closers = Vec::new();
        while let Some(first) = waiting.blocking_recv() {
            let (waiting, closers) = (&mut waiting, &mut closers);
            let mut group = Group { first: Some(first), waiting, answers: Vec::new(), closers };
            let stored = self.commit(&mut group);
            self.answer(group.answers, stored);
        }
        drop(self.connection);
        drop(self.lock);
        for done in closers {
            let _ = done.send(());
        }
    }

    /// Tells everyone. Those who stopped listening have their batch stored all the same.
    fn answer(&self, answers: Vec<Answer>, stored: Result<Vec<Stored>, DatabaseError>) {
        match stored {
            Ok(results) => {
                self.announce.send_modify(|count| *count = count.wrapping_add(1));
                for (answer, result) in answers.into_iter().zip(results) {
                    let _ = answer.send(result);
                }
            }
            Err(error) => {
                tracing::error!(error = %error, batches = answers.len(), "a group of batches was not stored");
                for answer in answers {
                    let _ = answer.send(Err(error.clone().into()));
                }
            }
        }
    }

    /// One transaction for the group: an error here means that nothing of it is stored.
    fn commit(&self, group: &mut Group<'_>) -> Result<Vec<Stored>, DatabaseError> {
        let stored = self.try_commit(group);
        if stored.is_err() && !self.connection.is_autocommit() {
            let undone = self.connection.execute_batch("rollback");
            assert!(undone.is_ok(), "SQLite cannot undo a transaction: {undone:?}");
        }
        stored
    }

    fn try_commit(&self, group: &mut Group<'_>) -> Result<Vec<Stored>, DatabaseError> {
        let run = |sql| -> Result<(), DatabaseError> {
            self.connection.prepare_cached(sql)?.execute([])?;
            Ok(())
        };
        let mut results = Vec::new();
        let mut next = group.next();
        if next.is_none() {
            return Ok(results);
        }
        run("begin immediate")?;
        // Whoever arrives while the others run still joins them.
        while let Some(batch) = next {
            run("savepoint batch")?;
            let result = self.run_batch(&batch);
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
            next = group.next();
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
    let columns: Arc<[Box<str>]> = prepared.column_names().map(Box::from).collect();
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
