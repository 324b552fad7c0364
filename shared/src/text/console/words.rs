//! Words on the console's screens.

use crate::address::AddressGap;
use crate::api::{Language, OrderRow};
use crate::money::Yen;
use crate::order::OrderStatus;
use crate::payment::PaymentStatus;
use crate::payment_method::PaymentMethod;
use crate::status_icon::{Beside, StatusIcon};
use crate::text::moment_short;

sentences! {
    /// Name of the console in the title.
    console = "Noren 管理画面", "Noren console";
    /// Skip link.
    skip = "本文へ移動", "Skip to the content";
    /// Name of the navigation.
    navigation = "メインメニュー", "Main menu";
    /// Opens the navigation on a narrow screen.
    menu = "メニュー", "Menu";
    /// Shop switch.
    shop = "ショップ", "Shop";
    /// Language switch: names the other language in that language.
    other_language = "English", "日本語";
    /// Ends the session.
    sign_out = "ログアウト", "Sign out";
    /// Before the operator's name.
    operator = "担当者", "Operator";
    /// Live list: connected.
    live_on = "自動更新中", "Live";
    /// Live list: not connected.
    live_off = "自動更新が停止しています。再接続しています", "Not live. Reconnecting";
    /// Live list: not yet connected.
    live_starting = "接続しています", "Connecting";
    /// Retry.
    retry = "もう一度試す", "Try again";
    /// Closes something.
    close = "閉じる", "Close";
    /// Cancels something not begun.
    stop = "やめる", "Cancel";
    /// While the first answer is under way.
    starting = "管理画面を開いています…", "Opening the console…";
    /// No connection.
    offline_title = "サーバーに接続できませんでした。", "The server could not be reached.";
    /// No connection, what is safe.
    offline_detail = "何も変更されていません。通信環境を確かめて、もう一度お試しください。", "Nothing was changed. Check the connection and try again.";
    /// No answer to something that changes.
    unheard_detail = "実行されたかどうかは、まだわかりません。もう一度お試しになる前に、最新の内容を確かめてください。", "Whether it was done is not known yet. Look at how it is now before you try again.";
    /// Somebody else has signed in.
    other_operator_title = "別の担当者がログインしました。", "Somebody else has signed in.";
    /// Somebody else has signed in, what is safe.
    other_operator_detail = "この操作は実行していません。画面は、いまログインしている担当者のものです。", "Nothing was done. The page is now that of the operator who is signed in.";
    /// An answer that cannot be read.
    unreadable_title = "サーバーの返答を読み取れませんでした。", "The server's answer could not be read.";
    /// An answer that cannot be read, what to do.
    unreadable_detail = "画面を再読み込みしてください。続くときは管理者にご連絡ください。", "Reload the page. If it stays so, ask whoever runs this installation.";
    /// For support.
    request_id = "お問い合わせ番号", "Request id";
    /// No shop to work in.
    no_shop_title = "担当しているショップがありません", "You have no shop yet";
    /// No shop, what to do.
    no_shop_detail = "ショップの管理者に、担当者として登録するよう依頼してください。", "Ask the shop's owner to add you as an operator.";
    /// Unknown address.
    no_page_title = "ページが見つかりません", "Page not found";
    /// Unknown address, what to do.
    no_page_detail = "アドレスを確かめるか、ダッシュボードからお進みください。", "Check the address, or go on from the dashboard.";

    /// Sign-in heading.
    sign_in_heading = "管理画面にログイン", "Sign in to the console";
    /// Sign-in after the session ended.
    session_ended = "ログインの有効期限が切れました。ログインすると、続きの画面に戻ります。", "Your session has ended. Sign in to go on where you were.";
    /// Mail address.
    mail = "メールアドレス", "Mail address";
    /// Password.
    password = "パスワード", "Password";
    /// Sign-in button.
    sign_in_button = "ログイン", "Sign in";
    /// Sign-in button while working.
    signing_in = "ログインしています…", "Signing in…";
    /// First operator heading.
    first_heading = "最初の担当者を登録", "Register the first operator";
    /// First operator, what this is.
    first_lead = "このリンクは一度だけ使えます。登録すると、そのまま管理画面に入れます。", "This link works once. After registering you are in the console.";
    /// Name of the operator.
    name = "お名前", "Name";
    /// Name hint.
    name_hint = "操作の記録に表示されます。", "Shown in the record of actions.";
    /// Password hint.
    password_hint = "12文字以上200文字以内", "12 to 200 characters";
    /// Shows the password.
    show_password = "パスワードを表示", "Show the password";
    /// First operator button.
    first_button = "登録する", "Register";
    /// First operator button while working.
    registering = "登録しています…", "Registering…";
    /// Required field left empty.
    required = "入力してください。", "Please fill this in.";
    /// Mail address without @.
    mail_wrong = "メールアドレスの形式で入力してください(例 name@example.jp)。", "Write a mail address (such as name@example.jp).";
    /// Password too short or too long.
    password_wrong = "パスワードは12文字以上200文字以内で入力してください。", "The password must have 12 to 200 characters.";
    /// The link carried no token.
    link_missing_title = "登録リンクが見つかりません", "The registration link is missing";
    /// The link carried no token, what to do.
    link_missing_detail = "サーバーの起動時に表示されたリンクを、もう一度そのまま開いてください。登録が済んでいるときは、ログインへお進みください。", "Open the link printed at the server's start once more. If you have registered already, go to the sign-in.";
    /// To the sign-in.
    to_sign_in = "ログイン画面へ", "Go to sign-in";

    /// 受注.
    orders = "受注", "Orders";
    /// 受注一覧.
    orders_heading = "受注一覧", "Orders";
    /// Column.
    number = "受注番号", "Number";
    /// Column.
    placed_at = "日時", "Placed";
    /// Column.
    buyer = "お名前", "Buyer";
    /// Column.
    amount = "金額", "Amount";
    /// Column.
    order_status = "受注ステータス", "Order status";
    /// Column.
    payment_status = "決済ステータス", "Payment status";
    /// Column.
    payment = "決済", "Payment";
    /// Column of the check boxes.
    choose = "選択", "Select";
    /// Check box of the header.
    choose_all = "表示中の受注をすべて選択", "Select all orders shown";
    /// Ends the selection.
    choose_none = "選択を解除", "Clear the selection";
    /// Next page.
    more = "続きを表示", "Show more";
    /// Next page under way.
    more_loading = "読み込んでいます…", "Loading…";
    /// Last page.
    end_of_list = "これより古い受注はありません", "No older orders";
    /// Empty list.
    empty_title = "受注はまだありません", "No orders yet";
    /// Empty list, what will appear.
    empty_detail = "お客様がAmazon Payで購入すると、再読み込みしなくても、ここに受注が表示されます。", "When somebody buys with Amazon Pay, the order appears here without reloading.";
    /// Empty list, how to get there.
    empty_how = "まだの場合は、ショップのページにボタンを設置し、ご自身で一度購入してお試しください。", "If you have not done so, place the button on your shop's page and try a purchase yourself.";
    /// While the list loads.
    loading_orders = "受注を読み込んでいます…", "Loading orders…";
    /// Read out while the detail loads.
    loading_order = "受注詳細を読み込んでいます…", "Loading the order…";
    /// Details wanted but not loaded.
    more_failed = "続きを読み込めませんでした。", "The next orders could not be loaded.";
    /// 一括処理.
    bulk = "一括処理", "Bulk action";
    /// 合計.
    sum = "合計", "Total";
    /// 決済済に変更する.
    capture = "決済済に変更する", "Mark as captured";
    /// The same for one order.
    capture_one = "決済済にする", "Capture";
    /// Keyboard help.
    keys = "キーボード操作", "Keyboard";
    /// Key.
    key_down = "次の行へ", "Next row";
    /// Key.
    key_up = "前の行へ", "Previous row";
    /// Key.
    key_choose = "選択・選択解除", "Select or unselect";
    /// Key.
    key_open = "詳細を開く", "Open the detail";
    /// Key.
    key_close = "詳細・説明を閉じる", "Close detail or explanation";
    /// Key.
    key_help = "この一覧を表示", "Show this list";
    /// Switch for single-letter keys.
    key_switch = "1文字のキー操作を使う", "Use single-letter keys";
    /// Switch for single-letter keys, hint.
    key_switch_hint = "音声入力などで誤って動くときは、オフにしてください。", "Turn this off if dictation or the like triggers them.";

    /// Amazon's code, at the end of a popover.
    amazon_code = "Amazonのコード", "Amazon's code";
    /// What happened.
    cause_what = "状況", "What happened";
    /// What it means for the buyer.
    cause_buyer = "お客様への影響", "For the buyer";
    /// What to do.
    cause_next = "次にすること", "What to do";
    /// Why.
    cause_reason = "理由", "Reason";
    /// Since when.
    cause_since = "発生", "Since";
    /// Read out on the icon's button.
    explain = "説明を表示", "Explain";

    /// 受注詳細.
    detail_heading = "受注詳細", "Order";
    /// Back to the list.
    back_to_list = "受注一覧へ戻る", "Back to the orders";
    /// Closes the pane.
    close_detail = "受注詳細を閉じる", "Close the order";
    /// Lines.
    lines = "商品", "Items";
    /// Column.
    item = "商品名", "Item";
    /// Column.
    unit_price = "単価", "Price";
    /// Column.
    quantity = "個数", "Quantity";
    /// Column.
    tax_rate = "税率", "Tax";
    /// Column.
    line_amount = "小計", "Amount";
    /// Total.
    total = "合計(税込)", "Total (tax included)";
    /// Tax at 8 %.
    tax_reduced = "うち消費税(8%)", "Of it, tax at 8 %";
    /// Tax at 10 %.
    tax_standard = "うち消費税(10%)", "Of it, tax at 10 %";
    /// Buyer and address.
    buyer_and_address = "お客様・お届け先", "Buyer and delivery address";
    /// Delivery address.
    address = "お届け先", "Delivery address";
    /// Recipient.
    recipient = "宛名", "Recipient";
    /// Phone.
    phone = "電話番号", "Phone";
    /// Missing.
    missing = "未入力", "Missing";
    /// No address at all.
    no_address = "お届け先がありません", "No delivery address";
    /// Something is missing.
    gaps_title = "お届け先に未入力の項目があります。", "The delivery address is incomplete.";
    /// Something is missing, what to do.
    gaps_detail = "発送の前に、お客様に確認してください。", "Ask the buyer before you ship.";
    /// Outside the served area.
    area_title = "配送できない地域です。", "Delivery there is not offered.";
    /// Outside the served area, what to do.
    area_detail = "支払い後に判明しました。発送せずに、お客様にご連絡ください。", "Found after the payment. Do not ship; contact the buyer.";
    /// Amazon's ids.
    amazon_ids = "Amazon Payの番号", "Amazon Pay ids";
    /// Charge permission.
    charge_permission = "注文番号(Charge Permission)", "Charge permission";
    /// Charge.
    charge = "請求番号(Charge)", "Charge";
    /// No id yet.
    no_id = "まだありません", "None yet";
    /// 対応履歴.
    timeline = "履歴", "History";
    /// Amazon's request id.
    amazon_request = "AmazonのリクエストID", "Amazon's request id";
    /// The order does not exist.
    no_order_title = "この受注は見つかりません", "This order does not exist";
}

