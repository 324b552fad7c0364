//! Signatures of Amazon Pay: of requests, and of the text that a button carries.
//!
//! Both directions are here, because the simulator checks what the client signs. Start at [`SigningKey`] to sign,
//! at [`canonical_request`] and [`VerifyingKey::verify`] to check.

mod authorization;
mod canonical;
mod key;
mod pem;

pub use authorization::{Authorization, NotAnAuthorization, parse_authorization};
pub(crate) use canonical::encode_component;
pub use canonical::{canonical_query, canonical_request, reencode_query, sha256_hex};
pub use key::{GeneratedKey, KeyError, PrivateKeyPem, SigningKey, VerifyingKey};
pub(crate) use pem::decode as decode_pem;

/// How a text is signed: RSASSA-PSS with SHA-256, the salt's length fixed by the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// `AMZN-PAY-RSASSA-PSS`: salt of 20 bytes; what the official SDKs use unless told otherwise.
    Pss,
    /// `AMZN-PAY-RSASSA-PSS-V2`: salt of 32 bytes; what Noren uses.
    PssV2,
}

impl Algorithm {
    /// Both names.
    pub const ALL: [Self; 2] = [Self::Pss, Self::PssV2];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pss => "AMZN-PAY-RSASSA-PSS",
            Self::PssV2 => "AMZN-PAY-RSASSA-PSS-V2",
        }
    }

    /// The algorithm that Amazon calls `name`, letter for letter, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// Length of the salt in bytes.
    pub const fn salt_length(self) -> u16 {
        match self {
            Self::Pss => 20,
            Self::PssV2 => 32,
        }
    }
}

/// What is signed for a request: the algorithm's name, a line feed, and the hash of the [`canonical_request`].
pub fn string_to_sign(algorithm: Algorithm, canonical: &str) -> String {
    format!("{}\n{}", algorithm.name(), sha256_hex(canonical.as_bytes()))
}

/// What is signed for a button: the algorithm's name, a line feed, and the hash of the payload byte for byte.
///
/// The very text must reach the browser as `payloadJSON`; one blank more and Amazon refuses.
pub fn button_string_to_sign(algorithm: Algorithm, payload_json: &str) -> String {
    string_to_sign(algorithm, payload_json)
}

/// Signature (Base64) of a button's payload. It has no expiry: one payload needs one signature.
pub fn sign_button(key: &SigningKey, algorithm: Algorithm, payload_json: &str) -> String {
    key.sign(algorithm, button_string_to_sign(algorithm, payload_json).as_bytes())
}
