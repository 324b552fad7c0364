//! Operators: the one-time link, signing in, sessions, and what another site cannot do with their browser.

use integration_tests::{Answer, Database, Operator, TestShop, on_both_databases};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use shared::api::{Code, OperatorView};
use std::time::Duration;

async fn post(shop: &TestShop, path: &str, origin: Option<&str>, body: &Value) -> Answer {
    let mut request = shop.http.post(format!("{}{path}", shop.public_url())).json(body);
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    Answer::of(request.send().await.unwrap()).await
}

async fn signs_in(shop: &TestShop, password: &str) -> Answer {
    let body = json!({ "mail": "Operator@Example.jp", "password": password });
    let own = shop.public_url().to_owned();
    post(shop, "/api/operator/sign-in", Some(&own), &body).await
}

fn cookie_of(headers: &HeaderMap) -> String {
    headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn who_is(shop: &TestShop, cookie: &str) -> Answer {
    let request = shop.http.get(format!("{}/api/operator", shop.public_url())).header("cookie", cookie);
    Answer::of(request.send().await.unwrap()).await
}

on_both_databases! {
    /// R70: the link makes one operator, once; a wrong, used or older link makes none.
    async fn the_link_for_the_first_operator_works_once(database) {
        let mut shop = TestShop::on(database).await;
        let own = shop.public_url().to_owned();
        let old = shop.running.as_ref().unwrap().first_operator_url.clone().unwrap();
        assert!(old.starts_with(&format!("{own}/console/first#")), "the token stands where no server sees it");
        let with = |token: &str| json!({
            "token": token, "name": "運営 花子", "mail": "first@example.jp", "password": "correct horse battery",
        });
        let token_of = |link: &str| link.split('#').nth(1).unwrap().to_owned();
        shop.stops().await;
        shop.starts_again().await;
        let new = shop.running.as_ref().unwrap().first_operator_url.clone().unwrap();
        assert_ne!(new, old, "each start makes its own link");

        let first = async |body: &Value, origin: Option<&str>| post(&shop, "/api/operator/first", origin, body).await;
        let new = token_of(&new);
        for (what, answer, code) in [
            ("another's token", first(&with("x"), Some(&own)).await, Code::LinkInvalid),
            ("the older link", first(&with(&token_of(&old)), Some(&own)).await, Code::LinkInvalid),
            ("no origin", first(&with(&new), None).await, Code::CsrfFailed),
            ("another site", first(&with(&new), Some("http://evil.example")).await, Code::CsrfFailed),
        ] {
            assert_eq!(answer.code(), Some(code), "{what}: {}", answer.body);
        }
        let mut odd = with(&new);
        for (field, value, code) in [
            ("password", "eleven char", Code::PasswordTooWeak),
            ("mail", "no address", Code::OperatorInvalid),
            ("name", " ", Code::OperatorInvalid),
        ] {
            let kept = std::mem::replace(&mut odd[field], json!(value));
            assert_eq!(first(&odd, Some(&own)).await.code(), Some(code), "{field}");
            odd[field] = kept;
        }
        assert_eq!(shop.count("select count(*) as n from operator").await, 0);

        let right = with(&new);
        let (one, two) = tokio::join!(first(&right, Some(&own)), first(&right, Some(&own)));
        let codes = [one.status, two.status];
        assert!(codes.contains(&200) && codes.contains(&410), "{codes:?}");
        assert_eq!(first(&with(&new), Some(&own)).await.code(), Some(Code::LinkInvalid));
        assert_eq!(shop.count("select count(*) as n from operator").await, 1);
        shop.stops().await;
        shop.starts_again().await;
        assert_eq!(shop.running.as_ref().unwrap().first_operator_url, None);
        shop.ends().await;
    }

    /// R70: only the right password signs in; which half was wrong is not told; signing out ends the session.
    async fn an_operator_signs_in_and_out(database) {
        let mut shop = TestShop::on(database).await;
        let _ = shop.operator().await;
        let wrong = signs_in(&shop, "correct horse batterz").await;
        let own = shop.public_url().to_owned();
        let nobody = json!({ "mail": "nobody@example.jp", "password": "correct horse battery" });
        let nobody = post(&shop, "/api/operator/sign-in", Some(&own), &nobody).await;
        assert_eq!((wrong.code(), nobody.code()), (Some(Code::SignInFailed), Some(Code::SignInFailed)));
        assert!(!wrong.headers.contains_key("set-cookie") && !nobody.headers.contains_key("set-cookie"));

        let right = signs_in(&shop, "correct horse battery").await;
        assert_eq!(right.status, 200);
        let set = right.headers["set-cookie"].to_str().unwrap().to_owned();
        assert!(set.starts_with("noren-session=") && set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
        assert!(!set.contains("Secure"), "browsers refuse Secure on loopback http");
        let cookie = cookie_of(&right.headers);
        let view: OperatorView = right.read();
        let shops: Vec<_> = view.shops.iter().map(|shop| shop.id.as_str()).collect();
        assert_eq!(shops, ["demo", "other"]);
        assert!(view.shops.iter().all(|shop| shop.sandbox && shop.simulator));
        let seen: OperatorView = who_is(&shop, &cookie).await.read();
        assert_eq!((seen.csrf.0.clone(), seen.name.as_str()), (view.csrf.0.clone(), "運営 一郎"));

        let out = shop.http.post(format!("{own}/api/operator/sign-out"))
            .header("origin", &own).header("cookie", &cookie).header("x-noren-csrf", &view.csrf.0);
        let out = Answer::of(out.send().await.unwrap()).await;
        assert_eq!(out.status, 204);
        assert!(out.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
        assert_eq!(who_is(&shop, &cookie).await.code(), Some(Code::NotSignedIn));
        shop.ends().await;
    }

    /// R70: a session ends after two idle hours, and after twelve hours of use.
    async fn a_session_ends_when_idle_and_in_any_case(database) {
        let mut shop = TestShop::on(database).await;
        let _ = shop.operator().await;
        let minutes = |n: u64| Duration::from_secs(60 * n);
        let idle = cookie_of(&signs_in(&shop, "correct horse battery").await.headers);
        shop.advances(minutes(119));
        assert_eq!(who_is(&shop, &idle).await.status, 200);
        shop.advances(minutes(119));
        assert_eq!(who_is(&shop, &idle).await.status, 200, "looking keeps it");
        shop.advances(minutes(120));
        assert_eq!(who_is(&shop, &idle).await.code(), Some(Code::NotSignedIn));

        let busy = cookie_of(&signs_in(&shop, "correct horse battery").await.headers);
        for _ in 0..11 {
            shop.advances(minutes(60));
            assert_eq!(who_is(&shop, &busy).await.status, 200);
        }
        shop.advances(minutes(60));
        assert_eq!(who_is(&shop, &busy).await.code(), Some(Code::NotSignedIn));
        shop.ends().await;
    }
}

/// R70, R87: another site, a stolen token of another session, or a forgotten header changes nothing.
#[tokio::test]
async fn r87_a_change_needs_our_origin_and_the_sessions_own_token() {
    let mut shop = TestShop::on(Database::Sqlite).await;
    let _ = shop.operator().await;
    let own = shop.public_url().to_owned();
    let one = signs_in(&shop, "correct horse battery").await;
    let cookie = cookie_of(&one.headers);
    let csrf = one.read::<OperatorView>().csrf.0;
    let foreign_csrf = signs_in(&shop, "correct horse battery").await.read::<OperatorView>().csrf.0;
    for path in ["/api/operator/sign-out", "/api/shops/demo/bulk-runs"] {
        for (what, origin, token) in [
            ("no token", Some(own.as_str()), None),
            ("another session's token", Some(own.as_str()), Some(foreign_csrf.as_str())),
            ("another site", Some("http://evil.example"), Some(csrf.as_str())),
            ("the shop's own site", Some(integration_tests::SHOP_ORIGIN), Some(csrf.as_str())),
            ("no origin", None, Some(csrf.as_str())),
        ] {
            let mut request = shop.http.post(format!("{own}{path}")).header("cookie", &cookie);
            request = request.json(&json!({ "run_id": "r", "orders": [] }));
            if let Some(origin) = origin {
                request = request.header("origin", origin);
            }
            if let Some(token) = token {
                request = request.header("x-noren-csrf", token);
            }
            let answer = Answer::of(request.send().await.unwrap()).await;
            assert_eq!(answer.code(), Some(Code::CsrfFailed), "{path} with {what}");
            assert!(!answer.headers.contains_key("access-control-allow-origin"));
        }
    }
    assert_eq!(who_is(&shop, &cookie).await.status, 200, "still signed in");
    assert_eq!(shop.count("select count(*) as n from bulk_run").await, 0);
    shop.ends().await;
}

/// R70: guessing passwords is slowed down, by address and by mail address.
#[tokio::test]
async fn r70_guessing_is_throttled() {
    let mut shop = TestShop::with(Database::Sqlite, |settings| settings.limits.sign_ins = 4).await;
    let _ = shop.operator().await;
    let mut answers = Vec::new();
    for _ in 0..6 {
        answers.push(signs_in(&shop, "wrong password!").await);
    }
    assert_eq!(answers[0].code(), Some(Code::SignInFailed));
    let last = answers.last().unwrap();
    assert_eq!(last.code(), Some(Code::TooManyRequests));
    assert!(last.headers.contains_key("retry-after"));
    let right = signs_in(&shop, "correct horse battery").await;
    assert_eq!(right.code(), Some(Code::TooManyRequests), "the right one has to wait as well");
    shop.ends().await;
}

/// R70: who may only look cannot capture, and who has no right in a shop does not find it.
#[tokio::test]
async fn r70_rights_are_asked_of_every_action() {
    let mut shop = TestShop::on(Database::Sqlite).await;
    let operator = shop.operator().await;
    let capture = async |operator: &Operator| {
        let body = json!({ "run_id": "run-x", "steps": { "capture": true }, "orders": [{ "id": "nothing", "version": 1 }] });
        operator.sends(Method::POST, "/api/shops/demo/bulk-runs", Some(&body)).await
    };
    let rights = async |rights: &'static str| {
        let change = backend::store::Statement::new(
            "update operator_shop set rights = $1 where shop_id = 'demo'",
            backend::values![rights],
        );
        shop.app().store.write(change).await.unwrap();
    };
    rights("view").await;
    assert_eq!(operator.sends(Method::GET, "/api/shops/demo/orders", None).await.status, 200);
    assert_eq!(capture(&operator).await.code(), Some(Code::NotAllowed));
    rights("capture").await;
    assert_eq!(
        operator.sends(Method::GET, "/api/shops/demo/orders", None).await.code(),
        Some(Code::NotAllowed)
    );
    assert_ne!(capture(&operator).await.code(), Some(Code::NotAllowed));
    shop.ends().await;
}
