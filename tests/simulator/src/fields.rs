//! Strict reading of JSON bodies: every member must be known, of the right kind, and within its limits.
//!
//! `null` counts as not given. Start at [`Fields::new`].

use crate::error::{ApiError, ApiResult};
use serde_json::{Map, Value};
use shared::money::Yen;

/// One object of a request, after its members have been checked against the allow-list.
#[derive(Clone)]
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

/// Reads a body: nothing and `null` are an empty object (SDKs send both), anything but an object is refused.
pub(crate) fn parse_body(bytes: &[u8]) -> ApiResult<Map<String, Value>> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(Value::Null) => Ok(Map::new()),
        _ => Err(ApiError::new(400, "InvalidRequestFormat", "The request body is not a valid JSON object.")),
    }
}

impl<'a> Fields<'a> {
    /// # Errors
    /// 400 `UnrecognizedField` for a member that is not in `allowed`.
    pub fn new(map: &'a Map<String, Value>, allowed: &[&str]) -> ApiResult<Self> {
        Self::at(String::new(), map, allowed)
    }

    fn at(path: String, map: &'a Map<String, Value>, allowed: &[&str]) -> ApiResult<Self> {
        match map.keys().find(|name| !allowed.contains(&name.as_str())) {
            Some(name) => {
                let message = format!("Unrecognized field: '{path}{name}'.");
                Err(ApiError::new(400, "UnrecognizedField", message))
            }
            None => Ok(Self { map, path }),
        }
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    fn wrong(&self, name: &str, why: &str) -> ApiError {
        ApiError::invalid_value(&format!("{}{name}", self.path), why)
    }

    /// 400 `MissingParameterValue` for `name` of this object.
    pub fn missing(&self, name: &str) -> ApiError {
        ApiError::missing_value(&format!("{}{name}", self.path))
    }

    /// A text of at most `max` characters.
    pub fn text(&self, name: &str, max: usize) -> ApiResult<Option<String>> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.chars().count() <= max => Ok(Some(text.clone())),
            Some(Value::String(_)) => Err(self.wrong(name, &format!("at most {max} characters"))),
            Some(_) => Err(self.wrong(name, "a string is expected")),
        }
    }

    pub fn required_text(&self, name: &str, max: usize) -> ApiResult<String> {
        self.text(name, max)?.filter(|text| !text.is_empty()).ok_or_else(|| self.missing(name))
    }

    pub fn flag(&self, name: &str) -> ApiResult<Option<bool>> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(name, "true or false is expected")),
        }
    }

    /// One of the words that `known` recognizes.
    pub fn word<T>(&self, name: &str, known: impl Fn(&str) -> Option<T>) -> ApiResult<Option<T>> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(word)) => {
                known(word).map(Some).ok_or_else(|| self.wrong(name, "unknown value"))
            }
            Some(_) => Err(self.wrong(name, "a string is expected")),
        }
    }

    pub fn object(&self, name: &str, allowed: &[&str]) -> ApiResult<Option<Self>> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Object(map)) => Self::at(format!("{}{name}.", self.path), map, allowed).map(Some),
            Some(_) => Err(self.wrong(name, "an object is expected")),
        }
    }

    /// A list of texts.
    pub fn texts(&self, name: &str) -> ApiResult<Option<Vec<String>>> {
        let wrong = || self.wrong(name, "a list of strings is expected");
        match self.value(name) {
            None => Ok(None),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong))
                .collect::<ApiResult<_>>()
                .map(Some),
            Some(_) => Err(wrong()),
        }
    }

    /// The value as it was sent, unread.
    pub fn raw(&self, name: &str) -> Option<Value> {
        self.value(name).cloned()
    }

    /// `{amount, currencyCode}` in yen: a string or number without decimals, at least ¥1. The upper limit is
    /// the operation's matter.
    ///
    /// # Errors
    /// 400 `InvalidParameterValue`, and 400 `CurrencyMismatch` for another currency than the yen.
    pub fn price(&self, name: &str) -> ApiResult<Option<Yen>> {
        let Some(price) = self.object(name, &["amount", "currencyCode"])? else { return Ok(None) };
        let amount = match price.value("amount") {
            None => return Err(price.missing("amount")),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => return Err(price.wrong("amount", "a string or number is expected")),
        };
        let currency = price.required_text("currencyCode", 3)?;
        if currency != "JPY" {
            let message = format!("The currency {currency} does not match the ledger currency JPY.");
            return Err(ApiError::new(400, "CurrencyMismatch", message));
        }
        if amount.is_empty() || !amount.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(price.wrong("amount", "whole yen without sign or decimals are expected"));
        }
        match amount.parse().ok().and_then(|amount| Yen::new(amount).ok()) {
            Some(yen) if !yen.is_zero() => Ok(Some(yen)),
            _ => Err(price.wrong("amount", "out of range")),
        }
    }

    pub fn required_price(&self, name: &str) -> ApiResult<Yen> {
        self.price(name)?.ok_or_else(|| self.missing(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(amount: &str) -> Result<i64, String> {
        let body = format!(r#"{{"chargeAmount":{{"amount":{amount},"currencyCode":"JPY"}}}}"#);
        let map = parse_body(body.as_bytes()).unwrap();
        let fields = Fields::new(&map, &["chargeAmount"]).unwrap();
        fields.required_price("chargeAmount").map(Yen::get).map_err(|error| error.reason_code)
    }

    #[test]
    fn r9_yen_are_whole_and_at_least_one() {
        assert_eq!(price("\"3980\""), Ok(3980));
        assert_eq!(price("3980"), Ok(3980));
        for odd in [
            "\"0\"",
            "0",
            "\"1.5\"",
            "\"3980.00\"",
            "1.0",
            "-1",
            "\"-1\"",
            "\"\"",
            "\"１００\"",
            "1e3",
            "true",
        ] {
            assert_eq!(price(odd), Err("InvalidParameterValue".into()), "{odd}");
        }
    }

    #[test]
    fn a_member_that_nobody_knows_is_refused_at_every_depth() {
        let map = parse_body(br#"{"a":{"b":1,"c":null}}"#).unwrap();
        assert_eq!(Fields::new(&map, &[]).err().unwrap().reason_code, "UnrecognizedField");
        let fields = Fields::new(&map, &["a"]).unwrap();
        let refusal = fields.object("a", &["b"]).err().unwrap();
        assert_eq!((refusal.status, refusal.reason_code.as_str()), (400, "UnrecognizedField"));
        assert!(refusal.message.contains("'a.c'"));
    }

    #[test]
    fn an_empty_body_and_null_are_an_empty_object() {
        assert!(parse_body(b"").unwrap().is_empty());
        assert!(parse_body(b"null").unwrap().is_empty());
        assert_eq!(parse_body(b"[1]").unwrap_err().reason_code, "InvalidRequestFormat");
        assert_eq!(parse_body(b"{").unwrap_err().reason_code, "InvalidRequestFormat");
    }
}
