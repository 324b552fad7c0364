//! Program of what stands under 設定 in the console: mounts, holds no logic.

use frontend::console::settings::App;
use leptos::prelude::*;

fn main() {
    console_error_panic_hook::set_once();
    mount_to_body(App);
}
