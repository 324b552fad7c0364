//! Amazon's objects as lists, and what only Amazon or the buyer can do to them.

use super::{read, reply};
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::rule::Call;
use crate::world::{Address, Card, ChargeReason, Owner, Pending, PermissionReason, World, buyers};
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::charge::{ChargePermissionState, ChargeState, DeclineReason};
use shared::money::Yen;
use std::sync::Arc;

/// The wire form with the merchant's id behind it.
fn with_merchant(mut view: Value, owner: &Owner) -> Value {
    if let Value::Object(map) = &mut view {
        map.insert("merchantId".to_owned(), json!(owner.merchant_id));
    }
    view
}

/// Oldest first.
fn in_order(mut list: Vec<(Timestamp, Value)>) -> Value {
    list.sort_by_key(|(created, _)| *created);
    Value::Array(list.into_iter().map(|(_, view)| view).collect())
}

/// `GET /control/sessions`.
pub(super) async fn get_sessions(State(app): State<Arc<App>>) -> Response {
    let base = app.base_url.clone();
    reply(Ok(app.world(|world, _| {
        let all = world.sessions.values();
        in_order(all.map(|s| (s.created, with_merchant(s.view(&base), &s.owner))).collect())
    })))
}

/// `GET /control/permissions`.
pub(super) async fn get_permissions(State(app): State<Arc<App>>) -> Response {
    reply(Ok(app.world(|world, now| {
        let all = world.permissions.values();
        in_order(all.map(|p| (p.created, with_merchant(world.permission_view(p, now), &p.owner))).collect())
    })))
}

/// `GET /control/charges`.
pub(super) async fn get_charges(State(app): State<Arc<App>>) -> Response {
    reply(Ok(app.world(|world, _| {
        in_order(world.charges.values().map(|c| (c.created, with_merchant(c.view(), &c.owner))).collect())
    })))
}

/// `GET /control/refunds`.
pub(super) async fn get_refunds(State(app): State<Arc<App>>) -> Response {
    reply(Ok(app.world(|world, _| {
        in_order(world.refunds.values().map(|r| (r.created, with_merchant(r.view(), &r.owner))).collect())
    })))
}

/// `GET /control/mails`.
pub(super) async fn get_mails(State(app): State<Arc<App>>) -> Response {
    reply(Ok(app.world(|world, _| Value::Array(world.mail_views()))))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    /// A decline reason; success if absent.
    decline: Option<String>,
    reason: Option<String>,
    state: Option<String>,
    limit: Option<i64>,
    amount: Option<i64>,
    card: Option<String>,
    address: Option<usize>,
}

fn outcome(decision: &Decision) -> ApiResult<Pending> {
    match decision.decline.as_deref() {
        None => Ok(Pending::Succeeds),
        Some(name) => DeclineReason::from_name(name)
            .map(Pending::Declines)
            .ok_or_else(|| ApiError::invalid_value("decline", "unknown value")),
    }
}

/// Reads a decision, acts, and tells merchants.
fn act(
    app: &App,
    body: &[u8],
    action: impl FnOnce(&mut World, Timestamp, Decision) -> ApiResult<Value>,
) -> Response {
    let result =
        read::<Decision>(body).and_then(|decision| app.world(|world, now| action(world, now, decision)));
    app.notify_changes();
    reply(result)
}

/// `POST /control/charges/{id}/decide {decline?}`: Amazon decides what is pending.
pub(super) async fn post_decide_charge(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    act(&app, &body, |world, now, decision| {
        let outcome = outcome(&decision)?;
        let charge = world.charges.get_mut(&id).ok_or_else(|| ApiError::not_found("Charge"))?;
        if charge.pending.is_none() {
            return Err(ApiError::charge_status(charge.state.name()));
        }
        charge.pending = Some(outcome);
        world.decide_charge(&id, now);
        charge_view(world, &id)
    })
}

fn charge_view(world: &World, id: &str) -> ApiResult<Value> {
    world.charges.get(id).map(|charge| charge.view()).ok_or_else(|| ApiError::not_found("Charge"))
}

/// `POST /control/charges/{id}/cancel {reason?}`: Amazon or the buyer cancels.
pub(super) async fn post_cancel_charge(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    act(&app, &body, |world, now, decision| {
        let reason = match decision.reason.as_deref() {
            None | Some("AmazonCanceled") => ChargeReason::AmazonCanceled,
            Some("BuyerCanceled") => ChargeReason::BuyerCanceled,
            Some("ExpiredUnused") => ChargeReason::ExpiredUnused,
            Some(_) => return Err(ApiError::invalid_value("reason", "unknown value")),
        };
        world.move_charge(&id, ChargeState::Canceled, Some(reason), now)?;
        charge_view(world, &id)
    })
}

