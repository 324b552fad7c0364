//! 金額変更 and 商品の切り替え: the new total is shown while it is typed, by the server's own function (R39, R40).

use super::desk_fields::{Kind, area, count, filled, line, said_line, yen};
use super::desk_sheet::{Shell, always, shell};
use super::failure::{act, failure_notice};
use super::pieces::{Say, said, said_in};
use super::timer::spawn;
use super::{Sentence, use_console};
use crate::api::desk::{self as api, Act};
use crate::ui::el::{El, classed, el, group};
use crate::ui::signal::{Memo, RwSignal, Signal};
use leptos::prelude::*;
use shared::amount_change::{self, AmountChange, ChangeRefused, QuantityChange, Terms};
use shared::api::{AmountChangeRequest, Language, OrderView, ProductView, SwapItemRequest};
use shared::cart::{CartLine, Totals};
use shared::money::{TaxRate, Yen};
use shared::order_action::OrderAction;
use shared::text::{desk_words, visible, words};

const LONGEST: u32 = 500;

/// The order's terms as the rules want them.
fn terms(order: &OrderView) -> Option<Terms> {
    let line = |(place, line): (usize, &shared::api::LineView)| {
        Some(CartLine {
            product_id: order.products.get(place)?.clone(),
            name: line.name.clone(),
            unit_price: line.unit_price,
            quantity: line.quantity,
            tax_rate: rate(line.tax_percent),
        })
    };
    let lines = order.lines.iter().enumerate().map(line).collect::<Option<Vec<_>>>()?;
    Some(Terms { lines, totals: order.totals })
}

const fn rate(percent: u8) -> TaxRate {
    if percent == 8 { TaxRate::Reduced } else { TaxRate::Standard }
}

/// Present and new total, what lies between, and the tax inside per rate; or why it cannot be.
fn outcome(now: Totals, new: Result<Totals, String>, with_tax: bool, language: Language) -> El {
    let line = |class: &str, label: Sentence, amount: String| {
        classed("div", class).child(el("dt").child(label(language))).child(el("dd").child(amount))
    };
    let list = classed("dl", "live-total").child(line("", desk_words::total_now, now.total.to_string()));
    match new {
        Err(why) => group().child(list).child(classed("p", "live-why").child(why)),
        Ok(new) => {
            let less = now.total.saturating_sub(new.total);
            let tax = |label: Sentence, amount: Yen| {
                (with_tax && !amount.is_zero()).then(|| line("tax", label, amount.to_string()))
            };
            list.child(
                line("sum", desk_words::total_new, new.total.to_string())
                    .set("data-total", &new.total.get().to_string()),
            )
            .child(line("", desk_words::difference, ["−", &less.to_string()].concat()))
            .child(tax(words::tax_reduced, new.tax_reduced))
            .child(tax(words::tax_standard, new.tax_standard))
        }
    }
}

/// What the typed change comes to.
type Typed = Result<(AmountChange, Totals), String>;

