//! Listening, plain and TLS, and stopping. Start at [`Simulator::start`].

mod connection;
mod tls;

pub(crate) use connection::Connection;

use crate::app::{self, App};
use crate::control::Control;
use crate::notice::{self, Notices};
use crate::option::Options;
use crate::persist;
use crate::world::World;
use connection::{Inbound, accept_plain};
use jiff::SignedDuration;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// Why a simulator could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not ours.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// A merchant's public key could not be read.
    #[error("the public key {0} is not a PEM of an RSA public key")]
    Key(String, #[source] amazon_pay::signing::KeyError),
    /// The file of an earlier run cannot be read.
    #[error("the simulator's data in {0} cannot be read")]
    Data(PathBuf, #[source] std::io::Error),
    /// The self-made certificate could not be made.
    #[error("the simulator's own certificate could not be made")]
    Certificate(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A running simulator; dropping it ends it.
#[derive(Debug)]
pub struct Simulator {
    app: Arc<App>,
    address: SocketAddr,
    tls_address: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Simulator {
    /// Starts listening; returns when both addresses answer.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let (listener, address) = bind(options.listen).await?;
        let base_url = public_url(options.public_url.as_deref(), address);
        let mut world = World::default();
        world.settings = options.settings;
        for key in options.keys {
            let id = key.public_key_id.clone();
            app::register(&mut world, key).map_err(|error| StartError::Key(id, error))?;
        }
        if let Some(path) = &options.data {
            persist::load(&mut world, path).map_err(|error| StartError::Data(path.clone(), error))?;
        }
        let checks = options.check_dates && !options.clock.is_virtual();
        let skew = checks.then(|| SignedDuration::from_mins(15));
        let notices = Notices::new().map_err(StartError::Certificate)?;
        let app = Arc::new(App::new(world, options.clock, base_url, skew, notices, options.data));
        let (inbound, connections) = mpsc::channel(64);
        let (stop, stopped) = watch::channel(false);
        let mut tasks = vec![tokio::spawn(accept_plain(listener, inbound.clone()))];
        let mut tls_address = None;
        if let Some(wanted) = options.tls_listen {
            let (listener, address) = bind(wanted).await?;
            let acceptor = tls::acceptor(&app.base_url).map_err(StartError::Certificate)?;
            tasks.push(tokio::spawn(tls::accept(listener, acceptor, inbound)));
            tls_address = Some(address);
        }
        tasks.push(tokio::spawn(notice::run(Arc::clone(&app))));
        let router = app::router(Arc::clone(&app));
        tasks.push(tokio::spawn(async move {
            let service = router.into_make_service_with_connect_info::<Connection>();
            let mut stopped = stopped;
            let signal = async move {
                let _ = stopped.wait_for(|stopped| *stopped).await;
            };
            let server = axum::serve(Inbound(connections), service).with_graceful_shutdown(signal);
            // The listener of this server never fails, so neither does the server.
            let _ = server.await;
        }));
        Ok(Self { app, address, tls_address, stop, tasks })
    }

    /// Address of the hosted pages and the API, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.app.base_url
    }

    /// Address of plain HTTP.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Address of TLS.
    pub const fn tls_address(&self) -> Option<SocketAddr> {
        self.tls_address
    }

    /// The control API of this simulator, over its real address.
    pub fn control(&self) -> Control {
        Control::new(format!("http://{}", self.address))
    }

    /// Stops listening, lets answers under way go out for up to two seconds, and ends.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if let Some(server) = self.tasks.pop() {
            let abort = server.abort_handle();
            if tokio::time::timeout(Duration::from_secs(2), server).await.is_err() {
                abort.abort();
            }
        }
        persist::store(&self.app);
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

async fn bind(wanted: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen(wanted, error);
    let listener = TcpListener::bind(wanted).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// `wanted` with a port of 0 replaced by the real one.
fn public_url(wanted: Option<&str>, address: SocketAddr) -> String {
    match wanted {
        None => format!("http://{address}"),
        Some(url) => {
            let url = url.trim_end_matches('/');
            url.strip_suffix(":0").map_or_else(|| url.to_owned(), |host| format!("{host}:{}", address.port()))
        }
    }
}
