//! The parts of 受注詳細 that only show.

use super::desk_amazon::amazon_side;
use super::pieces::{Tone, fact, head, notice, part, said, said_in, typed};
use super::{Sentence, use_console};
use crate::ui::copy::copyable;
use crate::ui::el::{El, classed, el, group};
use crate::ui::moment::moment;
use crate::ui::signal::Memo;
use shared::api::{AddressView, LineView, OrderView, PersonView, TimelineEntry};
use shared::cart::Totals;
use shared::money::Yen;
use shared::text::{self, desk_words, visible, words};

fn seen(text: &str) -> String {
    visible(text).into_owned()
}

/// What was bought and what it adds up to.
pub fn lines(view: Memo<OrderView>) -> El {
    let lines = move || view.with(|view| view.lines.clone());
    let totals = move || view.with(|view| view.totals);
    let number = |text: String| classed("td", "number").child(text);
    let row = move |line: LineView| {
        el("tr")
            .child(classed("th", "line-name").set("scope", "row").child(typed(&line.name)))
            .child(number(line.unit_price.to_string()))
            .child(number(line.quantity.to_string()))
            .child(number([&line.tax_percent.to_string(), "%"].concat()))
            .child(number(line.amount.to_string()))
    };
    let columns: [(Sentence, &str); 5] = [
        (words::item, ""),
        (words::unit_price, "number"),
        (words::quantity, "number"),
        (words::tax_rate, "number"),
        (words::line_amount, "number"),
    ];
    let columns = columns.map(|(sentence, class)| said_in("th", class, sentence).set("scope", "col"));
    let rows = move || lines().into_iter().map(row).collect::<Vec<_>>();
    part("part", "lines-heading", words::lines)
        .child(classed("table", "lines").child(head(columns)).child(el("tbody").live(rows)))
        .child(classed("dl", "totals").live(move || sums(totals())))
}

/// Every part of the total that is not ¥0, the total, and the tax inside it per rate.
pub fn sums(totals: Totals) -> Vec<El> {
    let sum = |label: Sentence, amount: Yen, sign: &str, class: &str| {
        classed("div", class)
            .child(said("dt", label))
            .child(el("dd").child([sign, &amount.to_string()].concat()))
    };
    let parts: [(Sentence, Yen, &str, &str, bool); 8] = [
        (text::goods, totals.goods, "", "", true),
        (text::shipping_fee, totals.shipping_fee, "", "", true),
        (text::handling_fees, totals.handling_fees, "", "", false),
        (text::points, totals.points_used, "−", "", false),
        (text::coupon, totals.coupon_discount, "−", "", false),
        (words::total, totals.total, "", "sum", true),
        (words::tax_reduced, totals.tax_reduced, "", "tax", false),
        (words::tax_standard, totals.tax_standard, "", "tax", false),
    ];
    let shown = parts.into_iter().filter(|(_, amount, _, _, always)| *always || !amount.is_zero());
    shown.map(|(label, amount, sign, class, _)| sum(label, amount, sign, class)).collect()
}

/// Who bought, where it goes, and what is missing there.
pub fn buyer(view: Memo<OrderView>) -> El {
    let spoken = use_console().spoken;
    let gaps = move || view.with(|view| view.gaps.clone());
    let warnings = move || {
        let language = spoken.get();
        let area = view.with(|view| view.area_not_served);
        let area = area
            .then(|| notice(Tone::Critical, words::area_title(language), words::area_detail(language), None));
        let gap = (!gaps().is_empty())
            .then(|| notice(Tone::Caution, words::gaps_title(language), words::gaps_detail(language), None));
        group().child(area).child(gap)
    };
    let missing = move || {
        let language = spoken.get();
        let flag = |gap| {
            let missing = classed("span", "missing").child(words::missing(language));
            el("div").child(el("dt").child(words::gap(gap, language))).child(el("dd").child(missing))
        };
        gaps().into_iter().map(flag).collect::<Vec<_>>()
    };
    let name = view.with_untracked(|view| typed(&view.row.buyer_name));
    let mail = move || match view.with(|view| view.buyer_mail.clone()) {
        Some(mail) => copyable(seen(&mail), words::mail, spoken),
        None => said_in("span", "missing", words::missing),
    };
    let address = move || view.with(|view| view.address.clone());
    let facts = classed("dl", "facts")
        .child(fact(words::buyer, name))
        .child(fact(words::mail, group().live(mail)))
        .live(move || match address() {
            Some(address) => address_rows(address),
            None => fact(words::address, group().live(super::say(words::no_address))),
        })
        .live(missing);
    part("part", "buyer-heading", words::buyer_and_address)
        .live(warnings)
        .child(facts)
        .child(name_parts(view))
}

