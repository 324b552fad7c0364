//! Which mail follows from what, and its words.
//!
//! The row and its job are put into the batch of the cause, so a mail exists exactly when its cause was stored. Its
//! words are made later, by the worker: nothing about a mail can fail a payment. Without a mail server no mail
//! exists. Start at [`order_confirmation`] and [`compose`].

use super::shops::OpenShop;
use super::{desk, send_payment_link, tell_subscription};
use crate::app::App;
use crate::secret;
use crate::shop::Shop;
use crate::store::checkouts::{self, CheckoutRow};
use crate::store::mails::{self, MailRow, Words};
use crate::store::orders::{self, Order};
use crate::store::timeline::{Happened, Note};
use crate::store::{
    Batch, Reader, StoreError, catalogue, intents, jobs, mail_templates, payment_links, remedies,
    subscriptions,
};
use crate::worker::kind;
use jiff::Timestamp;
use shared::api::{Language, MailState};
use shared::bulk_standing::{self, AskedStep, LONGEST_WAIT, Shown, Waiting};
use shared::cart::CartSubscription;
use shared::checkout::Checkout;
use shared::id::{JobId, OperatorId, OrderId, SubscriptionId};
use shared::mail::{MailContent, MailKind, NewsFacts, PaymentWords, Template, Terms};
use shared::order::{OrderOrigin, OrderStatus};
use shared::payment::PaymentState;
use shared::payment_method::PaymentMethod;

/// From the press of 注文する until the sweeper looks; an order placed later was placed for somebody who had left.
const GONE_AFTER: i64 = super::press_order::SWEEP_AFTER_PRESS;

/// The confirmation of an order that was just placed.
pub fn order_confirmation(shop: &Shop, row: &CheckoutRow, order: &Order, now: Timestamp) -> Batch {
    let pressed = match &row.checkout {
        Checkout::Ordered { at, .. } => Some(*at),
        Checkout::Completing { ordered_at, .. } => Some(*ordered_at),
        _ => None,
    };
    let late = pressed.is_some_and(|at| now.as_millisecond() - at.as_millisecond() >= GONE_AFTER);
    let kind = if late { MailKind::LateConfirmation } else { MailKind::OrderConfirmation };
    enqueue(shop, order, kind, None, now)
}

/// What the shopper is told when 与信保留 ends (R89): that all is well, or how to pay again.
pub fn after_authorization(shop: &Shop, before: &Order, after: &Order, now: Timestamp) -> Batch {
    // A renewal's buyer is told by the subscription.
    if before.payment.state() != PaymentState::AuthorizationPending || before.origin == OrderOrigin::Renewal {
        return Batch::new();
    }
    match after.payment.state() {
        PaymentState::Authorized => enqueue(shop, after, MailKind::AuthorizationResult, None, now),
        PaymentState::AuthorizationDeclined => enqueue(shop, after, MailKind::PayAgain, None, now),
        _ => Batch::new(),
    }
}

/// A mail that is to be stored; that of a 受注ステータス where an operator ticked it (R33).
pub struct NewMail {
    /// The mail, for whoever wants to know what became of it.
    pub id: String,
    /// Its row and its job.
    pub batch: Batch,
}

/// Why no mail tells of a 受注ステータス.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMail {
    /// 新規受付 has no template.
    NoTemplate,
    /// The shop has no mail server.
    NoServer,
    /// The buyer has no mail address.
    NoAddress,
}

/// The template that tells of `status`.
///
/// # Errors
/// [`NoMail`].
pub fn status_template(shop: &Shop, order: &Order, status: OrderStatus) -> Result<MailKind, NoMail> {
    let kind = MailKind::of_status(status).ok_or(NoMail::NoTemplate)?;
    if shop.settings.smtp.is_none() {
        return Err(NoMail::NoServer);
    }
    if order.buyer.mail.is_none() {
        return Err(NoMail::NoAddress);
    }
    Ok(kind)
}

/// The mail of a 受注ステータス; with `waits_for` it waits until that step has succeeded, and is not sent where it fails.
pub fn order_status(
    shop: &Shop,
    order: &Order,
    status: OrderStatus,
    waits_for: Option<AskedStep>,
    now: Timestamp,
) -> Option<NewMail> {
    let kind = status_template(shop, order, status).ok()?;
    let recipient = order.buyer.mail.as_ref()?;
    made(shop, Cause { order: &order.id, kind, recipient, link: None, waits_for, news: None }, now)
}

/// An operator's link to pay (R38).
pub fn payment_link(shop: &Shop, order: &Order, link: &str, now: Timestamp) -> Batch {
    enqueue(shop, order, MailKind::PaymentLink, Some(link), now)
}

