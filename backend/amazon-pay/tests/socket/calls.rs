//! Calls over a real socket: signatures, repeats, time-outs, hang-ups, and what each is reported as.

use crate::listener::{Listener, Received, Reply};
use amazon_pay::signing::{
    Algorithm, SigningKey, VerifyingKey, canonical_request, parse_authorization, string_to_sign,
};
use amazon_pay::wire::request::{CancelCharge, CaptureCharge, ListReports, UpdateCheckoutSession};
use amazon_pay::{
    Ambiguity, Client, Config, Credentials, Environment, Error, PreparedRequest, Reason, Retries,
    http_client, prepare,
};
use shared::id::{ChargeId, CheckoutSessionId, IdempotencyKey, PublicKeyId};
use shared::money::{Chargeable, Yen};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

const SERVER_FAILS: &str = r#"{"reasonCode":"InternalServerError","message":"x"}"#;

fn key() -> Arc<SigningKey> {
    static KEY: OnceLock<Arc<SigningKey>> = OnceLock::new();
    Arc::clone(KEY.get_or_init(|| Arc::new(SigningKey::generate().unwrap().key)))
}

fn now() -> jiff::Timestamp {
    "2026-11-24T03:04:05.678Z".parse().unwrap()
}

fn client(url: &str, change: impl FnOnce(&mut Config)) -> Client {
    let credentials = Credentials {
        public_key_id: PublicKeyId::new("SANDBOX-AE0123456789").unwrap(),
        key: key(),
        environment: Environment::Sandbox,
    };
    let mut config = Config::new(url.parse().unwrap(), credentials);
    config.attempt_timeout = Duration::from_secs(5);
    let wait = Duration::from_millis(5);
    config.retries = Retries { times: 3, first_wait: wait, longest_wait: wait * 4 };
    change(&mut config);
    Client::new(http_client::builder().build().unwrap(), config)
}

/// For a server that never answers.
fn impatient(config: &mut Config) {
    config.attempt_timeout = Duration::from_millis(300);
}

fn charge() -> ChargeId {
    ChargeId::new("S03-1234567-7654321-C012345").unwrap()
}

/// A keyed POST.
fn capture() -> PreparedRequest {
    let amount = Chargeable::new(Yen::new(3980).unwrap()).unwrap();
    prepare::capture_charge(&charge(), &CaptureCharge::new(amount), IdempotencyKey::new("k1").unwrap())
}

/// A DELETE, which has no key.
fn cancel() -> PreparedRequest {
    prepare::cancel_charge(&charge(), &CancelCharge::new("在庫切れ"))
}

fn assert_signed(request: &Received, algorithm: Algorithm) {
    let authorization = parse_authorization(request.header("authorization")).unwrap();
    assert_eq!(authorization.algorithm, algorithm);
    for name in ["accept", "content-type", "x-amz-pay-date", "x-amz-pay-host", "x-amz-pay-region"] {
        assert!(authorization.signs(name), "{name} is not signed");
    }
    let canonical = canonical_request(
        &request.method,
        &request.path,
        &request.query,
        &request.headers,
        &authorization.signed_headers,
        &request.body,
    );
    let to_sign = string_to_sign(algorithm, &canonical);
    let public = VerifyingKey::from_der(&key().public_key_der()).unwrap();
    assert!(public.verify(algorithm, to_sign.as_bytes(), &authorization.signature));
}

#[tokio::test]
async fn a_call_arrives_signed_with_the_stored_bytes_and_key() {
    let listener = Listener::start(vec![Reply::text(200, "{}").with("x-amz-pay-request-id", "R-1")]).await;
    let request = capture().simulating("CaptureInitiated");
    let answer = client(&listener.url(), |_| {}).send(&request, now()).await.unwrap();
    assert_eq!((answer.status(), answer.request_id(), &answer.body()[..]), (200, Some("R-1"), &b"{}"[..]));

    let received = &listener.requests()[0];
    assert_signed(received, Algorithm::PssV2);
    assert_eq!((received.method.as_str(), received.path.as_str()), (request.method().name(), request.path()));
    assert_eq!(received.body, request.body().as_bytes());
    assert_eq!(received.header("x-amz-pay-idempotency-key"), "k1");
    assert_eq!(received.header("x-amz-pay-simulation-code"), "CaptureInitiated");
    assert_eq!(received.header("x-amz-pay-date"), "20261124T030405Z");
    assert_eq!(received.header("x-amz-pay-region"), "jp");
    assert_eq!(format!("http://{}", received.header("x-amz-pay-host")), listener.url());
}

