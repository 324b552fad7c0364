//! 返金・キャンセル: what Amazon is deciding on, what it refused, and what the shop has to correct (R36, R92).

use super::failure::FailureNotice;
use super::frame::{Frame, Skeleton};
use super::queue_store::{Inbox, Listed, follow_changes, now_ms};
use super::route::{Link, Route};
use super::{Sentence, live, say, use_console};
use crate::api::desk as api;
use crate::ui::moment::moment_short;
use leptos::prelude::*;
use shared::api::{
    CancelErrorList, CancelErrorView, CorrectionList, CorrectionView, OrderPage, OrderRow, RemedyView,
};
use shared::id::{OrderId, OrderNumber, ShopId};
use shared::status_icon::Beside;
use shared::text::{self, desk_words, visible};

/// The screen.
#[component]
pub fn QueueScreen(
    /// The shop.
    shop: ShopId,
) -> impl IntoView {
    let console = use_console();
    console.orders.enter(&shop);
    live::follow(console, shop.clone());
    let view = console.session.with_untracked(|session| session.shop(&shop));
    let body = view! {
        <div class="screen">
            <h1 tabindex="-1">{say(desk_words::refunds_heading)}</h1>
            <Errors shop=shop.clone()/>
            <Pending shop=shop.clone()/>
            <Corrections shop/>
        </div>
    };
    view.map(|view| view! { <Frame shop=view>{body}</Frame> })
}

/// A link to an order, by its number.
pub fn order_link(shop: &ShopId, id: &OrderId, number: &OrderNumber) -> impl IntoView + use<> {
    let route = Route::Orders { shop: shop.clone(), order: Some(id.clone()) };
    let number = number.to_string();
    view! { <Link route class="queue-number"><span translate="no">{number}</span></Link> }
}

/// A part of the screen: heading, lead, and the list in whatever state it is.
#[component]
pub fn Part<T: Clone + PartialEq + Send + Sync + 'static>(
    /// Id of the heading.
    id: &'static str,
    /// Heading.
    heading: Sentence,
    /// What this is.
    lead: Sentence,
    /// What is said of an empty list.
    #[prop(into)]
    empty: Signal<&'static str>,
    /// The list.
    inbox: Inbox<T>,
    /// Reads it again.
    #[prop(into)]
    retry: Callback<()>,
    /// One line each.
    items: fn(&ShopId, T, Inbox<T>) -> Vec<AnyView>,
    /// The shop.
    shop: ShopId,
    /// What stands between lead and list.
    #[prop(optional)]
    tools: Option<AnyView>,
) -> impl IntoView {
    let listed = Memo::new(move |_| inbox.listed.get());
    let body = move || match listed.get() {
        Listed::Loading => view! {
            <p class="visually-hidden" role="status">{say(desk_words::loading)}</p>
            <Skeleton/>
        }
        .into_any(),
        Listed::Failed(failure) => view! { <FailureNotice failure retry/> }.into_any(),
        Listed::Ready(list) => {
            let items = items(&shop, list, inbox);
            if items.is_empty() {
                view! { <p class="queue-empty">{move || empty.get()}</p> }.into_any()
            } else {
                view! { <ul class="queue">{items}</ul> }.into_any()
            }
        }
    };
    let failure = move || {
        inbox.failure.get().map(|failure| {
            view! { <FailureNotice failure dismiss=move |()| inbox.failure.set(None)/> }
        })
    };
    view! {
        <section class="queue-part" aria-labelledby=id>
            <h2 id=id>{say(heading)}</h2>
            <p class="weak">{say(lead)}</p>
            {tools}
            {failure}
            {body}
        </section>
    }
}

#[component]
fn Pending(shop: ShopId) -> impl IntoView {
    let console = use_console();
    let inbox = Inbox::<OrderPage>::new();
    let asked = StoredValue::new(shop.clone());
    let read = move || {
        let shop = asked.get_value();
        inbox.read(console, async move { api::pending_refunds(&shop, console.language()).await });
    };
    follow_changes(console, read);
    let empty = Signal::derive(say(desk_words::pending_empty));
    view! {
        <Part
            id="pending-heading"
            heading=desk_words::pending_heading
            lead=desk_words::pending_lead
            empty
            inbox
            retry=move |()| read()
            items=pending
            shop
        />
    }
}

fn pending(shop: &ShopId, page: OrderPage, _: Inbox<OrderPage>) -> Vec<AnyView> {
    page.orders.into_iter().map(|row| pending_one(shop, &row)).collect()
}

fn pending_one(shop: &ShopId, row: &OrderRow) -> AnyView {
    let since = match row.beside {
        Beside::Since { at_ms } => Some(at_ms),
        _ => None,
    };
    view! {
        <li class="queue-item">
            {order_link(shop, &row.id, &row.number)}
            <bdi class="queue-name">{visible(&row.buyer_name).into_owned()}</bdi>
            <span class="queue-amount">{row.total.to_string()}</span>
            {since.map(since_words)}
        </li>
    }
    .into_any()
}

/// Since when, and how long that is.
fn since_words(at: i64) -> impl IntoView {
    let language = use_console().spoken.get();
    view! {
        <span class="queue-since">
            {desk_words::since(language)} " " {moment_short(at, language)}
            <strong>" " {desk_words::age(now_ms() - at, language)}</strong>
        </span>
    }
}

#[component]
fn Errors(shop: ShopId) -> impl IntoView {
    let console = use_console();
    let inbox = Inbox::<CancelErrorList>::new();
    let asked = StoredValue::new(shop.clone());
    let read = move || {
        let shop = asked.get_value();
        inbox.read(console, async move { api::cancel_errors(&shop, console.language()).await });
    };
    follow_changes(console, read);
    let empty = Signal::derive(say(desk_words::errors_empty));
    view! {
        <Part
            id="errors-heading"
            heading=desk_words::errors_heading
            lead=desk_words::errors_lead
            empty
            inbox
            retry=move |()| read()
            items=errors
            shop
        />
    }
}

