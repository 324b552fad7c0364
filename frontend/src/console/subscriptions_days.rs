//! お届け予定表: what comes on each of the next days, above the list of 定期管理; read when it is opened (R16, R19).

use super::failure::{act, failure_notice};
use super::frame::skeleton;
use super::pieces::{button, said, said_in};
use super::subscriptions_parts::{badge, short_day};
use super::use_console;
use crate::api::subscription::body;
use crate::ui::el::{El, classed, el, group};
use shared::api::{DeliveryDay, DeliveryOverview, Language};
use shared::money::Yen;
use shared::text::{self, subscription_words as words};

/// The button that opens it; stands in the screen's head.
pub fn switch() -> El {
    let console = use_console();
    let open = console.subscriptions.days_open;
    let press = move |_| {
        let wanted = !open.get_untracked();
        open.set(wanted);
        if wanted {
            console.load_delivery_days();
        }
    };
    button("quiet compact", words::days, press)
        .set("aria-controls", "subs-overview")
        .follow("aria-expanded", move || if open.get() { "true" } else { "false" }.to_owned())
}

/// The days, while they are open.
pub fn days() -> El {
    let open = use_console().subscriptions.days_open;
    el("div").set("id", "subs-overview").live_while(move || open.get(), overview)
}

fn overview() -> El {
    let console = use_console();
    let store = console.subscriptions;
    let shown = move || {
        let read = store.days.with(|text| body::<DeliveryOverview>(text.as_deref()?));
        match (read, store.days_lost.get()) {
            (Some(overview), _) => calendar(&overview, console.spoken.get()),
            (None, Some(failure)) => failure_notice(failure, act(move || console.load_delivery_days()), None),
            (None, None) => group()
                .child(said_in("p", "visually-hidden", words::days_loading).set("role", "status"))
                .child(skeleton()),
        }
    };
    classed("section", "subs-overview")
        .set("aria-labelledby", "subs-days-heading")
        .child(said("h2", words::days_heading).set("id", "subs-days-heading"))
        .live(shown)
}

fn calendar(overview: &DeliveryOverview, language: Language) -> El {
    let days = &overview.days;
    if days.iter().all(|day| day.count == 0 && day.unfit == 0) {
        return classed("p", "weak").child(words::days_none(language));
    }
    let count = days.iter().fold(0_u32, |sum, day| sum.saturating_add(day.count));
    let total = days.iter().try_fold(Yen::ZERO, |sum, day| sum.checked_add(day.total));
    let sum =
        classed("p", "subs-days-sum").child(words::days_sum(count, total.unwrap_or(Yen::MAX), language));
    let incomplete = overview.incomplete_from.map(|from| {
        let from = text::my_day(from, false, language);
        classed("p", "subs-caution").child(words::days_incomplete(&from, language))
    });
    let cells: Vec<El> = days.iter().map(|one| day(one, language)).collect();
    group()
        .child(sum)
        .child(incomplete)
        .child(classed("ol", "subs-days").child(cells))
        .child(classed("p", "weak").child(words::days_note(language)))
}

fn day(day: &DeliveryDay, language: Language) -> El {
    let comes = day.count > 0;
    let class = match (comes, day.unfit > 0) {
        (false, false) => "subs-day is-empty",
        _ => "subs-day",
    };
    let count = words::day_count(day.count, day.ordered, language);
    let total = comes.then(|| classed("span", "subs-day-total").child(day.total.to_string()));
    let unfit = (day.unfit > 0).then(|| badge("caution", &words::day_unfit(day.unfit, language)));
    classed("li", class)
        .child(short_day(day.date, language))
        .child(" ")
        .child(el("span").child(count))
        .child(" ")
        .child(total)
        .child(" ")
        .child(unfit)
}
