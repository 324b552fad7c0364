//! The body of a refusal.

use serde::{Deserialize, Serialize};

/// What Amazon answers beside a status of 400 or more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// One word.
    pub reason_code: Option<String>,
    /// English, not stable, may repeat what was sent: kept for support, never shown or logged.
    pub message: Option<String>,
}
