//! Numbered migrations, written once and run on SQLite and PostgreSQL.
//!
//! A file uses the column types `text`, `bytes` and `bigint`; here they become each database's own, and SQLite's
//! tables become `strict` (and `without rowid` where the key is text). Comments stay, so that the schema explains
//! itself in the database too. The only lock is the migration's row, inserted in the transaction that applies it.
//! The rules for authors stand in `backend/migrations/README.md`.

use super::{DatabaseError, OpenError};
use std::time::Duration;
use tokio_postgres::error::SqlState;

/// One file of `backend/migrations/`.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// File name without ending: four digits, `_`, a name.
    pub name: &'static str,
    /// The file.
    pub sql: &'static str,
}

macro_rules! migrations {
    ($($name:literal),+ $(,)?) => {
        &[$(Migration { name: $name, sql: include_str!(concat!("../../migrations/", $name, ".sql")) }),+]
    };
}

/// Every migration, in the order in which they run.
pub const MIGRATIONS: &[Migration] = migrations![
    "0001_job",
    "0002_shop",
    "0003_checkout",
    "0004_order",
    "0005_people",
    "0006_notification",
    "0007_order_desk",
    "0008_order_search",
    "0009_mail",
    "0011_job_asked",
    "0012_money_path",
    "0013_bulk_steps",
    "0014_daily_total",
    "0015_subscription",
    "0016_bulk_mail",
    "0019_subscription_news",
    "0020_order_facts",
    "0021_subscription_desk",
    "0022_charge_sent_again",
    "0023_bundle",
    "0024_partly_refunded",
    "0027_settings_change",
    "0029_bulk_waits",
    "0030_parcel",
    "0035_member_version",
    "0036_subscription_failed",
    "0038_subscription_live",
    "0039_bulk_runs",
    "0040_kept_cart",
    "0041_console_lists",
    "0042_subscription_mail_and_days",
    "0043_told_name",
    "0044_cart_and_foreign_refund",
    "0045_notification_order",
];

/// Keeps what has been applied; made by the runner itself because it comes before the first migration.
const SCHEMA_MIGRATION: &str = "
create table if not exists schema_migration (
  name         text not null,   -- file name without ending: 0001_job
  content_hash text not null,   -- SHA-256 of the file: a file that was applied is never changed
  applied_at   bigint not null, -- Unix milliseconds
  primary key (name)
);";

const INSERT: &str = "insert into schema_migration (name, content_hash, applied_at) values ($1, $2, $3)
                      on conflict do nothing";
const APPLIED: &str = "select content_hash from schema_migration where name = $1";

/// Two processes that make the same table at the same moment may get an error instead of "exists".
const COLLISIONS: [SqlState; 4] = [
    SqlState::UNIQUE_VIOLATION,
    SqlState::DUPLICATE_TABLE,
    SqlState::DUPLICATE_OBJECT,
    SqlState::INTERNAL_ERROR, // "tuple concurrently updated"
];
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(25);

/// The databases, as far as their SQL differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Sqlite,
    Postgres,
}

/// Applies what is missing. The lock file has made sure that nobody else does.
pub(super) fn on_sqlite(
    connection: &rusqlite::Connection,
    migrations: &[Migration],
    now: i64,
) -> Result<(), OpenError> {
    let run = |sql: &str| connection.execute_batch(sql).map_err(DatabaseError::from);
    run(&rewritten("schema_migration", SCHEMA_MIGRATION, Dialect::Sqlite)?)?;
    for migration in migrations {
        let sql = rewritten(migration.name, migration.sql, Dialect::Sqlite)?;
        let hash = crate::secret::sha256_hex(migration.sql.as_bytes());
        run("begin immediate")?;
        let applied = (|| {
            let inserted = connection
                .execute(INSERT, rusqlite::params![migration.name, hash, now])
                .map_err(DatabaseError::from)?;
            if inserted == 1 {
                return run(&sql).map_err(OpenError::from);
            }
            let found: String = connection
                .query_row(APPLIED, [migration.name], |row| row.get(0))
                .map_err(DatabaseError::from)?;
            if found == hash { Ok(()) } else { Err(OpenError::Changed(migration.name)) }
        })();
        if applied.is_err() {
            let _ = run("rollback"); // the first error is the one to tell
            return applied;
        }
        run("commit")?;
    }
    Ok(())
}

