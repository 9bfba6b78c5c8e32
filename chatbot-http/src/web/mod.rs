//! The pages people see, and the files they load.
//!
//! Each page is a plain view struct with an askama template beside it in `templates/`; a route fills the
//! view and answers with [`respond`]. Pages decide nothing: rules live in the core, behaviour in `assets/`.
//!
//! **Invariant.** No page holds an inline script or style, and none asks another host for anything:
//! the content security policy in [`headers`] would refuse it.

pub(crate) mod account;
pub(crate) mod actions;
pub(crate) mod application;
pub(crate) mod assets;
pub(crate) mod candidate;
pub(crate) mod conversations;
pub(crate) mod dashboard;
pub(crate) mod demo;
pub(crate) mod error;
pub(crate) mod format;
pub(crate) mod headers;
pub(crate) mod job;
pub(crate) mod job_editor;
pub(crate) mod portal;
pub(crate) mod ranked;
pub(crate) mod receipt;
pub(crate) mod setup;
pub(crate) mod talk;

#[cfg(test)]
mod tests;

pub(crate) use headers::{respond, respond_framed};
