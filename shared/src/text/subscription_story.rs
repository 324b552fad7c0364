//! What the console's 定期管理 tells of a subscription's story, and the message about its address (R90, R22).

use super::{
    Language, address_not_from_amazon, address_outside_protection, day, my_change_address, my_change_date,
    my_change_quantity, my_resume,
};
use crate::renewal::RenewalEvent;
use crate::subscription::{DropReason, EndReason, SubscriptionAction};
use crate::subscription_event::Did;

/// What the renewal did.
pub fn story_of_renewal(event: &RenewalEvent, language: Language) -> String {
    use RenewalEvent as E;
    let day = |at: jiff::Timestamp| super::mail_date(at.as_millisecond(), language);
    let one = |ja: &str, en: &str| language.pick(ja, en).to_owned();
    match (event, language) {
        (E::Begun { .. }, _) => one("定期購入を開始", "Began with its first order"),
        (E::Ordered { period, .. }, Language::Ja) => format!("第{period}回の受注を作成"),
        (E::Ordered { period, .. }, Language::En) => format!("Order of delivery {period} made"),
        (E::PriceTold { total, from, .. }, Language::Ja) => {
            format!("新しい金額を案内: {}お届け分から毎回{total}", super::day(*from, language))
        }
        (E::PriceTold { total, from, .. }, Language::En) => {
            format!("Told of a new amount: {total} each from {}", super::day(*from, language))
        }
        (E::Declined { again }, Language::Ja) => {
            format!("与信NG。{}に再度請求します", day(*again))
        }
        (E::Declined { again }, Language::En) => format!("Declined; asked for again on {}", day(*again)),
        (E::Retried, _) => one("再度請求", "Charge asked for again"),
        (E::Paid, _) => one("お支払いを確認", "Paid"),
        (E::OrderEnded, _) => one("受注は別の扱いになりました", "The order was settled another way"),
        (E::Deferred { until, used, remaining }, Language::Ja) => {
            format!("月次の上限のため{}以降に延期 (今月のご利用額 {used}、残り {remaining})", day(*until))
        }
        (E::Deferred { until, used, remaining }, Language::En) => {
            format!("Moved to {} or after by the monthly cap (used {used}, left {remaining})", day(*until))
        }
        (E::Dropped { period, reason }, Language::Ja) => {
            format!("第{period}回はお届けなし ({})", left_out(*reason, language))
        }
        (E::Dropped { period, reason }, Language::En) => {
            format!("No delivery {period} ({})", left_out(*reason, language))
        }
        (E::PaymentNeeded, _) => one(
            "お支払い方法の変更待ち。お客様へ案内しました",
            "Waits for another payment method; the buyer was told",
        ),
        (E::AgreementNeeded, _) => one(
            "Amazonで契約が解除されました。再手続きをお客様へ案内しました",
            "The agreement was ended at Amazon; the buyer was asked to agree again",
        ),
        (E::Replaced, _) => one(
            "お客様が再手続きを行い、新しい定期購入に引き継がれました",
            "The buyer agreed again; another subscription goes on",
        ),
        (E::Resumed, _) => one("お支払いの再開を確認", "Amazon charges again"),
        (E::GaveUp, _) => one("お支払いを確認できず、請求を終了", "Could not be paid within the tries"),
        (E::Ended { reason }, Language::Ja) => format!("終了 ({})", ended(*reason, language)),
        (E::Ended { reason }, Language::En) => format!("Ended ({})", ended(*reason, language)),
    }
}

