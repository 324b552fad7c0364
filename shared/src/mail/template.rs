//! A checked template: literal text and known placeholders, nothing else.

use super::{MailContent, MailKind, Placeholder, html, plain};
use crate::api::Language;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Most characters of a subject.
pub const MAX_SUBJECT: usize = 200;
/// Most characters of a body.
pub const MAX_BODY: usize = 8_000;

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// As written.
    Text(String),
    /// Filled in.
    Value(Placeholder),
}

/// A template that was checked: rendering it cannot fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    kind: MailKind,
    subject: Vec<Part>,
    body: Vec<Part>,
}

/// Where in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplatePlace {
    /// 件名.
    Subject,
    /// 本文.
    Body,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum TemplateFault {
    /// Nothing is written.
    Empty,
    /// Longer than [`MAX_SUBJECT`] or [`MAX_BODY`].
    TooLong,
    /// A line break or control character in the subject.
    LineBreak,
    /// `{{` without `}}`.
    Unclosed,
    /// No such placeholder.
    Unknown {
        /// As written, shortened.
        name: String,
    },
    /// A placeholder that cannot stand there: a block in the subject, or a link in a mail that has none.
    NotHere {
        /// Which.
        placeholder: Placeholder,
    },
    /// A placeholder without which the mail would be pointless.
    Missing {
        /// Which.
        placeholder: Placeholder,
    },
}

/// Why a template is refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{place:?} {line}:{column}: {fault:?}")]
pub struct TemplateError {
    /// Subject or body.
    pub place: TemplatePlace,
    /// From 1.
    pub line: u32,
    /// Characters, from 1.
    pub column: u32,
    /// What.
    #[serde(flatten)]
    pub fault: TemplateFault,
}

/// A mail ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// `text/plain`, lines ended by `\n`.
    pub text: String,
    /// `text/html`.
    pub html: String,
}

impl Template {
    /// Checks subject and body of a template for mails of `kind`.
    ///
    /// # Errors
    /// Every fault found, in the order in which a reader meets them.
    pub fn parse(kind: MailKind, subject: &str, body: &str) -> Result<Self, Vec<TemplateError>> {
        let mut errors = Vec::new();
        let body = body.replace("\r\n", "\n");
        let subject_parts = parts(kind, subject, TemplatePlace::Subject, &mut errors);
        let body_parts = parts(kind, &body, TemplatePlace::Body, &mut errors);
        for placeholder in kind.needs() {
            if !body_parts.contains(&Part::Value(*placeholder)) {
                errors.push(TemplateError {
                    place: TemplatePlace::Body,
                    line: 1,
                    column: 1,
                    fault: TemplateFault::Missing { placeholder: *placeholder },
                });
            }
        }
        if errors.is_empty() {
            Ok(Self { kind, subject: subject_parts, body: body_parts })
        } else {
            Err(errors)
        }
    }

    /// The template of that kind a shop starts with.
    ///
    /// # Panics
    /// Never: a test parses each of them.
    pub fn standard(kind: MailKind, language: Language) -> Self {
        let (subject, body) = crate::text::mail_template(kind, language);
        Self::parse(kind, subject, body).expect("a standard template is checked by a test")
    }

    /// What is said in place of any template of [`MailKind::PayAgain`], the shop's own too, where there is no page to lead
    /// to: every one of them promises a link (R89).
    ///
    /// # Panics
    /// Never: a test renders it.
    pub fn pay_again_without_link(language: Language) -> Self {
        let (subject, body) = crate::text::mail_pay_again_without_link(language);
        let mut errors = Vec::new();
        let kind = MailKind::PayAgain;
        let subject = parts(kind, subject, TemplatePlace::Subject, &mut errors);
        let body = parts(kind, body, TemplatePlace::Body, &mut errors);
        assert!(errors.is_empty(), "a standard template is checked by a test");
        Self { kind, subject, body }
    }

    /// What the mail is for.
    pub const fn kind(&self) -> MailKind {
        self.kind
    }

    /// The mail. Cannot fail: whatever the values hold, the subject stays one line and the HTML part text.
    pub fn render(&self, content: &MailContent, language: Language) -> Rendered {
        let subject = plain::subject(&self.subject, content, language);
        let mut body = Cow::Borrowed(&self.body);
        // Whatever words the shop has chosen: what the buyer agreed to is told (R26), and so is R22.
        if let Some(told) = self.kind.always_tells().map(Part::Value)
            && !body.contains(&told)
        {
            body.to_mut().extend([Part::Text("\n\n".to_owned()), told]);
        }
        Rendered {
            text: plain::text(&body, content, language),
            html: html::document(&body, &subject, content, language),
            subject,
        }
    }
}

fn parts(kind: MailKind, text: &str, place: TemplatePlace, errors: &mut Vec<TemplateError>) -> Vec<Part> {
    let mut fail = |at: usize, fault: TemplateFault| {
        let before = &text[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        errors.push(TemplateError { place, line: number(line), column: number(column), fault });
    };
    if text.trim().is_empty() {
        fail(0, TemplateFault::Empty);
        return Vec::new();
    }
    let longest = if place == TemplatePlace::Subject { MAX_SUBJECT } else { MAX_BODY };
    if let Some((at, _)) = text.char_indices().nth(longest) {
        fail(at, TemplateFault::TooLong);
    }
    let odd = |c: char| c.is_control() && (place == TemplatePlace::Subject || !matches!(c, '\n' | '\t'));
    if let Some(at) = text.find(odd) {
        fail(at, TemplateFault::LineBreak);
    }
    let (mut parts, mut done) = (Vec::new(), 0);
    while let Some(open) = text[done..].find("{{").map(|at| done + at) {
        let Some(close) = text[open..].find("}}").map(|at| open + at) else {
            fail(open, TemplateFault::Unclosed);
            break;
        };
        if open > done {
            parts.push(Part::Text(text[done..open].to_owned()));
        }
        let name = text[open + 2..close].trim();
        match Placeholder::from_name(name) {
            None => fail(open, TemplateFault::Unknown { name: name.chars().take(40).collect() }),
            Some(placeholder) => {
                if !kind.allows(placeholder) || (place == TemplatePlace::Subject && !placeholder.is_short()) {
                    fail(open, TemplateFault::NotHere { placeholder });
                }
                parts.push(Part::Value(placeholder));
            }
        }
        done = close + 2;
    }
    if done < text.len() {
        parts.push(Part::Text(text[done..].to_owned()));
    }
    parts
}
