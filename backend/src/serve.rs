//! Starting and stopping the server; the program and the tests do it the same way.
//!
//! Start at [`start`].

use crate::app::{App, Calls, Parts};
use crate::clock::Clock;
use crate::config::{MasterKeyError, Settings, SettingsError};
use crate::rate::Rates;
use crate::service::seed::SeedError;
use crate::service::{live, operators, seed, shops};
use crate::store::{OpenError, Store, StoreError};
use crate::{connections, worker};
use amazon_pay::notification::{Certificates, TrustedHost};
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The address to listen on is taken, or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// As set.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The master key.
    #[error("the master key cannot be used")]
    MasterKey(#[from] MasterKeyError),
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Open(#[from] OpenError),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
    /// The seed.
    #[error("the seed cannot be used")]
    Seed(#[from] SeedError),
    /// The HTTP client.
    #[error("calls to Amazon Pay cannot be made")]
    Http(#[source] reqwest::Error),
}

/// A running server.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// While no operator exists: the one-time link for the first.
    pub first_operator_url: Option<String>,
    /// Its parts.
    pub app: App,
    server: JoinHandle<()>,
    workers: worker::Workers,
}

/// Opens everything and begins to serve.
///
/// # Errors
/// [`StartError`]; nothing is left running then.
pub async fn start(mut settings: Settings) -> Result<Running, StartError> {
    settings.validate()?;
    let listen = settings.listen;
    let failed = |source| StartError::Listen { address: listen, source };
    // First of all: a second server on the same port must not touch the database.
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    settings.public_url = settings.public_url.on_port(address.port());

    let app = build(settings).await?;
    match prepare(&app).await {
        Ok(first_operator_url) => {
            let workers = worker::start(app.clone());
            let server = tokio::spawn(connections::serve(app.clone(), listener));
            Ok(Running { address, first_operator_url, app, server, workers })
        }
        Err(error) => {
            app.store.close().await;
            Err(error)
        }
    }
}

async fn build(settings: Settings) -> Result<App, StartError> {
    let clock = settings.clock_file.clone().map_or_else(Clock::system, Clock::moved_by);
    let master_key = settings.master_key.load()?;
    let http = amazon_pay::http_client::builder()
        .connect_timeout(settings.amazon_pay.connect_timeout)
        .build()
        .map_err(StartError::Http)?;
    let trusted = settings
        .amazon_pay
        .simulator
        .as_ref()
        .and_then(|address| reqwest::Url::parse(address).ok())
        .and_then(|address| TrustedHost::of(&address));
    let store = Store::open(&settings.database, clock.now_ms()).await?;
    Ok(App::new(Parts {
        store,
        clock,
        master_key,
        certificates: Certificates::new(http.clone(), trusted),
        http,
        rates: Rates::new(&settings.limits),
        settings,
        shops: shops::ShopCache::default(),
        live: live::LiveHub::default(),
        work: Notify::new(),
        calls: Calls::default(),
        stopping: watch::Sender::new(false),
    }))
}

/// What has to be in the database before the first request.
async fn prepare(app: &App) -> Result<Option<String>, StartError> {
    if let Some(file) = &app.settings.seed {
        seed::apply(app, file).await?;
    }
    seed::refuse_live_keys(app).await?;
    let link = operators::offer_first_link(app).await?;
    Ok(link.map(|token| format!("{}/console/first#{}", app.settings.public_url, token.0)))
}

impl Running {
    /// Stops: no new requests; those under way, jobs and calls to Amazon end; then the database is closed.
    pub async fn stop(self) {
        self.app.stopping.send_replace(true);
        if let Err(error) = self.server.await {
            tracing::error!(%error, "the server did not end well");
        }
        self.workers.stop().await;
        self.app.calls.all_done().await;
        self.app.store.close().await;
    }

    /// Ends when the server ends by itself, which only a fault of ours makes it do.
    pub async fn broken(&mut self) -> String {
        match (&mut self.server).await {
            Ok(()) => "the server ended".to_owned(),
            Err(error) => error.to_string(),
        }
    }
}
