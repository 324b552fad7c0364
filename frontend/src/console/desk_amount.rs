//! 金額変更 and 商品の切り替え: the new total is shown while it is typed, by the server's own function (R39, R40).

use super::desk_fields::{Kind, area, count, filled, line, yen};
use super::desk_sheet::Shell;
use super::failure::FailureNotice;
use super::timer::spawn;
use super::{Sentence, say, use_console};
use crate::api::desk::{self as api, Act};
use leptos::prelude::*;
use shared::amount_change::{self, AmountChange, ChangeRefused, QuantityChange, Terms};
use shared::api::{AmountChangeRequest, Language, OrderView, ProductView, SwapItemRequest};
use shared::cart::{CartLine, Totals};
use shared::id::ProductId;
use shared::money::{TaxRate, Yen};
use shared::order_action::OrderAction;
use shared::text::{desk_words, visible, words};

const LONGEST: u32 = 500;

/// The order's terms as the rules want them. Pages are not told product codes; a line's own place stands in.
fn terms(order: &OrderView) -> Option<Terms> {
    let line = |(place, line): (usize, &shared::api::LineView)| {
        Some(CartLine {
            product_id: ProductId::new(format!("line-{place}")).ok()?,
            name: line.name.clone(),
            unit_price: line.unit_price,
            quantity: line.quantity,
            tax_rate: if line.tax_percent == 8 { TaxRate::Reduced } else { TaxRate::Standard },
        })
    };
    let lines = order.lines.iter().enumerate().map(line).collect::<Option<Vec<_>>>()?;
    Some(Terms { lines, totals: order.totals })
}

/// Present and new total, what lies between, and the tax inside per rate; or why it cannot be.
fn outcome(now: Totals, new: &Result<Totals, String>, with_tax: bool, language: Language) -> AnyView {
    let before =
        view! { <div><dt>{desk_words::total_now(language)}</dt><dd>{now.total.to_string()}</dd></div> };
    match new {
        Err(why) => view! {
            <dl class="live-total">{before}</dl>
            <p class="live-why">{why.clone()}</p>
        }
        .into_any(),
        Ok(new) => {
            let less = now.total.saturating_sub(new.total);
            let tax = move |label: Sentence, amount: Yen| {
                (with_tax && !amount.is_zero())
                    .then(|| view! { <div class="tax"><dt>{label(language)}</dt><dd>{amount.to_string()}</dd></div> })
            };
            view! {
                <dl class="live-total">
                    {before}
                    <div class="sum" data-total=new.total.get().to_string()>
                        <dt>{desk_words::total_new(language)}</dt><dd>{new.total.to_string()}</dd>
                    </div>
                    <div><dt>{desk_words::difference(language)}</dt><dd>"−" {less.to_string()}</dd></div>
                    {tax(words::tax_reduced, new.tax_reduced)}
                    {tax(words::tax_standard, new.tax_standard)}
                </dl>
            }
            .into_any()
        }
    }
}

/// What the typed change comes to.
type Typed = Result<(AmountChange, Totals), String>;

