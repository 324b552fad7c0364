//! Answers kept by idempotency key: per merchant, for ever, unless they were failures of ours (5xx).

use super::operation::Route;
use crate::error::{ApiError, ApiResult};
use crate::rule::Answer;
use crate::world::Owner;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

type Entry = Arc<Mutex<Option<Stored>>>;

/// All kept answers.
#[derive(Debug, Default)]
pub(crate) struct Answers(HashMap<(Owner, String), Entry>);

impl Answers {
    /// The place for the answer to `key`; whoever holds its lock is the first.
    pub fn entry(&mut self, owner: &Owner, key: &str) -> Entry {
        Arc::clone(self.0.entry((owner.clone(), key.to_owned())).or_default())
    }

    /// All answers that nobody is working on just now.
    pub fn kept(&self) -> Vec<Kept> {
        let kept = |((owner, key), entry): (&(Owner, String), &Entry)| {
            let stored = entry.try_lock().ok()?.clone()?;
            Some((owner.clone(), key.clone(), stored))
        };
        self.0.iter().filter_map(kept).collect()
    }

    /// The reverse of [`Answers::kept`].
    pub fn restored(kept: Vec<Kept>) -> Self {
        let entry = |(owner, key, stored)| ((owner, key), Arc::new(Mutex::new(Some(stored))));
        Self(kept.into_iter().map(entry).collect())
    }
}

/// A kept answer with its key, for the file.
pub(crate) type Kept = (Owner, String, Stored);

/// A kept answer with the request it belongs to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stored {
    route: Route,
    body: Value,
    answer: ApiResult<Answer>,
}

impl Stored {
    /// What is kept of `answer`: nothing if it is a failure of ours.
    pub fn new(route: &Route, body: &[u8], answer: &ApiResult<Answer>) -> Option<Self> {
        let failed = matches!(answer, Err(refusal) if refusal.status >= 500);
        (!failed).then(|| Self { route: route.clone(), body: value(body), answer: answer.clone() })
    }

    /// The first answer again.
    ///
    /// # Errors
    /// 400 `DuplicateIdempotencyKey` for another operation, object or value; and the first refusal again.
    pub fn replay(&self, route: &Route, body: &[u8]) -> ApiResult<Answer> {
        if self.route == *route && self.body == value(body) {
            return self.answer.clone();
        }
        let message = "The idempotency key has been used for another request.";
        Err(ApiError::new(400, "DuplicateIdempotencyKey", message))
    }
}

fn value(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(body)))
}
