//! What operators enter of buyer and recipient reaches file and search, tells its old values, and is never lost to
//! somebody else's edit.

use crate::desk::{authorized, done, refused};
use crate::order_list::{finds, text};
use integration_tests::{Operator, TestShop, on_both_databases};
use serde_json::{Value, json};
use shared::api::{Code, LedgerField, OrderRow};

/// Names of the file's columns that are about persons.
pub const PERSONS: &str = "family_name,given_name,family_kana,given_kana,recipient_family_name,recipient_given_name,\
    recipient_family_kana,recipient_given_kana";

fn name(family: &str, given: &str, family_kana: &str, given_kana: &str) -> Value {
    json!({ "name": { "family": family, "given": given, "family_kana": family_kana, "given_kana": given_kana } })
}

/// Makes the order's buyer a member.
pub async fn becomes_member(shop: &TestShop, row: &OrderRow) {
    let sql = "insert into member (shop_id, member_id, buyer_id, name, created_at, updated_at)
               select shop_id, 'm1', buyer_id, buyer_name, 0, 0 from orders where order_id = $1";
    crate::by_hand::changes(shop, sql, backend::values![&row.id]).await;
}

/// The one line of the file for an order that is found by its number.
pub async fn line(operator: &Operator, number: &str, columns: &str) -> String {
    let file = text(operator, &format!("columns={columns}&q={number}")).await;
    file.lines().nth(1).expect("a line").to_owned()
}

