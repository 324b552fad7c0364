//! The bodies only the widget reads and writes.

use super::json::{FromJs, ToJs, field, name, object, structs, texts, words};
use super::shopper::{Fault, Refusal, Review};
use js_sys::Array;
use shared::api::{
    ButtonView, CartRequest, ConsentView, FinishSignInRequest, ItemRequest, MemberView, Outcome, Pages,
    PlaceOrderRequest, PlaceOrderView, QuestionField, QuestionView, QuoteRequest, QuoteView, ResultView,
    SessionRequest, SignedButton, StartCheckoutRequest, StartSignInRequest, StartedCheckout, StartedSignIn,
    SubscriptionItem, TermView,
};
use shared::cart::NotOffered;
use shared::cycle::CycleText;
use shared::id::{CheckoutId, CheckoutSessionId};
use shared::payment_method::CardBrand;
use wasm_bindgen::JsValue;

texts!(CheckoutId, CheckoutSessionId);

words! {
    NotOffered { ZeroTotal = "zero_total", TooMuch = "too_much", MarkedNot = "marked_not", DearerThanCap = "dearer_than_cap" }
    CardBrand { Visa = "visa", Mastercard = "mastercard", AmericanExpress = "american_express", Jcb = "jcb" }
    Outcome {
        Completed = "completed", Confirming = "confirming", Declined = "declined", Cancelled = "cancelled",
        Lapsed = "lapsed", Open = "open",
    }
}

structs! {
    ButtonView { script_url, merchant_id, public_key_id, sandbox, simulator, card_brands, shop_name }
    QuoteView { lines, totals, not_offered, other_methods, subscription, button }
    SignedButton { payload_json, signature, algorithm, public_key_id }
    StartedCheckout { checkout_id, token, button }
    ConsentView { key, label, link }
    TermView { label, text }
    Review {
        amazon_checkout_session_id, buyer_name, address, payment_text, lines, totals, terms, consents, question, problem,
        back_url, button,
    }
    QuestionView { heading, hint, fields }
    QuestionField { name, label, value, autocomplete }
    Refusal { title, detail, status, code, fields }
    Fault { field, text }
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
        let Self { cart, language } = self;
        object(&[("cart", cart.to_js()), ("language", language.to_js())])
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
        let Self { consents, name } = self;
        let consents: Array = consents.iter().map(|key| JsValue::from_str(key)).collect();
        object(&[("consents", consents.into()), ("name", name.to_js())])
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
