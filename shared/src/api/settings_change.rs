//! What operators changed of a shop's settings: who, when, what from what to what (R70).

use serde::{Deserialize, Serialize};

/// Which settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingsArea {
    /// 設定 > 決済.
    Payments,
    /// 設定 > 定期購入.
    Subscriptions,
    /// 設定 > メール: the mail server and the registration number.
    MailServer,
    /// 設定 > メール: a template.
    MailTemplate,
}

impl SettingsArea {
    /// Every area.
    pub const ALL: [Self; 4] = [Self::Payments, Self::Subscriptions, Self::MailServer, Self::MailTemplate];

    /// The name stored in a column and used in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Payments => "payments",
            Self::Subscriptions => "subscriptions",
            Self::MailServer => "mail_server",
            Self::MailTemplate => "mail_template",
        }
    }

    /// The area stored as `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.name() == name)
    }
}

/// A field that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Its name in the API's bodies, with dots: `smtp.host`; of a template `renewal_deferred.ja.body`.
    pub field: String,
    /// Before, as JSON without quotes around a text; absent where nothing was set, and for a secret.
    pub from: Option<String>,
    /// Now, likewise.
    pub to: Option<String>,
    /// A secret: only that it was changed is kept.
    #[serde(default)]
    pub secret: bool,
}

/// A change of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsChange {
    /// Unique in the shop.
    pub id: String,
    /// Unix ms.
    pub at: i64,
    /// Who, by name; the operator's id where the name is not known any more.
    pub operator: String,
    /// Which settings.
    pub area: SettingsArea,
    /// What of them.
    pub changes: Vec<FieldChange>,
}

/// `GET /api/shops/{shop}/settings-changes?before=ID`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsChanges {
    /// The latest first, at most 50.
    pub entries: Vec<SettingsChange>,
    /// For the page after it; absent on the last one.
    pub next: Option<String>,
}
