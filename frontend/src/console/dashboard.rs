//! ダッシュボード: what waits for somebody, the most urgent first, and how authorizations went (R53).
//!
//! Every tile leads to the list it counts. The plots are drawn from numbers alone, and each has its table.

use super::failure::{act, failure_notice};
use super::frame::{frame, skeleton};
use super::pieces::{Tone, head, notice, part, said, said_in, typed};
use super::queue_store::{Inbox, Listed, follow_at_pace, now_ms};
use super::route::{Route, SettingsPart, link, link_to};
use super::{live, use_console};
use crate::api::desk as api;
use crate::ui::el::{El, classed, el, group};
use crate::ui::moment::moment;
use crate::ui::signal::StoredValue;
use shared::api::{
    DashboardView, DayDecisions, DeclineCount, Language, MailState, OnboardingStep, Tile, TileKind, Urgency,
};
use shared::id::ShopId;
use shared::text::{console_list, dashboard_words as words, desk_words};

/// Between a change of an order and the next counts, in milliseconds: a busy shop is counted no faster.
const PAUSE: i32 = 4_000;
/// Height of a plot in its own units.
const HEIGHT: u32 = 120;
/// Width of a day in the plot's units.
const DAY: u32 = 20;

/// The screen.
pub fn dashboard(shop: ShopId) -> El {
    let console = use_console();
    console.orders.enter(&shop);
    live::follow(console, shop.clone());
    let inbox = Inbox::<DashboardView>::new();
    let asked = StoredValue::new(shop.clone());
    let read = move || {
        let shop = asked.get_value();
        inbox.read(console, async move { api::dashboard(&shop, console.language()).await });
    };
    follow_at_pace(console, PAUSE, Box::new(read));
    let view = console.session.with_untracked(|session| session.shop(&shop));
    let body = move || match inbox.listed.get() {
        Listed::Loading => group()
            .child(said_in("p", "visually-hidden", desk_words::loading).set("role", "status"))
            .child(skeleton()),
        Listed::Failed(failure) => failure_notice(failure, act(read), None),
        Listed::Ready(view) => asked.with_value(|shop| drawn(shop, view)),
    };
    let screen =
        classed("div", "screen dash").child(said("h1", words::heading).set("tabindex", "-1")).live(body);
    frame(view, screen)
}

fn drawn(shop: &ShopId, view: DashboardView) -> El {
    let language = use_console().spoken.get();
    let DashboardView { tiles, last_notification_at, days, declines, to_do } = view;
    let quiet = tiles.iter().all(|tile| tile.count == 0)
        && days.iter().all(|day| day.authorized + day.declined == 0)
        && last_notification_at.is_none();
    let welcome =
        quiet.then(|| notice(Tone::Info, words::empty_title(language), words::empty_detail(language), None));
    let groups = Urgency::ALL.map(|urgency| {
        let of_it: Vec<&Tile> = tiles.iter().filter(|tile| tile.kind.urgency() == urgency).collect();
        tile_group(shop, urgency, &of_it, language)
    });
    group()
        .child(welcome)
        .child(groups.into_iter().collect::<Vec<_>>())
        .child(notified(last_notification_at, language))
        .child(
            classed("div", "dash-plots").child(decisions(&days, language)).child(reasons(declines, language)),
        )
        .child(onboarding(shop, &to_do, language))
}

/// 導入の状況: one line once all is done.
fn onboarding(shop: &ShopId, to_do: &[OnboardingStep], language: Language) -> El {
    let section = part("dash-plot dash-onboarding", "dash-onboarding", words::onboarding);
    if to_do.is_empty() {
        return section.child(classed("p", "weak").child(words::onboarded(language)));
    }
    let one = |step: OnboardingStep| {
        let (name, hint) = words::step(step, language);
        let open = to_do.contains(&step);
        let (class, state) = if open {
            ("dash-step", words::step_to_do(language))
        } else {
            ("dash-step is-done", words::step_done(language))
        };
        let name = if open && step == OnboardingStep::MailServer {
            link(Route::Settings { shop: shop.clone(), part: SettingsPart::Server }, "").child(name)
        } else {
            el("strong").child(name)
        };
        classed("li", class)
            .child(classed("span", "visually-hidden").child([state, ": "].concat()))
            .child(name)
            .child(open.then(|| classed("span", "weak").child(hint)))
    };
    section.child(
        classed("ul", "dash-steps").child(OnboardingStep::ALL.into_iter().map(one).collect::<Vec<_>>()),
    )
}

