//! What goes into the database and what comes out: [`Value`], [`Row`].
//!
//! Three types only, the same in SQLite and PostgreSQL: text, bytes and whole numbers. Start at [`values!`](crate::values).

use shared::{id, money};
use std::{fmt, sync::Arc};

/// A parameter of a statement, or one cell of a row.
///
/// Its `Debug` shows the type and never the content: database drivers print parameters in their logs.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// No value.
    Null,
    /// `bigint`: yen, counts, Unix milliseconds, 0 or 1 for no or yes.
    Int(i64),
    /// `text`.
    Text(String),
    /// `bytes`.
    Bytes(Vec<u8>),
}

/// The parameters of a statement, in the order of `$1`, `$2`, …: `values![order_id, amount, Some("x")]`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { ::std::vec![$($crate::store::Value::from($value)),*] };
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl Value {
    /// The type in words, for messages.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "a number",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        }
    }
}

macro_rules! value_from {
    ($($from:ty => |$given:ident| $value:expr;)+) => {$(
        impl From<$from> for Value {
            fn from($given: $from) -> Self {
                $value
            }
        }
    )+};
}

value_from! {
    i64 => |number| Self::Int(number);
    i32 => |number| Self::Int(number.into());
    u32 => |number| Self::Int(number.into());
    bool => |flag| Self::Int(flag.into());
    String => |text| Self::Text(text);
    &String => |text| Self::Text(text.clone());
    &str => |text| Self::Text(text.to_owned());
    Vec<u8> => |bytes| Self::Bytes(bytes);
    &[u8] => |bytes| Self::Bytes(bytes.to_vec());
    money::Yen => |yen| Self::Int(yen.get());
    money::Chargeable => |amount| Self::Int(amount.yen().get());
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! value_from_ids {
    ($($id:ident)+) => {$(
        impl From<id::$id> for Value {
            fn from(id: id::$id) -> Self {
                Self::Text(id.into())
            }
        }
        impl From<&id::$id> for Value {
            fn from(id: &id::$id) -> Self {
                Self::Text(id.as_str().to_owned())
            }
        }
    )+};
}

value_from_ids! {
    ShopId ProductId CartId CheckoutId OrderId OrderNumber MemberId OperatorId SubscriptionId BulkRunId JobId
    CheckoutSessionId ChargePermissionId ChargeId RefundId BuyerId MerchantId StoreId PublicKeyId IdempotencyKey
}

/// One row, its cells found by the column's name in the query.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    columns: Arc<[Box<str>]>,
    cells: Vec<Value>,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.columns.iter().zip(&self.cells)).finish()
    }
}

/// A row that cannot be: a cell is missing, has another type, or says what no version of this program wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}{reason}")]
pub struct RowError {
    place: String,
    reason: String,
}

impl RowError {
    /// An impossible row; `reason` names column and problem, and never quotes personal data.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { place: String::new(), reason: reason.into() }
    }

    /// The same error, naming the row's table and id.
    #[must_use]
    pub fn of(mut self, table: &str, id: impl fmt::Display) -> Self {
        self.place = format!("{table} {id}: ");
        self
    }
}

impl Row {
    /// A row of `cells` under `columns`; both have the same length.
    pub(super) fn new(columns: Arc<[Box<str>]>, cells: Vec<Value>) -> Self {
        debug_assert_eq!(columns.len(), cells.len());
        Self { columns, cells }
    }

    /// The cell of `column`.
    ///
    /// # Errors
    /// The query has no such column.
    pub fn cell(&self, column: &str) -> Result<&Value, RowError> {
        let index = self.columns.iter().position(|name| **name == *column);
        index.map(|index| &self.cells[index]).ok_or_else(|| RowError::new(format!("no column {column}")))
    }

    /// A text that may be null.
    ///
    /// # Errors
    /// No such column, or another type.
    pub fn opt_text(&self, column: &str) -> Result<Option<&str>, RowError> {
        match self.cell(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(wrong_type(column, other, "text")),
        }
    }

