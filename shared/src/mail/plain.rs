//! The subject and the text part. Values are shown with [`crate::text::visible`], so that a name can neither break a
//! line nor turn the direction of what follows.

use super::template::Part;
use super::{MailContent, News, Placeholder, Terms};
use crate::api::Language;
use crate::money::{TaxRate, Yen};
use crate::text::{self, visible};

/// One line, whatever the values hold.
pub fn subject(parts: &[Part], content: &MailContent, language: Language) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => visible(text).into_owned(),
            Part::Value(placeholder) => short(*placeholder, content, language),
        })
        .collect()
}

/// The text part.
pub fn text(parts: &[Part], content: &MailContent, language: Language) -> String {
    let mut written = String::new();
    let mut nothing = false;
    for part in parts {
        let after_nothing = std::mem::take(&mut nothing);
        match part {
            // Where nothing stands there is no gap, either.
            Part::Text(text) if after_nothing => written.push_str(text.trim_start_matches('\n')),
            Part::Text(text) => written.push_str(text),
            Part::Value(Placeholder::Subscription) if content.subscription.is_none() => nothing = true,
            Part::Value(Placeholder::Following) if following(content, language).is_none() => nothing = true,
            Part::Value(placeholder) if placeholder.is_short() => {
                written.push_str(&short(*placeholder, content, language));
            }
            Part::Value(placeholder) => written.push_str(&block(*placeholder, content, language).join("\n")),
        }
    }
    let mut written = written.trim_end().to_owned();
    written.push('\n');
    written
}

/// A value of one line.
pub fn short(placeholder: Placeholder, content: &MailContent, language: Language) -> String {
    match placeholder {
        Placeholder::BuyerName => visible(&content.buyer_name).into_owned(),
        Placeholder::ShopName => visible(&content.shop_name).into_owned(),
        Placeholder::OrderNumber => content.order_number.clone(),
        Placeholder::OrderedAt => text::moment(content.ordered_at, language),
        Placeholder::Total => content.totals.total.to_string(),
        other if other.is_short() => news(other, content, language).unwrap_or_else(|| "–".to_owned()),
        other => block(other, content, language).join(" "),
    }
}

/// A short value of what happened to a subscription; nothing where it is not known.
fn news(placeholder: Placeholder, content: &MailContent, language: Language) -> Option<String> {
    let News { number, product, quantity, facts } = content.news.as_ref()?;
    let yen = |amount: Option<Yen>| amount.map(|amount| amount.to_string());
    let day = |date: Option<jiff::civil::Date>| date.map(|date| text::day(date, language));
    match placeholder {
        Placeholder::SubscriptionNumber => Some(number.clone()),
        Placeholder::Product => Some(format!("{} × {quantity}", visible(product))),
        Placeholder::DeliveryDate => day(facts.delivery),
        Placeholder::Date => day(facts.date),
        Placeholder::Amount => yen(facts.amount),
        Placeholder::NewAmount => yen(facts.new_amount),
        Placeholder::Used => yen(facts.used),
        Placeholder::Remaining => yen(facts.remaining),
        Placeholder::Reason => facts.reason.map(|reason| text::news_reason(reason, language).to_owned()),
        Placeholder::News => facts.told.map(|told| text::shop_news(told, language).to_owned()),
        _ => None,
    }
}

fn block(placeholder: Placeholder, content: &MailContent, language: Language) -> Vec<String> {
    match placeholder {
        Placeholder::PaymentState => vec![text::mail_payment(content.payment, language)],
        Placeholder::OrderLines => content.lines.iter().flat_map(|line| lines_of(line, language)).collect(),
        Placeholder::Totals => totals(content, language)
            .into_iter()
            .map(|(label, amount)| format!("{label}: {amount}"))
            .collect(),
        Placeholder::Subscription => {
            let heading = [language.pick("■ ", ""), text::subscription_heading(language)].concat();
            let rows = subscription(content, language);
            let rows = rows.into_iter().map(|(label, value)| format!("{label}: {value}"));
            [heading, String::new()].into_iter().chain(rows).collect()
        }
        Placeholder::DeliveryAddress => address(content, language),
        Placeholder::Invoice => {
            let mut lines: Vec<_> = invoice(content, language)
                .into_iter()
                .map(|(label, value)| format!("{label}: {value}"))
                .collect();
            lines.extend(reduced_note(content, language).map(str::to_owned));
            lines
        }
        Placeholder::Link => vec![content.link.clone().unwrap_or_default()],
        Placeholder::AddressNotes => vec![
            text::address_not_from_amazon(language).to_owned(),
            text::address_outside_protection(language).to_owned(),
        ],
        Placeholder::Following => following(content, language).into_iter().collect(),
        short => vec![self::short(short, content, language)],
    }
}

