//! Which operation a request means, and running it.

use super::report;
use crate::error::{ApiError, ApiResult};
use crate::rule::{Answer, Call, hosted};
use crate::world::World;
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

macro_rules! operations {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// One operation of the API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub(crate) enum Operation { $($variant),+ }

        impl Operation {
            /// The name that the control API uses.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The operation of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

operations! {
    CreateCheckoutSession = "createCheckoutSession",
    GetCheckoutSession = "getCheckoutSession",
    UpdateCheckoutSession = "updateCheckoutSession",
    CompleteCheckoutSession = "completeCheckoutSession",
    FinalizeCheckoutSession = "finalizeCheckoutSession",
    GetBuyer = "getBuyer",
    GetChargePermission = "getChargePermission",
    UpdateChargePermission = "updateChargePermission",
    CloseChargePermission = "closeChargePermission",
    CreateCharge = "createCharge",
    GetCharge = "getCharge",
    UpdateCharge = "updateCharge",
    CaptureCharge = "captureCharge",
    CancelCharge = "cancelCharge",
    CreateRefund = "createRefund",
    GetRefund = "getRefund",
    CreateDeliveryTracker = "createDeliveryTracker",
    GetAuthorizationToken = "getAuthorizationToken",
    GetReports = "getReports",
    CreateReport = "createReport",
    GetReport = "getReport",
    GetReportDocument = "getReportDocument",
    GetReportSchedules = "getReportSchedules",
    CreateReportSchedule = "createReportSchedule",
    GetReportSchedule = "getReportSchedule",
    CancelReportSchedule = "cancelReportSchedule",
    Unsupported = "unsupported",
}

impl Operation {
    /// Whether a call without idempotency key is refused.
    pub fn needs_key(self) -> bool {
        matches!(
            self,
            Self::CreateCheckoutSession
                | Self::CreateCharge
                | Self::CaptureCharge
                | Self::CreateRefund
                | Self::CreateReport
                | Self::CreateReportSchedule
        )
    }
}

/// An operation with the object it is about and its query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Route {
    pub operation: Operation,
    pub id: String,
}

/// Finds the operation; prefixes of the environment and a slash at the end make no difference.
///
/// # Errors
/// 400 `InvalidAPIVersion`, 404 for an unknown path, 405 for a method that the path does not have.
pub(super) fn route(method: &Method, path: &str) -> ApiResult<Route> {
    use Operation as O;
    let path = path.strip_prefix("/sandbox").or_else(|| path.strip_prefix("/live")).unwrap_or(path);
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let [version, rest @ ..] = segments.as_slice() else { return Err(ApiError::not_found("path")) };
    if *version != "v2" {
        let message = format!("The API version '{version}' is not supported.");
        return Err(ApiError::new(400, "InvalidAPIVersion", message));
    }
    // What each path can do: method and operation.
    let (id, choices): (&str, &[(Method, O)]) = match rest {
        ["checkoutSessions"] => ("", &[(Method::POST, O::CreateCheckoutSession)]),
        ["checkoutSessions", id] => {
            (id, &[(Method::GET, O::GetCheckoutSession), (Method::PATCH, O::UpdateCheckoutSession)])
        }
        ["checkoutSessions", id, "complete"] => (id, &[(Method::POST, O::CompleteCheckoutSession)]),
        ["checkoutSessions", id, "finalize"] => (id, &[(Method::POST, O::FinalizeCheckoutSession)]),
        ["buyers", id] => (id, &[(Method::GET, O::GetBuyer)]),
        ["chargePermissions", id] => {
            (id, &[(Method::GET, O::GetChargePermission), (Method::PATCH, O::UpdateChargePermission)])
        }
        ["chargePermissions", id, "close"] => (id, &[(Method::DELETE, O::CloseChargePermission)]),
        ["charges"] => ("", &[(Method::POST, O::CreateCharge)]),
        ["charges", id] => (id, &[(Method::GET, O::GetCharge), (Method::PATCH, O::UpdateCharge)]),
        ["charges", id, "capture"] => (id, &[(Method::POST, O::CaptureCharge)]),
        ["charges", id, "cancel"] => (id, &[(Method::DELETE, O::CancelCharge)]),
        ["refunds"] => ("", &[(Method::POST, O::CreateRefund)]),
        ["refunds", id] => (id, &[(Method::GET, O::GetRefund)]),
        ["deliveryTrackers"] => ("", &[(Method::POST, O::CreateDeliveryTracker)]),
        ["authorizationTokens", id] => (id, &[(Method::GET, O::GetAuthorizationToken)]),
        ["reports"] => ("", &[(Method::GET, O::GetReports), (Method::POST, O::CreateReport)]),
        ["reports", id] => (id, &[(Method::GET, O::GetReport)]),
        ["report-documents", id] => (id, &[(Method::GET, O::GetReportDocument)]),
        ["report-schedules"] => {
            ("", &[(Method::GET, O::GetReportSchedules), (Method::POST, O::CreateReportSchedule)])
        }
        ["report-schedules", id] => {
            (id, &[(Method::GET, O::GetReportSchedule), (Method::DELETE, O::CancelReportSchedule)])
        }
        ["merchantAccounts" | "disputes" | "files" | "in-store" | "disbursements", ..] => {
            return Ok(Route { operation: O::Unsupported, id: String::new() });
        }
        _ => return Err(ApiError::not_found("path")),
    };
    match choices.iter().find(|(allowed, _)| allowed == method) {
        Some((_, operation)) => Ok(Route { operation: *operation, id: id.to_owned() }),
        None => {
            let message = format!("The method {method} is not supported here.");
            Err(ApiError::new(405, "RequestNotSupported", message))
        }
    }
}

/// Runs the operation of `route`.
pub(super) fn run(
    world: &mut World,
    call: &Call,
    route: &Route,
    body: &Map<String, Value>,
) -> ApiResult<Answer> {
    use Operation as O;
    let id = route.id.as_str();
    match route.operation {
        O::CreateCheckoutSession => world.create_session(call, body),
        O::GetCheckoutSession => world.get_session(call, id),
        O::UpdateCheckoutSession => world.update_session(call, id, body),
        O::CompleteCheckoutSession => world.complete_session(call, id, body),
        O::GetBuyer => world.get_buyer(call, id),
        O::GetChargePermission => world.get_permission(call, id),
        O::UpdateChargePermission => world.update_permission(call, id, body),
        O::CloseChargePermission => world.close_permission(call, id, body),
        O::CreateCharge => world.create_charge(call, body),
        O::GetCharge => world.get_charge(call, id),
        O::UpdateCharge => world.update_charge(call, id, body),
        O::CaptureCharge => world.capture_charge(call, id, body),
        O::CancelCharge => world.cancel_charge(call, id, body),
        O::CreateRefund => world.create_refund(call, body),
        O::GetRefund => world.get_refund(call, id),
        O::CreateDeliveryTracker => Ok(Answer::new(200, Value::Object(body.clone()))),
        O::GetAuthorizationToken => Ok(Answer::new(200, json!({ "authorizationToken": id }))),
        O::GetReports => report::list(world, call),
        O::CreateReport => report::create(world, call, body),
        O::GetReport => report::get(world, call, id),
        O::GetReportDocument => report::get_document(world, call, id),
        O::GetReportSchedules => report::list_schedules(world, call),
        O::CreateReportSchedule => report::create_schedule(world, call, body),
        O::GetReportSchedule => report::get_schedule(world, call, id),
        O::CancelReportSchedule => report::cancel_schedule(world, call, id),
        O::FinalizeCheckoutSession | O::Unsupported => hosted::unsupported(call),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_and_a_slash_at_the_end_make_no_difference() {
        for path in
            ["/v2/charges/C1/capture", "/sandbox/v2/charges/C1/capture", "/live/v2/charges/C1/capture/"]
        {
            let route = route(&Method::POST, path).unwrap();
            assert_eq!((route.operation, route.id.as_str()), (Operation::CaptureCharge, "C1"));
        }
    }

    #[test]
    fn unknown_paths_methods_and_versions_are_told_apart() {
        for (method, path, status, code) in [
            (Method::GET, "/v2/nothing", 404, "ResourceNotFound"),
            (Method::PUT, "/v2/charges", 405, "RequestNotSupported"),
            (Method::GET, "/v1/charges", 400, "InvalidAPIVersion"),
        ] {
            let refusal = route(&method, path).unwrap_err();
            assert_eq!((refusal.status, refusal.reason_code.as_str()), (status, code), "{path}");
        }
    }
}
