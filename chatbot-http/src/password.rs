//! Passwords: argon2id, off the runtime's threads, and as slow for nobody as for somebody.

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, PasswordHash};

use tokio::sync::Semaphore;

use crate::problem::{Answer, Problem};

/// Characters a password has at least and at most.
const LENGTH: std::ops::RangeInclusive<usize> = 12..=128;

/// Passwords everybody tries first, of those that are long enough.
const COMMON: [&str; 10] = [
    "123456789012",
    "passwordpassword",
    "password1234",
    "qwertyuiop12",
    "administrator",
    "letmeinletmein",
    "iloveyou1234",
    "111111111111",
    "adminadminadmin",
    "qwertyqwerty",
];

/// A well-formed hash of nothing anybody knows: checked where there is no other, so that it takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5aXNoZXJlMTIzNA$5vGzbWcJ0vm2Y1ik0ZBdlgCSRFuB9cYqMJjbT0wYB5k";

/// Passwords looked at side by side, each of which takes 19 MiB: a flood from many addresses waits here, and fills no memory.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Refuses what is too short, too long, or what everybody tries first.
pub(crate) fn check(password: &str) -> Answer<()> {
    let chars = password.chars().count();
    let refuse = |why: &str| Err(Problem::invalid("password", why, "four words that only you put together"));
    if !LENGTH.contains(&chars) {
        return refuse("should have 12 to 128 characters");
    }
    if password.contains('\0') {
        return refuse("holds a character that can't be typed");
    }
    let lower = password.to_lowercase();
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    if COMMON.contains(&lower.as_str()) || different.len() < 4 {
        return refuse("is one of those that are tried first");
    }
    Ok(())
}

/// The argon2id string of a password.
pub(crate) async fn hash(password: String) -> Answer<String> {
    let hashed = in_turn(move || {
        let hashed: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
        hashed.map(|hash| hash.to_string())
    });
    match hashed.await {
        Some(Ok(hash)) => Ok(hash),
        _ => {
            tracing::error!("a password could not be hashed");
            Err(Problem::internal())
        }
    }
}

/// Whether a password is the one of this hash. Without a hash it takes as long and is not.
pub(crate) async fn verify(password: String, hash: Option<String>) -> bool {
    let known = hash.is_some();
    let checked = in_turn(move || {
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok()
    });
    checked.await.unwrap_or(false) && known
}

/// Runs it off the runtime's threads once there is a place; none if it panicked.
async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let place = AT_ONCE.acquire().await.ok()?;
    // The place goes along: whoever hangs up meanwhile has not made room for another.
    tokio::task::spawn_blocking(move || {
        let _place = place;
        work()
    })
    .await
    .ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_and_only_itself_opens_it() {
        let kept = hash("four words put together".into()).await.unwrap();
        assert!(kept.starts_with("$argon2id$"), "{kept}");
        assert!(verify("four words put together".into(), Some(kept.clone())).await);
        assert!(!verify("four words put together ".into(), Some(kept)).await);
        assert!(!verify("four words put together".into(), None).await);
    }

    #[allow(clippy::disallowed_methods, reason = "it stands for work that blocks, on a thread for such work")]
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_flood_of_guesses_never_works_on_more_than_four_at_once_even_if_the_guessers_hang_up() {
        static NOW: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let work = || {
            MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(std::time::Duration::from_millis(30));
            NOW.fetch_sub(1, Ordering::SeqCst);
        };
        let impatient: Vec<_> = (0..12).map(|_| tokio::spawn(in_turn(work))).collect();
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        impatient.iter().for_each(tokio::task::JoinHandle::abort);
        let patient: Vec<_> = (0..12).map(|_| tokio::spawn(in_turn(work))).collect();
        for one in patient {
            one.await.unwrap().unwrap();
        }
        let most = MOST.load(Ordering::SeqCst);
        assert!((1..=4).contains(&most), "{most}");
    }

    #[test]
    fn nobodys_hash_is_one_that_takes_as_long() {
        let hash = PasswordHash::new(NOBODY).unwrap();
        let fresh: PasswordHash = Argon2::default().hash_password(b"x").unwrap();
        assert_eq!((hash.algorithm, hash.params), (fresh.algorithm, fresh.params));
    }

    #[test]
    fn short_long_and_common_passwords_are_refused() {
        for bad in ["elevenchars", &"x1y2".repeat(33), "Passwordpassword", "aaaaaaaaaaaaaab", "nul\0nulnulnulnul"] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
        assert!(check("four words put together").is_ok());
    }
}
