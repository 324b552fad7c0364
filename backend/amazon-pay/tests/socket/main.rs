//! The client against a real socket.

mod calls;
mod listener;
mod notifications;
