//! A server made of a bare socket: answers by script, hangs up or stays silent, and remembers what it was sent.

use http::{HeaderMap, HeaderName, HeaderValue};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What to do with the next request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Answer.
    Answer { status: u16, headers: Vec<(String, String)>, body: String },
    /// Read the request, then close the connection without a word.
    HangUp,
    /// Announce a body, send half of it, close.
    HangUpMidway { status: u16, body: String },
    /// Read the request and never answer.
    Silence,
}

impl Reply {
    /// An answer with `body`.
    pub fn text(status: u16, body: &str) -> Self {
        Self::Answer { status, headers: vec![], body: body.to_owned() }
    }

    /// The same with one header more.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// A request as it came over the socket.
#[derive(Debug, Clone)]
pub struct Received {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Number of the connection it came on.
    pub connection: usize,
}

impl Received {
    /// A header's value; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// The server; ends with its value.
pub struct Listener {
    port: u16,
    requests: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Starts on a free port. Requests are answered in order; after the last reply it hangs up on everyone.
    pub async fn start(script: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(vec![]));
        let script = Arc::new(Mutex::new(script.into_iter()));
        let seen = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            let mut number = 0;
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (seen, script) = (Arc::clone(&seen), Arc::clone(&script));
                tokio::spawn(async move { serve(stream, number, &seen, &script).await });
                number += 1;
            }
        });
        Self { port, requests, task }
    }

    /// A port on which nobody listens.
    pub async fn nobody() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://amazon.localhost:{}", listener.local_addr().unwrap().port())
    }

    /// Address, by a name below `.localhost`.
    pub fn url(&self) -> String {
        format!("http://amazon.localhost:{}", self.port)
    }

    /// What came so far.
    pub fn requests(&self) -> Vec<Received> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    seen: &Mutex<Vec<Received>>,
    script: &Mutex<std::vec::IntoIter<Reply>>,
) {
    let mut buffer = vec![];
    while let Some(request) = read_request(&mut stream, &mut buffer, connection).await {
        seen.lock().unwrap().push(request);
        let reply = script.lock().unwrap().next().unwrap_or(Reply::HangUp);
        match reply {
            Reply::Answer { status, headers, body } => {
                let mut text = format!("HTTP/1.1 {status} Status\r\ncontent-length: {}\r\n", body.len());
                for (name, value) in headers {
                    text.push_str(&format!("{name}: {value}\r\n"));
                }
                text.push_str("\r\n");
                text.push_str(&body);
                if stream.write_all(text.as_bytes()).await.is_err() {
                    return;
                }
            }
            Reply::HangUp => return,
            Reply::HangUpMidway { status, body } => {
                let head = format!("HTTP/1.1 {status} Status\r\ncontent-length: {}\r\n\r\n", body.len());
                let half = &body.as_bytes()[..body.len() / 2];
                let _ = stream.write_all(&[head.as_bytes(), half].concat()).await;
                return;
            }
            Reply::Silence => std::future::pending::<()>().await,
        }
    }
}

/// The next request on the connection, or nothing once it is closed.
async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>, connection: usize) -> Option<Received> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(buffer[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let method = first.next().unwrap().to_owned();
    let target = first.next().unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: HeaderMap = lines
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value.trim()).unwrap())
        })
        .collect();
    let length = headers.get("content-length").map_or(0, |value| value.to_str().unwrap().parse().unwrap());
    while buffer.len() < end + 4 + length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let body = buffer[end + 4..end + 4 + length].to_vec();
    buffer.drain(..end + 4 + length);
    Some(Received { method, path: path.to_owned(), query: query.to_owned(), headers, body, connection })
}
