//! Keys, settings, clock, failures and outcomes on order.

use super::{read, reply};
use crate::api::{Fault, Operation, Outcome};
use crate::app::{self, App};
use crate::error::{ApiError, ApiResult};
use crate::option::MerchantKey;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewKey {
    public_key_id: String,
    public_key_pem: String,
    merchant_id: String,
    store_id: String,
    #[serde(default)]
    notification_url: Option<String>,
}

/// `POST /control/keys`.
pub(super) async fn post_key(State(app): State<Arc<App>>, body: Bytes) -> Response {
    reply(read::<NewKey>(&body).and_then(|key| {
        let key = MerchantKey {
            public_key_id: key.public_key_id,
            public_key_pem: key.public_key_pem,
            merchant_id: key.merchant_id,
            store_id: key.store_id,
            notification_url: key.notification_url,
        };
        app.world(|world, _| app::register(world, key))
            .map(|()| json!({}))
            .map_err(|error| ApiError::invalid_value("publicKeyPem", &error.to_string()))
    }))
}

fn to_value<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// `GET /control/settings`.
pub(super) async fn get_settings(State(app): State<Arc<App>>) -> Response {
    reply(Ok(app.world(|world, _| to_value(&world.settings))))
}

/// `POST /control/settings`: the members given replace the old ones.
pub(super) async fn post_settings(State(app): State<Arc<App>>, body: Bytes) -> Response {
    reply(read::<Map<String, Value>>(&body).and_then(|given| {
        app.world(|world, _| {
            let mut merged = to_value(&world.settings);
            if let Value::Object(map) = &mut merged {
                map.extend(given);
            }
            world.settings = serde_json::from_value(merged)
                .map_err(|error| ApiError::invalid_value("settings", &error.to_string()))?;
            Ok(to_value(&world.settings))
        })
    }))
}

/// `GET /control/clock`.
pub(super) async fn get_clock(State(app): State<Arc<App>>) -> Response {
    let now = app.clock.now();
    reply(Ok(json!({ "now": now.to_string(), "milliseconds": now.as_millisecond() })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    milliseconds: i64,
}

/// `POST /control/clock/advance`: everything due happens before the answer.
pub(super) async fn post_advance(State(app): State<Arc<App>>, body: Bytes) -> Response {
    let result: ApiResult<Value> = read::<Advance>(&body).and_then(|advance| {
        app.clock
            .advance(SignedDuration::from_millis(advance.milliseconds))
            .map_err(|error| ApiError::new(409, "InvalidRequest", error.to_string()))?;
        let now = app.world(|_, now| now);
        app.notify_changes();
        Ok(json!({ "now": now.to_string(), "milliseconds": now.as_millisecond() }))
    });
    reply(result)
}

/// `GET /control/faults`: what has been ordered and not met, and how many calls are held just now.
pub(super) async fn get_faults(State(app): State<Arc<App>>) -> Response {
    reply(Ok(app.world(|world, _| {
        json!({
            "faults": to_value(&world.faults.faults),
            "outcomes": to_value(&world.faults.outcomes),
            "held": *world.faults.held.borrow(),
        })
    })))
}

fn check_operation(name: &str) -> ApiResult<()> {
    Operation::from_name(name)
        .map(|_| ())
        .ok_or_else(|| ApiError::invalid_value("operation", &format!("{name} is no operation")))
}

/// `POST /control/faults`.
pub(super) async fn post_fault(State(app): State<Arc<App>>, body: Bytes) -> Response {
    reply(read::<Fault>(&body).and_then(|fault| {
        fault.operation.as_deref().map(check_operation).transpose()?;
        app.world(|world, _| world.faults.faults.push(fault));
        Ok(json!({}))
    }))
}

/// `DELETE /control/faults`: nothing is ordered any more, and held calls go on.
pub(super) async fn delete_faults(State(app): State<Arc<App>>) -> Response {
    app.world(|world, _| {
        world.faults.faults.clear();
        world.faults.outcomes.clear();
        world.faults.release();
    });
    reply(Ok(json!({})))
}

/// `POST /control/faults/release`: held calls go on.
pub(super) async fn post_release(State(app): State<Arc<App>>) -> Response {
    app.world(|world, _| world.faults.release());
    reply(Ok(json!({})))
}

/// `POST /control/outcomes`.
pub(super) async fn post_outcome(State(app): State<Arc<App>>, body: Bytes) -> Response {
    reply(read::<Outcome>(&body).and_then(|outcome| {
        check_operation(&outcome.operation)?;
        app.world(|world, _| world.faults.outcomes.push(outcome));
        Ok(json!({}))
    }))
}
