//! The recruitment chatbot on Telegram, by long polling or by webhook.
//!
//! A shell: it translates and wires. In the order of an update:
//!
//! - [`config`]: what the environment says; [`Telegram`]: the bot behind it, checked at start
//! - [`update`]: receiving, by `polling` or by `webhook`; acknowledged only after our commit
//! - [`normalise`]: an update becomes what a person did, or nothing; [`receive`]: which goes into the inbox
//! - [`files`]: a document's bytes
//! - [`deliver`]: what the bot says goes out, as [`render`] shows it and [`rate`] allows it
//! - [`link`]: the address that opens the bot at a job, as text and as a QR code
//! - [`bot`]: all of it as one process; [`host`]: what every server binary does at start and at its end
//!
//! **Invariant.** Nothing is acknowledged before it is stored: the poller's offset and the webhook's 200 follow the commit.
//! The token stands in the address of every call; no address is ever logged or shown in an error.

pub mod api;
pub mod bot;
pub mod config;
pub mod deliver;
pub mod files;
pub mod host;
pub mod link;
pub mod normalise;
pub mod rate;
pub mod receive;
pub mod render;
mod telegram;
pub mod update;

pub use config::{ConfigError, Mode, TelegramArgs, TelegramConfig};
pub use deliver::TelegramAdapter;
pub use telegram::{StartError, Telegram};

/// The platform's name in sessions and rows.
pub const PLATFORM: &str = "telegram";

#[cfg(test)]
mod testing;
