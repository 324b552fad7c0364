//! Sentences of the operator console.

use super::Language;
use crate::order::OrderStatus;
use crate::payment::PaymentStatus;
use crate::payment_method::PaymentMethod;
use crate::status_icon::StatusIcon;

/// Label of a status icon, the manual's words.
pub const fn icon_label(icon: StatusIcon, language: Language) -> &'static str {
    use StatusIcon as I;
    match (icon, language) {
        (I::AuthorizationPending, Language::Ja) => "与信保留",
        (I::AuthorizationPending, Language::En) => "Authorization pending",
        (I::Authorized, Language::Ja) => "与信OK",
        (I::Authorized, Language::En) => "Authorized",
        (I::AuthorizationDeclined, Language::Ja) => "与信NG",
        (I::AuthorizationDeclined, Language::En) => "Authorization declined",
        (I::CapturePending, Language::Ja) => "決済処理中",
        (I::CapturePending, Language::En) => "Capture pending",
        (I::CaptureError, Language::Ja) => "決済エラー",
        (I::CaptureError, Language::En) => "Capture error",
        (I::RefundPending, Language::Ja) => "審査中",
        (I::RefundPending, Language::En) => "Refund pending",
        (I::CancelErrorNotCharged | I::CancelErrorStillCharged, Language::Ja) => "キャンセルエラー",
        (I::CancelErrorNotCharged | I::CancelErrorStillCharged, Language::En) => "Cancel error",
        (I::Expired, Language::Ja) => "期限切れ",
        (I::Expired, Language::En) => "Expired",
        (I::Unconfirmed, Language::Ja) => "要照合",
        (I::Unconfirmed, Language::En) => "Unconfirmed",
        (I::PartlyRefunded, Language::Ja) => "一部返金",
        (I::PartlyRefunded, Language::En) => "Partly refunded",
    }
}

/// What the icon means and what to do: what happened, what it means for the buyer, what to do (R30, R31).
pub const fn icon_cause(icon: StatusIcon, language: Language) -> &'static str {
    use StatusIcon as I;
    match (icon, language) {
        (I::AuthorizationPending, Language::Ja) => {
            "Amazonが与信を確認しています(最大24時間)。お客様への請求はまだありません。結果が出るまで発送しないでください。"
        }
        (I::AuthorizationPending, Language::En) => {
            "Amazon is still deciding (up to 24 hours). The buyer has not been charged. Do not ship before the result."
        }
        (I::Authorized, Language::Ja) => {
            "与信を通過しました。請求は「決済済に変更する」を実行したときに行われます。30日以内に実行してください。"
        }
        (I::Authorized, Language::En) => {
            "The amount is reserved. The buyer is charged when you capture; do so within 30 days."
        }
        (I::AuthorizationDeclined, Language::Ja) => {
            "与信が通りませんでした。お客様への請求はありません。状況は決済代行会社(Amazon Pay)にお問い合わせください。"
        }
        (I::AuthorizationDeclined, Language::En) => {
            "The authorization was declined. The buyer has not been charged. Ask the payment provider (Amazon Pay) about it."
        }
        (I::CapturePending, Language::Ja) => {
            "Amazonで売上請求を処理しています。エラーではありません。完了すると自動で決済済になります。"
        }
        (I::CapturePending, Language::En) => {
            "Amazon is working on the capture. This is no error; it turns to captured by itself."
        }
        (I::CaptureError, Language::Ja) => {
            "売上請求が受け付けられませんでした。お客様への請求はありません。もう一度実行するか、お客様にご連絡ください。"
        }
        (I::CaptureError, Language::En) => {
            "The capture was refused. The buyer has not been charged. Retry, or contact the buyer."
        }
        (I::RefundPending, Language::Ja) => {
            "Amazonが返金を審査しています。返金はまだ完了していません。完了するとアイコンは消えます。"
        }
        (I::RefundPending, Language::En) => {
            "Amazon is deciding on the refund. It is not finished; the icon vanishes when it is."
        }
        (I::CancelErrorNotCharged, Language::Ja) => {
            "与信の取消に失敗しました。請求はまだありません。もう一度お試しください。"
        }
        (I::CancelErrorNotCharged, Language::En) => {
            "The authorization could not be released. The buyer has not been charged. Try again."
        }
        (I::CancelErrorStillCharged, Language::Ja) => {
            "返金できませんでした。お客様に請求が残っています。ポイント還元や振込などの対応を行ってください。"
        }
        (I::CancelErrorStillCharged, Language::En) => {
            "The refund failed and the buyer is still charged. Compensate in points, by transfer or otherwise."
        }
        (I::Expired, Language::Ja) => {
            "未決済のまま30日が過ぎ、与信が無効になりました。請求はできません。再与信を行ってください。"
        }
        (I::Expired, Language::En) => {
            "Uncaptured for 30 days, the authorization has ended. It cannot be captured; authorize anew."
        }
        (I::Unconfirmed, Language::Ja) => {
            "Amazonからの返答がなく、結果を確認しています。二重に請求されることはありません。分かりしだい反映します。"
        }
        (I::Unconfirmed, Language::En) => {
            "Amazon did not answer and is being asked. Nothing is charged twice; the result appears when known."
        }
        (I::PartlyRefunded, Language::Ja) => "代金の一部を返金しました。残りは請求済みです。",
        (I::PartlyRefunded, Language::En) => "Part of the amount was given back. The rest stays charged.",
    }
}

/// Read out for an empty icon cell.
pub const fn cancel_finished(language: Language) -> &'static str {
    language.pick("取消完了", "Cancel finished")
}

/// 受注ステータス in words.
pub const fn order_status(status: OrderStatus, language: Language) -> &'static str {
    match (status, language) {
        (OrderStatus::New, Language::Ja) => "新規受付",
        (OrderStatus::New, Language::En) => "New",
        (OrderStatus::Preparing, Language::Ja) => "出荷準備中",
        (OrderStatus::Preparing, Language::En) => "Preparing",
        (OrderStatus::Shipped, Language::Ja) => "発送済",
        (OrderStatus::Shipped, Language::En) => "Shipped",
        (OrderStatus::Canceled, Language::Ja) => "キャンセル",
        (OrderStatus::Canceled, Language::En) => "Canceled",
    }
}

/// 決済ステータス in words.
pub const fn payment_status(status: PaymentStatus, language: Language) -> &'static str {
    match (status, language) {
        (PaymentStatus::Uncaptured, Language::Ja) => "未決済",
        (PaymentStatus::Uncaptured, Language::En) => "Uncaptured",
        (PaymentStatus::Captured, Language::Ja) => "決済済",
        (PaymentStatus::Captured, Language::En) => "Captured",
    }
}

/// A way to pay in words.
pub const fn payment_method(method: PaymentMethod, language: Language) -> &'static str {
    match (method, language) {
        (PaymentMethod::AmazonPay, _) => "Amazon Pay",
        (PaymentMethod::BankTransfer, Language::Ja) => "銀行振込",
        (PaymentMethod::BankTransfer, Language::En) => "Bank transfer",
        (PaymentMethod::CashOnDelivery, Language::Ja) => "代金引換",
        (PaymentMethod::CashOnDelivery, Language::En) => "Cash on delivery",
        (PaymentMethod::Deferred, Language::Ja) => "後払い",
        (PaymentMethod::Deferred, Language::En) => "Deferred payment",
    }
}
