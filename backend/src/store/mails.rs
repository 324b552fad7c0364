//! The outbox. Every change asserts the version, so of two workers with one mail only one hands it over.

use super::{Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::api::{Language, MailState};
use shared::id::{OrderId, OrderNumber, ShopId};
use shared::mail::{MailKind, Rendered};

/// A mail of the outbox. Personal data: it has no `Debug`.
#[derive(Clone)]
pub struct MailRow {
    /// Whose.
    pub shop_id: ShopId,
    /// Sorts by time.
    pub id: String,
    /// About which order.
    pub order_id: OrderId,
    /// What for.
    pub kind: MailKind,
    /// Where to.
    pub recipient: String,
    /// What it is about.
    pub link: Option<String>,
    /// Whether it waits for the capture.
    pub after_capture: bool,
    /// The same for every try.
    pub message_id: String,
    /// Its words, once composed.
    pub words: Option<Words>,
    /// How far.
    pub state: MailState,
    /// How often a server was asked.
    pub attempts: i64,
    /// The server's last refusal; 0 where it was not reached.
    pub answer_code: Option<i64>,
    /// Unix ms.
    pub due_at: i64,
    /// Unix ms.
    pub created_at: i64,
    /// Unix ms.
    pub sent_at: Option<i64>,
    /// As read.
    pub version: i64,
}

/// What was composed.
#[derive(Clone)]
pub struct Words {
    /// In which language.
    pub language: Language,
    /// Subject, text and HTML.
    pub rendered: Rendered,
    /// Whether it says that the payment is still being confirmed.
    pub tells_pending: bool,
    /// Unix ms.
    pub composed_at: i64,
}

const COLUMNS: &str =
    "shop_id, mail_id, order_id, kind, recipient, link, after_capture, message_id, language,
    subject, text_part, html_part, tells_pending, mail_state, attempts, answer_code, due_at, created_at,
    composed_at, sent_at, version";

/// A new mail, to be composed and sent when it is due.
pub fn insert(mail: &MailRow) -> Statement {
    Statement::new(
        "insert into mail (shop_id, mail_id, order_id, kind, recipient, link, after_capture, message_id,
           tells_pending, mail_state, attempts, due_at, created_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, 0, $10, $11, 1) on conflict do nothing",
        values![
            &mail.shop_id,
            &mail.id,
            &mail.order_id,
            mail.kind.name(),
            &mail.recipient,
            mail.link.as_ref(),
            mail.after_capture,
            &mail.message_id,
            mail.state.name(),
            mail.due_at,
            mail.created_at
        ],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("mail"))
}

/// Keeps the words of a mail that waits.
pub fn compose(mail: &MailRow, words: &Words) -> Statement {
    Statement::new(
        "update mail set language = $1, subject = $2, text_part = $3, html_part = $4, tells_pending = $5,
           composed_at = $6, version = version + 1
         where shop_id = $7 and mail_id = $8 and version = $9",
        values![
            words.language.tag(),
            &words.rendered.subject,
            &words.rendered.text,
            &words.rendered.html,
            words.tells_pending,
            words.composed_at,
            &mail.shop_id,
            &mail.id,
            mail.version
        ],
    )
    .touching(1)
    .or(Unmet::Stale("mail"))
}

/// What became of a mail.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// From now on.
    pub state: MailState,
    /// How often a server was asked.
    pub attempts: i64,
    /// The server's refusal; 0 where it was not reached.
    pub answer_code: Option<i64>,
    /// Unix ms; the next try.
    pub due_at: i64,
    /// Unix ms, for [`MailState::Sent`].
    pub sent_at: Option<i64>,
}

/// Writes what became of a mail, unless someone else did since it was read ([`Unmet::Stale`]).
pub fn progress(mail: &MailRow, progress: Progress) -> Statement {
    Statement::new(
        "update mail set mail_state = $1, attempts = $2, answer_code = $3, due_at = $4, sent_at = $5,
           version = version + 1
         where shop_id = $6 and mail_id = $7 and version = $8",
        values![
            progress.state.name(),
            progress.attempts,
            progress.answer_code,
            progress.due_at,
            progress.sent_at,
            &mail.shop_id,
            &mail.id,
            mail.version
        ],
    )
    .touching(1)
    .or(Unmet::Stale("mail"))
}

