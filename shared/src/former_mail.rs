//! Mail addresses a subscription's buyer had before: for a while they still hear of what is done on my page (R22).
//!
//! Whoever takes an Amazon account over may change its mail address there before signing in here. So the address known
//! before that sign-in is told of a changed delivery address and of a cancel, too. Start at [`changed`] and [`hearers`].

use serde::{Deserialize, Serialize};

/// How long an earlier address is told, ms: long enough for a person who was away to notice, short enough for an address
/// that was given up not to hear of somebody's deliveries for ever.
pub const TOLD_FOR: i64 = 30 * 86_400_000;

/// Earlier addresses kept at most. The oldest stay: many changes in a row push none of them out.
pub const MOST: usize = 5;

/// Longest mail address, in bytes.
const LONGEST: usize = 254;

/// An earlier address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerMail {
    /// It.
    pub mail: String,
    /// Told until then, Unix ms.
    pub until: i64,
}

impl core::fmt::Debug for FormerMail {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FormerMail").field("until", &self.until).finish_non_exhaustive()
    }
}

/// Whether `text`, as Amazon tells it, is taken over as a mail address: one line with an `@` inside, of bearable length.
pub fn is_taken_over(text: &str) -> bool {
    text.len() <= LONGEST
        && !text.chars().any(|one| one.is_control() || one.is_whitespace())
        && text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

/// The earlier addresses once `old` has made way for `new` at `now` (Unix ms).
///
/// One that is the present address again keeps its place, and its time begins anew as it goes again: were it taken out
/// meanwhile, the list could be full by then.
pub fn changed(former: &[FormerMail], old: Option<&str>, new: &str, now: i64) -> Vec<FormerMail> {
    let mut kept: Vec<FormerMail> = former.iter().filter(|one| one.until > now).cloned().collect();
    let Some(old) = old.filter(|old| *old != new) else { return kept };
    let until = now.saturating_add(TOLD_FOR);
    let room = kept.len() < MOST;
    match kept.iter_mut().find(|one| one.mail == old) {
        Some(known) => known.until = until,
        None if room => kept.push(FormerMail { mail: old.to_owned(), until }),
        None => {}
    }
    kept
}

/// Who is told at `now` (Unix ms): the present address, and the earlier ones whose time is not over.
pub fn hearers<'a>(present: Option<&'a str>, former: &'a [FormerMail], now: i64) -> Vec<&'a str> {
    let earlier = former.iter().filter(|one| one.until > now).map(|one| one.mail.as_str());
    let earlier = earlier.filter(|one| Some(*one) != present);
    present.into_iter().chain(earlier).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(former: &[FormerMail]) -> Vec<&str> {
        former.iter().map(|one| one.mail.as_str()).collect()
    }

    fn was(mail: &str, until: i64) -> FormerMail {
        FormerMail { mail: mail.to_owned(), until }
    }

    /// R22: who was known before is told for thirty days, and nobody pushes them out by changing often.
    #[test]
    fn r22_an_earlier_address_is_told_for_thirty_days() {
        let once = changed(&[], Some("a@x"), "b@x", 0);
        assert_eq!(once, [was("a@x", TOLD_FOR)]);
        assert_eq!(hearers(Some("b@x"), &once, TOLD_FOR - 1), ["b@x", "a@x"]);
        assert_eq!(hearers(Some("b@x"), &once, TOLD_FOR), ["b@x"]);
        assert_eq!(hearers(None, &once, 0), ["a@x"]);
        // Back again: the present address is told once.
        let back = changed(&once, Some("b@x"), "a@x", 1);
        assert_eq!(back, [was("a@x", TOLD_FOR), was("b@x", TOLD_FOR + 1)]);
        assert_eq!(hearers(Some("a@x"), &back, 1), ["a@x", "b@x"]);
        // Changed to and fro: the latest moment counts.
        assert_eq!(changed(&once, Some("a@x"), "c@x", 5), [was("a@x", TOLD_FOR + 5)]);
        // What is over is forgotten with the next change; none was known before: nobody else is told.
        assert_eq!(names(&changed(&once, Some("b@x"), "c@x", TOLD_FOR)), ["b@x"]);
        assert_eq!(changed(&[], None, "b@x", 0), []);
        assert_eq!(changed(&[], Some("b@x"), "b@x", 0), []);
        let mut many = changed(&[], Some("first@x"), "0@x", 0);
        for number in 0..50_i64 {
            many = changed(&many, Some(&format!("{number}@x")), &format!("{}@x", number + 1), number);
        }
        assert_eq!((many.len(), names(&many)[0]), (MOST, "first@x"));
    }

    /// R22: the list is filled up, the first address is the present one once more, and then another one is: it is told still.
    #[test]
    fn r22_going_back_to_an_address_does_not_push_it_out() {
        let way = ["a@x", "1@x", "2@x", "3@x", "4@x", "5@x", "a@x", "7@x"];
        let mut former = Vec::new();
        for (step, now) in way.windows(2).zip(0..) {
            former = changed(&former, Some(step[0]), step[1], now);
        }
        assert_eq!(names(&former), ["a@x", "1@x", "2@x", "3@x", "4@x"]);
        assert_eq!(former[0].until, TOLD_FOR + 6, "thirty days from its last day");
        assert_eq!(hearers(Some("7@x"), &former, TOLD_FOR + 5), ["7@x", "a@x"]);
    }

    #[test]
    fn r22_only_what_is_a_mail_address_is_taken_over() {
        for (text, taken) in [
            ("hanako@example.jp", true),
            ("a@b", true),
            ("", false),
            ("hanako", false),
            ("@example.jp", false),
            ("hanako@", false),
            ("ha nako@example.jp", false),
            ("hanako@example.jp\r\nBcc: x@example.jp", false),
        ] {
            assert_eq!(is_taken_over(text), taken, "{text:?}");
        }
        assert!(!is_taken_over(&format!("{}@example.jp", "a".repeat(250))));
    }

    /// R83: an address stands in no log.
    #[test]
    fn r83_an_earlier_address_hides_itself() {
        assert!(!format!("{:?}", was("a@x", 1)).contains("a@x"));
    }
}
