//! Sentences of the order desk: actions, reasons, and what the timeline says of them.

use super::{Language, desk_words, mail_kind, mail_state};
use crate::api::{CancelReason, CorrectionKind, MailState, Remedy};
use crate::mail::MailKind;
use crate::notification_outcome::NotificationOutcome;
use crate::order::OrderStatus;
use crate::order_action::{ExpiryWarning, OrderAction};
use crate::payment_method::PaymentMethod;

/// An action, as buttons and the timeline name it.
pub const fn action_label(action: OrderAction, language: Language) -> &'static str {
    use OrderAction as A;
    match action {
        A::Capture => language.pick("決済済に変更", "Capture"),
        A::Cancel => language.pick("キャンセル", "Cancel"),
        A::PartialRefund => language.pick("一部返金", "Partial refund"),
        A::ChangeAmount => language.pick("金額変更", "Amount change"),
        A::SwapItem => language.pick("商品の切り替え", "Item swap"),
        A::Reauthorize => language.pick("再与信", "Re-authorization"),
        A::ChangeMethod => language.pick("決済方法の変更", "Payment method change"),
        A::Prepare => language.pick("出荷準備中に変更", "Mark as preparing"),
        A::Ship => language.pick("発送済に変更", "Mark as shipped"),
        A::Bundle => language.pick("同梱", "Bundling"),
        A::EditBuyer => language.pick("お届け先・購入者情報の編集", "Edit of delivery address and buyer"),
        A::RecordRemedy => language.pick("対応の記録", "Remedy recorded"),
        A::SendPaymentLink => language.pick("再決済のご案内", "Payment link"),
        A::Refetch => language.pick("Amazonから再取得", "Read again from Amazon"),
    }
}

/// Why money goes back.
pub const fn cancel_reason(reason: CancelReason, language: Language) -> &'static str {
    match reason {
        CancelReason::Returned => language.pick("返品", "Returned"),
        CancelReason::Mistake => language.pick("誤操作", "Mistake"),
        CancelReason::Other => language.pick("その他", "Other"),
    }
}

/// What was done for the buyer.
pub const fn remedy(remedy: Remedy, language: Language) -> &'static str {
    match remedy {
        Remedy::Points => language.pick("ポイント還元", "Compensation in points"),
        Remedy::Transfer => language.pick("銀行振込での返金", "Bank transfer"),
        Remedy::Other => language.pick("その他", "Other"),
    }
}

/// How close an authorization is to its end.
pub const fn expiry_warning(warning: ExpiryWarning, language: Language) -> &'static str {
    match warning {
        ExpiryWarning::Late => language.pick(
            "与信から7日を過ぎました。決済に時間がかかることがあります",
            "Over 7 days old: a capture may take a while",
        ),
        ExpiryWarning::Soon => {
            language.pick("与信の期限まで5日以内です", "The authorization ends within 5 days")
        }
        ExpiryWarning::Last => {
            language.pick("与信の期限まで1日以内です", "The authorization ends within a day")
        }
    }
}

/// Timeline: the checkout began.
pub const fn timeline_started(language: Language) -> &'static str {
    language.pick("Amazon Payのボタンを押し、お手続きを始めました", "The Amazon Pay button was pressed")
}

/// Timeline: the order was pressed.
pub const fn timeline_pressed(language: Language) -> &'static str {
    language.pick(
        "お届け先とお支払い方法を確かめ、「注文する」を押しました",
        "Address and payment were reviewed and the order was pressed",
    )
}

/// Timeline: Amazon was asked to complete the session.
pub fn timeline_completion_asked(session: &str, language: Language) -> String {
    match language {
        Language::Ja => format!("Amazonにお手続きの完了を依頼しました(Checkout Session: {session})"),
        Language::En => format!("Amazon was asked to complete the checkout (session {session})"),
    }
}

