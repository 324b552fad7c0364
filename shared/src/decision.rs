//! What Amazon decided about an authorization, seen from the payment before and after: what the authorization rate
//! and the decline reasons count (R53).
//!
//! Pure and total. Start at [`Decision::between`].

use crate::payment::{Payment, Reason};
use jiff::Timestamp;

/// A decision of Amazon's that is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The amount was reserved.
    Authorized,
    /// It was not.
    Declined {
        /// Amazon's reason.
        reason: Reason,
        /// "Authorized" had been said before, at this moment, and was counted: it is taken back.
        instead_of: Option<Timestamp>,
    },
}

impl Decision {
    /// What the step from `before` (`None` for a new order) to `after` decided; `None` where it decided nothing new.
    ///
    /// A doubt is looked through: what was known before it is what counts. A refusal of what was refused already is
    /// not counted anew.
    pub fn between(before: Option<&Payment>, after: &Payment) -> Option<Self> {
        let before = before.map(known);
        let undecided = match before {
            None => true,
            Some(
                Payment::AuthorizationPending { .. }
                | Payment::AuthorizationDeclined { .. }
                | Payment::Expired { .. }
                | Payment::CaptureFailed { retry_until: None, .. },
            ) => true,
            Some(_) => false,
        };
        match after {
            Payment::Authorized { .. } => undecided.then_some(Self::Authorized),
            // Amazon's news of the authorization was skipped.
            Payment::CapturePending { .. } | Payment::Captured { .. } => {
                matches!(before, Some(Payment::AuthorizationPending { .. })).then_some(Self::Authorized)
            }
            Payment::AuthorizationDeclined { reason, .. } => {
                let instead_of = match before {
                    Some(Payment::AuthorizationDeclined { .. }) => return None,
                    Some(Payment::Authorized { authorized_at, .. }) => Some(*authorized_at),
                    _ => None,
                };
                Some(Self::Declined { reason: reason.clone(), instead_of })
            }
            Payment::AuthorizationPending { .. }
            | Payment::CaptureFailed { .. }
            | Payment::RefundPending { .. }
            | Payment::RefundFailed { .. }
            | Payment::Refunded { .. }
            | Payment::CancelFailed { .. }
            | Payment::Canceled { .. }
            | Payment::Expired { .. }
            | Payment::Unconfirmed { .. } => None,
        }
    }
}

/// What is known behind a doubt.
fn known(payment: &Payment) -> &Payment {
    match payment {
        Payment::Unconfirmed { before, .. } => known(before),
        known => known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Yen;
    use crate::payment::{Asked, PaymentState};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + second).unwrap()
    }

    /// One payment per state, in the order of [`PaymentState::ALL`].
    fn every() -> Vec<Payment> {
        let (amount, reason) = (Yen::new(2_030).unwrap(), Reason::new("SoftDeclined"));
        let zero = Yen::ZERO;
        let payment = |state| match state {
            PaymentState::AuthorizationPending => Payment::pending(amount, at(0)),
            PaymentState::Authorized => Payment::authorized(amount, at(0)),
            PaymentState::AuthorizationDeclined => {
                Payment::AuthorizationDeclined { amount, reason: reason.clone(), at: at(0) }
            }
            PaymentState::CapturePending => {
                Payment::CapturePending { authorized: amount, amount, since: at(0) }
            }
            PaymentState::CaptureFailed => {
                Payment::CaptureFailed { amount, reason: reason.clone(), at: at(0), retry_until: None }
            }
            PaymentState::Captured => {
                Payment::Captured { captured: amount, refunded: zero, captured_at: at(0) }
            }
            PaymentState::RefundPending => Payment::RefundPending {
                captured: amount,
                refunded: zero,
                pending: amount,
                captured_at: at(0),
                since: at(0),
            },
            PaymentState::RefundFailed => Payment::RefundFailed {
                captured: amount,
                refunded: zero,
                failed: amount,
                captured_at: at(0),
                reason: reason.clone(),
                at: at(0),
            },
            PaymentState::Refunded => Payment::Refunded { captured: amount, at: at(0) },
            PaymentState::CancelFailed => {
                Payment::CancelFailed { amount, reason: reason.clone(), at: at(0), expires_at: at(9) }
            }
            PaymentState::Canceled => Payment::Canceled { amount, at: at(0) },
            PaymentState::Expired => Payment::Expired { amount, at: at(0) },
            PaymentState::Unconfirmed => doubt(Payment::authorized(amount, at(0))),
        };
        PaymentState::ALL.into_iter().map(payment).collect()
    }

    fn doubt(before: Payment) -> Payment {
        Payment::Unconfirmed { asked: Asked::Capture, since: at(1), before: Box::new(before) }
    }

    /// R53: the whole table, before by after; behind a doubt it is the same.
    #[test]
    fn r53_a_decision_is_counted_where_there_was_none() {
        use PaymentState as S;
        for before in every() {
            for after in every() {
                let decided = Decision::between(Some(&before), &after);
                let (from, to) = (before.state(), after.state());
                let expected = match (from, to) {
                    (
                        S::AuthorizationPending | S::AuthorizationDeclined | S::Expired | S::CaptureFailed,
                        S::Authorized,
                    )
                    | (S::AuthorizationPending, S::CapturePending | S::Captured) => Some("authorized"),
                    (S::AuthorizationDeclined, S::AuthorizationDeclined) => None,
                    (S::Authorized | S::Unconfirmed, S::AuthorizationDeclined) => Some("taken back"),
                    (_, S::AuthorizationDeclined) => Some("declined"),
                    _ => None,
                };
                let found = decided.as_ref().map(|decision| match decision {
                    Decision::Authorized => "authorized",
                    Decision::Declined { instead_of: Some(_), .. } => "taken back",
                    Decision::Declined { instead_of: None, .. } => "declined",
                });
                assert_eq!(found, expected, "{from} to {to}");
                assert_eq!(
                    Decision::between(Some(&doubt(before.clone())), &after),
                    decided,
                    "{from} to {to}"
                );
            }
        }
    }

    /// R53: a new order that is authorized counts; one that is pending does not yet.
    #[test]
    fn r53_a_new_order_counts_once_it_is_decided() {
        let [pending, authorized] =
            [&every()[0], &every()[1]].map(|payment| Decision::between(None, payment));
        assert_eq!((pending, authorized), (None, Some(Decision::Authorized)));
    }

    /// R53: a retry of a capture whose authorization stands is no new authorization.
    #[test]
    fn r53_an_authorization_that_still_stood_is_not_counted_anew() {
        let amount = Yen::new(2_030).unwrap();
        let standing = Payment::CaptureFailed {
            amount,
            reason: Reason::new("ProcessingFailure"),
            at: at(0),
            retry_until: Some(at(9)),
        };
        assert_eq!(Decision::between(Some(&standing), &Payment::authorized(amount, at(0))), None);
    }
}
