//! What a build or a test needs beyond Rust, and how it gets onto this machine.
//!
//! As root on Debian and its kin, apt brings it; elsewhere the one line that does is the error. Start at [`packages`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// One piece of the machine: the Debian package that brings it, and whether it is there.
pub struct Piece {
    pub package: &'static str,
    pub present: fn() -> bool,
}

/// What the tests need: a browser that can show Japanese, a database server, Node.
pub const TEST_PIECES: [Piece; 5] = [
    Piece { package: "chromium", present: || chromium().is_some() },
    Piece { package: "fonts-noto-cjk", present: has_japanese_font },
    Piece { package: "postgresql", present: || postgres_bin().is_some() },
    Piece { package: "nodejs", present: || process::found("node").is_some() },
    Piece { package: "npm", present: || process::found("npm").is_some() },
];

/// Brings the pieces that are missing.
///
/// # Errors
/// When one is missing and cannot be brought; the message is the line that does.
pub fn packages(pieces: &[Piece]) -> Result<()> {
    let missing = |pieces: &[Piece]| -> Vec<&'static str> {
        pieces.iter().filter(|piece| !(piece.present)()).map(|piece| piece.package).collect()
    };
    let wanted = missing(pieces);
    if wanted.is_empty() {
        return Ok(());
    }
    let list = wanted.join(" ");
    if !rustix::process::geteuid().is_root() || process::found("apt-get").is_none() {
        bail!("missing here: {list}\n  sudo apt-get update && sudo apt-get install --yes {list}");
    }
    process::run(Command::new("apt-get").args(["--quiet", "update"]))?;
    process::run(
        Command::new("apt-get")
            .args(["--quiet", "--yes", "--no-install-recommends", "install"])
            .args(&wanted)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    let still = missing(pieces);
    if !still.is_empty() {
        bail!("apt-get brought {list}, but this machine still does not have: {}", still.join(" "));
    }
    Ok(())
}

/// The browser for the tests: `CHROMIUM`, or what `PATH` has.
pub fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Some(named.into());
    }
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(process::found)
}

/// Folder with `initdb` and `postgres`: Debian keeps them out of `PATH`, by version; the newest is taken.
pub fn postgres_bin() -> Option<PathBuf> {
    if let Some(file) = process::found("initdb") {
        return file.parent().map(Path::to_path_buf);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("bin/initdb").is_file())
        .max_by_key(|path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()))
        .map(|path| path.join("bin"))
}

fn has_japanese_font() -> bool {
    let listed = Command::new("fc-list").arg(":lang=ja").output();
    listed.is_ok_and(|output| !output.stdout.is_empty())
        || has_entries(Path::new("/usr/share/fonts/opentype/noto"))
}

/// The compiler's libraries for WebAssembly. `rust-toolchain.toml` asks for them; a machine that does not install by itself needs this.
///
/// # Errors
/// When they are missing and rustup cannot bring them.
pub fn wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let folder = process::answer(process::rustc().args(["--print", "target-libdir", "--target", TARGET]))?;
    if has_entries(Path::new(folder.trim())) {
        return Ok(());
    }
    rustup(&["target", "add", TARGET])
}

/// A part of the toolchain such as `clippy`, which `cargo NAME` runs.
///
/// # Errors
/// When it is missing and rustup cannot bring it.
pub fn component(subcommand: &str, component: &str) -> Result<()> {
    let here =
        process::cargo().args([subcommand, "--version"]).output().is_ok_and(|output| output.status.success());
    if here { Ok(()) } else { rustup(&["component", "add", component]) }
}

fn rustup(words: &[&str]) -> Result<()> {
    if process::found("rustup").is_none() {
        bail!(
            "missing here: {}\n  install it with your Rust (with rustup: `rustup {}`)",
            words[2],
            words.join(" ")
        );
    }
    process::run(Command::new("rustup").args(words).current_dir(crate::root()))
        .with_context(|| format!("rustup could not bring {}", words[2]))
}

fn has_entries(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}
