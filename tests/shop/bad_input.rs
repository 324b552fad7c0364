//! Whatever a browser, a thief or a broken client sends: a problem with a stable code, nothing stored, nothing lost.

use integration_tests::{Answer, Buyer, CART_SECRET, Database, SHOP_ORIGIN, TestShop, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use shared::api::Code;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Rows in the tables a shopper's request could write.
async fn stored(shop: &TestShop) -> Vec<i64> {
    vec![
        shop.count("select count(*) as n from checkout").await,
        shop.count("select count(*) as n from cart_hold").await,
        shop.count("select count(*) as n from intent").await,
        shop.count("select count(*) as n from orders").await,
        shop.count("select count(*) as n from job").await,
    ]
}

async fn starts(buyer: &Buyer<'_>, body: &Value) -> Answer {
    buyer.sends(Method::POST, "/api/shops/demo/checkouts", None, Some(body)).await
}

fn items(product: &str, quantity: Value) -> Value {
    json!({ "cart": { "items": [{ "product": product, "quantity": quantity }] } })
}

/// A problem is whole: the code in its three places, both sentences, the id for support.
fn assert_problem(answer: &Answer, code: Code, what: &str) {
    assert_eq!(answer.code(), Some(code), "{what}: {} {}", answer.status, answer.body);
    assert_eq!(answer.status, code.status(), "{what}");
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{what}");
    assert_eq!(answer.body["status"], code.status(), "{what}");
    assert!(answer.body["type"].as_str().unwrap().ends_with(code.name()), "{what}");
    assert!(
        !answer.body["title"].as_str().unwrap().is_empty()
            && !answer.body["detail"].as_str().unwrap().is_empty()
    );
    assert_eq!(answer.headers["x-request-id"], answer.body["request_id"].as_str().unwrap(), "{what}");
}

on_both_databases! {
    /// R10, R62: carts no shop sells are refused with their reason, by the quote and by the button alike.
    async fn a_cart_that_cannot_be_is_refused_with_its_reason(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let cases = [
            ("an unknown product", items("nothing", json!(1)), Code::UnknownProduct),
            ("not on sale", items("gone", json!(1)), Code::ProductNotOnSale),
            ("none of it", items("coffee", json!(0)), Code::QuantityOutOfRange),
            ("too many", items("coffee", json!(1000)), Code::QuantityOutOfRange),
            ("the largest number", items("coffee", json!(u32::MAX)), Code::QuantityOutOfRange),
            ("a negative number", items("coffee", json!(-1)), Code::BadRequest),
            ("beyond 32 bits", items("coffee", json!(4_294_967_296_u64)), Code::BadRequest),
            ("beyond 64 bits", items("coffee", json!(1e30)), Code::BadRequest),
            ("a decimal", items("coffee", json!(1.5)), Code::BadRequest),
            ("a text", items("coffee", json!("1")), Code::BadRequest),
            ("nothing at all", items("coffee", json!(null)), Code::BadRequest),
            ("an odd id", items("../coffee", json!(1)), Code::BadRequest),
            ("SQL", items("coffee' or 1=1 --", json!(1)), Code::BadRequest),
            ("a NUL", items("coffee\0", json!(1)), Code::BadRequest),
            ("an amount", json!({ "cart": { "items": [{ "product": "coffee", "quantity": 1, "price": 1 }] } }), Code::BadRequest),
            ("a total", json!({ "cart": { "items": [{ "product": "coffee", "quantity": 1 }] }, "total": 1 }), Code::BadRequest),
            ("no lines", json!({ "cart": { "items": [] } }), Code::CartEmpty),
            ("both kinds", json!({ "cart": { "items": [], "signed": "x" } }), Code::BadRequest),
            ("no cart", json!({}), Code::BadRequest),
            ("no object", json!([1, 2]), Code::BadRequest),
        ];
        let before = stored(&shop).await;
        for (what, body, code) in &cases {
            assert_problem(&starts(&buyer, body).await, *code, what);
            let quote = buyer.sends(Method::POST, "/api/shops/demo/quotes", None, Some(body)).await;
            assert!(quote.status >= 400, "{what}: {}", quote.body);
        }
        let twice = json!({ "cart": { "items": [{ "product": "cup", "quantity": 1 }, { "product": "cup", "quantity": 2 }] } });
        assert_problem(&starts(&buyer, &twice).await, Code::QuantityOutOfRange, "a product twice");
        let many: Vec<Value> = (0..200).map(|n| json!({ "product": format!("p{n}"), "quantity": 1 })).collect();
        let many = starts(&buyer, &json!({ "cart": { "items": many } })).await;
        assert_problem(&many, Code::CartTooLarge, "too many lines");
        assert_eq!(stored(&shop).await, before, "nothing was stored");
        assert!(shop.control.sessions().await.unwrap().is_empty(), "Amazon was not asked");
        shop.ends().await;
    }

    /// R10: a signed cart counts only with the shop's secret, for this shop, for at most an hour, and untouched.
    async fn a_signed_cart_that_is_not_the_shops_is_refused(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let now = shop.app().clock.now().as_second();
        let claims = |change: &dyn Fn(&mut Value)| {
            let mut claims = json!({
                "iss": "demo", "aud": "noren", "exp": now + 600, "cart_id": "cart-1", "shipping_fee": 0,
                "lines": [{ "product_id": "x1", "name": "品", "unit_price": 3980, "quantity": 1, "tax_rate": "8" }],
            });
            change(&mut claims);
            claims
        };
        let signed = |claims: &Value| TestShop::signed_cart(claims, &CART_SECRET);
        let fine = signed(&claims(&|_| {}));
        let [header, body, tag] = fine.split('.').collect::<Vec<_>>().try_into().unwrap();
        let dearer = signed(&claims(&|c| c["lines"][0]["unit_price"] = json!(1)));
        let cases = [
            ("another secret", TestShop::signed_cart(&claims(&|_| {}), &[8; 32]), Code::SignedCartForged),
            ("another body", format!("{header}.{}.{tag}", dearer.split('.').nth(1).unwrap()), Code::SignedCartForged),
            ("no signature", format!("{header}.{body}."), Code::SignedCartForged),
            ("algorithm none", format!("eyJhbGciOiJub25lIiwia2lkIjoiazEifQ.{body}."), Code::SignedCartForged),
            ("another key's name", format!("eyJhbGciOiJIUzI1NiIsImtpZCI6Ims5In0.{body}.{tag}"), Code::SignedCartForged),
            ("the name of Amazon's key", format!("eyJraWQiOiJTQU5EQk9YLUFFVEVTVEtFWTAxMjM0NTY3ODlBQkNERSJ9.{body}.{tag}"), Code::SignedCartForged),
            ("four parts", format!("{fine}.x"), Code::SignedCartForged),
            ("rubbish", "…".to_owned(), Code::SignedCartForged),
            ("nothing", String::new(), Code::SignedCartForged),
            ("expired", signed(&claims(&|c| c["exp"] = json!(now - 1))), Code::SignedCartExpired),
            ("too long a life", signed(&claims(&|c| c["exp"] = json!(now + 3_700))), Code::SignedCartExpired),
            ("another shop", signed(&claims(&|c| c["iss"] = json!("other"))), Code::SignedCartForeign),
            ("another audience", signed(&claims(&|c| c["aud"] = json!("else"))), Code::SignedCartForeign),
            ("a decimal", signed(&claims(&|c| c["lines"][0]["unit_price"] = json!(39.8))), Code::SignedCartForged),
            ("a negative price", signed(&claims(&|c| c["lines"][0]["unit_price"] = json!(-1))), Code::SignedCartForged),
            ("free of charge", signed(&claims(&|c| c["lines"][0]["unit_price"] = json!(0))), Code::ZeroTotal),
            ("points beyond the total", signed(&claims(&|c| c["points_used"] = json!(9_999))), Code::DiscountExceedsTotal),
            ("an unknown claim", signed(&claims(&|c| c["total"] = json!(1))), Code::SignedCartForged),
        ];
        let before = stored(&shop).await;
        for (what, token, code) in cases {
            assert_problem(&starts(&buyer, &json!({ "cart": { "signed": token } })).await, code, what);
        }
        let elsewhere = buyer.sends(
            Method::POST, "/api/shops/other/checkouts", None, Some(&json!({ "cart": { "signed": fine } })),
        ).await;
        assert_problem(&elsewhere, Code::SignedCartForeign, "presented to another shop");
        assert_eq!(stored(&shop).await, before);
        shop.ends().await;
    }

    /// R10, R12: Amazon's session opens nothing by itself, and no session of another checkout fits.
    async fn a_session_that_is_not_of_the_checkout_opens_nothing(database) {
        let shop = TestShop::on(database).await;
        let buyer = shop.buyer();
        let mine = buyer.goes_to_review("coffee", 1).await;
        let theirs = buyer.clone().named("attacker").goes_to_review("cup", 1).await;
        let at = |what: &str| format!("/api/shops/demo/checkouts/{}/{what}", mine.checkout);
        let with = |session: &str| json!({ "amazon_checkout_session_id": session });
        let review = async |token: Option<&str>, session: &str| {
            buyer.sends(Method::POST, &at("review"), token, Some(&with(session))).await
        };
        assert_problem(&review(None, &mine.session).await, Code::CheckoutTokenInvalid, "no token");
        assert_problem(&review(Some("x"), &mine.session).await, Code::CheckoutTokenInvalid, "a wrong token");
        let other_token = review(Some(&theirs.token), &mine.session).await;
        assert_problem(&other_token, Code::CheckoutTokenInvalid, "another checkout's token");
        let unknown = review(Some(&mine.token), "00000000-0000-0000-0000-000000000000").await;
        assert_problem(&unknown, Code::SessionMismatch, "an unknown session");
        let other_session = review(Some(&mine.token), &theirs.session).await;
        assert_problem(&other_session, Code::SessionMismatch, "another checkout's session");
        for what in ["order", "complete", "result", "claim"] {
            let method = if what == "result" { Method::GET } else { Method::POST };
            let body = if what == "order" { json!({}) } else { with(&mine.session) };
            let answer = buyer.sends(method, &at(what), None, Some(&body)).await;
            assert!(matches!(answer.status, 401 | 403), "{what}: {}", answer.body);
        }
        let nobody = buyer.sends(Method::POST, "/api/shops/demo/checkouts/nothing/review", Some(&mine.token), Some(&with(&mine.session))).await;
        assert_problem(&nobody, Code::CheckoutTokenInvalid, "an unknown checkout");
        // The rightful page is not disturbed by any of it.
        assert_eq!(buyer.does(&mine, "review").await.status, 200);
        assert_eq!(shop.count("select count(*) as n from orders").await, 0);
        shop.ends().await;
    }
}

/// R87: the first browser that comes to a hosted page with checkout and session may see it; no later one may.
#[tokio::test]
async fn r87_a_hosted_page_belongs_to_the_first_browser() {
    let shop = TestShop::on(Database::Sqlite).await;
    let own = shop.public_url().to_owned();
    let hosted = json!({ "cart": items("coffee", json!(1))["cart"] });
    let buyer = shop.buyer();
    let started = buyer.sends(Method::POST, "/api/shops/demo/checkouts", None, Some(&hosted)).await;
    let purchase = buyer.chooses(started.read()).await;
    let body = json!({ "amazon_checkout_session_id": purchase.session });
    let at = |what: &str| format!("{own}/api/shops/demo/checkouts/{}/{what}", purchase.checkout);
    let post = async |what: &str, cookie: &str| {
        let request = shop.http.post(at(what)).header("origin", &own).header("cookie", cookie).json(&body);
        Answer::of(request.send().await.unwrap()).await
    };
    let claimed = post("claim", "").await;
    assert_eq!(claimed.status, 204, "{}", claimed.body);
    let cookie = claimed.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().unwrap();

    let second = post("claim", "").await;
    assert_problem(&second, Code::CheckoutTokenInvalid, "a second browser");
    assert!(!second.headers.contains_key("set-cookie"));
    assert_problem(&post("review", "").await, Code::CheckoutTokenInvalid, "a browser without the cookie");
    assert_eq!(post("review", cookie).await.status, 200);
    // The cookie is for our own pages: a shop's page cannot ride on it.
    let request =
        shop.http.post(at("review")).header("origin", SHOP_ORIGIN).header("cookie", cookie).json(&body);
    let riding = Answer::of(request.send().await.unwrap()).await;
    assert_problem(&riding, Code::CheckoutTokenInvalid, "a shop's page with the cookie");
    let request = shop.http.post(at("claim")).header("origin", SHOP_ORIGIN).json(&body);
    let elsewhere = Answer::of(request.send().await.unwrap()).await;
    assert_problem(&elsewhere, Code::OriginNotAllowed, "a claim from a shop's page");
    shop.ends().await;
}

/// R84: what is no JSON, too large, of another kind, or at no address, is refused as a problem too.
#[tokio::test]
async fn r84_a_broken_request_is_a_problem_too() {
    let shop = TestShop::on(Database::Sqlite).await;
    let url = |path: &str| format!("{}{path}", shop.public_url());
    let quotes = url("/api/shops/demo/quotes");
    let fine = items("coffee", json!(1)).to_string();
    let post = async |kind: Option<&str>, body: String| {
        let mut request = shop.http.post(&quotes).header("origin", SHOP_ORIGIN).body(body);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        Answer::of(request.send().await.unwrap()).await
    };
    let json = Some("application/json");
    assert_eq!(post(Some("application/json; charset=utf-8"), fine.clone()).await.status, 200);
    assert_problem(&post(None, fine.clone()).await, Code::NotJson, "no content type");
    assert_problem(&post(Some("text/plain"), fine.clone()).await, Code::NotJson, "a form's content type");
    assert_problem(&post(json, String::new()).await, Code::BadRequest, "no body");
    assert_problem(&post(json, fine[..20].to_owned()).await, Code::BadRequest, "half a body");
    assert_problem(&post(json, format!("{fine}{fine}")).await, Code::BadRequest, "two bodies");
    assert_problem(&post(json, "[".repeat(10_000)).await, Code::BadRequest, "deep nesting");
    let spaces = " ".repeat(64 * 1024 - fine.len());
    assert_eq!(post(json, format!("{fine}{spaces}")).await.status, 200, "64 kB are let through");
    assert_problem(&post(json, format!("{fine}{spaces} ")).await, Code::BodyTooLarge, "one byte more");

    let get = async |method: Method, path: &str, language: &str| {
        let request = shop.http.request(method, url(path)).header("origin", SHOP_ORIGIN);
        Answer::of(request.header("accept-language", language).send().await.unwrap()).await
    };
    let nowhere = get(Method::GET, "/api/nowhere", "en-US,en;q=0.9").await;
    assert_problem(&nowhere, Code::NotFound, "no address");
    assert_eq!(
        (nowhere.body["title"].as_str(), nowhere.headers["content-language"].to_str().unwrap()),
        (Some("Not found."), "en")
    );
    let japanese = get(Method::GET, "/api/nowhere", "ja,en;q=0.9").await;
    assert!(japanese.body["title"].as_str().unwrap().ends_with('。'));
    assert_problem(
        &get(Method::GET, "/api/shops/demo/quotes", "ja").await,
        Code::MethodNotAllowed,
        "another method",
    );
    assert_problem(&get(Method::GET, "/api/shops/a%2Fb/products", "ja").await, Code::NotFound, "an odd id");
    assert_problem(&get(Method::GET, "/api/shops/%FF/products", "ja").await, Code::NotFound, "no UTF-8");
    shop.ends().await;
}

/// R87: a page that does not stand in the shop's settings is refused before any work, and cannot read an answer.
#[tokio::test]
async fn r87_an_origin_that_is_not_listed_is_refused_before_any_work() {
    let shop = TestShop::on(Database::Sqlite).await;
    let url = format!("{}/api/shops/demo/checkouts", shop.public_url());
    let body = items("coffee", json!(1));
    let post = async |origin: Option<&str>| {
        let mut request = shop.http.post(&url).json(&body);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        Answer::of(request.send().await.unwrap()).await
    };
    let evil = [
        "http://evil.example",
        "null",
        "http://shop.localhost:90",
        "https://shop.localhost:9",
        "http://shop.localhost:9.evil.example",
        "http://SHOP.localhost:9",
        "http://amazon.localhost:9",
        "",
    ];
    for origin in evil.map(Some).into_iter().chain([None]) {
        let answer = post(origin).await;
        assert_problem(&answer, Code::OriginNotAllowed, &format!("{origin:?}"));
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{origin:?}");
    }
    // A GET without Origin is ours only where the browser vouches for it.
    let products = format!("{}/api/shops/demo/products", shop.public_url());
    assert_eq!(shop.http.get(&products).send().await.unwrap().status(), 403);
    let vouched = |site: &'static str| shop.http.get(&products).header("sec-fetch-site", site).send();
    assert_eq!(vouched("same-origin").await.unwrap().status(), 200);
    assert_eq!(vouched("cross-site").await.unwrap().status(), 403);
    let posted =
        shop.http.post(&url).header("sec-fetch-site", "same-origin").json(&body).send().await.unwrap();
    assert_eq!(posted.status(), 403, "a POST always has an Origin");
    assert_eq!(shop.count("select count(*) as n from checkout").await, 0);

    let listed = post(Some(SHOP_ORIGIN)).await;
    assert_eq!(listed.status, 201);
    assert_eq!(listed.headers["access-control-allow-origin"], SHOP_ORIGIN);
    assert!(!listed.headers.contains_key("access-control-allow-credentials"));
    assert_eq!(listed.headers["vary"], "Origin");
    let preflight = |origin: &'static str| {
        let request = shop.http.request(Method::OPTIONS, &url).header("origin", origin);
        request.header("access-control-request-method", "POST").send()
    };
    let answer = preflight(SHOP_ORIGIN).await.unwrap();
    assert_eq!(answer.status(), 204);
    let allowed = answer.headers()["access-control-allow-headers"].to_str().unwrap().to_lowercase();
    assert!(["authorization", "content-type"].iter().all(|name| allowed.contains(name)), "{allowed}");
    assert_eq!(preflight("http://evil.example").await.unwrap().status(), 403);
    shop.ends().await;
}

