//! Section `amazon_pay`: which Amazon, and how long we wait for it.
//!
//! The simulator is trusted by this one setting, which also trusts its host's notification certificates; so it is
//! refused together with anything real.

use super::{Origin, Settings};
use shared::id::PublicKeyId;
use std::time::Duration;

/// Amazon Pay's address for Japan.
const API: &str = "https://pay-api.amazon.jp";
/// Amazon Pay's script for Japan.
const SCRIPT: &str = "https://static-fe.payments-amazon.com/checkout.js";

super::given! {
    /// What can be given.
    #[command(next_help_heading = "Amazon Pay")]
    AmazonPayGiven {
        /// Address of the simulator that stands in for Amazon; refused with LIVE keys and public addresses
        #[arg(long, env = "NOREN_SIMULATOR", value_name = "URL")]
        simulator: String,
        /// Milliseconds to wait for a connection to Amazon Pay [default: 3000]
        #[arg(long = "amazon-connect-ms", env = "NOREN_AMAZON_CONNECT_MS", value_name = "MS")]
        connect_ms: u64,
        /// Milliseconds to wait for an answer of Amazon Pay [default: 12000]
        #[arg(long = "amazon-answer-ms", env = "NOREN_AMAZON_ANSWER_MS", value_name = "MS")]
        answer_ms: u64,
        /// How often a call is repeated that got no answer or a passing refusal [default: 2]
        #[arg(long = "amazon-retries", env = "NOREN_AMAZON_RETRIES", value_name = "COUNT")]
        retries: u32,
        /// Milliseconds before the first repetition; each further one waits twice as long [default: 500]
        #[arg(long = "amazon-back-off-ms", env = "NOREN_AMAZON_BACK_OFF_MS", value_name = "MS")]
        back_off_ms: u64,
    }
}

/// How Amazon Pay is reached.
#[derive(Debug, Clone)]
pub struct AmazonPay {
    /// The simulator that stands in for Amazon.
    pub simulator: Option<Origin>,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long to wait for an answer.
    pub answer_timeout: Duration,
    /// Repetitions of a call after the first.
    pub retries: u32,
    /// Wait before the first repetition; doubles.
    pub back_off: Duration,
}

/// A live key would be sent to, or accepted from, the simulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a LIVE key cannot be used while the simulator stands in for Amazon")]
pub struct LiveKeyAtSimulator;

impl AmazonPay {
    /// Address of Amazon Pay's API, without a trailing slash.
    pub fn api_url(&self) -> &str {
        self.simulator.as_ref().map_or(API, Origin::as_str)
    }

    /// Address of Amazon's script.
    pub fn script_url(&self) -> String {
        self.simulator.as_ref().map_or_else(|| SCRIPT.to_owned(), |origin| format!("{origin}/checkout.js"))
    }

    /// Origin of Amazon's script, for content-security policies.
    pub fn script_origin(&self) -> &str {
        self.simulator.as_ref().map_or("https://static-fe.payments-amazon.com", Origin::as_str)
    }

    /// Refuses a live key while the simulator stands in for Amazon. Asked wherever a shop is written or read.
    ///
    /// # Errors
    /// [`LiveKeyAtSimulator`].
    pub fn permits(&self, key: &PublicKeyId) -> Result<(), LiveKeyAtSimulator> {
        let live = key.as_str().to_ascii_uppercase().starts_with("LIVE");
        if live && self.simulator.is_some() { Err(LiveKeyAtSimulator) } else { Ok(()) }
    }

    pub(super) fn from_given(given: AmazonPayGiven, problems: &mut Vec<String>) -> Self {
        let simulator = given.simulator.and_then(|address| {
            Origin::new(&address).map_err(|error| problems.push(format!("simulator: {error}"))).ok()
        });
        let millis = |given: Option<u64>, default| Duration::from_millis(given.unwrap_or(default));
        Self {
            simulator,
            connect_timeout: millis(given.connect_ms, 3_000),
            answer_timeout: millis(given.answer_ms, 12_000),
            retries: given.retries.unwrap_or(2),
            back_off: millis(given.back_off_ms, 500),
        }
    }

    pub(super) fn check(&self, settings: &Settings, problems: &mut Vec<String>) {
        if let Some(simulator) = &self.simulator {
            for (name, address) in [("simulator", simulator), ("public-url", &settings.public_url)] {
                if !address.is_loopback() {
                    problems.push(format!(
                        "{name}: {address} is not loopback; the simulator takes no real money and stays on this machine"
                    ));
                }
            }
        } else if settings.clock_file.is_some() {
            problems.push("clock: the time can be moved only with the simulator".to_owned());
        }
        for (name, wait) in
            [("amazon-connect-ms", self.connect_timeout), ("amazon-answer-ms", self.answer_timeout)]
        {
            if !(1..=60_000).contains(&wait.as_millis()) {
                problems.push(format!("{name}: 1 to 60000 milliseconds"));
            }
        }
        if self.retries > 5 {
            problems.push("amazon-retries: at most 5".to_owned());
        }
    }
}
