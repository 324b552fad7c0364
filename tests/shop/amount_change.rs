//! 金額変更 and 商品の切り替え: downwards only, before the capture only, and the capture takes the new total.

use crate::by_hand::eventually_later;
use crate::desk::{acts, authorized, captured, done, refused};
use integration_tests::{Operator, TestShop, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{Code, CorrectionKind, ItemState, LedgerField, OrderRow};
use shared::payment::PaymentStatus;
use shared::status_icon::StatusIcon;
use shared::text;
use simulator::FaultKind;
use std::time::Duration;

fn quantity(version: i64, line: usize, quantity: u32) -> Value {
    let change = json!({ "quantities": [{ "line": line, "quantity": quantity }] });
    json!({ "version": version, "change": change, "reason": "在庫不足" })
}

fn swap(version: i64, product: &str, quantity: u32) -> Value {
    json!({ "version": version, "line": 0, "product": product, "quantity": quantity, "reason": "お客様のご希望" })
}

/// Neither the amount nor an item of the order can be changed, and nothing was.
async fn is_locked(operator: &Operator, row: &OrderRow, code: Code) {
    let id = row.id.as_str();
    for (action, body) in [("amount", quantity(row.version, 0, 1)), ("swap", swap(row.version, "coffee", 1))]
    {
        assert_eq!(refused(operator, id, action, &body).await, code, "{action} at {:?}", row.icon);
    }
    assert_eq!(operator.detail(id).await.row.total, row.total);
}

on_both_databases! {
    /// R34, R39, R42: the total falls with a ledger line each, and the capture takes the new total, not the old.
    async fn r39_a_lower_amount_reaches_amazon_as_the_capture(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 3).await;
        assert_eq!(row.total.get(), 3 * 1480 + 550);
        let view = done(&operator, row.id.as_str(), "amount", &quantity(row.version, 0, 1)).await;
        assert_eq!(view.row.total.get(), 2030);
        let of = |field| view.desk.ledger.iter().find(|line| line.field == field).unwrap();
        let goods = of(LedgerField::Quantity);
        assert_eq!((goods.old.as_str(), goods.new.as_str(), goods.reason.as_str()), ("3", "1", "在庫不足"));
        assert_eq!(goods.subject.as_deref(), Some("深煎り珈琲豆 200g"));
        let total = of(LedgerField::Total);
        assert_eq!((total.old.as_str(), total.new.as_str(), total.by.as_str()), ("4990", "2030", "運営 一郎"));
        let charges = shop.control.charges().await.unwrap();
        assert_eq!(charges[0]["chargeAmount"]["amount"], "4990");

        // A page that still shows the old total captures nothing.
        let stale = operator.captures("run-old", &[&row]).await;
        assert_eq!(stale.items[0].problem.as_ref().map(|problem| problem.code), Some(Code::OrderChanged));
        operator.captures("run-new", &[&view.row]).await;
        operator.sees(row.number.as_str(), "決済済", |row| row.payment_status == PaymentStatus::Captured).await;
        let charges = shop.control.charges().await.unwrap();
        assert_eq!(charges[0]["captureAmount"]["amount"], "2030");
        shop.ends().await;
    }

    /// R39, R41: no increase, nothing to ¥0, no line that is not there, no change without a reason, none after the capture.
    async fn r39_r41_what_is_not_allowed_is_refused_with_its_code(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 2).await;
        let (id, v) = (row.id.as_str(), row.version);
        let change = |change: Value| json!({ "version": v, "change": change, "reason": "x" });
        assert_eq!(refused(&operator, id, "amount", &quantity(v, 0, 3)).await, Code::AmountIncrease);
        assert_eq!(refused(&operator, id, "amount", &quantity(v, 0, 0)).await, Code::AmountZero);
        assert_eq!(refused(&operator, id, "amount", &quantity(v, 5, 1)).await, Code::LineUnknown);
        assert_eq!(refused(&operator, id, "amount", &change(json!({ "points_used": 3510 }))).await, Code::AmountZero);
        assert_eq!(refused(&operator, id, "amount", &change(json!({ "shipping_fee": 551 }))).await, Code::AmountIncrease);
        assert_eq!(refused(&operator, id, "amount", &change(json!({}))).await, Code::NothingToDo);
        assert_eq!(refused(&operator, id, "amount", &change(json!({ "shipping_fee": -1 }))).await, Code::BadRequest);
        let silent = json!({ "version": v, "change": { "shipping_fee": 0 }, "reason": "  " });
        assert_eq!(refused(&operator, id, "amount", &silent).await, Code::ReasonMissing);
        assert_eq!(refused(&operator, id, "amount", &quantity(0, 0, 1)).await, Code::OrderChanged);
        assert_eq!(operator.detail(id).await.row.total.get(), 3510);

        let taken = captured(&shop, &operator, "coffee", 2).await;
        let locked = quantity(taken.version, 0, 1);
        assert_eq!(refused(&operator, taken.id.as_str(), "amount", &locked).await, Code::AmountLocked);
        let locked = swap(taken.version, "cup", 1);
        assert_eq!(refused(&operator, taken.id.as_str(), "swap", &locked).await, Code::AmountLocked);
        shop.ends().await;
    }

    /// R41: locked from the moment the capture is asked, while Amazon works on it and once it is made.
    async fn r41_amounts_are_locked_while_amazon_captures(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 2).await;
        // After a week Amazon takes its time.
        shop.advances(Duration::from_secs(8 * 24 * 3600));
        let operator = operator.signs_in_again().await;
        let seen = operator.sees(row.number.as_str(), "may be captured", |row| row.may_capture).await;
        let run = operator.captures("run-1", &[&seen]).await;
        assert_eq!(run.items[0].state, ItemState::UnderWay);
        let number = row.number.as_str();
        let pending = operator.sees(number, "決済処理中", |row| row.icon == Some(StatusIcon::CapturePending)).await;
        is_locked(&operator, &pending, Code::AmountLocked).await;
        shop.advances(Duration::from_secs(60));
        let taken = operator.sees(number, "決済済", |row| row.payment_status == PaymentStatus::Captured).await;
        is_locked(&operator, &taken, Code::AmountLocked).await;
        let charges = shop.control.charges().await.unwrap();
        assert_eq!(charges[0]["captureAmount"]["amount"], "3510");
        shop.ends().await;
    }

    /// R41, R55: 要照合 locks as well: Amazon may have taken the old amount.
    async fn r41_amounts_are_locked_while_a_capture_is_unconfirmed(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 2).await;
        shop.control.set_notification_url("A1TESTMERCHANT1", None).await.unwrap();
        shop.control.fail(Some("captureCharge"), FaultKind::HangUpBefore, 1_000).await.unwrap();
        shop.control.fail(Some("getCharge"), FaultKind::HangUpBefore, 1_000).await.unwrap();
        operator.captures("run-1", &[&row]).await;
        let number = row.number.as_str();
        let unsure = operator.sees(number, "要照合", |row| row.icon == Some(StatusIcon::Unconfirmed)).await;
        is_locked(&operator, &unsure, Code::PaymentInProgress).await;
        shop.control.clear_faults().await.unwrap();
        eventually_later(&mut shop, "決済済", Duration::from_secs(10), async |_| {
            let rows = operator.orders().await;
            rows.iter().any(|row| row.payment_status == PaymentStatus::Captured).then_some(())
        })
        .await;
        let charges = shop.control.charges().await.unwrap();
        assert_eq!(charges[0]["captureAmount"]["amount"], "3510", "what was asked for, nothing else");
        shop.ends().await;
    }

    /// R34, R41: Amazon refused the capture: the amount is open again, and the next capture takes the lower one.
    async fn r41_a_refused_capture_opens_the_amounts_again(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 2).await;
        let refusal = FaultKind::Status { status: 422, reason_code: Some("AmazonRejected".to_owned()) };
        shop.control.fail(Some("captureCharge"), refusal, 1).await.unwrap();
        operator.captures("run-1", &[&row]).await;
        let number = row.number.as_str();
        let failed = operator.sees(number, "決済エラー", |row| row.icon == Some(StatusIcon::CaptureError)).await;
        let view = done(&operator, row.id.as_str(), "amount", &quantity(failed.version, 0, 1)).await;
        assert_eq!((view.row.total.get(), view.row.may_capture), (2030, true));
        operator.captures("run-2", &[&view.row]).await;
        operator.sees(number, "決済済", |row| row.payment_status == PaymentStatus::Captured).await;
        let charges = shop.control.charges().await.unwrap();
        assert_eq!(charges[0]["captureAmount"]["amount"], "2030");
        shop.ends().await;
    }

    /// R92: points and coupons that an amount change gives or takes are corrections the shop still has to make.
    async fn r92_points_and_coupons_make_corrections_due(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 2).await;
        let change = json!({ "points_used": 100, "coupon_discount": 50, "shipping_fee": 500 });
        let body = json!({ "version": row.version, "change": change, "reason": "お詫び" });
        let view = done(&operator, row.id.as_str(), "amount", &body).await;
        assert_eq!(view.row.total.get(), 2960 + 500 - 150);
        let mut due: Vec<i64> = view.desk.corrections.iter().map(|one| one.amount).collect();
        due.sort_unstable();
        assert_eq!(due, [-100, -50]);
        // The file, to the letter: what is due first, then what is made.
        let points = view.desk.corrections.iter().find(|one| one.kind == CorrectionKind::Points).unwrap();
        let path = format!("/api/shops/demo/corrections/{}", points.id);
        assert_eq!(operator.sends(Method::POST, &path, Some(&json!({ "done": true }))).await.status, 200);
        let corrections = operator.detail(row.id.as_str()).await.desk.corrections;
        let of = |kind| corrections.iter().find(|one| one.kind == kind).unwrap();
        let (points, coupon) = (of(CorrectionKind::Points), of(CorrectionKind::Coupon));
        let (number, at) = (&row.number, text::moment_machine);
        let made = at(points.done.as_ref().unwrap().0);
        let expected = format!(
            "\u{FEFF}受注番号,種別,金額,理由,発生日時,状態,反映日時\r\n\
             {number},クーポン,-50,金額変更,{},未反映,\r\n\
             {number},ポイント,-100,金額変更,{},反映済,{made}\r\n",
            at(coupon.since),
            at(points.since),
        );
        assert!(made.ends_with("+09:00") && at(points.since).ends_with("+09:00"));
        let csv = operator.sends(Method::GET, "/api/shops/demo/corrections.csv", None).await;
        assert_eq!((csv.status, csv.text), (200, expected));
        shop.ends().await;
    }

    /// R40, R42: an item is swapped at the catalogue's price if the total falls; else it is refused.
    async fn r40_an_item_is_swapped_only_if_the_total_falls(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "cup", 2).await;
        let (id, v) = (row.id.as_str(), row.version);
        assert_eq!(refused(&operator, id, "swap", &swap(v, "coffee", 3)).await, Code::AmountIncrease);
        assert_eq!(refused(&operator, id, "swap", &swap(v, "gone", 1)).await, Code::ProductNotOnSale);
        assert_eq!(refused(&operator, id, "swap", &swap(v, "nothing", 1)).await, Code::UnknownProduct);
        assert_eq!(refused(&operator, id, "swap", &swap(v, "transfer-only", 1)).await, Code::AmazonPayNotOffered);
        let view = done(&operator, id, "swap", &swap(v, "coffee", 2)).await;
        assert_eq!((view.row.total.get(), view.lines[0].name.as_str()), (3510, "深煎り珈琲豆 200g"));
        // What the sheet shows of the line and of what may take its place: the shop's code, and the tax inside.
        assert_eq!((view.products[0].as_str(), view.lines[0].tax_percent), ("coffee", 8));
        let products = operator.sends(Method::GET, "/api/shops/demo/products", None).await;
        let cup = products.body.as_array().unwrap().iter().find(|product| product["id"] == "cup").unwrap();
        assert_eq!((&cup["tax_percent"], &cup["price"]), (&json!(10), &json!(2200)));
        let line = view.desk.ledger.iter().find(|line| line.field == LedgerField::Item).unwrap();
        assert_eq!((line.old.as_str(), line.new.as_str()), ("白磁のカップ × 2", "深煎り珈琲豆 200g × 2"));
        shop.ends().await;
    }

    /// R59: of two operators who change the same order at once, one wins and the other reads that it was changed.
    async fn r59_of_two_changes_at_once_one_wins(database) {
        let mut shop = TestShop::on(database).await;
        let operator = shop.operator().await;
        let row = authorized(&shop, &operator, "coffee", 3).await;
        let (one, two) = (quantity(row.version, 0, 1), quantity(row.version, 0, 2));
        let id = row.id.as_str();
        let (one, two) = tokio::join!(acts(&operator, id, "amount", &one), acts(&operator, id, "amount", &two));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.body, two.body);
        assert_eq!(shop.count("select count(*) as n from ledger where field = 'total'").await, 1);
        shop.ends().await;
    }
}
