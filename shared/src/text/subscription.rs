//! Sentences about 定期購入: what the buyer agrees to (R26), on the review page and in the mail.

use super::Language;
use crate::cart::CartSubscription;
use crate::cycle::Cycle;
use crate::mail::StandingTerms;
use crate::money::Yen;
use jiff::civil::Date;

sentences! {
    /// Heading over [`subscription_terms`].
    subscription_heading = "定期購入の内容", "Your subscription";
    /// A delivery is dearer than the monthly cap.
    not_offered_cap = "1回のお届けの金額がAmazon Payの1か月の上限を超えるため、ご利用いただけません。次のお支払い方法をご利用ください。", "One delivery costs more than Amazon Pay may charge in a month. Please use one of these:";
}

/// `1か月ごと` or `every 2 weeks`.
pub fn cycle(cycle: Cycle, language: Language) -> String {
    let (every, ja, en) = match cycle {
        Cycle::Weeks { every } => (every, "週間", "week"),
        Cycle::Months { every } => (every, "か月", "month"),
    };
    match (language, every) {
        (Language::Ja, _) => format!("{every}{ja}ごと"),
        (Language::En, 1) => format!("every {en}"),
        (Language::En, _) => format!("every {every} {en}s"),
    }
}

/// `2026年12月1日` or `1 Dec 2026`.
pub fn day(date: Date, language: Language) -> String {
    let noon = jiff::tz::Offset::constant(9).to_timestamp(date.to_datetime(jiff::civil::time(12, 0, 0, 0)));
    noon.map(|noon| super::mail_date(noon.as_millisecond(), language)).unwrap_or_default()
}

/// What the buyer agrees to, label and text by row: cycle, first delivery, what every later delivery costs, until when
/// and how to stop.
pub fn subscription_terms(terms: &CartSubscription, language: Language) -> Vec<(&'static str, String)> {
    vec![
        (language.pick("お届け周期", "Deliveries"), cycle(terms.cycle, language)),
        (language.pick("初回お届け日", "First delivery"), day(terms.first_delivery, language)),
        (
            language.pick("2回目以降のお支払い", "Later payments"),
            each(terms.renewal_total, terms.renewal_shipping_fee, language),
        ),
        (language.pick("期間と解約", "How long"), until(terms.deliveries, language)),
    ]
}

/// Under the pay button: that it begins a subscription, what the first delivery costs where that is another amount than
/// the later ones, how often, and how many where it ends by itself.
pub fn subscription_begins(terms: &CartSubscription, first: Yen, language: Language) -> String {
    let (every, later) = (cycle(terms.cycle, language), terms.renewal_total);
    let mut line = match (language, first == later) {
        (Language::Ja, true) => format!("定期購入のお申し込みです。お支払いは{every}に{later}"),
        (Language::Ja, false) => {
            format!("定期購入のお申し込みです。お支払いは初回{first}、2回目以降は{every}に{later}")
        }
        (Language::En, true) => format!("Starts a subscription: {later} {every}"),
        (Language::En, false) => format!("Starts a subscription: {first} first, then {later} {every}"),
    };
    if let Some(count) = terms.deliveries {
        line += &match language {
            Language::Ja => format!("(全{count}回)"),
            Language::En => format!(" ({count} deliveries)"),
        };
    }
    line + language.pick("。", ".")
}

/// What is used of the month's cap, and what is left.
pub fn cap_figures(used: Yen, remaining: Yen, language: Language) -> String {
    match language {
        Language::Ja => format!("(今月のご利用額 {used}、残り {remaining})"),
        Language::En => format!(" (Used this month: {used}, left: {remaining}.)"),
    }
}

fn each(total: Yen, fee: Yen, language: Language) -> String {
    match (language, fee.is_zero()) {
        (Language::Ja, true) => format!("毎回 {total}(税込・送料無料)"),
        (Language::Ja, false) => format!("毎回 {total}(税込・送料{fee}を含む)"),
        (Language::En, true) => format!("{total} each (tax included, free shipping)"),
        (Language::En, false) => format!("{total} each (incl. tax and {fee} shipping)"),
    }
}

