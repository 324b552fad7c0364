//! `shared::api` bodies from and to what the browser's own `JSON` reads and writes.
//!
//! By hand instead of by serde, because that is what a shop's page would wait for: 15 to 25 kB. The macros write
//! struct literals and whole matches, so a field or word added to a body does not compile until it is named here.

use js_sys::{Array, Object, Reflect};
use shared::api::*;
use shared::cart::{NotOffered, Totals};
use shared::cycle::CycleText;
use shared::id::{CheckoutId, CheckoutSessionId, OrderNumber};
use shared::money::Yen;
use shared::payment_method::{CardBrand, PaymentMethod};
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

fn number(value: &JsValue) -> Option<i64> {
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
numbers!(u8, u16, u32, Yen);

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
texts!(CheckoutId, CheckoutSessionId, OrderNumber);

impl FromJs for Token {
    fn from_js(value: &JsValue) -> Option<Self> {
        value.as_string().map(Self)
    }
}

impl FromJs for Code {
    fn from_js(value: &JsValue) -> Option<Self> {
        let name = value.as_string()?;
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

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
words! {
    NotOffered { ZeroTotal = "zero_total", TooMuch = "too_much", MarkedNot = "marked_not", DearerThanCap = "dearer_than_cap" }
    PaymentMethod {
        AmazonPay = "amazon_pay", BankTransfer = "bank_transfer", CashOnDelivery = "cash_on_delivery",
        Deferred = "deferred",
    }
    CardBrand { Visa = "visa", Mastercard = "mastercard", AmericanExpress = "american_express", Jcb = "jcb" }
    Outcome {
        Completed = "completed", Confirming = "confirming", Declined = "declined", Cancelled = "cancelled",
        Lapsed = "lapsed", Open = "open",
    }
}

macro_rules! name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}

macro_rules! structs {
    ($($type:ident { $($field:ident $(= $name:literal)?),+ $(,)? })+) => {$(
        impl FromJs for $type {
            fn from_js(value: &JsValue) -> Option<Self> {
                Some(Self { $($field: field(value, name!($field $($name)?))?),+ })
            }
        }
    )+};
}
structs! {
    Problem { kind = "type", title, status, detail, code, request_id }
    LineView { name, unit_price, quantity, amount, tax_percent }
    Totals {
        goods, shipping_fee, handling_fees, points_used, coupon_discount, total, tax_reduced, tax_standard,
    }
    ButtonView { script_url, merchant_id, public_key_id, sandbox, simulator, card_brands, shop_name }
    QuoteView { lines, totals, not_offered, other_methods, button }
    SignedButton { payload_json, signature, algorithm, public_key_id }
    StartedCheckout { checkout_id, token, button }
    ConsentView { key, label, link }
    TermView { label, text }
    AddressView { name, postal_code, prefecture, lines, phone }
    ReviewView {
        amazon_checkout_session_id, buyer_name, address, payment_text, lines, totals, terms, consents, problem, back_url,
        button,
    }
    PlaceOrderView { redirect_url }
    ResultView { outcome, order_number, total, authorization_pending, back_url, shop_name, shop_mails }
    StartedSignIn { button, view }
    MemberView { name, token }
}

impl ToJs for CartRequest {
    fn to_js(&self) -> JsValue {
        match self {
            Self::Items(items) => {
                object(&[("items", items.iter().map(ToJs::to_js).collect::<Array>().into())])
            }
            Self::Subscription(SubscriptionItem { product, quantity, cycle }) => {
                let CycleText { unit, every } = (*cycle).into();
                let cycle = object(&[("unit", JsValue::from_str(&unit)), ("every", every.into())]);
                let product = JsValue::from_str(product.as_str());
                let item = [("product", product), ("quantity", (*quantity).into()), ("cycle", cycle)];
                object(&[("subscription", object(&item))])
            }
            Self::Signed(token) => object(&[("signed", JsValue::from_str(token))]),
        }
    }
}

impl ToJs for ItemRequest {
    fn to_js(&self) -> JsValue {
        let Self { product, quantity } = self;
        object(&[("product", JsValue::from_str(product.as_str())), ("quantity", (*quantity).into())])
    }
}

impl ToJs for QuoteRequest {
    fn to_js(&self) -> JsValue {
        let Self { cart } = self;
        object(&[("cart", cart.to_js())])
    }
}

impl ToJs for Pages {
    fn to_js(&self) -> JsValue {
        JsValue::from_str(match self {
            Self::Hosted => "hosted",
            Self::Shop => "shop",
        })
    }
}

impl ToJs for StartCheckoutRequest {
    fn to_js(&self) -> JsValue {
        let Self { cart, pages, language } = self;
        object(&[
            ("cart", cart.to_js()),
            ("pages", pages.to_js()),
            ("language", JsValue::from_str(language.tag())),
        ])
    }
}

impl ToJs for SessionRequest {
    fn to_js(&self) -> JsValue {
        let Self { amazon_checkout_session_id } = self;
        object(&[("amazon_checkout_session_id", amazon_checkout_session_id.to_js())])
    }
}

impl ToJs for PlaceOrderRequest {
    fn to_js(&self) -> JsValue {
        let Self { consents } = self;
        object(&[("consents", consents.iter().map(|key| JsValue::from_str(key)).collect::<Array>().into())])
    }
}

impl ToJs for StartSignInRequest {
    fn to_js(&self) -> JsValue {
        let Self { state, pages } = self;
        object(&[("state", JsValue::from_str(state)), ("pages", pages.to_js())])
    }
}

impl ToJs for FinishSignInRequest {
    fn to_js(&self) -> JsValue {
        let Self { buyer_token, state } = self;
        object(&[("buyer_token", JsValue::from_str(&buyer_token.0)), ("state", JsValue::from_str(state))])
    }
}
