//! Sentences of the element `noren-subscriptions`: what stands on my page, and what happens to goods and money.

use super::Language;
use crate::address_form::AddressField;
use crate::api::{AddressKept, DeferredDelivery, MyState};
use crate::cycle::Cycle;
use crate::day::Day;
use crate::money::Yen;
use crate::monthly_cap::{Month, NoRoom};
use crate::subscription::{AddressSource, EndReason};

sentences! {
    /// Heading of the list.
    my_subscriptions = "定期購入リスト", "Subscriptions";
    /// Heading of the history.
    my_orders = "ご注文履歴", "Order history";
    /// Why to sign in.
    my_sign_in_first = "ご注文に使ったAmazonアカウントでログインすると、定期購入の確認と変更ができます。会員登録やパスワードは必要ありません。", "Sign in with the Amazon account you ordered with to see and change your subscriptions. No registration, no password.";
    /// The session ended.
    my_signed_out_idle = "安全のため、ログインを終了しました。もう一度ログインしてください。変更の途中だった内容は、まだ保存されていません。", "You were signed out for safety. Please sign in again. What you were changing has not been saved.";
    /// Sign out.
    my_sign_out = "ログアウト", "Sign out";
    /// No subscription.
    my_no_subscriptions = "定期購入はまだありません。", "You have no subscriptions yet.";
    /// No subscription: what will be here.
    my_no_subscriptions_detail = "定期購入をお申し込みになると、次回のお届け日やお届け先をここで確認・変更できます。別のAmazonアカウントでお申し込みになった場合は、そのアカウントでログインしてください。", "Once you subscribe, you can see and change the next delivery and its address here. If you subscribed with another Amazon account, sign in with that one.";
    /// No order.
    my_no_orders = "ご注文はまだありません。", "You have no orders yet.";
    /// More orders.
    my_more_orders = "以前のご注文を表示", "Show earlier orders";
    /// Ordered, not yet sent.
    my_preparing = "お届け準備中", "Being prepared";
    /// Next delivery.
    my_next = "次回のお届け", "Next delivery";
    /// The ones after.
    my_then = "その後のお届け", "After that";
    /// Cycle.
    my_cycle = "お届け周期", "How often";
    /// What one delivery costs.
    my_each = "1回のお支払い", "Each delivery";
    /// Payment.
    my_payment = "お支払い方法", "Payment";
    /// Where to.
    my_address = "お届け先", "Delivered to";
    /// This month's cap.
    my_month = "Amazon Payの今月のご利用", "Amazon Pay this month";
    /// The cap in a sentence.
    my_month_note = "1か月にお支払いできる金額には上限があります。キャンセルしたご注文の金額も含みます。", "What may be charged in a month is limited. Canceled orders count as well.";
    /// Change address.
    my_change_address = "お届け先を変更", "Change the address";
    /// Change date.
    my_change_date = "お届け日を変更", "Change the date";
    /// Change quantity.
    my_change_quantity = "個数を変更", "Change the quantity";
    /// Skip.
    my_skip = "次回をお休み", "Skip the next one";
    /// Pause.
    my_pause = "休止", "Pause";
    /// Resume.
    my_resume = "再開", "Resume";
    /// Cancel.
    my_cancel = "解約", "End it";
    /// Payment method at Amazon.
    my_change_payment = "Amazonでお支払い方法を変更", "Change the payment method at Amazon";
    /// Skip: the button.
    my_skip_now = "お休みする", "Skip it";
    /// Pause: the button.
    my_pause_now = "休止する", "Pause";
    /// Resume: the button.
    my_resume_now = "再開する", "Resume";
    /// Cancel: the button.
    my_cancel_now = "解約する", "End the subscription";
    /// Change: the button.
    my_change_now = "変更する", "Change";
    /// Leaves everything as it is.
    my_keep = "変更しない", "Keep as it is";
    /// Closes what is done.
    my_close = "閉じる", "Close";
    /// Pause: what happens.
    my_pause_text = "再開するまで、お届けとご請求を止めます。すでに受け付けたご注文は、そのままお届けします。", "Nothing is delivered or charged until you resume. Orders already placed are still delivered.";
    /// Resume: what happens.
    my_resume_text = "お届けを再開します。休止中のお届けをまとめてお送りすることはありません。", "Deliveries go on. Those missed during the pause are not made up for.";
    /// Cancel: what happens.
    my_cancel_text = "これ以降のお届けとご請求はありません。Amazon Payの定期支払いの契約も終了します。すでに受け付けたご注文は取り消されず、予定どおりお届けします。", "Nothing more is delivered or charged, and the agreement at Amazon Pay ends too. Orders already placed are not canceled; they are delivered as planned.";
    /// Cancel: for good.
    my_cancel_final = "解約は元に戻せません。続ける場合は、もう一度お申し込みが必要です。", "This cannot be undone. To go on later, you would have to subscribe again.";
    /// Date: label.
    my_new_date = "新しいお届け日", "New delivery date";
    /// Date: what it means.
    my_date_text = "その後のお届けは、変更した日から数えます。ご請求の金額は変わりません。", "Later deliveries are counted from the new date. The amount does not change.";
    /// Quantity: label.
    my_new_quantity = "1回にお届けする個数", "Pieces in each delivery";
    /// Quantity: what it means.
    my_quantity_text = "次回のお届けから変わります。すでに受け付けたご注文は変わりません。", "From the next delivery on. Orders already placed do not change.";
    /// Done.
    my_done_skip = "次回のお届けをお休みにしました。", "The next delivery is skipped.";
    /// Done.
    my_done_date = "お届け日を変更しました。", "The delivery date was changed.";
    /// Done.
    my_done_quantity = "個数を変更しました。", "The quantity was changed.";
    /// Done.
    my_done_pause = "休止しました。再開するまでご請求はありません。", "It is paused. Nothing is charged until you resume.";
    /// Done.
    my_done_resume = "再開しました。", "Deliveries go on.";
    /// Done.
    my_done_cancel = "解約しました。これ以降のお届けとご請求はありません。", "The subscription has ended. Nothing more is delivered or charged.";
    /// No answer to a change.
    my_unknown = "変更できたか確認できませんでした。", "We do not know whether the change arrived.";
    /// No answer to a change: what to do.
    my_unknown_detail = "通信環境を確かめて再読み込みし、表示される内容をご確認ください。同じ変更が二重に行われることはありません。", "Check the connection, reload and look at what is shown. The same change is never made twice.";
    /// No answer.
    my_offline = "読み込めませんでした。", "This could not be loaded.";
    /// No answer: what to do.
    my_offline_detail = "読み込むだけで内容が変わることはありません。通信環境を確かめて、もう一度お試しください。", "Loading alone changes nothing. Check the connection and try again.";
    /// No answer where something is shown already.
    my_stale = "最新の内容を読み込めませんでした。", "The latest could not be loaded.";
    /// No answer where something is shown already: what to do.
    my_stale_detail = "表示は更新前のものの場合があります。通信環境を確かめて、再読み込みしてください。", "What is shown may be out of date. Check the connection and reload.";
    /// No answer to the preview.
    my_no_preview = "変更内容を確認できませんでした。", "The change could not be checked.";
    /// No answer to the preview: what to do.
    my_no_preview_detail = "確認するだけでお届け先が変わることはありません。通信環境を確かめて、もう一度お試しください。", "Checking alone changes no address. Check the connection and try again.";
    /// Heading of the address form.
    my_address_heading = "新しいお届け先", "New address";
    /// Choose at Amazon.
    my_from_amazon = "Amazonのお届け先から選ぶ", "Choose one of your addresses at Amazon";
    /// Choose at Amazon: what happens.
    my_from_amazon_text = "Amazonのページでお届け先を選ぶと、ここに戻ります。お支払いは発生しません。", "You choose an address on Amazon's page and come back here. Nothing is charged.";
    /// Or type it.
    my_or_type = "または、入力する", "Or type it in";
    /// Optional.
    my_optional = "任意", "optional";
    /// Postal code, hint.
    my_postal_hint = "7桁の数字。入力すると住所が自動で入ります。", "Seven digits. The address is then filled in.";
    /// Kana, hint.
    my_kana_hint = "カタカナ・かな", "Katakana or hiragana";
    /// Street, hint.
    my_street_hint = "例: 見本町1-2-3", "For example 見本町1-2-3";
    /// Phone, hint.
    my_phone_hint = "配送のご連絡に使います。例: 09012345678", "For the delivery. For example 09012345678";
    /// No such code.
    my_postal_none = "この郵便番号の住所が見つかりませんでした。番号をお確かめのうえ、都道府県から入力してください。会社や役所など専用の郵便番号も、そのままお使いいただけます。", "No address was found for this code. Check it, then enter the prefecture and the rest. Codes of single companies or offices may be used as they are.";
    /// Look-up did not work.
    my_postal_failed = "住所を自動で入力できませんでした。都道府県から入力してください。", "The address could not be filled in. Please enter the prefecture and the rest.";
    /// Several towns.
    my_postal_several = "この郵便番号には複数の町があります。お選びください。", "This code has several towns. Please choose one.";
    /// The choice of towns.
    my_town = "町名", "Town";
    /// Nothing chosen yet.
    my_choose = "選択してください", "Please choose";
    /// From when.
    my_from = "いつのお届けから変更しますか", "From which delivery on?";
    /// From the next one.
    my_from_next = "次回から", "From the next one on";
    /// To the preview.
    my_to_preview = "変更内容を確認する", "Check the change";
    /// Errors above the form.
    my_errors = "入力内容をご確認ください。お届け先はまだ変更されていません。", "Please check what was entered. The address has not been changed yet.";
    /// Heading of the preview.
    my_preview_heading = "変更内容の確認", "Check the change";
    /// Reached deliveries.
    my_reached = "新しいお届け先になるお届け", "Deliveries to the new address";
    /// Kept deliveries.
    my_kept = "これまでのお届け先のままのお届け", "Deliveries that keep their address";
    /// And all that follow.
    my_and_later = "これより後のすべてのお届け", "All deliveries after these";
    /// A delivery that is ordered.
    my_ordered = "ご注文番号", "Order";
    /// Back to the form.
    my_back = "入力に戻る", "Back to the form";
    /// Change it.
    my_change_address_now = "このお届け先に変更する", "Change to this address";
    /// Done.
    my_address_done = "お届け先を変更しました", "The address was changed";
    /// Done: what happens next.
    my_address_done_next = "次の手続きは必要ありません。下のお届けから、新しいお届け先にお届けします。", "There is nothing more to do. The deliveries below go to the new address.";
    /// Done: a mail confirms it.
    my_address_done_mail = "確認のメールをお送りします。", "You will get a mail that confirms it.";
    /// Nothing is reached.
    my_reaches_nothing = "この変更が届くお届けは、いまはありません。", "No delivery is reached by this change now.";
    /// Please note.
    my_notes = "ご確認ください", "Please note";
    /// Work under way.
    my_working = "変更しています…", "Changing…";
    /// Work under way.
    my_checking = "確認しています…", "Checking…";
    /// Of an order of a subscription.
    my_delivery_day = "お届け日", "Delivery";
    /// Address unknown.
    my_no_address = "未登録", "Not known";
    /// The language switch.
    other_language = "English", "日本語";
}

