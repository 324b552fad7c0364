//! The detail of a subscription: state and actions above, then cap, deliveries to come, what was, address, payment.

use super::failure::{act, failure_notice};
use super::frame::skeleton;
use super::keys::leave_detail;
use super::order_parts::events;
use super::pieces::{Say, Tone, bare_button, button, fact, head, notice, part, said, said_in, typed};
use super::queue_screen::order_link;
use super::subscriptions_parts::{badge, last_result, meter, permission, short_day, state_word};
use super::subscriptions_sheets::{Sheet, sheets};
use super::{Sentence, use_console};
use crate::api::json::ToJs;
use crate::api::operator::Failure;
use crate::ui::copy::copyable;
use crate::ui::el::{El, Node, Piece, classed, el, group};
use crate::ui::moment::{moment, moment_short};
use crate::ui::signal::{RwSignal, effect};
use leptos::prelude::*;
use shared::address::DeliveryAddress;
use shared::api::{
    AddressHistory, CapFit, Code, ForecastDelivery, Language, MonthView, MyState, PeriodView, SeenRequest,
    SubscriptionRow, SubscriptionView,
};
use shared::money::Yen;
use shared::subscription::{AddressSource, EndReason, SubscriptionAction};
use shared::text::{self, subscription_words as words};

/// As they stand beside each other; what cannot be undone comes last.
const OFFERED: [SubscriptionAction; 6] = [
    SubscriptionAction::Skip,
    SubscriptionAction::ChangeDate,
    SubscriptionAction::ChangeQuantity,
    SubscriptionAction::Resume,
    SubscriptionAction::Pause,
    SubscriptionAction::Cancel,
];

