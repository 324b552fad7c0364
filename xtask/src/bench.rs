//! `cargo xtask bench`: the figures the project holds itself to, beside their targets.
//!
//! One function per figure or group of figures, listed in [`command`]; a new one prints its own lines with [`line`].

use std::process::Command;

use anyhow::Result;

use crate::sizes::{CONSOLE_LIMIT, FIRST_PAGE_LIMIT, MY_PAGE_LIMIT, Size, Sizes};
use crate::{install, pages, process, root, target};

/// What is measured.
#[derive(clap::Args)]
pub struct Options {
    /// Only the sizes, nothing that takes a browser or time
    #[arg(long)]
    sizes: bool,
}

/// Measures and prints.
///
/// # Errors
/// When something does not build or a measurement cannot be made. A missed target is printed, not an error.
pub fn command(options: &Options) -> Result<()> {
    sizes()?;
    if options.sizes {
        return Ok(());
    }
    button_time()
}

/// A figure beside its target.
fn line(name: &str, value: f64, unit: &str, at_most: Option<f64>) {
    let verdict = match at_most {
        Some(limit) if value <= limit => format!("target ≤ {limit} {unit}: met"),
        Some(limit) => format!("target ≤ {limit} {unit}: MISSED"),
        None => String::new(),
    };
    println!("{name:<38} {value:>9.1} {unit:<3} {verdict}");
}

/// What a browser loads, compressed with Brotli.
fn sizes() -> Result<()> {
    pages::build(true)?;
    let sizes = Sizes::read()?;
    print!("{sizes}");
    println!();
    let kilobytes = |size: Size| size.brotli as f64 / 1000.0;
    line("loader, brotli", kilobytes(sizes.loader), "kB", Some(2.0));
    line("widget glue, brotli", kilobytes(sizes.glue), "kB", None);
    line("widget wasm, brotli", kilobytes(sizes.wasm), "kB", None);
    line(
        "first page, everything, brotli",
        kilobytes(sizes.first_page()),
        "kB",
        Some(FIRST_PAGE_LIMIT as f64 / 1000.0),
    );
    line("my page, brotli", kilobytes(sizes.my_page()), "kB", Some(MY_PAGE_LIMIT as f64 / 1000.0));
    line("console, brotli", kilobytes(sizes.console), "kB", Some(CONSOLE_LIMIT as f64 / 1000.0));
    line("settings, brotli", kilobytes(sizes.settings), "kB", Some(CONSOLE_LIMIT as f64 / 1000.0));
    Ok(())
}

/// From navigation to a usable button, against a plain twin in the same run: `tests/browser/bench.mjs` prints it.
fn button_time() -> Result<()> {
    let folder = root().join("tests/browser");
    if !folder.join("bench.mjs").is_file() {
        println!("time to a usable button: tests/browser/bench.mjs is not there");
        return Ok(());
    }
    install::packages(&install::TEST_PIECES)?;
    process::run(process::cargo().args(["build", "--bins"]))?;
    process::run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    let mut script = Command::new("node");
    script.arg("bench.mjs").current_dir(&folder).env("NOREN_DIST", pages::dist());
    for program in ["noren", "simulator", "xtask"] {
        script.env(format!("{}_BIN", program.to_uppercase()), target().join("debug").join(program));
    }
    if let Some(chromium) = install::chromium() {
        script.env("CHROMIUM", chromium);
    }
    process::run(&mut script)
}
