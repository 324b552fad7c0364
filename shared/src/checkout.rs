//! From the button to the result: what may happen next, and what is fixed when.
//!
//! A checkout is stored before the shopper leaves for Amazon (R54); its amounts are fixed then, for 24 hours.
//! It ends in at most one order (R12). Unconfirmed is a state, and while it lasts no second payment is
//! offered (R11, R55). Start at [`Checkout::apply`].

use crate::id::{CheckoutSessionId, OrderId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long Amazon keeps a checkout session open: 24 hours (reference, section 6.5).
pub const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// How far one purchase has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state")]
pub enum Checkout {
    /// The row is stored; the shopper may be at Amazon, choosing address and card.
    Started,
    /// The shopper came back; the review page is shown.
    Reviewing {
        /// Amazon's session.
        session: CheckoutSessionId,
    },
    /// 注文する was pressed and the shopper sent to Amazon to authorize. Whether they have is not known, unless
    /// Amazon said since that they have not.
    Ordered {
        /// Amazon's session.
        session: CheckoutSessionId,
        /// When it was pressed.
        at: Timestamp,
        /// When Amazon last said that nothing was paid; absent after every press.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        not_paid_at: Option<Timestamp>,
    },
    /// Amazon is being asked to complete; also after a lost answer, when nobody knows the outcome.
    Completing {
        /// Amazon's session.
        session: CheckoutSessionId,
        /// When 注文する was pressed.
        ordered_at: Timestamp,
        /// When completing was first asked.
        since: Timestamp,
    },
    /// An order exists.
    Placed {
        /// Amazon's session.
        session: CheckoutSessionId,
        /// Ours.
        order: OrderId,
        /// When 注文する was pressed; absent for orders from before it was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ordered_at: Option<Timestamp>,
    },
    /// The payment was declined; the cart is kept and may be tried again.
    Declined {
        /// Amazon's session.
        session: CheckoutSessionId,
        /// When.
        at: Timestamp,
    },
    /// The shopper left at Amazon; the cart is kept.
    Cancelled {
        /// Amazon's session.
        session: CheckoutSessionId,
        /// When.
        at: Timestamp,
    },
    /// Nothing came of it within its life.
    Lapsed {
        /// When.
        at: Timestamp,
    },
}

/// What happened to a checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckoutEvent {
    /// The shopper came to the review page with Amazon's session.
    Returned {
        /// Amazon's session.
        session: CheckoutSessionId,
    },
    /// 注文する: the amount is set at Amazon and the shopper is about to be sent there.
    OrderPressed {
        /// When.
        at: Timestamp,
    },
    /// The shopper is back, or the sweeper found the session: completing is about to be asked.
    CompletionAsked {
        /// When.
        at: Timestamp,
    },
    /// Amazon answered that the shopper has not paid there yet: nothing was completed.
    NotPaidYet {
        /// When.
        at: Timestamp,
    },
    /// Amazon refused to complete for a reason that says nothing about the shopper (our key, our request):
    /// nothing was completed, and it has to be asked anew.
    CompletionRefused,
    /// Amazon completed it and the order is stored.
    Placed {
        /// Ours.
        order: OrderId,
    },
    /// Amazon canceled it because no payment method was accepted, or by its own decision.
    Declined {
        /// When.
        at: Timestamp,
    },
    /// The shopper left at Amazon.
    Cancelled {
        /// When.
        at: Timestamp,
    },
    /// The session's life is over and nothing was ordered.
    Lapsed {
        /// When.
        at: Timestamp,
    },
}

/// The event cannot happen to a checkout in this state; nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a checkout that is {state} cannot take {event}")]
pub struct Refused {
    /// Name of the state.
    pub state: &'static str,
    /// Name of the event.
    pub event: &'static str,
}