/// Timeline: a notification of Amazon's about an object of this kind, and what came of it; `None`: it is being looked at.
pub fn timeline_notification(kind: &str, outcome: Option<NotificationOutcome>, language: Language) -> String {
    use NotificationOutcome as N;
    let about = match kind {
        "CHARGE" => language.pick("お支払い", "charge"),
        "REFUND" => language.pick("返金", "refund"),
        "CHARGE_PERMISSION" => language.pick("支払い許可", "charge permission"),
        "CHARGEBACK" => language.pick("異議申立て", "dispute"),
        other => other,
    };
    let came = match outcome {
        None => language.pick("確認しています", "being looked at").to_owned(),
        Some(N::Followed) => language.pick("確認しました", "looked at").to_owned(),
        Some(N::UnknownKind) => {
            language.pick("Norenでは扱わない種類です", "of a kind nothing is done for").to_owned()
        }
        Some(N::Unchanged) => language.pick("変更はありませんでした", "nothing changed").to_owned(),
        Some(N::Payment { from, to }) => {
            let [from, to] = [from, to].map(|state| super::payment_state(state.name(), language));
            format!("{from} → {to}")
        }
        Some(N::Disputed) => language.pick("異議申立てを記録しました", "the dispute was recorded").to_owned(),
        Some(N::Order) => language.pick("受注に反映しました", "the order was brought up to date").to_owned(),
    };
    match language {
        Language::Ja => format!("Amazonからの通知({about}): {came}"),
        Language::En => format!("Notification from Amazon ({about}): {came}"),
    }
}

/// Timeline: the charge permission was closed.
pub const fn timeline_permission_closed(language: Language) -> &'static str {
    language.pick("Amazonの支払い許可を終了しました", "Charge permission closed")
}

/// Timeline: Amazon told of a dispute.
pub const fn timeline_disputed(language: Language) -> &'static str {
    language.pick(
        "異議申立てを受けました。セラーセントラルで期日までにご回答ください",
        "Disputed; answer in Seller Central in time",
    )
}

/// Timeline: the dispute was answered.
pub const fn timeline_dispute_answered(language: Language) -> &'static str {
    language.pick("異議申立てに回答済みとしました", "Dispute marked as answered")
}

/// Timeline: a new order came in this one's place.
pub const fn timeline_replaced(language: Language) -> &'static str {
    language.pick("この受注に代わる新しい受注ができました", "A new order came in its place")
}

/// Timeline: the shopper told the name in parts in the review (R45).
pub const fn timeline_name_told(language: Language) -> &'static str {
    language.pick(
        "ご注文内容の確認画面で、姓名を入力しました",
        "Told the name in parts while reviewing the order",
    )
}

/// Timeline: this order came in another's place.
pub const fn timeline_replaces(language: Language) -> &'static str {
    language.pick("前の受注に代わる受注です", "It came in the place of an earlier order")
}

/// Timeline: 同梱 was undone.
pub const fn timeline_unbundled(language: Language) -> &'static str {
    language.pick("同梱をやめました", "No longer shipped with others")
}

/// Timeline: 同梱 ended because an order goes elsewhere, or nowhere.
pub const fn timeline_parted(language: Language) -> &'static str {
    language.pick(
        "お届け先の変更またはキャンセルにより、同梱を解除しました",
        "No longer shipped with others: an address was changed, or an order canceled",
    )
}

/// Timeline: money went back that nobody asked for here; the amount stands behind it.
pub const fn timeline_refunded_at_amazon(language: Language) -> &'static str {
    language.pick(
        "Amazon(セラーセントラルなど)で直接行われた返金を確認しました",
        "Refunded at Amazon itself (Seller Central)",
    )
}

/// Timeline: authorized anew by the shop's setting.
pub const fn timeline_automatic(language: Language) -> &'static str {
    language
        .pick("期限切れのため、設定により自動で再与信を実行しました", "Authorized anew by the shop's setting")
}

/// Timeline: the mail about 与信NG could not lead to a page.
pub const fn timeline_no_page_to_pay(language: Language) -> &'static str {
    language.pick(
        "再お支払いのメールに案内できるページがないため、返信での連絡をお願いしました(設定の「戻り先」が空です)",
        "There was no page for the mail to lead to: the buyer was asked to reply (no page of the shop is set)",
    )
}

/// Timeline: a mail to the buyer, what for and how far.
pub fn timeline_mail(kind: MailKind, state: MailState, language: Language) -> String {
    let (kind, state) = (mail_kind(kind, language), mail_state(state, language));
    match language {
        Language::Ja => format!("メール「{kind}」: {state}"),
        Language::En => format!("Mail ({kind}): {state}"),
    }
}

/// Timeline: 受注ステータス from what to what.
pub fn timeline_status(change: &str, language: Language) -> String {
    let status = language.pick("受注ステータス", "Order status");
    format!("{status} ({})", timeline_change(change, language))
}

