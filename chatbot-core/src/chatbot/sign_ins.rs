//! Passwords, sign-ins and roles of the employer's people.

use uuid::Uuid;

use super::Chatbot;
use crate::access::{Role, User, token};
use crate::fault::Fault;
use crate::recruiting::desk::SignIn;

impl Chatbot {
    /// A user's password as an argon2id string, and who they are; `None`: nobody has this address, or they have no password.
    pub async fn password_of(&self, email: &str) -> Result<Option<(User, String)>, Fault> {
        let mut rows = self.rows().await?;
        let Some(user) = rows.user_by_email(email.trim()).await? else { return Ok(None) };
        Ok(rows.password(user.id).await?.map(|hash| (user, hash)))
    }

    /// Sets a user's password, and ends their sign-ins but the one of this bearer.
    pub async fn set_password(&self, user_id: Uuid, hash: &str, but: Option<&str>) -> Result<(), Fault> {
        self.inner.store.put_password(user_id, hash.to_owned()).await?;
        let but = match but {
            Some(bearer) => self.rows().await?.token(&token::hash(bearer)).await?.map(|token| token.id),
            None => None,
        };
        Ok(self.inner.store.end_sign_ins(user_id, but).await?)
    }

    /// Browsers a user is signed in with, newest first.
    pub async fn sign_ins(&self, user_id: Uuid) -> Result<Vec<SignIn>, Fault> {
        let now = self.now();
        let mut all = self.rows().await?.sign_ins(user_id).await?;
        all.retain(|one| one.expires_at.is_none_or(|at| at > now));
        Ok(all)
    }

    /// The id of a console token, by the token.
    pub async fn sign_in_id(&self, bearer: &str) -> Result<Option<Uuid>, Fault> {
        Ok(self.rows().await?.token(&token::hash(bearer)).await?.map(|token| token.id))
    }

    /// Notes which browser a console token was given to.
    pub async fn note_sign_in(&self, bearer: &str, agent: &str) -> Result<(), Fault> {
        let Some(id) = self.sign_in_id(bearer).await? else { return Ok(()) };
        Ok(self.inner.store.put_token_use(id, agent.to_owned()).await?)
    }

    /// Ends one of a user's own sign-ins; false: it isn't theirs, or has ended.
    pub async fn end_sign_in(&self, user_id: Uuid, id: Uuid) -> Result<bool, Fault> {
        if !self.sign_ins(user_id).await?.iter().any(|one| one.id == id) {
            return Ok(false);
        }
        Ok(self.inner.store.revoke_token(id).await?)
    }

    /// Changes what a user may do, and ends their sign-ins; false: there is no such user.
    pub async fn set_role(&self, user_id: Uuid, role: Role) -> Result<bool, Fault> {
        let done = self.inner.store.set_user_role(user_id, role).await?;
        self.inner.store.end_sign_ins(user_id, None).await?;
        Ok(done)
    }
}