/// Applies what is missing. Another process that does the same waits at the migration's row.
pub(super) async fn on_postgres(
    client: &tokio_postgres::Client,
    migrations: &[Migration],
    now: i64,
) -> Result<(), OpenError> {
    make_schema_migration(client).await?;
    for migration in migrations {
        let sql = rewritten(migration.name, migration.sql, Dialect::Postgres)?;
        let hash = crate::secret::sha256_hex(migration.sql.as_bytes());
        client.batch_execute("begin isolation level read committed").await.map_err(DatabaseError::from)?;
        let applied = async {
            let row: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&migration.name, &hash, &now];
            if client.execute(INSERT, &row).await.map_err(DatabaseError::from)? == 1 {
                client.batch_execute(&sql).await.map_err(DatabaseError::from)?;
                return Ok(());
            }
            let found = client.query_one(APPLIED, &[&migration.name]).await.map_err(DatabaseError::from)?;
            let found: String = found.try_get(0).map_err(DatabaseError::from)?;
            if found == hash { Ok(()) } else { Err(OpenError::Changed(migration.name)) }
        }
        .await;
        let end = if applied.is_ok() { "commit" } else { "rollback" };
        let ended = client.batch_execute(end).await.map_err(DatabaseError::from);
        applied?;
        ended?;
    }
    Ok(())
}

async fn make_schema_migration(client: &tokio_postgres::Client) -> Result<(), OpenError> {
    let sql = rewritten("schema_migration", SCHEMA_MIGRATION, Dialect::Postgres)?;
    let mut tries = 1;
    loop {
        let Err(error) = client.batch_execute(&sql).await else { return Ok(()) };
        if !COLLISIONS.iter().any(|code| error.code() == Some(code)) || tries == TRIES {
            return Err(DatabaseError::from(error).into());
        }
        tokio::time::sleep(PAUSE * tries).await;
        tries += 1;
    }
}

/// A piece of SQL: its text, and whether it means anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    /// Letters, digits and `_`.
    Word(&'a str),
    /// One of `( ) , ;`.
    Mark(char),
    /// Comments, quoted text, white space and other signs; copied as they are.
    Other(&'a str),
}

fn pieces(sql: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let until =
            |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
        let length = match first {
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            '-' if rest.starts_with("--") => until("\n", 2),
            '/' if rest.starts_with("/*") => until("*/", 2),
            '\'' => until("'", 1),
            '"' => until("\"", 1),
            c => c.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        pieces.push(match first {
            c if is_word(c) => Piece::Word(piece),
            '(' | ')' | ',' | ';' => Piece::Mark(first),
            _ => Piece::Other(piece),
        });
        rest = after;
    }
    pieces
}

/// `sql` in the words of `dialect`.
fn rewritten(name: &'static str, sql: &str, dialect: Dialect) -> Result<String, OpenError> {
    let malformed = |reason: String| OpenError::Malformed { name, reason };
    let mut out = String::with_capacity(sql.len() + 256);
    for statement in pieces(sql).split_inclusive(|piece| *piece == Piece::Mark(';')) {
        let words: Vec<String> = statement
            .iter()
            .filter_map(|piece| if let Piece::Word(word) = piece { Some(word.to_lowercase()) } else { None })
            .collect();
        let starts =
            |wanted: &[&str]| words.iter().zip(wanted).filter(|(a, b)| a == b).count() == wanted.len();
        let written = if starts(&["create", "table"]) {
            rewritten_table(statement, dialect)
        } else if starts(&["alter", "table"]) {
            rewritten_column(statement, dialect)
        } else {
            Ok(statement.iter().map(text_of).collect())
        };
        out.push_str(&written.map_err(malformed)?);
    }
    Ok(out)
}

fn text_of(piece: &Piece<'_>) -> String {
    match piece {
        Piece::Word(text) | Piece::Other(text) => (*text).to_owned(),
        Piece::Mark(mark) => mark.to_string(),
    }
}

fn type_in(dialect: Dialect, word: &str) -> Result<&'static str, String> {
    match (word, dialect) {
        ("text", Dialect::Sqlite) => Ok("text"),
        ("text", Dialect::Postgres) => Ok("text collate \"C\""),
        ("bytes", Dialect::Sqlite) => Ok("blob"),
        ("bytes", Dialect::Postgres) => Ok("bytea"),
        ("bigint", Dialect::Sqlite) => Ok("integer"),
        ("bigint", Dialect::Postgres) => Ok("bigint"),
        _ => Err(format!("{word} is no column type; there are text, bytes and bigint")),
    }
}

