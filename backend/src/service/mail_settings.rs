//! A shop's mail server: read, changed, tried out.

use super::send_mail::test_message;
use super::settings_changes;
use super::shops::{self, OpenShop};
use crate::app::App;
use crate::secret;
use crate::shop::Shop;
use crate::smtp::{Handed, NotReady, Server};
use crate::store::shops::{SecretKind, owner, put_secret, save_settings};
use crate::store::{self, Batch, StoreError, Unmet};
use lettre::Address;
use serde_json::json;
use shared::api::{
    Language, MailSettingsView, PutMailSettings, SettingsArea, SmtpView, TestMailRequest, TestMailView,
};
use shared::id::OperatorId;
use shared::text;

/// Name of the sealed password.
pub const SMTP_SECRET: &str = "smtp-password";

/// Why something about mails was refused.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// No such mail, kind or order in this shop.
    #[error("there is no such mail or kind of mail")]
    Unknown,
    /// The template has faults.
    #[error("the mail template has faults")]
    Template,
    /// A value of the settings cannot be.
    #[error("the mail settings cannot be used")]
    Settings,
    /// No mail server is set.
    #[error("the shop has no mail server")]
    NotConfigured,
    /// Neither failed nor unconfirmed.
    #[error("the mail is not one to be sent again")]
    NotResendable,
    /// Somebody else changed it since the page showed it.
    #[error("it was changed since the page showed it")]
    Changed,
    /// Too many test mails.
    #[error("too many test mails")]
    TooMany,
    /// The database failed.
    #[error("the mails could not be read or stored")]
    Store(#[from] StoreError),
}

/// The settings as they are.
pub fn view(shop: &Shop) -> MailSettingsView {
    MailSettingsView {
        smtp: shop.settings.smtp.clone(),
        registration_number: shop.settings.registration_number.clone(),
        version: shop.version,
    }
}

/// Changes the settings.
///
/// # Errors
/// [`MailError::Settings`], [`MailError::Changed`], or the database failed.
pub async fn put(
    app: &App,
    shop: &OpenShop,
    operator: &OperatorId,
    request: PutMailSettings,
) -> Result<MailSettingsView, MailError> {
    if let Some(smtp) = &request.smtp {
        check(smtp)?;
    }
    // As they are stored now, not as this process remembers them: what another one has changed beside them stays.
    let reader = app.store.reader().await?;
    let stored = store::shops::find(&reader, &shop.id).await?;
    drop(reader);
    let mut changed = stored.filter(|stored| stored.version == request.version).ok_or(MailError::Changed)?;
    let former = changed.clone();
    // The stored password goes to the server and name it was given for, and nowhere else.
    let same_server = |smtp: &SmtpView| {
        former
            .settings
            .smtp
            .as_ref()
            .is_some_and(|now| (&now.host, now.port, &now.user) == (&smtp.host, smtp.port, &smtp.user))
    };
    let needs_password = request.smtp.as_ref().is_some_and(|smtp| smtp.user.is_some() && !same_server(smtp));
    if needs_password && request.password.is_none() {
        return Err(MailError::Settings);
    }
    if request
        .password
        .as_ref()
        .is_some_and(|password| password.len() > 512 || password.contains(char::is_control))
    {
        return Err(MailError::Settings);
    }
    let (moment, now) = (app.clock.now(), app.clock.now_ms());
    changed.settings.smtp = request.smtp;
    changed.settings.registration_number = request.registration_number;
    let mut batch = Batch::from(save_settings(&changed, now));
    let told = |shop: &Shop| json!({ "smtp": shop.settings.smtp, "registration_number": shop.settings.registration_number });
    let mut changes = settings_changes::compare(&told(&former), &told(&changed));
    if request.password.is_some() {
        changes.push(settings_changes::secret_changed("password"));
    }
    let area = SettingsArea::MailServer;
    batch.extend(settings_changes::record(&shop.id, operator, area, changes, moment));
    if let Some(password) = &request.password {
        let sealed = app.master_key.seal(&owner(&shop.id, SMTP_SECRET), password.as_bytes());
        batch.push(put_secret(&shop.id, SecretKind::Smtp, SMTP_SECRET, sealed, now));
    }
    match app.store.write(batch).await {
        Ok(_) => {}
        Err(StoreError::Unmet(Unmet::Stale(_))) => return Err(MailError::Changed),
        Err(error) => return Err(error.into()),
    }
    app.shops.forget(&shop.id);
    Ok(MailSettingsView { version: request.version + 1, ..view(&changed) })
}

