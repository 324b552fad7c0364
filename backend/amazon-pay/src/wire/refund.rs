//! Money on its way back, as Amazon answers it.

use super::{Price, Status, Timestamp};
use serde::{Deserialize, Serialize};
use shared::charge::RefundState;
use shared::id::{ChargeId, RefundId};

/// A refund. Always decided later than asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "members are Amazon's, named as Amazon names them; what needs a word has one"
)]
pub struct Refund {
    pub refund_id: RefundId,
    pub charge_id: ChargeId,
    pub creation_timestamp: Option<Timestamp>,
    pub refund_amount: Price,
    pub status_details: Status<RefundState>,
    pub soft_descriptor: Option<String>,
    /// `Sandbox` or `Live`.
    pub release_environment: Option<String>,
}
