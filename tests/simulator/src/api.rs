//! The API under `/v2`: from bytes to an operation and back.
//!
//! Order of checks: headers, key, signature, throttle, route, JSON, fields, object, state. Start at [`serve`].

mod authenticate;
mod fault;
mod idempotency;
mod operation;
mod report;
mod throttle;

pub(crate) use fault::Faults;
pub use fault::{Fault, FaultKind, Outcome};
pub(crate) use idempotency::{Answers, Kept};
pub(crate) use operation::Operation;
pub(crate) use report::{Reports, document};
pub(crate) use throttle::Buckets;

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::fields::parse_body;
use crate::id;
use crate::rule::{Answer, Call};
use crate::server::Connection;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use operation::Route;
use std::sync::Arc;

/// Largest body that is read.
const BODY_LIMIT: usize = 1024 * 1024;

/// Answers every request of the API.
pub(crate) async fn serve(
    State(app): State<Arc<App>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
) -> Response {
    let request_id = id::uuid();
    let answer = match respond(&app, &connection, request).await {
        Ok(answer) => answer,
        Err(refusal) => {
            tracing::debug!(
                request.id = request_id,
                status = refusal.status,
                code = refusal.reason_code,
                "refused"
            );
            Answer::new(refusal.status, refusal.body())
        }
    };
    let mut response = Response::new(Body::from(answer.body.to_string()));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-amz-pay-request-id", value);
    }
    response
}

async fn respond(app: &App, connection: &Connection, request: Request) -> ApiResult<Answer> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, BODY_LIMIT)
        .await
        .map_err(|_| ApiError::new(400, "InvalidRequest", "The request body could not be read."))?;
    let route = operation::route(&parts.method, parts.uri.path());
    let operation = route.as_ref().ok().map(|route| route.operation);
    let caller = authenticate::authenticate(app, &parts, &body, operation)?;
    app.throttle(&caller.owner, operation)?;
    let route = route?;
    let query = parts.uri.query().unwrap_or_default();
    let fault = app.world(|world, _| world.faults.take(route.operation));
    if let Some(fault) = &fault {
        fault.before(connection).await?;
    }
    let simulation =
        caller.simulation.or_else(|| app.world(|world, _| world.faults.take_outcome(route.operation)));
    let answer = match caller.idempotency_key.filter(|_| parts.method == http::Method::POST) {
        None => execute(app, caller.owner, simulation, &route, query, &body),
        Some(key) => {
            let entry = app.world(|world, _| world.answers.entry(&caller.owner, &key));
            // The lock is held to the end: a second request with the same key waits for the first.
            let mut stored = entry.lock().await;
            match &*stored {
                Some(stored) => stored.replay(&route, &body),
                None => {
                    let answer = execute(app, caller.owner, simulation, &route, query, &body);
                    *stored = idempotency::Stored::new(&route, &body, &answer);
                    answer
                }
            }
        }
    };
    if let Some(fault) = &fault {
        fault.after(connection).await;
    }
    answer
}

fn execute(
    app: &App,
    owner: crate::world::Owner,
    simulation: Option<String>,
    route: &Route,
    query: &str,
    body: &[u8],
) -> ApiResult<Answer> {
    let base_url = app.base_url.clone();
    let result = app.world(|world, now| {
        let call = Call { owner, now, base_url, simulation, query: query.to_owned() };
        world.in_call = true;
        let answer = parse_body(body).and_then(|body| operation::run(world, &call, route, &body));
        world.in_call = false;
        answer
    });
    app.notify_changes();
    result
}