/// `3件選択中`.
pub fn chosen(count: usize, language: Language) -> String {
    match language {
        Language::Ja => format!("{count}件選択中"),
        Language::En => format!("{count} selected"),
    }
}

/// `12件`.
pub fn count(count: usize, language: Language) -> String {
    match language {
        Language::Ja => format!("{count}件"),
        Language::En if count == 1 => "1 order".to_owned(),
        Language::En => format!("{count} orders"),
    }
}

/// How many rows stand in the list, and whether there are more.
pub fn shown(count: usize, more: bool, language: Language) -> String {
    match (language, more) {
        (Language::Ja, false) => format!("全{count}件"),
        (Language::Ja, true) => format!("新しい順に{count}件を表示中"),
        (Language::En, false) => format!("{count} in all"),
        (Language::En, true) => format!("newest {count} shown"),
    }
}

/// `受注 20261124-7KQ4M を選択`.
pub fn choose_order(number: &str, language: Language) -> String {
    match language {
        Language::Ja => format!("受注 {number} を選択"),
        Language::En => format!("Select order {number}"),
    }
}

/// Read out when an order comes in.
pub fn came_in(number: &str, total: Yen, language: Language) -> String {
    match language {
        Language::Ja => format!("新しい受注 {number}、{total}"),
        Language::En => format!("New order {number}, {total}"),
    }
}