#[tokio::test]
async fn an_older_key_names_its_environment_in_the_path_and_any_algorithm_and_query_is_signed() {
    let listener = Listener::start(vec![Reply::text(200, r#"{"reports":[],"nextToken":null}"#)]).await;
    let client = client(&listener.url(), |config| {
        config.credentials.public_key_id = PublicKeyId::new("AEOLDER").unwrap();
        config.algorithm = Algorithm::Pss;
    });
    let filter =
        ListReports { report_types: vec!["_A_".to_owned(), "_B_".to_owned()], ..ListReports::default() };
    assert_eq!(client.reports(&filter, now()).await.unwrap().reports, []);
    let received = &listener.requests()[0];
    assert_signed(received, Algorithm::Pss);
    assert_eq!(
        (received.path.as_str(), received.query.as_str()),
        ("/sandbox/v2/reports", "reportTypes=_A_%2C_B_")
    );
}

#[tokio::test]
async fn calls_share_one_connection() {
    let listener =
        Listener::start(vec![Reply::text(200, "{}"), Reply::text(200, "{}"), Reply::text(422, "{}")]).await;
    let client = client(&listener.url(), |_| {});
    for _ in 0..3 {
        let _ = client.send(&capture(), now()).await;
    }
    let connections: Vec<usize> = listener.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 0, 0]);
}

#[tokio::test]
async fn r55_a_keyed_call_is_repeated_signed_anew_with_the_same_bytes_and_key() {
    let listener = Listener::start(vec![
        Reply::text(503, "<html>"),
        Reply::HangUp,
        Reply::HangUpMidway { status: 200, body: "{\"chargeId\":\"x\"}".to_owned() },
        Reply::text(200, "{}"),
    ])
    .await;
    client(&listener.url(), |_| {}).send(&capture(), now()).await.unwrap();
    let requests = listener.requests();
    assert_eq!(requests.len(), 4);
    let signatures: std::collections::HashSet<&str> =
        requests.iter().map(|request| request.header("authorization")).collect();
    assert_eq!(signatures.len(), 4, "each attempt has a signature of its own");
    for request in &requests {
        assert_signed(request, Algorithm::PssV2);
        assert_eq!(request.body, capture().body().as_bytes());
        assert_eq!(request.header("x-amz-pay-idempotency-key"), "k1");
    }
}

#[tokio::test]
async fn r55_each_passing_status_is_repeated() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        let listener = Listener::start(vec![Reply::text(status, SERVER_FAILS), Reply::text(200, "{}")]).await;
        client(&listener.url(), |_| {}).send(&capture(), now()).await.unwrap();
        assert_eq!(listener.requests().len(), 2, "{status}");
    }
}

#[tokio::test]
async fn r55_silence_ends_as_unconfirmed_after_the_last_repeat() {
    let listener = Listener::start(vec![Reply::Silence, Reply::Silence]).await;
    let client = client(&listener.url(), |config| {
        impatient(config);
        config.retries.times = 1;
    });
    let error = client.send(&capture(), now()).await.unwrap_err();
    assert_eq!(error, Error::Unconfirmed { ambiguity: Ambiguity::TimedOut, request_id: None });
    assert!(!error.is_definite());
    assert_eq!(listener.requests().len(), 2);
}

#[tokio::test]
async fn r55_a_call_without_key_is_sent_once_and_left_unconfirmed() {
    let failures = [
        (Reply::Silence, Ambiguity::TimedOut),
        (Reply::HangUp, Ambiguity::Disconnected),
        (Reply::HangUpMidway { status: 200, body: "{ }".to_owned() }, Ambiguity::Disconnected),
        (Reply::text(503, ""), Ambiguity::Status(503)),
        (Reply::text(500, SERVER_FAILS), Ambiguity::Status(500)),
    ];
    for (reply, expected) in failures {
        let listener = Listener::start(vec![reply.clone(), Reply::text(200, "{}")]).await;
        let client = client(&listener.url(), |config| {
            if matches!(reply, Reply::Silence) {
                impatient(config);
            }
        });
        let error = client.send(&cancel(), now()).await.unwrap_err();
        assert!(
            matches!(error, Error::Unconfirmed { ambiguity, .. } if ambiguity == expected),
            "{reply:?}: {error:?}"
        );
        assert_eq!(listener.requests().len(), 1, "{reply:?}");
    }
}

#[tokio::test]
async fn a_throttled_call_is_repeated_even_without_key_because_nothing_was_done() {
    let listener =
        Listener::start(vec![Reply::text(429, "{}").with("retry-after", "0"), Reply::text(200, "{}")]).await;
    client(&listener.url(), |_| {}).send(&cancel(), now()).await.unwrap();
    assert_eq!(listener.requests().len(), 2);

    let listener = Listener::start(vec![Reply::text(429, "{}").with("retry-after", "60")]).await;
    let error = client(&listener.url(), |_| {}).send(&cancel(), now()).await.unwrap_err();
    assert_eq!(error, Error::Throttled { retry_after: Some(Duration::from_secs(60)), request_id: None });
    assert!(error.is_definite());
    assert_eq!(listener.requests().len(), 1, "a wait longer than ours is left to the caller");
}

#[tokio::test]
async fn a_server_that_is_not_there_was_not_asked() {
    let error = client(&Listener::nobody().await, |_| {}).send(&cancel(), now()).await.unwrap_err();
    assert_eq!(error, Error::NotSent);
    assert!(error.is_definite());
}

