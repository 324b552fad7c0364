//! Changed settings: who, when, what from what to what; and of two who change at once one is told.

use backend::store::shops;
use integration_tests::{Operator, TestShop, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{Code, SettingsArea, SettingsChanges};
use shared::id::ShopId;
use shared::money::Yen;

const MAIL: &str = "/api/shops/demo/mail/settings";
const PAYMENTS: &str = "/api/shops/demo/payment-settings";
const SUBSCRIPTIONS: &str = "/api/shops/demo/subscription-settings";
const TEMPLATE: &str = "/api/shops/demo/mail/templates/order_confirmation/ja";
const CHANGES: &str = "/api/shops/demo/settings-changes";

async fn changes(operator: &Operator, query: &str) -> SettingsChanges {
    operator.sends(Method::GET, &[CHANGES, query].concat(), None).await.read()
}

/// The mail settings with another registration number, at the version that is stored.
async fn numbered(operator: &Operator, number: &str) -> Value {
    let seen = operator.sends(Method::GET, MAIL, None).await.body;
    json!({ "smtp": seen["smtp"], "registration_number": number, "version": seen["version"] })
}

on_both_databases! {
    /// R70: each change under 設定 leaves who, when and each field from what to what; of a password only that it was changed;
    /// what changes nothing leaves nothing.
    async fn r70_each_changed_setting_is_recorded(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let mut mail = numbered(&operator, "T1234567890123").await;
        mail["smtp"] = json!({
            "host": "mail.example.jp", "port": 587, "tls": "starttls", "user": "shop", "from_name": "見本商店",
            "from_address": "shop@example.jp",
        });
        mail["password"] = json!("correct horse");
        let put = operator.sends(Method::PUT, MAIL, Some(&mail)).await;
        assert_eq!(put.status, 200, "{}", put.body);
        let mut settings = operator.sends(Method::GET, SUBSCRIPTIONS, None).await.body;
        settings["lead_days"] = json!(5);
        settings["buyer_monthly_cap"] = json!(30_000);
        let put = operator.sends(Method::PUT, SUBSCRIPTIONS, Some(&settings)).await;
        assert_eq!(put.status, 200, "{}", put.body);
        let template = json!({ "subject": "ありがとうございます", "body": "{{order_number}}\n" });
        for _ in 0..2 {
            let put = operator.sends(Method::PUT, TEMPLATE, Some(&template)).await;
            assert_eq!(put.status, 200, "{}", put.body);
        }
        for _ in 0..2 {
            assert_eq!(operator.sends(Method::DELETE, TEMPLATE, None).await.status, 200);
        }
        let seen = changes(&operator, "").await;
        let areas: Vec<_> = seen.entries.iter().map(|entry| entry.area).collect();
        use SettingsArea::{MailServer, MailTemplate, Subscriptions};
        assert_eq!((areas, seen.next), (vec![MailTemplate, MailTemplate, Subscriptions, MailServer], None));
        assert!(seen.entries.iter().all(|entry| entry.operator == "運営 一郎" && entry.at > 0));
        let told = |index: usize| -> Vec<_> {
            let text = |of: &Option<String>| of.clone().unwrap_or_else(|| "-".to_owned());
            let fields = seen.entries[index].changes.iter();
            fields.map(|one| format!("{}: {} → {}", one.field, text(&one.from), text(&one.to))).collect()
        };
        assert_eq!(told(1)[1], "order_confirmation.ja.subject: - → ありがとうございます");
        assert_eq!(told(0)[1], "order_confirmation.ja.subject: ありがとうございます → -");
        assert_eq!(told(2), ["buyer_monthly_cap: - → 30000", "lead_days: 3 → 5"]);
        let server = told(3);
        assert!(server.contains(&"registration_number: - → T1234567890123".to_owned()), "{server:?}");
        assert!(server.iter().any(|line| line.starts_with("smtp.host: ") && line.ends_with(" → mail.example.jp")), "{server:?}");
        let password = seen.entries[3].changes.iter().find(|one| one.field == "password").unwrap();
        assert!(password.secret && password.from.is_none() && password.to.is_none());
        assert_eq!(shop.count("select count(*) as n from settings_change where changes like '%horse%'").await, 0);
        let older = changes(&operator, &["?before=", &seen.entries[1].id].concat()).await;
        assert_eq!(older.entries, seen.entries[2..]);
        shop.ends().await;
    }

    /// R59, R80: the mail server is changed as it is stored: what another process has changed beside it stays, and of two who
    /// save the same version the second is told, and its change is not recorded.
    async fn r59_of_two_who_change_settings_at_once_one_is_told(database) {
        let mut shop = TestShop::on(database).await;
        let one = shop.operator().await;
        let two = &one;
        // Another process: this one still remembers the shop as it was.
        let reader = shop.app().store.reader().await.unwrap();
        let mut stored = shops::find(&reader, &ShopId::new("demo").unwrap()).await.unwrap().unwrap();
        drop(reader);
        stored.settings.subscriptions.buyer_monthly_cap = Some(Yen::new(30_000).unwrap());
        let mut body = numbered(&one, "T1234567890123").await;
        shop.app().store.write(shops::save_settings(&stored, 0)).await.unwrap();
        let stale = one.sends(Method::PUT, MAIL, Some(&body)).await;
        assert_eq!((stale.status, stale.code()), (409, Some(Code::SettingsChanged)), "{}", stale.body);
        body["version"] = json!(stored.version + 1);
        assert_eq!(one.sends(Method::PUT, MAIL, Some(&body)).await.status, 200);
        let kept = one.sends(Method::GET, SUBSCRIPTIONS, None).await.body;
        assert_eq!(kept["buyer_monthly_cap"], 30_000, "{kept}");

        let (left, right) = (numbered(&one, "T1111111111111").await, numbered(two, "T2222222222222").await);
        let (left, right) = tokio::join!(
            one.sends(Method::PUT, MAIL, Some(&left)),
            two.sends(Method::PUT, MAIL, Some(&right))
        );
        let mut statuses = [left.status, right.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", left.body, right.body);
        let number = if left.status == 200 { "T1111111111111" } else { "T2222222222222" };
        let seen = changes(&one, "").await;
        assert_eq!(seen.entries.len(), 2);
        assert_eq!(seen.entries[0].changes[0].to.as_deref(), Some(number));
        shop.ends().await;
    }

    /// R48, R70, R89: the settings of payments are read and changed by who may, with the version shown, and recorded; who
    /// saw an older one changes nothing, and what stands beside them stays.
    async fn r48_r89_the_settings_of_payments_are_changed_by_who_may_and_recorded(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let body = |automatic: bool, pending: bool, version: i64| {
            json!({
                "reauthorize_automatically": automatic,
                "can_handle_pending_authorization": pending,
                "ask_name": false,
                "version": version,
            })
        };
        let beside = operator.sends(Method::GET, SUBSCRIPTIONS, None).await.body;
        let seen = operator.sends(Method::GET, PAYMENTS, None).await.body;
        let version = seen["version"].as_i64().unwrap();
        assert_eq!(seen, body(false, true, version));
        let change = body(true, false, version);
        let saved = operator.sends(Method::PUT, PAYMENTS, Some(&change)).await;
        assert_eq!((saved.status, &saved.body), (200, &body(true, false, version + 1)));
        // At once, although this process has just read the shop.
        assert_eq!(operator.sends(Method::GET, PAYMENTS, None).await.body, saved.body);
        let stale = operator.sends(Method::PUT, PAYMENTS, Some(&body(false, true, version))).await;
        assert_eq!((stale.status, stale.code()), (409, Some(Code::SettingsChanged)), "{}", stale.body);
        assert_eq!(operator.sends(Method::GET, PAYMENTS, None).await.body, saved.body);
        let same = operator.sends(Method::PUT, PAYMENTS, Some(&saved.body)).await;
        assert_eq!((same.status, &same.body), (200, &body(true, false, version + 2)));
        let entries = changes(&operator, "").await.entries;
        assert_eq!(entries.len(), 1, "what is refused or changes nothing leaves nothing: {entries:?}");
        assert_eq!((entries[0].area, entries[0].operator.as_str()), (SettingsArea::Payments, "運営 一郎"));
        let fields = entries[0].changes.iter();
        let told: Vec<_> =
            fields.map(|one| (one.field.as_str(), one.from.as_deref(), one.to.as_deref())).collect();
        let expected = [
            ("can_handle_pending_authorization", Some("true"), Some("false")),
            ("reauthorize_automatically", Some("false"), Some("true")),
        ];
        assert_eq!(told, expected);
        let mut kept = operator.sends(Method::GET, SUBSCRIPTIONS, None).await.body;
        kept["version"] = beside["version"].clone();
        assert_eq!(kept, beside);
        let sql = "update operator_shop set rights = 'view,capture,refund' where shop_id = 'demo'";
        shop.app().store.write(backend::store::Statement::new(sql, Vec::new())).await.unwrap();
        for (method, body) in [(Method::GET, None), (Method::PUT, Some(&same.body))] {
            let refused = operator.sends(method, PAYMENTS, body).await;
            assert_eq!((refused.status, refused.code()), (403, Some(Code::NotAllowed)), "{}", refused.body);
        }
        shop.ends().await;
    }
}
