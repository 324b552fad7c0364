//! Section `log`: what is written about the running, to the error output.

super::given! {
    /// What can be given.
    #[command(next_help_heading = "Log")]
    LogGiven {
        /// Form of the log: text for people, json for programs [default: text]
        #[arg(long = "log-format", env = "NOREN_LOG_FORMAT", value_name = "text|json")]
        format: LogFormat,
        /// What is logged, in the syntax of tracing-subscriber's EnvFilter [default: info]
        #[arg(long = "log", env = "NOREN_LOG", value_name = "FILTER")]
        filter: String,
    }
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs, one object per line.
    Json,
}

/// What is written about the running.
#[derive(Debug, Clone)]
pub struct Log {
    /// Its form.
    pub format: LogFormat,
    /// Which events.
    pub filter: String,
}

impl Log {
    pub(super) fn from_given(given: LogGiven) -> Self {
        Self {
            format: given.format.unwrap_or_default(),
            filter: given.filter.unwrap_or_else(|| "info".to_owned()),
        }
    }
}
