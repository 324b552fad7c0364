//! Reports, their documents and schedules, as Amazon answers them.

use super::{Personal, Timestamp};
use serde::{Deserialize, Serialize};

/// A report that was asked for or came by schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Its name.
    pub report_id: String,
    /// `_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SETTLEMENT_DATA_` and its like.
    pub report_type: Option<String>,
    /// Begin of the time it covers.
    pub start_time: Option<Timestamp>,
    /// End of the time it covers.
    pub end_time: Option<Timestamp>,
    /// When it was asked for.
    pub created_time: Option<Timestamp>,
    /// `IN_PROGRESS`, `COMPLETED`, `FAILED`, `CANCELLED`.
    pub processing_status: Option<String>,
    /// When Amazon began.
    pub processing_start_time: Option<Timestamp>,
    /// When Amazon ended.
    pub processing_end_time: Option<Timestamp>,
    /// Once completed.
    pub report_document_id: Option<String>,
}

/// A page of reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportList {
    /// The page.
    pub reports: Vec<Report>,
    /// Asks for the next page.
    pub next_token: Option<String>,
}

/// Where a finished report lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportDocument {
    /// Its name.
    pub report_document_id: String,
    /// Opens the report for whoever holds it, for a few minutes: hidden like a password.
    pub url: Personal,
    /// `GZIP` or null.
    pub compression_algorithm: Option<String>,
}

/// Answer to asking for a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedReport {
    /// Its name.
    pub report_id: String,
}

/// A report that comes again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportSchedule {
    /// Its name.
    pub report_schedule_id: String,
    /// Kind of report.
    pub report_type: Option<String>,
    /// ISO 8601 period: `P1D`, `P14D` …
    pub schedule_frequency: Option<String>,
    /// The next one.
    pub next_report_creation_time: Option<Timestamp>,
}

/// All schedules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportScheduleList {
    /// The schedules.
    pub report_schedules: Vec<ReportSchedule>,
}

/// Answer to making a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedReportSchedule {
    /// Its name.
    pub report_schedule_id: String,
}
