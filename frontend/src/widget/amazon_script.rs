//! Amazon's `checkout.js`: brought in once per page, from where the server says; and the four calls we make to it.

use super::browser::pause;
use super::host::selector;
use crate::api::json::{object, property};
use js_sys::{Function, Promise};
use shared::api::{ButtonView, Language, SignedButton};
use shared::id::CheckoutSessionId;
use shared::money::Yen;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement};

/// Longest wait for Amazon's script, in milliseconds.
const PATIENCE: i32 = 10_000;

/// Amazon's script did not come, or is not what it should be: a content blocker, a policy, no network.
pub struct Blocked;

#[wasm_bindgen]
extern "C" {
    /// What `renderButton` gives back.
    #[derive(Clone)]
    pub type AmazonButton;

    #[wasm_bindgen(catch, js_namespace = ["amazon", "Pay"], js_name = renderButton)]
    fn render_button(selector: &str, options: &JsValue) -> Result<AmazonButton, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["amazon", "Pay"], js_name = bindChangeAction)]
    fn bind_change_action(selector: &str, options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method, js_name = onClick)]
    fn on_click(this: &AmazonButton, pressed: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method, js_name = initCheckout)]
    fn init_checkout(this: &AmazonButton, options: &JsValue) -> Result<JsValue, JsValue>;
}

/// Which login or payment a button begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// Wallet and address book.
    PayAndShip,
    /// Login only.
    SignIn,
}

/// Brings the script in; later calls wait for the same one. A failed one may be tried again.
pub async fn bring(url: &str) -> Result<(), Blocked> {
    thread_local! {
        static COMING: RefCell<Option<Promise>> = const { RefCell::new(None) };
    }
    if is_here() {
        return Ok(());
    }
    let coming = COMING.with(|coming| coming.borrow_mut().get_or_insert_with(|| append(url)).clone());
    let _ = JsFuture::from(coming).await;
    if is_here() {
        return Ok(());
    }
    COMING.with(|coming| coming.borrow_mut().take());
    if let Some(failed) = tag(url) {
        failed.remove();
    }
    Err(Blocked)
}

fn is_here() -> bool {
    property(&property(&js_sys::global(), "amazon"), "Pay").is_object()
}

/// The script's tag, brought by this program or by the other one of the page.
fn tag(url: &str) -> Option<Element> {
    web_sys::window()?.document()?.query_selector(&["script[src='", url, "']"].concat()).ok()?
}

/// Ends when the script has run, failed or taken too long; which of them, [`is_here`] tells.
fn append(url: &str) -> Promise {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return Promise::resolve(&JsValue::NULL);
    };
    let arrived = Promise::new(&mut |done: Function, _| {
        let script = tag(url).or_else(|| {
            let script = document.create_element("script").ok()?;
            script.set_attribute("src", url).ok()?;
            document.head()?.append_child(&script).ok()?;
            Some(script)
        });
        for ended in ["load", "error"] {
            let _ =
                script.iter().try_for_each(|script| script.add_event_listener_with_callback(ended, &done));
        }
    });
    let late = wasm_bindgen_futures::future_to_promise(async {
        pause(PATIENCE).await;
        Ok(JsValue::NULL)
    });
    Promise::race(&js_sys::Array::of2(&arrived, &late))
}

/// Draws Amazon's button in `place`; a press calls `pressed` instead of leaving the page.
pub fn draw(
    place: &HtmlElement,
    view: &ButtonView,
    product: Product,
    amount: Option<Yen>,
    language: Language,
    pressed: Function,
) -> Result<AmazonButton, Blocked> {
    let text = JsValue::from_str;
    let mut options = vec![
        ("merchantId", text(&view.merchant_id)),
        ("publicKeyId", text(&view.public_key_id)),
        ("ledgerCurrency", text("JPY")),
        ("sandbox", view.sandbox.into()),
        ("checkoutLanguage", text(language.pick("ja_JP", "en_US"))),
        ("productType", text(if product == Product::SignIn { "SignIn" } else { "PayAndShip" })),
        ("placement", text(if product == Product::SignIn { "Other" } else { "Cart" })),
        ("buttonColor", text("Gold")),
    ];
    if let Some(amount) = amount {
        // For Amazon's risk check and greying out; what is charged is fixed by the server.
        let price = [("amount", text(&amount.get().to_string())), ("currencyCode", text("JPY"))];
        options.push(("estimatedOrderAmount", object(&price)));
    }
    let button = render_button(&selector(place), &object(&options)).map_err(|_| Blocked)?;
    button.on_click(&pressed).map_err(|_| Blocked)?;
    Ok(button)
}

/// Leaves for Amazon with what the server signed, byte for byte.
pub fn leave(button: &AmazonButton, product: Product, signed: &SignedButton) -> Result<(), Blocked> {
    let text = JsValue::from_str;
    let SignedButton { payload_json, signature, algorithm, public_key_id } = signed;
    let config = object(&[
        ("payloadJSON", text(payload_json)),
        ("signature", text(signature)),
        ("algorithm", text(algorithm)),
        ("publicKeyId", text(public_key_id)),
    ]);
    let name = if product == Product::SignIn { "signInConfig" } else { "createCheckoutSessionConfig" };
    button.init_checkout(&object(&[(name, config)])).map(drop).map_err(|_| Blocked)
}

/// Makes `place` lead to Amazon's page where address or payment is changed.
pub fn bind_change(place: &HtmlElement, session: &CheckoutSessionId, action: &str) -> Result<(), Blocked> {
    let options = object(&[
        ("amazonCheckoutSessionId", JsValue::from_str(session.as_str())),
        ("changeAction", JsValue::from_str(action)),
    ]);
    bind_change_action(&selector(place), &options).map(drop).map_err(|_| Blocked)
}
