//! The sheets of 定期管理: what an action does to goods and money, and the messages about what only the buyer can do (R26, R90).

use super::desk_cancel::consequences;
use super::desk_fields::{Kind, bound, count, line, radios};
use super::desk_sheet::{Around, always, framed};
use super::pieces::{button, said, said_in, sheet_head, sheet_heading};
use super::subscriptions_store::pair;
use super::{Sentence, use_console};
use crate::api::json::ToJs;
use crate::api::subscription::encoded;
use crate::ui::copy::copyable;
use crate::ui::dialog::{dialog, dismiss};
use crate::ui::el::{El, Node, Row, classed, el, group};
use crate::ui::signal::{RwSignal, Signal};
use leptos::prelude::*;
use shared::api::{
    BuyerMessage, Language, MoveDeliveryRequest, ReadyMessage, SeenRequest, SubscriptionQuantityRequest,
    SubscriptionView,
};
use shared::day::Day;
use shared::subscription::{Actor, Change, MAX_QUANTITY, SubscriptionAction, delivery_total, may_change};
use shared::text::{self, subscription_words as words};

/// Of a number, so many characters are typed before a subscription is ended.
const TYPED: usize = 5;

/// Which sheet is open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// Of an action.
    Action(SubscriptionAction),
    /// お届け先変更のご案内.
    Message,
    /// お客様に案内する: what only the buyer can do.
    Ask,
}

/// The open sheet, if one is.
pub fn sheets(open: RwSignal<Option<Sheet>>) -> El {
    let store = use_console().subscriptions;
    // Rises when a sheet is to be built anew on what is there now.
    let round = RwSignal::new(0_u32);
    let draw = move |sheet: Sheet| match (store.opened(), sheet) {
        (None, _) => group(),
        (Some(view), Sheet::Message) => {
            let (action, message) = (SubscriptionAction::ChangeAddress, view.address_message);
            messages((words::message, words::message_lead), vec![BuyerMessage { action, message }], open)
        }
        (Some(view), Sheet::Ask) => messages((words::ask, words::ask_lead), view.buyer_messages, open),
        (Some(view), Sheet::Action(action)) => form(action, view, round, open),
    };
    group().each(move || {
        let key = round.get().to_string();
        let row = |sheet: Sheet| -> Row { (key, Box::new(move || untrack(|| draw(sheet)))) };
        open.get().map(row).into_iter().collect()
    })
}

/// The sheet of an action; what is typed in it is one line at most.
fn form(
    action: SubscriptionAction,
    view: SubscriptionView,
    round: RwSignal<u32>,
    open: RwSignal<Option<Sheet>>,
) -> El {
    use SubscriptionAction as A;
    let console = use_console();
    let (store, desk, spoken) = (console.subscriptions, console.desk, console.spoken);
    let SubscriptionView { row, unit_price, shipping_fee, earliest, .. } = view;
    let (version, day) = (row.version, row.next_delivery);
    let (id, number) = (row.id.to_string(), row.number.as_str());
    let named = number.to_owned();
    let end = number.get(number.len().saturating_sub(TYPED)..).unwrap_or(number).to_owned();
    let value = RwSignal::new(match action {
        A::ChangeDate => day.map(|day| day.to_string()).unwrap_or_default(),
        A::ChangeQuantity => row.quantity.to_string(),
        _ => String::new(),
    });
    let date = move || value.with(|typed| typed.parse::<Day>().ok());
    let quantity =
        move || value.with(|typed| count(typed)).filter(|wanted| (1..=MAX_QUANTITY).contains(wanted));
    // Less and later is what an operator may do (R26); the server judges by the same.
    let (present, first) = (row.quantity, earliest);
    let fewer = move || {
        let allowed =
            |to: &u32| may_change(Actor::Operator, Change::Quantity { from: present, to: *to }).is_ok();
        quantity().filter(allowed)
    };
    let label: (&'static str, Sentence) = match action {
        A::Skip => ("skip", text::my_skip_now),
        A::Resume => ("resume", text::my_resume_now),
        A::Cancel => ("cancel", text::my_cancel_now),
        A::ChangeDate => ("date", text::my_change_now),
        A::ChangeQuantity => ("quantity", text::my_change_now),
        A::Pause | A::ChangeAddress => ("pause", text::my_pause_now),
    };
    let field = match action {
        A::ChangeDate => Some(date_field(earliest, value)),
        A::ChangeQuantity => {
            let label = move || text::my_new_quantity(spoken.get()).to_owned();
            Some(line("subs-quantity", label, Kind::Digits, value))
        }
        A::Cancel => {
            let end = end.clone();
            let label = move || words::confirm(&end, spoken.get());
            Some(line("subs-confirm", label, Kind::Text, value))
        }
        _ => None,
    };
    let told = move || {
        let language = spoken.get();
        let (first, rest): (String, [&str; 2]) = match action {
            A::Skip => {
                let day = day.map(|day| text::my_day(day, true, language)).unwrap_or_default();
                (text::my_skip_text(&day, language), [words::skip_cap(language), ""])
            }
            A::ChangeQuantity => {
                let total = quantity().and_then(|wanted| delivery_total(unit_price, wanted, shipping_fee));
                let total = total.map(|total| text::my_new_total(&total.to_string(), language));
                (total.unwrap_or_default(), [text::my_quantity_text(language), ""])
            }
            A::Cancel => (
                text::my_cancel_text(language).to_owned(),
                [words::cancel_cap(language), text::my_cancel_final(language)],
            ),
            A::ChangeDate => (text::my_date_text(language).to_owned(), [""; 2]),
            A::Resume => (text::my_resume_text(language).to_owned(), [""; 2]),
            A::Pause | A::ChangeAddress => (text::my_pause_text(language).to_owned(), [""; 2]),
        };
        let lines = [first.as_str(), rest[0], rest[1]].into_iter().filter(|line| !line.is_empty());
        lines.map(|line| el("li").child(line)).collect::<Vec<_>>()
    };
    let blocked = Signal::derive(move || {
        let why: Sentence = match action {
            A::ChangeDate if date().is_none() => words::date_missing,
            A::ChangeDate if date().is_some_and(|date| date < first) => words::date_later,
            A::ChangeQuantity if quantity().is_none() => words::quantity_wrong,
            A::ChangeQuantity if fewer().is_none() => words::quantity_less,
            A::Cancel if !value.with(|typed| typed.trim().eq_ignore_ascii_case(&end)) => words::not_confirmed,
            _ => return None,
        };
        Some(why(spoken.get()).to_owned())
    });
    let (name, label) = label;
    let send = move || {
        let body = match (action, untrack(date), untrack(quantity)) {
            (A::ChangeDate, Some(date), _) => MoveDeliveryRequest { version, date }.to_js(),
            (A::ChangeQuantity, _, Some(quantity)) => {
                SubscriptionQuantityRequest { version, quantity }.to_js()
            }
            _ => SeenRequest { version }.to_js(),
        };
        let what = [named.as_str(), " ", words::action(action, console.language())].concat();
        console.act_on_subscription(id.clone(), what, name, body, words::done);
    };
    let again = move |()| {
        desk.failure.set(None);
        console.read_subscription();
        round.update(|round| *round = round.wrapping_add(1));
    };
    let around = Around {
        heading: Box::new(move |language| words::action(action, language)),
        again: Callback::new(again),
        closed: Box::new(move || open.set(None)),
    };
    let newest = Signal::derive(move || store.opened().map_or(version, |view| view.row.version));
    let told = consequences(el("ul").live(told));
    // Who ends it reads first what that does.
    let fields = match action {
        A::Cancel => group().child(told).child(field),
        _ => group().child(field).child(told),
    };
    framed(around, version, newest, always(label), blocked, Box::new(send), fields)
}

