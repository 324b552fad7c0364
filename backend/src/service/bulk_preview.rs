//! What a 一括処理 would do: which orders, what happens to them, which mails go out, and what is left out and why (R32, R33).
//!
//! Nothing is stored and nobody is asked. A run judges its orders by the same function when it starts: [`judged`].

use super::bulk_run::{BulkError, MAX_ORDERS};
use super::compose_mail::{self, NoMail};
use super::desk;
use super::shops::OpenShop;
use crate::app::App;
use crate::store::bulk::BulkItemRow;
use crate::store::orders::{self, Order};
use shared::api::{
    BulkItem, BulkPreview, BulkRunRequest, ChosenOrder, Code, EffectFigure, ItemState, Language, MailFigure,
    MailFigures, Problem,
};
use shared::bulk_plan::{BulkEffect, BulkStep, BulkSteps, is_taken, plan};
use shared::mail::MailKind;
use shared::money::Yen;
use shared::order_action::ActionRefused;

/// A chosen order as the rules see it now.
pub(super) struct Judged {
    /// As it is stored with the run.
    pub item: BulkItemRow,
    /// The order.
    pub order: Order,
    /// What it takes; nothing where it is left out.
    pub steps: Vec<BulkStep>,
}

/// What a run would do: its orders, what they come to, and which are left out and why. Nothing is stored.
///
/// # Errors
/// [`BulkError`].
pub async fn preview(
    app: &App,
    shop: &OpenShop,
    request: &BulkRunRequest,
    language: Language,
) -> Result<BulkPreview, BulkError> {
    let judged = judged(app, shop, &request.steps, &request.orders).await?;
    let included = judged.iter().filter(|one| one.item.problem.is_none());
    let total = included.clone().try_fold(Yen::ZERO, |sum, one| sum.checked_add(one.item.amount));
    Ok(BulkPreview {
        included: included.count(),
        total: total.ok_or(BulkError::Shape)?,
        effects: effects(&judged).ok_or(BulkError::Shape)?,
        mail: request.steps.send_mail.then(|| mails(shop, &request.steps, &judged)),
        items: judged.into_iter().map(|one| shown(one.item, language)).collect(),
    })
}

/// What happens to how many orders; `None` beyond what an amount can hold.
fn effects(judged: &[Judged]) -> Option<Vec<EffectFigure>> {
    let all: Vec<(BulkEffect, Yen)> = judged
        .iter()
        .flat_map(|one| one.steps.iter().map(|step| step.effect(&desk::facts(&one.order, false))))
        .collect();
    let figure = |effect| {
        let of_it = all.iter().filter(|(one, _)| *one == effect);
        let amount = of_it.clone().try_fold(Yen::ZERO, |sum, (_, amount)| sum.checked_add(*amount))?;
        Some(EffectFigure { effect, orders: of_it.count(), amount })
    };
    let figures: Vec<EffectFigure> = BulkEffect::ALL.into_iter().map(figure).collect::<Option<_>>()?;
    Some(figures.into_iter().filter(|figure| figure.orders > 0).collect())
}

/// The mails that go out if every step succeeds.
fn mails(shop: &OpenShop, steps: &BulkSteps, judged: &[Judged]) -> MailFigures {
    let found: Vec<Result<MailKind, NoMail>> = judged
        .iter()
        .filter(|one| one.item.problem.is_none())
        .map(|one| {
            let status = steps.status.unwrap_or(one.order.order_status);
            compose_mail::status_template(shop, &one.order, status)
        })
        .collect();
    let count = |wanted| found.iter().filter(|one| **one == wanted).count();
    MailFigures {
        kinds: MailKind::ALL
            .into_iter()
            .map(|kind| MailFigure { kind, count: count(Ok(kind)) })
            .filter(|figure| figure.count > 0)
            .collect(),
        no_template: count(Err(NoMail::NoTemplate)),
        no_address: count(Err(NoMail::NoAddress)),
        no_server: shop.settings.smtp.is_none(),
    }
}

/// The chosen orders as the rules see them now.
///
/// # Errors
/// [`BulkError`].
pub(super) async fn judged(
    app: &App,
    shop: &OpenShop,
    steps: &BulkSteps,
    chosen: &[ChosenOrder],
) -> Result<Vec<Judged>, BulkError> {
    let twice = chosen.iter().enumerate().any(|(n, one)| chosen[..n].iter().any(|other| other.id == one.id));
    if chosen.is_empty() || chosen.len() > MAX_ORDERS || twice || !steps.is_sound() {
        return Err(BulkError::Shape);
    }
    let now = app.clock.now();
    let reader = app.store.reader().await?;
    let mut all = Vec::with_capacity(chosen.len());
    for (item_number, one) in (0_i64..).zip(chosen) {
        let order = orders::find(&reader, &shop.id, &one.id).await?.ok_or(BulkError::Unknown)?;
        let planned = if order.same_terms_as(one.version) {
            plan(steps, &desk::facts(&order, false), now).map_err(|refused| match refused {
                // Other codes name the way on: authorize anew, or nothing for a canceled order (R41).
                ActionRefused::PaymentState if steps.capture => Code::CaptureNotAllowed,
                refused => refused.into(),
            })
        } else if steps.capture && is_taken(&order.payment) {
            // Not "nothing was taken": a colleague has done it.
            Err(Code::AlreadyCaptured)
        } else {
            Err(Code::OrderChanged)
        };
        let problem = planned.as_ref().err().copied();
        let item = BulkItemRow {
            item_number,
            order_id: order.id.clone(),
            order_number: order.number.clone(),
            order_version: one.version,
            amount: order.total(),
            state: if problem.is_some() { ItemState::LeftOut } else { ItemState::Waiting },
            problem,
            asked: None,
            mail: None,
            doubt: None,
        };
        all.push(Judged { item, order, steps: planned.unwrap_or_default() });
    }
    Ok(all)
}

/// An order of a run for the page.
pub(super) fn shown(item: BulkItemRow, language: Language) -> BulkItem {
    BulkItem {
        order_id: item.order_id,
        number: item.order_number,
        amount: item.amount,
        state: item.state,
        problem: item.problem.map(|code| Problem::new(code, language)),
        mail: item.mail,
        since: None,
        goes_on: false,
    }
}