/// How a subscription stands, in a word.
pub const fn my_state(state: MyState, language: Language) -> &'static str {
    match state {
        MyState::Active => language.pick("お届け中", "Active"),
        MyState::Paused => language.pick("休止中", "Paused"),
        MyState::PaymentNeeded => language.pick("お支払い方法の変更待ち", "Payment needed"),
        MyState::Ended { .. } => language.pick("終了", "Ended"),
    }
}

/// What that means for goods and money; nothing where all goes its way. `agreed`: the agreement at Amazon stands.
pub const fn my_state_text(state: MyState, agreed: bool, language: Language) -> Option<&'static str> {
    Some(match state {
        MyState::Active => return None,
        MyState::Paused => language.pick(
            "休止中です。再開するまで、お届けとご請求はありません。",
            "It is paused. Nothing is delivered or charged until you resume.",
        ),
        MyState::PaymentNeeded if !agreed => language.pick(
            "Amazonでお支払いの設定が解除されたため、お届けを止めています。ご請求はありません。続けるには、お送りしたメールのページからもう一度お手続きください。",
            "The agreement was ended at Amazon, so deliveries have stopped. Nothing is charged. To go on, please agree again on the page in the mail we sent you.",
        ),
        MyState::PaymentNeeded => language.pick(
            "お支払い方法が使えないため、お届けを止めています。ご請求はありません。Amazonでお支払い方法を変更すると、お届けを再開します。",
            "The payment method cannot be used, so deliveries have stopped. Nothing is charged. They go on once you change it at Amazon.",
        ),
        MyState::Ended { reason } => match reason {
            EndReason::Shopper => language.pick(
                "解約済みです。これ以降のお届けとご請求はありません。",
                "You ended it. Nothing more is delivered or charged.",
            ),
            EndReason::Operator => language.pick(
                "ショップが終了しました。これ以降のお届けとご請求はありません。",
                "The shop ended it. Nothing more is delivered or charged.",
            ),
            EndReason::Amazon => language.pick(
                "Amazonで契約が終了したため、終了しました。これ以降のお届けとご請求はありません。",
                "The agreement was ended at Amazon. Nothing more is delivered or charged.",
            ),
            EndReason::Lapsed => language.pick(
                "長い間お支払いがなく、Amazonの契約の有効期限が切れたため、終了しました。これ以降のお届けとご請求はありません。続けるには、ショップの商品ページからもう一度お申し込みください。",
                "Nothing was paid for a long time, so the agreement at Amazon ran out and it has ended. Nothing more is delivered or charged. To go on, please subscribe again on the shop's pages.",
            ),
            EndReason::Completed => language.pick(
                "すべてのお届けが終わりました。これ以降のご請求はありません。",
                "All deliveries were made. Nothing more is charged.",
            ),
            EndReason::NotPaid => language.pick(
                "お支払いを確認できなかったため、終了しました。これ以降のお届けとご請求はありません。",
                "It could not be paid and has ended. Nothing more is delivered or charged.",
            ),
        },
    })
}

