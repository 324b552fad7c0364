//! R45: the optional question in the review for the buyer's name in parts and kana.

use crate::buyer_data::{PERSONS, becomes_member, line};
use crate::by_hand::{changes, eventually_later};
use crate::desk::done;
use crate::my_page::shop_id;
use crate::order_list::finds;
use crate::subscription_checkout;
use backend::store::orders;
use integration_tests::{Answer, Buyer, Operator, Purchase, TestShop, eventually, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{Code, OrderView, Outcome, QuestionView};
use shared::order::OrderOrigin;
use shared::order_action::IdentityGap;
use simulator::FaultKind;
use std::time::Duration;

/// The recipient of this place in the address book is somebody else.
const GIFT: usize = 6;

/// The operator switches the question on or off.
async fn asks(operator: &Operator, on: bool) {
    const SETTINGS: &str = "/api/shops/demo/payment-settings";
    let mut settings = operator.sends(Method::GET, SETTINGS, None).await.body;
    settings["ask_name"] = json!(on);
    let saved = operator.sends(Method::PUT, SETTINGS, Some(&settings)).await;
    assert_eq!((saved.status, &saved.body["ask_name"]), (200, &json!(on)), "{}", saved.body);
}

fn hanako() -> Value {
    json!({ "family": "試験", "given": "花子", "family_kana": "しけん", "given_kana": "ﾊﾅｺ" })
}

async fn presses(buyer: &Buyer<'_>, purchase: &Purchase, name: &Value) -> Answer {
    let path = format!("/api/shops/demo/checkouts/{}/order", purchase.checkout);
    let body = json!({ "consents": ["terms"], "name": name });
    buyer.sends(Method::POST, &path, Some(&purchase.token), Some(&body)).await
}

/// What the review asks.
async fn question(buyer: &Buyer<'_>, purchase: &Purchase) -> Option<QuestionView> {
    buyer.reviews(purchase).await.question
}

fn values(question: &QuestionView) -> Vec<&str> {
    question.fields.iter().map(|field| field.value.as_str()).collect()
}

/// Pays after a press, and the order that comes of it, at rest and found by its number.
async fn pays(shop: &TestShop, operator: &Operator, purchase: &Purchase) -> OrderView {
    shop.control.pay(&purchase.session).await.expect("Amazon processes");
    let result = shop.buyer().completes(purchase).await;
    let number = result.order_number.expect("an order").to_string();
    let row = operator.sees(&number, "at rest", |row| row.version >= 2).await;
    // The file is asked for by the number, which a job writes down.
    finds(operator, &number, 1).await;
    operator.detail(row.id.as_str()).await
}

fn gaps(view: &OrderView) -> Vec<(bool, IdentityGap)> {
    view.desk.identity.blockers.iter().map(|one| (one.in_delivery_address, one.gap)).collect()
}

/// Time passes until the permission of the one order has been read.
async fn permission_is_read(shop: &mut TestShop) {
    let read = "select count(*) as n from orders where permission_read_at is not null";
    eventually_later(shop, "the permission is read", Duration::from_secs(600), async |shop| {
        (shop.count(read).await == 1).then_some(())
    })
    .await;
}

/// Whether the timeline says that the shopper told the name.
fn told(view: &OrderView) -> bool {
    view.timeline
        .iter()
        .any(|entry| entry.text_ja.contains("姓名を入力しました") && entry.text_en.contains("Told the name"))
}

on_both_databases! {
    /// R45: a shop that does not ask shows no question, and passes over an answer: a page may be older than the setting.
    async fn r45_nothing_is_asked_unless_the_shop_asks(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let buyer = shop.buyer();
        let purchase = buyer.goes_to_review("coffee", 1).await;
        let review = buyer.does(&purchase, "review").await;
        assert_eq!(review.body.get("question"), None, "{}", review.body);
        let nonsense = json!({ "family": "試験", "family_kana": "Shiken" });
        assert_eq!(presses(&buyer, &purchase, &nonsense).await.status, 200);
        let view = pays(&shop, &operator, &purchase).await;
        assert!(!told(&view));
        let blank = "\"\",\"試験 花子\",\"\",\"\",\"\",\"試験 花子\",\"\",\"\"";
        assert_eq!(line(&operator, view.row.number.as_str(), PERSONS).await, blank);

        // Switched off while the shopper types.
        asks(&operator, true).await;
        let purchase = buyer.goes_to_review("coffee", 1).await;
        assert!(question(&buyer, &purchase).await.is_some());
        asks(&operator, false).await;
        assert_eq!(presses(&buyer, &purchase, &hanako()).await.status, 200);
        assert!(!told(&pays(&shop, &operator, &purchase).await));
        shop.ends().await;
    }

    /// R44, R45, R51: the answer is the buyer's, and the recipient's of the same name: nothing is missing any more, the order
    /// is found by its kana, the file has the name in parts, and Amazon's spelling is kept.
    async fn r45_an_answer_completes_buyer_and_recipient(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        asks(&operator, true).await;
        let buyer = shop.buyer();
        let purchase = buyer.goes_to_review("coffee", 1).await;
        let asked = question(&buyer, &purchase).await.expect("a question");
        let names: Vec<_> = asked.fields.iter().map(|field| (field.name.as_str(), field.label.as_str())).collect();
        assert_eq!(names, [("family", "姓"), ("given", "名"), ("family_kana", "セイ"), ("given_kana", "メイ")]);
        assert_eq!(values(&asked), ["試験", "花子", "", ""]);
        assert_eq!(presses(&buyer, &purchase, &hanako()).await.status, 200);
        let view = pays(&shop, &operator, &purchase).await;
        assert!(told(&view), "{:?}", view.timeline);
        assert_eq!(view.timeline.iter().filter(|entry| entry.text_ja.contains("シケン")).count(), 0);
        let identity = &view.desk.identity;
        assert!(identity.blockers.is_empty() && !identity.is_member, "{:?}", identity.blockers);
        assert_eq!((identity.profile.original.as_str(), identity.delivery.original.as_str()), ("試験 花子", "試験 花子"));
        let number = view.row.number.as_str();
        let whole = "\"試験\",\"花子\",\"シケン\",\"ハナコ\",\"試験\",\"花子\",\"シケン\",\"ハナコ\"";
        assert_eq!(line(&operator, number, PERSONS).await, whole);
        finds(&operator, "しけん", 1).await;
        // An operator's edit goes on from there.
        let name = json!({ "name": { "family": "鍋島", "given": "花", "family_kana": "ナベシマ", "given_kana": "ハナ" } });
        done(&operator, view.row.id.as_str(), "buyer", &json!({ "version": view.row.version, "profile": name })).await;
        let edited = "\"鍋島\",\"花\",\"ナベシマ\",\"ハナ\",\"試験\",\"花子\",\"シケン\",\"ハナコ\"";
        assert_eq!(line(&operator, number, PERSONS).await, edited);
        shop.ends().await;
    }

    /// R45: what cannot be read is refused field by field, in the reader's language; nothing is pressed by it, and the next
    /// answer counts. What was told stands in the fields when the shopper comes back from Amazon's page.
    async fn r45_what_cannot_be_read_is_refused_by_field(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        asks(&operator, true).await;
        let buyer = shop.buyer();
        let purchase = buyer.goes_to_review("coffee", 1).await;
        question(&buyer, &purchase).await.expect("a question");
        let long = "長".repeat(51);
        let faults = |faults: &[(&str, &str)]| -> Value {
            faults.iter().map(|(field, problem)| json!([field, problem])).collect()
        };
        for (name, expected) in [
            (json!({ "family": "試験", "given": "花子", "family_kana": "シケン" }), faults(&[("given_kana", "missing")])),
            (json!({ "family": "試験", "given": "花子", "family_kana": "Shiken", "given_kana": "花子" }),
             faults(&[("family_kana", "unreadable"), ("given_kana", "unreadable")])),
            (json!({ "family": long, "given": "" }), faults(&[("family", "too_long"), ("given", "missing")])),
        ] {
            let refused = presses(&buyer, &purchase, &name).await;
            assert_eq!((refused.status, refused.code()), (422, Some(Code::NameInvalid)), "{}", refused.body);
            let fields = refused.body["fields"].as_array().expect("fields");
            let found: Value = fields.iter().map(|one| json!([one["field"], one["problem"]])).collect();
            assert_eq!(found, expected, "{}", refused.body);
            assert!(fields.iter().all(|one| one["text"].as_str().is_some_and(|text| !text.is_ascii())), "{fields:?}");
            assert!(!refused.text.contains("試験") && !refused.text.contains("Shiken"), "{}", refused.text);
        }
        let path = format!("/api/shops/demo/checkouts/{}/order", purchase.checkout);
        let body = json!({ "consents": ["terms"], "name": { "family": "試験" } });
        let english = shop.http.post(format!("{}{path}", shop.public_url())).bearer_auth(&purchase.token)
            .header("origin", integration_tests::SHOP_ORIGIN).header("accept-language", "en").json(&body);
        let refused = Answer::of(english.send().await.unwrap()).await;
        assert_eq!(refused.body["fields"][0]["text"], "Please enter: Given name.", "{}", refused.body);
        let unknown = presses(&buyer, &purchase, &json!({ "family": "試験", "nickname": "はな" })).await;
        assert_eq!(unknown.code(), Some(Code::BadRequest), "{}", unknown.body);
        assert_eq!(shop.count("select count(*) as n from checkout where checkout_state = 'reviewing'").await, 1);
        assert_eq!(shop.count("select count(*) as n from cart_hold").await, 0);

        assert_eq!(presses(&buyer, &purchase, &hanako()).await.status, 200);
        let again = question(&buyer, &purchase).await.expect("asked again");
        assert_eq!(values(&again), ["試験", "花子", "シケン", "ハナコ"]);
        let swapped = json!({ "family": "花子", "given": "試験" });
        assert_eq!(presses(&buyer, &purchase, &swapped).await.status, 200);
        let view = pays(&shop, &operator, &purchase).await;
        let last = "\"花子\",\"試験\",\"\",\"\",\"花子\",\"試験\",\"\",\"\"";
        assert_eq!(line(&operator, view.row.number.as_str(), PERSONS).await, last);
        assert_eq!(gaps(&view), [(true, IdentityGap::Kana), (false, IdentityGap::Kana)]);
        shop.ends().await;
    }

    /// R45: left as it was proposed, or emptied, the question is not answered: nobody has accepted the split.
    async fn r45_a_proposal_left_alone_is_no_answer(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        asks(&operator, true).await;
        let buyer = shop.buyer();
        for name in [json!({ "family": "試験", "given": "花子", "family_kana": "", "given_kana": "" }), json!({}), Value::Null] {
            let purchase = buyer.goes_to_review("coffee", 1).await;
            question(&buyer, &purchase).await.expect("a question");
            assert_eq!(presses(&buyer, &purchase, &name).await.status, 200, "{name}");
            let view = pays(&shop, &operator, &purchase).await;
            assert!(!told(&view), "{name}");
            let blank = "\"\",\"試験 花子\",\"\",\"\",\"\",\"試験 花子\",\"\",\"\"";
            assert_eq!(line(&operator, view.row.number.as_str(), PERSONS).await, blank, "{name}");
        }
        shop.ends().await;
    }

    /// R45: of a recipient who is somebody else nothing is known by an answer about the buyer.
    async fn r45_an_answer_tells_nothing_of_another_recipient(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        asks(&operator, true).await;
        let buyer = shop.buyer().with_address(GIFT);
        let purchase = buyer.goes_to_review("coffee", 1).await;
        assert_eq!(values(&question(&buyer, &purchase).await.expect("a question")), ["試験", "花子", "", ""]);
        assert_eq!(presses(&buyer, &purchase, &hanako()).await.status, 200);
        let view = pays(&shop, &operator, &purchase).await;
        let apart = "\"試験\",\"花子\",\"シケン\",\"ハナコ\",\"\",\"贈答 梅\",\"\",\"\"";
        assert_eq!(line(&operator, view.row.number.as_str(), PERSONS).await, apart);
        let missing = [(true, IdentityGap::FamilyName), (true, IdentityGap::Kana), (false, IdentityGap::PostalCode)];
        assert_eq!(gaps(&view), missing);
        shop.ends().await;
    }

    /// R44, R45, R91: a member's answer completes the profile, and the next order is asked nothing and lacks nothing.
    async fn r45_r91_a_member_is_asked_once(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let first = crate::desk::authorized(&shop, &operator, "coffee", 1).await;
        becomes_member(&shop, &first).await;
        asks(&operator, true).await;
        let buyer = shop.buyer();
        let purchase = buyer.goes_to_review("coffee", 1).await;
        assert!(question(&buyer, &purchase).await.is_some());
        assert_eq!(presses(&buyer, &purchase, &hanako()).await.status, 200);
        let view = pays(&shop, &operator, &purchase).await;
        assert!(view.desk.identity.is_member && told(&view));
        assert_eq!(gaps(&view), []);

        let purchase = buyer.goes_to_review("coffee", 1).await;
        assert!(question(&buyer, &purchase).await.is_none(), "known by now");
        let other = json!({ "family": "別人", "given": "某", "family_kana": "ベツジン", "given_kana": "ナニガシ" });
        assert_eq!(presses(&buyer, &purchase, &other).await.status, 200);
        let view = pays(&shop, &operator, &purchase).await;
        assert!(!told(&view) && gaps(&view).is_empty());
        let whole = "\"試験\",\"花子\",\"シケン\",\"ハナコ\",\"試験\",\"花子\",\"シケン\",\"ハナコ\"";
        assert_eq!(line(&operator, view.row.number.as_str(), PERSONS).await, whole);

        // What an operator completed while the shopper was at Amazon stays in the profile.
        changes(&shop, "update member set identity = null", Vec::new()).await;
        let purchase = buyer.goes_to_review("coffee", 1).await;
        assert!(question(&buyer, &purchase).await.is_some());
        assert_eq!(presses(&buyer, &purchase, &hanako()).await.status, 200);
        let kept = r#"{"family":"鍋島","given":"花","family_kana":"ナベシマ","given_kana":"ハナ"}"#;
        let sql = "update member set identity = $1, profile_version = profile_version + 1";
        changes(&shop, sql, backend::values![kept]).await;
        let view = pays(&shop, &operator, &purchase).await;
        assert_eq!(view.desk.identity.profile.name.family, "鍋島");
        assert_eq!(line(&operator, view.row.number.as_str(), PERSONS).await, whole, "the order has what the shopper told");
        shop.ends().await;
    }

    /// R45: the permission's address wins, and with it another recipient: nothing told of the buyer stands with it.
    async fn r45_another_recipient_of_the_permission_is_not_the_buyer(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        asks(&operator, true).await;
        let away = FaultKind::Status { status: 503, reason_code: None };
        shop.control.fail(Some("getChargePermission"), away, 1_000).await.unwrap();
        let buyer = shop.buyer();
        let purchase = buyer.goes_to_review("coffee", 1).await;
        question(&buyer, &purchase).await.expect("a question");
        assert_eq!(presses(&buyer, &purchase, &hanako()).await.status, 200);
        let view = pays(&shop, &operator, &purchase).await;
        assert_eq!(gaps(&view), []);
        let permission = shop.control.permissions().await.unwrap()[0]["chargePermissionId"].as_str().unwrap().to_owned();
        shop.control.post(&format!("permissions/{permission}/address"), json!({ "address": GIFT })).await.unwrap();
        shop.control.clear_faults().await.unwrap();
        permission_is_read(&mut shop).await;
        let missing = [(true, IdentityGap::FamilyName), (true, IdentityGap::Kana), (false, IdentityGap::PostalCode)];
        assert_eq!(gaps(&operator.signs_in_again().await.detail(view.row.id.as_str()).await), missing);
        shop.ends().await;
    }

    /// R45: Amazon cannot be asked who bought when the order comes about; the answer is in it all the same, and holds for
    /// the recipient once the permission tells name and address.
    async fn r45_an_answer_waits_for_a_buyer_told_later(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        asks(&operator, true).await;
        let buyer = shop.buyer();
        let purchase = buyer.goes_to_review("coffee", 1).await;
        question(&buyer, &purchase).await.expect("a question");
        assert_eq!(presses(&buyer, &purchase, &hanako()).await.status, 200);
        shop.control.pay(&purchase.session).await.expect("Amazon processes");
        let away = FaultKind::Status { status: 503, reason_code: None };
        shop.control.fail(None, away, 1_000).await.unwrap();
        assert_eq!(buyer.completes(&purchase).await.outcome, Outcome::Confirming);
        shop.control.clear_faults().await.unwrap();
        let number = eventually_later(&mut shop, "the order", Duration::from_secs(10), async |shop| {
            shop.buyer().result(&purchase).await.order_number
        })
        .await;
        permission_is_read(&mut shop).await;
        let operator = operator.signs_in_again().await;
        let row = operator.sees(number.as_str(), "the buyer's name", |row| !row.buyer_name.is_empty()).await;
        let view = operator.detail(row.id.as_str()).await;
        assert!(told(&view) && gaps(&view).is_empty(), "{:?}", view.desk.identity.blockers);
        shop.ends().await;
    }

    /// R44, R45: the answer goes with the later deliveries of a subscription, for buyer and recipient.
    async fn r45_an_answer_goes_with_later_deliveries(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        asks(&operator, true).await;
        let cart = json!({ "product": "coffee-club", "quantity": 1, "cycle": { "unit": "week", "every": 2 } });
        let purchase = subscription_checkout::goes_to_review(&shop.buyer(), &json!({ "subscription": cart })).await;
        shop.buyer().reviews(&purchase).await;
        assert_eq!(presses(&shop.buyer(), &purchase, &hanako()).await.status, 200);
        pays(&shop, &operator, &purchase).await;
        shop.advances(Duration::from_secs(30 * 86_400));
        let renewal = eventually("the renewal's order", async || {
            let reader = shop.app().store.reader().await.ok()?;
            let all = orders::page(&reader, &shop_id(), None, 9).await.ok()?;
            all.into_iter().find(|order| order.origin == OrderOrigin::Renewal)
        })
        .await;
        let identity = &renewal.desk.identity;
        assert_eq!((identity.buyer.family_kana.as_str(), identity.delivery.given_kana.as_str()), ("シケン", "ハナコ"));
        eventually_later(&mut shop, "it is decided", Duration::from_secs(40), async |shop| {
            let waiting = "select count(*) as n from orders where payment_state = 'authorization_pending'";
            (shop.count(waiting).await == 0).then_some(())
        })
        .await;
        shop.ends().await;
    }

    /// R45: the name that was told stays with the checkout only as long as an order may come of it.
    async fn r45_a_checkout_that_is_over_keeps_no_name(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        asks(&operator, true).await;
        let kept = "select count(*) as n from checkout where told_name is not null";
        let buyer = shop.buyer();
        let (paid, given_up) = (buyer.goes_to_review("coffee", 1).await, buyer.goes_to_review("cup", 1).await);
        for purchase in [&paid, &given_up] {
            question(&buyer, purchase).await.expect("a question");
            assert_eq!(presses(&buyer, purchase, &hanako()).await.status, 200);
        }
        assert_eq!(shop.count(kept).await, 2);
        assert!(told(&pays(&shop, &operator, &paid).await));
        assert_eq!(shop.count(kept).await, 1);
        shop.control.cancel(&given_up.session).await.unwrap();
        assert_eq!(shop.buyer().completes(&given_up).await.outcome, Outcome::Cancelled);
        assert_eq!(shop.count(kept).await, 0);
        shop.ends().await;
    }
}
