//! Small pieces that both programs use, each with its styles beside it.

pub mod el;

#[cfg(feature = "console")]
pub mod signal;

#[cfg(feature = "widget")]
pub mod button;

#[cfg(feature = "widget")]
pub mod notice;

#[cfg(feature = "console")]
pub mod copy;

#[cfg(feature = "console")]
pub mod dialog;

#[cfg(feature = "console")]
pub mod field;

#[cfg(feature = "console")]
pub mod moment;

#[cfg(feature = "console")]
pub mod payment_icon;

#[cfg(feature = "console")]
pub mod popover;
