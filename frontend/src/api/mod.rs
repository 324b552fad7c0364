//! Every request the pages make; the bodies are `shared::api`.

pub mod json;

#[cfg(feature = "widget")]
mod json_shopper;

#[cfg(feature = "console")]
mod json_console;

#[cfg(feature = "widget")]
pub mod shopper;

#[cfg(feature = "console")]
pub mod desk;

#[cfg(feature = "console")]
pub mod mail;

#[cfg(feature = "console")]
pub mod operator;

#[cfg(feature = "console")]
pub mod order_list;
