//! Settings: flags over environment over file over defaults.
//!
//! One file per section; each holds what can be given ([`clap`] shows its comments as `--help`), the defaults and the
//! rules. Everything wrong is reported at once. Start at [`Settings::read`].

mod amazon_pay;
mod limits;
mod log;
mod master_key;
mod origin;
mod server;

pub use self::amazon_pay::{AmazonPay, LiveKeyAtSimulator};
pub use self::limits::Limits;
pub use self::log::{Log, LogFormat};
pub use self::master_key::{MasterKeyError, MasterKeySource};
pub use self::origin::{NotAnOrigin, Origin};

use self::amazon_pay::AmazonPayGiven;
use self::limits::LimitsGiven;
use self::log::LogGiven;
use self::server::ServerGiven;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Declares what can be given of one section: by flag, environment or file, each of them optional.
macro_rules! given {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $kind:ty,)+ }) => {
        #[derive(Debug, Clone, Default, clap::Args, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        $(#[$about])*
        pub(super) struct $name {
            $($(#[$doc])* pub(super) $field: Option<$kind>,)+
        }

        impl $name {
            /// What is given here, and where nothing is, what is given in `under`.
            pub(super) fn or(self, under: Self) -> Self {
                Self { $($field: self.$field.or(under.$field),)+ }
            }
        }
    };
}
use given;

/// Everything that is set when the server starts.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Our own origin, as browsers see it.
    pub public_url: Origin,
    /// `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// Folder of the built pages.
    pub pages_dir: PathBuf,
    /// File that moves the clock; only with the simulator.
    pub clock_file: Option<PathBuf>,
    /// Shops to be written into the database at the first start.
    pub seed: Option<PathBuf>,
    /// Where the master key comes from.
    pub master_key: MasterKeySource,
    /// Whether a proxy in front names the client's address.
    pub behind_proxy: bool,
    /// How Amazon Pay is reached.
    pub amazon_pay: AmazonPay,
    /// How much anybody may ask for.
    pub limits: Limits,
    /// What is written about the running.
    pub log: Log,
}

/// Command line of the server.
#[derive(Debug, clap::Parser)]
#[command(name = "noren", version, about = "Noren: Amazon Pay for shops in Japan", long_about = LONG_ABOUT)]
pub struct Arguments {
    /// Settings file (TOML) with the sections server, amazon_pay, limits and log.
    #[arg(long, env = "NOREN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    given: Given,
}

const LONG_ABOUT: &str = "Noren: Amazon Pay for shops in Japan.

Serves the script a shop embeds, the pages of a purchase, the operators' console and Amazon's notifications.
A flag wins over its environment variable, that over the settings file, that over the default.
In the settings file a setting stands in its section, with `_` and without the section's name:
`[server] public_url = \"…\"`, `[amazon_pay] answer_ms = 12000`, `[log] format = \"json\"`.";

