//! The parts of 受注詳細 that keep record: links between orders, disputes, refunds, remedies, corrections, ledger.

use super::pieces::{Tone, fact, head, notice, part, typed};
use super::route::{Route, link};
use super::{Sentence, use_console};
use crate::ui::el::{El, classed, el, group};
use crate::ui::moment::moment;
use crate::ui::signal::Memo;
use shared::api::{
    CancelReason, CorrectionView, LedgerLine, LinkedOrder, LinkedSubscription, OrderMail, OrderView,
    RefundView, RemedyView,
};
use shared::order::OrderStatus;
use shared::order_action::OrderAction;
use shared::text::{self, desk_words, subscription_words};

/// What has to be seen before anything else: a dispute, the clock of the authorization, an order in its place.
pub fn alerts(view: Memo<OrderView>) -> El {
    let console = use_console();
    let spoken = console.spoken;
    let facts = move || {
        view.with(|view| {
            let desk = &view.desk;
            let open: Vec<i64> =
                desk.disputes.iter().filter(|one| one.answered.is_none()).map(|one| one.answer_by).collect();
            (open, desk.expiry_warning, desk.expires_at, desk.link_open_until, may_pay_anew(view))
        })
    };
    let shown = move || {
        let language = spoken.get();
        let (disputes, warning, expires_at, link, anew) = facts();
        let when = |label: &str, at: i64| el("p").child([label, ": "].concat()).child(moment(at, language));
        let dispute = disputes.into_iter().min().map(|by| {
            notice(
                Tone::Critical,
                desk_words::disputed(language),
                desk_words::disputed_detail(language),
                Some(when(desk_words::answer_by(language), by)),
            )
        });
        let clock = warning.map(|warning| {
            let end = expires_at.map(|at| when(desk_words::expires_at(language), at));
            notice(Tone::Caution, "", text::expiry_warning(warning, language), end)
        });
        let link = link.map(|until| {
            let end = when(desk_words::link_until(language), until);
            notice(Tone::Info, "", desk_words::link_open(language), Some(end))
        });
        let anew = anew.then(|| {
            let (title, ways) = (desk_words::mistake_title(language), desk_words::mistake_ways(language));
            notice(Tone::Info, title, ways, None)
        });
        group().child(dispute).child(clock).child(link).child(anew)
    };
    let links = move || {
        view.with(|view| {
            let desk = &view.desk;
            (desk.replaces.clone(), desk.replaced_by.clone(), desk.bundle.clone(), desk.subscription.clone())
        })
    };
    let linked = move || {
        let (before, after, bundle, subscription) = links();
        let of = |one: LinkedSubscription| {
            let language = spoken.get();
            let shop = console.orders.shop()?;
            let what = subscription_words::nth_delivery(
                one.period,
                &text::my_day(one.date, true, language),
                language,
            );
            let route = Route::Subscriptions { shop, subscription: Some(one.id) };
            Some(fact(subscription_words::of_subscription, link(route, "").child(what)))
        };
        let one = |label: Sentence, order: LinkedOrder| {
            let shop = console.orders.shop()?;
            let number = el("span").set("translate", "no").child(order.number.to_string());
            let route = Route::Orders { shop, order: Some(order.id) };
            Some(fact(label, link(route, "").child(number)))
        };
        (before.is_some() || after.is_some() || !bundle.is_empty() || subscription.is_some()).then(|| {
            let bundle = bundle.into_iter().filter_map(|order| one(desk_words::bundled, order));
            classed("dl", "facts linked")
                .child(before.and_then(|order| one(desk_words::replaces, order)))
                .child(after.and_then(|order| one(desk_words::replaced_by, order)))
                .child(bundle.collect::<Vec<_>>())
                .child(subscription.and_then(of))
        })
    };
    classed("div", "alerts").live(shown).live(linked)
}

/// Whether it was captured by mistake, is given back, and waits for a link to pay or another order (R38).
fn may_pay_anew(view: &OrderView) -> bool {
    let desk = &view.desk;
    let may_link =
        desk.actions.iter().any(|one| one.action == OrderAction::SendPaymentLink && one.refused.is_none());
    let is_mistake = desk.refunds.last().is_some_and(|one| one.reason == CancelReason::Mistake);
    let is_canceled = view.row.order_status == OrderStatus::Canceled;
    is_canceled && is_mistake && may_link && desk.link_open_until.is_none()
}

