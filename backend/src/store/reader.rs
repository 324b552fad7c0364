//! One moment of the database, read as often as a decision needs.
//!
//! Never held across a wait for the network. Start at [`Reader::row`].

use super::{DatabaseError, Row, StoreError, Value};
use super::{postgres::PostgresReader, sqlite::SqliteReader};
use std::borrow::Cow;

/// A snapshot: every query of one reader sees the same moment.
///
/// Queries may run side by side (`try_join!`); PostgreSQL then gets them in one go.
pub struct Reader(Engine);

enum Engine {
    Sqlite(SqliteReader),
    Postgres(PostgresReader),
}

impl Reader {
    pub(super) const fn sqlite(reader: SqliteReader) -> Self {
        Self(Engine::Sqlite(reader))
    }

    pub(super) const fn postgres(reader: PostgresReader) -> Self {
        Self(Engine::Postgres(reader))
    }

    /// All rows of a query, parameters as in [`Statement::new`](super::Statement::new).
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn rows(
        &self,
        sql: impl Into<Cow<'static, str>>,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        match &self.0 {
            Engine::Sqlite(reader) => reader.rows(sql.into(), values).await,
            Engine::Postgres(reader) => reader.rows(sql.into(), values).await,
        }
    }

    /// The one row of a query that finds one or none.
    ///
    /// # Errors
    /// [`StoreError::Failed`], also when there are several.
    pub async fn row(
        &self,
        sql: impl Into<Cow<'static, str>>,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        let sql = sql.into();
        let mut rows = self.rows(sql.clone(), values).await?;
        if rows.len() > 1 {
            return Err(DatabaseError::new("several rows where one was asked for").about(&sql).into());
        }
        Ok(rows.pop())
    }
}
