//! Conversations with the whole library in memory, under a clock that is moved, as one test program: it is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests may")]

mod at_once;
mod conversation;
mod decisions;
mod edges;
mod job_creation;
mod linking;
mod matching;
mod model_influence;
mod models;
mod notices;
mod privacy;
mod promises;
mod resumes;
mod skills;
mod timers;
mod waiting;
mod world;
