//! Words on the sheets of the order desk and on the screens of refunds and disputes.

use crate::amount_change::ChangeRefused;
use crate::api::{CancelReason, Code, CorrectionKind, Language, LedgerField, RefundProgress};
use crate::mail::MailKind;
use crate::money::Yen;
use crate::order::OrderStatus;
use crate::order_action::{ActionRefused, ExpiryWarning, IdentityGap, OrderAction};
use crate::payment_method::PaymentMethod;

sentences! {
    /// Name of the group of actions.
    actions = "操作", "Actions";
    /// Summary over the refused actions.
    refusals = "できない操作とその理由", "What cannot be done, and why";
    /// Cancel once more.
    cancel_again = "キャンセルをもう一度実行", "Try the cancel again";
    /// Sends a form that is under way.
    sending = "実行しています…", "Working…";
    /// The order changed while a sheet was open.
    changed_title = "入力中に、内容が変更されました。", "This was changed meanwhile.";
    /// The order changed while a sheet was open, what to do.
    changed_detail = "何も実行されていません。最新の内容で開き直してください。", "Nothing was done. Open this again as it is now.";
    /// Opens the sheet again.
    reopen = "最新の内容で開き直す", "Open as it is now";
    /// No answer to an action.
    unheard_title = "サーバーから返答がありませんでした。", "The server did not answer.";
    /// No answer to an action, what is safe.
    unheard_detail = "実行されたかどうかは、まだわかりません。最新の内容を確かめてください。もう一度押しても、二重に実行されることはありません。", "Whether it was done is not known yet. Look at how it is now. Pressing again does nothing twice.";
    /// Reads the order again.
    reload = "最新の内容を確認", "Read it again";
    /// Reason, chosen.
    reason = "理由", "Reason";
    /// Reason, in words.
    reason_hint = "変更の記録に残ります(500文字以内)。", "Kept in the record of changes (at most 500 characters).";
    /// Words beside the chosen reason.
    note = "メモ(任意)", "Note (optional)";
    /// What will happen.
    consequence = "実行すると", "What will happen";
    /// Reason missing.
    reason_wanted = "理由を入力してください。", "Please give a reason.";
    /// Choice missing.
    reason_unchosen = "理由を選んでください。", "Please choose a reason.";

    /// Cancel: the status.
    cancel_status = "受注ステータスは「キャンセル」になり、元に戻せません。", "The order status becomes Canceled, and stays.";
    /// Cancel: uncaptured.
    cancel_releases = "Amazonの与信を取り消します。お客様への請求はありません。", "The authorization at Amazon is released. The buyer is not charged.";
    /// Cancel: nothing stands at Amazon.
    cancel_nothing = "Amazonに残っている与信や請求はありません。", "Nothing stands at Amazon any more.";
    /// Cancel: paid another way.
    cancel_elsewhere = "Amazon Payの受注ではないため、お支払いの取消や返金は別に行ってください。", "Not paid by Amazon Pay: give the money back yourself where some was paid.";
    /// Cancel: afterwards.
    cancel_review = "返金はAmazonの審査が終わるまで「審査中」と表示されます。", "Shown as under review until Amazon has decided.";
    /// Cancel of what was captured by mistake: what comes first.
    mistake_first = "決済済は未決済に戻せません。先にお客様へ返金します。", "A captured order never becomes uncaptured: the money is given back first.";
    /// Cancel of what was captured by mistake: what can be done then.
    mistake_then = "返金が「審査中」になったあとに、「再決済のご案内」(支払い用URL)か「別の決済方法で受注を作る」へ進めます。", "Once that is under review, go on with “Payment link” or “Enter with another method”.";
    /// After such a cancel: what is left to do.
    mistake_title = "決済済にしたのが誤操作だった受注です。次のどちらかでやり直せます。", "This order was captured by mistake. There are two ways on.";
    /// After such a cancel: the two ways.
    mistake_ways = "Amazon Payで払い直していただくときは「再決済のご案内」、ほかの決済方法にするときは「別の決済方法で受注を作る」。どちらの受注も、この受注とつながります。", "“Payment link” has the buyer pay a new order with Amazon Pay; “Enter with another method” makes one paid another way. Either is linked to this order.";
    /// Button.
    cancel_run = "キャンセルを実行", "Cancel the order";
    /// Refund: amount.
    refund_amount = "返金額(円)", "Amount (yen)";
    /// Refund: not a number or too much.
    refund_wrong = "1円から返金できる金額までの数字で入力してください。", "Enter a number from one yen up to what can be given back.";
    /// Refund: what stays.
    refund_stays = "受注ステータスは変わりません。受注全体を取りやめるときはキャンセルをご利用ください。", "The order status stays. To give up the whole order, cancel it.";
    /// Button.
    refund_run = "返金を実行", "Refund";
    /// Remedy: what it is.
    remedy_lead = "Amazon Payの外で行った対応を記録します。お金は動きません。", "Records what was done outside Amazon Pay. No money moves.";
    /// Remedy: kind.
    remedy_kind = "対応", "What was done";
    /// Remedy: amount.
    remedy_amount = "金額(円、なければ0)", "Amount (yen, 0 if none)";
    /// Remedy: kind missing.
    remedy_unchosen = "対応を選んでください。", "Please choose what was done.";
    /// Amount not readable.
    amount_wrong = "0以上の数字で入力してください。", "Enter a number, 0 or more.";
    /// Button.
    record = "記録する", "Record";

    /// Amount change: when Amazon hears of it.
    amount_lead = "減額だけができます。新しい金額は「決済済」にしたときにAmazonへ送られます。それまでAmazonの与信額は変わりません。", "Only decreases. Amazon hears of the new amount when the order is captured; until then the authorization stays as it is.";
    /// Amount change: present total.
    total_now = "現在の合計", "Present total";
    /// Amount change: new total.
    total_new = "変更後の合計", "New total";
    /// Amount change: difference.
    difference = "差額", "Difference";
    /// Button.
    change_run = "変更する", "Change";
    /// Handling fees.
    handling_fees = "各種手数料(円)", "Handling fees (yen)";
    /// Shipping fee.
    shipping_fee = "送料(円)", "Shipping fee (yen)";
    /// Points.
    points_used = "ポイント利用(円)", "Points used (yen)";
    /// Coupon.
    coupon_discount = "クーポン利用(円)", "Coupon (yen)";
    /// A number cannot be read.
    not_a_number = "数字で入力してください。", "Please enter numbers.";
    /// Points and coupons are the shop's.
    correction_hint = "ポイントとクーポンの差は「返金・キャンセル」の補正一覧に載ります。", "Differences of points and coupons join the corrections on the refunds screen.";
    /// Swap: the line.
    swap_line = "切り替える商品", "Item to replace";
    /// Swap: by what.
    swap_product = "切り替え後の商品", "New item";
    /// Swap: nothing chosen.
    swap_choose = "選んでください", "Please choose";
    /// Swap: what it is.
    swap_lead = "合計が下がる場合だけ切り替えられます。新しい金額は「決済済」にしたときにAmazonへ送られます。", "Only if the total falls. Amazon hears of the new amount when the order is captured.";
    /// Swap: the catalogue is being read.
    loading_products = "商品を読み込んでいます…", "Loading the products…";
    /// Button.
    swap_run = "切り替える", "Swap";

    /// Re-authorization: what happens.
    reauthorize_lead = "同じ支払い許可で、現在の合計金額の与信をもう一度Amazonに依頼します。請求はまだ行われません。", "Amazon is asked to authorize the present total again under the same permission. Nothing is charged yet.";
    /// Re-authorization: may fail.
    reauthorize_may_fail = "与信が通らない場合は「与信NG」になります。", "It may be declined and then shows so.";
    /// Button.
    reauthorize_run = "再与信を実行", "Authorize anew";
    /// Method change: what happens.
    method_lead = "Amazonの与信を取り消し、この受注を別の決済方法に変えます。Amazon Payには戻せません。", "The authorization at Amazon is released and the order is paid another way. It cannot come back to Amazon Pay.";
    /// Method change of an order paid another way.
    method_lead_other = "Amazon Payは選べません。", "Amazon Pay cannot be chosen.";
    /// Method change: which.
    method = "新しい決済方法", "New payment method";
    /// Method change: nothing chosen.
    method_unchosen = "決済方法を選んでください。", "Please choose a payment method.";
    /// Method change: blocked.
    blocked_title = "後払いには、次の情報が必要です。", "Deferred payment needs this first:";
    /// To the missing data.
    fill_in = "お届け先・購入者情報を入力する", "Fill it in";
    /// Where: delivery address.
    in_delivery = "お届け先", "Delivery address";
    /// Where: profile.
    in_profile = "会員情報", "Member profile";
    /// Where: guest's buyer data.
    in_buyer_data = "購入者情報(ゲスト)", "Buyer data (guest)";
    /// Preparing.
    prepare_lead = "受注ステータスを「出荷準備中」にします。お支払いは変わりません。", "The order status becomes Preparing. The payment stays as it is.";
    /// Shipped.
    ship_lead = "受注ステータスを「発送済」にします。", "The order status becomes Shipped.";
    /// Shipped: guard.
    ship_guard_title = "まだ決済済になっていません。", "This order is not captured yet.";
    /// Shipped: guard.
    ship_guard_detail = "代金を受け取る前に発送することになります。それでも発送するときは、理由を記録してください。", "You would ship before the money is taken. If you must, record why.";

    /// Edit: what it does.
    edit_lead = "この受注だけが変わります。定期購入のお届け先は変わりません(お客様がマイページで変更します)。", "Only this order changes. A subscription's address is changed by the buyer on their page.";
    /// Name as Amazon gave it.
    original_name = "Amazonでの表記", "As Amazon spells it";
    /// Family name.
    family = "姓", "Family name";
    /// Given name.
    given = "名", "Given name";
    /// Kana.
    family_kana = "セイ(全角カタカナ)", "Family name, kana";
    /// Kana.
    given_kana = "メイ(全角カタカナ)", "Given name, kana";
    /// Postal code.
    postal_code = "郵便番号", "Postal code";
    /// Prefecture.
    prefecture = "都道府県", "Prefecture";
    /// The rest of the address.
    street = "市区町村・番地・建物名(1行に1項目)", "City, street, building (one per line)";
    /// A postal code filled in the rest.
    postal_filled = "郵便番号から、わかるところまで住所を入力しました。続きを入力してください。", "Filled in as far as the postal code tells. Please go on from there.";
    /// A postal code without places.
    postal_nothing = "この郵便番号からは住所がわかりませんでした。都道府県から入力してください。", "This postal code tells no address. Enter the prefecture and the rest.";
    /// The places were not to be had.
    postal_failed = "住所を自動で入力できませんでした。都道府県から入力してください。", "The address could not be filled in. Enter the prefecture and the rest.";
    /// Name in parts.
    full_name = "姓名", "Name";
    /// Kana.
    kana = "フリガナ", "Kana";
    /// Accepts the proposed split.
    use_split = "この分け方を使う", "Use this split";
    /// Kana not read.
    kana_wrong = "フリガナは全角カタカナで、お名前は50文字以内で入力してください。", "Kana in full-width katakana, names of at most 50 characters.";
    /// Nothing edited.
    nothing_edited = "変更された項目がありません。", "Nothing was changed.";
    /// Button.
    save = "保存する", "Save";

    /// Bundling: who may join.
    bundle_lead = "お届け先のお名前と住所が同じで、まだ発送していない受注を選べます。Amazon Payの受注は選べません。", "Orders to the same recipient and address that are not shipped yet. Amazon Pay orders cannot be chosen.";
    /// Bundling: the list.
    bundle_with = "一緒に発送する受注", "Ship together with";
    /// Bundling: nobody may join.
    bundle_empty = "一緒に発送できる受注は、ほかにありません。", "No other order can be shipped with this one.";
    /// Bundling: nothing would change.
    bundle_unchosen = "一緒に発送する受注を選んでください。", "Choose the orders to ship together.";
    /// Bundling: too many.
    bundle_too_many = "一度に選べるのは20件までです。", "At most 20 orders can be chosen.";
    /// Bundling: what stays.
    bundle_keeps = "金額・お支払い・受注ステータスは、どの受注も変わりません。", "Amounts, payments and order statuses stay as they are.";
    /// Bundling: nobody is ticked any more.
    bundle_ends = "この受注の同梱をやめます。", "This order is shipped alone again.";
    /// Button.
    bundle_run = "同梱する", "Ship together";
    /// Bundling is not for Amazon Pay.
    bundle_never = "Amazon Payの受注は同梱できません。受注ごとに発送してください。", "Amazon Pay orders are never shipped together with others. Ship it on its own.";
    /// The others of the parcel.
    bundled = "同梱", "Shipped together with";

    /// Payment link: what it is.
    link_lead = "同じ商品の新しい受注を、お客様がAmazon Payで支払うためのURLを作ります。価格は支払い時に確かめ直します。URLは一度だけ使えます。", "Makes an address where the buyer pays a new order of the same items with Amazon Pay. Prices are checked anew. It works once.";
    /// Payment link: how to give it.
    link_give = "URLが表示されるのは今だけです。コピーして、お客様にお送りください。", "It is shown only now. Copy it and send it to the buyer.";
    /// Made, and mailed.
    link_mailed = "お客様宛てのメールは送信待ちに入りました。URLが表示されるのは今だけです。", "The mail to the buyer waits to be sent. The address is shown only now.";
    /// Before: whether it is mailed.
    link_mails = "URLはお客様にもメールでお送りします。", "The address is mailed to the buyer, too.";
    /// Before: no mail server.
    link_no_server = "送信サーバーが未設定のため、メールは送られません。", "No mail server is set, so no mail is sent.";
    /// Before: no address.
    link_no_address = "お客様のメールアドレスがないため、メールは送られません。", "The buyer has no mail address, so no mail is sent.";
    /// Payment link: the older one.
    link_replaces = "前に作ったURLは使えなくなります。", "An address made before stops working.";
    /// Button.
    link_run = "URLを作る", "Make the link";
    /// Payment link.
    link = "支払い用URL", "Payment link";
    /// Until when.
    link_until = "有効期限", "Works until";
    /// A link is out.
    link_open = "支払い用URLを発行済みです。", "A payment link is out.";

    /// Reads Amazon's objects.
    refetch = "Amazonから再取得", "Read from Amazon";
    /// Reads Amazon's objects, under way.
    refetching = "Amazonに問い合わせています…", "Asking Amazon…";
    /// Amazon's objects.
    amazon_side = "Amazonの記録", "At Amazon";
    /// Ours.
    our_side = "Norenの記録", "Here";
    /// What it is.
    object = "種類", "What";
    /// State.
    state = "状態", "State";
    /// Charge permission.
    permission = "支払い許可", "Charge permission";
    /// Charge.
    charge = "請求", "Charge";
    /// Refund.
    refund = "返金", "Refund";
    /// Captured.
    captured_part = "うち売上請求済", "of it captured";
    /// Left of the limit.
    left_part = "残りの上限", "left of the limit";
    /// Nothing to compare with.
    not_known_here = "記録なし", "Not known here";
    /// Updated.
    updated_at = "更新", "Updated";

    /// Ledger.
    ledger = "変更の記録", "Record of changes";
    /// Column.
    ledger_what = "項目", "What";
    /// Column.
    ledger_change = "変更前 → 変更後", "Before → after";
    /// Column.
    ledger_by = "担当者・日時", "By, when";
    /// Refunds.
    refunds = "返金", "Refunds";
    /// Mails about the order.
    mails = "メール", "Mails";
    /// Remedies.
    remedies = "対応の記録", "Remedies";
    /// A remedy was recorded: read before money moves once more.
    remedied = "すでに対応済みの記録があります", "A remedy is already recorded";
    /// The same, what that means.
    remedied_twice = "さらに返金すると、お客様に二重にお返しすることになります。", "Giving money back now would give it twice.";
    /// Corrections.
    corrections = "ポイント・クーポンの補正", "Corrections of points and coupons";
    /// In the list.
    disputed_short = "異議申立て", "Disputed";
    /// Disputed.
    disputed = "異議申立てを受けています。", "This order is disputed.";
    /// Disputed: what to do.
    disputed_detail = "Amazonのセラーセントラルで回答してください。正しい期日もそこでご確認ください。", "Answer in Amazon's Seller Central, which also names the exact date.";
    /// Until when.
    answer_by = "回答期限の目安", "Answer by about";
    /// This order replaces another.
    replaces = "前の受注", "In place of";
    /// Another replaces this order.
    replaced_by = "代わりの受注", "Replaced by";
    /// Warning over the clock.
    expires_at = "与信の期限", "Authorization ends";

    /// Screen: refunds and cancels.
    refunds_heading = "返金・キャンセル", "Refunds and cancels";
    /// Section: pending.
    pending_heading = "審査中", "Under review";
    /// Section: pending, lead.
    pending_lead = "Amazonが返金を審査している受注です。結果は自動で反映されます。", "Refunds Amazon is deciding on. The result comes by itself.";
    /// Section: pending, empty.
    pending_empty = "審査中の返金はありません。", "No refund is under review.";
    /// Section: cancel errors.
    errors_heading = "キャンセルエラー", "Cancel errors";
    /// Section: cancel errors, lead.
    errors_lead = "対応が必要な受注です。古いものから順に並びます。", "These need somebody. The oldest come first.";
    /// Section: cancel errors, empty.
    errors_empty = "対応が必要なキャンセルエラーはありません。", "No cancel error needs care.";
    /// Cause.
    cause = "状況", "State";
    /// Since.
    since = "発生", "Since";
    /// Remedy column.
    remedy = "対応", "Remedy";
    /// No remedy yet.
    no_remedy = "未対応", "Open";
    /// Section: corrections, lead.
    corrections_lead = "ポイントとクーポンはショップのシステムで補正し、済んだら「反映済」にしてください。", "Correct points and coupons in the shop's own system, then mark them as done.";
    /// Section: corrections, empty.
    corrections_empty = "未反映の補正はありません。", "No correction is open.";
    /// Section: corrections, empty, all.
    corrections_empty_done = "反映済の補正はまだありません。", "No correction has been made yet.";
    /// Open.
    undone = "未反映", "Open";
    /// Made.
    done = "反映済", "Done";
    /// Marks as done.
    mark_done = "反映済にする", "Mark as done";
    /// Marks as open again.
    mark_undone = "未反映に戻す", "Mark as open";
    /// CSV.
    csv = "CSVを保存", "Save as CSV";
    /// Parts of the screen.
    parts = "この画面の項目", "Parts of this screen";

    /// Screen: disputes.
    disputes_heading = "異議申立て", "Disputes";
    /// Disputes, lead.
    disputes_lead = "お客様がカード会社などに申し立てた受注です。回答はAmazonのセラーセントラルで行い、済んだらここで「回答済」にしてください。", "Orders a buyer has contested. Answer in Amazon's Seller Central, then mark them here.";
    /// Disputes, empty.
    disputes_empty = "異議申立てはありません。", "There are no disputes.";
    /// Disputes, empty, what will appear.
    disputes_empty_detail = "Amazonから通知が届くと、回答期限の目安と一緒にここに表示されます。正しい期日はセラーセントラルでご確認ください。", "When Amazon tells of one, it appears here with about the date to answer by. Seller Central names the exact one.";
    /// Received.
    received_at = "受信", "Received";
    /// Open.
    unanswered = "未回答", "Open";
    /// Answered.
    answered = "回答済", "Answered";
    /// Button.
    mark_answered = "回答済にする", "Mark as answered";
    /// No order known.
    order_unknown = "受注を特定できません", "Order not known";
    /// Amazon's id.
    dispute_id = "Amazonの番号", "Amazon's id";
    /// While a screen loads.
    loading = "読み込んでいます…", "Loading…";
}

