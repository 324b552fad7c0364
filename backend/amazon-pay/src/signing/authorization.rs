//! The authorization header of a request.

use super::Algorithm;

/// What `authorization` says: who signed what, and the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// How it was signed.
    pub algorithm: Algorithm,
    /// Amazon's name of the key.
    pub public_key_id: String,
    /// Names of the signed headers joined by `;`, byte for byte as received: the canonical request repeats it so.
    pub signed_headers: String,
    /// Base64.
    pub signature: String,
}

/// Why a header is no authorization of Amazon Pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAuthorization {
    /// The first word is neither of the two algorithms.
    #[error("the authorization header names an unknown algorithm")]
    UnknownAlgorithm,
    /// A part is missing, empty or out of order.
    #[error("the authorization header lacks PublicKeyId, SignedHeaders or Signature")]
    Malformed,
}

impl Authorization {
    /// Whether `name` (any case) stands among the signed headers.
    pub fn signs(&self, name: &str) -> bool {
        self.signed_headers.split(';').any(|signed| signed.eq_ignore_ascii_case(name))
    }
}

/// The header as it is sent.
impl std::fmt::Display for Authorization {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { algorithm, public_key_id, signed_headers, signature } = self;
        let name = algorithm.name();
        write!(f, "{name} PublicKeyId={public_key_id}, SignedHeaders={signed_headers}, Signature={signature}")
    }
}

/// Reads the value of an `authorization` header.
///
/// # Errors
/// [`NotAnAuthorization`] unless it has the one form that all official SDKs send.
pub fn parse_authorization(header: &str) -> Result<Authorization, NotAnAuthorization> {
    use NotAnAuthorization::{Malformed, UnknownAlgorithm};
    let (name, rest) = header.trim().split_once(' ').ok_or(Malformed)?;
    let algorithm = Algorithm::from_name(name).ok_or(UnknownAlgorithm)?;
    // Base64 holds `=`, so the signature is all that follows its name.
    let (parts, signature) = rest.split_once("Signature=").ok_or(Malformed)?;
    let mut parts = parts.split(',').map(str::trim);
    let public_key_id = parts.next().and_then(|part| part.strip_prefix("PublicKeyId=")).ok_or(Malformed)?;
    let signed_headers =
        parts.next().and_then(|part| part.strip_prefix("SignedHeaders=")).ok_or(Malformed)?;
    if public_key_id.is_empty() || signed_headers.is_empty() || signature.is_empty() {
        return Err(Malformed);
    }
    Ok(Authorization {
        algorithm,
        public_key_id: public_key_id.to_owned(),
        signed_headers: signed_headers.to_owned(),
        signature: signature.to_owned(),
    })
}
