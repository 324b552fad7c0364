//! Sheets of the order list: all filters, a name for the present one, the CSV file.

use super::failure::{act, failure_notice};
use super::pieces::{Say, Tone, button, check, notice, said, sheet_head, sheet_heading, submit};
use super::timer::spawn;
use super::{Console, use_console};
use crate::api::operator::Failure;
use crate::api::order_list as api;
use crate::ui::dialog::{dialog, dismiss};
use crate::ui::el::{El, Node, classed, el, group};
use crate::ui::signal::{RwSignal, StoredValue};
use leptos::prelude::*;
use shared::api::{CsvColumn, Language, UnwritableView};
use shared::id::ShopId;
use shared::order::{OrderOrigin, OrderStatus};
use shared::order_query::OrderFilter;
use shared::payment::PaymentStatus;
use shared::payment_method::PaymentMethod;
use shared::status_icon::StatusIcon;
use shared::text::{self, console_list as words, words as common};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, FormData, HtmlFormElement, HtmlInputElement};

/// A box of a set; its name is the pair's, its value one of the set.
fn tick(name: &'static str, value: &str, label: &str, on: bool) -> El {
    let input = el("input").set("type", "checkbox").set("name", name).set("value", value);
    check(input.prop("checked", move || on)).child(label)
}

fn set(legend: &str, boxes: Vec<El>) -> El {
    classed("fieldset", "set")
        .child(el("legend").child(legend))
        .child(classed("div", "set-boxes").child(boxes))
}

fn line(id: &'static str, name: &'static str, label: &str, kind: &str, value: Option<String>) -> El {
    let mut input = el("input").set("id", id).set("name", name).set("type", kind);
    if kind == "number" {
        input = input.set("inputmode", "numeric").set("min", "0");
    }
    let value = value.unwrap_or_default();
    classed("div", "field")
        .child(el("label").set("for", id).child(label))
        .child(input.prop("value", move || JsValue::from_str(&value)))
}

fn body(heading: &str) -> El {
    classed("div", "sheet-body").set("tabindex", "0").set("role", "group").set("aria-labelledby", heading)
}

fn option(value: &str, chosen: &str, label: &str) -> El {
    let option = el("option").set("value", value).child(label);
    if value == chosen { option.set("selected", "") } else { option }
}

fn sheet_form(send: impl FnMut(Event) + 'static) -> El {
    classed("form", "sheet-form").on("submit", send)
}

/// Every filter there is; `close` is told when it has been closed.
pub fn filter_sheet(close: impl Fn() + 'static) -> El {
    let console = use_console();
    let language = console.language();
    let node = Node::new();
    let filter = console.orders.filtering.filter.get_untracked();
    let search = filter.search.clone();
    let wrong = RwSignal::new(false);
    let send = move |event: Event| {
        event.prevent_default();
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(read) = form.and_then(|form| read(&form)) else { return wrong.set(true) };
        dismiss(node);
        console.filter_orders(OrderFilter { search: search.clone(), ..read });
    };
    let pairs = filter.pairs();
    let pair = |wanted: &str| pairs.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.clone());
    let payment = pair("payment").unwrap_or_default();
    let statuses = OrderStatus::ALL.map(|it| {
        tick("status", it.name(), text::order_status(it, language), filter.order_status.contains(&it))
    });
    let icons = StatusIcon::ALL.map(Some).into_iter().chain([None]).map(|icon| {
        let label = icon.map_or_else(
            || text::cancel_finished(language).to_owned(),
            |icon| words::icon_name(icon, language),
        );
        tick("icon", shared::order_query::icon_name(icon), &label, filter.icons.contains(&icon))
    });
    let origins = [OrderOrigin::Checkout, OrderOrigin::Renewal, OrderOrigin::Operator]
        .map(|it| tick("origin", it.name(), text::order_origin(it, language), filter.origins.contains(&it)));
    let methods = PaymentMethod::ALL.map(|it| {
        tick("method", it.name(), text::payment_method(it, language), filter.methods.contains(&it))
    });
    let flags = vec![
        tick("unshipped", "1", words::unshipped(language), filter.unshipped),
        tick("error", "1", words::error(language), filter.error),
        tick("disputed", "1", words::disputed(language), filter.disputed),
        tick("capturable", "1", words::capturable(language), filter.capturable),
        tick("unreplaced", "1", words::unreplaced(language), filter.unreplaced),
    ];
    let status = |status| text::payment_status(status, language);
    let choice = el("select")
        .set("id", "filter-payment")
        .set("name", "payment")
        .child(option("", &payment, words::any(language)))
        .child(option("uncaptured", &payment, status(PaymentStatus::Uncaptured)))
        .child(option("captured", &payment, status(PaymentStatus::Captured)));
    let choice = classed("div", "field")
        .child(el("label").set("for", "filter-payment").child(common::payment_status(language)))
        .child(choice);
    let lines = classed("div", "filter-lines")
        .child(line("filter-from", "from", words::from(language), "date", pair("from")))
        .child(line("filter-until", "until", words::until(language), "date", pair("until")))
        .child(line("filter-min", "min", words::amount_from(language), "number", pair("min")))
        .child(line("filter-max", "max", words::amount_until(language), "number", pair("max")))
        .child(line("filter-days", "days_left", words::days_most(language), "number", pair("days_left")))
        .child(choice);
    let fields = body("filter-heading")
        .child(lines)
        .child(set(common::order_status(language), statuses.into()))
        .child(set(words::icon(language), icons.collect()))
        .child(set(words::kind(language), origins.into()))
        .child(set(words::method(language), methods.into()))
        .child(set(words::filters(language), flags))
        .child(
            classed("p", "field-error")
                .set("role", "alert")
                .live(move || wrong.get().then(|| words::unreadable(language))),
        );
    let foot = classed("div", "sheet-foot")
        .child(button("quiet compact", common::stop, move |_| dismiss(node)))
        .child(submit("compact").child(words::apply(language)));
    let form = sheet_form(send)
        .set("novalidate", "")
        .child(sheet_head(sheet_heading("filter-heading").child(words::more_filters(language))))
        .child(fields)
        .child(foot);
    dialog("filter-heading", close, node, form)
}

