//! Names of things: ours and Amazon's, each a type of its own so that one never stands for another.
//!
//! An id is 1 to 128 characters of `A-Z a-z 0-9 . _ -`; anything else is refused at the door.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The text is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 128 characters of A-Z a-z 0-9 . _ -")]
pub struct NotAnId;

fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

macro_rules! ids {
    ($($(#[$about:meta])* $name:ident;)+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks and wraps `text`.
            ///
            /// # Errors
            /// [`NotAnId`] for an empty, overlong or oddly spelled text.
            pub fn new(text: impl Into<String>) -> Result<Self, NotAnId> {
                let text = text.into();
                if is_id(&text) { Ok(Self(text)) } else { Err(NotAnId) }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> {
                Self::new(text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

ids! {
    /// A shop of this installation, a short word chosen by its owner (`demo`).
    ShopId;
    /// A product in a shop's catalogue.
    ProductId;
    /// A cart; at most one order comes of it.
    CartId;
    /// One walk from the button to the result page; random, and it opens nothing.
    CheckoutId;
    /// An order, ours; sorts by time.
    OrderId;
    /// An order's number as people say it: `20261124-7KQ4M`.
    OrderNumber;
    /// A member profile (会員情報).
    MemberId;
    /// An operator of the console.
    OperatorId;
    /// A subscription (定期購入).
    SubscriptionId;
    /// One run of a bulk action (一括処理); made by the page when its preview opens.
    BulkRunId;
    /// A background job.
    JobId;
    /// Amazon's checkout session.
    CheckoutSessionId;
    /// Amazon's charge permission.
    ChargePermissionId;
    /// Amazon's charge.
    ChargeId;
    /// Amazon's refund.
    RefundId;
    /// Amazon's buyer, different for each merchant (`amzn1.account.…`).
    BuyerId;
    /// Amazon's name for the merchant (出品者ID).
    MerchantId;
    /// Amazon's name for the shop's store (`amzn1.application-oa2-client.…`).
    StoreId;
    /// Amazon's name for a key pair; begins with `SANDBOX-` or `LIVE-`.
    PublicKeyId;
}

/// `x-amz-pay-idempotency-key`: 1 to 32 characters of `A-Z a-z 0-9 _ -` (R56).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdempotencyKey(String);

/// The text cannot be an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key is 1 to 32 characters of A-Z a-z 0-9 _ -")]
pub struct NotAKey;

impl IdempotencyKey {
    /// Checks and wraps `text`.
    ///
    /// # Errors
    /// [`NotAKey`] where Amazon would answer `InvalidHeaderValue`.
    pub fn new(text: impl Into<String>) -> Result<Self, NotAKey> {
        let text = text.into();
        let fits = (1..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        if fits { Ok(Self(text)) } else { Err(NotAKey) }
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = NotAKey;
    fn try_from(text: String) -> Result<Self, NotAKey> {
        Self::new(text)
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0
    }
}

impl OrderNumber {
    /// Characters of the random part: no 0 O 1 I L, which people mistake for each other.
    pub const ALPHABET: &'static [u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

    /// `date` in Japan's calendar and five characters drawn by `random`.
    pub fn from_parts(date: jiff::civil::Date, random: [u8; 5]) -> Self {
        let drawn: String =
            random.iter().map(|byte| char::from(Self::ALPHABET[usize::from(*byte) % 31])).collect();
        Self(format!("{:04}{:02}{:02}-{drawn}", date.year(), date.month(), date.day()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_refuses_what_could_break_a_path_or_a_log() {
        for bad in ["", "a b", "a/b", "あ", "a\n", &"x".repeat(129)] {
            assert_eq!(OrderId::new(bad), Err(NotAnId), "{bad:?}");
        }
        for good in ["S03-1234567-7654321-C012345", "amzn1.account.AEXAMPLE", "demo"] {
            assert_eq!(OrderId::new(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn r56_an_idempotency_key_has_at_most_32_characters() {
        assert!(IdempotencyKey::new("a".repeat(32)).is_ok());
        assert!(IdempotencyKey::new("a".repeat(33)).is_err());
        assert!(IdempotencyKey::new("a.b").is_err());
    }

    #[test]
    fn an_order_number_is_date_and_five_unambiguous_characters() {
        let number = OrderNumber::from_parts(jiff::civil::date(2026, 11, 24), [0, 30, 31, 200, 255]);
        assert_eq!(number.as_str(), "20261124-2Z2G9");
        assert!(!OrderNumber::ALPHABET.iter().any(|c| b"0O1IL".contains(c)));
    }
}
