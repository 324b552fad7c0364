//! What Amazon's operations do to the world: pure of network, files and clocks.
//!
//! Each operation takes a [`Call`] and strict [`Fields`](crate::fields::Fields) and gives an [`Answer`] or a refusal.

pub(crate) mod agreement;
pub(crate) mod authorize;
pub(crate) mod buyer;
pub(crate) mod charge;
pub(crate) mod complete;
pub(crate) mod hosted;
pub(crate) mod permission;
pub(crate) mod refund;
pub(crate) mod session;
pub(crate) mod simulation;
pub(crate) mod time;
pub(crate) mod transition;

use crate::world::Owner;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who calls, when, and with which wish for the outcome.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub owner: Owner,
    pub now: Timestamp,
    /// Address of the hosted pages, without a slash at the end.
    pub base_url: String,
    /// `x-amz-pay-simulation-code`, or the same ordered by the control API.
    pub simulation: Option<String>,
    /// What follows `?`, as it came.
    pub query: String,
}

/// What is sent back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    pub const fn new(status: u16, body: Value) -> Self {
        Self { status, body }
    }
}