/// What a person did.
pub fn story_of_person(did: &Did, language: Language) -> String {
    let one = |ja: &str, en: &str| language.pick(ja, en).to_owned();
    match (did, language) {
        (Did::Skipped { period, date }, Language::Ja) => {
            format!("第{period}回 ({}お届け分) をスキップ", day(*date, language))
        }
        (Did::Skipped { period, date }, Language::En) => {
            format!("Delivery {period} ({}) skipped", day(*date, language))
        }
        (Did::Moved { from, to }, Language::Ja) => {
            format!("次回お届け日を変更: {} → {}", day(*from, language), day(*to, language))
        }
        (Did::Moved { from, to }, Language::En) => {
            format!("Next delivery moved: {} → {}", day(*from, language), day(*to, language))
        }
        (Did::QuantityChanged { from, to }, Language::Ja) => format!("数量を変更: {from} → {to}"),
        (Did::QuantityChanged { from, to }, Language::En) => format!("Quantity changed: {from} → {to}"),
        (Did::AddressChanged { from }, Language::Ja) => {
            format!("お届け先を変更: {}お届け分から", day(*from, language))
        }
        (Did::AddressChanged { from }, Language::En) => {
            format!("Address changed from the delivery of {}", day(*from, language))
        }
        (Did::Paused, _) => one("休止", "Paused"),
        (Did::Resumed, _) => one("再開", "Resumed"),
        (Did::Canceled, _) => one("解約", "Ended for good"),
        (Did::PermissionClosed, _) => one("Amazonの契約を終了", "The agreement was closed at Amazon"),
        (Did::MailChanged, _) => one(
            "メールアドレスを更新 (お客様がAmazonでサインイン)",
            "Mail address brought up to date when the buyer signed in with Amazon",
        ),
        (Did::Acknowledged, _) => {
            one("Amazonでの契約終了を確認済みにしました", "The end at Amazon was seen to")
        }
    }
}

const fn left_out(reason: DropReason, language: Language) -> &'static str {
    match reason {
        DropReason::DearerThanCap => language.pick("月次の上限より高額", "dearer than the monthly cap"),
        DropReason::OverCap => language.pick("月次の上限に残りなし", "no room in the monthly cap"),
        DropReason::NotPaid => language.pick("お支払いを確認できず", "not paid"),
        DropReason::NotOnSale => language.pick("商品の販売終了", "the product is not sold any more"),
        DropReason::NotActive => language.pick("休止・終了中", "paused or ended"),
        DropReason::Overtaken => {
            language.pick("次の回のお届け日が先に来たため", "the next delivery was due already")
        }
        DropReason::AreaNotServed => language.pick("お届け対象外の地域", "outside the area served"),
    }
}

const fn ended(reason: EndReason, language: Language) -> &'static str {
    match reason {
        EndReason::Shopper => language.pick("お客様による解約", "by the buyer"),
        EndReason::Operator => language.pick("ショップによる解約", "by the shop"),
        EndReason::Amazon => language.pick("Amazonで契約終了", "at Amazon"),
        EndReason::Lapsed => language.pick("Amazonの契約の期限切れ", "the agreement at Amazon ran out"),
        EndReason::Completed => language.pick("全回お届け済み", "all deliveries made"),
        EndReason::NotPaid => language.pick("お支払いを確認できず", "not paid"),
    }
}

/// Subject and body of the message to a buyer who asks for another delivery address: where they change it themselves, and
/// what a change at Amazon does not do.
pub fn address_message(
    (shop, buyer, number): (&str, &str, &str),
    link: &str,
    language: Language,
) -> (String, String) {
    let notes = [address_not_from_amazon(language), address_outside_protection(language)].join("\n");
    // As the button is called there.
    let change = my_change_address(language);
    match language {
        Language::Ja => (
            format!("【{shop}】定期購入のお届け先の変更について(定期購入番号 {number})"),
            format!(
                "{buyer} 様\n\n{shop}の定期購入をご利用いただき、誠にありがとうございます。\nお届け先は、安全のためお客様ご自身で変更していただいております。\
                 次のページにログインし、マイページ > 定期購入リスト から「{change}」をお選びください。\n\n{link}\n\n{notes}\n\n定期購入番号: {number}\n\n{shop}\n"
            ),
        ),
        Language::En => (
            format!("[{shop}] Changing the delivery address of your subscription ({number})"),
            format!(
                "Dear {buyer},\n\nThank you for your subscription at {shop}.\nTo keep it safe, only you can change where it is delivered. \
                 Please sign in on this page and choose \"{change}\" under My page > Subscriptions.\n\n{link}\n\n{notes}\n\nSubscription number: {number}\n\n{shop}\n"
            ),
        ),
    }
}

