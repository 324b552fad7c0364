//! Program of the operator console: mounts, holds no logic.

use frontend::console::App;
use leptos::prelude::*;

fn main() {
    console_error_panic_hook::set_once();
    mount_to_body(App);
}
