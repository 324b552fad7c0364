//! Bodies of the mail settings and the outbox, for the console.

use super::Language;
use crate::id::{OrderId, OrderNumber};
use crate::mail::{MailKind, RegistrationNumber, TemplateError};
use serde::{Deserialize, Serialize};

/// How far a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// To be sent when it is due.
    Queued,
    /// Its text is being handed over.
    Sending,
    /// The server's final 250 is recorded.
    Sent,
    /// The answer to its text was lost: it may have been accepted. Only an operator sends it again.
    Unconfirmed,
    /// Refused for good, or too often.
    Failed,
    /// The reason to send it is gone.
    Skipped,
}

impl MailState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Sending, Self::Sent, Self::Unconfirmed, Self::Failed, Self::Skipped];

    /// The name stored in the database and used in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Unconfirmed => "unconfirmed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// The state stored as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether an operator may have it sent again.
    pub const fn may_resend(self) -> bool {
        matches!(self, Self::Unconfirmed | Self::Failed)
    }
}

/// How the connection to the mail server is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// STARTTLS, required (port 587).
    #[default]
    Starttls,
    /// TLS from the first byte (port 465).
    Implicit,
    /// None: only on this machine, for trying out.
    None,
}

impl SmtpTls {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Starttls, Self::Implicit, Self::None];

    /// The name used in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Starttls => "starttls",
            Self::Implicit => "implicit",
            Self::None => "none",
        }
    }
}

/// `GET …/mail/settings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSettingsView {
    /// The mail server, where one is set.
    pub smtp: Option<SmtpView>,
    /// 登録番号 (適格請求書).
    pub registration_number: Option<RegistrationNumber>,
    /// As read; sent back by a change.
    pub version: i64,
}

/// A shop's mail server; its password is never shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpView {
    /// Name of the server.
    pub host: String,
    /// 1 to 65535.
    pub port: u16,
    /// How it is secured.
    pub tls: SmtpTls,
    /// Name to sign in with; without one nobody signs in.
    pub user: Option<String>,
    /// Shown as the sender.
    pub from_name: String,
    /// The sender's address.
    pub from_address: String,
}

/// `PUT …/mail/settings`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutMailSettings {
    /// As the page had it.
    pub version: i64,
    /// `None` turns mails off.
    pub smtp: Option<SmtpView>,
    /// A new password; absent leaves the one there is.
    #[serde(default)]
    pub password: Option<String>,
    /// 登録番号.
    #[serde(default)]
    pub registration_number: Option<RegistrationNumber>,
}

/// `POST …/mail/test`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestMailRequest {
    /// Where to.
    pub recipient: String,
}

/// What became of a test mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum TestMailView {
    /// The server took it.
    Sent,
    /// The server refused.
    Refused {
        /// Its code, such as 550.
        code: u16,
    },
    /// The server did not accept name or password.
    SignInFailed,
    /// The server could not be reached, or not securely.
    Unreachable,
    /// The address is not one a mail server may have (a private network).
    NotPublic,
    /// The answer was lost.
    Unconfirmed,
    /// The address is none.
    RecipientInvalid,
}

/// `GET …/mail/templates`: every kind in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTemplatesView {
    /// One per kind and language.
    pub templates: Vec<MailTemplateView>,
}

/// A template as it is used now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTemplateView {
    /// What for.
    pub kind: MailKind,
    /// In which language.
    pub language: Language,
    /// With placeholders.
    pub subject: String,
    /// With placeholders.
    pub body: String,
    /// Whether it is the one a shop starts with.
    pub standard: bool,
}

/// `PUT …/mail/templates/{kind}/{language}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutMailTemplate {
    /// With placeholders.
    pub subject: String,
    /// With placeholders.
    pub body: String,
}

/// `POST …/mail/preview`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailPreviewRequest {
    /// What for.
    pub kind: MailKind,
    /// In which language.
    pub language: Language,
    /// With placeholders.
    pub subject: String,
    /// With placeholders.
    pub body: String,
    /// A real order; else a sample.
    #[serde(default)]
    pub order: Option<OrderId>,
}

/// The mail, or what is wrong with its template.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum MailPreview {
    /// As it would be sent.
    Mail {
        /// One line.
        subject: String,
        /// `text/plain`.
        text: String,
        /// `text/html`.
        html: String,
    },
    /// Refused.
    Faults {
        /// Each with its place.
        faults: Vec<TemplateError>,
    },
}

/// `GET …/mail/outbox?state=…&before=…`: newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxPage {
    /// At most 50.
    pub mails: Vec<OutboxRow>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A mail about an order, in the order's detail; where it went and what it says stands in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderMail {
    /// Its id in the outbox.
    pub id: String,
    /// What for.
    pub kind: MailKind,
    /// How far.
    pub state: MailState,
    /// Unix ms.
    pub created_at: i64,
    /// Unix ms.
    pub sent_at: Option<i64>,
}

/// A mail of the outbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRow {
    /// Its id.
    pub id: String,
    /// What for.
    pub kind: MailKind,
    /// About which order.
    pub order_id: OrderId,
    /// As people say it.
    pub order_number: OrderNumber,
    /// Where to.
    pub recipient: String,
    /// Once composed.
    pub subject: Option<String>,
    /// How far.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: i64,
    /// The server's last refusal, such as 550.
    pub answer_code: Option<i64>,
    /// Unix ms.
    pub created_at: i64,
    /// Unix ms; the next try of a waiting one.
    pub due_at: i64,
    /// Unix ms.
    pub sent_at: Option<i64>,
}

/// `GET …/mail/outbox/{id}`: a mail as it was or will be sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxMail {
    /// Its row.
    #[serde(flatten)]
    pub row: OutboxRow,
    /// `Message-ID`, the same for every try.
    pub message_id: String,
    /// `text/plain`, once composed.
    pub text: Option<String>,
    /// `text/html`, once composed.
    pub html: Option<String>,
}
