//! Words of 定期管理: the list of subscriptions, a subscription's detail, its actions and settings.

use crate::api::{CapFit, Language, MyState, SubscriptionFilter};
use crate::charge::ChargePermissionState;
use crate::money::Yen;
use crate::subscription::{AddressSource, DropReason, EndReason, PeriodOutcome, SubscriptionAction};

sentences! {
    /// In the navigation.
    nav = "定期", "Subscriptions";
    /// Heading of the list.
    heading = "定期管理", "Subscriptions";
    /// Heading of the detail.
    detail_heading = "定期購入の詳細", "Subscription";
    /// Back on a narrow screen.
    back = "定期管理へ戻る", "Back to the subscriptions";
    /// Being read.
    loading = "定期購入を読み込んでいます…", "Loading subscriptions…";
    /// Nothing there yet.
    empty_title = "定期購入はまだありません", "No subscriptions yet";
    /// What will be there.
    empty_detail = "お客様が定期購入をお申し込みになると、次回のご請求日と今月の上限の使用状況をここで確認できます。", "Once somebody subscribes, you see the next charge and how much of the month's cap is used here.";
    /// How to get there.
    empty_how = "定期購入として販売する商品とその周期は、管理者にご依頼ください。", "Which products are sold as subscriptions, and in which cycles, is set by whoever runs this installation.";
    /// Nothing fits.
    none_title = "条件に合う定期購入はありません", "No subscription fits";
    /// Nothing fits so far.
    none_yet_title = "ここまでに、条件に合う定期購入はありません", "No subscription fits so far";
    /// Nothing fits: what to do.
    none_detail = "条件を外すか、番号・メールアドレス・契約番号を最後まで入力してください。", "Take the filter away, or enter a whole number, mail address or agreement id.";
    /// The search box.
    search = "定期購入を検索", "Search subscriptions";
    /// What can be searched.
    search_hint = "番号・メールアドレス・契約番号(完全一致)", "Number, mail address or agreement id, whole";
    /// End of the list.
    end_of_list = "これですべてです", "That is all";
    /// Not there.
    gone_title = "この定期購入は見つかりません", "This subscription does not exist";
    /// Column.
    number = "定期購入番号", "Number";
    /// Column.
    product = "商品・個数", "Item";
    /// Column.
    cycle = "周期", "Cycle";
    /// Column.
    next_delivery = "次回お届け", "Next delivery";
    /// Column.
    next_charge = "次回ご請求", "Next charge";
    /// Column.
    meter = "今月の上限", "This month";
    /// Column.
    last = "前回の結果", "Last result";
    /// Column.
    permission = "Amazonの契約", "Agreement at Amazon";
    /// The same over a narrow column.
    permission_short = "契約", "Agreement";
    /// Column.
    state_column = "状態", "State";
    /// The next charge waits.
    waits = "上限待ち", "Waits for the cap";
    /// Ended at Amazon: title.
    ended_at_amazon = "Amazonで契約が終了しました。ご確認ください。", "The agreement was ended at Amazon. Please look at it.";
    /// Ended at Amazon: what it means.
    ended_at_amazon_detail = "お客様がAmazonで契約を終了したか、Amazonが終了しました。これ以降のご請求はできません。受付済みのご注文がある場合は、発送の前にお支払いをご確認ください。", "The buyer or Amazon has ended it; nothing more can be charged. Check the payment of orders already placed before you ship.";
    /// Lapsed at Amazon: title.
    lapsed = "Amazonの契約の有効期限が切れました。ご確認ください。", "The agreement at Amazon ran out. Please look at it.";
    /// Lapsed at Amazon: what it means.
    lapsed_detail = "13か月の間ご請求がなかったため、Amazonが契約を終了しました。お客様が解約したのではありません。すでにお支払い済みのご注文は変わりません。続けるご希望があれば、改めてお申し込みいただくようご案内ください。", "Nothing was charged for 13 months, so Amazon ended it; the buyer did not. Orders already paid stay as they are. If the buyer would like to go on, ask them to subscribe again.";
    /// Takes it out of the queue.
    acknowledge = "確認済みにする", "Mark as checked";
    /// Was taken out of the queue.
    acknowledged = "確認済みにしました。", "Marked as checked.";
    /// Opens the days.
    days = "お届け予定表", "Deliveries by day";
    /// Heading of the days.
    days_heading = "今後31日間のお届け予定", "Deliveries of the next 31 days";
    /// Being read.
    days_loading = "お届け予定を読み込んでいます…", "Loading the deliveries…";
    /// Nothing comes.
    days_none = "今後31日間のお届け予定はありません。お届け中の定期購入があると、日ごとの件数と金額をここで確認できます。", "Nothing comes in the next 31 days. Once a subscription has a delivery in them, its day is shown here with count and yen.";
    /// What is counted.
    days_note = "これから受注になるお届けと、受注済みでまだ発送していない、お届け日が今日以降のお届けを数えています。「上限外」は、月次の上限に入らない見込みのお届けです。翌月の別の日に移るか、お休みになります。", "Counted are deliveries still to be ordered, and those ordered and not shipped that are due today or later. “Over” are those the month's cap will have no room for: they come on another day, or are left out.";
    /// Part.
    months = "月次の上限", "Monthly cap";
    /// Column.
    month = "月", "Month";
    /// Column.
    used = "使用", "Used";
    /// Column.
    reserved = "うち確認中", "Unconfirmed";
    /// Column.
    remaining = "残り", "Left";
    /// What the meter counts.
    months_note = "キャンセルした請求も使用に含みます。Amazonの上限とショップの上限の低いほうが適用されます。", "Canceled charges count as used. The lower of Amazon's cap and the shop's holds.";
    /// Over all agreements.
    buyer_month = "このお客様の全契約", "All of this buyer's";
    /// Part.
    calendar = "今後のお届け", "Deliveries to come";
    /// No delivery.
    no_delivery = "今後のお届けはありません。", "There is no delivery to come.";
    /// Column.
    period = "回", "No.";
    /// Column.
    delivery = "お届け日", "Delivery";
    /// Column.
    charge_day = "ご請求日", "Charged on";
    /// Column.
    fit = "月の上限", "Month's cap";
    /// What a fit means.
    next_month_note = "「翌月へ」: その月の上限に入らないため、ショップの設定により翌月1日以降に移すか、その回をお休みにします。", "“Next month”: the month has no room. As the shop has set, it moves to the 1st or later, or is left out.";
    /// What a fit means.
    never_note = "「上限超過」: 1回の金額が上限そのものを超えているため、どの月にもご請求できません。個数を減らすか、別のお支払い方法をご案内ください。", "“Over the cap”: one delivery costs more than the cap itself and can be charged in no month. Lower the quantity or offer another method.";
    /// Part.
    periods = "これまでのお届け", "Deliveries so far";
    /// Column.
    outcome = "結果", "Result";
    /// Part.
    addresses = "お届け先", "Delivery address";
    /// Which address counts now.
    current_address = "次回のお届け先", "Next delivery goes here";
    /// R90.
    addresses_note = "お届け先は、お客様ご自身がマイページで変更します。この画面では変更できません。", "Only the buyer changes the address, on my page. It cannot be edited here.";
    /// R22.
    amazon_note = "お客様がAmazonでお届け先を変更しても、この定期購入には反映されません。", "A change of address made at Amazon is not taken over.";
    /// R22.
    protection_note = "入力されたお届け先(Amazonから選んでいないもの)は、Amazon Payの支払い保護の対象外となることがあります。", "An address that was typed, not chosen at Amazon, may lie outside Amazon Pay's payment protection.";
    /// The ready message.
    message = "お届け先変更のご案内", "How to change the address";
    /// The ready message: what it is for.
    message_lead = "お客様にお送りする文面です。マイページ > 定期購入リストへのリンクが入っています。", "To be sent to the buyer. It links to my page, where the address is changed.";
    /// What only the buyer can do.
    ask = "お客様に案内する", "Tell the buyer how";
    /// What only the buyer can do: what it is for.
    ask_lead = "お支払いが増える変更や早まる変更は、お客様ご自身のお手続きが必要です。マイページ > 定期購入リストへのリンクが入った文面をお送りください。", "What costs the buyer more, or sooner, only the buyer can do. Send them this: it links to my page, where they do it.";
    /// What only the buyer can do: which of it.
    ask_what = "ご案内する内容", "What they can do";
    /// More pieces.
    quantity_less = "この画面では、個数を減らす変更だけを行えます。増やすときは「お客様に案内する」をお使いください。", "Only fewer pieces are possible here. For more, use “Tell the buyer how”.";
    /// An earlier date.
    date_later = "この画面では、お届け日を遅らせる変更だけを行えます。早めるときは「お客様に案内する」をお使いください。", "Only a later date is possible here. For an earlier one, use “Tell the buyer how”.";
    /// Subject.
    subject = "件名", "Subject";
    /// Body.
    body = "本文", "Text";
    /// Opens the mail program.
    by_mail = "メールソフトで開く", "Open in the mail program";
    /// Part.
    payment_part = "お客様・お支払い", "Buyer and payment";
    /// Payment.
    payment_text = "お支払い方法", "Payment";
    /// Since when.
    since = "お申し込み", "Since";
    /// Deliveries so far.
    delivered = "お届け回数", "Deliveries";
    /// Each.
    each = "1回のお支払い", "Each delivery";
    /// Another price.
    told_price = "変更予定の単価", "New price told of";
    /// That it was sent is not known.
    told_unknown = "お客様へのご案内は、まだ送信を確認できていません", "not known to have been sent to the buyer";
    /// Part.
    timeline = "履歴(新しい順)", "History, latest first";
    /// Done.
    done = "定期購入を変更しました。", "The subscription was changed.";
    /// First date.
    earliest = "変更できる最初の日", "First date possible";
    /// No date.
    date_missing = "お届け日を選んでください。", "Please choose a date.";
    /// Wrong quantity.
    quantity_wrong = "1から99の数で入力してください。", "Enter a number from 1 to 99.";
    /// Not confirmed.
    not_confirmed = "番号の末尾が一致していません。", "The last characters do not match.";
    /// Skip: money.
    skip_cap = "この回の金額は、その月の上限を使いません。", "Its amount is not taken from that month's cap.";
    /// Cancel: cap.
    cancel_cap = "解約しても、今月使った上限は戻りません。", "Ending it gives back nothing of what was used this month.";
    /// Part of the settings.
    settings_tab = "定期購入", "Subscriptions";
    /// Heading.
    settings_heading = "設定: 定期購入", "Settings: subscriptions";
    /// Field.
    first_delivery_days = "お申し込みから初回お届けまで(日)", "From the first order to its delivery, days";
    /// Field.
    lead_days = "お届けの何日前にご請求するか(日)", "Charged so many days before a delivery";
    /// Field.
    notice_days = "金額の変更を何日前に案内するか(日)", "Another amount is told of so many days ahead";
    /// Range.
    upto_60 = "0から60", "0 to 60";
    /// Range.
    upto_30 = "0から30", "0 to 30";
    /// Range.
    from_1_to_60 = "1から60", "1 to 60";
    /// Field.
    retry_days = "お支払いできなかったとき、何日後に再請求するか", "Days until each new try of a payment that failed";
    /// Range.
    retry_hint = "前回からの日数を「1, 2, 3」のように入力します。各1から30、10回まで。空欄なら再請求しません。", "Days from the try before, such as 1, 2, 3; each 1 to 30, at most ten. Empty: no new try.";
    /// Field.
    own_cap = "1契約の月の上限(円)", "Monthly cap of an agreement, yen";
    /// Range.
    own_cap_hint = "1から10,000,000。空欄ならAmazonの上限のみ。Amazonの上限のほうが低いときは、そちらが適用されます。", "1 to 10,000,000. Empty: Amazon's alone, which also holds where it is lower.";
    /// Field.
    buyer_cap = "お客様ごとの月の上限(円)", "Monthly cap of a buyer, yen";
    /// Range.
    buyer_cap_hint = "1から10,000,000。同じお客様の全契約の合計です。空欄なら上限なし。", "1 to 10,000,000, over all agreements. Empty: none.";
    /// Choice.
    at_cap = "月の上限に入らないお届け", "A delivery the month has no room for";
    /// Choice.
    at_cap_defer = "翌月1日以降に移す", "Moves to the 1st or later";
    /// Choice.
    at_cap_drop = "その回をお休みにする", "Is left out";
    /// Choice.
    at_amazon_end = "お客様がAmazonで契約を終了したとき", "When the buyer ends the agreement at Amazon";
    /// Choice.
    at_end_end = "すぐに終了する", "It ends at once";
    /// Choice.
    at_end_ask = "30日間止めて、再契約のご案内を送る", "It stops for 30 days, and the buyer is asked to agree again";
    /// Tick.
    free_first = "初回¥0の定期購入をAmazon Payで受け付ける", "Take a first delivery of ¥0 with Amazon Pay";
    /// Out of its range.
    out_of_range = "この範囲の数で入力してください。", "Please keep to this range.";
    /// Of an order.
    of_subscription = "定期購入", "Subscription";
}

