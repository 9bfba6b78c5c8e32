//! WhatsApp through Meta's Cloud API. Messages come in by webhook (`webhooks::whatsapp`) and go out through the Graph API.
//!
//! - [`config`]: the variables
//! - `signature`: whether a webhook comes from Meta
//! - `normalise`: from Meta's JSON to what somebody said; pure
//! - `graph`: the calls, and what their errors mean
//! - `layout`: how words and buttons fit into what WhatsApp can show; pure
//! - `deliver`: the channel adapter
//! - `accept`: what was said goes into the inbox
//!
//! **Invariant.** No `wamid` is logged, nor stands in an error: it holds the person's number.

pub(crate) mod accept;
pub mod config;
mod deliver;
mod graph;
mod layout;
pub(crate) mod normalise;
pub(crate) mod signature;

use std::fmt;
use std::sync::Arc;

use chatbot_core::template::Templates;
use serde_json::json;

pub use config::{WhatsAppArgs, WhatsAppConfig};
pub(crate) use graph::{Graph, MediaError};
pub use graph::{Line, LineError};

/// The channel's name in sessions.
pub const PLATFORM: &str = "whatsapp";

/// One business phone number: receives through the webhook route, delivers as a channel adapter. Cheap to clone.
#[derive(Clone)]
pub struct WhatsApp(Arc<Inner>);

struct Inner {
    config: WhatsAppConfig,
    graph: Graph,
    /// What opens a list.
    choose: String,
}

impl WhatsApp {
    /// A channel of this configuration; `templates` has the few words it says of its own. Nothing is called yet.
    pub fn new(config: WhatsAppConfig, templates: &Templates) -> Result<Self, LineError> {
        let graph = Graph::new(&config)?;
        Ok(Self(Arc::new(Inner { graph, choose: templates.text("button_choose", json!({})), config })))
    }

    /// Asks Meta about the number: whether the token is valid for it, and what the number is.
    pub async fn check(&self) -> Result<Line, LineError> {
        self.0.graph.line().await
    }

    pub(crate) fn config(&self) -> &WhatsAppConfig {
        &self.0.config
    }

    pub(crate) fn graph(&self) -> &Graph {
        &self.0.graph
    }
}

impl fmt::Debug for WhatsApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WhatsApp").field("config", &self.0.config).finish_non_exhaustive()
    }
}