impl Checkout {
    /// Name of the state, as stored.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Reviewing { .. } => "reviewing",
            Self::Ordered { .. } => "ordered",
            Self::Completing { .. } => "completing",
            Self::Placed { .. } => "placed",
            Self::Declined { .. } => "declined",
            Self::Cancelled { .. } => "cancelled",
            Self::Lapsed { .. } => "lapsed",
        }
    }

    /// Amazon's session, once known.
    pub const fn session(&self) -> Option<&CheckoutSessionId> {
        match self {
            Self::Started | Self::Lapsed { .. } => None,
            Self::Reviewing { session }
            | Self::Ordered { session, .. }
            | Self::Completing { session, .. }
            | Self::Placed { session, .. }
            | Self::Declined { session, .. }
            | Self::Cancelled { session, .. } => Some(session),
        }
    }

    /// Whether the cart of this checkout is taken: ordered, or may turn out to be. While one checkout holds a
    /// cart no other may order it (R12). Pressed and known to be unpaid holds nothing.
    pub const fn holds_cart(&self) -> bool {
        matches!(
            self,
            Self::Ordered { not_paid_at: None, .. } | Self::Completing { .. } | Self::Placed { .. }
        )
    }

    /// Whether nothing more will happen.
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Placed { .. } | Self::Declined { .. } | Self::Cancelled { .. } | Self::Lapsed { .. }
        )
    }

    /// Takes what happened in.
    ///
    /// # Errors
    /// [`Refused`] where it cannot have happened; the caller keeps the old state.
    pub fn apply(self, event: CheckoutEvent) -> Result<Self, Refused> {
        use CheckoutEvent as E;
        match (self, event) {
            (Self::Started, E::Returned { session }) => Ok(Self::Reviewing { session }),
            // Back button, reload, a changed address: the same session comes to the review page again.
            (Self::Reviewing { session: known }, E::Returned { session }) if known == session => {
                Ok(Self::Reviewing { session })
            }
            // The back button after 注文する: the session is still open, so the shopper may look again.
            (known @ Self::Ordered { .. }, E::Returned { session }) if known.session() == Some(&session) => {
                Ok(known)
            }
            (Self::Reviewing { session } | Self::Ordered { session, .. }, E::OrderPressed { at }) => {
                Ok(Self::Ordered { session, at, not_paid_at: None })
            }
            (Self::Ordered { session, at: ordered_at, .. }, E::CompletionAsked { at }) => {
                Ok(Self::Completing { session, ordered_at, since: at })
            }
            (known @ Self::Completing { .. }, E::CompletionAsked { .. }) => Ok(known),
            (
                Self::Completing { session, ordered_at: pressed, .. }
                | Self::Ordered { session, at: pressed, .. },
                E::NotPaidYet { at },
            ) => Ok(Self::Ordered { session, at: pressed, not_paid_at: Some(at) }),
            (Self::Completing { session, ordered_at, .. }, E::CompletionRefused) => {
                Ok(Self::Ordered { session, at: ordered_at, not_paid_at: None })
            }
            (known @ Self::Ordered { .. }, E::CompletionRefused) => Ok(known),
            (Self::Completing { session, ordered_at, .. }, E::Placed { order }) => {
                Ok(Self::Placed { session, order, ordered_at: Some(ordered_at) })
            }
            (known @ Self::Placed { .. }, E::Placed { order: again }) if matches!(&known, Self::Placed { order, .. } if *order == again) => {
                Ok(known)
            }
            (
                Self::Reviewing { session }
                | Self::Ordered { session, .. }
                | Self::Completing { session, .. }
                | Self::Declined { session, .. },
                E::Declined { at },
            ) => Ok(Self::Declined { session, at }),
            (
                Self::Reviewing { session }
                | Self::Ordered { session, .. }
                | Self::Completing { session, .. }
                | Self::Cancelled { session, .. },
                E::Cancelled { at },
            ) => Ok(Self::Cancelled { session, at }),
            (
                Self::Started | Self::Reviewing { .. } | Self::Ordered { .. } | Self::Completing { .. },
                E::Lapsed { at },
            ) => Ok(Self::Lapsed { at }),
            (
                known @ (Self::Declined { .. } | Self::Cancelled { .. } | Self::Lapsed { .. }),
                E::Lapsed { .. },
            ) => Ok(known),
            (state, event) => Err(Refused { state: state.name(), event: event.name() }),
        }
    }
}