/// `POST /control/charges/{id}/dispute`: the buyer's bank takes a captured charge up.
pub(super) async fn post_dispute(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    act(&app, &body, |world, now, _| world.dispute(&id, now).and_then(|()| charge_view(world, &id)))
}

/// `POST /control/charges/{id}/refund {amount}`: somebody gives money back in Seller Central, in yen; decided like any.
pub(super) async fn post_refund(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    act(&app, &body, |world, now, decision| {
        let owner = world.charges.get(&id).map(|charge| charge.owner.clone());
        let owner = owner.ok_or_else(|| ApiError::not_found("Charge"))?;
        let amount = decision.amount.unwrap_or_default().to_string();
        let call = Call { owner, now, base_url: String::new(), simulation: None, query: String::new() };
        let asked = json!({ "chargeId": id, "refundAmount": { "amount": amount, "currencyCode": "JPY" } });
        let asked = asked.as_object().cloned().unwrap_or_default();
        world.create_refund(&call, &asked).map(|answer| answer.body)
    })
}

/// `POST /control/refunds/{id}/decide {decline?}`: Amazon decides a refund.
pub(super) async fn post_decide_refund(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    act(&app, &body, |world, now, decision| {
        let outcome = outcome(&decision)?;
        let refund = world.refunds.get_mut(&id).ok_or_else(|| ApiError::not_found("Refund"))?;
        refund.pending = outcome;
        world.decide_refund(&id, now);
        world.refunds.get(&id).map(|refund| refund.view()).ok_or_else(|| ApiError::not_found("Refund"))
    })
}

fn permission_view(world: &World, id: &str, now: Timestamp) -> ApiResult<Value> {
    let permission = world.permissions.get(id).ok_or_else(|| ApiError::not_found("Charge Permission"))?;
    Ok(world.permission_view(permission, now))
}

/// `POST /control/permissions/{id}/card {card}`: the buyer changes the payment method.
pub(super) async fn post_card(State(app): State<Arc<App>>, Path(id): Path<String>, body: Bytes) -> Response {
    act(&app, &body, |world, now, decision| {
        let card = decision.card.as_deref().and_then(Card::find);
        world.change_card(&id, card.ok_or_else(|| ApiError::not_found("card"))?, now)?;
        permission_view(world, &id, now)
    })
}

/// `POST /control/permissions/{id}/limit {limit}`: Amazon raises or lowers what may be charged in a month, in yen.
pub(super) async fn post_limit(State(app): State<Arc<App>>, Path(id): Path<String>, body: Bytes) -> Response {
    act(&app, &body, |world, now, decision| {
        let limit = decision.limit.and_then(|limit| Yen::new(limit).ok());
        world.change_limit(&id, limit.ok_or_else(|| ApiError::not_found("limit"))?, now)?;
        permission_view(world, &id, now)
    })
}

/// `POST /control/permissions/{id}/address {address}`: the permission's address becomes another one of the book.
pub(super) async fn post_address(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    act(&app, &body, |world, now, decision| {
        let position = decision.address.unwrap_or(1);
        let address: Option<Address> = world
            .permissions
            .get(&id)
            .and_then(|permission| buyers().iter().find(|buyer| buyer.key == permission.buyer.key))
            .and_then(|buyer| buyer.addresses.get(position).cloned());
        world.change_address(&id, address.ok_or_else(|| ApiError::not_found("address"))?, now)?;
        permission_view(world, &id, now)
    })
}

/// `POST /control/permissions/{id}/state {state, reason?}`: any move of the published table.
pub(super) async fn post_permission_state(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    act(&app, &body, |world, now, decision| {
        let next = decision.state.as_deref().and_then(ChargePermissionState::from_name);
        let next = next.ok_or_else(|| ApiError::invalid_value("state", "unknown value"))?;
        let reason = match decision.reason.as_deref() {
            None => None,
            Some(name) => Some(
                PermissionReason::ALL
                    .iter()
                    .copied()
                    .find(|reason| reason.name() == name)
                    .ok_or_else(|| ApiError::invalid_value("reason", "unknown value"))?,
            ),
        };
        world.move_permission(&id, next, reason, now)?;
        permission_view(world, &id, now)
    })
}
