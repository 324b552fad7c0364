//! Which mail follows from what, and its words.
//!
//! The row and its job are put into the batch of the cause, so a mail exists exactly when its cause was stored. Its
//! words are made later, by the worker: nothing about a mail can fail a payment. Without a mail server no mail
//! exists. Start at [`order_confirmation`] and [`compose`].

use super::send_payment_link;
use super::shops::OpenShop;
use crate::app::App;
use crate::secret;
use crate::shop::Shop;
use crate::store::checkouts::{self, CheckoutRow};
use crate::store::mails::{self, MailRow, Words};
use crate::store::orders::{self, Order};
use crate::store::{Batch, Reader, StoreError, catalogue, jobs, mail_templates, payment_links};
use crate::worker::kind;
use jiff::Timestamp;
use shared::api::{Language, MailState};
use shared::cart::CartSubscription;
use shared::checkout::Checkout;
use shared::id::{JobId, OperatorId};
use shared::mail::{MailContent, MailKind, PaymentWords, Template};
use shared::order::OrderStatus;
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
    enqueue(shop, order, kind, None, false, now)
}

/// What the shopper is told when 与信保留 ends (R89): that all is well, or how to pay again.
pub fn after_authorization(shop: &Shop, before: &Order, after: &Order, now: Timestamp) -> Batch {
    if before.payment.state() != PaymentState::AuthorizationPending {
        return Batch::new();
    }
    match after.payment.state() {
        PaymentState::Authorized => enqueue(shop, after, MailKind::AuthorizationResult, None, false, now),
        PaymentState::AuthorizationDeclined => enqueue(shop, after, MailKind::PayAgain, None, false, now),
        _ => Batch::new(),
    }
}

/// The mail of a new 受注ステータス, where an operator ticked it (R33). With `after_capture` it waits until the order
/// is captured, and is not sent if it is not to be.
pub fn order_status(
    shop: &Shop,
    order: &Order,
    status: OrderStatus,
    after_capture: bool,
    now: Timestamp,
) -> Batch {
    match MailKind::of_status(status) {
        Some(kind) => enqueue(shop, order, kind, None, after_capture, now),
        None => Batch::new(),
    }
}

/// An operator's link to pay (R38).
pub fn payment_link(shop: &Shop, order: &Order, link: &str, now: Timestamp) -> Batch {
    enqueue(shop, order, MailKind::PaymentLink, Some(link), false, now)
}

/// The mail's row and its job; nothing where the shop has no mail server or the buyer no address.
fn enqueue(
    shop: &Shop,
    order: &Order,
    kind: MailKind,
    link: Option<&str>,
    after_capture: bool,
    now: Timestamp,
) -> Batch {
    let (Some(smtp), Some(recipient)) = (&shop.settings.smtp, &order.buyer.mail) else {
        return Batch::new();
    };
    let id = secret::timed_id(now);
    let host = smtp.from_address.rsplit('@').next().unwrap_or("localhost");
    let at = now.as_millisecond();
    let mail = MailRow {
        shop_id: order.shop_id.clone(),
        message_id: format!("<{id}@{host}>"),
        id,
        order_id: order.id.clone(),
        kind,
        recipient: recipient.clone(),
        link: link.map(str::to_owned),
        after_capture,
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
    batch
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
    /// These are its words, as of this version of the order, and what has to be stored with them.
    Words(Box<Words>, Box<Order>, Batch),
    /// The order is still being captured.
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
    let Some(order) = orders::find(&reader, &mail.shop_id, &mail.order_id).await? else {
        return Ok(Composed::Skip);
    };
    if mail.after_capture {
        match order.payment.state() {
            PaymentState::Captured => {}
            PaymentState::CapturePending | PaymentState::Unconfirmed => return Ok(Composed::Wait),
            _ => return Ok(Composed::Skip),
        }
    }
    // Nobody who was not told to wait needs to hear that the waiting is over.
    if mail.kind == MailKind::AuthorizationResult
        && !mails::was_told_pending(&reader, &mail.shop_id, &mail.order_id).await?
    {
        return Ok(Composed::Skip);
    }
    let (language, begun) = origin(&reader, &order).await?;
    let own = mail_templates::all(&reader, &mail.shop_id).await?;
    let (link, batch) = match (&mail.link, mail.kind) {
        (None, MailKind::PayAgain) => pay_again(app, shop, &order, &reader).await?,
        (link, _) => (link.clone(), Batch::new()),
    };
    drop(reader);
    let template = own
        .iter()
        .find(|own| own.kind == mail.kind && own.language == language)
        // It was checked when it was kept; should a placeholder ever be dropped, the standard words go out.
        .and_then(|own| Template::parse(own.kind, &own.subject, &own.body).ok())
        .unwrap_or_else(|| Template::standard(mail.kind, language));
    let content = content(shop, &order, begun, link);
    let words = Words {
        language,
        rendered: template.render(&content, language),
        tells_pending: mail.kind.is_confirmation() && content.payment == PaymentWords::Pending,
        composed_at: app.clock.now_ms(),
    };
    Ok(Composed::Words(Box::new(words), Box::new(order), batch))
}

/// Where the buyer pays again: a link that opens the same lines, where the catalogue has them all; else the shop's own
/// cart, which was kept.
async fn pay_again(
    app: &App,
    shop: &OpenShop,
    order: &Order,
    reader: &Reader,
) -> Result<(Option<String>, Batch), StoreError> {
    for line in &order.lines {
        let product = catalogue::find(reader, &shop.id, &line.product_id).await?;
        if !product.is_some_and(|product| product.on_sale && product.amazon_pay) {
            return Ok((shop.settings.back_url.clone(), Batch::new()));
        }
    }
    let now = app.clock.now();
    let (token, hash) = secret::new_token();
    let noren = OperatorId::new("noren").expect("a word is an id");
    let ends = (now + send_payment_link::LINK_LIFE).as_millisecond();
    let link = payment_links::insert(&shop.id, &hash, &order.id, &noren, now.as_millisecond(), ends);
    Ok((Some(send_payment_link::url(app, shop, &token)), Batch::from(link)))
}

/// The language of the order's checkout, and the subscription that it began.
///
/// # Errors
/// The database failed.
pub async fn origin(
    reader: &Reader,
    order: &Order,
) -> Result<(Language, Option<CartSubscription>), StoreError> {
    let Some(checkout) = &order.checkout_id else {
        return Ok((Language::default(), None));
    };
    let found = checkouts::find(reader, &order.shop_id, checkout).await?;
    Ok(found.map_or((Language::default(), None), |found| (found.language, found.cart.subscription)))
}

/// What an order's mail can tell; `begun` is the subscription that came with it.
pub fn content(
    shop: &Shop,
    order: &Order,
    begun: Option<CartSubscription>,
    link: Option<String>,
) -> MailContent {
    MailContent {
        shop_name: shop.name.clone(),
        buyer_name: order.buyer.name.clone(),
        order_number: order.number.as_str().to_owned(),
        ordered_at: order.placed_at,
        lines: order.lines.clone(),
        totals: order.totals,
        address: order.address.clone(),
        subscription: begun,
        payment: match order.method {
            PaymentMethod::AmazonPay => PaymentWords::of(&order.payment),
            _ => PaymentWords::Other,
        },
        link,
        registration_number: shop.settings.registration_number.clone(),
    }
}
