//! Client of the Amazon Pay Checkout v2 API, Japan first.
//!
//! Knows Amazon's objects and nothing of orders, subscriptions or shops. It reads no clock: the time of a call is
//! an argument. A call that moves money is made in three steps, so that nothing is lost when a process dies:
//! build a [`PreparedRequest`] with [`prepare`], store it, send it with [`Client::send`], store the answer. A repeat
//! sends the same bytes under the same key.
//!
//! Reading order: [`wire`] (bodies), [`prepare`] (requests), [`Client`], [`Error`] (what became of a call),
//! [`signing`], [`notification`].
#![warn(missing_docs)]

pub mod signing;

pub mod wire;

mod operation;
pub use operation::{Method, Operation, Pace};

mod reason;
pub use reason::Reason;

mod error;
pub use error::{AmazonMessage, Ambiguity, Error};

mod prepared;
pub use prepared::PreparedRequest;

pub mod prepare;

mod answer;
pub use answer::Answer;

pub mod http_client;

mod config;
pub use config::{Config, Credentials, Environment, Region, Retries};

mod client;
pub use client::Client;

pub mod notification;
