//! Create, Get and Update Checkout Session, and the payload of a button, which is the body of Create.

use super::{Answer, Call};
use crate::error::{ApiError, ApiResult};
use crate::fields::Fields;
use crate::id;
use crate::world::{
    Address, Choice, Due, Environment, Intent, MerchantMetadata, PaymentDetails, PermissionKind, ProductType,
    RecurringMetadata, Session, Urls, World,
};
use jiff::SignedDuration;
use serde_json::{Map, Value};
use shared::charge::CheckoutSessionState;
use shared::money::{Chargeable, Yen};

const SCOPES: &[&str] =
    &["name", "email", "phoneNumber", "billingAddress", "postalCode", "shippingAddress", "primeStatus"];

const UPDATE: &[&str] = &[
    "webCheckoutDetails",
    "paymentDetails",
    "chargePermissionType",
    "recurringMetadata",
    "merchantMetadata",
    "supplementaryData",
    "platformId",
    "providerMetadata",
];

const CREATE: &[&str] = &[
    "webCheckoutDetails",
    "paymentDetails",
    "chargePermissionType",
    "recurringMetadata",
    "merchantMetadata",
    "supplementaryData",
    "platformId",
    "providerMetadata",
    "paymentMethodOnFileMetadata",
    "storeId",
    "scopes",
    "deliverySpecifications",
    "addressDetails",
];

const PAYMENT: &[&str] = &[
    "paymentIntent",
    "canHandlePendingAuthorization",
    "chargeAmount",
    "totalOrderAmount",
    "presentmentCurrency",
    "softDescriptor",
    "estimateOrderTotal",
    "allowOvercharge",
    "extendExpiration",
];

/// What only the button's script knows about the visit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Button {
    pub product_type: Option<ProductType>,
}

impl World {
    /// `POST /v2/checkoutSessions`.
    pub fn create_session(&mut self, call: &Call, body: &Map<String, Value>) -> ApiResult<Answer> {
        let id = self.open_session(call, body, Button::default())?;
        let session = self.session(&call.owner, &id)?;
        Ok(Answer::new(201, session.view(&call.base_url)))
    }

    /// Opens a session from a body or a button's payload; gives its id.
    pub fn open_session(
        &mut self,
        call: &Call,
        body: &Map<String, Value>,
        button: Button,
    ) -> ApiResult<String> {
        let fields = Fields::new(body, CREATE)?;
        let store_id = fields.required_text("storeId", 128)?;
        let known = self.merchants.get(&call.owner.merchant_id);
        if !known.is_some_and(|merchant| merchant.store_ids.contains(&store_id)) {
            return Err(ApiError::invalid_value("storeId", "the merchant has no such store"));
        }
        let mut session = Session {
            id: id::uuid(),
            owner: call.owner.clone(),
            store_id,
            product_type: button.product_type,
            urls: Urls::default(),
            payment: PaymentDetails::default(),
            kind: PermissionKind::OneTime,
            recurring: None,
            setup_only: None,
            metadata: MerchantMetadata::default(),
            supplementary_data: None,
            platform_id: None,
            provider_reference_id: None,
            scopes: fields.texts("scopes")?,
            delivery_specifications: fields.raw("deliverySpecifications"),
            choice: Choice::default(),
            state: CheckoutSessionState::Open,
            reason: None,
            approved: false,
            permission_id: None,
            charge_id: None,
            created: call.now,
            updated: call.now,
            expires: call.now + SignedDuration::from_hours(24),
        };
        if let Some(scope) = session.scopes.iter().flatten().find(|scope| !SCOPES.contains(&scope.as_str())) {
            return Err(ApiError::invalid_value("scopes", &format!("unknown scope {scope}")));
        }
        if let Some(on_file) = fields.object("paymentMethodOnFileMetadata", &["setupOnly"])? {
            session.setup_only = on_file.flag("setupOnly")?;
        }
        apply(&mut session, &fields, true)?;
        if let Some(details) = fields.object("addressDetails", Address::DETAILS)? {
            session.choice.address = Some(Address::from_details(&details)?);
        }
        check_mode(&session)?;
        check_recurring(&session)?;
        self.schedule(session.expires, Due::SessionExpiry(session.id.clone()));
        let id = session.id.clone();
        self.sessions.insert(id.clone(), session);
        Ok(id)
    }

