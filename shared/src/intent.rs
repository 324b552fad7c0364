//! What we asked Amazon and have not heard: stored before the call, closed by its answer (R55, R56).
//!
//! An order, or a checkout on its way to one, has at most one open money intent; while it is open every other
//! money action on it is refused.

use crate::id::IdempotencyKey;
use serde::{Deserialize, Serialize};

/// The money operation an intent stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Complete a checkout session: authorizes and makes the order.
    Complete,
    /// Take the money.
    Capture,
    /// Release the authorization.
    CancelCharge,
    /// Give money back.
    Refund,
    /// Reserve the amount anew, or charge a renewal.
    CreateCharge,
}

impl Operation {
    /// The name stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Capture => "capture",
            Self::CancelCharge => "cancel_charge",
            Self::Refund => "refund",
            Self::CreateCharge => "create_charge",
        }
    }

    const fn letter(self) -> char {
        match self {
            Self::Complete => 'o',
            Self::Capture => 'c',
            Self::CancelCharge => 'x',
            Self::Refund => 'r',
            Self::CreateCharge => 'a',
        }
    }
}

/// The idempotency key of one attempt: the same for the same subject, operation and attempt, different
/// otherwise. `digest` is the SHA-256 of [`key_source`], computed by the caller (R56).
pub fn idempotency_key(operation: Operation, digest: &[u8; 32]) -> IdempotencyKey {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut key = String::with_capacity(32);
    key.push(operation.letter());
    // 31 half bytes: 124 bits of the digest.
    for half in 0..31 {
        let byte = digest[half / 2];
        let nibble = if half % 2 == 0 { byte >> 4 } else { byte & 15 };
        key.push(char::from(HEX[usize::from(nibble)]));
    }
    IdempotencyKey::new(key).expect("32 characters of the key alphabet")
}

/// What a key is derived from: shop, subject (order or checkout), operation, attempt counted from 1.
pub fn key_source(shop: &str, subject: &str, operation: Operation, attempt: u32) -> String {
    format!("noren/1/{shop}/{subject}/{}/{attempt}", operation.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r56_a_key_is_32_characters_and_follows_its_source() {
        let key = idempotency_key(Operation::Capture, &[0xAB; 32]);
        assert_eq!(key.as_str(), "cabababababababababababababababa");
        assert_ne!(key, idempotency_key(Operation::Refund, &[0xAB; 32]));
        assert_ne!(
            key_source("demo", "o1", Operation::Capture, 1),
            key_source("demo", "o1", Operation::Capture, 2)
        );
    }
}
