//! A write as a value: statements in order, each with its parameters and the number of rows it must touch.
//!
//! Building a batch reads nothing and stores nothing; [`Store::write`](super::Store::write) runs it whole or not at
//! all. Start at [`Statement::new`].

use super::value::{Row, Value};
use std::{borrow::Cow, fmt};

/// One `insert`, `update` or `delete`.
#[derive(Clone)]
#[must_use = "a statement does nothing until a batch with it is written"]
pub struct Statement {
    pub(super) sql: Cow<'static, str>,
    pub(super) values: Vec<Value>,
    pub(super) expected: Option<(u64, Unmet)>,
    pub(super) returning: bool,
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statement")
            .field("sql", &self.sql)
            .field("values", &self.values)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

/// A statement whose expectation has no name yet; [`Expecting::or`] gives it one.
#[derive(Debug)]
#[must_use = "name the refusal with `or`"]
pub struct Expecting {
    statement: Statement,
    rows: u64,
}

/// Which expectation a batch did not meet. Each carries the table it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unmet {
    /// The row was changed by someone else since it was read: read again and decide again.
    #[error("{0} has changed since it was read")]
    Stale(&'static str),
    /// This cart or session has its order already.
    #[error("{0} holds the order already")]
    AlreadyPlaced(&'static str),
    /// A row with this key exists.
    #[error("{0} has this row already")]
    AlreadyExists(&'static str),
    /// The row that was to be changed does not exist.
    #[error("{0} has no such row")]
    Missing(&'static str),
    /// The sum would pass its upper limit.
    #[error("{0} would pass its cap")]
    OverCap(&'static str),
    /// Another action on the same thing is under way.
    #[error("{0} is under way")]
    Busy(&'static str),
    /// A lease ended before the work did; someone else may hold it now.
    #[error("the lease in {0} is lost")]
    Lost(&'static str),
}

impl Statement {
    /// `sql` with parameters `$1` to `$n`, numbered by first appearance, one value for each.
    ///
    /// It touches any number of rows unless [`touching`](Self::touching) says otherwise.
    pub fn new(sql: impl Into<Cow<'static, str>>, values: Vec<Value>) -> Self {
        Self { sql: sql.into(), values, expected: None, returning: false }
    }

    /// It must insert, update or delete exactly `rows` rows.
    pub fn touching(self, rows: u64) -> Expecting {
        Expecting { statement: self, rows }
    }

    /// Keeps the rows of its `returning` clause for [`Outcome::rows`].
    pub fn returning(mut self) -> Self {
        self.returning = true;
        self
    }
}

impl Expecting {
    /// The refusal when another number of rows was touched: the whole batch is undone.
    pub fn or(self, unmet: Unmet) -> Statement {
        Statement { expected: Some((self.rows, unmet)), ..self.statement }
    }
}

/// Statements that are stored together or not at all, run in order.
///
/// Touch rows in key order and the contended one last: PostgreSQL holds each until the end.
#[derive(Debug, Clone, Default)]
#[must_use = "a batch does nothing until it is written"]
pub struct Batch {
    pub(super) statements: Vec<Statement>,
}

impl Batch {
    /// A batch of nothing.
    pub const fn new() -> Self {
        Self { statements: Vec::new() }
    }

    /// Adds `statement` at the end and gives its position, by which [`Outcome`] knows it.
    pub fn push(&mut self, statement: Statement) -> usize {
        self.statements.push(statement);
        self.statements.len() - 1
    }

    /// Adds everything in `other` at the end.
    pub fn append(&mut self, other: impl Into<Self>) {
        self.statements.extend(other.into().statements);
    }

    /// Whether there is nothing to do.
    pub const fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }
}

impl From<Statement> for Batch {
    fn from(statement: Statement) -> Self {
        Self { statements: vec![statement] }
    }
}

impl FromIterator<Statement> for Batch {
    fn from_iter<I: IntoIterator<Item = Statement>>(statements: I) -> Self {
        Self { statements: statements.into_iter().collect() }
    }
}

impl Extend<Statement> for Batch {
    fn extend<I: IntoIterator<Item = Statement>>(&mut self, statements: I) {
        self.statements.extend(statements);
    }
}

/// What a stored batch did, statement by statement.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub(super) done: Vec<Done>,
}

/// What one statement did.
#[derive(Debug, Clone, Default)]
pub(super) struct Done {
    pub(super) touched: u64,
    pub(super) rows: Vec<Row>,
}

impl Outcome {
    /// The rows that the statement at `position` returned; none if it is not [`Statement::returning`].
    pub fn rows(&self, position: usize) -> &[Row] {
        self.done.get(position).map_or(&[], |done| &done.rows)
    }

    /// How many rows the statement at `position` touched.
    pub fn touched(&self, position: usize) -> u64 {
        self.done.get(position).map_or(0, |done| done.touched)
    }
}
