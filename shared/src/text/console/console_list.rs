//! Words of the order list's filters, views and file.

use crate::api::{Language, UnwritableView};
use crate::id::OrderNumber;
use crate::order_query::OrderFilter;
use crate::status_icon::StatusIcon;

sentences! {
    /// Label of the search.
    search = "受注を検索", "Search orders";
    /// What can be searched for.
    search_hint = "受注番号・氏名・メール・電話・Amazon ID", "Number, name, mail, phone, Amazon id";
    /// Name of the group of filters.
    filters = "絞り込み", "Filters";
    /// Opens the sheet of all filters.
    more_filters = "条件を指定", "All filters";
    /// Takes every filter away.
    clear = "条件を解除", "Clear";
    /// Name of the list of saved views.
    views = "保存した条件", "Saved views";
    /// The view of everything.
    all = "すべて", "All";
    /// Keeps the present filter.
    save = "条件を保存", "Save view";
    /// Removes a saved view.
    remove = "この条件を削除", "Remove view";
    /// Name of a saved view.
    view_name = "名前", "Name";
    /// A view everybody sees.
    view_shared = "このショップの担当者全員に表示する", "Show to every operator of this shop";
    /// Beside a shared view.
    shared = "共有", "Shared";
    /// Keeps it.
    keep = "保存する", "Save";
    /// Opens the sheet of the file.
    csv = "CSV出力", "Export CSV";
    /// Which columns.
    csv_columns = "出力する項目", "Columns";
    /// CSV, ticks every column.
    csv_every = "すべて選ぶ", "Choose all";
    /// CSV, ticks none.
    csv_none = "すべて外す", "Choose none";
    /// CSV, no column is ticked.
    csv_missing = "出力する項目を選んでください。", "Choose the columns.";
    /// Which encoding.
    csv_encoding = "文字コード", "Encoding";
    /// What is exported.
    csv_what = "いま表示している条件の受注を、すべて出力します。", "Every order of the present filter is exported.";
    /// Hint on Shift_JIS.
    csv_shift_jis_hint = "Shift_JISにない文字は「〓」で出力します。氏名をそのまま残すときはUTF-8をお選びください。", "Characters that Shift_JIS does not have become 〓. Choose UTF-8 to keep names as they are.";
    /// Every character could be written.
    csv_writable = "すべての文字をShift_JISで書けました。", "Shift_JIS holds every character of this file.";
    /// What to do where some could not.
    csv_rather = "UTF-8なら、すべての文字がそのまま残ります。", "UTF-8 keeps every character as it is.";
    /// Begins the file in UTF-8.
    csv_utf8 = "UTF-8でダウンロード", "Download in UTF-8";
    /// Begins the file.
    csv_begin = "ダウンロード", "Download";
    /// The search stopped early.
    go_on = "続きを探す", "Search further";
    /// The search stopped early, above the button.
    stopped = "ここまでを探しました。さらに過去の受注を探せます。", "Searched up to here. Older orders can be searched further.";
    /// Nothing fits.
    none_title = "条件に合う受注はありません", "No order fits";
    /// Nothing fits, what to do.
    none_detail = "条件を減らすか、つづりを確かめてください。電話番号は全桁または下4桁、メールアドレスは全体で検索できます。", "Use fewer filters or check the spelling. A phone number is found whole or by its last four digits, a mail address whole.";
    /// Nothing fits so far.
    none_yet_title = "ここまでの範囲にはありません", "Nothing so far";
    /// Column: whole days left.
    days_left = "残り日数", "Days left";
    /// Key: to the search.
    key_search = "検索へ移動", "To the search";
    /// Period.
    from = "受注日(から)", "Placed from";
    /// Period.
    until = "受注日(まで)", "Placed until";
    /// Any.
    any = "指定なし", "Any";
    /// Icons.
    icon = "アイコン", "Icon";
    /// Kind.
    kind = "受注の種類", "Kind";
    /// Way to pay.
    method = "決済方法", "Payment method";
    /// Days left, at most.
    days_most = "与信期限まで(日以内)", "Days left, at most";
    /// Least amount.
    amount_from = "金額(以上)", "Amount from";
    /// Most amount.
    amount_until = "金額(以下)", "Amount to";
    /// R50.
    unshipped = "決済済・未出荷", "Captured, not shipped";
    /// What Amazon refused.
    error = "エラーあり", "With an error";
    /// R61.
    disputed = "異議申立て", "Disputed";
    /// What may be captured now.
    capturable = "売上請求待ち", "To be captured";
    /// Without orders that were paid anew.
    unreplaced = "再決済済の受注を除く", "Without orders paid anew";
    /// Uncaptured orders under way.
    open = "未決済", "Uncaptured";
    /// Authorizations that end soon.
    soon = "期限7日以内", "Ends in 7 days";
    /// Shows what was chosen.
    apply = "この条件で表示", "Show";
    /// What was typed is no filter.
    unreadable = "入力した条件を確かめてください。", "Check what you entered.";
}

