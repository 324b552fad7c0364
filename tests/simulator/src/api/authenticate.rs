//! Who is calling: headers present, key known, signature true (reference, sections 1 and 2).

use super::Operation;
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::world::{Environment, Owner};
use amazon_pay::signing::{canonical_request, parse_authorization, reencode_query, string_to_sign};
use http::HeaderMap;
use http::request::Parts;
use jiff::Timestamp;
use jiff::civil::DateTime;

/// A caller whose signature fits.
#[derive(Debug)]
pub(super) struct Caller {
    pub owner: Owner,
    pub idempotency_key: Option<String>,
    pub simulation: Option<String>,
}

const REGIONS: &[&str] = &["jp", "na", "eu", "us", "de", "uk"];

/// # Errors
/// 400 for headers, 403 for an unknown key or a signature that does not fit.
pub(super) fn authenticate(
    app: &App,
    parts: &Parts,
    body: &[u8],
    operation: Option<Operation>,
) -> ApiResult<Caller> {
    let headers = &parts.headers;
    let authorization = required(headers, "authorization")?;
    for name in ["accept", "content-type"] {
        if !required(headers, name)?.to_ascii_lowercase().starts_with("application/json") {
            return Err(invalid(name));
        }
    }
    let date = parse_date(required(headers, "x-amz-pay-date")?).ok_or_else(|| invalid("x-amz-pay-date"))?;
    required(headers, "x-amz-pay-host")?;
    let region = required(headers, "x-amz-pay-region")?.to_ascii_lowercase();
    if !REGIONS.contains(&region.as_str()) {
        return Err(invalid("x-amz-pay-region"));
    }
    let key = match headers.get("x-amz-pay-idempotency-key") {
        Some(_) => Some(idempotency_key(required(headers, "x-amz-pay-idempotency-key")?)?),
        None if operation.is_some_and(Operation::needs_key) => {
            return Err(missing("x-amz-pay-idempotency-key"));
        }
        None => None,
    };
    let authorization = parse_authorization(authorization).map_err(|_| invalid("authorization"))?;
    let wrong_key = || {
        ApiError::new(403, "InvalidAuthentication", "The public key id is not known for this environment.")
    };
    let (verifying, merchant_id) = app
        .world(|world, _| {
            let key = world.keys.get(&authorization.public_key_id)?;
            Some((std::sync::Arc::clone(&key.verifying), key.merchant_id.clone()))
        })
        .ok_or_else(wrong_key)?;
    let environment = environment(&authorization.public_key_id, parts.uri.path())?;
    let unsigned = ["x-amz-pay-date", "x-amz-pay-host", "x-amz-pay-region"]
        .into_iter()
        .chain(key.is_some().then_some("x-amz-pay-idempotency-key"))
        .find(|name| !authorization.signs(name));
    if let Some(name) = unsigned {
        return Err(signature(&format!("the header {name} is not signed")));
    }
    if let Some(most) = app.clock_skew
        && app.clock.now().duration_since(date).abs() > most
    {
        return Err(signature("the date is too far from the present"));
    }
    let query = parts.uri.query().unwrap_or_default();
    let fits = |query: &str| {
        let signed = &authorization.signed_headers;
        let method = parts.method.as_str();
        let canonical = canonical_request(method, parts.uri.path(), query, headers, signed, body);
        let text = string_to_sign(authorization.algorithm, &canonical);
        verifying.verify(authorization.algorithm, text.as_bytes(), &authorization.signature)
    };
    // SDKs encode the edges of a query differently; each is accepted.
    if !fits(query) && (query.is_empty() || !fits(&reencode_query(query))) {
        return Err(signature("it does not fit the request"));
    }
    let simulation = headers.get("x-amz-pay-simulation-code").and_then(|code| code.to_str().ok());
    let simulation = simulation.filter(|code| !code.is_empty()).map(str::to_owned);
    if simulation.is_some() && environment == Environment::Live {
        return Err(ApiError::new(
            400,
            "InvalidSandboxSimulationSpecified",
            "Simulation codes are for the sandbox.",
        ));
    }
    Ok(Caller { owner: Owner { merchant_id, environment }, idempotency_key: key, simulation })
}

