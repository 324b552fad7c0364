//! お届け先の入力: an address as somebody in Japan types it into a form, read into one that stands on a parcel (R21).
//!
//! Any width of digits and hyphens and hiragana in place of katakana are read; what cannot be read is told field by
//! field, all of it at once. Unlike [`DeliveryAddress::from_amazon`], which refuses nothing, a form may ask again.
//! Start at [`AddressForm::read`].

use crate::address::DeliveryAddress;
use crate::identity::PersonName;
use serde::{Deserialize, Serialize};

/// Longest city (市区町村), in characters.
pub const LONGEST_CITY: usize = 50;

/// Longest street (町名・番地) and building (建物名), in characters.
pub const LONGEST_STREET: usize = 100;

/// What was typed, as it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressForm {
    /// 姓.
    pub family_name: String,
    /// 名.
    pub given_name: String,
    /// セイ.
    pub family_kana: String,
    /// メイ.
    pub given_kana: String,
    /// 郵便番号, seven digits.
    pub postal_code: String,
    /// 都道府県, in any spelling.
    pub prefecture: String,
    /// 市区町村.
    pub city: String,
    /// 町名・番地.
    pub street: String,
    /// 建物名・部屋番号; may be blank.
    #[serde(default)]
    pub building: String,
    /// 電話番号.
    pub phone: String,
}

impl core::fmt::Debug for AddressForm {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("AddressForm(hidden)")
    }
}

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressField {
    /// 姓.
    FamilyName,
    /// 名.
    GivenName,
    /// セイ.
    FamilyKana,
    /// メイ.
    GivenKana,
    /// 郵便番号.
    PostalCode,
    /// 都道府県.
    Prefecture,
    /// 市区町村.
    City,
    /// 町名・番地.
    Street,
    /// 建物名・部屋番号.
    Building,
    /// 電話番号.
    Phone,
}

impl AddressField {
    /// Every field, in the order of the form.
    pub const ALL: [Self; 10] = [
        Self::FamilyName,
        Self::GivenName,
        Self::FamilyKana,
        Self::GivenKana,
        Self::PostalCode,
        Self::Prefecture,
        Self::City,
        Self::Street,
        Self::Building,
        Self::Phone,
    ];
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    /// Nothing stands there.
    Missing,
    /// More characters than a label has room for.
    TooLong,
    /// Not what the field asks for.
    Unreadable,
}

impl FieldProblem {
    /// Every problem.
    pub const ALL: [Self; 3] = [Self::Missing, Self::TooLong, Self::Unreadable];

    /// As it stands in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::TooLong => "too_long",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A field that has to be typed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Which.
    pub field: AddressField,
    /// Why.
    pub problem: FieldProblem,
}

/// A form that could be read.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadAddress {
    /// As it stands on the parcel.
    pub address: DeliveryAddress,
    /// The name in parts, kana in katakana.
    pub name: PersonName,
}

impl core::fmt::Debug for ReadAddress {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ReadAddress(hidden)")
    }
}

#[cfg(feature = "normalize")]
mod reading {
    use super::{
        AddressField as F, AddressForm, FieldError, FieldProblem as P, LONGEST_CITY, LONGEST_STREET,
        ReadAddress,
    };
    use crate::address::{DeliveryAddress, phone, postal_code, tidy};
    use crate::identity::{LONGEST_PART, PersonName};
    use crate::prefecture::Prefecture;