/// 金額変更.
pub fn amount_sheet(order: &OrderView, newest: Signal<i64>) -> El {
    let console = use_console();
    let spoken = console.spoken;
    let version = order.row.version;
    let totals = order.totals;
    let quantities: Vec<RwSignal<String>> =
        order.lines.iter().map(|line| RwSignal::new(line.quantity.to_string())).collect();
    let typed = |amount: Yen| RwSignal::new(amount.get().to_string());
    let shipping = typed(totals.shipping_fee);
    let fees = typed(totals.handling_fees);
    let points = typed(totals.points_used);
    let coupon = typed(totals.coupon_discount);
    let reason = RwSignal::new(String::new());
    let known = terms(order);
    let counted = quantities.clone();
    let result: Memo<Typed> = Memo::new(move |_| {
        let language = spoken.get();
        let unread = || desk_words::not_a_number(language).to_owned();
        let known = known.as_ref().ok_or_else(unread)?;
        let mut change = AmountChange::default();
        for (place, value) in counted.iter().enumerate() {
            let quantity = value.with(|value| count(value)).ok_or_else(unread)?;
            if known.lines.get(place).is_some_and(|line| line.quantity != quantity) {
                change.quantities.push(QuantityChange { line: place, quantity });
            }
        }
        let part = |value: RwSignal<String>, before: Yen| {
            value.with(|value| yen(value)).ok_or_else(unread).map(|new| (new != before).then_some(new))
        };
        change.shipping_fee = part(shipping, totals.shipping_fee)?;
        change.handling_fees = part(fees, totals.handling_fees)?;
        change.points_used = part(points, totals.points_used)?;
        change.coupon_discount = part(coupon, totals.coupon_discount)?;
        amount_change::change(known, &change)
            .map(|new| (change, new.totals))
            .map_err(|refused| desk_words::change_refused(refused, language).to_owned())
    });
    let blocked = Signal::derive(move || match result.get() {
        Err(why) => Some(why),
        Ok(_) => reason
            .with(|reason| filled(reason))
            .is_none()
            .then(|| desk_words::reason_wanted(spoken.get()).to_owned()),
    });
    let send = move || {
        let (Ok((change, _)), Some(reason)) =
            (result.get_untracked(), reason.with_untracked(|reason| filled(reason)))
        else {
            return;
        };
        console.act(OrderAction::ChangeAmount, Act::Amount(AmountChangeRequest { version, change, reason }));
    };
    let grid = || classed("div", "field-grid");
    let lines = order.lines.iter().zip(quantities).enumerate().map(|(place, (item, value))| {
        let (name, price) = (visible(&item.name).into_owned(), item.unit_price);
        let label = move || desk_words::quantity_of(&name, price, spoken.get());
        line(&["quantity-", &place.to_string()].concat(), label, Kind::Digits, value)
    });
    let lines: Vec<El> = lines.collect();
    let part = |id: &str, label: Sentence, value| said_line(id, label, Kind::Digits, value);
    let shown = move || outcome(totals, result.get().map(|(_, new)| new), true, spoken.get());
    let fields = group()
        .child(said_in("p", "lead", desk_words::amount_lead))
        .child(grid().child(lines))
        .child(
            grid()
                .child(part("shipping-fee", desk_words::shipping_fee, shipping))
                .child(part("handling-fees", desk_words::handling_fees, fees))
                .child(part("points-used", desk_words::points_used, points))
                .child(part("coupon-discount", desk_words::coupon_discount, coupon)),
        )
        .child(el("div").set("aria-live", "polite").live(shown))
        .child(said_in("p", "field-hint", desk_words::correction_hint))
        .child(area("amount-reason", desk_words::reason, Some(desk_words::reason_hint), LONGEST, reason));
    let (action, submit) = (OrderAction::ChangeAmount, always(desk_words::change_run));
    shell(Shell { action, version, newest, submit, blocked, send: Box::new(send) }, fields)
}

