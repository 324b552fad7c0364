//! Create and Get Refund.

use super::simulation::for_refund;
use super::{Answer, Call};
use crate::error::{ApiError, ApiResult};
use crate::fields::Fields;
use crate::id;
use crate::world::{Due, Pending, Refund, World};
use jiff::SignedDuration;
use serde_json::{Map, Value};
use shared::charge::{ChargeState, RefundState};
use shared::money::{Chargeable, Yen};

/// Refunds per charge.
const REFUNDS_PER_CHARGE: usize = 10;
/// Yen that may be refunded above what was captured, or 15 % of it, whichever is less.
const GOODWILL: i64 = 8_400;

impl World {
    /// `POST /v2/refunds`: always decided later.
    pub fn create_refund(&mut self, call: &Call, body: &Map<String, Value>) -> ApiResult<Answer> {
        let fields = Fields::new(body, &["chargeId", "refundAmount", "softDescriptor"])?;
        let charge_id = fields.required_text("chargeId", 64)?;
        let amount = fields.required_price("refundAmount")?;
        let soft_descriptor = fields.text("softDescriptor", 16)?;
        let charge = self.charge(&call.owner, &charge_id)?.clone();
        if charge.state != ChargeState::Captured {
            return Err(ApiError::charge_status(charge.state.name()));
        }
        let earlier: Vec<Yen> = self
            .refunds_under(&charge_id)
            .filter(|refund| refund.state != RefundState::Declined)
            .map(|refund| refund.amount)
            .collect();
        let captured = charge.captured.unwrap_or_default().get();
        let ceiling = captured + (captured * 15 / 100).min(GOODWILL);
        let left = (ceiling - earlier.iter().map(|yen| yen.get()).sum::<i64>()).max(0);
        if amount.get() > left || amount > Chargeable::MAX {
            return Err(ApiError::amount_exceeded(Yen::new(left).unwrap_or_default()));
        }
        if earlier.len() >= REFUNDS_PER_CHARGE {
            let message = format!("A Charge has at most {REFUNDS_PER_CHARGE} refunds.");
            return Err(ApiError::new(422, "TransactionCountExceeded", message));
        }
        let pending = match call.simulation.as_deref() {
            None => Pending::Succeeds,
            Some(code) => Pending::Declines(for_refund(code)?),
        };
        let mut refund_id = id::refund(&charge_id);
        while self.refunds.contains_key(&refund_id) {
            refund_id = id::refund(&charge_id);
        }
        let refund = Refund {
            id: refund_id.clone(),
            owner: call.owner.clone(),
            charge_id: charge_id.clone(),
            amount,
            state: RefundState::RefundInitiated,
            reason: None,
            pending,
            soft_descriptor,
            created: call.now,
            updated: call.now,
        };
        let view = refund.view();
        self.refunds.insert(refund_id.clone(), refund);
        self.refunds_of.entry(charge_id).or_default().push(refund_id.clone());
        if let Some(delay) = self.settings.refund_ms {
            self.schedule(call.now + SignedDuration::from_millis(delay), Due::RefundOutcome(refund_id));
        }
        Ok(Answer::new(201, view))
    }

    /// `GET /v2/refunds/{id}`.
    pub fn get_refund(&mut self, call: &Call, id: &str) -> ApiResult<Answer> {
        Ok(Answer::new(200, self.refund(&call.owner, id)?.view()))
    }
}
