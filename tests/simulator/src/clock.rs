//! What time it is for the simulator: real, shifted by a file that other processes read too, or set by a test.
//!
//! The only place of this crate that reads a clock. Start at [`Clock::now`].

use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Source of the simulator's time; clones share it.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The computer's own time. Cannot be advanced.
    System,
    /// Real time plus the milliseconds that a small file holds; read anew at every use, so that several
    /// processes move together when the file is replaced.
    OffsetFile(Arc<OffsetFile>),
    /// Stands still until it is advanced. Milliseconds since 1970.
    Manual(Arc<AtomicI64>),
}

/// The file of [`Clock::OffsetFile`] and the last number that was read from it.
#[derive(Debug)]
pub struct OffsetFile {
    path: PathBuf,
    // A reader may meet the file while it is being replaced: then the last good number counts.
    last: AtomicI64,
}

/// Why the clock was not moved.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// The system's clock is not ours to move.
    #[error("the simulator runs on the system clock, which cannot be advanced")]
    System,
    /// The offset file could not be replaced.
    #[error("the clock file could not be written")]
    File(#[source] std::io::Error),
}

impl Clock {
    /// A clock that follows the number of milliseconds in `path`; a missing file counts as 0.
    pub fn offset_file(path: impl Into<PathBuf>) -> Self {
        Self::OffsetFile(Arc::new(OffsetFile { path: path.into(), last: AtomicI64::new(0) }))
    }

    /// A clock that stands at `start`.
    pub fn manual(start: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(start.as_millisecond())))
    }

    /// The time, to the millisecond.
    pub fn now(&self) -> Timestamp {
        let millisecond = match self {
            Self::System => real_milliseconds(),
            Self::OffsetFile(file) => real_milliseconds() + file.read(),
            Self::Manual(at) => at.load(Ordering::SeqCst),
        };
        Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Whether this is not the system's time, so that dates of requests say nothing.
    pub const fn is_virtual(&self) -> bool {
        !matches!(self, Self::System)
    }

    /// Moves the clock by `by` for everybody who reads it.
    ///
    /// # Errors
    /// [`ClockError`] on the system clock, or if the offset file cannot be replaced.
    pub fn advance(&self, by: SignedDuration) -> Result<(), ClockError> {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        match self {
            Self::System => Err(ClockError::System),
            Self::OffsetFile(file) => file.write(file.read() + by).map_err(ClockError::File),
            Self::Manual(at) => {
                at.fetch_add(by, Ordering::SeqCst);
                Ok(())
            }
        }
    }
}

impl OffsetFile {
    fn read(&self) -> i64 {
        match std::fs::read_to_string(&self.path).ok().and_then(|text| text.trim().parse().ok()) {
            Some(offset) => {
                self.last.store(offset, Ordering::SeqCst);
                offset
            }
            None => self.last.load(Ordering::SeqCst),
        }
    }

    fn write(&self, offset: i64) -> std::io::Result<()> {
        let fresh = self.path.with_extension("new");
        std::fs::write(&fresh, offset.to_string())?;
        std::fs::rename(&fresh, &self.path)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the simulator's one clock")]
fn real_milliseconds() -> i64 {
    Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        clock.advance(SignedDuration::from_secs(30)).unwrap();
        assert_eq!(clock.now().as_second(), 30);
        assert_eq!(clock.clone().now(), clock.now());
    }

    #[test]
    fn a_damaged_offset_file_keeps_the_last_number() {
        let path = std::env::temp_dir().join(format!("simulator-clock-{}", crate::id::digits(12)));
        let clock = Clock::offset_file(&path);
        clock.advance(SignedDuration::from_hours(24 * 365)).unwrap();
        let ahead = clock.now();
        std::fs::write(&path, "").unwrap();
        assert!(clock.now() >= ahead);
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn the_system_clock_is_not_moved() {
        assert!(Clock::System.advance(SignedDuration::from_secs(1)).is_err());
    }
}
