//! 返金・キャンセル: what Amazon is deciding on, what it refused, and what the shop has to correct (R36, R92).

use super::below::{Below, below};
use super::failure::{act, failure_notice};
use super::frame::{frame, skeleton};
use super::orders::Load;
use super::paged::{Page, Paged};
use super::pieces::{Say, bare_button, button, said, said_in, typed, yes_or_no};
use super::queue_store::{follow_changes, passing_ms};
use super::route::{Route, link};
use super::{Sentence, live, say, use_console};
use crate::api::desk as api;
use crate::api::operator::Failure;
use crate::ui::el::{El, Row, classed, el, group};
use crate::ui::moment::moment_short;
use crate::ui::signal::{Memo, RwSignal, Signal, StoredValue};
use leptos::prelude::*;
use shared::api::{CancelErrorView, CorrectionView, OrderRow, RemedyView};
use shared::id::{OrderId, OrderNumber, ShopId};
use shared::status_icon::{Beside, StatusIcon};
use shared::text::{self, desk_words};
use std::sync::Arc;

/// The screen.
pub fn queue_screen(shop: ShopId) -> El {
    let console = use_console();
    console.orders.enter(&shop);
    live::follow(console, shop.clone());
    let view = console.session.with_untracked(|session| session.shop(&shop));
    let screen = classed("div", "screen")
        .child(said("h1", desk_words::refunds_heading).set("tabindex", "-1"))
        .child(jumps())
        .child(errors(&shop))
        .child(pending(&shop))
        .child(corrections(&shop));
    frame(view, screen)
}

/// To the parts below a long list.
fn jumps() -> El {
    let parts: [(&str, Sentence); 3] = [
        ("#errors-heading", desk_words::errors_heading),
        ("#pending-heading", desk_words::pending_heading),
        ("#corrections-heading", desk_words::corrections),
    ];
    let one =
        |(to, sentence): (&str, Sentence)| said_in("a", "button quiet compact", sentence).set("href", to);
    classed("nav", "queue-jumps")
        .say_as("aria-label", desk_words::parts)
        .child(parts.into_iter().map(one).collect::<Vec<_>>())
}

/// A link to an order, by its number.
pub fn order_link(shop: &ShopId, id: &OrderId, number: &OrderNumber) -> El {
    let route = Route::Orders { shop: shop.clone(), order: Some(id.clone()) };
    link(route, "queue-number").child(el("span").set("translate", "no").child(number.as_str()))
}

/// A part of the screen: heading, lead, and the list in whatever state it is.
pub struct Queue {
    /// Id of the heading.
    pub id: &'static str,
    /// Heading.
    pub heading: Sentence,
    /// What this is.
    pub lead: Sentence,
    /// What is said of an empty list.
    pub empty: Signal<&'static str>,
    /// What stands between lead and list.
    pub tools: Option<El>,
}

/// The part; `line` draws one line.
pub fn queue<L: Clone + PartialEq + Send + Sync + 'static>(
    part: Queue,
    list: Paged<L>,
    line: impl Fn(L) -> El + Send + Sync + 'static,
) -> El {
    let console = use_console();
    let face = Memo::new(move |_| match list.load.get() {
        Load::Loading => Face::Loading,
        Load::Failed(failure) => Face::Failed(failure),
        Load::Ready if list.rows.with(Vec::is_empty) && list.next.with(Option::is_none) => Face::Empty,
        Load::Ready => Face::Lines,
    });
    let line: StoredValue<Box<dyn Fn(L) -> El + Send + Sync>> = StoredValue::new(Box::new(line));
    let place = part.id;
    let lines = move || {
        let spoken = console.spoken.get().tag();
        let row = |(key, one): (String, L)| -> Row {
            // In another language it is another line.
            let key = [spoken, &key].concat();
            // Drawn anew it has the same id, by which the focus finds it again.
            let id = [place, "-", list.name_of(&one)].concat();
            (key, Box::new(move || untrack(|| line.with_value(|line| line(one))).set("id", &id)))
        };
        list.rows.get().into_iter().map(row).collect::<Vec<_>>()
    };
    let shown = Signal::derive(move || {
        let (count, goes_on) = (list.rows.with(Vec::len), list.next.with(Option::is_some));
        desk_words::shown(count, goes_on, console.spoken.get())
    });
    let below = Below {
        more: list.more,
        goes_on: Signal::derive(move || list.next.with(Option::is_some)),
        stopped: Signal::stored(false),
        shown,
        end: shown,
        ask: Callback::new(move |()| list.go_on(console)),
    };
    drawn(part, face, Arc::new(lines), below, list.failure, Callback::new(move |()| list.read(console)))
}

