//! The elements on a shop's page, from the moment the loader hands one over.
//!
//! Refuses to decide: amounts, whether Amazon Pay is offered and what became of a payment are the server's answers.
//! Start at [`mount::mount`].

mod amazon_script;

mod browser;

mod face;

mod host;

mod in_app;

pub mod mount;

mod pay_button;

mod result;

mod review;

mod sign_in;

mod summary;
