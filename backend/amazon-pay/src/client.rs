//! Sends requests, and says what became of them.
//!
//! A repeat within [`Client::send`] carries the same bytes and key under a new signature. What cannot be repeated
//! safely is sent once. Start at [`Client::send`].

mod attempt;
mod read;

use crate::config::Config;
use crate::{Answer, Error, Method, PreparedRequest};
use attempt::Outcome;
use std::sync::Arc;
use std::time::Duration;

/// Calls Amazon Pay for one merchant. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    config: Arc<Config>,
}

impl Client {
    /// A client over a shared HTTP client, which [`crate::http_client::builder`] makes.
    pub fn new(http: reqwest::Client, config: Config) -> Self {
        Self { http, config: Arc::new(config) }
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Sends `request` as of `now`, again where that is safe, until Amazon answers or patience ends.
    ///
    /// Statuses 408, 425, 429, 500, 502, 503, 504 and broken connections are repeated with the same body and key.
    /// A request that is not [`PreparedRequest::is_repeatable`] is repeated only where Amazon certainly did nothing.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_definite`] tells whether Amazon certainly did nothing.
    pub async fn send(&self, request: &PreparedRequest, now: jiff::Timestamp) -> Result<Answer, Error> {
        let begin = tokio::time::Instant::now();
        let retries = self.config.retries;
        let mut unclear: Option<Error> = None;
        let mut attempt = 0;
        loop {
            // The clock of signatures runs on while we wait.
            let now = now.checked_add(begin.elapsed()).unwrap_or(now);
            let outcome = self.attempt(request, now).await;
            tracing::debug!(
                operation = request.operation().name(),
                attempt,
                outcome = outcome.name(),
                request.id = outcome.request_id(),
                "Amazon Pay call"
            );
            let (error, asked_wait) = match outcome {
                Outcome::Answered(answer) => return Ok(answer),
                Outcome::Final(error) => return Err(believe(request, error, unclear)),
                Outcome::NothingDone { error, wait } => (error, wait),
                Outcome::Unclear(error) => {
                    if !request.is_repeatable() {
                        return Err(error);
                    }
                    unclear = Some(error.clone());
                    (error, None)
                }
            };
            let wait = asked_wait.unwrap_or(Duration::ZERO).max(retries.wait(attempt));
            if attempt >= retries.times || wait > retries.longest_wait {
                return Err(unclear.unwrap_or(error));
            }
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }
}

/// The error to report when an earlier attempt may have been carried out. Amazon's answer under a key settles that,
/// because it is the answer stored for the first one; a refusal given before looking at the key does not, nor does
/// one of a change without key, which may be the echo of the change itself.
fn believe(request: &PreparedRequest, error: Error, unclear: Option<Error>) -> Error {
    let Some(unclear) = unclear else { return error };
    let settles = match request.method() {
        Method::Get => true,
        Method::Post => !matches!(error, Error::Refused { status: 401 | 403 | 405 | 426, .. }),
        Method::Patch | Method::Delete => false,
    };
    if settles { error } else { unclear }
}