/// Button that opens the sheet of an action, and the sheet's heading.
pub const fn action(action: OrderAction, language: Language) -> &'static str {
    match action {
        OrderAction::Ship => language.pick("発送済にする", "Mark as shipped"),
        OrderAction::Prepare => language.pick("出荷準備中にする", "Mark as preparing"),
        OrderAction::RecordRemedy => language.pick("対応を記録", "Record a remedy"),
        OrderAction::SendPaymentLink => language.pick("再決済のご案内", "Payment link"),
        OrderAction::Bundle => bundle_run(language),
        OrderAction::EditBuyer => language.pick("お届け先・購入者を編集", "Edit address and buyer"),
        other => crate::text::action_label(other, language),
    }
}

/// Why an action is refused, in one sentence.
pub fn refused(refused: ActionRefused, language: Language) -> &'static str {
    crate::text::problem(Code::from(refused), language).0
}

/// Why an amount change or a swap cannot be made.
pub fn change_refused(refused: ChangeRefused, language: Language) -> &'static str {
    match refused {
        ChangeRefused::Nothing => language.pick("変更された項目がありません。", "Nothing was changed."),
        ChangeRefused::Increase => language.pick(
            "合計が増える、または下がらないため変更できません。",
            "The total would not fall, so this cannot be done.",
        ),
        ChangeRefused::ToZero => language.pick(
            "合計を0円以下にはできません。全額の場合はキャンセルをご利用ください。",
            "The total cannot become zero. Cancel the order instead.",
        ),
        ChangeRefused::Line => language.pick(
            "個数は0から999までで入力してください。同じ商品が別の行にある場合は切り替えられません。",
            "Quantities go from 0 to 999; an item that stands on another line cannot be chosen.",
        ),
        ChangeRefused::TooLarge => language.pick("金額を計算できません。", "The amounts cannot be added up."),
    }
}

