//! A request as a value: built, stored, sent, and sent again, always the same bytes.

use crate::{Method, Operation};
use serde::{Deserialize, Serialize};
use shared::id::IdempotencyKey;
use std::fmt;

/// A request that can be stored before it is sent. Built by the functions of [`crate::prepare`] only.
///
/// Host, environment prefix, time and signature are no part of it: they are added at each sending.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreparedRequest {
    operation: Operation,
    method: Method,
    path: String,
    query: String,
    body: String,
    idempotency_key: Option<IdempotencyKey>,
    simulation_code: Option<String>,
}

impl PreparedRequest {
    pub(crate) fn new(operation: Operation, path: String) -> Self {
        Self {
            operation,
            method: operation.method(),
            path,
            query: String::new(),
            body: String::new(),
            idempotency_key: None,
            simulation_code: None,
        }
    }

    pub(crate) fn with_body(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_string(body).expect("a body of plain members is JSON");
        self
    }

    pub(crate) fn with_query(mut self, query: String) -> Self {
        self.query = query;
        self
    }

    pub(crate) fn with_key(mut self, key: IdempotencyKey) -> Self {
        self.idempotency_key = Some(key);
        self
    }

    /// The same request with `x-amz-pay-simulation-code`, which the sandbox obeys.
    #[must_use]
    pub fn simulating(mut self, code: impl Into<String>) -> Self {
        self.simulation_code = Some(code.into());
        self
    }

    /// Puts a stored request together again from its parts.
    pub fn restore(
        operation: Operation,
        path: impl Into<String>,
        query: impl Into<String>,
        body: impl Into<String>,
        idempotency_key: Option<IdempotencyKey>,
    ) -> Self {
        Self { query: query.into(), body: body.into(), idempotency_key, ..Self::new(operation, path.into()) }
    }

    /// What it does.
    pub const fn operation(&self) -> Operation {
        self.operation
    }

    /// HTTP method.
    pub const fn method(&self) -> Method {
        self.method
    }

    /// Path from `/v2`, without environment prefix.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Query without `?`, sorted and encoded; empty when there is none.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// The exact body, JSON in UTF-8; empty when there is none. Holds personal values at times: never to be logged.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The key under which Amazon remembers its answer for ever.
    pub const fn idempotency_key(&self) -> Option<&IdempotencyKey> {
        self.idempotency_key.as_ref()
    }

    /// What the sandbox is asked to pretend.
    pub fn simulation_code(&self) -> Option<&str> {
        self.simulation_code.as_deref()
    }

    /// Whether sending it twice does no more than sending it once: reads, changes, and whatever has a key. Ending
    /// something is not: the second answer would be a refusal that hides the first one's success.
    pub const fn is_repeatable(&self) -> bool {
        match self.method {
            Method::Get | Method::Patch => true,
            Method::Post => self.idempotency_key.is_some(),
            Method::Delete => false,
        }
    }
}

/// Operation and key; path and body may be personal.
impl fmt::Debug for PreparedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedRequest")
            .field("operation", &self.operation)
            .field("idempotency_key", &self.idempotency_key)
            .field("simulation_code", &self.simulation_code)
            .finish_non_exhaustive()
    }
}
