//! Promises of the whole product, one module each, kept by real databases and real processes.
#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, also outside the function with the attribute"
)]

mod amount_change;
mod bad_input;
mod bulk;
mod bulk_steps;
mod by_hand;
mod cancel;
mod capture;
mod checkout;
mod crash;
mod dashboard;
mod desk;
mod desk_refusals;
mod dispute;
mod expiry;
mod isolation;
mod layers;
mod mail;
mod method_change;
mod monthly_cap;
mod my_page;
mod notifications;
mod once;
mod operators;
mod order_list;
mod outage;
mod pages;
mod payment_link;
mod races;
mod reauthorization;
mod refund;
mod renewal;
mod sign_in;
mod start;
mod storage;
mod subscription_checkout;
mod upkeep;
