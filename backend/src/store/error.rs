//! What can go wrong between us and the database.
//!
//! No message holds a parameter: a database's own detail lines quote rows, so they are dropped here.

use super::{batch::Unmet, value::RowError};
use std::{fmt, sync::Arc};

/// Why something was not read or not stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// An expectation of the batch was not met; the first one in statement order. Nothing was stored.
    #[error("nothing was stored")]
    Unmet(#[from] Unmet),
    /// Too much is waiting already: answer 503 with Retry-After. Nothing was stored.
    #[error("the database has too much to do")]
    Full,
    /// A row that cannot be.
    #[error("an impossible row was read")]
    Row(#[from] RowError),
    /// The database refused, or is gone. A write is not stored, unless the connection was lost while committing.
    #[error("the database failed")]
    Failed(#[from] DatabaseError),
}

impl StoreError {
    /// The expectation that was not met, if that is the cause.
    pub const fn unmet(&self) -> Option<Unmet> {
        match self {
            Self::Unmet(unmet) => Some(*unmet),
            _ => None,
        }
    }
}

/// The database's own complaint: message, code and the beginning of the statement, never its parameters.
#[derive(Debug, Clone)]
pub struct DatabaseError(Arc<Complaint>);

#[derive(Debug)]
struct Complaint {
    message: String,
    code: Option<String>,
    sql: Option<String>,
}

impl DatabaseError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(Arc::new(Complaint { message: message.into(), code: None, sql: None }))
    }

    /// The same complaint with the beginning of the statement it is about.
    pub(super) fn about(&self, sql: &str) -> Self {
        let mut short = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((end, _)) = short.char_indices().nth(120) {
            short.truncate(end);
            short.push('…');
        }
        let Complaint { message, code, .. } = &*self.0;
        Self(Arc::new(Complaint { message: message.clone(), code: code.clone(), sql: Some(short) }))
    }

    /// PostgreSQL's SQLSTATE or SQLite's extended result code.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(code) = &self.0.code {
            write!(f, " ({code})")?;
        }
        if let Some(sql) = &self.0.sql {
            write!(f, " in: {sql}")?;
        }
        Ok(())
    }
}

impl std::error::Error for DatabaseError {}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error().map(|error| error.extended_code.to_string());
        Self(Arc::new(Complaint { message: error.to_string(), code, sql: None }))
    }
}

impl From<tokio_postgres::Error> for DatabaseError {
    fn from(error: tokio_postgres::Error) -> Self {
        let code = error.code().map(|code| code.code().to_owned());
        let message = match (error.as_db_error(), std::error::Error::source(&error)) {
            (Some(complaint), _) => complaint.message().to_owned(),
            (None, Some(cause)) => format!("{error}: {cause}"),
            (None, None) => error.to_string(),
        };
        Self(Arc::new(Complaint { message, code, sql: None }))
    }
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address names no database we know; addresses hold passwords, so it is not repeated.
    #[error("a database address is sqlite:PATH or postgres://USER@HOST/NAME")]
    Address,
    /// SQLite means one process, and another one has this file.
    #[error("{0} is in use by another process; SQLite serves one at a time (PostgreSQL serves several)")]
    InUse(String),
    /// The file, its folder or its lock file cannot be used.
    #[error("{path} cannot be opened")]
    File {
        /// The file as named in the settings.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A migration was changed after it had been applied here.
    #[error(
        "migration {0} has been changed since this database was made; use a new database or the old program"
    )]
    Changed(&'static str),
    /// A migration breaks the rules of `migrations/README.md`.
    #[error("migration {name} is not written as it must be: {reason}")]
    Malformed {
        /// Which one.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The database refused.
    #[error("the database failed")]
    Failed(#[from] DatabaseError),
}