/// Label of a filter that is offered with one press.
pub fn chip(filter: &OrderFilter, language: Language) -> &'static str {
    if let [Some(icon)] = filter.icons.as_slice() {
        return super::icon_label(*icon, language);
    }
    if filter.unshipped {
        unshipped(language)
    } else if filter.error {
        error(language)
    } else if filter.disputed {
        disputed(language)
    } else if filter.days_left.is_some() {
        soon(language)
    } else {
        open(language)
    }
}

/// `128`, or `1,000+`.
pub fn count(count: u32, more: bool) -> String {
    match (count, more) {
        (_, true) => "1,000+".to_owned(),
        (count, false) if count >= 1_000 => format!("{},{:03}", count / 1_000, count % 1_000),
        (count, false) => count.to_string(),
    }
}

/// While it is looked through what Shift_JIS cannot hold.
pub fn csv_looking(checked: u32, language: Language) -> String {
    match language {
        Language::Ja => format!("Shift_JISで書けない文字を調べています…({checked}件まで)"),
        Language::En => format!("Looking for characters Shift_JIS does not have… ({checked} orders so far)"),
    }
}

/// How much Shift_JIS cannot hold.
pub fn csv_unwritable(view: &UnwritableView, language: Language) -> String {
    let (characters, affected) = (view.characters, view.affected);
    match (language, characters, affected) {
        (Language::Ja, ..) => {
            format!("Shift_JISで書けない文字が{characters}文字あり(受注{affected}件)、「〓」になっています。")
        }
        (Language::En, 1, _) => "Shift_JIS does not have 1 character of this file; it became 〓.".to_owned(),
        (Language::En, _, 1) => {
            format!("Shift_JIS does not have {characters} characters of 1 order; they became 〓.")
        }
        (Language::En, ..) => {
            format!("Shift_JIS does not have {characters} characters of {affected} orders; they became 〓.")
        }
    }
}

/// The orders with what Shift_JIS cannot hold, and what to do.
pub fn csv_unwritable_detail(view: &UnwritableView, language: Language) -> String {
    let numbers = view.orders.iter().map(OrderNumber::as_str).collect::<Vec<_>>();
    let named = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    let numbers = numbers.join(language.pick("、", ", "));
    let rest = match (view.affected.saturating_sub(named), language) {
        (0, _) => String::new(),
        (rest, Language::Ja) => format!("ほか{rest}件"),
        (rest, Language::En) => format!(" and {rest} more"),
    };
    match language {
        Language::Ja => format!("受注番号: {numbers}{rest}。{}", csv_rather(language)),
        Language::En => format!("Orders: {numbers}{rest}. {}", csv_rather(language)),
    }
}

/// `あと3日`.
pub fn days(days: i64, language: Language) -> String {
    match language {
        Language::Ja => format!("あと{days}日"),
        Language::En if days == 1 => "1 day".to_owned(),
        Language::En => format!("{days} days"),
    }
}

/// An icon's name where both キャンセルエラー stand side by side.
pub fn icon_name(icon: StatusIcon, language: Language) -> String {
    let note = super::words::icon_note(icon, language);
    match note {
        Some(note) => format!("{} ({note})", super::icon_label(icon, language)),
        None => super::icon_label(icon, language).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r51_what_shift_jis_cannot_hold_is_told_with_the_orders_and_what_to_do() {
        let orders = ["N-1", "N-2"].map(|number| OrderNumber::new(number).unwrap()).to_vec();
        let view = UnwritableView { characters: 9, affected: 5, orders, checked: 100, next: None };
        let ja = [csv_unwritable(&view, Language::Ja), csv_unwritable_detail(&view, Language::Ja)];
        assert!(ja[0].contains("9文字") && ja[0].contains("受注5件"), "{ja:?}");
        assert!(ja[1].starts_with("受注番号: N-1、N-2ほか3件。") && ja[1].contains("UTF-8"), "{ja:?}");
        let en = [csv_unwritable(&view, Language::En), csv_unwritable_detail(&view, Language::En)];
        assert!(en[0].contains("9 characters of 5 orders"), "{en:?}");
        assert!(en[1].starts_with("Orders: N-1, N-2 and 3 more. ") && en[1].contains("UTF-8"), "{en:?}");
        let one = UnwritableView { characters: 1, affected: 1, ..view };
        assert!(csv_unwritable(&one, Language::En).contains("1 character of"), "singular");
    }
}
