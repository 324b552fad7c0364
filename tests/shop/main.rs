//! Promises of the whole product, one module each, kept by real databases and real processes.

mod bad_input;
mod capture;
mod checkout;
mod isolation;
mod layers;
mod notifications;
mod operators;
mod pages;
mod sign_in;
mod start;
mod storage;
