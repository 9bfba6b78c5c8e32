//! The employer's people and their tokens.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::sql;
use crate::access::{Token, User};
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
