//! Sheets of the order list: all filters, a name for the present one, the CSV file.

use super::failure::FailureNotice;
use super::{say, use_console};
use crate::api::operator::Failure;
use crate::api::order_list as api;
use crate::ui::dialog::{Dialog, dismiss};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use shared::api::CsvColumn;
use shared::order::{OrderOrigin, OrderStatus};
use shared::order_query::OrderFilter;
use shared::payment_method::PaymentMethod;
use shared::status_icon::StatusIcon;
use shared::text::{self, console_list as words, words as common};
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlFormElement, HtmlInputElement};

/// A box of a set; its name is the pair's, its value one of the set.
fn tick(name: &'static str, value: &'static str, label: String, on: bool) -> AnyView {
    view! {
        <label class="check"><input type="checkbox" name=name value=value prop:checked=on/> {label}</label>
    }
    .into_any()
}

fn set(legend: &'static str, boxes: Vec<AnyView>) -> AnyView {
    view! { <fieldset class="set"><legend>{legend}</legend><div class="set-boxes">{boxes}</div></fieldset> }
        .into_any()
}

fn line(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    value: String,
) -> AnyView {
    let (mode, least) = if kind == "number" { (Some("numeric"), Some("0")) } else { (None, None) };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id name=name type=kind inputmode=mode min=least prop:value=value/>
        </div>
    }
    .into_any()
}

/// Every filter there is.
#[component]
pub fn FilterSheet(
    /// Told when it has been closed.
    #[prop(into)]
    close: Callback<()>,
) -> impl IntoView {
    let console = use_console();
    let language = console.language();
    let node = NodeRef::<html::Dialog>::new();
    let filter = console.orders.filtering.filter.get_untracked();
    let search = filter.search.clone();
    let wrong = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(read) = form.and_then(|form| read(&form)) else { return wrong.set(true) };
        dismiss(node);
        console.filter_orders(OrderFilter { search: search.clone(), ..read });
    };
    let yen = |amount: Option<shared::money::Yen>| amount.map(|it| it.get().to_string()).unwrap_or_default();
    let payment = filter.pairs().into_iter().find(|(name, _)| *name == "payment").map(|(_, value)| value);
    let payment = payment.unwrap_or_default();
    let statuses = OrderStatus::ALL.map(|it| {
        tick("status", it.name(), text::order_status(it, language).into(), filter.order_status.contains(&it))
    });
    let icons = StatusIcon::ALL
        .map(Some)
        .into_iter()
        .chain([None])
        .map(|icon| {
            let label = icon.map_or_else(
                || text::cancel_finished(language).to_owned(),
                |icon| words::icon_name(icon, language),
            );
            tick("icon", shared::order_query::icon_name(icon), label, filter.icons.contains(&icon))
        })
        .collect();
    let origins = [OrderOrigin::Checkout, OrderOrigin::Renewal, OrderOrigin::Operator].map(|it| {
        tick("origin", it.name(), text::order_origin(it, language).into(), filter.origins.contains(&it))
    });
    let methods = [
        PaymentMethod::AmazonPay,
        PaymentMethod::BankTransfer,
        PaymentMethod::CashOnDelivery,
        PaymentMethod::Deferred,
    ]
    .map(|it| {
        tick("method", it.name(), text::payment_method(it, language).into(), filter.methods.contains(&it))
    });
    let flags = vec![
        tick("unshipped", "1", words::unshipped(language).into(), filter.unshipped),
        tick("error", "1", words::error(language).into(), filter.error),
        tick("disputed", "1", words::disputed(language).into(), filter.disputed),
    ];
    view! {
        <Dialog heading="filter-heading" close node>
            <form class="sheet-form" on:submit=submit novalidate=true>
                <div class="sheet-head">
                    <h2 id="filter-heading" tabindex="-1" autofocus=true>{words::more_filters(language)}</h2>
                </div>
                <div class="sheet-body" tabindex="0" role="group" aria-labelledby="filter-heading">
                    <div class="filter-lines">
                        {line("filter-from", "from", words::from(language), "date", filter.from.map(|it| it.to_string()).unwrap_or_default())}
                        {line("filter-until", "until", words::until(language), "date", filter.until.map(|it| it.to_string()).unwrap_or_default())}
                        {line("filter-min", "min", words::amount_from(language), "number", yen(filter.amount_from))}
                        {line("filter-max", "max", words::amount_until(language), "number", yen(filter.amount_until))}
                        {line("filter-days", "days_left", words::days_most(language), "number", filter.days_left.map(|it| it.to_string()).unwrap_or_default())}
                        <div class="field">
                            <label for="filter-payment">{common::payment_status(language)}</label>
                            <select id="filter-payment" name="payment">
                                <option value="" selected=payment.is_empty()>{words::any(language)}</option>
                                <option value="uncaptured" selected=payment == "uncaptured">
                                    {text::payment_status(shared::payment::PaymentStatus::Uncaptured, language)}
                                </option>
                                <option value="captured" selected=payment == "captured">
                                    {text::payment_status(shared::payment::PaymentStatus::Captured, language)}
                                </option>
                            </select>
                        </div>
                    </div>
                    {set(common::order_status(language), statuses.into())}
                    {set(words::icon(language), icons)}
                    {set(words::kind(language), origins.into())}
                    {set(words::method(language), methods.into())}
                    {set(words::filters(language), flags)}
                    <p role="alert" class="field-error">{move || wrong.get().then(|| words::unreadable(language))}</p>
                </div>
                <div class="sheet-foot">
                    <button type="submit" class="button compact">{words::apply(language)}</button>
                    <button type="button" class="button quiet compact" on:click=move |_| dismiss(node)>
                        {common::stop(language)}
                    </button>
                </div>
            </form>
        </Dialog>
    }
}