/// Everything recorded; parts with nothing in them are absent.
pub fn records(view: Memo<OrderView>) -> El {
    let refunds = move || view.with(|view| view.desk.refunds.clone());
    let remedies = move || view.with(|view| view.desk.remedies.clone());
    let corrections = move || view.with(|view| view.desk.corrections.clone());
    let mails = move || view.with(|view| view.desk.mails.clone());
    let ledger = move || view.with(|view| view.desk.ledger.clone());
    group()
        .live(move || list("refunds-heading", desk_words::refunds, refunds(), refund))
        .live(move || list("remedies-heading", desk_words::remedies, remedies(), remedy))
        .live(move || list("corrections-heading", desk_words::corrections, corrections(), correction))
        .live(move || list("mails-heading", desk_words::mails, mails(), mail))
        .live(move || changes(ledger()))
}

fn list<T>(id: &'static str, heading: Sentence, items: Vec<T>, line: fn(T) -> El) -> Option<El> {
    let items: Vec<El> = items.into_iter().map(line).collect();
    (!items.is_empty()).then(|| part("part", id, heading).child(classed("ul", "records").child(items)))
}

fn record(head: Vec<El>, note: Option<&str>, rest: El) -> El {
    let head = head.into_iter().fold(classed("p", "record-head"), |all, one| all.child(one).child(" "));
    el("li").child(head).child(note.map(|note| el("p").child(typed(note)))).child(rest)
}

fn strong(text: &str) -> El {
    el("strong").child(text)
}

fn span(text: &str) -> El {
    el("span").child(text)
}

fn by(at: i64, by: &str, language: shared::api::Language) -> El {
    classed("p", "weak").child(moment(at, language)).child(" · ").child(typed(by))
}

fn refund(refund: RefundView) -> El {
    let language = use_console().spoken.get();
    let why = desk_words::reason_and_note(refund.reason, refund.note.as_deref(), language);
    let mut head = vec![
        strong(&refund.amount.to_string()),
        span(desk_words::refund_progress(refund.progress, language)),
    ];
    head.extend(refund.refused.map(|code| el("code").set("translate", "no").child(code)));
    let ended = refund.ended_at.map(|at| group().child(" → ").child(moment(at, language)));
    record(head, Some(&why), by(refund.asked_at, &refund.by, language).child(ended))
}

fn remedy(remedy: RemedyView) -> El {
    let language = use_console().spoken.get();
    let head = vec![strong(text::remedy(remedy.remedy, language)), span(&remedy.amount.to_string())];
    record(head, remedy.note.as_deref(), by(remedy.at, &remedy.by, language))
}

fn correction(correction: CorrectionView) -> El {
    let language = use_console().spoken.get();
    let state = if correction.done.is_some() { desk_words::done } else { desk_words::undone };
    let head = vec![
        strong(desk_words::correction_kind(correction.kind, language)),
        span(&desk_words::correction_amount(correction.amount, language)),
        span(state(language)),
    ];
    let cause = desk_words::correction_cause(&correction.cause, language);
    let rest = classed("p", "weak").child([cause, " · "].concat()).child(moment(correction.since, language));
    record(head, None, rest)
}

/// When it went out, or, of one that has not, since when it is there.
fn mail(mail: OrderMail) -> El {
    let language = use_console().spoken.get();
    let head =
        vec![strong(text::mail_kind(mail.kind, language)), span(text::mail_state(mail.state, language))];
    let at = mail.sent_at.unwrap_or(mail.created_at);
    record(head, None, classed("p", "weak").child(moment(at, language)))
}

fn changes(lines: Vec<LedgerLine>) -> Option<El> {
    let language = use_console().spoken.get();
    let beside = |child: El| classed("span", "beside-line weak").child(child);
    let row = |line: LedgerLine| {
        let change = [
            desk_words::ledger_value(line.field, &line.old, language).as_str(),
            " → ",
            &desk_words::ledger_value(line.field, &line.new, language),
        ]
        .concat();
        let what = el("th")
            .set("scope", "row")
            .child(desk_words::ledger_field(line.field, language))
            .child(line.subject.map(|subject| beside(typed(&subject))));
        el("tr")
            .child(what)
            .child(el("td").child(typed(&change)).child(beside(typed(&line.reason))))
            .child(el("td").child(typed(&line.by)).child(beside(moment(line.at, language))))
    };
    (!lines.is_empty()).then(|| {
        let columns = [
            desk_words::ledger_what(language),
            desk_words::ledger_change(language),
            desk_words::ledger_by(language),
        ];
        let columns = columns.map(|words| el("th").set("scope", "col").child(words));
        let rows: Vec<El> = lines.into_iter().map(row).collect();
        part("part", "ledger-heading", desk_words::ledger)
            .child(classed("table", "lines beside").child(head(columns)).child(el("tbody").child(rows)))
    })
}
