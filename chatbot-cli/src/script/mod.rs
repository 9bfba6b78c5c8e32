//! Conversation scripts: a conversation written down, and run again to see that it still goes that way.
//!
//! In the order of a run: `format` reads the file, `play` walks its steps in a room, `matching` and `expect` compare,
//! `diff` shows, `bless` and `junit` write.

pub(crate) mod bless;
pub(crate) mod diff;
pub mod expect;
pub(crate) mod find;
pub mod format;
pub(crate) mod glob;
pub(crate) mod junit;
pub mod matching;
pub mod play;
pub mod steps;
pub(crate) mod wait;
