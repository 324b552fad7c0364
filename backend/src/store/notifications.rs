//! Amazon's notifications, and the topic each shop's come from.

use super::order_list::Sql;
use super::{Batch, Reader, Statement, StoreError, Unmet, values};
use shared::id::{ChargePermissionId, ShopId};

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

/// What came of the notifications about an object that came by `now`; holds nothing personal.
pub fn handled(shop: &ShopId, object_id: &str, outcome: &str, now: i64) -> Statement {
    Statement::new(
        "update notification set handled_at = $1, outcome = $2
          where shop_id = $3 and object_id = $4 and handled_at is null and received_at <= $1",
        values![now, outcome, shop, object_id],
    )
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
