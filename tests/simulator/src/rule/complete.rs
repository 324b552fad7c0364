//! Complete Checkout Session: consent and first charge come into being here and nowhere else.

use super::authorize::{NewCharge, RECURRING_MONTHS, by_card};
use super::simulation::{CompleteWish, Verdict, for_complete};
use super::{Answer, Call};
use crate::error::{ApiError, ApiResult};
use crate::fields::Fields;
use crate::id;
use crate::world::{CancelReason, Due, Intent, Permission, PermissionKind, Session, World, months_after};
use jiff::SignedDuration;
use serde_json::{Map, Value};
use shared::charge::{ChargePermissionState, ChargeState, CheckoutSessionState};
use shared::money::Yen;

/// ¥70,000 or nine times the amount: the ceiling with `allowOvercharge`.
const OVERCHARGE_FLOOR: i64 = 70_000;
/// Ceiling of a saved wallet in Japan, in yen per month.
const ON_FILE_LIMIT: i64 = 2_000_000;

impl World {
    /// `POST /v2/checkoutSessions/{id}/complete`: 200, or 202 while the authorization is pending.
    pub fn complete_session(
        &mut self,
        call: &Call,
        id: &str,
        body: &Map<String, Value>,
    ) -> ApiResult<Answer> {
        let fields = Fields::new(body, &["chargeAmount", "totalOrderAmount"])?;
        let (amount, total) = (fields.price("chargeAmount")?, fields.price("totalOrderAmount")?);
        let session = self.session(&call.owner, id)?.clone();
        if session.setup_only != Some(true) && amount.is_none() {
            return Err(fields.missing("chargeAmount"));
        }
        match session.state {
            CheckoutSessionState::Canceled => return Err(canceled(session.reason)),
            CheckoutSessionState::Open if session.approved => {}
            state => return Err(ApiError::session_status(state.name())),
        }
        if amount != session.payment.charge_amount || total != session.payment.total_order_amount {
            return Err(ApiError::new(
                409,
                "AmountMismatch",
                "The amount does not match the Checkout Session.",
            ));
        }
        let wish = call.simulation.as_deref().map(for_complete).transpose()?;
        let verdict = match wish {
            Some(CompleteWish::Cancel(reason)) => {
                self.cancel_session(id, reason, call.now)?;
                return Err(canceled(Some(reason)));
            }
            Some(CompleteWish::Authorize(verdict)) => Some(verdict),
            None => None,
        };
        if matches!(verdict, Some(Verdict::Wait(_))) && !session.payment.can_handle_pending {
            return Err(ApiError::simulation(call.simulation.as_deref().unwrap_or_default()));
        }
        self.finish(call, &session, verdict)
    }

