//! A shop's own words for its mails, checked before they are kept, and shown before they are used.

use super::compose_mail;
use super::mail_settings::MailError;
use super::settings_changes;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::mail_templates::{self, TemplateRow};
use crate::store::{Batch, StoreError, Unmet, orders};
use serde_json::json;
use shared::api::{
    Language, MailPreview, MailPreviewRequest, MailTemplateView, MailTemplatesView, PutMailTemplate,
    SettingsArea,
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
    keep(app, shop, operator, (kind, language), Some(row)).await
}

/// Back to the standard words.
///
/// # Errors
/// The database failed.
pub async fn reset(
    app: &App,
    shop: &OpenShop,
    operator: &OperatorId,
    kind: MailKind,
    language: Language,
) -> Result<MailTemplatesView, MailError> {
    keep(app, shop, operator, (kind, language), None).await
}

/// Replaces the template as it is stored now, and records that; `None`: back to the standard words.
async fn keep(
    app: &App,
    shop: &OpenShop,
    operator: &OperatorId,
    (kind, language): (MailKind, Language),
    to: Option<TemplateRow>,
) -> Result<MailTemplatesView, MailError> {
    let reader = app.store.reader().await?;
    let own = mail_templates::all(&reader, &shop.id).await?;
    drop(reader);
    let from = own.into_iter().find(|own| own.kind == kind && own.language == language);
    let now = app.clock.now();
    let mut batch = Batch::new();
    match (&from, &to) {
        (_, Some(to)) => {
            let put = mail_templates::put(&shop.id, to, from.as_ref(), operator, now.as_millisecond());
            batch.push(put);
        }
        (Some(from), None) => {
            batch.push(mail_templates::delete(&shop.id, from));
        }
        (None, None) => return view(app, shop).await,
    }
    let name = [kind.name(), ".", language.tag()].concat();
    let words = |row: &Option<TemplateRow>| json!({ name.as_str(): row.as_ref().map(|row| json!({ "subject": row.subject, "body": row.body })) });
    let changes = settings_changes::compare(&words(&from), &words(&to));
    batch.extend(settings_changes::record(&shop.id, operator, SettingsArea::MailTemplate, changes, now));
    match app.store.write(batch).await {
        Ok(_) => view(app, shop).await,
        Err(StoreError::Unmet(Unmet::Stale(_))) => Err(MailError::Changed),
        Err(error) => Err(error.into()),
    }
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
    let sample = MailContent::sample(
        request.kind,
        &shop.name,
        shop.settings.registration_number.clone(),
        request.language,
    );
    let content = match &request.order {
        None => sample,
        Some(id) => {
            let reader = app.store.reader().await?;
            let order = orders::find(&reader, &shop.id, id).await?.ok_or(MailError::Unknown)?;
            let (_, begun) = compose_mail::origin(&reader, &order).await?;
            let settled = compose_mail::is_settled(&reader, &order).await?;
            let real = compose_mail::content(shop, &order, begun, sample.link, settled);
            // What happens to a subscription is shown by the sample: an order alone does not know it.
            if request.kind.is_confirmation() {
                real
            } else {
                MailContent { news: sample.news, subscription: sample.subscription, ..real }
            }
        }
    };
    let mail = template.render(&content, request.language);
    Ok(MailPreview::Mail { subject: mail.subject, text: mail.text, html: mail.html })
}
