//! Reports: small, but real. A report is ready at once; its document is a flat file of the merchant's objects.

use crate::error::{ApiError, ApiResult};
use crate::fields::Fields;
use crate::id;
use crate::rule::{Answer, Call};
use crate::world::{Owner, World, stamp};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use shared::charge::{ChargeState, RefundState};
use std::fmt::Write as _;

const TYPES: &[&str] = &[
    "SETTLEMENT",
    "SANDBOX_SETTLEMENT",
    "ORDER_REFERENCE",
    "BILLING_AGREEMENT",
    "AUTHORIZATION",
    "CAPTURE",
    "REFUND",
];

/// All reports and schedules.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Reports {
    reports: Vec<Report>,
    schedules: Vec<Schedule>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Report {
    id: String,
    document_id: String,
    owner: Owner,
    report_type: String,
    start: Option<String>,
    end: Option<String>,
    created: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Schedule {
    id: String,
    owner: Owner,
    report_type: String,
    frequency: String,
    next: Option<String>,
}

fn known_type(name: &str) -> Option<String> {
    let inner = name.strip_prefix("_GET_FLAT_FILE_OFFAMAZONPAYMENTS_")?.strip_suffix("_DATA_")?;
    TYPES.contains(&inner).then(|| name.to_owned())
}

/// The values of a comma-joined member of the query, if it is there.
fn asked(query: &str, name: &str) -> Option<Vec<String>> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(key, _)| *key == name)?;
    // Values are plain names and numbers; only the comma between them may be encoded.
    Some(value.replace("%2C", ",").replace("%2c", ",").split(',').map(str::to_owned).collect())
}

impl Report {
    fn view(&self) -> Value {
        let created = stamp(self.created);
        json!({
            "reportId": self.id,
            "reportType": self.report_type,
            "startTime": self.start,
            "endTime": self.end,
            "createdTime": created,
            "processingStatus": "COMPLETED",
            "processingStartTime": created,
            "processingEndTime": created,
            "reportDocumentId": self.document_id,
        })
    }
}

impl Schedule {
    fn view(&self) -> Value {
        json!({
            "reportScheduleId": self.id,
            "reportType": self.report_type,
            "scheduleFrequency": self.frequency,
            "nextReportCreationTime": self.next,
        })
    }
}

pub(super) fn list(world: &World, call: &Call) -> ApiResult<Answer> {
    let wanted = asked(&call.query, "reportTypes");
    let fits = |report: &&Report| {
        report.owner == call.owner && wanted.as_ref().is_none_or(|types| types.contains(&report.report_type))
    };
    // Every report is ready at once, so a question about any other status finds none.
    let ready =
        asked(&call.query, "processingStatuses").is_none_or(|all| all.iter().any(|s| s == "COMPLETED"));
    let size = asked(&call.query, "pageSize").and_then(|size| size.first()?.parse().ok()).unwrap_or(100);
    let mine = world.reports.reports.iter().rev().filter(fits).filter(|_| ready).take(size);
    let reports: Vec<Value> = mine.map(Report::view).collect();
    Ok(Answer::new(200, json!({ "reports": reports, "nextToken": null })))
}

pub(super) fn create(world: &mut World, call: &Call, body: &Map<String, Value>) -> ApiResult<Answer> {
    let fields = Fields::new(body, &["reportType", "startTime", "endTime"])?;
    let report = Report {
        id: format!("A{}", id::digits(13)),
        document_id: format!("amzn1.report-document.{}", id::token()),
        owner: call.owner.clone(),
        report_type: fields.word("reportType", known_type)?.ok_or_else(|| fields.missing("reportType"))?,
        start: fields.text("startTime", 32)?,
        end: fields.text("endTime", 32)?,
        created: call.now,
    };
    let answer = Answer::new(201, json!({ "reportId": report.id }));
    world.reports.reports.push(report);
    Ok(answer)
}

pub(super) fn get(world: &World, call: &Call, id: &str) -> ApiResult<Answer> {
    let report = world.reports.reports.iter().find(|report| report.id == id && report.owner == call.owner);
    report.map(|report| Answer::new(200, report.view())).ok_or_else(|| ApiError::not_found("Report"))
}

