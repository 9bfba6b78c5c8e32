//! The router: what each inbox entry leads to.
//!
//! In order: opt-out → who is in control → commands and wishes → the pending question → skills → job FAQ → a model's reply.

mod aside;
mod channel_limits;
mod commands;
pub mod decide;
mod edit;
mod fragments;
pub mod intent;
mod intent_words;
mod privacy;
mod reading;
mod reply;
mod router;
mod staff;
mod timers;
mod waiting;

pub use decide::{Decide, DecideError, Decided};
pub use router::{Dialogue, SETTLED};
