//! Makes a merchant's key pair for the simulator: `make-key PRIVATE.pem PUBLIC.pem`.
//!
//! At Amazon a shop makes it in Seller Central. The private half is readable by its owner only, and is never replaced.

use amazon_pay::signing::SigningKey;
use clap::Parser;
use std::error::Error;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

/// Makes an RSA key pair of 2048 bits.
#[derive(Debug, Parser)]
struct Flags {
    /// File for the private key; must not exist.
    private: PathBuf,
    /// File for the public key.
    public: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let flags = Flags::parse();
    let made = SigningKey::generate()?;
    std::fs::write(&flags.public, &made.public_pem)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&flags.private)?.write_all(made.private_pem.expose().as_bytes())?;
    Ok(())
}
