//! The key under which stored secrets are encrypted: from the environment, or a file only its owner can read.

use crate::secret::{self, MasterKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Where the master key comes from.
#[derive(Debug, Clone)]
pub enum MasterKeySource {
    /// This file; made when missing.
    File(PathBuf),
    /// Given as it is.
    Given(MasterKey),
}

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// Not base64 of 32 bytes.
    #[error("a master key is 32 bytes in base64")]
    NotAKey,
    /// Group or others may read the file.
    #[error("{0} can be read by others; set its mode to 0600")]
    Open(PathBuf),
    /// The file cannot be read or made.
    #[error("the master key file {path} cannot be used")]
    File {
        /// As given.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl MasterKeySource {
    /// Takes base64 of 32 bytes.
    ///
    /// # Errors
    /// [`MasterKeyError::NotAKey`].
    pub fn from_base64(text: &str) -> Result<Self, MasterKeyError> {
        Ok(Self::Given(decode(text)?))
    }

    /// The key; a missing file is made.
    ///
    /// # Errors
    /// [`MasterKeyError`].
    pub fn load(&self) -> Result<MasterKey, MasterKeyError> {
        match self {
            Self::Given(key) => Ok(key.clone()),
            Self::File(path) => read(path),
        }
    }
}

fn read(path: &Path) -> Result<MasterKey, MasterKeyError> {
    let failed = |source| MasterKeyError::File { path: path.to_owned(), source };
    match std::fs::File::options().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            let text = STANDARD.encode(secret::random::<32>());
            writeln!(file, "{text}").and_then(|()| file.sync_all()).map_err(failed)?;
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error)),
    }
    let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(MasterKeyError::Open(path.to_owned()));
    }
    decode(&std::fs::read_to_string(path).map_err(failed)?)
}

fn decode(text: &str) -> Result<MasterKey, MasterKeyError> {
    let bytes = STANDARD.decode(text.trim()).map_err(|_| MasterKeyError::NotAKey)?;
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| MasterKeyError::NotAKey)?;
    Ok(MasterKey::new(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_key_is_made_for_its_owner_only_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("noren.key");
        let source = MasterKeySource::File(path.clone());
        let sealed = source.load().unwrap().seal("demo/k1", b"secret");
        assert_eq!(source.load().unwrap().open("demo/k1", &sealed).unwrap(), b"secret");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(source.load(), Err(MasterKeyError::Open(_))));
    }

    #[test]
    fn half_a_key_is_none() {
        assert!(matches!(MasterKeySource::from_base64("c2hvcnQ="), Err(MasterKeyError::NotAKey)));
    }
}