    impl AddressForm {
        /// The address, or every field that has to be typed again, in the order of the form.
        ///
        /// # Errors
        /// [`FieldError`]s, at least one.
        pub fn read(&self) -> Result<ReadAddress, Vec<FieldError>> {
            let mut errors = Vec::new();
            let mut take = |field: F, read: Result<String, P>| {
                read.unwrap_or_else(|problem| {
                    errors.push(FieldError { field, problem });
                    String::new()
                })
            };
            let name = PersonName {
                family: take(F::FamilyName, text(&self.family_name, LONGEST_PART)),
                given: take(F::GivenName, text(&self.given_name, LONGEST_PART)),
                family_kana: take(F::FamilyKana, kana(&self.family_kana)),
                given_kana: take(F::GivenKana, kana(&self.given_kana)),
            };
            let code = take(F::PostalCode, number(&self.postal_code, "〒", postal_code));
            let prefecture = text(&self.prefecture, LONGEST_CITY)
                .and_then(|text| Prefecture::from_any(&text).ok_or(P::Unreadable));
            take(F::Prefecture, prefecture.map(|_| String::new()));
            let city = take(
                F::City,
                text(&self.city, 2 * LONGEST_CITY).and_then(|city| in_it(&city, prefecture.ok())),
            );
            let street =
                take(F::Street, text(&self.street, LONGEST_STREET).map(|street| house_number(&street)));
            let building = match text(&self.building, LONGEST_STREET) {
                Err(P::Missing) => Ok(String::new()),
                read => read.map(|building| house_number(&building)),
            };
            let building = take(F::Building, building);
            let phone = take(F::Phone, number(&self.phone, "+()", phone));
            if !errors.is_empty() {
                return Err(errors);
            }
            let lines = [[city, street].concat(), building];
            let address = DeliveryAddress {
                name: [name.family.as_str(), " ", &name.given].concat(),
                postal_code: Some(code),
                prefecture: prefecture.ok(),
                lines: lines.into_iter().filter(|line| !line.is_empty()).collect(),
                country_code: "JP".to_owned(),
                phone: Some(phone),
                person: Some(name.clone()),
            };
            Ok(ReadAddress { address, name })
        }
    }

    /// Tidied, something, and not too long.
    pub fn text(typed: &str, longest: usize) -> Result<String, P> {
        let tidied = tidy(typed);
        if tidied.is_empty() {
            Err(P::Missing)
        } else if tidied.chars().count() > longest {
            Err(P::TooLong)
        } else {
            Ok(tidied)
        }
    }

    /// Katakana; hiragana and half-width kana are turned into it.
    pub fn kana(typed: &str) -> Result<String, P> {
        let turned: String = text(typed, LONGEST_PART)?
            .chars()
            .map(|c| match c {
                'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
                other => other,
            })
            .collect();
        let name = PersonName { family_kana: turned.clone(), ..PersonName::default() };
        if name.is_plausible() { Ok(turned) } else { Err(P::Unreadable) }
    }

    /// Digits with hyphens and blanks between them, read by `reader`; anything else but `also` is no number.
    fn number(typed: &str, also: &str, reader: fn(&str) -> Option<String>) -> Result<String, P> {
        let tidied = text(typed, LONGEST_PART)?;
        let plain =
            tidied.chars().all(|c| c.is_ascii_digit() || c == ' ' || is_hyphen(c) || also.contains(c));
        if !plain {
            return Err(P::Unreadable);
        }
        reader(&tidied).ok_or(P::Unreadable)
    }

    /// The city without the prefecture in front; one of another prefecture cannot be.
    fn in_it(city: &str, prefecture: Option<Prefecture>) -> Result<String, P> {
        let rest = match (Prefecture::leading(city), prefecture) {
            (Some(named), Some(chosen)) if named == chosen => {
                city.strip_prefix(named.name()).unwrap_or(city).trim_start()
            }
            (Some(_), Some(_)) => return Err(P::Unreadable),
            _ => city,
        };
        text(rest, LONGEST_CITY)
    }

    /// Every kind of hyphen after a digit as the one of ASCII: １−２ー３ is 1-2-3.
    fn house_number(text: &str) -> String {
        let mut after_digit = false;
        text.chars()
            .map(|c| {
                let read = if after_digit && is_hyphen(c) { '-' } else { c };
                after_digit = c.is_ascii_digit();
                read
            })
            .collect()
    }

    const fn is_hyphen(c: char) -> bool {
        matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2500}' | 'ー')
    }
}

#[cfg(feature = "normalize")]
pub(crate) use reading::{kana, text};

#[cfg(all(test, feature = "normalize"))]
mod tests {
    use super::*;
    use crate::prefecture::Prefecture;
    use proptest::prelude::*;