/// A filter with one press.
pub fn chip(filter: SubscriptionFilter, language: Language) -> &'static str {
    use SubscriptionFilter as F;
    match filter {
        F::All => language.pick("すべて", "All"),
        F::Active => state(MyState::Active, language),
        F::Paused => state(MyState::Paused, language),
        F::PaymentNeeded => state(MyState::PaymentNeeded, language),
        F::Ended => language.pick("終了", "Ended"),
        F::AtCap => waits(language),
        F::EndedAtAmazon => language.pick("Amazonで終了・要確認", "Ended at Amazon, to check"),
        F::Failed => language.pick("更新できず(30日)", "Failed in 30 days"),
        F::ChargedWithin(_) => language.pick("7日以内に請求", "Charged within 7 days"),
        F::WillNotFit => language.pick("上限超過の見込み", "Will not fit the cap"),
    }
}

/// How a subscription stands, in a word.
pub const fn state(state: MyState, language: Language) -> &'static str {
    match state {
        MyState::Active => language.pick("継続中", "Active"),
        MyState::Paused => language.pick("休止中", "Paused"),
        MyState::PaymentNeeded => language.pick("お支払い待ち", "Payment needed"),
        MyState::Ended { .. } => language.pick("終了", "Ended"),
    }
}

/// What that means for goods and money.
pub const fn state_text(state: MyState, language: Language) -> &'static str {
    match state {
        MyState::Active => language.pick(
            "予定どおりにご注文を作成し、ご請求します。",
            "Orders are placed and charged as planned.",
        ),
        MyState::Paused => language.pick(
            "再開するまで、お届けとご請求はありません。",
            "Nothing is delivered or charged until it is resumed.",
        ),
        MyState::PaymentNeeded => language.pick(
            "お支払い方法が使えないため、お届けとご請求を止めています。お客様がAmazonで変更すると再開します。",
            "The payment method cannot be used, so deliveries and charges have stopped. They go on once the buyer changes it at Amazon.",
        ),
        MyState::Ended { reason } => match reason {
            EndReason::Shopper => language.pick(
                "お客様が解約しました。これ以降のお届けとご請求はありません。",
                "The buyer ended it. Nothing more is delivered or charged.",
            ),
            EndReason::Operator => language.pick(
                "担当者が解約しました。これ以降のお届けとご請求はありません。",
                "An operator ended it. Nothing more is delivered or charged.",
            ),
            EndReason::Amazon => language.pick(
                "Amazonで契約が終了しました。これ以降のお届けとご請求はありません。",
                "The agreement was ended at Amazon. Nothing more is delivered or charged.",
            ),
            EndReason::Lapsed => language.pick(
                "長い間ご請求がなく、Amazonの契約の有効期限が切れたため終了しました。これ以降のお届けとご請求はありません。続ける場合は、お客様に改めてお申し込みいただきます。",
                "Nothing was charged for a long time, so the agreement at Amazon ran out. Nothing more is delivered or charged. To go on, the buyer subscribes again.",
            ),
            EndReason::Completed => language.pick(
                "すべてのお届けが終わりました。これ以降のご請求はありません。",
                "All deliveries were made. Nothing more is charged.",
            ),
            EndReason::NotPaid => language.pick(
                "お支払いを確認できなかったため終了しました。これ以降のお届けとご請求はありません。",
                "It could not be paid and has ended. Nothing more is delivered or charged.",
            ),
        },
    }
}

