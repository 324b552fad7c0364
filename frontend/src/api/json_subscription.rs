//! The bodies of subscriptions that my page and the console both read and write.

use super::json::{FromJs, ToJs, field, name, object, structs, texts, words, written};
use shared::address::DeliveryAddress;
use shared::api::*;
use shared::day::Day;
use shared::id::SubscriptionId;
use shared::monthly_cap::Month;
use shared::subscription::{AddressSource, EndReason, SubscriptionAction};
use wasm_bindgen::JsValue;

texts!(SubscriptionId);

words! {
    EndReason {
        Shopper = "shopper", Operator = "operator", Amazon = "amazon", Lapsed = "lapsed", Completed = "completed",
        NotPaid = "not_paid",
    }
    SubscriptionAction {
        Skip = "skip", ChangeDate = "change_date", ChangeQuantity = "change_quantity",
        ChangeAddress = "change_address", Pause = "pause", Resume = "resume", Cancel = "cancel",
    }
    AddressSource { Checkout = "checkout", Form = "form", Amazon = "amazon" }
}

impl FromJs for Day {
    fn from_js(value: &JsValue) -> Option<Self> {
        value.as_string()?.parse().ok()
    }
}

impl ToJs for Day {
    fn to_js(&self) -> JsValue {
        JsValue::from_str(&self.to_string())
    }
}

impl FromJs for Month {
    fn from_js(value: &JsValue) -> Option<Self> {
        i64::from_js(value)?.try_into().ok()
    }
}

impl FromJs for MyState {
    fn from_js(value: &JsValue) -> Option<Self> {
        let state: String = field(value, "state")?;
        Some(match state.as_str() {
            "active" => Self::Active,
            "paused" => Self::Paused,
            "payment_needed" => Self::PaymentNeeded,
            "ended" => Self::Ended { reason: field(value, "reason")? },
            _ => return None,
        })
    }
}

structs! {
    UpcomingDelivery { period, date }
    MonthView { month, cap, used, remaining }
    DeliveryAddress { name, postal_code, prefecture, lines, country_code, phone, person }
}

written! {
    SeenRequest { version }
    MoveDeliveryRequest { version, date }
    SubscriptionQuantityRequest { version, quantity }
}