/// Timeline: a correction of points or a coupon, in yen (below zero: taken), is made in the shop's own system, or is due
/// again (R92).
pub fn timeline_correction(kind: CorrectionKind, yen: i64, done: bool, language: Language) -> String {
    let (kind, amount) =
        (desk_words::correction_kind(kind, language), desk_words::correction_amount(yen, language));
    let (open, made) = (desk_words::undone(language), desk_words::done(language));
    let (from, to) = if done { (open, made) } else { (made, open) };
    match language {
        Language::Ja => format!("{kind}の補正: {amount} ({from} → {to})"),
        Language::En => format!("Correction of {}: {amount} ({from} → {to})", kind.to_lowercase()),
    }
}

/// What an entry of the timeline says was changed: parts of an edit, a remedy, methods or 受注ステータス by the names
/// they are stored under; amounts and numbers of orders as they are.
pub fn timeline_change(change: &str, language: Language) -> String {
    let parts = |list: &str| {
        let words: Vec<&str> = list.split(", ").map(|word| changed_word(word, language)).collect();
        words.join(language.pick("、", ", "))
    };
    change.split(" → ").map(parts).collect::<Vec<_>>().join(" → ")
}

fn changed_word(word: &str, language: Language) -> &str {
    if let Some(method) = PaymentMethod::from_name(word) {
        return super::payment_method(method, language);
    }
    if let Some(remedy) = Remedy::ALL.into_iter().find(|remedy| remedy.name() == word) {
        return self::remedy(remedy, language);
    }
    if let Some(status) = OrderStatus::from_name(word) {
        return super::order_status(status, language);
    }
    match word {
        "address" => language.pick("お届け先の住所", "delivery address"),
        "delivery" => language.pick("お届け先の氏名・連絡先", "recipient"),
        "member" => language.pick("会員情報", "member profile"),
        "buyer" => language.pick("購入者情報", "buyer"),
        "mail" => language.pick("メールアドレス", "mail address"),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r52_r78_what_was_changed_is_told_in_words() {
        let ja = |change| timeline_change(change, Language::Ja);
        assert_eq!(ja("address, delivery, member"), "お届け先の住所、お届け先の氏名・連絡先、会員情報");
        assert_eq!(ja("amazon_pay → bank_transfer"), "Amazon Pay → 銀行振込");
        assert_eq!(ja("new → preparing"), "新規受付 → 出荷準備中");
        assert_eq!(ja("¥4,990 → ¥2,030"), "¥4,990 → ¥2,030");
        assert_eq!(timeline_change("buyer, mail", Language::En), "buyer, mail address");
        let stored = Remedy::ALL.into_iter().map(Remedy::name).chain(OrderStatus::ALL.map(OrderStatus::name));
        for word in ["address", "delivery", "member", "buyer", "mail", "no_charge"].into_iter().chain(stored)
        {
            assert!(!ja(word).contains(|c: char| c.is_ascii_alphabetic()), "{word}");
        }
    }

    #[test]
    fn r52_mails_and_corrections_are_told_in_words() {
        let kind = MailKind::OrderConfirmation;
        assert_eq!(timeline_mail(kind, MailState::Sent, Language::Ja), "メール「注文確認」: 送信済み");
        assert_eq!(timeline_mail(kind, MailState::Sent, Language::En), "Mail (Order confirmation): Sent");
        let told = |yen, done| timeline_correction(CorrectionKind::Points, yen, done, Language::Ja);
        assert_eq!(told(150, true), "ポイントの補正: ¥150を戻す (未反映 → 反映済)");
        assert_eq!(told(-150, false), "ポイントの補正: ¥150を引く (反映済 → 未反映)");
        let english = timeline_correction(CorrectionKind::Coupon, 50, true, Language::En);
        assert_eq!(english, "Correction of coupon: give back ¥50 (Open → Done)");
        assert_eq!(
            timeline_status("preparing → new", Language::Ja),
            "受注ステータス (出荷準備中 → 新規受付)"
        );
    }

    #[test]
    fn r38_the_ways_on_from_a_capture_by_mistake_are_called_as_their_buttons_are() {
        use crate::text::enter_words;
        for language in [Language::Ja, Language::En] {
            let link = desk_words::action(OrderAction::SendPaymentLink, language);
            let other = enter_words::replace(language);
            for words in [desk_words::mistake_then(language), desk_words::mistake_ways(language)] {
                assert!(words.contains(link) && words.contains(other), "{words}");
            }
        }
    }
}
