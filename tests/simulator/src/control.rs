//! The control API: what only a test or a demo may do. Not part of Amazon Pay.
//!
//! Over HTTP under `/control` (see the README), and from Rust by [`Control`], which speaks that HTTP and so works
//! for a simulator in this process and in another one.

mod buyer;
mod client;
mod notification;
mod object;
mod switch;

pub use client::{Control, ControlError};

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

/// Everything under `/control`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/control/keys", post(switch::post_key))
        .route("/control/settings", get(switch::get_settings).post(switch::post_settings))
        .route("/control/clock", get(switch::get_clock))
        .route("/control/clock/advance", post(switch::post_advance))
        .route(
            "/control/faults",
            get(switch::get_faults).post(switch::post_fault).delete(switch::delete_faults),
        )
        .route("/control/faults/release", post(switch::post_release))
        .route("/control/outcomes", post(switch::post_outcome))
        .route("/control/checkout/initiate", post(buyer::post_initiate))
        .route("/control/sign-in/{id}", post(buyer::post_sign_in))
        .route("/control/sessions/{id}/buyer", post(buyer::post_buyer))
        .route("/control/sessions/{id}/pay", post(buyer::post_pay))
        .route("/control/sessions/{id}/cancel", post(buyer::post_cancel))
        .route("/control/sessions", get(object::get_sessions))
        .route("/control/permissions", get(object::get_permissions))
        .route("/control/charges", get(object::get_charges))
        .route("/control/refunds", get(object::get_refunds))
        .route("/control/mails", get(object::get_mails))
        .route(
            "/control/notifications",
            get(notification::get_notifications).post(notification::post_notification),
        )
        .route("/control/notifications/release", post(notification::post_release))
        .route("/control/notifications/flush", post(notification::post_flush))
        .route("/control/notifications/{id}/repeat", post(notification::post_repeat))
        .route("/control/merchants/{id}", post(notification::post_merchant))
        .route("/control/charges/{id}/decide", post(object::post_decide_charge))
        .route("/control/charges/{id}/cancel", post(object::post_cancel_charge))
        .route("/control/charges/{id}/dispute", post(object::post_dispute))
        .route("/control/charges/{id}/refund", post(object::post_refund))
        .route("/control/refunds/{id}/decide", post(object::post_decide_refund))
        .route("/control/permissions/{id}/card", post(object::post_card))
        .route("/control/permissions/{id}/limit", post(object::post_limit))
        .route("/control/permissions/{id}/address", post(object::post_address))
        .route("/control/permissions/{id}/state", post(object::post_permission_state))
}

/// A JSON answer, or a refusal in the API's own form.
fn reply(result: ApiResult<Value>) -> Response {
    let (status, body) = match result {
        Ok(body) => (StatusCode::OK, body),
        Err(refusal) => {
            (StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST), refusal.body())
        }
    };
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// Reads a body strictly; an empty one is `{}`.
fn read<T: DeserializeOwned>(body: &[u8]) -> ApiResult<T> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body)
        .map_err(|error| ApiError::new(400, "InvalidRequestFormat", error.to_string()))
}
