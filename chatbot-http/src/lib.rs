//! The recruitment chatbot over HTTP: the chat API with live events, candidates' pages, the recruiter's API and console.
//!
//! A shell: it translates and wires. [`router`] gives the routes to a host; the binary is [`serve`] with a
//! [`Config`] read from the environment. In the order of a request:
//!
//! - `layers`: request id, security headers, log, figures, panics
//! - [`mod@auth`], `csrf`, `policy`, `limits`: who is asking, whether they may, and how often; every route is added with its policy
//! - `json`, `body`, `params`, `text`: reading what was sent, with errors that name the field
//! - `routes`: one file a noun
//! - `web`: the pages
//! - `webhooks`, [`whatsapp`]: channels that call us
//! - `problem`: what is answered when something is wrong
//!
//! **Invariant.** No rule of the domain stands here: a route reads, calls the core once or twice, and writes what it says.

mod app;
pub mod auth;
mod body;
pub mod config;
mod csrf;
mod figures;
mod json;
mod layers;
mod limits;
mod openapi;
mod options;
mod params;
mod password;
mod policy;
mod problem;
mod routes;
mod sample;
mod serve;
mod sheet;
mod start;
mod strict;
mod text;
mod web;
mod webhooks;
pub mod whatsapp;

pub use app::router;
pub use auth::{Authenticator, Principal};
pub use config::{Args, Config, ConfigError};
pub use limits::{Network, NoNetwork};
pub use options::{Group, HttpOptions, RenderMetrics};
pub use serve::{ServeError, serve};
