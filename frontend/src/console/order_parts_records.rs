//! The parts of 受注詳細 that keep record: links between orders, disputes, refunds, remedies, corrections, ledger.

use super::notice::{Tone, notice};
use super::route::{Link, Route};
use super::{Sentence, say, use_console};
use crate::ui::moment::moment;
use leptos::prelude::*;
use shared::api::{CorrectionView, LedgerLine, LinkedOrder, OrderView, RefundView, RemedyView};
use shared::text::{self, desk_words, visible};

/// What has to be seen before anything else: a dispute, the clock of the authorization, an order in its place.
#[component]
pub fn Alerts(view: Memo<OrderView>) -> impl IntoView {
    let console = use_console();
    let spoken = console.spoken;
    let facts = Memo::new(move |_| {
        view.with(|view| {
            let desk = &view.desk;
            let open: Vec<i64> =
                desk.disputes.iter().filter(|one| one.answered.is_none()).map(|one| one.answer_by).collect();
            (open, desk.expiry_warning, desk.expires_at, desk.link_open_until)
        })
    });
    let shown = move || {
        let language = spoken.get();
        let (disputes, warning, expires_at, link) = facts.get();
        let dispute = disputes.into_iter().min().map(|by| {
            let act = view! { <p>{desk_words::answer_by(language)} ": " {moment(by, language)}</p> };
            notice(
                Tone::Critical,
                desk_words::disputed(language),
                desk_words::disputed_detail(language),
                Some(act.into_any()),
            )
        });
        let clock = warning.map(|warning| {
            let act = expires_at.map(|at| {
                view! { <p>{desk_words::expires_at(language)} ": " {moment(at, language)}</p> }.into_any()
            });
            notice(Tone::Caution, "", text::expiry_warning(warning, language), act)
        });
        let link = link.map(|until| {
            let act = view! { <p>{desk_words::link_until(language)} ": " {moment(until, language)}</p> };
            notice(Tone::Info, "", desk_words::link_open(language), Some(act.into_any()))
        });
        view! { {dispute}{clock}{link} }
    };
    let links =
        Memo::new(move |_| view.with(|view| (view.desk.replaces.clone(), view.desk.replaced_by.clone())));
    let linked = move || {
        let (before, after) = links.get();
        let one = |label: Sentence, order: LinkedOrder| {
            let shop = console.orders.shop()?;
            let route = Route::Orders { shop, order: Some(order.id) };
            Some(view! {
                <div>
                    <dt>{say(label)}</dt>
                    <dd><Link route><span translate="no">{order.number.to_string()}</span></Link></dd>
                </div>
            })
        };
        (before.is_some() || after.is_some()).then(|| {
            view! {
                <dl class="facts linked">
                    {before.and_then(|order| one(desk_words::replaces, order))}
                    {after.and_then(|order| one(desk_words::replaced_by, order))}
                </dl>
            }
        })
    };
    view! { <div class="alerts">{shown}{linked}</div> }
}

/// Everything recorded; parts with nothing in them are absent.
#[component]
pub fn Records(view: Memo<OrderView>) -> impl IntoView {
    let refunds = Memo::new(move |_| view.with(|view| view.desk.refunds.clone()));
    let remedies = Memo::new(move |_| view.with(|view| view.desk.remedies.clone()));
    let corrections = Memo::new(move |_| view.with(|view| view.desk.corrections.clone()));
    let ledger = Memo::new(move |_| view.with(|view| view.desk.ledger.clone()));
    view! {
        {move || part("refunds-heading", desk_words::refunds, refunds.get(), refund)}
        {move || part("remedies-heading", desk_words::remedies, remedies.get(), remedy)}
        {move || part("corrections-heading", desk_words::corrections, corrections.get(), correction)}
        {move || changes(ledger.get())}
    }
}