/// What there is comes first in full; what there is none of follows in one line each.
fn tile_group(shop: &ShopId, urgency: Urgency, tiles: &[&Tile], language: Language) -> El {
    let (name, id) = match urgency {
        Urgency::Now => ("dash-group is-now", "dash-now"),
        Urgency::Soon => ("dash-group", "dash-soon"),
        Urgency::UnderWay => ("dash-group", "dash-under-way"),
    };
    let nothing = tiles.iter().all(|tile| tile.count == 0).then(|| {
        let sentence = match urgency {
            Urgency::Now => words::nothing(language),
            _ => words::none_here(language),
        };
        classed("p", "weak").child(sentence)
    });
    let tiles: Vec<El> = tiles.iter().map(|tile| el("li").child(one_tile(shop, tile, language))).collect();
    classed("section", name)
        .set("aria-labelledby", id)
        .child(el("h2").set("id", id).child(words::urgency(urgency, language)))
        .child(nothing)
        .child(classed("ul", "dash-tiles").child(tiles))
}

fn one_tile(shop: &ShopId, tile: &Tile, language: Language) -> El {
    let (label, hint) = words::tile(tile.kind, language);
    let class = if tile.count == 0 { "dash-tile is-zero" } else { "dash-tile" };
    lead_to(shop, tile, class)
        .child(classed("span", "dash-count").child(console_list::count(tile.count, tile.more)))
        .child(classed("span", "dash-label").child(label))
        .child(classed("span", "dash-hint").child(hint))
}

/// The list of what the tile counts.
fn lead_to(shop: &ShopId, tile: &Tile, class: &str) -> El {
    let outbox = |state: MailState| {
        let outbox = Route::Settings { shop: shop.clone(), part: SettingsPart::Outbox };
        link_to([outbox.path().as_str(), "?state=", state.name()].concat(), class)
    };
    match tile.kind {
        // Who is to answer looks at the inbox; the list shows the answered ones too.
        TileKind::Disputes => link(Route::Disputes(shop.clone()), class),
        TileKind::Corrections => link(Route::Refunds(shop.clone()), class),
        TileKind::FailedMails => outbox(MailState::Failed),
        TileKind::UnconfirmedMails => outbox(MailState::Unconfirmed),
        TileKind::PaymentNeeded | TileKind::FailedRenewals | TileKind::EndedAtAmazon => {
            let list = Route::Subscriptions { shop: shop.clone(), subscription: None }.path();
            link_to([&list, "?", tile.query.as_deref().unwrap_or_default()].concat(), class)
        }
        _ => {
            let list = Route::Orders { shop: shop.clone(), order: None }.path();
            link_to([&list, "?", tile.query.as_deref().unwrap_or_default()].concat(), class)
        }
    }
}

fn notified(at: Option<i64>, language: Language) -> El {
    let told = match at {
        Some(at) => group()
            .child(moment(at, language))
            .child([" · ", &desk_words::age(now_ms() - at, language)].concat()),
        None => group().child(words::no_notification(language)),
    };
    classed("p", "dash-notified").child([words::last_notification(language), ": "].concat()).child(told)
}

/// Thirty days as bars, the declined ones on top; their numbers as a table beside it.
fn decisions(days: &[DayDecisions], language: Language) -> El {
    let (given, refused) = days.iter().fold((0_u32, 0_u32), |(given, refused), day| {
        (given.saturating_add(day.authorized), refused.saturating_add(day.declined))
    });
    let section = part("dash-plot", "dash-decisions", words::decisions);
    let Some(rate) = words::percent(given, given.saturating_add(refused)) else {
        return section.child(classed("p", "weak").child(words::no_decisions(language)));
    };
    let fact = |class: &str, label: &str, value: String| {
        classed("div", class).child(el("dt").child(label)).child(el("dd").child(value))
    };
    let facts = classed("dl", "dash-facts")
        .child(fact("", words::rate(language), rate))
        .child(fact("dash-given", words::given(language), given.to_string()))
        .child(fact("dash-refused", words::refused(language), refused.to_string()));
    let most = days.iter().map(total).max().unwrap_or(0);
    let ends = [days.first(), days.last()]
        .map(|day| el("span").child(day.map(|day| short_day(&day.day)).unwrap_or_default()));
    let plot = classed("div", "dash-bars")
        .set("aria-hidden", "true")
        .child(classed("span", "dash-most").child(most.to_string()))
        .child(classed("div", "dash-drawing").draw(bars(days)))
        .child(classed("div", "dash-ends").child(ends.into_iter().collect::<Vec<_>>()));
    let column = |label: &str| el("th").set("scope", "col").child(label);
    let row = |day: &DayDecisions| {
        el("tr")
            .child(el("th").set("scope", "row").child(short_day(&day.day)))
            .child(el("td").child(day.authorized.to_string()))
            .child(el("td").child(day.declined.to_string()))
    };
    let columns = [words::day(language), words::given(language), words::refused(language)].map(column);
    let table = classed("table", "dash-table")
        .child(head(columns))
        .child(el("tbody").child(days.iter().rev().map(row).collect::<Vec<_>>()));
    let scroll = classed("div", "dash-scroll")
        .set("tabindex", "0")
        .set("role", "region")
        .set("aria-labelledby", "dash-numbers")
        .child(table);
    let numbers = el("details")
        .child(el("summary").set("id", "dash-numbers").child(words::as_table(language)))
        .child(scroll);
    section.child(facts).child(plot).child(numbers)
}

