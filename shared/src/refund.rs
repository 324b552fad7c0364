//! What was given back of a captured charge, and by whom.
//!
//! Amazon's charge shows one sum (`refundedAmount`), whoever asked for the refunds in it. Pure; start at [`elsewhere`].

use crate::money::Yen;

/// Yen of the sum that Amazon shows which nobody asked for here: somebody gave it back in Seller Central. `done` of our own
/// refunds have reached the buyer, `under_way` are asked or being decided.
///
/// Whether Amazon's sum holds what is under way is not published, so all of it is taken to be in: what was given back
/// elsewhere meanwhile is found once ours is decided, and ours is never taken for somebody else's.
pub const fn elsewhere(shown: Yen, done: Yen, under_way: Yen) -> Yen {
    shown.saturating_sub(done).saturating_sub(under_way)
}

#[cfg(test)]
mod tests {
    use super::*;

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
