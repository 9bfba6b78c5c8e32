//! What the end-to-end tests share. They know the product as a stranger does: by its binaries, their environment, and
//! the HTTP surface.
//!
//! * [`server`]: the real `chatbot-http` as a process, on a database of its own, to be killed and started again.
//! * [`api`]: HTTP with or without a token; an answer shows itself in a failed assertion.
//! * [`candidate`]: somebody who reads the bot's words and does what they expect.
//! * [`documents`]: resumes as PDF and DOCX, honest and hostile.
//! * [`job`]: a job of every question kind whose score is computed by hand.
//! * [`model`]: a model server that validates what it is sent, streams, holds its tongue and fails.
//! * [`page`]: an open page, with the events it hears.
//! * [`proxy`]: a wire to PostgreSQL that can be cut.
//! * [`redis`]: a Redis of one's own, to be stopped, flushed and paused.
//! * [`second`]: another process on a server's data.
//! * [`sources`]: Rust files, read for which module names which.
//! * [`syscalls`]: a server that is killed at a system call, or whose system calls fail.
//! * [`telegram`]: Telegram's Bot API as a server of ours, which holds every call against its description.
//! * [`texter`]: somebody who applies from their phone.
//! * [`phone_room`]: the conversation scripts' room on that Telegram.
//! * [`whatsapp`]: a WhatsApp of our own, with phones that show what was sent to them.
//! * [`torture`]: runs that kill, pause, crash and race the servers; [`checker`]: what their end is held against.
//! * [`patience`]: waiting for what must come, with a deadline, never for time to pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::indexing_slicing,
    reason = "support of tests: what fails here fails the test"
)]

pub mod api;
pub mod candidate;
pub mod checker;
pub mod database;
pub mod documents;
pub mod job;
pub mod model;
pub mod page;
pub mod patience;
pub mod phone_room;
pub mod proxy;
pub mod redis;
pub mod second;
pub mod server;
pub mod sources;
pub mod syscalls;
pub mod telegram;
pub mod texter;
pub mod torture;
pub mod whatsapp;

pub use api::{Api, Reply};
pub use candidate::Candidate;
pub use database::Engine;
pub use patience::eventually;
pub use server::{Plan, Server, Signal};
pub use texter::Texter;

/// Makes each promise (an `async fn(Engine)`) a test on SQLite and one on PostgreSQL: `sqlite::name`, `postgres::name`.
#[macro_export]
macro_rules! on_both_engines {
    ($($promise:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise($crate::Engine::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise($crate::Engine::Postgres).await;
            })+
        }
    };
}
