//! The program `noren`: read the settings, serve, stop cleanly.

use backend::config::{Arguments, Log, LogFormat, Settings};
use backend::serve;
use clap::Parser;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let settings = match Settings::read(Arguments::parse()) {
        Ok(settings) => settings,
        Err(error) => return failed(&error),
    };
    if let Err(error) = log(&settings.log) {
        return failed(error.as_ref());
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    match runtime.block_on(run(settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(error.as_ref()),
    }
}

async fn run(settings: Settings) -> Result<(), Box<dyn std::error::Error>> {
    // Before anything else, so that no moment exists in which a signal would cut something off.
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut running = serve::start(settings).await?;

    let mut out = std::io::stdout();
    writeln!(out, "listening: {}", running.app.settings.public_url)?;
    if let Some(url) = &running.first_operator_url {
        writeln!(out, "first operator: {url}")?;
    }
    out.flush()?;

    let broken = tokio::select! {
        _ = interrupted.recv() => None,
        _ = terminated.recv() => None,
        reason = running.broken() => Some(reason),
    };
    if let Some(reason) = broken {
        return Err(reason.into());
    }
    tracing::info!("stopping");
    tokio::select! {
        () = running.stop() => Ok(()),
        // A second signal is a person who will not wait.
        _ = interrupted.recv() => Err("stopped at once; calls to Amazon Pay may be unrecorded until the next start".into()),
    }
}

/// Logs go to the error output; the standard output is for what others read.
fn log(settings: &Log) -> Result<(), Box<dyn std::error::Error>> {
    let filter = EnvFilter::try_new(&settings.filter)?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match settings.format {
        LogFormat::Text => subscriber.init(),
        LogFormat::Json => subscriber.json().init(),
    }
    Ok(())
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("noren: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
    ExitCode::FAILURE
}
