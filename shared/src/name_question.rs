//! 姓名とフリガナの質問: what the review asks the shopper's name in parts for, and what the answer comes to (R45).
//!
//! The question is optional. What comes back as the page proposed it is no answer: nobody has accepted the proposal by
//! leaving it alone. Typed text is read as in the address form of my page, so that hiragana and half-width kana are
//! taken; whatever is accepted passes [`PersonName::is_plausible`]. Start at [`read`].

use crate::address::BuyerName;
use crate::address_form::AddressField;
use crate::identity::PersonName;

/// The fields in the order of the page, each with its name in [`PersonName`].
pub const FIELDS: [(AddressField, &str); 4] = [
    (AddressField::FamilyName, "family"),
    (AddressField::GivenName, "given"),
    (AddressField::FamilyKana, "family_kana"),
    (AddressField::GivenKana, "given_kana"),
];

/// What stands in the fields at first: what a person told of the member before, and in place of a name nobody told the
/// split of `name`, as Amazon gives it.
pub fn proposed(told: &PersonName, name: &str) -> PersonName {
    let mut proposed = told.clone();
    if told.family.is_empty() && told.given.is_empty() {
        let name = BuyerName::GivenOnly { original: name.to_owned() };
        if let Some((family, given)) = name.proposed_split() {
            (proposed.family, proposed.given) = (family.to_owned(), given.to_owned());
        }
    }
    proposed
}

#[cfg(feature = "normalize")]
mod reading {
    use crate::address::tidy;
    use crate::address_form::{AddressField as F, FieldError, FieldProblem as P, kana, text};
    use crate::identity::{LONGEST_PART, PersonName};

    /// The name the shopper told, `None` where nothing was answered, or every field that has to be typed again. Family
    /// and given name go together, and so do their kana, which need the name beside them.
    ///
    /// # Errors
    /// [`FieldError`]s, at least one, in the order of the page.
    pub fn read(answer: &PersonName, proposed: &PersonName) -> Result<Option<PersonName>, Vec<FieldError>> {
        let PersonName { family, given, family_kana, given_kana } = answer;
        let typed = PersonName {
            family: tidy(family),
            given: tidy(given),
            family_kana: tidy(family_kana),
            given_kana: tidy(given_kana),
        };
        if typed == PersonName::default() || typed == *proposed {
            return Ok(None);
        }
        let mut errors = Vec::new();
        let mut take = |field: F, read: Result<String, P>| {
            read.unwrap_or_else(|problem| {
                errors.push(FieldError { field, problem });
                String::new()
            })
        };
        let with_kana = !typed.family_kana.is_empty() || !typed.given_kana.is_empty();
        let sound = |typed: &str| if with_kana { kana(typed) } else { Ok(String::new()) };
        let name = PersonName {
            family: take(F::FamilyName, text(family, LONGEST_PART)),
            given: take(F::GivenName, text(given, LONGEST_PART)),
            family_kana: take(F::FamilyKana, sound(family_kana)),
            given_kana: take(F::GivenKana, sound(given_kana)),
        };
        if errors.is_empty() { Ok(Some(name)) } else { Err(errors) }
    }
}

#[cfg(feature = "normalize")]
pub use reading::read;

#[cfg(all(test, feature = "normalize"))]
mod tests {
    use super::*;
    use crate::address_form::FieldProblem as P;
    use AddressField as F;

    fn name([family, given, family_kana, given_kana]: [&str; 4]) -> PersonName {
        PersonName {
            family: family.to_owned(),
            given: given.to_owned(),
            family_kana: family_kana.to_owned(),
            given_kana: given_kana.to_owned(),
        }
    }

