//! The HTML part, made from the same template as the text: 600 px, one column, no images, every value escaped.

use super::template::Part;
use super::{MailContent, Placeholder, plain};
use crate::api::Language;
use crate::text;

const INK: &str = "color:#1c1b1a;";
const WEAK: &str = "color:#57534e;";
const LINE: &str = "border-top:1px solid #d6d3d1;";
const FONT: &str = "font-family:system-ui,'Hiragino Sans','Noto Sans JP','Yu Gothic UI',Meiryo,sans-serif;";

/// `text` as it may stand in HTML, between tags and in quoted attributes.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// The whole document.
pub fn document(parts: &[Part], subject: &str, content: &MailContent, language: Language) -> String {
    let mut body = Body { done: String::new(), paragraph: String::new() };
    for part in parts {
        match part {
            Part::Text(text) => body.text(text),
            Part::Value(placeholder) if placeholder.is_short() => {
                body.paragraph.push_str(&escaped(&plain::short(*placeholder, content, language)));
            }
            Part::Value(placeholder) => {
                body.end_paragraph();
                body.done.push_str(&block(*placeholder, content, language));
            }
        }
    }
    body.end_paragraph();
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n</head>\n\
         <body style=\"margin:0;padding:0;background:#f5f5f4;{INK}{FONT}\">\n\
         <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">\n\
         <tr><td align=\"center\" style=\"padding:24px 12px;\">\n\
         <table role=\"presentation\" width=\"600\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"width:100%;max-width:600px;background:#ffffff;border:1px solid #e7e5e4;border-radius:10px;\">\n\
         <tr><td style=\"padding:20px 24px;border-bottom:1px solid #e7e5e4;font-size:16px;font-weight:700;{INK}\">{shop}</td></tr>\n\
         <tr><td style=\"padding:24px;font-size:16px;line-height:1.7;{INK}\">\n{body}</td></tr>\n\
         </table>\n</td></tr>\n</table>\n</body>\n</html>\n",
        lang = language.tag(),
        title = escaped(subject),
        shop = escaped(&plain::short(Placeholder::ShopName, content, language)),
        body = body.done,
    )
}

struct Body {
    done: String,
    /// Escaped; not yet in `<p>`.
    paragraph: String,
}

impl Body {
    /// Adds literal text: an empty line ends a paragraph, a line break stays one.
    fn text(&mut self, text: &str) {
        for (index, piece) in text.split("\n\n").enumerate() {
            if index > 0 {
                self.end_paragraph();
            }
            self.paragraph.push_str(&escaped(piece).replace('\n', "<br>"));
        }
    }

    fn end_paragraph(&mut self) {
        let mut paragraph = std::mem::take(&mut self.paragraph);
        while let Some(rest) = paragraph.strip_prefix("<br>") {
            paragraph = rest.to_owned();
        }
        while let Some(rest) = paragraph.strip_suffix("<br>") {
            paragraph.truncate(rest.len());
        }
        if !paragraph.trim().is_empty() {
            self.done.push_str(&format!("<p style=\"margin:0 0 16px;\">{paragraph}</p>\n"));
        }
    }
}

fn block(placeholder: Placeholder, content: &MailContent, language: Language) -> String {
    match placeholder {
        Placeholder::OrderLines => lines(content),
        Placeholder::Totals => pairs(&plain::totals(content, language), true),
        Placeholder::Subscription if content.subscription.is_none() => String::new(),
        Placeholder::Subscription => {
            let heading = [language.pick("■ ", ""), text::subscription_heading(language)].concat();
            format!("<p style=\"margin:0 0 16px;\">{}</p>\n", escaped(&heading))
                + &pairs(&plain::subscription(content, language), false)
        }
        Placeholder::Invoice => {
            let note = plain::reduced_note(content, language)
                .map(|note| {
                    format!("<p style=\"margin:0 0 16px;font-size:13px;{WEAK}\">{}</p>\n", escaped(note))
                })
                .unwrap_or_default();
            pairs(&plain::invoice(content, language), false) + &note
        }
        Placeholder::DeliveryAddress => {
            let lines: Vec<_> = plain::address(content, language).iter().map(|line| escaped(line)).collect();
            format!("<p style=\"margin:0 0 16px;\">{}</p>\n", lines.join("<br>"))
        }
        Placeholder::AddressNotes => {
            let notes = [text::address_not_from_amazon(language), text::address_outside_protection(language)];
            let note =
                |note| format!("<p style=\"margin:0 0 16px;font-size:13px;{WEAK}\">{}</p>\n", escaped(note));
            notes.map(note).concat()
        }
        Placeholder::Following if plain::following(content, language).is_none() => String::new(),
        Placeholder::Link => link(content, language),
        other => {
            format!(
                "<p style=\"margin:0 0 16px;\">{}</p>\n",
                escaped(&plain::short(other, content, language))
            )
        }
    }
}

/// A button, and the address in full for those who do not trust buttons. Only http(s) becomes a link.
fn link(content: &MailContent, language: Language) -> String {
    let Some(address) = &content.link else { return String::new() };
    let shown = escaped(address);
    if !(address.starts_with("https://") || address.starts_with("http://")) {
        return format!("<p style=\"margin:0 0 16px;word-break:break-all;\">{shown}</p>\n");
    }
    format!(
        "<p style=\"margin:0 0 8px;\"><a href=\"{shown}\" style=\"display:inline-block;padding:12px 24px;\
         border-radius:6px;background:#1f3a93;color:#ffffff;text-decoration:none;font-weight:700;\">{label}</a></p>\n\
         <p style=\"margin:0 0 16px;font-size:13px;word-break:break-all;{WEAK}\">{shown}</p>\n",
        label = escaped(if content.news.is_some() {
            text::mail_link_payment_method(language)
        } else {
            text::mail_link_label(language)
        }),
    )
}

fn lines(content: &MailContent) -> String {
    let mut table = table_start();
    for line in &content.lines {
        let sum = line.unit_price.checked_mul(line.quantity).unwrap_or(line.unit_price);
        table.push_str(&format!(
            "<tr><td style=\"padding:8px 12px 8px 0;{LINE}\">{name}<br><span style=\"font-size:13px;{WEAK}\">{price} × {quantity}</span></td>\
             <td align=\"right\" style=\"padding:8px 0;white-space:nowrap;{LINE}\">{sum}</td></tr>\n",
            name = escaped(&plain::product(line)),
            price = line.unit_price,
            quantity = line.quantity,
        ));
    }
    table + "</table>\n"
}

/// Label and value side by side; the last row stands out if it is the sum.
fn pairs(rows: &[(String, String)], last_is_sum: bool) -> String {
    let mut table = table_start();
    for (index, (label, value)) in rows.iter().enumerate() {
        let strong = if last_is_sum && index + 1 == rows.len() { "font-weight:700;" } else { "" };
        table.push_str(&format!(
            "<tr><td style=\"padding:6px 12px 6px 0;{LINE}{strong}\">{}</td>\
             <td align=\"right\" style=\"padding:6px 0;{LINE}{strong}\">{}</td></tr>\n",
            escaped(label),
            escaped(value),
        ));
    }
    table + "</table>\n"
}

fn table_start() -> String {
    format!(
        "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"margin:0 0 16px;font-size:15px;line-height:1.5;{INK}\">\n"
    )
}