pub(super) fn get_document(world: &World, call: &Call, id: &str) -> ApiResult<Answer> {
    let found = world.reports.reports.iter().any(|r| r.document_id == id && r.owner == call.owner);
    if !found {
        return Err(ApiError::not_found("Report Document"));
    }
    let url = format!("{}/reports/{id}", call.base_url);
    Ok(Answer::new(200, json!({ "reportDocumentId": id, "url": url, "compressionAlgorithm": null })))
}

/// The flat file behind a document's address; `None` if nobody made it.
pub(crate) fn document(world: &World, document_id: &str) -> Option<String> {
    let report = world.reports.reports.iter().find(|report| report.document_id == document_id)?;
    let mut text = String::from("type\tid\tcharge\tamount\tcurrency\tstate\ttime\n");
    let refunds_only = report.report_type.contains("REFUND");
    for charge in world.charges.values().filter(|c| c.owner == report.owner && !refunds_only) {
        let settled = charge.state == ChargeState::Captured;
        let amount = charge.captured.filter(|_| settled).unwrap_or(charge.amount).get();
        let (id, state, at) = (&charge.id, charge.state.name(), stamp(charge.updated));
        let _ = writeln!(text, "Charge\t{id}\t{id}\t{amount}\tJPY\t{state}\t{at}");
    }
    for refund in world.refunds.values().filter(|refund| refund.owner == report.owner) {
        let sign = if refund.state == RefundState::Declined { "" } else { "-" };
        let (id, charge, amount) = (&refund.id, &refund.charge_id, refund.amount.get());
        let (state, at) = (refund.state.name(), stamp(refund.updated));
        let _ = writeln!(text, "Refund\t{id}\t{charge}\t{sign}{amount}\tJPY\t{state}\t{at}");
    }
    Some(text)
}

pub(super) fn list_schedules(world: &World, call: &Call) -> ApiResult<Answer> {
    let wanted = asked(&call.query, "reportTypes");
    let fits = |schedule: &&Schedule| {
        schedule.owner == call.owner
            && wanted.as_ref().is_none_or(|types| types.contains(&schedule.report_type))
    };
    let mine = world.reports.schedules.iter().filter(fits);
    let schedules: Vec<Value> = mine.map(Schedule::view).collect();
    Ok(Answer::new(200, json!({ "reportSchedules": schedules })))
}

pub(super) fn create_schedule(
    world: &mut World,
    call: &Call,
    body: &Map<String, Value>,
) -> ApiResult<Answer> {
    let allowed = ["reportType", "scheduleFrequency", "nextReportCreationTime", "deleteExistingSchedule"];
    let fields = Fields::new(body, &allowed)?;
    let report_type = fields.word("reportType", known_type)?.ok_or_else(|| fields.missing("reportType"))?;
    let frequency = fields.required_text("scheduleFrequency", 16)?;
    let replace = fields.flag("deleteExistingSchedule")? == Some(true);
    let schedules = &mut world.reports.schedules;
    let same = |schedule: &Schedule| schedule.owner == call.owner && schedule.report_type == report_type;
    if replace {
        schedules.retain(|schedule| !same(schedule));
    } else if schedules.iter().any(same) {
        return Err(ApiError::invalid_value("reportType", "a schedule exists already"));
    }
    let next = fields.text("nextReportCreationTime", 32)?;
    let id = format!("S{}", id::digits(13));
    let answer = Answer::new(201, json!({ "reportScheduleId": id }));
    schedules.push(Schedule { id, owner: call.owner.clone(), report_type, frequency, next });
    Ok(answer)
}

pub(super) fn get_schedule(world: &World, call: &Call, id: &str) -> ApiResult<Answer> {
    let found = world.reports.schedules.iter().find(|s| s.id == id && s.owner == call.owner);
    found
        .map(|schedule| Answer::new(200, schedule.view()))
        .ok_or_else(|| ApiError::not_found("Report Schedule"))
}

pub(super) fn cancel_schedule(world: &mut World, call: &Call, id: &str) -> ApiResult<Answer> {
    get_schedule(world, call, id)?;
    world.reports.schedules.retain(|schedule| schedule.id != id);
    Ok(Answer::new(200, json!({})))
}
