//! Section `limits`: how much anybody may ask for. Real time, not the shop's clock.

use std::time::Duration;

super::given! {
    /// What can be given.
    #[command(next_help_heading = "Limits")]
    LimitsGiven {
        /// Milliseconds one request may take [default: 60000]
        #[arg(long, env = "NOREN_REQUEST_MS", value_name = "MS")]
        request_ms: u64,
        /// Requests per minute from one address, on average; a burst of half as many is let through. Mobile networks
        /// put many people behind one address [default: 3000]
        #[arg(long, env = "NOREN_PER_ADDRESS", value_name = "COUNT")]
        per_address: u32,
        /// Shoppers' requests per minute for one shop, on average [default: 6000]
        #[arg(long, env = "NOREN_PER_SHOP", value_name = "COUNT")]
        per_shop: u32,
        /// Tries to sign in to the console per minute, from one address and for one mail address [default: 10]
        #[arg(long, env = "NOREN_SIGN_INS", value_name = "COUNT")]
        sign_ins: u32,
        /// Notifications per minute for one shop, on average [default: 1200]
        #[arg(long, env = "NOREN_NOTIFICATIONS", value_name = "COUNT")]
        notifications: u32,
    }
}

/// Bodies larger than this are refused everywhere.
pub const BODY: usize = 64 * 1024;

/// How much anybody may ask for.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest time for one request.
    pub request_timeout: Duration,
    /// Per minute and address.
    pub per_address: u32,
    /// Per minute and shop, shoppers' requests.
    pub per_shop: u32,
    /// Per minute, by address and by mail address.
    pub sign_ins: u32,
    /// Per minute and shop.
    pub notifications: u32,
}

impl Limits {
    /// Largest body in bytes.
    pub const BODY: usize = BODY;

    pub(super) fn from_given(given: LimitsGiven) -> Self {
        Self {
            request_timeout: Duration::from_millis(given.request_ms.unwrap_or(60_000)),
            per_address: given.per_address.unwrap_or(3_000),
            per_shop: given.per_shop.unwrap_or(6_000),
            sign_ins: given.sign_ins.unwrap_or(10),
            notifications: given.notifications.unwrap_or(1_200),
        }
    }

    pub(super) fn check(&self, problems: &mut Vec<String>) {
        if self.request_timeout < Duration::from_secs(1) {
            problems.push("request-ms: at least 1000 milliseconds".to_owned());
        }
        for (name, rate) in [
            ("per-address", self.per_address),
            ("per-shop", self.per_shop),
            ("sign-ins", self.sign_ins),
            ("notifications", self.notifications),
        ] {
            if rate == 0 {
                problems.push(format!("{name}: at least 1 per minute"));
            }
        }
    }
}
