//! An answer of Amazon that says yes: its bytes, and what they mean.

use crate::Error;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use std::fmt;

/// An answer with a status of 200 to 299. Store its bytes first, decode them after.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    body: Bytes,
    request_id: Option<String>,
}

impl Answer {
    /// Puts an answer together, from the wire or from where it was stored.
    pub fn new(status: u16, body: impl Into<Bytes>, request_id: Option<String>) -> Self {
        Self { status, body: body.into(), request_id }
    }

    /// HTTP status: 202 for Complete means that the authorization is pending.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The exact body. Holds personal values: never to be logged.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// `x-amz-pay-request-id`, for Amazon's support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Reads the body as one of the objects of [`crate::wire`].
    ///
    /// # Errors
    /// [`Error::Malformed`]: for a call that moves money, nobody knows what became of it.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| Error::Malformed {
            status: self.status,
            // The error's own text may quote the body, so only its place is kept.
            what: format!("{:?} error at line {} column {}", error.classify(), error.line(), error.column()),
            request_id: self.request_id.clone(),
        })
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Charge;

    #[test]
    fn r83_an_answer_that_is_not_understood_does_not_repeat_what_it_said() {
        let answer = Answer::new(200, r#"{"chargeId":"S03-1","chargeAmount":"花子 SECRET"}"#, None);
        let error = answer.decode::<Charge>().unwrap_err();
        assert!(!error.is_definite());
        for shown in [error.to_string(), format!("{error:?}"), format!("{answer:?}")] {
            assert!(!shown.contains("SECRET") && !shown.contains("花子"), "{shown}");
        }
    }
}
