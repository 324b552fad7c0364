//! The envelope of the notification service, the same for whatever it carries.

use super::{NotANotice, Notice};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What an envelope is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EnvelopeKind {
    /// Carries a message.
    Notification,
    /// Asks whether to begin; Amazon Pay answers this itself.
    SubscriptionConfirmation,
    /// Confirms an end.
    UnsubscribeConfirmation,
}

impl EnvelopeKind {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notification => "Notification",
            Self::SubscriptionConfirmation => "SubscriptionConfirmation",
            Self::UnsubscribeConfirmation => "UnsubscribeConfirmation",
        }
    }
}

/// An envelope, unchecked. Its members are what the sender claims until [`super::verify`] agrees.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Envelope {
    /// What it is for.
    #[serde(rename = "Type")]
    pub kind: EnvelopeKind,
    /// The same on each delivery of one message: by it duplicates are found.
    pub message_id: String,
    /// Only with confirmations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The channel; to be pinned at the first one believed.
    pub topic_arn: String,
    /// Rarely present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// JSON as text; [`Envelope::notice`] reads it.
    pub message: String,
    /// When it was sent, as text, because the text is signed; [`Envelope::sent_at`] reads it.
    pub timestamp: String,
    /// `1` or `2`.
    pub signature_version: String,
    /// Base64.
    pub signature: String,
    /// Address of the certificate.
    #[serde(rename = "SigningCertURL", alias = "SigningCertUrl")]
    pub signing_cert_url: String,
    /// Only with confirmations.
    #[serde(rename = "SubscribeURL", default, skip_serializing_if = "Option::is_none")]
    pub subscribe_url: Option<String>,
    /// Never to be followed.
    #[serde(rename = "UnsubscribeURL", default, skip_serializing_if = "Option::is_none")]
    pub unsubscribe_url: Option<String>,
}

/// The body is no envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body is no notification")]
pub struct NotAnEnvelope;

impl Envelope {
    /// Reads a body, whatever its content type says.
    ///
    /// # Errors
    /// [`NotAnEnvelope`].
    pub fn parse(body: &[u8]) -> Result<Self, NotAnEnvelope> {
        serde_json::from_slice(body).map_err(|_| NotAnEnvelope)
    }

    /// What is signed: name and value of the members that count, each followed by a line feed.
    pub fn string_to_sign(&self) -> String {
        let mut text = String::new();
        let mut add = |name: &str, value: &str| {
            text.push_str(name);
            text.push('\n');
            text.push_str(value);
            text.push('\n');
        };
        add("Message", &self.message);
        add("MessageId", &self.message_id);
        if self.kind == EnvelopeKind::Notification {
            if let Some(subject) = &self.subject {
                add("Subject", subject);
            }
            add("Timestamp", &self.timestamp);
        } else {
            add("SubscribeURL", self.subscribe_url.as_deref().unwrap_or_default());
            add("Timestamp", &self.timestamp);
            add("Token", self.token.as_deref().unwrap_or_default());
        }
        add("TopicArn", &self.topic_arn);
        add("Type", self.kind.name());
        text
    }

    /// When it was sent, or nothing where the text is no moment.
    pub fn sent_at(&self) -> Option<jiff::Timestamp> {
        self.timestamp.parse().ok()
    }

    /// Reads the message inside.
    ///
    /// # Errors
    /// [`NotANotice`]: of another kind, or about an order of the API of 2017. Answer 200 and keep it.
    pub fn notice(&self) -> Result<Notice, NotANotice> {
        Notice::parse(&self.message)
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("kind", &self.kind)
            .field("message_id", &self.message_id)
            .field("topic_arn", &self.topic_arn)
            .finish_non_exhaustive()
    }
}
