//! All styles of the console as one constructed sheet: the page's policy allows no inline styles.

use crate::ui;
use leptos::prelude::document;
use web_sys::CssStyleSheet;
use web_sys::js_sys::{Array, Reflect};

const SHEETS: [&str; 17] = [
    include_str!("../ui/tokens.css"),
    include_str!("base.css"),
    include_str!("../ui/button.css"),
    include_str!("../ui/notice.css"),
    ui::field::CSS,
    ui::copy::CSS,
    ui::popover::CSS,
    ui::payment_icon::CSS,
    ui::dialog::CSS,
    include_str!("frame.css"),
    include_str!("sign_in.css"),
    include_str!("order_list.css"),
    include_str!("order_list_filter.css"),
    include_str!("order_detail.css"),
    include_str!("bulk_sheet.css"),
    include_str!("mail.css"),
    include_str!("desk.css"),
];

/// Gives the page its styles.
pub fn adopt() {
    let Ok(sheet) = CssStyleSheet::new() else { return };
    let _ = sheet.replace_sync(&SHEETS.concat());
    let _ = Reflect::set(&document(), &"adoptedStyleSheets".into(), &Array::of1(&sheet));
}
