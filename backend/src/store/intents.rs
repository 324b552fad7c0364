//! Intents: what we asked Amazon, stored before the call and closed by its answer.

use super::{Batch, Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::id::{ChargePermissionId, IdempotencyKey, ShopId};
use shared::intent::Operation;

/// An intent as stored.
#[derive(Debug, Clone)]
pub struct IntentRow {
    /// The shop.
    pub shop_id: ShopId,
    /// Checkout id (complete) or order id.
    pub subject: String,
    /// What was asked.
    pub operation: Operation,
    /// From 1.
    pub attempt: i64,
    /// Of the request.
    pub idempotency_key: IdempotencyKey,
    /// JSON of the prepared request: sent again byte for byte.
    pub request: String,
    /// JSON: what has to be known to record the answer.
    pub snapshot: String,
    /// Unix ms.
    pub sent_at: i64,
}

/// Stores an intent before its call. A second open one of the same subject is [`Unmet::Busy`].
pub fn open(intent: &IntentRow) -> Batch {
    [
        Statement::new(
            "insert into open_intent (shop_id, subject, operation, attempt) values ($1, $2, $3, $4)
             on conflict do nothing",
            values![&intent.shop_id, &intent.subject, intent.operation.name(), intent.attempt],
        )
        .touching(1)
        .or(Unmet::Busy("open_intent")),
        Statement::new(
            "insert into intent (shop_id, subject, operation, attempt, idempotency_key, request, snapshot, sent_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
            values![
                &intent.shop_id,
                &intent.subject,
                intent.operation.name(),
                intent.attempt,
                &intent.idempotency_key,
                &intent.request,
                &intent.snapshot,
                intent.sent_at
            ],
        )
        .touching(1)
        .or(Unmet::Busy("intent")),
    ]
    .into_iter()
    .collect()
}

/// Closes the intent; someone who closed it before us makes this [`Unmet::Lost`]. The buyer in a completion's
/// snapshot stands in the order by then, or nowhere: the record of what was asked keeps nothing personal.
pub fn close(intent: &IntentRow, outcome: &str, request_id: Option<&str>, now: i64) -> Batch {
    [
        Statement::new(
            "delete from open_intent where shop_id = $1 and subject = $2 and operation = $3 and attempt = $4",
            values![&intent.shop_id, &intent.subject, intent.operation.name(), intent.attempt],
        )
        .touching(1)
        .or(Unmet::Lost("open_intent")),
        Statement::new(
            "update intent set closed_at = $1, outcome = $2, request_id = $3,
               snapshot = case when operation = 'complete' then '{}' else snapshot end
             where shop_id = $4 and subject = $5 and operation = $6 and attempt = $7 and closed_at is null",
            values![
                now,
                outcome,
                request_id,
                &intent.shop_id,
                &intent.subject,
                intent.operation.name(),
                intent.attempt
            ],
        )
        .touching(1)
        .or(Unmet::Lost("intent")),
    ]
    .into_iter()
    .collect()
}

/// Replaces what the open intent's snapshot says; [`Unmet::Lost`] where it is closed or says something else by now.
pub fn note(intent: &IntentRow, said: &str, says: &str) -> Statement {
    Statement::new(
        "update intent set snapshot = $1
         where shop_id = $2 and subject = $3 and operation = $4 and attempt = $5 and closed_at is null
           and snapshot = $6",
        values![says, &intent.shop_id, &intent.subject, intent.operation.name(), intent.attempt, said],
    )
    .touching(1)
    .or(Unmet::Lost("intent"))
}

/// When something was asked of Amazon first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstAsked {
    /// Unix ms.
    pub sent_at: i64,
    /// Amazon's name for the call, once it was answered.
    pub request_id: Option<String>,
}

/// The subject's first question of that kind, if it was asked at all.
///
/// # Errors
/// As [`Reader::row`].
pub async fn first(
    reader: &Reader,
    shop: &ShopId,
    subject: &str,
    operation: Operation,
) -> Result<Option<FirstAsked>, StoreError> {
    let sql = "select sent_at, request_id from intent
                where shop_id = $1 and subject = $2 and operation = $3 and attempt = 1";
    let row = reader.row(sql, values![shop, subject, operation.name()]).await?;
    let read = |row: Row| {
        let request_id = row.opt_text("request_id")?.map(str::to_owned);
        Ok::<_, RowError>(FirstAsked { sent_at: row.int("sent_at")?, request_id })
    };
    Ok(row.map(read).transpose()?)
}

