//! The routes as a stranger meets them, over memory: one file a family of promises.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

mod access;
mod attachments;
mod bodies;
mod console;
mod dashboard;
mod described;
mod desk;
mod events;
mod jobs;
mod matching;
mod messages;
mod ops;
mod preview;
mod recruiter;
mod server;
mod sessions;
mod support;
mod users;
mod whatsapp;
