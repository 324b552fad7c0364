//! Sentences about 定期購入: what the buyer agrees to (R26), on the review page and in the mail.

use super::Language;
use crate::cart::CartSubscription;
use crate::cycle::Cycle;
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
    let fee = terms.renewal_shipping_fee;
    let later = match (language, fee.is_zero()) {
        (Language::Ja, true) => format!("毎回 {}(税込・送料無料)", terms.renewal_total),
        (Language::Ja, false) => format!("毎回 {}(税込・送料{fee}を含む)", terms.renewal_total),
        (Language::En, true) => format!("{} each (tax included, free shipping)", terms.renewal_total),
        (Language::En, false) => format!("{} each (incl. tax and {fee} shipping)", terms.renewal_total),
    };
    let stop = language.pick(
        "マイページ > 定期購入リスト からいつでも解約できます。",
        "You can end it at any time on My page > Subscriptions.",
    );
    let until = match (terms.deliveries, language) {
        (Some(count), Language::Ja) => format!("全{count}回のお届けで終了します。{stop}"),
        (Some(count), Language::En) => format!("It ends after {count} deliveries. {stop}"),
        (None, Language::Ja) => format!("解約されるまで自動で継続します。{stop}"),
        (None, Language::En) => format!("It goes on until you end it. {stop}"),
    };
    vec![
        (language.pick("お届け周期", "Deliveries"), cycle(terms.cycle, language)),
        (language.pick("初回お届け日", "First delivery"), day(terms.first_delivery, language)),
        (language.pick("2回目以降のお支払い", "Later payments"), later),
        (language.pick("期間と解約", "How long"), until),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Yen;

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
