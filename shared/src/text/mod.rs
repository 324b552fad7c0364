//! Sentences people read, one function each, Japanese first; unused ones vanish from the browser's program.
//!
//! Wording: polite and short, nouns on buttons, no machine words. Problems say what happened, what is safe,
//! what to do next.

/// One function per sentence: `name = "日本語", "English";`.
macro_rules! sentences {
    ($($(#[$about:meta])* $name:ident = $ja:literal, $en:literal;)+) => {$(
        $(#[$about])*
        pub const fn $name(language: Language) -> &'static str {
            language.pick($ja, $en)
        }
    )+};
}

mod console;
mod desk;
mod mail;
mod moment;
mod my_page;
mod my_page_words;
mod phone;
mod problem;
mod renewal_mail;
mod shopper;
mod subscription;
mod subscription_story;
mod visible;

pub use console::*;
pub use desk::*;
pub use mail::*;
pub use moment::{moment, moment_machine, moment_short};
pub use my_page::*;
pub use my_page_words::*;
pub use phone::phone;
pub use problem::{placed_as, problem};
pub use renewal_mail::{mail_following, news_reason, shop_news};
pub use shopper::*;
pub use subscription::*;
pub use subscription_story::*;
pub use visible::visible;

use crate::api::Language;