fn until(deliveries: Option<u32>, language: Language) -> String {
    let stop = language.pick(
        "マイページ > 定期購入リスト からいつでも解約できます。",
        "You can end it at any time on My page > Subscriptions.",
    );
    match (deliveries, language) {
        (Some(count), Language::Ja) => format!("全{count}回のお届けで終了します。{stop}"),
        (Some(count), Language::En) => format!("It ends after {count} deliveries. {stop}"),
        (None, Language::Ja) => format!("解約されるまで自動で継続します。{stop}"),
        (None, Language::En) => format!("It goes on until you end it. {stop}"),
    }
}

/// What was agreed to, of a subscription that stands (R26): cycle, next delivery, what each costs, until when and how
/// to stop.
pub fn standing_terms(terms: &StandingTerms, language: Language) -> Vec<(&'static str, String)> {
    let mut rows = vec![(language.pick("お届け周期", "Deliveries"), cycle(terms.cycle, language))];
    if terms.ended {
        return rows;
    }
    if let Some(next) = terms.next {
        rows.push((language.pick("次回お届け予定日", "Next delivery"), day(next, language)));
    }
    if let Some(total) = terms.total {
        rows.push((
            language.pick("毎回のお支払い", "Each payment"),
            each(total, terms.shipping_fee, language),
        ));
    }
    rows.push((language.pick("期間と解約", "How long"), until(terms.deliveries, language)));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R26: the line under the button tells amount, frequency and end, in both languages.
    #[test]
    fn r26_the_line_under_the_button_tells_amount_and_frequency() {
        let mut terms = CartSubscription {
            cycle: Cycle::Months { every: 1 },
            renewal_price: Yen::new(1332).unwrap(),
            renewal_shipping_fee: Yen::new(550).unwrap(),
            renewal_total: Yen::new(1882).unwrap(),
            deliveries: None,
            first_delivery: jiff::civil::date(2026, 12, 1),
        };
        let (same, other) = (Yen::new(1882).unwrap(), Yen::new(980).unwrap());
        let line = |terms: &CartSubscription, first, language| subscription_begins(terms, first, language);
        assert_eq!(
            line(&terms, same, Language::Ja),
            "定期購入のお申し込みです。お支払いは1か月ごとに¥1,882。"
        );
        assert_eq!(
            line(&terms, other, Language::En),
            "Starts a subscription: ¥980 first, then ¥1,882 every month."
        );
        terms.deliveries = Some(6);
        assert_eq!(
            line(&terms, other, Language::Ja),
            "定期購入のお申し込みです。お支払いは初回¥980、2回目以降は1か月ごとに¥1,882(全6回)。"
        );
        assert_eq!(
            line(&terms, same, Language::En),
            "Starts a subscription: ¥1,882 every month (6 deliveries)."
        );
    }

    /// R26: amount, frequency and period are all told, in both languages, with and without an end.
    #[test]
    fn r26_the_terms_tell_cycle_first_day_later_amount_and_how_to_stop() {
        let mut terms = CartSubscription {
            cycle: Cycle::Months { every: 1 },
            renewal_price: Yen::new(1332).unwrap(),
            renewal_shipping_fee: Yen::new(550).unwrap(),
            renewal_total: Yen::new(1882).unwrap(),
            deliveries: None,
            first_delivery: jiff::civil::date(2026, 12, 1),
        };
        let told = |terms: &CartSubscription, language| {
            subscription_terms(terms, language).into_iter().map(|(_, text)| text).collect::<Vec<_>>()
        };
        assert_eq!(
            told(&terms, Language::Ja),
            [
                "1か月ごと",
                "2026年12月1日",
                "毎回 ¥1,882(税込・送料¥550を含む)",
                "解約されるまで自動で継続します。マイページ > 定期購入リスト からいつでも解約できます。"
            ]
        );
        terms.cycle = Cycle::Weeks { every: 2 };
        terms.deliveries = Some(6);
        terms.renewal_shipping_fee = Yen::ZERO;
        assert_eq!(
            told(&terms, Language::En),
            [
                "every 2 weeks",
                "1 Dec 2026",
                "¥1,882 each (tax included, free shipping)",
                "It ends after 6 deliveries. You can end it at any time on My page > Subscriptions."
            ]
        );
    }
}
