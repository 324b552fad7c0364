//! The key of this process that signs notifications, its certificate, and RSA with SHA-1, which libraries no longer
//! sign with although version 1 of the service's signatures still is just that.

use amazon_pay::signing::{SigningKey, sha256_hex};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256};
use std::sync::LazyLock;

struct Key {
    sha256: SigningKey,
    modulus: BigUint,
    private_exponent: BigUint,
    certificate: String,
    path: String,
}

/// Made when first needed; one for all simulators of a process, because making it takes a moment.
static KEY: LazyLock<Key> =
    LazyLock::new(|| make().expect("making a key and certificate needs only chance and memory"));

fn make() -> Option<Key> {
    let made = SigningKey::generate().ok()?;
    let pem = made.private_pem.expose().to_owned();
    let pair = KeyPair::from_pkcs8_pem_and_sign_algo(&pem, &PKCS_RSA_SHA256).ok()?;
    let mut params = CertificateParams::new(vec!["amazon.localhost".to_owned()]).ok()?;
    params.distinguished_name.push(DnType::CommonName, "notifications of the simulator, test only");
    let certificate = params.self_signed(&pair).ok()?;
    let (modulus, private_exponent) = private_numbers(&pair.serialize_der())?;
    let fingerprint = sha256_hex(certificate.der());
    Some(Key {
        sha256: made.key,
        modulus,
        private_exponent,
        certificate: certificate.pem(),
        path: format!("/sns/SimulatorNotificationService-{}.pem", &fingerprint[..32]),
    })
}

/// The certificate in PEM.
pub(crate) fn certificate_pem() -> &'static str {
    &KEY.certificate
}

/// Its path. The name changes with the key, because merchants keep certificates by address.
pub(crate) fn certificate_path() -> &'static str {
    &KEY.path
}

/// RSA PKCS#1 v1.5 with SHA-256: signature version 2.
pub(super) fn sign_sha256(text: &[u8]) -> String {
    KEY.sha256.sign_pkcs1_sha256(text)
}

/// RSA PKCS#1 v1.5 with SHA-1: signature version 1. Not in constant time: the key is worth nothing.
pub(super) fn sign_sha1(text: &[u8]) -> String {
    // DigestInfo of SHA-1 (RFC 8017, section 9.2, note 1).
    const PREFIX: [u8; 15] =
        [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, text);
    let length = usize::try_from(KEY.modulus.bits().div_ceil(8)).unwrap_or(256);
    let tail = PREFIX.len() + hash.as_ref().len();
    let mut block = vec![0x00, 0x01];
    block.resize(length - tail - 1, 0xff);
    block.push(0x00);
    block.extend_from_slice(&PREFIX);
    block.extend_from_slice(hash.as_ref());
    let number = BigUint::from_bytes_be(&block).modpow(&KEY.private_exponent, &KEY.modulus).to_bytes_be();
    let mut signature = vec![0; length - number.len()];
    signature.extend_from_slice(&number);
    STANDARD.encode(signature)
}

/// Modulus and private exponent out of a PKCS#8 key: version, algorithm, then PKCS#1 with version, n, e, d.
fn private_numbers(pkcs8: &[u8]) -> Option<(BigUint, BigUint)> {
    let (outer, _) = element(pkcs8)?;
    let (_, rest) = element(outer)?;
    let (_, rest) = element(rest)?;
    let (octets, _) = element(rest)?;
    let (numbers, _) = element(octets)?;
    let (_, rest) = element(numbers)?;
    let (modulus, rest) = element(rest)?;
    let (_, rest) = element(rest)?;
    let (exponent, _) = element(rest)?;
    Some((BigUint::from_bytes_be(modulus), BigUint::from_bytes_be(exponent)))
}

/// Content of the first DER element, and what follows it.
fn element(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.get(1..)?.split_first()?;
    let (length, rest) = match first {
        0x00..=0x7f => (usize::from(*first), rest),
        _ => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte)), rest)
        }
    };
    rest.split_at_checked(length)
}
