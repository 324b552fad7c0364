//! Amazon's token buckets, one per merchant and operation (reference, section 8.5).

use super::Operation;
use crate::world::{Environment, Owner};
use jiff::Timestamp;
use std::collections::HashMap;

/// Fill of every bucket.
#[derive(Debug, Default)]
pub(crate) struct Buckets(HashMap<(Owner, Operation), (f64, Timestamp)>);

impl Buckets {
    /// Takes one token; `false` if there is none.
    pub fn take(&mut self, owner: &Owner, operation: Operation, now: Timestamp) -> bool {
        let (burst, per_second) = limits(operation, owner.environment);
        let (fill, since) = self.0.entry((owner.clone(), operation)).or_insert((burst, now));
        let seconds = now.duration_since(*since).as_secs_f64().max(0.0);
        *fill = (*fill + seconds * per_second).min(burst);
        *since = now;
        let enough = *fill >= 1.0;
        if enough {
            *fill -= 1.0;
        }
        enough
    }
}

/// Burst and tokens per second.
const fn limits(operation: Operation, environment: Environment) -> (f64, f64) {
    use Operation as O;
    let (live, sandbox_burst) = match operation {
        O::CreateCheckoutSession => ((40.0, 16.0), 5.0),
        O::GetCheckoutSession => ((40.0, 8.0), 10.0),
        O::UpdateCheckoutSession => ((20.0, 8.0), 5.0),
        O::CompleteCheckoutSession | O::CaptureCharge => ((20.0, 4.0), 2.0),
        O::GetChargePermission => ((20.0, 4.0), 10.0),
        O::UpdateChargePermission => ((10.0, 2.0), 5.0),
        O::CloseChargePermission | O::CancelCharge => ((10.0, 2.0), 2.0),
        O::CreateCharge | O::CreateRefund => ((10.0, 4.0), 2.0),
        O::GetCharge | O::GetRefund => ((20.0, 4.0), 5.0),
        O::CreateDeliveryTracker => ((10.0, 1.0), 1.0),
        _ => ((10.0, 1.0), 5.0),
    };
    match environment {
        Environment::Live => live,
        Environment::Sandbox => (sandbox_burst, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn a_bucket_empties_and_fills_again_with_time() {
        let owner = Owner { merchant_id: "A".into(), environment: Environment::Sandbox };
        let (mut buckets, start) = (Buckets::default(), Timestamp::UNIX_EPOCH);
        let mut take = |at| buckets.take(&owner, Operation::CreateCharge, at);
        assert!(take(start) && take(start));
        assert!(!take(start));
        assert!(take(start + SignedDuration::from_secs(1)));
        assert!(!take(start + SignedDuration::from_secs(1)));
    }
}
