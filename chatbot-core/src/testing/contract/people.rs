//! The employer's people and their tokens.

use super::{Bench, page, tx};
use crate::access::{Role, Token, TokenKind, User, UserChannel};
use crate::store::StoreError;

fn user(bench: &Bench, email: &str, role: Role) -> User {
    User { id: bench.id(), email: email.into(), name: "Ada Lovelace".into(), role, created_at: bench.now() }
}

pub(super) async fn a_user_reads_back_and_is_found_by_email_without_case(bench: &Bench) {
    for (email, role) in [("Ada@Example.org", Role::Admin), ("b@example.org", Role::Recruiter), ("c@example.org", Role::Viewer)] {
        let user = user(bench, email, role);
        tx!(bench, [user], |rows| rows.insert_user(&user).await).unwrap();
        assert_eq!(bench.reader().await.user(user.id).await.unwrap(), Some(user.clone()));
        for spelling in [email.to_owned(), email.to_uppercase(), email.to_lowercase()] {
            assert_eq!(bench.reader().await.user_by_email(&spelling).await.unwrap(), Some(user.clone()));
        }
    }
    assert_eq!(bench.reader().await.user(bench.id()).await.unwrap(), None);
    assert_eq!(bench.reader().await.user_by_email("d@example.org").await.unwrap(), None);
    assert_eq!(bench.reader().await.user_by_email("%").await.unwrap(), None);
}

pub(super) async fn an_email_is_taken_once_whatever_its_case(bench: &Bench) {
    let first = user(bench, "ada@example.org", Role::Admin);
    tx!(bench, [first], |rows| rows.insert_user(&first).await).unwrap();
    let second = user(bench, "ADA@example.ORG", Role::Viewer);
    let refused = tx!(bench, [second], |rows| rows.insert_user(&second).await);
    assert!(matches!(refused, Err(StoreError::Conflict { ref constraint }) if constraint.contains("email")), "{refused:?}");
}

pub(super) async fn users_are_listed_oldest_first(bench: &Bench) {
    for (name, seconds) in [("b", 20), ("a", 10), ("c", 30)] {
        let user = User { created_at: bench.at(seconds), ..user(bench, &format!("{name}@example.org"), Role::Viewer) };
        tx!(bench, [user], |rows| rows.insert_user(&user).await).unwrap();
    }
    let list = async |limit, offset| {
        let users = bench.reader().await.users(page(limit, offset)).await.unwrap();
        users.iter().map(|user| user.email[..1].to_owned()).collect::<String>()
    };
    assert_eq!(list(10, 0).await, "abc");
    assert_eq!(list(1, 1).await, "b");
    assert_eq!(list(10, 3).await, "");
}

fn token(bench: &Bench, hash: &[u8], kind: TokenKind) -> Token {
    Token { id: bench.id(), token_hash: hash.to_vec(), kind, user_id: None, created_at: bench.now(), expires_at: None, revoked_at: None }
}

pub(super) async fn a_token_reads_back_by_its_hash(bench: &Bench) {
    let ada = user(bench, "ada@example.org", Role::Admin);
    tx!(bench, [ada], |rows| rows.insert_user(&ada).await).unwrap();
    for (i, kind) in [TokenKind::Api, TokenKind::Console, TokenKind::Setup, TokenKind::Link].into_iter().enumerate() {
        let hash = [0, 255, i as u8];
        let mut new = token(bench, &hash, kind);
        if kind != TokenKind::Setup {
            (new.user_id, new.expires_at, new.revoked_at) = (Some(ada.id), Some(bench.at(60)), Some(bench.at(30)));
        }
        tx!(bench, [new], |rows| rows.insert_token(&new).await).unwrap();
        assert_eq!(bench.reader().await.token(&hash).await.unwrap(), Some(new));
    }
    assert_eq!(bench.reader().await.token(&[]).await.unwrap(), None);
    let same = token(bench, &[0, 255, 0], TokenKind::Api);
    let refused = tx!(bench, [same], |rows| rows.insert_token(&same).await);
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    let nobodys = Token { user_id: Some(bench.id()), ..token(bench, &[9], TokenKind::Api) };
    assert!(tx!(bench, [nobodys], |rows| rows.insert_token(&nobodys).await).is_err(), "a token needs its user");
}