/// R87: a page names a return page by key; one the shop has not set is refused, and no address can be smuggled in.
#[tokio::test]
async fn r87_a_return_address_is_never_the_browsers() {
    let shop = TestShop::on(Database::Sqlite).await;
    let buyer = shop.buyer();
    for pages in [json!("http://evil.example"), json!({ "review": "http://evil.example" }), json!("evil")] {
        let body = json!({ "cart": { "items": [{ "product": "coffee", "quantity": 1 }] }, "pages": pages });
        assert_problem(&starts(&buyer, &body).await, Code::BadRequest, "an address");
    }
    // The test shop has set no my page of its own.
    let body = json!({ "state": "0123456789abcdefghijkl", "pages": "shop" });
    let answer = buyer.sends(Method::POST, "/api/shops/demo/sign-ins", None, Some(&body)).await;
    assert_problem(&answer, Code::ReturnUrlNotAllowed, "a page the shop has not set");
    let hosted = json!({ "state": "0123456789abcdefghijkl" });
    let answer = buyer.sends(Method::POST, "/api/shops/demo/sign-ins", None, Some(&hosted)).await;
    let payload = answer.body["button"]["payload_json"].as_str().unwrap().to_owned();
    let payload: Value = serde_json::from_str(&payload).unwrap();
    let back = format!("{}/pay/demo/mypage?lang=ja&noren_state=0123456789abcdefghijkl", shop.public_url());
    assert_eq!(payload["signInReturnUrl"], back);
    shop.ends().await;
}

