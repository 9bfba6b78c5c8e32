//! What every server binary needs whichever channels it has: its variables, a chatbot on what they name, and what only a
//! process may do at its start and at its end.

mod process;
mod settings;

pub use process::{run, start_log};
pub use settings::{HostArgs, HostConfig, HostError, LogFormat};
