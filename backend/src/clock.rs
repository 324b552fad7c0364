//! Business time: what is stored, compared, scheduled and signed.
//!
//! The one place that reads the machine's clock. With the simulator the time can be moved by a file that
//! backend and simulator share; waiting inside one call never comes here.

use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;

/// Where business time comes from.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// A file that holds milliseconds to add to the machine's time; read anew at every look.
    offset_file: Option<Arc<PathBuf>>,
}

impl Clock {
    /// The machine's time.
    pub fn system() -> Self {
        Self::default()
    }

    /// The machine's time moved by the number in `file`; a missing or unreadable file moves nothing.
    pub fn moved_by(file: PathBuf) -> Self {
        Self { offset_file: Some(Arc::new(file)) }
    }

    /// Now, in whole milliseconds, so that what is stored and what is compared are the same moment.
    #[expect(clippy::disallowed_methods, reason = "this is the clock everything else asks")]
    pub fn now(&self) -> Timestamp {
        let machine = Timestamp::now().as_millisecond();
        let offset = self
            .offset_file
            .as_ref()
            .and_then(|file| std::fs::read_to_string(file.as_path()).ok())
            .and_then(|text| text.trim().parse::<i64>().ok())
            .unwrap_or(0);
        Timestamp::from_millisecond(machine.saturating_add(offset)).unwrap_or(Timestamp::MAX)
    }

    /// Now, in Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }
}