/// Why a delivery keeps its address.
pub const fn my_kept_reason(reason: AddressKept, language: Language) -> &'static str {
    match reason {
        AddressKept::Earlier => language.pick("選んだ日より前のお届けです", "before the chosen date"),
        AddressKept::Checkout => language.pick("お申し込み時のご注文です", "the order you subscribed with"),
        AddressKept::Captured => language.pick("お支払いが確定しています", "already paid"),
        AddressKept::Shipped => language.pick("発送済みです", "already shipped"),
        AddressKept::Canceled => language.pick("キャンセルされています", "canceled"),
    }
}

/// Where an address came from; nothing for the one of the checkout.
pub const fn my_address_source(source: AddressSource, language: Language) -> Option<&'static str> {
    match source {
        AddressSource::Checkout => None,
        AddressSource::Form => Some(language.pick("このページで入力したお届け先", "typed on this page")),
        AddressSource::Amazon => Some(language.pick("Amazonから選んだお届け先", "chosen at Amazon")),
    }
}

/// `12月5日(土)` or `Sat, 5 Dec`; with the year where `year` asks for it.
pub fn my_day(day: Day, year: bool, language: Language) -> String {
    const JA: [&str; 7] = ["日", "月", "火", "水", "木", "金", "土"];
    const EN: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (month, date) = (day.month().to_string(), day.day().to_string());
    let in_year = if year { day.year().to_string() } else { String::new() };
    let pick = |names: &[&'static str], at: usize| names.get(at).copied().unwrap_or_default();
    match language {
        Language::Ja => {
            let sign = if year { "年" } else { "" };
            [&in_year, sign, &month, "月", &date, "日(", pick(&JA, day.weekday()), ")"].concat()
        }
        Language::En => {
            let gap = if year { " " } else { "" };
            let name = pick(&MONTHS, usize::from(day.month()) - 1);
            [pick(&EN, day.weekday()), ", ", &date, " ", name, gap, &in_year].concat()
        }
    }
}

/// `1か月ごと` or `every 2 weeks`.
pub fn my_every(cycle: Cycle, language: Language) -> String {
    let (every, ja, en) = match cycle {
        Cycle::Weeks { every } => (every, "週間ごと", "week"),
        Cycle::Months { every } => (every, "か月ごと", "month"),
    };
    let count = every.to_string();
    match (language, every) {
        (Language::Ja, _) => [&count, ja].concat(),
        (Language::En, 1) => ["every ", en].concat(),
        (Language::En, _) => ["every ", &count, " ", en, "s"].concat(),
    }
}

/// `2個` or `2 pieces`.
pub fn my_pieces(quantity: u32, language: Language) -> String {
    let count = quantity.to_string();
    match (language, quantity) {
        (Language::Ja, _) => [&count, "個"].concat(),
        (Language::En, 1) => "1 piece".to_owned(),
        (Language::En, _) => [&count, " pieces"].concat(),
    }
}

/// `送料¥550を含む`.
pub fn my_with_shipping(fee: Yen, language: Language) -> String {
    if fee.is_zero() {
        return language.pick("税込・送料無料", "incl. tax, free shipping").to_owned();
    }
    let fee = fee.to_string();
    match language {
        Language::Ja => ["税込・送料", &fee, "を含む"].concat(),
        Language::En => ["incl. tax and ", &fee, " shipping"].concat(),
    }
}

/// What is used of a month's cap and what is left, both in words.
pub fn my_used(month: Month, used: Yen, remaining: Yen, cap: Yen, language: Language) -> String {
    let (used, remaining, cap) = (used.to_string(), remaining.to_string(), cap.to_string());
    let number = (month.number() % 100).to_string();
    match language {
        Language::Ja => [&number, "月は", &used, "をご利用。あと", &remaining, "(上限", &cap, ")"].concat(),
        Language::En => [&used, " used, ", &remaining, " left of ", &cap].concat(),
    }
}

/// R19: what becomes of the next delivery, for which the month has no room.
pub const fn my_no_room(no_room: NoRoom, language: Language) -> &'static str {
    match no_room {
        NoRoom::Deferred => language.pick(
            "今月の残りは次回のお支払いに足りません。お支払いとお届けは翌月以降になります。お手続きは必要ありません。",
            "What is left this month is less than the next delivery costs. It is paid and delivered next month or later. There is nothing for you to do.",
        ),
        NoRoom::LeftOut => language.pick(
            "今月の残りは次回のお支払いに足りません。このままでは次回はお休みになり、ご請求はありません。お届け日を遅らせるか個数を減らすと、お届けできる場合があります。",
            "What is left this month is less than the next delivery costs. As it stands it is left out and not charged. A later date or fewer pieces may fit.",
        ),
        NoRoom::DearerThanCap => language.pick(
            "次回のお支払いはAmazon Payの1か月の上限を超えるため、お届けできません。個数を減らすか、ほかのお支払い方法についてショップへお問い合わせください。",
            "The next delivery costs more than Amazon Pay may charge in a month, so it cannot come. Take fewer pieces, or ask the shop about another payment method.",
        ),
    }
}

