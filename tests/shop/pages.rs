//! What Noren serves to browsers: hosted pages, the loader, the console, and the headers around them.

use integration_tests::{Answer, Database, TestShop};
use reqwest::Response;
use reqwest::header::HeaderMap;
use std::path::{Path, PathBuf};

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

async fn get(shop: &TestShop, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = shop.http.get(format!("{}{path}", shop.public_url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

/// A folder of built pages, as `cargo xtask pages` makes it.
fn build(dist: &Path) {
    let write = |path: &str, body: &str| {
        let path: PathBuf = dist.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, body).unwrap();
    };
    write("noren.js", "loader");
    write("noren.js.br", "loader in brotli");
    write("noren.js.gz", "loader in gzip");
    write("v/0123456789abcdef/noren.js", "versioned loader");
    write("widget/widget_bg-0123456789abcdef.wasm", "wasm");
    write("console/index.html", "<!doctype html><title>console</title>");
    write("console/boot-0123456789abcdef.js", "boot");
    write("settings/index.html", "<!doctype html><title>settings of the console</title>");
    write("settings/boot-0123456789abcdef.js", "boot of the settings");
    write("embed.json", r#"{"versioned":"/v/0123456789abcdef/noren.js","integrity":"sha384-x"}"#);
    write(".stamp", "secret");
    write("widget/.hidden.js", "secret");
    write("../outside.js", "secret");
}

async fn built() -> TestShop {
    let shop = TestShop::on(Database::Sqlite).await;
    build(&shop.app().settings.pages_dir);
    shop
}

/// R73, R74: a shop's page may load the loader and the widget from anywhere; versions are kept, the rest is asked again.
#[tokio::test]
async fn r73_scripts_are_served_to_any_page_and_cached_as_they_may() {
    let shop = built().await;
    for (path, kind, cached) in [
        ("/noren.js", "text/javascript", "public, max-age=300, must-revalidate"),
        ("/v/0123456789abcdef/noren.js", "text/javascript", "public, max-age=31536000, immutable"),
        (
            "/widget/widget_bg-0123456789abcdef.wasm",
            "application/wasm",
            "public, max-age=31536000, immutable",
        ),
    ] {
        let answer = get(&shop, path, &[("origin", "http://any.example")]).await;
        assert_eq!(answer.status(), 200, "{path}");
        let headers = answer.headers();
        assert!(text(headers, "content-type").starts_with(kind), "{path}");
        assert_eq!(text(headers, "cache-control"), cached, "{path}");
        assert_eq!(text(headers, "access-control-allow-origin"), "*", "{path}");
        assert_eq!(text(headers, "x-content-type-options"), "nosniff", "{path}");
    }
    for (asked, encoding, body) in [
        ("gzip, deflate, br, zstd", "br", "loader in brotli"),
        ("gzip", "gzip", "loader in gzip"),
        ("br;q=0, identity", "", "loader"),
    ] {
        let answer = get(&shop, "/noren.js", &[("accept-encoding", asked)]).await;
        assert_eq!(
            (text(answer.headers(), "content-encoding"), text(answer.headers(), "vary")),
            (encoding, "Accept-Encoding")
        );
        let tag = text(answer.headers(), "etag").to_owned();
        assert_eq!(answer.text().await.unwrap(), body);
        let again = get(&shop, "/noren.js", &[("accept-encoding", asked), ("if-none-match", &tag)]).await;
        assert_eq!(again.status(), 304);
    }
    shop.ends().await;
}

/// R87: nothing but the built files is served, whatever the path says.
#[tokio::test]
async fn r87_no_path_leads_out_of_the_built_pages() {
    let shop = built().await;
    for path in [
        "/widget/.hidden.js",
        "/.stamp",
        "/widget/..%2F..%2Foutside.js",
        "/widget/%2e%2e/%2e%2e/outside.js",
        "/v/..%2f..%2foutside.js",
        "/widget/%2Fetc/passwd.js",
        "/console/..%2Fnoren.js",
        "/widget/noren.js%00.js",
        "/widget/nothing.js",
        "/console/nothing-0123456789abcdef.js",
        "/settings/..%2Fnoren.js",
        "/settings/index.html",
        "/noren.js.br",
        "/embed.json",
    ] {
        let answer = get(&shop, path, &[]).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert!(!answer.text().await.unwrap().contains("secret"), "{path}");
    }
    shop.ends().await;
}

/// R80: two pages share the console's addresses under one policy, and say so in one sentence while they are not built.
#[tokio::test]
async fn r80_the_console_answers_under_all_its_addresses() {
    let shop = TestShop::on(Database::Sqlite).await;
    let missing = get(&shop, "/console", &[]).await;
    assert_eq!(missing.status(), 503);
    assert!(missing.text().await.unwrap().contains("cargo xtask pages"));
    build(&shop.app().settings.pages_dir);
    for (path, title) in [
        ("/console", "<title>console</title>"),
        ("/console/", "<title>console</title>"),
        ("/console/first", "<title>console</title>"),
        ("/console/demo/orders/20261124-7KQ4M", "<title>console</title>"),
        // A shop may be called so.
        ("/console/settings/orders", "<title>console</title>"),
        ("/console/index.html", "<title>console</title>"),
        ("/console/demo/settings/mail", "settings of the console"),
        ("/console/demo/settings/mail/outbox?state=failed", "settings of the console"),
        ("/console/settings/settings/subscriptions", "settings of the console"),
    ] {
        let answer = get(&shop, path, &[]).await;
        assert_eq!(answer.status(), 200, "{path}");
        let headers = answer.headers().clone();
        assert_eq!(text(&headers, "cache-control"), "no-cache");
        let policy = text(&headers, "content-security-policy");
        for part in [
            "script-src 'self' 'wasm-unsafe-eval';",
            "frame-ancestors 'none'",
            "connect-src 'self'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{part} is missing in {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        assert!(answer.text().await.unwrap().contains(title), "{path}");
    }
    for (path, body) in [
        ("/console/boot-0123456789abcdef.js", "boot"),
        ("/settings/boot-0123456789abcdef.js", "boot of the settings"),
    ] {
        let boot = get(&shop, path, &[]).await;
        assert_eq!(text(boot.headers(), "cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(boot.text().await.unwrap(), body);
    }
    assert_eq!(get(&shop, "/", &[]).await.headers()["location"], "/console");
    shop.ends().await;
}

/// R73, R87: hosted pages hold the element and the loader and nothing inline; Amazon's script is the only foreign one.
#[tokio::test]
async fn r87_a_hosted_page_is_a_frame_around_one_element() {
    let shop = built().await;
    let amazon = shop.app().settings.amazon_pay.script_origin().to_owned();
    for (page, element) in [
        ("start", "noren-button"),
        ("review", "noren-review"),
        ("result", "noren-result"),
        ("mypage", "noren-subscriptions"),
    ] {
        let path = format!("/pay/demo/{page}?noren=x&amazonCheckoutSessionId=y&noren_state=z&buyerToken=w");
        let answer = get(&shop, &path, &[("accept-language", "ja")]).await;
        assert_eq!(answer.status(), 200, "{page}");
        let headers = answer.headers().clone();
        assert_eq!(
            (text(&headers, "referrer-policy"), text(&headers, "cache-control")),
            ("no-referrer", "no-store")
        );
        let policy = text(&headers, "content-security-policy");
        assert!(policy.contains(&format!("script-src 'self' 'wasm-unsafe-eval' {amazon};")), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("style-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        let html = answer.text().await.unwrap();
        assert!(html.contains(&format!("<{element} shop=\"demo\" lang=\"ja\"")), "{html}");
        assert!(html.contains("<html lang=\"ja\">") && html.contains("珈琲 暖簾"));
        assert!(html.contains("src=\"/v/0123456789abcdef/noren.js\" integrity=\"sha384-x\""), "{html}");
        assert!(!html.contains("<style") && !html.contains("style=") && !html.contains("onclick"), "{html}");
        assert_eq!(html.matches("<script").count(), 1);
        // What Amazon added is read by the loader, not written into the page.
        assert!(!html.contains("buyerToken") && !html.contains("amazonCheckoutSessionId"));
    }
    let english =
        get(&shop, "/pay/demo/start?product=coffee&quantity=2&lang=en", &[]).await.text().await.unwrap();
    assert!(
        english.contains("<html lang=\"en\">") && english.contains(" product=\"coffee\" quantity=\"2\""),
        "{english}"
    );
    let evil =
        get(&shop, "/pay/demo/start?items=%22%3E%3Cimg%20onerror%3Dx%3E", &[]).await.text().await.unwrap();
    assert!(!evil.contains("<img") && evil.contains("items=\"&quot;&gt;&lt;img onerror=x&gt;\""), "{evil}");
    assert_eq!(get(&shop, "/pay/demo/nothing", &[]).await.status(), 404);
    let style = get(&shop, "/pay/page.css", &[]).await;
    assert!(text(style.headers(), "content-type").starts_with("text/css"));
    shop.ends().await;
}

/// R87: outside loopback browsers are told to stay with https, and cookies are `__Host-` and Secure.
#[tokio::test]
async fn r87_outside_loopback_https_is_kept_and_cookies_are_secure() {
    let mut shop = TestShop::with(Database::Sqlite, |settings| {
        settings.public_url = "https://pay.example.jp".parse().unwrap();
        settings.amazon_pay.simulator = None;
        settings.clock_file = None;
    })
    .await;
    let address = shop.running.as_ref().unwrap().address;
    let link = shop.running.as_ref().unwrap().first_operator_url.clone().unwrap();
    let token = link.strip_prefix("https://pay.example.jp/console/first#").unwrap();
    let first = shop
        .http
        .post(format!("http://{address}/api/operator/first"))
        .header("origin", "https://pay.example.jp");
    let body = serde_json::json!({
        "token": token, "name": "花子", "mail": "a@example.jp", "password": "correct horse battery",
    });
    let answer = Answer::of(first.json(&body).send().await.unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let cookie = text(&answer.headers, "set-cookie");
    assert!(
        cookie.starts_with("__Host-noren-session=")
            && cookie.ends_with("; Secure")
            && cookie.contains("Path=/"),
        "{cookie}"
    );
    assert!(text(&answer.headers, "strict-transport-security").contains("max-age="));
    let page = shop.http.get(format!("http://{address}/pay/demo/start")).send().await.unwrap();
    let policy = text(page.headers(), "content-security-policy");
    assert!(policy.contains("https://static-fe.payments-amazon.com"), "{policy}");
    shop.stops().await;
}
