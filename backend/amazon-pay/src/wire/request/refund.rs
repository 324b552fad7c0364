//! The body that asks for a refund.

use crate::wire::Price;
use serde::{Deserialize, Serialize};
use shared::id::ChargeId;
use shared::money::Chargeable;

/// Body of Create Refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateRefund {
    /// A captured charge.
    pub charge_id: ChargeId,
    /// How much goes back.
    pub refund_amount: Price,
    /// Not usable in Japan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soft_descriptor: Option<String>,
}

impl CreateRefund {
    /// Gives `amount` of `charge` back.
    pub fn new(charge: ChargeId, amount: Chargeable) -> Self {
        Self { charge_id: charge, refund_amount: amount.into(), soft_descriptor: None }
    }
}
