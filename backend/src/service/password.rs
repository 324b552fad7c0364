//! Passwords of operators: argon2id, off the threads that serve, only a few at once.
//!
//! One check takes 19 MiB for some tens of milliseconds; without a limit a flood of sign-ins would take all memory.

use crate::secret;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// Checks and hashes at once, in the whole program.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Characters a password has at least.
pub const SHORTEST: usize = 12;
/// Characters a password has at most.
pub const LONGEST: usize = 200;

/// A hash of nothing anybody knows, for mail addresses of nobody: the answer then takes as long as for a wrong
/// password. Same parameters as [`Argon2::default`], a test says so.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ibw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The hash of `password` (PHC string).
pub async fn hash(password: String) -> String {
    on_a_spare_thread(move || {
        let salt = secret::random::<16>();
        let hash: Result<PasswordHash, _> =
            Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        hash.expect("a password of at most 200 characters and a salt of 16 bytes can be hashed").to_string()
    })
    .await
}

/// Whether `password` is the one of `hash`; without a hash it takes as long and is not.
pub async fn matches(password: String, hash: Option<String>) -> bool {
    on_a_spare_thread(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let fits = PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        fits && known
    })
    .await
}

async fn on_a_spare_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let place = AT_ONCE.acquire().await.expect("the semaphore is never closed");
    let done = tokio::task::spawn_blocking(work).await;
    drop(place);
    match done {
        Ok(outcome) => outcome,
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_fits_and_nobody_has_none() {
        let stored = hash("correct horse battery".to_owned()).await;
        assert!(matches("correct horse battery".to_owned(), Some(stored.clone())).await);
        assert!(!matches("correct horse batterz".to_owned(), Some(stored.clone())).await);
        assert!(!matches(String::new(), None).await);
        assert_ne!(hash("correct horse battery".to_owned()).await, stored, "salted");
    }

    #[tokio::test]
    async fn a_mail_address_of_nobody_costs_as_much_as_one_of_somebody() {
        let parameters = |hash: &str| hash.rsplitn(3, '$').nth(2).map(str::to_owned);
        assert_eq!(parameters(NOBODY), parameters(&hash("x".repeat(12)).await));
        assert!(PasswordHash::new(NOBODY).is_ok());
    }
}
