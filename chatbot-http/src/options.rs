//! What a host decides about the routes.

use std::fmt;
use std::sync::Arc;

use chatbot_core::clock::{FakeClock, IdSource, RandomIds};
use chatbot_telegram::receive::Receiver;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::auth::Authenticator;
use crate::limits::Network;
use crate::whatsapp::WhatsApp;

/// Routes that are mounted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Group {
    /// What candidates use: `/chat/…`, the portal, the job pages.
    Chat,
    /// What channels call.
    Webhooks,
    /// What recruiters use: jobs, applications, actions, the console pages, the API's description.
    Console,
    /// Health and metrics.
    Ops,
}

/// Renders the metrics of the process's recorder as Prometheus text.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

/// How the routes are mounted. Make one with [`HttpOptions::new`] and set what differs.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpOptions {
    /// The prefix of all routes, such as `/chatbot`; empty at the root.
    pub base: String,
    /// Which routes are mounted; all by default.
    pub groups: Vec<Group>,
    /// The host's own sign-in, asked first. What it doesn't know (candidates' session tokens, API tokens,
    /// console cookies) the built-in one answers.
    pub auth: Option<Arc<dyn Authenticator>>,
    /// A bearer token with the admin role.
    pub admin_token: Option<SecretString>,
    /// How the world reaches the server, without the base path; decides whether cookies are `Secure`.
    pub public_url: Option<String>,
    /// The WhatsApp number whose webhook is served; without it the route answers 404. Give the chatbot the same as a
    /// channel.
    pub whatsapp: Option<WhatsApp>,
    /// Who renders `/metrics`; without it the route answers 404.
    pub metrics: Option<RenderMetrics>,
    /// Where `POST /webhooks/telegram` puts updates; without it the route answers 404.
    pub telegram: Option<Receiver>,
    /// The clock that `POST /test/clock` moves; without it the test routes answer 404.
    pub test_clock: Option<Arc<FakeClock>>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Where request ids come from.
    pub ids: Arc<dyn IdSource>,
    /// Ends event streams and waits when it is cancelled.
    pub shutdown: CancellationToken,
}

impl HttpOptions {
    /// Everything below this prefix, with built-in authentication.
    pub fn new(base: impl Into<String>) -> Self {
        Self { base: base.into(), ..Self::default() }
    }

    /// The same with the host's own sign-in.
    #[must_use]
    pub fn with_auth(mut self, auth: impl Authenticator + 'static) -> Self {
        self.auth = Some(Arc::new(auth));
        self
    }

    /// The same with these groups only.
    #[must_use]
    pub fn with_groups(mut self, groups: impl Into<Vec<Group>>) -> Self {
        self.groups = groups.into();
        self
    }
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            base: String::new(),
            groups: vec![Group::Chat, Group::Webhooks, Group::Console, Group::Ops],
            auth: None,
            admin_token: None,
            public_url: None,
            whatsapp: None,
            metrics: None,
            telegram: None,
            test_clock: None,
            trusted_proxies: Vec::new(),
            ids: Arc::new(RandomIds),
            shutdown: CancellationToken::new(),
        }
    }
}

impl fmt::Debug for HttpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpOptions").field("base", &self.base).field("groups", &self.groups).finish_non_exhaustive()
    }
}
