//! The employer's people, and their tokens.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::constraint::{there, unique};
use super::{Tables, page};
use crate::access::{Token, User};
use crate::store::rows::{Page, Result};

pub(crate) fn insert_user(t: &mut Tables, user: &User) -> Result<()> {
    unique(!t.users.contains(&user.id), "users.id")?;
    unique(by_email(t, &user.email).is_none(), "users_lower_email")?;
    t.users.put(user.id, user.clone());
    Ok(())
}

pub(crate) fn user(t: &Tables, id: Uuid) -> Option<User> {
    t.users.get(&id).cloned()
}

pub(crate) fn by_email(t: &Tables, email: &str) -> Option<User> {
    t.users.values().find(|user| user.email.eq_ignore_ascii_case(email)).cloned()
}

pub(crate) fn users(t: &Tables, wanted: Page) -> Vec<User> {
    let mut rows: Vec<_> = t.users.values().collect();
    rows.sort_by_key(|user| (user.created_at, user.id));
    page(&rows, wanted)
}

pub(crate) fn insert_token(t: &mut Tables, token: &Token) -> Result<()> {
    if let Some(user) = token.user_id {
        there(t.users.contains(&user), "user")?;
    }
    unique(!t.tokens.contains(&token.id), "tokens.id")?;
    unique(self::token(t, &token.token_hash).is_none(), "tokens_token_hash")?;
    t.tokens.put(token.id, token.clone());
    Ok(())
}

pub(crate) fn token(t: &Tables, token_hash: &[u8]) -> Option<Token> {
    t.tokens.values().find(|token| token.token_hash == token_hash).cloned()
}

pub(crate) fn revoke(t: &mut Tables, id: Uuid, at: DateTime<Utc>) -> bool {
    if t.tokens.get(&id).is_none_or(|token| token.revoked_at.is_some()) {
        return false;
    }
    t.tokens.change(&id, |token| token.revoked_at = Some(at))
}
