//! Words of 一括処理: ticks, preview, progress, summary (R32, R33).

use crate::api::{ItemState, Language, MailState};
use crate::bulk_plan::{BulkEffect, BulkSteps};
use crate::mail::MailKind;
use crate::order::OrderStatus;
use crate::text::{mail_kind, moment_short, order_status};

sentences! {
    /// Over the ticks.
    ticks_lead = "実行する手順を選んでください。1件ごとに上から順に実行し、失敗した手順があれば、その受注の後の手順は行いません。", "Choose the steps. Each order takes them from top to bottom; after one that fails, its later ones are not taken.";
    /// Legend of the ticks.
    steps = "手順", "Steps";
    /// Tick.
    reauthorize = "再与信", "Authorize anew";
    /// Tick, hint.
    reauthorize_hint = "与信が切れた受注と与信NGの受注だけに行います。", "Only for orders whose authorization has ended or was declined.";
    /// Tick.
    capture = "決済済に変更する", "Mark as captured";
    /// Tick, hint.
    capture_hint = "受注の現在の合計金額をAmazonに請求します。", "The present total of each order is taken.";
    /// Choice of a status.
    status = "受注ステータス", "Order status";
    /// No new status.
    status_stays = "変更しない", "Leave as it is";
    /// Tick.
    send_mail = "受注対応メールを送信する", "Send the order mail";
    /// Canceled: the money.
    cancel_hint = "未決済の受注は与信を取り消し、決済済の受注は返金します。キャンセルは取り消せません。", "Uncaptured orders are released, captured ones refunded. A cancel cannot be undone.";
    /// Nothing is ticked.
    nothing_ticked = "手順を1つ以上選んでください。", "Choose one step at least.";
    /// On to the preview.
    check = "内容を確認する", "Check what will happen";
    /// Back to the ticks.
    back = "手順を選びなおす", "Change the steps";

    /// Heading of the preview.
    preview_heading = "一括処理(確認)", "Bulk action: check";
    /// Amazon mails the buyer.
    amazon_mails = "請求が確定すると、Amazonからお客様に支払い完了のメールが自動で届きます。", "When the money is taken, Amazon itself mails the buyer.";
    /// What a capture means.
    capture_lead = "請求の取り消しには返金が必要です。", "To undo a capture, a refund is needed.";
    /// What happens.
    effects = "実行すると", "What will happen";
    /// 対象.
    included = "対象", "Included";
    /// 除外.
    excluded = "除外", "Left out";
    /// Mails.
    mails = "受注対応メール", "Order mail";
    /// No mail server.
    no_server = "メールサーバーが設定されていないため、メールは送られません。「設定 > メール」で設定できます。", "The shop has no mail server, so no mail goes out. It is set up under Settings, Mail.";
    /// No address of the buyer.
    no_address = "このお客様のメールアドレスがないため、メールは送られません。", "The buyer has no mail address, so no mail goes out.";
    /// Nothing to do.
    nothing_included = "実行できる受注がありません。除外の理由を確かめて、選びなおしてください。", "Nothing can be done with these orders. See why, and choose others or other steps.";
    /// Too many.
    too_many = "一度に実行できるのは500件までです。選択を減らしてください。", "At most 500 orders at once. Select fewer.";
    /// While the preview is made.
    preparing = "最新の状態を確認しています…", "Checking the present state…";
    /// Starts the run.
    run = "実行する", "Do it now";
    /// Starting.
    starting_run = "開始しています…", "Starting…";
    /// Heading while it runs.
    running_heading = "一括処理を実行しています", "The bulk action is running";
    /// May be closed.
    running_hint = "閉じても処理は続きます。もう一度押しても、二重に実行されることはありません。", "It goes on if you close this. Nothing is done twice.";
    /// Heading of the summary.
    summary_heading = "一括処理が完了しました", "The bulk action is done";
    /// Heading of the summary with failures.
    summary_heading_some = "一部の受注を処理できませんでした", "Some orders could not be done";
    /// Heading of the summary of a capture.
    captured_heading = "決済済に変更しました", "Captured";
    /// Heading of the summary of a capture with failures.
    captured_heading_some = "一部の受注を決済済に変更できませんでした", "Some orders could not be captured";
    /// Lost connection during a run.
    run_lost = "進み具合を確認できません。接続を待っています。処理はサーバーで続いています。", "The progress cannot be read. Waiting for the connection; the server goes on.";
    /// Starting failed without an answer.
    run_unknown = "開始の返答がありませんでした。もう一度押してください。二重に実行されることはありません。", "No answer to the start. Press again; nothing is done twice.";
    /// Shows the run again.
    show_run = "内容を見る", "Show";
    /// Opens the runs of the last day.
    recent_runs = "最近の一括処理", "Recent bulk actions";
    /// Amazon is still working.
    under_way_hint = "Amazonで処理中の受注は、結果が出しだい一覧に反映されます。待っているメールは、成功したときだけ送られます。", "Orders Amazon is still working on change by themselves in the list. Their mail goes out only if they succeed.";
    /// Some payments are being confirmed.
    unconfirmed_hint = "確認中の受注は、結果が分かりしだい、残りの手順を自動で続けます。二重に請求されることはありません。", "Orders that are being confirmed go on by themselves as soon as their payment is known. Nothing is charged twice.";
    /// The operator does the rest.
    let_go = "あとで自分で行う", "I will do the rest myself";
    /// Beside a mail's state.
    mail = "メール", "Mail";
}