/// 商品の切り替え.
pub fn swap_sheet(order: &OrderView, newest: Signal<i64>) -> El {
    let console = use_console();
    let spoken = console.spoken;
    let version = order.row.version;
    let totals = order.totals;
    let products = RwSignal::new(None::<Result<Vec<ProductView>, crate::api::operator::Failure>>);
    let read = move || {
        products.set(None);
        let Some(shop) = console.orders.shop() else { return };
        spawn(async move {
            let answer = api::products(&shop, console.language()).await;
            products.try_set(Some(answer));
        });
    };
    read();
    let place = RwSignal::new(0_usize);
    let chosen = RwSignal::new(None::<String>);
    let quantity = RwSignal::new(order.lines.first().map_or(1, |line| line.quantity).to_string());
    let reason = RwSignal::new(String::new());
    let known = terms(order);
    let counts: Vec<u32> = order.lines.iter().map(|line| line.quantity).collect();
    let product = move || {
        let wanted = chosen.get()?;
        products.with(|products| match products {
            Some(Ok(products)) => products.iter().find(|one| one.id.as_str() == wanted).cloned(),
            _ => None,
        })
    };
    let result: Memo<Result<Totals, String>> = Memo::new(move |_| {
        let language = spoken.get();
        let product = product().ok_or_else(|| desk_words::swap_choose(language).to_owned())?;
        let quantity = quantity.with(|value| count(value));
        let quantity = quantity.ok_or_else(|| desk_words::not_a_number(language).to_owned())?;
        let refused = |refused| desk_words::change_refused(refused, language).to_owned();
        let known = known.as_ref().ok_or_else(|| refused(ChangeRefused::TooLarge))?;
        let by = CartLine {
            product_id: product.id,
            name: product.name,
            unit_price: product.price,
            quantity,
            tax_rate: rate(product.tax_percent),
        };
        amount_change::swap(known, place.get(), by).map(|new| new.totals).map_err(refused)
    });
    let blocked = Signal::derive(move || match result.get() {
        Err(why) => Some(why),
        Ok(_) => reason
            .with(|reason| filled(reason))
            .is_none()
            .then(|| desk_words::reason_wanted(spoken.get()).to_owned()),
    });
    let send = move || {
        let asked = (
            untrack(product),
            quantity.with_untracked(|value| count(value)),
            reason.with_untracked(|reason| filled(reason)),
        );
        let (Some(product), Some(quantity), Some(reason)) = asked else { return };
        let request =
            SwapItemRequest { version, line: place.get_untracked(), product: product.id, quantity, reason };
        console.act(OrderAction::SwapItem, Act::Swap(request));
    };
    let (items, codes) = (order.lines.clone(), order.products.clone());
    let lines = move || {
        let language = spoken.get();
        let option = |(at, item): (usize, &shared::api::LineView)| {
            let words = desk_words::line_of(&visible(&item.name), item.quantity, item.amount, language);
            let code = codes.get(at).map_or("", |code| code.as_str());
            let words = [&words, " ", code].concat();
            let option = el("option").set("value", &at.to_string()).child(words);
            if at == place.get_untracked() { option.set("selected", "") } else { option }
        };
        items.iter().enumerate().map(option).collect::<Vec<_>>()
    };
    let choose_line = move |event| {
        if let Ok(at) = event_target_value(&event).parse::<usize>() {
            place.set(at);
            quantity.set(counts.get(at).copied().unwrap_or(1).to_string());
        }
    };
    let field = |id: &'static str, label: Sentence, select: El| {
        classed("div", "field").child(said("label", label).set("for", id)).child(select.set("id", id))
    };
    let catalogue = move || match products.get() {
        None => said("p", desk_words::loading_products).set("role", "status"),
        Some(Err(failure)) => failure_notice(failure, act(read), None),
        Some(Ok(products)) => {
            let options = move || {
                let language = spoken.get();
                let option = |one: &ProductView| {
                    let (name, code) = (visible(&one.name), one.id.as_str());
                    let words = desk_words::product_at(&name, one.price, one.tax_percent, code, language);
                    el("option").set("value", one.id.as_str()).child(words)
                };
                products.iter().filter(|one| one.on_sale).map(option).collect::<Vec<_>>()
            };
            let select = el("select")
                .on("change", move |event| chosen.set(filled(&event_target_value(&event))))
                .child(el("option").set("value", "").say(desk_words::swap_choose))
                .live(options);
            field("swap-product", desk_words::swap_product, select)
        }
    };
    let shown = move || outcome(totals, result.get(), false, spoken.get());
    let of_lines = el("select").on("change", choose_line).live(lines);
    let fields = group()
        .child(said_in("p", "lead", desk_words::swap_lead))
        .child(field("swap-line", desk_words::swap_line, of_lines))
        .live(catalogue)
        .child(said_line("swap-quantity", words::quantity, Kind::Digits, quantity))
        .child(el("div").set("aria-live", "polite").live(shown))
        .child(area("swap-reason", desk_words::reason, Some(desk_words::reason_hint), LONGEST, reason));
    let (action, submit) = (OrderAction::SwapItem, always(desk_words::swap_run));
    shell(Shell { action, version, newest, submit, blocked, send: Box::new(send) }, fields)
}