on_both_databases! {
    /// R45, R51: a split that was accepted for a member stands in the file and is found, with the kana, in that order and
    /// in the member's next one; until then the family name is blank.
    async fn r45_r51_a_members_accepted_name_reaches_file_and_search(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        becomes_member(&shop, &row).await;
        let number = row.number.as_str();
        finds(&operator, number, 1).await;
        let blank = "\"\",\"試験 花子\",\"\",\"\",\"\",\"試験 花子\",\"\",\"\"";
        assert_eq!(line(&operator, number, PERSONS).await, blank);

        let body = json!({ "version": row.version, "profile": name("鍋島", "花", "ナベシマ", "ハナ") });
        done(&operator, row.id.as_str(), "buyer", &body).await;
        let accepted = "\"鍋島\",\"花\",\"ナベシマ\",\"ハナ\",\"\",\"試験 花子\",\"\",\"\"";
        assert_eq!(line(&operator, number, PERSONS).await, accepted);
        finds(&operator, "鍋島", 1).await;
        let next = authorized(&shop, &operator, "coffee", 1).await;
        finds(&operator, "ナベシマ", 2).await;
        assert_eq!(line(&operator, next.number.as_str(), PERSONS).await, accepted);
        shop.ends().await;
    }

    /// R45, R51: a guest's name and a recipient who is somebody else stand apart in the file, and both are found; the file
    /// has points, coupon, fees and the dispute.
    async fn r45_r51_buyer_and_recipient_stand_apart_in_the_file(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 2).await;
        let id = row.id.as_str();
        let mut body = json!({ "version": row.version, "profile": name("鍋島", "花", "ナベシマ", "ハナ") });
        body["delivery"] = name("龍造寺", "梅", "リュウゾウジ", "ウメ");
        let view = done(&operator, id, "buyer", &body).await;
        let both = "\"鍋島\",\"花\",\"ナベシマ\",\"ハナ\",\"龍造寺\",\"梅\",\"リュウゾウジ\",\"ウメ\"";
        assert_eq!(line(&operator, row.number.as_str(), PERSONS).await, both);
        for word in ["鍋島", "龍造寺", "りゅうぞうじ"] {
            finds(&operator, word, 1).await;
        }
        let change = json!({ "points_used": 100, "coupon_discount": 50 });
        let body = json!({ "version": view.row.version, "change": change, "reason": "適用漏れ" });
        done(&operator, id, "amount", &body).await;
        crate::by_hand::changes(&shop, "update orders set disputed = 1", Vec::new()).await;
        let money = "shipping_fee,handling_fees,points_used,coupon_discount,disputed";
        let shown = line(&operator, row.number.as_str(), money).await;
        assert_eq!(shown, "\"550\",\"0\",\"100\",\"50\",\"異議申立て\"");
        let whole = text(&operator, "").await;
        assert_eq!(whole.lines().next().map(|heading| heading.split(',').count()), Some(30));
        shop.ends().await;
    }

    /// R45, R59: of two operators who edit one member by two orders, the second reads that the profile was changed; nothing
    /// of the first one's is lost. At the same moment one of them wins.
    async fn r59_an_edit_of_a_member_by_another_order_is_not_lost(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let one = authorized(&shop, &operator, "coffee", 1).await;
        let two = authorized(&shop, &operator, "cup", 1).await;
        becomes_member(&shop, &one).await;
        let seen = operator.detail(two.id.as_str()).await.desk.identity.profile_version;
        assert_eq!(seen, Some(0));
        let edit = |version: i64, family: &str, seen: Option<i64>| {
            let profile = name(family, "花", "ナベシマ", "ハナ");
            json!({ "version": version, "profile": profile, "profile_version": seen })
        };
        done(&operator, one.id.as_str(), "buyer", &edit(one.version, "鍋島", seen)).await;
        let late = edit(two.version, "龍造寺", seen);
        assert_eq!(refused(&operator, two.id.as_str(), "buyer", &late).await, Code::OrderChanged);
        let view = operator.detail(two.id.as_str()).await;
        assert_eq!((view.row.version, view.desk.identity.profile.name.family.as_str()), (two.version, "鍋島"));

        let newest = view.desk.identity.profile_version;
        assert_eq!(newest, Some(1));
        let (one, two) = (operator.detail(one.id.as_str()).await, view);
        let (first, second) = (edit(one.row.version, "大友", newest), edit(two.row.version, "島津", newest));
        let (first, second) = tokio::join!(
            crate::desk::acts(&operator, one.row.id.as_str(), "buyer", &first),
            crate::desk::acts(&operator, two.row.id.as_str(), "buyer", &second),
        );
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        shop.ends().await;
    }

    /// R42, R45: each edited part is a line of the ledger with its old and its new value and by whom; two edits are two, and
    /// both old values stay to be read.
    async fn r42_r45_every_edit_of_a_person_tells_old_and_new(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        let was = operator.detail(id).await.buyer_mail.unwrap();
        let address = |city: &str| {
            json!({ "name": "龍造寺 梅", "postal_code": "5300001", "prefecture": "大阪府", "lines": [city],
                "phone": "0661234567" })
        };
        let mut body = json!({ "version": row.version, "mail": "ume@example.jp", "address": address("大阪市北区梅田1-1") });
        body["profile"] = name("鍋島", "花", "ナベシマ", "ハナ");
        let view = done(&operator, id, "buyer", &body).await;
        let body = json!({ "version": view.row.version, "mail": "hana@example.jp", "address": address("堺市堺区1-2") });
        let view = done(&operator, id, "buyer", &body).await;
        let lines = |field| -> Vec<(String, String)> {
            let of_it = view.desk.ledger.iter().filter(|line| line.field == field);
            of_it.map(|line| (line.old.clone(), line.new.clone())).collect()
        };
        let (ume, hana) = ("ume@example.jp".to_owned(), "hana@example.jp".to_owned());
        assert_eq!(lines(LedgerField::Mail), [(was, ume.clone()), (ume, hana)]);
        let places = lines(LedgerField::Address);
        assert!(places[0].0.contains("東京都"), "the old address is told");
        assert_eq!(places[0].1, "〒530-0001 大阪府大阪市北区梅田1-1");
        assert_eq!(places[1], (places[0].1.clone(), "〒530-0001 大阪府堺市堺区1-2".to_owned()));
        let names = lines(LedgerField::RecipientName);
        assert_eq!(names, [("試験 花子".to_owned(), "龍造寺 梅".to_owned())]);
        assert_eq!(lines(LedgerField::BuyerName), [(String::new(), "鍋島 花(ナベシマ ハナ)".to_owned())]);
        assert!(view.desk.ledger.iter().all(|line| line.by == "運営 一郎" && line.at > 0));
        shop.ends().await;
    }

    /// R42, R45: a member's edited phone number tells its old value in the order it was edited by.
    async fn r42_r45_an_edited_member_profile_tells_old_and_new(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        becomes_member(&shop, &row).await;
        let mut version = row.version;
        for phone in ["0312345678", "0661234567"] {
            let body = json!({ "version": version, "profile": { "phone": phone } });
            version = done(&operator, row.id.as_str(), "buyer", &body).await.row.version;
        }
        let ledger = operator.detail(row.id.as_str()).await.desk.ledger;
        let told: Vec<_> = ledger.iter().map(|line| (line.field, line.old.as_str(), line.new.as_str())).collect();
        let phone = LedgerField::BuyerPhone;
        assert_eq!(told, [(phone, "", "0312345678"), (phone, "0312345678", "0661234567")]);
        shop.ends().await;
    }
}
