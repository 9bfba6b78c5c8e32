//! What needs nothing but the real programs, as one test program: it is linked once, and one file's slow test waits for no
//! other file. What is run by itself, at another size (`tests/run slow`), stands beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests may")]

mod bad_input;
mod bench;
mod conversation;
mod docs;
mod duplicates;
mod erasure;
mod files;
mod first_hour;
mod hostile_files;
mod import_order;
mod metrics;
mod models;
mod processes;
mod recruiter;
mod restart;
mod resumes;
mod scripts;
mod startup;
mod storage_fault;
mod takeover;
mod telegram_alone;
mod telegram_chat;
mod telegram_fake;
mod telegram_processes;
mod telegram_scripts;
mod telegram_webhook;
mod torture;
mod waiting;
mod wake;
mod wake_contract;
mod whatsapp;
