//! R26: a renewal costs another amount only where its buyer was mailed of that in time.

use crate::mail::with_mails;
use crate::my_page::{LIST, lists, signs_in, typed};
use crate::renewal::{
    DAY, MONTHLY, begun, begun_at, demo, happens, id, paid, read, shop_with, story, used, yen,
};
use crate::renewal_mail::{BUYER, CONFIRMED, NOTICE, lines, sent, told};
use backend::service::tend_subscription::tend_due;
use backend::store::{Statement, subscriptions};
use integration_tests::mailbox::Behavior;
use integration_tests::{Answer, TestShop, eventually, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::cycle::Cycle;
use shared::mail::MailKind;
use shared::renewal::RenewalEvent;
use shared::renewal_price::Prices;
use std::time::Duration;

const CHANGED: (&str, &str) = (BUYER, "定期購入のお支払い額が変わります");

/// The shop asks ¥2,600 for the piece from now on, which was agreed at ¥2,450; 送料 stays ¥550.
async fn asks_more(shop: &TestShop) {
    let offer = r#"{"cycles":[{"unit":"month","every":1}],"price":2600}"#;
    let sql = "update product set subscription = $1 where shop_id = 'demo' and product_id = 'coffee'";
    shop.app().store.write(Statement::new(sql, vec![offer.to_owned().into()])).await.unwrap();
}

/// The moment for which the subscription rests, more than a day ahead.
async fn rests(shop: &TestShop) -> i64 {
    let later = shop.app().clock.now_ms() + 86_400_000;
    eventually("it rests", async || read(shop).await.due_at.filter(|due| *due > later)).await
}

async fn goes_to_the_next_look(shop: &mut TestShop) {
    let ahead = rests(shop).await - shop.app().clock.now_ms();
    shop.advances(Duration::from_millis(u64::try_from(ahead).unwrap()));
}

/// Hanako has signed in, and the subscription is hers.
async fn own(shop: &TestShop) -> String {
    let token = signs_in(shop, "hanako").await;
    let sql = "update subscription set buyer_id = (select buyer_id from member limit 1)";
    shop.app().store.write(Statement::new(sql, Vec::new())).await.unwrap();
    token
}

async fn acts(shop: &TestShop, token: &str, what: &str, body: Value) -> Answer {
    let path = format!("{LIST}/{}/{what}", id());
    shop.buyer().sends(Method::POST, &path, Some(token), Some(&body)).await
}

async fn price_told(shop: &TestShop) {
    happens(shop, "told", |event| matches!(event, RenewalEvent::PriceTold { .. })).await;
}

on_both_databases! {
    /// R26: told ten days ahead, once, and charged from the delivery on that the mail named.
    async fn r26_a_changed_amount_is_mailed_ahead_and_charged_then(database) {
        let mut shop = shop_with(database, "{}").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        let permission = begun(&shop, MONTHLY).await;
        asks_more(&shop).await;
        goes_to_the_next_look(&mut shop).await;
        price_told(&shop).await;
        sent(&shop, MailKind::AmountChanged).await;
        let row = read(&shop).await;
        let named = row.schedule.next();
        assert_eq!(row.told.price.map(|told| told.from), named);
        assert!(row.told_price_at.is_some() && row.told_price == Some(yen(2_600)) && row.unit_price == yen(2_450));
        let now = shop.app().clock.now_ms();
        shop.app().store.write(subscriptions::see_to(&demo(), &id(), now)).await.unwrap();
        tend_due(shop.app()).await.unwrap();
        assert_eq!(told(&shop, &mailbox).await, lines(&[CHANGED]));
        let text = mailbox.mails().remove(0).text();
        for line in ["変更前: ¥3,000", "変更後: ¥3,150", "いつでも休止または解約できます"] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        goes_to_the_next_look(&mut shop).await;
        paid(&mut shop, 1).await;
        assert_eq!(used(&shop, &permission).await, 3_150);
        let row = read(&shop).await;
        assert_eq!((row.unit_price, row.told.price, row.told_price, row.told_price_at), (yen(2_600), None, None, None));
        assert_eq!(told(&shop, &mailbox).await, lines(&[CHANGED, CONFIRMED]));
        assert!(mailbox.mails().iter().any(|mail| mail.text().contains("毎回 ¥3,150")));
        shop.ends().await;
    }

    /// R26: asked too late for the next delivery: that one costs what was agreed, the one after it the new amount.
    async fn r26_told_too_late_the_next_delivery_costs_what_was_agreed(database) {
        let mut shop = shop_with(database, "{}").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        let permission = begun(&shop, MONTHLY).await;
        goes_to_the_next_look(&mut shop).await;
        rests(&shop).await;
        asks_more(&shop).await;
        goes_to_the_next_look(&mut shop).await;
        paid(&mut shop, 1).await;
        assert_eq!(used(&shop, &permission).await, 3_000);
        assert_eq!(told(&shop, &mailbox).await, lines(&[CHANGED, CONFIRMED]));
        let names: Vec<_> = story(&shop).await.iter().map(RenewalEvent::name).collect();
        assert_eq!(names, ["price_told", "ordered", "paid"]);
        shop.advances(DAY * 31);
        paid(&mut shop, 2).await;
        assert_eq!(used(&shop, &permission).await, 3_150);
        assert_eq!(told(&shop, &mailbox).await, lines(&[CHANGED, CONFIRMED, CONFIRMED]));
        shop.ends().await;
    }

    /// R26: a notice that no mail server took is none: the agreed amount goes on.
    async fn r26_a_notice_that_was_not_sent_changes_no_amount(database) {
        let mut shop = shop_with(database, "{}").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        let permission = begun(&shop, MONTHLY).await;
        rests(&shop).await;
        asks_more(&shop).await;
        mailbox.behaves(Behavior::RefuseRecipient(550));
        goes_to_the_next_look(&mut shop).await;
        price_told(&shop).await;
        shop.advances(DAY * 13);
        paid(&mut shop, 1).await;
        assert_eq!((used(&shop, &permission).await, mailbox.mails().len()), (3_000, 0));
        assert_eq!(read(&shop).await.unit_price, yen(2_450));
        shop.ends().await;
    }

    /// R26: a notice that no mail server took is told again the next day, with its whole notice, and the shop hears of it;
    /// once it has arrived in time, the delivery costs what it named.
    async fn r26_a_notice_that_came_to_nothing_is_told_again(database) {
        let mut shop = shop_with(database, "{}").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        let permission = begun(&shop, MONTHLY).await;
        rests(&shop).await;
        asks_more(&shop).await;
        mailbox.behaves(Behavior::RefuseRecipient(550));
        goes_to_the_next_look(&mut shop).await;
        price_told(&shop).await;
        let (told_at, named) = (read(&shop).await.told_price_at.unwrap(), read(&shop).await.schedule.next());
        let again = told_at + Prices::again_after(1).as_millis() as i64;
        eventually("it is told again a day later", async || (read(&shop).await.due_at == Some(again)).then_some(())).await;
        mailbox.behaves(Behavior::Accept);
        shop.advances(Duration::from_millis(u64::try_from(again - shop.app().clock.now_ms()).unwrap()));
        sent(&shop, MailKind::AmountChanged).await;
        assert_eq!(told(&shop, &mailbox).await, lines(&[CHANGED, NOTICE]));
        let notice = mailbox.mails().into_iter().find(|mail| mail.text().contains("もう一度お送りします"));
        assert!(notice.is_some(), "the shop hears of it");
        let row = read(&shop).await;
        assert_eq!((row.told.price.map(|told| told.from), row.unit_price), (named, yen(2_450)));
        goes_to_the_next_look(&mut shop).await;
        paid(&mut shop, 1).await;
        assert_eq!(used(&shop, &permission).await, 3_150);
        let names: Vec<_> = story(&shop).await.iter().map(RenewalEvent::name).collect();
        assert_eq!(names, ["price_told", "price_told", "ordered", "paid"]);
        shop.ends().await;
    }

    /// R26: a shop that sends no mails cannot tell, so its subscriptions cost what was agreed.
    async fn r26_without_mails_the_agreed_amount_goes_on(database) {
        let mut shop = shop_with(database, "{}").await;
        let permission = begun(&shop, MONTHLY).await;
        asks_more(&shop).await;
        shop.advances(DAY * 31);
        paid(&mut shop, 1).await;
        assert_eq!(used(&shop, &permission).await, 3_000);
        shop.ends().await;
    }

    /// R20, R26: my page tells what the next delivery will cost, once that was mailed in time.
    async fn r26_my_page_tells_what_the_next_delivery_will_cost(database) {
        let mut shop = shop_with(database, "{}").await;
        let (_mailbox, _) = with_mails(&mut shop).await;
        begun(&shop, MONTHLY).await;
        asks_more(&shop).await;
        goes_to_the_next_look(&mut shop).await;
        sent(&shop, MailKind::AmountChanged).await;
        let token = own(&shop).await;
        let one = lists(&shop, &token).await["subscriptions"][0].clone();
        assert_eq!((&one["unit_price"], &one["total"]), (&json!(2_600), &json!(3_150)));
        assert_eq!(read(&shop).await.unit_price, yen(2_450), "agreed until then");
        shop.ends().await;
    }

    /// R9, R21: the order of a renewal of ¥0 is on its way like any other: listed, and reached by an address change.
    async fn r9_an_order_of_zero_yen_is_coming_and_gets_the_new_address(database) {
        let shop = shop_with(database, "{ lead_days = 7 }").await;
        begun_at(&shop, Cycle::Weeks { every: 1 }, (0, 0)).await;
        happens(&shop, "ordered", |event| matches!(event, RenewalEvent::Ordered { period: 2, .. })).await;
        rests(&shop).await;
        let token = own(&shop).await;
        let one = lists(&shop, &token).await["subscriptions"][0].clone();
        assert_eq!(one["ordered"].as_array().unwrap().len(), 1, "{one}");
        let changed = acts(&shop, &token, "address", json!({ "version": one["version"], "address": typed() })).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        assert!(changed.body["reached"][0]["order_number"].is_string(), "{}", changed.body);
        assert_eq!(shop.count("select count(*) as n from orders where payment_method = 'no_charge' and delivery_address like '%見本1-2%'").await, 1);
        shop.ends().await;
    }

    /// R23: a member who ends the subscription gets that by mail, once.
    async fn r23_an_end_by_the_shopper_is_confirmed_by_mail(database) {
        let mut shop = shop_with(database, "{}").await;
        let (mailbox, _) = with_mails(&mut shop).await;
        begun(&shop, MONTHLY).await;
        rests(&shop).await;
        let token = own(&shop).await;
        let version = read(&shop).await.version;
        for status in [200, 409] {
            assert_eq!(acts(&shop, &token, "cancel", json!({ "version": version })).await.status, status);
        }
        assert_eq!(told(&shop, &mailbox).await, lines(&[(BUYER, "定期購入が終了しました")]));
        let text = mailbox.mails().remove(0).text();
        assert!(text.contains("理由: お客様が解約されました。") && text.contains("ご請求はありません"), "{text}");
        shop.ends().await;
    }
}
