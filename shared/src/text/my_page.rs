//! Sentences of my page (マイページ).

use super::Language;
use crate::address_form::{AddressField, FieldProblem};

sentences! {
    /// R22: what Amazon's address book has to do with it.
    address_not_from_amazon = "Amazonのお届け先を変更しても、この定期購入のお届け先は変わりません。お届け先の変更は、このページで行ってください。", "Changing an address at Amazon does not change where this subscription is delivered. Please change it on this page.";
    /// R22: what typing an address means.
    address_outside_protection = "Amazonで選んだものではないお届け先は、Amazon Payの支払い保護の対象外となる場合があります。", "An address that was not chosen from Amazon may lie outside Amazon Pay's payment protection.";
}

/// What a field of the address form is called.
pub const fn address_field(field: AddressField, language: Language) -> &'static str {
    use AddressField as F;
    match field {
        F::FamilyName => language.pick("姓", "Family name"),
        F::GivenName => language.pick("名", "Given name"),
        F::FamilyKana => language.pick("セイ", "Family name in kana"),
        F::GivenKana => language.pick("メイ", "Given name in kana"),
        F::PostalCode => language.pick("郵便番号", "Postal code"),
        F::Prefecture => language.pick("都道府県", "Prefecture"),
        F::City => language.pick("市区町村", "City"),
        F::Street => language.pick("町名・番地", "Street"),
        F::Building => language.pick("建物名・部屋番号", "Building and room"),
        F::Phone => language.pick("電話番号", "Phone number"),
    }
}

/// What is wrong with a field of the address form and what to type instead.
pub fn address_problem(field: AddressField, problem: FieldProblem, language: Language) -> String {
    let name = address_field(field, language);
    match (problem, language) {
        (FieldProblem::Missing, Language::Ja) => ["「", name, "」を入力してください。"].concat(),
        (FieldProblem::Missing, Language::En) => ["Please enter: ", name, "."].concat(),
        (FieldProblem::TooLong, Language::Ja) => {
            ["「", name, "」が長すぎます。短くして入力してください。"].concat()
        }
        (FieldProblem::TooLong, Language::En) => [name, " is too long. Please shorten it."].concat(),
        (FieldProblem::Unreadable, _) => unreadable(field, language).to_owned(),
    }
}

const fn unreadable(field: AddressField, language: Language) -> &'static str {
    use AddressField as F;
    match field {
        F::FamilyKana | F::GivenKana => {
            language.pick("フリガナは全角カタカナで入力してください。", "Please enter the kana in katakana.")
        }
        F::PostalCode => {
            language.pick("郵便番号は7桁の数字で入力してください。", "A postal code has seven digits.")
        }
        F::Prefecture => {
            language.pick("都道府県を選んでください。", "Please choose one of the 47 prefectures.")
        }
        F::City => language.pick(
            "市区町村が都道府県と一致しません。どちらかを直してください。",
            "The city lies in another prefecture. Please correct one of the two.",
        ),
        F::Phone => language.pick(
            "電話番号は0から始まる10桁または11桁の数字で入力してください。",
            "A phone number has 10 or 11 digits and begins with 0.",
        ),
        F::FamilyName | F::GivenName | F::Street | F::Building => language.pick(
            "読み取れない文字があります。入力内容を確かめてください。",
            "Some characters cannot be read. Please check what was entered.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r21_every_problem_of_every_field_has_its_sentence_in_both_languages() {
        for field in AddressField::ALL {
            for problem in FieldProblem::ALL {
                let ja = address_problem(field, problem, Language::Ja);
                let en = address_problem(field, problem, Language::En);
                assert!(ja.ends_with("ください。") && !ja.is_ascii(), "{field:?} {problem:?}: {ja}");
                assert!(en.ends_with('.') && en.is_ascii(), "{field:?} {problem:?}: {en}");
            }
        }
    }
}