/// The form as a filter; its fields are named like the pairs of a query.
fn read(form: &HtmlFormElement) -> Option<OrderFilter> {
    let data = FormData::new_with_form(form).ok()?;
    let pairs: Vec<(&str, String)> = OrderFilter::NAMES
        .iter()
        .map(|name| {
            let values = data.get_all(name).iter().filter_map(|value| value.as_string()).collect::<Vec<_>>();
            (*name, values.join(","))
        })
        .filter(|(_, value)| !value.is_empty())
        .collect();
    OrderFilter::read(pairs.iter().map(|(name, value)| (*name, value.as_str()))).ok()
}

/// A name for the present filter; `close` is told when it has been closed.
pub fn save_sheet(close: impl Fn() + 'static) -> El {
    let console = use_console();
    let node = Node::new();
    let (name, everybody) = (RwSignal::new(String::new()), RwSignal::new(false));
    let failed = RwSignal::new(None::<Failure>);
    let send = move |event: Event| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        if !name.is_empty() {
            console.save_view(name, everybody.get_untracked(), move |answer| match answer {
                Ok(()) => dismiss(node),
                Err(failure) => failed.set(Some(failure)),
            });
        }
    };
    let input = el("input")
        .set("id", "view-name")
        .set("type", "text")
        .set("maxlength", "40")
        .set("required", "")
        .set("autocomplete", "off")
        .set("autofocus", "")
        .prop("value", move || name.get())
        .on("input", move |event| name.set(event_target_value(&event)));
    let for_all = el("input")
        .set("type", "checkbox")
        .on("change", move |event| everybody.set(event_target_checked(&event)));
    let fields = classed("div", "sheet-body")
        .child(
            classed("div", "field")
                .child(said("label", words::view_name).set("for", "view-name"))
                .child(input),
        )
        .child(check(for_all).say(words::view_shared))
        .live(move || {
            let again = act(move || failed.set(None));
            failed.get().map(|failure| failure_notice(failure, again, None))
        });
    let foot = classed("div", "sheet-foot")
        .child(button("quiet compact", common::stop, move |_| dismiss(node)))
        .child(submit("compact").say(words::keep));
    let head = sheet_head(said("h2", words::save).set("id", "save-heading"));
    dialog("save-heading", close, node, sheet_form(send).child(head).child(fields).child(foot))
}

