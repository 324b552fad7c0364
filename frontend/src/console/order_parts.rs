//! The parts of 受注詳細 that only show.

use super::desk_amazon::AmazonSideView;
use super::notice::{Tone, notice};
use super::{Sentence, say, use_console};
use crate::ui::copy::Copyable;
use crate::ui::moment::moment;
use leptos::prelude::*;
use shared::api::{AddressView, LineView, OrderView};
use shared::cart::Totals;
use shared::money::Yen;
use shared::text::{self, desk_words, visible, words};

fn seen(text: &str) -> String {
    visible(text).into_owned()
}

/// What was bought and what it adds up to.
#[component]
pub fn Lines(view: Memo<OrderView>) -> impl IntoView {
    let lines = Memo::new(move |_| view.with(|view| view.lines.clone()));
    let totals = Memo::new(move |_| view.with(|view| view.totals));
    let row = |line: LineView| {
        view! {
            <tr>
                <th scope="row" class="line-name"><bdi>{seen(&line.name)}</bdi></th>
                <td class="number">{line.unit_price.to_string()}</td>
                <td class="number">{line.quantity}</td>
                <td class="number">{line.tax_percent} "%"</td>
                <td class="number">{line.amount.to_string()}</td>
            </tr>
        }
    };
    view! {
        <section class="part" aria-labelledby="lines-heading">
            <h2 id="lines-heading">{say(words::lines)}</h2>
            <table class="lines">
                <thead>
                    <tr>
                        <th scope="col">{say(words::item)}</th>
                        <th scope="col" class="number">{say(words::unit_price)}</th>
                        <th scope="col" class="number">{say(words::quantity)}</th>
                        <th scope="col" class="number">{say(words::tax_rate)}</th>
                        <th scope="col" class="number">{say(words::line_amount)}</th>
                    </tr>
                </thead>
                <tbody>{move || lines.get().into_iter().map(row).collect_view()}</tbody>
            </table>
            <dl class="totals">{move || sums(totals.get())}</dl>
        </section>
    }
}

/// Every part of the total that is not ¥0, the total, and the tax inside it per rate.
fn sums(totals: Totals) -> impl IntoView {
    let sum = |label: Sentence, amount: Yen, less: bool, class: &'static str| {
        let sign = if less { "−" } else { "" };
        view! { <div class=class><dt>{say(label)}</dt><dd>{sign}{amount.to_string()}</dd></div> }
    };
    let part = |label, amount: Yen, less| (!amount.is_zero()).then(|| sum(label, amount, less, ""));
    view! {
        {sum(text::goods, totals.goods, false, "")}
        {sum(text::shipping_fee, totals.shipping_fee, false, "")}
        {part(text::handling_fees, totals.handling_fees, false)}
        {part(text::points, totals.points_used, true)}
        {part(text::coupon, totals.coupon_discount, true)}
        {sum(words::total, totals.total, false, "sum")}
        {(!totals.tax_reduced.is_zero()).then(|| sum(words::tax_reduced, totals.tax_reduced, false, "tax"))}
        {(!totals.tax_standard.is_zero()).then(|| sum(words::tax_standard, totals.tax_standard, false, "tax"))}
    }
}

/// Who bought, where it goes, and what is missing there.
#[component]
pub fn Buyer(view: Memo<OrderView>) -> impl IntoView {
    let spoken = use_console().spoken;
    let gaps = Memo::new(move |_| view.with(|view| view.gaps.clone()));
    let warnings = move || {
        let language = spoken.get();
        let area = view.with(|view| view.area_not_served);
        let area = area
            .then(|| notice(Tone::Critical, words::area_title(language), words::area_detail(language), None));
        let gap = (!gaps.get().is_empty())
            .then(|| notice(Tone::Caution, words::gaps_title(language), words::gaps_detail(language), None));
        view! { {area}{gap} }
    };
    let missing = move || {
        let language = spoken.get();
        let flag = |gap| {
            view! {
                <div><dt>{words::gap(gap, language)}</dt><dd><span class="missing">{words::missing(language)}</span></dd></div>
            }
        };
        gaps.get().into_iter().map(flag).collect_view()
    };
    let name = view.with_untracked(|view| seen(&view.row.buyer_name));
    let mail = move || match view.with(|view| view.buyer_mail.clone()) {
        Some(mail) => view! {
            <Copyable code=seen(&mail) label=Signal::derive(say(words::mail)) language=spoken/>
        }
        .into_any(),
        None => view! { <span class="missing">{say(words::missing)}</span> }.into_any(),
    };
    let address = Memo::new(move |_| view.with(|view| view.address.clone()));
    view! {
        <section class="part" aria-labelledby="buyer-heading">
            <h2 id="buyer-heading">{say(words::buyer_and_address)}</h2>
            {warnings}
            <dl class="facts">
                <div><dt>{say(words::buyer)}</dt><dd><bdi>{name}</bdi></dd></div>
                <div><dt>{say(words::mail)}</dt><dd>{mail}</dd></div>
                {move || match address.get() {
                    Some(address) => address_rows(address).into_any(),
                    None => view! { <div><dt>{say(words::address)}</dt><dd>{say(words::no_address)}</dd></div> }.into_any(),
                }}
                {missing}
            </dl>
            <NameParts view/>
        </section>
    }
}

