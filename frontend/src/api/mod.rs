//! Every request the pages make; the bodies are `shared::api`.

pub mod json;

#[cfg(feature = "widget")]
mod json_shopper;

#[cfg(feature = "console")]
mod json_console;

#[cfg(feature = "widget")]
pub mod shopper;

#[cfg(any(feature = "console", feature = "my_page"))]
mod json_subscription;

#[cfg(feature = "my_page")]
mod json_member;

#[cfg(feature = "my_page")]
pub mod member;

#[cfg(feature = "console")]
pub mod desk;

#[cfg(feature = "console")]
pub mod mail;

#[cfg(feature = "console")]
pub mod operator;

#[cfg(feature = "console")]
pub mod order_list;

#[cfg(feature = "console")]
pub mod payment_settings;

#[cfg(feature = "console")]
pub mod subscription;
