//! Bodies and queries about reports.

use crate::wire::Timestamp;
use serde::{Deserialize, Serialize};

/// What reports to list; unset members do not filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListReports {
    /// Kinds of report.
    pub report_types: Vec<String>,
    /// `IN_PROGRESS`, `COMPLETED`, `FAILED`, `CANCELLED`.
    pub processing_statuses: Vec<String>,
    /// Asked for at or after.
    pub created_since: Option<Timestamp>,
    /// Asked for before.
    pub created_until: Option<Timestamp>,
    /// Reports per page.
    pub page_size: Option<u32>,
    /// The page after the one that gave this token.
    pub next_token: Option<String>,
}

/// Body that asks for a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateReport {
    /// `_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SETTLEMENT_DATA_` and its like.
    pub report_type: String,
    /// Begin of the time it covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    /// End of the time it covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
}

/// Body that makes a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateReportSchedule {
    /// Kind of report.
    pub report_type: String,
    /// ISO 8601 period: `P1D`, `P14D` …
    pub schedule_frequency: String,
    /// The first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_report_creation_time: Option<Timestamp>,
    /// Whether another schedule of this kind gives way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_existing_schedule: Option<bool>,
}
