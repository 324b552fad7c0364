//! What people see: the widget on a shop's page and the operator console, two WebAssembly programs over one library.
//!
//! A view shows and asks; it decides no rule. Requests stand in [`api`], small shared pieces in [`ui`].

pub mod api;

pub mod ui;

#[cfg(feature = "widget")]
pub mod widget;

#[cfg(feature = "console")]
pub mod console;