/// 金額変更.
#[component]
pub fn AmountSheet(order: OrderView, newest: Signal<i64>) -> impl IntoView {
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
    let known = terms(&order);
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
    let send = move |()| {
        let (Ok((change, _)), Some(reason)) =
            (result.get_untracked(), reason.with_untracked(|reason| filled(reason)))
        else {
            return;
        };
        console.act(OrderAction::ChangeAmount, Act::Amount(AmountChangeRequest { version, change, reason }));
    };
    let submit = Signal::stored(Some(desk_words::change_run as Sentence));
    let lines = order
        .lines
        .iter()
        .zip(quantities)
        .enumerate()
        .map(|(place, (item, value))| {
            let (name, price) = (visible(&item.name).into_owned(), item.unit_price);
            let label = move || desk_words::quantity_of(&name, price, spoken.get());
            line(format!("quantity-{place}"), label, Kind::Digits, value)
        })
        .collect_view();
    let part = move |id: &'static str, label: Sentence, value| {
        line(id, move || label(spoken.get()).to_owned(), Kind::Digits, value)
    };
    let shown = move || outcome(totals, &result.get().map(|(_, new)| new), true, spoken.get());
    view! {
        <Shell action=OrderAction::ChangeAmount version newest submit blocked send>
            <p class="lead">{say(desk_words::amount_lead)}</p>
            <div class="field-grid">{lines}</div>
            <div class="field-grid">
                {part("shipping-fee", desk_words::shipping_fee, shipping)}
                {part("handling-fees", desk_words::handling_fees, fees)}
                {part("points-used", desk_words::points_used, points)}
                {part("coupon-discount", desk_words::coupon_discount, coupon)}
            </div>
            <div aria-live="polite">{shown}</div>
            <p class="field-hint">{say(desk_words::correction_hint)}</p>
            {area("amount-reason", desk_words::reason, Some(desk_words::reason_hint), LONGEST, reason)}
        </Shell>
    }
}

/// 商品の切り替え.
#[component]
pub fn SwapSheet(order: OrderView, newest: Signal<i64>) -> impl IntoView {
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
    let known = terms(&order);
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
        let tax_rate = known.lines.get(place.get()).map_or(TaxRate::Standard, |line| line.tax_rate);
        // The rate of the new item changes the tax inside, never the total.
        let by = CartLine {
            product_id: product.id,
            name: product.name,
            unit_price: product.price,
            quantity,
            tax_rate,
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
    let send = move |()| {
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
    let submit = Signal::stored(Some(desk_words::swap_run as Sentence));
    let items = order.lines.clone();
    let lines = move || {
        let language = spoken.get();
        let option = |(at, item): (usize, &shared::api::LineView)| {
            let words = desk_words::line_of(&visible(&item.name), item.quantity, item.amount, language);
            view! { <option value=at.to_string() selected=at == place.get_untracked()>{words}</option> }
        };
        items.iter().enumerate().map(option).collect_view()
    };
    let choose_line = move |event| {
        if let Ok(at) = event_target_value(&event).parse::<usize>() {
            place.set(at);
            quantity.set(counts.get(at).copied().unwrap_or(1).to_string());
        }
    };
    let catalogue = move || match products.get() {
        None => view! { <p role="status">{say(desk_words::loading_products)}</p> }.into_any(),
        Some(Err(failure)) => view! { <FailureNotice failure retry=move |()| read()/> }.into_any(),
        Some(Ok(products)) => {
            let options = move || {
                let language = spoken.get();
                let option = |one: &ProductView| {
                    let words = desk_words::product_at(&visible(&one.name), one.price, language);
                    view! { <option value=one.id.to_string()>{words}</option> }
                };
                products.iter().filter(|one| one.on_sale).map(option).collect_view()
            };
            view! {
                <div class="field">
                    <label for="swap-product">{say(desk_words::swap_product)}</label>
                    <select
                        id="swap-product"
                        on:change=move |event| chosen.set(filled(&event_target_value(&event)))
                    >
                        <option value="">{say(desk_words::swap_choose)}</option>
                        {options}
                    </select>
                </div>
            }
            .into_any()
        }
    };
    let shown = move || outcome(totals, &result.get(), false, spoken.get());
    view! {
        <Shell action=OrderAction::SwapItem version newest submit blocked send>
            <p class="lead">{say(desk_words::swap_lead)}</p>
            <div class="field">
                <label for="swap-line">{say(desk_words::swap_line)}</label>
                <select id="swap-line" on:change=choose_line>{lines}</select>
            </div>
            {catalogue}
            {line("swap-quantity", move || words::quantity(spoken.get()).to_owned(), Kind::Digits, quantity)}
            <div aria-live="polite">{shown}</div>
            {area("swap-reason", desk_words::reason, Some(desk_words::reason_hint), LONGEST, reason)}
        </Shell>
    }
}
