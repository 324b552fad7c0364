//! What buyer and Amazon do to permissions and charges without the merchant: new card, new address, dispute.

use crate::error::{ApiError, ApiResult};
use crate::rule::authorize::RECURRING_MONTHS;
use crate::world::{
    Address, Card, Dispute, PermissionKind, PermissionReason, RecurringMetadata, World, months_after,
};
use jiff::Timestamp;
use shared::charge::{ChargePermissionState, ChargeState};
use shared::money::Yen;

impl World {
    /// The buyer changes the payment method; a permission that waited for it may be charged again.
    pub fn change_card(&mut self, id: &str, card: &'static Card, now: Timestamp) -> ApiResult<()> {
        let permission =
            self.permissions.get_mut(id).ok_or_else(|| ApiError::not_found("Charge Permission"))?;
        if permission.state == ChargePermissionState::Closed {
            return Err(ApiError::permission_status("Closed"));
        }
        permission.card = card;
        permission.updated = now;
        let waited = matches!(
            permission.reason,
            Some(PermissionReason::PaymentMethodInvalid | PermissionReason::PaymentMethodDeleted)
        );
        self.attribute_changed(id, now);
        if waited {
            self.move_permission(id, ChargePermissionState::Chargeable, None, now)?;
        }
        Ok(())
    }

    /// Amazon raises or lowers what may be charged in a month.
    pub fn change_limit(&mut self, id: &str, limit: Yen, now: Timestamp) -> ApiResult<()> {
        let permission =
            self.permissions.get_mut(id).ok_or_else(|| ApiError::not_found("Charge Permission"))?;
        permission.limit = limit;
        permission.updated = now;
        self.attribute_changed(id, now);
        Ok(())
    }

    /// The permission's address becomes another one: never by itself, only on order.
    pub fn change_address(&mut self, id: &str, address: Address, now: Timestamp) -> ApiResult<()> {
        let permission =
            self.permissions.get_mut(id).ok_or_else(|| ApiError::not_found("Charge Permission"))?;
        permission.address = Some(address);
        permission.updated = now;
        self.attribute_changed(id, now);
        Ok(())
    }

    /// The buyer agrees that a one-time permission becomes a recurring one.
    pub fn make_recurring(
        &mut self,
        id: &str,
        recurring: RecurringMetadata,
        now: Timestamp,
    ) -> ApiResult<()> {
        let limit = self.settings.monthly_limit;
        let permission =
            self.permissions.get_mut(id).ok_or_else(|| ApiError::not_found("Charge Permission"))?;
        if permission.state == ChargePermissionState::Closed || permission.kind != PermissionKind::OneTime {
            return Err(ApiError::permission_status(permission.state.name()));
        }
        permission.kind = PermissionKind::Recurring;
        permission.recurring = Some(recurring);
        permission.limit = limit;
        permission.expires = months_after(now, RECURRING_MONTHS);
        permission.updated = now;
        self.attribute_changed(id, now);
        Ok(())
    }

    fn attribute_changed(&mut self, id: &str, now: Timestamp) {
        let Some(owner) = self.permissions.get(id).map(|permission| permission.owner.clone()) else { return };
        self.changed(&owner, "CHARGE_PERMISSION", id, Some(id), now);
        if let Some(change) = self.changes.last_mut() {
            change.attribute = true;
        }
    }

    /// The buyer's bank disputes a captured charge, or moves an open dispute on.
    pub fn dispute(&mut self, id: &str, now: Timestamp) -> ApiResult<()> {
        let charge = self.charges.get_mut(id).ok_or_else(|| ApiError::not_found("Charge"))?;
        if charge.state != ChargeState::Captured {
            return Err(ApiError::charge_status(charge.state.name()));
        }
        charge.dispute = match charge.dispute {
            None => Some(Dispute::ActionRequired),
            Some(Dispute::ActionRequired) => Some(Dispute::UnderReview),
            Some(_) => Some(Dispute::Resolved),
        };
        let (owner, permission) = (charge.owner.clone(), charge.permission_id.clone());
        self.changed(&owner, "CHARGEBACK", id, Some(&permission), now);
        Ok(())
    }
}