fn errors(shop: &ShopId, list: CancelErrorList, _: Inbox<CancelErrorList>) -> Vec<AnyView> {
    list.orders.into_iter().map(|one| error(shop, one)).collect()
}

fn error(shop: &ShopId, one: CancelErrorView) -> AnyView {
    let language = use_console().spoken.get();
    let CancelErrorView { row, still_charged, since, remedies } = one;
    let icon = if still_charged {
        shared::status_icon::StatusIcon::CancelErrorStillCharged
    } else {
        shared::status_icon::StatusIcon::CancelErrorNotCharged
    };
    let done = |remedy: RemedyView| {
        view! {
            <li>
                {text::remedy(remedy.remedy, language)} " " {remedy.amount.to_string()} " · "
                <bdi>{visible(&remedy.by).into_owned()}</bdi> " · " {moment_short(remedy.at, language)}
                {remedy.note.map(|note| view! { " · " <bdi>{visible(&note).into_owned()}</bdi> })}
            </li>
        }
    };
    let recorded = if remedies.is_empty() {
        view! { <span class="missing">{desk_words::no_remedy(language)}</span> }.into_any()
    } else {
        view! { <ul class="queue-remedies">{remedies.into_iter().map(done).collect_view()}</ul> }.into_any()
    };
    view! {
        <li class="queue-item">
            {order_link(shop, &row.id, &row.number)}
            <bdi class="queue-name">{visible(&row.buyer_name).into_owned()}</bdi>
            <span class="queue-amount">{row.total.to_string()}</span>
            {since_words(since)}
            <span class="queue-cause">{text::words::icon_note(icon, language)}</span>
            <span class="queue-done">
                <span class="visually-hidden">{desk_words::remedy(language)} ": "</span>
                {recorded}
            </span>
        </li>
    }
    .into_any()
}

#[component]
fn Corrections(shop: ShopId) -> impl IntoView {
    let console = use_console();
    let inbox = Inbox::<CorrectionList>::new();
    let done = RwSignal::new(false);
    let asked = StoredValue::new(shop.clone());
    let read = move || {
        let (shop, done) = (asked.get_value(), done.get_untracked());
        inbox.read(console, async move { api::corrections(&shop, done, console.language()).await });
    };
    follow_changes(console, read);
    let choose = move |wanted: bool| {
        if done.get_untracked() != wanted {
            done.set(wanted);
            inbox.listed.set(Listed::Loading);
            read();
        }
    };
    let tab = move |wanted: bool, label: Sentence| {
        view! {
            <button
                type="button"
                class="button quiet compact"
                aria-pressed=move || if done.get() == wanted { "true" } else { "false" }
                on:click=move |_| choose(wanted)
            >
                {say(label)}
            </button>
        }
    };
    let tools = view! {
        <div class="queue-tools">
            {tab(false, desk_words::undone)}
            {tab(true, desk_words::done)}
            <a class="button quiet compact" href=api::corrections_csv(&shop) download="corrections.csv">
                {say(desk_words::csv)}
            </a>
        </div>
    }
    .into_any();
    let empty = Signal::derive(move || {
        let sentence =
            if done.get() { desk_words::corrections_empty_done } else { desk_words::corrections_empty };
        sentence(console.spoken.get())
    });
    view! {
        <Part
            id="corrections-heading"
            heading=desk_words::corrections
            lead=desk_words::corrections_lead
            empty
            inbox
            retry=move |()| read()
            items=corrections
            shop
            tools
        />
    }
}

fn corrections(shop: &ShopId, list: CorrectionList, inbox: Inbox<CorrectionList>) -> Vec<AnyView> {
    list.corrections.into_iter().map(|one| correction(shop, one, inbox)).collect()
}

fn correction(shop: &ShopId, one: CorrectionView, inbox: Inbox<CorrectionList>) -> AnyView {
    let console = use_console();
    let language = console.spoken.get();
    let was_done = one.done.is_some();
    let (place, id) = (shop.clone(), one.id.clone());
    let mark = move |_| {
        let (shop, id) = (place.clone(), id.clone());
        inbox.change(console, async move {
            console
                .with_csrf(async |csrf| {
                    api::correct(&shop, &id, !was_done, &csrf, console.language()).await?;
                    // The answer may be of the other half of the list; what is shown is read.
                    api::corrections(&shop, was_done, console.language()).await
                })
                .await
        });
    };
    let label = if was_done { desk_words::mark_undone } else { desk_words::mark_done };
    let number = one.order.number.to_string();
    view! {
        <li class="queue-item">
            {order_link(shop, &one.order.id, &one.order.number)}
            <span class="queue-name">
                {desk_words::correction_kind(one.kind, language)} " · "
                {desk_words::correction_cause(&one.cause, language).to_owned()}
            </span>
            <span class="queue-amount">{desk_words::correction_amount(one.amount, language)}</span>
            {match one.done {
                Some((at, by)) => view! {
                    <span class="queue-since">
                        {desk_words::done(language)} " " {moment_short(at, language)} " · "
                        <bdi>{visible(&by).into_owned()}</bdi>
                    </span>
                }
                .into_any(),
                None => since_words(one.since).into_any(),
            }}
            <button type="button" class="button quiet compact" on:click=mark>
                {label(language)} <span class="visually-hidden">" " {number}</span>
            </button>
        </li>
    }
    .into_any()
}
