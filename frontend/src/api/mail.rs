//! Requests of the mail settings and the outbox.

use super::operator::{Call, Failure, call, read};
use shared::api::{
    Language, MailPreview, MailPreviewRequest, MailSettingsView, MailState, MailTemplatesView, OutboxMail,
    OutboxPage, PutMailSettings, PutMailTemplate, TestMailRequest, TestMailView, Token,
};
use shared::id::ShopId;
use shared::mail::MailKind;

fn to(method: &'static str, shop: &ShopId, rest: &str, language: Language) -> Call {
    call(method, &format!("/api/shops/{shop}/mail/{rest}"), language)
}

/// Mail server, sender, registration number.
///
/// # Errors
/// Any problem, or no answer.
pub async fn settings(shop: &ShopId, language: Language) -> Result<MailSettingsView, Failure> {
    read(to("GET", shop, "settings", language)).await
}

/// Changes them.
///
/// # Errors
/// `mail_settings_invalid`, `settings_changed`, or no answer.
pub async fn put_settings(
    shop: &ShopId,
    request: &PutMailSettings,
    csrf: &Token,
    language: Language,
) -> Result<MailSettingsView, Failure> {
    read(to("PUT", shop, "settings", language).csrf(csrf).body(request)).await
}

/// Sends a test mail.
///
/// # Errors
/// `mail_not_configured`, `too_many_requests`, or no answer.
pub async fn test(
    shop: &ShopId,
    request: &TestMailRequest,
    csrf: &Token,
    language: Language,
) -> Result<TestMailView, Failure> {
    read(to("POST", shop, "test", language).csrf(csrf).body(request)).await
}

/// Every template.
///
/// # Errors
/// Any problem, or no answer.
pub async fn templates(shop: &ShopId, language: Language) -> Result<MailTemplatesView, Failure> {
    read(to("GET", shop, "templates", language)).await
}

/// Keeps a template; without one the standard words are used again.
///
/// # Errors
/// `mail_template_invalid`, or no answer.
pub async fn put_template(
    shop: &ShopId,
    kind: MailKind,
    of: Language,
    template: Option<&PutMailTemplate>,
    csrf: &Token,
    language: Language,
) -> Result<MailTemplatesView, Failure> {
    let path = format!("templates/{}/{}", kind.name(), of.tag());
    let request = match template {
        Some(template) => to("PUT", shop, &path, language).csrf(csrf).body(template),
        None => to("DELETE", shop, &path, language).csrf(csrf),
    };
    read(request).await
}

/// The mail a template makes of a real order.
///
/// # Errors
/// `not_found`, or no answer.
pub async fn preview(
    shop: &ShopId,
    request: &MailPreviewRequest,
    csrf: &Token,
    language: Language,
) -> Result<MailPreview, Failure> {
    read(to("POST", shop, "preview", language).harmless().csrf(csrf).body(request)).await
}

/// A page of the outbox.
///
/// # Errors
/// Any problem, or no answer.
pub async fn outbox(
    shop: &ShopId,
    state: Option<MailState>,
    before: Option<&str>,
    language: Language,
) -> Result<OutboxPage, Failure> {
    let mut query = Vec::new();
    query.extend(state.map(|state| format!("state={}", state.name())));
    query.extend(before.map(|before| format!("before={before}")));
    read(to("GET", shop, &format!("outbox?{}", query.join("&")), language)).await
}

/// A mail with its words.
///
/// # Errors
/// `not_found`, or no answer.
pub async fn mail(shop: &ShopId, id: &str, language: Language) -> Result<OutboxMail, Failure> {
    read(to("GET", shop, &format!("outbox/{id}"), language)).await
}

/// Sends a failed or unconfirmed mail again.
///
/// # Errors
/// `mail_not_resendable`, `mail_not_configured`, or no answer.
pub async fn resend(
    shop: &ShopId,
    id: &str,
    csrf: &Token,
    language: Language,
) -> Result<OutboxMail, Failure> {
    read(to("POST", shop, &format!("outbox/{id}/resend"), language).csrf(csrf)).await
}