    #[test]
    fn r45_the_proposal_is_what_was_told_or_the_split() {
        for (told, original, expected) in [
            (["", "", "", ""], "試験 花子", ["試験", "花子", "", ""]),
            (["", "", "", ""], "試験花子", ["", "", "", ""]),
            (["", "", "", ""], "Maria Anna Schmidt", ["", "", "", ""]),
            (["鍋島", "", "", ""], "試験 花子", ["鍋島", "", "", ""]),
            (["", "", "シケン", "ハナコ"], "試験 花子", ["試験", "花子", "シケン", "ハナコ"]),
            (["鍋島", "花", "ナベシマ", ""], "試験 花子", ["鍋島", "花", "ナベシマ", ""]),
        ] {
            assert_eq!(proposed(&name(told), original), name(expected), "{told:?} {original}");
        }
    }

    /// R45: what an answer comes to beside the proposal 試験 花子: nothing, a name, or the fields to be typed again.
    #[test]
    fn r45_an_answer_comes_to_what_the_table_says() {
        let proposed = name(["試験", "花子", "", ""]);
        let long = "長".repeat(51);
        let long_kana = "ア".repeat(51);
        type Expected<'a> = Result<Option<[&'a str; 4]>, Vec<(F, P)>>;
        let table: Vec<([&str; 4], Expected<'_>)> = vec![
            // Left alone, or emptied: no answer.
            (["試験", "花子", "", ""], Ok(None)),
            ([" 試験", "花子　", "　", ""], Ok(None)),
            (["", "", "", ""], Ok(None)),
            ([" ", "\u{3000}", "\u{200B}", ""], Ok(None)),
            // The proposal accepted by telling how it sounds, and corrected.
            (["試験", "花子", "シケン", "ハナコ"], Ok(Some(["試験", "花子", "シケン", "ハナコ"]))),
            (["試験", "花子", "しけん", "ﾊﾅｺ"], Ok(Some(["試験", "花子", "シケン", "ハナコ"]))),
            (["花子", "試験", "", ""], Ok(Some(["花子", "試験", "", ""]))),
            (["Ｓｃｈｍｉｄｔ", "Maria Anna", "", ""], Ok(Some(["Schmidt", "Maria Anna", "", ""]))),
            (
                ["シュミット", "アンナ", "シュミット", "アンナ・マリー"],
                Ok(Some(["シュミット", "アンナ", "シュミット", "アンナ・マリー"])),
            ),
            // Halves.
            (["試験", "", "", ""], Err(vec![(F::GivenName, P::Missing)])),
            (["", "花", "", ""], Err(vec![(F::FamilyName, P::Missing)])),
            (["試験", "花子", "シケン", ""], Err(vec![(F::GivenKana, P::Missing)])),
            (["試験", "花子", "", "ハナコ"], Err(vec![(F::FamilyKana, P::Missing)])),
            (
                ["", "", "シケン", "ハナコ"],
                Err(vec![(F::FamilyName, P::Missing), (F::GivenName, P::Missing)]),
            ),
            // What is no name, or no kana.
            ([&long, "花子", "", ""], Err(vec![(F::FamilyName, P::TooLong)])),
            (
                ["試験", "花子", "試験", "Hanako"],
                Err(vec![(F::FamilyKana, P::Unreadable), (F::GivenKana, P::Unreadable)]),
            ),
            (["試験", "花子", "シケン", &long_kana], Err(vec![(F::GivenKana, P::TooLong)])),
            (
                ["試験", "", "試", ""],
                Err(vec![
                    (F::GivenName, P::Missing),
                    (F::FamilyKana, P::Unreadable),
                    (F::GivenKana, P::Missing),
                ]),
            ),
        ];
        for (answer, expected) in table {
            let found = read(&name(answer), &proposed);
            if let Ok(Some(accepted)) = &found {
                assert!(accepted.is_plausible(), "an operator's edit would refuse {answer:?}");
            }
            let found = found.map_err(|errors| {
                errors.into_iter().map(|error| (error.field, error.problem)).collect::<Vec<_>>()
            });
            assert_eq!(found, expected.map(|answer| answer.map(name)), "{answer:?}");
        }
    }
}
