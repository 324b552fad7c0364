//! A real mail server for tests and the demo: it speaks SMTP on loopback, keeps what it took, and can be told to refuse
//! or to hang up. Start at [`Mailbox::start`]; people read it over HTTP ([`Mailbox::serve_pages`]).

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use base64::Engine;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the server does with the next mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Behavior {
    /// Takes them.
    #[default]
    Accept,
    /// Answers RCPT with this code, such as 451 or 550.
    RefuseRecipient(u16),
    /// Answers the text with this code.
    RefuseText(u16),
    /// Takes the text, keeps it, and hangs up without an answer.
    HangUpAfterText,
    /// Hangs up when the text is announced, keeping nothing.
    HangUpBeforeText,
}

/// A mail as it came.
#[derive(Debug, Clone)]
pub struct Received {
    /// `MAIL FROM`.
    pub from: String,
    /// `RCPT TO`.
    pub to: Vec<String>,
    /// Headers and body, dots unstuffed.
    pub raw: String,
}

/// A running mail server; it ends when dropped.
#[derive(Debug)]
pub struct Mailbox {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    behavior: Mutex<Behavior>,
    mails: Mutex<Vec<Received>>,
}

impl Shared {
    fn behavior(&self) -> Behavior {
        *self.behavior.lock().expect("nobody panics with it")
    }

    fn mails(&self) -> Vec<Received> {
        self.mails.lock().expect("nobody panics with it").clone()
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Mailbox {
    /// Listens on `address`; port 0 becomes a free one.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(address: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let served = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&served);
                // A client that goes away ends its conversation, nothing else.
                tokio::spawn(async move { talk(stream, &shared).await });
            }
        });
        Ok(Self { address, shared, task })
    }

    /// From the next command on.
    pub fn behaves(&self, behavior: Behavior) {
        *self.shared.behavior.lock().expect("nobody panics with it") = behavior;
    }

    /// What was taken, oldest first.
    pub fn mails(&self) -> Vec<Received> {
        self.shared.mails()
    }

    /// The mails, for people: `/` lists them, `/{n}` is one, `/{n}/html` its HTML part, `/mails.json` all for programs.
    pub fn pages(&self) -> Router {
        Router::new()
            .route("/", get(list))
            .route("/health", get(async || "ok"))
            .route("/mails.json", get(json))
            .route("/{number}", get(one))
            .route("/{number}/html", get(html))
            .with_state(Arc::clone(&self.shared))
    }

    /// Serves [`Mailbox::pages`] until the process ends.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn serve_pages(&self, address: SocketAddr) -> std::io::Result<()> {
        axum::serve(TcpListener::bind(address).await?, self.pages()).await
    }
}

async fn talk(stream: TcpStream, shared: &Shared) -> Option<()> {
    let mut stream = BufReader::new(stream);
    say(&mut stream, "220 mailbox.localhost ready").await?;
    let (mut from, mut to) = (String::new(), Vec::new());
    loop {
        let line = read(&mut stream).await?;
        let command = line.trim_end().to_ascii_uppercase();
        if command.starts_with("EHLO") || command.starts_with("HELO") {
            say(&mut stream, "250-mailbox.localhost\r\n250-8BITMIME\r\n250 SMTPUTF8").await?;
        } else if command.starts_with("MAIL FROM:") {
            from = between(&line);
            say(&mut stream, "250 ok").await?;
        } else if command.starts_with("RCPT TO:") {
            if let Behavior::RefuseRecipient(code) = shared.behavior() {
                say(&mut stream, &format!("{code} no")).await?;
            } else {
                to.push(between(&line));
                say(&mut stream, "250 ok").await?;
            }
        } else if command == "DATA" {
            if shared.behavior() == Behavior::HangUpBeforeText {
                return None;
            }
            say(&mut stream, "354 go on").await?;
            let raw = text(&mut stream).await?;
            let mail = Received { from: std::mem::take(&mut from), to: std::mem::take(&mut to), raw };
            match shared.behavior() {
                Behavior::RefuseText(code) => say(&mut stream, &format!("{code} no")).await?,
                behavior => {
                    shared.mails.lock().expect("nobody panics with it").push(mail);
                    if behavior == Behavior::HangUpAfterText {
                        return None;
                    }
                    say(&mut stream, "250 taken").await?;
                }
            }
        } else if command == "QUIT" {
            say(&mut stream, "221 bye").await?;
            return None;
        } else {
            (from, to) = (String::new(), Vec::new());
            say(&mut stream, if command == "RSET" { "250 ok" } else { "502 unknown" }).await?;
        }
    }
}

async fn say(stream: &mut BufReader<TcpStream>, line: &str) -> Option<()> {
    stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.ok()
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = Vec::new();
    let length = stream.read_until(b'\n', &mut line).await.ok()?;
    (length > 0).then(|| String::from_utf8_lossy(&line).into_owned())
}

