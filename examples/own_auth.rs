//! The host's own sign-in in front of the recruiter routes: whoever the host knows is known to the bot.
//!
//! ```sh
//! cargo run -p chatbot-examples --bin own-auth
//! ```

mod talk;

use std::collections::BTreeMap;
use std::error::Error;

use axum::Router;
use axum::http::HeaderMap;
use chatbot_core::access::{Actor, Role};
use chatbot_core::fault::Fault;
use chatbot_core::{Chatbot, MemoryStore, async_trait};
use chatbot_http::{Authenticator, HttpOptions, Principal};

/// The host's sessions: what stands in `x-host-session` → who that is.
pub(crate) struct HostSessions(pub(crate) BTreeMap<String, String>);

#[async_trait]
impl Authenticator for HostSessions {
    /// `None` for what the host doesn't know: candidates' session tokens are the bot's own.
    async fn authenticate(&self, headers: &HeaderMap) -> Result<Option<Principal>, Fault> {
        let session = headers.get("x-host-session").and_then(|value| value.to_str().ok());
        let name = session.and_then(|session| self.0.get(session));
        Ok(name.map(|name| Principal::Staff {
            actor: Actor { user_id: None, name: name.clone(), role: Role::Recruiter },
            // A header is never sent by a browser on its own, so no token against forged requests is needed.
            csrf: None,
        }))
    }
}

/// The bot's routes behind that sign-in.
pub(crate) fn routes(chatbot: Chatbot, sessions: HostSessions) -> Router {
    chatbot_http::router(chatbot, HttpOptions::new("/bot").with_auth(sessions))
}

#[allow(dead_code, reason = "the test takes `routes` alone")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    use std::io::Write as _;
    let chatbot = Chatbot::builder(MemoryStore::default()).build()?;
    talk::begin(&chatbot).await?;
    let app = routes(chatbot, HostSessions(BTreeMap::from([("s3ss10n".to_owned(), "Grace".to_owned())])));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    let _ = writeln!(std::io::stdout(), "curl -H 'x-host-session: s3ss10n' http://127.0.0.1:3000/bot/jobs");
    axum::serve(listener, app).with_graceful_shutdown(async { tokio::signal::ctrl_c().await.unwrap_or_default() }).await?;
    Ok(())
}
