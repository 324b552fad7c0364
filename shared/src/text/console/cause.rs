//! What stands in an icon's popover: what happened, what it means for the buyer, what to do (R30, R31).

use crate::api::Language;
use crate::payment::PaymentStatus;
use crate::status_icon::StatusIcon;

/// The three sentences of an icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// What happened.
    pub happened: &'static str,
    /// What it means for the buyer.
    pub buyer: &'static str,
    /// What to do now.
    pub next: &'static str,
}

/// The sentences of `icon`; 与信OK beside 決済済 says that the money has been taken.
pub const fn cause(icon: StatusIcon, status: PaymentStatus, language: Language) -> Cause {
    match language {
        Language::Ja => ja(icon, status),
        Language::En => en(icon, status),
    }
}

const fn ja(icon: StatusIcon, status: PaymentStatus) -> Cause {
    use StatusIcon as I;
    let (happened, buyer, next) = match (icon, status) {
        (I::AuthorizationPending, _) => (
            "Amazonが与信を確認しています(最大24時間)。",
            "請求はまだありません。",
            "結果が出るまで発送せずにお待ちください。結果は自動で反映されます。",
        ),
        (I::Authorized, PaymentStatus::Captured) => (
            "与信を通過し、売上請求まで完了しました。",
            "代金は請求済みです。",
            "お支払いについて、することはありません。",
        ),
        (I::Authorized, PaymentStatus::Uncaptured) => (
            "与信を通過しました。",
            "請求はまだありません。",
            "30日以内に「決済済に変更する」を実行してください。実行したときに請求されます。",
        ),
        (I::AuthorizationDeclined, _) => (
            "与信が通りませんでした。",
            "請求はありません。",
            "発送しないでください。詳しい理由は決済代行会社(Amazon Pay)にお問い合わせください。",
        ),
        (I::CapturePending, _) => (
            "Amazonで売上請求を処理しています。エラーではありません。",
            "請求の手続き中です。",
            "そのままお待ちください。完了すると自動で決済済になります。",
        ),
        (I::CaptureError, _) => (
            "売上請求が受け付けられませんでした。",
            "請求はありません。",
            "理由を確かめて、もう一度実行するか、お客様にご連絡ください。",
        ),
        (I::RefundPending, _) => (
            "Amazonが返金を審査しています。",
            "返金はまだ完了していません。",
            "そのままお待ちください。完了するとアイコンは消えます(一部の返金は「一部返金」になります)。",
        ),
        (I::CancelErrorNotCharged, _) => {
            ("与信の取消に失敗しました。", "請求はまだありません。", "もう一度キャンセルをお試しください。")
        }
        (I::CancelErrorStillCharged, _) => (
            "返金できませんでした。",
            "お客様に請求が残っています。",
            "ポイント還元や振込などで対応し、お客様にご連絡ください。",
        ),
        (I::Expired, _) => (
            "未決済のまま30日が過ぎ、与信が無効になりました。",
            "請求はありません。",
            "このままでは請求できません。再与信を行ってください。",
        ),
        (I::Unconfirmed, _) => (
            "Amazonからの返答がなく、結果を確認しています。",
            "二重に請求されることはありません。",
            "そのままお待ちください。分かりしだい反映します。",
        ),
        (I::PartlyRefunded, _) => (
            "代金の一部を返金しました。",
            "残りの代金は請求済みです。",
            "返金額が正しいことを確かめてください。",
        ),
    };
    Cause { happened, buyer, next }
}