impl CheckoutEvent {
    const fn name(&self) -> &'static str {
        match self {
            Self::Returned { .. } => "Returned",
            Self::OrderPressed { .. } => "OrderPressed",
            Self::CompletionAsked { .. } => "CompletionAsked",
            Self::NotPaidYet { .. } => "NotPaidYet",
            Self::CompletionRefused => "CompletionRefused",
            Self::Placed { .. } => "Placed",
            Self::Declined { .. } => "Declined",
            Self::Cancelled { .. } => "Cancelled",
            Self::Lapsed { .. } => "Lapsed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn states() -> Vec<Checkout> {
        let session = CheckoutSessionId::new("s").unwrap();
        vec![
            Checkout::Started,
            Checkout::Reviewing { session: session.clone() },
            Checkout::Ordered { session: session.clone(), at: at(), not_paid_at: None },
            Checkout::Completing { session: session.clone(), ordered_at: at(), since: at() },
            Checkout::Placed {
                session: session.clone(),
                order: OrderId::new("o").unwrap(),
                ordered_at: None,
            },
            Checkout::Declined { session: session.clone(), at: at() },
            Checkout::Cancelled { session, at: at() },
            Checkout::Lapsed { at: at() },
        ]
    }

    /// R11, R12, R54: what each state becomes by each event; `-` is refused.
    #[test]
    fn every_checkout_state_answers_every_event_as_the_table_says() {
        let events = || {
            vec![
                CheckoutEvent::Returned { session: CheckoutSessionId::new("s").unwrap() },
                CheckoutEvent::OrderPressed { at: at() },
                CheckoutEvent::CompletionAsked { at: at() },
                CheckoutEvent::NotPaidYet { at: at() },
                CheckoutEvent::CompletionRefused,
                CheckoutEvent::Placed { order: OrderId::new("o").unwrap() },
                CheckoutEvent::Declined { at: at() },
                CheckoutEvent::Cancelled { at: at() },
                CheckoutEvent::Lapsed { at: at() },
            ]
        };
        let table = [
            ("started", "reviewing - - - - - - - lapsed"),
            ("reviewing", "reviewing ordered - - - - declined cancelled lapsed"),
            ("ordered", "ordered ordered completing ordered ordered - declined cancelled lapsed"),
            ("completing", "- - completing ordered ordered placed declined cancelled lapsed"),
            ("placed", "- - - - - placed - - -"),
            ("declined", "- - - - - - declined - declined"),
            ("cancelled", "- - - - - - - cancelled cancelled"),
            ("lapsed", "- - - - - - - - lapsed"),
        ];
        assert_eq!(states().len(), table.len());
        for (state, (name, row)) in states().into_iter().zip(table) {
            assert_eq!(state.name(), name);
            for (event, expected) in events().into_iter().zip(row.split(' ')) {
                let event_name = event.name();
                let found = state.clone().apply(event).map_or("-", |next| next.name());
                assert_eq!(found, expected, "{name} on {event_name}");
            }
        }
    }

    #[test]
    fn a_checkout_takes_no_second_session() {
        let other = CheckoutEvent::Returned { session: CheckoutSessionId::new("t").unwrap() };
        for state in states().into_iter().skip(1) {
            assert!(state.apply(other.clone()).is_err());
        }
    }

    #[test]
    fn r12_a_cart_is_held_from_the_press_until_it_is_known_to_have_failed() {
        let held: Vec<_> = states().iter().filter(|s| s.holds_cart()).map(|s| s.name()).collect();
        assert_eq!(held, ["ordered", "completing", "placed"]);
        let [_, _, pressed, ..] = &states()[..] else { panic!("pressed is the third state") };
        let unpaid = pressed.clone().apply(CheckoutEvent::NotPaidYet { at: at() }).unwrap();
        assert!(!unpaid.holds_cart());
        assert!(unpaid.apply(CheckoutEvent::OrderPressed { at: at() }).unwrap().holds_cart());
    }

    #[test]
    fn a_press_stored_before_there_was_a_word_for_unpaid_is_read() {
        let old = r#"{"state":"Ordered","session":"s","at":"2026-11-24T00:00:00Z"}"#;
        let read: Checkout = serde_json::from_str(old).unwrap();
        assert!(matches!(read, Checkout::Ordered { not_paid_at: None, .. }));
    }
}
