//! Sentences of the operator console: names of icons and states here, of its screens in [`words`].

pub mod bulk_words;
mod cause;
pub mod console_list;
pub mod dashboard_words;
pub mod desk_words;
pub mod enter_words;
pub mod payment_words;
pub mod subscription_words;
pub mod words;

pub use cause::{Cause, cause, reason};

use super::Language;
use crate::api::CsvColumn;
use crate::order::{OrderOrigin, OrderStatus};
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
        (PaymentMethod::NoCharge, Language::Ja) => "お支払いなし(0円)",
        (PaymentMethod::NoCharge, Language::En) => "No charge (¥0)",
    }
}

/// A payment state's stored name in words, for the timeline; an unknown name stays as it is.
pub fn payment_state(name: &str, language: Language) -> &str {
    use crate::payment::PaymentState as S;
    let Some(state) = S::ALL.into_iter().find(|state| state.name() == name) else {
        return name;
    };
    match (state, language) {
        (S::AuthorizationPending, Language::Ja) => "与信保留",
        (S::AuthorizationPending, Language::En) => "authorization pending",
        (S::Authorized, Language::Ja) => "与信OK(未決済)",
        (S::Authorized, Language::En) => "authorized",
        (S::AuthorizationDeclined, Language::Ja) => "与信NG",
        (S::AuthorizationDeclined, Language::En) => "authorization declined",
        (S::CapturePending, Language::Ja) => "決済処理中",
        (S::CapturePending, Language::En) => "capture pending",
        (S::CaptureFailed, Language::Ja) => "決済エラー",
        (S::CaptureFailed, Language::En) => "capture error",
        (S::Captured, Language::Ja) => "決済済",
        (S::Captured, Language::En) => "captured",
        (S::RefundPending, Language::Ja) => "返金審査中",
        (S::RefundPending, Language::En) => "refund pending",
        (S::RefundFailed, Language::Ja) => "返金できず(請求が残っています)",
        (S::RefundFailed, Language::En) => "refund failed, still charged",
        (S::Refunded, Language::Ja) => "返金済(取消完了)",
        (S::Refunded, Language::En) => "refunded",
        (S::CancelFailed, Language::Ja) => "与信の取消に失敗",
        (S::CancelFailed, Language::En) => "cancel failed, not charged",
        (S::Canceled, Language::Ja) => "取消完了",
        (S::Canceled, Language::En) => "canceled",
        (S::Expired, Language::Ja) => "期限切れ",
        (S::Expired, Language::En) => "expired",
        (S::Unconfirmed, Language::Ja) => "要照合",
        (S::Unconfirmed, Language::En) => "unconfirmed",
    }
}

/// Timeline: the order was placed.
pub const fn timeline_placed(language: Language) -> &'static str {
    language.pick("受注しました", "Order placed")
}

/// Timeline: an operator asked for the capture.
pub const fn timeline_capture_asked(language: Language) -> &'static str {
    language.pick("決済済への変更を実行しました", "Capture asked")
}

/// Timeline: Amazon reported what cannot be.
pub const fn timeline_contradiction(language: Language) -> &'static str {
    language.pick(
        "Amazonの報告が現在の状態と合いません。変更していません",
        "Amazon reports what does not fit; nothing was changed",
    )
}

/// Timeline: the address lies outside the served area.
pub const fn timeline_area_not_served(language: Language) -> &'static str {
    language.pick(
        "お届け先が配送対象外の地域です。お客様にご確認ください",
        "The delivery address lies outside the served area; contact the buyer",
    )
}

/// How orders came about, in words, as the filter by it lists them: the first order of a subscription comes of a checkout
/// as every other does.
pub const fn order_origin(origin: OrderOrigin, language: Language) -> &'static str {
    match (origin, language) {
        (OrderOrigin::Checkout, Language::Ja) => "通常購入・定期購入(初回)",
        (OrderOrigin::Checkout, Language::En) => "One-time purchase, or first of a subscription",
        (OrderOrigin::Renewal, Language::Ja) => "定期購入(2回目以降)",
        (OrderOrigin::Renewal, Language::En) => "Subscription (second delivery on)",
        (OrderOrigin::Operator, Language::Ja) => "管理画面より新規受注",
        (OrderOrigin::Operator, Language::En) => "Operator-entered",
    }
}

/// What kind of order it is, in words.
pub const fn order_kind(origin: OrderOrigin, of_subscription: bool, language: Language) -> &'static str {
    match (origin, of_subscription) {
        (OrderOrigin::Checkout, true) => language.pick("定期購入(初回)", "Subscription (first delivery)"),
        (OrderOrigin::Checkout, false) => language.pick("通常購入", "One-time purchase"),
        (OrderOrigin::Renewal | OrderOrigin::Operator, _) => order_origin(origin, language),
    }
}

/// Heading of a column of the export.
pub const fn csv_column(column: CsvColumn, language: Language) -> &'static str {
    use CsvColumn as C;
    match column {
        C::Number => language.pick("受注番号", "Order number"),
        C::PlacedAt => language.pick("受注日時", "Placed at"),
        C::OrderStatus => language.pick("受注ステータス", "Order status"),
        C::PaymentStatus => language.pick("決済ステータス", "Payment status"),
        C::Icon => language.pick("アイコン", "Icon"),
        C::Method => language.pick("決済方法", "Payment method"),
        C::Origin => language.pick("受注の種類", "Kind"),
        C::Total => language.pick("合計金額", "Total"),
        C::FamilyName => language.pick("姓", "Family name"),
        C::GivenName => language.pick("名", "Given name"),
        C::FamilyKana => language.pick("セイ", "Family name in kana"),
        C::GivenKana => language.pick("メイ", "Given name in kana"),
        C::Mail => language.pick("メールアドレス", "Mail address"),
        C::Phone => language.pick("電話番号", "Phone"),
        C::RecipientFamilyName => language.pick("お届け先の姓", "Recipient's family name"),
        C::RecipientGivenName => language.pick("お届け先の名", "Recipient's given name"),
        C::RecipientFamilyKana => language.pick("お届け先のセイ", "Recipient's family name in kana"),
        C::RecipientGivenKana => language.pick("お届け先のメイ", "Recipient's given name in kana"),
        C::PostalCode => language.pick("郵便番号", "Postal code"),
        C::Prefecture => language.pick("都道府県", "Prefecture"),
        C::Address => language.pick("住所", "Address"),
        C::Lines => language.pick("商品", "Items"),
        C::ShippingFee => language.pick("送料", "Shipping fee"),
        C::HandlingFees => language.pick("各種手数料", "Handling fees"),
        C::PointsUsed => language.pick("ポイント利用", "Points used"),
        C::CouponDiscount => language.pick("クーポン利用", "Coupon"),
        C::Disputed => language.pick("異議申立て", "Dispute"),
        C::ExpiresAt => language.pick("与信期限", "Authorization ends"),
        C::ChargePermissionId => language.pick("Charge Permission ID", "Charge permission id"),
        C::ChargeId => language.pick("Charge ID", "Charge id"),
    }
}
