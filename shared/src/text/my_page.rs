//! Sentences of my page (マイページ).

use super::Language;
use crate::address_form::{AddressField, FieldProblem};
use crate::money::Yen;
use crate::order::OrderStatus;
use crate::payment::PaymentState;

sentences! {
    /// R22: what Amazon's address book has to do with it.
    address_not_from_amazon = "Amazonのお届け先を変更しても、この定期購入のお届け先は変わりません。お届け先の変更は、このページで行ってください。", "Changing an address at Amazon does not change where this subscription is delivered. Please change it on this page.";
    /// R22: what typing an address means.
    address_outside_protection = "Amazonで選んだものではないお届け先は、Amazon Payの支払い保護の対象外となる場合があります。", "An address that was not chosen from Amazon may lie outside Amazon Pay's payment protection.";
}

/// R19: an order that waits for the next month, in one word.
pub const fn my_order_deferred(language: Language) -> &'static str {
    language.pick("翌月に変更", "Moved to next month")
}

/// How an order stands, for its buyer: in one word, and what that means for goods and money. `payment` is how it holds the
/// goods; `elsewhere`: it is paid another way, and nobody here knows what was paid.
pub const fn my_order_state(
    order: OrderStatus,
    payment: PaymentState,
    elsewhere: bool,
    language: Language,
) -> (&'static str, &'static str) {
    use PaymentState as P;
    let (ja, en) = match (order, payment) {
        (OrderStatus::Canceled, _) if elsewhere => (
            (
                "キャンセル済み",
                "ご注文は取り消されました。お支払いについては、ショップへお問い合わせください。",
            ),
            ("Canceled", "The order was canceled. Please ask the shop about what you have paid."),
        ),
        (_, P::Refunded) => {
            (("返金済み", "返金の手続きが完了しました。"), ("Refunded", "The refund is complete."))
        }
        (_, P::RefundPending) => (
            ("返金手続き中", "Amazonが返金の手続きをしています。"),
            ("Refund under way", "Amazon is refunding it."),
        ),
        (_, P::RefundFailed) => (
            ("返金確認中", "返金の手続きをショップが確認しています。"),
            ("Refund being checked", "The shop is looking into the refund."),
        ),
        (OrderStatus::Canceled, P::Captured | P::CapturePending | P::CaptureFailed | P::Unconfirmed) => (
            ("キャンセル", "お支払いの状況をショップが確認しています。"),
            ("Canceled", "The shop is looking into the payment."),
        ),
        (OrderStatus::Canceled, _) | (_, P::Canceled | P::CancelFailed) => {
            (("キャンセル済み", "ご請求はありません。"), ("Canceled", "You have not been charged."))
        }
        (OrderStatus::Shipped, _) => {
            (("発送済み", "商品を発送しました。"), ("Shipped", "The goods are on their way."))
        }
        (_, P::AuthorizationPending | P::Unconfirmed) => (
            (
                "お支払い確認中",
                "Amazonがお支払いを確認しています。もう一度お支払いいただく必要はありません。",
            ),
            ("Payment being confirmed", "Amazon is confirming the payment. Please do not pay again."),
        ),
        (_, P::AuthorizationDeclined) => (
            ("お支払い未完了", "お支払いを確認できませんでした。ご請求はありません。"),
            ("Not paid", "The payment was not accepted. You have not been charged."),
        ),
        (_, P::Expired | P::CaptureFailed) => (
            ("ショップ確認中", "お支払いの手続きをショップが確認しています。"),
            ("Being checked", "The shop is looking into the payment."),
        ),
        (OrderStatus::Preparing, _) => (
            ("発送準備中", "商品の発送を準備しています。"),
            ("Being prepared", "The goods are being prepared."),
        ),
        (OrderStatus::New, _) => {
            (("受付済み", "ご注文を受け付けました。"), ("Received", "The order has been received."))
        }
    };
    match language {
        Language::Ja => ja,
        Language::En => en,
    }
}

/// An order whose refund Amazon refused, after the shop has made it good in another way (R36).
pub const fn my_order_settled(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Ja => ("対応済み", "返金に代わる対応を、ショップが行いました。"),
        Language::En => ("Settled", "The shop has made good for the refund in another way."),
    }
}

/// Behind how an order stands: that a part of its price was given back.
pub fn my_partly_refunded(amount: Yen, language: Language) -> String {
    match language {
        Language::Ja => format!("一部返金 {amount} の手続きが完了しています。"),
        Language::En => format!(" {amount} of it has been refunded."),
    }
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

    /// What a buyer is told of every order: never that nothing was charged where money may have moved.
    #[test]
    fn r20_every_state_of_an_order_has_its_words_and_none_denies_a_charge() {
        for order in OrderStatus::ALL {
            for payment in PaymentState::ALL {
                let (label, text) = my_order_state(order, payment, false, Language::Ja);
                assert!(!label.is_empty() && text.ends_with('。'), "{order:?} {payment}");
                let (label, text) = my_order_state(order, payment, false, Language::En);
                assert!(label.is_ascii() && text.ends_with('.'), "{order:?} {payment}");
                let taken = matches!(
                    payment.name(),
                    "captured"
                        | "capture_pending"
                        | "refund_pending"
                        | "refund_failed"
                        | "refunded"
                        | "unconfirmed"
                );
                assert!(!taken || !text.contains("not been charged"), "{order:?} {payment}: {text}");
            }
        }
    }

    /// R20, R44: an order that was moved to another method and paid there is never said to be unpaid.
    #[test]
    fn r20_of_an_order_paid_elsewhere_no_charge_is_denied() {
        for order in OrderStatus::ALL {
            let holding = PaymentState::Authorized;
            let (label, text) = my_order_state(order, holding, true, Language::En);
            assert!(!text.contains("charged"), "{order:?}: {text}");
            assert!(!my_order_state(order, holding, true, Language::Ja).1.contains("請求"), "{order:?}");
            assert_eq!(label, my_order_state(order, holding, false, Language::En).0, "{order:?}");
        }
    }

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