#[tokio::test]
async fn a_refusal_is_final_and_keeps_amazons_words_to_itself() {
    let body = r#"{"reasonCode":"SoftDeclined","message":"declined for 花子"}"#;
    let listener = Listener::start(vec![Reply::text(422, body).with("x-amz-pay-request-id", "R-2")]).await;
    let error = client(&listener.url(), |_| {}).send(&capture(), now()).await.unwrap_err();
    assert!(error.is_definite());
    assert_eq!((error.reason(), error.request_id()), (Some(&Reason::SoftDeclined), Some("R-2")));
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(!shown.contains("花子"), "{shown}");
    }
    let Error::Refused { status: 422, message: Some(message), .. } = error else { panic!("{error:?}") };
    assert_eq!(message.expose(), "declined for 花子");
    assert_eq!(listener.requests().len(), 1);
}

#[tokio::test]
async fn every_published_code_is_read_and_codes_of_tomorrow_are_kept() {
    let mut script = vec![];
    for reason in Reason::PUBLISHED {
        assert_eq!(&Reason::from_code(reason.code()), reason);
    }
    for (status, body) in [
        (422, r#"{"reasonCode":"OfTomorrow"}"#),
        (404, "<html>"),
        (500, r#"{"reasonCode":"ProcessingFailure"}"#),
    ] {
        script.push(Reply::text(status, body));
    }
    let listener = Listener::start(script).await;
    let client = client(&listener.url(), |_| {});
    for expected in [Reason::Unknown("OfTomorrow".to_owned()), Reason::Absent, Reason::ProcessingFailure] {
        let error = client.send(&capture(), now()).await.unwrap_err();
        assert_eq!(error.reason(), Some(&expected));
        assert!(error.is_definite());
    }
    assert_eq!(listener.requests().len(), 3);
}

#[tokio::test]
async fn r55_a_refusal_of_the_repeats_signature_says_nothing_about_the_first_attempt() {
    let listener =
        Listener::start(vec![Reply::HangUp, Reply::text(403, r#"{"reasonCode":"InvalidRequestSignature"}"#)])
            .await;
    let error = client(&listener.url(), |_| {}).send(&capture(), now()).await.unwrap_err();
    assert_eq!(error, Error::Unconfirmed { ambiguity: Ambiguity::Disconnected, request_id: None });

    // What is stored under the key, however, is the first attempt's answer.
    let listener =
        Listener::start(vec![Reply::HangUp, Reply::text(422, r#"{"reasonCode":"InvalidChargeStatus"}"#)])
            .await;
    let error = client(&listener.url(), |_| {}).send(&capture(), now()).await.unwrap_err();
    assert_eq!(error.reason(), Some(&Reason::InvalidChargeStatus));

    // A change without key may be refused because it was made.
    let session = CheckoutSessionId::new("bd504926").unwrap();
    let update = prepare::update_checkout_session(&session, &UpdateCheckoutSession::default());
    let listener = Listener::start(vec![Reply::HangUp, Reply::text(422, "{}")]).await;
    let error = client(&listener.url(), |_| {}).send(&update, now()).await.unwrap_err();
    assert!(!error.is_definite());
    assert_eq!(listener.requests().len(), 2);
}

#[tokio::test]
async fn r55_an_earlier_unclear_attempt_is_not_forgotten_when_the_server_goes_away() {
    let listener = Listener::start(vec![
        Reply::HangUp,
        Reply::text(429, "{}"),
        Reply::text(429, "{}"),
        Reply::text(429, "{}"),
    ])
    .await;
    let error = client(&listener.url(), |_| {}).send(&capture(), now()).await.unwrap_err();
    assert_eq!(error, Error::Unconfirmed { ambiguity: Ambiguity::Disconnected, request_id: None });
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_an_answer_of_another_shape_is_not_understood() {
    let listener = Listener::start(vec![
        Reply::text(302, "").with("location", "/elsewhere"),
        Reply::text(200, r#"{"chargeId":"S03-1"}"#),
        Reply::text(200, "<html>"),
    ])
    .await;
    let client = client(&listener.url(), |_| {});
    for _ in 0..3 {
        let error = client.charge(&charge(), now()).await.unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }), "{error:?}");
        assert!(!error.is_definite());
    }
    assert_eq!(listener.requests().len(), 3);
}

#[tokio::test]
async fn reads_bring_objects() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/amazon-pay");
    let body = |name: &str| std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
    let listener = Listener::start(vec![
        Reply::text(200, &body("checkout-session-open")),
        Reply::text(200, &body("charge-authorized")),
        Reply::text(200, &body("buyer")),
        Reply::text(404, r#"{"reasonCode":"ResourceNotFound"}"#),
    ])
    .await;
    let client = client(&listener.url(), |_| {});
    let session = CheckoutSessionId::new("2f1c7d52-6b0e-4c1e-9d1f-3a5f0c9e7b11").unwrap();
    assert_eq!(client.checkout_session(&session, now()).await.unwrap().checkout_session_id, session);
    assert_eq!(client.charge(&charge(), now()).await.unwrap().charge_amount.yen().get(), 3980);
    assert_eq!(client.buyer("AQEB~token", now()).await.unwrap().buyer_id.as_str(), "amzn1.account.AEXAMPLE");
    assert!(client.charge(&charge(), now()).await.unwrap_err().is_not_found());
}
