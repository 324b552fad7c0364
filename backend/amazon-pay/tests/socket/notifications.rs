//! Notifications of both signature versions are believed when genuine, and only then (R58).

use crate::listener::{Listener, Reply};
use amazon_pay::http_client;
use amazon_pay::notification::{
    CertificateError, Certificates, Envelope, EnvelopeKind, Forged, Notice, NoticeKind, ObjectKind,
    TrustedHost, verify,
};
use serde_json::{Value, json};

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/signing-vectors.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn certificate(vectors: &Value) -> &str {
    vectors["sns"]["signingCertificatePem"].as_str().unwrap()
}

fn envelopes(vectors: &Value) -> Vec<(Envelope, &str)> {
    let examples = vectors["sns"]["examples"].as_array().unwrap();
    assert_eq!(examples.len(), 2);
    let read = |example: &Value| Envelope::parse(example["envelope"].to_string().as_bytes()).unwrap();
    examples.iter().map(|one| (read(one), one["stringToSign"].as_str().unwrap())).collect()
}

#[test]
fn r58_both_signature_versions_are_verified() {
    let vectors = vectors();
    for (envelope, to_sign) in envelopes(&vectors) {
        assert_eq!(envelope.string_to_sign(), to_sign);
        verify(&envelope, certificate(&vectors)).unwrap();
        assert_eq!(envelope.sent_at().unwrap().to_string(), "2026-11-24T03:04:06.789Z");
        let notice = envelope.notice().unwrap();
        assert_eq!(notice.merchant_id, "A1EXAMPLE23456");
        assert_eq!(notice.object_type, ObjectKind::Charge);
        assert_eq!(notice.object_id, "S03-1234567-7654321-C012345");
        assert_eq!(notice.notification_type, NoticeKind::StateChange);
        assert_eq!(notice.charge_permission_id.unwrap().as_str(), "C03-1234567-7654321");
    }
}

#[test]
fn r58_one_changed_character_or_another_version_is_forged() {
    let vectors = vectors();
    let certificate = certificate(&vectors);
    for (genuine, _) in envelopes(&vectors) {
        let forgeries: [fn(&mut Envelope); 8] = [
            |one| one.message = one.message.replace("CHARGE\"", "REFUND\""),
            |one| one.message_id.push('0'),
            |one| one.timestamp = "2026-11-24T03:04:07.789Z".to_owned(),
            |one| one.topic_arn.push('0'),
            |one| one.subject = Some("subject".to_owned()),
            |one| one.kind = EnvelopeKind::SubscriptionConfirmation,
            |one| one.signature = "AAAA".to_owned(),
            |one| one.signature_version = if one.signature_version == "1" { "2" } else { "1" }.to_owned(),
        ];
        for (number, forge) in forgeries.iter().enumerate() {
            let mut forged = genuine.clone();
            forge(&mut forged);
            assert!(matches!(verify(&forged, certificate), Err(Forged::Signature)), "forgery {number}");
        }
        let mut unknown = genuine.clone();
        unknown.signature_version = "3".to_owned();
        assert!(matches!(verify(&unknown, certificate), Err(Forged::UnknownVersion)));
        assert!(matches!(
            verify(&genuine, "no certificate"),
            Err(Forged::Certificate(CertificateError::Unreadable))
        ));
    }
}

#[test]
fn a_confirmation_is_signed_over_other_members() {
    let body = json!({"Type": "SubscriptionConfirmation", "MessageId": "1", "Token": "t", "TopicArn": "arn",
        "Message": "m", "SubscribeURL": "https://x", "Timestamp": "now", "SignatureVersion": "1",
        "Signature": "AA==", "SigningCertUrl": "https://sns.ap-northeast-1.amazonaws.com/a.pem"});
    let envelope = Envelope::parse(body.to_string().as_bytes()).unwrap();
    assert_eq!(
        envelope.string_to_sign(),
        "Message\nm\nMessageId\n1\nSubscribeURL\nhttps://x\nTimestamp\nnow\nToken\nt\nTopicArn\narn\nType\n\
         SubscriptionConfirmation\n"
    );
    assert_eq!(envelope.sent_at(), None);
}

