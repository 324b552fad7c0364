//! Vectors made with the official Node SDK: each must pass, and each forged one must fail.

#![expect(clippy::unwrap_used, reason = "a test program: a panic is its way to fail")]

use amazon_pay::signing::{
    Algorithm, Authorization, SigningKey, VerifyingKey, button_string_to_sign, canonical_request,
    parse_authorization, sha256_hex, sign_button, string_to_sign,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/signing-vectors.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is missing"))
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let list = value[name].as_array().unwrap();
    assert!(!list.is_empty());
    list
}

fn keys(vectors: &Value) -> (SigningKey, VerifyingKey) {
    let key = &vectors["key"];
    let signing = SigningKey::from_pem(text(key, "privateKeyPkcs8Pem")).unwrap();
    let verifying = VerifyingKey::from_pem(text(key, "publicKeySpkiPem")).unwrap();
    assert_eq!(signing.public_key_der(), verifying.as_der());
    (signing, verifying)
}

fn headers(request: &Value) -> HeaderMap {
    let pairs = request["headers"].as_object().unwrap();
    pairs
        .iter()
        .map(|(name, value)| {
            let name = HeaderName::from_bytes(name.to_lowercase().as_bytes()).unwrap();
            (name, HeaderValue::from_str(value.as_str().unwrap()).unwrap())
        })
        .collect()
}

fn canonical(request: &Value, body: &str) -> String {
    canonical_request(
        text(request, "method"),
        text(request, "path"),
        text(request, "query"),
        &headers(request),
        text(request, "signedHeaders"),
        body.as_bytes(),
    )
}

#[test]
fn every_request_vector_gives_the_same_text_and_a_signature_that_verifies() {
    let vectors = vectors();
    let (signing, verifying) = keys(&vectors);
    for request in list(&vectors, "requests") {
        let name = text(request, "name");
        let algorithm = Algorithm::from_name(text(request, "algorithm")).unwrap();
        assert_eq!(u64::from(algorithm.salt_length()), request["saltLength"].as_u64().unwrap(), "{name}");
        let body = text(request, "body");
        assert_eq!(sha256_hex(body.as_bytes()), text(request, "bodySha256"), "{name}");
        let canonical = canonical(request, body);
        assert_eq!(canonical, text(request, "canonicalRequest"), "{name}");
        assert_eq!(sha256_hex(canonical.as_bytes()), text(request, "canonicalRequestSha256"), "{name}");
        let to_sign = string_to_sign(algorithm, &canonical);
        assert_eq!(to_sign, text(request, "stringToSign"), "{name}");
        assert!(verifying.verify(algorithm, to_sign.as_bytes(), text(request, "exampleSignature")), "{name}");
        let ours = signing.sign(algorithm, to_sign.as_bytes());
        assert!(verifying.verify(algorithm, to_sign.as_bytes(), &ours), "{name}");

        let header = text(request, "exampleAuthorization");
        let read = parse_authorization(header).unwrap();
        assert_eq!(
            read,
            Authorization {
                algorithm,
                public_key_id: text(request, "publicKeyId").to_owned(),
                signed_headers: text(request, "signedHeaders").to_owned(),
                signature: text(request, "exampleSignature").to_owned(),
            },
            "{name}"
        );
        assert_eq!(read.to_string(), header, "{name}");
        assert!(read.signs("X-Amz-Pay-Date") && !read.signs("host"), "{name}");
    }
}

#[test]
fn every_button_vector_gives_the_same_text_and_a_signature_that_verifies() {
    let vectors = vectors();
    let (signing, verifying) = keys(&vectors);
    for button in list(&vectors, "buttons") {
        let name = text(button, "name");
        let algorithm = Algorithm::from_name(text(button, "algorithm")).unwrap();
        let payload = text(button, "payloadJSON");
        assert_eq!(sha256_hex(payload.as_bytes()), text(button, "payloadSha256"), "{name}");
        let to_sign = button_string_to_sign(algorithm, payload);
        assert_eq!(to_sign, text(button, "stringToSign"), "{name}");
        assert!(verifying.verify(algorithm, to_sign.as_bytes(), text(button, "exampleSignature")), "{name}");
        let ours = sign_button(&signing, algorithm, payload);
        assert!(verifying.verify(algorithm, to_sign.as_bytes(), &ours), "{name}");
        let longer = button_string_to_sign(algorithm, &format!("{payload} "));
        assert!(!verifying.verify(algorithm, longer.as_bytes(), &ours), "{name}: one blank more");
    }
}

#[test]
fn every_forged_vector_is_refused() {
    let vectors = vectors();
    let (_, verifying) = keys(&vectors);
    for forged in list(&vectors, "negative") {
        let name = text(forged, "name");
        let algorithm = Algorithm::from_name(text(forged, "algorithm")).unwrap();
        let to_sign = match forged["stringToSign"].as_str() {
            Some(given) => given.to_owned(),
            None => {
                let base =
                    list(&vectors, "requests").iter().find(|one| one["name"] == forged["base"]).unwrap();
                string_to_sign(algorithm, &canonical(base, text(forged, "body")))
            }
        };
        assert!(!verifying.verify(algorithm, to_sign.as_bytes(), text(forged, "signature")), "{name}");
    }
}

#[test]
fn an_authorization_of_another_form_is_refused() {
    for bad in [
        "",
        "Bearer abc",
        "AMZN-PAY-RSASSA-PSS-V3 PublicKeyId=K, SignedHeaders=accept, Signature=AA==",
        "AMZN-PAY-RSASSA-PSS PublicKeyId=K, SignedHeaders=accept",
        "AMZN-PAY-RSASSA-PSS PublicKeyId=, SignedHeaders=accept, Signature=AA==",
        "AMZN-PAY-RSASSA-PSS SignedHeaders=accept, PublicKeyId=K, Signature=AA==",
    ] {
        assert!(parse_authorization(bad).is_err(), "{bad}");
    }
}
