//! PostgreSQL, or anything that speaks its protocol: several processes may share one database.
//!
//! A batch is one READ COMMITTED transaction whose statements are sent without waiting for each other; a deadlock
//! or a serialization failure is tried again. A reader is one REPEATABLE READ transaction. No sequences, advisory
//! locks, triggers, extensions or LISTEN. Start at [`Postgres::open`].

use super::batch::{Batch, Done, Outcome, Statement};
use super::value::{Row, Value};
use super::{DatabaseError, OpenError, Options, PATIENCE, StoreError, migrate};
use bytes::BytesMut;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime};
use futures_util::{FutureExt, TryStreamExt};
use std::borrow::Cow;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Config, NoTls};

/// How often one batch is run in all when PostgreSQL asks for another try.
const TRIES: u32 = 8;
/// Real time before the second try; it grows with each one.
const PAUSE: Duration = Duration::from_millis(2);

#[derive(Clone)]
pub(super) struct Postgres {
    pool: Pool,
    commits: watch::Sender<u64>,
}

impl Postgres {
    pub(super) async fn open(url: &str, now: i64, options: Options) -> Result<Self, OpenError> {
        let mut config: Config = url.parse().map_err(|_| OpenError::Address)?;
        if config.get_application_name().is_none() {
            config.application_name("noren");
        }
        let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let pool = Pool::builder(Manager::from_config(config, NoTls, manager))
            .max_size(options.connections)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .build()
            .map_err(|error| DatabaseError::new(error.to_string()))?;
        let this = Self { pool, commits: watch::Sender::new(0) };
        let client = this.connect().await.map_err(|error| match error {
            StoreError::Failed(cause) => cause,
            other => DatabaseError::new(other.to_string()),
        })?;
        migrate::on_postgres(&client, options.migrations, now).await?;
        Ok(this)
    }

    async fn connect(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Timeout(_) => StoreError::Full,
            PoolError::Backend(cause) => DatabaseError::from(cause).into(),
            other => DatabaseError::new(other.to_string()).into(),
        })
    }

    /// In a task of its own: a caller that goes away must not leave a transaction half sent.
    pub(super) async fn write(&self, batch: Batch) -> Result<Outcome, StoreError> {
        let this = self.clone();
        let task = tokio::spawn(async move { this.write_with_tries(&batch).await });
        task.await.unwrap_or_else(|_| Err(DatabaseError::new("the write was interrupted").into()))
    }

    async fn write_with_tries(&self, batch: &Batch) -> Result<Outcome, StoreError> {
        let mut tries = 1;
        loop {
            match self.try_write(batch).await {
                Err(StoreError::Failed(error)) if tries < TRIES && wants_another_try(&error) => {
                    tokio::time::sleep(PAUSE * tries).await;
                    tries += 1;
                }
                Err(error) => return Err(error),
                Ok(outcome) => {
                    self.commits.send_modify(|count| *count = count.wrapping_add(1));
                    return Ok(outcome);
                }
            }
        }
    }

    async fn try_write(&self, batch: &Batch) -> Result<Outcome, StoreError> {
        let client = self.connect().await?;
        let result = run(&client, &batch.statements).await;
        let end = if result.is_ok() { "commit" } else { "rollback" };
        match client.batch_execute(end).await {
            Ok(()) => result,
            Err(error) => {
                drop(Object::take(client));
                result.and(Err(DatabaseError::from(error).into()))
            }
        }
    }

    pub(super) async fn reader(&self) -> Result<PostgresReader, StoreError> {
        Ok(PostgresReader { client: Some(self.connect().await?), begun: Mutex::new(false) })
    }

    pub(super) fn committed(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }
}

fn wants_another_try(error: &DatabaseError) -> bool {
    let code = error.code();
    [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED]
        .iter()
        .any(|wanted| code == Some(wanted.code()))
}

/// Begins, sends every statement at once, and stops at the first that fails or misses its expectation.
async fn run(client: &Object, statements: &[Statement]) -> Result<Outcome, StoreError> {
    let mut prepared = Vec::with_capacity(statements.len());
    for statement in statements {
        prepared.push(prepare(client, &statement.sql, &statement.values).await?);
    }
    let begin = Sent::new(client.batch_execute("begin isolation level read committed"));
    let sent: Vec<_> = statements
        .iter()
        .zip(prepared)
        .map(|(statement, prepared)| Sent::new(execute(client, statement, prepared)))
        .collect();
    begin.answer().await.map_err(DatabaseError::from)?;
    let mut outcome = Outcome { done: Vec::with_capacity(statements.len()) };
    for (statement, sent) in statements.iter().zip(sent) {
        let done = sent.answer().await.map_err(|error| DatabaseError::from(error).about(&statement.sql))?;
        match statement.expected {
            Some((rows, unmet)) if rows != done.touched => return Err(unmet.into()),
            _ => outcome.done.push(done),
        }
    }
    Ok(outcome)
}

