//! `cargo xtask …`: builds, starts and checks everything else. No logic of the product lives here.
//!
//! One file per command; `process.rs` and `install.rs` are what they share. Start at [`Command`].

mod audit;
mod bench;
mod bindgen;
mod demo;
mod http;
mod install;
mod minify;
mod optimize;
mod pages;
mod postal_codes;
mod postgres;
mod process;
mod rows;
mod shop_server;
mod site;
mod sizes;
mod slim;
mod summary;
mod test;
mod test_name;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, starts and checks Noren")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build widget and console into dist/
    Pages(pages::Options),
    /// Build everything and start the demo shop, Noren and the simulator
    Demo(demo::Options),
    /// Check formatting, lint, and run every test
    Test(test::Options),
    /// List requirement rows with the tests that prove them
    Rows(rows::Options),
    /// Make the list of postal codes that the server searches from Japan Post's
    PostalCodes(postal_codes::Options),
    /// Print the widget's sizes and the time to a usable button
    Bench(bench::Options),
    /// Check licenses and advisories; say how to run the slow checks
    Audit,
    /// Serve the demo shop's static pages (the demo and the browser tests start this)
    ServeShop(shop_server::Options),
    /// Become another program that ends when its parent does
    #[command(hide = true)]
    Guard(process::GuardOptions),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line with its causes; a backtrace of xtask helps nobody.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Pages(options) => pages::command(&options),
        Command::Demo(options) => demo::command(&options),
        Command::Test(options) => test::command(&options),
        Command::Rows(options) => rows::command(&options),
        Command::PostalCodes(options) => postal_codes::command(&options),
        Command::Bench(options) => bench::command(&options),
        Command::Audit => audit::command(),
        Command::ServeShop(options) => shop_server::command(&options),
        Command::Guard(options) => process::guard(&options),
    }
}

/// The folder of the workspace, wherever the command was started.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

/// Cargo's target folder: xtask itself lies in its `debug`.
fn target() -> PathBuf {
    let own = std::env::current_exe().ok();
    own.and_then(|file| Some(file.parent()?.parent()?.to_path_buf())).unwrap_or_else(|| root().join("target"))
}
