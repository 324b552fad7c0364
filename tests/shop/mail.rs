//! Mails: each cause makes one, a real mail server takes it, and what it took is read back.

use crate::by_hand::{self, eventually_later};
use crate::desk;
use backend::service::compose_mail;
use backend::service::shops;
use backend::store::orders::{self, Order};
use backend::store::{Statement, retry_stale};
use integration_tests::mailbox::{Behavior, Mailbox, Received};
use integration_tests::{Database, Operator, TestShop, eventually, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{
    Code, MailPreview, MailSettingsView, MailState, MailTemplatesView, OrderRow, OutboxMail, OutboxPage,
    OutboxRow, TestMailView,
};
use shared::bulk_standing::AskedStep;
use shared::id::{OrderId, ShopId};
use shared::mail::MailKind;
use shared::order::OrderStatus;
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use std::time::Duration;

const MAIL: &str = "/api/shops/demo/mail";

fn settings(mailbox: &Mailbox, version: i64) -> Value {
    json!({
        "version": version,
        "smtp": {
            "host": "127.0.0.1", "port": mailbox.address.port(), "tls": "none", "user": null,
            "from_name": "珈琲 暖簾", "from_address": "shop@noren.example",
        },
        "registration_number": "T1234567890123",
    })
}

/// A mail server, and an operator who has entered it.
pub async fn with_mails(shop: &mut TestShop) -> (Mailbox, Operator) {
    let mailbox = Mailbox::start(([127, 0, 0, 1], 0).into()).await.unwrap();
    let operator = shop.operator().await;
    let put = operator.sends(Method::PUT, &format!("{MAIL}/settings"), Some(&settings(&mailbox, 1))).await;
    assert_eq!(put.status, 200, "{}", put.body);
    (mailbox, operator)
}

async fn outbox(operator: &Operator) -> Vec<OutboxRow> {
    let page: OutboxPage = operator.sends(Method::GET, &format!("{MAIL}/outbox"), None).await.read();
    page.mails
}

/// The newest mail of that kind, once it is in that state.
pub async fn mail_is(operator: &Operator, kind: MailKind, state: MailState) -> OutboxRow {
    eventually(&format!("{} is {}", kind.name(), state.name()), async || {
        outbox(operator).await.into_iter().find(|mail| mail.kind == kind && mail.state == state)
    })
    .await
}

/// What arrived, once there are that many.
pub async fn arrived(mailbox: &Mailbox, count: usize) -> Vec<Received> {
    eventually("mails arrive", async || Some(mailbox.mails()).filter(|mails| mails.len() >= count)).await
}

/// Nothing more is to be sent.
pub async fn quiet(shop: &TestShop) {
    eventually("no mail waits", async || {
        let waiting = "select count(*) as n from job where kind = 'send_mail' and job_state = 'open'";
        (shop.count(waiting).await == 0).then_some(())
    })
    .await;
}

on_both_databases! {
    /// R71: the order confirmation arrives, text first and HTML second, with invoice data, and counts as sent.
    async fn r71_the_order_confirmation_reaches_the_buyer(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let result = shop.buyer().buys("coffee", 2).await;
        assert!(result.shop_mails, "the page may promise the mail");
        let number = result.order_number.unwrap().to_string();

        let mail = arrived(&mailbox, 1).await.remove(0);
        assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("shop@noren.example", &["hanako@example.jp".to_owned()][..]));
        let subject = format!("【珈琲 暖簾】ご注文ありがとうございます(注文番号 {number})");
        assert_eq!(mail.header("subject"), Some(subject));
        assert_eq!(mail.header("from").as_deref(), Some("珈琲 暖簾 <shop@noren.example>"));
        assert_eq!(mail.part_types(), ["text/plain", "text/html"]);
        let text = mail.text();
        for line in ["試験 花子 様", "¥1,480 × 2 = ¥2,960", "お支払い合計(税込): ¥3,510", "登録番号: T1234567890123",
            "8%対象: ¥2,960(内消費税 ¥219)", "10%対象: ¥550(内消費税 ¥50)", "〒100-0001"] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        let html = mail.html();
        assert!(html.contains("max-width:600px") && html.contains("¥3,510") && html.contains("T1234567890123"));
        let row = mail_is(&operator, MailKind::OrderConfirmation, MailState::Sent).await;
        assert_eq!((row.attempts, row.order_number.as_str()), (1, number.as_str()));
        assert!(row.sent_at.is_some());
        let shown: OutboxMail =
            operator.sends(Method::GET, &format!("{MAIL}/outbox/{}", row.id), None).await.read();
        assert_eq!(mail.header("message-id"), Some(shown.message_id));
        assert_eq!(shown.text.map(|text| text.trim_end().to_owned()), Some(text.trim_end().to_owned()));
        assert_eq!(mailbox.mails().len(), 1);
        shop.ends().await;
    }

    /// Without a mail server no mail exists, and the purchase does not mind.
    async fn a_shop_without_a_mail_server_writes_no_mails(database) {
        let shop = TestShop::on(database).await;
        let result = shop.buyer().buys("coffee", 1).await;
        assert!(result.order_number.is_some());
        assert!(!result.shop_mails, "the page promises no mail");
        assert_eq!(shop.count("select count(*) as n from mail").await, 0);
        shop.ends().await;
    }

    /// R71: a lost answer is unconfirmed, stays so, and only an operator sends it again, under the same Message-ID.
    async fn a_lost_answer_is_unconfirmed_and_resent_only_by_an_operator(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        mailbox.behaves(Behavior::HangUpAfterText);
        shop.buyer().buys("coffee", 1).await;
        let row = mail_is(&operator, MailKind::OrderConfirmation, MailState::Unconfirmed).await;
        mailbox.behaves(Behavior::Accept);
        quiet(&shop).await;
        shop.advances(Duration::from_secs(3600));
        quiet(&shop).await;
        assert_eq!(mailbox.mails().len(), 1, "nothing is sent again by itself");

        let resend = format!("{MAIL}/outbox/{}/resend", row.id);
        assert_eq!(operator.sends(Method::POST, &resend, None).await.status, 200);
        mail_is(&operator, MailKind::OrderConfirmation, MailState::Sent).await;
        let mails = arrived(&mailbox, 2).await;
        assert_eq!(mails[0].header("message-id"), mails[1].header("message-id"));
        assert_eq!(mails[0].text(), mails[1].text());
        let again = operator.sends(Method::POST, &resend, None).await;
        assert_eq!(again.code(), Some(Code::MailNotResendable), "a sent mail is not sent again");
        shop.ends().await;
    }

    /// A mail whose sender died while handing it over is unconfirmed, too.
    async fn a_mail_left_in_the_middle_of_sending_is_unconfirmed(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        mailbox.behaves(Behavior::RefuseRecipient(451));
        shop.buyer().buys("coffee", 1).await;
        eventually("refused once", async || outbox(&operator).await.into_iter().find(|mail| mail.attempts == 1)).await;
        let died = Statement::new("update mail set mail_state = 'sending', version = version + 1", Vec::new());
        shop.app().store.write(died).await.unwrap();
        mailbox.behaves(Behavior::Accept);
        shop.advances(Duration::from_secs(16));
        mail_is(&operator, MailKind::OrderConfirmation, MailState::Unconfirmed).await;
        assert_eq!(mailbox.mails().len(), 0);
        shop.ends().await;
    }

    /// 4xx and a hang-up before the text are tried again later; 5xx is for good, until an operator has another try.
    async fn definite_refusals_are_tried_again_or_fail(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        mailbox.behaves(Behavior::RefuseRecipient(451));
        shop.buyer().buys("coffee", 1).await;
        let waiting = eventually("refused once", async || {
            outbox(&operator).await.into_iter().find(|mail| mail.attempts == 1 && mail.state == MailState::Queued)
        }).await;
        assert_eq!(waiting.answer_code, Some(451));
        mailbox.behaves(Behavior::HangUpBeforeText);
        shop.advances(Duration::from_secs(16));
        eventually("refused twice", async || {
            outbox(&operator).await.into_iter().find(|mail| mail.attempts == 2 && mail.state == MailState::Queued)
        }).await;
        mailbox.behaves(Behavior::Accept);
        shop.advances(Duration::from_secs(31));
        let sent = mail_is(&operator, MailKind::OrderConfirmation, MailState::Sent).await;
        assert_eq!((sent.attempts, mailbox.mails().len()), (3, 1));

        mailbox.behaves(Behavior::RefuseText(554));
        shop.buyer().buys("cup", 1).await;
        let failed = mail_is(&operator, MailKind::OrderConfirmation, MailState::Failed).await;
        assert_eq!((failed.answer_code, failed.attempts), (Some(554), 1));
        let page: OutboxPage = operator.sends(Method::GET, &format!("{MAIL}/outbox?state=failed"), None).await.read();
        assert_eq!(page.mails.iter().map(|mail| mail.id.as_str()).collect::<Vec<_>>(), [failed.id.as_str()]);
        mailbox.behaves(Behavior::Accept);
        operator.sends(Method::POST, &format!("{MAIL}/outbox/{}/resend", failed.id), None).await;
        arrived(&mailbox, 2).await;
        quiet(&shop).await;
        assert!(outbox(&operator).await.iter().all(|mail| mail.state == MailState::Sent));
        shop.ends().await;
    }

    /// R89: 与信保留 says so in the confirmation; a late 与信NG mails a link to pay again, a good end says that, too.
    async fn r89_the_end_of_a_pending_authorization_is_mailed(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        for (round, (card, kind)) in [("4354", MailKind::PayAgain), ("0701", MailKind::AuthorizationResult)].into_iter().enumerate() {
            let number = shop.buyer().with_card(card).buys("coffee", 1).await.order_number.unwrap().to_string();
            let confirmation = arrived(&mailbox, 2 * round + 1).await.remove(2 * round);
            assert!(confirmation.text().contains("お支払いを確認しています"), "{}", confirmation.text());
            shop.advances(Duration::from_secs(31));
            mail_is(&operator, kind, MailState::Sent).await;
            let mail = arrived(&mailbox, 2 * round + 2).await.remove(2 * round + 1);
            assert!(mail.header("subject").unwrap().contains(&number));
            let start = format!("{}/pay/demo/start?cart=", shop.public_url());
            let text = mail.text();
            let link = text.lines().find_map(|line| line.strip_prefix(&start));
            assert_eq!(link.is_some(), kind == MailKind::PayAgain, "{text}");
            if let Some(cart) = link {
                assert!(mail.html().contains(&format!("href=\"{start}{cart}\"")));
                // The link opens the same lines.
                let quote = json!({ "cart": { "signed": cart } });
                let quote = shop.buyer().sends(Method::POST, "/api/shops/demo/quotes", None, Some(&quote)).await;
                assert_eq!((quote.status, &quote.body["totals"]["total"]), (200, &json!(2030)), "{}", quote.body);
            }
        }
        quiet(&shop).await;
        assert_eq!(mailbox.mails().len(), 4);
        shop.ends().await;
    }

    /// R89: the cart of a late 与信NG is not the catalogue's: the mail leads to the shop's own cart; where the shop has named
    /// no page, it promises none, asks the buyer to reply, and the order says so.
    async fn r89_a_declined_cart_of_the_shops_own_is_never_told_of_a_page_that_is_not_there(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        for (round, page) in [true, false].into_iter().enumerate() {
            if !page {
                let sql = match database {
                    Database::Sqlite => "update shop set settings = json_remove(settings, '$.back_url'), version = version + 1",
                    Database::Postgres => "update shop set settings = (settings::jsonb - 'back_url')::text, version = version + 1",
                };
                by_hand::changes(&shop, sql, Vec::new()).await;
                shop.app().shops.forget(&ShopId::new("demo").unwrap());
            }
            let buyer = shop.buyer().with_card("4354");
            let cart = by_hand::claims(&shop, &format!("own-{round}"));
            let purchase = by_hand::goes_to_review(&buyer, &cart).await;
            buyer.pays(&purchase).await;
            let number = buyer.completes(&purchase).await.order_number.unwrap().to_string();
            arrived(&mailbox, 2 * round + 1).await;
            shop.advances(Duration::from_secs(31));
            let mails = arrived(&mailbox, 2 * round + 2).await;
            let mail = mails.iter().find(|mail| mail.text().contains("お支払いをAmazon Payで確認できません") && mail.text().contains(&number));
            let text = mail.expect("the mail about 与信NG").text();
            assert_eq!(text.contains("次のページから"), page, "{text}");
            assert_eq!(text.lines().any(|line| line == format!("{}/cart", integration_tests::SHOP_ORIGIN)), page, "{text}");
            assert_eq!(text.contains("このメールへの返信で当店まで"), !page, "{text}");
            let row = operator.sees(&number, "与信NG", |row| row.icon == Some(StatusIcon::AuthorizationDeclined)).await;
            let timeline = operator.detail(row.id.as_str()).await.timeline;
            assert_eq!(timeline.iter().any(|entry| entry.text_ja.contains("案内できるページがない")), !page);
        }
        shop.ends().await;
    }

    /// R38: an operator's payment link is mailed to the buyer of the order.
    async fn r38_a_payment_link_is_mailed(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let number = shop.buyer().with_card("4354").buys("coffee", 1).await.order_number.unwrap().to_string();
        shop.advances(Duration::from_secs(31));
        let row = operator.sees(&number, "与信NG", |row| row.icon == Some(StatusIcon::AuthorizationDeclined)).await;
        mail_is(&operator, MailKind::PayAgain, MailState::Sent).await;
        let path = format!("/api/shops/demo/orders/{}/payment-link", row.id);
        let made = operator.sends(Method::POST, &path, Some(&json!({ "version": row.version }))).await;
        assert_eq!(made.status, 200, "{}", made.body);
        mail_is(&operator, MailKind::PaymentLink, MailState::Sent).await;
        let mail = arrived(&mailbox, 3).await.remove(2);
        assert_eq!(mail.header("subject"), Some(format!("【珈琲 暖簾】お支払いのお願い(注文番号 {number})")));
        assert!(mail.text().contains(made.body["url"].as_str().unwrap()), "{}", mail.text());
        shop.ends().await;
    }

    /// R54: a shopper who paid and closed the browser is mailed that the order stands.
    async fn r54_a_shopper_who_never_came_back_is_mailed(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let paid = shop.buyer().goes_to_review("coffee", 1).await;
        shop.buyer().pays(&paid).await;
        shop.advances(Duration::from_secs(16 * 60));
        mail_is(&operator, MailKind::LateConfirmation, MailState::Sent).await;
        let mail = arrived(&mailbox, 1).await.remove(0);
        assert!(mail.text().contains("もう一度ご注文いただく必要はありません"), "{}", mail.text());
        quiet(&shop).await;
        assert_eq!(mailbox.mails().len(), 1, "nobody is told twice");
        shop.ends().await;
    }

    /// R33: 受注対応メールを送信する: the mail of the new status goes out where it was ticked, and only there; a refused
    /// status tells nobody.
    async fn r33_a_new_status_is_mailed_where_it_was_ticked(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let row = desk::captured(&shop, &operator, "coffee", 1).await;
        let other = desk::captured(&shop, &operator, "cup", 1).await;
        arrived(&mailbox, 2).await;
        let ship = |row: &OrderRow, send: bool| json!({ "version": row.version, "status": "shipped", "send_mail": send });
        desk::done(&operator, other.id.as_str(), "status", &ship(&other, false)).await;
        desk::done(&operator, row.id.as_str(), "status", &ship(&row, true)).await;
        let code = desk::refused(&operator, row.id.as_str(), "status", &ship(&row, true)).await;
        assert_eq!(code, Code::OrderShipped, "pressed twice");
        mail_is(&operator, MailKind::OrderShipped, MailState::Sent).await;
        quiet(&shop).await;
        let mails = mailbox.mails();
        assert_eq!(mails.len(), 3, "two confirmations and the one that was ticked");
        assert_eq!(mails[2].header("subject"), Some(format!("【珈琲 暖簾】商品を発送しました(注文番号 {})", row.number)));
        assert!(mails[2].text().contains(row.number.as_str()), "{}", mails[2].text());
        shop.ends().await;
    }

    /// R33: the mail of a new 受注ステータス waits while the capture is under way, follows it when it ends well, and is
    /// not sent for an order whose step did not succeed.
    async fn r33_an_order_mail_waits_until_the_order_is_captured(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let number = shop.buyer().buys("coffee", 1).await.order_number.unwrap().to_string();
        let row = operator.sees(&number, "与信OK", |row| row.icon == Some(StatusIcon::Authorized)).await;
        arrived(&mailbox, 1).await;
        // Older than seven days a capture takes its time.
        shop.advances(Duration::from_secs(8 * 24 * 3600));
        let operator = operator.signs_in_again().await;
        let row = operator.sees(&number, "the present version", |now| now.version >= row.version).await;
        operator.captures("run-1", &[&row]).await;
        operator.sees(&number, "決済処理中", |row| row.icon == Some(StatusIcon::CapturePending)).await;
        enqueue_shipped(&shop, &row.id).await;
        shop.app().work.notify_one();
        eventually("the mail was looked at and waits", async || {
            let waits = "select count(*) as n from job where kind = 'send_mail' and job_state = 'open' and lease_holder is null and lease_number > 0";
            (shop.count(waits).await == 1).then_some(())
        }).await;
        assert_eq!(mailbox.mails().len(), 1);
        shop.advances(Duration::from_secs(60));
        operator.sees(&number, "決済済", |row| row.payment_status == PaymentStatus::Captured).await;
        // A mail that has waited is looked at again after a quarter of that; the look that was under way when the clock
        // moved on counts from there.
        eventually_later(&mut shop, "the mail is sent", Duration::from_secs(5), async |_| {
            let sent = |mail: &OutboxRow| mail.kind == MailKind::OrderShipped && mail.state == MailState::Sent;
            outbox(&operator).await.iter().any(sent).then_some(())
        })
        .await;
        let mail = arrived(&mailbox, 2).await.remove(1);
        assert_eq!(mail.header("subject"), Some(format!("【珈琲 暖簾】商品を発送しました(注文番号 {number})")));

        let number = shop.buyer().buys("cup", 1).await.order_number.unwrap().to_string();
        let row = operator.sees(&number, "与信OK", |row| row.icon == Some(StatusIcon::Authorized)).await;
        enqueue_shipped(&shop, &row.id).await;
        mail_is(&operator, MailKind::OrderShipped, MailState::Skipped).await;
        quiet(&shop).await;
        assert_eq!(mailbox.mails().len(), 3, "two confirmations and the one shipped");
        shop.ends().await;
    }

    /// R60, R71: a buyer called `<img onerror>` with U+202E is text in every part of the mail.
    async fn a_hostile_name_is_text_in_every_part_of_the_mail(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let put = json!({ "subject": "{{buyer_name}} 様", "body": "{{buyer_name}} 様\n\n{{delivery_address}}\n\n{{invoice}}" });
        let path = format!("{MAIL}/templates/order_confirmation/ja");
        assert_eq!(operator.sends(Method::PUT, &path, Some(&put)).await.status, 200);
        shop.buyer().named("attacker").buys("coffee", 1).await;
        let mail = arrived(&mailbox, 1).await.remove(0);
        // Invisible characters go at the door already; what stands in the database from elsewhere is written out.
        let typed = "<img src=x onerror=alert(1)>";
        assert_eq!(mail.header("subject").as_deref(), Some(&*format!("{typed} 様")));
        assert!(mail.text().contains(typed) && !mail.text().contains('\u{202e}'));
        let html = mail.html();
        assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;") && !html.contains("<img") && !html.contains('\u{202e}'));
        let turned = Statement::new("update orders set buyer_name = $1", backend::values![format!("{typed}\u{202e}\r\nBcc: x@example.jp")]);
        shop.app().store.write(turned).await.unwrap();
        let order = outbox(&operator).await.remove(0).order_id;
        let mut asked = put.clone();
        asked["kind"] = json!("order_confirmation");
        asked["language"] = json!("ja");
        asked["order"] = json!(order);
        let preview: MailPreview = operator.sends(Method::POST, &format!("{MAIL}/preview"), Some(&asked)).await.read();
        let MailPreview::Mail { subject, text, html } = preview else { panic!("a preview") };
        for part in [subject, text, html] {
            assert!(part.contains("⟨U+202E⟩⟨U+000D⟩⟨U+000A⟩Bcc"), "{part}");
            assert!(!part.contains('\u{202e}') && !part.contains("\nBcc"));
        }
        assert_eq!(mail.to, ["attacker@example.jp"]);
        shop.ends().await;
    }

    /// R71: templates are refused with their code when they cannot be rendered, previewed with a sample and a real
    /// order, used once kept, and given back.
    async fn r71_templates_are_checked_previewed_and_used(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let path = format!("{MAIL}/templates/order_confirmation/ja");
        for bad in [
            json!({ "subject": "件名", "body": "{{buyer}}" }),
            json!({ "subject": "件名\r\nBcc: x@example.jp", "body": "本文" }),
            json!({ "subject": "件名", "body": "{{link}}" }),
        ] {
            let refused = operator.sends(Method::PUT, &path, Some(&bad)).await;
            assert_eq!(refused.code(), Some(Code::MailTemplateInvalid), "{bad}");
            let mut asked = bad.clone();
            asked["kind"] = json!("order_confirmation");
            asked["language"] = json!("ja");
            let preview: MailPreview =
                operator.sends(Method::POST, &format!("{MAIL}/preview"), Some(&asked)).await.read();
            assert!(matches!(preview, MailPreview::Faults { faults } if faults.len() == 1));
        }
        let own = json!({ "subject": "ご注文 {{order_number}}", "body": "{{buyer_name}}さん、ありがとう。" });
        let kept: MailTemplatesView = operator.sends(Method::PUT, &path, Some(&own)).await.read();
        assert_eq!(kept.templates.iter().filter(|template| !template.standard).count(), 1);
        let number = shop.buyer().buys("coffee", 1).await.order_number.unwrap().to_string();
        let mail = arrived(&mailbox, 1).await.remove(0);
        assert_eq!(mail.header("subject"), Some(format!("ご注文 {number}")));
        assert_eq!(mail.text().trim_end(), "試験 花子さん、ありがとう。");

        let order = operator.orders().await.remove(0).id;
        let mut asked = json!({ "kind": "order_confirmation", "language": "ja", "subject": "件名 {{order_number}}", "body": "{{order_lines}}" });
        for (real, expected) in [(false, "20261124-SAMPLE"), (true, number.as_str())] {
            if real {
                asked["order"] = json!(order);
            }
            let preview: MailPreview =
                operator.sends(Method::POST, &format!("{MAIL}/preview"), Some(&asked)).await.read();
            let MailPreview::Mail { subject, html, .. } = preview else { panic!("a preview") };
            assert!(subject.ends_with(expected) && html.contains("¥1,480"), "{subject}");
        }
        let back: MailTemplatesView = operator.sends(Method::DELETE, &path, None).await.read();
        assert!(back.templates.iter().all(|template| template.standard) && back.templates.len() == 2 * MailKind::ALL.len());
        let unknown = operator.sends(Method::PUT, &format!("{MAIL}/templates/greeting/ja"), Some(&own)).await;
        assert_eq!(unknown.code(), Some(Code::NotFound));
        shop.ends().await;
    }

    /// R71: a test mail is sent at once and says what became of it; the password is never shown, and goes to no other
    /// server than the one it was given for; private networks are no mail servers.
    async fn r71_the_mail_server_is_tried_out_with_a_test_mail(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        let test = json!({ "recipient": "operator@example.jp" });
        let tried = async || -> TestMailView {
            operator.sends(Method::POST, &format!("{MAIL}/test"), Some(&test)).await.read()
        };
        assert_eq!(tried().await, TestMailView::Sent);
        let mail = arrived(&mailbox, 1).await.remove(0);
        assert_eq!(mail.header("subject").as_deref(), Some("[珈琲 暖簾] テストメール"));
        mailbox.behaves(Behavior::RefuseRecipient(550));
        assert_eq!(tried().await, TestMailView::Refused { code: 550 });
        mailbox.behaves(Behavior::HangUpAfterText);
        assert_eq!(tried().await, TestMailView::Unconfirmed);

        let path = format!("{MAIL}/settings");
        let mut put = settings(&mailbox, 2);
        put["smtp"]["host"] = json!("10.0.0.1");
        put["smtp"]["tls"] = json!("starttls");
        assert_eq!(operator.sends(Method::PUT, &path, Some(&put)).await.status, 200);
        assert_eq!(tried().await, TestMailView::NotPublic);
        assert_eq!(operator.sends(Method::PUT, &path, Some(&put)).await.code(), Some(Code::SettingsChanged), "stale");

        put["version"] = json!(3);
        put["smtp"]["user"] = json!("shop");
        let without = operator.sends(Method::PUT, &path, Some(&put)).await;
        assert_eq!(without.code(), Some(Code::MailSettingsInvalid), "a new server needs its password");
        put["password"] = json!("correct horse");
        let kept = operator.sends(Method::PUT, &path, Some(&put)).await;
        assert!(kept.status == 200 && !kept.body.to_string().contains("correct horse"));
        let shown: MailSettingsView = operator.sends(Method::GET, &path, None).await.read();
        assert_eq!(shown.smtp.unwrap().user.as_deref(), Some("shop"));
        put["version"] = json!(4);
        put["password"] = Value::Null;
        put["smtp"]["host"] = json!("mail.attacker.example");
        let moved = operator.sends(Method::PUT, &path, Some(&put)).await;
        assert_eq!(moved.code(), Some(Code::MailSettingsInvalid), "the stored password goes nowhere else");
        for (field, bad) in [("from_name", "店\r\nBcc: x@example.jp"), ("from_address", "shop"), ("host", "a/b")] {
            let mut put = settings(&mailbox, 4);
            put["smtp"][field] = json!(bad);
            assert_eq!(operator.sends(Method::PUT, &path, Some(&put)).await.code(), Some(Code::MailSettingsInvalid), "{field}");
        }
        shop.ends().await;
    }

    /// R52, R71: whoever may only look and capture sees in an order's detail which mails it has and how far they are, the
    /// newest first, and no other order's.
    async fn r52_an_orders_mails_stand_in_its_detail(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        mailbox.behaves(Behavior::RefuseText(554));
        let refused = desk::authorized(&shop, &operator, "coffee", 1).await;
        let failed = mail_is(&operator, MailKind::OrderConfirmation, MailState::Failed).await;
        mailbox.behaves(Behavior::Accept);
        let other = desk::authorized(&shop, &operator, "cup", 1).await;
        let sent = mail_is(&operator, MailKind::OrderConfirmation, MailState::Sent).await;
        let take = Statement::new("update operator_shop set rights = 'view,capture'", Vec::new());
        shop.app().store.write(take).await.unwrap();

        for (order, row, state) in [(&refused, &failed, MailState::Failed), (&other, &sent, MailState::Sent)] {
            let mails = operator.detail(order.id.as_str()).await.desk.mails;
            assert_eq!(mails.len(), 1, "{mails:?}");
            let mail = &mails[0];
            assert_eq!((mail.id.as_str(), mail.kind, mail.state), (row.id.as_str(), MailKind::OrderConfirmation, state));
            assert_eq!((mail.created_at, mail.sent_at), (row.created_at, row.sent_at));
        }
        shop.advances(Duration::from_secs(2));
        let version = operator.detail(other.id.as_str()).await.row.version;
        let status = json!({ "version": version, "status": "preparing", "send_mail": true });
        desk::done(&operator, other.id.as_str(), "status", &status).await;
        let mails = eventually("the newer mail went out", async || {
            let mails = operator.detail(other.id.as_str()).await.desk.mails;
            mails.first().is_some_and(|mail| mail.sent_at.is_some() && mails.len() == 2).then_some(mails)
        }).await;
        let kinds: Vec<_> = mails.iter().map(|mail| mail.kind).collect();
        assert_eq!(kinds, [MailKind::OrderPreparing, MailKind::OrderConfirmation]);
        assert_eq!(operator.detail(refused.id.as_str()).await.desk.mails.len(), 1);
        shop.ends().await;
    }

    /// R70, R85: server and templates need the right `settings`; the outbox is for who sees orders, a mail's words and
    /// another try for who may capture. Another shop's mails do not exist.
    async fn mails_belong_to_their_shop_and_to_those_who_may_set_it_up(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = with_mails(&mut shop).await;
        shop.buyer().buys("coffee", 1).await;
        arrived(&mailbox, 1).await;
        let row = mail_is(&operator, MailKind::OrderConfirmation, MailState::Sent).await;
        let order = row.order_id.as_str();
        let there = "/api/shops/other/mail";
        for (method, path, body) in [
            (Method::GET, format!("{there}/outbox/{}", row.id), None),
            (Method::POST, format!("{there}/outbox/{}/resend", row.id), None),
            (Method::POST, format!("{there}/preview"), Some(json!({ "kind": "order_shipped", "language": "ja", "subject": "a", "body": "b", "order": order }))),
        ] {
            let answer = operator.sends(method, &path, body.as_ref()).await;
            assert_eq!(answer.code(), Some(Code::NotFound), "{path}");
        }
        let rights = async |rights: &'static str| {
            let change = Statement::new("update operator_shop set rights = $1", backend::values![rights]);
            shop.app().store.write(change).await.unwrap();
        };
        let gets = async |path: &str| operator.sends(Method::GET, &format!("{MAIL}/{path}"), None).await.code();
        let again = async || {
            let path = format!("{MAIL}/outbox/{}/resend", row.id);
            operator.sends(Method::POST, &path, None).await.code()
        };
        let words = format!("outbox/{}", row.id);
        rights("view,capture").await;
        for path in ["settings", "templates"] {
            assert_eq!(gets(path).await, Some(Code::NotAllowed), "{path}");
        }
        assert_eq!((gets("outbox").await, gets(words.as_str()).await), (None, None));
        assert_eq!(again().await, Some(Code::MailNotResendable), "allowed, but it was sent");
        rights("view").await;
        assert_eq!((gets("outbox").await, gets(words.as_str()).await), (None, Some(Code::NotAllowed)));
        assert_eq!(again().await, Some(Code::NotAllowed));
        rights("refund").await;
        assert_eq!(gets("outbox").await, Some(Code::NotAllowed));
        shop.ends().await;
    }
}

/// The mail of 発送済, as a bulk action that ticked it puts it in.
async fn enqueue_shipped(shop: &TestShop, order: &OrderId) {
    let app = shop.app();
    let id = ShopId::new("demo").unwrap();
    let open = shops::open(app, &id).await.unwrap();
    // Noren's own first look at a new order may come between.
    let written = retry_stale(|| async {
        let reader = app.store.reader().await?;
        let order = orders::find(&reader, &id, order).await?.unwrap();
        drop(reader);
        let now = app.clock.now();
        let shipped = Order { order_status: OrderStatus::Shipped, ..order };
        let waits_for = Some(AskedStep::Capture);
        let mail = compose_mail::order_status(&open, &shipped, OrderStatus::Shipped, waits_for, now).unwrap();
        let mut batch = mail.batch;
        batch.push(orders::save(&shipped, now.as_millisecond()));
        app.store.write(batch).await
    });
    written.await.unwrap();
    app.work.notify_one();
}
