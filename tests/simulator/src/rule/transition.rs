//! The only doors through which states change: each asks the published table first, then tells the merchant.

use crate::error::{ApiError, ApiResult};
use crate::world::{
    BalanceRule, CancelReason, ChargeReason, Permission, PermissionKind, PermissionReason, World,
    month_in_japan,
};
use jiff::Timestamp;
use shared::charge::{ChargePermissionState, ChargeState, CheckoutSessionState, DeclineReason, RefundState};
use shared::money::Yen;

impl World {
    /// Moves a session to Canceled.
    pub fn cancel_session(&mut self, id: &str, reason: CancelReason, now: Timestamp) -> ApiResult<()> {
        let session = self.sessions.get_mut(id).ok_or_else(|| ApiError::not_found("Checkout Session"))?;
        if !session.state.may_become(CheckoutSessionState::Canceled) {
            return Err(ApiError::session_status(session.state.name()));
        }
        session.state = CheckoutSessionState::Canceled;
        session.reason = Some(reason);
        session.approved = false;
        session.updated = now;
        Ok(())
    }

    /// Moves a charge.
    pub fn move_charge(
        &mut self,
        id: &str,
        next: ChargeState,
        reason: Option<ChargeReason>,
        now: Timestamp,
    ) -> ApiResult<()> {
        let charge = self.charges.get_mut(id).ok_or_else(|| ApiError::not_found("Charge"))?;
        if !charge.state.may_become(next) {
            return Err(ApiError::charge_status(charge.state.name()));
        }
        charge.state = next;
        charge.reason = reason;
        charge.updated = now;
        if next == ChargeState::Authorized {
            charge.authorized = Some(now);
        }
        if charge.state.is_final() || next == ChargeState::Authorized {
            charge.pending = None;
        }
        let (owner, permission) = (charge.owner.clone(), charge.permission_id.clone());
        self.changed(&owner, "CHARGE", id, Some(&permission), now);
        if let Some(ChargeReason::Declined(reason)) = reason {
            self.permission_after_decline(&permission, reason, now);
        }
        self.settle_permission(&permission, now);
        Ok(())
    }

    /// Moves a refund.
    pub fn move_refund(
        &mut self,
        id: &str,
        next: RefundState,
        reason: Option<DeclineReason>,
        now: Timestamp,
    ) -> ApiResult<()> {
        let refund = self.refunds.get_mut(id).ok_or_else(|| ApiError::not_found("Refund"))?;
        if !refund.state.may_become(next) {
            let message = format!("A Refund in state {} does not change.", refund.state.name());
            return Err(ApiError::new(422, "InvalidRequest", message));
        }
        refund.state = next;
        refund.reason = reason;
        refund.updated = now;
        let (owner, charge_id, amount) = (refund.owner.clone(), refund.charge_id.clone(), refund.amount);
        let mut permission = None;
        if let Some(charge) = self.charges.get_mut(&charge_id) {
            if next == RefundState::Refunded {
                charge.refunded = charge.refunded.unwrap_or_default().checked_add(amount);
            }
            permission = Some(charge.permission_id.clone());
        }
        self.changed(&owner, "REFUND", id, permission.as_deref(), now);
        if let Some(permission) = permission.filter(|_| next == RefundState::Refunded) {
            self.mail(&permission, now, "返金のお知らせ / Refund", format!("{amount} を返金しました。"));
        }
        Ok(())
    }

    /// Moves a permission.
    pub fn move_permission(
        &mut self,
        id: &str,
        next: ChargePermissionState,
        reason: Option<PermissionReason>,
        now: Timestamp,
    ) -> ApiResult<()> {
        let permission =
            self.permissions.get_mut(id).ok_or_else(|| ApiError::not_found("Charge Permission"))?;
        if !permission.state.may_become(next) {
            return Err(ApiError::permission_status(permission.state.name()));
        }
        permission.state = next;
        permission.reason = reason;
        permission.updated = now;
        if next == ChargePermissionState::Closed {
            permission.closed = Some(now);
        }
        let owner = permission.owner.clone();
        self.changed(&owner, "CHARGE_PERMISSION", id, Some(id), now);
        if next == ChargePermissionState::Closed && reason != Some(PermissionReason::AmazonClosed) {
            self.mail(id, now, "お支払い契約の終了 / Agreement ended", format!("{id} は終了しました。"));
        }
        Ok(())
    }

    /// What a decline does to the consent: a hard one needs the buyer, Amazon's own ends a one-time one.
    pub fn permission_after_decline(&mut self, id: &str, reason: DeclineReason, now: Timestamp) {
        use ChargePermissionState as S;
        let one_time = self.permissions.get(id).is_some_and(|p| p.kind == PermissionKind::OneTime);
        if let Some(permission) = self.permissions.get_mut(id)
            && (permission.state, reason) == (S::NonChargeable, DeclineReason::HardDeclined)
        {
            // It waited for this very charge: now it waits for the buyer, which is no move of the table.
            permission.reason = Some(PermissionReason::PaymentMethodInvalid);
            permission.updated = now;
            return;
        }
        // A refusal of these moves means that the permission has already ended: nothing is lost then.
        let _ = match reason {
            DeclineReason::HardDeclined => {
                self.move_permission(id, S::NonChargeable, Some(PermissionReason::PaymentMethodInvalid), now)
            }
            DeclineReason::AmazonRejected if one_time => {
                self.move_permission(id, S::Closed, Some(PermissionReason::AmazonCanceled), now)
            }
            _ => Ok(()),
        };
    }

    /// Closes a one-time permission whose full amount is captured, and keeps `ChargeInProgress` true.
    pub fn settle_permission(&mut self, id: &str, now: Timestamp) {
        use ChargePermissionState as S;
        let Some(permission) = self.permissions.get(id).filter(|p| p.kind == PermissionKind::OneTime) else {
            return;
        };
        let captured: i64 = self
            .charges_under(id)
            .filter(|charge| charge.state == ChargeState::Captured)
            .map(|charge| charge.captured.unwrap_or_default().get())
            .sum();
        let waiting = self.charges_under(id).any(|c| c.state == ChargeState::AuthorizationInitiated);
        let full = captured >= permission.limit.get();
        let crowded = waiting && self.balance(permission, now).is_zero();
        let (state, reason) = (permission.state, permission.reason);
        // As above: the table refuses only what has already come to its end.
        let _ = if full {
            self.move_permission(id, S::Closed, Some(PermissionReason::AmazonClosed), now)
        } else if crowded && state == S::Chargeable {
            self.move_permission(id, S::NonChargeable, Some(PermissionReason::ChargeInProgress), now)
        } else if !crowded && state == S::NonChargeable && reason == Some(PermissionReason::ChargeInProgress)
        {
            self.move_permission(id, S::Chargeable, None, now)
        } else {
            Ok(())
        };
    }

    /// What may still be charged at `now`: of the order, or of this month in Japan.
    pub fn balance(&self, permission: &Permission, now: Timestamp) -> Yen {
        let rule = self.settings.balance_rule;
        let monthly = permission.kind != PermissionKind::OneTime;
        let used: i64 = self
            .charges_under(&permission.id)
            .filter(|charge| !monthly || month_in_japan(charge.created) == month_in_japan(now))
            .map(|charge| {
                charge
                    .weight(
                        monthly && rule == BalanceRule::CreatedCounts,
                        monthly && rule == BalanceRule::RefundGivesBack,
                    )
                    .get()
            })
            .sum();
        Yen::new((permission.limit.get() - used).max(0)).unwrap_or_default()
    }
}