/// `2件の受注を、1つの荷物で発送する受注として記録します。`
pub fn bundle_marks(count: usize, language: Language) -> String {
    match language {
        Language::Ja => format!("{count}件の受注を、1つの荷物で発送する受注として記録します。"),
        Language::En => format!("{count} orders are marked as one parcel."),
    }
}

/// `¥4,280をお客様に返金します。`
pub fn cancel_refunds(amount: Yen, language: Language) -> String {
    match language {
        Language::Ja => format!("{amount}をお客様に返金します。"),
        Language::En => format!("{amount} go back to the buyer."),
    }
}

/// The template that tells of a cancel, and that it goes out only once nothing is charged any more (R33).
pub fn cancel_mail(language: Language) -> String {
    let name = crate::text::mail_kind(MailKind::OrderCanceled, language);
    match language {
        Language::Ja => {
            format!(
                "「{name}」のテンプレートを、キャンセルが確定してから送ります。審査中は送らず、Amazonに断られたときは送りません。"
            )
        }
        Language::En => {
            format!("The template “{name}” goes out once the cancel is final, and not if Amazon refuses.")
        }
    }
}

/// `返金できる金額: ¥4,280`
pub fn refundable(amount: Yen, language: Language) -> String {
    match language {
        Language::Ja => format!("返金できる金額は{amount}までです。"),
        Language::En => format!("Up to {amount} can be given back."),
    }
}

