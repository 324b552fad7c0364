//! How often something may be asked for: a token bucket per address, shop, or mail address.
//!
//! Real time, not the shop's clock: a moved clock must not open or close the door. The tables are bounded; under a
//! flood of names the fullest buckets, which say the least, are forgotten first.

use crate::config::Limits;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Buckets kept per table.
const BUCKETS: usize = 20_000;

/// Token buckets by name.
#[derive(Debug)]
pub struct Rate {
    per_second: f64,
    burst: f64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    filled: Instant,
}

impl Rate {
    /// `per_minute` on average, `burst` at once.
    pub fn new(per_minute: u32, burst: u32) -> Self {
        Self {
            per_second: f64::from(per_minute) / 60.0,
            burst: f64::from(burst.max(1)),
            buckets: Mutex::default(),
        }
    }

    /// Takes one from `name`'s bucket; false where it is empty.
    pub fn take(&self, name: &str) -> bool {
        self.take_at(name, Instant::now())
    }

    fn take_at(&self, name: &str, now: Instant) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS && !buckets.contains_key(name) {
            self.forget(&mut buckets, now);
        }
        let bucket = match buckets.get_mut(name) {
            Some(bucket) => bucket,
            None => buckets.entry(name.to_owned()).or_insert(Bucket { left: self.burst, filled: now }),
        };
        bucket.left = self.left(bucket, now);
        bucket.filled = now;
        let enough = bucket.left >= 1.0;
        if enough {
            bucket.left -= 1.0;
        }
        enough
    }

    fn left(&self, bucket: &Bucket, now: Instant) -> f64 {
        let waited = now.saturating_duration_since(bucket.filled).as_secs_f64();
        (bucket.left + waited * self.per_second).min(self.burst)
    }

    /// Full buckets say nothing; if all say something, the fuller half goes.
    fn forget(&self, buckets: &mut HashMap<String, Bucket>, now: Instant) {
        buckets.retain(|_, bucket| self.left(bucket, now) < self.burst);
        if buckets.len() >= BUCKETS {
            let mut levels: Vec<f64> = buckets.values().map(|bucket| self.left(bucket, now)).collect();
            let middle = levels.len() / 2;
            let (_, level, _) = levels.select_nth_unstable_by(middle, f64::total_cmp);
            let level = *level;
            buckets.retain(|_, bucket| self.left(bucket, now) < level);
        }
    }
}

/// The server's buckets.
#[derive(Debug)]
pub struct Rates {
    /// Requests by client address.
    pub addresses: Rate,
    /// Shoppers' requests by shop.
    pub shops: Rate,
    /// Tries to sign in, by client address and by mail address.
    pub sign_ins: Rate,
    /// Notifications by shop.
    pub notifications: Rate,
}

impl Rates {
    /// As set.
    pub fn new(limits: &Limits) -> Self {
        Self {
            addresses: Rate::new(limits.per_address, limits.per_address / 2),
            shops: Rate::new(limits.per_shop, limits.per_shop / 2),
            sign_ins: Rate::new(limits.sign_ins, limits.sign_ins),
            notifications: Rate::new(limits.notifications, limits.notifications / 2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_is_let_through_then_the_average_holds() {
        let rate = Rate::new(60, 3);
        let start = Instant::now();
        let taken = |after_ms: u64| rate.take_at("a", start + Duration::from_millis(after_ms));
        assert!(taken(0) && taken(0) && taken(0));
        assert!(!taken(0) && !taken(900));
        assert!(taken(1_100) && !taken(1_200));
        assert!(rate.take_at("b", start), "another address has its own bucket");
    }

    #[test]
    fn a_flood_of_addresses_does_not_grow_the_table_nor_free_who_is_refused() {
        let rate = Rate::new(60, 2);
        let now = Instant::now();
        while rate.take_at("loud", now) {}
        for number in 0..BUCKETS * 2 {
            rate.take_at(&number.to_string(), now);
        }
        assert!(rate.buckets.lock().unwrap().len() <= BUCKETS);
        assert!(!rate.take_at("loud", now));
    }
}
