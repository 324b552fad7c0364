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
            (line.tax_percent == 8).then(|| classed("span", "mark").child(text::reduced_mark(language)));
        let each = [&yen(line.unit_price), " × ", &line.quantity.to_string()].concat();
        classed("li", "line")
            .child(classed("span", "name").child(line.name.as_str()))
            .child(classed("span", "each").child(each).child(reduced))
            .child(classed("span", "amount").child(yen(line.amount)))
    });
    classed("ul", "lines").child(rows.collect::<Vec<_>>())
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
        classed("div", class).child(el("dt").child(label)).child(classed("dd", "amount").child(amount))
    });
    classed("dl", "totals").child(rows.collect::<Vec<_>>())
}

/// A label and an amount, large: what is to be paid.
pub fn sum(amount: Yen, language: Language) -> El {
    classed("p", "sum")
        .child(classed("span", "label").child(text::total(language)))
        .child(classed("strong", "amount").child(yen(amount)))
}

/// Says that nobody is really charged, in one word with the sentence behind it.
pub fn sandbox_chip(button: &ButtonView, language: Language) -> Option<El> {
    sandbox_words(button, language).map(|words| {
        let chip =
            if button.simulator { text::simulator_chip(language) } else { text::sandbox_chip(language) };
        classed("span", "chip")
            .set("title", words)
            .child(el("span").set("aria-hidden", "true").child(chip))
            .child(classed("span", "hidden").child(words))
    })
}

/// The same as a banner over the page's content.
pub fn sandbox_banner(button: &ButtonView, language: Language) -> Option<El> {
    sandbox_words(button, language).map(|words| classed("p", "banner").child(words))
}

fn sandbox_words(button: &ButtonView, language: Language) -> Option<&'static str> {
    if button.simulator {
        Some(text::simulator_banner(language))
    } else {
        button.sandbox.then(|| text::sandbox_banner(language))
    }
}