    /// `GET /v2/checkoutSessions/{id}`.
    pub fn get_session(&mut self, call: &Call, id: &str) -> ApiResult<Answer> {
        let session = self.session(&call.owner, id)?;
        Ok(Answer::new(200, session.view(&call.base_url)))
    }

    /// `PATCH /v2/checkoutSessions/{id}`: until the buyer has gone to pay.
    pub fn update_session(&mut self, call: &Call, id: &str, body: &Map<String, Value>) -> ApiResult<Answer> {
        let fields = Fields::new(body, UPDATE)?;
        // Fields are checked before the object, on a copy that nobody sees.
        let found = self.session(&call.owner, id).map(|session| session.clone());
        let mut changed = found.clone()?;
        apply(&mut changed, &fields, false)?;
        check_recurring(&changed)?;
        if changed.state != CheckoutSessionState::Open || changed.approved {
            return Err(ApiError::session_status(changed.state.name()));
        }
        changed.updated = call.now;
        let view = changed.view(&call.base_url);
        *self.session(&call.owner, id)? = changed;
        Ok(Answer::new(200, view))
    }
}

/// Takes over the members that `fields` gives.
fn apply(session: &mut Session, fields: &Fields<'_>, creating: bool) -> ApiResult<()> {
    if let Some(kind) = fields.word("chargePermissionType", PermissionKind::from_name)? {
        let upgrade = session.kind == PermissionKind::OneTime && kind == PermissionKind::Recurring;
        if !creating && kind != session.kind && !upgrade {
            return Err(ApiError::invalid_value("chargePermissionType", "only OneTime may become Recurring"));
        }
        session.kind = kind;
    }
    if let Some(recurring) = RecurringMetadata::read(fields)? {
        session.recurring = Some(recurring);
    }
    if let Some(metadata) = MerchantMetadata::read(fields)? {
        session.metadata.merge(metadata);
    }
    take(&mut session.supplementary_data, fields.text("supplementaryData", 4096)?);
    take(&mut session.platform_id, fields.text("platformId", 128)?);
    if let Some(provider) = fields.object("providerMetadata", &["providerReferenceId"])? {
        take(&mut session.provider_reference_id, provider.text("providerReferenceId", 255)?);
    }
    apply_urls(session, fields)?;
    apply_payment(&mut session.payment, fields, creating)
}

fn take<T>(member: &mut Option<T>, given: Option<T>) {
    if given.is_some() {
        *member = given;
    }
}

fn apply_urls(session: &mut Session, fields: &Fields<'_>) -> ApiResult<()> {
    let allowed = ["checkoutReviewReturnUrl", "checkoutResultReturnUrl", "checkoutCancelUrl", "checkoutMode"];
    let Some(urls) = fields.object("webCheckoutDetails", &allowed)? else { return Ok(()) };
    let environment = session.owner.environment;
    let url = |name: &str| -> ApiResult<Option<String>> {
        let Some(url) = urls.text(name, 2048)? else { return Ok(None) };
        if is_return_url(&url, environment) {
            Ok(Some(url))
        } else {
            Err(ApiError::invalid_value(name, "https is expected, or http to this computer in the sandbox"))
        }
    };
    take(&mut session.urls.review, url("checkoutReviewReturnUrl")?);
    take(&mut session.urls.result, url("checkoutResultReturnUrl")?);
    take(&mut session.urls.cancel, url("checkoutCancelUrl")?);
    if urls.word("checkoutMode", |mode| (mode == "ProcessOrder").then_some(()))?.is_some() {
        session.urls.process_order = true;
    }
    Ok(())
}

