//! TLS with a certificate made at the start: official SDKs speak nothing else.

use super::connection::{Connection, Severable};
use rcgen::generate_simple_self_signed;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

/// Time a client has for its handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A server side with a fresh self-signed certificate for this computer's names.
pub(super) fn acceptor(base_url: &str) -> Result<TlsAcceptor, Box<dyn Error + Send + Sync>> {
    let host = base_url.split("//").nth(1).unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "amazon.localhost".to_owned()];
    if !host.is_empty() && !names.iter().any(|name| name == host) {
        names.push(host.to_owned());
    }
    let made = generate_simple_self_signed(names)?;
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Passes TLS connections on after their handshake, each in its own time.
pub(super) async fn accept(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    inbound: mpsc::Sender<(Severable, Connection)>,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (acceptor, inbound) = (acceptor.clone(), inbound.clone());
        tokio::spawn(async move {
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                // Nobody listens any more: the simulator is stopping.
                let _ = inbound.send(Severable::new(stream)).await;
            }
        });
    }
}
