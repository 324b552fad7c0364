//! Certificates of notifications: which addresses are trusted, how they are fetched, and how long they are kept.
//!
//! Trust comes from the address: HTTPS at a host that only Amazon's notification service has. One more host can be
//! trusted, the simulator's, and only a setting can name it.

use super::{Envelope, Forged, verify_with_key};
use crate::signing::{KeyError, VerifyingKey, decode_pem};
use reqwest::Url;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use x509_parser::prelude::{FromDer as _, X509Certificate};

const LARGEST_CERTIFICATE: usize = 64 * 1024;
const TIME_TO_FETCH: Duration = Duration::from_secs(5);
/// The service has a handful of certificates; forged notifications must not fill the memory.
const KEPT: usize = 16;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The address is not one of the notification service.
    #[error("the certificate's address is not one of the notification service")]
    Address,
    /// It could not be fetched within the limits of time and size, or not from this very address.
    #[error("the certificate could not be fetched")]
    Fetch,
    /// What was fetched is no certificate.
    #[error("the certificate cannot be read")]
    Unreadable,
    /// Its key is of no use.
    #[error("the key of the certificate cannot be used")]
    Key(#[source] KeyError),
}

/// One more host whose certificates are trusted, over plain HTTP too: the simulator's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedHost {
    host: String,
    port: Option<u16>,
}

impl TrustedHost {
    /// The host and port of `address`, or nothing if it names no host.
    pub fn of(address: &Url) -> Option<Self> {
        Some(Self { host: address.host_str()?.to_owned(), port: address.port_or_known_default() })
    }

    fn has(&self, url: &Url) -> bool {
        url.host_str() == Some(&self.host) && url.port_or_known_default() == self.port
    }
}

/// An address that certificates may be fetched from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CertificateAddress(Url);

impl CertificateAddress {
    /// Checks `text`: HTTPS, host `sns.REGION.amazonaws.com` or `.com.cn`, path ending in `.pem`; or the trusted host.
    ///
    /// # Errors
    /// [`CertificateError::Address`].
    pub fn new(text: &str, trusted: Option<&TrustedHost>) -> Result<Self, CertificateError> {
        let url = Url::parse(text).map_err(|_| CertificateError::Address)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.path().ends_with(".pem");
        let amazons = url.scheme() == "https"
            && url.port_or_known_default() == Some(443)
            && url.host_str().is_some_and(is_service_host);
        let simulators =
            matches!(url.scheme(), "http" | "https") && trusted.is_some_and(|trusted| trusted.has(&url));
        if plain && (amazons || simulators) { Ok(Self(url)) } else { Err(CertificateError::Address) }
    }

    /// The address.
    pub const fn url(&self) -> &Url {
        &self.0
    }
}