    /// A number that may be null.
    ///
    /// # Errors
    /// No such column, or another type.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, RowError> {
        match self.cell(column)? {
            Value::Null => Ok(None),
            Value::Int(number) => Ok(Some(*number)),
            other => Err(wrong_type(column, other, "a number")),
        }
    }

    /// Bytes that may be null.
    ///
    /// # Errors
    /// No such column, or another type.
    pub fn opt_bytes(&self, column: &str) -> Result<Option<&[u8]>, RowError> {
        match self.cell(column)? {
            Value::Null => Ok(None),
            Value::Bytes(bytes) => Ok(Some(bytes)),
            other => Err(wrong_type(column, other, "bytes")),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// No such column, null, or another type.
    pub fn text(&self, column: &str) -> Result<&str, RowError> {
        self.opt_text(column)?.ok_or_else(|| is_null(column))
    }

    /// A number.
    ///
    /// # Errors
    /// No such column, null, or another type.
    pub fn int(&self, column: &str) -> Result<i64, RowError> {
        self.opt_int(column)?.ok_or_else(|| is_null(column))
    }

    /// Bytes.
    ///
    /// # Errors
    /// No such column, null, or another type.
    pub fn bytes(&self, column: &str) -> Result<&[u8], RowError> {
        self.opt_bytes(column)?.ok_or_else(|| is_null(column))
    }

    /// A yes or no, kept as 1 or 0.
    ///
    /// # Errors
    /// No such column, null, or anything but 0 and 1.
    pub fn flag(&self, column: &str) -> Result<bool, RowError> {
        match self.int(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(RowError::new(format!("column {column} is neither 0 nor 1"))),
        }
    }

    /// A text as a domain value (`row.parse::<OrderId>("order_id")`).
    ///
    /// # Errors
    /// As [`Row::text`], or `T` refuses the text.
    pub fn parse<T>(&self, column: &str) -> Result<T, RowError>
    where
        T: TryFrom<String, Error: fmt::Display>,
    {
        parsed(column, self.text(column)?)
    }

    /// A text that may be null as a domain value.
    ///
    /// # Errors
    /// As [`Row::opt_text`], or `T` refuses the text.
    pub fn opt_parse<T>(&self, column: &str) -> Result<Option<T>, RowError>
    where
        T: TryFrom<String, Error: fmt::Display>,
    {
        self.opt_text(column)?.map(|text| parsed(column, text)).transpose()
    }

    /// A number as a domain value (`row.number::<Yen>("amount")`, `row.number::<u32>("quantity")`).
    ///
    /// # Errors
    /// As [`Row::int`], or `T` refuses the number.
    pub fn number<T>(&self, column: &str) -> Result<T, RowError>
    where
        T: TryFrom<i64, Error: fmt::Display>,
    {
        numbered(column, self.int(column)?)
    }

    /// A number that may be null as a domain value.
    ///
    /// # Errors
    /// As [`Row::opt_int`], or `T` refuses the number.
    pub fn opt_number<T>(&self, column: &str) -> Result<Option<T>, RowError>
    where
        T: TryFrom<i64, Error: fmt::Display>,
    {
        self.opt_int(column)?.map(|number| numbered(column, number)).transpose()
    }
}

fn parsed<T: TryFrom<String, Error: fmt::Display>>(column: &str, text: &str) -> Result<T, RowError> {
    T::try_from(text.to_owned()).map_err(|error| RowError::new(format!("column {column}: {error}")))
}

fn numbered<T: TryFrom<i64, Error: fmt::Display>>(column: &str, number: i64) -> Result<T, RowError> {
    T::try_from(number).map_err(|error| RowError::new(format!("column {column}: {error}")))
}

fn wrong_type(column: &str, found: &Value, wanted: &str) -> RowError {
    RowError::new(format!("column {column} is {}, not {wanted}", found.kind()))
}

fn is_null(column: &str) -> RowError {
    RowError::new(format!("column {column} is null"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let columns = ["order_id", "amount", "paid"].map(Box::from);
        Row::new(Arc::from(columns), crate::values!["order-1", 3980, Option::<i64>::None])
    }

    #[test]
    fn an_impossible_cell_is_an_error_naming_table_id_and_column() {
        let error = row().int("order_id").unwrap_err().of("orders", "order-1");
        assert_eq!(error.to_string(), "orders order-1: column order_id is text, not a number");
        assert_eq!(row().flag("paid").unwrap_err().to_string(), "column paid is null");
        assert_eq!(row().text("total").unwrap_err().to_string(), "no column total");
        assert!(row().number::<u8>("amount").unwrap_err().to_string().starts_with("column amount: "));
    }

    /// R83: drivers log parameters, so a parameter's debug form holds no content.
    #[test]
    fn r83_the_debug_form_of_values_and_rows_hides_their_content() {
        assert_eq!(format!("{:?}", crate::values!["山田", 7]), "[text, a number]");
        assert!(!format!("{:?}", row()).contains("3980"));
    }
}
