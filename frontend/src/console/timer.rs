//! Waiting inside the page.

use crate::ui::signal::RwSignal;
use js_sys::Promise;
use std::future::Future;
use wasm_bindgen_futures::JsFuture;

/// Runs `task` on its own; the console's stores live as long as the page, so it may outlive what started it.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    leptos::task::spawn_local(task);
}

/// Between two changes of an age shown, in milliseconds.
const MINUTE: i32 = 60_000;

/// Rises once a minute, as long as it lives: whoever shows an age, or time left, reads it to be drawn again.
pub fn minutes() -> RwSignal<u32> {
    let minutes = RwSignal::new(0_u32);
    spawn(async move {
        loop {
            sleep(MINUTE).await;
            if minutes.try_update(|minutes| *minutes = minutes.wrapping_add(1)).is_none() {
                return;
            }
        }
    });
    minutes
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
