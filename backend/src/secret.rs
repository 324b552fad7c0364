//! Randomness, hashes and sealing: the one place that draws a number.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use shared::api::Token;

/// Fills `N` bytes from the system's generator.
#[expect(clippy::disallowed_methods, reason = "this is the source of chance everything else asks")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // The generator fails only where the operating system has none; then nothing here is safe any more.
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's random generator");
    bytes
}

/// A secret of 256 bits, and the hash to store in its place.
pub fn new_token() -> (Token, [u8; 32]) {
    let token = Token(URL_SAFE_NO_PAD.encode(random::<32>()));
    let hash = token_hash(&token);
    (token, hash)
}

/// What is stored of a token. Plain SHA-256 is enough for 256 random bits.
pub fn token_hash(token: &Token) -> [u8; 32] {
    sha256(token.0.as_bytes())
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// [`sha256`] as 64 digits, for what is kept as text.
pub fn sha256_hex(bytes: &[u8]) -> String {
    sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two secrets are equal, in time that does not depend on where they differ.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(one, other).is_ok()
}

/// A name of 128 random bits that tells nothing: for what strangers may see.
pub fn random_id() -> String {
    uuid::Builder::from_random_bytes(random::<16>()).into_uuid().simple().to_string()
}

/// A name that sorts by time: for rows.
pub fn timed_id(now: Timestamp) -> String {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random::<10>()).into_uuid().simple().to_string()
}

/// Whether `tag` is the HMAC-SHA-256 of `message`.
pub fn hmac_matches(secret: &[u8], message: &[u8], tag: &[u8]) -> bool {
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, secret), message, tag).is_ok()
}

/// Seals what has to lie in the database unreadable: private keys and cart secrets.
#[derive(Clone)]
pub struct MasterKey(std::sync::Arc<LessSafeKey>);

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(hidden)")
    }
}

/// The sealed bytes are damaged, or sealed under another key, shop or name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret cannot be opened with this master key")]
pub struct CannotOpen;

impl MasterKey {
    /// Takes 32 bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, bytes).expect("32 bytes make an AES-256 key");
        Self(std::sync::Arc::new(LessSafeKey::new(key)))
    }

    /// Seals `plain`; `owner` (shop and key id) has to be named again to open it.
    pub fn seal(&self, owner: &str, plain: &[u8]) -> Vec<u8> {
        let nonce = random::<NONCE_LEN>();
        let mut sealed = plain.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(owner.as_bytes()),
                &mut sealed,
            )
            .expect("a secret is far below the cipher's limit");
        [&nonce[..], &sealed].concat()
    }

    /// Opens what [`MasterKey::seal`] made for the same owner.
    ///
    /// # Errors
    /// [`CannotOpen`].
    pub fn open(&self, owner: &str, sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(CannotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CannotOpen)?;
        let mut body = body.to_vec();
        let plain =
            self.0.open_in_place(nonce, Aad::from(owner.as_bytes()), &mut body).map_err(|_| CannotOpen)?;
        Ok(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_only_for_its_owner_and_key() {
        let key = MasterKey::new(&[7; 32]);
        let sealed = key.seal("demo/SANDBOX-1", b"secret");
        assert_eq!(key.open("demo/SANDBOX-1", &sealed).unwrap(), b"secret");
        assert_eq!(key.open("other/SANDBOX-1", &sealed), Err(CannotOpen));
        assert_eq!(MasterKey::new(&[8; 32]).open("demo/SANDBOX-1", &sealed), Err(CannotOpen));
        assert_eq!(key.open("demo/SANDBOX-1", &sealed[..5]), Err(CannotOpen));
        assert_ne!(key.seal("demo/SANDBOX-1", b"secret"), sealed);
    }

    #[test]
    fn r83_a_token_hides_itself() {
        let (token, hash) = new_token();
        assert_eq!(token_hash(&token), hash);
        assert!(!format!("{token:?}").contains(&token.0));
        assert_eq!(token.0.len(), 43);
    }
}
