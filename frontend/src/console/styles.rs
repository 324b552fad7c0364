//! The styles of a program as one constructed sheet: the page's policy allows no inline styles.

use crate::ui;
use leptos::prelude::document;
use web_sys::CssStyleSheet;
use web_sys::js_sys::{Array, Reflect};

/// What both programs draw.
const COMMON: [&str; 11] = [
    crate::sheet!("ui/tokens.css"),
    crate::sheet!("console/base.css"),
    crate::sheet!("ui/button.css"),
    crate::sheet!("ui/notice.css"),
    ui::field::CSS,
    ui::copy::CSS,
    ui::popover::CSS,
    ui::dialog::CSS,
    crate::sheet!("console/frame.css"),
    crate::sheet!("console/sign_in.css"),
    crate::sheet!("console/order_list.css"),
];

/// What only the desk draws.
pub const DESK: [&str; 8] = [
    ui::payment_icon::CSS,
    crate::sheet!("console/order_list_filter.css"),
    crate::sheet!("console/order_detail.css"),
    crate::sheet!("console/bulk_sheet.css"),
    crate::sheet!("console/desk.css"),
    crate::sheet!("console/dashboard.css"),
    crate::sheet!("console/enter_order.css"),
    crate::sheet!("console/subscriptions.css"),
];

/// Gives the page its styles.
pub fn adopt(own: &[&str]) {
    let Ok(sheet) = CssStyleSheet::new() else { return };
    let _ = sheet.replace_sync(&[COMMON.concat(), own.concat()].concat());
    let _ = Reflect::set(&document(), &"adoptedStyleSheets".into(), &Array::of1(&sheet));
}