/// Why a mail is to exist.
pub struct Cause<'a> {
    /// About which order; of a subscription's mail, its first one where it is about none.
    pub order: &'a OrderId,
    /// What for.
    pub kind: MailKind,
    /// Where to.
    pub recipient: &'a str,
    /// What it is about.
    pub link: Option<&'a str>,
    /// The step whose outcome it waits for.
    pub waits_for: Option<AskedStep>,
    /// About which subscription, and what of it.
    pub news: Option<(SubscriptionId, NewsFacts)>,
}

fn enqueue(shop: &Shop, order: &Order, kind: MailKind, link: Option<&str>, now: Timestamp) -> Batch {
    let Some(recipient) = &order.buyer.mail else { return Batch::new() };
    queue(shop, Cause { order: &order.id, kind, recipient, link, waits_for: None, news: None }, now)
}

/// The mail's row and its job; nothing where the shop has no mail server.
pub fn queue(shop: &Shop, cause: Cause<'_>, now: Timestamp) -> Batch {
    made(shop, cause, now).map_or_else(Batch::new, |mail| mail.batch)
}

fn made(shop: &Shop, cause: Cause<'_>, now: Timestamp) -> Option<NewMail> {
    let smtp = shop.settings.smtp.as_ref()?;
    let id = secret::timed_id(now);
    let host = smtp.from_address.rsplit('@').next().unwrap_or("localhost");
    let at = now.as_millisecond();
    let mail = MailRow {
        shop_id: shop.id.clone(),
        message_id: format!("<{id}@{host}>"),
        id,
        order_id: cause.order.clone(),
        news: cause.news,
        kind: cause.kind,
        recipient: cause.recipient.to_owned(),
        link: cause.link.map(str::to_owned),
        waits_for: cause.waits_for,
        words: None,
        state: MailState::Queued,
        attempts: 0,
        answer_code: None,
        due_at: at,
        created_at: at,
        sent_at: None,
        version: 1,
    };
    let mut batch = Batch::from(mails::insert(&mail));
    batch.push(job(&mail, at, now));
    Some(NewMail { id: mail.id, batch })
}

/// The job that looks at the mail at `due_at` (Unix ms); one at a time.
pub fn job(mail: &MailRow, due_at: i64, now: Timestamp) -> crate::store::Statement {
    jobs::enqueue_once(&jobs::NewJob {
        shop_id: &mail.shop_id,
        job_id: &JobId::new(secret::timed_id(now)).expect("a timed id is an id"),
        kind: kind::SEND_MAIL,
        subject: &mail.id,
        payload: "{}",
        due_at,
        now: now.as_millisecond(),
    })
}

/// What is to be done with a mail that has no words yet.
pub enum Composed {
    /// These are its words, as of this version of the order it is about, and what has to be stored with them.
    Words(Box<Words>, Option<Box<Order>>, Batch),
    /// The step it waits for is not finished.
    Wait,
    /// The reason for it is gone.
    Skip,
}

/// Makes the words of a mail from the order as it is now.
///
/// # Errors
/// The database failed.
pub async fn compose(app: &App, shop: &OpenShop, mail: &MailRow) -> Result<Composed, StoreError> {
    let reader = app.store.reader().await?;
    if let Some((id, facts)) = &mail.news {
        let told = tell_subscription::content(app, shop, &reader, mail, (id, facts)).await?;
        let Some(told) = told else { return Ok(Composed::Skip) };
        let tell_subscription::Told { language, content, order, batch } = told;
        let template = template(&reader, mail, language).await?;
        let words = words(app, &template, &content, language);
        return Ok(Composed::Words(Box::new(words), order.map(Box::new), batch));
    }
    let Some(order) = orders::find(&reader, &mail.shop_id, &mail.order_id).await? else {
        return Ok(Composed::Skip);
    };
    if let Some(step) = mail.waits_for {
        let open = intents::find_open(&reader, &mail.shop_id, order.id.as_str()).await?.is_some();
        let shown = Shown { payment: order.payment.state(), order_status: order.order_status, open };
        let waited = app.clock.now_ms() - mail.created_at;
        match bulk_standing::mail_after(step, mail.kind, shown) {
            Waiting::Send => {}
            Waiting::Wait if i128::from(waited) < LONGEST_WAIT.as_millis() => return Ok(Composed::Wait),
            Waiting::Wait | Waiting::Skip => return Ok(Composed::Skip),
        }
    }
    // Nobody who was not told to wait needs to hear that the waiting is over.
    if mail.kind == MailKind::AuthorizationResult
        && !mails::was_told_pending(&reader, &mail.shop_id, &mail.order_id).await?
    {
        return Ok(Composed::Skip);
    }
    let (language, begun) = origin(&reader, &order).await?;
    let (link, batch) = match (&mail.link, mail.kind) {
        (None, MailKind::PayAgain) => pay_again(app, shop, &order, &reader).await?,
        (link, _) => (link.clone(), Batch::new()),
    };
    let template = match (&link, mail.kind) {
        (None, MailKind::PayAgain) => Template::pay_again_without_link(language),
        _ => template(&reader, mail, language).await?,
    };
    let settled = is_settled(&reader, &order).await?;
    drop(reader);
    let content = content(shop, &order, begun, link, settled);
    let words = words(app, &template, &content, language);
    Ok(Composed::Words(Box::new(words), Some(Box::new(order)), batch))
}

