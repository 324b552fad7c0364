//! Create, Get, Update, Capture and Cancel Charge.

use super::authorize::{NewCharge, by_card};
use super::simulation::{Verdict, for_capture, for_charge};
use super::{Answer, Call};
use crate::error::{ApiError, ApiResult};
use crate::fields::Fields;
use crate::world::{ChargeReason, MerchantMetadata, Pending, PermissionKind, World};
use jiff::SignedDuration;
use serde_json::{Map, Value};
use shared::charge::{ChargePermissionState, ChargeState};
use shared::money::Chargeable;

/// Charges that may ever be created under a one-time permission.
const CHARGES_PER_ORDER: usize = 25;

const CREATE: &[&str] = &[
    "chargePermissionId",
    "chargeAmount",
    "captureNow",
    "softDescriptor",
    "canHandlePendingAuthorization",
    "merchantMetadata",
    "providerMetadata",
    "platformId",
    "chargeInitiator",
    "channel",
    "webCheckoutDetails",
];
const CHANNELS: &[&str] = &["Web", "App", "Phone", "Alexa", "PointOfSale", "FireTv", "Offline", "Amazon"];
const INITIATORS: &[&str] = &["CITU", "MITU", "CITR", "MITR"];

impl World {
    /// `POST /v2/charges`. A decline is a refusal without a charge.
    pub fn create_charge(&mut self, call: &Call, body: &Map<String, Value>) -> ApiResult<Answer> {
        let fields = Fields::new(body, CREATE)?;
        let one_of = |list: &'static [&str]| move |word: &str| list.contains(&word).then(|| word.to_owned());
        let provider = fields.object("providerMetadata", &["providerReferenceId"])?;
        let new = NewCharge {
            permission_id: fields.required_text("chargePermissionId", 64)?,
            amount: fields.required_price("chargeAmount")?,
            capture_now: fields.flag("captureNow")? == Some(true),
            soft_descriptor: fields.text("softDescriptor", 16)?,
            provider_reference_id: provider
                .map(|provider| provider.text("providerReferenceId", 255))
                .transpose()?
                .flatten(),
            platform_id: fields.text("platformId", 128)?,
            channel: fields.word("channel", one_of(CHANNELS))?,
            initiator: fields.word("chargeInitiator", one_of(INITIATORS))?,
            metadata: MerchantMetadata::read(&fields)?.unwrap_or_default(),
        };
        let may_wait = fields.flag("canHandlePendingAuthorization")? == Some(true);
        if may_wait && new.capture_now {
            return Err(ApiError::invalid_combination(
                "canHandlePendingAuthorization cannot be true with captureNow.",
            ));
        }
        if new.soft_descriptor.is_some() && !new.capture_now {
            return Err(ApiError::invalid_combination("softDescriptor goes with captureNow."));
        }
        let verdict = self.check_charge(call, &new, may_wait)?;
        let id = self.authorize(&call.owner, new, verdict, call.now)?;
        let charge = self.charge(&call.owner, &id)?;
        Ok(Answer::new(201, charge.view()))
    }

    /// Everything that refuses a charge before the payment is tried; then what the payment will come to.
    fn check_charge(&mut self, call: &Call, new: &NewCharge, may_wait: bool) -> ApiResult<Verdict> {
        if new.amount > Chargeable::MAX {
            return Err(ApiError::amount_exceeded(Chargeable::MAX));
        }
        let permission = self.permission(&call.owner, &new.permission_id)?.clone();
        if permission.state != ChargePermissionState::Chargeable {
            return Err(ApiError::permission_status(permission.state.name()));
        }
        let one_time = permission.kind == PermissionKind::OneTime;
        if one_time && self.charges_under(&permission.id).count() >= CHARGES_PER_ORDER {
            let message = format!("A Charge Permission has at most {CHARGES_PER_ORDER} charges.");
            return Err(ApiError::new(422, "TransactionCountExceeded", message));
        }
        let balance = self.balance(&permission, call.now);
        if new.amount > balance {
            return Err(if one_time {
                ApiError::amount_exceeded(balance)
            } else {
                let message =
                    format!("The monthly limit is exceeded ({balance} left). Wait for the next month.");
                ApiError::new(400, "PeriodicAmountExceeded", message)
            });
        }
        match call.simulation.as_deref() {
            None => Ok(by_card(&permission, may_wait)),
            Some(code) => match for_charge(code)? {
                Verdict::Wait(_) if !may_wait => Err(ApiError::simulation(code)),
                Verdict::CaptureLater(_) if !new.capture_now => Err(ApiError::simulation(code)),
                verdict => Ok(verdict),
            },
        }
    }

