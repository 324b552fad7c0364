//! Sentences people read, one function each, Japanese first; unused ones vanish from the browser's program.
//!
//! Wording: polite and short, nouns on buttons, no machine words. Problems say what happened, what is safe,
//! what to do next.

mod console;
mod problem;
mod shopper;

pub use console::*;
pub use problem::problem;
pub use shopper::*;

use crate::api::Language;
