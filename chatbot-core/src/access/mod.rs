//! Users, roles, tokens.

pub mod link;
pub mod token;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a person of the employer's may do. Each role may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Works: takes over, writes, moves stages.
    Recruiter,
    /// Manages users, erases people.
    Admin,
}

impl Role {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Recruiter => "recruiter",
            Self::Admin => "admin",
        }
    }

    /// Reads the name back.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Viewer, Self::Recruiter, Self::Admin].into_iter().find(|r| r.as_str() == name)
    }
}

/// A row of `users`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Their id.
    pub id: Uuid,
    /// Unique, compared without case.
    pub email: String,
    /// What candidates see when they join a chat.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// When they were added.
    pub created_at: DateTime<Utc>,
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// `Authorization: Bearer` of a person or service.
    Api,
    /// A console cookie.
    Console,
    /// The one-time set-up link.
    Setup,
    /// A one-time code that links a chat account to a user.
    Link,
}

impl TokenKind {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Console => "console",
            Self::Setup => "setup",
            Self::Link => "link",
        }
    }
}

/// A row of `tokens`. The token itself is never stored, only its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: Uuid,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// What it is for.
    pub kind: TokenKind,
    /// Whose; none for a set-up link.
    pub user_id: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was used up or revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A row of `user_channels`: a chat account that is a user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserChannel {
    /// Whose.
    pub user_id: Uuid,
    /// `web`, `telegram`, `whatsapp`, …
    pub platform: String,
    /// Which of our accounts on it.
    pub account: String,
    /// Who they are there.
    pub platform_user_id: String,
    /// Since when.
    pub linked_at: DateTime<Utc>,
}

/// Who is asking, once a token has been looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The user's id; none for `CHATBOT_ADMIN_TOKEN`.
    pub user_id: Option<Uuid>,
    /// What candidates and logs see.
    pub name: String,
    /// What they may do.
    pub role: Role,
}
