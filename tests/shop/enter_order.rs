//! Orders entered by hand: what 後払い needs of them, what they come to, and that they are found (R43, R44, R51).

use crate::by_hand::entered_as;
use crate::desk::refused;
use integration_tests::{Operator, TestShop, eventually, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{Code, OrderView};
use shared::cart::Totals;
use shared::identity::PersonName;
use shared::order_action::MethodBlocker;

const PATH: &str = "/api/shops/demo/entered-orders";

fn whole(family: &str, given: &str) -> Value {
    json!({ "family": family, "given": given, "family_kana": "シケン", "given_kana": "ハナコ" })
}

/// An order by 後払い with everything it needs.
fn deferred(id: &str) -> Value {
    let mut body = entered_as(id, "deferred");
    body["buyer"]["parts"] = whole("試験", "花子");
    body["buyer"]["phone"] = json!("03-1234-5678");
    body
}

async fn tries(operator: &Operator, body: &Value) -> Result<OrderView, Code> {
    let answer = operator.sends(Method::POST, PATH, Some(body)).await;
    if answer.status == 200 { Ok(answer.read()) } else { Err(answer.code().unwrap()) }
}

on_both_databases! {
    /// R44: 後払い by hand is held to the same complete identity as a change to it, in the address and in the buyer data.
    async fn r44_deferred_by_hand_needs_the_whole_identity(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        type Take = fn(&mut Value);
        let cases: [(&str, Take); 6] = [
            ("no parts of the name", |body| body["buyer"]["parts"] = json!(null)),
            ("no family name", |body| body["buyer"]["parts"]["family"] = json!("")),
            ("no kana", |body| body["buyer"]["parts"]["family_kana"] = json!(" ")),
            ("no kana of the given name", |body| body["buyer"]["parts"]["given_kana"] = json!("")),
            ("no phone of the buyer", |body| body["buyer"]["phone"] = json!(null)),
            ("another recipient of whom nothing is known", |body| body["address"]["name"] = json!("贈答 太郎")),
        ];
        for (what, take) in cases {
            let mut body = deferred("o1");
            take(&mut body);
            assert_eq!(tries(&operator, &body).await.err(), Some(Code::IdentityMissing), "{what}");
        }
        assert_eq!(shop.count("select count(*) as n from orders").await, 0, "nothing was entered");
        let view = tries(&operator, &deferred("o1")).await.unwrap();
        assert_eq!(view.desk.identity.blockers, [], "it is complete as stored");
        // Another way to pay needs none of it.
        tries(&operator, &entered_as("o2", "bank_transfer")).await.unwrap();
        let view = operator.detail("o2").await;
        assert_eq!(view.desk.identity.blockers.len(), 5, "{:?}", view.desk.identity.blockers);
        let change = json!({ "version": view.row.version, "method": "deferred" });
        assert_eq!(refused(&operator, "o2", "method", &change).await, Code::IdentityMissing);
        shop.ends().await;
    }

    /// R44, R45: of another recipient nothing is taken from the buyer, and nothing of the address for the buyer.
    async fn r44_a_recipient_who_is_not_the_buyer_has_an_identity_of_their_own(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let mut body = deferred("o1");
        body["address"]["name"] = json!("贈答 太郎");
        body["recipient"] = json!({ "family": "贈答", "given": "太郎", "family_kana": "ゾウトウ", "given_kana": "タロウ" });
        // The buyer's own postal code is missing: the parcel's is another person's.
        assert_eq!(tries(&operator, &body).await.err(), Some(Code::IdentityMissing));
        body["buyer"]["postal_code"] = json!("not one");
        assert_eq!(tries(&operator, &body).await.err(), Some(Code::BuyerInvalid));
        body["buyer"]["postal_code"] = json!("１５０－０００１");
        let identity = tries(&operator, &body).await.unwrap().desk.identity;
        assert_eq!(identity.blockers, Vec::<MethodBlocker>::new());
        assert_eq!((identity.delivery.name.family.as_str(), identity.profile.name.family.as_str()), ("贈答", "試験"));
        assert_eq!(identity.delivery.postal_code.as_deref(), Some("1000001"));
        assert_eq!(identity.profile.postal_code.as_deref(), Some("1500001"));

        let mut body = entered_as("o2", "bank_transfer");
        body["buyer"]["parts"] = whole("試験", "花子");
        body["address"]["name"] = json!("贈答 太郎");
        let identity = tries(&operator, &body).await.unwrap().desk.identity;
        assert_eq!(identity.delivery.name, PersonName::default());
        assert_eq!(identity.profile.postal_code, None);
        shop.ends().await;
    }

    /// R43: the total is added up by the server with shipping, before and when it is stored; another one is refused.
    async fn r43_the_quoted_total_is_the_stored_one(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let lines = json!([{ "product": "coffee", "quantity": 2 }]);
        let quote = async |lines: &Value| {
            operator.sends(Method::POST, &format!("{PATH}/quote"), Some(&json!({ "lines": lines }))).await
        };
        let answer = quote(&lines).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let totals: Totals = answer.read();
        assert_eq!((totals.goods.get(), totals.shipping_fee.get(), totals.total.get()), (2960, 550, 3510));
        assert_eq!(shop.count("select count(*) as n from orders").await, 0, "a quote stores nothing");
        let mut body = entered_as("o1", "bank_transfer");
        body["total"] = json!(2960);
        assert_eq!(tries(&operator, &body).await.err(), Some(Code::TotalChanged));
        assert_eq!(shop.count("select count(*) as n from orders").await, 0, "nothing was entered");
        body["total"] = json!(totals.total);
        assert_eq!(tries(&operator, &body).await.unwrap().totals, totals);
        for wrong in [json!([]), json!([{ "product": "coffee", "quantity": 0 }]), json!([{ "product": "nothing", "quantity": 1 }])] {
            assert!(quote(&wrong).await.status >= 400, "{wrong}");
        }
        shop.ends().await;
    }

    /// R51: an entered order is found by its buyer's name and phone, like every other.
    async fn r51_an_entered_order_is_found(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let number = tries(&operator, &deferred("o1")).await.unwrap().row.number.to_string();
        for search in ["試験", "0312345678", "hanako@example.jp"] {
            eventually("the order is found", async || {
                let found = operator.sends(Method::GET, &format!("/api/shops/demo/orders?q={search}"), None).await;
                (found.status == 200 && found.body.to_string().contains(&number)).then_some(())
            })
            .await;
        }
        shop.ends().await;
    }

    /// R43, R59: the same order pressed twice is one; one that was corrected after a lost answer is not taken for the first.
    async fn r43_a_corrected_second_press_is_told_that_the_first_stands(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let first = tries(&operator, &entered_as("o1", "bank_transfer")).await.unwrap();
        assert_eq!(tries(&operator, &entered_as("o1", "bank_transfer")).await.unwrap().row.number, first.row.number);
        type Correct = fn(&mut Value);
        let corrections: [(&str, Correct); 6] = [
            ("another quantity", |body| body["lines"][0]["quantity"] = json!(3)),
            ("another product", |body| body["lines"][0]["product"] = json!("cup")),
            ("another total", |body| body["total"] = json!(1)),
            ("another buyer", |body| body["buyer"]["name"] = json!("試験 次郎")),
            ("another mail address", |body| body["buyer"]["mail"] = json!("jiro@example.jp")),
            ("another address", |body| body["address"]["lines"] = json!(["千代田区千代田1-2"])),
        ];
        for (what, correct) in corrections {
            let mut body = entered_as("o1", "bank_transfer");
            correct(&mut body);
            assert_eq!(tries(&operator, &body).await.err(), Some(Code::OrderChanged), "{what}");
        }
        assert_eq!(shop.count("select count(*) as n from orders").await, 1);
        shop.ends().await;
    }
}
