//! Who is asking: candidates by session token, people and services by API token or console cookie.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::{HeaderMap, header};
use chatbot_core::Chatbot;
use chatbot_core::access::{Actor, Role, TokenKind, token};
use chatbot_core::fault::Fault;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::csrf;

/// The cookie that holds a console token.
pub(crate) const COOKIE: &str = "chatbot_console";

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Principal {
    /// A candidate, who may use this session and nothing else.
    Candidate {
        /// Theirs.
        session_id: Uuid,
    },
    /// A person or service of the employer's.
    Staff {
        /// Who, with their role.
        actor: Actor,
        /// What unsafe requests must carry as `x-csrf-token`. Set where the browser sends the credential by itself
        /// (a cookie); none for a bearer token.
        csrf: Option<String>,
    },
}

/// Finds out who is asking. A host with a sign-in of its own implements this.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// The caller, from the request's headers; `None` when they hold nothing it knows.
    async fn authenticate(&self, headers: &HeaderMap) -> Result<Option<Principal>, Fault>;
}

/// The built-in sign-in: `CHATBOT_ADMIN_TOKEN`, session tokens, API tokens, the console cookie.
pub(crate) struct Tokens {
    chatbot: Chatbot,
    /// SHA-256, so that comparing takes the same time whatever is sent.
    admin: Option<Vec<u8>>,
}

impl Tokens {
    pub(crate) fn new(chatbot: Chatbot, admin_token: Option<&SecretString>) -> Self {
        Self { chatbot, admin: admin_token.map(|secret| token::hash(secret.expose_secret())) }
    }

    async fn bearer(&self, sent: &str) -> Result<Option<Principal>, Fault> {
        if let Some(admin) = &self.admin
            && bool::from(token::hash(sent).ct_eq(admin))
        {
            let actor = Actor { user_id: None, name: "admin".into(), role: Role::Admin };
            return Ok(Some(Principal::Staff { actor, csrf: None }));
        }
        if let Some(session) = self.chatbot.session_by_token(sent).await? {
            return Ok(Some(Principal::Candidate { session_id: session.id }));
        }
        let actor = self.chatbot.authenticate(sent, TokenKind::Api).await?;
        Ok(actor.map(|actor| Principal::Staff { actor, csrf: None }))
    }
}

#[async_trait]
impl Authenticator for Tokens {
    async fn authenticate(&self, headers: &HeaderMap) -> Result<Option<Principal>, Fault> {
        // A request that names a token means that token, whatever cookie the browser adds.
        if headers.contains_key(header::AUTHORIZATION) {
            return match bearer(headers) {
                Some(sent) => self.bearer(sent).await,
                None => Ok(None),
            };
        }
        let Some(sent) = cookie(headers) else { return Ok(None) };
        let actor = self.chatbot.authenticate(sent, TokenKind::Console).await?;
        Ok(actor.map(|actor| Principal::Staff { actor, csrf: Some(csrf::token(sent)) }))
    }
}

/// The host's sign-in first, then the built-in one.
pub(crate) struct Chain {
    pub(crate) host: Option<Arc<dyn Authenticator>>,
    pub(crate) tokens: Tokens,
}

#[async_trait]
impl Authenticator for Chain {
    async fn authenticate(&self, headers: &HeaderMap) -> Result<Option<Principal>, Fault> {
        if let Some(host) = &self.host
            && let Some(principal) = host.authenticate(headers).await?
        {
            return Ok(Some(principal));
        }
        self.tokens.authenticate(headers).await
    }
}

/// The token of `Authorization: Bearer …`; none if the header is absent, repeated or of another scheme.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, sent) = value.split_once(' ')?;
    let sent = sent.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !sent.is_empty()).then_some(sent)
}

/// The console token in the cookie.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE && !value.is_empty()).then_some(value))
}