/// What stands under the lead.
#[derive(Clone, PartialEq, Eq)]
enum Face {
    Loading,
    Failed(Failure),
    Empty,
    Lines,
}

fn drawn(
    queue: Queue,
    face: Memo<Face>,
    lines: Arc<dyn Fn() -> Vec<Row> + Send + Sync>,
    more: Below,
    failure: RwSignal<Option<Failure>>,
    retry: Callback<()>,
) -> El {
    let Queue { id, heading, lead, empty, tools } = queue;
    // A list built anew with every line that comes in would take the focus away, and what was typed in it.
    let body = move || match face.get() {
        Face::Loading => group()
            .child(said_in("p", "visually-hidden", desk_words::loading).set("role", "status"))
            .child(skeleton()),
        Face::Failed(failure) => failure_notice(failure, Some(retry), None),
        Face::Empty => classed("p", "queue-empty").live(move || empty.get()),
        Face::Lines => {
            let lines = Arc::clone(&lines);
            group().child(classed("ul", "queue").each(move || lines())).child(below(more))
        }
    };
    let told = move || {
        let dismiss = || act(move || failure.set(None));
        failure.get().map(|failure| failure_notice(failure, None, dismiss()))
    };
    classed("section", "queue-part")
        .set("aria-labelledby", id)
        .child(said("h2", heading).set("id", id).set("tabindex", "-1"))
        .child(said_in("p", "weak", lead))
        .child(tools)
        .live(told)
        .live(body)
}

fn pending(shop: &ShopId) -> El {
    let console = use_console();
    let asked = shop.clone();
    let list = Paged::<OrderRow>::new(
        |row| row.id.as_str(),
        move |before| {
            let shop = asked.clone();
            Box::pin(async move {
                let page = api::pending_refunds(&shop, before.as_deref(), console.language()).await?;
                Ok(Page { rows: page.orders, next: page.next })
            })
        },
    );
    follow_changes(console, move || list.read(console));
    let part = Queue {
        id: "pending-heading",
        heading: desk_words::pending_heading,
        lead: desk_words::pending_lead,
        empty: Signal::derive(say(desk_words::pending_empty)),
        tools: None,
    };
    let shop = shop.clone();
    queue(part, list, move |row| pending_one(&shop, &row))
}

fn pending_one(shop: &ShopId, row: &OrderRow) -> El {
    let since = match row.beside {
        Beside::Since { at_ms } => Some(at_ms),
        _ => None,
    };
    order_item(shop, row).child(since.map(since_words))
}

/// A line about an order: number, buyer, amount.
fn order_item(shop: &ShopId, row: &OrderRow) -> El {
    classed("li", "queue-item")
        .child(order_link(shop, &row.id, &row.number))
        .child(typed(&row.buyer_name).set("class", "queue-name"))
        .child(classed("span", "queue-amount").child(row.total.to_string()))
}

/// Since when, and how long that is.
fn since_words(at: i64) -> El {
    let console = use_console();
    let language = console.spoken.get();
    // The row stays as drawn; its age does not.
    let age = move || [" ", &desk_words::age(passing_ms(console) - at, language)].concat();
    classed("span", "queue-since")
        .child([desk_words::since(language), " "].concat())
        .child(moment_short(at, language))
        .child(el("strong").live(age))
}

fn errors(shop: &ShopId) -> El {
    let console = use_console();
    let asked = shop.clone();
    let list = Paged::<CancelErrorView>::new(
        |one| one.row.id.as_str(),
        move |after| {
            let shop = asked.clone();
            Box::pin(async move {
                let page = api::cancel_errors(&shop, after.as_deref(), console.language()).await?;
                Ok(Page { rows: page.orders, next: page.next })
            })
        },
    );
    follow_changes(console, move || list.read(console));
    let part = Queue {
        id: "errors-heading",
        heading: desk_words::errors_heading,
        lead: desk_words::errors_lead,
        empty: Signal::derive(say(desk_words::errors_empty)),
        tools: None,
    };
    let shop = shop.clone();
    queue(part, list, move |one| error(&shop, one))
}

