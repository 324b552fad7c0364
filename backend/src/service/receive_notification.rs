//! A notification of Amazon's: believed or not, stored before it is answered, followed by a job.
//!
//! It carries no state: it only makes us ask. Anyone at Amazon's notification service can sign one validly, so the
//! merchant has to be the shop's, and the topic the one of the shop's first. It is refused when it was sent more than
//! [`STALE_AFTER`] ago: longer than Amazon ever tried again, and a repeated one is found by its id anyway.

use super::StoreError;
use crate::app::App;
use crate::secret;
use crate::shop::Shop;
use crate::store::Unmet;
use crate::store::jobs::{self, NewJob};
use crate::store::notifications::{self as table, NotificationRow};
use crate::worker::kind;
use amazon_pay::notification::{
    CertificateError, Envelope, EnvelopeKind, Forged, NotAnEnvelope, Notice, ObjectKind,
};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use shared::id::{JobId, OrderId, ShopId};
use shared::notification_outcome::NotificationOutcome;

/// Amazon tries for hours; its former API did for 14 days.
pub const STALE_AFTER: SignedDuration = SignedDuration::from_hours(15 * 24);
/// Clocks differ.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);

/// What became of a notification that is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Stored; what it names is asked for.
    Stored,
    /// Known already.
    Again,
    /// Nothing we act on; answered all the same, so that it does not come again.
    Ignored,
}