fn part<T>(
    id: &'static str,
    heading: Sentence,
    items: Vec<T>,
    line: impl Fn(T) -> AnyView,
) -> Option<impl IntoView> {
    (!items.is_empty()).then(|| {
        view! {
            <section class="part" aria-labelledby=id>
                <h2 id=id>{say(heading)}</h2>
                <ul class="records">{items.into_iter().map(line).collect_view()}</ul>
            </section>
        }
    })
}

fn refund(refund: RefundView) -> AnyView {
    let language = use_console().spoken.get();
    let why = desk_words::reason_and_note(refund.reason, refund.note.as_deref(), language);
    view! {
        <li>
            <p class="record-head">
                <strong>{refund.amount.to_string()}</strong>
                <span>{desk_words::refund_progress(refund.progress, language)}</span>
                {refund.refused.map(|code| view! { <code translate="no">{code}</code> })}
            </p>
            <p><bdi>{visible(&why).into_owned()}</bdi></p>
            <p class="weak">
                {moment(refund.asked_at, language)} " · " <bdi>{visible(&refund.by).into_owned()}</bdi>
                {refund.ended_at.map(|at| view! { " → " {moment(at, language)} })}
            </p>
        </li>
    }
    .into_any()
}

fn remedy(remedy: RemedyView) -> AnyView {
    let language = use_console().spoken.get();
    view! {
        <li>
            <p class="record-head">
                <strong>{text::remedy(remedy.remedy, language)}</strong> <span>{remedy.amount.to_string()}</span>
            </p>
            {remedy.note.map(|note| view! { <p><bdi>{visible(&note).into_owned()}</bdi></p> })}
            <p class="weak">
                {moment(remedy.at, language)} " · " <bdi>{visible(&remedy.by).into_owned()}</bdi>
            </p>
        </li>
    }
    .into_any()
}

fn correction(correction: CorrectionView) -> AnyView {
    let language = use_console().spoken.get();
    let state = if correction.done.is_some() { desk_words::done } else { desk_words::undone };
    view! {
        <li>
            <p class="record-head">
                <strong>{desk_words::correction_kind(correction.kind, language)}</strong>
                <span>{desk_words::correction_amount(correction.amount, language)}</span>
                <span>{state(language)}</span>
            </p>
            <p class="weak">
                {desk_words::correction_cause(&correction.cause, language).to_owned()} " · "
                {moment(correction.since, language)}
            </p>
        </li>
    }
    .into_any()
}

fn changes(lines: Vec<LedgerLine>) -> Option<impl IntoView> {
    let language = use_console().spoken.get();
    let row = |line: LedgerLine| {
        let change = format!(
            "{} → {}",
            desk_words::ledger_value(line.field, &line.old, language),
            desk_words::ledger_value(line.field, &line.new, language),
        );
        view! {
            <tr>
                <th scope="row">
                    {desk_words::ledger_field(line.field, language)}
                    {line.subject.map(|subject| {
                        view! { <span class="beside-line weak"><bdi>{visible(&subject).into_owned()}</bdi></span> }
                    })}
                </th>
                <td>
                    <bdi>{visible(&change).into_owned()}</bdi>
                    <span class="beside-line weak"><bdi>{visible(&line.reason).into_owned()}</bdi></span>
                </td>
                <td>
                    <bdi>{visible(&line.by).into_owned()}</bdi>
                    <span class="beside-line weak">{moment(line.at, language)}</span>
                </td>
            </tr>
        }
    };
    (!lines.is_empty()).then(|| {
        view! {
            <section class="part" aria-labelledby="ledger-heading">
                <h2 id="ledger-heading">{say(desk_words::ledger)}</h2>
                <table class="lines beside">
                    <thead>
                        <tr>
                            <th scope="col">{desk_words::ledger_what(language)}</th>
                            <th scope="col">{desk_words::ledger_change(language)}</th>
                            <th scope="col">{desk_words::ledger_by(language)}</th>
                        </tr>
                    </thead>
                    <tbody>{lines.into_iter().map(row).collect_view()}</tbody>
                </table>
            </section>
        }
    })
}
