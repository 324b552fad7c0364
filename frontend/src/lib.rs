//! What people see: the widget on a shop's page, my page and the operator console with its settings, four WebAssembly
//! programs over one library.
//!
//! A view shows and asks; it decides no rule. Requests stand in [`api`], small shared pieces in [`ui`].

/// A style sheet of `src` by its path there, as the build makes it small.
macro_rules! sheet {
    ($path:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $path))
    };
}
pub(crate) use sheet;

pub mod api;

pub mod ui;

#[cfg(feature = "widget")]
pub mod widget;

#[cfg(feature = "my_page")]
pub mod my_page;

#[cfg(feature = "console")]
pub mod console;
