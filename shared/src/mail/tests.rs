use super::*;
use crate::api::Language::{self, En, Ja};

fn sample(kind: MailKind, language: Language) -> MailContent {
    MailContent::sample(kind, "珈琲 暖簾", RegistrationNumber::new("T1234567890123").ok(), language)
}

fn fault(kind: MailKind, subject: &str, body: &str) -> TemplateError {
    let mut errors = Template::parse(kind, subject, body).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.remove(0)
}

#[test]
fn r71_every_standard_template_is_valid_and_renders_in_both_languages() {
    for kind in MailKind::ALL {
        assert_eq!(MailKind::from_name(kind.name()), Some(kind));
        for language in [Ja, En] {
            let mail = Template::standard(kind, language).render(&sample(kind, language), language);
            assert!(mail.subject.contains("20261124-SAMPLE") && !mail.subject.contains("{{"), "{kind:?}");
            assert!(!mail.text.contains("{{") && !mail.html.contains("{{"), "{kind:?}");
            assert_eq!(mail.text.contains("https://shop.example/pay/sample"), kind.has_link(), "{kind:?}");
            assert!(mail.html.contains("max-width:600px") && !mail.html.contains("<img"), "{kind:?}");
            let japanese = mail.text.contains("様");
            assert_eq!(japanese, language == Ja, "{kind:?} {language:?}");
        }
    }
}

/// R26: the confirmation tells what was agreed to, even in a shop's own words; other orders show no trace of it.
#[test]
fn r26_a_confirmation_tells_the_terms_of_a_subscription() {
    let own = Template::parse(MailKind::OrderConfirmation, "件名", "ありがとう").unwrap();
    for (language, label) in [(Ja, "お届け周期: 1か月ごと"), (En, "Deliveries: every month")] {
        let standard = Template::standard(MailKind::OrderConfirmation, language);
        let mut content = sample(MailKind::OrderConfirmation, language);
        for template in [&standard, &own] {
            let mail = template.render(&content, language);
            assert_eq!(mail.text.matches(label).count(), 1, "{}", mail.text);
            assert!(mail.text.contains("2026") && mail.text.contains("¥5,710"), "{}", mail.text);
            assert_eq!(mail.html.matches(crate::text::subscription_heading(language)).count(), 1);
        }
        content.subscription = None;
        let mail = standard.render(&content, language);
        assert!(!mail.text.contains(label) && !mail.text.contains("\n\n\n"), "{}", mail.text);
        assert!(!mail.html.contains(crate::text::subscription_heading(language)));
        let shipped = Template::standard(MailKind::OrderShipped, language)
            .render(&sample(MailKind::OrderConfirmation, language), language);
        assert!(!shipped.text.contains(label), "only the order that begins it tells");
    }
}

#[test]
fn r71_an_unknown_placeholder_is_refused_with_its_position() {
    let error = fault(MailKind::OrderShipped, "件名", "一行目\n  あ{{buyer}} さま");
    assert_eq!((error.place, error.line, error.column), (TemplatePlace::Body, 2, 4));
    assert_eq!(error.fault, TemplateFault::Unknown { name: "buyer".to_owned() });
    assert_eq!(crate::text::mail_fault(&error, Ja), "本文 2行目4文字目: 差し込み項目「buyer」はありません。");
}

#[test]
fn r71_what_cannot_be_rendered_is_refused_before_it_is_kept() {
    use TemplateFault as F;
    let kind = MailKind::OrderConfirmation;
    for (subject, body, expected) in [
        ("", "本文", F::Empty),
        ("件名", " \n", F::Empty),
        ("件名\r\nBcc: x@example.jp", "本文", F::LineBreak),
        ("件名", "本文 {{buyer_name", F::Unclosed),
        ("{{order_lines}}", "本文", F::NotHere { placeholder: Placeholder::OrderLines }),
        ("件名", "{{link}}", F::NotHere { placeholder: Placeholder::Link }),
    ] {
        assert_eq!(fault(kind, subject, body).fault, expected, "{subject:?} {body:?}");
    }
    let long = "あ".repeat(MAX_BODY + 1);
    assert_eq!(fault(kind, "件名", &long).fault, F::TooLong);
    let missing = fault(MailKind::PayAgain, "件名", "リンクなし");
    assert_eq!(missing.fault, F::Missing { placeholder: Placeholder::Link });
    assert!(Template::parse(kind, "件名 { }", "{ {{ shop_name }} } }}").is_ok(), "single braces are text");
}

