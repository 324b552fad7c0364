//! Finds members of a body that no type here knows; Amazon answers those with `UnrecognizedField`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Path of the first member of `body` that `T` does not keep, such as `paymentDetails.chargeAmout`; `null` members
/// and a body that is no `T` at all have none.
///
/// For the simulator and tests: reads the body as `T`, writes it again, and compares.
pub fn first_unrecognized<T: DeserializeOwned + Serialize>(body: &Value) -> Option<String> {
    let known = serde_json::to_value(serde_json::from_value::<T>(body.clone()).ok()?).ok()?;
    missing(body, &known, "")
}

fn missing(given: &Value, known: &Value, path: &str) -> Option<String> {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => given.iter().find_map(|(name, value)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            match known.get(name) {
                Some(kept) => missing(value, kept, &path),
                None if value.is_null() => None,
                None => Some(path),
            }
        }),
        (Value::Array(given), Value::Array(known)) => given
            .iter()
            .zip(known)
            .enumerate()
            .find_map(|(position, (value, kept))| missing(value, kept, &format!("{path}[{position}]"))),
        _ => None,
    }
}
