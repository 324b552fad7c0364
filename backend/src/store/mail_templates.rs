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

/// Keeps a template; the same kind and language again replaces it.
pub fn put(shop: &ShopId, template: &TemplateRow, operator: &OperatorId, now: i64) -> Statement {
    Statement::new(
        "insert into mail_template (shop_id, kind, language, subject, body, operator_id, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (shop_id, kind, language) do update set subject = excluded.subject, body = excluded.body,
           operator_id = excluded.operator_id, updated_at = excluded.updated_at",
        values![
            shop,
            template.kind.name(),
            template.language.tag(),
            &template.subject,
            &template.body,
            operator,
            now
        ],
    )
    .touching(1)
    .or(Unmet::AlreadyExists("mail_template"))
}

/// Forgets a template: the standard one is used again.
pub fn delete(shop: &ShopId, kind: MailKind, language: Language) -> Statement {
    Statement::new(
        "delete from mail_template where shop_id = $1 and kind = $2 and language = $3",
        values![shop, kind.name(), language.tag()],
    )
}