/// `^sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(\.cn)?$`, spelled out.
fn is_service_host(host: &str) -> bool {
    let Some(rest) = host.strip_prefix("sns.") else { return false };
    let rest = rest.strip_suffix(".cn").unwrap_or(rest);
    let Some(region) = rest.strip_suffix(".amazonaws.com") else { return false };
    region.len() >= 3 && region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// The public key of a certificate in PEM.
///
/// # Errors
/// [`CertificateError::Unreadable`] and [`CertificateError::Key`].
pub fn key_of_certificate(pem: &str) -> Result<VerifyingKey, CertificateError> {
    let der = decode_pem(pem, "CERTIFICATE").ok_or(CertificateError::Unreadable)?;
    let (_, certificate) = X509Certificate::from_der(&der).map_err(|_| CertificateError::Unreadable)?;
    VerifyingKey::from_der(certificate.public_key().raw).map_err(CertificateError::Key)
}

/// Fetches and keeps certificates. One for the whole program.
#[derive(Debug)]
pub struct Certificates {
    http: reqwest::Client,
    trusted: Option<TrustedHost>,
    kept: Mutex<VecDeque<(CertificateAddress, Arc<VerifyingKey>)>>,
}

impl Certificates {
    /// Fetches through `http`, which must follow no redirect ([`crate::http_client::builder`]), and trusts the
    /// simulator's host where the settings name one.
    pub fn new(http: reqwest::Client, trusted: Option<TrustedHost>) -> Self {
        Self { http, trusted, kept: Mutex::default() }
    }

    /// Checks that `envelope` was signed by the notification service.
    ///
    /// # Errors
    /// [`Forged`]. With [`CertificateError::Fetch`] inside, a later delivery may pass.
    pub async fn authenticate(&self, envelope: &Envelope) -> Result<(), Forged> {
        let address = CertificateAddress::new(&envelope.signing_cert_url, self.trusted.as_ref())?;
        let key = self.key(&address).await?;
        verify_with_key(envelope, &key)
    }

    /// The key at `address`, fetched once.
    async fn key(&self, address: &CertificateAddress) -> Result<Arc<VerifyingKey>, CertificateError> {
        if let Some(key) = self.kept(address) {
            return Ok(key);
        }
        let key = Arc::new(key_of_certificate(&self.fetch(address).await?)?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Two deliveries may have fetched it at once.
        kept.retain(|(known, _)| known != address);
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back((address.clone(), Arc::clone(&key)));
        Ok(key)
    }

    fn kept(&self, address: &CertificateAddress) -> Option<Arc<VerifyingKey>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == address).map(|(_, key)| Arc::clone(key))
    }

    async fn fetch(&self, address: &CertificateAddress) -> Result<String, CertificateError> {
        let failed = |_| CertificateError::Fetch;
        let call = self.http.get(address.url().clone()).timeout(TIME_TO_FETCH);
        let mut response = call.send().await.map_err(failed)?;
        // A client that followed a redirect would end elsewhere.
        if response.status().as_u16() != 200 || response.url() != address.url() {
            return Err(CertificateError::Fetch);
        }
        let mut text = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(failed)? {
            if text.len() + piece.len() > LARGEST_CERTIFICATE {
                return Err(CertificateError::Fetch);
            }
            text.extend_from_slice(&piece);
        }
        String::from_utf8(text).map_err(|_| CertificateError::Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_notification_services_addresses_are_trusted() {
        let good = [
            "https://sns.ap-northeast-1.amazonaws.com/SimpleNotificationService-0123.pem",
            "https://sns.ap-northeast-1.amazonaws.com:443/a.pem",
            "https://SNS.cn-north-1.amazonaws.com.cn/a.pem",
        ];
        for address in good {
            assert!(CertificateAddress::new(address, None).is_ok(), "{address}");
        }
        let bad = [
            "http://sns.ap-northeast-1.amazonaws.com/a.pem",
            "https://sns.ap-northeast-1.amazonaws.com:8443/a.pem",
            "https://sns.ap-northeast-1.amazonaws.com/a.pem.txt",
            "https://sns.ap-northeast-1.amazonaws.com.evil.example/a.pem",
            "https://sns.evil.example/sns.ap-northeast-1.amazonaws.com/a.pem",
            "https://sns.ap-northeast-1.amazonaws.com@evil.example/a.pem",
            "https://evil@sns.ap-northeast-1.amazonaws.com/a.pem",
            "https://sns.a.b.amazonaws.com/a.pem",
            "https://sns.ab.amazonaws.com/a.pem",
            "https://xsns.ap-northeast-1.amazonaws.com/a.pem",
            "https://sns.amazonaws.com/a.pem",
            "https://bucket.s3.amazonaws.com/a.pem",
            "http://amazon.localhost:9000/a.pem",
            "file:///a.pem",
            "",
        ];
        for address in bad {
            assert!(CertificateAddress::new(address, None).is_err(), "{address}");
        }
    }

    #[test]
    fn the_simulators_host_is_trusted_with_its_port_and_nothing_beside_it() {
        let trusted = TrustedHost::of(&Url::parse("http://amazon.localhost:9000").unwrap()).unwrap();
        let check = |address| CertificateAddress::new(address, Some(&trusted)).is_ok();
        assert!(check("http://amazon.localhost:9000/sns/a.pem"));
        assert!(check("https://sns.ap-northeast-1.amazonaws.com/a.pem"));
        for bad in [
            "http://amazon.localhost:9001/a.pem",
            "http://amazon.localhost/a.pem",
            "http://other.localhost:9000/a.pem",
            "http://amazon.localhost:9000/a",
            "ftp://amazon.localhost:9000/a.pem",
        ] {
            assert!(!check(bad), "{bad}");
        }
    }
}
