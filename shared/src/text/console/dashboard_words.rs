//! Words of the dashboard (R53).

use crate::api::{Language, OnboardingStep, TileKind, Urgency};

sentences! {
    /// The screen, and its place in the navigation.
    heading = "ダッシュボード", "Dashboard";
    /// Nothing of a group waits.
    nothing = "いま対応が必要なものはありません。", "Nothing needs care right now.";
    /// Nothing of a group is there.
    none_here = "いまはありません。", "None right now.";
    /// A shop without any order: title.
    empty_title = "これから届く受注を、ここで見守ります", "This is where orders to come are watched";
    /// A shop without any order: what will appear.
    empty_detail = "受注が入ると、対応が必要な件数と、与信の結果がここに表示されます。", "Once orders come in, what needs care and how authorizations went appear here.";
    /// Before the moment of Amazon's last notification.
    last_notification = "Amazonからの最終通知", "Amazon's last notification";
    /// None ever came.
    no_notification = "まだ届いていません。状態はNorenがAmazonに問い合わせて確かめています。", "None so far. Noren asks Amazon for the states itself.";
    /// 導入の状況: heading.
    onboarding = "導入の状況", "Getting ready";
    /// 導入の状況: all of it is done.
    onboarded = "導入の手順はすべて済んでいます。", "Everything is ready.";
    /// 導入の状況: read out before a step that is done.
    step_done = "済み", "Done";
    /// 導入の状況: read out before a step that is to be done.
    step_to_do = "まだ", "To do";
    /// Chart: heading.
    decisions = "与信の結果(30日間)", "Authorizations, 30 days";
    /// Chart: rate.
    rate = "与信の成功率", "Authorization rate";
    /// Chart: given.
    given = "与信OK", "Authorized";
    /// Chart: refused.
    refused = "与信NG", "Declined";
    /// Chart: nothing yet.
    no_decisions = "この30日間に、Amazonの与信結果はありません。", "Amazon decided nothing in these 30 days.";
    /// Chart: its numbers.
    as_table = "日ごとの件数を表で見る", "The days as a table";
    /// Column.
    day = "日付", "Day";
    /// Reasons: heading.
    reasons = "与信NGの理由(30日間)", "Why Amazon declined, 30 days";
    /// Reasons: none.
    no_reasons = "この30日間に、与信NGはありません。", "Nothing was declined in these 30 days.";
    /// Column.
    reason = "理由", "Reason";
    /// Column.
    count = "件数", "Count";
}

/// Heading of a group of tiles.
pub const fn urgency(urgency: Urgency, language: Language) -> &'static str {
    match urgency {
        Urgency::Now => language.pick("すぐに対応", "Needs care now"),
        Urgency::Soon => language.pick("早めに対応", "Needs care soon"),
        Urgency::UnderWay => language.pick("進行中", "Under way"),
    }
}

/// A step of 導入の状況, and how it is done.
pub const fn step(step: OnboardingStep, language: Language) -> (&'static str, &'static str) {
    use OnboardingStep as S;
    match (step, language) {
        (S::Order, Language::Ja) => ("最初の注文", "お店のページのAmazon Payボタンから、試しに購入します"),
        (S::Order, Language::En) => ("First order", "Buy something by the Amazon Pay button of your page"),
        (S::Notification, Language::Ja) => {
            ("Amazonからの通知", "Seller Centralに通知先を登録すると、届くようになります")
        }
        (S::Notification, Language::En) => {
            ("Amazon's notifications", "They come once their address is registered in Seller Central")
        }
        (S::Capture, Language::Ja) => ("売上請求", "受注を開いて「決済済にする」を試します"),
        (S::Capture, Language::En) => ("A capture", "Open an order and capture it"),
        (S::Refund, Language::Ja) => ("返金", "決済済の受注で、一部返金かキャンセルを試します"),
        (S::Refund, Language::En) => ("A refund", "Give back a part of a captured order, or cancel it"),
        (S::MailServer, Language::Ja) => {
            ("メールの送信サーバー", "設定するまで、お客様にメールは送られません")
        }
        (S::MailServer, Language::En) => ("Mail server", "Until it is set no buyer is mailed"),
        (S::LiveKeys, Language::Ja) => ("本番環境のキー", "いまはテスト環境です。実際の請求は行われません"),
        (S::LiveKeys, Language::En) => {
            ("Keys of the live environment", "This is the sandbox: nobody is really charged")
        }
    }
}