#[test]
fn a_hostile_name_stays_text_in_subject_text_and_html() {
    let mut content = sample(MailKind::PayAgain, Ja);
    content.buyer_name = "<img src=x onerror=alert(1)>\u{202E}\r\nBcc: x@example.jp\"'&".to_owned();
    content.lines[0].name = "</td><script>\u{202E}".to_owned();
    content.link = Some("javascript:alert(1)\"><b>".to_owned());
    let template = Template::parse(
        MailKind::PayAgain,
        "{{buyer_name}}",
        "<b>{{buyer_name}}</b>\n\n{{order_lines}}\n\n{{link}}\n\n{{invoice}}",
    )
    .unwrap();
    let mail = template.render(&content, Ja);
    assert!(!mail.subject.chars().any(char::is_control) && mail.subject.contains("⟨U+202E⟩"));
    for part in [&mail.text, &mail.html, &mail.subject] {
        assert!(!part.contains('\u{202E}') && !part.contains('\r') && !part.contains("\nBcc"));
    }
    for tag in ["<img", "<script", "<b>", "</td><script", "href=\"javascript"] {
        assert!(!mail.html.contains(tag), "{tag}");
    }
    assert!(mail.html.contains("&lt;img src=x onerror=alert(1)&gt;⟨U+202E⟩"));
}

#[test]
fn the_invoice_names_registration_number_date_number_and_tax_per_rate() {
    let mail = Template::parse(MailKind::OrderConfirmation, "件名", "{{invoice}}")
        .unwrap()
        .render(&sample(MailKind::OrderConfirmation, Ja), Ja);
    for line in [
        "発行者: 珈琲 暖簾",
        "登録番号: T1234567890123",
        "取引年月日: 2026年11月24日",
        "注文番号: 20261124-SAMPLE",
        "8%対象: ¥2,960(内消費税 ¥219)",
        "10%対象: ¥2,750(内消費税 ¥250)",
        "※は軽減税率(8%)の対象です。",
    ] {
        assert!(mail.text.lines().any(|found| found == line), "{line}\n{}", mail.text);
    }
    assert!(mail.html.contains("T1234567890123") && mail.html.contains("¥2,750(内消費税 ¥250)"));
}

#[test]
fn the_amounts_per_rate_add_up_to_the_total_with_discounts_too() {
    use crate::cart::Totals;
    use crate::money::{TaxRate, Yen};
    let yen = |amount| Yen::new(amount).unwrap();
    for (points, coupon) in [(0, 0), (100, 0), (333, 777), (5_710, 0)] {
        let mut content = sample(MailKind::PayAgain, Ja);
        let lines = content.lines.iter().map(|line| (line.unit_price, line.quantity, line.tax_rate));
        content.totals = Totals::of(lines, yen(550), yen(0), yen(points), yen(coupon)).unwrap();
        let rates = content.rates();
        assert_eq!(rates.iter().map(|sum| sum.paid.get()).sum::<i64>(), content.totals.total.get());
        for sum in rates {
            assert_eq!(sum.tax, sum.rate.included_in(sum.paid), "{:?}", sum.rate);
            assert!(matches!(sum.rate, TaxRate::Reduced | TaxRate::Standard));
        }
    }
}

#[test]
fn a_registration_number_is_t_and_13_digits() {
    assert!(RegistrationNumber::new("T1234567890123").is_ok());
    for bad in [
        "",
        "1234567890123",
        "T123456789012",
        "T12345678901234",
        "t1234567890123",
        "T１２３４５６７８９０１２３",
    ] {
        assert!(RegistrationNumber::new(bad).is_err(), "{bad}");
    }
}

/// R36, R37: what a buyer is told of the payment: a part that went back with its yen, and after a remedy nothing that is still
/// outstanding; where the refund was refused nobody is promised one.
#[test]
fn r37_the_words_of_payment_follow_refunds_and_remedies() {
    use crate::payment::{Payment, Reason};
    let yen = |amount| crate::money::Yen::new(amount).unwrap();
    let at = jiff::Timestamp::from_second(1_800_000_000).unwrap();
    let captured =
        |refunded| Payment::Captured { captured: yen(2030), refunded: yen(refunded), captured_at: at };
    let pending = |refunded, pending| Payment::RefundPending {
        captured: yen(2030),
        refunded: yen(refunded),
        pending: yen(pending),
        captured_at: at,
        since: at,
    };
    let failed = Payment::RefundFailed {
        captured: yen(2030),
        refunded: yen(500),
        failed: yen(1530),
        captured_at: at,
        reason: Reason::new("AmazonRejected"),
        at,
    };
    let part = |amount, decided| PaymentWords::PartlyRefunded { amount: yen(amount), decided };
    for (payment, settled, words) in [
        (captured(0), false, PaymentWords::Accepted),
        (captured(500), false, part(500, true)),
        (pending(500, 300), false, part(800, false)),
        (pending(500, 1530), false, PaymentWords::Released),
        (pending(0, 2030), false, PaymentWords::Released),
        (failed.clone(), false, PaymentWords::RefundChecked),
        (failed, true, PaymentWords::Settled),
        (Payment::Refunded { captured: yen(2030), at }, false, PaymentWords::Released),
    ] {
        assert_eq!(PaymentWords::of(&payment, settled), words, "{payment:?}");
        for language in [Ja, En] {
            let told = crate::text::mail_payment(words, language);
            assert_eq!(told.contains('¥'), matches!(words, PaymentWords::PartlyRefunded { .. }), "{told}");
        }
    }
    assert!(crate::text::mail_payment(part(500, true), Ja).contains("一部返金 ¥500"));
    assert!(!crate::text::mail_payment(PaymentWords::Settled, Ja).contains("請求"));
}