/// Columns and encoding of the file; `close` is told when it has been closed.
pub fn csv_sheet(close: impl Fn() + 'static) -> El {
    let console = use_console();
    let language = console.language();
    let node = Node::new();
    let Some(shop) = console.orders.shop() else { return group() };
    let filter = console.orders.filtering.filter.get_untracked();
    let columns = RwSignal::new(CsvColumn::ALL.to_vec());
    let shift_jis = RwSignal::new(false);
    let looking = Looking::new();
    let path = {
        let (shop, filter) = (shop.clone(), filter.clone());
        move |shift_jis: bool| {
            columns.with(|columns| api::csv_path(&shop, &filter, columns, shift_jis, language))
        }
    };
    let utf8 = path.clone();
    let look =
        act(move || looking.begin(console, shop.clone(), filter.clone(), columns.get_untracked(), language));
    let boxes = CsvColumn::ALL.map(|column| {
        let change = move |event| {
            let on = event_target_checked(&event);
            columns.update(|columns| {
                *columns = CsvColumn::ALL
                    .into_iter()
                    .filter(|one| if *one == column { on } else { columns.contains(one) })
                    .collect();
            });
            looking.stop();
        };
        let is = move || columns.with(|columns| columns.contains(&column));
        let input = el("input").set("type", "checkbox").prop("checked", is).on("change", change);
        check(input).child(text::csv_column(column, language))
    });
    let encode = move |event: Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        shift_jis.set(input.is_some_and(|input| input.value() == "shift_jis"));
        looking.stop();
    };
    let encoding = |value: &str, on: bool, name: &str| {
        let input = el("input").set("type", "radio").set("name", "encoding").set("value", value);
        check(if on { input.prop("checked", || true) } else { input }).child(name)
    };
    let encodings = classed("fieldset", "set")
        .on("change", encode)
        .child(el("legend").child(words::csv_encoding(language)))
        .child(classed("div", "set-boxes").child(encoding("utf-8", true, "UTF-8")).child(encoding(
            "shift_jis",
            false,
            "Shift_JIS",
        )))
        .child(classed("p", "field-hint").child(words::csv_shift_jis_hint(language)));
    // What a file in Shift_JIS has lost no browser tells, so the sheet stays and says it.
    let begun = move |_| match look {
        Some(look) if shift_jis.get_untracked() => look.run(()),
        _ => dismiss(node),
    };
    let begin = move || {
        let path = path.clone();
        classed("a", "button compact")
            .follow("href", move || path(shift_jis.get()))
            .set("download", "")
            .on("click", begun)
            .child(words::csv_begin(language))
    };
    let none = move || columns.with(Vec::is_empty);
    let choose = |sentence, chosen: &'static [CsvColumn]| {
        button("quiet compact", sentence, move |_| {
            columns.set(chosen.to_vec());
            looking.stop();
        })
    };
    let tools = classed("div", "set-tools")
        .child(choose(words::csv_every, &CsvColumn::ALL))
        .child(choose(words::csv_none, &[]));
    let told = move || match looking.phase.get() {
        Look::Idle => None,
        Look::UnderWay(checked) => {
            Some(classed("p", "field-hint").child(words::csv_looking(checked, language)))
        }
        Look::Done(view) if view.characters == 0 => {
            Some(notice(Tone::Info, "", words::csv_writable(language), None))
        }
        Look::Done(view) => {
            let rather = classed("a", "button quiet small")
                .set("href", &utf8(false))
                .set("download", "")
                .on("click", move |_| dismiss(node))
                .child(words::csv_utf8(language));
            let (title, detail) =
                (words::csv_unwritable(&view, language), words::csv_unwritable_detail(&view, language));
            Some(notice(Tone::Caution, &title, &detail, Some(rather)))
        }
        Look::Failed(failure) => Some(failure_notice(failure, look, None)),
    };
    let content = group()
        .child(sheet_head(sheet_heading("csv-heading").child(words::csv(language))))
        .child(
            body("csv-heading")
                .child(el("p").child(words::csv_what(language)))
                .child(tools)
                .child(set(words::csv_columns(language), boxes.into()))
                .child(encodings),
        )
        .child(classed("div", "csv-told").set("role", "status").live(told))
        .child(
            classed("div", "sheet-foot")
                .live_while(none, || said("p", words::csv_missing).set("role", "status"))
                .live_while(move || !none(), begin)
                .child(button("quiet compact", common::stop, move |_| dismiss(node))),
        );
    dialog("csv-heading", close, node, content)
}

/// How far the look is at what Shift_JIS cannot hold.
#[derive(Clone, PartialEq, Eq)]
enum Look {
    Idle,
    /// So many orders were looked at.
    UnderWay(u32),
    Done(UnwritableView),
    Failed(Failure),
}

/// The look at what Shift_JIS cannot hold; it ends with its sheet.
#[derive(Clone, Copy)]
struct Looking {
    phase: RwSignal<Look>,
    /// Rises with every beginning and every end; answers to older questions are dropped.
    round: StoredValue<u32>,
}

impl Looking {
    fn new() -> Self {
        Self { phase: RwSignal::new(Look::Idle), round: StoredValue::new(0) }
    }

    fn stop(self) {
        self.round.update_value(|round| *round = round.wrapping_add(1));
        self.phase.set(Look::Idle);
    }

    fn begin(
        self,
        console: Console,
        shop: ShopId,
        filter: OrderFilter,
        columns: Vec<CsvColumn>,
        language: Language,
    ) {
        self.stop();
        let round = self.round.get_value();
        self.phase.set(Look::UnderWay(0));
        spawn(async move {
            let mut all = UnwritableView::default();
            loop {
                let part = api::unwritable(&shop, &filter, &columns, all.next.as_deref(), language).await;
                if self.round.try_get_value() != Some(round) {
                    return;
                }
                match part {
                    Ok(part) => all.add(part),
                    Err(failure) if console.is_signed_out(&failure) => return,
                    Err(failure) => return self.phase.set(Look::Failed(failure)),
                }
                if all.next.is_none() {
                    return self.phase.set(Look::Done(all));
                }
                self.phase.set(Look::UnderWay(all.checked));
            }
        });
    }
}