/// Names in parts and kana, in the delivery address and in the profile: what nobody told yet is flagged (R45).
#[component]
fn NameParts(view: Memo<OrderView>) -> impl IntoView {
    let spoken = use_console().spoken;
    let identity = Memo::new(move |_| view.with(|view| view.desk.identity.clone()));
    move || {
        let language = spoken.get();
        let identity = identity.get();
        let value = |parts: [&str; 2]| {
            let said = parts.join(" ").trim().to_owned();
            if parts.iter().any(|part| part.trim().is_empty()) {
                view! { <bdi>{seen(&said)}</bdi> " " <span class="missing">{words::missing(language)}</span> }
                    .into_any()
            } else {
                view! { <bdi>{seen(&said)}</bdi> }.into_any()
            }
        };
        let place = |label: &'static str, person: &shared::api::PersonView| {
            let name = &person.name;
            view! {
                <div>
                    <dt>{label}</dt>
                    <dd>
                        <span class="address-line">
                            {desk_words::full_name(language)} ": " {value([&name.family, &name.given])}
                        </span>
                        <span class="address-line">
                            {desk_words::kana(language)} ": " {value([&name.family_kana, &name.given_kana])}
                        </span>
                    </dd>
                </div>
            }
        };
        let profile = if identity.is_member { desk_words::in_profile } else { desk_words::in_buyer_data };
        view! {
            <dl class="facts">
                {place(desk_words::in_delivery(language), &identity.delivery)}
                {place(profile(language), &identity.profile)}
            </dl>
        }
    }
}

fn address_rows(address: AddressView) -> impl IntoView {
    let first = [address.postal_code, address.prefecture].into_iter().flatten();
    let lines =
        first.chain(address.lines).map(|line| view! { <bdi class="address-line">{seen(&line)}</bdi> });
    view! {
        <div><dt>{say(words::recipient)}</dt><dd><bdi>{seen(&address.name)}</bdi></dd></div>
        <div><dt>{say(words::address)}</dt><dd>{lines.collect_view()}</dd></div>
        {address.phone.map(|phone| view! { <div><dt>{say(words::phone)}</dt><dd>{seen(&phone)}</dd></div> })}
    }
}

/// What Amazon calls it.
#[component]
pub fn AmazonIds(view: Memo<OrderView>) -> impl IntoView {
    let spoken = use_console().spoken;
    let id = move |label: Sentence, read: fn(&OrderView) -> Option<String>| {
        let id = Memo::new(move |_| view.with(read));
        let said = Signal::derive(say(label));
        let shown = move || match id.get() {
            Some(code) => view! { <Copyable code label=said language=spoken/> }.into_any(),
            None => view! { <span class="weak">{say(words::no_id)}</span> }.into_any(),
        };
        view! { <div><dt>{say(label)}</dt><dd>{shown}</dd></div> }
    };
    view! {
        <section class="part" aria-labelledby="ids-heading">
            <h2 id="ids-heading">{say(words::amazon_ids)}</h2>
            <dl class="facts">
                {id(words::charge_permission, |view| view.charge_permission_id.clone())}
                {id(words::charge, |view| view.charge_id.clone())}
            </dl>
            <AmazonSideView view/>
        </section>
    }
}

/// What happened, by whom, when; newest last.
#[component]
pub fn Timeline(view: Memo<OrderView>) -> impl IntoView {
    let spoken = use_console().spoken;
    let entries = Memo::new(move |_| view.with(|view| view.timeline.clone()));
    let list = move || {
        let language = spoken.get();
        let item = |entry: shared::api::TimelineEntry| {
            let what = language.pick(&entry.text_ja, &entry.text_en);
            let request = entry.request_id.map(|code| {
                view! {
                    <p class="event-request">
                        <span>{words::amazon_request(language)}</span>
                        <Copyable code label=words::amazon_request(language) language=spoken/>
                    </p>
                }
            });
            view! {
                <li class="event">
                    <p class="event-what"><bdi>{seen(what)}</bdi></p>
                    <p class="event-when">
                        {moment(entry.at, language)} " · " <bdi>{seen(words::actor(&entry.actor, language))}</bdi>
                    </p>
                    {request}
                </li>
            }
        };
        entries.get().into_iter().map(item).collect_view()
    };
    view! {
        <section class="part" aria-labelledby="timeline-heading">
            <h2 id="timeline-heading">{say(words::timeline)}</h2>
            <ol class="timeline">{list}</ol>
        </section>
    }
}
