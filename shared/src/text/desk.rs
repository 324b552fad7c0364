//! Sentences of the order desk: actions, reasons, and what the timeline says of them.

use super::Language;
use crate::api::{CancelReason, Remedy};
use crate::order_action::{ExpiryWarning, OrderAction};

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

/// Timeline: this order came in another's place.
pub const fn timeline_replaces(language: Language) -> &'static str {
    language.pick("前の受注に代わる受注です", "It came in the place of an earlier order")
}

/// Timeline: authorized anew by the shop's setting.
pub const fn timeline_automatic(language: Language) -> &'static str {
    language
        .pick("期限切れのため、設定により自動で再与信を実行しました", "Authorized anew by the shop's setting")
}
