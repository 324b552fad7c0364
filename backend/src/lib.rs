//! Noren's server: checkout, orders, notifications and the operator console over one database.
//!
//! The way of a request: [`http`] extracts, one [`service`] decides with the rules of `shared`, [`store`]
//! keeps, `amazon_pay` asks. Timers and jobs start in [`worker`]. [`app`] holds the parts together, [`serve::start`]
//! starts them.

pub mod app;
pub mod clock;
pub mod config;
mod connections;
pub mod http;
pub mod rate;
pub mod secret;
pub mod serve;
pub mod service;
pub mod shop;
mod smtp;
pub mod store;
pub mod worker;
