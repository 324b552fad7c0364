//! A person's name in parts and what a method that authorizes with the buyer's identity still needs (R44, R45).
//!
//! Amazon gives one text and no kana: the parts stay blank until a person tells them. Start at [`blockers`].

use crate::order_action::{IdentityGap, MethodBlocker};
use serde::{Deserialize, Serialize};

/// Longest part of a name, in characters.
pub const LONGEST_PART: usize = 50;

/// A name in parts; a blank part is missing.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PersonName {
    /// 姓.
    pub family: String,
    /// 名.
    pub given: String,
    /// セイ.
    pub family_kana: String,
    /// メイ.
    pub given_kana: String,
}

impl core::fmt::Debug for PersonName {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PersonName(hidden)")
    }
}

impl PersonName {
    /// Whether family name and kana are told: nothing is missing of the name.
    pub fn is_whole(&self) -> bool {
        [&self.family, &self.family_kana, &self.given_kana].iter().all(|part| !part.trim().is_empty())
    }

    /// Whether each part is short enough, the names without control characters, the kana nothing but kana.
    pub fn is_plausible(&self) -> bool {
        let names = [&self.family, &self.given];
        let kana = [&self.family_kana, &self.given_kana];
        names.into_iter().chain(kana).all(|part| part.chars().count() <= LONGEST_PART)
            && names.into_iter().all(|part| !part.chars().any(char::is_control))
            && kana.into_iter().all(|part| part.chars().all(is_katakana))
    }
}

/// Full-width katakana, the long-vowel mark, the middle dot and blanks.
const fn is_katakana(c: char) -> bool {
    matches!(c, 'ァ'..='ヺ' | 'ー' | '・' | ' ' | '\u{3000}')
}

/// Whether two names are one, whatever the blanks in them.
pub fn is_same_name(one: &str, other: &str) -> bool {
    let solid = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    solid(one) == solid(other)
}

/// What is known of a person in one place.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// The parts of the name.
    pub name: PersonName,
    /// Digits, if they could be read.
    pub phone: Option<String>,
    /// Seven digits, if they could be read.
    pub postal_code: Option<String>,
}

impl core::fmt::Debug for Person {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Person(hidden)")
    }
}

impl Person {
    /// What is missing here.
    pub fn gaps(&self) -> Vec<IdentityGap> {
        let name = &self.name;
        [
            (name.family.trim().is_empty(), IdentityGap::FamilyName),
            (name.family_kana.trim().is_empty() || name.given_kana.trim().is_empty(), IdentityGap::Kana),
            (self.phone.is_none(), IdentityGap::Phone),
            (self.postal_code.is_none(), IdentityGap::PostalCode),
        ]
        .into_iter()
        .filter_map(|(missing, gap)| missing.then_some(gap))
        .collect()
    }
}

/// What is missing in the delivery address, then in the member profile or the guest's buyer data.
pub fn blockers(delivery: &Person, profile: &Person) -> Vec<MethodBlocker> {
    let at = |in_delivery_address, person: &Person| {
        person.gaps().into_iter().map(move |gap| MethodBlocker { in_delivery_address, gap })
    };
    at(true, delivery).chain(at(false, profile)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Person {
        Person {
            name: PersonName {
                family: "試験".into(),
                given: "花子".into(),
                family_kana: "シケン".into(),
                given_kana: "ハナコ".into(),
            },
            phone: Some("0312345678".into()),
            postal_code: Some("1000001".into()),
        }
    }

    #[test]
    fn r44_each_missing_piece_blocks_in_its_own_place() {
        assert_eq!(blockers(&whole(), &whole()), []);
        let gap = |in_delivery_address, gap| MethodBlocker { in_delivery_address, gap };
        for (place, delivery) in [("delivery", true), ("profile", false)] {
            type Case = (fn(&mut Person), IdentityGap);
            let cases: [Case; 5] = [
                (|p| p.name.family.clear(), IdentityGap::FamilyName),
                (|p| p.name.family_kana.clear(), IdentityGap::Kana),
                (|p| p.name.given_kana = "  ".into(), IdentityGap::Kana),
                (|p| p.phone = None, IdentityGap::Phone),
                (|p| p.postal_code = None, IdentityGap::PostalCode),
            ];
            for (take, expected) in cases {
                let mut person = whole();
                take(&mut person);
                let found = if delivery { blockers(&person, &whole()) } else { blockers(&whole(), &person) };
                assert_eq!(found, [gap(delivery, expected)], "{place}");
            }
        }
        assert_eq!(blockers(&Person::default(), &Person::default()).len(), 8);
    }

    #[test]
    fn r44_a_name_is_one_whatever_its_blanks() {
        assert!(is_same_name("試験 花子", "試験\u{3000}花子") && is_same_name("試験花子", " 試験 花子 "));
        assert!(!is_same_name("試験 花子", "試験 太郎") && !is_same_name("試験", ""));
    }

    #[test]
    fn r45_kana_is_kana_and_names_are_short_lines() {
        assert!(whole().name.is_plausible() && PersonName::default().is_plausible());
        let with = |change: fn(&mut PersonName)| {
            let mut name = whole().name;
            change(&mut name);
            name.is_plausible()
        };
        assert!(!with(|name| name.family_kana = "しけん".into()));
        assert!(!with(|name| name.given_kana = "hanako".into()));
        assert!(!with(|name| name.family = "試\n験".into()));
        assert!(!with(|name| name.given = "花".repeat(51)));
        assert!(with(|name| name.given_kana = "アンナ・マリー".into()));
    }
}
