//! 受注一覧: newest first, live, with selection, and the detail beside it or instead of it.

use super::bulk_sheet::{BulkSheet, RunUnderWay};
use super::failure::FailureNotice;
use super::frame::{Frame, Skeleton};
use super::keys::{self, KeyHelp};
use super::order_detail::OrderDetail;
use super::order_list_filter::FilterBar;
use super::order_row::OrderRowView;
use super::orders::{Load, More};
use super::route::Route;
use super::selection::{Selected, SelectionBar, provide_selected};
use super::{live, say, use_console};
use crate::api::operator::Failure;
use leptos::prelude::*;
use shared::id::ShopId;
use shared::order_query::OrderFilter;
use shared::text::{console_list, words};

/// The screen of a shop's orders.
#[component]
pub fn OrderList(
    /// The shop.
    shop: ShopId,
) -> impl IntoView {
    let console = use_console();
    console.orders.enter(&shop);
    console.follow_filter();
    live::follow(console, shop.clone());
    let opened = Memo::new(move |_| match console.router.get() {
        Route::Orders { order, .. } => order,
        _ => None,
    });
    Effect::new(move || console.open_order(opened.get()));
    provide_selected();
    let help = RwSignal::new(false);
    keys::listen(console, help);

    let view = console.session.with_untracked(|session| session.shop(&shop));
    // Memo: a table built anew with every row that comes in would take the focus away.
    let face = Memo::new(move |_| match console.orders.load.get() {
        Load::Loading => Face::Loading,
        Load::Failed(failure) => Face::Failed(failure),
        Load::Ready if console.orders.entries.with(Vec::is_empty) => Face::Empty,
        Load::Ready => Face::Rows,
    });
    let body = move || match face.get() {
        Face::Loading => view! {
            <p class="visually-hidden" role="status">{say(words::loading_orders)}</p>
            <Skeleton/>
        }
        .into_any(),
        Face::Failed(failure) => {
            view! { <FailureNotice failure retry=move |()| console.load_orders()/> }.into_any()
        }
        Face::Empty => view! { <NoOrders/> }.into_any(),
        Face::Rows => view! { <Rows/> }.into_any(),
    };
    view! {
        <Frame shop=view.unwrap_or_else(|| unreachable_shop(&shop))>
            <div class="desk" class:has-detail=move || opened.get().is_some()>
                <section class="orders" aria-labelledby="orders-heading">
                    <div class="orders-head">
                        <h1 id="orders-heading">{say(words::orders_heading)}</h1>
                        <Shown/>
                        <button type="button" class="button quiet compact keys-button" on:click=move |_| help.set(true)>
                            {say(words::keys)} <kbd aria-hidden="true">"?"</kbd>
                        </button>
                    </div>
                    <FilterBar/>
                    <RunUnderWay/>
                    <SelectionBar/>
                    {body}
                </section>
                <Show when=move || opened.get().is_some()>
                    <OrderDetail/>
                </Show>
            </div>
            <BulkSheet/>
            <Show when=move || help.get()>
                <KeyHelp close=move |()| help.set(false)/>
            </Show>
        </Frame>
    }
}

/// What stands under the heading.
#[derive(Clone, PartialEq, Eq)]
enum Face {
    Loading,
    Failed(Failure),
    Empty,
    Rows,
}

/// The screen is only shown for a shop of the session; if it went in this very moment, its id does as a name.
fn unreachable_shop(shop: &ShopId) -> shared::api::ShopView {
    shared::api::ShopView { id: shop.clone(), name: shop.to_string(), sandbox: false, simulator: false }
}

/// How many are shown.
#[component]
fn Shown() -> impl IntoView {
    let console = use_console();
    let orders = console.orders;
    let shown = move || {
        let count = orders.entries.with(Vec::len);
        let ready = orders.load.get() == Load::Ready && count > 0;
        ready.then(|| words::shown(count, orders.next.get().is_some(), console.spoken.get()))
    };
    view! { <p class="orders-count">{shown}</p> }
}

