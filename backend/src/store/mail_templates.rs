//! A shop's own mail templates.

use super::{Reader, RowError, Statement, StoreError, Unmet, values};
use shared::api::Language;
use shared::id::{OperatorId, ShopId};
use shared::mail::MailKind;

/// A template as written.
#[derive(Debug, Clone)]
pub struct TemplateRow {
    /// What for.
    pub kind: MailKind,
    /// In which language.
    pub language: Language,
    /// With placeholders.
    pub subject: String,
    /// With placeholders.
    pub body: String,
}

/// Every template the shop has written itself.
pub async fn all(reader: &Reader, shop: &ShopId) -> Result<Vec<TemplateRow>, StoreError> {
    let rows = reader
        .rows(
            "select kind, language, subject, body from mail_template where shop_id = $1 order by kind, language",
            values![shop],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| {
            Ok(TemplateRow {
                kind: MailKind::from_name(row.text("kind")?)
                    .ok_or_else(|| RowError::new("kind is unknown"))?,
                language: Language::from_tag(row.text("language")?),
                subject: row.text("subject")?.to_owned(),
                body: row.text("body")?.to_owned(),
            })
        })
        .collect::<Result<_, RowError>>()
        .map_err(|error| error.of("mail_template", shop.as_str()))?)
}

/// Keeps a template in the place of `from`, the one of its kind and language that was read, or of none: somebody else's
/// change in between is [`Unmet::Stale`].
pub fn put(
    shop: &ShopId,
    template: &TemplateRow,
    from: Option<&TemplateRow>,
    operator: &OperatorId,
    now: i64,
) -> Statement {
    let (subject, body) = from.map_or((None, None), |from| (Some(&from.subject), Some(&from.body)));
    Statement::new(
        "insert into mail_template (shop_id, kind, language, subject, body, operator_id, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (shop_id, kind, language) do update set subject = excluded.subject, body = excluded.body,
           operator_id = excluded.operator_id, updated_at = excluded.updated_at
         where mail_template.subject = $8 and mail_template.body = $9",
        values![
            shop,
            template.kind.name(),
            template.language.tag(),
            &template.subject,
            &template.body,
            operator,
            now,
            subject,
            body
        ],
    )
    .touching(1)
    .or(Unmet::Stale("mail_template"))
}

/// Forgets the template as it was read: the standard one is used again. [`Unmet::Stale`] where somebody changed it since.
pub fn delete(shop: &ShopId, from: &TemplateRow) -> Statement {
    Statement::new(
        "delete from mail_template
         where shop_id = $1 and kind = $2 and language = $3 and subject = $4 and body = $5",
        values![shop, from.kind.name(), from.language.tag(), &from.subject, &from.body],
    )
    .touching(1)
    .or(Unmet::Stale("mail_template"))
}
