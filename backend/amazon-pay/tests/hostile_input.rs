//! Text from outside, whatever it is, is read or refused, never a panic.

use amazon_pay::notification::{CertificateAddress, Envelope, Notice, key_of_certificate};
use amazon_pay::signing::{SigningKey, VerifyingKey, canonical_query, parse_authorization, reencode_query};
use amazon_pay::wire::{Charge, CheckoutSession, Price, PriceText, Timestamp};
use amazon_pay::{Answer, Reason};
use proptest::prelude::*;

proptest! {
    #[test]
    fn anything_is_read_or_refused(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        let _ = parse_authorization(&text);
        let _ = parse_authorization(&format!("AMZN-PAY-RSASSA-PSS {text}"));
        let _ = Envelope::parse(&bytes);
        let _ = Notice::parse(&text);
        let _ = CertificateAddress::new(&text, None);
        let _ = key_of_certificate(&text);
        let _ = SigningKey::from_pem(&format!("-----BEGIN PRIVATE KEY-----{text}-----END PRIVATE KEY-----"));
        let _ = VerifyingKey::from_der(&bytes);
        let _ = text.parse::<Timestamp>();
        let _ = Reason::from_code(&text);
        let answer = Answer::new(200, bytes, None);
        prop_assert!(answer.decode::<Charge>().is_err() && answer.decode::<CheckoutSession>().is_err());
    }

    #[test]
    fn a_query_encoded_anew_stays_as_it_is(text in any::<String>()) {
        let once = reencode_query(&text);
        prop_assert_eq!(reencode_query(&once), once.clone());
        let sorted = canonical_query(&once);
        prop_assert_eq!(canonical_query(&sorted), sorted);
    }

    #[test]
    fn r62_an_amount_is_read_as_written_or_refused(amount in "-?[0-9.,]{0,14}") {
        let read = Price::try_from(PriceText { amount: amount.clone(), currency_code: "JPY".to_owned() });
        match read {
            Ok(price) => prop_assert_eq!(amount.parse::<i64>(), Ok(price.yen().get())),
            Err(_) => prop_assert!(amount.parse::<i64>().is_err() || amount.starts_with('-') || amount.len() > 10),
        }
    }
}
