//! What came of a notification of Amazon's: it carries no state, so what it changed is seen by asking.

use crate::payment::PaymentState;

/// What came of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationOutcome {
    /// Its object was asked for; whether that changed anything was not kept.
    Followed,
    /// It is about a kind of object nothing is done for.
    UnknownKind,
    /// Nothing changed.
    Unchanged,
    /// The payment came to another state.
    Payment {
        /// Before.
        from: PaymentState,
        /// After.
        to: PaymentState,
    },
    /// A dispute was taken in.
    Disputed,
    /// Something else of the order.
    Order,
}

/// An order as far as it tells whether something changed: the state of its payment and its version.
pub type Standing = (PaymentState, i64);

impl NotificationOutcome {
    /// What came of asking, by how the order stood `before` and stands `after`, where there is one; `disputed`: a dispute
    /// was taken in that was not known.
    pub fn between(before: Option<Standing>, after: Option<Standing>, disputed: bool) -> Self {
        match (before, after) {
            _ if disputed => Self::Disputed,
            (Some((from, _)), Some((to, _))) if from != to => Self::Payment { from, to },
            (before, after) if before == after => Self::Unchanged,
            _ => Self::Order,
        }
    }

    /// As it is stored.
    pub fn stored(self) -> String {
        match self {
            Self::Followed => "followed".to_owned(),
            Self::UnknownKind => "unknown_object_type".to_owned(),
            Self::Unchanged => "unchanged".to_owned(),
            Self::Payment { from, to } => format!("{} > {}", from.name(), to.name()),
            Self::Disputed => "disputed".to_owned(),
            Self::Order => "order".to_owned(),
        }
    }

    /// Read as it was stored.
    pub fn read(stored: &str) -> Option<Self> {
        let plain = [Self::Followed, Self::UnknownKind, Self::Unchanged, Self::Disputed, Self::Order];
        let state = |name: &str| PaymentState::ALL.into_iter().find(|state| state.name() == name);
        plain.into_iter().find(|outcome| outcome.stored() == stored).or_else(|| {
            let (from, to) = stored.split_once(" > ")?;
            Some(Self::Payment { from: state(from)?, to: state(to)? })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use NotificationOutcome as N;
    use PaymentState::{AuthorizationPending, Authorized};

    #[test]
    fn r52_what_came_of_a_notification_is_seen_by_what_stood_before_and_after() {
        let (pending, authorized) = (Some((AuthorizationPending, 2)), Some((Authorized, 3)));
        let moved = N::Payment { from: AuthorizationPending, to: Authorized };
        let cases = [
            (None, None, false, N::Unchanged),
            (None, authorized, false, N::Order),
            (authorized, None, false, N::Order),
            (pending, pending, false, N::Unchanged),
            (pending, authorized, false, moved),
            (authorized, Some((Authorized, 4)), false, N::Order),
            (authorized, Some((Authorized, 4)), true, N::Disputed),
            (None, None, true, N::Disputed),
        ];
        for (before, after, disputed, outcome) in cases {
            assert_eq!(N::between(before, after, disputed), outcome, "{before:?} {after:?} {disputed}");
        }
    }

    #[test]
    fn an_outcome_is_read_as_it_was_stored() {
        let plain = [N::Followed, N::UnknownKind, N::Unchanged, N::Disputed, N::Order];
        let moved = PaymentState::ALL
            .into_iter()
            .flat_map(|from| PaymentState::ALL.into_iter().map(move |to| N::Payment { from, to }));
        for outcome in plain.into_iter().chain(moved) {
            assert_eq!(N::read(&outcome.stored()), Some(outcome));
        }
        for nothing in ["", "lost", "authorized", "authorized > ", "authorized > lost"] {
            assert_eq!(N::read(nothing), None, "{nothing}");
        }
    }
}
