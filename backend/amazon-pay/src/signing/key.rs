//! RSA keys: the merchant's private key, which signs, and public keys, which check.
//!
//! A key is parsed once and kept; parsing costs more than signing. Private keys never show in `Debug`.

use super::{Algorithm, pem};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_SHA256, RSA_PSS_2048_8192_SHA256, RSA_PSS_SHA256, RsaParameters, RsaPssSaltLength,
    RsaSignatureEncoding, UnparsedPublicKey,
};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use std::fmt;

static SIGN_PSS: RsaSignatureEncoding =
    RSA_PSS_SHA256.with_pss_salt_length(RsaPssSaltLength::Custom(Algorithm::Pss.salt_length()));
static SIGN_PSS_V2: RsaSignatureEncoding =
    RSA_PSS_SHA256.with_pss_salt_length(RsaPssSaltLength::Custom(Algorithm::PssV2.salt_length()));
static SIGN_PKCS1: RsaSignatureEncoding = RSA_PKCS1_SHA256;
static VERIFY_PSS: RsaParameters =
    RSA_PSS_2048_8192_SHA256.with_pss_salt_length(RsaPssSaltLength::Custom(Algorithm::Pss.salt_length()));
static VERIFY_PSS_V2: RsaParameters =
    RSA_PSS_2048_8192_SHA256.with_pss_salt_length(RsaPssSaltLength::Custom(Algorithm::PssV2.salt_length()));
static VERIFY_PKCS1_SHA1: RsaParameters = RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY;
static VERIFY_PKCS1_SHA256: RsaParameters = RSA_PKCS1_2048_8192_SHA256;

/// Why a text is no key that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No block of the wanted kind, or one that is damaged.
    #[error("no PEM block of the wanted kind was found")]
    NotPem,
    /// The block is locked with a pass phrase.
    #[error("the private key is encrypted with a pass phrase")]
    Encrypted,
    /// Not RSA, shorter than 2048 bits, or inconsistent.
    #[error("the key is not an RSA key of at least 2048 bits")]
    NotRsa,
    /// A key could not be made or written out; happens only when the system's random source fails.
    #[error("a key could not be made")]
    Generation,
}

/// A private key. Signing is safe from many threads at once; share it behind an `Arc`.
pub struct SigningKey {
    pair: KeyPair,
}

/// The text of a private key: PKCS#8 in PEM. Hidden in `Debug`; encrypt it before storing.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKeyPem(String);

/// A fresh key pair.
#[derive(Debug)]
pub struct GeneratedKey {
    /// Ready to sign.
    pub key: SigningKey,
    /// To be stored, encrypted.
    pub private_pem: PrivateKeyPem,
    /// To be pasted at Amazon.
    pub public_pem: String,
}

/// A public key.
pub struct VerifyingKey {
    pss: ParsedPublicKey,
    pss_v2: ParsedPublicKey,
    der: Vec<u8>,
}

impl PrivateKeyPem {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl SigningKey {
    /// Reads a private key as Amazon's portal hands it out (PKCS#8), or as older tools write it (PKCS#1).
    ///
    /// # Errors
    /// [`KeyError`] for anything but an unencrypted RSA key of 2048 to 8192 bits.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let pair = if let Some(der) = pem::decode(text, "PRIVATE KEY") {
            KeyPair::from_pkcs8(&der)
        } else if let Some(der) = pem::decode(text, "RSA PRIVATE KEY") {
            KeyPair::from_der(&der)
        } else if text.contains("ENCRYPTED") {
            return Err(KeyError::Encrypted);
        } else {
            return Err(KeyError::NotPem);
        };
        let pair = pair.map_err(|_| KeyError::NotRsa)?;
        if pair.public_modulus_len() < 256 { Err(KeyError::NotRsa) } else { Ok(Self { pair }) }
    }

    /// Makes a key pair of 2048 bits from the system's random source; takes some tenths of a second.
    ///
    /// # Errors
    /// [`KeyError::Generation`] when the random source fails.
    pub fn generate() -> Result<GeneratedKey, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generation)?;
        let der = pair.as_der().map_err(|_| KeyError::Generation)?;
        let private_pem = PrivateKeyPem(pem::encode(der.as_ref(), "PRIVATE KEY"));
        let key = Self { pair };
        let public_pem = key.public_key_pem();
        Ok(GeneratedKey { key, private_pem, public_pem })
    }

    /// Signature (Base64, padded) of `text`. Different at each call, because the salt is random.
    pub fn sign(&self, algorithm: Algorithm, text: &[u8]) -> String {
        self.sign_with(
            match algorithm {
                Algorithm::Pss => &SIGN_PSS,
                Algorithm::PssV2 => &SIGN_PSS_V2,
            },
            text,
        )
    }

    /// RSA PKCS#1 v1.5 signature (Base64) with SHA-256: what notifications of signature version 2 carry.
    ///
    /// Only the simulator and tests sign notifications; Noren never does.
    pub fn sign_pkcs1_sha256(&self, text: &[u8]) -> String {
        self.sign_with(&SIGN_PKCS1, text)
    }

    fn sign_with(&self, encoding: &'static RsaSignatureEncoding, text: &[u8]) -> String {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(encoding, &SystemRandom::new(), text, &mut signature)
            .expect("an RSA key that was parsed signs a text of any length");
        BASE64_STANDARD.encode(signature)
    }

    /// The public half as DER (SubjectPublicKeyInfo).
    pub fn public_key_der(&self) -> Vec<u8> {
        let der = self.pair.public_key().as_der().expect("a parsed key has a public half");
        der.as_ref().to_vec()
    }

    /// The public half as PEM, as Amazon's portal accepts it.
    pub fn public_key_pem(&self) -> String {
        pem::encode(&self.public_key_der(), "PUBLIC KEY")
    }

    /// The public half, ready to check signatures.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey::from_der(&self.public_key_der()).expect("the public half of a parsed key is a key")
    }
}

