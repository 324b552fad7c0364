//! Section `server`: where it listens, what it is called, where its things lie.

use super::{Origin, Settings};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

pub(super) const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4102);
pub(super) const PUBLIC_URL: &str = "http://noren.localhost:4102";
pub(super) const DATABASE: &str = "sqlite:noren.sqlite";
pub(super) const PAGES: &str = "dist";
pub(super) const MASTER_KEY: &str = "noren.key";

super::given! {
    /// What can be given.
    #[command(next_help_heading = "Server")]
    ServerGiven {
        /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:4102]
        #[arg(long, env = "NOREN_LISTEN", value_name = "ADDRESS:PORT")]
        listen: SocketAddr,
        /// Address browsers and Amazon reach us at, without a path; https unless it is loopback. Port 0 becomes
        /// the port that is listened on [default: http://noren.localhost:4102]
        #[arg(long, env = "NOREN_PUBLIC_URL", value_name = "URL")]
        public_url: String,
        /// Database: `sqlite:PATH` (one process) or `postgres://USER@HOST/NAME` [default: sqlite:noren.sqlite]
        #[arg(long, env = "NOREN_DATABASE", value_name = "URL", hide_env_values = true)]
        database: String,
        /// Folder of the built pages, made by `cargo xtask pages` [default: dist]
        #[arg(long, env = "NOREN_PAGES", value_name = "FOLDER")]
        pages: PathBuf,
        /// File with milliseconds by which the clock is moved; only with the simulator
        #[arg(long, env = "NOREN_CLOCK", value_name = "FILE")]
        clock: PathBuf,
        /// Shops, products and keys (TOML) to write into the database where a shop does not exist yet
        #[arg(long, env = "NOREN_SEED", value_name = "FILE")]
        seed: PathBuf,
        /// File with the key that encrypts stored secrets, made with mode 0600 when missing; the key itself (base64 of
        /// 32 bytes) in NOREN_MASTER_KEY_BASE64 wins over it [default: noren.key]
        #[arg(long, env = "NOREN_MASTER_KEY", value_name = "FILE")]
        master_key: PathBuf,
        /// Take a client's address from the last entry of X-Forwarded-For, which a proxy in front has written
        #[arg(long, env = "NOREN_BEHIND_PROXY", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
        behind_proxy: bool,
    }
}

/// Our own origin; a wrong one is reported, and the default stands in so that the other checks can go on.
pub(super) fn public_url(given: Option<&str>, problems: &mut Vec<String>) -> Origin {
    let fallback = || Origin::new(PUBLIC_URL).expect("the default is an origin");
    match given.map(Origin::new) {
        None => fallback(),
        Some(Ok(origin)) => origin,
        Some(Err(error)) => {
            problems.push(format!("public-url: {error}"));
            fallback()
        }
    }
}

/// The rules of this section.
pub(super) fn check(settings: &Settings, problems: &mut Vec<String>) {
    if !settings.public_url.is_secure() && !settings.public_url.is_loopback() {
        problems.push(format!("public-url: {} is not loopback, so it has to be https", settings.public_url));
    }
    let database = settings.database.as_str();
    if !["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| database.starts_with(scheme)) {
        // Not repeated: an address may hold a password.
        problems.push("database: the address is sqlite:PATH or postgres://USER@HOST/NAME".to_owned());
    }
}
