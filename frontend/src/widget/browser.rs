//! What the page's own origin remembers, and the clock of waiting. Storage may be refused: then nothing is kept.

use js_sys::{Function, JSON, Promise};
use std::pin::Pin;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Storage;

/// Where a checkout's token is kept, in the page's own origin.
const TOKEN: &str = "noren.token.";

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// Keeps the token of a checkout until [`drop_token`].
pub fn keep_token(checkout: &str, token: &str) {
    if let Some(local) = local() {
        let _ = local.set_item(&[TOKEN, checkout].concat(), token);
    }
}

/// The token of a checkout that this origin began.
pub fn token(checkout: &str) -> Option<String> {
    local()?.get_item(&[TOKEN, checkout].concat()).ok()?
}

/// Forgets the token of a finished checkout.
pub fn drop_token(checkout: &str) {
    if let Some(local) = local() {
        let _ = local.remove_item(&[TOKEN, checkout].concat());
    }
}

/// Keeps a value for this tab.
pub fn remember(name: &str, value: &JsValue) {
    if let (Some(session), Ok(text)) = (session(), JSON::stringify(value)) {
        let _ = session.set_item(name, &String::from(text));
    }
}

/// A value kept for this tab; `undefined` where there is none.
pub fn recall(name: &str) -> JsValue {
    let text = session().and_then(|session| session.get_item(name).ok().flatten());
    text.and_then(|text| JSON::parse(&text).ok()).unwrap_or(JsValue::UNDEFINED)
}

/// Forgets a value of this tab.
pub fn forget(name: &str) {
    if let Some(session) = session() {
        let _ = session.remove_item(name);
    }
}

/// Waits; real time, in milliseconds.
pub async fn pause(milliseconds: i32) {
    let promise = Promise::new(&mut |done: Function, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, milliseconds);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Goes to another page; only to a web address.
pub fn go_to(address: &str) {
    if let (true, Some(window)) = (crate::ui::button::is_web(address), web_sys::window()) {
        let _ = window.location().assign(address);
    }
}

/// Runs a future. Boxed first, so that the machinery around it stands in the program once.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    leptos::task::spawn_local(future);
}
