//! The hosted pages, clicked through without a browser.

use crate::Shop;
use crate::checkout::post_form;
use crate::client::{KEY, KEY_ID, yen};
use amazon_pay::signing::{Algorithm, sign_button};
use serde_json::json;
use simulator::Options;

async fn location(shop: &Shop, path: &str, fields: &[(&str, String)]) -> String {
    let url = format!("{}{path}", shop.simulator.base_url());
    let answer = post_form(&shop.http, &url, fields).await;
    assert_eq!(answer.status(), 303, "{path}");
    answer.headers()["location"].to_str().unwrap().to_owned()
}

async fn text(shop: &Shop, path: &str) -> String {
    let url = format!("{}{path}", shop.simulator.base_url());
    let page = shop.http.get(url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("SIMULATOR"), "{path}");
    page
}

fn posted(payload: &str) -> Vec<(&'static str, String)> {
    vec![
        ("payloadJSON", payload.to_owned()),
        ("signature", sign_button(&KEY, Algorithm::PssV2, payload)),
        ("algorithm", Algorithm::PssV2.name().to_owned()),
        ("publicKeyId", KEY_ID.to_owned()),
        ("productType", "PayAndShip".to_owned()),
    ]
}

#[tokio::test]
async fn a_buyer_clicks_from_the_button_to_the_result_page() {
    let shop = Shop::open().await;
    let sign_in = location(&shop, "/checkout/initiate", &posted(&shop.payload(json!({})).to_string())).await;
    assert!(text(&shop, &sign_in).await.contains(r#"data-test="buyer-hanako""#));
    let choose = location(&shop, &sign_in, &[("buyer", "attacker".into())]).await;
    let page = text(&shop, &choose).await;
    assert!(page.contains(r#"data-test="address-5""#) && page.contains(r#"data-test="card-4354""#));
    assert!(!page.contains("<img"), "a hostile name is only text");
    let review = location(&shop, &choose, &[("address", "2".into()), ("card", "4444".into())]).await;
    let id =
        review.strip_prefix("https://shop.example.jp/review?checkout=c1&amazonCheckoutSessionId=").unwrap();
    let update = json!({
        "webCheckoutDetails": { "checkoutResultReturnUrl": "https://shop.example.jp/result#done" },
        "paymentDetails": { "paymentIntent": "Authorize", "chargeAmount": yen(3980) },
    });
    let updated = shop.call("PATCH", &format!("/v2/checkoutSessions/{id}"), update).await;
    let redirect = updated.text("/webCheckoutDetails/amazonPayRedirectUrl");
    let processing = redirect.strip_prefix(shop.simulator.base_url()).unwrap();
    assert!(text(&shop, processing).await.contains("¥3,980"));
    let back = location(&shop, &format!("/checkout/{id}/choose"), &[("card", "1111".into())]).await;
    assert_eq!(back, review, "a changed card leads back to the review page");
    let result = location(&shop, processing, &[]).await;
    assert_eq!(result, format!("https://shop.example.jp/result?amazonCheckoutSessionId={id}#done"));
    assert_eq!(location(&shop, processing, &[]).await, result, "a repeated click leads to the same place");
    let done = shop.complete(id, 3980).await;
    assert!(text(&shop, "/merchant").await.contains(done.text("/chargeId")));
    let agreement = format!("/buyer/agreements/{}", done.text("/chargePermissionId"));
    assert!(text(&shop, &agreement).await.contains("****1111"));
}

/// Section 7.1: what the buyer agrees to is shown where it is chosen and where it is paid, with the amount where that
/// never varies; one purchase shows none of it.
#[tokio::test]
async fn a_recurring_agreement_shows_its_amount_and_frequency() {
    let shop = Shop::open().await;
    let once = location(&shop, "/checkout/initiate", &posted(&shop.payload(json!({})).to_string())).await;
    let choose = location(&shop, &once, &[("buyer", "hanako".into())]).await;
    assert!(!text(&shop, &choose).await.contains(r#"data-test="recurring""#));
    for (unit, amount, expected) in [
        ("Month", yen(3214), ["2か月ごと", "every 2 months", "毎回 ¥3,214"]),
        ("Week", json!(null), ["2週間ごと", "every 2 weeks", "金額は毎回変わることがあります"]),
    ] {
        let payload = shop.payload(json!({
            "chargePermissionType": "Recurring",
            "recurringMetadata": { "frequency": { "unit": unit, "value": "2" }, "amount": amount },
        }));
        let sign_in = location(&shop, "/checkout/initiate", &posted(&payload.to_string())).await;
        let choose = location(&shop, &sign_in, &[("buyer", "hanako".into())]).await;
        let page = text(&shop, &choose).await;
        for words in expected {
            assert!(page.contains(words), "{words}\n{page}");
        }
    }
}

#[tokio::test]
async fn leaving_cancels_the_session_and_leads_to_the_shop() {
    let shop = Shop::open().await;
    for (cancel_url, expected) in [
        (None, "https://shop.example.jp/review?"),
        (Some("https://shop.example.jp/cart"), "https://shop.example.jp/cart"),
    ] {
        let more = json!({ "webCheckoutDetails": { "checkoutCancelUrl": cancel_url } });
        let id = shop.click(shop.payload(more), "PayAndShip").await;
        let back = location(&shop, &format!("/checkout/{id}/cancel"), &[]).await;
        assert!(back.starts_with(expected), "{back}");
        let session = shop.get(&format!("/v2/checkoutSessions/{id}")).await;
        assert_eq!((session.state(), session.reason()), ("Canceled", "BuyerCanceled"));
    }
}

#[tokio::test]
async fn the_decline_page_lets_the_buyer_choose_another_card() {
    let shop = Shop::open().await;
    shop.control.set(json!({ "declinePage": true })).await.unwrap();
    let id = shop.ready(json!({}), "Authorize", 1000, "3434", false).await;
    let processing = format!("/checkout/{id}/processing");
    let declined = location(&shop, &processing, &[]).await;
    assert!(text(&shop, &declined).await.contains(r#"data-test="choose-another-card""#));
    let chosen = [("card", "1111".to_owned()), ("then", "processing".to_owned())];
    assert_eq!(location(&shop, &format!("/checkout/{id}/choose"), &chosen).await, processing);
    location(&shop, &processing, &[]).await;
    assert_eq!(shop.complete(&id, 1000).await.status, 200);
}

#[tokio::test]
async fn a_buyer_ends_an_agreement_at_amazon() {
    let shop = Shop::open().await;
    let permission = shop.subscription().await;
    let page = format!("/buyer/agreements/{permission}");
    assert_eq!(location(&shop, &format!("{page}/close"), &[]).await, page);
    assert_eq!(shop.charge(&permission, 10).await.code(), (422, "InvalidChargePermissionStatus"));
    let ended = shop.get(&format!("/v2/chargePermissions/{permission}")).await;
    assert_eq!(ended.text("/statusDetails/reasons/0/reasonCode"), "BuyerClosed");
    assert!(text(&shop, &format!("/jp/jr/your-account/ba/{permission}")).await.contains("終了"));
}

#[tokio::test]
async fn the_script_is_served_to_every_origin_and_the_same_app_answers_over_tls() {
    let shop =
        Shop::open_with(Options { tls_listen: Some("127.0.0.1:0".parse().unwrap()), ..Options::default() })
            .await;
    let tls = shop.simulator.tls_address().unwrap();
    let client = reqwest::Client::builder().danger_accept_invalid_certs(true).build().unwrap();
    for base in [shop.simulator.base_url().to_owned(), format!("https://{tls}")] {
        let answer = client.get(format!("{base}/checkout.js")).send().await.unwrap();
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        assert_eq!(answer.headers()["cross-origin-resource-policy"], "cross-origin");
        let script = answer.text().await.unwrap();
        for name in ["renderButton", "initCheckout", "bindChangeAction", "bindUpgradeAction", "signout"] {
            assert!(script.contains(name), "{name}");
        }
        assert!(!script.contains("eval(") && !script.contains("innerHTML"));
    }
}

#[tokio::test]
async fn an_unknown_session_is_a_page_that_says_so() {
    let shop = Shop::open().await;
    for path in ["/checkout/none/sign-in", "/checkout/none/choose", "/checkout/none/processing", "/nowhere"] {
        let url = format!("{}{path}", shop.simulator.base_url());
        let answer = shop.http.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
        assert!(answer.text().await.unwrap().contains(r#"data-test="error""#));
    }
}

#[tokio::test]
async fn a_buyer_agrees_that_an_order_becomes_a_subscription() {
    let shop = Shop::open().await;
    let (permission, _) = shop.authorized(1000).await;
    let mut payload = json!({
        "storeId": crate::client::STORE, "chargePermissionId": permission, "chargePermissionType": "Recurring",
        "webCheckoutDetails": { "checkoutResultReturnUrl": "https://shop.example.jp/upgraded" },
        "recurringMetadata": { "frequency": { "unit": "Month", "value": "1" }, "amount": null },
    });
    let consent = location(&shop, "/checkout/upgrade", &posted(&payload.to_string())).await;
    assert!(text(&shop, &consent).await.contains(r#"data-test="agree""#));
    let back = location(&shop, &consent, &[]).await;
    assert_eq!(back, format!("https://shop.example.jp/upgraded?chargePermissionId={permission}"));
    let upgraded = shop.get(&format!("/v2/chargePermissions/{permission}")).await;
    assert_eq!(upgraded.text("/chargePermissionType"), "Recurring");
    assert_eq!(upgraded.body["limits"], json!({ "amountLimit": yen(100_000), "amountBalance": yen(99_000) }));
    payload["recurringMetadata"] = json!(null);
    let url = format!("{}/checkout/upgrade", shop.simulator.base_url());
    assert_eq!(post_form(&shop.http, &url, &posted(&payload.to_string())).await.status(), 400);
}