/// What a mail server's settings have to be: a name, a port, and a sender of one line each.
fn check(smtp: &SmtpView) -> Result<(), MailError> {
    let line = |text: &str, longest: usize| {
        !text.trim().is_empty() && text.chars().count() <= longest && !text.contains(char::is_control)
    };
    let host = smtp.host.len() <= 253
        && !smtp.host.is_empty()
        && smtp.host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'));
    let user = smtp.user.as_deref().is_none_or(|user| line(user, 254));
    let fits = host
        && smtp.port > 0
        && user
        && line(&smtp.from_name, 100)
        && smtp.from_address.len() <= 254
        && smtp.from_address.parse::<Address>().is_ok();
    if fits { Ok(()) } else { Err(MailError::Settings) }
}

/// The shop's mail server with its password, if it has one.
///
/// # Errors
/// The database failed.
pub async fn server(app: &App, shop: &Shop) -> Result<Option<Server>, StoreError> {
    let Some(settings) = shop.settings.smtp.clone() else { return Ok(None) };
    let mut password = None;
    if settings.user.is_some() {
        let reader = app.store.reader().await?;
        let sealed = store::shops::secret(&reader, &shop.id, SecretKind::Smtp, SMTP_SECRET).await?;
        password = sealed
            .and_then(|sealed| app.master_key.open(&owner(&shop.id, SMTP_SECRET), &sealed).ok())
            .and_then(|plain| String::from_utf8(plain).ok());
    }
    Ok(Some(Server { settings, password, loopback: app.settings.amazon_pay.simulator.is_some() }))
}

/// Sends a test mail at once and says what became of it.
///
/// # Errors
/// [`MailError::NotConfigured`], [`MailError::TooMany`], or the database failed.
pub async fn test(
    app: &App,
    shop: &OpenShop,
    operator: &OperatorId,
    request: &TestMailRequest,
    language: Language,
) -> Result<TestMailView, MailError> {
    // What was saved a moment ago in this or another process is what is tried.
    app.shops.forget(&shop.id);
    let shop = shops::open(app, &shop.id).await.map_err(|_| MailError::NotConfigured)?;
    let server = server(app, &shop).await?.ok_or(MailError::NotConfigured)?;
    if !app.rates.sign_ins.take(&format!("mail test {operator}")) {
        return Err(MailError::TooMany);
    }
    let Ok(to) = request.recipient.trim().parse::<Address>() else {
        return Ok(TestMailView::RecipientInvalid);
    };
    let now = app.clock.now();
    let host = server.settings.from_address.rsplit('@').next().unwrap_or("localhost");
    let message_id = format!("<{}@{host}>", secret::timed_id(now));
    let subject = format!("[{}] {}", text::visible(&shop.name), text::mail_test_subject(language));
    let words = (subject.as_str(), text::mail_test_body(language));
    let Some((envelope, message)) =
        test_message(&server.settings, to, &message_id, now.as_millisecond(), words)
    else {
        return Ok(TestMailView::RecipientInvalid);
    };
    let ready = match server.ready(&envelope).await {
        Ok(ready) => ready,
        Err(NotReady::NotPublic) => return Ok(TestMailView::NotPublic),
        Err(NotReady::Unreachable | NotReady::Refused(0)) => return Ok(TestMailView::Unreachable),
        Err(NotReady::SignIn) => return Ok(TestMailView::SignInFailed),
        Err(NotReady::Refused(code)) => return Ok(TestMailView::Refused { code }),
    };
    Ok(match ready.hand_over(&message).await {
        Handed::Accepted => TestMailView::Sent,
        Handed::Refused(0) => TestMailView::Unreachable,
        Handed::Refused(code) => TestMailView::Refused { code },
        Handed::Lost => TestMailView::Unconfirmed,
    })
}
