//! Telegram's Bot API as a server of ours: for tests, and for whoever wants to try the bot without an account.
//!
//! It speaks real HTTP, holds every call against the published description of the API, and does what the documentation
//! says: unconfirmed updates come again, a webhook that fails is called again, two pollers of one token conflict.
//! Nothing here comes from Telegram's own code or data.
//!
//! * [`spec`], [`params`], [`check`], [`limits`]: what a call may hold. What may not be is answered 400 and kept in
//!   [`FakeTelegram::violations`].
//! * [`world`], [`methods`], [`polling`], [`hook`], [`fault`]: bots, chats and messages, and what calls do to them.
//! * [`witness`]: what was sent to whom and when, for whoever checks afterwards.
//! * [`phone`]: a user, as a test holds one; [`control`]: the same over HTTP, with a page to chat on.

mod check;
mod control;
mod fault;
mod hook;
mod limits;
mod methods;
mod params;
pub mod phone;
mod polling;
mod server;
pub mod spec;
mod witness;
mod world;

pub use fault::Fault;
pub use phone::{Phone, Shown};
pub use server::FakeTelegram;