    fn finish(&mut self, call: &Call, session: &Session, verdict: Option<Verdict>) -> ApiResult<Answer> {
        let now = call.now;
        let permission = self.make_permission(call, session)?;
        let permission_id = permission.id.clone();
        if session.kind != PermissionKind::OneTime && session.payment.charge_amount > Some(permission.limit) {
            let message = format!("The monthly limit is {}.", permission.limit);
            return Err(ApiError::new(400, "PeriodicAmountExceeded", message));
        }
        let verdict = verdict.unwrap_or_else(|| by_card(&permission, session.payment.can_handle_pending));
        self.schedule(permission.expires, Due::PermissionExpiry(permission_id.clone()));
        self.permissions.insert(permission_id.clone(), permission);
        let mut charge_id = None;
        let intent = session.payment.intent.unwrap_or(Intent::Confirm);
        if let (Some(amount), true) = (session.payment.charge_amount, intent != Intent::Confirm) {
            let new = NewCharge {
                permission_id: permission_id.clone(),
                amount,
                capture_now: intent == Intent::AuthorizeWithCapture,
                soft_descriptor: session.payment.soft_descriptor.clone(),
                provider_reference_id: session.provider_reference_id.clone(),
                platform_id: session.platform_id.clone(),
                metadata: session.metadata.clone(),
                channel: None,
                initiator: None,
            };
            match self.authorize(&call.owner, new, verdict, now) {
                Ok(id) => charge_id = Some(id),
                Err(_) => {
                    self.permissions.remove(&permission_id);
                    self.cancel_session(&session.id, CancelReason::Declined, now)?;
                    return Err(canceled(Some(CancelReason::Declined)));
                }
            }
        }
        let waiting = charge_id
            .as_ref()
            .and_then(|id| self.charges.get(id))
            .is_some_and(|charge| charge.state == ChargeState::AuthorizationInitiated);
        self.changed(&call.owner, "CHARGE_PERMISSION", &permission_id, Some(&permission_id), now);
        let amount = session.payment.charge_amount.map(|yen| yen.to_string()).unwrap_or_default();
        let store = session.metadata.store_name.as_deref().unwrap_or("お店");
        let text = format!("{store}でのご注文 {amount} を承りました。お支払い番号 {permission_id}");
        self.mail(&permission_id, now, "ご注文の確認 / Order confirmed", text);
        let session = self.session(&call.owner, &session.id)?;
        session.state = CheckoutSessionState::Completed;
        session.updated = now;
        session.permission_id = Some(permission_id);
        session.charge_id = charge_id;
        Ok(Answer::new(if waiting { 202 } else { 200 }, session.view(&call.base_url)))
    }

    fn make_permission(&self, call: &Call, session: &Session) -> ApiResult<Permission> {
        let (Some(buyer), Some(card)) = (session.choice.buyer, session.choice.card) else {
            return Err(ApiError::session_status(session.state.name()));
        };
        let now = call.now;
        let mut permission_id = id::permission(call.owner.environment, session.kind);
        while self.permissions.contains_key(&permission_id) {
            permission_id = id::permission(call.owner.environment, session.kind);
        }
        let extended = session.payment.extend_expiration == Some(true);
        let expires = match session.kind {
            PermissionKind::OneTime if !extended => now + SignedDuration::from_hours(180 * 24),
            _ => months_after(now, RECURRING_MONTHS),
        };
        let scoped =
            session.scopes.as_ref().is_some_and(|scopes| scopes.iter().any(|s| s == "billingAddress"));
        Ok(Permission {
            id: permission_id,
            owner: call.owner.clone(),
            kind: session.kind,
            recurring: session.recurring.clone(),
            platform_id: session.platform_id.clone(),
            presentment_currency: "JPY".to_owned(),
            buyer,
            scopes: session.scopes.clone(),
            address: session.choice.address.clone(),
            billing_address: scoped || session.product_type == Some(crate::world::ProductType::PayOnly),
            card,
            state: ChargePermissionState::Chargeable,
            reason: None,
            limit: self.limit(session),
            metadata: session.metadata.clone(),
            created: now,
            updated: now,
            expires,
            closed: None,
        })
    }

    fn limit(&self, session: &Session) -> Yen {
        let order = session.payment.total_order_amount.or(session.payment.charge_amount).unwrap_or_default();
        match session.kind {
            PermissionKind::Recurring => self.settings.monthly_limit,
            PermissionKind::PaymentMethodOnFile => Yen::new(ON_FILE_LIMIT).unwrap_or(Yen::MAX),
            PermissionKind::OneTime if session.payment.allow_overcharge == Some(true) => {
                Yen::new((order.get() * 9).max(OVERCHARGE_FLOOR)).unwrap_or(Yen::MAX)
            }
            PermissionKind::OneTime => order,
        }
    }
}

fn canceled(reason: Option<CancelReason>) -> ApiError {
    let why = reason.map_or("unknown", CancelReason::name);
    ApiError::new(422, "CheckoutSessionCanceled", format!("The Checkout Session is canceled ({why})."))
}
