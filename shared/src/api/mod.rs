//! Request and response bodies, one file per resource: the very types the server writes and the pages read
//! (R88).
//!
//! Times are Unix milliseconds, amounts whole yen. Unknown fields in requests are refused.

mod bulk;
mod checkout;
mod dashboard;
mod desk;
mod error;
mod mail;
mod my_page;
mod operator;
mod order;
mod order_query;
mod payment_settings;
mod postal_code;
mod settings_change;
mod shop;
mod subscription_desk;

pub use bulk::*;
pub use checkout::*;
pub use dashboard::*;
pub use desk::*;
pub use error::*;
pub use mail::*;
pub use my_page::*;
pub use operator::*;
pub use order::*;
pub use order_query::*;
pub use payment_settings::*;
pub use postal_code::*;
pub use settings_change::*;
pub use shop::*;
pub use subscription_desk::*;

use serde::{Deserialize, Serialize};

/// Language of a person: Japanese first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// 日本語.
    #[default]
    Ja,
    /// English.
    En,
}

impl Language {
    /// The tag used in `lang` attributes and `Accept-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The one of the two that it is not.
    pub const fn other(self) -> Self {
        match self {
            Self::Ja => Self::En,
            Self::En => Self::Ja,
        }
    }

    /// Reads `en`, `en-US` …; all else is Japanese.
    pub fn from_tag(tag: &str) -> Self {
        if tag.trim_start().get(..2).is_some_and(|two| two.eq_ignore_ascii_case("en")) {
            Self::En
        } else {
            Self::Ja
        }
    }

    /// Picks one of two sentences.
    pub const fn pick<'a>(self, ja: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Ja => ja,
            Self::En => en,
        }
    }
}