/// How the agreement at Amazon stands.
pub const fn permission_state(state: ChargePermissionState, language: Language) -> &'static str {
    match state {
        ChargePermissionState::Chargeable => language.pick("有効", "Chargeable"),
        ChargePermissionState::NonChargeable => language.pick("請求不可", "Not chargeable"),
        ChargePermissionState::Closed => language.pick("終了", "Closed"),
    }
}

/// Whether a delivery fits its month.
pub const fn cap_fit(fit: CapFit, language: Language) -> &'static str {
    match fit {
        CapFit::Fits => language.pick("入る", "Fits"),
        CapFit::NextMonth => language.pick("翌月へ", "Next month"),
        CapFit::Never => language.pick("上限超過", "Over the cap"),
    }
}

/// How a period without an order passed.
pub const fn outcome_text(
    outcome: PeriodOutcome,
    reason: Option<DropReason>,
    language: Language,
) -> &'static str {
    match (outcome, reason) {
        (PeriodOutcome::Ordered, _) => language.pick("ご注文済み", "Ordered"),
        (PeriodOutcome::Skipped, _) => language.pick("お休み", "Skipped"),
        (PeriodOutcome::Dropped, None) => language.pick("ご注文なし", "No order"),
        (PeriodOutcome::Dropped, Some(reason)) => match reason {
            DropReason::DearerThanCap => language.pick(
                "ご注文なし: 1回の金額が月の上限を超えています",
                "No order: dearer than the monthly cap",
            ),
            DropReason::OverCap => {
                language.pick("ご注文なし: 月の上限に達していました", "No order: the month's cap was reached")
            }
            DropReason::NotPaid => {
                language.pick("ご注文なし: お支払いを確認できませんでした", "No order: it could not be paid")
            }
            DropReason::NotOnSale => language
                .pick("ご注文なし: 商品の販売を終了しています", "No order: the item is not sold any more"),
            DropReason::NotActive => {
                language.pick("ご注文なし: 休止中または終了していました", "No order: it was paused or ended")
            }
            DropReason::Overtaken => language.pick(
                "ご注文なし: システムの停止中に過ぎ、次のお届けの時期でした",
                "No order: its time passed while the system stood still",
            ),
            DropReason::AreaNotServed => {
                language.pick("ご注文なし: 配送できない地域です", "No order: the area is not served")
            }
        },
    }
}