/// `9/12 10:05から`.
pub fn since(at_ms: i64, language: Language) -> String {
    let at = moment_short(at_ms);
    match language {
        Language::Ja => [&at, "から"].concat(),
        Language::En => ["since ", &at].concat(),
    }
}

/// `失敗した3件だけ再実行`.
pub fn retry_failed(count: usize, language: Language) -> String {
    match language {
        Language::Ja => format!("失敗した{count}件だけ再実行"),
        Language::En => format!("Retry only the {count} that failed"),
    }
}

/// `10件中3件が終わりました`.
pub fn progress(done: usize, all: usize, language: Language) -> String {
    match language {
        Language::Ja => format!("{all}件中{done}件が終わりました"),
        Language::En => format!("{done} of {all} finished"),
    }
}

/// Of a run behind a closed sheet: `一括処理を実行しています(3/10件)`.
pub fn run_under_way(done: usize, all: usize, finished: bool, language: Language) -> String {
    match language {
        Language::Ja if finished => format!("一括処理が終わりました({all}件)"),
        Language::En if finished => format!("The bulk action has finished ({all})"),
        Language::Ja => format!("一括処理を実行しています({done}/{all}件)"),
        Language::En => format!("A bulk action is running ({done}/{all})"),
    }
}

/// A run by its beginning: `9/12 10:05の一括処理`.
pub fn run_of(started_at: i64, language: Language) -> String {
    let at = moment_short(started_at);
    match language {
        Language::Ja => [&at, "の一括処理"].concat(),
        Language::En => ["Bulk action of ", &at].concat(),
    }
}

/// How many orders of a run are that far: `完了 3件`.
pub fn state_count(state: ItemState, orders: usize, language: Language) -> String {
    [item_state(state, language), " ", &super::words::count(orders, language)].concat()
}

/// How far one order of a run is.
pub const fn item_state(state: ItemState, language: Language) -> &'static str {
    match state {
        ItemState::Waiting => language.pick("待機中", "Waiting"),
        ItemState::Done => language.pick("完了", "Done"),
        ItemState::UnderWay => language.pick("Amazonで処理中", "Amazon is working on it"),
        ItemState::Unconfirmed => language.pick("確認中", "Being confirmed"),
        ItemState::Failed => language.pick("失敗", "Failed"),
        ItemState::LeftOut => language.pick("除外", "Left out"),
    }
}

/// What happens to orders: `請求`, `受注ステータスを発送済に変更`.
pub fn effect(effect: BulkEffect, steps: &BulkSteps, language: Language) -> String {
    let words = match effect {
        BulkEffect::Reauthorize => language.pick("再与信", "Authorize anew"),
        BulkEffect::Capture => language.pick("請求(決済済に変更)", "Capture"),
        BulkEffect::Release => language.pick("キャンセル・与信の取消", "Cancel and release"),
        BulkEffect::Refund => language.pick("キャンセル・返金", "Cancel and refund"),
        BulkEffect::Cancel => language.pick("キャンセル", "Cancel"),
        BulkEffect::Status => {
            let status = order_status(steps.status.unwrap_or(OrderStatus::New), language);
            return match language {
                Language::Ja => ["受注ステータスを", status, "に変更"].concat(),
                Language::En => ["Order status: ", status].concat(),
            };
        }
    };
    words.to_owned()
}

/// Under the tick of the mail: which template goes out.
pub fn mail_hint(status: Option<OrderStatus>, language: Language) -> String {
    let Some(status) = status else {
        return language
            .pick(
                "受注ごとに、いまの受注ステータスのメールを送ります(新規受付にはありません)。",
                "Each order gets the mail of its present status (a new one has none).",
            )
            .to_owned();
    };
    let Some(kind) = MailKind::of_status(status) else {
        return language.pick("新規受付のメールはありません。", "A new order has no mail.").to_owned();
    };
    let name = mail_kind(kind, language);
    match language {
        Language::Ja => ["「", name, "」のテンプレートを、成功した受注だけに送ります。"].concat(),
        Language::En => ["The template “", name, "” goes out, only where every step succeeded."].concat(),
    }
}

/// Why some orders get no mail.
pub fn without_mail(no_template: usize, no_address: usize, language: Language) -> Option<String> {
    let (one, other) = (no_template.to_string(), no_address.to_string());
    let text = match (no_template, no_address, language) {
        (0, 0, _) => return None,
        (_, 0, Language::Ja) => ["新規受付のままの", &one, "件には、送るメールがありません。"].concat(),
        (0, _, Language::Ja) => ["メールアドレスのない", &other, "件には送られません。"].concat(),
        (_, _, Language::Ja) => {
            ["新規受付のままの", &one, "件と、メールアドレスのない", &other, "件には送られません。"].concat()
        }
        (_, 0, Language::En) => [&one, " new: no mail."].concat(),
        (0, _, Language::En) => [&other, " without a mail address: no mail."].concat(),
        (_, _, Language::En) => [&one, " new and ", &other, " without a mail address: no mail."].concat(),
    };
    Some(text)
}

/// How far the mail of an order is.
pub const fn mail_state(state: MailState, language: Language) -> &'static str {
    match state {
        MailState::Queued | MailState::Sending => language.pick("送信待ち", "waiting"),
        MailState::Sent => language.pick("送信済み", "sent"),
        MailState::Unconfirmed => language.pick("送信を確認できません", "unconfirmed"),
        MailState::Failed => language.pick("送信できませんでした", "not taken"),
        MailState::Skipped => language.pick("送りませんでした", "not sent"),
    }
}