#[derive(Debug, Clone, Default, clap::Args, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Given {
    #[command(flatten)]
    server: ServerGiven,
    #[command(flatten)]
    amazon_pay: AmazonPayGiven,
    #[command(flatten)]
    limits: LimitsGiven,
    #[command(flatten)]
    log: LogGiven,
}

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is not there or not readable.
    #[error("the settings file {path} cannot be read")]
    File {
        /// As given.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is no TOML, or names a setting there is not.
    #[error("the settings file {path} cannot be understood")]
    Toml {
        /// As given.
        path: PathBuf,
        /// Line and reason.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// Values that cannot be, one sentence each.
    #[error("the settings cannot be used:\n  - {}", .0.join("\n  - "))]
    Invalid(Vec<String>),
}

impl Settings {
    /// Reads file and environment below what the command line says.
    ///
    /// # Errors
    /// [`SettingsError`]; [`SettingsError::Invalid`] names everything that is wrong.
    pub fn read(arguments: Arguments) -> Result<Self, SettingsError> {
        let file = match arguments.config {
            None => Given::default(),
            Some(path) => {
                let text = std::fs::read_to_string(&path)
                    .map_err(|source| SettingsError::File { path: path.clone(), source })?;
                toml::from_str(&text)
                    .map_err(|source| SettingsError::Toml { path, source: Box::new(source) })?
            }
        };
        let mut settings = resolve(arguments.given.or(file))?;
        // Not a flag: other people on the machine can read a program's flags.
        if let Ok(key) = std::env::var("NOREN_MASTER_KEY_BASE64") {
            settings.master_key = MasterKeySource::from_base64(&key)
                .map_err(|error| SettingsError::Invalid(vec![format!("NOREN_MASTER_KEY_BASE64: {error}")]))?;
        }
        Ok(settings)
    }

    /// The rules between the settings; [`Settings::read`] has checked them, tests that build their own have not.
    ///
    /// # Errors
    /// [`SettingsError::Invalid`].
    pub fn validate(&self) -> Result<(), SettingsError> {
        let mut problems = Vec::new();
        server::check(self, &mut problems);
        self.amazon_pay.check(self, &mut problems);
        self.limits.check(&mut problems);
        if problems.is_empty() { Ok(()) } else { Err(SettingsError::Invalid(problems)) }
    }
}

impl Default for Settings {
    fn default() -> Self {
        resolve(Given::default()).expect("the defaults are valid, a test says so")
    }
}

impl Given {
    fn or(self, under: Self) -> Self {
        Self {
            server: self.server.or(under.server),
            amazon_pay: self.amazon_pay.or(under.amazon_pay),
            limits: self.limits.or(under.limits),
            log: self.log.or(under.log),
        }
    }
}

fn resolve(given: Given) -> Result<Settings, SettingsError> {
    let mut problems = Vec::new();
    let public_url = server::public_url(given.server.public_url.as_deref(), &mut problems);
    let amazon_pay = AmazonPay::from_given(given.amazon_pay, &mut problems);
    let settings = Settings {
        listen: given.server.listen.unwrap_or(server::LISTEN),
        public_url,
        database: given.server.database.unwrap_or_else(|| server::DATABASE.to_owned()),
        pages_dir: given.server.pages.unwrap_or_else(|| server::PAGES.into()),
        clock_file: given.server.clock,
        seed: given.server.seed,
        master_key: MasterKeySource::File(
            given.server.master_key.unwrap_or_else(|| server::MASTER_KEY.into()),
        ),
        behind_proxy: given.server.behind_proxy.unwrap_or(false),
        amazon_pay,
        limits: Limits::from_given(given.limits),
        log: Log::from_given(given.log),
    };
    match settings.validate() {
        Ok(()) if problems.is_empty() => Ok(settings),
        Ok(()) => Err(SettingsError::Invalid(problems)),
        Err(SettingsError::Invalid(more)) => {
            problems.extend(more);
            Err(SettingsError::Invalid(problems))
        }
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, Parser};

    fn read(flags: &[&str]) -> Result<Settings, SettingsError> {
        Settings::read(Arguments::parse_from([&["noren"], flags].concat()))
    }

    fn problems(flags: &[&str]) -> Vec<String> {
        match read(flags) {
            Err(SettingsError::Invalid(problems)) => problems,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_defaults_are_valid_and_every_flag_has_its_variable_and_help() {
        Settings::default().validate().unwrap();
        Arguments::command().debug_assert();
        for flag in Arguments::command().get_arguments() {
            let (Some(name), Some(help)) = (flag.get_long(), flag.get_help()) else { panic!("{flag:?}") };
            let variable = format!("NOREN_{}", name.to_uppercase().replace('-', "_"));
            assert_eq!(flag.get_env().unwrap().to_str(), Some(variable.as_str()));
            assert!(help.to_string().len() > 10, "{name}");
        }
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("noren.toml");
        std::fs::write(
            &file,
            "[server]\nlisten = \"127.0.0.1:5000\"\ndatabase = \"sqlite:of-the-file.db\"\n[amazon_pay]\nretries = 1\n[log]\nformat = \"json\"",
        )
        .unwrap();
        let settings = read(&["--config", file.to_str().unwrap(), "--listen", "127.0.0.1:6000"]).unwrap();
        assert_eq!(settings.listen.port(), 6000);
        assert_eq!(settings.database, "sqlite:of-the-file.db");
        assert_eq!((settings.amazon_pay.retries, settings.log.format), (1, LogFormat::Json));
        assert_eq!(settings.pages_dir, PathBuf::from("dist"));

        std::fs::write(&file, "[server]\nlistne = \"127.0.0.1:5000\"").unwrap();
        let error = read(&["--config", file.to_str().unwrap()]).unwrap_err();
        assert!(matches!(error, SettingsError::Toml { .. }), "{error:?}");
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let told = problems(&[
            "--public-url",
            "ftp://noren.localhost",
            "--database",
            "mysql://x",
            "--simulator",
            "no address",
            "--amazon-answer-ms",
            "0",
        ]);
        for word in ["public-url", "database", "simulator", "amazon-answer-ms"] {
            assert!(told.iter().any(|sentence| sentence.contains(word)), "{word} missing in {told:?}");
        }
    }

    #[test]
    fn the_simulator_is_refused_beside_any_public_address() {
        let simulator = ["--simulator", "http://amazon.localhost:4103"];
        let ours = |url| problems(&[&simulator[..], &["--public-url", url]].concat());
        assert!(ours("https://pay.example.jp")[0].contains("loopback"));
        assert!(ours("https://localhost.example.jp")[0].contains("loopback"));
        let elsewhere = problems(&["--simulator", "https://amazon.example.jp"]);
        assert!(elsewhere[0].contains("loopback"));
        for own in ["http://noren.localhost:1", "http://127.0.0.1:1", "http://127.8.8.8:1", "http://[::1]:1"]
        {
            read(&[&simulator[..], &["--public-url", own]].concat()).unwrap();
        }
    }

    #[test]
    fn the_simulator_is_refused_with_a_live_key() {
        use shared::id::PublicKeyId;
        let with = read(&["--simulator", "http://amazon.localhost:4103"]).unwrap();
        let without = read(&[]).unwrap();
        let live = PublicKeyId::new("LIVE-AEDEMO").unwrap();
        let sandbox = PublicKeyId::new("SANDBOX-AEDEMO").unwrap();
        assert_eq!(with.amazon_pay.permits(&live), Err(LiveKeyAtSimulator));
        assert_eq!(
            with.amazon_pay.permits(&PublicKeyId::new("live-AEDEMO").unwrap()),
            Err(LiveKeyAtSimulator)
        );
        assert_eq!(with.amazon_pay.permits(&sandbox), Ok(()));
        assert_eq!(without.amazon_pay.permits(&live), Ok(()));
    }

    #[test]
    fn the_clock_moves_only_beside_the_simulator() {
        assert!(problems(&["--clock", "offset"])[0].contains("simulator"));
        read(&["--clock", "offset", "--simulator", "http://amazon.localhost:4103"]).unwrap();
    }

    #[test]
    fn a_public_address_needs_https() {
        assert!(problems(&["--public-url", "http://pay.example.jp"])[0].contains("https"));
        read(&["--public-url", "https://pay.example.jp/"]).unwrap();
    }
}