/// Where an address came from.
pub const fn address_source(source: AddressSource, language: Language) -> &'static str {
    match source {
        AddressSource::Checkout => {
            language.pick("お申し込み時にAmazonで選択", "Chosen at Amazon at the checkout")
        }
        AddressSource::Form => language.pick("マイページで入力", "Typed on my page"),
        AddressSource::Amazon => language.pick("マイページでAmazonから選択", "Chosen from Amazon on my page"),
    }
}

/// What an action is called.
pub const fn action(action: SubscriptionAction, language: Language) -> &'static str {
    use SubscriptionAction as A;
    match action {
        A::Skip => language.pick("次回をお休み", "Skip the next one"),
        A::ChangeDate => language.pick("お届け日を変更", "Change the date"),
        A::ChangeQuantity => language.pick("個数を変更", "Change the quantity"),
        A::ChangeAddress => language.pick("お届け先を変更", "Change the address"),
        A::Pause => language.pick("休止", "Pause"),
        A::Resume => language.pick("再開", "Resume"),
        A::Cancel => language.pick("解約", "End it"),
    }
}

/// What only the buyer can do, as the shop is asked for it.
pub const fn asked(action: SubscriptionAction, language: Language) -> &'static str {
    use SubscriptionAction as A;
    match action {
        A::ChangeQuantity => language.pick("個数を増やす", "More pieces"),
        A::ChangeDate => language.pick("お届け日を早める", "An earlier date"),
        A::Resume => language.pick("再開する", "Go on"),
        A::ChangeAddress | A::Skip | A::Pause | A::Cancel => self::action(action, language),
    }
}

