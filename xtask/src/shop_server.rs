//! `cargo xtask serve-shop`: the demo shop's static pages, on an origin of their own, with the policy a careful shop sends.
//!
//! It knows nothing of Noren but the two addresses it writes into the pages: a shop needs no more. Start at [`command`].

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

/// A request line and its headers are never longer; what comes after is not read.
const HEAD_LIMIT: u64 = 16 * 1024;
const TIME_OUT: Duration = Duration::from_secs(10);

/// What the demo shop is told.
#[derive(clap::Args)]
pub struct Options {
    /// Port on loopback; 0 takes a free one
    #[arg(long, default_value_t = 4101)]
    port: u16,
    /// Origin of Noren, without a slash at the end
    #[arg(long, default_value = "http://noren.localhost:4102")]
    noren: String,
    /// Origin of Amazon (the simulator), without a slash at the end
    #[arg(long, default_value = "http://amazon.localhost:4103")]
    amazon: String,
    /// Folder with the pages [default: tests/demo-shop]
    #[arg(long)]
    root: Option<PathBuf>,
    /// Another content-security policy than the usual one
    #[arg(long, conflicts_with = "no_csp")]
    csp: Option<String>,
    /// Send no content-security policy at all
    #[arg(long)]
    no_csp: bool,
}

struct Shop {
    root: PathBuf,
    words: [(&'static str, String); 3],
    policy: Option<String>,
}

/// Serves until it is ended.
///
/// # Errors
/// When the port is taken or the folder does not exist.
pub fn command(options: &Options) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
        .with_context(|| format!("port {} is taken: choose another with --port", options.port))?;
    let port = listener.local_addr()?.port();
    let root = options.root.clone().unwrap_or_else(|| crate::root().join("tests/demo-shop"));
    let root = root.canonicalize().with_context(|| format!("{} does not exist", root.display()))?;
    let origin = format!("http://shop.localhost:{port}");
    let shop = Arc::new(Shop {
        root,
        policy: policy(options),
        words: [
            ("__SHOP__", origin.clone()),
            ("__NOREN__", options.noren.clone()),
            ("__AMAZON__", options.amazon.clone()),
        ],
    });
    println!("listening on {origin}");
    for stream in listener.incoming() {
        let (Ok(stream), shop) = (stream, Arc::clone(&shop)) else { continue };
        // A browser that went away is no concern of the shop.
        thread::spawn(move || shop.answer(stream).ok());
    }
    Ok(())
}

/// What `docs/EMBEDDING.md` asks a shop with a strict policy to allow, and nothing more.
fn policy(options: &Options) -> Option<String> {
    if options.no_csp {
        return None;
    }
    let (noren, amazon) = (&options.noren, &options.amazon);
    Some(options.csp.clone().unwrap_or_else(|| {
        format!(
            "default-src 'self'; script-src 'self' {noren} {amazon} 'wasm-unsafe-eval'; \
             connect-src 'self' {noren} {amazon}; style-src 'self'; img-src 'self' data: {noren} {amazon}; \
             frame-src {amazon}; object-src 'none'; base-uri 'self'"
        )
    }))
}

impl Shop {
    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(TIME_OUT))?;
        stream.set_write_timeout(Some(TIME_OUT))?;
        let mut reader = BufReader::new(stream.try_clone()?.take(HEAD_LIMIT));
        let mut request = String::new();
        reader.read_line(&mut request)?;
        // The headers are read to their end, or closing the connection would reset it under the answer.
        let mut header = String::from("x");
        while !header.trim_end().is_empty() {
            header.clear();
            reader.read_line(&mut header)?;
        }
        let mut words = request.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if method != "GET" && method != "HEAD" {
            return send(&mut stream, "405 Method Not Allowed", "text/plain", b"only GET", &[], true);
        }
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let (status, page) = match self.page(path) {
            Some(page) => ("200 OK", page),
            None => (
                "404 Not Found",
                self.page("/404").unwrap_or((PathBuf::from("404.txt"), b"no such page".to_vec())),
            ),
        };
        let (file, body) = page;
        let mut headers = vec![("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff")];
        if let Some(policy) = &self.policy {
            headers.push(("Content-Security-Policy", policy));
        }
        send(&mut stream, status, content_type(&file), &body, &headers, method == "GET")
    }

    /// The file behind a path, with the addresses filled in; `/cart` is `cart.html`.
    fn page(&self, path: &str) -> Option<(PathBuf, Vec<u8>)> {
        let relative = Path::new(path.strip_prefix('/')?);
        // Only plain names: nothing leads out of the folder, and dot files stay private.
        let plain =
            |part| matches!(part, Component::Normal(name) if !name.to_string_lossy().starts_with('.'));
        if path.contains(['%', '\\', '\0']) || !relative.components().all(plain) {
            return None;
        }
        let mut file = self.root.join(relative);
        if file.is_dir() {
            file = file.join("index.html");
        } else if file.extension().is_none() {
            file.set_extension("html");
        }
        let bytes = fs::read(&file).ok()?;
        if !is_text(&file) {
            return Some((file, bytes));
        }
        let mut text = String::from_utf8(bytes).ok()?;
        for (word, address) in &self.words {
            text = text.replace(word, address);
        }
        Some((file, text.into_bytes()))
    }
}

fn send(
    stream: &mut TcpStream,
    status: &str,
    content_type: &str,
    body: &[u8],
    headers: &[(&str, &str)],
    with_body: bool,
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\nConnection: close\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes())?;
    if with_body {
        stream.write_all(body)?;
    }
    stream.flush()
}

fn extension(file: &Path) -> &str {
    file.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

fn is_text(file: &Path) -> bool {
    matches!(extension(file), "html" | "js" | "mjs" | "css" | "json" | "svg")
}

fn content_type(file: &Path) -> &'static str {
    match extension(file) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "txt" => "text/plain",
        "wasm" => "application/wasm",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> (tempfile::TempDir, Shop) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("shop")).unwrap();
        fs::write(folder.path().join("secret.html"), "secret").unwrap();
        fs::write(folder.path().join("shop/index.html"), "<script src=\"__NOREN__/noren.js\"></script>")
            .unwrap();
        fs::write(folder.path().join("shop/cart.html"), "cart of __SHOP__").unwrap();
        fs::write(folder.path().join("shop/.hidden"), "hidden").unwrap();
        let words = [
            ("__SHOP__", "http://s".into()),
            ("__NOREN__", "http://n".into()),
            ("__AMAZON__", "http://a".into()),
        ];
        let root = folder.path().join("shop");
        (folder, Shop { root, words, policy: None })
    }

    fn text(shop: &Shop, path: &str) -> Option<String> {
        shop.page(path).map(|(_, body)| String::from_utf8(body).unwrap())
    }

    #[test]
    fn a_page_gets_the_addresses_filled_in() {
        let (_folder, shop) = shop();
        assert_eq!(text(&shop, "/").as_deref(), Some("<script src=\"http://n/noren.js\"></script>"));
        assert_eq!(text(&shop, "/cart").as_deref(), Some("cart of http://s"));
        assert_eq!(text(&shop, "/cart.html").as_deref(), Some("cart of http://s"));
    }

    #[test]
    fn nothing_outside_the_folder_and_no_dot_file_is_served() {
        let (_folder, shop) = shop();
        for path in [
            "/../secret.html",
            "/../secret",
            "/%2e%2e/secret.html",
            "//secret.html",
            "/.hidden",
            "secret",
            "",
        ] {
            assert_eq!(text(&shop, path), None, "{path}");
        }
    }
}
