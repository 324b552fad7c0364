//! `cargo xtask audit`: licenses, sources and advisories of what we depend on, and how to run the checks that take hours.
//!
//! Not part of `test`: the advisories are fetched, and a network may be out of reach. Start at [`command`].

use anyhow::{Result, bail};

use crate::process;

/// Runs cargo-deny, installed first where it is missing.
///
/// # Errors
/// When a dependency breaks a rule of `deny.toml`, or the advisories cannot be fetched.
pub fn command() -> Result<()> {
    if process::found("cargo-deny").is_none() {
        process::run(process::cargo().args(["install", "--debug", "--locked", "cargo-deny"]))?;
    }
    // Apart from each other, because only the second needs the network.
    let rules = process::run(process::cargo().args(["deny", "check", "bans", "licenses", "sources"]));
    let advisories = process::run(process::cargo().args(["deny", "check", "advisories"]));
    for (what, result) in [("rules", &rules), ("advisories", &advisories)] {
        if let Err(error) = result {
            eprintln!("{what}: {error:#}");
        }
    }
    println!(
        "\nBy hand, because they take hours:\n  \
         cargo install --locked cargo-mutants && cargo mutants --package shared\n  \
         cargo install --locked cargo-mutants && cargo mutants --package amazon-pay"
    );
    if rules.is_err() || advisories.is_err() {
        bail!("the audit found something");
    }
    Ok(())
}