    fn form() -> AddressForm {
        AddressForm {
            family_name: "試験".into(),
            given_name: "花子".into(),
            family_kana: "シケン".into(),
            given_kana: "ハナコ".into(),
            postal_code: "1000001".into(),
            prefecture: "東京都".into(),
            city: "千代田区".into(),
            street: "見本町1-2-3".into(),
            building: String::new(),
            phone: "0312345678".into(),
        }
    }

    fn field(form: &mut AddressForm, field: AddressField) -> &mut String {
        match field {
            AddressField::FamilyName => &mut form.family_name,
            AddressField::GivenName => &mut form.given_name,
            AddressField::FamilyKana => &mut form.family_kana,
            AddressField::GivenKana => &mut form.given_kana,
            AddressField::PostalCode => &mut form.postal_code,
            AddressField::Prefecture => &mut form.prefecture,
            AddressField::City => &mut form.city,
            AddressField::Street => &mut form.street,
            AddressField::Building => &mut form.building,
            AddressField::Phone => &mut form.phone,
        }
    }

    #[test]
    fn r21_a_form_becomes_the_address_on_the_parcel() {
        let mut typed = form();
        typed.building = "見本ビル　３０１".into();
        let read = typed.read().unwrap();
        let address = &read.address;
        assert_eq!(address.name, "試験 花子");
        assert_eq!(address.postal_code.as_deref(), Some("1000001"));
        assert_eq!(address.prefecture, Prefecture::from_any("東京都"));
        assert_eq!(address.lines, ["千代田区見本町1-2-3", "見本ビル 301"]);
        assert_eq!((address.country_code.as_str(), address.phone.as_deref()), ("JP", Some("0312345678")));
        assert_eq!((read.name.family_kana.as_str(), read.name.given_kana.as_str()), ("シケン", "ハナコ"));
        assert!(address.gaps().is_empty());
    }

