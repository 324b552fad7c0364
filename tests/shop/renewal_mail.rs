//! Mails of renewals: each step is told once, to the buyer and, where the shop should know, to the shop.

use crate::mail::{arrived, quiet, with_mails};
use crate::my_page::{LIST, does, lists, signs_in, subscribes, typed};
use crate::renewal::{
    DAY, MONTHLY, begun, charges, demo, happens, id, names, paid, read, shop_with, story, yen,
};
use crate::subscription_checkout::cart;
use backend::service::date_in_japan;
use backend::service::refresh_mail::refresh_mail;
use backend::service::shops;
use backend::service::tend_subscription::tend_due;
use backend::store::{Statement, monthly_totals, subscriptions};
use futures_util::future::join_all;
use integration_tests::mailbox::{Mailbox, Received};
use integration_tests::{TestShop, eventually, on_both_databases};
use jiff::ToSpan;
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{Language, StartedCheckout};
use shared::cycle::Cycle;
use shared::id::SubscriptionId;
use shared::mail::MailKind;
use shared::monthly_cap::Month;
use shared::renewal::{RenewalEvent, first_of_next_month};
use shared::subscription::{EndReason, Schedule, SubscriptionState};
use shared::text;
use std::time::Duration;

pub(crate) const BUYER: &str = "hanako@example.jp";
/// The sender's own address, where the shop has named no other.
const SHOP: &str = "shop@noren.example";

/// Waits until a mail of that kind was taken by the server. (An operator's session ends long before the month does.)
pub(crate) async fn sent(shop: &TestShop, kind: MailKind) {
    eventually(kind.name(), async || {
        let reader = shop.app().store.reader().await.ok()?;
        let sql = "select mail_id from mail where kind = $1 and mail_state = 'sent'";
        let rows = reader.rows(sql, vec![kind.name().to_owned().into()]).await.ok()?;
        (!rows.is_empty()).then_some(())
    })
    .await;
}

/// Who got what, once nothing waits any more: recipient and subject without the shop and the number.
pub(crate) async fn told(shop: &TestShop, mailbox: &Mailbox) -> Vec<(String, String)> {
    quiet(shop).await;
    let line = |mail: &Received| {
        let subject = mail.header("subject").unwrap();
        let short = subject.split(['】', '(']).nth(1).unwrap_or_default().to_owned();
        (mail.to[0].clone(), short)
    };
    let mut all: Vec<_> = mailbox.mails().iter().map(line).collect();
    all.sort();
    all
}

pub(crate) fn lines(all: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut all: Vec<_> = all.iter().map(|(to, what)| ((*to).to_owned(), (*what).to_owned())).collect();
    all.sort();
    all
}

pub(crate) const CONFIRMED: (&str, &str) = (BUYER, "定期購入のご注文を承りました");
const RESUMED: (&str, &str) = (BUYER, "お支払いを確認できました");
pub(crate) const NOTICE: (&str, &str) = (SHOP, "定期購入のお知らせ");

/// The text of the buyer's mail with these words in its subject; no word of any of theirs is Japanese.
fn english(mailbox: &Mailbox, subject: &str) -> String {
    let mails: Vec<Received> = mailbox.mails().into_iter().filter(|mail| mail.to[0] == BUYER).collect();
    for mail in &mails {
        let words = words(&format!("{}\n\n{}", mail.header("subject").unwrap(), mail.text()));
        assert!(!words.chars().any(is_japanese), "{words}");
    }
    let found = mails.iter().find(|mail| mail.header("subject").unwrap().contains(subject));
    found.unwrap_or_else(|| panic!("a mail about: {subject}")).text()
}

/// Who got the mails with these words in their subject that came after the first `before`, by name.
fn recipients(mailbox: &Mailbox, before: usize, subject: &str) -> Vec<String> {
    let mails = mailbox.mails().split_off(before);
    let about = mails.iter().filter(|mail| mail.header("subject").unwrap().contains(subject));
    let mut told: Vec<_> = about.map(|mail| mail.to[0].clone()).collect();
    told.sort();
    told
}

