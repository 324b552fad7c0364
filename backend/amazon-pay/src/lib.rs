//! Client of the Amazon Pay Checkout v2 API, Japan first.
//!
//! Knows Amazon's objects and nothing of orders, subscriptions or shops. It reads no clock: the time of a call is
//! an argument. A call that moves money is made in three steps, so that nothing is lost when a process dies:
//! build a `PreparedRequest`, store it, send it, store the answer; a repeat sends the same bytes under the same key.
//!
//! Start at [`signing`].
#![warn(missing_docs)]

pub mod signing;