/// The pane, or on a narrow screen the page, of the open subscription.
pub fn detail() -> El {
    let console = use_console();
    let store = console.subscriptions;
    let sheet = RwSignal::new(None::<Sheet>);
    let heading = Node::new();
    // A new subscription under the same pane: the focus goes to its head, once.
    effect(move || {
        store.open.track();
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    let body = move || match (store.view.with(Option::is_some), store.lost.get()) {
        (true, _) => match store.opened() {
            Some(view) => ready(&view, console.spoken.get(), sheet),
            None => failure_notice(Failure::Unreadable, None, None),
        },
        (false, None) => group()
            .child(said_in("p", "visually-hidden", words::loading).set("role", "status"))
            .child(skeleton()),
        (false, Some(failure)) if failure.code() == Some(Code::NotFound) => classed("div", "empty")
            .child(said("h2", words::gone_title))
            .child(said("p", text::words::no_page_detail)),
        (false, Some(failure)) => {
            let again = move || {
                store.lost.set(None);
                console.read_subscription();
            };
            failure_notice(failure, act(again), None)
        }
    };
    let back = bare_button("quiet compact", move |_| leave_detail(console))
        .child(said_in("span", "only-narrow", words::back))
        .child(said_in("span", "only-wide", text::words::close));
    let heading =
        said("h1", words::detail_heading).set("id", "detail-heading").set("tabindex", "-1").node(heading);
    classed("section", "detail subs-detail")
        .set("aria-labelledby", "detail-heading")
        .child(classed("div", "detail-head").child(heading).child(back))
        .live(body)
        .child(sheets(sheet))
}

fn ready(view: &SubscriptionView, language: Language, sheet: RwSignal<Option<Sheet>>) -> El {
    let message = button("quiet compact", words::message, move |_| sheet.set(Some(Sheet::Message)))
        .set("aria-haspopup", "dialog");
    let events = classed("ol", "timeline").child(events(view.timeline.clone()));
    let top =
        classed("div", "detail-state").child(state(view, language)).child(actions(view, language, sheet));
    group()
        .child(top)
        .child(view.to_acknowledge.then(|| waiting(&view.row, language)))
        .child(part("part", "subs-calendar", words::calendar).child(calendar(view, language)))
        .child(part("part", "subs-months", words::months).child(months(view, language)))
        .child(part("part", "subs-periods", words::periods).child(periods(view, language)))
        .child(
            part("part", "subs-addresses", words::addresses).child(addresses(view, language)).child(message),
        )
        .child(part("part", "subs-payment", words::payment_part).child(payment(view, language)))
        .child(part("part", "subs-timeline", words::timeline).child(events))
}

fn state(view: &SubscriptionView, language: Language) -> El {
    let row = &view.row;
    let what = [" × ", &row.quantity.to_string(), " · ", &text::my_every(row.cycle, language)].concat();
    let told = view.told_price.map(|price| {
        let at = match view.told_at {
            Some(at) => moment_short(at, language),
            None => el("span").child(words::told_unknown(language)),
        };
        fact(words::told_price, group().child(price.to_string()).child(" · ").child(at))
    });
    let day = |label: Sentence, day: Option<shared::day::Day>| {
        day.map(|day| fact(label, el("span").child(text::my_day(day, true, language))))
    };
    let waits = row.waits_for_cap.then(|| group().child(" ").child(badge("caution", words::waits(language))));
    group()
        .child(classed("p", "detail-number").set("translate", "no").child(row.number.as_str()))
        .child(classed("p", "detail-total").child(row.total.map(|total| total.to_string())))
        .child(classed("p", "detail-placed").child(typed(&row.product_name)).child(what))
        .child(
            classed("p", "subs-means")
                .child(state_word(row.state, language))
                .child(row.since.map(|at| group().child(" ").child(moment_short(at, language))))
                .child(waits)
                .child(" ")
                .child(words::state_text(row.state, language)),
        )
        .child(
            classed("dl", "states")
                .child(day(words::next_delivery, row.next_delivery))
                .child(day(words::next_charge, row.next_charge))
                .child(row.last.as_ref().map(|last| fact(words::last, last_result(last, language))))
                .child(fact(words::permission, permission(row.permission, language)))
                .child(told),
        )
}

fn actions(view: &SubscriptionView, language: Language, sheet: RwSignal<Option<Sheet>>) -> Option<El> {
    let desk = use_console().desk;
    let one = |action: &SubscriptionAction| {
        let action = *action;
        let open = move |_| {
            desk.failure.set(None);
            sheet.set(Some(Sheet::Action(action)));
        };
        bare_button("quiet compact", open)
            .set("aria-haspopup", "dialog")
            .child(words::action(action, language))
    };
    let mut buttons: Vec<El> =
        OFFERED.iter().filter(|action| view.actions.contains(action)).map(one).collect();
    if !view.buyer_messages.is_empty() {
        let ask = button("quiet compact", words::ask, move |_| sheet.set(Some(Sheet::Ask)));
        buttons.push(ask.set("aria-haspopup", "dialog"));
    }
    (!buttons.is_empty()).then(|| {
        classed("div", "detail-act")
            .set("role", "group")
            .say_as("aria-label", text::desk_words::actions)
            .child(buttons)
    })
}

/// The agreement was ended at Amazon, and nobody has looked yet (R24).
fn waiting(row: &SubscriptionRow, language: Language) -> El {
    let console = use_console();
    let (id, number, version) = (row.id.to_string(), row.number.to_string(), row.version);
    let seen = move |_| {
        let body = SeenRequest { version }.to_js();
        let what = [number.as_str(), " ", words::acknowledge(console.language())].concat();
        console.act_on_subscription(id.clone(), what, "acknowledge", body, words::acknowledged);
    };
    let failed = move || console.desk.failure.get().map(|failure| failure_notice(failure, None, None));
    let (title, detail): (Sentence, Sentence) = match row.state {
        MyState::Ended { reason: EndReason::Lapsed } => (words::lapsed, words::lapsed_detail),
        _ => (words::ended_at_amazon, words::ended_at_amazon_detail),
    };
    let acts = button("compact", words::acknowledge, seen);
    classed("div", "alerts")
        .child(notice(Tone::Caution, title(language), detail(language), Some(acts)))
        .live(failed)
}

/// A table under `columns`.
fn table(columns: &[Sentence], language: Language, rows: Vec<Vec<El>>) -> El {
    let column = |sentence: &Sentence| el("th").set("scope", "col").child(sentence(language));
    let rows: Vec<El> = rows.into_iter().map(|cells| el("tr").child(cells)).collect();
    classed("table", "lines subs-lines")
        .child(head(columns.iter().map(column)))
        .child(el("tbody").child(rows))
}

fn cell(content: impl Piece) -> El {
    el("td").child(content)
}

fn named(content: impl Piece) -> El {
    el("th").set("scope", "row").child(content)
}

fn calendar(view: &SubscriptionView, language: Language) -> El {
    if view.calendar.is_empty() {
        return classed("p", "weak").child(words::no_delivery(language));
    }
    let row = |one: &ForecastDelivery| {
        let tone = match one.fit {
            CapFit::Fits => "positive",
            CapFit::NextMonth => "caution",
            CapFit::Never => "critical",
        };
        vec![
            cell(words::nth(one.delivery.period, language)),
            named(short_day(one.delivery.date, language)),
            cell(short_day(one.charge, language)),
            cell(badge(tone, words::cap_fit(one.fit, language))),
        ]
    };
    let note = |fit: CapFit, sentence: Sentence| {
        let has = view.calendar.iter().any(|one| one.fit == fit);
        has.then(|| classed("p", "weak").child(sentence(language)))
    };
    let follows = view.following.map(|day| {
        classed("p", "subs-caution").child(words::follows(&text::my_day(day, true, language), language))
    });
    let columns: [Sentence; 4] = [words::period, words::delivery, words::charge_day, words::fit];
    group()
        .child(table(&columns, language, view.calendar.iter().map(row).collect()))
        .child(follows)
        .child(note(CapFit::NextMonth, words::next_month_note))
        .child(note(CapFit::Never, words::never_note))
}

fn months(view: &SubscriptionView, language: Language) -> El {
    let row = |name: String, month: &MonthView, reserved: Yen| {
        let reserved = if reserved.is_zero() { "–".to_owned() } else { reserved.to_string() };
        let name = el("span").child(name);
        vec![
            named(group().child(name).child(meter(month, language))),
            cell(reserved),
            cell(month.remaining.to_string()),
        ]
    };
    let name = |month: &MonthView| words::month_name(month.month.number(), language);
    let mut rows = Vec::new();
    // A month without any charge yet has a meter all the same.
    if view.months.first().is_none_or(|first| first.month.month != view.row.month.month) {
        rows.push(row(name(&view.row.month), &view.row.month, Yen::ZERO));
    }
    rows.extend(view.months.iter().map(|one| row(name(&one.month), &one.month, one.reserved)));
    if let Some(month) = &view.buyer_month {
        rows.push(row(words::buyer_month(language).to_owned(), month, Yen::ZERO));
    }
    let columns: [Sentence; 3] = [words::month, words::reserved, words::remaining];
    group()
        .child(table(&columns, language, rows))
        .child(classed("p", "weak").child(words::months_note(language)))
}

fn periods(view: &SubscriptionView, language: Language) -> El {
    let shop = use_console().subscriptions.shop();
    let row = |one: &PeriodView| {
        let result = match one.order.as_ref().zip(shop.as_ref()) {
            Some((order, shop)) => group()
                .child(order_link(shop, &order.order_id, &order.order_number))
                .child(" ")
                .child(last_result(order, language)),
            None => el("span").child(words::outcome_text(one.outcome, one.reason, language)),
        };
        vec![
            cell(words::nth(one.period, language)),
            named(text::my_day(one.date, true, language)),
            cell(result),
        ]
    };
    let columns: [Sentence; 3] = [words::period, words::delivery, words::outcome];
    table(&columns, language, view.periods.iter().map(row).collect())
}

fn addresses(view: &SubscriptionView, language: Language) -> El {
    let one = |history: &AddressHistory| {
        let from = words::from_delivery(&text::my_day(history.from, true, language), language);
        let current = history
            .current
            .then(|| group().child(badge("positive", words::current_address(language))).child(" "));
        let protection = (history.source == AddressSource::Form)
            .then(|| classed("p", "subs-caution").child(words::protection_note(language)));
        el("li")
            .child(classed("p", "record-head").child(current).child(el("strong").child(from)))
            .child(address_lines(&history.address))
            .child(
                classed("p", "weak")
                    .child(words::address_source(history.source, language))
                    .child(" · ")
                    .child(moment(history.at, language)),
            )
            .child(protection)
    };
    group()
        .child(classed("p", "weak").child(words::addresses_note(language)))
        .child(classed("p", "weak").child(words::amazon_note(language)))
        .child(classed("ul", "records").child(view.addresses.iter().map(one).collect::<Vec<_>>()))
}

fn address_lines(address: &DeliveryAddress) -> Vec<El> {
    let prefecture = address.prefecture.map_or("", |prefecture| prefecture.name());
    let place = [prefecture, &address.lines.join(" ")].concat();
    let phone = address.phone.as_deref().map(text::phone);
    let lines = [Some(address.name.clone()), address.postal_code_shown(), Some(place), phone];
    lines.into_iter().flatten().map(|line| typed(&line).set("class", "address-line")).collect()
}

fn payment(view: &SubscriptionView, language: Language) -> El {
    let spoken = use_console().spoken;
    let row = &view.row;
    let each = [
        &view.unit_price.to_string(),
        " × ",
        &row.quantity.to_string(),
        " · ",
        &text::my_with_shipping(view.shipping_fee, language),
    ]
    .concat();
    let mail = view.buyer_mail.as_ref().map(|mail| {
        fact(text::words::mail, copyable(text::visible(mail).into_owned(), text::words::mail, spoken))
    });
    let phone = view.buyer_phone.as_deref().map(|phone| fact(text::words::phone, typed(&text::phone(phone))));
    let paid = view.payment_text.as_deref().map(|paid| fact(words::payment_text, typed(paid)));
    classed("dl", "facts")
        .child(fact(text::words::buyer, typed(&row.buyer_name)))
        .child(mail)
        .child(phone)
        .child(fact(words::each, each))
        .child(paid)
        .child(fact(
            text::words::charge_permission,
            copyable(view.charge_permission_id.clone(), text::words::charge_permission, spoken),
        ))
        .child(fact(words::delivered, words::deliveries(view.delivered, view.limit, language)))
        .child(fact(words::since, moment(row.created_at, language)))
}