fn total(day: &DayDecisions) -> u32 {
    day.authorized.saturating_add(day.declined)
}

/// `11/25` of `2026-11-25`.
fn short_day(day: &str) -> String {
    day.split('-').skip(1).map(|part| part.trim_start_matches('0')).collect::<Vec<_>>().join("/")
}

/// Two bars per day; nothing but numbers goes into it.
fn bars(days: &[DayDecisions]) -> String {
    let most = days.iter().map(total).max().unwrap_or(0).max(1);
    let scaled = |count: u32| {
        let height = u64::from(count) * u64::from(HEIGHT) / u64::from(most);
        // What there is, is seen.
        u32::try_from(height).unwrap_or(HEIGHT).max(u32::from(count > 0) * 2)
    };
    let width = (DAY * u32::try_from(days.len()).unwrap_or(0)).to_string();
    let mut svg = [
        "<svg viewBox=\"0 0 ",
        &width,
        " ",
        &HEIGHT.to_string(),
        "\" preserveAspectRatio=\"none\" focusable=\"false\">",
    ]
    .concat();
    for (place, day) in (0_u32..).zip(days) {
        let given = scaled(day.authorized);
        let refused = scaled(day.declined).min(HEIGHT);
        let given = given.min(HEIGHT - refused);
        svg.push_str(&bar("dash-given", place * DAY + 3, HEIGHT - given, given));
        svg.push_str(&bar("dash-refused", place * DAY + 3, HEIGHT - given - refused, refused));
    }
    svg.push_str("</svg>");
    svg
}

fn bar(class: &str, x: u32, y: u32, height: u32) -> String {
    if height == 0 {
        return String::new();
    }
    [
        "<rect class=\"",
        class,
        "\" x=\"",
        &x.to_string(),
        "\" y=\"",
        &y.to_string(),
        "\" width=\"14\" height=\"",
        &height.to_string(),
        "\"/>",
    ]
    .concat()
}

/// Why Amazon refused, with a bar and the count.
fn reasons(declines: Vec<DeclineCount>, language: Language) -> El {
    let section = part("dash-plot", "dash-reasons", words::reasons);
    if declines.is_empty() {
        return section.child(classed("p", "weak").child(words::no_reasons(language)));
    }
    let most = declines.iter().map(|decline| decline.count).max().unwrap_or(1).max(1);
    let row = |DeclineCount { reason: code, count }: DeclineCount| {
        let width = u64::from(count) * 100 / u64::from(most);
        let drawing = [
            "<svg viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" focusable=\"false\" aria-hidden=\"true\"><rect class=\"dash-refused\" width=\"",
            &width.max(1).to_string(),
            "\" height=\"8\"/></svg>",
        ];
        let meaning =
            words::meaning(&code, language).map(|meaning| classed("span", "dash-meaning").child(meaning));
        el("tr")
            .child(el("th").set("scope", "row").child(typed(&code)).child(meaning))
            .child(classed("td", "dash-share").draw(drawing.concat()))
            .child(el("td").child(count.to_string()))
    };
    let column = |label: &str| el("th").set("scope", "col").child(label);
    let columns = [column(words::reason(language)), el("td"), column(words::count(language))];
    let rows: Vec<El> = declines.into_iter().map(row).collect();
    section.child(classed("table", "dash-table").child(head(columns)).child(el("tbody").child(rows)))
}