/// Subject and body of the message to a buyer who asks the shop for what only the buyer can do on my page: more pieces, an
/// earlier date, going on after their own pause (R26).
pub fn buyer_message(
    action: SubscriptionAction,
    (shop, buyer, number): (&str, &str, &str),
    link: &str,
    language: Language,
) -> (String, String) {
    use SubscriptionAction as A;
    // What it is about, why it is theirs to do, and as the button is called there.
    let (about, why, button) = match action {
        A::ChangeQuantity => (
            language.pick("個数の変更", "Changing the quantity"),
            language.pick(
                "個数を増やすとお支払い額が変わるため、お客様ご自身で変更していただいております。",
                "More pieces cost more, so only you can change it.",
            ),
            my_change_quantity(language),
        ),
        A::ChangeDate => (
            language.pick("お届け日の変更", "Changing the date"),
            language.pick(
                "お届けを早めるとお支払いも早くなるため、お客様ご自身で変更していただいております。",
                "An earlier delivery is paid earlier, so only you can change it.",
            ),
            my_change_date(language),
        ),
        A::Resume => (
            language.pick("再開", "Resuming"),
            language.pick(
                "再開するとお届けとお支払いが始まるため、休止されたお客様ご自身で再開していただいております。",
                "Deliveries and payments begin again with it, so only you, who paused it, can resume it.",
            ),
            my_resume(language),
        ),
        A::ChangeAddress | A::Skip | A::Pause | A::Cancel => {
            return address_message((shop, buyer, number), link, language);
        }
    };
    match language {
        Language::Ja => (
            format!("【{shop}】定期購入の{about}について(定期購入番号 {number})"),
            format!(
                "{buyer} 様\n\n{shop}の定期購入をご利用いただき、誠にありがとうございます。\n{why}\
                 次のページにログインし、マイページ > 定期購入リスト から「{button}」をお選びください。\n\n{link}\n\n定期購入番号: {number}\n\n{shop}\n"
            ),
        ),
        Language::En => (
            format!("[{shop}] {about} of your subscription ({number})"),
            format!(
                "Dear {buyer},\n\nThank you for your subscription at {shop}.\n{why} \
                 Please sign in on this page and choose \"{button}\" under My page > Subscriptions.\n\n{link}\n\nSubscription number: {number}\n\n{shop}\n"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Yen;
    use jiff::civil::date;

    #[test]
    fn r90_an_address_change_is_told_with_its_first_delivery() {
        let did = Did::AddressChanged { from: date(2026, 12, 1) };
        assert_eq!(story_of_person(&did, Language::Ja), "お届け先を変更: 2026年12月1日お届け分から");
        let until = "2026-11-30T15:00:00Z".parse().unwrap();
        let remaining = Yen::new(1_200).unwrap();
        let deferred = RenewalEvent::Deferred { until, used: Yen::ZERO, remaining };
        let told = story_of_renewal(&deferred, Language::Ja);
        assert_eq!(told, "月次の上限のため2026年12月1日以降に延期 (今月のご利用額 ¥0、残り ¥1,200)");
    }

    /// R26: what is the buyer's to do is asked for with its reason, the page and the button as it is called there.
    #[test]
    fn r26_the_message_to_the_buyer_names_page_and_button() {
        use SubscriptionAction as A;
        let who = ("店", "花子", "S-9");
        for (action, ja, en) in [
            (A::ChangeQuantity, "「個数を変更」", "\"Change the quantity\""),
            (A::ChangeDate, "「お届け日を変更」", "\"Change the date\""),
            (A::Resume, "「再開」", "\"Resume\""),
            (A::ChangeAddress, "「お届け先を変更」", "\"Change the address\""),
        ] {
            for (language, button) in [(Language::Ja, ja), (Language::En, en)] {
                let (subject, body) = buyer_message(action, who, "https://shop.example/mypage", language);
                assert!(subject.contains("S-9") && !subject.contains('\n'), "{subject}");
                assert!(body.contains(button) && body.contains("https://shop.example/mypage"), "{body}");
                assert!(body.contains("花子") && body.contains("S-9"), "{body}");
            }
        }
    }

    /// R90, R22: the message names the page, and what a change at Amazon does not do.
    #[test]
    fn r90_the_message_leads_to_my_page_and_warns() {
        for (language, words) in [
            (
                Language::Ja,
                ["マイページ > 定期購入リスト", "Amazonのお届け先を変更しても", "支払い保護の対象外"],
            ),
            (
                Language::En,
                ["My page > Subscriptions", "Changing an address at Amazon", "payment protection"],
            ),
        ] {
            let (subject, body) =
                address_message(("店", "花子", "S-9"), "https://shop.example/mypage", language);
            assert!(subject.contains("S-9") && body.contains("https://shop.example/mypage"), "{body}");
            assert!(words.iter().all(|word| body.contains(word)), "{body}");
            assert!(body.contains(my_change_address(language)), "the button as it is called: {body}");
        }
    }
}