/// `create table`: the second word of each column is its type, and the key decides the table's form.
fn rewritten_table(statement: &[Piece<'_>], dialect: Dialect) -> Result<String, String> {
    const CONSTRAINTS: [&str; 5] = ["primary", "unique", "check", "foreign", "constraint"];
    let mut out = String::new();
    let mut depth = 0;
    let mut item: Vec<&str> = Vec::new(); // words of the column or constraint so far
    let mut columns: Vec<(&str, &str)> = Vec::new();
    let mut key: Option<&str> = None;
    for piece in statement {
        match piece {
            Piece::Word(word) if depth > 0 => {
                item.push(word);
                let is_column = !CONSTRAINTS.contains(&item[0]);
                if depth == 1 && item.len() == 2 && is_column {
                    columns.push((item[0], word));
                    out.push_str(type_in(dialect, word)?);
                    continue;
                }
                match (depth, item.as_slice()) {
                    (1, [column, .., "primary", "key"]) if is_column => key = Some(column),
                    (2, ["primary", "key", column]) => key = Some(column),
                    _ => {}
                }
            }
            Piece::Mark('(') => depth += 1,
            Piece::Mark(')') => depth -= 1,
            Piece::Mark(',') if depth == 1 => item.clear(),
            _ => {}
        }
        out.push_str(&text_of(piece));
        if dialect == Dialect::Sqlite && depth == 0 && *piece == Piece::Mark(')') {
            let key = key.ok_or("every table has a primary key")?;
            let kind = columns.iter().find(|(name, _)| *name == key).map(|(_, kind)| *kind);
            out.push_str(match kind {
                Some("bigint") => " strict",
                Some(_) => " strict, without rowid",
                None => return Err(format!("the primary key names {key}, which is no column")),
            });
        }
    }
    Ok(out)
}

/// `alter table … add column name type`: the word after the name is the type.
fn rewritten_column(statement: &[Piece<'_>], dialect: Dialect) -> Result<String, String> {
    let mut words = Vec::new();
    let mut out = String::new();
    for piece in statement {
        if let Piece::Word(word) = piece {
            words.push(*word);
            if matches!(words.as_slice(), [_, _, _, "add", "column", _, _]) {
                out.push_str(type_in(dialect, word)?);
                continue;
            }
        }
        out.push_str(&text_of(piece));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "-- Tea, text and more; a 'comment'.
create table tea (
  shop_id text not null, -- whose (text)
  leaf bytes,
  grams bigint not null default 0 check (grams >= 0),
  note text not null default 'a; text',
  primary key (shop_id, grams)
);
create index tea_note on tea (note) where note <> 'text';
alter table tea add column origin text;
create table day (day bigint primary key, text_of text);
";

    #[test]
    fn every_file_of_migrations_is_run_in_the_order_of_its_name() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let name =
            |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        let names = std::fs::read_dir(folder).unwrap().map(name);
        let mut files: Vec<String> = names.filter(|name| name.ends_with(".sql")).collect();
        files.sort();
        let run: Vec<String> = MIGRATIONS.iter().map(|migration| format!("{}.sql", migration.name)).collect();
        assert_eq!(run, files);
    }

    #[test]
    fn one_file_becomes_the_words_of_each_database_and_keeps_its_comments() {
        let sqlite = rewritten("0000_tea", TABLE, Dialect::Sqlite).unwrap();
        assert_eq!(
            sqlite,
            "-- Tea, text and more; a 'comment'.
create table tea (
  shop_id text not null, -- whose (text)
  leaf blob,
  grams integer not null default 0 check (grams >= 0),
  note text not null default 'a; text',
  primary key (shop_id, grams)
) strict, without rowid;
create index tea_note on tea (note) where note <> 'text';
alter table tea add column origin text;
create table day (day integer primary key, text_of text) strict;
"
        );
        let postgres = rewritten("0000_tea", TABLE, Dialect::Postgres).unwrap();
        assert_eq!(
            postgres,
            "-- Tea, text and more; a 'comment'.
create table tea (
  shop_id text collate \"C\" not null, -- whose (text)
  leaf bytea,
  grams bigint not null default 0 check (grams >= 0),
  note text collate \"C\" not null default 'a; text',
  primary key (shop_id, grams)
);
create index tea_note on tea (note) where note <> 'text';
alter table tea add column origin text collate \"C\";
create table day (day bigint primary key, text_of text collate \"C\");
"
        );
    }

    #[test]
    fn a_table_with_a_foreign_type_or_without_a_key_is_refused() {
        for (sql, reason) in [
            ("create table a (b integer primary key);", "integer is no column type"),
            ("create table a (b text);", "every table has a primary key"),
            ("create table a (b text, primary key (c));", "which is no column"),
        ] {
            let error = rewritten("0000_bad", sql, Dialect::Sqlite).unwrap_err();
            assert!(
                matches!(&error, OpenError::Malformed { reason: told, .. } if told.contains(reason)),
                "{error}"
            );
        }
    }

    #[test]
    fn migrations_are_numbered_without_a_gap_and_pass_the_rewriting() {
        assert!(MIGRATIONS.is_sorted_by(|one, next| one.name[..5] < next.name[..5]), "numbers rise");
        for migration in MIGRATIONS {
            for dialect in [Dialect::Sqlite, Dialect::Postgres] {
                rewritten(migration.name, migration.sql, dialect).unwrap();
            }
        }
    }
}