/// The mail of that id.
pub async fn find(reader: &Reader, shop: &ShopId, id: &str) -> Result<Option<MailRow>, StoreError> {
    let row = reader
        .row(format!("select {COLUMNS} from mail where shop_id = $1 and mail_id = $2"), values![shop, id])
        .await?;
    Ok(row.map(|row| mail_of(&row)).transpose()?)
}

/// Whether the shopper was told that the payment of this order is still being confirmed.
pub async fn was_told_pending(reader: &Reader, shop: &ShopId, order: &OrderId) -> Result<bool, StoreError> {
    let rows = reader
        .rows(
            "select tells_pending from mail where shop_id = $1 and order_id = $2 and tells_pending = 1 limit 1",
            values![shop, order],
        )
        .await?;
    Ok(!rows.is_empty())
}

/// A page of the outbox, newest first, with the order's number.
pub async fn page(
    reader: &Reader,
    shop: &ShopId,
    state: Option<MailState>,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<(MailRow, OrderNumber)>, StoreError> {
    // Ids are lower-case hexadecimal: every one of them sorts before `z`.
    let before = before.unwrap_or("z");
    let (filter, values) = match state {
        None => ("mail.mail_id < $2 order by mail.mail_id desc limit $3", values![shop, before, limit]),
        Some(state) => (
            "mail.mail_state = $2 and mail.mail_id < $3 order by mail.mail_id desc limit $4",
            values![shop, state.name(), before, limit],
        ),
    };
    let columns =
        COLUMNS.split(',').map(|name| format!("mail.{}", name.trim())).collect::<Vec<_>>().join(", ");
    let rows = reader
        .rows(
            format!(
                "select {columns}, orders.order_number from mail
                 join orders on orders.shop_id = mail.shop_id and orders.order_id = mail.order_id
                 where mail.shop_id = $1 and {filter}"
            ),
            values,
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Ok((mail_of(row)?, row.parse("order_number")?)))
        .collect::<Result<_, RowError>>()?)
}

fn mail_of(row: &Row) -> Result<MailRow, RowError> {
    let id = row.text("mail_id")?.to_owned();
    let read = || -> Result<MailRow, RowError> {
        let words = match row.opt_int("composed_at")? {
            None => None,
            Some(composed_at) => Some(Words {
                language: Language::from_tag(row.text("language")?),
                rendered: Rendered {
                    subject: row.text("subject")?.to_owned(),
                    text: row.text("text_part")?.to_owned(),
                    html: row.text("html_part")?.to_owned(),
                },
                tells_pending: row.flag("tells_pending")?,
                composed_at,
            }),
        };
        Ok(MailRow {
            shop_id: row.parse("shop_id")?,
            id: id.clone(),
            order_id: row.parse("order_id")?,
            kind: MailKind::from_name(row.text("kind")?).ok_or_else(|| RowError::new("kind is unknown"))?,
            recipient: row.text("recipient")?.to_owned(),
            link: row.opt_text("link")?.map(str::to_owned),
            after_capture: row.flag("after_capture")?,
            message_id: row.text("message_id")?.to_owned(),
            words,
            state: MailState::from_name(row.text("mail_state")?)
                .ok_or_else(|| RowError::new("mail_state is unknown"))?,
            attempts: row.int("attempts")?,
            answer_code: row.opt_int("answer_code")?,
            due_at: row.int("due_at")?,
            created_at: row.int("created_at")?,
            sent_at: row.opt_int("sent_at")?,
            version: row.int("version")?,
        })
    };
    read().map_err(|error| error.of("mail", id.as_str()))
}

/// Asserts that the order is as it was read, so that a mail never tells what had just stopped being so.
pub fn same_order(order: &super::orders::Order) -> Statement {
    Statement::new(
        "update orders set version = version where shop_id = $1 and order_id = $2 and version = $3",
        values![&order.shop_id, &order.id, order.version],
    )
    .touching(1)
    .or(Unmet::Stale("orders"))
}
