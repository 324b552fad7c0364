//! Where an order goes, and to whom.
//!
//! Amazon gives what the buyer typed years ago: full width, no hyphen, `Tokyo`, direction marks, one name and
//! no kana. Nothing here ever refuses an order for its address (R60): what cannot be read is kept as text and
//! flagged. Start at [`DeliveryAddress::from_amazon`].

use crate::identity::PersonName;
use crate::prefecture::Prefecture;
use serde::{Deserialize, Serialize};

/// An address as it came from outside, field by field as Amazon names them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawAddress {
    /// One name, perhaps a nickname.
    pub name: String,
    /// City, ward and street in one.
    pub address_line1: String,
    /// Building.
    pub address_line2: String,
    /// Often the company.
    pub address_line3: String,
    /// Null in Japan as a rule; some old entries have it.
    pub city: String,
    /// Prefecture in any spelling.
    pub state_or_region: String,
    /// With or without hyphen, any width.
    pub postal_code: String,
    /// `JP`.
    pub country_code: String,
    /// Any spelling.
    pub phone_number: String,
}

/// Where the goods go (お届け先), tidied; the original stays beside it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryAddress {
    /// Name as one text; see [`crate::address::BuyerName`] for its parts.
    pub name: String,
    /// Seven digits, if they could be read.
    pub postal_code: Option<String>,
    /// The prefecture, if it could be read.
    pub prefecture: Option<Prefecture>,
    /// City, ward, street, building, company: in the order they were given, empty lines left out.
    pub lines: Vec<String>,
    /// `JP` or what was given.
    pub country_code: String,
    /// Digits only, beginning with 0, if they could be read.
    pub phone: Option<String>,
    /// The name in its parts with kana, where somebody typed them (R45); Amazon has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonName>,
}

/// What a person has to complete by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressGap {
    /// No readable postal code.
    PostalCode,
    /// No readable prefecture.
    Prefecture,
    /// No line at all.
    Street,
    /// No readable phone number.
    Phone,
}

impl core::fmt::Debug for RawAddress {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("RawAddress(hidden)")
    }
}

impl core::fmt::Debug for DeliveryAddress {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("DeliveryAddress(hidden)")
    }
}

impl DeliveryAddress {
    /// `〒100-0001`, where a postal code is known.
    pub fn postal_code_shown(&self) -> Option<String> {
        let code = self.postal_code.as_deref()?;
        Some(["〒", code.get(..3)?, "-", code.get(3..)?].concat())
    }

    /// Recipient and place without blanks and line breaks: the same text for all orders that one parcel reaches (R46).
    pub fn parcel(&self) -> String {
        let plain = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
        let code = self.postal_code.as_deref().unwrap_or_default();
        let prefecture = self.prefecture.map_or("", |prefecture| prefecture.name());
        let lines: String = self.lines.iter().map(|line| plain(line)).collect();
        [code, prefecture, &lines, &plain(&self.name)].join("\n")
    }

    /// Whether a parcel to one reaches the other: the same recipient at the same place (R46: only such orders are
    /// shipped together).
    pub fn is_same_parcel(&self, other: &Self) -> bool {
        self.parcel() == other.parcel()
    }

    /// What is missing and has to be asked for.
    pub fn gaps(&self) -> Vec<AddressGap> {
        let mut gaps = Vec::new();
        if self.postal_code.is_none() {
            gaps.push(AddressGap::PostalCode);
        }
        if self.prefecture.is_none() {
            gaps.push(AddressGap::Prefecture);
        }
        if self.lines.is_empty() {
            gaps.push(AddressGap::Street);
        }
        if self.phone.is_none() {
            gaps.push(AddressGap::Phone);
        }
        gaps
    }
}

/// 苗字・フリガナは空白: what is known of a buyer's name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BuyerName {
    /// One text from Amazon; family name and kana stay blank until a person accepts a split (R45).
    GivenOnly {
        /// As Amazon gave it.
        original: String,
    },
    /// A person has told the parts.
    Full {
        /// As Amazon gave it.
        original: String,
        /// 姓.
        family: String,
        /// 名.
        given: String,
        /// セイ.
        family_kana: String,
        /// メイ.
        given_kana: String,
    },
}

impl core::fmt::Debug for BuyerName {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("BuyerName(hidden)")
    }
}

