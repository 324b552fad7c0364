//! What a 一括処理 would do: how many orders, for how many yen, which mails, and what is left out and why.

use super::bulk::AT_ONCE;
use super::pieces::{Tone, notice, said};
use super::{Console, money_sum, use_console};
use crate::ui::el::{El, classed, el, group};
use shared::api::{BulkItem, BulkPreview, Code, EffectFigure, ItemState, Language, MailFigures, OrderRow};
use shared::bulk_plan::BulkEffect;
use shared::text::{self, bulk_words, visible, words};

/// The preview, drawn anew in the language spoken.
pub fn preview() -> El {
    let console = use_console();
    let shown = move || {
        let language = console.spoken.get();
        console.bulk.preview.get().map(|preview| content(console, preview, language))
    };
    group().live(shown)
}

fn content(console: Console, preview: BulkPreview, language: Language) -> El {
    let (included, excluded): (Vec<BulkItem>, Vec<BulkItem>) =
        preview.items.into_iter().partition(|item| item.state == ItemState::Waiting);
    let warning = match preview.included {
        0 => Some(bulk_words::nothing_included(language)),
        count if count > AT_ONCE => Some(bulk_words::too_many(language)),
        _ => None,
    };
    let figure =
        |label: &str, value: String| el("div").child(el("dt").child(label)).child(el("dd").child(value));
    let figures = classed("dl", "figures")
        .child(figure(bulk_words::included(language), words::count(preview.included, language)))
        .child(figure(words::sum(language), preview.total.to_string()))
        .child(figure(bulk_words::excluded(language), words::count(excluded.len(), language)));
    let steps = console.bulk.steps.get_untracked();
    let effect = |one: &EffectFigure| {
        let amount = (!one.amount.is_zero()).then(|| money_sum(one.amount.get()));
        el("li")
            .child(classed("span", "effect-name").child(bulk_words::effect(one.effect, &steps, language)))
            .child(classed("span", "effect-count").child(words::count(one.orders, language)))
            .child(classed("span", "effect-amount").child(amount.unwrap_or_default()))
    };
    let captures = preview.effects.iter().any(|one| one.effect == BulkEffect::Capture);
    let effects: Vec<El> = preview.effects.iter().map(effect).collect();
    let mails = preview.mail.as_ref().filter(|_| preview.included > 0);
    let told = (!effects.is_empty()).then(|| {
        classed("section", "consequence")
            .set("aria-labelledby", "effects-heading")
            .child(said("h3", bulk_words::effects).set("id", "effects-heading"))
            .child(
                classed("ul", "effects").child(effects).child(mails.map(|mails| mail_lines(mails, language))),
            )
            .child(captures.then(|| {
                classed("p", "field-hint")
                    .child(bulk_words::capture_lead(language))
                    .child(" ")
                    .child(bulk_words::amazon_mails(language))
            }))
    });
    let list = |heading: El, id: &str, items: Vec<BulkItem>| {
        let rows: Vec<El> = items.into_iter().map(|item| line(console, item, language)).collect();
        let heading = heading.child(" ").child(words::count(rows.len(), language)).set("id", id);
        (!rows.is_empty()).then(|| group().child(heading).child(classed("ul", "items").child(rows)))
    };
    group()
        .child(warning.map(|warning| notice(Tone::Caution, "", warning, None)))
        .child(figures)
        .child(told)
        .child(
            mails
                .filter(|mails| mails.no_server)
                .map(|_| notice(Tone::Caution, "", bulk_words::no_server(language), None)),
        )
        .child(list(said("h3", bulk_words::excluded), "bulk-excluded", excluded))
        .child(list(said("h3", bulk_words::included), "bulk-included", included))
}

/// Which mails go out.
fn mail_lines(mails: &MailFigures, language: Language) -> El {
    let line = |name: &str, count: usize| {
        el("li")
            .child(
                classed("span", "effect-name")
                    .child(bulk_words::mails(language))
                    .child(classed("span", "effect-template").child(name)),
            )
            .child(classed("span", "effect-count").child(words::count(count, language)))
            .child(classed("span", "effect-amount"))
    };
    let kinds: Vec<El> =
        mails.kinds.iter().map(|one| line(text::mail_kind(one.kind, language), one.count)).collect();
    let without = bulk_words::without_mail(mails.no_template, mails.no_address, language);
    group()
        .child(kinds)
        .child(without.filter(|_| !mails.no_server).map(|why| classed("li", "field-hint").child(why)))
}

fn line(console: Console, item: BulkItem, language: Language) -> El {
    let row =
        console.bulk.rows.with_untracked(|rows| rows.iter().find(|row| row.id == item.order_id).cloned());
    let name = row.as_ref().map(|row| visible(&row.buyer_name).into_owned()).unwrap_or_default();
    let why = item.problem.map(|problem| why(row.as_ref(), problem.code, problem.title, language));
    classed("li", "item")
        .child(classed("span", "item-number").set("translate", "no").child(item.number.to_string()))
        .child(classed("bdi", "item-name").child(name))
        .child(classed("span", "item-amount").child(item.amount.to_string()))
        .child(why.map(|why| classed("span", "item-why").child(why)))
}

/// The server's reason; where that names only that a capture is not possible, what the row shows says more.
fn why(row: Option<&OrderRow>, code: Code, title: String, language: Language) -> String {
    match (code, row) {
        (Code::CaptureNotAllowed, Some(row)) => words::why_excluded(row, language).to_owned(),
        _ => title,
    }
}
