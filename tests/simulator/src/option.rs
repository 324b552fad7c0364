//! What a simulator is started with.

use crate::clock::Clock;
use crate::world::Settings;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// A merchant's public key, as registered in Seller Central.
#[derive(Debug, Clone)]
pub struct MerchantKey {
    /// `SANDBOX-…` or `LIVE-…`; other ids need the environment in the path.
    pub public_key_id: String,
    /// PEM, SubjectPublicKeyInfo, RSA.
    pub public_key_pem: String,
    /// Merchant id.
    pub merchant_id: String,
    /// Store id (`amzn1.application-oa2-client.…`).
    pub store_id: String,
    /// Where this merchant's notifications go.
    pub notification_url: Option<String>,
}

/// What a simulator is started with. [`Options::default`] listens on a free port of 127.0.0.1.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address for plain HTTP; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address for TLS with a self-made certificate, if wanted.
    pub tls_listen: Option<SocketAddr>,
    /// How browsers and shops reach the plain address, such as `http://amazon.localhost:0`; a port of 0 is
    /// replaced by the one that was taken. `None`: `http://127.0.0.1:PORT`.
    pub public_url: Option<String>,
    /// What time it is.
    pub clock: Clock,
    /// Whether requests more than 15 minutes off are refused. Never done on a virtual clock.
    pub check_dates: bool,
    /// Keys known from the start; more come by the control API.
    pub keys: Vec<MerchantKey>,
    /// File that keeps everything between runs; `None`: memory only.
    pub data: Option<PathBuf>,
    /// Switches.
    pub settings: Settings,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            tls_listen: None,
            public_url: None,
            clock: Clock::System,
            check_dates: true,
            keys: Vec::new(),
            data: None,
            settings: Settings::default(),
        }
    }
}