/// `3回目`.
pub fn nth(period: u32, language: Language) -> String {
    let period = period.to_string();
    match language {
        Language::Ja => [&period, "回目"].concat(),
        Language::En => ["No. ", &period].concat(),
    }
}

/// Deliveries made, of how many.
pub fn deliveries(delivered: u32, limit: Option<u32>, language: Language) -> String {
    let delivered = delivered.to_string();
    match (limit, language) {
        (None, Language::Ja) => [&delivered, "回(期間の定めなし)"].concat(),
        (None, Language::En) => [&delivered, " (no end set)"].concat(),
        (Some(limit), Language::Ja) => [&delivered, "回 / 全", &limit.to_string(), "回"].concat(),
        (Some(limit), Language::En) => [&delivered, " of ", &limit.to_string()].concat(),
    }
}

/// How many deliveries come on a day.
pub fn day_count(count: u32, ordered: u32, language: Language) -> String {
    let (shown, of) = (count.to_string(), ordered.to_string());
    match (language, count, ordered) {
        (_, 0, _) => "–".to_owned(),
        (Language::Ja, _, 0) => [&shown, "件"].concat(),
        (Language::Ja, ..) => [&shown, "件(受注済み", &of, ")"].concat(),
        (Language::En, 1, 0) => "1 delivery".to_owned(),
        (Language::En, _, 0) => [&shown, " deliveries"].concat(),
        (Language::En, ..) => [&shown, " (", &of, " ordered)"].concat(),
    }
}

