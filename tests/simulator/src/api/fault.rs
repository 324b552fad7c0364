//! Failures on order: statuses, delays, lost answers. And outcomes on order, as if by simulation code.

use super::Operation;
use crate::error::{ApiError, ApiResult};
use crate::server::Connection;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// A failure that the next `times` calls of an operation meet.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// Name of the operation (`captureCharge`); every operation if absent.
    #[serde(default)]
    pub operation: Option<String>,
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// How many calls meet it; 1 if absent.
    #[serde(default = "one")]
    pub times: u32,
}

/// What goes wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum FaultKind {
    /// Nothing happens but this answer.
    Status {
        /// HTTP status.
        status: u16,
        /// Reason code; the status's usual one if absent.
        #[serde(default)]
        reason_code: Option<String>,
    },
    /// The connection is cut before anything happens.
    HangUpBefore,
    /// Everything happens, then the connection is cut before the answer.
    HangUpAfter,
    /// Nothing happens for so many real milliseconds, then all goes on.
    DelayBefore {
        /// Real milliseconds.
        delay_ms: u64,
    },
    /// Everything happens; the answer comes so many real milliseconds later.
    DelayAfter {
        /// Real milliseconds.
        delay_ms: u64,
    },
    /// Nothing happens until `POST /control/faults/release`.
    HoldBefore,
    /// Everything happens; the answer comes after `POST /control/faults/release`.
    HoldAfter,
}

/// An outcome that the next `times` calls of an operation come to, as if they carried the simulation code.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outcome {
    /// Name of the operation (`createRefund`).
    pub operation: String,
    /// Simulation code (`AmazonRejected`).
    pub code: String,
    /// How many calls come to it; 1 if absent.
    #[serde(default = "one")]
    pub times: u32,
}

const fn one() -> u32 {
    1
}

/// Everything that has been ordered and not yet met.
#[derive(Debug)]
pub(crate) struct Faults {
    pub faults: Vec<Fault>,
    pub outcomes: Vec<Outcome>,
    /// Counts releases; held calls wait for the next one.
    released: Arc<watch::Sender<u64>>,
    /// Calls that are being held just now.
    pub held: Arc<watch::Sender<usize>>,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            faults: Vec::new(),
            outcomes: Vec::new(),
            released: Arc::new(watch::Sender::new(0)),
            held: Arc::new(watch::Sender::new(0)),
        }
    }
}

/// A failure that one call meets.
#[derive(Debug)]
pub(crate) struct Met {
    kind: FaultKind,
    released: watch::Receiver<u64>,
    held: Arc<watch::Sender<usize>>,
}

impl Faults {
    /// The failure that a call of `operation` meets now, if one is ordered.
    pub fn take(&mut self, operation: Operation) -> Option<Met> {
        let fits = |fault: &Fault| fault.operation.as_deref().is_none_or(|name| name == operation.name());
        let position = self.faults.iter().position(fits)?;
        let fault = self.faults.get_mut(position)?;
        fault.times = fault.times.saturating_sub(1);
        let (kind, over) = (fault.kind.clone(), fault.times == 0);
        if over {
            self.faults.remove(position);
        }
        Some(Met { kind, released: self.released.subscribe(), held: Arc::clone(&self.held) })
    }

    /// The simulation code that a call of `operation` gets now, if one is ordered.
    pub fn take_outcome(&mut self, operation: Operation) -> Option<String> {
        let position = self.outcomes.iter().position(|outcome| outcome.operation == operation.name())?;
        let outcome = self.outcomes.get_mut(position)?;
        outcome.times = outcome.times.saturating_sub(1);
        let (code, over) = (outcome.code.clone(), outcome.times == 0);
        if over {
            self.outcomes.remove(position);
        }
        Some(code)
    }

    /// Lets all held calls go on.
    pub fn release(&self) {
        self.released.send_modify(|count| *count += 1);
    }
}

impl Met {
    /// What happens before the operation.
    pub async fn before(&self, connection: &Connection) -> ApiResult<()> {
        match &self.kind {
            FaultKind::Status { status, reason_code } => {
                let code = reason_code.clone().unwrap_or_else(|| usual_code(*status).to_owned());
                Err(ApiError::new(*status, code, "This failure was ordered."))
            }
            FaultKind::HangUpBefore => {
                connection.cut();
                Err(ApiError::new(503, "ServiceUnavailable", "This failure was ordered."))
            }
            FaultKind::DelayBefore { delay_ms } => {
                tokio::time::sleep(Duration::from_millis(*delay_ms)).await;
                Ok(())
            }
            FaultKind::HoldBefore => {
                self.hold().await;
                Ok(())
            }
            FaultKind::HangUpAfter | FaultKind::DelayAfter { .. } | FaultKind::HoldAfter => Ok(()),
        }
    }

    /// What happens between the operation and its answer.
    pub async fn after(&self, connection: &Connection) {
        match &self.kind {
            FaultKind::HangUpAfter => connection.cut(),
            FaultKind::DelayAfter { delay_ms } => tokio::time::sleep(Duration::from_millis(*delay_ms)).await,
            FaultKind::HoldAfter => self.hold().await,
            _ => {}
        }
    }

    async fn hold(&self) {
        let mut released = self.released.clone();
        self.held.send_modify(|count| *count += 1);
        // The sender lives as long as the simulator; when it is gone there is nothing to wait for.
        let _ = released.changed().await;
        self.held.send_modify(|count| *count = count.saturating_sub(1));
    }
}

const fn usual_code(status: u16) -> &'static str {
    match status {
        401 => "UnauthorizedAccess",
        403 => "InvalidAccountStatus",
        408 => "RequestTimeout",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        500..=599 => "InternalServerError",
        _ => "InvalidRequest",
    }
}
