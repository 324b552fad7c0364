//! Every request the pages make; the bodies are `shared::api`.

#[cfg(feature = "widget")]
pub mod json;

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
