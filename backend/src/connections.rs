//! Connections: taken as they come, answered by the router, ended when the server stops.
//!
//! A client that is slow with its headers, or idle between requests, is not waited for longer than one request may
//! take. Slow bodies are the time limit's business, which covers all of a request but its headers.

use crate::app::App;
use crate::http;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

/// A client has no more time for its headers, nor between two requests.
const LONGEST_SILENCE: Duration = Duration::from_secs(30);
/// How long open connections may take to end when the server stops.
const PATIENCE: Duration = Duration::from_secs(10);
/// Without a free file handle accepting fails at once, again and again.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until the app is stopping; then requests under way are finished.
pub async fn serve(app: App, listener: TcpListener) {
    let router = http::router(app.clone());
    let mut connection = http1::Builder::new();
    let silence = app.settings.limits.request_timeout.min(LONGEST_SILENCE);
    connection.timer(TokioTimer::new()).header_read_timeout(silence);
    let open = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = app.stopped() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let served = one(&connection, stream, peer, router.clone());
                tokio::spawn(open.watch(served));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(PATIENCE, open.shutdown()).await.is_err() {
        tracing::warn!("connections stayed open and were left");
    }
}

/// One connection, to be driven.
fn one(
    builder: &http1::Builder,
    stream: TcpStream,
    peer: SocketAddr,
    router: axum::Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + 'static {
    // Answers are whole when they are written; waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    builder.serve_connection(TokioIo::new(stream), service)
}
