//! Promises of the whole product, one module each, kept by real databases and real processes.

mod capture;
mod checkout;
mod storage;