fn missing(name: &str) -> ApiError {
    ApiError::new(400, "MissingHeader", format!("A required header is missing: '{name}'."))
}

fn invalid(name: &str) -> ApiError {
    ApiError::new(400, "InvalidHeaderValue", format!("The value of the header '{name}' is not valid."))
}

fn signature(why: &str) -> ApiError {
    ApiError::new(403, "InvalidRequestSignature", format!("The request signature is not valid: {why}."))
}

fn required<'a>(headers: &'a HeaderMap, name: &str) -> ApiResult<&'a str> {
    let value = headers.get(name).ok_or_else(|| missing(name))?;
    match value.to_str() {
        Ok("") => {
            let message = format!("A required header has no value: '{name}'.");
            Err(ApiError::new(400, "MissingHeaderValue", message))
        }
        Ok(value) => Ok(value),
        Err(_) => Err(invalid(name)),
    }
}

/// At most 32 letters, digits, `_` and `-`.
fn idempotency_key(key: &str) -> ApiResult<String> {
    let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if plain && key.len() <= 32 { Ok(key.to_owned()) } else { Err(invalid("x-amz-pay-idempotency-key")) }
}

/// `2026-11-24T03:04:05Z` or `20261124T030405Z`, always UTC.
fn parse_date(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix('Z')?;
    let format = if text.contains('-') { "%Y-%m-%dT%H:%M:%S" } else { "%Y%m%dT%H%M%S" };
    let date = DateTime::strptime(format, text).ok()?;
    date.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok().map(|date| date.timestamp())
}

/// The environment that key and path agree on.
fn environment(key_id: &str, path: &str) -> ApiResult<Environment> {
    let upper = key_id.to_ascii_uppercase();
    let by_key = if upper.starts_with("SANDBOX") {
        Some(Environment::Sandbox)
    } else if upper.starts_with("LIVE") {
        Some(Environment::Live)
    } else {
        None
    };
    let by_path = if path.starts_with("/sandbox/") {
        Some(Environment::Sandbox)
    } else if path.starts_with("/live/") {
        Some(Environment::Live)
    } else {
        None
    };
    match (by_key, by_path) {
        (Some(key), Some(path)) if key != path => {
            Err(ApiError::new(403, "InvalidAuthentication", "The key belongs to the other environment."))
        }
        (Some(environment), _) | (None, Some(environment)) => Ok(environment),
        (None, None) => {
            Err(ApiError::new(400, "InvalidRequest", "A key without environment needs /sandbox or /live."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_date_are_read() {
        let expected: Timestamp = "2026-11-24T03:04:05Z".parse().unwrap();
        assert_eq!(parse_date("2026-11-24T03:04:05Z"), Some(expected));
        assert_eq!(parse_date("20261124T030405Z"), Some(expected));
        for odd in ["", "Z", "2026-11-24T03:04:05", "2026-11-24", "20261124T030405+0900"] {
            assert_eq!(parse_date(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_key_and_a_path_must_agree() {
        use Environment::{Live, Sandbox};
        for (key, path, expected) in [
            ("SANDBOX-A", "/v2/charges", Ok(Sandbox)),
            ("sandboxA", "/sandbox/v2/charges", Ok(Sandbox)),
            ("SANDBOX-A", "/live/v2/charges", Err(403)),
            ("LIVE-A", "/v2/charges", Ok(Live)),
            ("A", "/sandbox/v2/charges", Ok(Sandbox)),
            ("A", "/live/v2/charges", Ok(Live)),
            ("A", "/v2/charges", Err(400)),
        ] {
            assert_eq!(environment(key, path).map_err(|error| error.status), expected, "{key} {path}");
        }
    }

    #[test]
    fn idempotency_keys_have_at_most_32_plain_characters() {
        assert!(idempotency_key("0123456789abcdef0123456789ABC_-f").is_ok());
        assert!(idempotency_key("0123456789abcdef0123456789abcdef0").is_err());
        assert!(idempotency_key("a b").is_err());
    }
}
