//! Hands a mail of the outbox to the shop's mail server.
//!
//! A mail counts as sent when the server's final 250 is recorded. Refusals before that are definite: 4xx is tried
//! again, 5xx is for good. An answer lost after the text leaves the mail unconfirmed, and only an operator sends it
//! again, under the same Message-ID. Start at [`send_mail`].

use super::compose_mail::{self, Composed};
use super::mail_settings::server;
use super::shops::OpenShop;
use crate::app::App;
use crate::smtp::{Handed, NotReady, Server};
use crate::store::mails::{self, MailRow, Progress, Words};
use crate::store::{Batch, StoreError, Unmet, retry_stale, subscriptions};
use lettre::address::Envelope;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use shared::api::{MailState, SmtpView};
use shared::mail::MailKind;
use std::time::{Duration, UNIX_EPOCH};

/// Tries before a mail is given up; with the waits below, about a working day.
const MOST_ATTEMPTS: i64 = 16;
/// Wait after the first refusal, ms; it doubles.
const FIRST_WAIT: i64 = 15_000;
/// Longest wait between two tries, ms.
const LONGEST_WAIT: i64 = 3_600_000;
/// The shortest and the longest time between two looks at the order while the step a mail waits for is under way, ms.
const LOOK_AGAIN: (i64, i64) = (5_000, 600_000);

/// Why a mail could not be looked after; the job is tried again.
#[derive(Debug, thiserror::Error)]
#[error("the mail could not be read or stored")]
pub struct SendError(#[from] StoreError);

/// Sends the mail if it waits and is due.
///
/// # Errors
/// [`SendError`]; what a mail server says is none.
pub async fn send_mail(app: &App, shop: &OpenShop, id: &str) -> Result<(), SendError> {
    let reader = app.store.reader().await?;
    let found = mails::find(&reader, &shop.id, id).await?;
    drop(reader);
    let Some(mail) = found else { return Ok(()) };
    match mail.state {
        MailState::Queued => {}
        // Whoever was handing it over is gone, and with them the server's answer.
        MailState::Sending => return record(app, &mail, MailState::Unconfirmed, mail.attempts, None).await,
        _ => return Ok(()),
    }
    let now = app.clock.now();
    if mail.due_at > now.as_millisecond() {
        app.store.write(compose_mail::job(&mail, mail.due_at, now)).await?;
        return Ok(());
    }
    let Some(mail) = retry_stale(|| composed(app, shop, id)).await? else { return Ok(()) };
    let Some(server) = server(app, shop).await? else {
        return record(app, &mail, MailState::Failed, mail.attempts, Some(0)).await;
    };
    let app = app.clone();
    app.clone().finish(async move { hand_over(&app, &server, mail).await }).await
}

/// The mail with its words; `None` where there is nothing to send now.
async fn composed(app: &App, shop: &OpenShop, id: &str) -> Result<Option<MailRow>, SendError> {
    let reader = app.store.reader().await?;
    let found = mails::find(&reader, &shop.id, id).await?;
    drop(reader);
    let Some(mail) = found.filter(|mail| mail.state == MailState::Queued) else { return Ok(None) };
    if mail.words.is_some() {
        return Ok(Some(mail));
    }
    let now = app.clock.now();
    match compose_mail::compose(app, shop, &mail).await? {
        Composed::Words(words, order, with_it) => {
            let mut batch: Batch = order.iter().map(|order| mails::same_order(order)).collect();
            batch.append(with_it);
            batch.push(mails::compose(&mail, &words));
            app.store.write(batch).await?;
            Ok(Some(MailRow { words: Some(*words), version: mail.version + 1, ..mail }))
        }
        Composed::Wait => {
            // What has taken long will take longer.
            let waited = now.as_millisecond() - mail.created_at;
            let next = (waited / 4).clamp(LOOK_AGAIN.0, LOOK_AGAIN.1);
            app.store.write(compose_mail::job(&mail, now.as_millisecond() + next, now)).await?;
            Ok(None)
        }
        Composed::Skip => {
            record(app, &mail, MailState::Skipped, mail.attempts, None).await?;
            Ok(None)
        }
    }
}

async fn hand_over(app: &App, server: &Server, mail: MailRow) -> Result<(), SendError> {
    let attempts = mail.attempts + 1;
    let Some((envelope, message)) =
        mail.words.as_ref().and_then(|words| message(&server.settings, &mail, words))
    else {
        // The address is none, so no server was asked.
        return record(app, &mail, MailState::Failed, mail.attempts, Some(0)).await;
    };
    let ready = match server.ready(&envelope).await {
        Ok(ready) => ready,
        Err(NotReady::Refused(code)) => return refused(app, &mail, attempts, code).await,
        // A wrong password or name is corrected by people while the mail waits.
        Err(NotReady::NotPublic | NotReady::Unreachable | NotReady::SignIn) => {
            return refused(app, &mail, attempts, 0).await;
        }
    };
    // From here on nobody knows, until the answer is recorded.
    let sending = Progress {
        state: MailState::Sending,
        attempts,
        answer_code: None,
        due_at: mail.due_at,
        sent_at: None,
    };
    match app.store.write(mails::progress(&mail, sending)).await {
        Ok(_) => {}
        // Another worker has it.
        Err(StoreError::Unmet(Unmet::Stale(_))) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    let mail = MailRow { version: mail.version + 1, state: MailState::Sending, ..mail };
    match ready.hand_over(&message).await {
        Handed::Accepted => record(app, &mail, MailState::Sent, attempts, None).await,
        Handed::Refused(code) => refused(app, &mail, attempts, code).await,
        Handed::Lost => {
            tracing::warn!(mail.id = %mail.id, "the answer to a mail was lost; it is unconfirmed");
            record(app, &mail, MailState::Unconfirmed, attempts, None).await
        }
    }
}

/// A definite refusal: for good from 500 on, else another try later. Code 0: the server was not reached.
async fn refused(app: &App, mail: &MailRow, attempts: i64, code: u16) -> Result<(), SendError> {
    tracing::warn!(mail.id = %mail.id, mail.attempts = attempts, smtp.code = code, "a mail was not taken");
    if code >= 500 || attempts >= MOST_ATTEMPTS {
        return record(app, mail, MailState::Failed, attempts, Some(code.into())).await;
    }
    let now = app.clock.now();
    let due_at = now.as_millisecond() + wait(attempts);
    let waiting = Progress {
        state: MailState::Queued,
        attempts,
        answer_code: Some(code.into()),
        due_at,
        sent_at: None,
    };
    let mut batch = Batch::from(mails::progress(mail, waiting));
    batch.push(compose_mail::job(mail, due_at, now));
    app.store.write(batch).await?;
    Ok(())
}

/// Wait after that many tries, ms.
fn wait(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 20) - 1).unwrap_or(0);
    (FIRST_WAIT << doublings).min(LONGEST_WAIT)
}

