//! The HTTP client under all calls: direct, no redirects, one pool of connections for all shops.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// A builder with this crate's rules: no redirects, no proxy from the environment (what is signed goes to the
/// address in the settings and nowhere else), names below `.localhost` are this machine whatever its resolver
/// thinks, five seconds to connect. Build once, share everywhere: connections are reused.
pub fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .dns_resolver(LoopbackNames)
        .connect_timeout(Duration::from_secs(5))
        .pool_idle_timeout(Duration::from_secs(30))
        .user_agent(concat!("noren/", env!("CARGO_PKG_VERSION")))
}

/// Resolves `localhost` and every name below it to 127.0.0.1, all others as the system does.
///
/// Browsers do the same (RFC 6761); many system resolvers do not, and the demo's three sites live there.
#[derive(Debug, Clone, Copy)]
pub struct LoopbackNames;

impl Resolve for LoopbackNames {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let addresses: Addrs = if is_loopback_name(&host) {
                Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))))
            } else {
                let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
                Box::new(found.into_iter())
            };
            Ok(addresses)
        })
    }
}

/// Whether `host` is `localhost` or ends in `.localhost`.
pub fn is_loopback_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_below_localhost_are_this_machine() {
        for name in ["localhost", "amazon.localhost", "Noren.LOCALHOST", "a.b.localhost."] {
            assert!(is_loopback_name(name), "{name}");
        }
        for name in ["localhost.example.jp", "notlocalhost", "example.jp", ""] {
            assert!(!is_loopback_name(name), "{name}");
        }
    }
}
