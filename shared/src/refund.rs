//! What was given back of a captured charge, and by whom.
//!
//! Amazon's charge shows one sum (`refundedAmount`), whoever asked for the refunds in it. Pure; start at [`elsewhere`].

use crate::api::RefundProgress;
use crate::money::Yen;
use jiff::{SignedDuration, Timestamp};

/// How long after Amazon refused a refund its sum may still hold it. Whether it does is not published; an hour is the longest
/// that Amazon is left unasked about anything (reference, section 6.5), and costs only that much patience.
pub const LINGERS: SignedDuration = SignedDuration::from_hours(1);

/// What Amazon's sum holds of one of our own refunds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// All of it: the buyer has it.
    Done,
    /// Perhaps all of it: asked, or being decided.
    UnderWay,
    /// Perhaps all of it, until then: it was under way at Amazon and has just been refused.
    Lingers(Timestamp),
    /// Nothing.
    Nothing,
}

/// What the sum holds of a refund that is so far. `reached_amazon`: Amazon has given it an id, so it was under way there;
/// what is refused at once never is.
pub fn share(
    progress: RefundProgress,
    reached_amazon: bool,
    ended_at: Option<Timestamp>,
    now: Timestamp,
) -> Share {
    match progress {
        RefundProgress::Asked | RefundProgress::Pending => Share::UnderWay,
        RefundProgress::Refunded => Share::Done,
        RefundProgress::Declined => match ended_at.map(|at| at + LINGERS) {
            Some(until) if reached_amazon && now < until => Share::Lingers(until),
            _ => Share::Nothing,
        },
        RefundProgress::NotSent => Share::Nothing,
    }
}

/// Yen of the sum that Amazon shows which nobody asked for here: somebody gave it back in Seller Central. `done` of our own
/// refunds have reached the buyer, `under_way` are asked, being decided, or refused a moment ago ([`share`]).
///
/// Whether Amazon's sum holds what is under way is not published, so all of it is taken to be in: what was given back
/// elsewhere meanwhile is found once ours is decided, and ours is never taken for somebody else's.
pub const fn elsewhere(shown: Yen, done: Yen, under_way: Yen) -> Yen {
    shown.saturating_sub(done).saturating_sub(under_way)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R36, R37: each progress, known to Amazon or not, an hour after its end and before. Ours that was refused a moment ago is
    /// not taken for somebody else's, which would end キャンセルエラー for good.
    #[test]
    fn r37_what_was_refused_a_moment_ago_may_be_in_amazons_sum() {
        use RefundProgress as P;
        let at = |minutes: i64| Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap();
        for (progress, reached_amazon, ended_at, expected) in [
            (P::Asked, false, None, Share::UnderWay),
            (P::Asked, true, None, Share::UnderWay),
            (P::Pending, true, None, Share::UnderWay),
            (P::Refunded, true, Some(at(0)), Share::Done),
            (P::Refunded, true, Some(at(-600)), Share::Done),
            (P::NotSent, false, Some(at(0)), Share::Nothing),
            // Refused at once: it never was under way.
            (P::Declined, false, Some(at(0)), Share::Nothing),
            // Refused after it was: for an hour, by Amazon's clock, which may be ahead.
            (P::Declined, true, Some(at(1)), Share::Lingers(at(61))),
            (P::Declined, true, Some(at(0)), Share::Lingers(at(60))),
            (P::Declined, true, Some(at(-59)), Share::Lingers(at(1))),
            (P::Declined, true, Some(at(-60)), Share::Nothing),
            (P::Declined, true, Some(at(-600)), Share::Nothing),
            (P::Declined, true, None, Share::Nothing),
        ] {
            let found = share(progress, reached_amazon, ended_at, at(0));
            assert_eq!(found, expected, "{progress:?}, {reached_amazon}, {ended_at:?}");
        }
    }

    /// R37: by what Amazon shows, what of ours is done and what is under way.
    #[test]
    fn r37_what_nobody_asked_for_here_is_the_rest_of_amazons_sum() {
        let yen = |amount| Yen::new(amount).unwrap();
        for (shown, done, under_way, expected) in [
            // Nothing, and ours alone.
            (0, 0, 0, 0),
            (500, 500, 0, 0),
            (500, 0, 500, 0),
            (800, 500, 300, 0),
            // Theirs alone, and beside ours.
            (500, 0, 0, 500),
            (800, 500, 0, 300),
            (2030, 500, 300, 1230),
            // Ours under way is not in the sum yet: theirs is found later.
            (300, 0, 500, 0),
            (800, 0, 500, 300),
            // Amazon's sum is behind ours.
            (0, 500, 0, 0),
            (400, 500, 300, 0),
            // More than was captured: up to 15 % on top may be given at Amazon.
            (2300, 0, 0, 2300),
        ] {
            let found = elsewhere(yen(shown), yen(done), yen(under_way));
            assert_eq!(found, yen(expected), "{shown} shown, {done} done, {under_way} under way");
        }
    }
}
