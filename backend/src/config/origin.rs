//! An origin: scheme, host and port, as browsers compare them.

use std::fmt;
use std::net::IpAddr;

/// Scheme, host and port, spelled as a browser's `Origin` header spells them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

/// The text is no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an address is http:// or https://, a host and perhaps a port, and no path")]
pub struct NotAnOrigin;

impl Origin {
    /// Checks `text`; a single trailing slash, capital letters and a scheme's usual port are forgiven.
    ///
    /// # Errors
    /// [`NotAnOrigin`].
    pub fn new(text: &str) -> Result<Self, NotAnOrigin> {
        let url = reqwest::Url::parse(text).map_err(|_| NotAnOrigin)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https") || !bare || !anonymous || url.host_str().is_none() {
            return Err(NotAnOrigin);
        }
        Ok(Self(url.origin().ascii_serialization()))
    }

    /// Without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is https.
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Host without port and brackets.
    pub fn host(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        match rest.strip_prefix('[') {
            Some(six) => six.split(']').next().unwrap_or(six),
            None => rest.split(':').next().unwrap_or(rest),
        }
    }

    /// Whether it can only be this machine: `localhost`, `*.localhost`, `127.*`, `::1`.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        host == "localhost"
            || host.ends_with(".localhost")
            || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// The same with `port` where port 0 was given.
    #[must_use]
    pub fn on_port(self, port: u16) -> Self {
        match self.0.strip_suffix(":0") {
            Some(rest) => Self(format!("{rest}:{port}")),
            None => self,
        }
    }
}

impl std::str::FromStr for Origin {
    type Err = NotAnOrigin;
    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        Self::new(text)
    }
}

impl std::ops::Deref for Origin {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_spelled_as_browsers_spell_it() {
        for (given, spelled) in [
            ("http://Noren.localhost:4102/", "http://noren.localhost:4102"),
            ("https://pay.example.jp:443", "https://pay.example.jp"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(Origin::new(given).unwrap().as_str(), spelled);
        }
        for bad in [
            "",
            "null",
            "noren.localhost",
            "ftp://a",
            "http://a/b",
            "http://a?b",
            "http://u:p@a",
            "file:///x",
        ] {
            assert_eq!(Origin::new(bad), Err(NotAnOrigin), "{bad}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for own in ["http://localhost:1", "http://a.localhost", "http://127.1.2.3", "http://[::1]:5"] {
            assert!(Origin::new(own).unwrap().is_loopback(), "{own}");
        }
        for other in
            ["http://localhost.jp", "http://xlocalhost", "http://10.0.0.1", "http://0.0.0.0", "http://[::2]"]
        {
            assert!(!Origin::new(other).unwrap().is_loopback(), "{other}");
        }
    }
}
