//! Where calls go, under whose name, and how patiently.

use crate::signing::{Algorithm, SigningKey};
use reqwest::Url;
use shared::id::PublicKeyId;
use std::sync::Arc;
use std::time::Duration;

/// Region of the merchant's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Region {
    /// Japan.
    #[default]
    Jp,
    /// North America.
    Na,
    /// Europe and the United Kingdom.
    Eu,
}

impl Region {
    /// The value of `x-amz-pay-region`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jp => "jp",
            Self::Na => "na",
            Self::Eu => "eu",
        }
    }

    /// Address of the API.
    pub const fn base_url(self) -> &'static str {
        match self {
            Self::Jp => "https://pay-api.amazon.jp",
            Self::Na => "https://pay-api.amazon.com",
            Self::Eu => "https://pay-api.amazon.eu",
        }
    }
}

/// Whether money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Environment {
    /// It does not.
    Sandbox,
    /// It does.
    Live,
}

impl Environment {
    /// What the id of a key says; older keys say nothing.
    pub fn of_key(id: &PublicKeyId) -> Option<Self> {
        let begins =
            |word: &str| id.as_str().get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        if begins("SANDBOX") {
            Some(Self::Sandbox)
        } else if begins("LIVE") {
            Some(Self::Live)
        } else {
            None
        }
    }
}

/// The merchant's key, parsed once.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Amazon's name for the key.
    pub public_key_id: PublicKeyId,
    /// The private half.
    pub key: Arc<SigningKey>,
    /// Where an older key without prefix is meant for; a prefix overrules it.
    pub environment: Environment,
}

impl Credentials {
    /// What stands before `/v2` in a path: nothing with a prefixed key, else the environment.
    pub fn path_prefix(&self) -> &'static str {
        match (Environment::of_key(&self.public_key_id), self.environment) {
            (Some(_), _) => "",
            (None, Environment::Sandbox) => "/sandbox",
            (None, Environment::Live) => "/live",
        }
    }
}

/// How a call is repeated within [`crate::Client::send`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// Attempts after the first.
    pub times: u32,
    /// Wait before the second attempt; doubled for each further one.
    pub first_wait: Duration,
    /// No wait is longer. A server that asks for more gets no further attempt.
    pub longest_wait: Duration,
}

/// Three repeats after 1, 2 and 4 seconds.
impl Default for Retries {
    fn default() -> Self {
        Self { times: 3, first_wait: Duration::from_secs(1), longest_wait: Duration::from_secs(8) }
    }
}

impl Retries {
    /// No repeat.
    pub const NONE: Self = Self { times: 0, first_wait: Duration::ZERO, longest_wait: Duration::ZERO };

    /// Wait after attempt number `attempt` (from 0).
    pub fn wait(&self, attempt: u32) -> Duration {
        self.first_wait.saturating_mul(2_u32.saturating_pow(attempt)).min(self.longest_wait)
    }
}

/// Everything a [`crate::Client`] needs besides an HTTP client. Start with [`Config::new`].
#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme, host and port; a path is not possible.
    pub base_url: Url,
    /// Region.
    pub region: Region,
    /// Whose calls.
    pub credentials: Credentials,
    /// How requests are signed.
    pub algorithm: Algorithm,
    /// Time for one attempt, connecting included.
    pub attempt_timeout: Duration,
    /// How a call is repeated.
    pub retries: Retries,
}

impl Config {
    /// Japan, salt of 32 bytes, 15 seconds for an attempt, three repeats.
    pub fn new(base_url: Url, credentials: Credentials) -> Self {
        Self {
            base_url,
            region: Region::Jp,
            credentials,
            algorithm: Algorithm::PssV2,
            attempt_timeout: Duration::from_secs(15),
            retries: Retries::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_comes_from_the_key_or_else_from_the_path() {
        let made = Arc::new(SigningKey::generate().unwrap().key);
        let prefix = |id: &str, environment| {
            let public_key_id = PublicKeyId::new(id).unwrap();
            Credentials { public_key_id, key: Arc::clone(&made), environment }.path_prefix()
        };
        assert_eq!(prefix("SANDBOX-AE1", Environment::Live), "");
        assert_eq!(prefix("sandboxAE1", Environment::Live), "");
        assert_eq!(prefix("LIVE-AE1", Environment::Sandbox), "");
        assert_eq!(prefix("AE1", Environment::Sandbox), "/sandbox");
        assert_eq!(prefix("AE1", Environment::Live), "/live");
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let retries = Retries::default();
        let seconds: Vec<u64> = (0..6).map(|attempt| retries.wait(attempt).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 8, 8]);
    }
}