pub(super) async fn a_token_is_used_up_once(bench: &Bench) {
    let link = token(bench, &[1], TokenKind::Setup);
    let (id, first, second) = (link.id, bench.at(1), bench.at(2));
    tx!(bench, [link], |rows| rows.insert_token(&link).await).unwrap();
    assert!(tx!(bench, [], |rows| rows.revoke_token(id, first).await).unwrap());
    assert!(!tx!(bench, [], |rows| rows.revoke_token(id, second).await).unwrap());
    assert_eq!(bench.reader().await.token(&[1]).await.unwrap().unwrap().revoked_at, Some(first));
    let absent = bench.id();
    assert!(!tx!(bench, [], |rows| rows.revoke_token(absent, first).await).unwrap());
}

fn channel(bench: &Bench, user: &User, platform: &str, person: &str) -> UserChannel {
    UserChannel {
        user_id: user.id,
        platform: platform.into(),
        account: "1".into(),
        platform_user_id: person.into(),
        linked_at: bench.now(),
    }
}

pub(super) async fn a_chat_account_is_one_users_and_the_newest_link_stands(bench: &Bench) {
    let (ada, bob) = (user(bench, "ada@example.org", Role::Recruiter), user(bench, "bob@example.org", Role::Viewer));
    tx!(bench, [ada, bob], |rows| {
        rows.insert_user(&ada).await?;
        rows.insert_user(&bob).await
    })
    .unwrap();
    let first = channel(bench, &ada, "telegram", "42");
    tx!(bench, [first], |rows| rows.put_user_channel(&first).await).unwrap();
    let whose = async |platform: &str, account: &str, person: &str| {
        bench.reader().await.user_of_channel(platform, account, person).await.unwrap().map(|user| user.email)
    };
    assert_eq!(whose("telegram", "1", "42").await.as_deref(), Some("ada@example.org"));
    for (platform, account, person) in [("web", "1", "42"), ("telegram", "", "42"), ("telegram", "1", "4"), ("Telegram", "1", "42")] {
        assert_eq!(whose(platform, account, person).await, None, "{platform} {account} {person}");
    }
    let second = UserChannel { linked_at: bench.at(5), ..channel(bench, &bob, "telegram", "42") };
    tx!(bench, [second], |rows| rows.put_user_channel(&second).await).unwrap();
    assert_eq!(whose("telegram", "1", "42").await.as_deref(), Some("bob@example.org"));
    assert_eq!(bench.reader().await.user_channels(ada.id).await.unwrap(), []);
    assert_eq!(bench.reader().await.user_channels(bob.id).await.unwrap(), [second]);
    assert!(tx!(bench, [], |rows| rows.delete_user_channel("telegram", "1", "42").await).unwrap());
    assert!(!tx!(bench, [], |rows| rows.delete_user_channel("telegram", "1", "42").await).unwrap());
    assert_eq!(whose("telegram", "1", "42").await, None);
}

pub(super) async fn a_users_chat_accounts_come_oldest_link_first_and_need_the_user(bench: &Bench) {
    let ada = user(bench, "ada@example.org", Role::Recruiter);
    tx!(bench, [ada], |rows| rows.insert_user(&ada).await).unwrap();
    for (platform, seconds) in [("web", 20), ("telegram", 10), ("cli", 30)] {
        let linked = UserChannel { linked_at: bench.at(seconds), ..channel(bench, &ada, platform, "7") };
        tx!(bench, [linked], |rows| rows.put_user_channel(&linked).await).unwrap();
    }
    let list = bench.reader().await.user_channels(ada.id).await.unwrap();
    assert_eq!(list.iter().map(|c| c.platform.as_str()).collect::<Vec<_>>(), ["telegram", "web", "cli"]);
    let nobodys = UserChannel { user_id: bench.id(), ..channel(bench, &ada, "web", "8") };
    assert!(tx!(bench, [nobodys], |rows| rows.put_user_channel(&nobodys).await).is_err(), "a link needs its user");
}
