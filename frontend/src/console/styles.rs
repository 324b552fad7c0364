//! The styles of a program as one constructed sheet: the page's policy allows no inline styles.

use crate::ui;
use leptos::prelude::document;
use web_sys::CssStyleSheet;
use web_sys::js_sys::{Array, Reflect};

/// What both programs draw.
const COMMON: [&str; 11] = [
    include_str!("../ui/tokens.css"),
    include_str!("base.css"),
    include_str!("../ui/button.css"),
    include_str!("../ui/notice.css"),
    ui::field::CSS,
    ui::copy::CSS,
    ui::popover::CSS,
    ui::dialog::CSS,
    include_str!("frame.css"),
    include_str!("sign_in.css"),
    include_str!("order_list.css"),
];

/// What only the desk draws.
pub const DESK: [&str; 8] = [
    ui::payment_icon::CSS,
    include_str!("order_list_filter.css"),
    include_str!("order_detail.css"),
    include_str!("bulk_sheet.css"),
    include_str!("desk.css"),
    include_str!("dashboard.css"),
    include_str!("enter_order.css"),
    include_str!("subscriptions.css"),
];

/// Gives the page its styles.
pub fn adopt(own: &[&str]) {
    let Ok(sheet) = CssStyleSheet::new() else { return };
    let _ = sheet.replace_sync(&[COMMON.concat(), own.concat()].concat());
    let _ = Reflect::set(&document(), &"adoptedStyleSheets".into(), &Array::of1(&sheet));
}
