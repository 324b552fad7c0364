//! Where a button leads: its payload is verified, and a session or a sign-in begins.

use super::html::error_page;
use super::see_other;
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::fields::{Fields, parse_body};
use crate::rule::Call;
use crate::rule::buyer::SCOPES;
use crate::rule::session::{Button, is_return_url};
use crate::world::{Environment, Owner, ProductType, World};
use amazon_pay::signing::{Algorithm, button_string_to_sign};
use axum::extract::{Form, State};
use axum::response::Response;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What checkout.js posts.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Posted {
    #[serde(rename = "payloadJSON")]
    pub payload_json: String,
    pub signature: String,
    pub algorithm: String,
    pub public_key_id: String,
    #[serde(default)]
    pub merchant_id: Option<String>,
    #[serde(default)]
    pub ledger_currency: Option<String>,
    #[serde(default)]
    pub product_type: Option<String>,
}

/// What a button has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Started {
    Checkout(String),
    SignIn(String),
}

/// `POST /checkout/initiate`.
pub(super) async fn post_initiate(State(app): State<Arc<App>>, Form(posted): Form<Posted>) -> Response {
    match initiate(&app, &posted) {
        Ok(Started::Checkout(id)) => see_other(&format!("/checkout/{id}/sign-in")),
        Ok(Started::SignIn(id)) => see_other(&format!("/sign-in/{id}")),
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
            let detail = format!("{}: {}", refusal.reason_code, refusal.message);
            error_page(status, "お支払いを始められません", "The checkout cannot start", &detail)
        }
    }
}

/// Verifies the payload and begins what it asks for.
pub(crate) fn initiate(app: &App, posted: &Posted) -> ApiResult<Started> {
    let base_url = app.base_url.clone();
    app.world(|world, now| {
        let owner = verify(world, posted)?;
        let product = match posted.product_type.as_deref() {
            None | Some("") => ProductType::PayAndShip,
            Some(name) => ProductType::from_name(name)
                .ok_or_else(|| ApiError::invalid_value("productType", "unknown value"))?,
        };
        if posted.ledger_currency.as_deref().is_some_and(|currency| currency != "JPY") {
            return Err(ApiError::invalid_value("ledgerCurrency", "JPY is expected"));
        }
        let payload = parse_body(posted.payload_json.as_bytes())?;
        if product == ProductType::SignIn {
            return begin_sign_in(world, &owner, &Fields::new(&payload, SIGN_IN)?).map(Started::SignIn);
        }
        let call = Call { owner, now, base_url, simulation: None, query: String::new() };
        let button = Button { product_type: Some(product) };
        world.open_session(&call, &payload, button).map(Started::Checkout)
    })
}

const SIGN_IN: &[&str] = &["signInReturnUrl", "signInCancelUrl", "storeId", "signInScopes"];

fn begin_sign_in(world: &mut World, owner: &Owner, fields: &Fields<'_>) -> ApiResult<String> {
    let store = fields.required_text("storeId", 128)?;
    let known = world.merchants.get(&owner.merchant_id);
    if !known.is_some_and(|merchant| merchant.store_ids.contains(&store)) {
        return Err(ApiError::invalid_value("storeId", "the merchant has no such store"));
    }
    let return_url = fields.required_text("signInReturnUrl", 2048)?;
    let cancel_url = fields.text("signInCancelUrl", 2048)?;
    if let Some(url) = [Some(&return_url), cancel_url.as_ref()]
        .into_iter()
        .flatten()
        .find(|url| !is_return_url(url, owner.environment))
    {
        return Err(ApiError::invalid_value("signInReturnUrl", &format!("{url} cannot be returned to")));
    }
    let scopes = fields.texts("signInScopes")?.unwrap_or_default();
    if let Some(scope) = scopes.iter().find(|scope| !SCOPES.contains(&scope.as_str())) {
        return Err(ApiError::invalid_value("signInScopes", &format!("unknown scope {scope}")));
    }
    Ok(world.sign_in_requests.add(owner.clone(), return_url, cancel_url, scopes))
}

/// Whose payload this is.
///
/// # Errors
/// 403 for an unknown key or a signature that does not fit the payload byte for byte.
pub(super) fn verify(world: &World, posted: &Posted) -> ApiResult<Owner> {
    let key = world
        .keys
        .get(&posted.public_key_id)
        .ok_or_else(|| ApiError::new(403, "InvalidAuthentication", "The public key id is not known."))?;
    if posted.merchant_id.as_ref().is_some_and(|id| *id != key.merchant_id) {
        return Err(ApiError::new(403, "InvalidAuthentication", "The key belongs to another merchant."));
    }
    let wrong =
        || ApiError::new(403, "InvalidRequestSignature", "The button's signature does not fit its payload.");
    let algorithm = Algorithm::from_name(&posted.algorithm).ok_or_else(wrong)?;
    let text = button_string_to_sign(algorithm, &posted.payload_json);
    if !key.verifying.verify(algorithm, text.as_bytes(), &posted.signature) {
        return Err(wrong());
    }
    let live = posted.public_key_id.to_ascii_uppercase().starts_with("LIVE");
    let environment = if live { Environment::Live } else { Environment::Sandbox };
    Ok(Owner { merchant_id: key.merchant_id.clone(), environment })
}