/// Why a row cannot be captured now; the server decided that, this only names what the row shows.
pub const fn why_excluded(row: &OrderRow, language: Language) -> &'static str {
    use StatusIcon as I;
    if !matches!(row.method, PaymentMethod::AmazonPay) {
        return language.pick("Amazon Pay以外の決済方法です", "Paid another way");
    }
    if matches!(row.order_status, OrderStatus::Canceled) {
        return language.pick(
            "キャンセルされています。必要な場合は新しい受注を作成してください。",
            "Canceled. If it is still wanted, enter a new order.",
        );
    }
    match row.icon {
        Some(I::AuthorizationPending) => language.pick("与信の結果待ちです", "Amazon is still deciding"),
        Some(I::AuthorizationDeclined) => {
            language.pick("与信が通っていません", "The authorization was declined")
        }
        Some(I::CapturePending) => {
            language.pick("すでにAmazonで処理中です", "Amazon is working on it already")
        }
        Some(I::RefundPending) => language.pick("返金の審査中です", "A refund is pending"),
        Some(I::CancelErrorNotCharged | I::CancelErrorStillCharged) => {
            language.pick("キャンセルエラーへの対応が必要です", "A cancel error needs care first")
        }
        Some(I::Expired) => language.pick(
            "与信の期限が切れています。再与信してください。",
            "The authorization has expired. Authorize it anew.",
        ),
        Some(I::Unconfirmed) => language.pick("Amazonに照合中です", "Amazon is being asked"),
        None => language.pick("取り消されています", "Canceled"),
        _ if matches!(row.payment_status, PaymentStatus::Captured) => {
            language.pick("すでに決済済です", "Captured already")
        }
        _ => language.pick("いまは変更できません", "Not possible now"),
    }
}