/// R19: a delivery that the month has no room for: when it comes now, and why.
pub fn my_deferred(deferred: &DeferredDelivery, language: Language) -> String {
    let [planned, charge, date] =
        [deferred.planned, deferred.charge, deferred.date].map(|day| my_day(day, false, language));
    match language {
        Language::Ja => [
            "今月の上限金額に空きがないため、",
            &planned,
            "のお届けは",
            &date,
            "に変わります。お支払いは",
            &charge,
            "に行います。お手続きは必要ありません。",
        ]
        .concat(),
        Language::En => [
            "This month's limit has no room for the delivery of ",
            &planned,
            ". It is paid on ",
            &charge,
            " and comes on ",
            &date,
            ". There is nothing for you to do.",
        ]
        .concat(),
    }
}

/// R19: after a delivery that waited the next one comes soon: both do, unless one is left out.
pub fn my_following(day: Day, language: Language) -> String {
    let day = my_day(day, false, language);
    match language {
        Language::Ja => [
            "その次は予定どおり",
            &day,
            "にお届けします。どちらかをご不要の場合は、下の操作で次回をお休みにするか、お届け日を変更できます。",
        ]
        .concat(),
        Language::En => [
            "The one after it comes on ",
            &day,
            " as planned. If you do not need both, skip the next delivery or change its date below.",
        ]
        .concat(),
    }
}