/// Label of a line's quantity.
pub fn quantity_of(name: &str, price: Yen, language: Language) -> String {
    match language {
        Language::Ja => format!("{name}({price})の個数"),
        Language::En => format!("Quantity of {name} ({price})"),
    }
}

/// A product in the list to choose from: price and rate of the tax inside, and the shop's code.
pub fn product_at(name: &str, price: Yen, tax_percent: u8, code: &str, language: Language) -> String {
    match language {
        Language::Ja => format!("{name}({price}・税{tax_percent}%) {code}"),
        Language::En => format!("{name} ({price}, {tax_percent}% tax) {code}"),
    }
}

/// A line in the list to choose from.
pub fn line_of(name: &str, quantity: u32, amount: Yen, language: Language) -> String {
    match language {
        Language::Ja => format!("{name} × {quantity}({amount})"),
        Language::En => format!("{name} × {quantity} ({amount})"),
    }
}

/// A proposed split of a name.
pub fn proposed(family: &str, given: &str, language: Language) -> String {
    match language {
        Language::Ja => format!("分け方の提案: 姓「{family}」、名「{given}」"),
        Language::En => format!("Proposed split: family name “{family}”, given name “{given}”"),
    }
}

/// What is missing for a method that asks for the buyer's identity.
pub const fn identity_gap(gap: IdentityGap, language: Language) -> &'static str {
    match gap {
        IdentityGap::FamilyName => language.pick("苗字", "Family name"),
        IdentityGap::Kana => language.pick("フリガナ", "Kana"),
        IdentityGap::Phone => language.pick("電話番号", "Phone"),
        IdentityGap::PostalCode => language.pick("郵便番号", "Postal code"),
    }
}

