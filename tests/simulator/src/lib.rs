//! A strict Amazon Pay for tests and the demo, in one process and in memory.
//!
//! It verifies signatures, keeps Amazon's states, limits and clocks, shows hosted pages with the word SIMULATOR on
//! each, and can be told to fail. Nothing of it is Amazon's. Start at [`Simulator::start`]; drive it with
//! [`control::Control`].

mod api;
mod app;
mod clock;
pub mod control;
mod error;
mod fields;
mod id;
mod notice;
mod option;
mod page;
mod persist;
mod rule;
mod server;
mod world;

pub use api::{Fault, FaultKind, Outcome};
pub use clock::{Clock, ClockError};
pub use option::{MerchantKey, Options};
pub use server::{Simulator, StartError};
pub use world::{BalanceRule, Settings};
