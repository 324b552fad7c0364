//! A connection that can be cut before its answer, to show a shop what a lost answer is.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// The handle by which a handler cuts the connection its request came on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Connection(Arc<AtomicBool>);

impl Connection {
    /// From now on every write fails, so the server closes the connection without an answer.
    pub fn cut(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Reading and writing, whatever is below.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A stream that stops writing once it is cut.
pub(super) struct Severable {
    inner: Box<dyn Stream>,
    connection: Connection,
}

impl Severable {
    pub fn new(inner: impl Stream + 'static) -> (Self, Connection) {
        let connection = Connection::default();
        (Self { inner: Box::new(inner), connection: connection.clone() }, connection)
    }

    fn check(&self) -> io::Result<()> {
        if self.connection.0.load(Ordering::SeqCst) {
            return Err(io::Error::from(io::ErrorKind::ConnectionAborted));
        }
        Ok(())
    }
}

impl AsyncRead for Severable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Severable {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// Connections of both kinds in the order of their arrival.
pub(super) struct Inbound(pub mpsc::Receiver<(Severable, Connection)>);

impl Listener for Inbound {
    type Io = Severable;
    type Addr = Connection;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.0.recv().await {
            Some(arrival) => arrival,
            // All acceptors have ended; nobody will arrive any more.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(Connection::default())
    }
}

impl Connected<IncomingStream<'_, Inbound>> for Connection {
    fn connect_info(stream: IncomingStream<'_, Inbound>) -> Self {
        stream.remote_addr().clone()
    }
}

/// Passes plain connections on until nobody listens.
pub(super) async fn accept_plain(listener: TcpListener, inbound: mpsc::Sender<(Severable, Connection)>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                if inbound.send(Severable::new(stream)).await.is_err() {
                    return;
                }
            }
            // Out of file handles, most likely: give others time to close some.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}
