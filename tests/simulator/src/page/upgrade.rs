//! Turning a one-time permission into a recurring one with the buyer's consent (`bindUpgradeAction`).
//!
//! The payload's form is not published: this simulator reads `storeId`, `chargePermissionId`, `webCheckoutDetails` with
//! the addresses to return to, and `recurringMetadata`; the shop gets `chargePermissionId` back in the query.

use super::checkout::{Posted, verify};
use super::html::{Layout, esc};
use super::{not_found, refused, see_other};
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::fields::{Fields, parse_body};
use crate::id;
use crate::rule::hosted::with_query;
use crate::rule::session::is_return_url;
use crate::world::{Owner, PermissionKind, RecurringMetadata, World};
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Response};
use shared::charge::ChargePermissionState;
use std::sync::Arc;

/// A shop that asks for consent.
#[derive(Debug, Clone)]
pub(crate) struct Upgrade {
    permission_id: String,
    recurring: RecurringMetadata,
    return_url: String,
    cancel_url: String,
}

/// `POST /checkout/upgrade`.
pub(super) async fn post_upgrade(State(app): State<Arc<App>>, Form(posted): Form<Posted>) -> Response {
    let asked = app.world(|world, _| {
        let owner = verify(world, &posted)?;
        let upgrade = read(world, &owner, &posted.payload_json)?;
        let id = id::uuid();
        world.upgrades.insert(id.clone(), upgrade);
        Ok(id)
    });
    match asked {
        Ok(id) => see_other(&format!("/upgrade/{id}")),
        Err(refusal) => refused(&refusal),
    }
}

fn read(world: &mut World, owner: &Owner, payload: &str) -> ApiResult<Upgrade> {
    let payload = parse_body(payload.as_bytes())?;
    let allowed =
        ["storeId", "chargePermissionId", "webCheckoutDetails", "chargePermissionType", "recurringMetadata"];
    let fields = Fields::new(&payload, &allowed)?;
    let permission_id = fields.required_text("chargePermissionId", 64)?;
    let urls = ["checkoutReviewReturnUrl", "checkoutResultReturnUrl", "checkoutCancelUrl"];
    let urls =
        fields.object("webCheckoutDetails", &urls)?.ok_or_else(|| fields.missing("webCheckoutDetails"))?;
    let result = urls.text("checkoutResultReturnUrl", 2048)?.or(urls.text("checkoutReviewReturnUrl", 2048)?);
    let return_url = result.ok_or_else(|| urls.missing("checkoutResultReturnUrl"))?;
    let cancel_url = urls.text("checkoutCancelUrl", 2048)?.unwrap_or_else(|| return_url.clone());
    if !is_return_url(&return_url, owner.environment) || !is_return_url(&cancel_url, owner.environment) {
        return Err(ApiError::invalid_value("webCheckoutDetails", "an address cannot be returned to"));
    }
    let recurring = RecurringMetadata::read(&fields)?.filter(|recurring| recurring.frequency.is_some());
    let recurring = recurring.ok_or_else(|| fields.missing("recurringMetadata.frequency"))?;
    let permission = world.permission(owner, &permission_id)?;
    if permission.state == ChargePermissionState::Closed || permission.kind != PermissionKind::OneTime {
        return Err(ApiError::permission_status(permission.state.name()));
    }
    Ok(Upgrade { permission_id, recurring, return_url, cancel_url })
}

/// `GET /upgrade/{id}`.
pub(super) async fn get_upgrade(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    let Some(upgrade) = app.world(|world, _| world.upgrades.get(&id).cloned()) else {
        return not_found().await;
    };
    let cycle = upgrade
        .recurring
        .frequency
        .map_or_else(String::new, |(unit, value)| format!("{value} × {}", unit.name()));
    let amount = upgrade.recurring.amount.map_or_else(|| "毎回変わります".to_owned(), |yen| yen.to_string());
    let body = format!(
        r#"<h1>定期購入への変更 <small lang="en">Agree to recurring payments</small></h1>
<div class="card"><dl><dt>番号</dt><dd><code>{}</code></dd><dt>周期</dt><dd>{}</dd><dt>金額</dt><dd>{amount}</dd></dl></div>
<form method="post" action="/upgrade/{id}"><button class="primary" data-test="agree">同意する <span lang="en">Agree</span></button></form>
<div class="actions"><a class="button" href="{}" data-test="cancel" rel="noreferrer">同意しない <span lang="en">Cancel</span></a></div>"#,
        esc(&upgrade.permission_id),
        esc(&cycle),
        esc(&upgrade.cancel_url),
        id = esc(&id),
    );
    Layout::new("定期購入への変更").page(&body).into_response()
}

/// `POST /upgrade/{id}`: the buyer agrees.
pub(super) async fn post_agree(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    let agreed = app.world(|world, now| {
        let upgrade = world.upgrades.remove(&id).ok_or_else(|| ApiError::not_found("upgrade"))?;
        world.make_recurring(&upgrade.permission_id, upgrade.recurring, now)?;
        Ok(with_query(&upgrade.return_url, "chargePermissionId", &upgrade.permission_id))
    });
    match agreed {
        Ok(url) => see_other(&url),
        Err(refusal) => refused(&refusal),
    }
}
