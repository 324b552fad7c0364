//! A notification as it goes over the wire: an inner message, an envelope around it, a signature over both.

use super::key;
use crate::world::Notification;
use jiff::Timestamp;
use serde_json::json;

/// The body to send at `now`.
pub(super) fn signed(notification: &Notification, base_url: &str, now: Timestamp) -> String {
    let change = &notification.change;
    let kind = if change.attribute { "ATTRIBUTE_CHANGE" } else { "STATE_CHANGE" };
    let merchant = &change.owner.merchant_id;
    let message = json!({
        "MerchantID": merchant,
        "ObjectType": change.object_type,
        "ObjectId": change.object_id,
        "ChargePermissionId": change.permission_id,
        "NotificationType": kind,
        "NotificationId": notification.notification_id,
        "NotificationVersion": "V2",
    })
    .to_string();
    let topic = format!("arn:aws:sns:ap-northeast-1:000000000000:{merchant}");
    let timestamp = now.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let message_id = &notification.message_id;
    let mut text = format!(
        "Message\n{message}\nMessageId\n{message_id}\nTimestamp\n{timestamp}\nTopicArn\n{topic}\nType\nNotification\n"
    );
    if notification.forged {
        text.push_str("forged\n");
    }
    let signature = match notification.version.as_str() {
        "2" => key::sign_sha256(text.as_bytes()),
        _ => key::sign_sha1(text.as_bytes()),
    };
    json!({
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": topic,
        "Message": message,
        "Timestamp": timestamp,
        "SignatureVersion": notification.version,
        "Signature": signature,
        "SigningCertURL": format!("{base_url}{}", key::certificate_path()),
        "UnsubscribeURL": format!("{base_url}/?Action=Unsubscribe&SubscriptionArn={topic}:{message_id}"),
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Change, Environment, NotificationState, Owner};
    use amazon_pay::notification::{Envelope, verify};

    fn notification(version: &str, forged: bool) -> Notification {
        Notification {
            id: "1".into(),
            notification_id: "2".into(),
            message_id: "3".into(),
            change: Change {
                owner: Owner { merchant_id: "A1".into(), environment: Environment::Sandbox },
                object_type: "CHARGE".into(),
                object_id: "S03-1".into(),
                permission_id: None,
                attribute: false,
                synchronous: false,
                at: Timestamp::UNIX_EPOCH,
            },
            url: String::new(),
            due: Timestamp::UNIX_EPOCH,
            version: version.into(),
            forged,
            state: NotificationState::Waiting,
            attempts: 0,
            last_status: None,
        }
    }

    #[test]
    fn both_signature_versions_fit_the_served_certificate() {
        for version in ["1", "2"] {
            let body =
                signed(&notification(version, false), "http://amazon.localhost", Timestamp::UNIX_EPOCH);
            let envelope = Envelope::parse(body.as_bytes()).unwrap();
            assert!(verify(&envelope, key::certificate_pem()).is_ok(), "version {version}");
            assert_eq!(envelope.timestamp, "1970-01-01T00:00:00.000Z");
            let body = signed(&notification(version, true), "http://amazon.localhost", Timestamp::UNIX_EPOCH);
            let envelope = Envelope::parse(body.as_bytes()).unwrap();
            assert!(verify(&envelope, key::certificate_pem()).is_err(), "version {version}, forged on order");
        }
    }
}