/// How many of a day the cap will have no room for.
pub fn day_unfit(count: u32, language: Language) -> String {
    let count = count.to_string();
    match language {
        Language::Ja => ["上限外 ", &count, "件"].concat(),
        Language::En => ["Over: ", &count].concat(),
    }
}

/// What the days come to.
pub fn days_sum(count: u32, total: Yen, language: Language) -> String {
    let (count, total) = (count.to_string(), total.to_string());
    match language {
        Language::Ja => ["合計 ", &count, "件・", &total].concat(),
        Language::En => ["In all: ", &count, ", ", &total].concat(),
    }
}

/// From which day on more comes than is counted.
pub fn days_incomplete(day: &str, language: Language) -> String {
    match language {
        Language::Ja => ["定期購入が多いため、", day, "以降は一部だけを数えています。"].concat(),
        Language::En => ["There are many subscriptions: from ", day, " on only a part is counted."].concat(),
    }
}

/// R19: after the delivery that waits for the cap the next one comes soon.
pub fn follows(day: &str, language: Language) -> String {
    match language {
        Language::Ja => [
            "上限待ちのお届けに続いて、",
            day,
            "の回も予定どおりお届けします。マイページでもお伝えしています。どちらかをご不要とのことであれば、「次回をお休み」または「お届け日を変更」をご利用ください。",
        ]
        .concat(),
        Language::En => [
            "Soon after the delivery that waits for the cap, the one of ",
            day,
            " comes as planned; my page tells the buyer, too. Who does not want both can skip the next one, or have its date changed.",
        ]
        .concat(),
    }
}

/// How often a charge was asked for, where that was more than once.
pub fn tries(tries: u32, language: Language) -> Option<String> {
    (tries > 1).then(|| match language {
        Language::Ja => [&tries.to_string(), "回請求"].concat(),
        Language::En => [&tries.to_string(), " tries"].concat(),
    })
}

/// `2026年12月`.
pub fn month_name(number: i64, language: Language) -> String {
    let (year, month) = ((number / 100).to_string(), (number % 100).to_string());
    match language {
        Language::Ja => [&year, "年", &month, "月"].concat(),
        Language::En => [&month, "/", &year].concat(),
    }
}

/// What a meter shows, for those who cannot see it.
pub fn meter_words(used: Yen, cap: Yen, language: Language) -> String {
    let (used, cap) = (used.to_string(), cap.to_string());
    match language {
        Language::Ja => ["上限", &cap, "のうち", &used, "を使用"].concat(),
        Language::En => [&used, " used of ", &cap].concat(),
    }
}

/// From which delivery an address counts.
pub fn from_delivery(day: &str, language: Language) -> String {
    match language {
        Language::Ja => [day, "のお届けから"].concat(),
        Language::En => ["From the delivery of ", day, " on"].concat(),
    }
}

/// Asks for the end of the number, so that nobody ends another subscription than they mean.
pub fn confirm(end: &str, language: Language) -> String {
    match language {
        Language::Ja => ["確認のため、番号の末尾「", end, "」を入力してください"].concat(),
        Language::En => ["To confirm, type the end of its number: ", end].concat(),
    }
}

/// Which delivery of its subscription an order is.
pub fn nth_delivery(period: u32, day: &str, language: Language) -> String {
    match language {
        Language::Ja => [&nth(period, language), "のお届け(", day, ")"].concat(),
        Language::En => ["delivery ", &nth(period, language), " (", day, ")"].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R19: a buyer without a mail address hears on my page alone: no mail is promised. R16: what is counted is said whole.
    #[test]
    fn r19_no_mail_is_promised_and_what_is_counted_is_said() {
        let (ja, en) = (follows("12月1日", Language::Ja), follows("1 Dec", Language::En));
        assert!(ja.contains("マイページでもお伝えしています") && !ja.contains("メール"), "{ja}");
        assert!(en.contains("my page tells the buyer") && !en.contains("mail"), "{en}");
        assert!(days_note(Language::Ja).contains("お届け日が今日以降の"));
        assert!(days_note(Language::En).contains("due today or later"));
    }
}
