//! The client against a real socket.

#![expect(clippy::unwrap_used, reason = "a test program: a panic is its way to fail")]

mod calls;
mod listener;
mod notifications;