/// Read out when an action is done: what, and how the payment stands.
pub fn action_done(what: &str, payment: &str, language: Language) -> String {
    match language {
        Language::Ja => format!("「{what}」を実行しました。決済: {payment}"),
        Language::En => format!("{what}: done. Payment: {payment}"),
    }
}

/// What a line of the ledger is about.
pub const fn ledger_field(field: LedgerField, language: Language) -> &'static str {
    match field {
        LedgerField::Total => language.pick("合計", "Total"),
        LedgerField::Quantity => language.pick("個数", "Quantity"),
        LedgerField::Item => language.pick("商品の切り替え", "Item"),
        LedgerField::ShippingFee => language.pick("送料", "Shipping fee"),
        LedgerField::HandlingFees => language.pick("各種手数料", "Handling fees"),
        LedgerField::PointsUsed => language.pick("ポイント利用", "Points used"),
        LedgerField::CouponDiscount => language.pick("クーポン利用", "Coupon"),
        LedgerField::Method => language.pick("決済方法", "Payment method"),
        LedgerField::Status => language.pick("受注ステータス", "Order status"),
        LedgerField::RecipientName => language.pick("お届け先の氏名", "Recipient's name"),
        LedgerField::Address => language.pick("お届け先の住所", "Delivery address"),
        LedgerField::RecipientPhone => language.pick("お届け先の電話番号", "Recipient's phone"),
        LedgerField::BuyerName => language.pick("購入者の氏名", "Buyer's name"),
        LedgerField::BuyerPhone => language.pick("購入者の電話番号", "Buyer's phone"),
        LedgerField::BuyerPostalCode => language.pick("購入者の郵便番号", "Buyer's postal code"),
        LedgerField::Mail => language.pick("購入者のメールアドレス", "Buyer's mail address"),
    }
}