/// What is left without the names of shop, buyer and products, and without addresses.
fn words(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let (mut kept, mut address) = (Vec::new(), false);
    for paragraph in text.split("\n\n") {
        if !address {
            kept.push(paragraph);
        }
        address = paragraph.ends_with("elivery address");
    }
    let names = ["珈琲 暖簾", "試験 花子", "珈琲定期便", "深煎り珈琲豆 200g"];
    names.iter().fold(kept.join("\n\n"), |text, name| text.replace(*name, ""))
}

fn is_japanese(letter: char) -> bool {
    matches!(letter, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

/// The member does so with their one subscription, as it is by then.
async fn presses(shop: &TestShop, token: &str, what: &str, more: &Value) {
    eventually(what, async || {
        let seen = lists(shop, token).await["subscriptions"][0].clone();
        let path = format!("{LIST}/{}/{what}", seen["id"].as_str()?);
        let mut body = more.clone();
        body["version"] = seen["version"].clone();
        let answer = shop.buyer().sends(Method::POST, &path, Some(token), Some(&body)).await;
        (answer.status == 200).then_some(())
    })
    .await;
}

on_both_databases! {
    /// R26: the order of a renewal is confirmed once, with amount, frequency, period and how to stop.
    async fn r26_a_renewal_is_confirmed_with_its_terms(database) {
        let mut shop = shop_with(database, "{}").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        begun(&shop, MONTHLY).await;
        shop.advances(DAY * 31);
        paid(&mut shop, 1).await;
        assert_eq!(told(&shop, &mailbox).await, lines(&[CONFIRMED]));
        sent(&shop, MailKind::RenewalConfirmation).await;
        let text = arrived(&mailbox, 1).await.remove(0).text();
        for line in ["お届け周期: 1か月ごと", "毎回のお支払い: 毎回 ¥3,000(税込・送料¥550を含む)", "次回お届け予定日: ",
            "解約されるまで自動で継続します。", "マイページ > 定期購入リスト", "お支払い合計(税込): ¥3,000", "定期購入番号: "] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        shop.ends().await;
    }

    /// R25: a soft decline is told with the day of the next try and Amazon's page, and so is its good end, each once.
    async fn r25_a_soft_decline_and_its_good_end_are_told_once(database) {
        let mut shop = shop_with(database, "{}").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        let permission = begun(&shop, MONTHLY).await;
        shop.control.order_outcome("createCharge", "SoftDeclined", 1).await.unwrap();
        shop.advances(DAY * 31);
        sent(&shop, MailKind::RenewalDeclined).await;
        // Looked at again and again, by several at once: nothing is told twice.
        for _ in 0..2 {
            let now = shop.app().clock.now_ms();
            shop.app().store.write(subscriptions::see_to(&demo(), &id(), now)).await.unwrap();
            join_all((0..4).map(|_| tend_due(shop.app()))).await;
        }
        let declined = (BUYER, "お支払いを確認できませんでした");
        assert_eq!(told(&shop, &mailbox).await, lines(&[CONFIRMED, declined]));
        let mail = mailbox.mails().into_iter().find(|mail| mail.text().contains("代金は請求されていません"));
        let text = mail.unwrap().text();
        assert!(text.contains(&format!("/jp/jr/your-account/ba/{permission}")), "{text}");
        assert!(text.contains("お支払い: ¥3,000") && text.contains("に、当店から改めてお支払いの手続きを行います"), "{text}");
        shop.advances(DAY);
        happens(&shop, "retried", |event| *event == RenewalEvent::Retried).await;
        paid(&mut shop, 1).await;
        assert_eq!(told(&shop, &mailbox).await, lines(&[CONFIRMED, declined, RESUMED]));
        shop.ends().await;
    }

    /// R25: after a hard decline the buyer gets Amazon's page and the shop a notice; when it goes on, the buyer hears it.
    async fn r25_a_hard_decline_is_told_with_amazons_page(database) {
        let mut shop = shop_with(database, "{}").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        let permission = begun(&shop, MONTHLY).await;
        shop.control.change_card(permission.as_str(), "3434").await.unwrap();
        shop.advances(DAY * 31);
        sent(&shop, MailKind::PaymentNeeded).await;
        let needed = (BUYER, "お支払い方法の変更をお願いいたします");
        assert_eq!(told(&shop, &mailbox).await, lines(&[CONFIRMED, needed, NOTICE]));
        let mails = mailbox.mails();
        let page = format!("/jp/jr/your-account/ba/{permission}");
        assert_eq!(mails.iter().filter(|mail| mail.text().contains(&page)).count(), 1);
        let notice = mails.iter().find(|mail| mail.to[0] == SHOP).unwrap().text();
        assert!(notice.contains("お支払い方法の変更を待っています") && notice.contains("試験 花子"), "{notice}");
        shop.control.change_card(permission.as_str(), "4444").await.unwrap();
        shop.advances(DAY / 12);
        happens(&shop, "retried", |event| *event == RenewalEvent::Retried).await;
        paid(&mut shop, 1).await;
        assert_eq!(told(&shop, &mailbox).await, lines(&[CONFIRMED, needed, NOTICE, RESUMED]));
        shop.ends().await;
    }

    /// R24: an agreement ended at Amazon is told to both, with the reason.
    async fn r24_an_end_at_amazon_is_told_to_both(database) {
        let mut shop = shop_with(database, "{}").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        let permission = begun(&shop, MONTHLY).await;
        shop.control.set_permission_state(permission.as_str(), "Closed", Some("BuyerClosed")).await.unwrap();
        sent(&shop, MailKind::SubscriptionEnded).await;
        assert_eq!(told(&shop, &mailbox).await, lines(&[(BUYER, "定期購入が終了しました"), NOTICE]));
        for mail in mailbox.mails() {
            assert!(mail.text().contains("理由: Amazonのページで、"), "{}", mail.text());
        }
        shop.ends().await;
    }

    /// R24: an agreement that ran out at Amazon was ended by nobody: both are told so, whatever the shop does where a buyer ends
    /// one, and it stands in the queue of agreements to look at.
    async fn r24_a_lapsed_agreement_is_told_with_its_own_reason(database) {
        let mut shop = shop_with(database, r#"{ at_amazon_end = "ask_again" }"#).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let permission = begun(&shop, MONTHLY).await;
        shop.control.set_permission_state(permission.as_str(), "Closed", Some("Expired")).await.unwrap();
        sent(&shop, MailKind::SubscriptionEnded).await;
        assert_eq!(told(&shop, &mailbox).await, lines(&[(BUYER, "定期購入が終了しました"), NOTICE]));
        for mail in mailbox.mails() {
            let text = mail.text();
            assert!(text.contains("Amazonの契約の有効期限が切れました"), "{text}");
            assert!(!text.contains("設定が解除されました"), "nobody ended it\n{text}");
        }
        assert!(matches!(read(&shop).await.state, SubscriptionState::Ended { reason: EndReason::Lapsed, .. }));
        assert_eq!(names(&shop).await, ["ended"]);
        let path = "/api/shops/demo/subscriptions/subscription-1";
        let seen = operator.sends(Method::GET, path, None).await;
        assert_eq!((&seen.body["to_acknowledge"], &seen.body["row"]["state"]["reason"]), (&json!(true), &json!("lapsed")));
        // Nothing is left to be closed at Amazon.
        assert_eq!(shop.count("select count(*) as n from job where kind = 'close_subscription'").await, 0);
        shop.ends().await;
    }

    /// R24: ended at Amazon while its notification does not come: the renewal finds it out, nothing is ordered or charged,
    /// and both are told.
    async fn r24_an_end_nobody_told_of_is_found_by_the_renewal(database) {
        let mut shop = shop_with(database, "{}").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        let permission = begun(&shop, MONTHLY).await;
        shop.control.set(json!({ "holdNotifications": true })).await.unwrap();
        shop.control.set_permission_state(permission.as_str(), "Closed", Some("BuyerClosed")).await.unwrap();
        assert_eq!(story(&shop).await, []);
        shop.advances(DAY * 31);
        let ended = RenewalEvent::Ended { reason: EndReason::Amazon };
        happens(&shop, "ended", |event| *event == ended).await;
        sent(&shop, MailKind::SubscriptionEnded).await;
        let told = told(&shop, &mailbox).await;
        assert!(told.contains(&lines(&[(BUYER, "定期購入が終了しました")])[0]), "{told:?}");
        assert!(told.contains(&lines(&[NOTICE])[0]), "{told:?}");
        assert_eq!(charges(&shop).await, 0);
        let alive = "select count(*) as n from orders where order_status <> 'canceled' and payment_state not in ('authorization_declined', 'canceled')";
        assert_eq!(shop.count(alive).await, 0, "{:?}", story(&shop).await);
        shop.control.set(json!({ "holdNotifications": false })).await.unwrap();
        shop.ends().await;
    }

    /// R19: a deferral is told to both, once, with used and remaining; what is charged then is confirmed as usual.
    async fn r19_a_deferral_is_told_to_both_with_used_and_remaining(database) {
        let mut shop = shop_with(database, "{ monthly_cap = 5000 }").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        let permission = begun(&shop, Cycle::Months { every: 2 }).await;
        let month = Month::in_japan(shop.app().clock.now() + DAY * 62);
        let heard = monthly_totals::heard(&demo(), &permission, month, yen(5_000), yen(2_001), 0);
        shop.app().store.write(heard).await.unwrap();
        shop.advances(DAY * 62);
        sent(&shop, MailKind::RenewalDeferred).await;
        for _ in 0..2 {
            let now = shop.app().clock.now_ms();
            shop.app().store.write(subscriptions::see_to(&demo(), &id(), now)).await.unwrap();
            join_all((0..4).map(|_| tend_due(shop.app()))).await;
        }
        let deferred = (BUYER, "次回のお届けは翌月以降になります");
        assert_eq!(told(&shop, &mailbox).await, lines(&[deferred, NOTICE]));
        let deferrals = story(&shop).await.iter().filter(|event| event.name() == "deferred").count();
        assert_eq!((deferrals, charges(&shop).await), (1, 0));
        let text = mailbox.mails().into_iter().find(|mail| mail.to[0] == BUYER).unwrap().text();
        for line in ["翌月以降に改めてお試しください", "今月のご利用額: ¥2,001", "今月の残り: ¥2,999", "このお届け分のお支払い: ¥3,000",
            "その後お届けします。お客様のお手続きは必要ありません"] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(!text.contains("次回お届け予定日"), "the day it had would be wrong\n{text}");
        shop.ends().await;
    }

    /// R19: a delivery of the 2nd that waits for the 1st is followed by the next one a day later: both keep their day, and the
    /// mail says so, also where the shop's own words do not.
    async fn r19_a_deferral_tells_what_follows_it_soon(database) {
        let mut shop = shop_with(database, "{ monthly_cap = 5000, lead_days = 0 }").await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let permission = begun(&shop, MONTHLY).await;
        eventually("it rests", async || read(&shop).await.due_at.filter(|due| *due > shop.app().clock.now_ms() + 86_400_000)).await;
        let own = json!({ "subject": "翌月以降のお届け", "body": "{{date}}から {{used}} {{remaining}}" });
        let path = "/api/shops/demo/mail/templates/renewal_deferred/ja";
        assert_eq!(operator.sends(Method::PUT, path, Some(&own)).await.status, 200);
        let first = first_of_next_month(shop.app().clock.now());
        let (month, second) = (Month::in_japan(first), date_in_japan(first) + 1.days());
        let heard = monthly_totals::heard(&demo(), &permission, month, yen(5_000), yen(2_001), 0);
        shop.app().store.write(heard).await.unwrap();
        let mut row = read(&shop).await;
        row.schedule = Schedule { step: 0, ..Schedule::begun(MONTHLY, second, None) };
        row.due_at = Some((first + DAY).as_millisecond());
        shop.app().store.write(subscriptions::save(&row, 0)).await.unwrap();
        let ahead = (first + DAY).as_millisecond() - shop.app().clock.now_ms();
        shop.advances(Duration::from_millis(u64::try_from(ahead).unwrap()));
        sent(&shop, MailKind::RenewalDeferred).await;
        quiet(&shop).await;
        let text = mailbox.mails().into_iter().find(|mail| mail.to[0] == BUYER).unwrap().text();
        let day = text::day(month.next().first() + 1.days(), Language::Ja);
        let follows = format!("その次の回は、これまでの予定どおり{day}にお届けします。");
        assert!(text.contains(&follows) && text.contains("次回をお休みにするか、お届け日を変更してください"), "{text}");
        assert_eq!(charges(&shop).await, 0);
        shop.ends().await;
    }

    /// R19: what is left out is told to both with its own reason, never "next month".
    async fn r19_a_delivery_left_out_is_told_with_its_reason(database) {
        let mut shop = shop_with(database, "{ monthly_cap = 2999 }").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        begun(&shop, MONTHLY).await;
        shop.advances(DAY * 31);
        sent(&shop, MailKind::DeliveryDropped).await;
        assert_eq!(told(&shop, &mailbox).await, lines(&[(BUYER, "今回のお届けは見送りとなりました"), NOTICE]));
        for mail in mailbox.mails() {
            let text = mail.text();
            assert!(text.contains("上限額を超えています") && !text.contains("翌月"), "{text}");
        }
        shop.ends().await;
    }

    /// R25: not paid within the tries: left out, told once; after three such periods the end is told instead.
    async fn r25_what_could_not_be_paid_is_told_and_at_last_the_end(database) {
        let mut shop = shop_with(database, "{ retry_days = [] }").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        begun(&shop, MONTHLY).await;
        shop.control.order_outcome("createCharge", "SoftDeclined", 3).await.unwrap();
        for round in 1..=3 {
            shop.advances(DAY * 31);
            eventually("given up", async || {
                let given_up = story(&shop).await.iter().filter(|event| **event == RenewalEvent::GaveUp).count();
                (given_up == round).then_some(())
            }).await;
        }
        sent(&shop, MailKind::SubscriptionEnded).await;
        let left_out = (BUYER, "今回のお届けは見送りとなりました");
        let ended = (BUYER, "定期購入が終了しました");
        let all = [CONFIRMED, CONFIRMED, CONFIRMED, left_out, left_out, ended, NOTICE, NOTICE, NOTICE];
        assert_eq!(told(&shop, &mailbox).await, lines(&all));
        assert_eq!(read(&shop).await.state.name(), "ended");
        shop.ends().await;
    }

    /// R21, R22, R90: an address change is confirmed once to the mail address known before it, with R22's sentences, also
    /// where the shop's own words leave them out; the shop sees it in the subscription's timeline, without the address.
    async fn r21_an_address_change_is_confirmed_by_mail(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        subscribes(&shop).await;
        let token = signs_in(&shop, "hanako").await;
        let own = json!({ "subject": "お届け先の変更", "body": "{{date}}から {{delivery_address}}" });
        let path = "/api/shops/demo/mail/templates/address_changed/ja";
        assert_eq!(operator.sends(Method::PUT, path, Some(&own)).await.status, 200);
        quiet(&shop).await;
        let before = mailbox.mails().len();
        for (version, status) in [(1, 200), (1, 409)] {
            let body = json!({ "version": version, "address": typed() });
            assert_eq!(does(&shop, &token, "address", body).await.status, status, "the other tab changes nothing");
        }
        sent(&shop, MailKind::AddressChanged).await;
        quiet(&shop).await;
        let mails = mailbox.mails().split_off(before);
        assert_eq!(mails.len(), 1);
        assert_eq!((mails[0].to[0].as_str(), mails[0].header("subject").as_deref()), (BUYER, Some("お届け先の変更")));
        let text = mails[0].text();
        for line in ["大阪府大阪市北区見本1-2", "Amazonのお届け先を変更しても", "支払い保護の対象外"] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        let told = "select count(*) as n from subscription_event where event = 'address_changed' and actor = 'shopper'";
        assert_eq!(shop.count(told).await, 1);
        let address = "select count(*) as n from subscription_event where detail like '%見本%'";
        assert_eq!(shop.count(address).await, 0);
        shop.ends().await;
    }

    /// R22: a subscription's mail address follows what Amazon tells at its buyer's own sign-in, with an entry that names none;
    /// the address known before is mailed that at once, and for thirty days it hears of an address change and of a cancel,
    /// too. Another buyer's sign-in, and one that has ended, change nothing.
    async fn r22_the_mail_address_follows_the_buyers_own_sign_in(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, _) = with_mails(&mut shop).await;
        subscribes(&shop).await;
        let shop_id = demo();
        let one: SubscriptionId = "S-1".parse().unwrap();
        let stands = async |shop: &TestShop| {
            let reader = shop.app().store.reader().await.unwrap();
            subscriptions::find(&reader, &shop_id, &one).await.unwrap().unwrap()
        };
        // As it was when the subscription began.
        let mut row = stands(&shop).await;
        row.buyer_mail = Some("before@example.jp".to_owned());
        shop.app().store.write(subscriptions::save(&row, 0)).await.unwrap();
        let changes = "select count(*) as n from subscription_event where event = 'mail_changed' and actor = 'shopper'";
        signs_in(&shop, "taro").await;
        assert_eq!(stands(&shop).await.buyer_mail.as_deref(), Some("before@example.jp"), "somebody else");
        let token = signs_in(&shop, "hanako").await;
        let row = stands(&shop).await;
        assert_eq!((row.buyer_mail.as_deref(), shop.count(changes).await), (Some(BUYER), 1));
        signs_in(&shop, "hanako").await;
        assert_eq!((stands(&shop).await.version, shop.count(changes).await), (row.version, 1), "the same address again");
        quiet(&shop).await;
        let taken = "ご連絡先が変更されました";
        assert_eq!(recipients(&mailbox, 0, taken), ["before@example.jp"], "the takeover itself is told");
        let all = mailbox.mails();
        let told = all.iter().find(|mail| mail.header("subject").unwrap().contains(taken)).unwrap().text();
        assert!(told.contains("サインイン") && told.contains("お心当たりのない場合") && !told.contains('@'), "{told}");
        assert_eq!(shop.count("select count(*) as n from subscription_event where detail like '%@%'").await, 0);

        let changed = async |shop: &TestShop, token: &str| {
            quiet(shop).await;
            let before = mailbox.mails().len();
            // A delivery may be tended between the two.
            let answer = eventually("it is seen as it stands", async || {
                let body = json!({ "version": stands(shop).await.version, "address": typed() });
                Some(does(shop, token, "address", body).await).filter(|answer| answer.status != 409)
            })
            .await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            quiet(shop).await;
            recipients(&mailbox, before, "お届け先が変更されました")
        };
        assert_eq!(changed(&shop, &token).await, ["before@example.jp", BUYER]);
        shop.advances(DAY * 30 + DAY);
        let token = signs_in(&shop, "hanako").await;
        assert_eq!(changed(&shop, &token).await, [BUYER]);

        // No mail goes to such an address: the one that was known stays.
        let open = shops::open(shop.app(), &shop_id).await.unwrap();
        let row = stands(&shop).await;
        refresh_mail(shop.app(), &open, &row.buyer_id, "hanako.@docomo.ne.jp").await.unwrap();
        assert_eq!(stands(&shop).await.buyer_mail, row.buyer_mail);

        // Ended, it stays as it is; who ends it while another address was known lately tells both.
        let mut row = stands(&shop).await;
        row.buyer_mail = Some("lately@example.jp".to_owned());
        shop.app().store.write(subscriptions::save(&row, 0)).await.unwrap();
        let token = signs_in(&shop, "hanako").await;
        quiet(&shop).await;
        let before = mailbox.mails().len();
        let ended = eventually("it is seen as it stands", async || {
            let body = json!({ "version": stands(&shop).await.version });
            Some(does(&shop, &token, "cancel", body).await).filter(|answer| answer.status != 409)
        })
        .await;
        assert_eq!(ended.status, 200, "{}", ended.body);
        quiet(&shop).await;
        assert_eq!(recipients(&mailbox, before, "定期購入が終了しました"), [BUYER, "lately@example.jp"]);
        eventually("the close is written", async || {
            (stands(&shop).await.permission_state == shared::charge::ChargePermissionState::Closed).then_some(())
        })
        .await;
        let mut row = stands(&shop).await;
        row.buyer_mail = Some("ended@example.jp".to_owned());
        shop.app().store.write(subscriptions::save(&row, 0)).await.unwrap();
        signs_in(&shop, "hanako").await;
        assert_eq!(stands(&shop).await.buyer_mail.as_deref(), Some("ended@example.jp"));
        quiet(&shop).await;
        assert_eq!(recipients(&mailbox, 0, taken), ["before@example.jp", "lately@example.jp"]);
        shop.ends().await;
    }

    /// R26: who reads English is mailed in English: the beginning and what waits for the next month with
    /// amount, frequency and how to stop; a changed address, a decline and the end with what is charged.
    async fn r26_who_reads_english_is_mailed_in_english(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, _) = with_mails(&mut shop).await;
        let buyer = shop.buyer();
        let body = json!({ "cart": cart("coffee-club", 2, "month", 1), "pages": "shop", "language": "en" });
        let started = buyer.sends(Method::POST, "/api/shops/demo/checkouts", None, Some(&body)).await;
        let started: StartedCheckout = started.read();
        let purchase = buyer.chooses(started).await;
        buyer.pays(&purchase).await;
        buyer.completes(&purchase).await;
        sent(&shop, MailKind::OrderConfirmation).await;
        let text = english(&mailbox, "Thank you for your order");
        for line in ["¥2,510", "every month", "¥3,214 each (incl. tax and ¥550 shipping)",
            "It goes on until you end it. You can end it at any time on My page > Subscriptions."] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        shop.advances(Duration::from_secs(31));
        eventually("Amazon has decided", async || {
            let authorized = "select count(*) as n from orders where payment_state = 'authorized'";
            (shop.count(authorized).await == 1).then_some(())
        }).await;
        let token = signs_in(&shop, "hanako").await;
        presses(&shop, &token, "address", &json!({ "address": typed() })).await;
        sent(&shop, MailKind::AddressChanged).await;
        let text = english(&mailbox, "The address of your subscription has been changed");
        assert!(text.contains("大阪市北区見本1-2") && text.contains("please reply to this mail at once"), "{text}");
        presses(&shop, &token, "cancel", &json!({})).await;
        sent(&shop, MailKind::SubscriptionEnded).await;
        let text = english(&mailbox, "Your subscription has ended");
        assert!(text.contains("no new deliveries and no new charges") && text.contains("Reason: You ended it."), "{text}");
        shop.ends().await;

        let mut shop = shop_with(database, "{ monthly_cap = 5000 }").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        let permission = begun(&shop, Cycle::Months { every: 2 }).await;
        let reads_english = Statement::new("update subscription set language = 'en'", Vec::new());
        shop.app().store.write(reads_english).await.unwrap();
        let month = Month::in_japan(shop.app().clock.now() + DAY * 62);
        let heard = monthly_totals::heard(&demo(), &permission, month, yen(5_000), yen(2_001), 0);
        shop.app().store.write(heard).await.unwrap();
        shop.advances(DAY * 62);
        sent(&shop, MailKind::RenewalDeferred).await;
        let text = english(&mailbox, "Your next delivery waits for next month");
        for line in ["Used this month: ¥2,001", "Left this month: ¥2,999", "This delivery costs: ¥3,000", "every 2 months",
            "¥3,000 each (incl. tax and ¥550 shipping)", "You can end it at any time on My page > Subscriptions."] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        let first = first_of_next_month(shop.app().clock.now()).as_millisecond();
        let rests = async || (read(&shop).await.due_at == Some(first)).then_some(());
        eventually("it rests until the 1st", rests).await;
        shop.control.order_outcome("createCharge", "SoftDeclined", 1).await.unwrap();
        shop.advances(Duration::from_millis(u64::try_from(first - shop.app().clock.now_ms()).unwrap()));
        sent(&shop, MailKind::RenewalDeclined).await;
        let text = english(&mailbox, "A payment was not confirmed");
        let page = format!("/your-account/ba/{permission}");
        for line in ["Amount: ¥3,000", "Nothing has been charged.", "We will try again on ", page.as_str()] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        sent(&shop, MailKind::RenewalConfirmation).await;
        let text = english(&mailbox, "Your subscription: order ");
        assert!(text.contains("¥3,000 each (incl. tax and ¥550 shipping)") && text.contains("every 2 months"), "{text}");
        shop.ends().await;
    }
}