impl BuyerName {
    /// The name as Amazon gave it.
    pub fn original(&self) -> &str {
        match self {
            Self::GivenOnly { original } | Self::Full { original, .. } => original,
        }
    }

    /// A split of the original to propose to a person: at its one blank, else none.
    pub fn proposed_split(&self) -> Option<(&str, &str)> {
        let mut parts = self.original().split([' ', '\u{3000}']).filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (Some(family), Some(given), None) => Some((family, given)),
            _ => None,
        }
    }
}

/// The tidying of text from outside; the browser sends what was typed and needs none of it.
#[cfg(feature = "normalize")]
mod normalize {
    use super::{DeliveryAddress, RawAddress};
    use crate::prefecture::Prefecture;
    use unicode_normalization::UnicodeNormalization;

    /// Longest line kept, in characters; Amazon's own limit is 180.
    const LONGEST_LINE: usize = 200;

    /// Compatibility forms folded (full width to half), control, direction and zero-width characters
    /// dropped, blanks squeezed, at most `LONGEST_LINE` characters.
    pub fn tidy(text: &str) -> String {
        let folded: String = text
            .nfkc()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .filter(|c| !is_invisible(*c))
            .collect();
        let mut tidy = String::with_capacity(folded.len());
        for word in folded.split(' ').filter(|word| !word.is_empty()) {
            if !tidy.is_empty() {
                tidy.push(' ');
            }
            tidy.push_str(word);
        }
        tidy.chars().take(LONGEST_LINE).collect()
    }

    fn is_invisible(c: char) -> bool {
        c.is_control()
            || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
    }

    fn digits(text: &str) -> String {
        text.nfkc().filter(char::is_ascii_digit).collect()
    }

    /// Seven digits, or none.
    pub fn postal_code(text: &str) -> Option<String> {
        Some(digits(text)).filter(|code| code.len() == 7)
    }

    /// A Japanese number as 10 or 11 digits from 0 on; `+81` in any spelling is taken off.
    pub fn phone(text: &str) -> Option<String> {
        let folded: String = text.nfkc().filter(|c| !is_invisible(*c)).collect();
        let all = digits(&folded);
        let international = folded.trim_start().starts_with('+') || all.starts_with("0081");
        let national = match all.strip_prefix("0081").or_else(|| all.strip_prefix("81")) {
            Some(rest) if international || (all.len() >= 11 && !all.starts_with('0')) => {
                ["0", rest.strip_prefix('0').unwrap_or(rest)].concat()
            }
            _ => all,
        };
        Some(national).filter(|number| number.starts_with('0') && matches!(number.len(), 10 | 11))
    }

    impl DeliveryAddress {
        /// Reads what Amazon gave. Never fails: what cannot be read is `None`, what was given as text stays.
        pub fn from_amazon(raw: &RawAddress) -> Self {
            let region = tidy(&raw.state_or_region);
            let mut lines: Vec<String> =
                [&raw.city, &raw.address_line1, &raw.address_line2, &raw.address_line3]
                    .into_iter()
                    .map(|line| tidy(line))
                    .filter(|line| !line.is_empty())
                    .collect();
            // A prefecture nobody can read is kept as the first line, so that the label still has it.
            let prefecture = Prefecture::from_any(&region)
                .or_else(|| lines.first().and_then(|line| Prefecture::leading(line)));
            match prefecture {
                None if !region.is_empty() => lines.insert(0, region),
                // Often typed again at the beginning of the street; the label needs it once.
                Some(known) => {
                    if let Some(rest) = lines.first().and_then(|line| line.strip_prefix(known.name())) {
                        let rest = rest.trim_start().to_owned();
                        if rest.is_empty() {
                            lines.remove(0);
                        } else {
                            lines[0] = rest;
                        }
                    }
                }
                None => {}
            }
            let country = tidy(&raw.country_code);
            Self {
                name: tidy(&raw.name),
                postal_code: postal_code(&raw.postal_code),
                prefecture,
                lines,
                country_code: if country.is_empty() { "JP".to_owned() } else { country },
                phone: phone(&raw.phone_number),
                person: None,
            }
        }
    }
}

#[cfg(feature = "normalize")]
pub use normalize::{phone, postal_code, tidy};

#[cfg(all(test, feature = "normalize"))]
mod tests {
    use super::*;