/// An old or new value of the ledger as people read it.
pub fn ledger_value(field: LedgerField, value: &str, language: Language) -> String {
    let said = match field {
        field if field.is_personal() && value.is_empty() => {
            Some(language.pick("(なし)", "(none)").to_owned())
        }
        field if field.is_personal() => None,
        LedgerField::Quantity | LedgerField::Item => None,
        LedgerField::Method => {
            PaymentMethod::from_name(value).map(|it| crate::text::payment_method(it, language).to_owned())
        }
        LedgerField::Status => {
            OrderStatus::from_name(value).map(|it| crate::text::order_status(it, language).to_owned())
        }
        _ => value.parse().ok().and_then(|yen| Yen::new(yen).ok()).map(|yen| yen.to_string()),
    };
    said.unwrap_or_else(|| value.to_owned())
}

/// How far a refund is.
pub const fn refund_progress(progress: RefundProgress, language: Language) -> &'static str {
    match progress {
        RefundProgress::Asked => language.pick("要照合(Amazonに確認中)", "Amazon is being asked"),
        RefundProgress::Pending => language.pick("審査中", "Under review"),
        RefundProgress::Refunded => language.pick("返金済", "Refunded"),
        RefundProgress::Declined => language.pick("Amazonが拒否しました", "Refused by Amazon"),
        RefundProgress::NotSent => language.pick("送信されていません", "Not sent"),
    }
}

