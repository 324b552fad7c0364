//! Making a charge: the one path for Complete and for Create Charge.

use super::simulation::Verdict;
use crate::error::{ApiError, ApiResult};
use crate::id;
use crate::world::{
    CardOutcome, Charge, Due, MerchantMetadata, Owner, Pending, Permission, PermissionKind, World,
    months_after,
};
use jiff::{SignedDuration, Timestamp};
use shared::charge::{ChargeState, DeclineReason};
use shared::money::Yen;

/// Months that a recurring permission lives after its last charge.
pub(crate) const RECURRING_MONTHS: i64 = 13;

/// A charge that has passed every check but the payment itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewCharge {
    pub permission_id: String,
    pub amount: Yen,
    pub capture_now: bool,
    pub soft_descriptor: Option<String>,
    pub provider_reference_id: Option<String>,
    pub platform_id: Option<String>,
    pub channel: Option<String>,
    pub initiator: Option<String>,
    pub metadata: MerchantMetadata,
}

/// What the card says, when nobody has ordered an outcome.
pub(crate) fn by_card(permission: &Permission, may_wait: bool) -> Verdict {
    let recurring = permission.kind != PermissionKind::OneTime;
    match permission.card.outcome {
        // With consent to wait, a recurring authorization is always asynchronous.
        CardOutcome::Approved if recurring && may_wait => Verdict::Wait(Pending::Succeeds),
        CardOutcome::Approved => Verdict::Approve,
        CardOutcome::PendingThenAuthorized if may_wait => Verdict::Wait(Pending::Succeeds),
        CardOutcome::PendingThenAuthorized => Verdict::Refuse(DeclineReason::TransactionTimedOut),
        CardOutcome::PendingThenDeclined if may_wait => {
            Verdict::Wait(Pending::Declines(DeclineReason::HardDeclined))
        }
        CardOutcome::PendingThenDeclined | CardOutcome::Declined => {
            Verdict::Refuse(DeclineReason::HardDeclined)
        }
        CardOutcome::BuyerCanceled => Verdict::Refuse(DeclineReason::SoftDeclined),
    }
}

impl World {
    /// Creates the charge, or refuses it and lets the permission feel it. Gives the charge's id.
    pub fn authorize(
        &mut self,
        owner: &Owner,
        new: NewCharge,
        verdict: Verdict,
        now: Timestamp,
    ) -> ApiResult<String> {
        let permission_id = new.permission_id.clone();
        if let Verdict::Refuse(reason) = verdict {
            self.permission_after_decline(&permission_id, reason, now);
            return Err(ApiError::declined(reason));
        }
        let kind = self.permission(owner, &permission_id)?.kind;
        let charge_id = self.insert_charge(owner, kind, new, now);
        let capture_now = self.charges.get(&charge_id).is_some_and(|charge| charge.capture_now);
        match verdict {
            Verdict::Wait(outcome) => {
                let delay = self.settings.pending_ms;
                self.wait(&charge_id, outcome, delay, now);
                self.changed(owner, "CHARGE", &charge_id, Some(&permission_id), now);
                self.settle_permission(&permission_id, now);
            }
            Verdict::CaptureLater(outcome) if capture_now => {
                self.move_charge(&charge_id, ChargeState::Authorized, None, now)?;
                self.capture_later(&charge_id, outcome, now)?;
            }
            _ => {
                self.move_charge(&charge_id, ChargeState::Authorized, None, now)?;
                if capture_now {
                    self.capture_all(&charge_id, now);
                } else {
                    let expires = now + SignedDuration::from_hours(24 * self.settings.authorization_days);
                    self.schedule(expires, Due::ChargeExpiry(charge_id.clone()));
                }
            }
        }
        Ok(charge_id)
    }

    /// Starts a capture that Amazon decides later; the amount has been written on the charge.
    pub fn capture_later(&mut self, charge_id: &str, outcome: Pending, now: Timestamp) -> ApiResult<()> {
        if let Some(charge) = self.charges.get_mut(charge_id)
            && charge.captured.is_none()
        {
            charge.captured = Some(charge.amount);
        }
        self.move_charge(charge_id, ChargeState::CaptureInitiated, None, now)?;
        let delay = self.settings.late_capture_ms;
        self.wait(charge_id, outcome, delay, now);
        Ok(())
    }

    fn wait(&mut self, charge_id: &str, outcome: Pending, delay_ms: Option<i64>, now: Timestamp) {
        if let Some(charge) = self.charges.get_mut(charge_id) {
            charge.pending = Some(outcome);
        }
        if let Some(delay) = delay_ms {
            self.schedule(now + SignedDuration::from_millis(delay), Due::ChargeOutcome(charge_id.to_owned()));
        }
    }

    fn insert_charge(
        &mut self,
        owner: &Owner,
        kind: PermissionKind,
        new: NewCharge,
        now: Timestamp,
    ) -> String {
        let mut charge_id = id::charge(owner.environment, &new.permission_id, kind);
        while self.charges.contains_key(&charge_id) {
            charge_id = id::charge(owner.environment, &new.permission_id, kind);
        }
        if let Some(permission) = self.permissions.get_mut(&new.permission_id)
            && kind != PermissionKind::OneTime
        {
            permission.expires = months_after(now, RECURRING_MONTHS);
        }
        self.charges_of.entry(new.permission_id.clone()).or_default().push(charge_id.clone());
        let charge = Charge {
            id: charge_id.clone(),
            owner: owner.clone(),
            permission_id: new.permission_id,
            amount: new.amount,
            captured: None,
            refunded: None,
            state: ChargeState::AuthorizationInitiated,
            reason: None,
            pending: None,
            capture_now: new.capture_now,
            soft_descriptor: new.soft_descriptor,
            provider_reference_id: new.provider_reference_id,
            platform_id: new.platform_id,
            channel: new.channel,
            initiator: new.initiator,
            metadata: new.metadata,
            dispute: None,
            created: now,
            authorized: None,
            updated: now,
            // The published life, whatever the setting: a sandbox may cancel earlier than it says.
            expires: now + SignedDuration::from_hours(24 * 30),
        };
        self.charges.insert(charge_id.clone(), charge);
        charge_id
    }
}