/// R19: the delivery after one that waited; nothing where it does not follow soon.
pub fn following(content: &MailContent, language: Language) -> Option<String> {
    let following = content.news.as_ref()?.facts.following?;
    Some(text::mail_following(following, language))
}

fn lines_of(line: &crate::cart::CartLine, language: Language) -> [String; 2] {
    let sum = line.unit_price.checked_mul(line.quantity).unwrap_or(line.unit_price);
    [
        format!("{} {}", language.pick("・", "-"), product(line)),
        format!("  {} × {} = {sum}", line.unit_price, line.quantity),
    ]
}

/// Name of a line, marked where the reduced rate applies.
pub fn product(line: &crate::cart::CartLine) -> String {
    let mark = if line.tax_rate == TaxRate::Reduced { " ※" } else { "" };
    format!("{}{mark}", visible(&line.name))
}

/// Labels and amounts, amounts of ¥0 left out.
pub fn totals(content: &MailContent, language: Language) -> Vec<(String, String)> {
    let totals = &content.totals;
    let mut rows = vec![(text::mail_goods(language).to_owned(), totals.goods.to_string())];
    for (label, amount, minus) in [
        (text::mail_shipping_fee(language), totals.shipping_fee, false),
        (text::mail_handling_fees(language), totals.handling_fees, false),
        (text::mail_points_used(language), totals.points_used, true),
        (text::mail_coupon_discount(language), totals.coupon_discount, true),
    ] {
        if !amount.is_zero() {
            let sign = if minus { "−" } else { "" };
            rows.push((label.to_owned(), format!("{sign}{amount}")));
        }
    }
    rows.push((text::mail_total(language).to_owned(), totals.total.to_string()));
    rows
}

/// What the buyer agreed to, label and value; nothing where no subscription began.
pub fn subscription(content: &MailContent, language: Language) -> Vec<(String, String)> {
    let terms = content.subscription.iter().flat_map(|terms| match terms {
        Terms::Begin(terms) => text::subscription_terms(terms, language),
        Terms::Stand(terms) => text::standing_terms(terms, language),
    });
    terms.map(|(label, value)| (label.to_owned(), value)).collect()
}

/// The delivery address, line by line.
pub fn address(content: &MailContent, language: Language) -> Vec<String> {
    let Some(address) = &content.address else {
        return vec![text::mail_no_address(language).to_owned()];
    };
    let mut lines: Vec<String> = address.postal_code_shown().into_iter().collect();
    let prefecture =
        address.prefecture.map(|there| language.pick(there.name(), there.roman())).unwrap_or_default();
    let street = address.lines.iter().map(|line| visible(line).into_owned()).collect::<Vec<_>>().join(" ");
    lines.push([prefecture, &street].join(language.pick("", " ")).trim().to_owned());
    lines.push(match language {
        Language::Ja => format!("{} 様", visible(&address.name)),
        Language::En => visible(&address.name).into_owned(),
    });
    lines.retain(|line| !line.is_empty());
    lines
}

/// What a qualified invoice shows: issuer, number, date, order, and per rate the amount with its tax.
pub fn invoice(content: &MailContent, language: Language) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut row = |label: &str, value: String| rows.push((label.to_owned(), value));
    row(text::mail_issuer(language), visible(&content.shop_name).into_owned());
    if let Some(number) = &content.registration_number {
        row(text::mail_registration_number(language), number.as_str().to_owned());
    }
    row(text::mail_invoice_date(language), text::mail_date(content.ordered_at, language));
    row(text::mail_order_number(language), content.order_number.clone());
    row(
        text::mail_recipient(language),
        match language {
            Language::Ja => format!("{} 様", visible(&content.buyer_name)),
            Language::En => visible(&content.buyer_name).into_owned(),
        },
    );
    for sum in content.rates() {
        let percent = sum.rate.percent();
        let (label, value) = match language {
            Language::Ja => (format!("{percent}%対象"), format!("{}(内消費税 {})", sum.paid, sum.tax)),
            Language::En => (format!("Taxed at {percent}%"), format!("{} (incl. tax {})", sum.paid, sum.tax)),
        };
        row(&label, value);
    }
    rows
}

/// Says what ※ means, where it stands.
pub fn reduced_note(content: &MailContent, language: Language) -> Option<&'static str> {
    let any = content.lines.iter().any(|line| line.tax_rate == TaxRate::Reduced);
    any.then(|| text::mail_reduced_note(language))
}
