//! Waiting inside the page.

use js_sys::Promise;
use std::future::Future;
use wasm_bindgen_futures::JsFuture;

/// Runs `task` on its own; the console's stores live as long as the page, so it may outlive what started it.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    leptos::task::spawn_local(task);
}

/// Waits that many milliseconds.
pub async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        }
    });
    let _ = JsFuture::from(promise).await;
}
