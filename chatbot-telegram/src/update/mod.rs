//! Receiving updates: by asking ([`polling`]) or by being called ([`webhook`]). Both acknowledge only what is committed.

pub mod polling;
pub mod webhook;

pub use polling::receive_until;
