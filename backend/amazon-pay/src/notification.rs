//! Notifications (IPN): what Amazon sends by its notification service when something changes.
//!
//! A notification carries no state and no amount: it says which object to read again. Anyone with an account at that
//! service can send a validly signed one, so the caller also compares merchant and topic. Start at
//! [`Envelope::parse`], then [`Certificates::authenticate`], then [`Envelope::notice`].

mod certificate;
mod envelope;
mod notice;

pub use certificate::{CertificateAddress, CertificateError, Certificates, TrustedHost, key_of_certificate};
pub use envelope::{Envelope, EnvelopeKind, NotAnEnvelope};
pub use notice::{NotANotice, Notice, NoticeKind, ObjectKind};

use crate::signing::VerifyingKey;

/// Why a notification is not to be believed.
#[derive(Debug, thiserror::Error)]
pub enum Forged {
    /// Its certificate cannot be used.
    #[error("the certificate of the notification cannot be used")]
    Certificate(#[from] CertificateError),
    /// Signature versions are 1 and 2.
    #[error("the notification has an unknown signature version")]
    UnknownVersion,
    /// The signature does not fit what was signed.
    #[error("the signature of the notification does not fit")]
    Signature,
}

/// Checks the signature of `envelope` with the certificate `certificate_pem`, whatever its address.
///
/// # Errors
/// [`Forged`].
pub fn verify(envelope: &Envelope, certificate_pem: &str) -> Result<(), Forged> {
    verify_with_key(envelope, &key_of_certificate(certificate_pem)?)
}

/// Checks the signature of `envelope` with `key`.
///
/// # Errors
/// [`Forged::UnknownVersion`] and [`Forged::Signature`].
pub fn verify_with_key(envelope: &Envelope, key: &VerifyingKey) -> Result<(), Forged> {
    let text = envelope.string_to_sign();
    let fits = match envelope.signature_version.as_str() {
        "1" => key.verify_pkcs1_sha1(text.as_bytes(), &envelope.signature),
        "2" => key.verify_pkcs1_sha256(text.as_bytes(), &envelope.signature),
        _ => return Err(Forged::UnknownVersion),
    };
    if fits { Ok(()) } else { Err(Forged::Signature) }
}