fn apply_payment(payment: &mut PaymentDetails, fields: &Fields<'_>, creating: bool) -> ApiResult<()> {
    let Some(given) = fields.object("paymentDetails", PAYMENT)? else { return Ok(()) };
    let amount = |name: &str| -> ApiResult<Option<Yen>> {
        match given.price(name)? {
            Some(amount) if amount > Chargeable::MAX => {
                Err(ApiError::invalid_value(name, &format!("at most {}", Chargeable::MAX)))
            }
            amount => Ok(amount),
        }
    };
    take(&mut payment.intent, given.word("paymentIntent", Intent::from_name)?);
    take(&mut payment.charge_amount, amount("chargeAmount")?);
    take(&mut payment.total_order_amount, amount("totalOrderAmount")?);
    // Documented nowhere, sent by one SDK: read, checked, forgotten.
    amount("estimateOrderTotal")?;
    if let Some(pending) = given.flag("canHandlePendingAuthorization")? {
        payment.can_handle_pending = pending;
    }
    take(&mut payment.soft_descriptor, given.text("softDescriptor", 16)?);
    let jpy = |currency: &str| (currency == "JPY").then(|| currency.to_owned());
    take(&mut payment.presentment_currency, given.word("presentmentCurrency", jpy)?);
    // These two work in the button's payload only; later they are accepted and have no effect.
    let (overcharge, extend) = (given.flag("allowOvercharge")?, given.flag("extendExpiration")?);
    if creating {
        take(&mut payment.allow_overcharge, overcharge);
        take(&mut payment.extend_expiration, extend);
    }
    if payment.can_handle_pending && payment.intent == Some(Intent::AuthorizeWithCapture) {
        return Err(ApiError::invalid_combination(
            "canHandlePendingAuthorization cannot be true with AuthorizeWithCapture.",
        ));
    }
    match (payment.charge_amount, payment.total_order_amount) {
        (Some(charge), Some(total)) if charge > total => {
            Err(ApiError::invalid_combination("chargeAmount cannot exceed totalOrderAmount."))
        }
        _ => Ok(()),
    }
}

/// ProcessOrder needs everything at once; otherwise there must be a page to return to.
fn check_mode(session: &Session) -> ApiResult<()> {
    if !session.urls.process_order {
        return match session.urls.review {
            Some(_) => Ok(()),
            None => Err(ApiError::missing_value("webCheckoutDetails.checkoutReviewReturnUrl")),
        };
    }
    if session.urls.result.is_none() {
        return Err(ApiError::missing_value("webCheckoutDetails.checkoutResultReturnUrl"));
    }
    if session.payment.intent.is_none() {
        return Err(ApiError::missing_value("paymentDetails.paymentIntent"));
    }
    if session.payment.charge_amount.is_none() {
        return Err(ApiError::missing_value("paymentDetails.chargeAmount"));
    }
    if session.product_type == Some(ProductType::PayAndShip) && session.choice.address.is_none() {
        return Err(ApiError::missing_value("addressDetails"));
    }
    Ok(())
}

fn check_recurring(session: &Session) -> ApiResult<()> {
    if session.recurring.is_some() && session.kind == PermissionKind::OneTime {
        return Err(ApiError::invalid_combination(
            "recurringMetadata goes with chargePermissionType Recurring.",
        ));
    }
    Ok(())
}

/// https, or http to this computer in the sandbox.
pub(crate) fn is_return_url(url: &str, environment: Environment) -> bool {
    let plain = |text: &str| !text.is_empty() && !text.contains([' ', '"', '<', '>', '\\', '\r', '\n']);
    if let Some(rest) = url.strip_prefix("https://") {
        return plain(rest);
    }
    let Some(rest) = url.strip_prefix("http://").filter(|_| environment == Environment::Sandbox) else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    plain(rest)
        && (host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1" || host == "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_urls_are_https_or_this_computer() {
        for (url, sandbox, live) in [
            ("https://shop.example.jp/review?a=1", true, true),
            ("http://localhost:3000/review", true, false),
            ("http://shop.localhost:3000/review", true, false),
            ("http://127.0.0.1/", true, false),
            ("http://shop.example.jp/", false, false),
            ("http://localhost.example.jp/", false, false),
            ("javascript:alert(1)", false, false),
            ("https://", false, false),
        ] {
            assert_eq!(is_return_url(url, Environment::Sandbox), sandbox, "{url}");
            assert_eq!(is_return_url(url, Environment::Live), live, "{url}");
        }
    }
}