/// The open intent of the subject, if there is one.
pub async fn find_open(
    reader: &Reader,
    shop: &ShopId,
    subject: &str,
) -> Result<Option<IntentRow>, StoreError> {
    let row = reader
        .row(
            "select intent.shop_id, intent.subject, intent.operation, intent.attempt, idempotency_key, request,
               snapshot, sent_at
             from open_intent join intent on intent.shop_id = open_intent.shop_id
               and intent.subject = open_intent.subject and intent.operation = open_intent.operation
               and intent.attempt = open_intent.attempt
             where open_intent.shop_id = $1 and open_intent.subject = $2",
            values![shop, subject],
        )
        .await?;
    Ok(row.map(|row| intent_of(&row)).transpose()?)
}

/// The open Create Charges of the orders under the permission: as many as orders are asked about at once, few.
///
/// # Errors
/// The database failed.
pub async fn open_charges(
    reader: &Reader,
    shop: &ShopId,
    permission: &ChargePermissionId,
) -> Result<Vec<IntentRow>, StoreError> {
    let rows = reader
        .rows(
            "select intent.shop_id, intent.subject, intent.operation, intent.attempt, idempotency_key, request,
               snapshot, sent_at
             from orders
             join open_intent on open_intent.shop_id = orders.shop_id and open_intent.subject = orders.order_id
             join intent on intent.shop_id = open_intent.shop_id and intent.subject = open_intent.subject
               and intent.operation = open_intent.operation and intent.attempt = open_intent.attempt
             where orders.shop_id = $1 and orders.charge_permission_id = $2
               and open_intent.operation = 'create_charge'
             order by intent.sent_at desc limit 20",
            values![shop, permission],
        )
        .await?;
    Ok(rows.iter().map(intent_of).collect::<Result<_, _>>()?)
}

/// The number of the next attempt, from 1.
pub async fn next_attempt(
    reader: &Reader,
    shop: &ShopId,
    subject: &str,
    operation: Operation,
) -> Result<u32, StoreError> {
    let row = reader
        .row(
            "select coalesce(max(attempt), 0) as last from intent
             where shop_id = $1 and subject = $2 and operation = $3",
            values![shop, subject, operation.name()],
        )
        .await?;
    let last = row.map_or(Ok(0), |row| row.int("last"))?;
    Ok(u32::try_from(last + 1).map_err(|_| RowError::new("attempt is out of range"))?)
}

fn intent_of(row: &Row) -> Result<IntentRow, RowError> {
    let name = row.text("operation")?;
    let operation = [
        Operation::Complete,
        Operation::Capture,
        Operation::CancelCharge,
        Operation::Refund,
        Operation::CreateCharge,
    ]
    .into_iter()
    .find(|operation| operation.name() == name)
    .ok_or_else(|| RowError::new("operation is unknown"))?;
    Ok(IntentRow {
        shop_id: row.parse("shop_id")?,
        subject: row.text("subject")?.to_owned(),
        operation,
        attempt: row.int("attempt")?,
        idempotency_key: IdempotencyKey::new(row.text("idempotency_key")?)
            .map_err(|_| RowError::new("idempotency_key is none"))?,
        request: row.text("request")?.to_owned(),
        snapshot: row.text("snapshot")?.to_owned(),
        sent_at: row.int("sent_at")?,
    })
}

/// The snapshot of the subject's latest intent for the operation that may have reached Amazon, open or closed.
pub async fn last_sent(
    reader: &Reader,
    shop: &ShopId,
    subject: &str,
    operation: Operation,
) -> Result<Option<String>, StoreError> {
    let rows = reader
        .rows(
            "select snapshot from intent where shop_id = $1 and subject = $2 and operation = $3
               and (outcome is null or outcome <> 'not_sent') order by attempt desc limit 1",
            values![shop, subject, operation.name()],
        )
        .await?;
    Ok(rows.first().map(|row| row.text("snapshot").map(str::to_owned)).transpose()?)
}
