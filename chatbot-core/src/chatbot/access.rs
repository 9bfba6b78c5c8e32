//! Users and tokens.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::Chatbot;
use crate::access::{Actor, Role, Token, TokenKind, User, link, token};
use crate::fault::Fault;
use crate::recruiting::list::Page;
use crate::store::Put;

/// How long a set-up link can be used.
const SETUP_TTL: chrono::Duration = chrono::Duration::hours(24);
/// How long a console session lasts.
const CONSOLE_TTL: chrono::Duration = chrono::Duration::days(14);
/// How long a linking code can be used.
const LINK_TTL: chrono::Duration = chrono::Duration::minutes(15);

/// A code that links a chat to a user, sent there as `/link CODE`; shown this once.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LinkCode {
    /// Whose.
    pub user: User,
    /// `ABCD-1234`.
    pub code: SecretString,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// Why a user or token was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UserError {
    /// A field is wrong.
    #[error("{field}: {problem}; example: {example}")]
    Invalid {
        /// Which.
        field: &'static str,
        /// What is wrong.
        problem: String,
        /// What would be right.
        example: &'static str,
    },
    /// Somebody has this address already.
    #[error("email: a user with this address exists already")]
    EmailTaken,
    /// The store is unavailable: nothing was written.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Chatbot {
    /// Adds a person of the employer's.
    pub async fn add_user(&self, email: &str, name: &str, role: Role) -> Result<User, UserError> {
        let email = email.trim();
        let parts = email.split_once('@');
        if !parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
            || email.len() > 254
            || email.contains(char::is_whitespace)
        {
            return Err(UserError::Invalid {
                field: "email",
                problem: format!("`{email}` is not an e-mail address"),
                example: "ada@example.org",
            });
        }
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 80 || name.contains(char::is_control) {
            return Err(UserError::Invalid { field: "name", problem: "must have 1 to 80 characters".into(), example: "Ada" });
        }
        let user = User { id: self.inner.store.new_id(), email: email.to_owned(), name: name.to_owned(), role, created_at: self.now() };
        match self.inner.store.insert_user(user.clone()).await.map_err(Fault::from)? {
            Put::Done => Ok(user),
            Put::Conflict | Put::Absent => Err(UserError::EmailTaken),
        }
    }

    /// Users, oldest first.
    pub async fn users(&self, page: Page) -> Result<Vec<User>, Fault> {
        Ok(self.rows().await?.users(page).await?)
    }

    /// A user.
    pub async fn user(&self, id: Uuid) -> Result<Option<User>, Fault> {
        Ok(self.rows().await?.user(id).await?)
    }

    /// A user by e-mail address, without case.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>, Fault> {
        Ok(self.rows().await?.user_by_email(email.trim()).await?)
    }

    /// A one-time code by which a user shows in a chat who they are; `None` if there is no such user.
    pub async fn link_code(&self, user_id: Uuid) -> Result<Option<LinkCode>, Fault> {
        let Some(user) = self.user(user_id).await? else { return Ok(None) };
        let code = link::new_code().map_err(|e| Fault::Unavailable(format!("no randomness: {e}")))?;
        let expires_at = self.now() + LINK_TTL;
        let row = Token {
            id: self.inner.store.new_id(),
            token_hash: link::hash(&link::normalise(code.expose_secret()).unwrap_or_default()),
            kind: TokenKind::Link,
            user_id: Some(user_id),
            created_at: self.now(),
            expires_at: Some(expires_at),
            revoked_at: None,
        };
        self.inner.store.insert_token(row).await?;
        Ok(Some(LinkCode { user, code, expires_at }))
    }

    /// A new token of a user's, shown this once.
    pub async fn issue_token(&self, user_id: Uuid, kind: TokenKind, ttl: Option<chrono::Duration>) -> Result<SecretString, UserError> {
        Ok(self.new_token(Some(user_id), kind, ttl).await?)
    }

    /// Who holds this token, if it is of this kind and still good.
    pub async fn authenticate(&self, bearer: &str, kind: TokenKind) -> Result<Option<Actor>, Fault> {
        let mut rows = self.rows().await?;
        let Some(found) = rows.token(&token::hash(bearer)).await? else { return Ok(None) };
        let now = self.now();
        if found.kind != kind || found.revoked_at.is_some() || found.expires_at.is_some_and(|at| at <= now) {
            return Ok(None);
        }
        let Some(user_id) = found.user_id else { return Ok(None) };
        Ok(rows.user(user_id).await?.map(|user| Actor { user_id: Some(user.id), name: user.name, role: user.role }))
    }

    /// A one-time set-up token, while there is no user. Asking again voids the one before.
    pub async fn setup_link_token(&self) -> Result<Option<SecretString>, Fault> {
        if !self.users(Page { limit: 1, offset: 0 }).await?.is_empty() {
            return Ok(None);
        }
        let fresh = self.new_token(None, TokenKind::Setup, Some(SETUP_TTL)).await?;
        self.inner.store.put_setting("setup_token", token::hex(&token::hash(fresh.expose_secret()))).await?;
        Ok(Some(fresh))
    }

    /// Whether a set-up link would work. Looking does not use it up.
    pub async fn setup_token_valid(&self, bearer: &str) -> Result<bool, Fault> {
        Ok(self.setup_token(bearer).await?.is_some())
    }

    /// Uses a set-up link: makes the administrator and answers a console token. `None`: used, expired, unknown, or no longer needed.
    pub async fn use_setup_token(&self, bearer: &str) -> Result<Option<SecretString>, Fault> {
        let Some(found) = self.setup_token(bearer).await? else { return Ok(None) };
        if !self.inner.store.revoke_token(found.id).await? {
            return Ok(None);
        }
        let admin = User {
            id: self.inner.store.new_id(),
            email: "admin@localhost".into(),
            name: "Administrator".into(),
            role: Role::Admin,
            created_at: self.now(),
        };
        match self.inner.store.insert_user(admin.clone()).await? {
            Put::Done => Ok(Some(self.new_token(Some(admin.id), TokenKind::Console, Some(CONSOLE_TTL)).await?)),
            Put::Conflict | Put::Absent => Ok(None),
        }
    }

    /// A console token for whoever holds this API token; `None` if nobody does.
    pub async fn console_token(&self, api_token: &str) -> Result<Option<SecretString>, Fault> {
        match self.authenticate(api_token, TokenKind::Api).await? {
            Some(Actor { user_id: Some(user_id), .. }) => {
                Ok(Some(self.new_token(Some(user_id), TokenKind::Console, Some(CONSOLE_TTL)).await?))
            }
            _ => Ok(None),
        }
    }

    /// A console token for a user who has shown a password.
    pub async fn console_token_of(&self, user_id: Uuid) -> Result<SecretString, Fault> {
        self.new_token(Some(user_id), TokenKind::Console, Some(CONSOLE_TTL)).await
    }

    /// Ends a console session.
    pub async fn sign_out(&self, bearer: &str) -> Result<(), Fault> {
        let found = self.rows().await?.token(&token::hash(bearer)).await?;
        if let Some(found) = found {
            self.inner.store.revoke_token(found.id).await?;
        }
        Ok(())
    }

    async fn setup_token(&self, bearer: &str) -> Result<Option<Token>, Fault> {
        let hash = token::hash(bearer);
        let mut rows = self.rows().await?;
        let newest = rows.setting("setup_token").await?;
        let found = rows.token(&hash).await?;
        let now = self.now();
        Ok(found.filter(|t| {
            t.kind == TokenKind::Setup
                && t.revoked_at.is_none()
                && t.expires_at.is_some_and(|at| at > now)
                && newest.as_deref() == Some(&token::hex(&hash))
        }))
    }

    async fn new_token(&self, user_id: Option<Uuid>, kind: TokenKind, ttl: Option<chrono::Duration>) -> Result<SecretString, Fault> {
        let fresh = token::new_token().map_err(|e| Fault::Unavailable(format!("no randomness: {e}")))?;
        let row = Token {
            id: self.inner.store.new_id(),
            token_hash: token::hash(fresh.expose_secret()),
            kind,
            user_id,
            created_at: self.now(),
            expires_at: ttl.map(|ttl| self.now() + ttl),
            revoked_at: None,
        };
        self.inner.store.insert_token(row).await?;
        Ok(fresh)
    }
}
