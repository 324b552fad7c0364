//! States of Amazon's objects, as Amazon publishes them, with the moves between them.
//!
//! The simulator enforces these tables and the backend believes them; a test compares them, state by
//! state, with the published lists. Start at [`ChargeState::may_become`].

use serde::{Deserialize, Serialize};

macro_rules! wire_states {
    ($($(#[$about:meta])* $name:ident { $($(#[$variant_about:meta])* $variant:ident),+ $(,)? })+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_about])* $variant),+ }

        impl $name {
            /// Every value, in the order of life.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }

            /// The value that Amazon writes as `name`, if there is one.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }
    )+};
}

wire_states! {
    /// One visit to the checkout.
    CheckoutSessionState {
        /// The buyer may still pay or leave.
        Open,
        /// Paid, or pending; a permission exists.
        Completed,
        /// Left, declined, or 24 hours old.
        Canceled,
    }
    /// The buyer's consent to be charged.
    ChargePermissionState {
        /// Charges may be created.
        Chargeable,
        /// The buyer has to act first.
        NonChargeable,
        /// Ended for good.
        Closed,
    }
    /// One authorization and its capture.
    ChargeState {
        /// Amazon is still deciding, up to 24 hours.
        AuthorizationInitiated,
        /// The amount is reserved, for 30 days.
        Authorized,
        /// A late capture is under way.
        CaptureInitiated,
        /// The money has been taken.
        Captured,
        /// Released without a capture.
        Canceled,
        /// Refused.
        Declined,
    }
    /// Money on its way back.
    RefundState {
        /// Amazon is working on it.
        RefundInitiated,
        /// The buyer has it.
        Refunded,
        /// Refused; the buyer has not got it.
        Declined,
    }
    /// Why a charge was declined.
    DeclineReason {
        /// May work on another day.
        SoftDeclined,
        /// The buyer has to change the payment method.
        HardDeclined,
        /// Amazon's own decision; do not retry.
        AmazonRejected,
        /// Amazon failed; may be tried again.
        ProcessingFailure,
        /// Not enough time to decide.
        TransactionTimedOut,
    }
}

impl CheckoutSessionState {
    /// Whether Amazon moves a session from `self` to `next`.
    pub const fn may_become(self, next: Self) -> bool {
        matches!((self, next), (Self::Open, Self::Completed | Self::Canceled))
    }
}

impl ChargePermissionState {
    /// Whether Amazon moves a permission from `self` to `next`.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Chargeable, Self::NonChargeable | Self::Closed)
                | (Self::NonChargeable, Self::Chargeable | Self::Closed)
        )
    }
}

impl ChargeState {
    /// Whether Amazon moves a charge from `self` to `next` (reference, section 6.3).
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::AuthorizationInitiated, Self::Authorized | Self::Declined | Self::Canceled)
                | (Self::Authorized, Self::CaptureInitiated | Self::Captured | Self::Canceled)
                | (Self::CaptureInitiated, Self::Captured | Self::Declined)
        )
    }

    /// Whether nothing follows any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Captured | Self::Canceled | Self::Declined)
    }
}

impl RefundState {
    /// Whether Amazon moves a refund from `self` to `next`.
    pub const fn may_become(self, next: Self) -> bool {
        matches!((self, next), (Self::RefundInitiated, Self::Refunded | Self::Declined))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R85: the simulator's table is Amazon's published one (reference, section 6.3).
    #[test]
    fn charges_move_as_amazon_publishes() {
        let published = [
            ("AuthorizationInitiated", &["Authorized", "Declined", "Canceled"][..]),
            ("Authorized", &["CaptureInitiated", "Captured", "Canceled"]),
            ("CaptureInitiated", &["Captured", "Declined"]),
            ("Captured", &[]),
            ("Canceled", &[]),
            ("Declined", &[]),
        ];
        assert_eq!(published.len(), ChargeState::ALL.len());
        for (from, next) in published {
            let from = ChargeState::from_name(from).unwrap();
            for to in ChargeState::ALL {
                assert_eq!(from.may_become(*to), next.contains(&to.name()), "{from:?} to {to:?}");
            }
            assert_eq!(from.is_final(), next.is_empty());
        }
    }

    #[test]
    fn sessions_permissions_and_refunds_move_as_amazon_publishes() {
        use CheckoutSessionState as S;
        for from in S::ALL {
            for to in S::ALL {
                let allowed = *from == S::Open && *to != S::Open;
                assert_eq!(from.may_become(*to), allowed, "{from:?} to {to:?}");
            }
        }
        use ChargePermissionState as P;
        for from in P::ALL {
            for to in P::ALL {
                let allowed = *from != P::Closed && from != to;
                assert_eq!(from.may_become(*to), allowed, "{from:?} to {to:?}");
            }
        }
        use RefundState as R;
        for from in R::ALL {
            for to in R::ALL {
                let allowed = *from == R::RefundInitiated && *to != R::RefundInitiated;
                assert_eq!(from.may_become(*to), allowed, "{from:?} to {to:?}");
            }
        }
    }
}