fn error(shop: &ShopId, one: CancelErrorView) -> El {
    let language = use_console().spoken.get();
    let CancelErrorView { row, still_charged, since, remedies } = one;
    let icon =
        if still_charged { StatusIcon::CancelErrorStillCharged } else { StatusIcon::CancelErrorNotCharged };
    let done = |remedy: RemedyView| {
        let what = [text::remedy(remedy.remedy, language), " ", &remedy.amount.to_string(), " · "].concat();
        el("li")
            .child(what)
            .child(typed(&remedy.by))
            .child(" · ")
            .child(moment_short(remedy.at, language))
            .child(remedy.note.map(|note| group().child(" · ").child(typed(&note))))
    };
    let recorded = if remedies.is_empty() {
        classed("span", "missing").child(desk_words::no_remedy(language))
    } else {
        classed("ul", "queue-remedies").child(remedies.into_iter().map(done).collect::<Vec<_>>())
    };
    let label = classed("span", "visually-hidden").child([desk_words::remedy(language), ": "].concat());
    order_item(shop, &row)
        .child(since_words(since))
        .child(classed("span", "queue-cause").child(text::words::icon_note(icon, language)))
        .child(classed("span", "queue-done").child(label).child(recorded))
}

fn corrections(shop: &ShopId) -> El {
    let console = use_console();
    let done = RwSignal::new(false);
    let asked = shop.clone();
    let list = Paged::<CorrectionView>::new(
        |one| one.id.as_str(),
        move |after| {
            let (shop, done) = (asked.clone(), done.get_untracked());
            Box::pin(async move {
                let page = api::corrections(&shop, done, after.as_deref(), console.language()).await?;
                Ok(Page { rows: page.corrections, next: page.next })
            })
        },
    );
    follow_changes(console, move || list.read(console));
    let choose = move |wanted: bool| {
        if done.get_untracked() != wanted {
            done.set(wanted);
            list.restart(console);
        }
    };
    let tab = |wanted: bool, label: Sentence| {
        button("quiet compact", label, move |_| choose(wanted))
            .follow("aria-pressed", move || yes_or_no(done.get() == wanted))
    };
    let file = said_in("a", "button quiet compact", desk_words::csv)
        .set("href", &api::corrections_csv(shop))
        .set("download", "corrections.csv");
    let tools = classed("div", "queue-tools")
        .child(tab(false, desk_words::undone))
        .child(tab(true, desk_words::done))
        .child(file);
    let empty = Signal::derive(move || {
        let sentence =
            if done.get() { desk_words::corrections_empty_done } else { desk_words::corrections_empty };
        sentence(console.spoken.get())
    });
    let part = Queue {
        id: "corrections-heading",
        heading: desk_words::corrections,
        lead: desk_words::corrections_lead,
        empty,
        tools: Some(tools),
    };
    let shop = shop.clone();
    queue(part, list, move |one| correction(&shop, one, list))
}

fn correction(shop: &ShopId, one: CorrectionView, list: Paged<CorrectionView>) -> El {
    let console = use_console();
    let language = console.spoken.get();
    let was_done = one.done.is_some();
    let (place, id) = (shop.clone(), one.id.clone());
    let mark = move |_| {
        let (shop, id) = (place.clone(), id.clone());
        let marked = async move {
            let done = console
                .with_csrf(async |csrf| api::correct(&shop, &id, !was_done, &csrf, console.language()).await);
            // The answer may be of the other half of the list; what is shown is read.
            done.await.map(drop)
        };
        list.change(console, Box::pin(marked));
    };
    let label = if was_done { desk_words::mark_undone } else { desk_words::mark_done };
    let what = [
        desk_words::correction_kind(one.kind, language),
        " · ",
        desk_words::correction_cause(&one.cause, language),
    ];
    let state = match one.done {
        Some((at, by)) => classed("span", "queue-since")
            .child([desk_words::done(language), " "].concat())
            .child(moment_short(at, language))
            .child(" · ")
            .child(typed(&by)),
        None => since_words(one.since),
    };
    let number = classed("span", "visually-hidden").child([" ", one.order.number.as_str()].concat());
    classed("li", "queue-item")
        .child(order_link(shop, &one.order.id, &one.order.number))
        .child(classed("span", "queue-name").child(what.concat()))
        .child(classed("span", "queue-amount").child(desk_words::correction_amount(one.amount, language)))
        .child(state)
        .child(bare_button("quiet compact", mark).child(label(language)).child(number))
}
