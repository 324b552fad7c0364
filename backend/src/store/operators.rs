//! Operators, their rights, their sessions, and the link for the first of them.

use super::{Batch, Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::id::{OperatorId, ShopId};

/// An operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorRow {
    /// Its id.
    pub id: OperatorId,
    /// Shown name.
    pub name: String,
}

/// A shop an operator may work in, and what there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RightsRow {
    /// The shop.
    pub shop: ShopId,
    /// `owner`, or a list: `view,capture`.
    pub rights: String,
}

/// A session that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Whose.
    pub operator: OperatorRow,
    /// When it was used last, Unix ms; not more exact than the service writes it.
    pub seen_at: i64,
    /// When it ends whatever happens, Unix ms.
    pub expires_at: i64,
}

/// Whether there is any operator.
pub async fn any(reader: &Reader) -> Result<bool, StoreError> {
    Ok(reader.row("select operator_id from operator limit 1", values![]).await?.is_some())
}

/// Id, name and password hash of the operator who signs in with `mail` (lower case).
pub async fn by_mail(reader: &Reader, mail: &str) -> Result<Option<(OperatorRow, String)>, StoreError> {
    let sql = "select operator_id, name, password_hash from operator where mail = $1";
    let row = reader.row(sql, values![mail]).await?;
    Ok(row
        .map(|row| Ok::<_, RowError>((operator_of(&row)?, row.text("password_hash")?.to_owned())))
        .transpose()?)
}

/// The session of that token, if there is one.
pub async fn session(reader: &Reader, token_hash: &[u8]) -> Result<Option<SessionRow>, StoreError> {
    let sql = "select o.operator_id, o.name, s.seen_at, s.expires_at
                 from operator_session s join operator o on o.operator_id = s.operator_id
                where s.token_hash = $1";
    let row = reader.row(sql, values![token_hash]).await?;
    let read = |row: Row| {
        Ok::<_, RowError>(SessionRow {
            operator: operator_of(&row)?,
            seen_at: row.int("seen_at")?,
            expires_at: row.int("expires_at")?,
        })
    };
    Ok(row.map(read).transpose()?)
}

/// Every shop the operator may work in, by name.
pub async fn rights(reader: &Reader, operator: &OperatorId) -> Result<Vec<RightsRow>, StoreError> {
    let sql = "select shop_id, rights from operator_shop where operator_id = $1 order by shop_id";
    let rows = reader.rows(sql, values![operator]).await?;
    let read = |row: &Row| {
        Ok::<_, RowError>(RightsRow { shop: row.parse("shop_id")?, rights: row.text("rights")?.to_owned() })
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// What the operator may do in the shop; nothing where it is not theirs.
pub async fn rights_in(
    reader: &Reader,
    shop: &ShopId,
    operator: &OperatorId,
) -> Result<Option<String>, StoreError> {
    let sql = "select rights from operator_shop where shop_id = $1 and operator_id = $2";
    let row = reader.row(sql, values![shop, operator]).await?;
    Ok(row.map(|row| row.text("rights").map(str::to_owned)).transpose()?)
}

/// Whether the link of that token is the one that counts.
pub async fn is_first_link(reader: &Reader, token_hash: &[u8]) -> Result<bool, StoreError> {
    let sql = "select link_id from first_link where link_id = 'first' and token_hash = $1";
    Ok(reader.row(sql, values![token_hash]).await?.is_some())
}

/// A new link; the one before counts no longer.
pub fn put_first_link(token_hash: &[u8], now: i64) -> Statement {
    Statement::new(
        "insert into first_link (link_id, token_hash, created_at) values ('first', $1, $2)
         on conflict (link_id) do update set token_hash = excluded.token_hash, created_at = excluded.created_at",
        values![token_hash, now],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("first_link"))
}

/// The first operator, by the link of that token, owner of every shop there is; refused
/// ([`Unmet::Missing`]`("first_link")`) where the link was used.
pub fn insert_first(
    operator: &OperatorRow,
    mail: &str,
    password_hash: &str,
    token_hash: &[u8],
    now: i64,
) -> Batch {
    [
        // The link is one row, so of two who use it at once one finds nothing to delete.
        Statement::new(
            "delete from first_link where link_id = 'first' and token_hash = $1
               and not exists (select 1 from operator)",
            values![token_hash],
        )
        .touching(1)
        .or(Unmet::Missing("first_link")),
        Statement::new(
            "insert into operator (operator_id, name, mail, password_hash, created_at) values ($1, $2, $3, $4, $5)
             on conflict do nothing",
            values![&operator.id, &operator.name, mail, password_hash, now],
        )
        .touching(1)
        .or(Unmet::AlreadyExists("operator")),
        Statement::new(
            "insert into operator_shop (shop_id, operator_id, rights) select shop_id, $1, 'owner' from shop",
            values![&operator.id],
        ),
    ]
    .into_iter()
    .collect()
}

/// A new session; those that have ended are forgotten.
pub fn insert_session(token_hash: &[u8], operator: &OperatorId, now: i64, expires_at: i64) -> Batch {
    [
        Statement::new("delete from operator_session where expires_at < $1", values![now]),
        Statement::new(
            "insert into operator_session (token_hash, operator_id, created_at, seen_at, expires_at)
             values ($1, $2, $3, $3, $4)",
            values![token_hash, operator, now, expires_at],
        )
        .touching(1)
        .or(Unmet::AlreadyExists("operator_session")),
    ]
    .into_iter()
    .collect()
}

/// The session is used. One that has ended meanwhile stays ended.
pub fn touch_session(token_hash: &[u8], now: i64) -> Statement {
    Statement::new("update operator_session set seen_at = $1 where token_hash = $2", values![now, token_hash])
}

/// Ends the session.
pub fn delete_session(token_hash: &[u8]) -> Statement {
    Statement::new("delete from operator_session where token_hash = $1", values![token_hash])
}

fn operator_of(row: &Row) -> Result<OperatorRow, RowError> {
    Ok(OperatorRow { id: row.parse("operator_id")?, name: row.text("name")?.to_owned() })
}

/// Every operator's id and name, for the timeline.
pub async fn names(reader: &Reader) -> Result<Vec<(OperatorId, String)>, StoreError> {
    let rows = reader.rows("select operator_id, name from operator order by operator_id", values![]).await?;
    Ok(rows
        .iter()
        .map(|row| Ok((row.parse("operator_id")?, row.text("name")?.to_owned())))
        .collect::<Result<_, RowError>>()?)
}
