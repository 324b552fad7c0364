//! What happens by itself: pending decisions, expiries, deletions, in the order of their times.

use crate::world::{CancelReason, ChargeReason, Due, Pending, PermissionReason, World};
use jiff::{SignedDuration, Timestamp};
use shared::charge::{ChargePermissionState, ChargeState, CheckoutSessionState, RefundState};

/// Days after which Amazon forgets a session.
const SESSION_KEPT_DAYS: i64 = 30;

impl World {
    /// Lets everything happen whose time has come by `now`.
    pub fn advance(&mut self, now: Timestamp) {
        let outer = std::mem::replace(&mut self.in_call, false);
        while let Some(entry) = self.schedule.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((at, _), due) = entry.remove_entry();
            self.happen(due, at);
        }
        self.in_call = outer;
    }

    fn happen(&mut self, due: Due, at: Timestamp) {
        self.touched = true;
        match due {
            Due::SessionExpiry(id) => {
                if self.sessions.get(&id).is_some_and(|session| session.state == CheckoutSessionState::Open) {
                    let _ = self.cancel_session(&id, CancelReason::Expired, at);
                }
                let gone = at + SignedDuration::from_hours(24 * SESSION_KEPT_DAYS);
                self.schedule(gone, Due::SessionDeletion(id));
            }
            Due::SessionDeletion(id) => {
                self.sessions.remove(&id);
            }
            Due::PermissionExpiry(id) => self.expire_permission(id, at),
            Due::ChargeOutcome(id) => self.decide_charge(&id, at),
            Due::ChargeExpiry(id) => {
                if self.charges.get(&id).is_some_and(|charge| charge.state == ChargeState::Authorized) {
                    let reason = Some(ChargeReason::ExpiredUnused);
                    let _ = self.move_charge(&id, ChargeState::Canceled, reason, at);
                }
            }
            Due::RefundOutcome(id) => self.decide_refund(&id, at),
        }
    }

    /// A recurring permission lives on with every charge: then it is looked at again later.
    fn expire_permission(&mut self, id: String, at: Timestamp) {
        let Some(permission) = self.permissions.get(&id) else { return };
        let expires = permission.expires;
        if expires > at {
            self.schedule(expires, Due::PermissionExpiry(id));
        } else if permission.state != ChargePermissionState::Closed {
            let reason = Some(PermissionReason::Expired);
            let _ = self.move_permission(&id, ChargePermissionState::Closed, reason, at);
        }
    }

    /// Amazon's decision on a pending authorization or a late capture; nothing if there is none.
    pub fn decide_charge(&mut self, id: &str, at: Timestamp) {
        let Some(charge) = self.charges.get_mut(id) else { return };
        let Some(pending) = charge.pending else { return };
        let (state, permission) = (charge.state, charge.permission_id.clone());
        match (state, pending) {
            (ChargeState::AuthorizationInitiated, Pending::Succeeds) => {
                let capture = charge.capture_now;
                let created = charge.created;
                let expires = created + SignedDuration::from_hours(24 * self.settings.authorization_days);
                let _ = self.move_charge(id, ChargeState::Authorized, None, at);
                if capture {
                    self.capture_all(id, at);
                } else {
                    self.schedule(expires, Due::ChargeExpiry(id.to_owned()));
                }
            }
            (ChargeState::CaptureInitiated, Pending::Succeeds) => {
                let _ = self.move_charge(id, ChargeState::Captured, None, at);
            }
            (_, Pending::Declines(reason)) => {
                let reason_code = Some(ChargeReason::Declined(reason));
                if self.move_charge(id, ChargeState::Declined, reason_code, at).is_ok() {
                    let text = "お支払いが承認されませんでした。お支払い方法をご確認ください。".to_owned();
                    self.mail(&permission, at, "お支払いの確認 / Payment declined", text);
                }
            }
            _ => {}
        }
    }

    /// Takes the whole amount of an authorized charge at once.
    pub fn capture_all(&mut self, id: &str, at: Timestamp) {
        if let Some(charge) = self.charges.get_mut(id) {
            charge.captured = Some(charge.amount);
        }
        let _ = self.move_charge(id, ChargeState::Captured, None, at);
    }

    /// Amazon's decision on a refund.
    pub fn decide_refund(&mut self, id: &str, at: Timestamp) {
        let Some(refund) = self.refunds.get(id) else { return };
        let _ = match refund.pending {
            Pending::Succeeds => self.move_refund(id, RefundState::Refunded, None, at),
            Pending::Declines(reason) => self.move_refund(id, RefundState::Declined, Some(reason), at),
        };
    }
}