/// The form as a filter; its fields are named like the pairs of a query.
fn read(form: &HtmlFormElement) -> Option<OrderFilter> {
    const NAMES: [&str; 13] = [
        "from",
        "until",
        "status",
        "payment",
        "icon",
        "origin",
        "method",
        "days_left",
        "min",
        "max",
        "unshipped",
        "error",
        "disputed",
    ];
    let data = FormData::new_with_form(form).ok()?;
    let pairs: Vec<(&str, String)> = NAMES
        .iter()
        .map(|name| {
            let values = data.get_all(name).iter().filter_map(|value| value.as_string()).collect::<Vec<_>>();
            (*name, values.join(","))
        })
        .filter(|(_, value)| !value.is_empty())
        .collect();
    OrderFilter::read(pairs.iter().map(|(name, value)| (*name, value.as_str()))).ok()
}

/// A name for the present filter.
#[component]
pub fn SaveSheet(
    /// Told when it has been closed.
    #[prop(into)]
    close: Callback<()>,
) -> impl IntoView {
    let console = use_console();
    let node = NodeRef::<html::Dialog>::new();
    let (name, everybody) = (RwSignal::new(String::new()), RwSignal::new(false));
    let failed = RwSignal::new(None::<Failure>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        if !name.is_empty() {
            console.save_view(name, everybody.get_untracked(), move |answer| match answer {
                Ok(()) => dismiss(node),
                Err(failure) => failed.set(Some(failure)),
            });
        }
    };
    view! {
        <Dialog heading="save-heading" close node>
            <form class="sheet-form" on:submit=submit>
                <div class="sheet-head"><h2 id="save-heading">{say(words::save)}</h2></div>
                <div class="sheet-body">
                    <div class="field">
                        <label for="view-name">{say(words::view_name)}</label>
                        <input
                            id="view-name"
                            type="text"
                            maxlength="40"
                            required=true
                            autocomplete="off"
                            autofocus=true
                            prop:value=move || name.get()
                            on:input=move |event| name.set(event_target_value(&event))
                        />
                    </div>
                    <label class="check">
                        <input type="checkbox" on:change=move |event| everybody.set(event_target_checked(&event))/>
                        {say(words::view_shared)}
                    </label>
                    {move || failed.get().map(|failure| view! { <FailureNotice failure retry=move |()| failed.set(None)/> })}
                </div>
                <div class="sheet-foot">
                    <button type="submit" class="button compact">{say(words::keep)}</button>
                    <button type="button" class="button quiet compact" on:click=move |_| dismiss(node)>
                        {say(common::stop)}
                    </button>
                </div>
            </form>
        </Dialog>
    }
}

/// Columns and encoding of the file.
#[component]
pub fn CsvSheet(
    /// Told when it has been closed.
    #[prop(into)]
    close: Callback<()>,
) -> impl IntoView {
    let console = use_console();
    let language = console.language();
    let node = NodeRef::<html::Dialog>::new();
    let Some(shop) = console.orders.shop() else { return ().into_any() };
    let filter = console.orders.filtering.filter.get_untracked();
    let columns = RwSignal::new(CsvColumn::ALL.to_vec());
    let shift_jis = RwSignal::new(false);
    let path =
        move || columns.with(|columns| api::csv_path(&shop, &filter, columns, shift_jis.get(), language));
    let boxes = CsvColumn::ALL.map(|column| {
        let change = move |event| {
            let on = event_target_checked(&event);
            columns.update(|columns| {
                *columns = CsvColumn::ALL
                    .into_iter()
                    .filter(|one| if *one == column { on } else { columns.contains(one) })
                    .collect();
            });
        };
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=true on:change=change/> {text::csv_column(column, language)}
            </label>
        }
        .into_any()
    });
    let encode = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        shift_jis.set(input.is_some_and(|input| input.value() == "shift_jis"));
    };
    view! {
        <Dialog heading="csv-heading" close node>
            <div class="sheet-head">
                <h2 id="csv-heading" tabindex="-1" autofocus=true>{words::csv(language)}</h2>
            </div>
            <div class="sheet-body" tabindex="0" role="group" aria-labelledby="csv-heading">
                <p>{words::csv_what(language)}</p>
                {set(words::csv_columns(language), boxes.into())}
                <fieldset class="set" on:change=encode>
                    <legend>{words::csv_encoding(language)}</legend>
                    <div class="set-boxes">
                        <label class="check"><input type="radio" name="encoding" value="utf-8" prop:checked=true/> "UTF-8"</label>
                        <label class="check"><input type="radio" name="encoding" value="shift_jis"/> "Shift_JIS"</label>
                    </div>
                    <p class="field-hint">{words::csv_shift_jis_hint(language)}</p>
                </fieldset>
            </div>
            <div class="sheet-foot">
                <a class="button compact" href=path download="" on:click=move |_| dismiss(node)>{words::csv_begin(language)}</a>
                <button type="button" class="button quiet compact" on:click=move |_| dismiss(node)>
                    {common::stop(language)}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}
