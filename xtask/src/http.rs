//! The one request the demo makes itself: "are you ready?". Start at [`is_ready`].

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// More of an answer than this is not read.
const LIMIT: u64 = 256 * 1024;
const TIME_OUT: Duration = Duration::from_secs(2);

/// True when something on this loopback port answers `GET path` with a status of 200 to 299.
pub fn is_ready(host: &str, port: u16, path: &str) -> bool {
    status(host, port, path).is_some_and(|status| (200..300).contains(&status))
}

fn status(host: &str, port: u16, path: &str) -> Option<u16> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, TIME_OUT).ok()?;
    stream.set_read_timeout(Some(TIME_OUT)).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n").ok()?;
    // To its end, or closing the connection would look like a buyer who ran away.
    let mut answer = Vec::new();
    stream.take(LIMIT).read_to_end(&mut answer).ok()?;
    // "HTTP/1.1 200 …"
    let head = answer.get(..12)?;
    std::str::from_utf8(head).ok()?.split(' ').nth(1)?.parse().ok()
}