/// What is counted, and what it means for whoever looks.
pub const fn tile(kind: TileKind, language: Language) -> (&'static str, &'static str) {
    use TileKind as K;
    match (kind, language) {
        (K::Uncaptured, Language::Ja) => ("売上請求待ち", "与信が有効で、売上請求ができます"),
        (K::Uncaptured, Language::En) => ("To be captured", "The authorization stands"),
        (K::EndingIn7, Language::Ja) => ("期限まで7日以内", "与信の期限が近づいています"),
        (K::EndingIn7, Language::En) => ("Ends in 7 days", "Capture before the authorization ends"),
        (K::EndingIn3, Language::Ja) => ("期限まで3日以内", "7日以内の件数に含まれます"),
        (K::EndingIn3, Language::En) => ("Ends in 3 days", "Part of the 7 days"),
        (K::EndingIn1, Language::Ja) => ("期限まで1日以内", "まもなく売上請求ができなくなります"),
        (K::EndingIn1, Language::En) => ("Ends in 1 day", "Can soon no longer be captured"),
        (K::CaptureError, Language::Ja) => ("決済エラー", "売上請求ができませんでした"),
        (K::CaptureError, Language::En) => ("Capture errors", "Could not be captured"),
        (K::CancelError, Language::Ja) => ("キャンセルエラー", "お客様への対応が必要です"),
        (K::CancelError, Language::En) => ("Cancel errors", "The buyer needs a remedy"),
        (K::RefundPending, Language::Ja) => ("審査中", "Amazonが返金を審査しています"),
        (K::RefundPending, Language::En) => ("Refund pending", "Amazon is deciding"),
        (K::Unconfirmed, Language::Ja) => ("要照合", "結果をAmazonに確かめています"),
        (K::Unconfirmed, Language::En) => ("Unconfirmed", "Amazon is being asked"),
        (K::Declined, Language::Ja) => ("与信NG", "お客様のお支払いが承認されていません"),
        (K::Declined, Language::En) => ("Declined", "The payment was not approved"),
        (K::AuthorizationPending, Language::Ja) => ("与信保留", "Amazonの結果を待っています"),
        (K::AuthorizationPending, Language::En) => ("Pending", "Waiting for Amazon's decision"),
        (K::Expired, Language::Ja) => ("期限切れ", "再与信かキャンセルが必要です"),
        (K::Expired, Language::En) => ("Expired", "Authorize again or cancel"),
        (K::Disputes, Language::Ja) => ("異議申立て", "期日までに回答が必要です"),
        (K::Disputes, Language::En) => ("Disputes", "To be answered in time"),
        (K::Corrections, Language::Ja) => ("未反映の補正", "ポイントとクーポンの補正です"),
        (K::Corrections, Language::En) => ("Corrections due", "Points and coupons to correct"),
        (K::FailedMails, Language::Ja) => ("送信失敗メール", "お客様に届いていません"),
        (K::FailedMails, Language::En) => ("Failed mails", "Did not reach the buyer"),
        (K::UnconfirmedMails, Language::Ja) => ("送信未確認メール", "届いたかどうか分かりません"),
        (K::UnconfirmedMails, Language::En) => ("Unconfirmed mails", "May or may not have arrived"),
        (K::PaymentNeeded, Language::Ja) => ("定期のお支払い待ち", "お支払いができなかった定期購入です"),
        (K::PaymentNeeded, Language::En) => ("Renewals unpaid", "Subscriptions that could not be paid"),
        (K::FailedRenewals, Language::Ja) => {
            ("更新できなかった定期購入(30日)", "再試行中・見送り・終了を含みます")
        }
        (K::FailedRenewals, Language::En) => ("Failed renewals (30 days)", "Tried again, left out or ended"),
        (K::EndedAtAmazon, Language::Ja) => ("Amazonで契約終了", "まだ確認していない定期購入です"),
        (K::EndedAtAmazon, Language::En) => ("Ended at Amazon", "Agreements nobody has looked at yet"),
    }
}

/// What a decline's code means, that of a checkout too.
pub fn meaning(code: &str, language: Language) -> Option<&'static str> {
    let at_checkout = language.pick(
        "ご注文の途中で、お客様のお支払いが承認されませんでした。",
        "The payment was not approved during the checkout.",
    );
    crate::text::reason(code, language).or((code == "Declined").then_some(at_checkout))
}

/// `98.4%`; of nothing there is no rate.
pub fn percent(part: u32, whole: u32) -> Option<String> {
    let permille = (u64::from(part) * 1_000).checked_div(u64::from(whole))?;
    Some([&(permille / 10).to_string(), ".", &(permille % 10).to_string(), "%"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r53_every_tile_has_its_own_words_and_every_rate_one_digit() {
        for language in [Language::Ja, Language::En] {
            let mut labels = TileKind::ALL.map(|kind| tile(kind, language).0).to_vec();
            labels.sort_unstable();
            labels.dedup();
            assert_eq!(labels.len(), TileKind::ALL.len());
            assert!(TileKind::ALL.iter().all(|kind| !tile(*kind, language).1.is_empty()));
        }
        assert_eq!(percent(0, 0), None);
        assert_eq!(percent(1, 3).as_deref(), Some("33.3%"));
        assert_eq!(percent(5, 5).as_deref(), Some("100.0%"));
        assert_eq!(percent(u32::MAX, u32::MAX).as_deref(), Some("100.0%"));
    }
}
