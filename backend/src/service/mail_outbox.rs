//! The outbox as operators see it, and sending again what did not go out for certain.

use super::compose_mail;
use super::mail_settings::MailError;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::mails::{self, MailRow, Progress};
use crate::store::{Batch, StoreError, Unmet, orders, subscriptions};
use shared::api::{MailState, OutboxMail, OutboxPage, OutboxRow};
use shared::id::OrderNumber;

/// Rows of a page.
const ROWS: i64 = 50;

/// A page, newest first.
///
/// # Errors
/// The database failed.
pub async fn page(
    app: &App,
    shop: &OpenShop,
    state: Option<MailState>,
    before: Option<&str>,
) -> Result<OutboxPage, MailError> {
    let reader = app.store.reader().await?;
    let mut found = mails::page(&reader, &shop.id, state, before, ROWS + 1).await?;
    drop(reader);
    let more = i64::try_from(found.len()).unwrap_or(i64::MAX) > ROWS;
    if more {
        found.pop();
    }
    let next = found.last().filter(|_| more).map(|(mail, _)| mail.id.clone());
    Ok(OutboxPage { mails: found.iter().map(|(mail, number)| row(mail, number.clone())).collect(), next })
}

/// A mail with its words.
///
/// # Errors
/// [`MailError::Unknown`], or the database failed.
pub async fn mail(app: &App, shop: &OpenShop, id: &str) -> Result<OutboxMail, MailError> {
    let reader = app.store.reader().await?;
    let mail = mails::find(&reader, &shop.id, id).await?.ok_or(MailError::Unknown)?;
    let order = orders::find(&reader, &shop.id, &mail.order_id).await?;
    let number = match (order, &mail.news) {
        (Some(order), _) => order.number,
        (None, Some((id, _))) => {
            subscriptions::find(&reader, &shop.id, id).await?.ok_or(MailError::Unknown)?.number
        }
        (None, None) => return Err(MailError::Unknown),
    };
    drop(reader);
    Ok(OutboxMail {
        row: row(&mail, number),
        message_id: mail.message_id,
        text: mail.words.as_ref().map(|words| words.rendered.text.clone()),
        html: mail.words.map(|words| words.rendered.html),
    })
}

/// Sends a failed or unconfirmed mail again: the same words under the same Message-ID.
///
/// # Errors
/// [`MailError`].
pub async fn resend(app: &App, shop: &OpenShop, id: &str) -> Result<OutboxMail, MailError> {
    let reader = app.store.reader().await?;
    let mail = mails::find(&reader, &shop.id, id).await?.ok_or(MailError::Unknown)?;
    drop(reader);
    if !mail.state.may_resend() {
        return Err(MailError::NotResendable);
    }
    if shop.settings.smtp.is_none() {
        return Err(MailError::NotConfigured);
    }
    let now = app.clock.now();
    let due_at = now.as_millisecond();
    // The count begins anew: a person has looked at it.
    let again = Progress { state: MailState::Queued, attempts: 0, answer_code: None, due_at, sent_at: None };
    let mut batch = Batch::from(mails::progress(&mail, again));
    batch.push(compose_mail::job(&mail, due_at, now));
    match app.store.write(batch).await {
        Ok(_) => {}
        Err(StoreError::Unmet(Unmet::Stale(_))) => return Err(MailError::NotResendable),
        Err(error) => return Err(error.into()),
    }
    app.work.notify_one();
    self::mail(app, shop, id).await
}

fn row(mail: &MailRow, order_number: OrderNumber) -> OutboxRow {
    OutboxRow {
        id: mail.id.clone(),
        kind: mail.kind,
        order_id: mail.order_id.clone(),
        order_number,
        recipient: mail.recipient.clone(),
        subject: mail.words.as_ref().map(|words| words.rendered.subject.clone()),
        state: mail.state,
        attempts: mail.attempts,
        answer_code: mail.answer_code,
        created_at: mail.created_at,
        due_at: mail.due_at,
        sent_at: mail.sent_at,
    }
}
