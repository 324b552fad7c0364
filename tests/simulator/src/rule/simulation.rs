//! `x-amz-pay-simulation-code`: the outcome a sandbox caller asks for (reference, section 10.2).
//!
//! `PendingAuthorized`, `PendingDeclined` and `CaptureDeclined` are this simulator's own names.

use crate::error::{ApiError, ApiResult};
use crate::world::{CancelReason, Pending};
use shared::charge::DeclineReason;

/// What an authorization comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Approve,
    /// Authorized at once, the capture comes later.
    CaptureLater(Pending),
    /// Decided later.
    Wait(Pending),
    Refuse(DeclineReason),
}

/// What Complete comes to before the authorization is even tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CompleteWish {
    Cancel(CancelReason),
    Authorize(Verdict),
}

fn decline(code: &str) -> Option<DeclineReason> {
    DeclineReason::from_name(code)
}

fn pending(code: &str) -> Option<Pending> {
    match code {
        "AuthorizationInitiated" | "PendingAuthorized" => Some(Pending::Succeeds),
        "PendingDeclined" => Some(Pending::Declines(DeclineReason::HardDeclined)),
        _ => None,
    }
}

/// The wish of a Complete.
pub(crate) fn for_complete(code: &str) -> ApiResult<CompleteWish> {
    let cancel = match code {
        "BuyerCanceled" => Some(CancelReason::BuyerCanceled),
        "AmazonCanceled" => Some(CancelReason::AmazonCanceled),
        "Declined" => Some(CancelReason::Declined),
        code if decline(code).is_some() => Some(CancelReason::Declined),
        _ => None,
    };
    if let Some(reason) = cancel {
        return Ok(CompleteWish::Cancel(reason));
    }
    let verdict = pending(code).map(Verdict::Wait).or_else(|| later_capture(code).map(Verdict::CaptureLater));
    verdict.map(CompleteWish::Authorize).ok_or_else(|| ApiError::simulation(code))
}

/// The wish of a Create Charge.
pub(crate) fn for_charge(code: &str) -> ApiResult<Verdict> {
    pending(code)
        .map(Verdict::Wait)
        .or_else(|| decline(code).map(Verdict::Refuse))
        .or_else(|| later_capture(code).map(Verdict::CaptureLater))
        .ok_or_else(|| ApiError::simulation(code))
}

/// The wish of a Capture: a capture that comes later, or a refusal at once.
pub(crate) fn for_capture(code: &str) -> ApiResult<Verdict> {
    later_capture(code)
        .map(Verdict::CaptureLater)
        .or_else(|| decline(code).map(Verdict::Refuse))
        .ok_or_else(|| ApiError::simulation(code))
}

fn later_capture(code: &str) -> Option<Pending> {
    match code {
        "CaptureInitiated" => Some(Pending::Succeeds),
        "CaptureDeclined" => Some(Pending::Declines(DeclineReason::ProcessingFailure)),
        _ => None,
    }
}

/// The wish of a Create Refund: why it will be declined.
pub(crate) fn for_refund(code: &str) -> ApiResult<DeclineReason> {
    decline(code)
        .filter(|reason| matches!(reason, DeclineReason::AmazonRejected | DeclineReason::ProcessingFailure))
        .ok_or_else(|| ApiError::simulation(code))
}