const fn en(icon: StatusIcon, status: PaymentStatus) -> Cause {
    use StatusIcon as I;
    let (happened, buyer, next) = match (icon, status) {
        (I::AuthorizationPending, _) => (
            "Amazon is still deciding (up to 24 hours).",
            "Not charged yet.",
            "Do not ship before the result, which appears by itself.",
        ),
        (I::Authorized, PaymentStatus::Captured) => {
            ("The amount was authorized and taken.", "Charged.", "Nothing is left to do about the payment.")
        }
        (I::Authorized, PaymentStatus::Uncaptured) => (
            "The amount is reserved.",
            "Not charged yet.",
            "Capture within 30 days; the buyer is charged then.",
        ),
        (I::AuthorizationDeclined, _) => (
            "The authorization was declined.",
            "Not charged.",
            "Do not ship. Ask the payment provider (Amazon Pay) for details.",
        ),
        (I::CapturePending, _) => (
            "Amazon is working on the capture. This is no error.",
            "The charge is under way.",
            "Wait; it turns to captured by itself.",
        ),
        (I::CaptureError, _) => {
            ("The capture was refused.", "Not charged.", "Read the reason, then retry or contact the buyer.")
        }
        (I::RefundPending, _) => (
            "Amazon is deciding on the refund.",
            "The refund is not finished.",
            "Wait; the icon vanishes when it is.",
        ),
        (I::CancelErrorNotCharged, _) => {
            ("The authorization could not be released.", "Not charged yet.", "Try to cancel again.")
        }
        (I::CancelErrorStillCharged, _) => (
            "The refund failed.",
            "The buyer is still charged.",
            "Compensate in points, by transfer or otherwise, and tell the buyer.",
        ),
        (I::Expired, _) => (
            "Uncaptured for 30 days, the authorization has ended.",
            "Not charged.",
            "It cannot be captured as it is; authorize anew.",
        ),
        (I::Unconfirmed, _) => (
            "Amazon did not answer and is being asked.",
            "Nothing is charged twice.",
            "Wait; the result appears when it is known.",
        ),
        (I::PartlyRefunded, _) => {
            ("Part of the amount was given back.", "The rest stays charged.", "Check the amount given back.")
        }
    };
    Cause { happened, buyer, next }
}

/// What Amazon's reason code means; `None` for a code that is not known here, which is then shown as it is.
pub fn reason(code: &str, language: Language) -> Option<&'static str> {
    Some(match code {
        "SoftDeclined" => language.pick(
            "一時的に承認されませんでした。日をあらためると通ることがあります。",
            "Not approved for now; it may work on another day.",
        ),
        "HardDeclined" => language.pick(
            "お客様のカードが承認されませんでした。お支払い方法の変更が必要です。",
            "The card was refused; the buyer has to change the payment method.",
        ),
        "AmazonRejected" => language.pick(
            "Amazonの判断で承認されませんでした。再試行はできません。",
            "Amazon's own decision; retrying does not help.",
        ),
        "ProcessingFailure" => language.pick(
            "Amazonの処理で問題が起きました。しばらくしてからお試しください。",
            "Amazon had a problem; try again later.",
        ),
        "TransactionTimedOut" => {
            language.pick("時間内に承認されませんでした。", "It was not decided in time.")
        }
        "TransactionAmountExceeded" => language.pick(
            "Amazonに残っている金額を超えています。Amazonで直接行われた返金があれば、残りの金額に反映されます。",
            "More than is left at Amazon. What was refunded at Amazon itself is taken off the rest.",
        ),
        "TransactionCountExceeded" => language.pick(
            "このご注文でAmazonが受け付ける回数を超えています。",
            "More often than Amazon allows for this order.",
        ),
        "PeriodicAmountExceeded" => language.pick(
            "月次の上限金額に空きがありません。請求はされていません。翌月以降にもう一度お試しください。",
            "The monthly cap has no room. Nothing was charged; try again next month or later.",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charge::DeclineReason;

    #[test]
    fn r30_every_icon_says_what_happened_what_it_means_and_what_to_do() {
        for icon in StatusIcon::ALL {
            for status in [PaymentStatus::Uncaptured, PaymentStatus::Captured] {
                let ja = cause(icon, status, Language::Ja);
                for sentence in [ja.happened, ja.buyer, ja.next] {
                    assert!(sentence.ends_with('。'), "{icon:?}: {sentence}");
                }
                let en = cause(icon, status, Language::En);
                for sentence in [en.happened, en.buyer, en.next] {
                    assert!(sentence.is_ascii() && sentence.ends_with('.'), "{icon:?}: {sentence}");
                }
            }
        }
    }

    #[test]
    fn r31_every_reason_of_amazon_is_explained_in_both_languages() {
        for known in DeclineReason::ALL {
            assert!(reason(known.name(), Language::Ja).is_some_and(|text| text.ends_with('。')), "{known:?}");
            assert!(reason(known.name(), Language::En).is_some_and(|text| text.ends_with('.')), "{known:?}");
        }
        assert_eq!(reason("SomethingNew", Language::Ja), None);
    }

    /// R37: what Amazon refuses for the sum or the number is no decision of a bank's, and its words say so.
    #[test]
    fn r37_a_refusal_for_the_sum_or_the_number_is_explained_in_both_languages() {
        for code in ["TransactionAmountExceeded", "TransactionCountExceeded"] {
            assert!(reason(code, Language::Ja).is_some_and(|text| text.ends_with('。')), "{code}");
            assert!(reason(code, Language::En).is_some_and(|text| text.ends_with('.')), "{code}");
        }
    }
}