/// The shop's own template, or the standard one.
async fn template(reader: &Reader, mail: &MailRow, language: Language) -> Result<Template, StoreError> {
    let own = mail_templates::all(reader, &mail.shop_id).await?;
    Ok(own
        .iter()
        .find(|own| own.kind == mail.kind && own.language == language)
        // It was checked when it was kept; should a placeholder ever be dropped, the standard words go out.
        .and_then(|own| Template::parse(own.kind, &own.subject, &own.body).ok())
        .unwrap_or_else(|| Template::standard(mail.kind, language)))
}

fn words(app: &App, template: &Template, content: &MailContent, language: Language) -> Words {
    Words {
        language,
        rendered: template.render(content, language),
        tells_pending: template.kind().is_confirmation() && content.payment == PaymentWords::Pending,
        composed_at: app.clock.now_ms(),
    }
}

/// Where the buyer pays again: a link that opens the same lines, where the catalogue has them all; else the shop's own
/// cart, which was kept. Where the shop has named no page for that, the buyer is asked to write, and the order says so.
async fn pay_again(
    app: &App,
    shop: &OpenShop,
    order: &Order,
    reader: &Reader,
) -> Result<(Option<String>, Batch), StoreError> {
    for line in &order.lines {
        let product = catalogue::find(reader, &shop.id, &line.product_id).await?;
        if !product.is_some_and(|product| product.on_sale && product.amazon_pay) {
            let back = shop.settings.back_url.clone();
            let told = Happened::Noted { note: Note::NoPageToPay };
            let told = || Batch::from(desk::told(order, "noren", told, app.clock.now()));
            let batch = if back.is_some() { Batch::new() } else { told() };
            return Ok((back, batch));
        }
    }
    let now = app.clock.now();
    let (token, hash) = secret::new_token();
    let noren = OperatorId::new("noren").expect("a word is an id");
    let ends = (now + send_payment_link::LINK_LIFE).as_millisecond();
    let link = payment_links::insert(&shop.id, &hash, &order.id, &noren, now.as_millisecond(), ends);
    Ok((Some(send_payment_link::url(app, shop, &token)), Batch::from(link)))
}

/// The language of the order's checkout or subscription, and the subscription that it began.
///
/// # Errors
/// The database failed.
pub async fn origin(
    reader: &Reader,
    order: &Order,
) -> Result<(Language, Option<CartSubscription>), StoreError> {
    let Some(checkout) = &order.checkout_id else {
        let row = match &order.subscription {
            Some(of) => subscriptions::find(reader, &order.shop_id, &of.id).await?,
            None => None,
        };
        return Ok((row.map_or_else(Language::default, |row| row.language), None));
    };
    let found = checkouts::find(reader, &order.shop_id, checkout).await?;
    Ok(found.map_or((Language::default(), None), |found| (found.language, found.cart.subscription)))
}

/// Whether a refund that Amazon refused was made good in another way (R36).
///
/// # Errors
/// The database failed.
pub async fn is_settled(reader: &Reader, order: &Order) -> Result<bool, StoreError> {
    let failed = order.payment.state() == PaymentState::RefundFailed;
    Ok(failed && !remedies::of(reader, &order.shop_id, &order.id).await?.is_empty())
}

/// What an order's mail can tell; `begun` is the subscription that came with it, `settled` as [`is_settled`].
pub fn content(
    shop: &Shop,
    order: &Order,
    begun: Option<CartSubscription>,
    link: Option<String>,
    settled: bool,
) -> MailContent {
    MailContent {
        shop_name: shop.name.clone(),
        buyer_name: order.buyer.name.clone(),
        order_number: order.number.as_str().to_owned(),
        ordered_at: order.placed_at,
        lines: order.lines.clone(),
        totals: order.totals,
        address: order.address.clone(),
        subscription: begun.map(Terms::Begin),
        news: None,
        payment: match order.method {
            PaymentMethod::AmazonPay
                if order.origin == OrderOrigin::Renewal
                    && order.payment.state() == PaymentState::AuthorizationPending =>
            {
                PaymentWords::Renewing
            }
            PaymentMethod::AmazonPay => PaymentWords::of(&order.payment, settled),
            PaymentMethod::NoCharge => PaymentWords::NoCharge,
            PaymentMethod::BankTransfer | PaymentMethod::CashOnDelivery | PaymentMethod::Deferred => {
                PaymentWords::Other
            }
        },
        link,
        registration_number: shop.settings.registration_number.clone(),
    }
}