/// What stands beside an icon: `あと22日`, `11/23 21:05から`, `¥1,000`.
pub fn beside(beside: Beside, language: Language) -> Option<String> {
    Some(match (beside, language) {
        (Beside::Nothing, _) => return None,
        (Beside::DaysLeft { days: 0 }, Language::Ja) => "残り24時間未満".to_owned(),
        (Beside::DaysLeft { days: 0 }, Language::En) => "under 1 day left".to_owned(),
        (Beside::DaysLeft { days }, Language::Ja) => format!("あと{days}日"),
        (Beside::DaysLeft { days: 1 }, Language::En) => "1 day left".to_owned(),
        (Beside::DaysLeft { days }, Language::En) => format!("{days} days left"),
        (Beside::Since { at_ms }, Language::Ja) => format!("{}から", moment_short(at_ms)),
        (Beside::Since { at_ms }, Language::En) => format!("since {}", moment_short(at_ms)),
        (Beside::Amount { amount }, _) => amount.to_string(),
    })
}

/// The short second half of キャンセルエラー, shown without opening anything.
pub const fn icon_note(icon: StatusIcon, language: Language) -> Option<&'static str> {
    match icon {
        StatusIcon::CancelErrorNotCharged => Some(language.pick("請求はまだありません", "Not charged yet")),
        StatusIcon::CancelErrorStillCharged => {
            Some(language.pick("お客様に請求が残っています", "The buyer is still charged"))
        }
        StatusIcon::Expired => Some(language.pick("再与信が必要です", "Authorize anew")),
        _ => None,
    }
}

/// What is missing in an address.
pub const fn gap(gap: AddressGap, language: Language) -> &'static str {
    match gap {
        AddressGap::PostalCode => language.pick("郵便番号", "Postal code"),
        AddressGap::Prefecture => language.pick("都道府県", "Prefecture"),
        AddressGap::Street => language.pick("住所", "Street"),
        AddressGap::Phone => language.pick("電話番号", "Phone"),
    }
}

/// Who did something, as the timeline says it; an operator's name stays as it is.
pub fn actor(actor: &str, language: Language) -> &str {
    match actor {
        "amazon" => "Amazon",
        "shopper" => language.pick("お客様", "Buyer"),
        "noren" => "Noren",
        name => name,
    }
}