async fn execute(
    client: &Object,
    statement: &Statement,
    prepared: tokio_postgres::Statement,
) -> Result<Done, tokio_postgres::Error> {
    if statement.returning {
        let rows = fetch(client, prepared, &statement.values).await?;
        Ok(Done { touched: rows.len() as u64, rows })
    } else {
        Ok(Done { touched: client.execute_raw(&prepared, &statement.values).await?, rows: Vec::new() })
    }
}

async fn fetch(
    client: &Object,
    prepared: tokio_postgres::Statement,
    values: &[Value],
) -> Result<Vec<Row>, tokio_postgres::Error> {
    let columns: Arc<[Box<str>]> = prepared.columns().iter().map(|column| Box::from(column.name())).collect();
    let stream = client.query_raw(&prepared, values).await?;
    stream
        .and_then(|row| {
            let cells = (0..columns.len()).map(|index| row.try_get(index)).collect::<Result<_, _>>();
            std::future::ready(cells.map(|cells| Row::new(Arc::clone(&columns), cells)))
        })
        .try_collect()
        .await
}

async fn prepare(
    client: &Object,
    sql: &str,
    values: &[Value],
) -> Result<tokio_postgres::Statement, DatabaseError> {
    let types: Vec<Type> = values.iter().map(type_of).collect();
    let prepared = client.prepare_typed_cached(sql, &types).await;
    prepared.map_err(|error| DatabaseError::from(error).about(sql))
}

/// A request that is on its way from the moment this is made; requests arrive in the order they were made.
struct Sent<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + Send + 'a>>,
    early: Option<T>,
}

impl<'a, T> Sent<'a, T> {
    /// tokio-postgres puts the request on the wire at the first poll, before it first waits.
    fn new(future: impl Future<Output = T> + Send + 'a) -> Self {
        let mut future: Pin<Box<dyn Future<Output = T> + Send + 'a>> = Box::pin(future);
        let early = future.as_mut().now_or_never();
        Self { future, early }
    }

    async fn answer(self) -> T {
        match self.early {
            Some(answer) => answer,
            None => self.future.await,
        }
    }
}

pub(super) struct PostgresReader {
    /// Taken only when dropped.
    client: Option<Object>,
    begun: Mutex<bool>,
}

impl PostgresReader {
    pub(super) async fn rows(
        &self,
        sql: Cow<'static, str>,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let client = self.client.as_ref().ok_or_else(|| DatabaseError::new("the reader is closed"))?;
        let prepared = prepare(client, &sql, &values).await?;
        let (begin, rows) = {
            let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
            let begin = (!*begun)
                .then(|| Sent::new(client.batch_execute("begin isolation level repeatable read, read only")));
            *begun = true;
            (begin, Sent::new(fetch(client, prepared, &values)))
        };
        if let Some(begin) = begin {
            begin.answer().await.map_err(DatabaseError::from)?;
        }
        Ok(rows.answer().await.map_err(|error| DatabaseError::from(error).about(&sql))?)
    }
}

/// Ends the snapshot before the connection is used again.
impl Drop for PostgresReader {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if !*self.begun.get_mut().unwrap_or_else(PoisonError::into_inner) {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            drop(Object::take(client));
            return;
        };
        runtime.spawn(async move {
            if client.batch_execute("rollback").await.is_err() {
                drop(Object::take(client));
            }
        });
    }
}

/// Stated, so that PostgreSQL never has to guess; only for null it may.
const fn type_of(value: &Value) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::Int(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Bytes(_) => Type::BYTEA,
    }
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Text(text) if text.contains('\0') => Err("text holds a NUL character".into()),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true // the types are those of `type_of`
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        match *kind {
            Type::INT8 => i64::from_sql(kind, raw).map(Self::Int),
            Type::INT4 => i32::from_sql(kind, raw).map(Self::from),
            Type::BOOL => bool::from_sql(kind, raw).map(Self::from),
            Type::BYTEA => <&[u8]>::from_sql(kind, raw).map(Self::from),
            _ => <&str>::from_sql(kind, raw).map(Self::from),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        let known = [Type::INT8, Type::INT4, Type::BOOL, Type::BYTEA, Type::TEXT, Type::VARCHAR, Type::NAME];
        known.contains(kind) // a sum of bigint is numeric: cast it
    }
}
