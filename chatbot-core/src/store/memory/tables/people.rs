//! The employer's people, and their tokens.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::constraint::{there, unique};
use super::{Tables, page};
use crate::access::{Token, User, UserChannel};
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

fn address(platform: &str, account: &str, platform_user_id: &str) -> (String, String, String) {
    (platform.to_owned(), account.to_owned(), platform_user_id.to_owned())
}

pub(crate) fn put_channel(t: &mut Tables, channel: &UserChannel) -> Result<()> {
    there(t.users.contains(&channel.user_id), "user")?;
    t.user_channels.put(address(&channel.platform, &channel.account, &channel.platform_user_id), channel.clone());
    Ok(())
}

pub(crate) fn delete_channel(t: &mut Tables, platform: &str, account: &str, platform_user_id: &str) -> bool {
    t.user_channels.remove(&address(platform, account, platform_user_id))
}

pub(crate) fn of_channel(t: &Tables, platform: &str, account: &str, platform_user_id: &str) -> Option<User> {
    user(t, t.user_channels.get(&address(platform, account, platform_user_id))?.user_id)
}

pub(crate) fn channels(t: &Tables, user_id: Uuid) -> Vec<UserChannel> {
    let mut rows: Vec<_> = t.user_channels.values().filter(|c| c.user_id == user_id).cloned().collect();
    rows.sort_by(|a, b| {
        (a.linked_at, &a.platform, &a.account, &a.platform_user_id).cmp(&(b.linked_at, &b.platform, &b.account, &b.platform_user_id))
    });
    rows
}