/// R87: a client that sends half a request, its headers or its body, is not waited for beyond the time of a request.
#[tokio::test]
async fn r87_a_client_that_never_finishes_is_not_waited_for() {
    let second = std::time::Duration::from_secs(1);
    let shop = TestShop::with(Database::Sqlite, |settings| settings.limits.request_timeout = second).await;
    let address = shop.running.as_ref().unwrap().address;
    let until_closed = async |sent: String| {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        tokio::time::timeout(second * 15, stream.read_to_end(&mut answer))
            .await
            .expect("it is closed")
            .unwrap();
        String::from_utf8(answer).unwrap()
    };
    let head = format!("POST /api/shops/demo/quotes HTTP/1.1\r\nhost: noren\r\norigin: {SHOP_ORIGIN}\r\n");
    let body = format!("{head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{{");
    let (nothing, half_a_head, half_a_body) =
        tokio::join!(until_closed(String::new()), until_closed(head), until_closed(body));
    assert!(nothing.is_empty(), "{nothing}");
    assert!(!half_a_head.contains(" 200 "), "{half_a_head}");
    assert!(half_a_body.starts_with("HTTP/1.1 503") && half_a_body.contains("\"busy\""), "{half_a_body}");
    shop.ends().await;
}

/// R87: requests beyond the rate are refused with the seconds to wait, and the shop works again afterwards.
#[tokio::test]
async fn r87_a_flood_is_refused_with_the_time_to_wait() {
    let shop = TestShop::with(Database::Sqlite, |settings| settings.limits.per_address = 20).await;
    let mut refused = None;
    for _ in 0..12 {
        let answer = shop.buyer().sends(Method::GET, "/api/shops/demo/products", None, None).await;
        if answer.status != 200 {
            refused = Some(answer);
        }
    }
    let refused = refused.expect("the burst of ten ends");
    assert_problem(&refused, Code::TooManyRequests, "a flood");
    assert!(refused.headers.contains_key("retry-after"));
}
