//! Get, Update and Close Charge Permission.

use super::{Answer, Call};
use crate::error::{ApiError, ApiResult};
use crate::fields::Fields;
use crate::world::{
    ChargeReason, MerchantMetadata, PermissionKind, PermissionReason, RecurringMetadata, World,
};
use serde_json::{Map, Value};
use shared::charge::{ChargePermissionState, ChargeState};

impl World {
    fn permission_answer(&mut self, call: &Call, id: &str) -> ApiResult<Answer> {
        let permission = self.permission(&call.owner, id)?.clone();
        Ok(Answer::new(200, self.permission_view(&permission, call.now)))
    }

    /// `GET /v2/chargePermissions/{id}`.
    pub fn get_permission(&mut self, call: &Call, id: &str) -> ApiResult<Answer> {
        self.permission_answer(call, id)
    }

    /// `PATCH /v2/chargePermissions/{id}`: notes of the merchant and the cycle, never address, card or limit.
    pub fn update_permission(
        &mut self,
        call: &Call,
        id: &str,
        body: &Map<String, Value>,
    ) -> ApiResult<Answer> {
        let fields = Fields::new(body, &["merchantMetadata", "recurringMetadata"])?;
        let metadata = MerchantMetadata::read(&fields)?;
        let recurring = RecurringMetadata::read(&fields)?;
        let permission = self.permission(&call.owner, id)?;
        if recurring.is_some() && permission.kind == PermissionKind::OneTime {
            return Err(ApiError::invalid_value("recurringMetadata", "the Charge Permission is OneTime"));
        }
        if permission.state == ChargePermissionState::Closed {
            let overwrites =
                metadata.as_ref().is_some_and(|given| permission.metadata.would_overwrite(given));
            if permission.kind != PermissionKind::OneTime || recurring.is_some() || overwrites {
                return Err(ApiError::permission_status("Closed"));
            }
        }
        if let Some(metadata) = metadata {
            permission.metadata.merge(metadata);
        }
        if recurring.is_some() {
            permission.recurring = recurring;
        }
        permission.updated = call.now;
        self.permission_answer(call, id)
    }

    /// `DELETE /v2/chargePermissions/{id}/close`.
    pub fn close_permission(
        &mut self,
        call: &Call,
        id: &str,
        body: &Map<String, Value>,
    ) -> ApiResult<Answer> {
        let fields = Fields::new(body, &["closureReason", "cancelPendingCharges"])?;
        fields.required_text("closureReason", 255)?;
        let cancel = fields.flag("cancelPendingCharges")? == Some(true);
        let reason = match call.simulation.as_deref() {
            None => PermissionReason::MerchantClosed,
            Some("AmazonClosed") => PermissionReason::AmazonClosed,
            Some(code) => return Err(ApiError::simulation(code)),
        };
        self.permission(&call.owner, id)?;
        self.end_permission(id, reason, cancel, call)?;
        self.permission_answer(call, id)
    }

    /// Closes a permission for `reason`, with or without its open charges.
    pub fn end_permission(
        &mut self,
        id: &str,
        reason: PermissionReason,
        cancel_charges: bool,
        call: &Call,
    ) -> ApiResult<()> {
        self.move_permission(id, ChargePermissionState::Closed, Some(reason), call.now)?;
        let open = |state| matches!(state, ChargeState::Authorized | ChargeState::AuthorizationInitiated);
        let charges: Vec<String> = self
            .charges_under(id)
            .filter(|charge| cancel_charges && open(charge.state))
            .map(|charge| charge.id.clone())
            .collect();
        for charge in charges {
            let reason = Some(ChargeReason::ChargePermissionCanceled);
            self.move_charge(&charge, ChargeState::Canceled, reason, call.now)?;
        }
        Ok(())
    }
}
