//! From a request to the words a model is sent, and from its answer to words that may be said.
//!
//! [`prompt`] writes the request, [`mod@visible`] takes out what nobody can see, [`redact`] what is personal, and [`output`]
//! decides whether an answer may be used.
//!
//! **Invariant.** What a candidate wrote is data: fenced, stripped of invisible characters, and never an instruction. What a
//! model wrote is a stranger's text.

pub mod output;
pub mod prompt;
pub mod redact;
pub mod visible;

pub use output::{BadOutput, check};
pub use prompt::{Message, Role, Wire, render};
pub use redact::Redaction;
pub use visible::visible;
