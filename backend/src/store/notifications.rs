//! Amazon's notifications, and the topic each shop's come from.

use super::order_list::Sql;
use super::{Batch, Reader, Row, RowError, Statement, StoreError, Unmet, values};
use shared::id::{ChargePermissionId, OrderId, ShopId};

/// A notification as stored; it names an object and holds nothing personal.
#[derive(Debug, Clone)]
pub struct NotificationRow<'a> {
    /// Whose.
    pub shop_id: &'a ShopId,
    /// The same at every delivery.
    pub message_id: &'a str,
    /// The same when Amazon Pay sends it anew.
    pub notification_id: &'a str,
    /// Where it comes from.
    pub topic: &'a str,
    /// `CHARGE`, `REFUND`, ….
    pub object_type: &'a str,
    /// Which one.
    pub object_id: &'a str,
    /// Under which permission.
    pub charge_permission_id: Option<&'a ChargePermissionId>,
    /// Unix ms.
    pub received_at: i64,
    /// What came of it, where nothing is to be done.
    pub outcome: Option<&'a str>,
}

/// Keeps a notification. Refused where its topic is not the one pinned at the first notification of the shop
/// ([`Unmet::Missing`]`("notification_topic")`) and where it is known ([`Unmet::AlreadyExists`]`("notification")`).
pub fn insert(row: &NotificationRow<'_>) -> Batch {
    [
        Statement::new(
            "insert into notification_topic (shop_id, topic, pinned_at) values ($1, $2, $3) on conflict do nothing",
            values![row.shop_id, row.topic, row.received_at],
        ),
        Statement::new(
            "update notification_topic set topic = topic where shop_id = $1 and topic = $2",
            values![row.shop_id, row.topic],
        )
        .touching(1)
        .or(Unmet::Missing("notification_topic")),
        Statement::new(
            "insert into notification (shop_id, message_id, notification_id, topic, object_type, object_id,
                                       charge_permission_id, received_at, handled_at, outcome)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing",
            values![
                row.shop_id,
                row.message_id,
                row.notification_id,
                row.topic,
                row.object_type,
                row.object_id,
                row.charge_permission_id,
                row.received_at,
                row.outcome.map(|_| row.received_at),
                row.outcome
            ],
        )
        .touching(1)
        .or(Unmet::AlreadyExists("notification")),
    ]
    .into_iter()
    .collect()
}

/// What came of the notifications about an object of that type that came by `now`, and whose `order` the object is; holds
/// nothing personal. A dispute has the id of its charge, so the type belongs to it.
pub fn handled(
    shop: &ShopId,
    (object_type, object_id): (&str, &str),
    order: Option<&OrderId>,
    outcome: &str,
    now: i64,
) -> Statement {
    Statement::new(
        "update notification set handled_at = $1, outcome = $2, order_id = $6
          where shop_id = $3 and object_id = $4 and object_type = $5 and handled_at is null and received_at <= $1",
        values![now, outcome, shop, object_id, object_type, order],
    )
}

/// What notifications are looked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named<'a> {
    /// The object they are about.
    Object(&'a str),
    /// The permission their object is under.
    Permission(&'a str),
    /// The order their object was found to be of.
    Order(&'a str),
}

/// A notification that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The same when Amazon Pay sends it anew.
    pub notification_id: String,
    /// `CHARGE`, `REFUND`, ….
    pub object_type: String,
    /// Which one.
    pub object_id: String,
    /// Unix ms.
    pub received_at: i64,
    /// Unix ms; when the look at its object began that it led to.
    pub handled_at: Option<i64>,
    /// What came of it.
    pub outcome: Option<String>,
}

/// The query of [`about`], for those who look at how a database answers it.
pub fn about_query(shop: &ShopId, named: Named<'_>, limit: i64) -> Sql {
    let (column, name) = match named {
        Named::Object(id) => ("object_id", id),
        Named::Permission(id) => ("charge_permission_id", id),
        Named::Order(id) => ("order_id", id),
    };
    let text = format!(
        "select notification_id, object_type, object_id, received_at, handled_at, outcome from notification
          where shop_id = $1 and {column} = $2 order by received_at desc limit $3"
    );
    Sql { text, values: values![shop, name, limit] }
}

/// The newest notifications about what is named, at most `limit`.
///
/// # Errors
/// As [`Reader::rows`].
pub async fn about(
    reader: &Reader,
    shop: &ShopId,
    named: Named<'_>,
    limit: i64,
) -> Result<Vec<Received>, StoreError> {
    let sql = about_query(shop, named, limit);
    let rows = reader.rows(sql.text, sql.values).await?;
    Ok(rows.iter().map(received_of).collect::<Result<_, _>>()?)
}

fn received_of(row: &Row) -> Result<Received, RowError> {
    Ok(Received {
        notification_id: row.text("notification_id")?.to_owned(),
        object_type: row.text("object_type")?.to_owned(),
        object_id: row.text("object_id")?.to_owned(),
        received_at: row.int("received_at")?,
        handled_at: row.opt_int("handled_at")?,
        outcome: row.opt_text("outcome")?.map(str::to_owned),
    })
}

/// The query of [`last_received`], for those who look at how a database answers it.
pub fn last_received_query(shop: &ShopId) -> Sql {
    let text = "select received_at from notification where shop_id = $1 order by received_at desc limit 1";
    Sql { text: text.to_owned(), values: values![shop] }
}

/// When the shop's last notification came, Unix ms.
pub async fn last_received(reader: &Reader, shop: &ShopId) -> Result<Option<i64>, StoreError> {
    let sql = last_received_query(shop);
    let row = reader.row(sql.text, sql.values).await?;
    Ok(row.map(|row| row.int("received_at")).transpose()?)
}