/// Why a notification is not believed, or not taken now.
#[derive(Debug, thiserror::Error)]
pub enum NotificationError {
    /// The last part of the address is not the shop's.
    #[error("the address of the notification is not the shop's")]
    Address,
    /// The body is none.
    #[error(transparent)]
    NotAnEnvelope(#[from] NotAnEnvelope),
    /// Sent too long ago, in the future, or at no moment at all.
    #[error("the notification is too old, or from the future")]
    Stale,
    /// Its signature.
    #[error("the notification is forged")]
    Forged(#[from] Forged),
    /// For another merchant.
    #[error("the notification is another merchant's")]
    Merchant,
    /// Not from the topic of the shop's first notification.
    #[error("the notification comes from another topic than the first one of this shop")]
    Topic,
    /// Too many of them.
    #[error("too many notifications for this shop")]
    TooMany,
    /// The database failed.
    #[error("the notification could not be stored")]
    Store(#[from] StoreError),
}

impl NotificationError {
    /// Whether the same notification may be taken later.
    pub const fn may_pass_later(&self) -> bool {
        matches!(
            self,
            Self::Forged(Forged::Certificate(CertificateError::Fetch)) | Self::Store(_) | Self::TooMany
        )
    }
}

#[derive(Serialize)]
struct Payload<'a> {
    object_type: &'a str,
    object_id: &'a str,
    charge_permission_id: Option<&'a str>,
}

/// Checks `body`, which came to the address with `key`, and stores it.
///
/// # Errors
/// [`NotificationError`]; nothing is stored then.
pub async fn receive_notification(
    app: &App,
    shop: &Shop,
    key: &str,
    body: &[u8],
) -> Result<Received, NotificationError> {
    if !secret::same(key.as_bytes(), shop.settings.notification_key.as_bytes()) {
        return Err(NotificationError::Address);
    }
    if !app.rates.notifications.take(shop.id.as_str()) {
        return Err(NotificationError::TooMany);
    }
    let envelope = Envelope::parse(body)?;
    let now = app.clock.now();
    envelope.sent_at().filter(|sent| is_timely(*sent, now)).ok_or(NotificationError::Stale)?;
    app.certificates.authenticate(&envelope).await?;
    let Some(notice) = notice_of(&envelope) else {
        tracing::info!(shop.id = %shop.id, "a notification is about nothing we know");
        return Ok(Received::Ignored);
    };
    if notice.merchant_id != shop.settings.amazon_pay.merchant_id.as_str() {
        return Err(NotificationError::Merchant);
    }
    store(app, shop, &envelope, &notice, now).await
}

fn is_timely(sent: Timestamp, now: Timestamp) -> bool {
    let age = now.duration_since(sent);
    age <= STALE_AFTER && age >= -AHEAD
}

/// The message, if it is one we can store: its names become keys.
fn notice_of(envelope: &Envelope) -> Option<Notice> {
    if envelope.kind != EnvelopeKind::Notification {
        // Amazon Pay confirms its own subscriptions; an address in a message is never followed.
        return None;
    }
    let notice = envelope.notice().ok()?;
    let is_name = |text: &str| JobId::new(text).is_ok();
    let plain = [envelope.message_id.as_str(), notice.object_id.as_str(), notice.notification_id.as_str()];
    let topic = envelope.topic_arn.as_str();
    let fits = plain.into_iter().all(is_name)
        && notice.object_type.name().len() <= 64
        && topic.len() <= 512
        && !topic.chars().chain(notice.object_type.name().chars()).any(char::is_control);
    fits.then_some(notice)
}

async fn store(
    app: &App,
    shop: &Shop,
    envelope: &Envelope,
    notice: &Notice,
    now: Timestamp,
) -> Result<Received, NotificationError> {
    let is_known = !matches!(notice.object_type, ObjectKind::Unknown(_));
    let now_ms = now.as_millisecond();
    let unknown = NotificationOutcome::UnknownKind.stored();
    let mut batch = table::insert(&NotificationRow {
        shop_id: &shop.id,
        message_id: &envelope.message_id,
        notification_id: &notice.notification_id,
        topic: &envelope.topic_arn,
        object_type: notice.object_type.name(),
        object_id: &notice.object_id,
        charge_permission_id: notice.charge_permission_id.as_ref(),
        received_at: now_ms,
        outcome: (!is_known).then_some(unknown.as_str()),
    });
    if is_known {
        let payload = Payload {
            object_type: notice.object_type.name(),
            object_id: &notice.object_id,
            charge_permission_id: notice
                .charge_permission_id
                .as_ref()
                .map(shared::id::ChargePermissionId::as_str),
        };
        let payload = serde_json::to_string(&payload).expect("names are plain JSON");
        let job_id = JobId::new(secret::timed_id(now)).expect("a timed id is an id");
        batch.push(jobs::enqueue_once(&NewJob {
            shop_id: &shop.id,
            job_id: &job_id,
            kind: kind::FOLLOW_OBJECT,
            // With its type: a dispute has the id of its charge, and of jobs with one subject the first one's payload
            // counts.
            subject: &format!("{}.{}", notice.object_type.name(), notice.object_id),
            payload: &payload,
            due_at: now_ms,
            now: now_ms,
        }));
    }
    match app.store.write(batch).await {
        Ok(_) if is_known => {
            app.work.notify_one();
            Ok(Received::Stored)
        }
        Ok(_) => {
            tracing::warn!(shop.id = %shop.id, "a notification is about an unknown kind of object");
            Ok(Received::Ignored)
        }
        Err(StoreError::Unmet(Unmet::AlreadyExists("notification"))) => Ok(Received::Again),
        Err(StoreError::Unmet(Unmet::Missing("notification_topic"))) => {
            // Validly signed, right merchant, other topic: somebody guesses, or Amazon has moved. A person must look.
            tracing::error!(shop.id = %shop.id, "a notification of {} came from a new topic and was refused", shop.id);
            Err(NotificationError::Topic)
        }
        Err(error) => Err(error.into()),
    }
}

/// Notes what came of the notifications about this object that had come by `by` (Unix ms), and whose it is.
///
/// # Errors
/// The database failed.
pub async fn followed(
    app: &App,
    shop: &ShopId,
    object: (&str, &str),
    (outcome, order): (NotificationOutcome, Option<OrderId>),
    by: i64,
) -> Result<(), StoreError> {
    let outcome = outcome.stored();
    app.store.write(table::handled(shop, object, order.as_ref(), &outcome, by)).await.map(drop)
}

/// When the shop's last notification came, Unix ms: the sign that Amazon's settings are right.
///
/// # Errors
/// The database failed.
pub async fn last_received(app: &App, shop: &Shop) -> Result<Option<i64>, StoreError> {
    let reader = app.store.reader().await?;
    table::last_received(&reader, &shop.id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_is_taken_as_long_as_amazon_tries_and_not_from_the_future() {
        let now: Timestamp = "2026-11-24T03:00:00Z".parse().unwrap();
        let hours = |hours| now - SignedDuration::from_hours(hours);
        assert!(is_timely(now, now) && is_timely(hours(14 * 24), now) && is_timely(hours(-1), now));
        assert!(!is_timely(hours(15 * 24 + 1), now) && !is_timely(hours(-2), now));
    }
}