    fn raw() -> RawAddress {
        RawAddress {
            name: "試験　花子".into(),
            address_line1: "千代田区見本町１－２－３".into(),
            state_or_region: "東京都".into(),
            postal_code: "100-0001".into(),
            country_code: "JP".into(),
            phone_number: "03-1234-5678".into(),
            ..RawAddress::default()
        }
    }

    #[test]
    fn r60_oddities_are_read_and_nothing_is_refused() {
        let mut odd = raw();
        odd.postal_code = "１０００００１".into();
        odd.state_or_region = "\u{202A}Tokyo\u{202C}".into();
        odd.phone_number = "＋８１ ３ 1234 5678".into();
        let read = DeliveryAddress::from_amazon(&odd);
        assert_eq!(read.postal_code.as_deref(), Some("1000001"));
        assert_eq!(read.prefecture, Prefecture::from_any("東京都"));
        assert_eq!(read.phone.as_deref(), Some("0312345678"));
        assert_eq!(read.lines, ["千代田区見本町1-2-3"]);
        assert_eq!(read.postal_code_shown().as_deref(), Some("〒100-0001"));
        assert!(read.gaps().is_empty());

        let nothing = DeliveryAddress::from_amazon(&RawAddress::default());
        assert_eq!(nothing.gaps().len(), 4);
    }

    #[test]
    fn r60_an_unreadable_prefecture_stays_as_text() {
        let mut odd = raw();
        odd.state_or_region = "Atlantis".into();
        let read = DeliveryAddress::from_amazon(&odd);
        assert_eq!(read.prefecture, None);
        assert_eq!(read.lines[0], "Atlantis");
        odd.address_line1 = "大阪府大阪市北区1".into();
        let read = DeliveryAddress::from_amazon(&odd);
        assert_eq!(read.prefecture, Prefecture::from_any("大阪"));
        assert_eq!(read.lines, ["大阪市北区1"], "the prefecture stands once");
    }

    #[test]
    fn r60_phones_are_read_in_every_spelling() {
        for (text, expected) in [
            ("03-1234-5678", Some("0312345678")),
            ("０９０－１２３４－５６７８", Some("09012345678")),
            ("+81 (0)90 1234 5678", Some("09012345678")),
            ("+81-90-1234-5678", Some("09012345678")),
            ("\u{202A}+819012345678\u{202C}", Some("09012345678")),
            ("819012345678", Some("09012345678")),
            ("0081 3 1234 5678", Some("0312345678")),
            ("8112345678", None),
            ("12345", None),
            ("", None),
        ] {
            assert_eq!(phone(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn r60_a_long_line_is_cut_and_direction_marks_are_dropped() {
        assert_eq!(tidy(&"長".repeat(300)).chars().count(), 200);
        assert_eq!(tidy("a\u{202E}b\u{200B}\tc"), "ab c");
    }

    #[test]
    fn r45_a_name_is_split_only_as_a_proposal() {
        let name = |text: &str| BuyerName::GivenOnly { original: text.into() };
        assert_eq!(name("試験　花子").proposed_split(), Some(("試験", "花子")));
        assert_eq!(name("試験花子").proposed_split(), None);
        assert_eq!(name("A B C").proposed_split(), None);
    }

    /// R45: addresses that were stored before kana had a place in them stay readable, and change in nothing.
    #[test]
    fn r45_an_address_keeps_its_kana_and_one_without_stays_as_it_was() {
        let without = DeliveryAddress::from_amazon(&raw());
        let text = serde_json::to_string(&without).unwrap();
        assert!(!text.contains("person"), "{text}");
        assert_eq!(serde_json::from_str::<DeliveryAddress>(&text).unwrap(), without);
        let person = PersonName { family_kana: "シケン".into(), ..PersonName::default() };
        let with = DeliveryAddress { person: Some(person), ..without };
        let text = serde_json::to_string(&with).unwrap();
        assert_eq!(serde_json::from_str::<DeliveryAddress>(&text).unwrap(), with);
    }

    #[test]
    fn r83_an_address_hides_itself_from_logs() {
        let shown = format!("{:?} {:?}", raw(), DeliveryAddress::from_amazon(&raw()));
        assert!(!shown.contains("千代田区") && !shown.contains("花子"));
    }
}
