//! The record of changed settings (R70): made beside each change and stored in its batch, so that none is without it.
//!
//! Start at [`record`]. A secret is never part of what is compared: only that it was changed is told.

use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::store::settings_changes::{self, ChangeRow};
use crate::store::{Statement, StoreError, operators};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use shared::api::{FieldChange, SettingsArea, SettingsChange, SettingsChanges};
use shared::id::{OperatorId, ShopId};

/// Entries of a page.
const PAGE: usize = 50;

/// The fields in which `to` differs from `from`, by name; objects are told field by field.
pub fn compare(from: &impl Serialize, to: &impl Serialize) -> Vec<FieldChange> {
    let mut found = Vec::new();
    let value = |of: serde_json::Result<Value>| of.unwrap_or(Value::Null);
    walk(String::new(), &value(serde_json::to_value(from)), &value(serde_json::to_value(to)), &mut found);
    found
}

fn walk(field: String, from: &Value, to: &Value, found: &mut Vec<FieldChange>) {
    let none = serde_json::Map::new();
    let (before, after) = match (from, to) {
        (Value::Object(before), Value::Object(after)) => (before, after),
        // Set or taken away as a whole: each of its fields is.
        (Value::Object(before), Value::Null) => (before, &none),
        (Value::Null, Value::Object(after)) => (&none, after),
        _ if from == to => return,
        _ => {
            found.push(FieldChange { field, from: told(from), to: told(to), secret: false });
            return;
        }
    };
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let of = |map: &serde_json::Map<String, Value>| map.get(name).cloned().unwrap_or(Value::Null);
        let dotted = if field.is_empty() { name.clone() } else { [&field, ".", name].concat() };
        walk(dotted, &of(before), &of(after), found);
    }
}

fn told(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// A secret was changed.
pub fn secret_changed(field: &str) -> FieldChange {
    FieldChange { field: field.to_owned(), from: None, to: None, secret: true }
}

/// The entry of the change; nothing where nothing was changed.
pub fn record(
    shop: &ShopId,
    operator: &OperatorId,
    area: SettingsArea,
    changes: Vec<FieldChange>,
    now: Timestamp,
) -> Option<Statement> {
    let (entry_id, at) = (secret::timed_id(now), now.as_millisecond());
    let row = ChangeRow { entry_id, at, operator: operator.clone(), area, changes };
    (!row.changes.is_empty()).then(|| settings_changes::add(shop, &row))
}

/// A page of the shop's changes, the latest first.
///
/// # Errors
/// The database failed.
pub async fn list(app: &App, shop: &OpenShop, before: Option<&str>) -> Result<SettingsChanges, StoreError> {
    let reader = app.store.reader().await?;
    let mut found = settings_changes::page(&reader, &shop.id, before, PAGE as i64 + 1).await?;
    let names = operators::names(&reader).await?;
    drop(reader);
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|row| row.entry_id.clone());
    let entries = found.into_iter().map(|row| {
        let name = names.iter().find(|(id, _)| *id == row.operator).map(|(_, name)| name.clone());
        SettingsChange {
            id: row.entry_id,
            at: row.at,
            operator: name.unwrap_or_else(|| row.operator.to_string()),
            area: row.area,
            changes: row.changes,
        }
    });
    Ok(SettingsChanges { entries: entries.collect(), next })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn r70_what_differs_is_told_field_by_field() {
        let from = json!({ "lead_days": 3, "cap": null, "smtp": { "host": "a", "user": null }, "days": [1, 2], "same": true });
        let to = json!({ "lead_days": 4, "cap": 5000, "smtp": { "host": "b", "user": null }, "days": [1], "same": true });
        let told = |from, to| {
            let found = compare(from, to).into_iter();
            found.map(|one| (one.field, one.from, one.to)).collect::<Vec<_>>()
        };
        let row = |field: &str, from: Option<&str>, to: Option<&str>| {
            (field.to_owned(), from.map(str::to_owned), to.map(str::to_owned))
        };
        let expected = [
            row("cap", None, Some("5000")),
            row("days", Some("[1,2]"), Some("[1]")),
            row("lead_days", Some("3"), Some("4")),
            row("smtp.host", Some("a"), Some("b")),
        ];
        assert_eq!(told(&from, &to), expected);
        assert_eq!(told(&from, &from), []);
        let whole = json!({ "smtp": { "host": "a" } });
        let none = json!({ "smtp": null });
        assert_eq!(told(&whole, &none), [row("smtp.host", Some("a"), None)]);
        assert_eq!(told(&none, &whole), [row("smtp.host", None, Some("a"))]);
    }
}
