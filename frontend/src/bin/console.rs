//! Program of the operator console: mounts, holds no logic.

use leptos::prelude::*;

fn main() {
    console_error_panic_hook::set_once();
    mount_to_body(|| view! { <h1>"Noren"</h1> });
}