    /// R21: what each field makes of what is typed into it: the part of the address, or its problem.
    #[test]
    fn r21_every_field_reads_what_the_table_says() {
        use AddressField as F;
        use FieldProblem as P;
        let long = |n: usize| "長".repeat(n);
        let table: Vec<(F, String, Result<&str, P>)> = vec![
            (F::FamilyName, "　試験 ".into(), Ok("試験")),
            (F::FamilyName, "\u{202E}試\u{200B}験".into(), Ok("試験")),
            (F::FamilyName, " \u{3000}".into(), Err(P::Missing)),
            (
                F::FamilyName,
                long(50),
                Ok(
                    "長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長長",
                ),
            ),
            (F::FamilyName, long(51), Err(P::TooLong)),
            (F::GivenName, "Ｈａｎａｋｏ".into(), Ok("Hanako")),
            (F::GivenName, String::new(), Err(P::Missing)),
            (F::GivenName, long(51), Err(P::TooLong)),
            (F::FamilyKana, "しけん".into(), Ok("シケン")),
            (F::FamilyKana, "ｼｹﾝ".into(), Ok("シケン")),
            (F::FamilyKana, "ｶﾞｰﾄﾞﾅｰ".into(), Ok("ガードナー")),
            (F::FamilyKana, "ヴぁン・デル".into(), Ok("ヴァン・デル")),
            (F::FamilyKana, "試験".into(), Err(P::Unreadable)),
            (F::FamilyKana, "Shiken".into(), Err(P::Unreadable)),
            (F::FamilyKana, String::new(), Err(P::Missing)),
            (F::FamilyKana, "ア".repeat(51), Err(P::TooLong)),
            (F::GivenKana, "はなこ".into(), Ok("ハナコ")),
            (F::GivenKana, "花子".into(), Err(P::Unreadable)),
            (F::GivenKana, String::new(), Err(P::Missing)),
            (F::PostalCode, "１００－０００１".into(), Ok("1000001")),
            (F::PostalCode, "〒100-0001".into(), Ok("1000001")),
            (F::PostalCode, "100ー0001".into(), Ok("1000001")),
            (F::PostalCode, "100−0001 ".into(), Ok("1000001")),
            (F::PostalCode, "100001".into(), Err(P::Unreadable)),
            (F::PostalCode, "10000011".into(), Err(P::Unreadable)),
            (F::PostalCode, "x1000001".into(), Err(P::Unreadable)),
            (F::PostalCode, String::new(), Err(P::Missing)),
            (F::Prefecture, "とうきょうと".into(), Ok("東京都")),
            (F::Prefecture, "ＴＯＫＹＯ".into(), Ok("東京都")),
            (F::Prefecture, "13".into(), Ok("東京都")),
            (F::Prefecture, "東京タワー".into(), Err(P::Unreadable)),
            (F::Prefecture, String::new(), Err(P::Missing)),
            (F::Prefecture, long(51), Err(P::TooLong)),
            (F::City, "東京都千代田区".into(), Ok("千代田区見本町1-2-3")),
            (F::City, "大阪府大阪市".into(), Err(P::Unreadable)),
            (F::City, "東京都".into(), Err(P::Missing)),
            (F::City, String::new(), Err(P::Missing)),
            (F::City, long(51), Err(P::TooLong)),
            (F::Street, "見本町１−２ー３".into(), Ok("千代田区見本町1-2-3")),
            (F::Street, "センター北１‐２".into(), Ok("千代田区センター北1-2")),
            (F::Street, String::new(), Err(P::Missing)),
            (F::Street, long(101), Err(P::TooLong)),
            (F::Building, "タワー２ー３０１".into(), Ok("タワー2-301")),
            (F::Building, "　".into(), Ok("")),
            (F::Building, long(101), Err(P::TooLong)),
            (F::Phone, "０９０−１２３４−５６７８".into(), Ok("09012345678")),
            (F::Phone, "(03)1234-5678".into(), Ok("0312345678")),
            (F::Phone, "+81 90 1234 5678".into(), Ok("09012345678")),
            (F::Phone, "12345".into(), Err(P::Unreadable)),
            (F::Phone, "03-1234-5678 内線1".into(), Err(P::Unreadable)),
            (F::Phone, String::new(), Err(P::Missing)),
        ];
        for (of, typed, expected) in table {
            let mut changed = form();
            field(&mut changed, of).clone_from(&typed);
            match (changed.read(), expected) {
                (Ok(read), Ok(expected)) => {
                    let address = &read.address;
                    let found = match of {
                        F::FamilyName => read.name.family.as_str(),
                        F::GivenName => &read.name.given,
                        F::FamilyKana => &read.name.family_kana,
                        F::GivenKana => &read.name.given_kana,
                        F::PostalCode => address.postal_code.as_deref().unwrap(),
                        F::Prefecture => address.prefecture.unwrap().name(),
                        F::City | F::Street => &address.lines[0],
                        F::Building => address.lines.get(1).map_or("", String::as_str),
                        F::Phone => address.phone.as_deref().unwrap(),
                    };
                    assert_eq!(found, expected, "{of:?} {typed}");
                }
                (Err(errors), Err(problem)) => {
                    assert_eq!(errors, [FieldError { field: of, problem }], "{typed}");
                }
                (found, expected) => panic!("{of:?} {typed}: {} instead of {expected:?}", found.is_ok()),
            }
        }
    }

    #[test]
    fn r21_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_form() {
        let errors = AddressForm::default().read().unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| error.field).collect();
        let required: Vec<_> =
            AddressField::ALL.into_iter().filter(|field| *field != AddressField::Building).collect();
        assert_eq!(fields, required);
        assert!(errors.iter().all(|error| error.problem == FieldProblem::Missing));
    }

    #[test]
    fn r83_a_form_hides_itself_from_logs() {
        let shown = format!("{:?} {:?}", form(), form().read());
        assert!(!shown.contains("花子") && !shown.contains("千代田"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_or_refused(
            typed in "\\PC{0,60}", which in 0..AddressField::ALL.len(),
        ) {
            let mut changed = form();
            field(&mut changed, AddressField::ALL[which]).clone_from(&typed);
            match changed.read() {
                Ok(read) => prop_assert!(read.address.gaps().is_empty() && read.name.is_plausible()),
                Err(errors) => prop_assert!(!errors.is_empty()),
            }
        }
    }
}
