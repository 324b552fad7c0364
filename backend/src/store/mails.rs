//! The outbox. Every change asserts the version, so of two workers with one mail only one hands it over.

use super::{Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::api::{Language, MailState, OrderMail};
use shared::bulk_standing::AskedStep;
use shared::id::{OrderId, OrderNumber, ShopId, SubscriptionId};
use shared::mail::{MailKind, NewsFacts, Rendered};

/// A mail of the outbox. Personal data: it has no `Debug`.
#[derive(Clone)]
pub struct MailRow {
    /// Whose.
    pub shop_id: ShopId,
    /// Sorts by time.
    pub id: String,
    /// About which order; of a subscription's mail, its first one where it is about none.
    pub order_id: OrderId,
    /// About which subscription, and what of it.
    pub news: Option<(SubscriptionId, NewsFacts)>,
    /// What for.
    pub kind: MailKind,
    /// Where to.
    pub recipient: String,
    /// What it is about.
    pub link: Option<String>,
    /// The step whose outcome it waits for.
    pub waits_for: Option<AskedStep>,
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
    "shop_id, mail_id, order_id, kind, recipient, link, after_capture, waits_for, message_id, language,
    subject, text_part, html_part, tells_pending, mail_state, attempts, answer_code, due_at, created_at,
    composed_at, sent_at, version, subscription_id, facts";

/// A new mail, to be composed and sent when it is due.
pub fn insert(mail: &MailRow) -> Statement {
    Statement::new(
        "insert into mail (shop_id, mail_id, order_id, kind, recipient, link, after_capture, waits_for,
           message_id, tells_pending, mail_state, attempts, due_at, created_at, version, subscription_id, facts)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, 0, $11, $12, 1, $13, $14) on conflict do nothing",
        values![
            &mail.shop_id,
            &mail.id,
            &mail.order_id,
            mail.kind.name(),
            &mail.recipient,
            mail.link.as_ref(),
            // For a program from before `waits_for`.
            mail.waits_for == Some(AskedStep::Capture),
            mail.waits_for.map(AskedStep::name),
            &mail.message_id,
            mail.state.name(),
            mail.due_at,
            mail.created_at,
            mail.news.as_ref().map(|(id, _)| id),
            mail.news.as_ref().map(|(_, facts)| super::json_text(facts))
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

/// What became of a subscription's notice of another price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PriceNotice {
    /// When it was handed over, Unix ms.
    pub sent_at: Option<i64>,
    /// How many notices have come to nothing so far; 0 unless the last one is among them.
    pub lost: u32,
}

/// What became of the subscription's notice of another price, put in at `since` (Unix ms) or later. `order` is the
/// subscription's first.
pub async fn price_notice(
    reader: &Reader,
    shop: &ShopId,
    order: &OrderId,
    id: &SubscriptionId,
    since: i64,
) -> Result<PriceNotice, StoreError> {
    let sql = "select max(case when created_at >= $4 and mail_state = 'sent' then sent_at end) as sent_at,
                 count(case when created_at >= $4 and mail_state in ('queued', 'sending') then 1 end) as waiting,
                 count(case when mail_state in ('failed', 'unconfirmed', 'skipped') then 1 end) as lost
               from mail
               where shop_id = $1 and order_id = $2 and subscription_id = $3 and kind = 'amount_changed'";
    let Some(row) = reader.row(sql, values![shop, order, id, since]).await? else {
        return Ok(PriceNotice::default());
    };
    let sent_at = row.opt_int("sent_at")?;
    let lost = if sent_at.is_none() && row.int("waiting")? == 0 { row.number("lost")? } else { 0 };
    Ok(PriceNotice { sent_at, lost })
}

/// The newest mails about an order, newest first, at most `limit`.
pub async fn of_order(
    reader: &Reader,
    shop: &ShopId,
    order: &OrderId,
    limit: i64,
) -> Result<Vec<OrderMail>, StoreError> {
    let rows = reader
        .rows(
            "select mail_id, kind, mail_state, created_at, sent_at from mail
             where shop_id = $1 and order_id = $2 order by mail_id desc limit $3",
            values![shop, order, limit],
        )
        .await?;
    Ok(rows.iter().map(order_mail).collect::<Result<_, _>>()?)
}

fn order_mail(row: &Row) -> Result<OrderMail, RowError> {
    Ok(OrderMail {
        id: row.text("mail_id")?.to_owned(),
        kind: kind_of(row)?,
        state: state_of(row)?,
        created_at: row.int("created_at")?,
        sent_at: row.opt_int("sent_at")?,
    })
}

fn kind_of(row: &Row) -> Result<MailKind, RowError> {
    MailKind::from_name(row.text("kind")?).ok_or_else(|| RowError::new("kind is unknown"))
}

fn state_of(row: &Row) -> Result<MailState, RowError> {
    MailState::from_name(row.text("mail_state")?).ok_or_else(|| RowError::new("mail_state is unknown"))
}

/// A page of the outbox, newest first, with the order's number, or the subscription's.
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
                "select {columns}, coalesce(orders.order_number, subscription.subscription_number) as shown_number
                 from mail
                 left join orders on orders.shop_id = mail.shop_id and orders.order_id = mail.order_id
                 left join subscription on subscription.shop_id = mail.shop_id
                   and subscription.subscription_id = mail.subscription_id
                 where mail.shop_id = $1 and {filter}"
            ),
            values,
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Ok((mail_of(row)?, row.parse("shown_number")?)))
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
            news: match row.opt_parse("subscription_id")? {
                None => None,
                Some(id) => Some((id, super::json(row, "facts")?)),
            },
            kind: kind_of(row)?,
            recipient: row.text("recipient")?.to_owned(),
            link: row.opt_text("link")?.map(str::to_owned),
            waits_for: match row.opt_text("waits_for")? {
                None => row.flag("after_capture")?.then_some(AskedStep::Capture),
                Some(name) => {
                    let step = AskedStep::from_name(name);
                    Some(step.ok_or_else(|| RowError::new("waits_for is unknown"))?)
                }
            },
            message_id: row.text("message_id")?.to_owned(),
            words,
            state: state_of(row)?,
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