fn date_field(earliest: Day, value: RwSignal<String>) -> El {
    let spoken = use_console().spoken;
    let hint = move || {
        let language = spoken.get();
        [words::earliest(language), ": ", &text::my_day(earliest, true, language)].concat()
    };
    let input = el("input")
        .set("id", "subs-date")
        .set("type", "date")
        .set("min", &earliest.to_string())
        .set("aria-describedby", "subs-date-hint");
    classed("div", "field is-digits")
        .child(said("label", text::my_new_date).set("for", "subs-date"))
        .child(classed("p", "field-hint").set("id", "subs-date-hint").live(hint))
        .child(bound(input, value))
}

/// Ready to be copied or sent: the link to マイページ > 定期購入リスト stands in it. Of several, the one that is chosen.
fn messages(
    (heading, lead): (Sentence, Sentence),
    all: Vec<BuyerMessage>,
    open: RwSignal<Option<Sheet>>,
) -> El {
    let spoken = use_console().spoken;
    let node = Node::new();
    let actions: Vec<SubscriptionAction> = all.iter().map(|one| one.action).collect();
    let chosen = RwSignal::new(actions.first().copied());
    let choice = (actions.len() > 1).then(|| {
        let named = move |action: SubscriptionAction| words::asked(action, spoken.get());
        radios("subs-ask", words::ask_what, actions, named, chosen)
    });
    let shown = move || {
        let action = chosen.get();
        all.iter().find(|one| Some(one.action) == action).map(|one| one.message.clone())
    };
    let link = shown.clone();
    let by_mail = said_in("a", "button compact", words::by_mail)
        .follow("href", move || link().map(|message| mailto(&message)).unwrap_or_default());
    let content = classed("div", "sheet-body")
        .child(said_in("p", "lead", lead))
        .child(choice)
        .live(move || shown().map(blocks));
    let foot = classed("div", "sheet-foot")
        .child(button("quiet compact", text::words::close, move |_| dismiss(node)))
        .child(by_mail);
    let head = sheet_heading("message-heading").live(move || heading(spoken.get()));
    let sheet = group().child(sheet_head(head)).child(content).child(foot);
    dialog("message-heading", move || open.set(None), node, sheet)
}

/// The parts of a message, each to be copied.
fn blocks(message: ReadyMessage) -> El {
    let spoken = use_console().spoken;
    let ReadyMessage { to, subject, body } = message;
    let block = |label: fn(Language) -> &'static str, text: String| {
        classed("div", "subs-message").child(said("h3", label)).child(copyable(text, label, spoken))
    };
    group()
        .child(to.map(|to| block(text::words::mail, to)))
        .child(block(words::subject, subject))
        .child(block(words::body, body))
}

/// Opens it in the mail program.
fn mailto(message: &ReadyMessage) -> String {
    [
        "mailto:",
        &message.to.as_deref().map(encoded).unwrap_or_default(),
        "?",
        &pair("subject", &message.subject),
        "&",
        &pair("body", &message.body),
    ]
    .concat()
}