/// Names in parts and kana, in the delivery address and in the profile: what nobody told yet is flagged (R45).
fn name_parts(view: Memo<OrderView>) -> El {
    let spoken = use_console().spoken;
    let identity = move || view.with(|view| view.desk.identity.clone());
    group().live(move || {
        let language = spoken.get();
        let identity = identity();
        let value = |label: &str, parts: [&str; 2]| {
            let is_missing = parts.iter().any(|part| part.trim().is_empty());
            let missing = is_missing.then(|| {
                group().child(" ").child(classed("span", "missing").child(words::missing(language)))
            });
            classed("span", "address-line")
                .child([label, ": "].concat())
                .child(typed(parts.join(" ").trim()))
                .child(missing)
        };
        let place = |label: &str, person: &PersonView| {
            let name = &person.name;
            let amazon = (!person.original.is_empty()).then(|| {
                let label = [desk_words::original_name(language), ": "].concat();
                classed("span", "address-line").child(label).child(typed(&person.original))
            });
            let both = el("dd")
                .child(amazon)
                .child(value(desk_words::full_name(language), [&name.family, &name.given]))
                .child(value(desk_words::kana(language), [&name.family_kana, &name.given_kana]));
            el("div").child(el("dt").child(label)).child(both)
        };
        let profile = if identity.is_member { desk_words::in_profile } else { desk_words::in_buyer_data };
        classed("dl", "facts")
            .child(place(desk_words::in_delivery(language), &identity.delivery))
            .child(place(profile(language), &identity.profile))
    })
}

fn address_rows(address: AddressView) -> El {
    let first = [address.postal_code, address.prefecture].into_iter().flatten();
    let lines = first.chain(address.lines).map(|line| typed(&line).set("class", "address-line"));
    let lines: Vec<El> = lines.collect();
    group()
        .child(fact(words::recipient, typed(&address.name)))
        .child(fact(words::address, lines))
        .child(address.phone.map(|phone| fact(words::phone, seen(&text::phone(&phone)))))
}

/// What Amazon calls it.
pub fn amazon_ids(view: Memo<OrderView>) -> El {
    let spoken = use_console().spoken;
    let id = move |label: Sentence, read: fn(&OrderView) -> Option<String>| {
        let id = move || view.with(read);
        let shown = move || match id() {
            Some(code) => copyable(code, label, spoken),
            None => said_in("span", "weak", words::no_id),
        };
        fact(label, group().live(shown))
    };
    let ids = classed("dl", "facts")
        .child(id(words::charge_permission, |view| view.charge_permission_id.clone()))
        .child(id(words::charge, |view| view.charge_id.clone()));
    part("part", "ids-heading", words::amazon_ids).child(ids).child(amazon_side(view))
}

/// What happened, by whom, when; newest last.
pub fn timeline(view: Memo<OrderView>) -> El {
    let list = move || events(view.with(|view| view.timeline.clone()));
    part("part", "timeline-heading", words::timeline).child(classed("ol", "timeline").live(list))
}

/// What happened, one line each; read inside `live`.
pub fn events(entries: Vec<TimelineEntry>) -> Vec<El> {
    let spoken = use_console().spoken;
    let language = spoken.get();
    let item = |entry: TimelineEntry| {
        let request = entry.request_id.map(|code| {
            classed("p", "event-request")
                .child(el("span").child(words::amazon_request(language)))
                .child(copyable(code, words::amazon_request, spoken))
        });
        let when = classed("p", "event-when")
            .child(moment(entry.at, language))
            .child(" · ")
            .child(typed(words::actor(&entry.actor, language)));
        let what = typed(language.pick(&entry.text_ja, &entry.text_en));
        classed("li", "event").child(classed("p", "event-what").child(what)).child(when).child(request)
    };
    entries.into_iter().map(item).collect()
}
