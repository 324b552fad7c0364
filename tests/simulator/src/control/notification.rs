//! Notifications on order: late, twice, in the wrong order, wrongly signed, or not at all.

use super::{read, reply};
use crate::app::App;
use crate::error::ApiError;
use crate::notice;
use crate::world::{Change, Environment, Owner};
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /control/notifications`, oldest first.
pub(super) async fn get_notifications(State(app): State<Arc<App>>) -> Response {
    reply(Ok(app.world(|world, _| world.all_notifications().map(|n| n.view()).collect())))
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Release {
    #[serde(default)]
    newest_first: bool,
}

/// `POST /control/notifications/release {newestFirst?}`: what was held is sent; answers when it has been answered.
pub(super) async fn post_release(State(app): State<Arc<App>>, body: Bytes) -> Response {
    match read::<Release>(&body) {
        Err(refusal) => reply(Err(refusal)),
        Ok(release) => {
            // Changes that have not become notifications yet are held like the others.
            notice::send_due(&app).await;
            app.world(|world, now| notice::release(world, release.newest_first, now));
            flushed(&app).await
        }
    }
}

/// `POST /control/notifications/flush`: sends what is due; answers when it has been answered.
pub(super) async fn post_flush(State(app): State<Arc<App>>) -> Response {
    flushed(&app).await
}

async fn flushed(app: &App) -> Response {
    notice::send_due(app).await;
    let waiting = app.world(|world, _| world.outbox.len());
    reply(Ok(json!({ "waiting": waiting })))
}

/// `POST /control/notifications/{id}/repeat`: the same message once more.
pub(super) async fn post_repeat(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    let repeated = app.world(|world, now| notice::repeat(world, &id, now));
    if repeated.is_ok() {
        notice::send_due(&app).await;
    }
    reply(repeated.map(|()| json!({})))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct New {
    merchant_id: String,
    object_type: String,
    object_id: String,
    #[serde(default)]
    charge_permission_id: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    forged: bool,
}

/// `POST /control/notifications`: one about anything, true or not; `forged` gives it a wrong signature.
pub(super) async fn post_notification(State(app): State<Arc<App>>, body: Bytes) -> Response {
    let made = read::<New>(&body).map(|new| {
        app.world(|world, now| {
            let change = Change {
                owner: Owner { merchant_id: new.merchant_id, environment: Environment::Sandbox },
                object_type: new.object_type,
                object_id: new.object_id,
                permission_id: new.charge_permission_id,
                attribute: false,
                synchronous: false,
                at: now,
            };
            let mut notification = notice::make(world, change);
            notification.forged = new.forged;
            if let Some(url) = new.url {
                notification.url = url;
                notification.state = crate::world::NotificationState::Waiting;
            }
            let id = notification.id.clone();
            world.keep_notification(notification);
            id
        })
    });
    notice::send_due(&app).await;
    reply(made.and_then(|id| {
        let found = app.world(|world, _| world.all_notifications().find(|n| n.id == id).map(|n| n.view()));
        found.ok_or_else(|| ApiError::not_found("notification"))
    }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MerchantSettings {
    notification_url: Option<String>,
}

/// `POST /control/merchants/{id} {notificationUrl}`: as in Seller Central; `null` stops notifications.
pub(super) async fn post_merchant(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    reply(read::<MerchantSettings>(&body).and_then(|given| {
        app.world(|world, _| {
            let merchant = world.merchants.get_mut(&id).ok_or_else(|| ApiError::not_found("merchant"))?;
            merchant.notification_url = given.notification_url;
            Ok(Value::Object(serde_json::Map::new()))
        })
    }))
}
