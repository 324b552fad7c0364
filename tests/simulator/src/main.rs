//! The program `simulator`: a strict Amazon Pay on this computer.

use clap::Parser;
use simulator::{Clock, MerchantKey, Options, Simulator};
use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// A strict Amazon Pay for tests and demos. It is a simulator and says so on every page.
#[derive(Debug, Parser)]
#[command(version)]
struct Flags {
    /// Address for plain HTTP; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0", env = "SIMULATOR_LISTEN")]
    listen: SocketAddr,
    /// How browsers and shops reach it, such as http://amazon.localhost:8081; a port of 0 is replaced by the real one.
    #[arg(long, env = "SIMULATOR_PUBLIC_URL")]
    public_url: Option<String>,
    /// Address for TLS with a self-made certificate.
    #[arg(long, env = "SIMULATOR_TLS_LISTEN")]
    tls_listen: Option<SocketAddr>,
    /// File with the number of milliseconds that are added to real time; read anew at every use.
    #[arg(long, value_name = "FILE", env = "SIMULATOR_CLOCK")]
    clock: Option<PathBuf>,
    /// Merchant id of the first key.
    #[arg(long, requires = "public_key", env = "SIMULATOR_MERCHANT_ID")]
    merchant_id: Option<String>,
    /// Store id of the first key.
    #[arg(long, requires = "public_key", env = "SIMULATOR_STORE_ID")]
    store_id: Option<String>,
    /// Id of the first key, such as SANDBOX-…
    #[arg(long, requires = "public_key", env = "SIMULATOR_PUBLIC_KEY_ID")]
    public_key_id: Option<String>,
    /// The first key: a PEM file with an RSA public key. More keys come by POST /control/keys.
    #[arg(
        long,
        value_name = "FILE",
        requires_all = ["merchant_id", "store_id", "public_key_id"],
        env = "SIMULATOR_PUBLIC_KEY"
    )]
    public_key: Option<PathBuf>,
    /// Where the first merchant's notifications go.
    #[arg(long, requires = "public_key", env = "SIMULATOR_NOTIFICATION_URL")]
    notification_url: Option<String>,
    /// File that keeps everything between runs.
    #[arg(long, value_name = "FILE", env = "SIMULATOR_DATA")]
    data: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    match run(Flags::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("simulator: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("  because {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(flags: Flags) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut keys = Vec::new();
    if let (Some(file), Some(public_key_id), Some(merchant_id), Some(store_id)) =
        (flags.public_key, flags.public_key_id, flags.merchant_id, flags.store_id)
    {
        let public_key_pem = std::fs::read_to_string(&file)
            .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        let notification_url = flags.notification_url;
        keys.push(MerchantKey { public_key_id, public_key_pem, merchant_id, store_id, notification_url });
    }
    let simulator = Simulator::start(Options {
        listen: flags.listen,
        tls_listen: flags.tls_listen,
        public_url: flags.public_url,
        clock: flags.clock.map_or(Clock::System, Clock::offset_file),
        keys,
        data: flags.data,
        ..Options::default()
    })
    .await?;
    // Read by whoever started this program, so flushed line by line before the wait.
    println!("simulator: {}", simulator.base_url());
    println!("listening: http://{}", simulator.address());
    if let Some(address) = simulator.tls_address() {
        println!("listening: https://{address}");
    }
    wait_for_end().await?;
    simulator.stop().await;
    Ok(())
}

/// Ctrl-C, or the polite signal of whoever started us.
async fn wait_for_end() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut ended = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = ended.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