    /// `GET /v2/charges/{id}`.
    pub fn get_charge(&mut self, call: &Call, id: &str) -> ApiResult<Answer> {
        Ok(Answer::new(200, self.charge(&call.owner, id)?.view()))
    }

    /// `PATCH /v2/charges/{id}`: of use to payment service providers only.
    pub fn update_charge(&mut self, call: &Call, id: &str, body: &Map<String, Value>) -> ApiResult<Answer> {
        let fields = Fields::new(body, &["providerMetadata", "merchantMetadata"])?;
        let provider = fields.object("providerMetadata", &["providerReferenceId"])?;
        let metadata = MerchantMetadata::read(&fields)?;
        let charge = self.charge(&call.owner, id)?;
        if let Some(provider) = provider {
            charge.provider_reference_id = provider.text("providerReferenceId", 255)?;
        }
        if let Some(metadata) = metadata {
            charge.metadata.merge(metadata);
        }
        Ok(Answer::new(200, charge.view()))
    }

    /// `POST /v2/charges/{id}/capture`: once, the whole or a part; 202 when Amazon decides later.
    pub fn capture_charge(&mut self, call: &Call, id: &str, body: &Map<String, Value>) -> ApiResult<Answer> {
        let fields = Fields::new(body, &["captureAmount", "softDescriptor"])?;
        let amount = fields.required_price("captureAmount")?;
        let descriptor = fields.text("softDescriptor", 16)?;
        let late_after = SignedDuration::from_hours(24 * self.settings.late_capture_days);
        let charge = self.charge(&call.owner, id)?;
        if charge.state != ChargeState::Authorized {
            return Err(ApiError::charge_status(charge.state.name()));
        }
        if amount > charge.amount {
            return Err(ApiError::amount_exceeded(charge.amount));
        }
        let late = charge.authorized.is_some_and(|at| call.now > at + late_after);
        let later = match call.simulation.as_deref().map(for_capture).transpose()? {
            Some(Verdict::Refuse(reason)) => return Err(ApiError::declined(reason)),
            Some(Verdict::CaptureLater(outcome)) => Some(outcome),
            _ => late.then_some(Pending::Succeeds),
        };
        charge.captured = Some(amount);
        charge.soft_descriptor = descriptor;
        match later {
            Some(outcome) => self.capture_later(id, outcome, call.now)?,
            None => self.move_charge(id, ChargeState::Captured, None, call.now)?,
        }
        let status = if later.is_some() { 202 } else { 200 };
        Ok(Answer::new(status, self.charge(&call.owner, id)?.view()))
    }

    /// `DELETE /v2/charges/{id}/cancel`.
    pub fn cancel_charge(&mut self, call: &Call, id: &str, body: &Map<String, Value>) -> ApiResult<Answer> {
        let fields = Fields::new(body, &["cancellationReason"])?;
        fields.text("cancellationReason", 255)?;
        let state = self.charge(&call.owner, id)?.state;
        if !matches!(state, ChargeState::AuthorizationInitiated | ChargeState::Authorized) {
            return Err(ApiError::charge_status(state.name()));
        }
        self.move_charge(id, ChargeState::Canceled, Some(ChargeReason::MerchantCanceled), call.now)?;
        Ok(Answer::new(200, self.charge(&call.owner, id)?.view()))
    }
}