/// A refund's reason with the operator's words.
pub fn reason_and_note(reason: CancelReason, note: Option<&str>, language: Language) -> String {
    let reason = crate::text::cancel_reason(reason, language);
    match (note, language) {
        (None, _) => reason.to_owned(),
        (Some(note), Language::Ja) => format!("{reason}({note})"),
        (Some(note), Language::En) => format!("{reason} ({note})"),
    }
}

/// What a correction is about.
pub const fn correction_kind(kind: CorrectionKind, language: Language) -> &'static str {
    match kind {
        CorrectionKind::Points => language.pick("ポイント", "Points"),
        CorrectionKind::Coupon => language.pick("クーポン", "Coupon"),
    }
}

/// What a correction does: gives back or takes.
pub fn correction_amount(amount: i64, language: Language) -> String {
    let yen = Yen::new(amount.abs()).map_or_else(|_| amount.abs().to_string(), |yen| yen.to_string());
    match (amount < 0, language) {
        (false, Language::Ja) => format!("{yen}を戻す"),
        (true, Language::Ja) => format!("{yen}を引く"),
        (false, Language::En) => format!("give back {yen}"),
        (true, Language::En) => format!("take {yen}"),
    }
}

/// Why a correction is due.
pub fn correction_cause(cause: &str, language: Language) -> &str {
    match cause {
        "amount_change" => language.pick("金額変更", "Amount change"),
        "cancel" => language.pick("キャンセル", "Cancel"),
        "replaced" => language.pick("再決済", "Paid anew"),
        "compensation" => language.pick("ポイント還元", "Compensation in points"),
        other => other,
    }
}