#[test]
fn r58_what_is_unknown_is_read_without_failing_and_what_is_of_2017_is_told_apart() {
    let message = json!({"MerchantID": "A1", "ObjectType": "SOMETHING_NEW", "ObjectId": "x", "NotificationId": "n",
        "NotificationType": "NEW", "NotificationVersion": "V2", "More": 1});
    let notice = Notice::parse(&message.to_string()).unwrap();
    assert_eq!(notice.object_type, ObjectKind::Unknown("SOMETHING_NEW".to_owned()));
    assert_eq!((notice.notification_type.name(), notice.charge_permission_id), ("NEW", None));
    let old = json!({"NotificationType": "OrderReferenceNotification", "NotificationData": "<xml/>"});
    assert!(Notice::parse(&old.to_string()).is_err());
    for body in ["", "{}", "[]", "null", "<xml/>", r#"{"Type":"Other"}"#] {
        assert!(Envelope::parse(body.as_bytes()).is_err(), "{body}");
    }
}

/// An envelope that names `address` for its certificate; the address is not signed, so the signature stays good.
fn pointing_to(vectors: &Value, address: &str) -> Envelope {
    let (mut envelope, _) = envelopes(vectors).remove(1);
    envelope.signing_cert_url = address.to_owned();
    envelope
}

fn trusting(listener: &Listener) -> Certificates {
    let trusted = TrustedHost::of(&listener.url().parse().unwrap());
    Certificates::new(http_client::builder().build().unwrap(), trusted)
}

#[tokio::test]
async fn r58_a_certificate_is_fetched_once_from_a_trusted_host() {
    let vectors = vectors();
    let listener = Listener::start(vec![Reply::text(200, certificate(&vectors))]).await;
    let certificates = trusting(&listener);
    let envelope = pointing_to(&vectors, &format!("{}/sns/a.pem", listener.url()));
    certificates.authenticate(&envelope).await.unwrap();
    certificates.authenticate(&envelope).await.unwrap();
    assert_eq!(listener.requests().len(), 1);

    let untrusting = Certificates::new(http_client::builder().build().unwrap(), None);
    let error = untrusting.authenticate(&envelope).await.unwrap_err();
    assert!(matches!(error, Forged::Certificate(CertificateError::Address)));
    assert_eq!(listener.requests().len(), 1);
}

#[tokio::test]
async fn r58_a_certificate_that_redirects_is_too_large_or_is_none_is_refused() {
    let vectors = vectors();
    let too_large = format!("{}{}", certificate(&vectors), " ".repeat(64 * 1024));
    let listener = Listener::start(vec![
        Reply::text(302, "").with("location", "/sns/other.pem"),
        Reply::text(404, certificate(&vectors)),
        Reply::text(200, &too_large),
        Reply::text(200, "nothing"),
        Reply::HangUp,
        Reply::text(200, certificate(&vectors)),
    ])
    .await;
    let certificates = trusting(&listener);
    let envelope = pointing_to(&vectors, &format!("{}/sns/a.pem", listener.url()));
    for number in 0..5 {
        let error = certificates.authenticate(&envelope).await.unwrap_err();
        let fetched = matches!(error, Forged::Certificate(CertificateError::Unreadable));
        let not_fetched = matches!(error, Forged::Certificate(CertificateError::Fetch));
        assert!(if number == 3 { fetched } else { not_fetched }, "{number}: {error:?}");
    }
    certificates.authenticate(&envelope).await.unwrap();
    assert!(
        listener.requests().iter().all(|request| request.path == "/sns/a.pem"),
        "no redirect was followed"
    );
}
