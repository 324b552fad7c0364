//! One conversation with a shop's mail server, in two steps: up to the point where it would take the text, and the
//! text itself. Between the two the caller records that it is about to happen.
//!
//! A person names the server, so the name is resolved here and only a public address is connected to (or, beside the
//! simulator, this machine's own). Nothing the server says but its code goes any further.

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use shared::api::{SmtpTls, SmtpView};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::time::timeout;

/// For each step of a conversation.
const PATIENCE: Duration = Duration::from_secs(10);
/// For the answer to the text, which servers may scan first; below the lease of a job.
const TEXT_PATIENCE: Duration = Duration::from_secs(40);

/// A shop's mail server.
pub struct Server {
    /// Host, port, TLS, name.
    pub settings: SmtpView,
    /// In the clear.
    pub password: Option<String>,
    /// Whether this machine's own addresses may be used: beside the simulator only.
    pub loopback: bool,
}

/// Why a server did not get as far as taking a text. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReady {
    /// Its name leads to no public address.
    NotPublic,
    /// No connection, no TLS, or no answer.
    Unreachable,
    /// Name or password is wrong.
    SignIn,
    /// Its refusal, such as 550.
    Refused(u16),
}

/// What came of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handed {
    /// The final 250.
    Accepted,
    /// Its refusal, such as 451 or 554; 0 where it would not begin.
    Refused(u16),
    /// No answer: it may have been accepted.
    Lost,
}

/// A server that has accepted sender and recipient.
pub struct Ready(AsyncSmtpConnection);

impl Server {
    /// Connects and introduces sender and recipient.
    ///
    /// # Errors
    /// [`NotReady`]; nothing was sent.
    pub async fn ready(&self, envelope: &Envelope) -> Result<Ready, NotReady> {
        let address = self.address().await?;
        let hello =
            ClientId::Domain(self.settings.from_address.rsplit('@').next().unwrap_or("localhost").to_owned());
        let tls = || TlsParameters::new(self.settings.host.clone()).map_err(|_| NotReady::Unreachable);
        let implicit = if self.settings.tls == SmtpTls::Implicit { Some(tls()?) } else { None };
        let connecting = AsyncSmtpConnection::connect_tokio1(address, Some(PATIENCE), &hello, implicit, None);
        let mut connection = step(connecting).await?;
        if self.settings.tls == SmtpTls::Starttls {
            step(connection.starttls(tls()?, &hello)).await?;
        }
        if let Some(user) = &self.settings.user {
            let credentials = Credentials::new(user.clone(), self.password.clone().unwrap_or_default());
            match step(connection.auth(DEFAULT_MECHANISMS, &credentials)).await {
                Err(NotReady::Refused(code)) if code >= 500 => return Err(NotReady::SignIn),
                other => other?,
            };
        }
        let mut parameters = Vec::new();
        if envelope.to().iter().chain(envelope.from()).any(|address| !address.to_string().is_ascii()) {
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if connection.server_info().supports_feature(Extension::EightBitMime) {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        step(connection.command(Mail::new(envelope.from().cloned(), parameters))).await?;
        for recipient in envelope.to() {
            step(connection.command(Rcpt::new(recipient.clone(), Vec::new()))).await?;
        }
        Ok(Ready(connection))
    }

    /// The address to connect to, resolved and checked here so that nothing resolves it again.
    async fn address(&self) -> Result<SocketAddr, NotReady> {
        let looked_up = tokio::net::lookup_host((self.settings.host.as_str(), self.settings.port));
        let found = timeout(PATIENCE, looked_up).await.map_err(|_| NotReady::Unreachable)?;
        let mut found = found.map_err(|_| NotReady::Unreachable)?;
        found
            .find(|address| {
                let own = self.loopback && address.ip().is_loopback();
                // A password or an address does not leave this machine in the clear.
                own || (self.settings.tls != SmtpTls::None && is_public(address.ip()))
            })
            .ok_or(NotReady::NotPublic)
    }
}

impl Ready {
    /// Hands the text over.
    pub async fn hand_over(self, message: &[u8]) -> Handed {
        let Self(mut connection) = self;
        match step(connection.command(Data)).await {
            Ok(_) => {}
            Err(NotReady::Refused(code)) => return Handed::Refused(code),
            Err(_) => return Handed::Refused(0),
        }
        let handed = match timeout(TEXT_PATIENCE, connection.message(message)).await {
            Ok(Ok(_)) => Handed::Accepted,
            Ok(Err(error)) => error.status().map_or(Handed::Lost, |code| Handed::Refused(code.into())),
            Err(_) => Handed::Lost,
        };
        // Whether the goodbye is heard changes nothing.
        let _ = timeout(PATIENCE, connection.quit()).await;
        handed
    }
}

async fn step<T>(
    doing: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, NotReady> {
    match timeout(PATIENCE, doing).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            Err(error.status().map_or(NotReady::Unreachable, |code| NotReady::Refused(code.into())))
        }
        Err(_) => Err(NotReady::Unreachable),
    }
}

/// Whether the address is one of the open internet: not of this machine, a private or a special network.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            let special = v4.is_loopback()
                || v4.is_private()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (18..20).contains(&b));
            !special
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public(IpAddr::V4(v4)),
            // Global unicast without the documentation, tunnel and translation ranges.
            None => {
                let [first, second, ..] = v6.segments();
                (0x2000..0x4000).contains(&first)
                    && first != 0x2002
                    && !(first == 0x2001 && (second < 0x200 || second == 0xdb8))
                    && first != 0x3fff
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_cannot_aim_the_server_at_private_networks() {
        for inside in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "2001:db8::1",
            "2002:a00:1::1",
            "64:ff9b::a00:1",
            "ff02::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["8.8.8.8", "203.0.112.1", "2606:4700::1111"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }
}
