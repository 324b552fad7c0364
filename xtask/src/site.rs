//! One of the demo's sites: a name below `localhost`, a port, and how to see that it is ready. Start at [`Site`].

use std::io;
use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Result, bail};

use crate::http;

/// One of the three sites.
#[derive(Clone, Copy)]
pub struct Site {
    pub name: &'static str,
    pub port: u16,
    pub flag: &'static str,
    /// Answers with success once the site is usable.
    pub ready: &'static str,
}

impl Site {
    fn host(&self) -> String {
        format!("{}.localhost", self.name)
    }

    pub fn origin(&self) -> String {
        format!("http://{}:{}", self.host(), self.port)
    }

    pub fn is_ready(&self) -> bool {
        http::is_ready(&self.host(), self.port, self.ready)
    }

    /// Takes the port, so that a second claim on it is noticed too.
    ///
    /// # Errors
    /// When someone else holds it; the message names the port and the flag that chooses another.
    pub fn hold_port(&self) -> Result<TcpListener> {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)) {
            Ok(listener) => Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                bail!(
                    "port {} for {} is taken: end what uses it, or choose another with {}",
                    self.port,
                    self.name,
                    self.flag
                )
            }
            Err(error) => bail!(
                "port {} for {} cannot be used ({error}): choose another with {}",
                self.port,
                self.name,
                self.flag
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_an_error_that_names_the_port_and_the_flag() {
        let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = holder.local_addr().unwrap().port();
        let site = Site { name: "noren", port, flag: "--noren-port", ready: "/" };

        let error = site.hold_port().unwrap_err().to_string();

        assert!(error.contains(&port.to_string()) && error.contains("--noren-port"), "{error}");
    }
}