/// What skipping does.
pub fn my_skip_text(day: &str, language: Language) -> String {
    match language {
        Language::Ja => [day, "のお届けをお休みします。この回のご請求はありません。"].concat(),
        Language::En => ["The delivery of ", day, " is left out. It is not charged."].concat(),
    }
}

/// What a new quantity costs.
pub fn my_new_total(total: &str, language: Language) -> String {
    match language {
        Language::Ja => ["1回のお支払いは", total, "になります。"].concat(),
        Language::En => ["Each delivery then costs ", total, "."].concat(),
    }
}

/// A day from which a change counts.
pub fn my_from_day(day: &str, language: Language) -> String {
    match language {
        Language::Ja => [day, "分から"].concat(),
        Language::En => ["From ", day, " on"].concat(),
    }
}

/// What the postal code filled in.
pub fn my_filled(place: &str, language: Language) -> String {
    match language {
        Language::Ja => [place, "を入力しました。"].concat(),
        Language::En => [place, " was filled in."].concat(),
    }
}

/// What browsers fill into a field of the address form.
pub const fn address_autocomplete(field: AddressField) -> &'static str {
    use AddressField as F;
    match field {
        F::FamilyName => "family-name",
        F::GivenName => "given-name",
        // No word stands for kana; a browser would fill the name in.
        F::FamilyKana | F::GivenKana => "off",
        F::PostalCode => "postal-code",
        F::Prefecture => "address-level1",
        F::City => "address-level2",
        F::Street => "address-line1",
        F::Building => "address-line2",
        F::Phone => "tel-national",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r78_days_and_counts_are_told_in_both_languages() {
        let day = Day::new(2026, 12, 5).unwrap();
        assert_eq!(my_day(day, false, Language::Ja), "12月5日(土)");
        assert_eq!(my_day(day, true, Language::Ja), "2026年12月5日(土)");
        assert_eq!(my_day(day, false, Language::En), "Sat, 5 Dec");
        assert_eq!(my_day(day, true, Language::En), "Sat, 5 Dec 2026");
        for cycle in [Cycle::Weeks { every: 1 }, Cycle::Weeks { every: 2 }, Cycle::Months { every: 3 }] {
            for language in [Language::Ja, Language::En] {
                assert_eq!(my_every(cycle, language), super::super::cycle(cycle, language));
            }
        }
        assert_eq!(my_pieces(1, Language::En), "1 piece");
        assert_eq!(my_pieces(3, Language::Ja), "3個");
    }

    /// R19: of a delivery that waits both dates are told, the day it is paid and that nothing has to be done.
    #[test]
    fn r19_a_delivery_that_waits_is_told_with_its_dates() {
        let [planned, charge, date] = [(2026, 12, 20), (2027, 1, 1), (2027, 1, 4)]
            .map(|(year, month, day)| Day::new(year, month, day).unwrap());
        let deferred = DeferredDelivery { planned, charge, date, following: None };
        let told = "今月の上限金額に空きがないため、12月20日(日)のお届けは1月4日(月)に変わります。\
                    お支払いは1月1日(金)に行います。お手続きは必要ありません。";
        assert_eq!(my_deferred(&deferred, Language::Ja), told);
        let told = "This month's limit has no room for the delivery of Sun, 20 Dec. It is paid on Fri, 1 Jan and comes on \
                    Mon, 4 Jan. There is nothing for you to do.";
        assert_eq!(my_deferred(&deferred, Language::En), told);
    }

    /// R19: what follows soon is told with its day, and that one of both may be left out.
    #[test]
    fn r19_what_follows_soon_is_told_with_its_day() {
        let day = Day::new(2027, 1, 5).unwrap();
        let told = "その次は予定どおり1月5日(火)にお届けします。どちらかをご不要の場合は、下の操作で次回をお休みにするか、お届け日を変更できます。";
        assert_eq!(my_following(day, Language::Ja), told);
        let told = "The one after it comes on Tue, 5 Jan as planned. If you do not need both, skip the next delivery or change its date below.";
        assert_eq!(my_following(day, Language::En), told);
    }

    /// R16, R20: the meter's words tell used, left and cap.
    #[test]
    fn r20_the_month_is_told_in_yen() {
        let yen = |amount| Yen::new(amount).unwrap();
        let month = Month::try_from(202_611).unwrap();
        let told = my_used(month, yen(2_030), yen(97_970), yen(100_000), Language::Ja);
        assert_eq!(told, "11月は¥2,030をご利用。あと¥97,970(上限¥100,000)");
        let told = my_used(month, yen(2_030), yen(97_970), yen(100_000), Language::En);
        assert_eq!(told, "¥2,030 used, ¥97,970 left of ¥100,000");
    }
}
