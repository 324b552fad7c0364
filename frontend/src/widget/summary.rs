//! Lines and totals of an order, money never ambiguous: with ¥ and separators, reductions with a minus.

use crate::ui::el::{El, classed, el};
use shared::api::{ButtonView, Language, LineView};
use shared::cart::Totals;
use shared::money::Yen;
use shared::text;

/// `¥12,345`.
pub fn yen(amount: Yen) -> String {
    amount.to_string()
}

/// The order's lines.
pub fn lines(lines: &[LineView], language: Language) -> El {
    let rows = lines.iter().map(|line| {
        let reduced =
            (line.tax_percent == 8).then(|| classed("span", "mark").add(text::reduced_mark(language)));
        let each = [&yen(line.unit_price), " × ", &line.quantity.to_string()].concat();
        classed("li", "line")
            .add(classed("span", "name").add(line.name.as_str()))
            .add(classed("span", "each").add(each).add(reduced))
            .add(classed("span", "amount").add(yen(line.amount)))
    });
    classed("ul", "lines").add(rows.collect::<Vec<_>>())
}

/// Everything that leads to the total, and the tax in it; a fee or reduction of ¥0 is left out, shipping never.
pub fn totals(totals: &Totals, language: Language) -> El {
    let rows = [
        ("row", text::goods(language), "", totals.goods, true),
        ("row", text::shipping_fee(language), "", totals.shipping_fee, true),
        ("row", text::handling_fees(language), "", totals.handling_fees, false),
        ("row", text::points(language), "−", totals.points_used, false),
        ("row", text::coupon(language), "−", totals.coupon_discount, false),
        ("row weak", text::tax_standard(language), "", totals.tax_standard, false),
        ("row weak", text::tax_reduced(language), "", totals.tax_reduced, false),
    ];
    let rows = rows.into_iter().filter(|(_, _, _, amount, always)| *always || !amount.is_zero());
    let rows = rows.map(|(class, label, sign, amount, _)| {
        let amount = [sign, &yen(amount)].concat();
        classed("div", class).add(el("dt").add(label)).add(classed("dd", "amount").add(amount))
    });
    classed("dl", "totals").add(rows.collect::<Vec<_>>())
}

/// A label and an amount, large: what is to be paid.
pub fn sum(amount: Yen, language: Language) -> El {
    classed("p", "sum")
        .add(classed("span", "label").add(text::total(language)))
        .add(classed("strong", "amount").add(yen(amount)))
}

/// Says that nobody is really charged, in one word with the sentence behind it.
pub fn sandbox_chip(button: &ButtonView, language: Language) -> Option<El> {
    sandbox_words(button, language).map(|words| {
        let chip =
            if button.simulator { text::simulator_chip(language) } else { text::sandbox_chip(language) };
        classed("span", "chip")
            .set("title", words)
            .add(el("span").set("aria-hidden", "true").add(chip))
            .add(classed("span", "hidden").add(words))
    })
}

/// The same as a banner over the page's content.
pub fn sandbox_banner(button: &ButtonView, language: Language) -> Option<El> {
    sandbox_words(button, language).map(|words| classed("p", "banner").add(words))
}

fn sandbox_words(button: &ButtonView, language: Language) -> Option<&'static str> {
    if button.simulator {
        Some(text::simulator_banner(language))
    } else {
        button.sandbox.then(|| text::sandbox_banner(language))
    }
}
