//! The sheet of an action: its frame, and which one is due.
//!
//! A sheet is built on the order as it was when it opened, and sends that version; an order that changed
//! meanwhile is told, never overwritten.

use super::desk_amount::{AmountSheet, SwapSheet};
use super::desk_buyer::BuyerSheet;
use super::desk_cancel::{CancelSheet, RefundSheet, RemedySheet};
use super::desk_link::LinkSheet;
use super::desk_state::{MethodSheet, ReauthorizeSheet, StatusSheet};
use super::failure::FailureNotice;
use super::notice::{Tone, notice};
use super::{Sentence, say, use_console};
use crate::ui::dialog::{Dialog, dismiss};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use shared::api::{Code, OrderView};
use shared::order::OrderStatus;
use shared::order_action::OrderAction;
use shared::text::{desk_words, words};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The open sheet, if one is.
#[component]
pub fn ActionSheet(
    /// The order, newest version.
    view: Memo<OrderView>,
) -> impl IntoView {
    let desk = use_console().desk;
    let which = Memo::new(move |_| desk.open.get().map(|action| (action, desk.round.get())));
    move || {
        let (action, _) = which.get()?;
        let order = view.get_untracked();
        let newest = Signal::derive(move || view.with(|view| view.row.version));
        Some(match action {
            OrderAction::Cancel => view! { <CancelSheet order newest/> }.into_any(),
            OrderAction::PartialRefund => view! { <RefundSheet order newest/> }.into_any(),
            OrderAction::RecordRemedy => view! { <RemedySheet order newest/> }.into_any(),
            OrderAction::ChangeAmount => view! { <AmountSheet order newest/> }.into_any(),
            OrderAction::SwapItem => view! { <SwapSheet order newest/> }.into_any(),
            OrderAction::Reauthorize => view! { <ReauthorizeSheet order newest/> }.into_any(),
            OrderAction::ChangeMethod => view! { <MethodSheet order newest/> }.into_any(),
            OrderAction::Prepare => {
                view! { <StatusSheet order newest to=OrderStatus::Preparing/> }.into_any()
            }
            OrderAction::Ship => view! { <StatusSheet order newest to=OrderStatus::Shipped/> }.into_any(),
            OrderAction::EditBuyer => view! { <BuyerSheet order newest/> }.into_any(),
            OrderAction::SendPaymentLink => view! { <LinkSheet order newest/> }.into_any(),
            // These have no sheet: the bulk preview, the list, the part of Amazon's objects.
            OrderAction::Capture | OrderAction::Bundle | OrderAction::Refetch => ().into_any(),
        })
    }
}

/// Head, body and foot of a sheet that sends something.
#[component]
pub fn Shell(
    /// The action.
    action: OrderAction,
    /// Version the sheet was built on.
    version: i64,
    /// Newest version of the order.
    newest: Signal<i64>,
    /// Its button; absent where nothing is left to send.
    #[prop(into)]
    submit: Signal<Option<Sentence>>,
    /// Why it cannot be sent yet.
    #[prop(into)]
    blocked: Signal<Option<String>>,
    /// Sends it.
    #[prop(into)]
    send: Callback<()>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let console = use_console();
    let desk = console.desk;
    let spoken = console.spoken;
    let node = NodeRef::<html::Dialog>::new();
    let tried = RwSignal::new(false);
    let done = desk.done.get_untracked();
    Effect::new(move || {
        if desk.done.get() != done {
            dismiss(node);
        }
    });
    let changed =
        Memo::new(move |_| newest.get() != version && !desk.busy.get() && desk.link.with(Option::is_none));
    let reopen = move || {
        view! {
            <button type="button" class="button quiet small" on:click=move |_| console.reopen_sheet()>
                {say(desk_words::reopen)}
            </button>
        }
        .into_any()
    };
    let told = move || {
        let language = spoken.get();
        let stale = notice(
            Tone::Caution,
            desk_words::changed_title(language),
            desk_words::changed_detail(language),
            Some(reopen()),
        );
        match desk.failure.get() {
            Some(failure) if failure.code() == Some(Code::OrderChanged) => Some(stale),
            // Whether it arrived is not known; the version keeps it from being done twice.
            Some(failure) if failure.code().is_none() && failure.request_id().is_none() => {
                let again = view! {
                    <button type="button" class="button quiet small" on:click=move |_| console.reopen_sheet()>
                        {say(desk_words::reload)}
                    </button>
                };
                Some(notice(
                    Tone::Caution,
                    desk_words::unheard_title(language),
                    desk_words::unheard_detail(language),
                    Some(again.into_any()),
                ))
            }
            Some(failure) => Some(view! { <FailureNotice failure/> }.into_any()),
            None if changed.get() => Some(stale),
            None => blocked
                .get()
                .filter(|_| tried.get())
                .map(|why| view! { <p class="sheet-blocked" role="alert">{why}</p> }.into_any()),
        }
    };
    let sent = move |event: SubmitEvent| {
        event.prevent_default();
        if desk.busy.get_untracked() || changed.get_untracked() {
            return;
        }
        tried.set(true);
        if blocked.get_untracked().is_none() {
            send.run(());
        }
    };
    let closed = move |()| {
        desk.close();
        // The button that opened the sheet may be gone with the state that offered it.
        let lost = document().active_element().is_none_or(|focus| focus.tag_name() == "BODY");
        if lost
            && let Some(heading) = document().get_element_by_id("detail-heading")
            && let Some(heading) = heading.dyn_ref::<HtmlElement>()
        {
            let _ = heading.focus();
        }
    };
    let off = move || (desk.busy.get() || changed.get()).then_some("true");
    let button = move || {
        submit.get().map(|label| {
            view! {
                <button
                    type="submit"
                    class="button compact"
                    aria-disabled=off
                    aria-busy=move || desk.busy.get().then_some("true")
                >
                    {move || if desk.busy.get() {
                        desk_words::sending(spoken.get())
                    } else {
                        label(spoken.get())
                    }}
                </button>
            }
        })
    };
    view! {
        <Dialog heading="action-heading" close=closed node>
            <form class="sheet-form" novalidate=true on:submit=sent>
                <div class="sheet-head">
                    <h2 id="action-heading" tabindex="-1" autofocus=true>
                        {move || desk_words::action(action, spoken.get())}
                    </h2>
                </div>
                <div class="sheet-body">
                    {children()}
                    <div role="status">{told}</div>
                </div>
                <div class="sheet-foot">
                    <button type="button" class="button quiet compact" on:click=move |_| dismiss(node)>
                        {move || if submit.get().is_some() {
                            words::stop(spoken.get())
                        } else {
                            words::close(spoken.get())
                        }}
                    </button>
                    {button}
                </div>
            </form>
        </Dialog>
    }
}
