//! Requests of 定期管理. Rows and details stay the JSON they came as until they are drawn: a text is compared and kept
//! without code for its every field.

use super::json::{FromJs, field, property};
use super::operator::{Failure, call, read};
use js_sys::{Array, JSON};
use shared::api::{Language, SubscriptionSettingsView, Token};
use shared::id::ShopId;
use std::future::Future;
use wasm_bindgen::{JsCast, JsValue};

/// A body as its text.
pub type Text = String;

/// A page of rows.
pub struct Page {
    /// Id and text of each.
    pub rows: Vec<(String, Text)>,
    /// For the next page.
    pub next: Option<String>,
    /// The search stopped before the page was full.
    pub bounded: bool,
}

/// What stands at `rest` below a shop's subscriptions.
///
/// # Errors
/// Any problem, or no answer.
pub fn get(
    shop: &ShopId,
    rest: &str,
    language: Language,
) -> impl Future<Output = Result<JsValue, Failure>> + use<> {
    call("GET", &of_shop(shop, rest), language).send()
}

/// Does what stands at `rest`; the answer is the subscription as it is afterwards.
///
/// # Errors
/// Any problem, or no answer.
pub fn post(
    shop: &ShopId,
    rest: &str,
    body: &JsValue,
    csrf: &Token,
    language: Language,
) -> impl Future<Output = Result<JsValue, Failure>> + use<> {
    call("POST", &of_shop(shop, rest), language).csrf(csrf).json(body).send()
}

/// How the shop runs its subscriptions.
///
/// # Errors
/// Any problem, or no answer.
pub async fn settings(shop: &ShopId, language: Language) -> Result<SubscriptionSettingsView, Failure> {
    read(call("GET", &settings_of(shop), language)).await
}

/// Changes that.
///
/// # Errors
/// `subscription_settings_invalid`, or no answer.
pub async fn put_settings(
    shop: &ShopId,
    settings: &SubscriptionSettingsView,
    csrf: &Token,
    language: Language,
) -> Result<SubscriptionSettingsView, Failure> {
    read(call("PUT", &settings_of(shop), language).csrf(csrf).body(settings)).await
}

fn settings_of(shop: &ShopId) -> String {
    ["/api/shops/", shop.as_str(), "/subscription-settings"].concat()
}

fn of_shop(shop: &ShopId, rest: &str) -> String {
    ["/api/shops/", shop.as_str(), "/subscriptions", rest].concat()
}

/// A part of an address.
pub fn encoded(part: &str) -> String {
    js_sys::encode_uri_component(part).into()
}

/// A `shared::api::SubscriptionPage`.
pub fn page(answer: &JsValue) -> Option<Page> {
    let rows = property(answer, "subscriptions");
    let row = |row: JsValue| Some((field(&row, "id")?, text(&row)));
    Some(Page {
        rows: rows.dyn_ref::<Array>()?.iter().map(row).collect::<Option<_>>()?,
        next: field(answer, "next")?,
        bounded: field(answer, "bounded")?,
    })
}

/// A body as text.
pub fn text(body: &JsValue) -> Text {
    // What was parsed has a text.
    JSON::stringify(body).map(String::from).unwrap_or_default()
}

/// The body of a text.
pub fn body<T: FromJs>(text: &str) -> Option<T> {
    T::from_js(&JSON::parse(text).ok()?)
}