/// How close an authorization is to its end, in a cell of the list (R47).
pub const fn expiry_warning_short(warning: ExpiryWarning, language: Language) -> &'static str {
    match warning {
        ExpiryWarning::Late => language.pick("7日経過", "Over 7 days old"),
        ExpiryWarning::Soon => language.pick("期限まで5日以内", "Within 5 days"),
        ExpiryWarning::Last => language.pick("期限まで1日以内", "Within a day"),
    }
}

/// How many of a list are shown.
pub fn shown(count: usize, more: bool, language: Language) -> String {
    match (language, more) {
        (Language::Ja, false) => format!("全{count}件"),
        (Language::Ja, true) => format!("{count}件を表示中(続きがあります)"),
        (Language::En, false) => format!("{count} in all"),
        (Language::En, true) => format!("{count} shown, and there are more"),
    }
}

/// How old something is: `3日`, `5時間`, `12分`.
pub fn age(ms: i64, language: Language) -> String {
    let minutes = (ms / 60_000).max(0);
    match (minutes / 60 / 24, minutes / 60, language) {
        (0, 0, Language::Ja) => format!("{minutes}分"),
        (0, 0, Language::En) => format!("{minutes} min"),
        (0, hours, Language::Ja) => format!("{hours}時間"),
        (0, hours, Language::En) => format!("{hours} h"),
        (days, _, Language::Ja) => format!("{days}日"),
        (1, _, Language::En) => "1 day".to_owned(),
        (days, _, Language::En) => format!("{days} days"),
    }
}

/// Until when a dispute is to be answered, in days from now.
pub fn days_to_answer(ms: i64, language: Language) -> String {
    if ms < 0 {
        return language.pick("期限を過ぎています", "Overdue").to_owned();
    }
    match language {
        Language::Ja => format!("あと{}", age(ms, language)),
        Language::En => format!("{} left", age(ms, language)),
    }
}
