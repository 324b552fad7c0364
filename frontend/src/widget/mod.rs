//! The elements on a shop's page, from the moment the loader hands one over.
//!
//! Refuses to decide: amounts, whether Amazon Pay is offered and what became of a payment are the server's answers.
//! Start at [`mount::mount`].

pub(crate) mod amazon_script;

pub(crate) mod browser;

mod face;

pub(crate) mod host;

mod in_app;

pub mod mount;

pub(crate) mod pay_button;

mod result;

mod review;

pub(crate) mod sign_in;

mod summary;

use crate::ui::el::El;
use mount::Page;

/// The four elements of a purchase.
pub fn draw(kind: &str, page: Page) -> El {
    match kind {
        "button" => pay_button::pay_button(page),
        "review" => review::review(page),
        "result" => result::result(page),
        _ => sign_in::sign_in(page),
    }
}
