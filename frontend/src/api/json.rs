//! `shared::api` bodies from and to what the browser's own `JSON` reads and writes.
//!
//! By hand instead of by serde, because that is what a page would wait for: 15 to 25 kB in the widget, more in
//! the console. The macros write struct literals and whole matches, so a field or word added to a body does not compile
//! until it is named. What both programs read stands here; the rest in `json_shopper` and `json_console`.

use js_sys::{Array, Object, Reflect};
use shared::api::{AddressView, Language, LineView, Token};
use shared::cart::Totals;
use shared::cycle::{Cycle, CycleText};
use shared::id::{OrderNumber, ProductId};
use shared::identity::PersonName;
use shared::money::Yen;
use shared::payment_method::PaymentMethod;
#[cfg(any(feature = "console", feature = "my_page"))]
use shared::{
    api::{PostalCodeView, PostalPlace},
    prefecture::Prefecture,
};
use wasm_bindgen::{JsCast, JsValue};

/// Read from a parsed answer.
pub trait FromJs: Sized {
    /// `None` if it has another shape.
    fn from_js(value: &JsValue) -> Option<Self>;
}

/// Written into a request.
pub trait ToJs {
    /// What `JSON.stringify` is given.
    fn to_js(&self) -> JsValue;
}

/// One field of an object; a field that is not there reads as `undefined`.
pub fn field<T: FromJs>(object: &JsValue, name: &str) -> Option<T> {
    T::from_js(&property(object, name))
}

/// A property, `undefined` where there is none.
pub fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// An object of `fields`.
pub fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a plain property of a plain object does not fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

/// Empties a property.
pub fn clear(object: &JsValue, name: &str) {
    // Setting a plain property of a plain object does not fail.
    let _ = Reflect::set(object, &JsValue::from_str(name), &JsValue::NULL);
}

/// A whole number.
pub fn number(value: &JsValue) -> Option<i64> {
    let number = value.as_f64()?;
    let whole = number as i64;
    (whole as f64 == number).then_some(whole)
}

impl FromJs for bool {
    fn from_js(value: &JsValue) -> Option<Self> {
        value.as_bool()
    }
}

impl FromJs for String {
    fn from_js(value: &JsValue) -> Option<Self> {
        value.as_string()
    }
}

impl<T: FromJs> FromJs for Option<T> {
    fn from_js(value: &JsValue) -> Option<Self> {
        if value.is_undefined() || value.is_null() { Some(None) } else { T::from_js(value).map(Some) }
    }
}

impl<T: FromJs> FromJs for Vec<T> {
    fn from_js(value: &JsValue) -> Option<Self> {
        value.dyn_ref::<Array>()?.iter().map(|item| T::from_js(&item)).collect()
    }
}

macro_rules! numbers {
    ($($type:ident),+) => {$(
        impl FromJs for $type {
            fn from_js(value: &JsValue) -> Option<Self> {
                number(value)?.try_into().ok()
            }
        }
    )+};
}
numbers!(u8, u16, u32, i64, usize, Yen);

macro_rules! written_numbers {
    ($($type:ident),+) => {$(
        impl ToJs for $type {
            fn to_js(&self) -> JsValue {
                // Exact: every number of the API is far below 2^53.
                JsValue::from_f64(*self as f64)
            }
        }
    )+};
}
written_numbers!(u8, u16, u32, i64, usize);

impl ToJs for Yen {
    fn to_js(&self) -> JsValue {
        self.get().to_js()
    }
}

impl ToJs for bool {
    fn to_js(&self) -> JsValue {
        JsValue::from_bool(*self)
    }
}

impl ToJs for String {
    fn to_js(&self) -> JsValue {
        JsValue::from_str(self)
    }
}

impl<T: ToJs> ToJs for Option<T> {
    fn to_js(&self) -> JsValue {
        self.as_ref().map_or(JsValue::NULL, ToJs::to_js)
    }
}

impl<T: ToJs> ToJs for Vec<T> {
    fn to_js(&self) -> JsValue {
        self.iter().map(ToJs::to_js).collect::<Array>().into()
    }
}