async fn record(
    app: &App,
    mail: &MailRow,
    state: MailState,
    attempts: i64,
    answer_code: Option<i64>,
) -> Result<(), SendError> {
    let now = app.clock.now_ms();
    let progress = Progress {
        state,
        attempts,
        answer_code,
        due_at: mail.due_at,
        sent_at: (state == MailState::Sent).then_some(now),
    };
    let mut batch = Batch::from(mails::progress(mail, progress));
    // A notice of another price that came to nothing is told again (R26).
    if let (MailKind::AmountChanged, Some((subscription, _))) = (mail.kind, &mail.news)
        && state != MailState::Sent
    {
        batch.push(subscriptions::see_to(&mail.shop_id, subscription, now));
    }
    match app.store.write(batch).await {
        Ok(_) | Err(StoreError::Unmet(Unmet::Stale(_))) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Tells other programs that nobody wrote this by hand, so that none answers it.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Envelope and bytes of a mail, the same for every try; `None` where an address is none.
fn message(settings: &SmtpView, mail: &MailRow, words: &Words) -> Option<(Envelope, Vec<u8>)> {
    let to: Address = mail.recipient.parse().ok()?;
    let rendered = &words.rendered;
    let parts = MultiPart::alternative_plain_html(rendered.text.clone(), rendered.html.clone());
    written(settings, to, &mail.message_id, words.composed_at, &rendered.subject, parts)
}

/// Envelope and bytes of the test mail.
pub(super) fn test_message(
    settings: &SmtpView,
    to: Address,
    message_id: &str,
    now_ms: i64,
    (subject, text): (&str, &str),
) -> Option<(Envelope, Vec<u8>)> {
    let part = MultiPart::mixed().singlepart(lettre::message::SinglePart::plain(text.to_owned()));
    written(settings, to, message_id, now_ms, subject, part)
}

fn written(
    settings: &SmtpView,
    to: Address,
    message_id: &str,
    date_ms: i64,
    subject: &str,
    parts: MultiPart,
) -> Option<(Envelope, Vec<u8>)> {
    // The door has refused them already; here nothing could become a header of its own.
    if [subject, message_id, &settings.from_name].iter().any(|text| text.contains(char::is_control)) {
        return None;
    }
    let from: Address = settings.from_address.parse().ok()?;
    let date = UNIX_EPOCH + Duration::from_millis(u64::try_from(date_ms).ok()?);
    let message = Message::builder()
        .message_id(Some(message_id.to_owned()))
        .date(date)
        .from(Mailbox::new(Some(settings.from_name.clone()), from))
        .to(Mailbox::new(None, to))
        .subject(subject)
        .header(AutoSubmitted)
        .multipart(parts)
        .ok()?;
    Some((message.envelope().clone(), message.formatted()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_a_quarter_minute_to_an_hour() {
        assert_eq!([1, 2, 3, 8, 9, 16].map(wait), [15_000, 30_000, 60_000, 1_920_000, 3_600_000, 3_600_000]);
    }

    #[test]
    fn no_text_becomes_a_header_of_its_own() {
        let settings = SmtpView {
            host: "mail.example.jp".to_owned(),
            port: 587,
            tls: shared::api::SmtpTls::Starttls,
            user: None,
            from_name: "珈琲 暖簾".to_owned(),
            from_address: "shop@example.jp".to_owned(),
        };
        let to = || "hanako@example.jp".parse::<Address>().unwrap();
        let written = |settings: &SmtpView, subject| {
            test_message(settings, to(), "<1@example.jp>", 0, (subject, "本文")).map(|(_, bytes)| bytes)
        };
        assert!(written(&settings, "件名\r\nBcc: x@example.jp").is_none());
        let hostile = SmtpView { from_name: "店\nBcc: x@example.jp".to_owned(), ..settings.clone() };
        assert!(written(&hostile, "件名").is_none());
        let mail = String::from_utf8(written(&settings, "件名").unwrap()).unwrap();
        assert!(
            mail.contains("Message-ID: <1@example.jp>\r\n")
                && mail.contains("Auto-Submitted: auto-generated")
        );
    }
}
