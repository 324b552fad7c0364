//! A shop's own words for its mails, checked before they are kept, and shown before they are used.

use super::compose_mail;
use super::mail_settings::MailError;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::mail_templates::{self, TemplateRow};
use crate::store::orders;
use shared::api::{
    Language, MailPreview, MailPreviewRequest, MailTemplateView, MailTemplatesView, PutMailTemplate,
};
use shared::id::OperatorId;
use shared::mail::{MailContent, MailKind, Template};
use shared::text;

/// Every kind in both languages, as it is used now.
///
/// # Errors
/// The database failed.
pub async fn view(app: &App, shop: &OpenShop) -> Result<MailTemplatesView, MailError> {
    let reader = app.store.reader().await?;
    let own = mail_templates::all(&reader, &shop.id).await?;
    drop(reader);
    let mut templates = Vec::new();
    for kind in MailKind::ALL {
        for language in [Language::Ja, Language::En] {
            let own = own.iter().find(|own| own.kind == kind && own.language == language);
            let (subject, body) = match own {
                Some(own) => (own.subject.clone(), own.body.clone()),
                None => {
                    let (subject, body) = text::mail_template(kind, language);
                    (subject.to_owned(), body.to_owned())
                }
            };
            templates.push(MailTemplateView { kind, language, subject, body, standard: own.is_none() });
        }
    }
    Ok(MailTemplatesView { templates })
}

/// Keeps a template.
///
/// # Errors
/// [`MailError::Template`], or the database failed.
pub async fn put(
    app: &App,
    shop: &OpenShop,
    operator: &OperatorId,
    kind: MailKind,
    language: Language,
    request: PutMailTemplate,
) -> Result<MailTemplatesView, MailError> {
    Template::parse(kind, &request.subject, &request.body).map_err(|_| MailError::Template)?;
    let row =
        TemplateRow { kind, language, subject: request.subject, body: request.body.replace("\r\n", "\n") };
    app.store.write(mail_templates::put(&shop.id, &row, operator, app.clock.now_ms())).await?;
    view(app, shop).await
}

/// Back to the standard words.
///
/// # Errors
/// The database failed.
pub async fn reset(
    app: &App,
    shop: &OpenShop,
    kind: MailKind,
    language: Language,
) -> Result<MailTemplatesView, MailError> {
    app.store.write(mail_templates::delete(&shop.id, kind, language)).await?;
    view(app, shop).await
}

/// The mail a template would make, of a real order or of a sample.
///
/// # Errors
/// [`MailError::Unknown`] for an order the shop does not have, or the database failed.
pub async fn preview(
    app: &App,
    shop: &OpenShop,
    request: MailPreviewRequest,
) -> Result<MailPreview, MailError> {
    let template = match Template::parse(request.kind, &request.subject, &request.body) {
        Ok(template) => template,
        Err(faults) => return Ok(MailPreview::Faults { faults }),
    };
    let sample = MailContent::sample(&shop.name, shop.settings.registration_number.clone(), request.language);
    let content = match &request.order {
        None => sample,
        Some(id) => {
            let reader = app.store.reader().await?;
            let order = orders::find(&reader, &shop.id, id).await?.ok_or(MailError::Unknown)?;
            let (_, begun) = compose_mail::origin(&reader, &order).await?;
            compose_mail::content(shop, &order, begun, sample.link)
        }
    };
    let mail = template.render(&content, request.language);
    Ok(MailPreview::Mail { subject: mail.subject, text: mail.text, html: mail.html })
}