/// Ids and the like: `T::new(text)` checks, `as_str` gives the text.
macro_rules! texts {
    ($($type:ident),+) => {$(
        impl FromJs for $type {
            fn from_js(value: &JsValue) -> Option<Self> {
                Self::new(value.as_string()?).ok()
            }
        }
        impl ToJs for $type {
            fn to_js(&self) -> JsValue {
                JsValue::from_str(self.as_str())
            }
        }
    )+};
}
texts!(OrderNumber, ProductId);

impl FromJs for Token {
    fn from_js(value: &JsValue) -> Option<Self> {
        value.as_string().map(Self)
    }
}

impl ToJs for Token {
    fn to_js(&self) -> JsValue {
        JsValue::from_str(&self.0)
    }
}

/// Words that have no `from_name` in `shared`.
macro_rules! words {
    ($($type:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        impl FromJs for $type {
            fn from_js(value: &JsValue) -> Option<Self> {
                // Whole: a new variant does not compile until its word stands here.
                const fn _every_variant_is_read(value: $type) {
                    match value { $($type::$variant => ()),+ }
                }
                let word = value.as_string()?;
                $(if word == $word { return Some(Self::$variant); })+
                None
            }
        }
    )+};
}
/// The name of a field in JSON: its own, or the one given.
macro_rules! name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}

/// Structs read field by field.
macro_rules! structs {
    ($($type:ident { $($field:ident $(= $name:literal)?),+ $(,)? })+) => {$(
        impl FromJs for $type {
            fn from_js(value: &JsValue) -> Option<Self> {
                Some(Self { $($field: field(value, name!($field $($name)?))?),+ })
            }
        }
    )+};
}

/// Words by the names they have in `shared`, read and written.
macro_rules! named {
    ($($type:ident),+ $(,)?) => {$(
        impl FromJs for $type {
            fn from_js(value: &JsValue) -> Option<Self> {
                Self::from_name(&value.as_string()?)
            }
        }
        impl ToJs for $type {
            fn to_js(&self) -> JsValue {
                JsValue::from_str(self.name())
            }
        }
    )+};
}
named!(PaymentMethod);

impl FromJs for Language {
    fn from_js(value: &JsValue) -> Option<Self> {
        let tag = value.as_string()?;
        [Self::Ja, Self::En].into_iter().find(|language| language.tag() == tag)
    }
}

impl FromJs for Cycle {
    fn from_js(value: &JsValue) -> Option<Self> {
        CycleText::from_js(value)?.try_into().ok()
    }
}

impl ToJs for Language {
    fn to_js(&self) -> JsValue {
        JsValue::from_str(self.tag())
    }
}

/// Structs written field by field.
macro_rules! written {
    ($($type:ident { $($field:ident),+ $(,)? })+) => {$(
        impl ToJs for $type {
            fn to_js(&self) -> JsValue {
                let Self { $($field),+ } = self;
                object(&[$((stringify!($field), $field.to_js())),+])
            }
        }
    )+};
}

structs! {
    LineView { name, unit_price, quantity, amount, tax_percent }
    Totals {
        goods, shipping_fee, handling_fees, points_used, coupon_discount, total, tax_reduced, tax_standard,
    }
    AddressView { name, postal_code, prefecture, lines, phone }
    CycleText { unit, every }
    PersonName { family, given, family_kana, given_kana }
}

written! {
    PersonName { family, given, family_kana, given_kana }
}

#[cfg(any(feature = "console", feature = "my_page"))]
impl FromJs for Prefecture {
    fn from_js(value: &JsValue) -> Option<Self> {
        u8::from_js(value)?.try_into().ok()
    }
}

#[cfg(any(feature = "console", feature = "my_page"))]
structs! {
    PostalCodeView { places }
    PostalPlace { prefecture, city, towns }
}

#[cfg(feature = "console")]
pub(super) use named;
#[cfg(any(feature = "console", feature = "my_page"))]
pub(super) use written;
pub(super) use {name, structs, texts, words};
