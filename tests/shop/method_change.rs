//! 決済方法の変更: Amazon Pay is left once, its authorization released first, and identity asked where it is needed.

use crate::by_hand::at_rest;
use crate::desk::{authorized, captured, done, refused, states};
use crate::my_page::{renewal, subscribes, today};
use integration_tests::{TestShop, eventually, on_both_databases};
use jiff::ToSpan;
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{Code, LedgerField};
use shared::order_action::IdentityGap;
use shared::payment_method::PaymentMethod;
use shared::status_icon::StatusIcon;
use simulator::FaultKind;

fn to(version: i64, method: &str) -> Value {
    json!({ "version": version, "method": method })
}

fn person() -> Value {
    let name = json!({ "family": "試験", "given": "花子", "family_kana": "ｼｹﾝ", "given_kana": "ハナコ" });
    json!({ "name": name, "phone": "03-1234-5678", "postal_code": "〒100-0001" })
}

on_both_databases! {
    /// R45: Amazon's one name string is kept to the letter beside the tidied one, and proposes a split; the parts stay
    /// blank until a person tells them.
    async fn r45_amazons_own_spelling_is_kept_beside_the_tidied_name(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let purchase = shop.buyer().named("taro2").goes_to_review("coffee", 1).await;
        shop.buyer().pays(&purchase).await;
        let number = shop.buyer().completes(&purchase).await.order_number.unwrap();
        let row = at_rest(&operator, number.as_str()).await;
        assert_eq!(row.buyer_name, "ミホン タロウ");
        let identity = operator.detail(row.id.as_str()).await.desk.identity;
        let split = Some(("ミホン".to_owned(), "タロウ".to_owned()));
        for person in [&identity.profile, &identity.delivery] {
            assert_eq!((person.original.as_str(), &person.proposed), ("ﾐﾎﾝ ﾀﾛｳ", &split));
            assert!(person.name.family.is_empty() && person.name.family_kana.is_empty());
        }
        shop.ends().await;
    }

    /// R44: leaving releases the authorization and closes the permission; Amazon Pay cannot be chosen again, nor captured.
    async fn r44_amazon_pay_is_left_for_good_and_its_authorization_released(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        let view = done(&operator, id, "method", &to(row.version, "bank_transfer")).await;
        assert_eq!((view.row.method, view.row.icon), (PaymentMethod::BankTransfer, None));
        assert!(view.desk.left_amazon_pay);
        let line = view.desk.ledger.iter().find(|line| line.field == LedgerField::Method).unwrap();
        assert_eq!((line.old.as_str(), line.new.as_str()), ("amazon_pay", "bank_transfer"));
        assert_eq!(states(&shop, "charges").await, ["Canceled"]);
        eventually("the permission is closed", async || {
            (states(&shop, "permissions").await == ["Closed"]).then_some(())
        })
        .await;
        let version = operator.detail(id).await.row.version;
        assert_eq!(refused(&operator, id, "method", &to(version, "amazon_pay")).await, Code::AmazonPayExcluded);
        assert_eq!(refused(&operator, id, "reauthorize", &json!({ "version": version })).await, Code::NotAmazonPay);
        let other = json!({ "version": version, "with": [id] });
        assert_eq!(refused(&operator, id, "bundle", &other).await, Code::AmazonPayExcluded);
        done(&operator, id, "method", &to(version, "cash_on_delivery")).await;
        shop.ends().await;
    }

    /// R44, R45: 後払い is blocked for a guest until name, kana, phone and postal code stand in delivery address and buyer
    /// data, naming what is missing; nothing is released before.
    async fn r44_deferred_payment_waits_for_a_guests_identity(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        let view = operator.detail(id).await;
        let identity = &view.desk.identity;
        assert!(!identity.is_member && identity.delivery.name.family.is_empty());
        assert_eq!(identity.delivery.proposed, Some(("試験".to_owned(), "花子".to_owned())));
        let gaps: Vec<_> = identity.blockers.iter().filter(|one| one.in_delivery_address).map(|one| one.gap).collect();
        assert_eq!(gaps, [IdentityGap::FamilyName, IdentityGap::Kana]);
        assert_eq!(refused(&operator, id, "method", &to(row.version, "deferred")).await, Code::IdentityMissing);
        assert_eq!(states(&shop, "charges").await, ["Authorized"]);

        let half = json!({ "version": view.row.version, "delivery": person() });
        let view = done(&operator, id, "buyer", &half).await;
        assert_eq!(view.desk.identity.delivery.name.family_kana, "シケン");
        assert_eq!(refused(&operator, id, "method", &to(view.row.version, "deferred")).await, Code::IdentityMissing);
        let rest = json!({ "version": view.row.version, "profile": person() });
        let view = done(&operator, id, "buyer", &rest).await;
        assert_eq!(view.desk.identity.blockers, []);
        let view = done(&operator, id, "method", &to(view.row.version, "deferred")).await;
        assert_eq!(view.row.method, PaymentMethod::Deferred);
        assert_eq!(states(&shop, "charges").await, ["Canceled"]);
        let told = |words: &str| view.timeline.iter().any(|entry| entry.actor == "運営 一郎" && entry.text_ja.contains(words));
        for words in ["(お届け先の氏名・連絡先)", "(購入者情報)", "(Amazon Pay → 後払い)"] {
            assert!(told(words), "{words}: {:?}", view.timeline);
        }
        // No name that only the program knows is in what an operator reads.
        let coded = |text: &str| text.replace("Amazon Pay", "").contains(|c: char| c.is_ascii_alphabetic());
        let edits = view.timeline.iter().filter(|entry| entry.actor == "運営 一郎");
        assert_eq!(edits.filter(|entry| coded(&entry.text_ja)).count(), 0, "{:?}", view.timeline);
        shop.ends().await;
    }

    /// R44, R45, R90: a member's order asks the member profile instead; editing it changes no other order.
    async fn r44_deferred_payment_asks_a_members_profile(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let other = authorized(&shop, &operator, "coffee", 1).await;
        let row = authorized(&shop, &operator, "cup", 1).await;
        let sql = "insert into member (shop_id, member_id, buyer_id, name, created_at, updated_at)
                   select shop_id, 'm1', buyer_id, buyer_name, 0, 0 from orders where order_id = $1";
        let insert = backend::store::Statement::new(sql, backend::values![&row.id]);
        shop.app().store.write(insert).await.unwrap();
        let id = row.id.as_str();
        assert!(operator.detail(id).await.desk.identity.is_member);
        let address = json!({ "name": "試験 花子", "postal_code": "5300001", "prefecture": "大阪府",
            "lines": ["大阪市北区梅田1-1"], "phone": "0661234567" });
        let body = json!({ "version": row.version, "address": address, "delivery": person(), "profile": person() });
        let view = done(&operator, id, "buyer", &body).await;
        assert_eq!(view.desk.identity.blockers, []);
        assert_eq!(view.address.as_ref().and_then(|there| there.prefecture.clone()).as_deref(), Some("大阪府"));
        let untouched = operator.detail(other.id.as_str()).await;
        assert_eq!(untouched.row.version, other.version);
        assert_eq!(untouched.address.as_ref().and_then(|there| there.prefecture.clone()).as_deref(), Some("東京都"));
        assert_eq!(shop.count("select count(*) as n from member where phone = '0312345678'").await, 1);
        shop.ends().await;
    }

    /// R90: the address of a renewal's order is edited for that order only: the subscription's addresses stay as they were.
    async fn r90_editing_a_renewals_order_leaves_the_subscription_alone(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let first = subscribes(&shop).await;
        renewal(&shop, &first, "open", today(&shop) + 5.days(), |_| {}).await;
        let path = "/api/shops/demo/subscriptions/S-1";
        let before = operator.sends(Method::GET, path, None).await.body;
        assert_eq!(before["addresses"].as_array().map(Vec::len), Some(1), "{before}");
        let version = operator.detail("open").await.row.version;
        let address = json!({ "name": "試験 花子", "postal_code": "5300001", "prefecture": "大阪府",
            "lines": ["大阪市北区梅田1-1"], "phone": "0661234567" });
        let view = done(&operator, "open", "buyer", &json!({ "version": version, "address": address })).await;
        assert_eq!(view.address.as_ref().and_then(|there| there.prefecture.clone()).as_deref(), Some("大阪府"));
        let after = operator.sends(Method::GET, path, None).await.body;
        assert_eq!((&after["addresses"], &after["row"]["version"]), (&before["addresses"], &before["row"]["version"]));
        assert_eq!(shop.count("select count(*) as n from subscription_event where actor <> 'noren'").await, 0);
        shop.ends().await;
    }

    /// R45, R59: what cannot be read is refused, and an edit over somebody else's is, too.
    async fn r45_unreadable_buyer_data_is_refused(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let (id, v) = (row.id.as_str(), row.version);
        let edit = |delivery: Value| json!({ "version": v, "delivery": delivery });
        for bad in [
            json!({ "phone": "12" }),
            json!({ "postal_code": "100" }),
            json!({ "name": { "family": "試験", "family_kana": "しけん" } }),
            json!({ "name": { "family": "験".repeat(51) } }),
        ] {
            assert_eq!(refused(&operator, id, "buyer", &edit(bad.clone())).await, Code::BuyerInvalid, "{bad}");
        }
        assert_eq!(refused(&operator, id, "buyer", &json!({ "version": v, "mail": "nobody" })).await, Code::BuyerInvalid);
        assert_eq!(refused(&operator, id, "buyer", &json!({ "version": v })).await, Code::NothingToDo);
        done(&operator, id, "buyer", &edit(person())).await;
        assert_eq!(refused(&operator, id, "buyer", &edit(person())).await, Code::OrderChanged);
        shop.ends().await;
    }

    /// R44, R55: Amazon refuses to release, or is not reached: the order stays with Amazon Pay at 与信OK.
    async fn r44_an_order_leaves_only_once_the_authorization_is_released(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        let fault = |status, reason: &str| FaultKind::Status { status, reason_code: Some(reason.to_owned()) };
        shop.control.fail(Some("cancelCharge"), fault(422, "InvalidChargeStatus"), 1).await.unwrap();
        assert_eq!(refused(&operator, id, "method", &to(row.version, "bank_transfer")).await, Code::AmazonRefused);
        let view = operator.detail(id).await;
        assert_eq!((view.row.method, view.row.icon), (PaymentMethod::AmazonPay, Some(StatusIcon::Authorized)));
        shop.control.fail(Some("cancelCharge"), fault(429, "TooManyRequests"), 1).await.unwrap();
        let version = view.row.version;
        assert_eq!(refused(&operator, id, "method", &to(version, "bank_transfer")).await, Code::AmazonUnavailable);
        let version = operator.detail(id).await.row.version;
        let view = done(&operator, id, "method", &to(version, "bank_transfer")).await;
        assert_eq!(view.row.method, PaymentMethod::BankTransfer);

        let taken = captured(&shop, &operator, "coffee", 1).await;
        let code = refused(&operator, taken.id.as_str(), "method", &to(taken.version, "bank_transfer")).await;
        assert_eq!(code, Code::AmountLocked);
        shop.ends().await;
    }
}