async fn text(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut text = String::new();
    loop {
        let line = read(stream).await?;
        if line == ".\r\n" {
            return Some(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

fn between(line: &str) -> String {
    line.split('<').nth(1).and_then(|rest| rest.split('>').next()).unwrap_or_default().to_owned()
}

impl Received {
    /// A header's value, unfolded and with its encoded words decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        let start = format!("{}:", name.to_ascii_lowercase());
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&start))?;
        Some(decoded_words(line[start.len()..].trim()))
    }

    /// The `text/plain` part.
    pub fn text(&self) -> String {
        self.part("text/plain")
    }

    /// The `text/html` part.
    pub fn html(&self) -> String {
        self.part("text/html")
    }

    /// The types of the parts, in their order.
    pub fn part_types(&self) -> Vec<String> {
        parts(&self.raw).into_iter().map(|(kind, _)| kind).collect()
    }

    fn part(&self, kind: &str) -> String {
        parts(&self.raw)
            .into_iter()
            .find(|(found, _)| found == kind)
            .map(|(_, text)| text)
            .unwrap_or_default()
    }
}

/// Type and decoded text of each leaf.
fn parts(raw: &str) -> Vec<(String, String)> {
    let Some((head, body)) = raw.split_once("\r\n\r\n") else { return Vec::new() };
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let value = |name: &str| {
        head.lines()
            .find(|line| line.to_ascii_lowercase().starts_with(name))
            .map(|line| line[name.len()..].trim())
    };
    let kind = value("content-type:").unwrap_or("text/plain");
    if let Some(boundary) = kind.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()) {
        let line = format!("--{boundary}");
        return body
            .split(&line)
            .skip(1)
            .filter(|piece| !piece.starts_with("--"))
            .flat_map(|piece| parts(piece.trim_start()))
            .collect();
    }
    let text = match value("content-transfer-encoding:").unwrap_or("").to_ascii_lowercase().as_str() {
        "base64" => {
            let packed: String = body.split_whitespace().collect();
            base64::engine::general_purpose::STANDARD.decode(packed).unwrap_or_default()
        }
        "quoted-printable" => unquoted(&body.replace("=\r\n", ""), false),
        _ => body.as_bytes().to_vec(),
    };
    let kind = kind.split(';').next().unwrap_or("").trim().to_owned();
    vec![(kind, String::from_utf8_lossy(&text).replace("\r\n", "\n"))]
}

fn unquoted(text: &str, underscores: bool) -> Vec<u8> {
    let bytes = text.as_bytes();
    let (mut plain, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let hex = (bytes[at] == b'=').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(if underscores && bytes[at] == b'_' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    plain
}

/// `=?utf-8?b?…?=` as text; neighbours belong together.
fn decoded_words(line: &str) -> String {
    let mut plain = Vec::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("=?") {
        let mut fields = after.splitn(4, '?');
        let (Some(_), Some(coding), Some(word), Some(end)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            break;
        };
        if !before.trim().is_empty() || plain.is_empty() {
            plain.extend_from_slice(before.as_bytes());
        }
        plain.extend(if coding.eq_ignore_ascii_case("b") {
            base64::engine::general_purpose::STANDARD.decode(word).unwrap_or_default()
        } else {
            unquoted(word, true)
        });
        rest = end.strip_prefix('=').unwrap_or(end);
    }
    plain.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&plain).into_owned()
}

async fn list(State(shared): State<Arc<Shared>>) -> Html<String> {
    let rows: String = shared
        .mails()
        .iter()
        .enumerate()
        .rev()
        .map(|(index, mail)| {
            let header = |name| escaped(&mail.header(name).unwrap_or_default());
            format!(
                "<tr><td>{}</td><td>{}</td><td><a href=\"/{index}\">{}</a></td></tr>",
                header("date"),
                header("to"),
                header("subject")
            )
        })
        .collect();
    let body = if rows.is_empty() {
        "<p>No mail yet. / メールはまだありません。</p>".to_owned()
    } else {
        format!("<table><tr><th>Date</th><th>To</th><th>Subject</th></tr>{rows}</table>")
    };
    Html(page("Mailbox", &body))
}

async fn one(
    State(shared): State<Arc<Shared>>,
    Path(number): Path<usize>,
) -> Result<Html<String>, StatusCode> {
    let mail = shared.mails().get(number).cloned().ok_or(StatusCode::NOT_FOUND)?;
    let header = |name| escaped(&mail.header(name).unwrap_or_default());
    let body = format!(
        "<p><a href=\"/\">← all</a></p><p><b>{}</b><br>From: {}<br>To: {}<br>Message-ID: {}</p>\
         <h2>Text</h2><pre>{}</pre><h2>HTML</h2><iframe title=\"HTML\" sandbox src=\"/{number}/html\"></iframe>",
        header("subject"),
        header("from"),
        header("to"),
        header("message-id"),
        escaped(&mail.text())
    );
    Ok(Html(page("Mail", &body)))
}

async fn html(
    State(shared): State<Arc<Shared>>,
    Path(number): Path<usize>,
) -> Result<impl IntoResponse, StatusCode> {
    let mail = shared.mails().get(number).cloned().ok_or(StatusCode::NOT_FOUND)?;
    Ok(([("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")], Html(mail.html())))
}

async fn json(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let mails: Vec<HashMap<&str, String>> = shared
        .mails()
        .iter()
        .map(|mail| {
            HashMap::from([
                ("to", mail.to.join(", ")),
                ("subject", mail.header("subject").unwrap_or_default()),
                ("message_id", mail.header("message-id").unwrap_or_default()),
                ("text", mail.text()),
                ("html", mail.html()),
            ])
        })
        .collect();
    ([("content-type", "application/json")], serde_json::to_string(&mails).unwrap_or_default())
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><style>\
         body{{font:14px/1.6 system-ui,sans-serif;margin:24px;max-width:960px}}td,th{{text-align:left;padding:4px 16px 4px 0}}\
         pre{{white-space:pre-wrap;background:#f4f4f4;padding:12px}}iframe{{width:100%;height:900px;border:1px solid #ccc}}\
         </style></head><body><p><b>MAILBOX</b> — local mail server of the demo; nothing leaves this machine</p>{body}</body></html>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