#[component]
fn NoOrders() -> impl IntoView {
    let console = use_console();
    let orders = console.orders;
    if orders.filtering.filter.with_untracked(|filter| !filter.is_empty()) {
        return view! { <NoneFits/> }.into_any();
    }
    view! {
        <div class="empty">
            <h2>{say(words::empty_title)}</h2>
            <p>{say(words::empty_detail)}</p>
            <p>{say(words::empty_how)}</p>
        </div>
    }
    .into_any()
}

/// No order fits the filter, or none so far.
#[component]
fn NoneFits() -> impl IntoView {
    let console = use_console();
    let orders = console.orders;
    let stopped = move || orders.next.with(Option::is_some);
    let title = move || {
        let sentence = if stopped() { console_list::none_yet_title } else { console_list::none_title };
        sentence(console.spoken.get())
    };
    view! {
        <div class="empty" role="status">
            <h2>{title}</h2>
            <Show when=move || !stopped()>
                <p>{say(console_list::none_detail)}</p>
            </Show>
            <p class="orders-none">
                <Show when=stopped>
                    <button
                        type="button"
                        class="button compact"
                        aria-disabled=move || (orders.more.get() == More::Loading).then_some("true")
                        on:click=move |_| console.more_orders()
                    >
                        {say(console_list::go_on)}
                    </button>
                </Show>
                <button
                    type="button"
                    class="button quiet compact"
                    on:click=move |_| console.filter_orders(OrderFilter::default())
                >
                    {say(console_list::clear)}
                </button>
            </p>
        </div>
    }
}

/// The table and what follows it. Roles are spelled out because the narrow layout takes the table's display away.
#[component]
fn Rows() -> impl IntoView {
    let console = use_console();
    let orders = console.orders;
    let selected = expect_context::<Selected>();
    let all = move |event| orders.choose_all(event_target_checked(&event));
    let more = move || {
        let again = move |_| console.more_orders();
        match (orders.more.get(), orders.next.get().is_some()) {
            (More::Failed(failure), _) => {
                view! { <FailureNotice failure retry=move |()| console.more_orders()/> }.into_any()
            }
            (More::Loading, _) => {
                view! { <p class="orders-more" role="status">{say(words::more_loading)}</p> }.into_any()
            }
            (More::Idle, true) if orders.filtering.bounded.get() => view! {
                <p class="orders-stopped">{say(console_list::stopped)}</p>
                <p class="orders-more">
                    <button type="button" class="button quiet compact" on:click=again>{say(console_list::go_on)}</button>
                </p>
            }
            .into_any(),
            (More::Idle, true) => view! {
                <p class="orders-more">
                    <button type="button" class="button quiet compact" on:click=again>{say(words::more)}</button>
                </p>
            }
            .into_any(),
            (More::Idle, false) => {
                view! { <p class="orders-more orders-end">{say(words::end_of_list)}</p> }.into_any()
            }
        }
    };
    view! {
        <table class="table" role="table" aria-labelledby="orders-heading">
            <thead role="rowgroup">
                <tr role="row">
                    <th scope="col" role="columnheader" class="cell-choose">
                        <label class="choose">
                            <input
                                type="checkbox"
                                aria-label=say(words::choose_all)
                                prop:checked=move || selected.all()
                                prop:indeterminate=move || selected.some()
                                on:change=all
                            />
                        </label>
                        <span class="choose-words" aria-hidden="true">{say(words::choose_all)}</span>
                    </th>
                    <th scope="col" role="columnheader">{say(words::number)}</th>
                    <th scope="col" role="columnheader">{say(words::placed_at)}</th>
                    <th scope="col" role="columnheader">{say(words::buyer)}</th>
                    <th scope="col" role="columnheader" class="cell-amount">{say(words::amount)}</th>
                    <th scope="col" role="columnheader">{say(words::order_status)}</th>
                    <th scope="col" role="columnheader">{say(words::payment_status)}</th>
                    <th scope="col" role="columnheader">{say(words::payment)}</th>
                    <th scope="col" role="columnheader" class="cell-days">{say(console_list::days_left)}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For each=move || orders.entries.get() key=|entry| entry.id.clone() let:entry>
                    <OrderRowView entry/>
                </For>
            </tbody>
        </table>
        {more}
    }
}
