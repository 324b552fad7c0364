//! The simulator's own rules, tested over HTTP with signed requests in this process.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod charge;
mod checkout;
mod client;
mod fault;
mod notification;
mod page;
mod persist;
mod recurring;
mod refund;
mod signature;
mod vector;

use client::Shop;