impl VerifyingKey {
    /// Reads a public key in PEM (SubjectPublicKeyInfo).
    ///
    /// # Errors
    /// [`KeyError::NotPem`] and [`KeyError::NotRsa`].
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        Self::from_der(&pem::decode(text, "PUBLIC KEY").ok_or(KeyError::NotPem)?)
    }

    /// Reads a public key in DER (SubjectPublicKeyInfo).
    ///
    /// # Errors
    /// [`KeyError::NotRsa`].
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let pss = ParsedPublicKey::new(&VERIFY_PSS, der).map_err(|_| KeyError::NotRsa)?;
        let pss_v2 = ParsedPublicKey::new(&VERIFY_PSS_V2, der).map_err(|_| KeyError::NotRsa)?;
        Ok(Self { pss, pss_v2, der: der.to_vec() })
    }

    /// Whether `signature_b64` signs `text` under exactly this algorithm, its salt length included.
    pub fn verify(&self, algorithm: Algorithm, text: &[u8], signature_b64: &str) -> bool {
        let key = match algorithm {
            Algorithm::Pss => &self.pss,
            Algorithm::PssV2 => &self.pss_v2,
        };
        BASE64_STANDARD.decode(signature_b64).is_ok_and(|signature| key.verify_sig(text, &signature).is_ok())
    }

    /// Whether `signature_b64` is a PKCS#1 v1.5 signature with SHA-1 (notifications, signature version 1).
    pub fn verify_pkcs1_sha1(&self, text: &[u8], signature_b64: &str) -> bool {
        self.verify_pkcs1(&VERIFY_PKCS1_SHA1, text, signature_b64)
    }

    /// Whether `signature_b64` is a PKCS#1 v1.5 signature with SHA-256 (notifications, signature version 2).
    pub fn verify_pkcs1_sha256(&self, text: &[u8], signature_b64: &str) -> bool {
        self.verify_pkcs1(&VERIFY_PKCS1_SHA256, text, signature_b64)
    }

    fn verify_pkcs1(&self, parameters: &'static RsaParameters, text: &[u8], signature_b64: &str) -> bool {
        let key = UnparsedPublicKey::new(parameters, &self.der);
        BASE64_STANDARD.decode(signature_b64).is_ok_and(|signature| key.verify(text, &signature).is_ok())
    }

    /// The key as DER (SubjectPublicKeyInfo).
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(hidden)")
    }
}

impl fmt::Debug for PrivateKeyPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKeyPem(hidden)")
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifyingKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_key_can_be_stored_read_again_and_checked_by_its_public_half() {
        let made = SigningKey::generate().unwrap();
        let again = SigningKey::from_pem(made.private_pem.expose()).unwrap();
        let public = VerifyingKey::from_pem(&made.public_pem).unwrap();
        for algorithm in Algorithm::ALL {
            let signature = again.sign(algorithm, b"text");
            assert!(public.verify(algorithm, b"text", &signature));
            assert!(!public.verify(algorithm, b"other", &signature));
            let other = if algorithm == Algorithm::Pss { Algorithm::PssV2 } else { Algorithm::Pss };
            assert!(!public.verify(other, b"text", &signature), "the salt's length follows the name");
        }
        let signature = made.key.sign_pkcs1_sha256(b"text");
        assert!(public.verify_pkcs1_sha256(b"text", &signature));
        assert!(!public.verify_pkcs1_sha1(b"text", &signature));
    }

    #[test]
    fn r83_a_private_key_never_shows_itself() {
        let made = SigningKey::generate().unwrap();
        let shown = format!("{made:?}");
        let secret = made.private_pem.expose().lines().nth(1).unwrap();
        assert!(!shown.contains(secret));
        assert!(shown.contains("hidden"));
    }

    #[test]
    fn what_is_no_key_is_refused_with_its_cause() {
        let cases = [
            ("", KeyError::NotPem),
            (
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
                KeyError::Encrypted,
            ),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", KeyError::NotRsa),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", KeyError::NotPem),
        ];
        for (text, cause) in cases {
            assert_eq!(SigningKey::from_pem(text).err(), Some(cause), "{text}");
        }
        assert_eq!(VerifyingKey::from_der(&[1, 2, 3]).err(), Some(KeyError::NotRsa));
    }
}
