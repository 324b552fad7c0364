//! Telling merchants what has changed, as Amazon's notifications do: signed, perhaps twice, perhaps late.
//!
//! Changes gather in the world; here they become notifications, and are sent one after another when they are due.
//! Start at [`run`].

mod envelope;
mod key;

pub(crate) use key::{certificate_path, certificate_pem};

use crate::app::App;
use crate::error::ApiError;
use crate::world::{Change, Notification, NotificationState, World};
use crate::{id, persist};
use jiff::{SignedDuration, Timestamp};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify};

/// Attempts after the first, one hour apart.
const RETRIES: u32 = 3;
/// Real time a merchant has to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// What sends notifications.
#[derive(Debug)]
pub(crate) struct Notices {
    woken: Notify,
    http: reqwest::Client,
    /// Whoever holds it is the one who sends, so that order is kept.
    sending: Mutex<()>,
}

impl Notices {
    pub fn new() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let http = amazon_pay::http_client::builder().timeout(PATIENCE).build()?;
        Ok(Self { woken: Notify::new(), http, sending: Mutex::default() })
    }

    /// There may be something to send.
    pub fn wake(&self) {
        self.woken.notify_one();
    }
}

/// Lets time pass in the world, sends what is due and stores what has changed, for ever.
pub(crate) async fn run(app: Arc<App>) {
    loop {
        send_due(&app).await;
        persist::store(&app);
        let _ = tokio::time::timeout(Duration::from_millis(100), app.notices.woken.notified()).await;
    }
}

/// Sends everything that is due now, in order, and returns when it has been answered.
pub(crate) async fn send_due(app: &App) {
    let _sending = app.notices.sending.lock().await;
    while let Some(next) = app.world(next_due) {
        let body = envelope::signed(&next, &app.base_url, app.clock.now());
        let status = deliver(&app.notices.http, &next.url, &next.message_id, body).await;
        app.world(|world, now| delivered(world, &next.id, status, now));
    }
}

/// The next one that is due; changes become notifications on the way.
fn next_due(world: &mut World, now: Timestamp) -> Option<Notification> {
    for change in std::mem::take(&mut world.changes) {
        collect(world, change);
    }
    let due = world.outbox.iter().filter(|n| n.state == NotificationState::Waiting && n.due <= now);
    // `min_by_key` gives the first of equals: order of arrival.
    due.min_by_key(|notification| notification.due).cloned()
}

fn collect(world: &mut World, change: Change) {
    if change.synchronous && !world.settings.synchronous_notifications {
        return;
    }
    let notification = make(world, change);
    for _ in 1..world.settings.notification_copies.max(1) {
        let copy = Notification { id: id::uuid(), ..notification.clone() };
        world.keep_notification(copy);
    }
    world.keep_notification(notification);
}

/// The notification of `change`, not yet among the world's.
pub(crate) fn make(world: &World, change: Change) -> Notification {
    let merchant = world.merchants.get(&change.owner.merchant_id);
    let url = merchant.and_then(|merchant| merchant.notification_url.clone());
    let state = match &url {
        None => NotificationState::NoAddress,
        Some(_) if world.settings.hold_notifications => NotificationState::Held,
        Some(_) => NotificationState::Waiting,
    };
    Notification {
        id: id::uuid(),
        notification_id: id::uuid(),
        message_id: id::uuid(),
        url: url.unwrap_or_default(),
        due: change.at + SignedDuration::from_millis(world.settings.notification_delay_ms),
        version: world.settings.sns_signature_version.clone(),
        forged: false,
        change,
        state,
        attempts: 0,
        last_status: None,
    }
}

/// The merchant's status, or nothing.
async fn deliver(http: &reqwest::Client, url: &str, message_id: &str, body: String) -> Option<u16> {
    let sent = http
        .post(url)
        .header("content-type", "text/plain; charset=UTF-8")
        .header("x-amz-sns-message-type", "Notification")
        .header("x-amz-sns-message-id", message_id)
        .body(body)
        .send()
        .await;
    sent.ok().map(|answer| answer.status().as_u16())
}

/// 5xx and silence are tried again hourly; 4xx is taken for an answer.
fn delivered(world: &mut World, id: &str, status: Option<u16>, now: Timestamp) {
    let Some(position) = world.outbox.iter().position(|notification| notification.id == id) else { return };
    let mut notification = world.outbox.remove(position);
    notification.attempts += 1;
    notification.last_status = status;
    notification.state = match status {
        Some(200..=299) => NotificationState::Delivered,
        Some(300..=499) => NotificationState::Refused,
        _ if notification.attempts > RETRIES => NotificationState::GivenUp,
        _ => {
            notification.due = now + SignedDuration::from_hours(1);
            NotificationState::Waiting
        }
    };
    world.keep_notification(notification);
    world.touched = true;
}

/// Lets held notifications go, oldest or newest first.
pub(crate) fn release(world: &mut World, newest_first: bool, now: Timestamp) {
    let mut held: Vec<Notification> = Vec::new();
    let mut kept = Vec::new();
    for notification in std::mem::take(&mut world.outbox) {
        if notification.state == NotificationState::Held {
            held.push(notification)
        } else {
            kept.push(notification)
        }
    }
    if newest_first {
        held.reverse();
    }
    for notification in &mut held {
        notification.state = NotificationState::Waiting;
        notification.due = now;
    }
    kept.append(&mut held);
    world.outbox = kept;
}

/// Sends a notification once more, with the same message id, as the service may do at any time.
pub(crate) fn repeat(world: &mut World, id: &str, now: Timestamp) -> Result<(), ApiError> {
    let found = world.all_notifications().find(|notification| notification.id == id);
    let original = found.ok_or_else(|| ApiError::not_found("notification"))?;
    let copy = Notification {
        id: crate::id::uuid(),
        state: NotificationState::Waiting,
        attempts: 0,
        due: now,
        ..original.clone()
    };
    world.keep_notification(copy);
    Ok(())
}
