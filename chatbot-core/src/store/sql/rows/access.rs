//! The employer's people and their tokens.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::cell::Binds;
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::sql;
use crate::access::{Token, User, UserChannel};
use crate::store::rows::{Page, Result};

impl Record for User {
    const TABLE: &'static str = "users";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            email: row.get("email")?,
            name: row.get("name")?,
            role: row.name("role")?,
            created_at: row.time("created_at")?,
        })
    }
}

impl Record for Token {
    const TABLE: &'static str = "tokens";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            token_hash: row.get("token_hash")?,
            kind: row.name("kind")?,
            user_id: row.get("user_id")?,
            created_at: row.time("created_at")?,
            expires_at: row.opt_time("expires_at")?,
            revoked_at: row.opt_time("revoked_at")?,
        })
    }
}

impl Record for UserChannel {
    const TABLE: &'static str = "user_channels";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            user_id: row.get("user_id")?,
            platform: row.get("platform")?,
            account: row.get("account")?,
            platform_user_id: row.get("platform_user_id")?,
            linked_at: row.time("linked_at")?,
        })
    }
}

const INSERT_USER: &str = "insert into users (id, email, name, role, created_at) values ($1, $2, $3, $4, $5)";

pub(super) async fn insert_user<E: Engine>(c: &mut E::Connection, user: &User) -> Result<()> {
    sql::<E>(INSERT_USER).bind(user.id).text(&user.email).text(&user.name).text(user.role.as_str()).time(user.created_at).run(c).await?;
    Ok(())
}

const USER: &str = "select id, email, name, role, created_at from users where id = $1";

pub(super) async fn user<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<Option<User>> {
    sql::<E>(USER).bind(id).optional(c).await
}

const USER_BY_EMAIL: &str = "select id, email, name, role, created_at from users where lower(email) = lower($1)";

pub(super) async fn user_by_email<E: Engine>(c: &mut E::Connection, email: &str) -> Result<Option<User>> {
    sql::<E>(USER_BY_EMAIL).text(email).optional(c).await
}

const USERS: &str = "select id, email, name, role, created_at from users order by created_at, id limit $1 offset $2";

pub(super) async fn users<E: Engine>(c: &mut E::Connection, page: Page) -> Result<Vec<User>> {
    sql::<E>(USERS).bind(page.limit).bind(page.offset).all(c).await
}

const INSERT_TOKEN: &str =
    "insert into tokens (id, token_hash, kind, user_id, created_at, expires_at, revoked_at) values ($1, $2, $3, $4, $5, $6, $7)";

pub(super) async fn insert_token<E: Engine>(c: &mut E::Connection, token: &Token) -> Result<()> {
    sql::<E>(INSERT_TOKEN)
        .bind(token.id)
        .bind(token.token_hash.clone())
        .text(token.kind.as_str())
        .bind(token.user_id)
        .time(token.created_at)
        .opt_time(token.expires_at)
        .opt_time(token.revoked_at)
        .run(c)
        .await?;
    Ok(())
}

const TOKEN: &str = "select id, token_hash, kind, user_id, created_at, expires_at, revoked_at from tokens where token_hash = $1";

pub(super) async fn token<E: Engine>(c: &mut E::Connection, token_hash: &[u8]) -> Result<Option<Token>> {
    sql::<E>(TOKEN).bind(token_hash.to_vec()).optional(c).await
}

const REVOKE_TOKEN: &str = "update tokens set revoked_at = $2 where id = $1 and revoked_at is null";

pub(super) async fn revoke_token<E: Engine>(c: &mut E::Connection, id: Uuid, at: DateTime<Utc>) -> Result<bool> {
    Ok(sql::<E>(REVOKE_TOKEN).bind(id).time(at).run(c).await? > 0)
}

const PUT_USER_CHANNEL: &str = "insert into user_channels (platform, account, platform_user_id, user_id, linked_at) values ($1, $2, $3, $4, $5) \
     on conflict (platform, account, platform_user_id) do update set user_id = excluded.user_id, linked_at = excluded.linked_at";

pub(super) async fn put_user_channel<E: Engine>(c: &mut E::Connection, channel: &UserChannel) -> Result<()> {
    sql::<E>(PUT_USER_CHANNEL)
        .text(&channel.platform)
        .text(&channel.account)
        .text(&channel.platform_user_id)
        .bind(channel.user_id)
        .time(channel.linked_at)
        .run(c)
        .await?;
    Ok(())
}

const DELETE_USER_CHANNEL: &str = "delete from user_channels where platform = $1 and account = $2 and platform_user_id = $3";

pub(super) async fn delete_user_channel<E: Engine>(
    c: &mut E::Connection,
    platform: &str,
    account: &str,
    platform_user_id: &str,
) -> Result<bool> {
    Ok(sql::<E>(DELETE_USER_CHANNEL).text(platform).text(account).text(platform_user_id).run(c).await? > 0)
}

const USER_OF_CHANNEL: &str = "select u.id, u.email, u.name, u.role, u.created_at from user_channels c join users u on u.id = c.user_id \
     where c.platform = $1 and c.account = $2 and c.platform_user_id = $3";

pub(super) async fn user_of_channel<E: Engine>(
    c: &mut E::Connection,
    platform: &str,
    account: &str,
    platform_user_id: &str,
) -> Result<Option<User>> {
    sql::<E>(USER_OF_CHANNEL).text(platform).text(account).text(platform_user_id).optional(c).await
}

const USER_CHANNELS: &str = "select user_id, platform, account, platform_user_id, linked_at from user_channels where user_id = $1 \
     order by linked_at, platform, account, platform_user_id";

pub(super) async fn user_channels<E: Engine>(c: &mut E::Connection, user_id: Uuid) -> Result<Vec<UserChannel>> {
    sql::<E>(USER_CHANNELS).bind(user_id).all(c).await
}
