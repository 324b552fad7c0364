//! 再決済のご案内: a link that makes one new Amazon Pay order of the same lines, prices checked anew.

use crate::by_hand::{claims, goes_to_review, starts};
use crate::desk::{authorized, cancel, captured, done, refused, sees_detail, states};
use crate::order_list::page;
use crate::reauthorization::expired;
use integration_tests::{Buyer, Operator, Purchase, TestShop, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{
    Code, CorrectionKind, DashboardView, ItemState, NoMail, OrderView, Outcome, PaymentLinkView,
    StartedCheckout, TileKind,
};
use shared::status_icon::StatusIcon;
use std::time::Duration;

/// What the page behind the link hands on as its cart.
fn cart_of(link: &PaymentLinkView) -> Value {
    let cart = link.url.split_once("/pay/demo/start?cart=").expect("the start page").1;
    json!({ "cart": { "signed": cart } })
}

/// A link for the order, as an operator makes it.
pub async fn link_for(operator: &Operator, id: &str) -> PaymentLinkView {
    let version = operator.detail(id).await.row.version;
    crate::desk::acts(operator, id, "payment-link", &json!({ "version": version })).await.read()
}

/// Opens the link and goes as far as the review.
pub async fn opens(buyer: &Buyer<'_>, link: &PaymentLinkView) -> Purchase {
    let mut start = cart_of(link);
    start["pages"] = json!("shop");
    let started: StartedCheckout =
        buyer.sends(Method::POST, "/api/shops/demo/checkouts", None, Some(&start)).await.read();
    let purchase = buyer.chooses(started).await;
    buyer.reviews(&purchase).await;
    purchase
}

async fn reauthorizes(operator: &Operator, id: &str) -> Code {
    let version = operator.detail(id).await.row.version;
    refused(operator, id, "reauthorize", &json!({ "version": version })).await
}

async fn quote(shop: &TestShop, of: &str, cart: &Value) -> integration_tests::Answer {
    shop.buyer().sends(Method::POST, &format!("/api/shops/{of}/quotes"), None, Some(cart)).await
}

/// An order at 与信NG of the catalogue's goods.
async fn declined(shop: &mut TestShop, operator: &Operator) -> OrderView {
    let number =
        shop.buyer().with_card("4354").buys("coffee", 1).await.order_number.expect("an order").to_string();
    shop.advances(Duration::from_secs(31));
    let declined = Some(StatusIcon::AuthorizationDeclined);
    let row = operator.sees(&number, "与信NG", |row| row.icon == declined).await;
    operator.detail(row.id.as_str()).await
}

async fn refused_link(operator: &Operator, id: &str) -> Code {
    let version = operator.detail(id).await.row.version;
    refused(operator, id, "payment-link", &json!({ "version": version })).await
}

/// An order at 与信NG that used 100 points and a coupon of ¥50.
async fn declined_with_points(shop: &mut TestShop, operator: &Operator, cart: &str) -> OrderView {
    let mut cart = claims(shop, cart);
    cart["lines"][0]["product_id"] = json!("coffee");
    (cart["points_used"], cart["coupon_discount"]) = (json!(100), json!(50));
    let buyer = shop.buyer().with_card("4354");
    let purchase = goes_to_review(&buyer, &cart).await;
    buyer.pays(&purchase).await;
    let number = buyer.completes(&purchase).await.order_number.expect("an order").to_string();
    shop.advances(Duration::from_secs(31));
    let declined = Some(StatusIcon::AuthorizationDeclined);
    let row = operator.sees(&number, "与信NG", |row| row.icon == declined).await;
    operator.detail(row.id.as_str()).await
}

/// Pays by a fresh link for the order; its number.
async fn pays_anew(shop: &TestShop, operator: &Operator, old: &OrderView) -> String {
    let body = json!({ "version": old.row.version });
    let link: PaymentLinkView =
        crate::desk::acts(operator, old.row.id.as_str(), "payment-link", &body).await.read();
    let mut start = cart_of(&link);
    start["pages"] = json!("shop");
    let buyer = shop.buyer();
    let started = buyer.sends(Method::POST, "/api/shops/demo/checkouts", None, Some(&start)).await;
    let purchase = buyer.chooses(started.read()).await;
    buyer.pays(&purchase).await;
    buyer.completes(&purchase).await.order_number.expect("an order").to_string()
}

/// What the shop owes of points and coupons for the order, sorted.
async fn owed(operator: &Operator, id: &str) -> Vec<(CorrectionKind, i64, String)> {
    let corrections = operator.detail(id).await.desk.corrections;
    let mut owed: Vec<_> = corrections.into_iter().map(|one| (one.kind, one.amount, one.cause)).collect();
    owed.sort_by_key(|one| one.1);
    owed
}

on_both_databases! {
    /// R92: the points and the coupon of an order that was paid anew by a link are owed once: none before, one each with
    /// the new order, none more with a cancel after it; and what a cancel gave back first the link does not give again.
    async fn r92_points_of_an_order_paid_anew_are_given_back_once(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let old = declined_with_points(&mut shop, &operator, "points-1").await;
        let id = old.row.id.as_str();
        assert_eq!(owed(&operator, id).await, []);
        pays_anew(&shop, &operator, &old).await;
        let once = |cause: &str| {
            let of = |kind, amount| (kind, amount, cause.to_owned());
            vec![of(CorrectionKind::Coupon, 50), of(CorrectionKind::Points, 100)]
        };
        assert_eq!(owed(&operator, id).await, once("replaced"));
        let old = operator.detail(id).await;
        done(&operator, id, "cancel", &cancel(old.row.version)).await;
        assert_eq!(owed(&operator, id).await, once("replaced"));

        let old = declined_with_points(&mut shop, &operator, "points-2").await;
        let id = old.row.id.as_str();
        let old = done(&operator, id, "cancel", &cancel(old.row.version)).await;
        assert_eq!(owed(&operator, id).await, once("cancel"));
        pays_anew(&shop, &operator, &old).await;
        assert_eq!(owed(&operator, id).await, once("cancel"));
        shop.ends().await;
    }

    /// R38, R89: a canceled paid order is paid anew by the link, at today's prices; both orders are linked, the link is used.
    async fn r38_a_link_makes_one_new_order_of_the_same_lines(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = captured(&shop, &operator, "coffee", 2).await;
        let id = row.id.as_str();
        assert_eq!(refused(&operator, id, "payment-link", &json!({ "version": row.version })).await, Code::PaymentState);
        done(&operator, id, "cancel", &cancel(row.version)).await;
        shop.advances(Duration::from_secs(60));
        let view = sees_detail(&operator, id, "取消完了", |view| view.row.icon.is_none()).await;
        let body = json!({ "version": view.row.version });
        let link: PaymentLinkView = crate::desk::acts(&operator, id, "payment-link", &body).await.read();
        assert_eq!(operator.detail(id).await.desk.link_open_until, Some(link.expires_at));

        let sql = "update product set price = 1600 where product_id = 'coffee'";
        shop.app().store.write(backend::store::Statement::new(sql, Vec::new())).await.unwrap();
        let page = shop.http.get(&link.url).send().await.unwrap();
        assert_eq!(page.status(), 200);
        assert!(page.text().await.unwrap().contains("cart=\"link."));
        let buyer = shop.buyer();
        let quote = buyer.sends(Method::POST, "/api/shops/demo/quotes", None, Some(&cart_of(&link))).await;
        assert_eq!(quote.body["totals"]["total"], 3750, "{}", quote.body);

        let mut start = cart_of(&link);
        start["pages"] = json!("shop");
        let started: StartedCheckout =
            buyer.sends(Method::POST, "/api/shops/demo/checkouts", None, Some(&start)).await.read();
        let purchase = buyer.chooses(started).await;
        buyer.pays(&purchase).await;
        let number = buyer.completes(&purchase).await.order_number.expect("an order").to_string();
        let new = operator.sees(&number, "与信OK", |row| row.icon == Some(StatusIcon::Authorized)).await;
        let (old, new) = (operator.detail(id).await, operator.detail(new.id.as_str()).await);
        assert_eq!(new.desk.replaces.as_ref().map(|link| &link.number), Some(&old.row.number));
        assert_eq!(old.desk.replaced_by.as_ref().map(|link| &link.number), Some(&new.row.number));

        let again = buyer.sends(Method::POST, "/api/shops/demo/checkouts", None, Some(&start)).await;
        assert_eq!(again.code(), Some(Code::OrderPlacedAlready), "{}", again.body);
        assert!(again.text.contains(&number), "{}", again.text);
        let version = old.row.version;
        assert_eq!(refused(&operator, id, "payment-link", &json!({ "version": version })).await, Code::NothingToDo);
        shop.ends().await;
    }

    /// R89: a link ends after seven days; a made-up one, and one of another shop, opens nothing; no token is stored.
    async fn r89_a_link_ends_and_cannot_be_guessed(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        let version = done(&operator, id, "cancel", &cancel(row.version)).await.row.version;
        let link: PaymentLinkView =
            crate::desk::acts(&operator, id, "payment-link", &json!({ "version": version })).await.read();
        assert_eq!(quote(&shop, "demo", &cart_of(&link)).await.status, 200);
        assert_eq!(quote(&shop, "other", &cart_of(&link)).await.code(), Some(Code::PaymentLinkInvalid));
        let guess = json!({ "cart": { "signed": "link.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" } });
        assert_eq!(quote(&shop, "demo", &guess).await.code(), Some(Code::PaymentLinkInvalid));
        // A cart signed by the shop's server cannot take the name of another order's cart.
        let exp = shop.app().clock.now().as_second() + 600;
        let line = json!({ "product_id": "coffee", "name": "c", "unit_price": 1, "quantity": 1, "tax_rate": "reduced" });
        let claims = json!({ "iss": "demo", "aud": "noren", "exp": exp, "cart_id": format!("again-{id}"), "lines": [line] });
        let signed = TestShop::signed_cart(&claims, &integration_tests::CART_SECRET);
        assert_eq!(quote(&shop, "demo", &json!({ "cart": { "signed": signed } })).await.code(), Some(Code::SignedCartForged));
        shop.advances(Duration::from_secs(7 * 24 * 3600 + 1));
        assert_eq!(quote(&shop, "demo", &cart_of(&link)).await.code(), Some(Code::PaymentLinkInvalid));
        shop.ends().await;
    }

    /// R53, R92: once an order is paid anew, nothing is left to do for the one before: it is in no tile and no error any
    /// more, and still found by its icon.
    async fn r53_an_order_paid_anew_needs_nobody_any_more(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let old = declined_with_points(&mut shop, &operator, "tiles").await;
        let counts = async || {
            let view: DashboardView = operator.sends(Method::GET, "/api/shops/demo/dashboard", None).await.read();
            let tile = view.tiles.into_iter().find(|tile| tile.kind == TileKind::Declined).unwrap();
            let listed = async |query: &str| page(&operator, query).await.orders.len();
            (tile.count, listed(&tile.query.unwrap()).await, listed("error=1").await, listed("icon=authorization_declined").await)
        };
        assert_eq!(counts().await, (1, 1, 1, 1));
        pays_anew(&shop, &operator, &old).await;
        assert_eq!(counts().await, (0, 0, 0, 1));
        shop.ends().await;
    }

    /// R48, R89: an order at 与信NG that was paid by its link is authorized no more, neither singly nor in a run.
    async fn r48_an_order_that_was_paid_by_its_link_is_not_authorized_anew(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let buyer = shop.buyer().with_card("4354");
        let purchase = buyer.goes_to_review("coffee", 1).await;
        buyer.pays(&purchase).await;
        let number = buyer.completes(&purchase).await.order_number.unwrap().to_string();
        shop.advances(Duration::from_secs(31));
        let declined = |row: &shared::api::OrderRow| row.icon == Some(StatusIcon::AuthorizationDeclined);
        let row = operator.sees(&number, "与信NG", declined).await;
        let id = row.id.as_str();
        let buyer = shop.buyer();
        let again = opens(&buyer, &link_for(&operator, id).await).await;
        buyer.pays(&again).await;
        let new = buyer.completes(&again).await.order_number.unwrap().to_string();
        operator.sees(&new, "与信OK", |row| row.icon == Some(StatusIcon::Authorized)).await;

        assert_eq!(reauthorizes(&operator, id).await, Code::OrderReplaced);
        let version = operator.detail(id).await.row.version;
        let run = json!({ "run_id": "run-1", "steps": { "reauthorize": true, "capture": true }, "orders": [{ "id": id, "version": version }] });
        assert_eq!(operator.sends(Method::POST, "/api/shops/demo/bulk-runs", Some(&run)).await.status, 200);
        let item = operator.sees_run("run-1").await.items.remove(0);
        let code = item.problem.as_ref().map(|problem| problem.code);
        assert_eq!((item.state, code), (ItemState::LeftOut, Some(Code::OrderReplaced)));
        assert_eq!(states(&shop, "charges").await, ["Declined", "Authorized"]);
        shop.ends().await;
    }

    /// R48, R89: 再与信 while the buyer looks at the link's review: the link's 注文する comes too late, one authorization stands.
    async fn r89_a_link_is_not_paid_once_its_order_is_authorized_anew(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let (operator, row) = expired(&mut shop, operator).await;
        let id = row.id.as_str();
        let buyer = shop.buyer();
        let opened = opens(&buyer, &link_for(&operator, id).await).await;
        let version = operator.detail(id).await.row.version;
        done(&operator, id, "reauthorize", &json!({ "version": version })).await;
        let pressed = buyer.does(&opened, "order").await;
        assert_eq!(pressed.code(), Some(Code::CartAlreadyOrdered), "{}", pressed.body);
        assert_eq!(states(&shop, "charges").await, ["Canceled", "Authorized"]);
        shop.ends().await;
    }

    /// R12, R48, R89: once 注文する is pressed by the link, its order is not authorized anew; given up, it may be; and what is
    /// paid at Amazon after that is not completed.
    async fn r12_of_a_link_and_a_new_authorization_one_reserves(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let (operator, row) = expired(&mut shop, operator).await;
        let id = row.id.as_str();
        let buyer = shop.buyer();
        let link = link_for(&operator, id).await;
        let (opened, other) = (opens(&buyer, &link).await, opens(&buyer, &link).await);
        for purchase in [&opened, &other] {
            assert_eq!(buyer.does(purchase, "order").await.status, 200);
            assert_eq!(reauthorizes(&operator, id).await, Code::OrderReplaced);
            // Back without having paid: the cart is let go, and with it the order.
            assert_eq!(buyer.completes(purchase).await.outcome, Outcome::Open);
        }
        let version = operator.detail(id).await.row.version;
        done(&operator, id, "reauthorize", &json!({ "version": version })).await;
        shop.control.pay(&opened.session).await.unwrap();
        let late = buyer.completes(&opened).await;
        assert_eq!((late.outcome, late.order_number), (Outcome::Cancelled, None));
        assert_eq!(states(&shop, "charges").await, ["Canceled", "Authorized"]);
        assert_eq!(shop.count("select count(*) as n from orders").await, 1);
        shop.ends().await;
    }

    /// R59, R89: the newest link alone opens; a second press by what the first operator saw makes none and mails nobody; the
    /// answer tells whether a mail goes out and to whom.
    async fn r59_a_new_link_ends_the_one_before_and_a_second_press_makes_none(database) {
        let mut shop = TestShop::on(database).await;
        let (mailbox, operator) = crate::mail::with_mails(&mut shop).await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        crate::mail::arrived(&mailbox, 1).await;
        let id = row.id.as_str();
        let version = done(&operator, id, "cancel", &cancel(row.version)).await.row.version;
        let body = json!({ "version": version });
        let link: PaymentLinkView = crate::desk::acts(&operator, id, "payment-link", &body).await.read();
        assert!(link.mailed_to.is_some() && link.no_mail.is_none(), "{:?}", link.no_mail);
        assert_eq!(refused(&operator, id, "payment-link", &body).await, Code::OrderChanged);
        assert_eq!(shop.count("select count(*) as n from payment_link").await, 1);
        let version = operator.detail(id).await.row.version;
        let body = json!({ "version": version });
        let second: PaymentLinkView = crate::desk::acts(&operator, id, "payment-link", &body).await.read();
        let first = json!({ "cart": { "signed": link.url.split_once("cart=").unwrap().1 } });
        assert_eq!(quote(&shop, "demo", &first).await.code(), Some(Code::PaymentLinkInvalid));
        assert_eq!(quote(&shop, "demo", &cart_of(&second)).await.status, 200);
        crate::mail::arrived(&mailbox, 3).await;
        crate::mail::quiet(&shop).await;
        assert_eq!(mailbox.mails().len(), 3, "the confirmation, and each link once");
        shop.ends().await;
    }

    /// R89: no link is made, and nobody is mailed, for lines that no link can open: not sold any more, or not by Amazon Pay.
    async fn r89_no_link_for_lines_that_are_not_sold(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 1).await;
        let id = row.id.as_str();
        let version = done(&operator, id, "cancel", &cancel(row.version)).await.row.version;
        let body = json!({ "version": version });
        for change in [
            "update product set on_sale = 0 where product_id = 'coffee'",
            "update product set on_sale = 1, amazon_pay = 0 where product_id = 'coffee'",
            "delete from product where product_id = 'coffee'",
        ] {
            shop.app().store.write(backend::store::Statement::new(change, Vec::new())).await.unwrap();
            let code = refused(&operator, id, "payment-link", &body).await;
            assert!(!matches!(code, Code::Internal | Code::PaymentLinkInvalid), "{change}: {code:?}");
            assert_eq!(shop.count("select count(*) as n from payment_link").await, 0, "{change}");
        }
        // One that can be paid, in a shop without a mail server: the answer says that nobody is mailed.
        let row = authorized(&shop, &operator, "cup", 1).await;
        let version = done(&operator, row.id.as_str(), "cancel", &cancel(row.version)).await.row.version;
        let body = json!({ "version": version });
        let link: PaymentLinkView = crate::desk::acts(&operator, row.id.as_str(), "payment-link", &body).await.read();
        assert_eq!((link.mailed_to, link.no_mail), (None, Some(NoMail::NoServer)));
        shop.ends().await;
    }

    /// R12, R89: a kept cart that is open while the link is paid is not ordered on top of it: the shopper reads the number, in the
    /// review and at 注文する. A cart that was changed is a new purchase, and so are the same goods once more.
    async fn r89_an_open_kept_cart_is_not_ordered_once_the_link_is_paid(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let old = declined(&mut shop, &operator).await;
        let link = link_for(&operator, old.row.id.as_str()).await;
        let buyer = shop.buyer();
        let (kept, changed) = (buyer.goes_to_review("coffee", 1).await, buyer.goes_to_review("coffee", 2).await);
        assert!(buyer.reviews(&kept).await.problem.is_none());
        let again = opens(&buyer, &link).await;
        buyer.pays(&again).await;
        let number = buyer.completes(&again).await.order_number.expect("an order").to_string();

        let told = buyer.reviews(&kept).await.problem.expect("a problem");
        assert_eq!(told.code, Code::OrderPlacedAlready);
        assert!(told.detail.contains(&number), "{}", told.detail);
        let pressed = buyer.does(&kept, "order").await;
        assert_eq!(pressed.code(), Some(Code::OrderPlacedAlready), "{}", pressed.body);
        assert!(pressed.text.contains(&number), "{}", pressed.text);
        assert_eq!(shop.count("select count(*) as n from orders").await, 2);

        buyer.pays(&changed).await;
        assert_eq!(buyer.completes(&changed).await.outcome, Outcome::Completed);
        let more = buyer.buys("coffee", 1).await;
        let more = operator.sees(more.order_number.unwrap().as_str(), "once more", |_| true).await;
        assert!(operator.detail(more.id.as_str()).await.desk.replaces.is_none());
        shop.ends().await;
    }

    /// R12, R89: the kept cart is ordered: its order takes the place of the declined one, which is authorized no more, and the
    /// link says under which number, opened before or after.
    async fn r89_once_the_kept_cart_is_ordered_the_link_says_so(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let old = declined(&mut shop, &operator).await;
        let id = old.row.id.as_str();
        let link = link_for(&operator, id).await;
        let buyer = shop.buyer();
        let opened = opens(&buyer, &link).await;
        let number = buyer.buys("coffee", 1).await.order_number.expect("an order").to_string();
        let view = operator.detail(id).await;
        assert_eq!(view.desk.replaced_by.as_ref().map(|link| link.number.as_str()), Some(number.as_str()));
        for answer in [buyer.does(&opened, "order").await, quote(&shop, "demo", &cart_of(&link)).await] {
            assert_eq!(answer.code(), Some(Code::OrderPlacedAlready), "{}", answer.body);
            assert!(answer.text.contains(&number), "{}", answer.text);
        }
        assert_eq!(reauthorizes(&operator, id).await, Code::OrderReplaced);
        assert_eq!(states(&shop, "charges").await, ["Declined", "Authorized"]);
        shop.ends().await;
    }

    /// R12, R89: 注文する in both, whichever is first: the later one has it as long as nothing is paid, one order comes of both,
    /// and what is paid at Amazon for the other one is not completed.
    async fn r12_of_a_kept_cart_and_its_link_one_is_ordered(database) {
        for link_first in [false, true] {
            let mut shop = TestShop::on(database).await;
            let operator = shop.operator().await;
            let old = declined(&mut shop, &operator).await;
            let link = link_for(&operator, old.row.id.as_str()).await;
            let buyer = shop.buyer();
            let (kept, opened) = (buyer.goes_to_review("coffee", 1).await, opens(&buyer, &link).await);
            buyer.reviews(&kept).await;
            let (first, second) = if link_first { (&opened, &kept) } else { (&kept, &opened) };
            for purchase in [first, second] {
                let pressed = buyer.does(purchase, "order").await;
                assert_eq!(pressed.status, 200, "link first: {link_first}: {}", pressed.body);
                assert_eq!(reauthorizes(&operator, old.row.id.as_str()).await, Code::OrderReplaced);
            }
            for purchase in [first, second] {
                shop.control.pay(&purchase.session).await.unwrap();
            }
            assert_eq!(buyer.completes(second).await.outcome, Outcome::Completed, "link first: {link_first}");
            let late = buyer.completes(first).await;
            assert_eq!((late.outcome, late.order_number), (Outcome::Cancelled, None), "link first: {link_first}");
            assert_eq!(states(&shop, "charges").await, ["Declined", "Authorized"]);
            assert_eq!(shop.count("select count(*) as n from orders").await, 2);
            shop.ends().await;
        }
    }

    /// R89, R92: a cart of the shop's own server is known by its name: ordered after the link it is refused before Amazon, with
    /// other goods it is a new purchase; ordered instead of the link it gives the points back once.
    async fn r89_a_signed_cart_is_known_by_its_name(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let signed = |shop: &TestShop, name: &str, quantity: u32| {
            let mut cart = claims(shop, name);
            cart["lines"][0]["product_id"] = json!("coffee");
            cart["lines"][0]["quantity"] = json!(quantity);
            cart
        };
        let old = declined_with_points(&mut shop, &operator, "kept-1").await;
        let number = pays_anew(&shop, &operator, &old).await;
        let refused = starts(&shop.buyer(), &signed(&shop, "kept-1", 1)).await;
        assert_eq!(refused.code(), Some(Code::OrderPlacedAlready), "{}", refused.body);
        assert!(refused.text.contains(&number), "{}", refused.text);
        let changed = starts(&shop.buyer(), &signed(&shop, "kept-1", 2)).await;
        assert_eq!(changed.status, 201, "{}", changed.body);

        let old = declined_with_points(&mut shop, &operator, "kept-2").await;
        let id = old.row.id.as_str();
        let buyer = shop.buyer();
        let again = goes_to_review(&buyer, &signed(&shop, "kept-2", 1)).await;
        buyer.pays(&again).await;
        assert_eq!(buyer.completes(&again).await.outcome, Outcome::Completed);
        let view = operator.detail(id).await;
        assert!(view.desk.replaced_by.is_some());
        assert_eq!(owed(&operator, id).await.iter().map(|one| one.1).collect::<Vec<_>>(), [50, 100]);
        assert_eq!(refused_link(&operator, id).await, Code::NothingToDo);
        shop.ends().await;
    }

    /// R89: kept cart and mailed link stay one purchase when an operator has canceled the order at 与信NG, and when the link was
    /// mailed long after the order was placed.
    async fn r89_a_link_of_a_canceled_or_an_old_order_and_the_kept_cart_are_one_purchase(database) {
        for canceled in [true, false] {
            let mut shop = TestShop::on(database).await;
            let operator = shop.operator().await;
            let old = declined(&mut shop, &operator).await;
            let id = old.row.id.as_str();
            let operator = if canceled {
                operator
            } else {
                shop.advances(Duration::from_secs(30 * 24 * 3600));
                operator.signs_in_again().await
            };
            let link = link_for(&operator, id).await;
            if canceled {
                let version = operator.detail(id).await.row.version;
                done(&operator, id, "cancel", &cancel(version)).await;
            }
            let buyer = shop.buyer();
            let opened = opens(&buyer, &link).await;
            let number = buyer.buys("coffee", 1).await.order_number.expect("an order").to_string();
            let view = operator.detail(id).await;
            let replaced_by = view.desk.replaced_by.as_ref().map(|link| link.number.as_str());
            assert_eq!(replaced_by, Some(number.as_str()), "canceled: {canceled}");
            for answer in [buyer.does(&opened, "order").await, quote(&shop, "demo", &cart_of(&link)).await] {
                assert_eq!(answer.code(), Some(Code::OrderPlacedAlready), "canceled: {canceled}: {}", answer.body);
                assert!(answer.text.contains(&number), "{}", answer.text);
            }
            assert_eq!(shop.count("select count(*) as n from orders").await, 2);
            shop.ends().await;
        }
    }

    /// R12, R89: a checkout that was to take the place of an order takes that of the next one, where another checkout came
    /// first and was declined, too; the first order's link then tells the number of the one that stands.
    async fn r89_of_orders_in_each_others_place_the_last_one_counts(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let first = declined(&mut shop, &operator).await;
        let link = link_for(&operator, first.row.id.as_str()).await;
        let buyer = shop.buyer();
        let kept = buyer.goes_to_review("coffee", 1).await;
        buyer.reviews(&kept).await;
        assert_eq!(buyer.does(&kept, "order").await.status, 200);

        let declining = shop.buyer().with_card("4354");
        let opened = opens(&declining, &link).await;
        declining.pays(&opened).await;
        let number = declining.completes(&opened).await.order_number.expect("an order").to_string();
        shop.advances(Duration::from_secs(31));
        let declined = Some(StatusIcon::AuthorizationDeclined);
        let second = operator.sees(&number, "与信NG", |row| row.icon == declined).await;
        let replaced = operator.detail(first.row.id.as_str()).await.desk.replaced_by;
        assert_eq!(replaced.map(|link| link.number), Some(second.number.clone()));

        let buyer = shop.buyer();
        let pressed = buyer.does(&kept, "order").await;
        assert_eq!(pressed.status, 200, "nothing stands: {}", pressed.body);
        shop.control.pay(&kept.session).await.unwrap();
        let third = buyer.completes(&kept).await.order_number.expect("an order").to_string();
        let replaced = operator.detail(second.id.as_str()).await.desk.replaced_by;
        assert_eq!(replaced.map(|link| link.number.to_string()), Some(third.clone()));
        assert_eq!(reauthorizes(&operator, second.id.as_str()).await, Code::OrderReplaced);
        let answer = quote(&shop, "demo", &cart_of(&link)).await;
        assert_eq!(answer.code(), Some(Code::OrderPlacedAlready), "{}", answer.body);
        assert!(answer.text.contains(&third), "{}", answer.text);
        assert_eq!(shop.count("select count(*) as n from orders").await, 3);
        shop.ends().await;
    }

    /// R89: of two orders at 与信NG of the same goods one was paid anew by its link; a checkout that was open takes the place of
    /// the one that still waits.
    async fn r89_an_order_that_still_waits_is_not_hidden_by_one_that_was_paid_anew(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let waiting = declined(&mut shop, &operator).await;
        shop.advances(Duration::from_secs(1));
        let paid = declined(&mut shop, &operator).await;
        link_for(&operator, waiting.row.id.as_str()).await;
        let link = link_for(&operator, paid.row.id.as_str()).await;
        let open = shop.buyer().goes_to_review("coffee", 1).await;
        shop.advances(Duration::from_secs(1));
        let buyer = shop.buyer();
        let again = opens(&buyer, &link).await;
        buyer.pays(&again).await;
        assert_eq!(buyer.completes(&again).await.outcome, Outcome::Completed);

        assert!(buyer.reviews(&open).await.problem.is_none());
        buyer.pays(&open).await;
        let number = buyer.completes(&open).await.order_number.expect("an order").to_string();
        let replaced = operator.detail(waiting.row.id.as_str()).await.desk.replaced_by;
        assert_eq!(replaced.map(|link| link.number.to_string()), Some(number));
        shop.ends().await;
    }
}
