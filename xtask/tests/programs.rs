//! The two programs that xtask itself is: the demo shop's server, and the guard that no child outlives.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be, helpers of tests included"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
#[cfg(target_os = "linux")]
use std::{
    thread,
    time::{Duration, Instant},
};

const XTASK: &str = env!("CARGO_BIN_EXE_xtask");

/// Ends with the test, whatever happens.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

fn get(port: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: shop.localhost:{port}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_demo_shop_serves_its_pages_with_norens_address_and_a_strict_policy() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.html"), "<script async src=\"__NOREN__/noren.js\"></script>")
        .unwrap();
    let shop = Command::new(XTASK)
        .args(["serve-shop", "--port", "0", "--noren", "http://noren.localhost:7", "--root"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .spawn();
    let mut shop = Ended(shop.unwrap());
    let address = first_line(&mut shop.0);
    let port = address.strip_prefix("listening on http://shop.localhost:").unwrap();

    let page = get(port, "/?from=mail");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(page.contains("src=\"http://noren.localhost:7/noren.js\""), "{page}");
    assert!(page.contains("script-src 'self' http://noren.localhost:7 "), "{page}");
    assert!(!page.contains("unsafe-inline"), "{page}");

    assert!(get(port, "/nothing").starts_with("HTTP/1.1 404 "));
}

#[test]
fn the_demo_refuses_a_taken_port_before_it_builds_anything_and_names_the_flag() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    let data = tempfile::tempdir().unwrap();
    // Port 0 is always free.
    let free = ["--amazon-port", "0", "--noren-port", "0"];
    let demo = Command::new(XTASK)
        .args(["demo", "--shop-port", &port])
        .args(free)
        .arg("--data")
        .arg(data.path())
        .output();
    let demo = demo.unwrap();

    let message = String::from_utf8(demo.stderr).unwrap();
    assert!(!demo.status.success());
    assert_eq!(
        message,
        format!(
            "error: port {port} for shop is taken: end what uses it, or choose another with --shop-port\n"
        )
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_under_the_guard_ends_when_its_parent_is_killed() {
    let script = format!("{XTASK} guard --parent $$ -- sleep 600 & echo $!; wait");
    let parent = Command::new("sh").args(["-c", &script]).stdout(Stdio::piped()).spawn();
    let mut parent = Ended(parent.unwrap());
    let pid = first_line(&mut parent.0);
    until("the program runs", || name_of(&pid).as_deref() == Some("sleep"));

    parent.0.kill().unwrap();

    until("the program has ended", || name_of(&pid).is_none());
}

/// What the kernel calls a process; `None` once it has ended, even while nobody has collected it.
#[cfg(target_os = "linux")]
fn name_of(pid: &str) -> Option<String> {
    // "4711 (sleep) S 1 …"
    let line = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (name, state) = line.split_once('(')?.1.rsplit_once(") ")?;
    (!state.starts_with('Z')).then(|| name.to_owned())
}

#[cfg(target_os = "linux")]
fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < Duration::from_secs(10), "{what}: not within 10 s");
        thread::sleep(Duration::from_millis(20));
    }
}
