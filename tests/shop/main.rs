//! Promises of the whole product, one module each, kept by real databases and real processes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also outside the function with the attribute")]

mod bad_input;
mod capture;
mod checkout;
mod desk_refusals;
mod dispute;
mod expiry;
mod isolation;
mod layers;
mod method_change;
mod notifications;
mod operators;
mod pages;
mod sign_in;
mod start;
mod amount_change;
mod cancel;
mod desk;
mod payment_link;
mod reauthorization;
mod refund;
mod storage;
